/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * move.c - where things lie, and the way back
 */
#include "place/place.h"

#include "mesh/provenance.h"
#include "shapes.h"
#include "test.h"

#include <stdlib.h>
#include <string.h>

typedef const double (*rows)[4];

static pp_mesh
some_body(void)
{
    pp_mesh m = pp_shape_sphere(pp_vec(31, -140, 78.5), 17, 3);

    pp_shape_add(&m, pp_shape_box(pp_vec(-9, 1e-3, 2), pp_vec(-4, 6, 200)));
    return m;
}

static bool
same_bytes(const pp_mesh *a, const pp_mesh *b)
{
    return a->nvert == b->nvert && a->ntri == b->ntri &&
           memcmp(a->vert, b->vert, a->nvert * sizeof *a->vert) == 0 &&
           memcmp(a->tri, b->tri, a->ntri * sizeof *a->tri) == 0;
}

static double
largest_difference(const pp_mesh *a, const pp_mesh *b)
{
    double most = 0;

    for (size_t v = 0; v < a->nvert; v++)
        most = fmax(most, pp_distance(a->vert[v], b->vert[v]));
    return most;
}

START_TEST(mirrored_twice_is_the_same_to_the_last_bit)
{
    for (int axis = 0; axis < 3; axis++) {
        const pp_move by = pp_move_mirror(axis);
        pp_mesh m = some_body(), old = some_body();

        pp_mesh_transform(&m, (rows)by.m);
        ck_assert(!same_bytes(&m, &old));
        ck_assert_double_eq(pp_shape_volume(&m) / pp_shape_volume(&old), 1);
        pp_mesh_transform(&m, (rows)by.m);
        ck_assert(same_bytes(&m, &old));
        pp_mesh_free(&m);
        pp_mesh_free(&old);
    }
}
END_TEST

START_TEST(four_quarter_turns_are_none_to_the_last_bit)
{
    const pp_vec3 axis[3] = { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } };

    for (int a = 0; a < 3; a++) {
        pp_mesh m = some_body(), old = some_body();

        for (int n = 0; n < 4; n++) {
            const pp_move by = pp_move_turn(axis[a], n % 2 ? 90 : -270);

            pp_mesh_transform(&m, (rows)by.m);
        }
        ck_assert(same_bytes(&m, &old));
        pp_mesh_free(&m);
        pp_mesh_free(&old);
    }
}
END_TEST

START_TEST(n_turns_by_an_nth_are_none)
{
    for (int n = 1; n < 40; n++) {
        const pp_vec3 axis = pp_vec(1, 0.3 * n, -2);
        pp_mesh m = some_body(), old = some_body();

        for (int i = 0; i < n; i++) {
            const pp_move by = pp_move_turn(axis, 360.0 / n);

            pp_mesh_transform(&m, (rows)by.m);
        }
        ck_assert_double_lt(largest_difference(&m, &old), 1e-11);
        ck_assert_double_le(fabs(pp_shape_volume(&m) /
                                 pp_shape_volume(&old) - 1), 1e-12);
        pp_mesh_free(&m);
        pp_mesh_free(&old);
    }
}
END_TEST

START_TEST(turns_go_by_the_right_hand)
{
    const pp_move by = pp_move_turn(pp_vec(0, 0, 5), 90);

    ck_assert_double_eq(by.m[1][0], 1);
    ck_assert_double_eq(by.m[0][1], -1);
    ck_assert_double_eq(by.m[2][2], 1);
}
END_TEST

START_TEST(directions_are_taken_to_one_another)
{
    srand(7);
    for (int n = 0; n < 1000; n++) {
        const pp_vec3 a = pp_vec(rand() % 7 - 3, rand() % 7 - 3,
                                 rand() % 7 - 3 + 0.5);
        const pp_vec3 b = n % 3 == 0 ? pp_scale(a, n % 2 ? 1 : -1)
                                     : pp_vec(rand() % 5 - 2, 1,
                                              rand() % 5 - 2);
        const pp_move by = pp_move_from_to(a, b);
        pp_vec3 p = pp_unit(a);
        pp_mesh one = { .vert = &p, .nvert = 1 };

        pp_mesh_transform(&one, (rows)by.m);
        ck_assert_double_lt(pp_distance(p, pp_unit(b)), 1e-12);
    }
}
END_TEST

