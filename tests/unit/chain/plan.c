/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chain/chain.h"

#include "base/alloc.h"
#include "base/file.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char list[] =
    "{\"labels\":[{\"label\":1,\"name\":\"a,b\",\"voxels\":8,"
    "\"volume_mm3\":8},{\"label\":2,\"name\":\"two\",\"voxels\":9,"
    "\"volume_mm3\":9},{\"label\":5,\"name\":\"\",\"voxels\":10,"
    "\"volume_mm3\":10}]}";

/* The labels that a list of texts means, as digits. */
static pp_status
chosen(const char **text, size_t n, bool all, char out[16], pp_error *err)
{
    pp_labels_asked asked = { text, n, n, all };
    pp_case c = { 0 };
    size_t used = 0;

    ck_ok(pp_settings_start(&c.settings, err), *err);
    if (pp_case_choose(&c, list, strlen(list), &asked, err) == PP_OK)
        for (size_t i = 0; i < c.npart; i++)
            out[used++] = (char)('0' + c.part[i].label);
    out[used] = '\0';
    pp_case_free(&c);
    return err->status;
}

START_TEST(labels_are_numbers_ranges_names_and_lists_of_them)
{
    static const struct {
        const char *text, *means;
    } good[] = { { "2", "2" }, { "1-4", "12" }, { "5,1", "15" },
                 { "two", "2" }, { "a,b", "1" }, { "two,5", "25" },
                 { "1,1-5", "125" } };
    static const char *const bad[] = { "3", "two,", "2-1", "x", "1,9", "-1",
                                       "1 " };
    char out[16];

    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        const char *text[] = { good[i].text };
        pp_error err = { 0 };

        ck_ok(chosen(text, 1, false, out, &err), err);
        ck_assert_str_eq(out, good[i].means);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const char *text[] = { "2", bad[i] };
        pp_error err = { 0 };

        ck_assert_msg(chosen(text, 2, false, out, &err) == PP_EFORMAT, "%s",
                      bad[i]);
    }
    pp_error all = { 0 }, none = { 0 };

    ck_ok(chosen(NULL, 0, true, out, &all), all);
    ck_assert_str_eq(out, "125");
    ck_assert_int_eq(chosen(NULL, 0, false, out, &none), PP_EUNSUPPORTED);
}
END_TEST

/* What sh makes of a quoted word is the word. */
START_TEST(a_quoted_word_is_one_word_of_the_shell)
{
    static const char *const word[] = {
        "plain", "", " ", "a b", "it's", "''", "$HOME `id` \"x\" \\", "a\nb",
        "*", "~", "-n", "\xc3\xa4\xff", "#x", "a;b|c&d>e", "!!",
    };

    for (size_t i = 0; i < sizeof word / sizeof *word; i++) {
        pp_bytes line = { 0 };
        pp_error err = { 0 };
        char got[64];
        size_t n;
        FILE *pipe;

        ck_ok(pp_bytes_append(&line, "printf %s ", 10, &err), err);
        ck_ok(pp_shell_quote(word[i], &line, &err), err);
        ck_ok(pp_bytes_append(&line, "", 1, &err), err);
        pipe = popen((char *)line.data, "r");
        ck_assert_ptr_nonnull(pipe);
        n = fread(got, 1, sizeof got - 1, pipe);
        got[n] = '\0';
        ck_assert_int_eq(pclose(pipe), 0);
        ck_assert_str_eq(got, word[i]);
        pp_bytes_free(&line);
    }
}
END_TEST

static void
make_case(pp_case *c, const char *out)
{
    static const char *text[] = { "1", "5" };
    pp_labels_asked asked = { text, 2, 2, false };
    pp_error err = { 0 };

    memset(c, 0, sizeof *c);
    ck_ok(pp_settings_start(&c->settings, &err), err);
    c->out = pp_strdup(out);
    c->mask.path = pp_strdup("/home/somebody/mask file.nii");
    c->source.path = pp_strdup("/home/somebody/ct");
    snprintf(c->mask.sha256, sizeof c->mask.sha256, "%064d", 1);
    snprintf(c->source.sha256, sizeof c->source.sha256, "%064d", 2);
    ck_ok(pp_case_choose(c, list, strlen(list), &asked, &err), err);
    pp_case_identify(c);
    ck_ok(pp_case_plan(c, &err), err);
}

