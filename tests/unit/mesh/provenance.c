/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mesh/provenance.h"

#include "base/alloc.h"
#include "base/text.h"
#include "test.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Text as it could come: blanks, colons, quotes, letters of several bytes. */
static char *
random_text(pp_random *r, unsigned limit)
{
    static const char *const piece[] = {
        "a", "Z", "9", " ", ": ", "+", "\"", "é", "€", "𝄞", "=", "--", "\\",
        "step: ", "comment", "printprep: 1", "%s",
    };
    const unsigned n = 1 + pp_random_below(r, limit);
    pp_bytes b = { 0 };
    pp_error err = { 0 };
    char *clean;

    ck_ok(pp_bytes_append(&b, "x", 1, &err), err); /* never empty */
    for (unsigned i = 0; i < n; i++) {
        const char *p = piece[pp_random_below(r, sizeof piece /
                                                     sizeof *piece)];

        ck_ok(pp_bytes_append(&b, p, strlen(p), &err), err);
    }
    clean = pp_text_clean((char *)b.data, b.size, SIZE_MAX);
    pp_bytes_free(&b);
    return clean;
}

static void
random_hash(pp_random *r, char hash[65])
{
    for (int i = 0; i < 64; i++)
        hash[i] = "0123456789abcdef"[pp_random_below(r, 16)];
    hash[64] = '\0';
}

static void
fill_lists(pp_provenance *p, pp_random *r)
{
    pp_error err = { 0 };
    char hash[65];

    for (unsigned i = pp_random_below(r, 5); i > 0; i--) {
        char *role = random_text(r, 4), *detail = random_text(r, 300);

        random_hash(r, hash);
        ck_ok(pp_provenance_add_input(p, role, i % 2 ? hash : NULL,
                                      i % 3 ? detail : NULL, &err), err);
        pp_free(role);
        pp_free(detail);
    }
    for (unsigned i = pp_random_below(r, 9); i > 0; i--) {
        char *options = random_text(r, 500), *changes = random_text(r, 50);

        ck_ok(pp_provenance_add_step(p, "meshfix", "0.1.0",
                                     i % 2 ? options : NULL,
                                     i % 3 ? changes : NULL, i % 4 == 0,
                                     &err), err);
        pp_free(options);
        pp_free(changes);
    }
}

static pp_provenance
random_provenance(pp_random *r)
{
    pp_provenance p = { 0 };

    p.unit = pp_strdup("mm");
    p.frame = pp_strdup("LPS");
    p.has_grid = true;
    for (int a = 0; a < 3; a++) {
        p.dim[a] = 1 + pp_random_below(r, 4000);
        p.voxel_mm[a] = 0.1 + pp_random_unit(r);
        for (int b = 0; b < 4; b++)
            p.to_lps[a][b] = (pp_random_unit(r) - 0.5) * pow(10, b);
    }
    p.has_label = true;
    p.label = (int64_t)pp_random_below(r, 1000) - 500;
    p.label_name = random_text(r, 200);
    fill_lists(&p, r);
    return p;
}

static void
check_same_text(const char *a, const char *b)
{
    ck_assert((a == NULL) == (b == NULL));
    if (a != NULL)
        ck_assert_str_eq(a, b);
}

static void
check_same(const pp_provenance *a, const pp_provenance *b)
{
    check_same_text(a->unit, b->unit);
    check_same_text(a->frame, b->frame);
    ck_assert_int_eq(a->has_grid, b->has_grid);
    ck_assert_int_eq(memcmp(a->dim, b->dim, sizeof a->dim), 0);
    ck_assert_int_eq(memcmp(a->voxel_mm, b->voxel_mm, sizeof a->voxel_mm), 0);
    ck_assert_int_eq(memcmp(a->to_lps, b->to_lps, sizeof a->to_lps), 0);
    ck_assert_int_eq(a->has_label, b->has_label);
    ck_assert_int_eq(a->label, b->label);
    check_same_text(a->label_name, b->label_name);
    ck_assert_uint_eq(a->ninput, b->ninput);
    for (size_t i = 0; i < a->ninput; i++) {
        check_same_text(a->input[i].role, b->input[i].role);
        check_same_text(a->input[i].detail, b->input[i].detail);
        ck_assert_str_eq(a->input[i].sha256, b->input[i].sha256);
    }
    ck_assert_uint_eq(a->nstep, b->nstep);
    for (size_t i = 0; i < a->nstep; i++) {
        check_same_text(a->step[i].tool, b->step[i].tool);
        check_same_text(a->step[i].version, b->step[i].version);
        check_same_text(a->step[i].options, b->step[i].options);
        check_same_text(a->step[i].changes, b->step[i].changes);
        ck_assert_int_eq(a->step[i].status, b->step[i].status);
    }
    ck_assert_uint_eq(a->ncomment, b->ncomment);
    for (size_t i = 0; i < a->ncomment; i++)
        check_same_text(a->comment[i], b->comment[i]);
}

