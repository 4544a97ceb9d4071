/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chain/chain.h"
#include "test.h"

#include <string.h>

static pp_status
parse(const char *text, pp_settings *s, pp_how *how, pp_error *err)
{
    return pp_conf_parse(text, strlen(text), "lab", s, how, err);
}

START_TEST(a_conf_sets_what_it_says)
{
    pp_settings s;
    pp_how how = { 0 };
    pp_error err = { 0 };

    ck_ok(pp_settings_start(&s, &err), err);
    ck_ok(parse("# a comment\n\n  min_wall_mm = 1.50 # thick\r\n"
                "grow=out\nprinter = own.printer\njobs = 3\n"
                "memory = 1.5G\nexport = 3mf,stl\nlargest = 2", &s, &how,
                &err), err);
    ck_assert_str_eq(s.value[PP_SET_MIN_WALL], "1.5");
    ck_assert_int_eq(s.from[PP_SET_MIN_WALL], PP_FROM_CONF);
    ck_assert_str_eq(s.value[PP_SET_GROW], "out");
    ck_assert_str_eq(s.value[PP_SET_PRINTER], "lab/own.printer");
    ck_assert_str_eq(s.value[PP_SET_EXPORT], "stl 3mf");
    ck_assert_str_eq(s.value[PP_SET_LARGEST], "2");
    ck_assert_uint_eq(how.jobs, 3);
    ck_assert_uint_eq(how.memory, 1610612736);
    ck_assert_str_eq(s.value[PP_SET_SMOOTH], "lossless");
    ck_assert_int_eq(s.from[PP_SET_SMOOTH], PP_FROM_DEFAULT);
    pp_settings_free(&s);
}
END_TEST

START_TEST(what_a_conf_cannot_mean_is_refused_with_its_line)
{
    static const char *const bad[] = {
        "\nmin_wal_mm = 1",        "\nmin_wall_mm = -1",
        "\nmin_wall_mm = 1 mm",    "\nmin_wall_mm = nan",
        "\nmin_wall_mm",           "\nmin_wall_mm =",
        "\nmin_wall_mm = 0",       "grow = in\ngrow = out",
        "\ngrow = sideways",       "\nexport = stl,xyz",
        "\njobs = 0",              "\nmemory = lots",
        "\n= 1",                   "\nlargest = 1.5",
        "\nGROW = out",            "\nsmooth = free fast",
        "\nmemory = 4X",           "\nexport = ,",
        "\ntest_scale = 1",        "\ntest_scale = -0.5",
        "\ncaliper = w",           "\ncaliper = w=0,0,0:1,1",
        "\ncaliper = 3:w",         "\ncalipers = 3:",
        "\ncalipers =",            "\ncaliper = :w=0,0,0:1,1,1:",
    };

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        pp_settings s;
        pp_how how = { 0 };
        pp_error err = { 0 };

        ck_ok(pp_settings_start(&s, &err), err);
        ck_assert_msg(parse(bad[i], &s, &how, &err) == PP_EFORMAT, "%s",
                      bad[i]);
        ck_assert_msg(strncmp(err.message, "line 2: ", 8) == 0, "%s: %s",
                      bad[i], err.message);
        pp_settings_free(&s);
    }
}
END_TEST

static void
ck_caliper(const pp_given_caliper *c, const char *label, const char *text,
           const char *path)
{
    const char *const got[] = { c->label, c->text, c->file.path };
    const char *const want[] = { label, text, path };

    for (int i = 0; i < 3; i++)
        if (want[i] == NULL)
            ck_assert_ptr_null(got[i]);
        else
            ck_assert_str_eq(got[i], want[i]);
}

START_TEST(calipers_are_of_all_parts_or_of_one)
{
    pp_settings s;
    pp_how how = { 0 };
    pp_error err = { 0 };

    ck_ok(pp_settings_start(&s, &err), err);
    ck_ok(parse("caliper = w=0,0,0:1,2,3 # all\ncalipers = 3:a b.csv\n"
                "caliper = left rib:w=0,0,0:1,1,1\ncalipers = ./a:b.csv\n"
                "calipers = 3:/x/y.fcsv", &s, &how, &err), err);
    ck_assert_uint_eq(s.ncaliper, 5);
    ck_caliper(&s.caliper[0], NULL, "w=0,0,0:1,2,3", NULL);
    ck_caliper(&s.caliper[1], "3", NULL, "lab/a b.csv");
    ck_caliper(&s.caliper[2], "left rib", "w=0,0,0:1,1,1", NULL);
    ck_caliper(&s.caliper[3], NULL, NULL, "lab/./a:b.csv");
    ck_caliper(&s.caliper[4], "3", NULL, "/x/y.fcsv");
    pp_settings_free(&s);
}
END_TEST

