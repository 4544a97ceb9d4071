/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge.h"
#include "surface/surface.h"

#include <math.h>
#include <omp.h>
#include <string.h>

static pp_mesh
smooth(const pp_mask *m, pp_smooth kind, pp_surface_report *report)
{
    const pp_surface_options o = { .smooth = kind };
    pp_error err = { 0 };
    pp_mesh mesh;

    ck_ok(pp_surface_from_mask(m, &o, &mesh, report, &err), err);
    return mesh;
}

/* Area-weighted rms angle between facets and the ball's true normals. */
static double
normal_error_deg(const pp_mesh *m, pp_vec3 centre)
{
    double sum = 0, area = 0;

    for (size_t t = 0; t < m->ntri; t++) {
        const pp_vec3 a = m->vert[m->tri[t][0]], b = m->vert[m->tri[t][1]];
        const pp_vec3 c = m->vert[m->tri[t][2]];
        const pp_vec3 n = pp_cross(pp_sub(b, a), pp_sub(c, a));
        const pp_vec3 mid = pp_scale(pp_add(a, pp_add(b, c)), 1 / 3.0);
        const pp_vec3 truth = pp_unit(pp_sub(mid, centre));
        const double angle = acos(fmin(1, pp_dot(pp_unit(n), truth)));

        sum += pp_norm(n) * angle * angle;
        area += pp_norm(n);
    }
    return sqrt(sum / area) * 57.29577951308232;
}

/* Root mean square distance of the vertices to a sphere. */
static double
distance_error_mm(const pp_mesh *m, pp_vec3 centre, double radius)
{
    double sum = 0;

    for (size_t v = 0; v < m->nvert; v++) {
        const double d = pp_distance(m->vert[v], centre) - radius;

        sum += d * d;
    }
    return sqrt(sum / (double)m->nvert);
}

/* A ball of 12 mm: what the promise of the issue says. */
static void
expect_fair_ball(pp_smooth kind, double slice_mm, double most_deg,
                 double most_rms_mm)
{
    const double mm[3] = { 0.7, 0.7, slice_mm };
    const size_t dim[3] = { 40, 40, (size_t)(27 / slice_mm) + 2 };
    pp_mask empty = judge_mask(dim, mm);
    const pp_vec3 centre =
        pp_mask_position(&empty, 19.3, 19.6, 13.4 / slice_mm);
    pp_mask m = judge_ball(dim, mm, centre, 12);
    pp_surface_report report;
    pp_mesh mesh = smooth(&m, kind, &report);

    judge_closed_manifold(&mesh);
    ck_near(judge_volume(&mesh) / pp_mask_volume(&m), 1, 1e-5);
    ck_assert_double_lt(normal_error_deg(&mesh, centre), most_deg);
    ck_assert_double_lt(distance_error_mm(&mesh, centre, 12), most_rms_mm);
    ck_assert_double_lt(report.max_move_mm, slice_mm / 2);
    pp_mesh_free(&mesh);
    pp_mask_free(&m);
    pp_mask_free(&empty);
}

START_TEST(a_ball_gets_fair_and_keeps_its_masks_volume)
{
    expect_fair_ball(PP_SMOOTH_LOSSLESS, 0.7, 1.3, 0.03);
    expect_fair_ball(PP_SMOOTH_LOSSLESS, 1.25, 1.8, 0.04);
    expect_fair_ball(PP_SMOOTH_LOSSLESS, 2.5, 4.0, 0.12);
}
END_TEST

START_TEST(the_fast_kind_is_a_low_pass)
{
    expect_fair_ball(PP_SMOOTH_FAST, 0.7, 5.5, 0.08);
    expect_fair_ball(PP_SMOOTH_FAST, 1.25, 6, 0.1);
    expect_fair_ball(PP_SMOOTH_FAST, 2.5, 9, 0.2);
}
END_TEST

START_TEST(smoothing_changes_no_voxel_and_no_connection)
{
    const size_t dim[3] = { 6, 6, 6 };
    pp_random r = { 12 };

    for (int trial = 0; trial < pp_test_rounds(60); trial++) {
        const double mm[3] = { 0.7, 0.7, trial % 3 ? 0.7 : 5 };
        pp_mask m = judge_random_mask(&r, dim, mm, 0.5);
        pp_mesh mesh = smooth(&m, trial % 2 ? PP_SMOOTH_FAST
                                            : PP_SMOOTH_LOSSLESS, NULL);

        judge_closed_manifold(&mesh);
        ck_assert_uint_eq(judge_voxels_changed(&mesh, &m), 0);
        pp_mesh_free(&mesh);
        pp_mask_free(&m);
    }
}
END_TEST

