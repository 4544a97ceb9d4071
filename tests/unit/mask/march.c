/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/alloc.h"
#include "mask/field.h"
#include "test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    size_t dim[3], n;
    double mm[3];
    uint8_t *open;
    uint32_t *label;
    float *time;
} scene;

static scene
make_scene(size_t nx, size_t ny, size_t nz, double sx, double sy, double sz)
{
    scene s = { { nx, ny, nz }, nx * ny * nz, { sx, sy, sz }, NULL, NULL,
                NULL };

    s.open = pp_alloc(s.n, 1);
    s.label = pp_alloc_zero(s.n, sizeof *s.label);
    s.time = pp_alloc(s.n, sizeof *s.time);
    ck_assert(s.open != NULL && s.label != NULL && s.time != NULL);
    memset(s.open, 1, s.n);
    return s;
}

static void
free_scene(scene *s)
{
    pp_free(s->open);
    pp_free(s->label);
    pp_free(s->time);
}

static size_t
at(const scene *s, size_t i, size_t j, size_t k)
{
    return (k * s->dim[1] + j) * s->dim[0] + i;
}

static void
march(scene *s)
{
    pp_error err = { 0 };

    ck_ok(pp_field_march(s->open, s->dim, s->mm, s->label, s->time, &err),
          err);
}

/* Distance in mm between two voxels, by numbers. */
static double
apart(const scene *s, size_t v, size_t w)
{
    double sum = 0;

    for (int a = 0; a < 3; a++) {
        const double d = s->mm[a] * ((double)(v % s->dim[a]) -
                                     (double)(w % s->dim[a]));

        v /= s->dim[a];
        w /= s->dim[a];
        sum += d * d;
    }
    return sqrt(sum);
}

/* The largest error of the distance from a point, in a box of 24 mm. */
static double
error_from_a_point(size_t n, double sz_ratio)
{
    const double h = 24.0 / (double)n;
    const size_t nz = (size_t)((double)n / sz_ratio);
    scene s = make_scene(n + 1, n + 1, nz + 1, h, h, h * sz_ratio);
    const size_t seed = at(&s, n / 2, n / 2, nz / 2);
    double worst = 0;

    s.label[seed] = 1;
    march(&s);
    for (size_t v = 0; v < s.n; v++)
        worst = fmax(worst, fabs((double)s.time[v] - apart(&s, v, seed)));
    free_scene(&s);
    return worst;
}

START_TEST(the_error_of_distances_shrinks_with_the_spacing)
{
    for (int a = 0; a < 2; a++) {
        const double ratio = a == 0 ? 1 : 2;
        const double coarse = error_from_a_point(24, ratio);
        const double fine = error_from_a_point(48, ratio);

        /* first order from a point: h log(1/h) */
        ck_assert_msg(coarse < 2 * ratio && fine < 0.72 * coarse,
                      "off by %g mm, by %g mm at half the spacing", coarse,
                      fine);
    }
}
END_TEST

START_TEST(a_plane_front_is_exact)
{
    scene s = make_scene(9, 6, 40, 0.8, 1.1, 1.5);

    for (size_t v = 0; v < 9 * 6; v++)
        s.label[v] = 1;
    march(&s);
    for (size_t v = 0; v < s.n; v++)
        ck_near((double)s.time[v], 1.5 * (double)(v / (9 * 6)), 1e-4);
    free_scene(&s);
}
END_TEST

/*
 * A wall from one side to the middle: the way goes round its edge. The largest
 * error in a square of 30 mm, with n voxels a millimetre.
 */
static double
error_behind_a_wall(size_t n)
{
    const size_t side = 30 * n + 1, wall = 15 * n, end = 20 * n;
    const double h = 1 / (double)n;
    scene s = make_scene(side, side, 3, h, h, 5);
    const double seed[2] = { 5, 10 };
    /* the string bends at the first open voxel beyond the wall's end */
    const double edge[2] = { 15, 20 + h };
    double worst = 0;

    for (size_t k = 0; k < 3; k++)
        for (size_t j = 0; j <= end; j++)
            s.open[at(&s, wall, j, k)] = 0;
    for (size_t k = 0; k < 3; k++)
        s.label[at(&s, 5 * n, 10 * n, k)] = 1;
    march(&s);
    for (size_t j = 0; j < side; j++)
        for (size_t i = wall + 1; i < side; i++) {
            const double x = h * (double)i, y = h * (double)j;
            const double dx = x - seed[0];
            /* above this line the end of the wall is not in the way */
            const double cross =
                seed[1] + (y - seed[1]) * (edge[0] - seed[0]) / dx;
            const double truth =
                cross >= edge[1]
                    ? hypot(dx, y - seed[1])
                    : hypot(edge[0] - seed[0], edge[1] - seed[1]) +
                          hypot(x - edge[0], y - edge[1]);

            worst = fmax(worst,
                         fabs((double)s.time[at(&s, i, j, 1)] - truth));
        }
    free_scene(&s);
    return worst;
}

