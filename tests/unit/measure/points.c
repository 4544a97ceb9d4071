/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/alloc.h"
#include "measure/measure.h"
#include "test.h"

#include <stdio.h>
#include <string.h>

static pp_caliper *list;
static size_t n;

static void
decode(const char *text)
{
    pp_error err = { 0 };

    ck_ok(pp_calipers_decode(text, strlen(text), &list, &n, &err), err);
}

START_TEST(lines_are_names_and_two_points_in_lps)
{
    decode("# a comment\nwidth,1,2,3,4,5,6\r\n\nlength of it,-1,0,0,1e1,0,0");
    ck_assert_uint_eq(n, 2);
    ck_assert_str_eq(list[0].name, "width");
    ck_assert(list[0].end[1].z == 6);
    ck_assert_str_eq(list[1].name, "length of it");
    ck_assert(list[1].end[0].x == -1 && list[1].end[1].x == 10);
    pp_free(list);
}
END_TEST

START_TEST(markups_are_lines_in_their_own_frame)
{
    decode("{\"@schema\": \"x\", \"markups\": ["
           "{\"type\": \"Line\", \"coordinateSystem\": \"LPS\","
           " \"coordinateUnits\": \"mm\", \"controlPoints\": ["
           "{\"label\": \"annulus\", \"position\": [1, 2, 3]},"
           "{\"label\": \"b\", \"position\": [4, 5.5, 6]}]},"
           "{\"type\": \"Line\", \"coordinateSystem\": \"RAS\","
           " \"controlPoints\": ["
           "{\"position\": [1, 2, 3]}, {\"position\": [4, 5, 6]}]}]}");
    ck_assert_uint_eq(n, 2);
    ck_assert_str_eq(list[0].name, "annulus");
    ck_assert(list[0].end[0].x == 1 && list[0].end[1].y == 5.5);
    ck_assert(list[1].end[0].x == -1 && list[1].end[0].y == -2 &&
              list[1].end[0].z == 3);
    pp_free(list);
}
END_TEST

START_TEST(fiducials_are_taken_two_by_two)
{
    const char *const ras =
        "# Markups fiducial file version = 4.11\n"
        "# CoordinateSystem = %s\n"
        "# columns = id,x,y,z,ow,ox,oy,oz,vis,sel,lock,label,desc\n"
        "1,10,20,30,0,0,0,1,1,1,0,left,\n"
        "2,11,21,31,0,0,0,1,1,1,0,right,\n";
    static const struct {
        const char *name;
        double sign;
    } system[] = { { "RAS", -1 }, { "LPS", 1 }, { "0", -1 }, { "1", 1 } };

    for (int i = 0; i < 4; i++) {
        char text[400];

        snprintf(text, sizeof text, ras, system[i].name);
        decode(text);
        ck_assert_uint_eq(n, 1);
        ck_assert_str_eq(list[0].name, "left");
        ck_assert(list[0].end[0].x == 10 * system[i].sign);
        ck_assert(list[0].end[1].y == 21 * system[i].sign);
        ck_assert(list[0].end[1].z == 31);
        pp_free(list);
    }
}
END_TEST

START_TEST(what_is_no_list_of_calipers_is_refused)
{
    static const char *const bad[] = {
        "", "\n\n", "a,1,2,3", "a,1,2,3,4,5,x", "a,1,2,3,4,5,6,7",
        ",1,2,3,4,5,6", "{", "{}", "{\"markups\": []}",
        "{\"markups\": [{\"type\": \"Line\"}]}",
        "{\"markups\": [{\"type\": \"Line\", \"coordinateSystem\": \"LPS\","
        " \"controlPoints\": [{\"position\": [1, 2, 3]}]}]}",
        "{\"markups\": [{\"type\": \"Line\", \"coordinateSystem\": \"XYZ\","
        " \"controlPoints\": [{\"position\": [1, 2, 3]},"
        " {\"position\": [1, 2, 3]}]}]}",
        "# Markups fiducial file\n1,2,3,4,0,0,0,1,1,1,0,odd,\n",
    };

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        pp_error err = { 0 };

        ck_assert_msg(pp_calipers_decode(bad[i], strlen(bad[i]), &list, &n,
                                         &err) == PP_EFORMAT,
                      "%s", bad[i]);
        ck_assert_ptr_null(list);
        ck_assert_uint_eq(n, 0);
    }
    pp_error err = { 0 };

    ck_assert_int_eq(pp_calipers_decode("a,1\0,2", 6, &list, &n, &err),
                     PP_EFORMAT);
}
END_TEST

PP_TESTS("measure/points", lines_are_names_and_two_points_in_lps,
         markups_are_lines_in_their_own_frame, fiducials_are_taken_two_by_two,
         what_is_no_list_of_calipers_is_refused)
