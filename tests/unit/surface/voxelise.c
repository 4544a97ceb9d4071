/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge.h"
#include "shapes.h"
#include "surface/surface.h"

#include <math.h>
#include <string.h>

static size_t
differing(const pp_mask *a, const pp_mask *b)
{
    size_t n = 0;

    for (size_t v = 0; v < a->dim[0] * a->dim[1] * a->dim[2]; v++)
        n += a->in[v] != b->in[v];
    return n;
}

START_TEST(the_surface_of_any_mask_gives_back_the_mask)
{
    pp_random r = { 77 };
    pp_error err = { 0 };

    for (int trial = 0; trial < pp_test_rounds(400); trial++) {
        const size_t dim[3] = { 1 + pp_random_below(&r, 12),
                                1 + pp_random_below(&r, 9),
                                1 + pp_random_below(&r, 9) };
        const double mm[3] = { 0.7, 0.3 + pp_random_unit(&r), 2.5 };
        const pp_surface_options o = { .smooth = trial & 1,
                                       .separate = trial & 2 };
        pp_mask m = judge_random_mask(&r, dim, mm, 0.5), back;
        pp_mesh mesh;

        m.in[0] = 1;
        /* an oblique frame, and float32 as a file has it */
        if (trial & 4)
            memcpy(m.to_lps, ((double[3][4]){ { 0.42, -0.56, 0, 333 },
                                              { 0.56, 0.42, 0, -1234 },
                                              { 0, 0, 2.5, 77 } }),
                   sizeof m.to_lps);
        ck_ok(pp_surface_from_mask(&m, &o, &mesh, NULL, &err), err);
        pp_mesh_round_float(&mesh);
        ck_ok(pp_surface_to_mask(&mesh, &m, &back, &err), err);
        ck_assert_uint_eq(differing(&m, &back), 0);
        pp_mesh_free(&mesh);
        pp_mask_free(&m);
        pp_mask_free(&back);
    }
}
END_TEST

START_TEST(what_the_mesh_winds_around_is_inside)
{
    const double mm[3] = { 1, 1.3, 2 };
    const size_t dim[3] = { 20, 18, 12 };
    pp_error err = { 0 };

    for (int trial = 0; trial < 6; trial++) {
        pp_mask like = judge_mask(dim, mm), back;
        pp_mesh m = pp_shape_torus(pp_vec(0, 0, 0), 5, 2, 24, 12);

        /* with an overlapping shell, and inside out */
        pp_shape_add(&m, pp_shape_sphere(pp_vec(4, 1, 0.3), 3, 2));
        if (trial & 1)
            pp_shape_flip(&m);
        pp_shape_rotate(&m, 0.3 * trial, 0.2 + trial, 1.1);
        pp_shape_move(&m, pp_mask_position(&like, 9.7, 8.9, 6.1));
        ck_ok(pp_surface_to_mask(&m, &like, &back, &err), err);
        ck_assert_uint_gt(pp_mask_count(&back), 50);
        ck_assert_uint_eq(judge_voxels_changed(&m, &back), 0);
        pp_mesh_free(&m);
        pp_mask_free(&like);
        pp_mask_free(&back);
    }
}
END_TEST

START_TEST(a_box_whose_faces_pass_through_centres_is_half_open)
{
    pp_mask like = judge_mask((const size_t[3]){ 8, 8, 8 },
                              (const double[3]){ 1, 1, 1 }), back;
    pp_mesh m = pp_shape_box(pp_mask_position(&like, 2, 2, 2),
                             pp_mask_position(&like, 5, 5, 5));
    pp_error err = { 0 };

    ck_ok(pp_surface_to_mask(&m, &like, &back, &err), err);
    ck_assert_uint_eq(pp_mask_count(&back), 27);
    pp_mesh_free(&m);
    pp_mask_free(&like);
    pp_mask_free(&back);
}
END_TEST

/* A corner may stick out between the centres of the next layer. */
START_TEST(a_mesh_is_within_when_no_centre_of_a_longer_lattice_is_inside)
{
    static const struct {
        double top;  /* voxels above the last layer's centres */
        double side; /* the peak's place between the columns */
        bool within;
    } c[] = { { 0.9, 0, true },   { 1.1, 0, false },  { 1.1, 0.5, true },
              { 1.9, 0.5, true }, { 2.1, 0.5, false } };
    const double mm[3] = { 1, 1, 2 };
    const size_t dim[3] = { 8, 8, 5 };
    pp_error err = { 0 };

    for (int turn = 0; turn < 3; turn++)
        for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
            pp_mask like = judge_mask(dim, mm);
            double m[3][4];
            pp_mesh peak = pp_shape_box(pp_vec(2.9, 2.9, 2),
                                        pp_vec(3.9, 3.9, 4 + c[i].top));
            bool within;

            /* the axes of the lattice in another order */
            for (int row = 0; row < 3; row++)
                memcpy(m[row], like.to_lps[(row + turn) % 3], sizeof *m);
            memcpy(like.to_lps, m, sizeof m);
            for (size_t v = 0; v < peak.nvert; v++) {
                pp_vec3 p = peak.vert[v];

                if (p.z > 3) {
                    p.x = 3 + c[i].side + 0.02 * (p.x - 3.4);
                    p.y = 3 + c[i].side + 0.02 * (p.y - 3.4);
                }
                peak.vert[v] = pp_mask_position(&like, p.x, p.y, p.z);
            }
            ck_ok(pp_surface_is_within(&peak, &like, &within, &err), err);
            ck_assert_msg(within == c[i].within, "%d %zu", turn, i);
            pp_mesh_free(&peak);
            pp_mask_free(&like);
        }
}
END_TEST

START_TEST(meshes_beyond_the_lattice_are_cut_off)
{
    pp_mask like = judge_mask((const size_t[3]){ 5, 4, 3 },
                              (const double[3]){ 1, 1, 1 }), back;
    pp_mesh m = pp_shape_box(pp_mask_position(&like, -1e6, -1e6, -1e6),
                             pp_mask_position(&like, 1e6, 1e6, 1e6));
    pp_error err = { 0 };

    ck_ok(pp_surface_to_mask(&m, &like, &back, &err), err);
    ck_assert_uint_eq(pp_mask_count(&back), 60);
    pp_mask_free(&back);
    pp_shape_move(&m, pp_vec(4e6, 0, 0));
    ck_ok(pp_surface_to_mask(&m, &like, &back, &err), err);
    ck_assert_uint_eq(pp_mask_count(&back), 0);
    pp_mask_free(&back);
    m.vert[0].x = NAN;
    ck_assert_int_eq(pp_surface_to_mask(&m, &like, &back, &err), PP_EGEOM);
    ck_assert_ptr_null(back.in);
    pp_mesh_free(&m);
    pp_mask_free(&like);
}
END_TEST

PP_TESTS("surface/voxelise", the_surface_of_any_mask_gives_back_the_mask,
         what_the_mesh_winds_around_is_inside,
         a_mesh_is_within_when_no_centre_of_a_longer_lattice_is_inside,
         a_box_whose_faces_pass_through_centres_is_half_open,
         meshes_beyond_the_lattice_are_cut_off)
