/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge.h"
#include "surface/surface.h"

#include <math.h>
#include <stdlib.h>

/* A ball's probability: 1 within, falling to 0 over a band of that width. */
static double
fuzzy_ball(pp_vec3 p, double radius, double band)
{
    const double d = (radius - pp_norm(p)) / band + 0.5;

    return d < 0 ? 0 : d > 1 ? 1 : d;
}

/* Blurred for x above 0, sharp below. */
static pp_grid
fuzzy_grid(void)
{
    const size_t dim[3] = { 40, 40, 40 };
    pp_error err = { 0 };
    pp_grid g = { 0 };
    float *v;

    ck_ok(pp_grid_alloc(&g, dim, PP_VOXEL_F32, &err), err);
    g.slope = 1;
    for (int a = 0; a < 3; a++) {
        g.to_lps[a][a] = 0.5;
        g.to_lps[a][3] = -9.8;
    }
    v = g.voxel;
    for (size_t n = 0; n < 40 * 40 * 40; n++) {
        const pp_vec3 p = pp_grid_position(&g, (double)(n % 40),
                                           (double)(n / 40 % 40),
                                           (double)(n / 1600));

        v[n] = (float)fuzzy_ball(p, 7, p.x > 0 ? 4 : 0.1);
    }
    return g;
}

START_TEST(the_doubtful_half_of_a_ball_is_told_with_its_place)
{
    const pp_surface_options o = { .confidence = 0.85 };
    pp_grid g = fuzzy_grid();
    pp_surface_report r;
    pp_error err = { 0 };
    pp_mask mask;
    pp_mesh mesh;

    ck_ok(pp_mask_from_iso(&g, 0.5, &mask, &err), err);
    ck_ok(pp_surface_from_grey(&g, 0.5, &mask, &o, &mesh, &r, &err), err);
    /* the sharp half has steps */
    ck_near(r.confidence.area_mm2, 4 * M_PI * 49, 30);
    ck_near(r.confidence.low_mm2 / r.confidence.area_mm2, 0.5, 0.05);
    ck_assert_uint_ge(r.confidence.nregion, 1);
    /* half a sphere's centre of area lies half a radius out */
    ck_near(r.confidence.region[0].centre.x, 3.5, 0.3);
    ck_near(r.confidence.region[0].centre.y, 0, 0.3);
    pp_confidence_free(&r.confidence);
    pp_mesh_free(&mesh);
    pp_mask_free(&mask);
    pp_grid_free(&g);
}
END_TEST

START_TEST(what_is_no_probability_has_no_confidence)
{
    const pp_surface_options o = { .confidence = 0.85 };
    pp_grid g = fuzzy_grid();
    pp_surface_report r;
    pp_error err = { 0 };
    pp_mask mask;
    pp_mesh mesh;

    g.slope = 2;
    ck_ok(pp_mask_from_iso(&g, 1, &mask, &err), err);
    ck_assert_int_eq(pp_surface_from_grey(&g, 1, &mask, &o, &mesh, &r, &err),
                     PP_EGEOM);
    ck_assert_uint_eq(mesh.ntri, 0);
    pp_mask_free(&mask);
    pp_grid_free(&g);
}
END_TEST

START_TEST(free_smoothing_keeps_the_connection_and_tells_its_way)
{
    const double mm[3] = { 0.7, 0.7, 1.25 };
    const size_t dim[3] = { 30, 30, 20 };
    const pp_surface_options o = { .smooth = PP_SMOOTH_FREE };
    const pp_surface_options raw = { .smooth = PP_SMOOTH_NONE };
    const pp_surface_options quick = { .smooth = PP_SMOOTH_FAST };
    pp_mask empty = judge_mask(dim, mm);
    pp_mask m = judge_ball(dim, mm, pp_mask_position(&empty, 14.2, 14.6, 9.1),
                           8);
    pp_surface_report r;
    pp_error err = { 0 };
    pp_mesh mesh, middle, fast;
    double most = 0;

    ck_ok(pp_surface_from_mask(&m, &o, &mesh, &r, &err), err);
    ck_ok(pp_surface_from_mask(&m, &raw, &middle, NULL, &err), err);
    ck_ok(pp_surface_from_mask(&m, &quick, &fast, NULL, &err), err);
    judge_closed_manifold(&mesh);
    ck_assert_mem_eq(mesh.tri, fast.tri, mesh.ntri * sizeof *mesh.tri);
    for (size_t v = 0; v < mesh.nvert; v++)
        most = fmax(most, pp_distance(mesh.vert[v], middle.vert[v]));
    ck_assert_uint_eq(r.nstep, 2);
    ck_near(r.step[1].max_mm, most, 1e-9);
    ck_near(r.step[1].volume_mm3, judge_volume(&mesh), 1e-6);
    ck_assert_int_eq(r.step[1].genus, 0);
    ck_assert_uint_eq(r.step[1].npart, 1);
    pp_mesh_free(&mesh);
    pp_mesh_free(&middle);
    pp_mesh_free(&fast);
    pp_mask_free(&m);
    pp_mask_free(&empty);
}
END_TEST

PP_TESTS("surface/grey", the_doubtful_half_of_a_ball_is_told_with_its_place,
         what_is_no_probability_has_no_confidence,
         free_smoothing_keeps_the_connection_and_tells_its_way)
