/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/alloc.h"
#include "mask/fragments.h"
#include "test.h"

#include <math.h>
#include <string.h>

typedef struct {
    pp_classes c;
    uint8_t *anatomy;
    pp_decode_rules rules;
    pp_label_map out;
    pp_decoded d;
    size_t n;
} scene;

static scene
make_scene(size_t nx, size_t ny, size_t nz)
{
    scene s = { .c = { { nx, ny, nz },
                       { { 0.8, 0, 0, -40 }, { 0, 0.8, 0, 7 },
                         { 0, 0, 1.5, 3 } },
                       pp_alloc_zero(nx * ny * nz, 1) },
                .n = nx * ny * nz };

    s.anatomy = pp_alloc_zero(s.n, 1);
    ck_assert(s.c.at != NULL && s.anatomy != NULL);
    return s;
}

static void
free_scene(scene *s)
{
    pp_classes_free(&s->c);
    pp_label_map_free(&s->out);
    pp_decoded_free(&s->d);
    pp_free(s->anatomy);
}

/* Fills a box, low <= index < high, with a class or an anatomy. */
static void
fill(const scene *s, uint8_t *to, const size_t low[3], const size_t high[3],
     uint8_t value)
{
    for (size_t k = low[2]; k < high[2]; k++)
        for (size_t j = low[1]; j < high[1]; j++)
            for (size_t i = low[0]; i < high[0]; i++)
                to[(k * s->c.dim[1] + j) * s->c.dim[0] + i] = value;
}

#define BOX(scene, to, x0, y0, z0, x1, y1, z1, value)                         \
    fill(scene, to, (const size_t[3]){ x0, y0, z0 },                          \
         (const size_t[3]){ x1, y1, z1 }, value)

static unsigned
at(const scene *s, size_t i, size_t j, size_t k)
{
    return s->out.at[(k * s->c.dim[1] + j) * s->c.dim[0] + i];
}

/* And what must hold of every result. */
static void
decode(scene *s, bool with_anatomy)
{
    pp_error err = { 0 };
    size_t sum = 0, bone = 0;

    ck_ok(pp_fragments_decode(&s->c, with_anatomy ? s->anatomy : NULL,
                              &s->rules, &s->out, &s->d, &err), err);
    for (size_t v = 0; v < s->n; v++) {
        ck_assert((s->c.at[v] != 0) == (s->out.at[v] != 0));
        bone += s->c.at[v] != 0;
    }
    ck_assert_uint_eq(s->d.nbone, bone);
    for (size_t f = 0; f < s->d.nfragment; f++) {
        size_t count = 0;

        for (size_t v = 0; v < s->n; v++)
            count += s->out.at[v] == s->d.fragment[f].number;
        ck_assert_uint_eq(count, s->d.fragment[f].nvoxel);
        sum += count;
    }
    ck_assert_uint_eq(sum, bone);
}

static size_t
events(const scene *s, pp_event_kind kind)
{
    size_t n = 0;

    for (size_t e = 0; e < s->d.nevent; e++)
        n += s->d.event[e].kind == kind;
    return n;
}

START_TEST(pieces_of_core_below_dust_are_no_seeds)
{
    for (unsigned dust = 49; dust <= 50; dust++) {
        scene s = make_scene(40, 12, 12);

        /* one bone, two pieces of core: of 49 and of 64 voxels */
        BOX(&s, s.c.at, 1, 1, 1, 39, 11, 11, PP_BOUNDARY);
        BOX(&s, s.c.at, 4, 4, 4, 11, 11, 5, PP_CORE);
        BOX(&s, s.c.at, 30, 4, 4, 34, 8, 8, PP_CORE);
        s.rules.dust_voxels = dust;
        decode(&s, false);
        ck_assert_uint_eq(s.d.nfragment, dust == 49 ? 2 : 1);
        ck_assert_uint_eq(events(&s, PP_EVENT_DUST), dust == 49 ? 0 : 1);
        if (dust == 50) {
            ck_assert_uint_eq(s.d.event[0].nvoxel, 49);
            ck_near(s.d.event[0].centre.x, -40 + 0.8 * 7, 1e-9);
            ck_near(s.d.event[0].centre.y, 7 + 0.8 * 7, 1e-9);
            ck_near(s.d.event[0].centre.z, 3 + 1.5 * 4, 1e-9);
        }
        free_scene(&s);
    }
}
END_TEST

