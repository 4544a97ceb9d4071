/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/alloc.h"
#include "measure/measure.h"
#include "measure/samples.h"
#include "shapes.h"
#include "test.h"
#include "unit/measure/box.h"

#include <math.h>
#include <string.h>

START_TEST(concentric_spheres_lie_the_difference_of_radii_apart)
{
    pp_mesh inner = pp_shape_sphere(pp_vec(50, 60, 70), 10, 5);
    pp_mesh outer = pp_shape_sphere(pp_vec(50, 60, 70), 11, 5);
    const double sagitta = 0.011; /* of the facets, an upper bound */
    pp_error err = { 0 };
    pp_deviation d;

    ck_ok(pp_measure_mesh_to_mesh(&outer, &inner, 0.3, &d, &err), err);
    ck_near(d.mean_mm, 1, sagitta);
    ck_near(d.high_mm, 1, sagitta);
    ck_near(d.low_mm, 1, sagitta);
    ck_near(d.rms_mm, 1, sagitta);
    ck_near(d.p95_mm, 1, sagitta);
    ck_ok(pp_measure_mesh_to_mesh(&inner, &outer, 0.3, &d, &err), err);
    ck_near(d.mean_mm, -1, sagitta);
    ck_near(d.abs_mean_mm, 1, sagitta);
    ck_near(d.max_mm, 1, sagitta);
    pp_mesh_free(&inner);
    pp_mesh_free(&outer);
}
END_TEST

START_TEST(a_shifted_box_deviates_by_its_shift_on_two_sides_only)
{
    pp_mesh a = pp_shape_box(pp_vec(0, 0, 0), pp_vec(10, 10, 10));
    pp_mesh b = pp_shape_box(pp_vec(0.5, 0, 0), pp_vec(10.5, 10, 10));
    pp_error err = { 0 };
    pp_deviation d;

    /* of a: low face 0.5 outside, high face 0.5 inside, strips beside */
    ck_ok(pp_measure_mesh_to_mesh(&a, &b, 0.05, &d, &err), err);
    ck_near(d.low_mm, -0.5, 1e-12);
    ck_near(d.high_mm, 0.5, 1e-12);
    ck_near(d.max_mm, 0.5, 1e-12);
    /* four strips of 10 x 0.5 where the distance falls from 0.5 to 0; below
     * the high face it falls towards the edges: a frustum */
    const double strips = 4 * 10 * 0.5 * 0.25, frustum = 0.5 / 3 * 271;

    ck_near(d.mean_mm, (100 * 0.5 + strips - frustum) / 600, 1e-4);
    ck_near(d.abs_mean_mm, (100 * 0.5 + strips + frustum) / 600, 1e-4);
    ck_near(d.p95_mm, 0.5, 1e-12);
    pp_mesh_free(&a);
    pp_mesh_free(&b);
}
END_TEST

START_TEST(a_mesh_does_not_deviate_from_itself)
{
    pp_mesh a = pp_shape_torus(pp_vec(-200, 0, 90), 12, 4, 60, 30);
    pp_error err = { 0 };
    pp_deviation d;

    ck_ok(pp_measure_mesh_to_mesh(&a, &a, 0.5, &d, &err), err);
    ck_near(d.max_mm, 0, 1e-12);
    ck_assert_uint_gt(d.nsample, a.nvert + a.ntri);
    pp_mesh_free(&a);
}
END_TEST

static void
note_place(size_t sample, pp_vec3 p, double weight, void *data)
{
    pp_vec3 *place = data;

    (void)weight;
    place[sample] = p;
}

START_TEST(every_point_of_the_mesh_has_a_sample_near_it)
{
    pp_mesh m = pp_shape_cylinder(pp_vec(0, 0, 0), 5, 30, 40);
    const double spacing = 0.7;
    pp_random r = { 2 };
    pp_samples s;
    pp_vec3 *place;
    pp_error err = { 0 };

    ck_ok(pp_samples_plan(&m, spacing, &s, &err), err);
    place = pp_alloc(s.nfacet_sample, sizeof *place);
    ck_assert_ptr_nonnull(place);
    for (size_t t = 0; t < m.ntri; t++)
        pp_samples_facet(&s, t, note_place, place);
    for (size_t i = 0; i < s.nfacet_sample; i += 97)
        ck_assert(pp_distance(pp_samples_place(&s, i), place[i]) == 0);
    for (int n = 0; n < 300; n++) {
        const uint32_t *t = m.tri[pp_random_below(&r, (unsigned)m.ntri)];
        const double u = pp_random_unit(&r), v = pp_random_unit(&r) * (1 - u);
        pp_vec3 p = pp_scale(m.vert[t[0]], 1 - u - v);
        double nearest = HUGE_VAL;

        p = pp_madd(pp_madd(p, u, m.vert[t[1]]), v, m.vert[t[2]]);
        for (size_t i = 0; i < s.nfacet_sample; i++)
            nearest = fmin(nearest, pp_distance(place[i], p));
        ck_assert(nearest <= 2 * spacing / 3);
    }
    pp_free(place);
    pp_samples_free(&s);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(a_spacing_beyond_counting_is_refused)
{
    pp_mesh m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(1000, 1000, 1000));
    pp_samples s;
    pp_error err = { 0 };

    ck_assert_int_eq(pp_samples_plan(&m, 1e-3, &s, &err), PP_ELIMIT);
    ck_assert_ptr_null(s.first);
    err = (pp_error){ 0 };
    ck_assert_int_eq(pp_samples_plan(&m, 1e-200, &s, &err), PP_ELIMIT);
    pp_mesh_free(&m);
}
END_TEST

