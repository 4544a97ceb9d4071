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

double
pp_grow_bounds_at(const pp_grow_bounds *b, pp_vec3 p, double reach)
{
    double d = -HUGE_VAL;

    if (b->gap != NULL)
        d = b->gap_radius -
            pp_bvh_nearest(b->gap, p, b->gap_radius + reach).distance;
    if (b->fixed != NULL)
        d = fmax(d, (pp_bvh_nearest(b->beside, p, HUGE_VAL).distance -
                     pp_bvh_nearest(b->fixed, p, HUGE_VAL).distance) / 2);
    return d;
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
