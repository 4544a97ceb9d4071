/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bytes.c - fields of either byte order
 */
#include "base/bytes.h"

#include "test.h"

/* What is little-endian after the turn was big-endian before. */
START_TEST(turned_fields_read_in_the_other_order)
{
    pp_random r = { 9 };

    for (int round = 0; round < 100; round++) {
        unsigned char p[24], q[24];

        for (size_t k = 0; k < sizeof p; k++)
            p[k] = (unsigned char)pp_random_below(&r, 256);
        memcpy(q, p, sizeof p);
        pp_bytes_turn(q, 12, 2);
        for (size_t k = 0; k < 24; k += 2)
            ck_assert_uint_eq(pp_get_u16le(q + k), pp_get_u16be(p + k));
        memcpy(q, p, sizeof p);
        pp_bytes_turn(q, 6, 4);
        for (size_t k = 0; k < 24; k += 4)
            ck_assert_uint_eq(pp_get_u32le(q + k), pp_get_u32be(p + k));
        memcpy(q, p, sizeof p);
        pp_bytes_turn(q, 3, 8);
        for (size_t k = 0; k < 24; k += 8)
            ck_assert(pp_get_u64le(q + k) == pp_get_u64be(p + k));
    }
}
END_TEST

START_TEST(two_turns_and_single_bytes_change_nothing)
{
    unsigned char p[] = "123456789012", before[sizeof p];

    memcpy(before, p, sizeof p);
    for (size_t size = 1; size <= 6; size++) {
        pp_bytes_turn(p, 12 / size, size);
        ck_assert_msg((memcmp(p, before, sizeof p) == 0) == (size == 1),
                      "fields of %zu bytes", size);
        pp_bytes_turn(p, 12 / size, size);
        ck_assert_mem_eq(p, before, sizeof p);
    }
}
END_TEST

START_TEST(appended_bytes_stand_behind_one_another)
{
    pp_bytes b = { 0 };
    pp_error err = { 0 };
    unsigned char *at;

    ck_ok(pp_bytes_append(&b, "", 0, &err), err);
    ck_assert_uint_eq(b.size, 0);
    ck_ok(pp_bytes_append(&b, "abc", 3, &err), err);
    ck_ok(pp_bytes_extend(&b, 2, &at, &err), err);
    memcpy(at, "de", 2);
    ck_ok(pp_bytes_printf(&b, &err, "%d%s", 12, "f"), err);
    ck_assert_uint_eq(b.size, 8);
    ck_assert_mem_eq(b.data, "abcde12f", 8);
    pp_bytes_free(&b);
    ck_assert_ptr_null(b.data);
}
END_TEST

PP_TESTS("base/bytes", turned_fields_read_in_the_other_order,
         two_turns_and_single_bytes_change_nothing,
         appended_bytes_stand_behind_one_another)
