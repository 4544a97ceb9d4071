/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sides.c - which side of a thin wall looks outward
 *
 * A lumen sees walls, the outside of a vessel sees the open: of the two ends
 * of a ball in a thin wall, the one from which more rays escape is the outer
 * one, if there is a clear difference (the exposure of Zhukov, Iones and
 * Kronin 1998). What lies beside such facets is of their side. Where both ends
 * see as much, as on a flat plate, no side is inner and none has to stay.
 */
#include "shell/grow.h"

#include "base/alloc.h"

#include <string.h>

enum { NRAY = 128 }; /* all around; about half leave a surface */

#define CLEAR_DIFFERENCE 0.1
#define OFF_MM 1e-3 /* rays start so far from the surface */
enum { SPREAD = 8 }; /* steps from facet to facet, of about T/2 */

/* A ball touches what comes as near to it, of its radius. */
#define TOUCHES 0.1

/* Facets whose normals differ by more than 45 degrees are of two faces. */
#define SAME_FACE 0.7

enum { UNKNOWN, INNER, OUTER };

/* The share of rays that escape from a place, by the cosine to d. */
static double
exposure(const pp_bvh *bvh, pp_vec3 p, pp_vec3 d)
{
    double free = 0, all = 0;

    for (int i = 0; i < NRAY; i++) {
        /* a spiral of equal areas, golden angle */
        const double z = 1 - (2 * i + 1.0) / NRAY, a = 2.39996323 * i;
        const double r = sqrt(1 - z * z);
        const pp_vec3 ray = pp_vec(r * cos(a), r * sin(a), z);
        const double cosine = pp_dot(ray, d);
        double s;

        if (cosine <= 0.05)
            continue;
        all += cosine;
        if (pp_bvh_ray(bvh, pp_madd(p, OFF_MM, d), ray, 0, HUGE_VAL, &s) ==
            PP_NONE)
            free += cosine;
    }
    return free / all;
}

bool
pp_across(const pp_bvh *bvh, const pp_ball *b, pp_vec3 *p)
{
    const pp_vec3 way = pp_unit(pp_sub(b->centre, b->touch));
    double s;

    if (!(b->diameter_mm > 0) ||
        pp_bvh_ray(bvh, b->centre, way, 0, b->diameter_mm, &s) == PP_NONE)
        return false;
    *p = pp_madd(b->centre, s, way);
    return true;
}

/* Is the sample's own end of a thin ball inner, outer or neither? */
static uint8_t
side_of(const pp_bvh *bvh, const pp_ball *b)
{
    const pp_vec3 out = pp_unit(pp_sub(b->touch, b->centre));
    const double own = exposure(bvh, b->touch, out);
    pp_vec3 across;

    if (!pp_across(bvh, b, &across))
        return UNKNOWN;
    const double other = exposure(bvh, across, pp_scale(out, -1));

    return fabs(own - other) < CLEAR_DIFFERENCE ? UNKNOWN
           : own < other ? INNER : OUTER;
}

/* Marks go to neighbours, not around sharp edges, the same way for any thread
 * count. */
static pp_status
spread(const pp_mesh *m, uint8_t *side, pp_error *err)
{
    pp_half_edge *half = NULL;
    size_t nhalf = 0;
    uint8_t *next = pp_alloc(m->ntri, 1);

    if (next == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    if (pp_mesh_half_edges(m, &half, &nhalf, err) != PP_OK)
        goto done;
    for (int round = 0; round < SPREAD; round++) {
        memcpy(next, side, m->ntri);
        for (size_t i = 0; i + 1 < nhalf; i++) {
            const size_t a = half[i].corner / 3, b = half[i + 1].corner / 3;

            if (half[i].low != half[i + 1].low ||
                half[i].high != half[i + 1].high || side[a] == side[b] ||
                pp_dot(pp_unit(pp_facet_normal(m, a)),
                       pp_unit(pp_facet_normal(m, b))) < SAME_FACE)
                continue;
            if (side[a] == UNKNOWN && side[b] > next[a])
                next[a] = side[b];
            if (side[b] == UNKNOWN && side[a] > next[b])
                next[b] = side[a];
        }
        memcpy(side, next, m->ntri);
    }
done:
    pp_free(half);
    pp_free(next);
    return err->status;
}

static pp_status
tree_of(const pp_mesh *m, const uint8_t *keep, pp_mesh *part, pp_bvh **bvh,
        pp_error *err)
{
    if (pp_mesh_select(m, keep, part, err) == PP_OK && part->ntri > 0)
        (void)!pp_bvh_build(part, bvh, err);
    return err->status;
}

pp_status
pp_sides_find(const pp_survey *s, double t_mm, pp_grow_way way,
              pp_grow_bounds *b, pp_error *err)
{
    const pp_mesh *m = &s->mesh;
    const pp_thickness *t = &s->balls;
    const pp_bvh *bvh = pp_ground_tree(s->ground);
    const uint8_t stays = way == PP_GROW_OUT ? INNER : OUTER;
    uint8_t *side = pp_alloc_zero(m->ntri, 1);
    pp_mesh others = { 0 };

    if (side == NULL)
        return pp_fail_memory(err);
    #pragma omp parallel for schedule(dynamic, 64)
    for (ptrdiff_t i = (ptrdiff_t)t->nvert; i < (ptrdiff_t)t->nball; i++)
        if (t->ball[i].stopped && t->ball[i].diameter_mm > 0 &&
            t->ball[i].diameter_mm < t_mm)
            side[t->ball[i].facet] = side_of(bvh, &t->ball[i]);
    if (spread(m, side, err) != PP_OK)
        goto done;
    for (size_t f = 0; f < m->ntri; f++)
        side[f] = side[f] == stays;
    if (tree_of(m, side, &b->stay, &b->fixed, err) != PP_OK)
        goto done;
    for (size_t f = 0; f < m->ntri; f++)
        side[f] = !side[f];
    if (tree_of(m, side, &others, &b->beside, err) == PP_OK &&
        (b->fixed == NULL || b->beside == NULL)) {
        pp_bvh_free(b->fixed); /* not some, but none or all */
        b->fixed = NULL;
        pp_mesh_free(&b->stay);
    }
done:
    pp_mesh_free(&others);
    pp_free(side);
    return err->status;
}

pp_vec3
pp_behind_fixed(const pp_grow_bounds *b, const pp_ball *ball, double t_mm)
{
    const pp_nearest end = pp_bvh_nearest(
        b->fixed, ball->centre, (1 + TOUCHES) * ball->diameter_mm / 2);
    pp_vec3 normal;
    double depth;

    if (end.facet == PP_NONE || !(end.distance > 0) ||
        pp_bvh_ball_is_empty(b->beside, ball->centre,
                             (1 + TOUCHES) * ball->diameter_mm / 2))
        return ball->centre;
    /* beside a rim of them, too, it is their plane that counts */
    normal = pp_unit(pp_facet_normal(&b->stay, end.facet));
    depth = pp_dot(pp_sub(end.point, ball->centre), normal);
    return depth > 0 ? pp_madd(ball->centre, depth - t_mm / 2, normal)
                     : ball->centre;
}