START_TEST(no_command_holds_a_path_of_the_user)
{
    pp_case c;

    make_case(&c, "/home/somebody/out");
    for (size_t i = 0; i < c.npart; i++) {
        ck_assert_uint_gt(c.part[i].nstep, 6);
        for (size_t k = 0; k < c.part[i].nstep; k++) {
            const pp_case_step *s = &c.part[i].step[k];
            char **argv;
            pp_error err = { 0 };
            bool there = false;

            ck_assert_ptr_null(strstr(s->command, "somebody"));
            ck_ok(pp_step_argv(&c, s, &argv, &err), err);
            ck_assert_str_eq(argv[0], s->tool);
            for (size_t a = 0; argv[a] != NULL; a++)
                there |= strstr(argv[a], "/home/somebody/") != NULL;
            ck_assert(there); /* its document at least */
            pp_argv_free(argv);
        }
    }
    pp_case_free(&c);
}
END_TEST

START_TEST(settings_that_are_the_defaults_are_not_in_the_commands)
{
    pp_case c;
    pp_error err = { 0 };

    make_case(&c, "out");
    ck_assert_ptr_null(strstr(c.part[0].step[0].command, "--smooth"));
    ck_ok(pp_settings_set(&c.settings, PP_SET_SMOOTH, "fast", PP_FROM_CONF,
                          &err), err);
    ck_ok(pp_settings_set(&c.settings, PP_SET_GROW, "none", PP_FROM_CONF,
                          &err), err);
    ck_ok(pp_case_plan(&c, &err), err);
    ck_assert_ptr_nonnull(strstr(c.part[0].step[0].command,
                                 "--smooth=fast"));
    for (size_t k = 0; k < c.part[0].nstep; k++)
        ck_assert_str_ne(c.part[0].step[k].file[0], "3-meshshell.json");
    pp_case_free(&c);
}
END_TEST

START_TEST(the_case_is_named_by_inputs_and_settings_alone)
{
    pp_case a, b;
    pp_error err = { 0 };

    make_case(&a, "here");
    make_case(&b, "there");
    ck_assert_str_eq(a.id, b.id);
    ck_ok(pp_settings_set(&b.settings, PP_SET_MIN_WALL, "2", PP_FROM_CONF,
                          &err), err);
    pp_case_identify(&b);
    ck_assert_str_ne(a.id, b.id);
    pp_case_free(&b);
    make_case(&b, "there");
    b.mask.sha256[5] = 'f';
    pp_case_identify(&b);
    ck_assert_str_ne(a.id, b.id);
    pp_case_free(&a);
    pp_case_free(&b);
}
END_TEST

START_TEST(a_key_follows_all_that_a_step_reads)
{
    char before[65], after[65];
    pp_case c;

    make_case(&c, "out");
    pp_step_find_key(&c, &c.part[0], 0, before);
    ck_assert_uint_eq(strlen(before), 64);
    c.mask.sha256[0] = 'a';
    pp_step_find_key(&c, &c.part[0], 0, after);
    ck_assert_str_ne(before, after);
    /* nothing is known of a mesh that is not there */
    pp_step_find_key(&c, &c.part[0], 1, after);
    ck_assert_str_eq(after, "");
    pp_step_find_key(&c, &c.part[1], 0, before);
    pp_step_find_key(&c, &c.part[0], 0, after);
    ck_assert_str_ne(before, after);
    pp_case_free(&c);
}
END_TEST

static const pp_case_step *
step_of(const pp_case_part *p, const char *document)
{
    for (size_t k = 0; k < p->nstep; k++)
        if (strcmp(p->step[k].file[0], document) == 0)
            return &p->step[k];
    return NULL;
}

