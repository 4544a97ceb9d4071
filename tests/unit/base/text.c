/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text.h"
#include "test.h"

#include <math.h>

#include <stdlib.h>

START_TEST(numbers_read_back_as_the_same_double)
{
    pp_random r = { 1 };
    char text[PP_NUMBER_SIZE];

    for (int i = 0; i < 20000; i++) {
        const double v = (pp_random_unit(&r) - 0.5) *
                         pow(10, (int)pp_random_below(&r, 40) - 20);

        ck_assert_double_eq(strtod(pp_text_from_double(v, text), NULL), v);
        ck_assert_float_eq(
            strtof(pp_text_from_float((float)v, text), NULL), (float)v);
    }
    ck_assert_str_eq(pp_text_from_double(0.1, text), "0.1");
}
END_TEST

START_TEST(junk_is_no_number)
{
    static const char *const junk[] = {
        "", " 1", "1 ", "nan", "inf", "-inf", "0x10", "1e999", "1,5", "--1",
        "1mm", ".", "-", "e5", "+-1",
    };
    double v;
    int64_t n;

    for (size_t i = 0; i < sizeof junk / sizeof *junk; i++) {
        ck_assert_msg(!pp_text_to_double(junk[i], &v), "'%s'", junk[i]);
        ck_assert(!pp_text_to_integer(junk[i], -100, 100, &n));
    }
    ck_assert(!pp_text_to_integer("101", -100, 100, &n));
    ck_assert(!pp_text_to_integer("1.5", -100, 100, &n));
    ck_assert(pp_text_to_double("-1.5e3", &v) && v == -1500);
    ck_assert(pp_text_to_integer("-7", -100, 100, &n) && n == -7);
}
END_TEST

START_TEST(a_triple_is_three_numbers_and_two_commas)
{
    double v[3];

    ck_assert(pp_text_to_triple("1,-2,3.5", v));
    ck_assert(v[0] == 1 && v[1] == -2 && v[2] == 3.5);
    ck_assert(!pp_text_to_triple("1,2", v));
    ck_assert(!pp_text_to_triple("1,2,3,4", v));
    ck_assert(!pp_text_to_triple("1,,3", v));
    ck_assert(!pp_text_to_triple("1,2,3,", v));
}
END_TEST

PP_TESTS("base/text", numbers_read_back_as_the_same_double,
         junk_is_no_number, a_triple_is_three_numbers_and_two_commas)