START_TEST(the_way_round_an_obstacle_is_that_of_a_taut_string)
{
    const double coarse = error_behind_a_wall(2);
    const double fine = error_behind_a_wall(4);

    ck_assert_msg(coarse < 3.5 * 0.5 && fine < 0.72 * coarse,
                  "off by %g mm, by %g mm at half the spacing", coarse, fine);
}
END_TEST

START_TEST(obstacles_stop_a_front_and_diagonals_do_not_let_it_pass)
{
    scene s = make_scene(12, 12, 12, 1, 1, 1);

    /* a diagonal plane of voxels, one thick, that only corners connect */
    for (size_t v = 0; v < s.n; v++) {
        const size_t i = v % 12, j = v / 12 % 12, k = v / 144;

        if (i + j + k == 16 || i + j + k == 17)
            s.open[v] = 0;
    }
    s.label[0] = 7;
    march(&s);
    for (size_t v = 0; v < s.n; v++) {
        const bool near = v % 12 + v / 12 % 12 + v / 144 < 16;

        ck_assert_uint_eq(s.label[v], near ? 7 : 0);
        ck_assert(near == isfinite(s.time[v]));
    }
    free_scene(&s);
}
END_TEST

/* A wall of voxels with 2 between two seeds, off the middle: the first march
   fills both sides, the second divides the wall. */
START_TEST(a_second_march_enters_what_was_a_wall_to_the_first)
{
    scene s = make_scene(40, 5, 5, 0.8, 0.8, 1.5);

    for (size_t v = 0; v < s.n; v++)
        if (v % 40 >= 10 && v % 40 < 14)
            s.open[v] = 2;
    s.label[at(&s, 0, 2, 2)] = 1;
    s.label[at(&s, 39, 2, 2)] = 2;
    march(&s);
    for (size_t v = 0; v < s.n; v++) {
        const size_t i = v % 40;

        ck_assert_uint_eq(s.label[v], i < 12 ? 1 : 2);
        ck_near((double)s.time[v],
                i == 10 || i == 13 ? 0.8 : i == 11 || i == 12 ? 1.6 : 0, 1e-5);
    }
    free_scene(&s);
}
END_TEST

/* Each front by itself; then a voxel belongs to the earliest, ties to the
   least label. */
START_TEST(a_voxel_goes_to_the_front_that_is_there_first)
{
    pp_random r = { 3 };

    for (int trial = 0; trial < pp_test_rounds(40); trial++) {
        scene all = make_scene(1 + pp_random_below(&r, 20),
                               1 + pp_random_below(&r, 15),
                               1 + pp_random_below(&r, 12),
                               0.4 + pp_random_unit(&r),
                               0.4 + pp_random_unit(&r),
                               0.4 + 2 * pp_random_unit(&r));
        const uint32_t nseed = 1 + pp_random_below(&r, 5);
        float *best = pp_alloc(all.n, sizeof *best);

        ck_assert(best != NULL);
        for (size_t v = 0; v < all.n; v++) {
            all.open[v] = pp_random_unit(&r) < 0.75;
            best[v] = INFINITY;
        }
        for (uint32_t l = 1; l <= nseed; l++)
            all.label[pp_random_below(&r, (unsigned)all.n)] = l;
        for (uint32_t l = 1; l <= nseed; l++) {
            scene one = make_scene(all.dim[0], all.dim[1], all.dim[2],
                                   all.mm[0], all.mm[1], all.mm[2]);

            /* another's seed is no way through, as in the race */
            for (size_t v = 0; v < all.n; v++) {
                one.open[v] = all.open[v] && all.label[v] == 0;
                one.label[v] = all.label[v] == l ? l : 0;
            }
            march(&one);
            for (size_t v = 0; v < all.n; v++)
                best[v] = fminf(best[v], one.time[v]);
            free_scene(&one);
        }
        march(&all);
        for (size_t v = 0; v < all.n; v++) {
            /* one front alone has more upwind voxels to lean on where the
               other won: the race is never ahead of it */
            ck_assert(all.time[v] >= best[v] - 1e-5F);
            ck_assert(isfinite(all.time[v]) == isfinite(best[v]));
            ck_assert((all.label[v] != 0) == isfinite(best[v]));
        }
        pp_free(best);
        free_scene(&all);
    }
}
END_TEST

