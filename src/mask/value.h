/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * value.h - which segment a voxel's value stands for; only for mask/
 */
#ifndef PP_MASK_VALUE_H
#define PP_MASK_VALUE_H

#include <stddef.h>

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
