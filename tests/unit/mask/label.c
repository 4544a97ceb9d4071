/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/alloc.h"
#include "mask/mask.h"
#include "test.h"

#include <stdlib.h>
#include <string.h>

static const double matrix[3][4] = { { 0.5, 0, 0, -7 },
                                     { 0, 0.75, 0, 11 },
                                     { 0, 0, 2, 3 } };

static pp_mask
random_mask(pp_random *r, const size_t dim[3], double p)
{
    pp_error err = { 0 };
    pp_mask m;

    ck_ok(pp_mask_alloc(&m, dim, matrix, &err), err);
    for (size_t n = 0; n < dim[0] * dim[1] * dim[2]; n++)
        m.in[n] = pp_random_unit(r) < p;
    return m;
}

/* Flood fill from voxel n; returns the voxels filled with number. */
static size_t
flood(const pp_mask *m, pp_connect connect, size_t n, uint32_t number,
      uint32_t *label)
{
    const int dim[3] = { (int)m->dim[0], (int)m->dim[1], (int)m->dim[2] };
    size_t *stack = pp_alloc(m->dim[0] * m->dim[1] * m->dim[2],
                             sizeof *stack);
    const int far = connect == PP_CONNECT_FACE ? 1
                    : connect == PP_CONNECT_EDGE ? 2 : 3;
    size_t top = 0, count = 0;

    stack[top++] = n;
    label[n] = number;
    while (top > 0) {
        const size_t at = stack[--top];
        const int i = (int)(at % m->dim[0]);
        const int j = (int)(at / m->dim[0] % m->dim[1]);
        const int k = (int)(at / m->dim[0] / m->dim[1]);

        count++;
        for (int d = 0; d < 27; d++) {
            const int x = i + d % 3 - 1, y = j + d / 3 % 3 - 1,
                      z = k + d / 9 - 1;
            size_t to;

            if (abs(x - i) + abs(y - j) + abs(z - k) > far || x < 0 ||
                y < 0 || z < 0 || x == dim[0] || y == dim[1] || z == dim[2])
                continue;
            to = (size_t)((z * dim[1] + y) * dim[0] + x);
            if (m->in[to] && label[to] == 0) {
                label[to] = number;
                stack[top++] = to;
            }
        }
    }
    pp_free(stack);
    return count;
}

/* The same partition, the same sizes, in descending order. */
static void
compare_with_flood_fill(const pp_mask *m, pp_connect connect)
{
    const size_t n = m->dim[0] * m->dim[1] * m->dim[2];
    uint32_t *label, *flooded = pp_alloc_zero(n, sizeof *flooded), nflood = 0;
    pp_island *island;
    pp_error err = { 0 };
    size_t nisland;

    ck_ok(pp_mask_islands(m, connect, &label, &island, &nisland, &err), err);
    for (size_t v = 0; v < n; v++)
        if (m->in[v] && flooded[v] == 0) {
            ck_assert_uint_gt(label[v], 0);
            ck_assert_uint_eq(flood(m, connect, v, ++nflood, flooded),
                              island[label[v] - 1].nvoxel);
        }
    ck_assert_uint_eq(nflood, nisland);
    for (size_t i = 1; i < nisland; i++)
        ck_assert_uint_ge(island[i - 1].nvoxel, island[i].nvoxel);
    for (size_t v = 0; v < n; v++)
        ck_assert_int_eq(label[v] > 0, m->in[v]);
    for (size_t v = 1; v < n; v++)
        for (size_t w = v > 40 ? v - 40 : 0; w < v; w++)
            if (m->in[v] && m->in[w])
                ck_assert_int_eq(label[v] == label[w],
                                 flooded[v] == flooded[w]);
    pp_free(label);
    pp_free(flooded);
    pp_free(island);
}

START_TEST(islands_are_those_of_flood_fill)
{
    static const pp_connect kinds[3] = { PP_CONNECT_FACE, PP_CONNECT_EDGE,
                                         PP_CONNECT_CORNER };
    static const double share[4] = { 0.1, 0.2, 0.4, 0.8 };
    pp_random r = { 17 };

    for (int trial = 0; trial < pp_test_rounds(150); trial++) {
        const size_t dim[3] = { 1 + pp_random_below(&r, 17),
                                1 + pp_random_below(&r, 8),
                                1 + pp_random_below(&r, 8) };
        pp_mask m = random_mask(&r, dim, share[trial % 4]);

        for (int c = 0; c < 3; c++)
            compare_with_flood_fill(&m, kinds[c]);
        pp_mask_free(&m);
    }
}
END_TEST