START_TEST(calipers_go_to_the_parts_that_they_are_meant_for)
{
    static const struct {
        const char *text;
        bool is_file;
    } given[] = {
        { "w=0,0,0:1,1,1", false }, { "5:five=0,0,0:2,2,2", false },
        { "a,b:one=0,0,0:3,3,3", false }, { "1:/home/somebody/x.csv", true },
    };
    pp_case c;
    pp_error err = { 0 };
    const pp_case_step *one, *five;
    char before[65], after[65];

    make_case(&c, "out");
    for (size_t i = 0; i < 4; i++)
        ck_ok(pp_settings_add_caliper(&c.settings, given[i].text,
                                      given[i].is_file, ".", PP_FROM_CONF,
                                      &err), err);
    ck_ok(pp_case_plan(&c, &err), err);
    one = step_of(&c.part[0], "deviation.json");
    five = step_of(&c.part[1], "deviation.json");
    ck_assert_ptr_nonnull(strstr(one->command, "--caliper=w="));
    ck_assert_ptr_nonnull(strstr(five->command, "--caliper=w="));
    ck_assert_ptr_nonnull(strstr(one->command, "--caliper=one="));
    ck_assert_ptr_null(strstr(five->command, "--caliper=one="));
    ck_assert_ptr_nonnull(strstr(five->command, "--caliper=five="));
    ck_assert_ptr_null(strstr(one->command, "--caliper=five="));
    ck_assert_ptr_nonnull(strstr(one->command, "--calipers=\"$CALIPERS4\""));
    ck_assert_ptr_null(strstr(five->command, "--calipers="));
    for (size_t k = 0; k < c.part[0].nstep; k++)
        ck_assert_ptr_null(strstr(c.part[0].step[k].command, "somebody"));

    /* the file's bytes are part of the step's key, and of the case's */
    for (size_t k = 0; k < c.part[0].nstep; k++) {
        const char *mesh = c.part[0].step[k].file[1];

        if (mesh[0] != '\0') {
            ck_ok(pp_grow(&c.part[0].file, &c.part[0].file_capacity,
                          c.part[0].nfile + 1, sizeof *c.part[0].file, &err),
                  err);
            c.part[0].file[c.part[0].nfile] =
                (pp_case_file){ .name = pp_strdup(mesh) };
            c.part[0].nfile++;
        }
    }
    pp_case_identify(&c);
    pp_step_find_key(&c, &c.part[0], (size_t)(one - c.part[0].step), before);
    ck_assert_uint_eq(strlen(before), 64);
    snprintf(c.settings.caliper[3].file.sha256, 65, "%064d", 3);
    pp_step_find_key(&c, &c.part[0], (size_t)(one - c.part[0].step), after);
    ck_assert_str_ne(before, after);
    memcpy(before, c.id, sizeof c.id);
    pp_case_identify(&c);
    ck_assert_str_ne(before, c.id);

    ck_ok(pp_settings_add_caliper(&c.settings, "7:w=0,0,0:1,1,1", false, ".",
                                  PP_FROM_CONF, &err), err);
    ck_assert_int_eq(pp_case_plan(&c, &err), PP_EUNSUPPORTED);
    pp_case_free(&c);
}
END_TEST

/* Unless a small print is itself what is asked for, or none is wanted. */
START_TEST(a_test_print_is_forecast_by_default)
{
    static const struct {
        const char *printer, *scale, *test, *said; /* said NULL: no step */
    } c[] = {
        { NULL, NULL, NULL, "--printer=sla --scale=0.5" },
        { "fdm", NULL, NULL, "--printer=fdm --scale=0.5" },
        { "fdm", "2", NULL, "--printer=fdm --scale=0.5" },
        { "fdm", "0.3", NULL, NULL },
        { "fdm", "0.3", "0.2", "--printer=fdm --scale=0.2" },
        { NULL, NULL, "0", NULL },
        { NULL, NULL, "0.25", "--printer=sla --scale=0.25" },
    };

    for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
        const char *const value[] = { c[i].printer, c[i].scale, c[i].test };
        static const pp_setting which[] = { PP_SET_PRINTER, PP_SET_SCALE,
                                            PP_SET_TEST_SCALE };
        const pp_case_step *s;
        pp_case a;
        pp_error err = { 0 };

        make_case(&a, "out");
        for (int v = 0; v < 3; v++)
            if (value[v] != NULL)
                ck_ok(pp_settings_set(&a.settings, which[v], value[v],
                                      PP_FROM_COMMAND, &err), err);
        ck_ok(pp_case_plan(&a, &err), err);
        s = step_of(&a.part[0], "test-meshcheck.json");
        ck_assert_msg((s != NULL) == (c[i].said != NULL), "case %zu", i);
        if (s != NULL) {
            ck_assert_ptr_nonnull(strstr(s->command, c[i].said));
            ck_assert_ptr_nonnull(strstr(s->command, "--require=none"));
        }
        pp_case_free(&a);
    }
}
END_TEST

