/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * join.h - sets of facets that are joined, each the same way or the opposite
 *
 * Included by check/ only. Union-find with a parity on every link (Tarjan and
 * van Leeuwen, JACM 1984); the smallest member is the root, so that numbers
 * follow from the mesh alone.
 */
#ifndef PP_CHECK_JOIN_H
#define PP_CHECK_JOIN_H

#include "base/alloc.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    uint32_t *link; /* 2 * parent + parity against it */
} pp_joined;

static inline PP_MUST_USE pp_status
pp_joined_alloc(pp_joined *j, size_t n, pp_error *err)
{
    j->link = pp_alloc(n, sizeof *j->link);
    if (j->link == NULL)
        return pp_fail_memory(err);
    for (size_t i = 0; i < n; i++)
        j->link[i] = (uint32_t)(2 * i);
    return PP_OK;
}

static inline void
pp_joined_free(pp_joined *j)
{
    pp_free(j->link);
    j->link = NULL;
}

/* The root of i; *odd: i runs against it. Halves the path on its way. */
static inline uint32_t
pp_join_root(pp_joined *j, uint32_t i, uint32_t *odd)
{
    uint32_t parity = 0;

    for (uint32_t up = j->link[i]; up >> 1 != i; up = j->link[i]) {
        const uint32_t above = j->link[up >> 1];

        j->link[i] = above ^ (up & 1);
        parity ^= j->link[i] & 1;
        i = above >> 1;
    }
    *odd = parity;
    return i;
}

/* False when a and b are joined already, the other way round. */
static inline bool
pp_join(pp_joined *j, uint32_t a, uint32_t b, uint32_t odd)
{
    uint32_t odd_a, odd_b;

    a = pp_join_root(j, a, &odd_a);
    b = pp_join_root(j, b, &odd_b);
    odd ^= odd_a ^ odd_b;
    if (a == b)
        return odd == 0;
    if (a < b)
        j->link[b] = 2 * a + odd;
    else
        j->link[a] = 2 * b + odd;
    return true;
}

#endif
