/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ladder.c - which cure when, and whether it did any good
 *
 * What is sick is cut out (region.c) and goes up the ladder, gentlest cure
 * first, each only where its defect is there. After each rung the exact check
 * looks at the result as it would be stored; what did not lessen the defect,
 * or harmed volume, parts or surface beyond the bounds, is undone. The whole
 * is checked again, and so on until it is clean or nothing helps. Facets that
 * no cure touched come back as they were.
 */
#include "repair/gate.h"
#include "repair/region.h"

#include "base/alloc.h"

#include <stdio.h>
#include <string.h>

/* The first passes look at neighbourhoods of defects, the others at parts. */
#define MOST_PASSES 8
#define LOCAL_PASSES 2

/* The weld tolerance is at most this part of the diagonal: a model in metres,
   or of a tiny thing, must not fold up. */
#define LARGEST_WELD 1e-4

/* CGAL's own local cure takes minutes on many folds, and seldom helps then. */
#define MOST_FOLDS 200

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

#define NRUNG (sizeof ladder / sizeof *ladder)

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

/* A climb: what is repaired, what the check says of it, where it belongs. */
typedef struct {
    const pp_repair_options *options;
    const pp_region *region;
    pp_mesh mesh;
    pp_report report;
    double nudge_mm;
    pp_repair_ledger *ledger;
    bool stuck; /* a rung was undone */
    size_t (*futile)[2]; /* of each rung: facets, defects when it was undone */
} climber;

/* Defects that count for a climb: the seam only looks open. */
static size_t
count_here(const climber *p, const pp_report *r, unsigned which)
{
    const size_t n = count_defects(r, which);
    const size_t nseam =
        which & BIT(PP_DEFECT_OPEN_EDGE) ? p->region->seam.nopen : 0;

    return n > nseam ? n - nseam : 0;
}