static pp_status
parse(const char *text, pp_move *by, pp_error *err)
{
    *err = (pp_error){ PP_OK, "" };
    return pp_move_parse(text, strlen(text), by, err);
}

START_TEST(a_matrix_of_six_digits_becomes_a_rotation_to_the_last)
{
    pp_error err;
    pp_move by;

    ck_assert_int_eq(parse("# by hand\n0.866025 -0.5 0 1\n0.5,0.866025,0,2\n"
                           "0 0 1 -3e1\n0 0 0 1 # end", &by, &err), PP_OK);
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 3; k++) {
            double dot = 0;

            for (int n = 0; n < 3; n++)
                dot += by.m[i][n] * by.m[k][n];
            ck_assert_double_lt(fabs(dot - (i == k)), 1e-15);
        }
    ck_assert_double_eq_tol(by.m[0][0], sqrt(0.75), 1e-6);
    ck_assert_double_eq(by.m[2][3], -30);
}
END_TEST

START_TEST(what_is_no_rigid_matrix_is_refused)
{
    static const char *const bad[] = {
        "2 0 0 0 0 2 0 0 0 0 2 0 0 0 0 1",     /* scales */
        "-1 0 0 0 0 1 0 0 0 0 1 0 0 0 0 1",    /* mirrors */
        "1 0.1 0 0 0 1 0 0 0 0 1 0 0 0 0 1",   /* shears */
        "1 0 0 0 0 1 0 0 0 0 1 0 0 0 0 2",     /* projects */
        "1 0 0 0 0 1 0 0 0 0 1 0 0 0 0",       /* too short */
        "1 0 0 0 0 1 0 0 0 0 1 0 0 0 0 1 0",   /* too long */
        "1 0 0 0 0 1 0 0 0 0 1 0 0 0 0 1 x",   /* junk */
        "1 0 0 0 0 1 0 0 0 0 1 0 0 0 0 1x",
        "1 0 0 nan 0 1 0 0 0 0 1 0 0 0 0 1",
        "1 0 0 inf 0 1 0 0 0 0 1 0 0 0 0 1",
        "0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 1",
        "1e300 0 0 0 0 1e300 0 0 0 0 1e300 0 0 0 0 1",
        "",
    };

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        pp_error err;
        pp_move by;

        ck_assert_msg(parse(bad[i], &by, &err) != PP_OK, "%s", bad[i]);
        ck_assert(pp_move_is_none(&by));
    }
}
END_TEST

START_TEST(a_placed_mesh_goes_back_over_its_scan)
{
    const pp_move step[] = {
        pp_move_scale(0.5), pp_move_mirror(1),
        pp_move_turn(pp_vec(1, 2, 3), 77), pp_move_by(pp_vec(-5, 600, 7)),
    };
    pp_provenance p = { 0 };
    pp_error err = { PP_OK, "" };
    pp_mesh m = some_body(), old = some_body();

    ck_assert_int_eq(pp_provenance_parse_line(&p, "printprep: 1", &err), 0);
    ck_assert_int_eq(pp_provenance_parse_line(&p, "frame: LPS", &err), 0);
    ck_assert_int_eq(pp_provenance_parse_line(&p, "side: L", &err), 0);
    for (size_t i = 0; i < sizeof step / sizeof *step; i++) {
        pp_mesh_transform(&m, (rows)step[i].m);
        ck_assert_int_eq(pp_provenance_place(&p, (rows)step[i].m, &err), 0);
    }
    ck_assert(pp_provenance_is_placed(&p));
    ck_assert_str_eq(p.frame, "placed");
    ck_assert_str_eq(p.side, "R");
    ck_assert_int_eq(pp_provenance_unplace(&p, &m, &err), PP_OK);
    ck_assert(!pp_provenance_is_placed(&p));
    ck_assert_str_eq(p.frame, "LPS");
    ck_assert_str_eq(p.side, "L");
    ck_assert_double_lt(largest_difference(&m, &old), 1e-10);
    ck_assert_double_gt(pp_shape_volume(&m), 0);
    pp_provenance_free(&p);
    pp_mesh_free(&m);
    pp_mesh_free(&old);
}
END_TEST