static pp_bytes
print(const pp_provenance *p, bool keep_comments)
{
    pp_bytes text = { 0 };
    pp_error err = { 0 };

    ck_ok(pp_provenance_print(p, keep_comments, &text, &err), err);
    ck_ok(pp_bytes_append(&text, "", 1, &err), err);
    return text;
}

/* Parses what print wrote; frees the text. */
static pp_provenance
parse(pp_bytes text)
{
    pp_provenance p = { 0 };
    pp_error err = { 0 };

    for (char *line = (char *)text.data, *end;
         (end = strchr(line, '\n')) != NULL; line = end + 1) {
        *end = '\0';
        ck_ok(pp_provenance_parse_line(&p, line, &err), err);
    }
    pp_bytes_free(&text);
    return p;
}

START_TEST(what_is_printed_is_parsed_back)
{
    pp_random r = { 11 };

    for (int i = 0; i < 300; i++) {
        pp_provenance p = random_provenance(&r), q = parse(print(&p, false));

        check_same(&p, &q);
        pp_provenance_free(&p);
        pp_provenance_free(&q);
    }
}
END_TEST

START_TEST(lines_are_short_clean_and_start_with_the_version)
{
    pp_random r = { 12 };

    for (int i = 0; i < 100; i++) {
        pp_provenance p = random_provenance(&r);
        pp_bytes text = print(&p, true);
        size_t length = 0;

        ck_assert_int_eq(strncmp((char *)text.data, "printprep: 1\n", 13), 0);
        for (size_t b = 0; b + 1 < text.size; b++) {
            if (text.data[b] == '\n') {
                ck_assert_uint_le(length, PP_PROVENANCE_LINE);
                ck_assert_uint_ne(text.data[b - 1], ' ');
                length = 0;
            } else {
                ck_assert_uint_ge(text.data[b], ' ');
                length++;
            }
        }
        ck_assert_uint_eq(length, 0);
        pp_bytes_free(&text);
        pp_provenance_free(&p);
    }
}
END_TEST

START_TEST(what_is_absent_reads_unknown_and_stays_absent)
{
    const pp_provenance nothing = { 0 };
    pp_bytes text = print(&nothing, false);
    pp_provenance p;

    ck_assert_str_eq((char *)text.data,
                     "printprep: 1\nunit: unknown\nframe: unknown\n"
                     "dim: unknown\nlabel: unknown\n");
    p = parse(text);
    check_same(&p, &nothing);
    pp_provenance_free(&p);
}
END_TEST

START_TEST(a_copy_is_equal_and_its_own)
{
    pp_random r = { 13 };
    pp_provenance p = random_provenance(&r), q;
    pp_error err = { 0 };

    ck_ok(pp_provenance_parse_line(&p, "a foreign line", &err), err);
    ck_ok(pp_provenance_copy(&p, &q, &err), err);
    check_same(&p, &q);
    pp_provenance_free(&p);
    ck_assert_str_eq(q.frame, "LPS");
    ck_assert_str_eq(q.comment[0], "a foreign line");
    pp_provenance_free(&q);
}
END_TEST

START_TEST(the_status_is_the_worst_of_all_steps)
{
    pp_provenance p = { 0 };
    pp_error err = { 0 };

    ck_assert_int_eq(pp_provenance_status(&p), 0);
    ck_ok(pp_provenance_add_step(&p, "a", "1", NULL, NULL, 1, &err), err);
    ck_ok(pp_provenance_add_step(&p, "b", "1", NULL, NULL, 0, &err), err);
    ck_assert_int_eq(pp_provenance_status(&p), 1);
    pp_provenance_free(&p);
}
END_TEST

