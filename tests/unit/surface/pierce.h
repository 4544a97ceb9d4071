/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pierce.h - do a segment and a triangle of a small lattice meet: exactly, in
 * whole numbers
 */
#ifndef PP_TESTS_PIERCE_H
#define PP_TESTS_PIERCE_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    int64_t x[3];
} ipoint;

static inline int64_t
orient(const ipoint *a, const ipoint *b, const ipoint *c, const ipoint *d)
{
    int64_t u[3], v[3], w[3];

    for (int k = 0; k < 3; k++) {
        u[k] = b->x[k] - a->x[k];
        v[k] = c->x[k] - a->x[k];
        w[k] = d->x[k] - a->x[k];
    }
    return u[0] * (v[1] * w[2] - v[2] * w[1]) -
           u[1] * (v[0] * w[2] - v[2] * w[0]) +
           u[2] * (v[0] * w[1] - v[1] * w[0]);
}

/* Does segment p q meet triangle t, touching included? Coplanar: no. */
static inline bool
pierces(const ipoint *p, const ipoint *q, const ipoint *const t[3])
{
    const int64_t a = orient(t[0], t[1], t[2], p);
    const int64_t b = orient(t[0], t[1], t[2], q);
    int64_t s[3];

    if ((a > 0 && b > 0) || (a < 0 && b < 0) || (a == 0 && b == 0))
        return false;
    for (int k = 0; k < 3; k++)
        s[k] = orient(p, q, t[k], t[(k + 1) % 3]);
    return (s[0] >= 0 && s[1] >= 0 && s[2] >= 0) ||
           (s[0] <= 0 && s[1] <= 0 && s[2] <= 0);
}

#endif
