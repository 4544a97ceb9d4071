/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * text.c - what comes from files is never markup, and numbers are told as such
 */
#include "dossier/html.h"

#include "base/alloc.h"
#include "test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* The markup of a text, NUL-terminated. */
static char *
markup_of(const char *text, size_t most)
{
    pp_bytes out = { 0 };
    pp_error err = { 0 };
    book b = { 0 };
    html h = { &b, &out, &err };

    html_text(&h, text, most);
    ck_ok(err.status, err);
    ck_ok(pp_bytes_append(&out, "", 1, &err), err);
    return (char *)out.data;
}

static void
ck_markup(const char *text, const char *wanted)
{
    char *got = markup_of(text, 10000);

    ck_assert_str_eq(got, wanted);
    pp_free(got);
}

START_TEST(markup_in_a_name_stays_text)
{
    ck_markup("</script><img src=x onerror='a(\"b\")'>&amp;",
              "&lt;/script&gt;&lt;img src=x onerror=&#39;a(&quot;b&quot;)&#39;"
              "&gt;&amp;amp;");
}
END_TEST

/* No byte of 0 to 255, alone or before a letter, makes markup or a control. */
START_TEST(no_byte_makes_markup)
{
    for (int c = 1; c < 256; c++) {
        const char text[] = { (char)c, 'a', (char)c, '\0' };
        char *got = markup_of(text, 100);

        ck_assert_ptr_null(strpbrk(got, "<>\"'"));
        for (const char *p = got; *p != '\0'; p++)
            ck_assert_msg((unsigned char)*p >= 0x20 && *p != 0x7f,
                          "byte %d leaves a control character", c);
        pp_free(got);
    }
}
END_TEST

START_TEST(text_that_turns_direction_is_named)
{
    ck_markup("a\xe2\x80\xae" "b", "a[U+202E]b");
    ck_markup("\xe2\x81\xa6\xe2\x80\x8b\xd8\x9c",
              "[U+2066][U+200B][U+061C]");
    ck_markup("\xf3\xa0\x80\x81", "[U+E0001]");
    ck_markup("tab\there\x1b[0m", "tab here\xe2\x90\x9b[0m");
}
END_TEST

START_TEST(names_of_all_languages_stay)
{
    ck_markup("Schlüsselbein 鎖骨 ключица", "Schlüsselbein 鎖骨 ключица");
}
END_TEST

START_TEST(long_text_is_cut_at_a_character)
{
    char *got = markup_of("\xc3\xa4\xc3\xa4\xc3\xa4", 5);

    ck_assert_str_eq(got, "\xc3\xa4\xc3\xa4\xe2\x80\xa6");
    pp_free(got);
}
END_TEST

START_TEST(numbers_are_rounded_once_and_lose_no_sign)
{
    char text[PP_SHOWN_SIZE];

    ck_assert_str_eq(pp_text_shown(1234.5678, 2, text), "1234.57");
    ck_assert_str_eq(pp_text_shown(12345.678, 1, text),
                     "12\xe2\x80\xaf" "345.7");
    ck_assert_str_eq(pp_text_shown(-1234567, 0, text),
                     "-1\xe2\x80\xaf" "234\xe2\x80\xaf" "567");
    ck_assert_str_eq(pp_text_shown(-0.0004, 3, text), "0.000");
    ck_assert_str_eq(pp_text_shown(-0.0006, 3, text), "-0.001");
    ck_assert_str_eq(pp_text_shown(0, 0, text), "0");
    ck_assert_str_eq(pp_text_shown((double)NAN, 2, text), "-");
    ck_assert_uint_lt(strlen(pp_text_shown(-1.7e308, 9, text)),
                      PP_SHOWN_SIZE);
}
END_TEST

PP_TESTS("dossier/text", markup_in_a_name_stays_text, no_byte_makes_markup,
         text_that_turns_direction_is_named, names_of_all_languages_stay,
         long_text_is_cut_at_a_character,
         numbers_are_rounded_once_and_lose_no_sign)