START_TEST(dropping_islands_keeps_the_rest_and_names_them)
{
    pp_random r = { 23 };
    pp_error err = { 0 };
    const size_t dim[3] = { 14, 12, 10 };
    const double voxel = 0.75;

    for (int trial = 0; trial < pp_test_rounds(20); trial++) {
        pp_mask m = random_mask(&r, dim, 0.15), before;
        pp_island *removed, *left;
        size_t nremoved, nleft, gone = 0;

        ck_ok(pp_mask_alloc(&before, dim, matrix, &err), err);
        memcpy(before.in, m.in, 14 * 12 * 10);
        ck_ok(pp_mask_drop_islands(&m, PP_CONNECT_FACE, 3 * voxel, &removed,
                                   &nremoved, &err), err);
        for (size_t n = 0; n < nremoved; n++) {
            ck_assert_uint_lt(removed[n].nvoxel, 3);
            ck_near(removed[n].volume_mm3,
                    voxel * (double)removed[n].nvoxel, 1e-12);
            gone += removed[n].nvoxel;
        }
        ck_assert_uint_gt(nremoved, 0);
        ck_assert_uint_eq(pp_mask_count(&m) + gone, pp_mask_count(&before));
        ck_ok(pp_mask_islands(&m, PP_CONNECT_FACE, NULL, &left, &nleft, &err),
              err);
        for (size_t n = 0; n < nleft; n++)
            ck_assert_uint_ge(left[n].nvoxel, 3);
        pp_free(removed);
        pp_free(left);
        pp_mask_free(&m);
        pp_mask_free(&before);
    }
}
END_TEST

START_TEST(the_centre_of_an_island_is_the_mean_of_its_voxels)
{
    pp_error err = { 0 };
    pp_mask m;
    pp_island *island;
    size_t n;

    ck_ok(pp_mask_alloc(&m, (const size_t[3]){ 5, 4, 3 }, matrix, &err), err);
    m.in[(1 * 4 + 2) * 5 + 1] = 1;
    m.in[(1 * 4 + 2) * 5 + 2] = 1;
    m.in[(2 * 4 + 2) * 5 + 2] = 1;
    ck_ok(pp_mask_islands(&m, PP_CONNECT_FACE, NULL, &island, &n, &err), err);
    ck_assert_uint_eq(n, 1);
    ck_near(island[0].centre.x, -7 + 0.5 * 5 / 3, 1e-12);
    ck_near(island[0].centre.y, 11 + 0.75 * 2, 1e-12);
    ck_near(island[0].centre.z, 3 + 2.0 * 4 / 3, 1e-12);
    pp_free(island);
    pp_mask_free(&m);
}
END_TEST

START_TEST(the_largest_islands_stay)
{
    pp_random r = { 29 };
    pp_error err = { 0 };
    const size_t dim[3] = { 14, 12, 10 };

    for (size_t most = 1; most < 6; most++) {
        pp_mask m = random_mask(&r, dim, 0.15);
        pp_island *all, *removed;
        size_t nall, nremoved, kept = 0;

        ck_ok(pp_mask_islands(&m, PP_CONNECT_EDGE, NULL, &all, &nall, &err),
              err);
        ck_ok(pp_mask_keep_largest(&m, PP_CONNECT_EDGE, 0, most, &removed,
                                   &nremoved, &err), err);
        for (size_t n = 0; n < most; n++)
            kept += all[n].nvoxel;
        ck_assert_uint_eq(nremoved, nall - most);
        ck_assert_uint_eq(pp_mask_count(&m), kept);
        pp_free(all);
        pp_free(removed);
        pp_mask_free(&m);
    }
}
END_TEST

/* A box with two cavities: one voxel, and two over an edge of a third. */
START_TEST(cavities_are_filled_up_to_a_volume)
{
    const size_t dim[3] = { 9, 9, 9 };
    const size_t one = (2 * 9 + 2) * 9 + 2, two = (6 * 9 + 5) * 9 + 5;
    pp_error err = { 0 };
    pp_island *filled;
    pp_mask m;
    size_t n;

    ck_ok(pp_mask_alloc(&m, dim, matrix, &err), err);
    for (size_t k = 1; k < 8; k++)
        for (size_t j = 1; j < 8; j++)
            for (size_t i = 1; i < 8; i++)
                m.in[(k * 9 + j) * 9 + i] = 1;
    m.in[one] = m.in[two] = m.in[two + 10] = 0;
    /* voxels over an edge: two cavities where the inside joins there */
    ck_ok(pp_mask_fill_cavities(&m, PP_CONNECT_FACE, 1, &filled, &n, &err),
          err);
    ck_assert_uint_eq(n, 1);
    ck_near(filled[0].volume_mm3, 0.75, 1e-12);
    ck_assert_uint_eq(m.in[one], 1);
    ck_assert_uint_eq(m.in[two], 0);
    pp_free(filled);
    ck_ok(pp_mask_fill_cavities(&m, PP_CONNECT_EDGE, 1, &filled, &n, &err),
          err);
    ck_assert_uint_eq(n, 2);
    ck_assert_uint_eq(pp_mask_count(&m), 343);
    pp_free(filled);
    pp_mask_free(&m);
}
END_TEST

PP_TESTS("mask/label", the_largest_islands_stay,
         cavities_are_filled_up_to_a_volume, islands_are_those_of_flood_fill,
         dropping_islands_keeps_the_rest_and_names_them,
         the_centre_of_an_island_is_the_mean_of_its_voxels)