START_TEST(core_that_corners_connect_is_one_seed)
{
    scene s = make_scene(20, 20, 20);

    BOX(&s, s.c.at, 1, 1, 1, 19, 19, 19, PP_BOUNDARY);
    BOX(&s, s.c.at, 3, 3, 3, 7, 7, 7, PP_CORE);
    BOX(&s, s.c.at, 7, 7, 7, 11, 11, 11, PP_CORE);
    decode(&s, false);
    ck_assert_uint_eq(s.d.nfragment, 1);
    ck_assert_uint_eq(s.d.fragment[0].nseed, 128);
    free_scene(&s);
}
END_TEST

/* Cores at different distances from a wall: it stops the nearer one's front
   until the other is there, and is divided in its middle. */
START_TEST(a_border_is_a_wall_and_then_divided_in_its_middle)
{
    scene s = make_scene(60, 14, 14);

    BOX(&s, s.c.at, 1, 1, 1, 59, 13, 13, PP_BOUNDARY);
    BOX(&s, s.c.at, 20, 3, 3, 28, 11, 11, PP_CORE);
    BOX(&s, s.c.at, 52, 3, 3, 57, 11, 11, PP_CORE);
    BOX(&s, s.c.at, 30, 1, 1, 34, 13, 13, PP_BORDER);
    decode(&s, false);
    ck_assert_uint_eq(s.d.nfragment, 2);
    for (size_t k = 1; k < 13; k++)
        for (size_t j = 1; j < 13; j++)
            for (size_t i = 1; i < 59; i++)
                ck_assert_uint_eq(at(&s, i, j, k), i < 32 ? 1 : 2);
    free_scene(&s);
}
END_TEST

START_TEST(the_middle_is_one_of_millimetres)
{
    /* seeds 8 voxels apart along z (1.5 mm) and 8 along x (0.8 mm): a voxel
       between them, 4 off each, is nearer along x */
    scene s = make_scene(20, 9, 20);

    BOX(&s, s.c.at, 1, 1, 1, 19, 8, 19, PP_BOUNDARY);
    BOX(&s, s.c.at, 1, 1, 1, 19, 8, 4, PP_CORE);    /* below */
    BOX(&s, s.c.at, 15, 1, 8, 19, 8, 19, PP_CORE);  /* at the side */
    s.rules.no_merge = true;
    decode(&s, false);
    ck_assert_uint_eq(s.d.nfragment, 2);
    ck_assert_uint_eq(at(&s, 11, 4, 8), at(&s, 16, 4, 12));
    ck_assert_uint_eq(at(&s, 5, 4, 6), at(&s, 5, 4, 2));
    free_scene(&s);
}
END_TEST

START_TEST(small_fragments_go_to_what_they_touch_most)
{
    scene s = make_scene(44, 24, 16);

    /* a small one between two large ones, walls of border around it: it
       touches the right one with more area */
    BOX(&s, s.c.at, 1, 1, 1, 16, 23, 15, PP_CORE);
    BOX(&s, s.c.at, 16, 4, 4, 17, 8, 8, PP_BORDER);
    BOX(&s, s.c.at, 17, 2, 2, 23, 12, 14, PP_CORE);
    BOX(&s, s.c.at, 23, 2, 2, 24, 12, 14, PP_BORDER);
    BOX(&s, s.c.at, 24, 1, 1, 43, 23, 15, PP_CORE);
    decode(&s, false);
    ck_assert_uint_eq(s.d.nfragment, 2);
    ck_assert_uint_eq(events(&s, PP_EVENT_MERGED), 1);
    ck_assert_uint_eq(at(&s, 20, 5, 5), at(&s, 40, 5, 5));
    ck_assert_uint_eq(s.d.event[0].to, at(&s, 40, 5, 5));
    ck_assert(s.d.event[0].touch_mm2 > 100 * 0.8 * 1.5);
    free_scene(&s);
}
END_TEST