START_TEST(foreign_lines_are_written_only_when_asked)
{
    pp_provenance p = { 0 }, q;
    pp_error err = { 0 };
    pp_bytes text;

    ck_ok(pp_provenance_parse_line(&p, "patient: John Doe", &err), err);
    ck_ok(pp_provenance_parse_line(&p, "status: 0", &err), err);
    ck_assert_uint_eq(p.ncomment, 2);
    text = print(&p, false);
    ck_assert_ptr_null(strstr((char *)text.data, "Doe"));
    pp_bytes_free(&text);
    text = print(&p, true);
    ck_assert_ptr_nonnull(strstr((char *)text.data,
                                 "\ncomment: patient: John Doe\n"));
    q = parse(text);
    check_same(&p, &q);
    pp_provenance_free(&p);
    pp_provenance_free(&q);
}
END_TEST

/* Keys count only behind the line that says whose they are. */
START_TEST(nothing_is_taken_from_lines_that_are_not_ours)
{
    static const char *const line[] = {
        "unit: inch", "frame: RAS", "label: 3", "step: meshfix", "status: 0",
        "dim: 1 2 3", "printprep: 2", "printprep:1", "unit: mm",
    };
    pp_provenance p = { 0 };
    pp_error err = { 0 };

    for (size_t i = 0; i < sizeof line / sizeof *line; i++)
        ck_ok(pp_provenance_parse_line(&p, line[i], &err), err);
    ck_assert(p.unit == NULL && p.frame == NULL && !p.has_label);
    ck_assert_uint_eq(p.nstep, 0);
    ck_assert_uint_eq(p.ncomment, sizeof line / sizeof *line);
    pp_provenance_free(&p);
}
END_TEST

START_TEST(values_that_cannot_be_are_comments)
{
    static const char *const line[] = {
        "label: many", "dim: 1 2", "dim: 0 1 2", "dim: 1.5 2 3",
        "dim: 1e300 1 1", "voxel_mm: 1 nan 1", "to_lps_x: 1 2 3",
        "to_lps_x: 1 2 3 4 5", "status: 0", "sha256: ab", "options: x",
        "version: 1", "changes+: more", "colour: red", ": ", "no colon",
        "averyveryverylongkey: 1", "comment+: alone",
    };
    pp_provenance p = { 0 };
    pp_error err = { 0 };

    ck_ok(pp_provenance_parse_line(&p, "printprep: 1", &err), err);
    for (size_t i = 0; i < sizeof line / sizeof *line; i++) {
        ck_ok(pp_provenance_parse_line(&p, line[i], &err), err);
        ck_assert_msg(i + 1 == sizeof line / sizeof *line ||
                      p.ncomment == i + 1, "%s", line[i]);
    }
    ck_assert(!p.has_grid && !p.has_label && p.nstep == 0 && p.ninput == 0);
    pp_provenance_free(&p);
}
END_TEST

START_TEST(hostile_lines_do_not_fail)
{
    static const char *const key[] = {
        "printprep: 1", "unit: ", "step: ", "options: ", "options+: ",
        "label_name: ", "input: ", "sha256: ", "dim: ", "comment: ",
        "comment+: ", "SPACE=", "status: ",
    };
    pp_random r = { 14 };
    pp_error err = { 0 };

    for (int round = 0; round < pp_test_rounds(200); round++) {
        pp_provenance p = { 0 }, q;

        for (int i = 0; i < 30; i++) {
            const char *start =
                key[pp_random_below(&r, sizeof key / sizeof *key)];
            char line[128];
            size_t n = strlen(start);

            memcpy(line, start, n);
            for (unsigned k = pp_random_below(&r, 60); k > 0; k--)
                line[n++] = (char)(1 + pp_random_below(&r, 255));
            line[n] = '\0';
            ck_ok(pp_provenance_parse_line(&p, line, &err), err);
        }
        q = parse(print(&p, true)); /* and comes out clean */
        ck_assert_uint_eq(q.nstep, p.nstep);
        ck_assert_uint_eq(q.ninput, p.ninput);
        ck_assert_uint_eq(q.ncomment, p.ncomment);
        pp_provenance_free(&p);
        pp_provenance_free(&q);
    }
}
END_TEST

