/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ladder.c - which cure when, and whether it did any good
 *
 * A mesh with defects is taken apart into its parts; those with a defect go up
 * the ladder, gentlest cure first, each only where its defect is there. After
 * each rung the exact check looks at the result as it would be stored; what
 * did not lessen the defect, or harmed volume, parts or surface beyond the
 * bounds, is undone. The whole is checked again, and so on until it is clean
 * or nothing helps. Facets that no cure touched come back as they were.
 */
#include "repair/rung.h"

#include "base/alloc.h"
#include "repair/gate.h"

#include <stdio.h>
#include <string.h>

#define MOST_PASSES 6

/* All witnesses: they say which parts need a cure. */
static const pp_check_options all_witnesses = { false, SIZE_MAX };

#define BIT(defect) (1u << (defect))

/* A rung: its cure, the defects that call for it, and those that it must
   lessen. */
typedef struct {
    const char *name;
    pp_status (*cure)(pp_mesh *m, pp_cure *c, pp_error *err);
    unsigned calls, lessens;
    bool measured; /* hold volume and surface against the mesh before */
} rung;

#define SEAMS                                                                 \
    (BIT(PP_DEFECT_NONMANIFOLD_EDGE) | BIT(PP_DEFECT_NONMANIFOLD_VERTEX))

static const rung ladder[] = {
    { "weld", pp_cure_weld, BIT(PP_DEFECT_OPEN_EDGE) | SEAMS |
      BIT(PP_DEFECT_CROSSING), BIT(PP_DEFECT_OPEN_EDGE), false },
    { "clean", pp_cure_clean, BIT(PP_DEFECT_DUPLICATE) |
      BIT(PP_DEFECT_DEGENERATE), BIT(PP_DEFECT_DUPLICATE) |
      BIT(PP_DEFECT_DEGENERATE), false },
    { "stitch", pp_cure_stitch, BIT(PP_DEFECT_OPEN_EDGE),
      BIT(PP_DEFECT_OPEN_EDGE), false },
    { "orient", pp_cure_orient, BIT(PP_DEFECT_FLIPPED),
      BIT(PP_DEFECT_FLIPPED), false },
    { "holes", pp_cure_holes, BIT(PP_DEFECT_OPEN_EDGE),
      BIT(PP_DEFECT_OPEN_EDGE), false },
    { "solid", pp_cure_solid, BIT(PP_DEFECT_CROSSING) |
      BIT(PP_DEFECT_NONMANIFOLD_EDGE), BIT(PP_DEFECT_CROSSING) |
      BIT(PP_DEFECT_NONMANIFOLD_EDGE) | BIT(PP_DEFECT_OPEN_EDGE), false },
    { "split", pp_cure_split, SEAMS, SEAMS, false },
    { "folds", pp_cure_folds, BIT(PP_DEFECT_CROSSING),
      BIT(PP_DEFECT_CROSSING), true },
};

static size_t
count_defects(const pp_report *r, unsigned which)
{
    size_t n = 0;

    for (int d = 0; d < PP_NDEFECT; d++)
        if (which & BIT(d))
            n += r->defect[d].count;
    return n;
}

/* As the file will hold it: floats, equal points one vertex. */
static pp_status
as_stored(pp_mesh *m, const pp_repair_options *o, pp_error *err)
{
    size_t n;

    if (!o->round_float)
        return PP_OK;
    pp_mesh_round_float(m);
    return pp_mesh_weld_exact(m, &n, err);
}

static pp_status
add_line(pp_repair_ledger *l, const char *name, const pp_cure *c, bool kept,
         double volume_change, pp_error *err)
{
    pp_repair_rung *grown =
        pp_realloc(l->rung, l->nrung + 1, sizeof *l->rung);

    if (grown == NULL)
        return pp_fail_memory(err);
    l->rung = grown;
    memset(&grown[l->nrung], 0, sizeof *grown);
    grown[l->nrung].name = name;
    grown[l->nrung].kept = kept;
    grown[l->nrung].count = c->count;
    grown[l->nrung].volume_change_mm3 = volume_change;
    grown[l->nrung].max_deviation_mm = c->moved_mm;
    memcpy(grown[l->nrung].detail, c->detail, sizeof c->detail);
    l->nrung++;
    return PP_OK;
}