START_TEST(small_fragments_that_touch_end_in_one)
{
    scene s = make_scene(50, 12, 12);

    BOX(&s, s.c.at, 1, 1, 1, 16, 11, 11, PP_CORE);
    for (size_t x = 16; x + 6 < 49; x += 6) {
        BOX(&s, s.c.at, x, 1, 1, x + 1, 11, 11, PP_BORDER);
        BOX(&s, s.c.at, x + 1, 1, 1, x + 6, 11, 11, PP_CORE);
    }
    s.rules.merge_voxels = 1000000;
    decode(&s, false);
    ck_assert_uint_eq(s.d.nfragment, 1);
    ck_assert_uint_eq(events(&s, PP_EVENT_MERGED), 5);
    ck_assert_uint_eq(events(&s, PP_EVENT_ALONE), 1);
    free_scene(&s);
}
END_TEST

START_TEST(a_small_fragment_that_touches_none_stays)
{
    scene s = make_scene(40, 14, 14);

    BOX(&s, s.c.at, 1, 1, 1, 20, 13, 13, PP_CORE);
    BOX(&s, s.c.at, 25, 2, 2, 30, 7, 7, PP_CORE);
    decode(&s, false);
    ck_assert_uint_eq(s.d.nfragment, 2);
    ck_assert_uint_eq(events(&s, PP_EVENT_ALONE), 1);
    ck_assert_uint_eq(s.d.fragment[1].nvoxel, 125);
    free_scene(&s);
}
END_TEST

START_TEST(what_no_front_comes_to_goes_to_the_nearest_in_mm)
{
    scene s = make_scene(40, 30, 40);

    /* a speck 6 voxels from one along x (4.8 mm), 4 from one along z (6 mm) */
    BOX(&s, s.c.at, 20, 1, 1, 32, 25, 20, PP_CORE);
    BOX(&s, s.c.at, 1, 1, 24, 16, 25, 38, PP_CORE);
    BOX(&s, s.c.at, 12, 10, 18, 15, 12, 21, PP_BOUNDARY);
    decode(&s, false);
    ck_assert_uint_eq(s.d.nfragment, 2);
    ck_assert_uint_eq(events(&s, PP_EVENT_SPECK), 1);
    ck_assert_uint_eq(at(&s, 12, 10, 18), at(&s, 25, 5, 10));
    free_scene(&s);
    s = make_scene(40, 30, 40);
    BOX(&s, s.c.at, 20, 1, 1, 32, 25, 20, PP_CORE);
    BOX(&s, s.c.at, 1, 1, 24, 16, 25, 38, PP_CORE);
    BOX(&s, s.c.at, 12, 10, 19, 15, 12, 23, PP_BOUNDARY); /* 2: 3 mm */
    decode(&s, false);
    ck_assert_uint_eq(at(&s, 12, 10, 19), at(&s, 10, 5, 30));
    free_scene(&s);
}
END_TEST

START_TEST(a_large_bone_without_a_core_is_a_fragment)
{
    scene s = make_scene(40, 14, 14);

    BOX(&s, s.c.at, 1, 1, 1, 20, 13, 13, PP_CORE);
    BOX(&s, s.c.at, 24, 1, 1, 39, 13, 13, PP_BOUNDARY);
    decode(&s, false);
    ck_assert_uint_eq(s.d.nfragment, 2);
    ck_assert_uint_eq(events(&s, PP_EVENT_NEW), 1);
    free_scene(&s);
    /* and bone without any core at all is still labelled */
    s = make_scene(20, 14, 14);
    BOX(&s, s.c.at, 2, 2, 2, 9, 9, 9, PP_BORDER);
    decode(&s, false);
    ck_assert_uint_eq(s.d.nfragment, 1);
    free_scene(&s);
}
END_TEST

