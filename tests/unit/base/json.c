/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/json.h"
#include "test.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

static json_t *
parse(pp_json *j)
{
    pp_error err = { 0 };
    json_error_t why;
    json_t *doc;

    ck_ok(pp_json_finish(j, &err), err);
    doc = json_loadb((const char *)j->text.data, j->text.size, 0, &why);
    ck_assert_msg(doc != NULL, "line %d: %s", why.line, why.text);
    return doc;
}

START_TEST(what_is_written_is_json_and_reads_back)
{
    pp_json j = { 0 };
    json_t *doc;

    pp_json_object(&j, NULL);
    pp_json_real(&j, "tenth", 0.1);
    pp_json_real(&j, "hole", NAN);
    pp_json_array(&j, "list");
    pp_json_integer(&j, NULL, -3);
    pp_json_object(&j, NULL);
    pp_json_end(&j);
    pp_json_bool(&j, NULL, true);
    pp_json_end(&j);
    pp_json_point(&j, "p", pp_vec(1, 2, -3.25));
    pp_json_null(&j, "nothing");
    pp_json_end(&j);
    doc = parse(&j);
    ck_assert_double_eq(json_number_value(json_object_get(doc, "tenth")), 0.1);
    ck_assert(json_is_null(json_object_get(doc, "hole")));
    ck_assert_int_eq(json_array_size(json_object_get(doc, "list")), 3);
    ck_assert_double_eq(
        json_number_value(json_array_get(json_object_get(doc, "p"), 2)),
        -3.25);
    json_decref(doc);
    pp_json_free(&j);
}
END_TEST

START_TEST(hostile_strings_stay_inside_their_quotes)
{
    static const char *const nasty[] = {
        "\"},{\"", "\\", "\x01\x1f\x7f", "\xff\xfe", "\xc3", "\xed\xa0\x80",
        "\xf4\x90\x80\x80", "\xe2\x82\xac", "</script>", "\xf0\x9f\xa6\xb4",
    };
    const size_t n = sizeof nasty / sizeof *nasty;
    pp_json j = { 0 };
    json_t *doc;

    pp_json_array(&j, NULL);
    for (size_t i = 0; i < n; i++)
        pp_json_string(&j, NULL, nasty[i]);
    pp_json_end(&j);
    doc = parse(&j);
    ck_assert_uint_eq(json_array_size(doc), n);
    ck_assert_str_eq(json_string_value(json_array_get(doc, 0)), nasty[0]);
    ck_assert_str_eq(json_string_value(json_array_get(doc, 7)), nasty[7]);
    json_decref(doc);
    pp_json_free(&j);
}
END_TEST

START_TEST(a_saved_document_is_the_whole_file)
{
    char path[] = "/tmp/printprep-json-XXXXXX";
    const int fd = mkstemp(path);
    pp_json j = { 0 };
    pp_error err = { 0 };
    json_t *doc;

    ck_assert_int_ge(fd, 0);
    pp_json_object(&j, NULL);
    pp_json_integer(&j, "n", 7);
    pp_json_end(&j);
    ck_ok(pp_json_save(&j, path, &err), err);
    ck_assert_ptr_null(j.text.data);
    ck_assert_int_eq(close(fd), 0);
    doc = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
    ck_assert_ptr_nonnull(doc);
    ck_assert_uint_eq(json_object_size(doc), 1);
    ck_assert_int_eq(json_integer_value(json_object_get(doc, "n")), 7);
    json_decref(doc);
    ck_assert_int_eq(unlink(path), 0);

    pp_json_object(&j, NULL);
    pp_json_end(&j);
    ck_ok(pp_json_save(&j, NULL, &err), err);
    pp_json_object(&j, NULL);
    pp_json_end(&j);
    ck_assert_int_eq(pp_json_save(&j, "/no/such/folder/file", &err), PP_EIO);
    ck_assert_ptr_null(j.text.data);
}
END_TEST

PP_TESTS("base/json", what_is_written_is_json_and_reads_back,
         hostile_strings_stay_inside_their_quotes,
         a_saved_document_is_the_whole_file)
