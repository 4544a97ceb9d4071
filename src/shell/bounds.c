/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bounds.c - where nothing may grow
 *
 * Around what lies amid a gap nothing grows, so that the gap stays open; and
 * nothing grows where facets that are to stay are nearer than all others. In
 * a wall of which one side stays, that ends what grows amid the wall: it has
 * no facet near those that stay, and the old solid is there anyway.
 */
#include "shell/grow.h"

/* Two nearest points this near to each other are one, on a common edge. */
#define SAME_MM 1e-6

/*
 * How much nearer the facets that stay are than all others. Before a common
 * edge, as where a pipe ends, both are as near: there the side goes on
 * straight.
 */
static double
side_at(const pp_grow_bounds *b, pp_vec3 p)
{
    const pp_nearest stay = pp_bvh_nearest(b->fixed, p, HUGE_VAL);
    const pp_nearest other = pp_bvh_nearest(b->beside, p, HUGE_VAL);

    return pp_distance(stay.point, other.point) > SAME_MM
               ? (other.distance - stay.distance) / 2
               : pp_dot(pp_sub(p, stay.point),
                        pp_unit(pp_facet_normal(&b->stay, stay.facet)));
}

double
pp_grow_bounds_at(const pp_grow_bounds *b, pp_vec3 p, double reach)
{
    double d = -HUGE_VAL;

    if (b->gap != NULL)
        d = b->gap_radius -
            pp_bvh_nearest(b->gap, p, b->gap_radius + reach).distance;
    return b->fixed != NULL ? fmax(d, side_at(b, p)) : d;
}

void
pp_grow_bounds_free(pp_grow_bounds *b)
{
    pp_bvh_free(b->gap);
    pp_mesh_free(&b->stay);
    pp_bvh_free(b->fixed);
    pp_bvh_free(b->beside);
    *b = (pp_grow_bounds){ .gap = NULL };
}
