/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/alloc.h"
#include "measure/measure.h"
#include "measure/samples.h"
#include "shapes.h"
#include "surface/surface.h"
#include "test.h"

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
    /* on four strips of 10 x 0.5 the distance falls from 0.5 to 0 */
    ck_near(d.mean_mm, 4 * 10 * 0.5 * 0.25 / 600, 2e-3);
    ck_near(d.abs_mean_mm, (100 * 2 * 0.5 + 4 * 5 * 0.25) / 600, 2e-3);
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

START_TEST(every_point_of_the_mesh_has_a_sample_near_it)
{
    pp_mesh m = pp_shape_cylinder(pp_vec(0, 0, 0), 5, 30, 40);
    const double spacing = 0.7;
    pp_random r = { 2 };
    pp_samples s;
    pp_error err = { 0 };

    ck_ok(pp_samples_plan(&m, spacing, &s, &err), err);
    for (int n = 0; n < 300; n++) {
        const uint32_t *t = m.tri[pp_random_below(&r, (unsigned)m.ntri)];
        const double u = pp_random_unit(&r), v = pp_random_unit(&r) * (1 - u);
        pp_vec3 p = pp_scale(m.vert[t[0]], 1 - u - v);
        double nearest = HUGE_VAL;

        p = pp_madd(pp_madd(p, u, m.vert[t[1]]), v, m.vert[t[2]]);
        for (size_t i = 0; i < s.nfacet_sample; i++)
            nearest = fmin(nearest, pp_distance(pp_samples_place(&s, i), p));
        ck_assert(nearest <= 2 * spacing / 3);
    }
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

    for (int round = 0; round < 200; round++) {
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

/* An oblique box of nx * ny * nz voxels inside a frame of outside voxels. */
static pp_mask
box_mask(size_t nx, size_t ny, size_t nz)
{
    pp_mask m = { { nx + 4, ny + 4, nz + 4 },
                  { { 0.6, -0.64, 0, 31 },
                    { 0.8 * 0.6 / 0.6, 0.48, 0, -17 },
                    { 0, 0, 1.5, 400 } },
                  NULL };

    /* columns: (0.6, 0.8, 0) of length 1, (-0.64, 0.48, 0) of 0.8, 1.5 */
    m.in = pp_alloc_zero(m.dim[0] * m.dim[1], m.dim[2]);
    ck_assert_ptr_nonnull(m.in);
    for (size_t k = 2; k < nz + 2; k++)
        for (size_t j = 2; j < ny + 2; j++)
            for (size_t i = 2; i < nx + 2; i++)
                m.in[(k * m.dim[1] + j) * m.dim[0] + i] = 1;
    return m;
}

/* The box whose faces are those of box_mask, grown by mm on every side. */
static pp_mesh
box_of(const pp_mask *m, size_t nx, size_t ny, size_t nz, double mm)
{
    const double n[3] = { (double)nx, (double)ny, (double)nz };
    pp_vec3 low = pp_vec(-mm, -mm, -mm), high = pp_vec(mm, mm, mm);
    pp_mesh mesh;

    high.x += n[0];
    high.y += n[1] * 0.8;
    high.z += n[2] * 1.5;
    mesh = pp_shape_box(low, high);
    for (size_t v = 0; v < mesh.nvert; v++) {
        const pp_vec3 p = mesh.vert[v];
        /* mm along the axes, from the outer corner of voxel (2, 2, 2) */
        const double i = p.x + 1.5, j = p.y / 0.8 + 1.5, k = p.z / 1.5 + 1.5;

        mesh.vert[v] = pp_vec(
            m->to_lps[0][0] * i + m->to_lps[0][1] * j + m->to_lps[0][3],
            m->to_lps[1][0] * i + m->to_lps[1][1] * j + m->to_lps[1][3],
            m->to_lps[2][2] * k + m->to_lps[2][3]);
    }
    return mesh;
}

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
    pp_mask_free(&mask);
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
    pp_mask_free(&mask);
}
END_TEST

START_TEST(the_surface_of_a_mask_turns_back_into_that_mask)
{
    pp_random r = { 8 };
    pp_mask mask = box_mask(14, 10, 9);
    pp_error err = { 0 };
    const pp_surface_options lossless = { .smooth = PP_SMOOTH_LOSSLESS };
    pp_surface_report report;
    pp_mesh mesh = { 0 };
    pp_overlap o;
    pp_deviation d;

    for (size_t v = 0; v < mask.dim[0] * mask.dim[1] * mask.dim[2]; v++)
        if (mask.in[v] && pp_random_unit(&r) < 0.1)
            mask.in[v] = 0;
    ck_ok(pp_surface_from_mask(&mask, &lossless, &mesh, &report, &err), err);
    ck_ok(pp_measure_overlap(&mesh, &mask, &o, &err), err);
    ck_assert_double_eq(o.dice, 1);
    ck_assert_uint_eq(o.nboth, pp_mask_count(&mask));
    /* neither strays more than half a voxel diagonal (algorithms: LCT) */
    ck_ok(pp_measure_mesh_to_mask(&mesh, &mask, 0.2, &d, &err), err);
    ck_assert(d.max_mm <= 0.5 * sqrt(1 + 0.64 + 2.25) + 1e-9);
    ck_ok(pp_measure_mask_to_mesh(&mesh, &mask, &d, &err), err);
    ck_assert(d.max_mm <= 0.5 * sqrt(1 + 0.64 + 2.25) + 1e-9);
    pp_mesh_free(&mesh);
    pp_mask_free(&mask);
}
END_TEST

START_TEST(a_shrunken_mesh_overlaps_less)
{
    pp_mask mask = box_mask(10, 10, 10);
    pp_mesh mesh = box_of(&mask, 10, 10, 10, -1.6);
    pp_error err = { 0 };
    pp_overlap o;

    /* 1.6 mm: two voxels of 1 and of 0.8 mm, one of 1.5 mm, on both sides */
    ck_ok(pp_measure_overlap(&mesh, &mask, &o, &err), err);
    ck_assert_uint_eq(o.nmask, 1000);
    ck_assert_uint_eq(o.nmesh, 6 * 6 * 8);
    ck_assert_uint_eq(o.nboth, 6 * 6 * 8);
    ck_near(o.dice, 2.0 * 288 / 1288, 1e-12);
    ck_near(o.volume_difference_mm3,
            (10 - 3.2) * (8 - 3.2) * (15 - 3.2) - 1200, 1e-8);
    pp_mesh_free(&mesh);
    pp_mask_free(&mask);
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
         a_grown_box_lies_outside_by_as_much_as_it_grew,
         the_surface_of_a_mask_turns_back_into_that_mask,
         a_shrunken_mesh_overlaps_less)
