/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/alloc.h"
#include "check/check.h"
#include "judge.h"
#include "shapes.h"
#include "surface/surface.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double cubic[3] = { 1, 1, 1 };

static pp_mesh
surface(const pp_mask *m, bool separate, pp_smooth smooth)
{
    const pp_surface_options o = { .smooth = smooth, .separate = separate };
    pp_surface_report report;
    pp_error err = { 0 };
    pp_mesh mesh;

    ck_ok(pp_surface_from_mask(m, &o, &mesh, &report, &err), err);
    ck_near(report.mesh_volume_mm3, judge_volume(&mesh),
            1e-9 * report.mesh_volume_mm3);
    ck_near(report.mask_volume_mm3, pp_mask_volume(m), 1e-9);
    return mesh;
}

START_TEST(all_2x2x2_patterns_are_closed_manifold_and_lossless)
{
    const size_t dim[3] = { 2, 2, 2 };

    for (int pattern = 1; pattern < 256; pattern++)
        for (int rule = 0; rule < 2; rule++) {
            pp_mask m = judge_mask(dim, cubic);
            pp_mesh mesh;

            for (int n = 0; n < 8; n++)
                m.in[n] = pattern >> n & 1;
            mesh = surface(&m, rule, PP_SMOOTH_NONE);
            judge_closed_manifold(&mesh);
            ck_assert(judge_volume(&mesh) > 0);
            ck_assert_uint_eq(judge_voxels_changed(&mesh, &m), 0);
            pp_mesh_free(&mesh);
            pp_mask_free(&m);
        }
}
END_TEST

START_TEST(random_masks_are_closed_manifold_and_lossless)
{
    const size_t dim[3] = { 6, 6, 6 };
    static const double share[3] = { 0.2, 0.5, 0.8 };
    pp_random r = { 31 };

    for (int trial = 0; trial < pp_test_rounds(240); trial++) {
        const double mm[3] = { 0.7, 0.7, trial % 2 ? 0.7 : 5 };
        pp_mask m = judge_random_mask(&r, dim, mm, share[trial % 3]);
        pp_mesh mesh = surface(&m, trial / 2 % 2, PP_SMOOTH_NONE);

        judge_closed_manifold(&mesh);
        if (trial < 40)
            ck_assert_uint_eq(judge_voxels_changed(&mesh, &m), 0);
        pp_mesh_free(&mesh);
        pp_mask_free(&m);
    }
}
END_TEST

START_TEST(a_large_noisy_mask_is_closed_and_manifold)
{
    const size_t dim[3] = { 131, 40, 37 }; /* rows of more than two words */
    pp_random r = { 4 };

    for (int rule = 0; rule < 2; rule++) {
        pp_mask m = judge_random_mask(&r, dim, cubic, 0.5);
        pp_mesh mesh = surface(&m, rule, PP_SMOOTH_NONE);

        judge_closed_manifold(&mesh);
        pp_mesh_free(&mesh);
        pp_mask_free(&m);
    }
}
END_TEST

START_TEST(one_voxel_is_an_octahedron)
{
    const double mm[3] = { 1, 2, 3 };
    pp_mask m = judge_mask((const size_t[3]){ 1, 1, 1 }, mm);
    pp_mesh mesh;

    m.in[0] = 1;
    mesh = surface(&m, false, PP_SMOOTH_NONE);
    ck_assert_uint_eq(mesh.ntri, 8);
    ck_assert_uint_eq(mesh.nvert, 6);
    ck_near(judge_volume(&mesh), 1 * 2 * 3 / 6.0, 1e-12);
    pp_mesh_free(&mesh);
    pp_mask_free(&m);
}
END_TEST

START_TEST(diagonal_voxels_join_or_stay_apart_as_asked)
{
    pp_mask m = judge_mask((const size_t[3]){ 2, 2, 1 }, cubic);

    m.in[0] = m.in[3] = 1;
    for (int separate = 0; separate < 2; separate++) {
        pp_mesh mesh = surface(&m, separate, PP_SMOOTH_NONE);
        uint32_t *part, npart;
        pp_error err = { 0 };

        ck_ok(pp_mesh_parts(&mesh, &part, &npart, &err), err);
        ck_assert_uint_eq(npart, separate ? 2 : 1);
        pp_free(part);
        pp_mesh_free(&mesh);
    }
    pp_mask_free(&m);
}
END_TEST

static int
by_place(const void *a, const void *b)
{
    const pp_vec3 *p = a, *q = b;

    for (int axis = 0; axis < 3; axis++)
        if (pp_axis(*p, axis) != pp_axis(*q, axis))
            return pp_axis(*p, axis) < pp_axis(*q, axis) ? -1 : 1;
    return 0;
}