START_TEST(calipers_of_the_stronger_hand_take_the_place_of_all_others)
{
    static const pp_setting_from order[][2] = {
        { PP_FROM_CONF, PP_FROM_COMMAND }, { PP_FROM_COMMAND, PP_FROM_CONF },
    };

    for (int o = 0; o < 2; o++) {
        pp_settings s;
        pp_error err = { 0 };

        ck_ok(pp_settings_start(&s, &err), err);
        for (int i = 0; i < 2; i++)
            for (int n = 0; n < 2; n++)
                ck_ok(pp_settings_add_caliper(
                          &s, order[o][i] == PP_FROM_CONF ? "c=0,0,0:1,1,1"
                                                          : "o=0,0,0:1,1,1",
                          false, ".", order[o][i], &err), err);
        ck_assert_uint_eq(s.ncaliper, 2);
        ck_assert_int_eq(s.calipers_from, PP_FROM_COMMAND);
        for (int n = 0; n < 2; n++)
            ck_caliper(&s.caliper[n], NULL, "o=0,0,0:1,1,1", NULL);
        pp_settings_free(&s);
    }
}
END_TEST

START_TEST(a_conf_of_any_bytes_is_read_or_refused)
{
    pp_random r = { 7 };

    for (int round = 0; round < pp_test_rounds(2000); round++) {
        char text[200];
        const size_t n = pp_random_below(&r, sizeof text);
        pp_settings s;
        pp_how how = { 0 };
        pp_error err = { 0 };

        for (size_t i = 0; i < n; i++)
            text[i] = pp_random_below(&r, 4) == 0
                          ? "= #\n,.1"[pp_random_below(&r, 7)]
                          : (char)pp_random_below(&r, 256);
        ck_ok(pp_settings_start(&s, &err), err);
        if (pp_conf_parse(text, n, ".", &s, &how, &err) != PP_OK)
            ck_assert_int_eq(err.status, PP_EFORMAT);
        pp_settings_free(&s);
    }
}
END_TEST

START_TEST(the_stronger_hand_wins_whichever_came_first)
{
    static const pp_setting_from order[2][4] = {
        { PP_FROM_DEFAULT, PP_FROM_PROFILE, PP_FROM_CONF, PP_FROM_COMMAND },
        { PP_FROM_COMMAND, PP_FROM_CONF, PP_FROM_PROFILE, PP_FROM_DEFAULT },
    };

    for (int o = 0; o < 2; o++) {
        pp_settings s = { 0 };
        pp_error err = { 0 };

        for (int i = 0; i < 4; i++) {
            const char value[] = { (char)('1' + (char)order[o][i]), '\0' };

            ck_ok(pp_settings_set(&s, PP_SET_MIN_WALL, value, order[o][i],
                                  &err), err);
        }
        ck_assert_str_eq(s.value[PP_SET_MIN_WALL], "4");
        ck_assert_int_eq(s.from[PP_SET_MIN_WALL], PP_FROM_COMMAND);
        pp_settings_free(&s);
    }
}
END_TEST

START_TEST(amounts_of_memory_are_read_strictly)
{
    static const char *const bad[] = { "", "G", "-1G", "1", "4GB", "0x10M",
                                       "1e30G", "nan", "1 G" };
    uint64_t bytes;

    ck_assert(pp_text_to_memory("800M", &bytes));
    ck_assert_uint_eq(bytes, 838860800);
    ck_assert(pp_text_to_memory("1T", &bytes));
    ck_assert_uint_eq(bytes, 1099511627776);
    ck_assert(pp_text_to_memory("1048576", &bytes));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_assert_msg(!pp_text_to_memory(bad[i], &bytes), "%s", bad[i]);
}
END_TEST

PP_TESTS("chain/settings", a_conf_sets_what_it_says,
         what_a_conf_cannot_mean_is_refused_with_its_line,
         calipers_are_of_all_parts_or_of_one,
         calipers_of_the_stronger_hand_take_the_place_of_all_others,
         a_conf_of_any_bytes_is_read_or_refused,
         the_stronger_hand_wins_whichever_came_first,
         amounts_of_memory_are_read_strictly)