START_TEST(no_bone_is_no_fragment)
{
    scene s = make_scene(5, 4, 3);

    decode(&s, true);
    ck_assert_uint_eq(s.d.nfragment, 0);
    ck_assert(!s.d.swapped);
    free_scene(&s);
}
END_TEST

START_TEST(the_majority_gives_the_anatomy_and_size_the_number)
{
    scene s = make_scene(80, 20, 16);
    static const unsigned number[4] = { 12, 1, 11, 21 };

    /* four blocks of growing length, the third the largest */
    BOX(&s, s.c.at, 1, 1, 1, 15, 19, 15, PP_CORE);
    BOX(&s, s.c.at, 18, 1, 1, 33, 19, 15, PP_CORE);
    BOX(&s, s.c.at, 36, 1, 1, 56, 19, 15, PP_CORE);
    BOX(&s, s.c.at, 60, 1, 1, 76, 19, 15, PP_CORE);
    BOX(&s, s.anatomy, 0, 0, 0, 80, 20, 16, PP_LEFT_HIP);
    BOX(&s, s.anatomy, 18, 0, 0, 28, 20, 16, PP_SACRUM);
    BOX(&s, s.anatomy, 36, 0, 0, 45, 20, 16, PP_RIGHT_HIP);
    BOX(&s, s.anatomy, 60, 0, 0, 80, 20, 16, PP_RIGHT_HIP);
    decode(&s, true);
    ck_assert_uint_eq(s.d.nfragment, 4);
    ck_assert_uint_eq(at(&s, 5, 5, 5), number[0]);
    ck_assert_uint_eq(at(&s, 20, 5, 5), number[1]);
    ck_assert_uint_eq(at(&s, 50, 5, 5), number[2]);
    ck_assert_uint_eq(at(&s, 70, 5, 5), number[3]);
    ck_near(s.d.fragment[0].share, 10.0 / 15, 1e-9);
    ck_near(s.d.fragment[1].share, 11.0 / 20, 1e-9);
    free_scene(&s);
}
END_TEST

START_TEST(the_eleventh_of_an_anatomy_and_those_of_none_come_after_thirty)
{
    scene s = make_scene(13 * 8, 12, 12);

    for (size_t b = 0; b < 13; b++) {
        BOX(&s, s.c.at, 8 * b, 1, 1, 8 * b + 7, 11, 11, PP_CORE);
        if (b < 12)
            BOX(&s, s.anatomy, 8 * b, 0, 0, 8 * b + 8, 12, 12, PP_SACRUM);
    }
    s.rules.no_merge = true;
    decode(&s, true);
    ck_assert_uint_eq(s.d.nfragment, 13);
    ck_assert_uint_eq(s.d.fragment[9].number, 10);
    ck_assert_uint_eq(s.d.fragment[10].number, 31);
    ck_assert_uint_eq(s.d.fragment[12].number, 33);
    ck_assert_uint_eq(events(&s, PP_EVENT_MANY), 2);
    ck_assert_uint_eq(events(&s, PP_EVENT_NOWHERE), 1);
    ck_assert_uint_eq(at(&s, 8 * 12 + 3, 5, 5), 33);
    free_scene(&s);
}
END_TEST