START_TEST(ties_go_to_the_lesser_label_whatever_the_side)
{
    for (int side = 0; side < 2; side++)
        for (int axis = 0; axis < 3; axis++) {
            size_t dim[3] = { 5, 5, 5 };
            size_t low[3] = { 2, 2, 2 }, high[3] = { 2, 2, 2 };
            scene s;

            dim[axis] = 11;
            low[axis] = 0;
            high[axis] = 10;
            s = make_scene(dim[0], dim[1], dim[2], 0.8, 0.8, 0.8);
            s.label[at(&s, low[0], low[1], low[2])] = side ? 2 : 1;
            s.label[at(&s, high[0], high[1], high[2])] = side ? 1 : 2;
            march(&s);
            for (size_t v = 0; v < s.n; v++) {
                const size_t c[3] = { v % dim[0], v / dim[0] % dim[1],
                                      v / dim[0] / dim[1] };
                const size_t place = c[axis];

                if (place == 5)
                    ck_assert_uint_eq(s.label[v], 1);
                else
                    ck_assert_uint_eq(s.label[v],
                                      (place < 5) == (side == 0) ? 1 : 2);
            }
            free_scene(&s);
        }
}
END_TEST

START_TEST(a_mirrored_scene_is_marched_through_as_a_mirror_image)
{
    pp_random r = { 11 };

    for (int trial = 0; trial < pp_test_rounds(20); trial++) {
        scene s = make_scene(14, 11, 9, 0.7, 0.9, 1.6);
        scene t = make_scene(14, 11, 9, 0.7, 0.9, 1.6);

        for (size_t v = 0; v < s.n; v++)
            s.open[v] = pp_random_unit(&r) < 0.8;
        for (uint32_t l = 1; l <= 4; l++)
            s.label[pp_random_below(&r, (unsigned)s.n)] = l;
        for (size_t v = 0; v < s.n; v++) {
            t.open[s.n - 1 - v] = s.open[v];
            t.label[s.n - 1 - v] = s.label[v];
        }
        march(&s);
        march(&t);
        for (size_t v = 0; v < s.n; v++) {
            ck_assert_uint_eq(t.label[s.n - 1 - v], s.label[v]);
            ck_assert(t.time[s.n - 1 - v] == s.time[v]);
        }
        free_scene(&s);
        free_scene(&t);
    }
}
END_TEST

START_TEST(labels_beyond_the_limit_and_spacings_of_nothing_are_refused)
{
    scene s = make_scene(3, 3, 3, 1, 1, 1);
    pp_error err = { 0 };

    s.label[4] = PP_MARCH_LABELS;
    ck_assert_int_eq(pp_field_march(s.open, s.dim, s.mm, s.label, NULL, &err),
                     PP_ELIMIT);
    err = (pp_error){ 0 };
    s.label[4] = 1;
    s.mm[1] = 0;
    ck_assert_int_eq(pp_field_march(s.open, s.dim, s.mm, s.label, NULL, &err),
                     PP_EGEOM);
    free_scene(&s);
}
END_TEST

PP_TESTS("mask/march", the_error_of_distances_shrinks_with_the_spacing,
         a_plane_front_is_exact,
         the_way_round_an_obstacle_is_that_of_a_taut_string,
         obstacles_stop_a_front_and_diagonals_do_not_let_it_pass,
         a_second_march_enters_what_was_a_wall_to_the_first,
         a_voxel_goes_to_the_front_that_is_there_first,
         ties_go_to_the_lesser_label_whatever_the_side,
         a_mirrored_scene_is_marched_through_as_a_mirror_image,
         labels_beyond_the_limit_and_spacings_of_nothing_are_refused)