/* What is being repaired: parts with defects, and what they are now. */
typedef struct {
    const pp_repair_options *options;
    pp_mesh mesh;
    pp_report report;
    pp_mesh around; /* the parts without */
    double nudge_mm;
    pp_repair_ledger *ledger;
} patient;

/* Runs a cure on a copy; *trial is freed when it cannot be used. */
static pp_status
try_cure(const rung *step, const patient *p, pp_mesh *trial, pp_report *report,
         pp_cure *c, bool *worked, pp_error *err)
{
    *worked = false;
    memset(report, 0, sizeof *report);
    memset(trial, 0, sizeof *trial);
    if (pp_mesh_copy(&p->mesh, trial, err) != PP_OK)
        return err->status;
    if (step->cure(trial, c, err) == PP_OK &&
        as_stored(trial, p->options, err) == PP_OK)
        (void)!pp_check(trial, &all_witnesses, report, err);
    if (err->status == PP_EGEOM) { /* it could not: no failure of the whole */
        snprintf(c->detail, sizeof c->detail, "%.127s", err->message);
        err->status = PP_OK;
        pp_mesh_free(trial);
        return PP_OK;
    }
    if (err->status != PP_OK) {
        pp_mesh_free(trial);
        return err->status;
    }
    *worked = true;
    return PP_OK;
}

static pp_status
take_rung(const rung *step, patient *p, bool *kept, pp_error *err)
{
    pp_cure c = { p->options, p->nudge_mm, &p->around, 0, 0, "" };
    const double before = p->report.volume_mm3;
    pp_mesh trial;
    pp_report report;
    bool worked;

    *kept = false;
    if (try_cure(step, p, &trial, &report, &c, &worked, err) != PP_OK)
        return err->status;
    if (worked)
        *kept = count_defects(&report, step->lessens) <
                count_defects(&p->report, step->lessens);
    if (*kept && step->measured &&
        pp_gate_surface(&p->mesh, &p->report, &trial, &report, p->options, &c,
                        kept, err) != PP_OK)
        goto done;
    if (c.moved_mm > p->options->max_deviation_mm)
        *kept = false;
    if (!worked || *kept || c.count > 0)
        (void)!add_line(p->ledger, step->name, &c, *kept,
                        worked ? report.volume_mm3 - before : 0, err);
    if (*kept) {
        pp_mesh_free(&p->mesh);
        pp_report_free(&p->report);
        p->mesh = trial;
        p->report = report;
        return err->status;
    }
done:
    if (worked) {
        pp_mesh_free(&trial);
        pp_report_free(&report);
    }
    return err->status;
}

static pp_status
climb(patient *p, bool *helped, pp_error *err)
{
    *helped = false;
    if (pp_check(&p->mesh, &all_witnesses, &p->report, err) != PP_OK)
        return err->status;
    for (size_t i = 0; i < sizeof ladder / sizeof *ladder; i++) {
        bool kept = false;

        if (count_defects(&p->report, ladder[i].calls) == 0 ||
            (ladder[i].cure == pp_cure_holes && p->options->keep_open))
            continue;
        if (take_rung(&ladder[i], p, &kept, err) != PP_OK)
            return err->status;
        *helped = *helped || kept;
    }
    return PP_OK;
}