/* The left hip lies where x grows (LPS), whichever way the voxels run. */
START_TEST(left_and_right_exchanged_are_reported)
{
    for (int turned = 0; turned < 2; turned++)
        for (int wrong = 0; wrong < 2; wrong++)
            for (int missing = 0; missing < 3; missing++) {
                scene s = make_scene(60, 14, 14);
                const bool first_is_left = (turned != 0) == (wrong == 0);
                const uint8_t first = first_is_left ? PP_LEFT_HIP
                                                    : PP_RIGHT_HIP;
                const uint8_t last = first_is_left ? PP_RIGHT_HIP
                                                   : PP_LEFT_HIP;

                if (turned) {
                    s.c.to_lps[0][0] = -0.8;
                    s.c.to_lps[1][1] = -0.8;
                }
                BOX(&s, s.c.at, 1, 1, 1, 59, 13, 13, PP_CORE);
                BOX(&s, s.anatomy, 25, 0, 0, 35, 14, 14, PP_SACRUM);
                if (missing != 1)
                    BOX(&s, s.anatomy, 2, 0, 0, 20, 14, 14, first);
                if (missing != 2)
                    BOX(&s, s.anatomy, 40, 0, 0, 58, 14, 14, last);
                decode(&s, true);
                ck_assert(s.d.swapped == (wrong != 0));
                free_scene(&s);
            }
}
END_TEST

START_TEST(values_that_are_no_class_are_refused)
{
    float voxel[8] = { 0, 1, 2, 3, 0, 1, 2, 2.5F };
    const pp_grid g = { .dim = { 2, 2, 2 },
                        .to_lps = { { 1, 0, 0, 0 }, { 0, 1, 0, 0 },
                                    { 0, 0, 1, 0 } },
                        .type = PP_VOXEL_F32, .voxel = voxel, .slope = 1 };
    pp_classes c;
    pp_error err = { 0 };

    ck_assert_int_eq(pp_classes_from_grid(&g, &c, &err), PP_EGEOM);
    err = (pp_error){ 0 };
    voxel[7] = 4;
    ck_assert_int_eq(pp_classes_from_grid(&g, &c, &err), PP_EGEOM);
    err = (pp_error){ 0 };
    voxel[7] = NAN;
    ck_assert_int_eq(pp_classes_from_grid(&g, &c, &err), PP_EGEOM);
    err = (pp_error){ 0 };
    voxel[7] = 3;
    ck_ok(pp_classes_from_grid(&g, &c, &err), err);
    ck_assert_uint_eq(c.at[7], PP_BORDER);
    pp_classes_free(&c);
}
END_TEST

/* Whatever the classes: all bone has a label, and random noise is decoded. */
START_TEST(any_classes_are_decoded)
{
    pp_random r = { 17 };

    for (int trial = 0; trial < pp_test_rounds(200); trial++) {
        scene s = make_scene(1 + pp_random_below(&r, 24),
                             1 + pp_random_below(&r, 20),
                             1 + pp_random_below(&r, 16));
        const double bone = pp_random_unit(&r), core = pp_random_unit(&r);

        for (size_t v = 0; v < s.n; v++) {
            s.c.at[v] = pp_random_unit(&r) > bone ? PP_BACKGROUND
                        : pp_random_unit(&r) < core
                            ? PP_CORE
                            : (uint8_t)(PP_BOUNDARY +
                                        2 * pp_random_below(&r, 2));
            s.anatomy[v] = (uint8_t)pp_random_below(&r, 4);
        }
        s.rules.dust_voxels = 1 + pp_random_below(&r, 60);
        s.rules.merge_voxels = 1 + pp_random_below(&r, 300);
        decode(&s, trial % 2);
        free_scene(&s);
    }
}
END_TEST

PP_TESTS("mask/decode", pieces_of_core_below_dust_are_no_seeds,
         core_that_corners_connect_is_one_seed,
         a_border_is_a_wall_and_then_divided_in_its_middle,
         the_middle_is_one_of_millimetres,
         small_fragments_go_to_what_they_touch_most,
         small_fragments_that_touch_end_in_one,
         a_small_fragment_that_touches_none_stays,
         what_no_front_comes_to_goes_to_the_nearest_in_mm,
         a_large_bone_without_a_core_is_a_fragment, no_bone_is_no_fragment,
         the_majority_gives_the_anatomy_and_size_the_number,
         the_eleventh_of_an_anatomy_and_those_of_none_come_after_thirty,
         left_and_right_exchanged_are_reported,
         values_that_are_no_class_are_refused, any_classes_are_decoded)
