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
#define SLACK 0.1  /* as low as the lowest point, in diameters */
#define SAME 1e-3  /* room, of what is enough */
#define WAYS 16    /* on the level, that are looked along */
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
    *cut = (pp_drain_cut){ .diameter_mm = drain->diameter_mm,
                           .outer = out.point, .inner = in.point };
    *cavity = w->part[in.facet];
    return PP_OK;
}

/* How far the outside is from p along level ways, at most limit. */
static double
level_room(const pp_wall *w, pp_vec3 p, pp_vec3 up, double limit)
{
    const pp_vec3 any = fabs(up.x) < 0.7 ? pp_vec(1, 0, 0) : pp_vec(0, 1, 0);
    const pp_vec3 u = pp_unit(pp_cross(up, any)), v = pp_cross(up, u);
    double room = limit;

    for (int n = 0; n < WAYS; n++) {
        const double angle = 2 * M_PI * n / WAYS;

        room = free_way(w->outer, p, pp_madd(pp_scale(u, cos(angle)),
                                             sin(angle), v), room);
    }
    return room;
}

/*
 * Of what is about as low, a place where the drain has a wall around it. On a
 * flat floor that is not the corner that happens to be lowest.
 */
static pp_vec3
lowest_with_room(const pp_wall *w, uint32_t cavity, pp_vec3 lowest, pp_vec3 up,
                 double diameter_mm)
{
    const double top = pp_dot(lowest, up) + SLACK * diameter_mm;
    const double wall = pp_bvh_nearest(w->outer, lowest, HUGE_VAL).distance;
    const double enough = diameter_mm / 2 + wall;
    pp_vec3 place = lowest;
    double best = 0;

    for (size_t c = 0; c < 3 * w->inside->ntri; c++) {
        const pp_vec3 p = w->inside->vert[w->inside->tri[c / 3][c % 3]];

        if (w->part[c / 3] != cavity || pp_dot(p, up) > top)
            continue;
        const double room = level_room(w, p, up, enough);

        /* as much room: the lower one */
        if (room > best + SAME * enough ||
            (room > best - SAME * enough &&
             pp_dot(p, up) < pp_dot(place, up))) {
            best = fmax(best, room);
            place = p;
        }
    }
    return place;
}

pp_status
pp_drain_below(const pp_wall *w, uint32_t cavity, pp_vec3 lowest, pp_vec3 up,
               double diameter_mm, pp_drain_cut *cut, pp_error *err)
{
    const pp_vec3 down = pp_scale(up, -1);
    double s;

    lowest = lowest_with_room(w, cavity, lowest, up, diameter_mm);

    if (pp_bvh_ray(w->outer, lowest, down, 0, FAR, &s) == PP_NONE)
        return pp_fail(err, PP_EGEOM, "no way down from the cavity at "
                       "%.5g,%.5g,%.5g", lowest.x, lowest.y, lowest.z);
    *cut = (pp_drain_cut){ .diameter_mm = diameter_mm,
                           .outer = pp_madd(lowest, s, down),
                           .inner = lowest };
    return PP_OK;
}

/* A closed cylinder from a to b around which a peg of the diameter fits. */
static pp_status
make_cylinder(pp_vec3 a, pp_vec3 b, double diameter, pp_mesh *m,
              pp_error *err)
{
    const double turn = 2 * M_PI / SIDES;
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
pp_shell_plug(const pp_drain_cut *drain, double clearance_mm, pp_mesh *m,
              pp_error *err)
{
    const double diameter = drain->diameter_mm - 2 * clearance_mm;

    memset(m, 0, sizeof *m);
    if (!(diameter > 0))
        return pp_fail(err, PP_EGEOM, "a drain of %g mm has no room for a "
                       "plug with %g mm around it", drain->diameter_mm,
                       clearance_mm);
    return make_cylinder(drain->outer, drain->inner, diameter, m, err);
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
