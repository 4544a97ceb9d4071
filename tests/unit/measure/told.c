/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/alloc.h"
#include "measure/budget.h"
#include "test.h"

#include <math.h>
#include <string.h>

static pp_told_step *
told_of(const char *const (*line)[2], size_t n, size_t *ntold)
{
    pp_provenance prov = { 0 };
    pp_told_step *told;
    pp_error err = { 0 };

    for (size_t i = 0; i < n; i++)
        ck_ok(pp_provenance_add_step(&prov, line[i][0], "1", NULL, line[i][1],
                                     0, &err), err);
    ck_ok(pp_budget_told(&prov, &told, ntold, &err), err);
    pp_provenance_free(&prov);
    return told;
}

START_TEST(a_pipe_tells_of_millimetres_and_of_changes_of_volume)
{
    static const char *const line[][2] = {
        { "mask2stl", "facets=12 voxels=3" },
        { "meshfix", "facets_same=9 volume_mm3=+0.25 max_deviation_mm=0.125" },
        { "meshshell", "min_wall_mm=0.2->0.8 volume_mm3=-3e2 "
                       "max_growth_mm=0.400 thin_places=0" },
    };
    size_t n;
    pp_told_step *told = told_of(line, 3, &n);

    ck_assert_uint_eq(n, 2);
    ck_assert_str_eq(told[0].name, "meshfix");
    ck_assert(told[0].max_mm == 0.125 && told[0].volume_mm3 == 0.25);
    ck_assert_str_eq(told[1].name, "meshshell");
    ck_assert(told[1].max_mm == 0.4 && told[1].volume_mm3 == -300);
    pp_free(told);
}
END_TEST

START_TEST(what_is_no_number_or_no_change_is_not_told)
{
    static const char *const line[][2] = {
        { "a", "volume_mm3=12" },            /* a volume */
        { "b", "volume_mm3=+x max_deviation_mm=" },
        { "c", "xmax_deviation_mm=3 volume_mm3" },
        { "d", "max_deviation_mm=nan volume_mm3=+inf" },
        { "e", "max_deviation_mm=1111111111111111111111111111111111111111111"
               "111111111111111111111111111111111111111111111111111111111111" },
        { "f", "max_deviation_mm=2 volume_mm3=++1" },
    };
    size_t n;
    pp_told_step *told = told_of(line, 6, &n);

    ck_assert_uint_eq(n, 1);
    ck_assert_str_eq(told[0].name, "f");
    ck_assert(told[0].max_mm == 2 && isnan(told[0].volume_mm3));
    pp_free(told);
}
END_TEST

PP_TESTS("measure/told",
         a_pipe_tells_of_millimetres_and_of_changes_of_volume,
         what_is_no_number_or_no_change_is_not_told)