static void
add_weight(size_t sample, pp_vec3 p, double weight, void *data)
{
    double *sum = data;

    (void)sample;
    sum[0] += weight;
    sum[1] += weight * p.x;
    sum[2] += weight * p.x * p.x;
}

START_TEST(weighed_samples_integrate_over_the_surface)
{
    pp_mesh m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(1, 2, 30));
    double sum[3] = { 0, 0, 0 };
    pp_samples s;
    pp_error err = { 0 };

    ck_ok(pp_samples_plan(&m, 0.05, &s, &err), err);
    for (size_t t = 0; t < m.ntri; t++)
        pp_samples_facet(&s, t, add_weight, sum);
    ck_near(sum[0], 2 * (2 + 30 + 60), 1e-9);
    /* by symmetry the mean of x is 1/2; of x^2: 60 at 1, 64 at 1/3 */
    ck_near(sum[1], 92, 0.05);
    ck_near(sum[2], 60 + 64 / 3.0, 0.05);
    pp_samples_free(&s);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(percentiles_are_those_of_sorting)
{
    pp_random r = { 3 };

    for (int round = 0; round < pp_test_rounds(200); round++) {
        const size_t n = 1 + pp_random_below(&r, 400);
        pp_weighed v[400];
        double sorted[400];
        pp_deviation d;
        size_t worst, count = 0;

        for (size_t i = 0; i < n; i++) {
            sorted[i] = round % 2 ? pp_random_unit(&r) - 0.5
                                  : pp_random_below(&r, 7) - 3.0;
            v[i] = (pp_weighed){ sorted[i], 1 };
        }
        pp_deviation_from(v, n, &d, &worst);
        /* p95 is a value; 95 % lie at or below it, fewer strictly below */
        for (size_t i = 0; i < n; i++)
            count += fabs(sorted[i]) <= d.p95_mm;
        ck_assert((double)count >= 0.95 * (double)n);
        count = 0;
        for (size_t i = 0; i < n; i++)
            count += fabs(sorted[i]) < d.p95_mm;
        ck_assert((double)count < 0.95 * (double)n);
        ck_near(fabs(sorted[worst]), d.max_mm, 0);
    }
}
END_TEST

START_TEST(a_mesh_on_the_faces_of_its_voxels_deviates_by_nothing)
{
    pp_mask mask = box_mask(9, 12, 5);
    pp_mesh mesh = box_of(&mask, 9, 12, 5, 0);
    pp_error err = { 0 };
    pp_deviation d;

    ck_ok(pp_measure_mesh_to_mask(&mesh, &mask, 0.3, &d, &err), err);
    ck_near(d.max_mm, 0, 1e-10);
    ck_ok(pp_measure_mask_to_mesh(&mesh, &mask, &d, &err), err);
    ck_near(d.max_mm, 0, 1e-10);
    /* faces: centres, and corners that several share */
    ck_assert_uint_eq(d.nsample, 2 * (9 * 12 + 12 * 5 + 5 * 9) * 2 + 2);
    pp_mesh_free(&mesh);
    pp_free(mask.in);
}
END_TEST

START_TEST(a_grown_box_lies_outside_by_as_much_as_it_grew)
{
    pp_mask mask = box_mask(9, 12, 5);
    pp_mesh mesh = box_of(&mask, 9, 12, 5, 0.25);
    pp_error err = { 0 };
    pp_deviation d;

    ck_ok(pp_measure_mesh_to_mask(&mesh, &mask, 0.2, &d, &err), err);
    ck_near(d.max_mm, 0.25 * sqrt(3), 1e-9); /* at the corners */
    ck_near(d.low_mm, 0.25, 1e-9);
    ck_ok(pp_measure_mask_to_mesh(&mesh, &mask, &d, &err), err);
    ck_near(d.mean_mm, -0.25, 1e-9);
    ck_near(d.max_mm, 0.25, 1e-9);
    pp_mesh_free(&mesh);
    pp_free(mask.in);
}
END_TEST

PP_TESTS("measure/deviation",
         concentric_spheres_lie_the_difference_of_radii_apart,
         a_shifted_box_deviates_by_its_shift_on_two_sides_only,
         a_mesh_does_not_deviate_from_itself,
         every_point_of_the_mesh_has_a_sample_near_it,
         a_spacing_beyond_counting_is_refused,
         weighed_samples_integrate_over_the_surface,
         percentiles_are_those_of_sorting,
         a_mesh_on_the_faces_of_its_voxels_deviates_by_nothing,
         a_grown_box_lies_outside_by_as_much_as_it_grew)
