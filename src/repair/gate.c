/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gate.c - bounds that a cure must keep
 *
 * Distances are measured from the vertices that only one of the two surfaces
 * has to the other surface: what is the same in both is not off.
 */
#include "repair/gate.h"

#include "base/alloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A local cure may change the volume by so much, as a part of it. */
#define VOLUME_PART 0.01

static int
compare_points(const void *left, const void *right)
{
    const pp_vec3 *a = left, *b = right;

    if (a->x != b->x)
        return a->x < b->x ? -1 : 1;
    if (a->y != b->y)
        return a->y < b->y ? -1 : 1;
    return a->z < b->z ? -1 : a->z > b->z;
}

/* The largest distance of a vertex that only m has from the surface of old. */
static pp_status
one_sided(const pp_mesh *m, const pp_mesh *old, double *distance,
          pp_error *err)
{
    pp_vec3 *sorted = pp_alloc(old->nvert, sizeof *sorted);
    pp_bvh *bvh = NULL;

    if (sorted == NULL)
        return pp_fail_memory(err);
    for (size_t v = 0; v < old->nvert; v++)
        sorted[v] = old->vert[v];
    qsort(sorted, old->nvert, sizeof *sorted, compare_points);
    if (pp_bvh_build(old, &bvh, err) == PP_OK)
        for (size_t v = 0; v < m->nvert; v++)
            if (bsearch(&m->vert[v], sorted, old->nvert, sizeof *sorted,
                        compare_points) == NULL)
                *distance = fmax(*distance,
                                 pp_bvh_nearest(bvh, m->vert[v],
                                                HUGE_VAL).distance);
    pp_bvh_free(bvh);
    pp_free(sorted);
    return err->status;
}

pp_status
pp_gate_surface(const pp_mesh *old, const pp_report *old_report,
                const pp_mesh *m, const pp_report *report,
                const pp_repair_options *o, bool local, pp_cure *c,
                bool *kept, pp_error *err)
{
    const double change = fabs(report->volume_mm3 - old_report->volume_mm3);

    *kept = false;
    if (m->ntri == 0 || (!local && report->nshell < old_report->nshell)) {
        snprintf(c->detail, sizeof c->detail, "%zu shells became %zu",
                 old_report->nshell, report->nshell);
        return PP_OK;
    }
    if (!local && change > VOLUME_PART * fabs(old_report->volume_mm3)) {
        snprintf(c->detail, sizeof c->detail, "volume changed by %.4g mm3",
                 change);
        return PP_OK;
    }
    if (one_sided(m, old, &c->moved_mm, err) != PP_OK ||
        one_sided(old, m, &c->moved_mm, err) != PP_OK)
        return err->status;
    *kept = c->moved_mm <= o->max_deviation_mm;
    return PP_OK;
}

pp_vec3
pp_middle(const pp_mesh *m)
{
    const pp_box box = pp_mesh_box(m);

    return pp_scale(pp_add(box.low, box.high), 0.5);
}

double
pp_signed_volume(const pp_mesh *m, pp_vec3 from)
{
    double six = 0;

    for (size_t t = 0; t < m->ntri; t++)
        six += pp_dot(pp_sub(m->vert[m->tri[t][0]], from),
                      pp_cross(pp_sub(m->vert[m->tri[t][1]], from),
                               pp_sub(m->vert[m->tri[t][2]], from)));
    return six / 6;
}

pp_status
pp_report_copy(const pp_report *r, pp_report *copy, pp_error *err)
{
    *copy = *r;
    copy->shell = NULL;
    for (int d = 0; d < PP_NDEFECT; d++)
        copy->defect[d].witness = NULL;
    copy->shell = pp_alloc(r->nshell, sizeof *r->shell);
    if (copy->shell == NULL)
        goto failed;
    if (r->nshell > 0)
        memcpy(copy->shell, r->shell, r->nshell * sizeof *r->shell);
    for (int d = 0; d < PP_NDEFECT; d++) {
        const pp_finding *f = &r->defect[d];

        if (f->nwitness == 0)
            continue;
        copy->defect[d].witness = pp_alloc(f->nwitness, sizeof *f->witness);
        if (copy->defect[d].witness == NULL)
            goto failed;
        memcpy(copy->defect[d].witness, f->witness,
               f->nwitness * sizeof *f->witness);
    }
    return PP_OK;
failed:
    pp_report_free(copy);
    return pp_fail_memory(err);
}

double
pp_nudge(const pp_mesh *m, const pp_repair_options *o)
{
    const pp_box box = pp_mesh_box(m);
    const double largest = fmax(fmax(fmax(fabs(box.low.x), fabs(box.high.x)),
                                     fmax(fabs(box.low.y), fabs(box.high.y))),
                                fmax(fabs(box.low.z), fabs(box.high.z)));
    int exponent;

    frexp(largest, &exponent);
    return fmax(1e-4, 4 * ldexp(1, exponent - (o->round_float ? 24 : 53)));
}