/* Runs a cure on a copy; *trial is freed when it cannot be used. */
static pp_status
try_cure(const rung *step, const climber *p, pp_mesh *trial, pp_report *report,
         pp_cure *c, bool *worked, pp_error *err)
{
    *worked = false;
    memset(report, 0, sizeof *report);
    memset(trial, 0, sizeof *trial);
    if (pp_mesh_copy(&p->mesh, trial, err) != PP_OK)
        return err->status;
    if (step->cure(trial, c, err) == PP_OK &&
        as_stored(trial, p->options, err) == PP_OK)
        (void)!pp_check(trial, NULL, report, err);
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

/* Whether the result of a rung may stay. */
static pp_status
judge(const rung *step, const climber *p, const pp_mesh *trial,
      const pp_report *report, pp_cure *c, bool *kept, pp_error *err)
{
    *kept = count_here(p, report, step->lessens) <
            count_here(p, &p->report, step->lessens);
    if (*kept && !pp_seam_intact(trial, &p->region->seam)) {
        snprintf(c->detail, sizeof c->detail, "it went beyond its region");
        *kept = false;
    }
    if (*kept && step->measured &&
        pp_gate_surface(&p->mesh, &p->report, trial, report, p->options,
                        p->region->local, c, kept, err) != PP_OK)
        return err->status;
    if (*kept && c->moved_mm > p->options->max_deviation_mm) {
        snprintf(c->detail, sizeof c->detail, "it moved the surface by "
                 "%.3g mm", c->moved_mm);
        *kept = false;
    }
    return PP_OK;
}

static pp_status
take_rung(const rung *step, climber *p, bool *kept, pp_error *err)
{
    pp_cure c = { p->options, p->nudge_mm, &p->region->around,
                  &p->region->seam, 0, 0, "" };
    pp_mesh trial;
    pp_report report;
    const pp_vec3 from = pp_middle(&p->mesh);
    bool worked;

    *kept = false;
    if (try_cure(step, p, &trial, &report, &c, &worked, err) != PP_OK)
        return err->status;
    if (worked)
        (void)!judge(step, p, &trial, &report, &c, kept, err);
    if (err->status == PP_OK && (!worked || *kept || c.count > 0))
        (void)!add_line(p->ledger, step->name, &c, *kept,
                        worked ? pp_signed_volume(&trial, from) -
                                     pp_signed_volume(&p->mesh, from) : 0,
                        err);
    p->stuck = p->stuck || !*kept;
    if (*kept) {
        pp_mesh_free(&p->mesh);
        pp_report_free(&p->report);
        p->mesh = trial;
        p->report = report;
    } else if (worked) {
        pp_mesh_free(&trial);
        pp_report_free(&report);
    }
    return err->status;
}

static pp_status
climb(climber *p, bool *helped, pp_error *err)
{
    *helped = false;
    if (pp_check(&p->mesh, NULL, &p->report, err) != PP_OK)
        return err->status;
    for (size_t i = 0; i < NRUNG; i++) {
        const size_t nfacet = p->mesh.ntri;
        const size_t ndefect = count_defects(&p->report, ~0u);
        bool kept = false;

        if (p->futile[i][0] == nfacet && p->futile[i][1] == ndefect)
            continue; /* the same mesh again */
        if (count_here(p, &p->report, ladder[i].calls) == 0 ||
            (ladder[i].cure == pp_cure_holes && p->options->keep_open) ||
            (ladder[i].cure == pp_cure_folds &&
             (p->region->local ||
              p->report.defect[PP_DEFECT_CROSSING].count > MOST_FOLDS)))
            continue;
        if (take_rung(&ladder[i], p, &kept, err) != PP_OK)
            return err->status;
        *helped = *helped || kept;
        if (!kept && ladder[i].cure != pp_cure_split) { /* split: nudge grows */
            p->futile[i][0] = nfacet;
            p->futile[i][1] = ndefect;
        }
    }
    return PP_OK;
}

/* ---- cures of the whole mesh ---- */

static pp_status
orient_whole(pp_mesh *m, pp_repair_ledger *l, bool *helped, pp_error *err)
{
    pp_cure c = { 0 };

    if (pp_cure_orient(m, &c, err) != PP_OK || c.count == 0)
        return err->status;
    *helped = true;
    return add_line(l, "orient", &c, true, 0, err);
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
    const pp_vec3 from = pp_middle(m);
    const double before = pp_signed_volume(m, from);

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
    return add_line(l, "outward", &c, true,
                    pp_signed_volume(m, from) - before, err);
}

/* ---- passes ---- */

static pp_status
cure_region(pp_patient *patient, const pp_report *r,
            const pp_repair_options *o, int *pass, size_t (*futile)[2],
            pp_repair_ledger *l, bool *helped, pp_error *err)
{
    pp_region region;
    climber p = { .options = o, .region = &region, .ledger = l,
                  .futile = futile };

    p.nudge_mm = pp_nudge(&patient->mesh, o) * (double)(1 << 2 * (*pass / 2));
    if (pp_region_cut(&patient->mesh, r, *pass < LOCAL_PASSES, &region, err) !=
        PP_OK)
        return err->status;
    if (region.sick.ntri == 0)
        goto done;
    if (pp_mesh_copy(&region.sick, &p.mesh, err) != PP_OK ||
        climb(&p, helped, err) != PP_OK)
        goto done;
    if (*helped)
        (void)!pp_region_put_back(&region, &p.mesh, patient, err);
    if (p.stuck && *pass < LOCAL_PASSES - 1)
        *pass = LOCAL_PASSES - 1; /* the whole part may help */
done:
    pp_mesh_free(&p.mesh);
    pp_report_free(&p.report);
    pp_region_free(&region);
    return err->status;
}

/* The best mesh so far, and how far it is from clean. */
typedef struct {
    pp_patient patient;
    pp_report report;
    size_t ndefect;
} best;

static pp_status
remember(const pp_patient *p, pp_report *r, best *b, pp_error *err)
{
    pp_patient copy = { .old_of = pp_alloc(p->mesh.ntri, sizeof *p->old_of) };

    if (copy.old_of == NULL)
        return pp_fail_memory(err);
    memcpy(copy.old_of, p->old_of, p->mesh.ntri * sizeof *p->old_of);
    if (pp_mesh_copy(&p->mesh, &copy.mesh, err) != PP_OK) {
        pp_patient_free(&copy);
        return err->status;
    }
    pp_patient_free(&b->patient);
    pp_report_free(&b->report);
    b->patient = copy;
    b->report = *r;
    b->ndefect = count_defects(r, ~0u);
    memset(r, 0, sizeof *r);
    return PP_OK;
}

/*
 * Passes until clean or nothing helps; the best result in b. On entry r is
 * the report of p with all witnesses; it is used up.
 */
static pp_status
run_passes(pp_patient *p, pp_report *r, const pp_repair_options *o,
           pp_repair_ledger *l, best *b, pp_error *err)
{
    size_t futile[NRUNG][2] = { { 0 } };

    for (int pass = 0; pass < MOST_PASSES; pass++) {
        const bool sick =
            count_defects(r, ~BIT(PP_DEFECT_INVERTED_SHELL)) > 0;
        bool helped = false;

        if (count_defects(r, BIT(PP_DEFECT_FLIPPED)) > 0 &&
            orient_whole(&p->mesh, l, &helped, err) != PP_OK)
            break;
        if (sick) {
            if (cure_region(p, r, o, &pass, futile, l, &helped, err) != PP_OK)
                break;
        } else {
            helped = true;
            if (turn_inverted(&p->mesh, r, l, err) != PP_OK)
                break;
        }
        if (!helped && pass < LOCAL_PASSES) {
            pass = LOCAL_PASSES - 1;
            continue;
        }
        if (!helped)
            break;
        pp_report_free(r);
        if (pp_check(&p->mesh, &all_witnesses, r, err) != PP_OK)
            break;
        if (count_defects(r, ~0u) < b->ndefect) {
            const size_t left = count_defects(r, ~0u);

            if (left == 0) { /* nothing can be better: no copy */
                b->patient = *p;
                memset(p, 0, sizeof *p);
                b->report = *r;
                memset(r, 0, sizeof *r);
                b->ndefect = 0;
                break;
            }
            pp_report kept = { 0 };

            if (pp_check(&p->mesh, NULL, &kept, err) != PP_OK ||
                remember(p, &kept, b, err) != PP_OK) {
                pp_report_free(&kept);
                break;
            }
        }
    }
    pp_report_free(r);
    return err->status;
}

/* ---- the end ---- */

/* Old facets in their old order with their attribute bytes, then new ones. */
static pp_status
put_in_order(const pp_mesh *old, pp_patient *p, pp_repair_ledger *l,
             pp_error *err)
{
    pp_mesh *m = &p->mesh;
    uint32_t *new_of = pp_alloc(old->ntri, sizeof *new_of);
    pp_tri *tri = pp_alloc(m->ntri, sizeof *tri);
    uint16_t *attribute =
        old->attribute == NULL ? NULL : pp_alloc_zero(m->ntri, 2);
    size_t n = 0, ndropped;

    if (new_of == NULL || tri == NULL ||
        (old->attribute != NULL && attribute == NULL)) {
        pp_fail_memory(err);
        goto done;
    }
    for (size_t t = 0; t < old->ntri; t++)
        new_of[t] = PP_NONE;
    for (size_t t = 0; t < m->ntri; t++)
        if (p->old_of[t] != PP_NONE)
            new_of[p->old_of[t]] = (uint32_t)t;
    for (size_t t = 0; t < old->ntri; t++) {
        if (new_of[t] == PP_NONE)
            continue;
        if (attribute != NULL)
            attribute[n] = old->attribute[t];
        memcpy(tri[n++], m->tri[new_of[t]], sizeof *tri);
        if (pp_distance(m->vert[m->tri[new_of[t]][1]],
                        old->vert[old->tri[t][1]]) == 0)
            l->nsame++;
        else
            l->nflipped++;
    }
    l->nremoved = old->ntri - n;
    l->nadded = m->ntri - n;
    for (size_t t = 0; t < m->ntri; t++)
        if (p->old_of[t] == PP_NONE)
            memcpy(tri[n++], m->tri[t], sizeof *tri);
    pp_free(m->tri);
    pp_free(m->attribute);
    m->tri = tri;
    m->attribute = attribute;
    tri = NULL;
    attribute = NULL;
    (void)!pp_mesh_drop_unused(m, &ndropped, err);
done:
    pp_free(new_of);
    pp_free(tri);
    pp_free(attribute);
    return err->status;
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

/* The story of a mesh with defects; *m becomes the best that was reached. */
static pp_status
repair_sick(pp_mesh *m, pp_mesh *stored, pp_report *witnessed,
            const pp_repair_options *o, pp_repair_ledger *l, pp_error *err)
{
    pp_patient p = { .old_of = pp_alloc(stored->ntri, sizeof *p.old_of) };
    best b = { .ndefect = count_defects(witnessed, ~0u) };

    if (p.old_of == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    for (size_t t = 0; t < stored->ntri; t++)
        p.old_of[t] = (uint32_t)t;
    if (pp_mesh_copy(stored, &p.mesh, err) != PP_OK ||
        run_passes(&p, witnessed, o, l, &b, err) != PP_OK)
        goto done;
    if (b.patient.mesh.ntri == 0) { /* nothing was better */
        (void)!pp_check(stored, NULL, &l->after, err);
        goto done;
    }
    if (put_in_order(stored, &b.patient, l, err) != PP_OK)
        goto done;
    l->changed = true;
    l->after = b.report;
    memset(&b.report, 0, sizeof b.report);
    l->volume_change_mm3 =
        pp_signed_volume(&b.patient.mesh, pp_middle(stored)) -
        pp_signed_volume(stored, pp_middle(stored));
    pp_mesh_free(m);
    *m = b.patient.mesh;
    memset(&b.patient.mesh, 0, sizeof b.patient.mesh);
    for (size_t i = 0; i < l->nrung; i++)
        if (l->rung[i].kept)
            l->max_deviation_mm =
                fmax(l->max_deviation_mm, l->rung[i].max_deviation_mm);
done:
    pp_patient_free(&p);
    pp_patient_free(&b.patient);
    pp_report_free(&b.report);
    return err->status;
}

pp_status
pp_repair(pp_mesh *m, const pp_repair_options *options, pp_repair_ledger *l,
          pp_error *err)
{
    pp_repair_options o = with_defaults(options);
    pp_mesh stored = { 0 };
    pp_report witnessed = { 0 };

    memset(l, 0, sizeof *l);
    o.weld_mm = fmin(o.weld_mm,
                     LARGEST_WELD * pp_box_diagonal(pp_mesh_box(m)));
    if (pp_mesh_copy(m, &stored, err) != PP_OK ||
        as_stored(&stored, &o, err) != PP_OK ||
        pp_check(&stored, NULL, &l->before, err) != PP_OK)
        goto done;
    if (pp_report_ndefect(&l->before) == 0) {
        l->nsame = m->ntri;
        (void)!pp_report_copy(&l->before, &l->after, err);
        goto done;
    }
    if (pp_check(&stored, &all_witnesses, &witnessed, err) == PP_OK)
        (void)!repair_sick(m, &stored, &witnessed, &o, l, err);
done:
    pp_mesh_free(&stored);
    pp_report_free(&witnessed);
    if (err->status != PP_OK)
        pp_repair_ledger_free(l);
    return err->status;
}
