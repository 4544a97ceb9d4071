/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bound.c - does a surface stay within a distance of another one, everywhere?
 *
 * The distance to one facet is a convex function: over a triangle it is
 * largest at a corner. So a triangle stays within the limit of a surface if
 * its three corners stay within the limit of one and the same facet of it;
 * the facets nearest to the corners are tried, and where none will do the
 * triangle is halved (the upper bound of Tang, Lee and Kim, SIGGRAPH 2009,
 * asked as a question of yes or no, which needs far fewer pieces than the
 * distance itself). Pieces that shrink to nothing without an answer count as
 * beyond: what is not marked is proved.
 */
#include "surface/bound.h"

#include "base/alloc.h"

#include <math.h>
#include <string.h>

#define DEEPEST 26 /* halvings: 2^-13 of a facet's size */
/*
 * A guess is taken below this share of the limit only: around each corner its
 * facet then serves for some way, and halving comes to an end.
 */
#define SAFE 0.6
#define RUN 512    /* vertices or facets that one thread takes at a time */

typedef struct {
    pp_vec3 at;
    uint32_t facet; /* of b, within the limit; or none is */
} corner;

typedef struct {
    const pp_mesh *a, *b;
    const pp_locator *l; /* of b */
    double limit;
    double longest2;     /* edge of a piece that can pass, squared */
    uint8_t *beyond;     /* of a's facets */
} search;

typedef struct {
    corner c[3];
    int depth;
} piece;

static inline bool
within(const search *s, pp_vec3 at, uint32_t facet, double limit)
{
    return pp_facet_distance2(s->b, facet, at) <= limit * limit;
}

/* A facet within the limit of a point: one of two guesses, or the nearest. */
static corner
look(const search *s, pp_vec3 at, uint32_t guess, uint32_t other)
{
    if (guess != PP_NONE && within(s, at, guess, SAFE * s->limit))
        return (corner){ at, guess };
    if (other != PP_NONE && other != guess &&
        within(s, at, other, SAFE * s->limit))
        return (corner){ at, other };
    return (corner){ at, pp_locate(s->l, at) };
}

static bool
is_near(const search *s, const corner *c, uint32_t facet)
{
    for (int k = 0; k < 3; k++)
        if (c[k].facet != facet && !within(s, c[k].at, facet, s->limit))
            return false;
    return true;
}

/* The longest edge: from corner *at to the next. */
static double
longest_edge2(const piece *p, int *at)
{
    double most = -1;

    for (int k = 0; k < 3; k++) {
        const pp_vec3 d = pp_sub(p->c[k].at, p->c[(k + 1) % 3].at);

        if (pp_dot(d, d) > most) {
            most = pp_dot(d, d);
            *at = k;
        }
    }
    return most;
}

/* Two pieces from one. */
static void
halve(const search *s, const piece *p, int at, piece half[2])
{
    const int to = (at + 1) % 3;
    const corner middle =
        look(s, pp_scale(pp_add(p->c[at].at, p->c[to].at), 0.5),
             p->c[at].facet, p->c[to].facet);

    half[0] = half[1] = *p;
    half[0].depth = half[1].depth = p->depth + 1;
    half[0].c[to] = middle;
    half[1].c[at] = middle;
}

/* A piece longer than b's longest edge and the limit twice cannot pass. */
static double
longest_that_passes2(const pp_mesh *b, double limit)
{
    double most = 0;

    for (size_t f = 0; f < b->ntri; f++)
        for (int k = 0; k < 3; k++) {
            const pp_vec3 d = pp_sub(b->vert[b->tri[f][k]],
                                     b->vert[b->tri[f][(k + 1) % 3]]);

            most = fmax(most, pp_dot(d, d));
        }
    most = sqrt(most) + 2 * limit;
    return most * most;
}

static bool
look_at_facet(const search *s, size_t facet)
{
    piece stack[DEEPEST + 2];
    int n = 1;

    for (int k = 0; k < 3; k++)
        stack[0].c[k] = look(s, s->a->vert[s->a->tri[facet][k]],
                             k > 0 ? stack[0].c[k - 1].facet : PP_NONE,
                             PP_NONE);
    stack[0].depth = 0;
    while (n > 0) {
        const piece p = stack[--n];
        bool fine = false;
        int longest = 0;
        const double length2 = longest_edge2(&p, &longest);

        for (int k = 0; k < 3; k++)
            if (p.c[k].facet == PP_NONE)
                return false;
        for (int k = 0; k < 3 && !fine && length2 <= s->longest2; k++)
            fine = is_near(s, p.c, p.c[k].facet);
        if (fine)
            continue;
        if (p.depth == DEEPEST)
            return false;
        halve(s, &p, longest, stack + n);
        n += 2;
    }
    return true;
}

void
pp_bound_check(const pp_mesh *a, const pp_locator *l, uint8_t *beyond)
{
    search s = { a, l->mesh, l, l->limit_mm,
                 longest_that_passes2(l->mesh, l->limit_mm), beyond };

    #pragma omp parallel for schedule(dynamic, RUN)
    for (ptrdiff_t f = 0; f < (ptrdiff_t)a->ntri; f++)
        if (beyond[f])
            beyond[f] = !look_at_facet(&s, (size_t)f);
}
