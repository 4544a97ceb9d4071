/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * drain.c - holes through the wall of a hollow solid
 *
 * A drain is a cylinder that is taken out of the solid. It reaches beyond both
 * surfaces, but never farther than half the way to what comes next there: it
 * opens this wall and touches no other.
 */
#include "shell/drain.h"

#include "base/alloc.h"
#include "shim/igl.h"

#include <math.h>
#include <string.h>

#define SIDES 48
#define BEYOND 1.0 /* the wall, in diameters */
#define FAR 1e6    /* mm: farther than anything that is printed */

/* How far the way from p along d is free, at most limit. */
static double
free_way(const pp_bvh *bvh, pp_vec3 p, pp_vec3 d, double limit)
{
    double s;

    return pp_bvh_ray(bvh, p, d, 1e-3, limit, &s) == PP_NONE ? limit : s;
}

pp_status
pp_drain_near(const pp_wall *w, const pp_drain *drain, pp_drain_cut *cut,
              uint32_t *cavity, pp_error *err)
{
    const pp_nearest out = pp_bvh_nearest(w->outer, drain->place, HUGE_VAL);
    const pp_nearest in = pp_bvh_nearest(w->inner, out.point, HUGE_VAL);

    if (out.facet == PP_NONE || in.facet == PP_NONE)
        return pp_fail(err, PP_EGEOM, "no cavity for the drain");
    *cut = (pp_drain_cut){ drain->diameter_mm, out.point, in.point };
    *cavity = w->part[in.facet];
    return PP_OK;
}

pp_status
pp_drain_below(const pp_wall *w, pp_vec3 lowest, pp_vec3 up,
               double diameter_mm, pp_drain_cut *cut, pp_error *err)
{
    const pp_vec3 down = pp_scale(up, -1);
    double s;

    if (pp_bvh_ray(w->outer, lowest, down, 0, FAR, &s) == PP_NONE)
        return pp_fail(err, PP_EGEOM, "no way down from the cavity at "
                       "%.5g,%.5g,%.5g", lowest.x, lowest.y, lowest.z);
    *cut = (pp_drain_cut){ diameter_mm, pp_add(lowest, pp_scale(down, s)),
                           lowest };
    return PP_OK;
}

/* A closed cylinder from a to b around which a peg of the diameter fits. */
static pp_status
make_cylinder(pp_vec3 a, pp_vec3 b, double diameter, pp_mesh *m,
              pp_error *err)
{
    const double turn = 2 * 3.14159265358979323846 / SIDES;
    const double radius = diameter / 2 / cos(turn / 2);
    const pp_vec3 axis = pp_unit(pp_sub(b, a));
    const pp_vec3 any = fabs(axis.x) < 0.7 ? pp_vec(1, 0, 0) : pp_vec(0, 1, 0);
    const pp_vec3 u = pp_unit(pp_cross(axis, any)), v = pp_cross(axis, u);

    if (pp_mesh_alloc(m, 2 * SIDES + 2, 4 * SIDES, err) != PP_OK)
        return err->status;
    m->vert[2 * SIDES] = a;
    m->vert[2 * SIDES + 1] = b;
    for (uint32_t n = 0; n < SIDES; n++) {
        /* off the axes: no side lies in a plane of the part by accident */
        const double angle = turn * (n + 0.37);
        const pp_vec3 r = pp_add(pp_scale(u, radius * cos(angle)),
                                 pp_scale(v, radius * sin(angle)));
        const uint32_t next = (n + 1) % SIDES;
        const pp_tri tri[4] = { { 2 * SIDES, next, n },
                                { 2 * SIDES + 1, SIDES + n, SIDES + next },
                                { n, next, SIDES + next },
                                { n, SIDES + next, SIDES + n } };

        m->vert[n] = pp_add(a, r);
        m->vert[SIDES + n] = pp_add(b, r);
        memcpy(m->tri + 4 * (size_t)n, tri, sizeof tri);
    }
    return PP_OK;
}

pp_status
pp_drain_apply(const pp_wall *w, const pp_drain_cut *cut, pp_mesh *solid,
               pp_error *err)
{
    const double beyond = BEYOND * cut->diameter_mm;
    const pp_vec3 in = pp_unit(pp_sub(cut->inner, cut->outer));
    const pp_vec3 out = pp_scale(in, -1);
    const double free_out =
        fmin(beyond, free_way(w->outer, cut->outer, out, FAR) / 2);
    const double free_in =
        fmin(beyond, free_way(w->inner, cut->inner, in, FAR) / 2);
    pp_mesh cylinder = { 0 }, rest = { 0 };

    if (make_cylinder(pp_add(cut->outer, pp_scale(out, free_out)),
                      pp_add(cut->inner, pp_scale(in, free_in)),
                      cut->diameter_mm, &cylinder, err) != PP_OK)
        return err->status;
    if (pp_igl_mesh_minus(solid, &cylinder, &rest, err) == PP_OK) {
        pp_mesh_free(solid);
        *solid = rest;
    }
    pp_mesh_free(&cylinder);
    return err->status;
}