START_TEST(a_demand_for_what_a_printer_can_make_has_its_printer)
{
    pp_case c;
    pp_error err = { 0 };
    size_t n = 0;

    make_case(&c, "out");
    ck_ok(pp_settings_set(&c.settings, PP_SET_PRINTER, "fdm", PP_FROM_CONF,
                          &err), err);
    ck_ok(pp_settings_set(&c.settings, PP_SET_REQUIRE, "print,printable",
                          PP_FROM_CONF, &err), err);
    ck_ok(pp_case_plan(&c, &err), err);
    for (size_t k = 0; k < c.part[0].nstep; k++)
        if (strstr(c.part[0].step[k].command, "printable") != NULL) {
            ck_assert_ptr_nonnull(strstr(c.part[0].step[k].command,
                                         "--printer=fdm"));
            n++;
        }
    ck_assert_uint_eq(n, 6); /* the pipe's check and its end, four files */
    pp_case_free(&c);
}
END_TEST

START_TEST(needs_go_to_the_parts_of_their_labels)
{
    static const char *const document[] = {
        "{\"parts\":[{\"label\":1,\"memory_mb\":2},{\"label\":3,"
        "\"memory_mb\":9},{\"label\":5,\"memory_mb\":4.5}]}",
        "{\"parts\":[{\"label\":1,\"memory_mb\":2}]}",
        "{\"parts\":[{\"label\":1,\"memory_mb\":-2},{\"label\":5,"
        "\"memory_mb\":1e300}]}",
        "{\"parts\":7}", "no JSON",
    };
    static const uint64_t want[][2] = {
        { 2097152, 4718592 }, { 2097152, 0 }, { 0, 0 }, { 0, 0 }, { 0, 0 },
    };

    for (size_t i = 0; i < sizeof document / sizeof *document; i++) {
        pp_case c;

        make_case(&c, "out");
        pp_case_foresee(&c, document[i], strlen(document[i]));
        for (size_t p = 0; p < 2; p++)
            ck_assert_msg(c.part[p].estimated_bytes == want[i][p], "%zu %zu",
                          i, p);
        pp_case_free(&c);
    }
}
END_TEST

static void
write_case(const pp_case *c, pp_json *j)
{
    pp_error err = { 0 };

    memset(j, 0, sizeof *j);
    pp_json_object(j, NULL);
    pp_json_integer(j, "printprep_json", 1);
    pp_json_string(j, "command", "run");
    pp_case_json(c, j);
    pp_json_end(j);
    ck_ok(pp_json_finish(j, &err), err);
}

START_TEST(a_case_that_was_written_reads_back)
{
    pp_case c, again;
    pp_error err = { 0 };
    pp_json j;

    make_case(&c, "out");
    for (size_t k = 0; k < 3; k++) {
        c.part[0].step[k].status = (int)k;
        snprintf(c.part[0].step[k].key, 65, "%064zu", k);
    }
    c.part[0].step[2].reason = pp_strdup("a \"reason\"\n");
    c.part[0].status = 2;
    write_case(&c, &j);
    ck_ok(pp_case_parse(j.text.data, j.text.size, &again, &err), err);
    ck_assert_str_eq(again.id, c.id);
    ck_assert_uint_eq(again.npart, 2);
    ck_assert(!again.complete);
    ck_assert_int_eq(again.status, 2);
    ck_assert_int_eq(again.part[0].label, 1);
    ck_assert_str_eq(again.part[0].name, "a,b");
    ck_assert_uint_eq(again.part[0].nstep, 3);
    for (size_t k = 0; k < 3; k++) {
        const pp_case_step *was = &c.part[0].step[k];
        const pp_case_step *now = &again.part[0].step[k];

        ck_assert_str_eq(was->tool, now->tool);
        ck_assert_str_eq(was->file[0], now->file[0]);
        ck_assert_str_eq(was->file[1], now->file[1]);
        ck_assert_str_eq(was->key, now->key);
        ck_assert_int_eq(was->status, now->status);
    }
    ck_assert_str_eq(again.part[0].step[2].reason, "a \"reason\"\n");
    pp_json_free(&j);
    pp_case_free(&again);
    pp_case_free(&c);
}
END_TEST