/* The mask stored with axes permuted and turned, its matrix to match. */
static pp_mask
stored_otherwise(const pp_mask *m, const int axis[3], int turned)
{
    pp_error err = { 0 };
    double to_lps[3][4];
    size_t dim[3];
    pp_mask s;

    for (int row = 0; row < 3; row++)
        to_lps[row][3] = m->to_lps[row][3];
    for (int a = 0; a < 3; a++) {
        const int from = axis[a];
        const double sign = turned >> a & 1 ? -1 : 1;

        dim[a] = m->dim[from];
        for (int row = 0; row < 3; row++) {
            to_lps[row][a] = sign * m->to_lps[row][from];
            if (sign < 0)
                to_lps[row][3] += m->to_lps[row][from] *
                                  (double)(m->dim[from] - 1);
        }
    }
    ck_ok(pp_mask_alloc(&s, dim, (const double(*)[4])to_lps, &err), err);
    for (size_t n = 0; n < dim[0] * dim[1] * dim[2]; n++) {
        const size_t at[3] = { n % dim[0], n / dim[0] % dim[1],
                               n / dim[0] / dim[1] };
        size_t old[3];

        for (int a = 0; a < 3; a++)
            old[axis[a]] = turned >> a & 1 ? dim[a] - 1 - at[a] : at[a];
        s.in[n] = m->in[(old[2] * m->dim[1] + old[1]) * m->dim[0] + old[0]];
    }
    return s;
}

