/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rational.c - triangles as convex sets over the rationals (GMP)
 *
 * A triangle in space is the set of points x with n.(x - p0) = 0 and
 * (n x e_i).(x - p_i) >= 0. Clipping the other triangle, a polygon, by these
 * five half-spaces leaves their intersection: nothing, a point, a segment or a
 * polygon (Sutherland and Hodgman, 1974). Insides meet when the middle of what
 * is left lies strictly inside both: the relative interiors of two convex sets
 * meet exactly when that of the intersection is part of both.
 */
#include "rational.h"

#include <gmp.h>

/* Corners: three, and one more for each of five half-spaces. */
#define MOST 10

typedef struct {
    mpq_t x[3];
} point;

static void
init(point *p)
{
    for (int k = 0; k < 3; k++)
        mpq_init(p->x[k]);
}

static void
clear(point *p)
{
    for (int k = 0; k < 3; k++)
        mpq_clear(p->x[k]);
}

static void
set(point *p, const point *q)
{
    for (int k = 0; k < 3; k++)
        mpq_set(p->x[k], q->x[k]);
}

static void
subtract(point *d, const point *a, const point *b)
{
    for (int k = 0; k < 3; k++)
        mpq_sub(d->x[k], a->x[k], b->x[k]);
}

static void
cross(point *c, const point *a, const point *b)
{
    mpq_t t;

    mpq_init(t);
    for (int k = 0; k < 3; k++) {
        const int u = (k + 1) % 3, v = (k + 2) % 3;

        mpq_mul(c->x[k], a->x[u], b->x[v]);
        mpq_mul(t, a->x[v], b->x[u]);
        mpq_sub(c->x[k], c->x[k], t);
    }
    mpq_clear(t);
}

/* n.(x - p) */
static void
height(mpq_t h, const point *n, const point *p, const point *x)
{
    static mpq_t t;
    static bool ready;

    if (!ready)
        mpq_init(t);
    ready = true;
    mpq_set_ui(h, 0, 1);
    for (int k = 0; k < 3; k++) {
        mpq_sub(t, x->x[k], p->x[k]);
        mpq_mul(t, t, n->x[k]);
        mpq_add(h, h, t);
    }
}

static bool
same(const point *a, const point *b)
{
    return mpq_equal(a->x[0], b->x[0]) && mpq_equal(a->x[1], b->x[1]) &&
           mpq_equal(a->x[2], b->x[2]);
}

/* A triangle with its normal and the inward normals of its sides. */
typedef struct {
    point p[3], normal, inward[3];
} triangle;

static void
triangle_init(triangle *f, const pp_mesh *m, size_t t)
{
    point d, e;

    init(&d);
    init(&e);
    init(&f->normal);
    for (int k = 0; k < 3; k++) {
        const pp_vec3 v = m->vert[m->tri[t][k]];

        init(&f->p[k]);
        init(&f->inward[k]);
        mpq_set_d(f->p[k].x[0], v.x);
        mpq_set_d(f->p[k].x[1], v.y);
        mpq_set_d(f->p[k].x[2], v.z);
    }
    subtract(&d, &f->p[1], &f->p[0]);
    subtract(&e, &f->p[2], &f->p[0]);
    cross(&f->normal, &d, &e);
    for (int k = 0; k < 3; k++) {
        subtract(&d, &f->p[(k + 1) % 3], &f->p[k]);
        cross(&f->inward[k], &f->normal, &d);
    }
    clear(&d);
    clear(&e);
}

static void
triangle_clear(triangle *f)
{
    for (int k = 0; k < 3; k++) {
        clear(&f->p[k]);
        clear(&f->inward[k]);
    }
    clear(&f->normal);
}

typedef struct {
    point p[MOST];
    int n;
} polygon;

/* Keeps the part of the polygon with sign * n.(x - p) >= 0. */
static void
clip(polygon *g, const point *n, const point *p, int sign)
{
    static polygon out; /* numbers are made once: that is what takes time */
    static mpq_t h, h1, t;
    static bool ready;

    if (!ready) {
        mpq_inits(h, h1, t, NULL);
        for (int i = 0; i < MOST; i++)
            init(&out.p[i]);
        ready = true;
    }
    out.n = 0;
    for (int i = 0; i < g->n; i++) {
        const point *a = &g->p[i], *b = &g->p[(i + 1) % g->n];
        int s, s1;

        height(h, n, p, a);
        height(h1, n, p, b);
        s = sign * mpq_sgn(h);
        s1 = sign * mpq_sgn(h1);
        if (s >= 0)
            set(&out.p[out.n++], a);
        if (s * s1 < 0) {
            mpq_sub(t, h, h1);
            mpq_div(t, h, t);
            for (int k = 0; k < 3; k++) {
                mpq_ptr x = out.p[out.n].x[k];

                mpq_sub(x, b->x[k], a->x[k]);
                mpq_mul(x, x, t);
                mpq_add(x, x, a->x[k]);
            }
            out.n++;
        }
    }
    for (int i = 0; i < out.n; i++)
        set(&g->p[i], &out.p[i]);
    g->n = out.n;
}

