/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * order.h - numbers in order, for qsort and bsearch: the least one first
 *
 * Reals must not be NaN, which stands in no order.
 */
#ifndef PP_BASE_ORDER_H
#define PP_BASE_ORDER_H

#include <stddef.h>
#include <stdint.h>

static inline int
pp_order_double(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static inline int
pp_order_float(const void *a, const void *b)
{
    const float x = *(const float *)a, y = *(const float *)b;

    return (x > y) - (x < y);
}

static inline int
pp_order_u32(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

static inline int
pp_order_size(const void *a, const void *b)
{
    const size_t x = *(const size_t *)a, y = *(const size_t *)b;

    return (x > y) - (x < y);
}

#endif