START_TEST(all_48_storage_orders_give_the_same_vertices_outward)
{
    static const int order[6][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
                                     { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };
    const double mm[3] = { 0.5, 0.75, 2 }; /* exact in binary */
    pp_random r = { 8 };
    pp_mask m = judge_random_mask(&r, (const size_t[3]){ 5, 6, 7 }, mm, 0.4);
    pp_mesh truth = surface(&m, false, PP_SMOOTH_NONE);

    qsort(truth.vert, truth.nvert, sizeof *truth.vert, by_place);
    for (int n = 0; n < 48; n++) {
        pp_mask s = stored_otherwise(&m, order[n / 8], n % 8);
        pp_mesh mesh = surface(&s, false, PP_SMOOTH_NONE);

        judge_closed_manifold(&mesh);
        ck_assert(judge_volume(&mesh) > 0);
        qsort(mesh.vert, mesh.nvert, sizeof *mesh.vert, by_place);
        ck_assert_uint_eq(mesh.nvert, truth.nvert);
        ck_assert_uint_eq(mesh.ntri, truth.ntri);
        for (size_t v = 0; v < mesh.nvert; v++)
            ck_assert_int_eq(by_place(&mesh.vert[v], &truth.vert[v]), 0);
        pp_mesh_free(&mesh);
        pp_mask_free(&s);
    }
    pp_mesh_free(&truth);
    pp_mask_free(&m);
}
END_TEST

START_TEST(a_sampled_distance_gives_back_its_sphere)
{
    const size_t dim[3] = { 45, 46, 47 };
    const double h = 0.5, radius = 9.3;
    const double to_lps[3][4] = { { h, 0, 0, -11 }, { 0, h, 0, -11.3 },
                                  { 0, 0, h, -11.7 } };
    float *phi = malloc(45 * 46 * 47 * sizeof *phi);
    pp_error err = { 0 };
    pp_mesh m;

    for (size_t n = 0; n < 45 * 46 * 47; n++)
        phi[n] = (float)(pp_norm(pp_vec(h * (double)(n % 45) - 11,
                                        h * (double)(n / 45 % 46) - 11.3,
                                        h * (double)(n / 45 / 46) - 11.7)) -
                         radius);
    ck_ok(pp_surface_from_distance(phi, dim, to_lps, &m, &err), err);
    judge_closed_manifold(&m);
    for (size_t v = 0; v < m.nvert; v++) /* clearance 0.01 h, chords h^2/8r */
        ck_near(pp_norm(m.vert[v]), radius, 0.01);
    ck_near(judge_volume(&m) / (4.18879020478639 * pow(radius, 3)), 1, 3e-3);
    pp_mesh_free(&m);
    phi[0] = -1;
    ck_assert_int_eq(pp_surface_from_distance(phi, dim, to_lps, &m, &err),
                     PP_EGEOM);
    free(phi);
}
END_TEST

START_TEST(nothing_inside_is_refused)
{
    pp_mask m = judge_mask((const size_t[3]){ 3, 3, 3 }, cubic);
    float phi[8] = { 1, 1, 1, 1, 1, 1, 1, NAN };
    pp_error err = { 0 };
    pp_mesh mesh;

    ck_assert_int_eq(pp_surface_from_mask(&m, NULL, &mesh, NULL, &err),
                     PP_EGEOM);
    ck_assert_ptr_null(mesh.tri);
    err = (pp_error){ 0 };
    ck_assert_int_eq(pp_surface_from_distance(phi,
                                              (const size_t[3]){ 2, 2, 2 },
                                              (const double(*)[4])m.to_lps,
                                              &mesh, &err), PP_EGEOM);
    pp_mask_free(&m);
}
END_TEST

/*
 * Rounded to floats, a mesh of an oblique frame is no lattice mesh any more:
 * a hundred metres away facets of tiny voxels touch. Off the ends of their
 * edges vertices have room, and no voxel changes.
 */
START_TEST(rounding_in_an_oblique_frame_is_mended_by_sliding)
{
    const double mm[3] = { 0.3, 0.3, 0.3 };
    const double frame[3][4] = { { 0.144, -0.24, 0.108, 1.0e5 },
                                 { 0.192, 0.18, 0.144, -1.1e5 },
                                 { -0.18, 0, 0.24, 1.2e5 } };
    const size_t dim[3] = { 12, 12, 12 };
    size_t worse = 0;
    pp_random r = { 9 };

    for (int trial = 0; trial < 4; trial++) {
        pp_mask m = judge_random_mask(&r, dim, mm, 0.5);
        double clearance[2];

        memcpy(m.to_lps, frame, sizeof m.to_lps);
        for (int slide = 0; slide < 2; slide++) {
            const pp_surface_options o = { .smooth = PP_SMOOTH_FAST,
                                           .keep_off = slide ? 0.25 : 0 };
            pp_report found = { 0 };
            pp_error err = { 0 };
            pp_mask back;
            pp_mesh mesh;
            size_t bad;

            ck_ok(pp_surface_from_mask(&m, &o, &mesh, NULL, &err), err);
            pp_mesh_round_float(&mesh);
            ck_ok(pp_check(&mesh, NULL, &found, &err), err);
            ck_ok(pp_surface_clearance(&mesh, 0.1, &clearance[slide], &err),
                  err);
            ck_ok(pp_surface_to_mask(&mesh, &m, &back, &err), err);
            bad = pp_report_ndefect(&found);
            for (size_t n = 0; n < dim[0] * dim[1] * dim[2]; n++)
                bad += back.in[n] != m.in[n];
            if (slide) {
                ck_assert_uint_eq(bad, 0);
                ck_assert_uint_eq(judge_voxels_changed(&mesh, &m), 0);
            } else {
                worse += bad;
            }
            pp_mask_free(&back);
            pp_report_free(&found);
            pp_mesh_free(&mesh);
        }
        ck_assert_double_gt(clearance[1], 2 * clearance[0]);
        pp_mask_free(&m);
    }
    ck_assert_uint_gt(worse, 0);
}
END_TEST

START_TEST(a_mask_that_is_taken_gives_the_same_mesh)
{
    const double mm[3] = { -0.7, 0.7, 1 };
    const size_t dim[3] = { 9, 8, 7 };
    pp_random r = { 21 };
    pp_mask m = judge_random_mask(&r, dim, mm, 0.4);
    pp_error err = { 0 };
    pp_mesh kept, taken;

    ck_ok(pp_surface_from_mask(&m, NULL, &kept, NULL, &err), err);
    ck_ok(pp_surface_take_mask(&m, NULL, &taken, NULL, &err), err);
    ck_assert_ptr_null(m.in);
    ck_assert_uint_eq(kept.ntri, taken.ntri);
    ck_assert_uint_eq(kept.nvert, taken.nvert);
    ck_assert_mem_eq(kept.tri, taken.tri, kept.ntri * sizeof *kept.tri);
    ck_assert_mem_eq(kept.vert, taken.vert, kept.nvert * sizeof *kept.vert);
    ck_assert_double_gt(judge_volume(&taken), 0);
    pp_mesh_free(&kept);
    pp_mesh_free(&taken);
    pp_mask_free(&m);
}
END_TEST

START_TEST(clearance_is_the_gap_between_two_cubes)
{
    pp_mesh m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(1, 1, 1));
    pp_mesh far = pp_shape_box(pp_vec(1.03, 1.04, 0.2), pp_vec(2, 2, 2));
    pp_error err = { 0 };
    double mm;

    ck_ok(pp_surface_clearance(&m, 0.5, &mm, &err), err);
    ck_near(mm, 0.5, 1e-15); /* all facets of a cube within reach touch */
    ck_ok(pp_mesh_append(&m, &far, &err), err);
    ck_ok(pp_surface_clearance(&m, 0.5, &mm, &err), err);
    ck_near(mm, 0.05, 1e-12); /* edge to edge */
    ck_ok(pp_surface_clearance(&m, 0.02, &mm, &err), err);
    ck_near(mm, 0.02, 1e-15);
    pp_mesh_free(&m);
    pp_mesh_free(&far);
}
END_TEST

PP_TESTS("surface/extract",
         all_2x2x2_patterns_are_closed_manifold_and_lossless,
         random_masks_are_closed_manifold_and_lossless,
         a_large_noisy_mask_is_closed_and_manifold,
         one_voxel_is_an_octahedron,
         diagonal_voxels_join_or_stay_apart_as_asked,
         all_48_storage_orders_give_the_same_vertices_outward,
         a_sampled_distance_gives_back_its_sphere, nothing_inside_is_refused,
         rounding_in_an_oblique_frame_is_mended_by_sliding,
         a_mask_that_is_taken_gives_the_same_mesh,
         clearance_is_the_gap_between_two_cubes)
