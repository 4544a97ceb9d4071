/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sets.h - numbers that belong together (union-find)
 *
 * A forest in one array: parent[a] == a at a root. Path halving (Tarjan and
 * van Leeuwen, JACM 1984); the smaller number becomes the root, so that roots
 * follow from what was joined and not from the order.
 */
#ifndef PP_BASE_SETS_H
#define PP_BASE_SETS_H

#include <stddef.h>
#include <stdint.h>

/** Every number below n alone in its set. */
static inline void
pp_sets_start(uint32_t *parent, size_t n)
{
    for (size_t a = 0; a < n; a++)
        parent[a] = (uint32_t)a;
}

/** The root of a's set; shortens the way for the next time. */
static inline uint32_t
pp_sets_root(uint32_t *parent, uint32_t a)
{
    while (parent[a] != a) {
        parent[a] = parent[parent[a]];
        a = parent[a];
    }
    return a;
}

static inline void
pp_sets_join(uint32_t *parent, uint32_t a, uint32_t b)
{
    a = pp_sets_root(parent, a);
    b = pp_sets_root(parent, b);
    parent[a < b ? b : a] = a < b ? a : b;
}

/** Every number points at its root. */
static inline void
pp_sets_flatten(uint32_t *parent, size_t n)
{
    for (size_t a = 0; a < n; a++)
        parent[a] = pp_sets_root(parent, (uint32_t)a);
}

#endif