/* Every line of the text, as a reader of files would take it. */
static pp_provenance
read_text(const char *text)
{
    pp_error err = { PP_OK, "" };
    pp_provenance p = { 0 };
    char line[300];

    while (*text != '\0') {
        const size_t n = strcspn(text, "\n");

        ck_assert_uint_lt(n, sizeof line);
        memcpy(line, text, n);
        line[n] = '\0';
        ck_ok(pp_provenance_parse_line(&p, line, &err), err);
        text += n + (text[n] != '\0');
    }
    return p;
}

START_TEST(a_placement_survives_as_text_to_the_last_bit)
{
    const pp_move by = pp_move_then(pp_move_turn(pp_vec(1, 2, 3), 33),
                                    pp_move_by(pp_vec(1e-7, -1 / 3.0, 1e5)));
    pp_provenance p = read_text("printprep: 1\nframe: LPS\nside: R\n"), q;
    pp_error err = { PP_OK, "" };
    pp_bytes text = { 0 };

    ck_ok(pp_provenance_place(&p, (rows)by.m, &err), err);
    ck_ok(pp_provenance_print(&p, false, &text, &err), err);
    ck_ok(pp_bytes_append(&text, "", 1, &err), err);
    q = read_text((const char *)text.data);
    ck_assert(q.has_placement && pp_provenance_is_placed(&q));
    ck_assert_int_eq(memcmp(q.placement, by.m, sizeof by.m), 0);
    ck_assert_str_eq(q.side, "R");
    ck_assert_str_eq(q.frame, "placed");
    pp_bytes_free(&text);
    pp_provenance_free(&p);
    pp_provenance_free(&q);
}
END_TEST

START_TEST(a_placement_that_cannot_be_undone_is_refused)
{
    static const char *const bad[] = {
        "frame: placed\n",
        "placed_z: 0 0 1 0\n",
        "placed_x: 0 0 0 0\nplaced_y: 0 0 0 0\nplaced_z: 0 0 0 0\n",
        "placed_x: 1 0 0 0\nplaced_y: 0 2 0 0\nplaced_z: 0 0 1 0\n",
        ("placed_x: 1e200 0 0 0\nplaced_y: 0 1e200 0 0\n"
         "placed_z: 0 0 1e200 0\n"),
        "placed_x: 1 0.1 0 0\nplaced_y: 0 1 0 0\nplaced_z: 0 0 1 0\n",
    };

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char text[300] = "printprep: 1\n";
        pp_error err = { PP_OK, "" };
        pp_mesh m = some_body(), old = some_body();
        pp_provenance p;

        strcat(text, bad[i]);
        p = read_text(text);
        ck_assert(pp_provenance_is_placed(&p));
        ck_assert_int_ne(pp_provenance_unplace(&p, &m, &err), PP_OK);
        ck_assert(same_bytes(&m, &old));
        pp_provenance_free(&p);
        pp_mesh_free(&m);
        pp_mesh_free(&old);
    }
}
END_TEST

START_TEST(what_is_no_placement_places_nothing)
{
    pp_provenance p = read_text("printprep: 1\nplaced_z: 0 0 nan 0\n"
                                "placed_z: 1 2 3\nplaced_z: 1 2 3 4 5\n"
                                "placed_z: inf 0 0 0\nplaced_x: 1 0 0 0\n");

    ck_assert(!pp_provenance_is_placed(&p));
    pp_provenance_free(&p);
}
END_TEST

PP_TESTS("place/move", mirrored_twice_is_the_same_to_the_last_bit,
         four_quarter_turns_are_none_to_the_last_bit,
         n_turns_by_an_nth_are_none, turns_go_by_the_right_hand,
         directions_are_taken_to_one_another,
         a_matrix_of_six_digits_becomes_a_rotation_to_the_last,
         what_is_no_rigid_matrix_is_refused,
         a_placed_mesh_goes_back_over_its_scan,
         a_placement_survives_as_text_to_the_last_bit,
         a_placement_that_cannot_be_undone_is_refused,
         what_is_no_placement_places_nothing)
