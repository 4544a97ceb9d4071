/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * known.c - what is carried over is what a measurement anew would find
 */
#include "test.h"

#include "base/alloc.h"
#include "mesh/refine.h"
#include "shapes.h"
#include "shell/grow.h"

#include <math.h>
#include <stdlib.h>

static const double t_mm = 1.0;

static pp_mesh
refined(pp_mesh m, double mm)
{
    pp_mesh fine;
    uint32_t *part_of;
    pp_error err = { 0 };

    ck_ok(pp_refine_edges(&m, mm, NULL, 1 << 20, &fine, &part_of, &err), err);
    pp_free(part_of);
    pp_mesh_free(&m);
    return fine;
}

static pp_thickness
measured(const pp_mesh *m, const pp_thickness_known *known)
{
    const pp_thickness_options o = { .limit_mm = t_mm, .t_mm = t_mm,
                                     .known = known };
    pp_thickness t;
    pp_error err = { 0 };

    ck_ok(pp_thickness_measure(m, &o, &t, &err), err);
    return t;
}

/* Measures `now`, with and without what is known of `was`: the same samples
 * are thin. How many thin ones there are; *ncarried: that kept their balls. */
static size_t
compare(const pp_mesh *was, const pp_mesh *now, size_t *ncarried)
{
    pp_mesh changed;
    pp_bvh *tree;
    pp_error err = { 0 };
    size_t nthin = 0;

    ck_ok(pp_grow_changed(was, now, &changed, &err), err);
    ck_ok(pp_bvh_build(&changed, &tree, &err), err);

    pp_thickness before = measured(was, NULL), fresh = measured(now, NULL);
    const pp_thickness_known known = { &before, tree };
    pp_thickness carried = measured(now, &known);

    *ncarried = 0;
    ck_assert_uint_eq(carried.nball, fresh.nball);
    for (size_t i = 0; i < fresh.nball; i++) {
        const bool thin = pp_ball_is_thin(&fresh.ball[i], t_mm);

        if (pp_ball_is_thin(&carried.ball[i], t_mm) != thin)
            /* a diameter is known to so much */
            ck_near(fmin(fresh.ball[i].diameter_mm, t_mm),
                    fmin(carried.ball[i].diameter_mm, t_mm), PP_TOUCH_MM);
        nthin += thin;
        *ncarried += carried.ball[i].enough;
    }
    pp_thickness_free(&before);
    pp_thickness_free(&fresh);
    pp_thickness_free(&carried);
    pp_bvh_free(tree);
    pp_mesh_free(&changed);
    return nthin;
}

/* Moves what lies near p. */
static void
dent(pp_mesh *m, pp_vec3 p, double reach, pp_vec3 by)
{
    for (size_t v = 0; v < m->nvert; v++)
        if (pp_distance(m->vert[v], p) < reach)
            m->vert[v] = pp_add(m->vert[v], by);
}

START_TEST(a_wall_that_became_thin_is_found_thin)
{
    pp_mesh was = pp_shape_sphere(pp_vec(1, 2, 3), 5, 5), now;
    pp_mesh inner = pp_shape_sphere(pp_vec(1, 2, 3), 3.8, 5);
    pp_error err = { 0 };
    size_t ncarried;

    pp_shape_flip(&inner);
    pp_shape_add(&was, inner);
    ck_ok(pp_mesh_copy(&was, &now, &err), err);
    ck_assert_uint_eq(compare(&was, &now, &ncarried), 0);
    ck_assert_uint_gt(ncarried, 0.99 * (double)(was.nvert + was.ntri));
    dent(&now, pp_vec(1, 2, 6.8), 0.8, pp_vec(0, 0, 0.5));
    ck_assert_uint_gt(compare(&was, &now, &ncarried), 10);
    ck_assert_uint_gt(ncarried, 0.9 * (double)(was.nvert + was.ntri));
    pp_mesh_free(&was);
    pp_mesh_free(&now);
}
END_TEST

/* Beside the edge of a box no ball comes near; where it bulges, that is no
 * excuse any more, or another one. */
START_TEST(an_edge_that_is_gone_excuses_nothing)
{
    for (int turn = 0; turn < 4; turn++) {
        pp_mesh was = refined(pp_shape_box(pp_vec(0, 0, 0), pp_vec(8, 6, 4)),
                              0.4), now;
        pp_error err = { 0 };
        size_t ncarried;

        ck_ok(pp_mesh_copy(&was, &now, &err), err);
        dent(&now, pp_vec(4, 0, 0), 0.7, pp_vec(0, -0.6, -0.3));
        dent(&now, pp_vec(4, 6, 4), 0.9, pp_vec(0, -0.4, -0.4));
        pp_shape_rotate(&was, 0.3 * turn, 0.2 * turn, 0.1);
        pp_shape_rotate(&now, 0.3 * turn, 0.2 * turn, 0.1);
        (void)compare(&was, &now, &ncarried);
        ck_assert_uint_gt(ncarried, 0.5 * (double)(was.nvert + was.ntri));
        ck_assert_uint_lt(ncarried, was.nvert + was.ntri);
        pp_mesh_free(&was);
        pp_mesh_free(&now);
    }
}
END_TEST

/* After growing, the walls that the report tells are those of the result. */
START_TEST(walls_told_after_growing_are_those_of_a_look_at_all)
{
    const double wall[3] = { 0.4, 0.6, 0.9 };

    for (int i = 0; i < 3; i++) {
        pp_shell_options o = { .min_mm = t_mm };
        pp_mesh m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(9, 7, wall[i])), out;
        pp_shell_report r;
        pp_walls fresh;
        pp_error err = { 0 };

        pp_shape_add(&m, pp_shape_torus(pp_vec(20, 0, 0), 4, 1, 48, 24));
        pp_shape_rotate(&m, 0.2 * i, 0.4, 0.1);
        ck_ok(pp_shell_grow(&m, &o, &out, &r, &err), err);
        o.offered = &r.sheet;
        ck_ok(pp_walls_measure(&out, &o, t_mm, &fresh, &err), err);
        ck_assert_uint_gt(r.npass, 0);
        ck_assert_uint_eq(fresh.nmap, r.after.nmap);
        ck_near(fresh.summary.min_mm, r.after.summary.min_mm, PP_TOUCH_MM);
        ck_near(fresh.summary.area_below_mm2, r.after.summary.area_below_mm2,
                0.01 * fresh.summary.area_mm2);
        ck_assert_uint_eq(fresh.nthin, r.after.nthin);
        for (size_t v = 0; v < fresh.nmap; v++)
            ck_near(fresh.map_mm[v], r.after.map_mm[v], 2 * PP_TOUCH_MM);
        pp_walls_free(&fresh);
        pp_shell_report_free(&r);
        pp_mesh_free(&m);
        pp_mesh_free(&out);
    }
}
END_TEST

PP_TESTS("thickness/known", a_wall_that_became_thin_is_found_thin,
         an_edge_that_is_gone_excuses_nothing,
         walls_told_after_growing_are_those_of_a_look_at_all)
