/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * box.h - axis-aligned boxes
 */
#ifndef PP_BASE_BOX_H
#define PP_BASE_BOX_H

#include "base/vec.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    pp_vec3 low, high;
} pp_box;

/* Contains nothing; the start of a union. */
static inline pp_box
pp_box_empty(void)
{
    pp_box b;

    b.low = pp_vec(HUGE_VAL, HUGE_VAL, HUGE_VAL);
    b.high = pp_vec(-HUGE_VAL, -HUGE_VAL, -HUGE_VAL);
    return b;
}

/* One instruction each, where fmin and fmax are calls; what is no number adds
 * nothing. */
static inline void
pp_box_add(pp_box *b, pp_vec3 p)
{
    b->low.x = p.x < b->low.x ? p.x : b->low.x;
    b->low.y = p.y < b->low.y ? p.y : b->low.y;
    b->low.z = p.z < b->low.z ? p.z : b->low.z;
    b->high.x = p.x > b->high.x ? p.x : b->high.x;
    b->high.y = p.y > b->high.y ? p.y : b->high.y;
    b->high.z = p.z > b->high.z ? p.z : b->high.z;
}

static inline pp_vec3
pp_box_size(pp_box b)
{
    return pp_sub(b.high, b.low);
}

/* The diagonal's length; 0 for the empty box. */
static inline double
pp_box_diagonal(pp_box b)
{
    return b.low.x <= b.high.x ? pp_norm(pp_box_size(b)) : 0;
}

#ifdef __cplusplus
}
#endif
#endif