START_TEST(every_vertex_stays_on_its_own_lattice_edge)
{
    const double mm[3] = { 0.7, 0.9, 3 };
    const size_t dim[3] = { 20, 20, 9 };
    const pp_surface_options raw = { .smooth = PP_SMOOTH_NONE };
    pp_random r = { 2 };
    pp_mask m = judge_random_mask(&r, dim, mm, 0.6);
    pp_error err = { 0 };
    pp_mesh middle, mesh = smooth(&m, PP_SMOOTH_LOSSLESS, NULL);
    pp_mesh fast = smooth(&m, PP_SMOOTH_FAST, NULL);

    ck_ok(pp_surface_from_mask(&m, &raw, &middle, NULL, &err), err);
    ck_assert_uint_eq(middle.nvert, mesh.nvert);
    ck_assert_mem_eq(fast.tri, mesh.tri, mesh.ntri * sizeof *mesh.tri);
    for (size_t v = 0; v < mesh.nvert; v++) {
        const pp_vec3 d = pp_sub(mesh.vert[v], middle.vert[v]);
        int moved = 0;

        for (int axis = 0; axis < 3; axis++) {
            moved += pp_axis(d, axis) != 0;
            ck_assert_double_lt(fabs(pp_axis(d, axis)), 0.4801 * mm[axis]);
        }
        ck_assert_int_le(moved, 1);
    }
    pp_mesh_free(&mesh);
    pp_mesh_free(&middle);
    pp_mesh_free(&fast);
    pp_mask_free(&m);
}
END_TEST

/* Root mean square distance of the vertices to a shell's two spheres. */
static double
shell_error_mm(const pp_mesh *m, pp_vec3 centre)
{
    double sum = 0;

    for (size_t v = 0; v < m->nvert; v++)
        sum += pow(fabs(pp_distance(m->vert[v], centre) - 14) - 1, 2);
    return sqrt(sum / (double)m->nvert);
}

START_TEST(where_the_mask_is_too_coarse_it_is_as_good_as_the_low_pass)
{
    for (int s = 0; s < 2; s++) {
        const double mm[3] = { 0.7, 0.7, s ? 5 : 2.5 };
        const size_t dim[3] = { 50, 50, s ? 9 : 16 };
        pp_mask m = judge_mask(dim, mm);
        const pp_vec3 centre = pp_mask_position(&m, 24.3, 24.6,
                                                s ? 4.1 : 7.7);
        pp_mesh slow, fast;

        for (size_t n = 0; n < dim[0] * dim[1] * dim[2]; n++)
            m.in[n] = fabs(pp_distance(pp_mask_position(
                                           &m, (double)(n % dim[0]),
                                           (double)(n / dim[0] % dim[1]),
                                           (double)(n / dim[0] / dim[1])),
                                       centre) - 14) <= 1;
        slow = smooth(&m, PP_SMOOTH_LOSSLESS, NULL);
        fast = smooth(&m, PP_SMOOTH_FAST, NULL);
        ck_assert_double_lt(shell_error_mm(&slow, centre),
                            1.1 * shell_error_mm(&fast, centre));
        pp_mesh_free(&slow);
        pp_mesh_free(&fast);
        pp_mask_free(&m);
    }
}
END_TEST

/* Voxels and a surface that any number of threads could share. */
START_TEST(the_result_does_not_depend_on_threads)
{
    const double mm[3] = { 0.7, 0.7, 1.25 };
    const size_t dim[3] = { 40, 40, 30 };
    pp_random r = { 3 };

    for (int kind = PP_SMOOTH_LOSSLESS; kind <= PP_SMOOTH_FAST; kind++) {
        pp_mask m = judge_random_mask(&r, dim, mm, 0.3);
        pp_mesh one, two;

        omp_set_num_threads(1);
        one = smooth(&m, (pp_smooth)kind, NULL);
        omp_set_num_threads(3);
        two = smooth(&m, (pp_smooth)kind, NULL);
        ck_assert_uint_eq(one.nvert, two.nvert);
        ck_assert_mem_eq(one.vert, two.vert, one.nvert * sizeof *one.vert);
        ck_assert_mem_eq(one.tri, two.tri, one.ntri * sizeof *one.tri);
        pp_mesh_free(&one);
        pp_mesh_free(&two);
        pp_mask_free(&m);
    }
}
END_TEST

/* A voxel alone is an octahedron; decimation only makes edges longer. */
START_TEST(the_ledger_knows_how_long_the_edges_are)
{
    const double mm[3] = { 2, 2, 2 };
    const size_t dim[3] = { 3, 3, 3 };
    const pp_surface_options o = { .smooth = PP_SMOOTH_NONE };
    pp_mask m = judge_mask(dim, mm);
    pp_surface_report r;
    pp_error err = { 0 };
    pp_mesh mesh;

    m.in[13] = 1;
    ck_ok(pp_surface_from_mask(&m, &o, &mesh, &r, &err), err);
    ck_assert_uint_eq(r.nstep, 1);
    ck_near(r.step[0].edge.min_mm, sqrt(2), 1e-6);
    ck_near(r.step[0].edge.p5_mm, sqrt(2), 1e-6);
    ck_near(r.step[0].edge.median_mm, sqrt(2), 1e-6);
    ck_near(r.step[0].edge.p95_mm, sqrt(2), 1e-6);
    ck_near(r.step[0].edge.max_mm, sqrt(2), 1e-6);
    ck_assert_uint_eq(r.step[0].nfacet, 8);
    pp_mesh_free(&mesh);
    pp_mask_free(&m);
}
END_TEST

PP_TESTS("surface/smooth", a_ball_gets_fair_and_keeps_its_masks_volume,
         the_fast_kind_is_a_low_pass,
         smoothing_changes_no_voxel_and_no_connection,
         where_the_mask_is_too_coarse_it_is_as_good_as_the_low_pass,
         every_vertex_stays_on_its_own_lattice_edge,
         the_result_does_not_depend_on_threads,
         the_ledger_knows_how_long_the_edges_are)
