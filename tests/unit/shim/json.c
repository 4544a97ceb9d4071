/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/json.h"
#include "shim/json.h"
#include "test.h"

#include <string.h>

static pp_json_document *
parse(const char *text)
{
    pp_json_document *d;
    pp_error err = { 0 };

    ck_ok(pp_json_parse(text, strlen(text), &d, &err), err);
    return d;
}

START_TEST(values_are_found_by_their_path)
{
    pp_json_document *d = parse("{\"a\": {\"b\": [1, {\"c\": 2.5}]},"
                                " \"s\": \"text\", \"n\": null, \"t\": true}");
    double v = 0;

    ck_assert(pp_json_number(d, "a/b/0", &v) && v == 1);
    ck_assert(pp_json_number(d, "a/b/1/c", &v) && v == 2.5);
    ck_assert_str_eq(pp_json_text(d, "s"), "text");
    ck_assert(!pp_json_number(d, "n", &v));
    ck_assert(!pp_json_number(d, "t", &v));
    ck_assert(!pp_json_number(d, "s", &v));
    ck_assert(!pp_json_number(d, "a", &v));
    ck_assert(!pp_json_number(d, "a/b/2", &v));
    ck_assert(!pp_json_number(d, "a/b/-1", &v));
    ck_assert(!pp_json_number(d, "a/b/0/x", &v));
    ck_assert(!pp_json_number(d, "", &v));
    ck_assert(v == 2.5);
    ck_assert_ptr_null(pp_json_text(d, "a"));
    ck_assert_ptr_null(pp_json_text(d, "none"));
    pp_json_document_free(d);
    pp_json_document_free(NULL);
}
END_TEST

START_TEST(what_the_writer_writes_is_read_back)
{
    pp_json j = { 0 };
    pp_json_document *d;
    pp_error err = { 0 };
    double v;

    pp_json_object(&j, NULL);
    pp_json_real(&j, "volume_mm3", 0.1);
    pp_json_array(&j, "place");
    pp_json_real(&j, NULL, -1e300);
    pp_json_end(&j);
    pp_json_end(&j);
    ck_ok(pp_json_finish(&j, &err), err);
    ck_ok(pp_json_parse(j.text.data, j.text.size, &d, &err), err);
    ck_assert(pp_json_number(d, "volume_mm3", &v) && v == 0.1);
    ck_assert(pp_json_number(d, "place/0", &v) && v == -1e300);
    pp_json_document_free(d);
    pp_json_free(&j);
}
END_TEST

START_TEST(what_is_not_json_is_refused_with_a_line)
{
    static const char *const bad[] = { "",        "{",      "{\"a\":1,}",
                                       "[1] [2]", "{a:1}",  "[NaN]",
                                       "[1e999]", "\"\xff\"",
                                       "{\"a\":1,\"a\":2}" };

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        pp_json_document *d;
        pp_error err = { 0 };

        ck_assert_int_eq(pp_json_parse(bad[i], strlen(bad[i]), &d, &err),
                         PP_EFORMAT);
        ck_assert_ptr_null(d);
        ck_assert_msg(strncmp(err.message, "JSON, line ", 11) == 0, "%s",
                      err.message);
    }
}
END_TEST

START_TEST(deep_nesting_is_refused)
{
    static char deep[100000];
    pp_json_document *d;
    pp_error err = { 0 };

    memset(deep, '[', sizeof deep);
    ck_assert_int_eq(pp_json_parse(deep, sizeof deep, &d, &err), PP_EFORMAT);
}
END_TEST

PP_TESTS("shim/json", values_are_found_by_their_path,
         what_the_writer_writes_is_read_back,
         what_is_not_json_is_refused_with_a_line, deep_nesting_is_refused)
