/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * free.c - the smoothing that others do, for comparison
 *
 * Taubin's lambda|mu filter (SIGGRAPH 1995) on the vertices themselves, with
 * nothing to hold them: smooth, quick, and not true to the mask. What it
 * changed is for the proof to say.
 */
#include "surface/fair.h"

#include "base/alloc.h"
#include "base/order.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PAIRS 20
#define LAMBDA 0.5
#define MU (-0.53)

static void
step(const pp_fair *f, const pp_vec3 *from, pp_vec3 *to, double factor)
{
    #pragma omp parallel for schedule(static)
    for (ptrdiff_t v = 0; v < (ptrdiff_t)f->n; v++) {
        const size_t first = f->first[v], end = f->first[v + 1];
        pp_vec3 sum = { 0, 0, 0 };

        for (size_t m = first; m < end; m++)
            sum = pp_add(sum, from[f->ring[m]]);
        sum = pp_sub(pp_scale(sum, 1 / (double)(end - first)), from[v]);
        to[v] = pp_add(from[v], pp_scale(sum, factor));
    }
}

/* How far the vertices went, as the ledger's reached. */
static pp_status
measure(const pp_vec3 *from, const pp_mesh *m, pp_reached *r, pp_error *err)
{
    double *d = pp_alloc(m->nvert, sizeof *d), sum = 0;
    const size_t last = m->nvert - 1;

    if (d == NULL)
        return pp_fail_memory(err);
    for (size_t v = 0; v < m->nvert; v++) {
        d[v] = pp_distance(from[v], m->vert[v]);
        sum += d[v];
    }
    qsort(d, m->nvert, sizeof *d, pp_order_double);
    r->mean_mm = sum / (double)m->nvert;
    r->p95_mm = d[(size_t)(0.95 * (double)last)];
    r->p99_mm = d[(size_t)(0.99 * (double)last)];
    r->max_mm = d[last];
    pp_free(d);
    return PP_OK;
}

pp_status
pp_lattice_free_smooth(pp_lattice *l, const pp_mask *mask, pp_mesh *mesh,
                       pp_surface_report *report, pp_error *err)
{
    const pp_reached none = { 0 };
    pp_vec3 *start = NULL, *half = NULL;
    pp_fair f = { 0 };

    if (pp_fair_begin(l, mask, &f, err) != PP_OK ||
        pp_lattice_to_mesh(l, mask->to_lps, mesh, err) != PP_OK)
        goto done;
    start = pp_alloc(f.n, sizeof *start);
    half = pp_alloc(f.n, sizeof *half);
    if (start == NULL || half == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    memcpy(start, mesh->vert, f.n * sizeof *start);
    for (int k = 0; k < PAIRS; k++) {
        step(&f, mesh->vert, half, LAMBDA);
        step(&f, half, mesh->vert, MU);
    }
    if (measure(start, mesh, &report->reached, err) == PP_OK &&
        pp_ledger_mesh("free", mesh, report, err) == PP_OK) {
        report->mesh_volume_mm3 =
            report->step[report->nstep - 1].volume_mm3;
        report->max_move_mm = report->reached.max_mm;
        report->reached = none;
    }
done:
    pp_fair_free(&f);
    pp_free(start);
    pp_free(half);
    return err->status;
}