/* A case.json from elsewhere cannot name files outside of its folder. */
START_TEST(a_hostile_case_is_refused)
{
    static const char head[] = "{\"printprep_json\":1,\"command\":\"run\","
                               "\"case\":\"0123456789abcdef\",\"parts\":[";
    static const char *const part[] = {
        "{\"folder\":\"../x\",\"label\":1}",
        "{\"folder\":\"..\",\"label\":1}",
        "{\"folder\":\"\",\"label\":1}",
        "{\"folder\":\".git\",\"label\":1}",
        "{\"folder\":\"1\"}",
        "{\"folder\":\"1\",\"label\":1,\"status\":3}",
        "{\"folder\":\"1\",\"label\":1,\"files\":[{\"name\":\"../a\","
        "\"sha256\":\"%s\",\"bytes\":1}]}",
        "{\"folder\":\"1\",\"label\":1,\"files\":[{\"name\":\"a\","
        "\"sha256\":\"xyz\",\"bytes\":1}]}",
        "{\"folder\":\"1\",\"label\":1,\"steps\":[{\"tool\":\"rm\","
        "\"document\":\"a\",\"status\":0}]}",
        "{\"folder\":\"1\",\"label\":1,\"steps\":[{\"tool\":\"meshfix\","
        "\"document\":\"/etc/passwd\",\"status\":0}]}",
    };

    for (size_t i = 0; i < sizeof part / sizeof *part; i++) {
        char text[512];
        pp_case c;
        pp_error err = { 0 };

        snprintf(text, sizeof text, "%s%s]}", head, part[i]);
        ck_assert_msg(pp_case_parse(text, strlen(text), &c, &err) ==
                          PP_EFORMAT, "%s", part[i]);
        ck_assert_uint_eq(c.npart, 0);
    }
}
END_TEST

START_TEST(the_reason_of_a_status_that_travels_is_the_earlier_tool)
{
    static const char own[] = "{\"status\": 1, \"own_status\": 1, "
                              "\"summary\": \"2 crossings\"}";
    static const char upstream[] = "{\"status\": 1, \"own_status\": 0, "
                                   "\"summary\": \"clean\"}";
    pp_case c;
    char *reason;

    make_case(&c, "out");
    c.part[0].step[1].status = 1;
    c.part[0].step[1].tool = "meshcheck";
    reason = pp_step_reason(&c, &c.part[0].step[1], "", upstream,
                            sizeof upstream - 1);
    ck_assert_str_eq(reason, "an earlier tool asks for a look at this mesh");
    pp_free(reason);
    reason = pp_step_reason(&c, &c.part[0].step[1], "", own, sizeof own - 1);
    ck_assert_str_eq(reason, "2 crossings");
    pp_free(reason);
    pp_case_free(&c);
}
END_TEST

START_TEST(a_reason_holds_no_path)
{
    pp_case c;
    pp_error err = { 0 };
    char *reason;

    make_case(&c, "/home/somebody/out");
    c.part[0].step[1].status = 2;
    reason = pp_step_reason(&c, &c.part[0].step[1],
                            "a warning\nmeshfix: /home/somebody/out/1/x.ply: "
                            "cannot read /home/somebody/mask file.nii\n",
                            NULL, 0);
    ck_assert_str_eq(reason, "1/x.ply: cannot read mask");
    pp_free(reason);
    /* a folder whose name is the end of another's is not found within it */
    pp_free(c.out);
    c.out = pp_strdup("me");
    pp_free(c.mask.path);
    c.mask.path = pp_strdup("/home");
    reason = pp_step_reason(&c, &c.part[0].step[1],
                            "meshfix: /home/somebody/ct: no me/1/x.ply", NULL,
                            0);
    ck_assert_str_eq(reason, "source: no 1/x.ply");
    pp_free(reason);
    ck_ok(pp_settings_add_caliper(&c.settings, "1:/home/somebody/p.csv", true,
                                  ".", PP_FROM_COMMAND, &err), err);
    reason = pp_step_reason(&c, &c.part[0].step[1],
                            "meshfix: /home/somebody/p.csv: line 3", NULL, 0);
    ck_assert_str_eq(reason, "calipers: line 3");
    pp_free(reason);
    reason = pp_step_reason(&c, &c.part[0].step[1], "", NULL, 0);
    ck_assert_str_eq(reason, "ended without a word");
    pp_free(reason);
    pp_case_free(&c);
}
END_TEST

PP_TESTS("chain/plan", labels_are_numbers_ranges_names_and_lists_of_them,
         a_quoted_word_is_one_word_of_the_shell,
         no_command_holds_a_path_of_the_user,
         settings_that_are_the_defaults_are_not_in_the_commands,
         the_case_is_named_by_inputs_and_settings_alone,
         a_key_follows_all_that_a_step_reads,
         calipers_go_to_the_parts_that_they_are_meant_for,
         a_test_print_is_forecast_by_default,
         needs_go_to_the_parts_of_their_labels,
         a_demand_for_what_a_printer_can_make_has_its_printer,
         a_case_that_was_written_reads_back, a_hostile_case_is_refused,
         a_reason_holds_no_path,
         the_reason_of_a_status_that_travels_is_the_earlier_tool)
