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

#include <stdio.h>
#include <string.h>

/* The first passes look at neighbourhoods of defects, the others at parts. */
#define MOST_PASSES 8
#define LOCAL_PASSES 2

/* The weld tolerance is at most this part of the diagonal: a model in metres,
   or of a tiny thing, must not fold up. */
#define LARGEST_WELD 1e-4

/* All witnesses: they say which parts need a cure. */
static const pp_check_options all_witnesses = { false, SIZE_MAX };

/* ---- cures of the whole mesh ---- */

static pp_status
orient_whole(pp_mesh *m, pp_repair_ledger *l, bool *helped, pp_error *err)
{
    pp_cure c = { 0 };

    if (pp_cure_orient(m, &c, err) != PP_OK || c.count == 0)
        return err->status;
    *helped = true;
    return pp_ledger_add(l, "orient", &c, true, 0, err);
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
    return pp_ledger_add(l, "outward", &c, true,
                    pp_signed_volume(m, from) - before, err);
}

/* ---- passes ---- */

static pp_status
cure_region(pp_patient *patient, const pp_report *r,
            const pp_repair_options *o, int *pass, size_t (*futile)[2],
            pp_repair_ledger *l, bool *helped, pp_error *err)
{
    pp_region region;
    pp_climber p = { .options = o, .region = &region, .ledger = l,
                  .futile = futile };

    p.nudge_mm = pp_nudge(&patient->mesh, o) * (double)(1 << 2 * (*pass / 2));
    if (pp_region_cut(&patient->mesh, r, *pass < LOCAL_PASSES, &region, err) !=
        PP_OK)
        return err->status;
    if (region.sick.ntri == 0)
        goto done;
    if (pp_mesh_copy(&region.sick, &p.mesh, err) != PP_OK ||
        pp_climb(&p, helped, err) != PP_OK)
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
    b->ndefect = pp_count_defects(r, ~0u);
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
    size_t futile[PP_NRUNG][2] = { { 0 } };

    for (int pass = 0; pass < MOST_PASSES; pass++) {
        const bool sick =
            pp_count_defects(r, ~PP_BIT(PP_DEFECT_INVERTED_SHELL)) > 0;
        bool helped = false;

        if (pp_count_defects(r, PP_BIT(PP_DEFECT_FLIPPED)) > 0 &&
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
        if (pp_count_defects(r, ~0u) < b->ndefect) {
            const size_t left = pp_count_defects(r, ~0u);

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
    best b = { .ndefect = pp_count_defects(witnessed, ~0u) };

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
        l->nsame = stored->ntri;
        (void)!pp_check(stored, NULL, &l->after, err);
        goto done;
    }
    if (pp_put_in_order(stored, &b.patient, l, err) != PP_OK)
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
        pp_as_stored(&stored, &o, err) != PP_OK ||
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
