/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * base64.c - bytes as letters, and back from any part of a run
 */
#include "shim/base64.h"

#include "test.h"

#define MOST 200

static void
append(pp_bytes *out, const void *data, size_t size)
{
    pp_error err = { 0 };

    ck_ok(pp_base64_append(out, data, size, &err), err);
}

static void
fill(pp_random *r, unsigned char *data, size_t size)
{
    for (size_t n = 0; n < size; n++)
        data[n] = (unsigned char)pp_random_below(r, 256);
}

/* RFC 4648, section 10. */
START_TEST(letters_are_those_of_the_standard)
{
    static const char *const wanted[] = { "", "Zg==", "Zm8=", "Zm9v",
                                          "Zm9vYg==", "Zm9vYmE=",
                                          "Zm9vYmFy" };

    for (size_t n = 0; n <= 6; n++) {
        pp_bytes out = { 0 };

        append(&out, "foobar", n);
        ck_assert_uint_eq(out.size, strlen(wanted[n]));
        ck_assert_uint_eq(out.size, pp_base64_length(n));
        if (out.size > 0)
            ck_assert_mem_eq(out.data, wanted[n], out.size);
        pp_bytes_free(&out);
    }
}
END_TEST

START_TEST(letters_go_behind_what_is_there)
{
    pp_bytes out = { 0 };

    append(&out, "foo", 3);
    append(&out, "", 0);
    append(&out, "f", 1);
    ck_assert_uint_eq(out.size, 8);
    ck_assert_mem_eq(out.data, "Zm9vZg==", 8);
    pp_bytes_free(&out);
}
END_TEST

START_TEST(the_first_bytes_of_any_run_come_back)
{
    unsigned char data[MOST], back[MOST + 1];
    pp_random r = { 11 };

    for (size_t size = 0; size <= MOST; size++) {
        pp_bytes out = { 0 };

        fill(&r, data, size);
        append(&out, data, size);
        for (size_t n = 0; n <= size; n++) {
            back[n] = 0x5a;
            ck_assert(pp_base64_decode(out.data, n, back));
            ck_assert(n == 0 || memcmp(back, data, n) == 0);
            ck_assert_msg(back[n] == 0x5a, "byte %zu of %zu is written", n,
                          n);
        }
        pp_bytes_free(&out);
    }
}
END_TEST

static bool
is_letter(int c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c >= '0' && c <= '9') || c == '+' || c == '/';
}

/* n bytes need the letters before ceil(8 n / 6), and no other. */
START_TEST(a_needed_letter_is_a_letter)
{
    for (size_t n = 1; n <= 7; n++)
        for (size_t at = 0; at < pp_base64_length(n); at++)
            for (int c = 0; c < 256; c++) {
                unsigned char letters[] = "QUJDREVGR0hJ", back[8];
                const bool needed = at < (8 * n + 5) / 6;

                letters[at] = (unsigned char)c;
                ck_assert_msg(pp_base64_decode(letters, n, back) ==
                                  (!needed || is_letter(c)),
                              "byte %d at letter %zu of %zu bytes", c, at, n);
            }
}
END_TEST

START_TEST(more_bytes_than_a_run_holds_are_refused)
{
    unsigned char back[8];

    ck_assert(pp_base64_decode("Zg==", 1, back));
    ck_assert(!pp_base64_decode("Zg==", 2, back));
    ck_assert(!pp_base64_decode("Zm8=", 3, back));
    ck_assert(!pp_base64_decode("Zg==Zm9v", 4, back));
    ck_assert(!pp_base64_decode("Zm9v Zm9", 6, back));
}
END_TEST

PP_TESTS("shim/base64", letters_are_those_of_the_standard,
         letters_go_behind_what_is_there,
         the_first_bytes_of_any_run_come_back, a_needed_letter_is_a_letter,
         more_bytes_than_a_run_holds_are_refused)
