/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ladder.c - which cure where, and whether it did any good
 *
 * What is sick is cut out (region.c) and goes up the ladder (climb.c). The
 * whole is checked again, and so on until it is clean or nothing helps. Facets
 * that no cure touched come back as they were (restore.c).
 */
#include "repair/climb.h"
#include "repair/gate.h"

#include "base/alloc.h"
#include "measure/measure.h"

#include <stdio.h>
#include <string.h>

/* The first passes look at neighbourhoods of defects, the others at parts. */
#define MOST_PASSES 8
#define LOCAL_PASSES 2

/* The weld tolerance is at most this part of the diagonal: a model in metres,
   or of a tiny thing, must not fold up. */
#define LARGEST_WELD 1e-4

/* When all rungs together moved the surface too far, each has to make do with
   this share of the bound. */
#define SHORTER 0.25

/* All witnesses: they say which parts need a cure. */
static const pp_check_options all_witnesses = { false, SIZE_MAX };

/* A repair on its way. */
typedef struct {
    const pp_repair_options *options;
    pp_repair_ledger *ledger;
    pp_patient patient;
    pp_report report; /* of the patient, with all witnesses */
    pp_seam kept;     /* its openings that are to stay */
    size_t nopening;
    pp_vec3 middle;   /* of the mesh that came */
    double most_mm3;  /* volume may yet change by so much */
    uint8_t *fate;    /* of each facet that came: see pp_drop_parts */
    size_t futile[PP_NRUNG][2];
} story;

static void
free_story(story *s)
{
    pp_patient_free(&s->patient);
    pp_report_free(&s->report);
    pp_free(s->kept.edge);
    pp_free(s->fate);
}

/* Defects of the patient; openings that are to stay are none. */
static size_t
count_left(const story *s)
{
    const size_t n = pp_count_defects(&s->report, ~0u);

    return n > s->kept.n ? n - s->kept.n : 0;
}

/* Looks at the patient again. */
static pp_status
look(story *s, pp_error *err)
{
    pp_report_free(&s->report);
    pp_free(s->kept.edge);
    memset(&s->kept, 0, sizeof s->kept);
    if (pp_check(&s->patient.mesh, &all_witnesses, &s->report, err) == PP_OK)
        (void)!pp_find_openings(&s->patient.mesh, s->options, &s->kept,
                                &s->nopening, err);
    return err->status;
}

/* A line about a cure of the whole patient, which s->report is still of. */
static pp_status
tell(story *s, const char *name, const pp_cure *c, bool kept,
     double volume_change_mm3, unsigned which, pp_error *err)
{
    const pp_places places = { &s->patient.mesh, &s->report, &s->kept, which };

    return pp_ledger_add(s->ledger, name, c, kept, volume_change_mm3, &places,
                         err);
}

/* ---- cures of the whole mesh ---- */

static pp_status
orient_whole(story *s, bool *helped, pp_error *err)
{
    pp_cure c = { 0 };

    if (pp_cure_orient(&s->patient.mesh, &c, err) != PP_OK || c.count == 0)
        return err->status;
    *helped = true;
    return tell(s, "orient", &c, true, 0, PP_BIT(PP_DEFECT_FLIPPED), err);
}

static void
turn_patches(pp_mesh *m, const uint32_t *patch, const uint8_t *turn,
             size_t *nfacet)
{
    for (size_t t = 0; t < m->ntri; t++)
        if (turn[patch[t]]) {
            pp_facet_turn(m, t);
            ++*nfacet;
        }
}

