/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * quality.c - shape of facets, and the angles between them
 *
 * Angles come from atan2 of cross and dot product, which keeps its digits for
 * needles. Each edge is measured once, from its lower vertex, where the
 * facets around that vertex lie together in the topology.
 */
#include "check/shape.h"
#include "check/topology.h"

#include <string.h>

#define DEG 57.29577951308232

static double
angle_deg(pp_vec3 a, pp_vec3 b)
{
    return DEG * atan2(pp_norm(pp_cross(a, b)), pp_dot(a, b));
}

static pp_vec3
facet_normal(const pp_mesh *m, uint32_t t)
{
    const uint32_t *v = m->tri[t];

    return pp_cross(pp_sub(m->vert[v[1]], m->vert[v[0]]),
                    pp_sub(m->vert[v[2]], m->vert[v[0]]));
}

/* The smallest and the largest angle of a facet, by its sides. */
static void
measure_facet(const pp_mesh *m, size_t t, pp_quality *q)
{
    pp_vec3 p[3], side[3];
    double length[3], shortest, longest;
    int small = 0, large = 0; /* the corners facing these sides */

    for (int k = 0; k < 3; k++)
        p[k] = m->vert[m->tri[t][k]];
    for (int k = 0; k < 3; k++) {
        side[k] = pp_sub(p[(k + 2) % 3], p[(k + 1) % 3]);
        length[k] = pp_norm(side[k]);
        small = length[k] < length[small] ? k : small;
        large = length[k] > length[large] ? k : large;
    }
    shortest = length[small];
    longest = length[large];
    q->nneedle += shortest < PP_NEEDLE_RATIO * longest;
    {
        const double smallest =
            angle_deg(pp_sub(p[(small + 1) % 3], p[small]),
                      pp_sub(p[(small + 2) % 3], p[small]));
        const double largest =
            angle_deg(pp_sub(p[(large + 1) % 3], p[large]),
                      pp_sub(p[(large + 2) % 3], p[large]));

        q->ncap += largest > PP_CAP_DEG;
        if (largest > q->max_angle_deg)
            q->max_angle_deg = largest;
        if (smallest < q->min_angle_deg) {
            q->min_angle_deg = smallest;
            q->min_angle_place = p[small];
        }
    }
}

/*
 * The angle inside the material between facets a and b over the edge that a
 * runs from p to p2: less than 180 degrees on a convex edge.
 */
static double
dihedral_deg(const pp_mesh *m, uint32_t a, uint32_t b, pp_vec3 p, pp_vec3 p2)
{
    const pp_vec3 na = facet_normal(m, a), nb = facet_normal(m, b);
    const pp_vec3 along = pp_unit(pp_sub(p2, p));
    const double bend =
        DEG * atan2(pp_dot(pp_cross(na, nb), along), pp_dot(na, nb));

    return 180 - bend;
}

static void
measure_edge(const pp_mesh *m, uint32_t v, uint32_t other, uint32_t a,
             uint32_t b, pp_quality *q)
{
    const pp_vec3 p = m->vert[v], p2 = m->vert[other];
    const double deg = dihedral_deg(m, a, b, p, p2);

    if (deg < q->min_dihedral_deg) {
        q->min_dihedral_deg = deg;
        q->min_dihedral_place = pp_scale(pp_add(p, p2), 0.5);
    }
    if (deg > q->max_dihedral_deg) {
        q->max_dihedral_deg = deg;
        q->max_dihedral_place = pp_scale(pp_add(p, p2), 0.5);
    }
}

/* The edges from v to higher vertices: all lengths; angles where two facets
 * run opposite ways. Only edges with a facet leaving v are seen; an open edge
 * is seen by its one facet from whichever end that leaves. */
static void
measure_ring(const pp_mesh *m, const pp_topology *topo, uint32_t v,
             pp_quality *q, double sum[3])
{
    for (uint32_t i = topo->start[v]; i < topo->start[v + 1]; i++) {
        const uint32_t a = topo->incident[i] >> 2, k = topo->incident[i] & 3;
        const uint32_t other = m->tri[a][k == 2 ? 0 : k + 1];
        const double mm = pp_distance(m->vert[v], m->vert[other]);
        uint32_t b = PP_NONE, nback = 0;

        if (topo->start[v + 1] - topo->start[v] <= 64)
            for (uint32_t j = topo->start[v]; j < topo->start[v + 1]; j++) {
                const uint32_t t = topo->incident[j] >> 2;
                const uint32_t l = topo->incident[j] & 3;

                if (m->tri[t][l == 0 ? 2 : l - 1] == other) {
                    b = t;
                    nback++;
                }
            }
        if (nback > 0 && v > other)
            continue; /* seen from the other end */
        q->min_edge_mm = fmin(q->min_edge_mm, mm);
        q->max_edge_mm = fmax(q->max_edge_mm, mm);
        sum[0] += 1;
        sum[1] += mm;
        sum[2] += mm * mm;
        if (nback == 1)
            measure_edge(m, v, other, a, b, q);
    }
}

pp_status
pp_measure_quality(const pp_mesh *m, pp_quality *q, pp_error *err)
{
    pp_topology topo;
    double sum[3] = { 0 }, area_mm2 = 0;

    memset(q, 0, sizeof *q);
    q->min_angle_deg = 180;
    q->min_edge_mm = HUGE_VAL;
    q->min_dihedral_deg = 360;
    if (pp_topology_build(m, &topo, err) != PP_OK)
        return err->status;
    for (size_t t = 0; t < m->ntri; t++) {
        if (pp_repeats_vertex(m->tri[t]))
            continue;
        measure_facet(m, t, q);
        area_mm2 += pp_norm(facet_normal(m, (uint32_t)t)) / 2;
    }
    for (size_t v = 0; v < m->nvert; v++)
        measure_ring(m, &topo, (uint32_t)v, q, sum);
    pp_topology_free(&topo);
    if (sum[0] > 0) {
        q->mean_edge_mm = sum[1] / sum[0];
        q->sd_edge_mm = sqrt(fmax(0, sum[2] / sum[0] -
                                         q->mean_edge_mm * q->mean_edge_mm));
    }
    if (area_mm2 > 0)
        q->facets_per_cm2 = (double)m->ntri / (area_mm2 / 100);
    return PP_OK;
}
