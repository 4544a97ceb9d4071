/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gaps.c - what lies amid the gaps of a solid
 *
 * A gap is thickness outside: the solid is turned over and its medial sheet
 * is looked for, between walls that face each other and lie so near that
 * growing could close what is between them.
 */
#include "shell/grow.h"

/* What sampling and dropping facets may take from a gap, of T. */
#define GAP_MARGIN 0.02

pp_status
pp_gaps_find(const pp_mesh *solid, const pp_shell_options *o,
             const pp_mesh *thin, pp_grow_bounds *b, pp_error *err)
{
    const double widest = o->min_gap_mm + o->min_mm;
    pp_mesh sheet = { 0 };
    pp_bvh *near = NULL;
    pp_walls walls = { 0 };
    pp_walls_wish wish = { .limit_mm = widest, .near_mm = o->min_mm,
                           .sheet = &sheet, .gaps = true };

    if (pp_bvh_build(thin, &near, err) != PP_OK)
        return err->status;
    wish.near = near;
    if (pp_walls_measure_part(solid, o, &wish, &walls, err) == PP_OK &&
        sheet.ntri > 0)
        (void)!pp_bvh_build(&sheet, &b->gap, err);
    b->gap_radius = o->min_gap_mm / 2 + GAP_MARGIN * o->min_mm;
    pp_walls_free(&walls);
    pp_bvh_free(near);
    pp_mesh_free(&sheet);
    return err->status;
}

pp_vec3
pp_beside_gap(const pp_grow_bounds *b, const pp_ball *ball, double t_mm)
{
    const double wanted = b->gap_radius + t_mm / 2 + PP_TOUCH_MM;
    const pp_nearest n = pp_bvh_nearest(b->gap, ball->centre, wanted);

    if (n.facet == PP_NONE || !(n.distance > 0))
        return ball->centre;
    return pp_madd(ball->centre,
                   fmin(wanted - n.distance, (t_mm - ball->diameter_mm) / 2),
                   pp_unit(pp_sub(ball->centre, n.point)));
}