/* Turns the shells that face the wrong way, where nothing else is wrong. */
static pp_status
turn_inverted(story *s, bool *helped, pp_error *err)
{
    pp_mesh *m = &s->patient.mesh;
    const pp_finding *f = &s->report.defect[PP_DEFECT_INVERTED_SHELL];
    uint32_t *patch = NULL, npatch;
    uint8_t *turn = NULL;
    pp_cure c = { .count = f->nwitness };
    size_t nfacet = 0;
    const double before = pp_measure_cone(m, s->middle);

    if (pp_patches(m, &patch, &npatch, err) != PP_OK)
        return err->status;
    turn = pp_alloc_zero(npatch, 1);
    if (turn == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    for (size_t i = 0; i < f->nwitness; i++)
        turn[patch[f->witness[i].a]] = 1;
    turn_patches(m, patch, turn, &nfacet);
    const double after = pp_measure_cone(m, s->middle);

    *helped = fabs(fabs(after) - fabs(before)) <= s->most_mm3;
    if (!*helped)
        turn_patches(m, patch, turn, &nfacet);
    snprintf(c.detail, sizeof c.detail, "%zu shells turned over (%zu facets)%s",
             c.count, nfacet, *helped ? "" : ": the volume changed too much");
    (void)!tell(s, "outward", &c, *helped, after - before,
                PP_BIT(PP_DEFECT_INVERTED_SHELL), err);
done:
    pp_free(patch);
    pp_free(turn);
    return err->status;
}

/* One of the ladder's cures for all of the mesh, before openings are told. */
static pp_status
cure_whole(story *s, const char *name,
           pp_status (*cure)(pp_mesh *, pp_cure *, pp_error *), pp_error *err)
{
    const pp_seam none = { 0 };
    pp_cure c = { .options = s->options, .seam = &none };
    pp_patient next = { 0 };

    if (pp_mesh_copy(&s->patient.mesh, &next.mesh, err) != PP_OK ||
        cure(&next.mesh, &c, err) != PP_OK ||
        pp_as_stored(&next.mesh, s->options, err) != PP_OK || c.count == 0)
        goto done;
    next.old_of = pp_alloc(next.mesh.ntri, sizeof *next.old_of);
    if (next.old_of == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    if (pp_trace(&s->patient.mesh, &next.mesh, next.old_of, err) != PP_OK)
        goto done;
    for (size_t t = 0; t < next.mesh.ntri; t++)
        if (next.old_of[t] != PP_NONE)
            next.old_of[t] = s->patient.old_of[next.old_of[t]];
    if (tell(s, name, &c, true, 0, PP_BIT(PP_DEFECT_OPEN_EDGE), err) !=
            PP_OK ||
        pp_ledger_take(s->ledger, &c, err) != PP_OK)
        goto done;
    pp_patient_free(&s->patient);
    s->patient = next;
    memset(&next, 0, sizeof next);
done:
    pp_cure_free(&c);
    pp_patient_free(&next);
    return err->status;
}

/* ---- passes ---- */

static pp_status
cure_region(story *s, int *pass, bool *helped, pp_error *err)
{
    const pp_repair_options *o = s->options;
    pp_region region;
    pp_climber p = { .options = o, .region = &region, .ledger = s->ledger,
                     .middle = s->middle, .most_mm3 = s->most_mm3,
                     .futile = s->futile };

    p.nudge_mm = pp_nudge(&s->patient.mesh, o) * (double)(1 << 2 * (*pass / 2));
    if (pp_region_cut(&s->patient.mesh, &s->report, &s->kept,
                      *pass < LOCAL_PASSES, &region, err) != PP_OK)
        return err->status;
    if (region.sick.ntri == 0)
        goto done;
    if (pp_mesh_copy(&region.sick, &p.mesh, err) != PP_OK ||
        pp_climb(&p, helped, err) != PP_OK)
        goto done;
    if (*helped)
        (void)!pp_region_put_back(&region, &p.mesh, &s->patient, err);
    s->most_mm3 = p.most_mm3;
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
    size_t nopening, nkept; /* openings of it that are to stay */
    size_t ndefect;
    size_t nrung; /* that led to it */
} best;

static void
free_best(best *b)
{
    pp_patient_free(&b->patient);
    pp_report_free(&b->report);
}

/* What stands in the ledger has few witnesses. */
static pp_status
remember(story *s, best *b, pp_error *err)
{
    const pp_patient *p = &s->patient;
    best next = { .nopening = s->nopening, .nkept = s->kept.n,
                  .ndefect = count_left(s), .nrung = s->ledger->nrung };

    next.patient.old_of = pp_alloc(p->mesh.ntri, sizeof *p->old_of);
    if (next.patient.old_of == NULL)
        return pp_fail_memory(err);
    memcpy(next.patient.old_of, p->old_of, p->mesh.ntri * sizeof *p->old_of);
    if (pp_mesh_copy(&p->mesh, &next.patient.mesh, err) != PP_OK ||
        pp_check(&p->mesh, NULL, &next.report, err) != PP_OK) {
        free_best(&next);
        return err->status;
    }
    free_best(b);
    *b = next;
    return PP_OK;
}

/* The same, when nothing can be better: no copy, the story is over. */
static void
take_over(story *s, best *b)
{
    free_best(b);
    *b = (best){ s->patient, s->report, s->nopening, s->kept.n, count_left(s),
                 s->ledger->nrung };
    memset(&s->patient, 0, sizeof s->patient);
    memset(&s->report, 0, sizeof s->report);
}

static pp_status
one_pass(story *s, int *pass, bool *helped, pp_error *err)
{
    const bool sick =
        count_left(s) >
        s->report.defect[PP_DEFECT_INVERTED_SHELL].count;

    *helped = false;
    if (s->report.defect[PP_DEFECT_FLIPPED].count > 0 &&
        orient_whole(s, helped, err) != PP_OK)
        return err->status;
    return sick ? cure_region(s, pass, helped, err)
                : turn_inverted(s, helped, err);
}

/* Passes until clean or nothing helps; the best result in b. */
static pp_status
run_passes(story *s, best *b, pp_error *err)
{
    for (int pass = 0; pass < MOST_PASSES && count_left(s) > 0; pass++) {
        bool helped;

        if (one_pass(s, &pass, &helped, err) != PP_OK)
            return err->status;
        if (!helped && pass < LOCAL_PASSES) {
            pass = LOCAL_PASSES - 1;
            continue;
        }
        if (!helped)
            break;
        if (look(s, err) != PP_OK)
            return err->status;
        if (count_left(s) > 0 && count_left(s) < b->ndefect &&
            remember(s, b, err) != PP_OK)
            return err->status;
    }
    if (count_left(s) == 0)
        take_over(s, b);
    return PP_OK;
}

/* ---- before and after ---- */

/* Cracks are no openings, and crumbs need no cure. */
static pp_status
prepare(story *s, best *b, pp_error *err)
{
    const pp_repair_options *o = s->options;
    const size_t nrung = s->ledger->nrung;

    if (pp_keeps_openings(o) &&
        s->report.defect[PP_DEFECT_OPEN_EDGE].count > 0 &&
        (cure_whole(s, "weld", pp_cure_weld, err) != PP_OK ||
         cure_whole(s, "stitch", pp_cure_stitch, err) != PP_OK))
        return err->status;
    if (o->min_part_mm3 > 0 &&
        pp_drop_dust(&s->patient, o, s->fate, s->ledger, err) != PP_OK)
        return err->status;
    if (look(s, err) != PP_OK)
        return err->status;
    if (s->ledger->nrung > nrung)
        (void)!remember(s, b, err);
    return err->status;
}

/* The volume that a bound is a share of: that of the mesh with its facets
   running one way. */
static pp_status
find_bound(story *s, pp_error *err)
{
    pp_mesh copy = { 0 };
    pp_cure c = { 0 };
    double volume;

    s->most_mm3 = HUGE_VAL;
    if (s->options->max_volume_part == 0)
        return PP_OK;
    if (pp_mesh_copy(&s->patient.mesh, &copy, err) == PP_OK &&
        pp_cure_orient(&copy, &c, err) == PP_OK &&
        pp_enclosed_volume(&copy, s->middle, &volume, err) == PP_OK)
        s->most_mm3 = s->options->max_volume_part * fabs(volume);
    pp_mesh_free(&copy);
    return err->status;
}

/* Parts that are not wanted, when all others are well. */
static pp_status
drop_unwanted(story *s, best *b, pp_error *err)
{
    const pp_repair_options *o = s->options;
    bool dropped = false;

    if ((o->min_part_mm3 == 0 && !o->drop_inner) || b->ndefect > 0)
        return PP_OK;
    if (pp_drop_parts(&b->patient, &b->report, o, s->fate, s->ledger, &dropped,
                      err) != PP_OK || !dropped)
        return err->status;
    b->nrung = s->ledger->nrung;
    pp_report_free(&b->report);
    if (pp_check(&b->patient.mesh, NULL, &b->report, err) == PP_OK)
        b->ndefect = pp_count_defects(&b->report, ~0u) - b->nkept;
    return err->status;
}

/* Each witness as a facet of one point, for a tree to be asked. */
static pp_status
list_places(const pp_report *r, pp_mesh *places, pp_error *err)
{
    size_t n = 0;

    for (int d = 0; d < PP_NDEFECT; d++)
        n += r->defect[d].nwitness;
    if (pp_mesh_alloc(places, n, n, err) != PP_OK)
        return err->status;
    n = 0;
    for (int d = 0; d < PP_NDEFECT; d++)
        for (size_t i = 0; i < r->defect[d].nwitness; i++, n++) {
            places->vert[n] = r->defect[d].witness[i].place;
            places->tri[n][0] = places->tri[n][1] = places->tri[n][2] =
                (uint32_t)n;
        }
    return PP_OK;
}

/* The mesh stays as it came, with its defects. */
static pp_status
leave(const pp_mesh *stored, const pp_repair_options *o, pp_repair_ledger *l,
      pp_error *err)
{
    pp_ledger_undo(l, 0);
    l->nsame = stored->ntri;
    l->nflipped = l->nremoved = l->nadded = l->nloss = 0;
    if (pp_check(stored, NULL, &l->after, err) == PP_OK)
        (void)!pp_repair_openings(stored, o, &l->nopening, &l->nkept_open,
                                  err);
    return err->status;
}

/* *m becomes the best that was reached, if that keeps within its bound. */
static pp_status
hand_over(pp_mesh *m, const pp_mesh *stored, const pp_mesh *places, story *s,
          best *b, double most_mm, pp_error *err)
{
    pp_repair_ledger *l = s->ledger;

    if (pp_tell_change(stored, &b->patient, places, s->fate, s->options, l,
                       err) != PP_OK)
        return err->status;
    if (l->max_deviation_mm > most_mm) {
        snprintf(l->refused, sizeof l->refused,
                 "the surface moved by %.4g mm, of at most %.4g",
                 l->max_deviation_mm, most_mm);
        l->max_deviation_mm = l->changed_within_mm = 0;
        return leave(stored, s->options, l, err);
    }
    if (pp_put_in_order(stored, &b->patient, l, err) != PP_OK)
        return err->status;
    l->changed = true;
    l->nopening = b->nopening;
    l->nkept_open = b->nkept;
    l->after = b->report;
    memset(&b->report, 0, sizeof b->report);
    pp_ledger_undo(l, b->nrung);
    for (size_t i = 0; i < l->nrung; i++)
        if (l->rung[i].kept)
            l->volume_change_mm3 += l->rung[i].volume_change_mm3;
    pp_mesh_free(m);
    *m = b->patient.mesh;
    memset(&b->patient.mesh, 0, sizeof b->patient.mesh);
    return PP_OK;
}

/* The story of a mesh that is not as it should be. most_mm: how far all
   rungs together may move the surface; o has the bound of each. */
static pp_status
repair_sick(pp_mesh *m, const pp_mesh *stored, const pp_repair_options *o,
            double most_mm, pp_repair_ledger *l, pp_error *err)
{
    story s = { .options = o, .ledger = l, .middle = pp_middle(stored) };
    best b = { 0 };
    pp_mesh places = { 0 };

    if (pp_check(stored, &all_witnesses, &s.report, err) != PP_OK)
        return err->status;
    b.ndefect = pp_count_defects(&s.report, ~0u);
    s.patient.old_of = pp_alloc(stored->ntri, sizeof *s.patient.old_of);
    s.fate = pp_alloc_zero(stored->ntri, 1);
    if (s.patient.old_of == NULL || s.fate == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    for (size_t t = 0; t < stored->ntri; t++)
        s.patient.old_of[t] = (uint32_t)t;
    if (list_places(&s.report, &places, err) != PP_OK ||
        pp_mesh_copy(stored, &s.patient.mesh, err) != PP_OK ||
        ((pp_keeps_openings(o) || o->min_part_mm3 > 0) &&
         prepare(&s, &b, err) != PP_OK) ||
        find_bound(&s, err) != PP_OK || run_passes(&s, &b, err) != PP_OK ||
        drop_unwanted(&s, &b, err) != PP_OK)
        goto done;
    if (b.patient.mesh.ntri == 0 || l->nrung == 0) /* nothing was better */
        (void)!leave(stored, o, l, err);
    else
        (void)!hand_over(m, stored, &places, &s, &b, most_mm, err);
done:
    free_story(&s);
    free_best(&b);
    pp_mesh_free(&places);
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

pp_status
pp_repair(pp_mesh *m, const pp_repair_options *options, pp_repair_ledger *l,
          pp_error *err)
{
    pp_repair_options o = with_defaults(options);
    const double most_mm = o.max_deviation_mm;
    pp_mesh stored = { 0 };

    memset(l, 0, sizeof *l);
    o.weld_mm = fmin(o.weld_mm,
                     LARGEST_WELD * pp_box_diagonal(pp_mesh_box(m)));
    if (pp_mesh_copy(m, &stored, err) != PP_OK ||
        pp_as_stored(&stored, &o, err) != PP_OK ||
        pp_check(&stored, NULL, &l->before, err) != PP_OK)
        goto done;
    if (pp_report_ndefect(&l->before) == 0 && o.min_part_mm3 == 0 &&
        !o.drop_inner) {
        l->nsame = m->ntri;
        (void)!pp_report_copy(&l->before, &l->after, err);
        goto done;
    }
    if (repair_sick(m, &stored, &o, most_mm, l, err) == PP_OK &&
        l->refused[0] != '\0') {
        o.max_deviation_mm = most_mm * SHORTER; /* shorter steps may do */
        pp_ledger_reset(l);
        (void)!repair_sick(m, &stored, &o, most_mm, l, err);
    }
done:
    pp_mesh_free(&stored);
    if (err->status != PP_OK)
        pp_repair_ledger_free(l);
    return err->status;
}
