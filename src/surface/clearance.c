/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * clearance.c - how near a surface comes to itself
 *
 * The distance of two triangles that do not cross is that of a corner of one
 * to the other, or of two edges (Ericson, Real-Time Collision Detection,
 * sections 5.1.5 and 5.1.9). Facets that share a vertex touch by right.
 */
#include "surface/bound.h"
#include "surface/surface.h"

#include <math.h>

#define RUN 256 /* facets that share what was found */

typedef struct {
    const pp_mesh *m;
    uint32_t facet;
    pp_box box; /* of the facet */
    double least2;
} visit;

static inline double
clamp01(double x)
{
    return x > 0 ? x < 1 ? x : 1 : 0;
}

static double
segment_distance2(pp_vec3 p, pp_vec3 to_p, pp_vec3 q, pp_vec3 to_q)
{
    const pp_vec3 u = pp_sub(to_p, p), v = pp_sub(to_q, q), w = pp_sub(p, q);
    const double uu = pp_dot(u, u), vv = pp_dot(v, v), uv = pp_dot(u, v);
    const double uw = pp_dot(u, w), vw = pp_dot(v, w);
    const double det = uu * vv - uv * uv;
    double s = det > 0 ? clamp01((uv * vw - uw * vv) / det) : 0;
    double t = vv > 0 ? (uv * s + vw) / vv : 0;
    pp_vec3 d;

    if (!(t >= 0 && t <= 1)) {
        t = clamp01(t);
        s = uu > 0 ? clamp01((uv * t - uw) / uu) : 0;
    }
    d = pp_sub(pp_madd(p, s, u), pp_madd(q, t, v));
    return pp_dot(d, d);
}

static double
facets_distance2(const pp_mesh *m, uint32_t f, uint32_t g)
{
    const uint32_t *a = m->tri[f], *b = m->tri[g];
    double least2 = HUGE_VAL;

    for (int k = 0; k < 3; k++) {
        least2 = fmin(least2, pp_facet_distance2(m, g, m->vert[a[k]]));
        least2 = fmin(least2, pp_facet_distance2(m, f, m->vert[b[k]]));
        for (int n = 0; n < 3; n++)
            least2 = fmin(least2, segment_distance2(
                                      m->vert[a[k]], m->vert[a[(k + 1) % 3]],
                                      m->vert[b[n]], m->vert[b[(n + 1) % 3]]));
    }
    return least2;
}

/* Squared; zero where they overlap. */
static double
boxes_distance2(const pp_box *a, const pp_box *b)
{
    double sum = 0;

    for (int k = 0; k < 3; k++) {
        const double gap = fmax(pp_axis(a->low, k) - pp_axis(b->high, k),
                                pp_axis(b->low, k) - pp_axis(a->high, k));

        sum += gap > 0 ? gap * gap : 0;
    }
    return sum;
}

static pp_box
box_of(const pp_mesh *m, uint32_t f)
{
    pp_box box = pp_box_empty();

    for (int k = 0; k < 3; k++)
        pp_box_add(&box, m->vert[m->tri[f][k]]);
    return box;
}

static int
look_at_pair(uint32_t other, void *data)
{
    visit *v = data;
    const uint32_t *a = v->m->tri[v->facet], *b = v->m->tri[other];
    const pp_box box = box_of(v->m, other);

    if (other <= v->facet || boxes_distance2(&v->box, &box) >= v->least2)
        return 0;
    for (int k = 0; k < 3; k++)
        for (int n = 0; n < 3; n++)
            if (a[k] == b[n])
                return 0;
    v->least2 = fmin(v->least2, facets_distance2(v->m, v->facet, other));
    return 0;
}

pp_status
pp_surface_clearance(const pp_mesh *m, double most_mm, double *mm,
                     pp_error *err)
{
    pp_bvh *tree = NULL;
    double least2 = most_mm * most_mm;

    *mm = 0;
    if (pp_bvh_build(m, &tree, err) != PP_OK)
        return err->status;
    #pragma omp parallel for schedule(dynamic, 1) reduction(min : least2)
    for (ptrdiff_t run = 0; run < (ptrdiff_t)m->ntri; run += RUN) {
        visit v = { .m = m, .least2 = most_mm * most_mm };
        const size_t end = (size_t)run + RUN;

        for (size_t f = (size_t)run; f < end && f < m->ntri; f++) {
            const double reach = sqrt(v.least2);
            const pp_vec3 out = pp_vec(reach, reach, reach);
            pp_box box;

            v.facet = (uint32_t)f;
            v.box = box = box_of(m, v.facet);
            box.low = pp_sub(box.low, out);
            box.high = pp_add(box.high, out);
            pp_bvh_overlap(tree, box, look_at_pair, &v);
        }
        least2 = v.least2 < least2 ? v.least2 : least2;
    }
    pp_bvh_free(tree);
    *mm = sqrt(least2);
    return PP_OK;
}