/* keep[t] = 1 for facets of parts that hold a witness. */
static pp_status
mark_sick_parts(const pp_mesh *m, const pp_report *r, uint8_t *keep,
                pp_error *err)
{
    uint32_t *part, npart;
    uint8_t *sick = NULL, *vertex = pp_alloc_zero(m->nvert, 1);

    if (vertex == NULL)
        return pp_fail_memory(err);
    if (pp_mesh_parts(m, &part, &npart, err) != PP_OK) {
        pp_free(vertex);
        return err->status;
    }
    sick = pp_alloc_zero(npart, 1);
    if (sick == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    for (int d = 0; d < PP_NDEFECT; d++)
        for (size_t i = 0; i < r->defect[d].nwitness; i++) {
            const pp_witness *w = &r->defect[d].witness[i];

            if (d == PP_DEFECT_NONMANIFOLD_VERTEX) {
                vertex[w->a] = 1;
            } else if (d != PP_DEFECT_INVERTED_SHELL) {
                sick[part[w->a]] = 1;
                if (w->b != PP_NONE)
                    sick[part[w->b]] = 1;
            }
        }
    for (size_t c = 0; c < 3 * m->ntri; c++)
        if (vertex[m->tri[c / 3][c % 3]])
            sick[part[c / 3]] = 1;
    for (size_t t = 0; t < m->ntri; t++)
        keep[t] = sick[part[t]];
done:
    pp_free(part);
    pp_free(sick);
    pp_free(vertex);
    return err->status;
}

static pp_status
separate(const pp_mesh *m, patient *p, pp_error *err)
{
    uint8_t *keep = pp_alloc(m->ntri, 1);

    if (keep == NULL)
        return pp_fail_memory(err);
    if (mark_sick_parts(m, &p->report, keep, err) == PP_OK &&
        pp_mesh_select(m, keep, &p->mesh, err) == PP_OK) {
        for (size_t t = 0; t < m->ntri; t++)
            keep[t] = !keep[t];
        (void)!pp_mesh_select(m, keep, &p->around, err);
    }
    pp_free(keep);
    return err->status;
}

/* Turns the shells that face the wrong way, where nothing else is wrong. */
static pp_status
turn_inverted(pp_mesh *m, const pp_report *r, pp_repair_ledger *l,
              pp_error *err)
{
    const pp_finding *f = &r->defect[PP_DEFECT_INVERTED_SHELL];
    uint32_t *patch = NULL, npatch;
    uint8_t *turn = NULL;
    pp_cure c = { 0 };
    size_t nfacet = 0;

    if (f->nwitness == 0)
        return PP_OK;
    if (pp_patches(m, &patch, &npatch, err) != PP_OK)
        return err->status;
    turn = pp_alloc_zero(npatch, 1);
    if (turn == NULL) {
        pp_free(patch);
        return pp_fail_memory(err);
    }
    for (size_t i = 0; i < f->nwitness; i++)
        turn[patch[f->witness[i].a]] = 1;
    for (size_t t = 0; t < m->ntri; t++)
        if (turn[patch[t]]) {
            const uint32_t v = m->tri[t][1];

            m->tri[t][1] = m->tri[t][2];
            m->tri[t][2] = v;
            nfacet++;
        }
    pp_free(patch);
    pp_free(turn);
    c.count = f->nwitness;
    snprintf(c.detail, sizeof c.detail, "%zu shells turned over (%zu facets)",
             c.count, nfacet);
    return add_line(l, "outward", &c, true, 0, err);
}

/* The best mesh so far, and how far it is from clean. */
typedef struct {
    pp_mesh mesh;
    pp_report report;
    size_t ndefect;
} best;

static bool
is_better(const pp_report *r, const best *b)
{
    return count_defects(r, ~0u) < b->ndefect;
}

static pp_status
remember(const pp_mesh *m, pp_report *r, best *b, pp_error *err)
{
    pp_mesh copy;

    if (pp_mesh_copy(m, &copy, err) != PP_OK)
        return err->status;
    pp_mesh_free(&b->mesh);
    pp_report_free(&b->report);
    b->mesh = copy;
    b->report = *r;
    b->ndefect = count_defects(r, ~0u);
    memset(r, 0, sizeof *r);
    return PP_OK;
}

/* One pass over a mesh with defects: *m is what came out. */
static pp_status
one_pass(pp_mesh *m, const pp_report *r, const pp_repair_options *o, int pass,
         pp_repair_ledger *l, bool *helped, pp_error *err)
{
    patient p = { .options = o, .report = *r, .ledger = l };

    *helped = false;
    p.nudge_mm = pp_nudge(m, o) * (double)(1 << 2 * pass);
    if (separate(m, &p, err) != PP_OK)
        goto done;
    memset(&p.report, 0, sizeof p.report); /* r stays the caller's */
    if (p.mesh.ntri > 0) {
        if (climb(&p, helped, err) != PP_OK)
            goto done;
        if (*helped && pp_mesh_append(&p.around, &p.mesh, err) == PP_OK) {
            pp_mesh_free(m);
            *m = p.around;
            memset(&p.around, 0, sizeof p.around);
        }
        pp_report_free(&p.report);
    } else {
        *helped = r->defect[PP_DEFECT_INVERTED_SHELL].count > 0;
        if (turn_inverted(m, r, l, err) != PP_OK)
            goto done;
    }
done:
    pp_mesh_free(&p.mesh);
    pp_mesh_free(&p.around);
    return err->status;
}

/* Passes until clean or nothing helps; the best of them in b. */
static pp_status
run_passes(pp_mesh *m, const pp_repair_options *o, pp_repair_ledger *l,
           best *b, pp_error *err)
{
    pp_report r = { 0 };
    bool helped = true;

    for (int pass = 0; pass < MOST_PASSES && helped && b->ndefect > 0;
         pass++) {
        if (pp_check(m, &all_witnesses, &r, err) != PP_OK ||
            one_pass(m, &r, o, pass, l, &helped, err) != PP_OK)
            break;
        pp_report_free(&r);
        if (!helped)
            break;
        if (pp_check(m, &all_witnesses, &r, err) != PP_OK)
            break;
        if (r.nfacet > 0 && is_better(&r, b) &&
            remember(m, &r, b, err) != PP_OK)
            break;
        pp_report_free(&r);
    }
    pp_report_free(&r);
    return err->status;
}

static void
settle(const best *b, pp_repair_ledger *l)
{
    l->volume_change_mm3 = b->report.volume_mm3 - l->before.volume_mm3;
    for (size_t i = 0; i < l->nrung; i++)
        if (l->rung[i].kept)
            l->max_deviation_mm =
                fmax(l->max_deviation_mm, l->rung[i].max_deviation_mm);
}

static pp_repair_options
with_defaults(const pp_repair_options *options)
{
    pp_repair_options o = { 0 };

    if (options != NULL)
        o = *options;
    if (o.weld_mm == 0)
        o.weld_mm = 0.01;
    if (o.max_deviation_mm == 0)
        o.max_deviation_mm = 0.5;
    return o;
}

pp_status
pp_repair(pp_mesh *m, const pp_repair_options *options, pp_repair_ledger *l,
          pp_error *err)
{
    const pp_repair_options o = with_defaults(options);
    pp_mesh work = { 0 }, rounded = { 0 };
    best b = { 0 };
    pp_trace trace;

    memset(l, 0, sizeof *l);
    if (pp_mesh_copy(m, &rounded, err) != PP_OK ||
        as_stored(&rounded, &o, err) != PP_OK ||
        pp_check(&rounded, NULL, &l->before, err) != PP_OK ||
        pp_mesh_copy(&rounded, &work, err) != PP_OK ||
        pp_mesh_copy(&rounded, &b.mesh, err) != PP_OK ||
        pp_check(&b.mesh, NULL, &b.report, err) != PP_OK)
        goto done;
    b.ndefect = count_defects(&b.report, ~0u);
    if (run_passes(&work, &o, l, &b, err) != PP_OK)
        goto done;
    settle(&b, l);
    if (pp_report_ndefect(&l->before) > 0) {
        if (pp_trace_back(&rounded, &b.mesh, &trace, err) != PP_OK)
            goto done;
        l->changed = trace.nsame != rounded.ntri || trace.nadded > 0;
        l->nsame = trace.nsame;
        l->nflipped = trace.nflipped;
        l->nremoved = trace.nremoved;
        l->nadded = trace.nadded;
    }
    if (l->changed) {
        pp_report_free(&b.report);
        if (pp_check(&b.mesh, NULL, &b.report, err) != PP_OK)
            goto done;
        pp_mesh_free(m);
        *m = b.mesh;
        memset(&b.mesh, 0, sizeof b.mesh);
    }
    l->after = b.report;
    memset(&b.report, 0, sizeof b.report);
done:
    pp_mesh_free(&work);
    pp_mesh_free(&rounded);
    pp_mesh_free(&b.mesh);
    pp_report_free(&b.report);
    if (err->status != PP_OK)
        pp_repair_ledger_free(l);
    return err->status;
}