START_TEST(a_value_ends_at_64_kib)
{
    pp_provenance p = { 0 };
    pp_error err = { 0 };
    char line[220] = "options+: ";

    memset(line + 10, 'x', 200);
    ck_ok(pp_provenance_parse_line(&p, "printprep: 1", &err), err);
    ck_ok(pp_provenance_parse_line(&p, "step: a", &err), err);
    ck_ok(pp_provenance_parse_line(&p, "options: b", &err), err);
    for (int i = 0; i < 1000; i++)
        ck_ok(pp_provenance_parse_line(&p, line, &err), err);
    ck_assert_uint_le(strlen(p.step[0].options), 65536);
    ck_assert_uint_ge(strlen(p.step[0].options), 65000);
    pp_provenance_free(&p);
}
END_TEST

START_TEST(an_stl_header_carries_frame_unit_and_verdict)
{
    pp_random r = { 15 };

    for (int i = 0; i < 50; i++) {
        pp_provenance p = random_provenance(&r), q = { 0 };
        pp_error err = { 0 };
        char header[80];

        ck_ok(pp_provenance_stl_header(&p, header, &err), err);
        ck_assert_ptr_nonnull(memchr(header, '\0', 80));
        ck_assert_int_eq(strncmp(header, "printprep SPACE=LPS UNIT=mm ", 28),
                         0);
        ck_ok(pp_provenance_parse_stl_header(&q, header, 80, &err), err);
        ck_assert_str_eq(q.frame, "LPS");
        ck_assert_str_eq(q.unit, "mm");
        ck_assert_int_eq(pp_provenance_status(&q),
                         pp_provenance_status(&p));
        ck_assert_uint_eq(q.ncomment, 0);
        pp_provenance_free(&p);
        pp_provenance_free(&q);
    }
}
END_TEST

START_TEST(an_stl_header_claims_nothing_that_is_unknown)
{
    pp_provenance p = { 0 }, q = { 0 };
    pp_error err = { 0 };
    char header[80];

    ck_ok(pp_provenance_stl_header(&p, header, &err), err);
    ck_assert_ptr_null(strstr(header, "SPACE"));
    ck_assert_ptr_null(strstr(header, "UNIT"));
    ck_ok(pp_provenance_parse_stl_header(&q, header, 80, &err), err);
    ck_assert(q.unit == NULL && q.frame == NULL);
    pp_provenance_free(&q);
}
END_TEST

START_TEST(the_hash_in_an_stl_header_follows_the_lines)
{
    pp_provenance p = { 0 };
    pp_error err = { 0 };
    char before[80], after[80];

    ck_ok(pp_provenance_stl_header(&p, before, &err), err);
    ck_ok(pp_provenance_add_step(&p, "a", "1", NULL, NULL, 0, &err), err);
    ck_ok(pp_provenance_stl_header(&p, after, &err), err);
    ck_assert_int_ne(memcmp(before, after, 80), 0);
    pp_provenance_free(&p);
}
END_TEST

START_TEST(foreign_stl_headers_become_comments_or_a_frame)
{
    pp_provenance p = { 0 };
    pp_error err = { 0 };
    const char slicer[] = "3D Slicer output. SPACE=RAS";
    const char doe[80] = "solid John Doe";

    ck_ok(pp_provenance_parse_stl_header(&p, doe, 80, &err), err);
    ck_assert_uint_eq(p.ncomment, 1);
    ck_assert_str_eq(p.comment[0], "solid John Doe");
    ck_assert_ptr_null(p.frame);
    ck_ok(pp_provenance_parse_stl_header(&p, slicer, sizeof slicer, &err),
          err);
    ck_assert_str_eq(p.frame, "RAS");
    ck_assert_uint_eq(p.ncomment, 1);
    ck_assert_uint_eq(p.nstep, 0);
    pp_provenance_free(&p);
}
END_TEST

PP_TESTS("mesh/provenance", what_is_printed_is_parsed_back,
         lines_are_short_clean_and_start_with_the_version,
         what_is_absent_reads_unknown_and_stays_absent,
         a_copy_is_equal_and_its_own, the_status_is_the_worst_of_all_steps,
         foreign_lines_are_written_only_when_asked,
         nothing_is_taken_from_lines_that_are_not_ours,
         values_that_cannot_be_are_comments, hostile_lines_do_not_fail,
         a_value_ends_at_64_kib, an_stl_header_carries_frame_unit_and_verdict,
         an_stl_header_claims_nothing_that_is_unknown,
         the_hash_in_an_stl_header_follows_the_lines,
         foreign_stl_headers_become_comments_or_a_frame)
