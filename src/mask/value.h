/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * value.h - which segment a voxel's value stands for; only for mask/
 */
#ifndef PP_MASK_VALUE_H
#define PP_MASK_VALUE_H

#include "voxel/grid.h"

#include <stdlib.h>

/* A value and the segment that it stands for, by its place in the volume. */
typedef struct {
    double value;
    size_t segment;
} pp_value;

/** For qsort: by value, then by segment. */
static inline int
pp_value_order(const void *a, const void *b)
{
    const pp_value *p = a, *q = b;

    if (p->value != q->value)
        return p->value < q->value ? -1 : 1;
    return p->segment < q->segment ? -1 : p->segment > q->segment;
}

/** The segments of a layer, sorted, into e (room for all); how many. */
static inline size_t
pp_value_list(const pp_volume *v, size_t layer, pp_value *e)
{
    size_t n = 0;

    for (size_t s = 0; s < v->nsegment; s++)
        if (v->segment[s].layer == layer)
            e[n++] = (pp_value){ v->segment[s].value, s };
    if (n > 0)
        qsort(e, n, sizeof *e, pp_value_order);
    return n;
}

/** The first entry of a value in a sorted list, or NULL. */
static inline const pp_value *
pp_value_find(const pp_value *e, size_t n, double value)
{
    size_t low = 0, high = n;

    while (low < high) {
        const size_t mid = low + (high - low) / 2;

        if (e[mid].value < value)
            low = mid + 1;
        else
            high = mid;
    }
    return low < n && e[low].value == value ? &e[low] : NULL;
}

#endif
