/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sets.c - laws of the sets
 */
#include "base/sets.h"

#include "test.h"

#define N 200

/* An oracle without trees: names are passed on until nothing changes. */
static void
flood(const unsigned (*pair)[2], int npair, uint32_t name[N])
{
    bool changed = true;

    for (uint32_t a = 0; a < N; a++)
        name[a] = a;
    while (changed) {
        changed = false;
        for (int i = 0; i < npair; i++) {
            uint32_t *a = &name[pair[i][0]], *b = &name[pair[i][1]];

            changed = changed || *a != *b;
            *a = *b = *a < *b ? *a : *b;
        }
    }
}

START_TEST(the_root_is_the_smallest_that_can_be_reached)
{
    pp_random r = { 5 };

    for (int round = 0; round < 100; round++) {
        unsigned pair[2 * N][2];
        const int npair = (int)pp_random_below(&r, 2 * N);
        uint32_t parent[N], name[N];

        pp_sets_start(parent, N);
        for (int i = 0; i < npair; i++) {
            pair[i][0] = pp_random_below(&r, N);
            pair[i][1] = pp_random_below(&r, N);
            pp_sets_join(parent, pair[i][0], pair[i][1]);
        }
        flood((const unsigned(*)[2])pair, npair, name);
        for (uint32_t a = 0; a < N; a += 7)
            ck_assert_uint_eq(pp_sets_root(parent, a), name[a]);
        pp_sets_flatten(parent, N);
        for (uint32_t a = 0; a < N; a++)
            ck_assert_uint_eq(parent[a], name[a]);
    }
}
END_TEST

PP_TESTS("base/sets", the_root_is_the_smallest_that_can_be_reached)
