/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * quality.c - shape of facets, and the angles between them
 *
 * Angles are compared by functions that grow with them and need no arc, and
 * become degrees at the end: the cotangent inside a facet (dot product over
 * twice the area, which keeps its digits for needles), and between facets the
 * corner of the unit diamond in that direction. Each edge is measured once,
 * from its lower vertex, around which its facets lie together in the topology.
 */
#include "check/shape.h"
#include "check/topology.h"

#include <string.h>

#define DEG 57.29577951308232

/* Extremes, in the numbers that are compared. */
typedef struct {
    double max_cot, min_cot;         /* of angles in facets */
    double min_corner, max_corner;   /* of bends between them */
    double sum[3];                   /* over edges: 1, length, its square */
} extremes;

static double
degrees_of_cotangent(double cot)
{
    return DEG * atan2(1, cot);
}

/* The direction (x, y) as a place on the diamond |x| + |y| = 1: -2 to 2. */
static double
corner_of(double x, double y)
{
    const double size = fabs(x) + fabs(y);

    if (!(size > 0))
        return 0;
    return y >= 0 ? 1 - x / size : x / size - 1;
}

static double
degrees_of_corner(double c)
{
    const double x = 1 - fabs(c), y = 1 - fabs(x);

    return DEG * atan2(c >= 0 ? y : -y, x);
}

/* The smallest angle faces the shortest side, the largest the longest. */
static void
measure_facet(const pp_mesh *m, size_t t, pp_quality *q, extremes *x)
{
    static const double cap_cot = -5.671281819617709; /* of PP_CAP_DEG */
    const double area2 = pp_norm(pp_facet_normal(m, t));
    pp_vec3 p[3], side[3];
    double square[3], smallest, largest;
    int small = 0, large = 0;

    for (int k = 0; k < 3; k++)
        p[k] = m->vert[m->tri[t][k]];
    for (int k = 0; k < 3; k++) {
        side[k] = pp_sub(p[(k + 2) % 3], p[(k + 1) % 3]);
        square[k] = pp_dot(side[k], side[k]);
        small = square[k] < square[small] ? k : small;
        large = square[k] > square[large] ? k : large;
    }
    q->nneedle += square[small] <
                  PP_NEEDLE_RATIO * PP_NEEDLE_RATIO * square[large];
    smallest = -pp_dot(side[(small + 1) % 3], side[(small + 2) % 3]) / area2;
    largest = -pp_dot(side[(large + 1) % 3], side[(large + 2) % 3]) / area2;
    q->ncap += largest < cap_cot;
    if (largest < x->min_cot)
        x->min_cot = largest;
    if (smallest > x->max_cot) {
        x->max_cot = smallest;
        q->min_angle_place = p[small];
    }
}

/* The bend over the edge that facet a runs along: more is more convex. */
static void
measure_edge(const pp_mesh *m, uint32_t v, uint32_t other, double mm,
             uint32_t a, uint32_t b, pp_quality *q, extremes *x)
{
    const pp_vec3 na = pp_facet_normal(m, a), nb = pp_facet_normal(m, b);
    const pp_vec3 p = m->vert[v], p2 = m->vert[other];
    const double corner =
        corner_of(pp_dot(na, nb) * mm,
                  pp_dot(pp_cross(na, nb), pp_sub(p2, p)));

    if (corner > x->max_corner) {
        x->max_corner = corner;
        q->min_dihedral_place = pp_scale(pp_add(p, p2), 0.5);
    }
    if (corner < x->min_corner) {
        x->min_corner = corner;
        q->max_dihedral_place = pp_scale(pp_add(p, p2), 0.5);
    }
}

/*
 * The facets that run from `other` to v, found in the smaller of both rings;
 * the last one in *facet.
 */
static uint32_t
count_back(const pp_mesh *m, const pp_topology *topo, uint32_t v,
           uint32_t other, uint32_t *facet)
{
    const bool here = topo->start[v + 1] - topo->start[v] <=
                      topo->start[other + 1] - topo->start[other];
    const uint32_t at = here ? v : other, to = here ? other : v;
    uint32_t n = 0;

    for (uint32_t i = topo->start[at]; i < topo->start[at + 1]; i++) {
        const uint32_t t = topo->incident[i] >> 2, k = topo->incident[i] & 3;
        const uint32_t step = here ? 2 : 1; /* before v, or after `other` */

        if (m->tri[t][(k + step) % 3] == to) {
            *facet = t;
            n++;
        }
    }
    return n;
}

/* The edges on which facets leave v, each edge from one of its ends. */
static void
measure_ring(const pp_mesh *m, const pp_topology *topo, uint32_t v,
             pp_quality *q, extremes *x)
{
    for (uint32_t i = topo->start[v]; i < topo->start[v + 1]; i++) {
        const uint32_t a = topo->incident[i] >> 2, k = topo->incident[i] & 3;
        const uint32_t other = m->tri[a][k == 2 ? 0 : k + 1];
        uint32_t b = PP_NONE;
        const uint32_t nback = count_back(m, topo, v, other, &b);
        double mm;

        if (nback > 0 && v > other)
            continue; /* seen from the other end */
        mm = pp_distance(m->vert[v], m->vert[other]);
        q->min_edge_mm = fmin(q->min_edge_mm, mm);
        q->max_edge_mm = fmax(q->max_edge_mm, mm);
        x->sum[0] += 1;
        x->sum[1] += mm;
        x->sum[2] += mm * mm;
        if (nback == 1)
            measure_edge(m, v, other, mm, a, b, q, x);
    }
}

static void
finish(const extremes *x, pp_quality *q)
{
    const double *sum = x->sum;

    if (x->min_cot <= x->max_cot) {
        q->min_angle_deg = degrees_of_cotangent(x->max_cot);
        q->max_angle_deg = degrees_of_cotangent(x->min_cot);
    }
    if (x->min_corner <= x->max_corner) {
        q->min_dihedral_deg = 180 - degrees_of_corner(x->max_corner);
        q->max_dihedral_deg = 180 - degrees_of_corner(x->min_corner);
    }
    if (sum[0] > 0) {
        q->mean_edge_mm = sum[1] / sum[0];
        q->sd_edge_mm = sqrt(fmax(0, sum[2] / sum[0] -
                                         q->mean_edge_mm * q->mean_edge_mm));
    }
}

pp_status
pp_measure_quality(const pp_mesh *m, pp_quality *q, pp_error *err)
{
    extremes x = { -HUGE_VAL, HUGE_VAL, HUGE_VAL, -HUGE_VAL, { 0 } };
    pp_topology topo;
    double area_mm2 = 0;

    memset(q, 0, sizeof *q);
    q->min_edge_mm = HUGE_VAL;
    if (pp_topology_build(m, &topo, err) != PP_OK)
        return err->status;
    for (size_t t = 0; t < m->ntri; t++) {
        if (pp_repeats_vertex(m->tri[t]))
            continue;
        measure_facet(m, t, q, &x);
        area_mm2 += pp_norm(pp_facet_normal(m, t)) / 2;
    }
    for (size_t v = 0; v < m->nvert; v++)
        measure_ring(m, &topo, (uint32_t)v, q, &x);
    pp_topology_free(&topo);
    finish(&x, q);
    if (area_mm2 > 0)
        q->facets_per_cm2 = (double)m->ntri / (area_mm2 / 100);
    return PP_OK;
}