/* Strictly inside all three sides of a triangle in whose plane it lies. */
static bool
is_inside(const triangle *f, const point *x)
{
    bool inside = true;
    mpq_t h;

    mpq_init(h);
    for (int k = 0; k < 3; k++) {
        height(h, &f->inward[k], &f->p[k], x);
        inside &= mpq_sgn(h) > 0;
    }
    mpq_clear(h);
    return inside;
}

/* The mean of the corners: inside of the hull, whatever its dimension. */
static void
middle(point *c, const polygon *g)
{
    mpq_t n;

    mpq_init(n);
    for (int k = 0; k < 3; k++) {
        mpq_set_ui(c->x[k], 0, 1);
        for (int i = 0; i < g->n; i++)
            mpq_add(c->x[k], c->x[k], g->p[i].x[k]);
        mpq_set_ui(n, (unsigned long)g->n, 1);
        mpq_div(c->x[k], c->x[k], n);
    }
    mpq_clear(n);
}

static bool
coplanar(const triangle *f, const triangle *g)
{
    bool flat = true;
    mpq_t h;

    mpq_init(h);
    for (int k = 0; k < 3; k++) {
        height(h, &f->normal, &f->p[0], &g->p[k]);
        flat &= mpq_sgn(h) == 0;
    }
    mpq_clear(h);
    return flat;
}

/* Is x on the segment (or point) between a and b? */
static bool
between(const point *x, const point *a, const point *b)
{
    point d, e, c;
    bool on;
    mpq_t s, t;

    mpq_inits(s, t, NULL);
    init(&d);
    init(&e);
    init(&c);
    subtract(&d, a, x);
    subtract(&e, b, x);
    cross(&c, &d, &e);
    on = mpq_sgn(c.x[0]) == 0 && mpq_sgn(c.x[1]) == 0 &&
         mpq_sgn(c.x[2]) == 0;
    for (int k = 0; k < 3; k++) {
        mpq_mul(t, d.x[k], e.x[k]);
        mpq_add(s, s, t);
    }
    on &= mpq_sgn(s) <= 0;
    clear(&d);
    clear(&e);
    clear(&c);
    mpq_clears(s, t, NULL);
    return on;
}

/* Is what is left no more than the shared vertices span? */
static bool
only_shared(const polygon *g, const triangle *f, const int *shared,
            int nshared)
{
    for (int i = 0; i < g->n; i++) {
        if (nshared == 1 && !same(&g->p[i], &f->p[shared[0]]))
            return false;
        if (nshared == 2 &&
            !between(&g->p[i], &f->p[shared[0]], &f->p[shared[1]]))
            return false;
    }
    return true;
}

pp_contact
rational_contact(const pp_mesh *m, size_t a, size_t b)
{
    triangle f, g;
    static polygon left;
    static bool ready;
    point c;
    int shared[9], nshared = 0;
    pp_contact contact = PP_CONTACT_NONE;

    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            if (m->tri[a][i] == m->tri[b][j])
                shared[nshared++] = i;
    if (nshared == 3)
        return PP_CONTACT_NONE;
    triangle_init(&f, m, a);
    triangle_init(&g, m, b);
    init(&c);
    for (int i = 0; i < MOST && !ready; i++)
        init(&left.p[i]);
    ready = true;
    left.n = 3;
    for (int i = 0; i < 3; i++)
        set(&left.p[i], &g.p[i]);
    clip(&left, &f.normal, &f.p[0], 1);
    clip(&left, &f.normal, &f.p[0], -1);
    for (int k = 0; k < 3 && left.n > 0; k++)
        clip(&left, &f.inward[k], &f.p[k], 1);
    if (left.n > 0 &&
        !(nshared > 0 && only_shared(&left, &f, shared, nshared))) {
        middle(&c, &left);
        if (!is_inside(&f, &c) || !is_inside(&g, &c))
            contact = PP_CONTACT_TOUCH;
        else if (!coplanar(&f, &g))
            contact = PP_CONTACT_CROSS;
        else
            contact = nshared > 0 ? PP_CONTACT_FOLD : PP_CONTACT_OVERLAP;
    }
    clear(&c);
    triangle_clear(&f);
    triangle_clear(&g);
    return contact;
}

bool
rational_degenerate(const pp_mesh *m, size_t t)
{
    triangle f;
    bool flat;

    triangle_init(&f, m, t);
    flat = mpq_sgn(f.normal.x[0]) == 0 && mpq_sgn(f.normal.x[1]) == 0 &&
           mpq_sgn(f.normal.x[2]) == 0;
    triangle_clear(&f);
    return flat;
}
