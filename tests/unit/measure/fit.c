/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/probe.h"
#include "shapes.h"
#include "test.h"

#include <math.h>

static pp_probe
probe(const pp_mesh *m, pp_probe_kind kind, const char *text)
{
    pp_error err = { 0 };
    pp_probe p;

    ck_assert(pp_probe_parse(kind, text, &p));
    ck_ok(pp_measure_probes(m, &p, 1, &err), err);
    return p;
}

START_TEST(a_cylinder_has_its_radius_and_axis_wherever_it_lies)
{
    pp_mesh m = pp_shape_cylinder(pp_vec(3, 4, -50), 7.5, 100, 64);
    pp_vec3 axis = { 0, 0, 1 };
    pp_mesh turned = { &axis, 1, NULL, 0, NULL };
    pp_error err = { 0 };
    pp_vec3 place = { 10.5, 4, 0 };
    pp_mesh spot = { &place, 1, NULL, 0, NULL };
    pp_probe p = { .kind = PP_PROBE_FIT, .npoint = 1,
                   .shape = PP_FIT_CYLINDER, .reach_mm = 101 };

    /* the caps are beyond the reach of facets, or full of their middles */
    for (size_t t = 0; t < m.ntri;) {
        bool cap = false;

        for (int k = 0; k < 3; k++)
            cap |= pp_distance(m.vert[m.tri[t][k]], pp_vec(3, 4, -50)) < 1 ||
                   pp_distance(m.vert[m.tri[t][k]], pp_vec(3, 4, 50)) < 1;
        if (cap)
            for (int k = 0; k < 3; k++)
                m.tri[t][k] = m.tri[m.ntri - 1][k];
        if (cap)
            m.ntri--;
        else
            t++;
    }
    pp_shape_rotate(&m, 0.3, -0.5, 0.7);
    pp_shape_rotate(&turned, 0.3, -0.5, 0.7);
    pp_shape_rotate(&spot, 0.3, -0.5, 0.7);
    pp_shape_move(&m, pp_vec(300, -400, 500));
    p.at[0] = pp_add(place, pp_vec(300, -400, 500));
    ck_ok(pp_measure_probes(&m, &p, 1, &err), err);
    ck_assert(p.there);
    ck_near(p.fit.radius_mm, 7.5, 1e-9);
    ck_near(fabs(pp_dot(p.fit.axis, axis)), 1, 1e-12);
    ck_assert(p.fit.max_mm < 1e-9 && p.fit.rms_mm < 1e-9);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(a_patch_of_a_ball_has_its_radius_and_centre)
{
    pp_mesh m = pp_shape_sphere(pp_vec(100, 200, -300), 12, 4);
    pp_probe p = probe(&m, PP_PROBE_FIT, "head=sphere:112,200,-300:6");

    ck_assert(p.there && p.nvertex > 50 && p.nvertex < m.nvert / 4);
    ck_near(p.fit.radius_mm, 12, 1e-8);
    ck_near(pp_distance(p.fit.centre, pp_vec(100, 200, -300)), 0, 1e-8);
    ck_assert(p.fit.max_mm < 1e-8);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(a_side_of_a_box_is_a_plane_and_no_ball)
{
    pp_mesh m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(10, 10, 10));
    pp_probe p;

    /* the facet of the place and its neighbour: all within reach */
    p = probe(&m, PP_PROBE_FIT, "top=plane:5,5,12:9");
    ck_assert(p.there);
    ck_assert_uint_eq(p.nvertex, 4);
    ck_near(fabs(p.fit.axis.z), 1, 1e-12);
    ck_near(p.fit.centre.z, 10, 1e-12);
    ck_near(p.off_mesh_mm, 2, 1e-12);
    p = probe(&m, PP_PROBE_FIT, "top=sphere:5,5,12:9");
    ck_assert(!p.there);
    p = probe(&m, PP_PROBE_FIT, "top=plane:5,5,12:3");
    ck_assert(!p.there); /* no whole facet lies that near */
    pp_mesh_free(&m);
}
END_TEST

START_TEST(angles_are_those_of_the_points)
{
    pp_mesh m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(10, 10, 10));
    pp_probe p = probe(&m, PP_PROBE_ANGLE, "a=10,0,0:0,0,0:0,10,0");

    ck_near(p.value, 90, 1e-12);
    ck_near(p.given, 90, 1e-12);
    p = probe(&m, PP_PROBE_ANGLE, "a=10,0,0:0,0,0:10,10,10");
    ck_near(p.value, 57.29577951308232 * acos(1 / sqrt(3)), 1e-10);
    p = probe(&m, PP_PROBE_ANGLE, "a=20,0,0:0,0,0:1,0,0");
    ck_near(p.value, 0, 1e-12);
    ck_near(p.off_mesh_mm, 10, 1e-12);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(a_wall_is_as_thick_as_its_plate)
{
    pp_mesh m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(40, 30, 2.5));
    pp_probe p = probe(&m, PP_PROBE_WALL, "plate=20,15,3");

    ck_assert(p.there);
    ck_near(p.value, 2.5, 0.02);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(what_is_no_probe_is_refused)
{
    static const char *const bad[4][4] = {
        { "a=1,2,3:4,5,6", "=1,2,3:4,5,6:7,8,9", "a=1,2,3:4,5,6:7,8",
          "a=1,2,3:4,5,6:7,8,9:1" },
        { "a=1,2,3", "a=1,2,3:4,5,x", "1,2,3:4,5,6", "a=1,2,3:4,5,6:" },
        { "a=cone:1,2,3:4", "a=plane:1,2,3", "a=plane:1,2,3:-4",
          "a=plane:1,2,3:4:5" },
        { "a=1,2", "a=", "a", "a=1,2,3:4,5,6" },
    };
    pp_probe p;

    for (int k = 0; k < 4; k++)
        for (int i = 0; i < 4; i++)
            ck_assert_msg(!pp_probe_parse((pp_probe_kind)k, bad[k][i], &p),
                          "%s", bad[k][i]);
    ck_assert(pp_probe_parse(PP_PROBE_PATH, "a=1,2,3:4,5,6", &p));
    ck_assert(p.npoint == 2 && p.at[1].z == 6);
}
END_TEST

PP_TESTS("measure/fit", a_cylinder_has_its_radius_and_axis_wherever_it_lies,
         a_patch_of_a_ball_has_its_radius_and_centre,
         a_side_of_a_box_is_a_plane_and_no_ball,
         angles_are_those_of_the_points, a_wall_is_as_thick_as_its_plate,
         what_is_no_probe_is_refused)
