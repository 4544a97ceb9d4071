/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tiles.c - tiles fit, and are the whole but for pegs and holes
 */
#include "place/place.h"

#include "check/check.h"
#include "shapes.h"
#include "test.h"

/* Checks every tile; returns their volume. */
static double
tile(const pp_mesh *m, const double box[3], const pp_peg_wish *wish,
     bool round, pp_tiling *t)
{
    pp_error err = { PP_OK, "" };
    double mm3 = 0;

    ck_assert_msg(pp_cut_tiles(m, box, wish, round, t, &err) == PP_OK, "%s",
                  err.message);
    for (size_t i = 0; i < t->ntile; i++) {
        const pp_vec3 size = pp_box_size(pp_mesh_box(&t->tile[i].mesh));
        pp_report r;

        ck_assert_double_le(size.x, box[0] + 1e-4);
        ck_assert_double_le(size.y, box[1] + 1e-4);
        ck_assert_double_le(size.z, box[2] + 1e-4);
        ck_assert_int_eq(pp_check(&t->tile[i].mesh, NULL, &r, &err), PP_OK);
        ck_assert_uint_eq(pp_report_ndefect(&r), 0);
        pp_report_free(&r);
        mm3 += pp_shape_volume(&t->tile[i].mesh);
    }
    return mm3;
}

START_TEST(tiles_are_the_whole)
{
    const double box[3] = { 13, 17, 29 };
    const pp_peg_wish none = { 0 };
    pp_mesh m = pp_shape_torus(pp_vec(1, 2, 3), 20, 6, 80, 40);
    pp_tiling t;

    pp_shape_rotate(&m, 0.4, 0.2, 0.9);
    ck_assert_double_le(fabs(tile(&m, box, &none, false, &t) /
                                 pp_shape_volume(&m) - 1), 1e-9);
    ck_assert_uint_gt(t.ntile, 12);
    pp_tiling_free(&t);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(pegs_and_holes_have_the_volume_of_their_prisms)
{
    const double box[3] = { 40, 32, 27 };
    const pp_peg_wish wish = { 5, 0.2, 1 };
    pp_mesh m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(100, 50, 40));
    const double turn = sin(2 * M_PI / PP_PEG_SIDES);
    const double peg = PP_PEG_SIDES / 2.0 * turn * 2.5 * 2.5 * 5;
    const double corner = 2.7 / cos(M_PI / PP_PEG_SIDES);
    const double hole = PP_PEG_SIDES / 2.0 * turn * corner * corner * 5.2;
    size_t npeg = 0;
    pp_tiling t;
    double mm3;

    for (int round = 0; round < 2; round++) {
        npeg = 0;
        mm3 = tile(&m, box, &wish, round == 1, &t);
        for (size_t i = 0; i < t.ncut; i++) {
            npeg += t.cut[i].npeg;
            ck_assert_uint_eq(t.cut[i].npegless, 0);
        }
        ck_assert_uint_gt(npeg, 20);
        ck_assert_double_eq_tol(mm3, 200000 + (double)npeg * (peg - hole),
                                round == 1 ? 0.1 : 1e-4);
        pp_tiling_free(&t);
    }
    pp_mesh_free(&m);
}
END_TEST

/* A hole's axis keeps its radius and the wall from all that is not solid. */
START_TEST(holes_leave_the_wall)
{
    const double box[3] = { 45, 45, 45 };
    const pp_peg_wish wish = { 4, 0.15, 1.2 };
    pp_mesh m = pp_shape_sphere(pp_vec(5, 5, 5), 40, 5);
    pp_tiling t;
    size_t npeg = 0;

    tile(&m, box, &wish, false, &t);
    for (size_t i = 0; i < t.ncut; i++)
        for (size_t k = 0; k < t.cut[i].npeg; k++, npeg++) {
            const pp_peg *p = &t.cut[i].peg[k];

            for (int n = 0; n <= 100; n++) {
                const pp_vec3 at =
                    pp_madd(p->foot, p->hole_length_mm * n / 100, p->way);

                ck_assert_double_ge(39.9 - pp_distance(at, pp_vec(5, 5, 5)),
                                    2.15 + 1.2 - 0.1);
            }
        }
    ck_assert_uint_ge(npeg, 12);
    pp_tiling_free(&t);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(a_section_without_room_for_a_peg_is_told)
{
    const double box[3] = { 30, 30, 30 };
    const pp_peg_wish wish = { 4, 0.1, 1.5 };
    pp_peg_wish widest = wish;
    pp_mesh m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(50, 6, 6));
    pp_tiling t;

    ck_assert_double_eq_tol(tile(&m, box, &wish, false, &t), 1800, 1e-9);
    ck_assert_uint_eq(t.ncut, 1);
    ck_assert_uint_eq(t.cut[0].npeg, 0);
    ck_assert_uint_eq(t.cut[0].npegless, 1);
    /* 6 mm less two walls and two clearances */
    ck_assert_double_eq_tol(t.cut[0].pegless[0].room_mm, 2.8, 0.2);
    widest.diameter_mm = t.cut[0].pegless[0].room_mm;
    pp_tiling_free(&t);
    /* the widest that is told has room */
    tile(&m, box, &widest, false, &t);
    ck_assert_uint_eq(t.cut[0].npegless, 0);
    ck_assert_uint_eq(t.cut[0].npeg, 1);
    pp_tiling_free(&t);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(too_many_tiles_are_refused)
{
    const pp_peg_wish none = { 0 }, wish = { 3, 0.1, 1 };
    const double small[3] = { 1, 1, 1 }, tiny[3] = { 1e-300, 1e3, 1e3 };
    const double short_one[3] = { 2.9, 100, 100 };
    pp_mesh m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(50, 60, 60));
    pp_error err = { PP_OK, "" };
    pp_tiling t;

    ck_assert_int_eq(pp_cut_tiles(&m, small, &none, false, &t, &err),
                     PP_ELIMIT);
    err = (pp_error){ PP_OK, "" };
    ck_assert_int_eq(pp_cut_tiles(&m, tiny, &none, false, &t, &err),
                     PP_ELIMIT);
    err = (pp_error){ PP_OK, "" };
    ck_assert_int_eq(pp_cut_tiles(&m, short_one, &wish, false, &t, &err),
                     PP_ELIMIT);
    pp_mesh_free(&m);
}
END_TEST

PP_TESTS("place/tiles", tiles_are_the_whole,
         pegs_and_holes_have_the_volume_of_their_prisms, holes_leave_the_wall,
         a_section_without_room_for_a_peg_is_told, too_many_tiles_are_refused)
