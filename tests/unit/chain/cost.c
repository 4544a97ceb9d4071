/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chain/cost.h"

#include "test.h"

#include <math.h>

/* A block of voxels, low <= index < high, in a box of 12 x 11 x 10. */
static void
block(pp_mask *m, double mm, const size_t low[3], const size_t high[3])
{
    static const size_t dim[3] = { 12, 11, 10 };
    const double to_lps[3][4] = { { mm, 0, 0, 5 }, { 0, mm, 0, -3 },
                                  { 0, 0, mm, 7 } };
    pp_error err = { 0 };

    ck_assert_int_eq(pp_mask_alloc(m, dim, to_lps, &err), PP_OK);
    for (size_t k = low[2]; k < high[2]; k++)
        for (size_t j = low[1]; j < high[1]; j++)
            for (size_t i = low[0]; i < high[0]; i++)
                m->in[i + dim[0] * (j + dim[1] * k)] = 1;
}

START_TEST(the_surface_of_a_block_is_what_its_core_leaves)
{
    const size_t low[3] = { 2, 3, 1 }, high[3] = { 9, 8, 7 };
    pp_mask m;
    pp_cost_size s = { .nvoxel = 77 };

    block(&m, 1, low, high);
    pp_cost_measure(&m, &s);
    ck_assert_uint_eq(s.nbox, 7 * 5 * 6);
    ck_assert_uint_eq(s.nsurface, 7 * 5 * 6 - 5 * 3 * 4);
    ck_assert_uint_eq(s.nthin, 0);
    ck_near(s.surface_mm2, 2 * (7 * 5 + 5 * 6 + 6 * 7), 1e-9);
    ck_assert_uint_eq(s.nvoxel, 77);
    pp_mask_free(&m);
}
END_TEST

/* All of the box: the voxels at its border are surface too. */
START_TEST(the_border_of_the_volume_is_surface)
{
    const size_t low[3] = { 0, 0, 0 }, high[3] = { 12, 11, 10 };
    pp_mask m;
    pp_cost_size s = { 0 };

    block(&m, 1, low, high);
    pp_cost_measure(&m, &s);
    ck_assert_uint_eq(s.nbox, 12 * 11 * 10);
    ck_assert_uint_eq(s.nsurface, 12 * 11 * 10 - 10 * 9 * 8);
    pp_mask_free(&m);
}
END_TEST

/* A sheet of two voxels: thin across with voxels of 1 mm, not with 1.1 mm. */
START_TEST(thin_is_in_millimetres)
{
    const size_t low[3] = { 2, 3, 4 }, high[3] = { 9, 8, 6 };
    pp_mask m;
    pp_cost_size s = { 0 };

    block(&m, 1, low, high);
    pp_cost_measure(&m, &s);
    ck_assert_uint_eq(s.nthin, 7 * 5 * 2);
    pp_mask_free(&m);
    block(&m, 1.1, low, high);
    pp_cost_measure(&m, &s);
    ck_assert_uint_eq(s.nthin, 0);
    pp_mask_free(&m);
}
END_TEST

START_TEST(an_empty_part_has_no_surface)
{
    const size_t none[3] = { 0, 0, 0 };
    pp_mask m;
    pp_cost_size s = { 1, 2, 3, 4, 5, 6 };

    block(&m, 1, none, none);
    pp_cost_measure(&m, &s);
    ck_assert_uint_eq(s.nbox + s.nsurface + s.nthin, 0);
    ck_assert(s.surface_mm2 == 0);
    pp_mask_free(&m);
}
END_TEST

START_TEST(more_of_anything_never_costs_less)
{
    const pp_cost_size small = { 1000, 1000, 500, 100, 10, 50 };
    size_t n;
    const pp_cost_row *row = pp_cost_table(&n);

    ck_assert_uint_gt(n, 0);
    for (size_t r = 0; r < n; r++)
        for (int t = 0; t < PP_COST_TERMS; t++) {
            ck_assert_double_ge(row[r].seconds[t], 0);
            ck_assert_double_ge(row[r].mb[t], 0);
        }
    for (int member = 0; member < 6; member++) {
        pp_cost_size large = small;
        size_t *const value[5] = { &large.nvoxel, &large.nsource, &large.nbox,
                                   &large.nsurface, &large.nthin };
        double s, mb, more_s, more_mb;

        if (member < 5)
            *value[member] += 1000000;
        else
            large.surface_mm2 += 1e6;
        pp_cost_part(&small, &s, &mb);
        pp_cost_part(&large, &more_s, &more_mb);
        ck_assert_double_ge(more_s, s);
        ck_assert_double_ge(more_mb, mb);
    }
}
END_TEST

START_TEST(a_part_takes_the_time_of_its_steps_and_no_less_memory)
{
    const pp_cost_size size = { 3000000, 2000000, 400000, 50000, 7000, 9000 };
    size_t n;
    const pp_cost_row *row = pp_cost_table(&n);
    double seconds = 0, mb = 0, s, m;

    for (size_t r = 0; r < n; r++) {
        seconds += pp_cost_seconds(&row[r], &size);
        mb = fmax(mb, pp_cost_mb(&row[r], &size));
    }
    pp_cost_part(&size, &s, &m);
    ck_assert_double_eq_tol(s, seconds, 1e-9 * seconds);
    ck_assert_double_ge(m, mb);
    ck_assert_double_gt(s, 0);
    ck_assert_double_gt(m, 1); /* no process is smaller */
}
END_TEST

PP_TESTS("chain/cost", the_surface_of_a_block_is_what_its_core_leaves,
         the_border_of_the_volume_is_surface, thin_is_in_millimetres,
         an_empty_part_has_no_surface, more_of_anything_never_costs_less,
         a_part_takes_the_time_of_its_steps_and_no_less_memory)
