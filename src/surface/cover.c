/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cover.c - does a surface stay within a distance of another that lies over it?
 *
 * Where two surfaces run side by side there is a cheaper answer than a search
 * for the nearest facets (bound.c). Seen along some direction, a triangle F of
 * one surface is a flat triangle, and the facets of the other that lie over it
 * are found by walking: from one that lies over F's centre, across all edges
 * that reach into F. If none of them is turned over, they cover F without a
 * gap: at the border of what is covered there would be an edge within F that
 * was not crossed. Over the common part of F and a facet the height between
 * both planes is linear, so it is below the limit there if it is so at the
 * corners of F, or else at those of the facet. Then every point of F has a
 * point of the other surface within the limit.
 *
 * Where this fails F is halved; what still fails is left to bound.c.
 */
#include "surface/bound.h"

#include "base/alloc.h"

#include <math.h>
#include <string.h>

#define MOST_STEPS 100  /* of the walk to the facet over the centre */
#define MOST_VISITED 2048
#define SLOTS 4096      /* twice that: a power of two */
#define MOST_HALVINGS 6 /* where heights or turned facets ask for them */
#define DEEPEST 40      /* where F is too large */
/* Outside, and inside, must be meant: rounding is below this, in mm^2. */
#define TINY 1e-11
#define RUN 256 /* facets that one thread takes at a time */

typedef struct {
    double x, y, h; /* seen along the direction; the height is towards it */
} flat;

struct pp_cover {
    const pp_linked *b;
    double limit;
    uint32_t stamp, nstack;
    uint32_t stack[MOST_VISITED];
    struct {
        uint32_t facet, stamp;
    } seen[SLOTS];
};

/* A triangle seen along a direction, which is the frame's last row. */
typedef struct {
    pp_vec3 o, e[3];
    flat f[3], centre;
    double slope[2]; /* of its plane's height */
    bool steep;      /* seen edge-on: there are no slopes */
} view;

static inline flat
flatten(const view *w, pp_vec3 p)
{
    const pp_vec3 d = pp_sub(p, w->o);

    return (flat){ pp_dot(d, w->e[0]), pp_dot(d, w->e[1]),
                   pp_dot(d, w->e[2]) };
}

/* Twice the area of p, q, r as seen. */
static inline double
turn(const flat *p, const flat *q, const flat *r)
{
    return (q->x - p->x) * (r->y - p->y) - (q->y - p->y) * (r->x - p->x);
}

/* The plane's slopes; false for a triangle seen from behind or edge-on. */
static inline bool
find_slopes(const flat f[3], double slope[2])
{
    const double area = turn(&f[0], &f[1], &f[2]);
    const double ux = f[1].x - f[0].x, uy = f[1].y - f[0].y;
    const double vx = f[2].x - f[0].x, vy = f[2].y - f[0].y;
    const double uh = f[1].h - f[0].h, vh = f[2].h - f[0].h;

    if (!(area > TINY))
        return false;
    slope[0] = (uh * vy - vh * uy) / area;
    slope[1] = (vh * ux - uh * vx) / area;
    return true;
}

/* A frame about n (Duff et al., J. Computer Graphics Techniques 6, 2017). */
static void
set_view(view *w, const pp_vec3 at[3], pp_vec3 n)
{
    const double s = n.z < 0 ? -1 : 1, a = -1 / (s + n.z), b = n.x * n.y * a;

    w->o = at[0];
    w->e[0] = pp_vec(1 + s * n.x * n.x * a, s * b, -s * n.x);
    w->e[1] = pp_vec(b, s + n.y * n.y * a, -n.y);
    w->e[2] = n;
    for (int k = 0; k < 3; k++)
        w->f[k] = flatten(w, at[k]);
    if (turn(&w->f[0], &w->f[1], &w->f[2]) < 0) {
        const flat swap = w->f[1];

        w->f[1] = w->f[2];
        w->f[2] = swap;
    }
    w->steep = !find_slopes(w->f, w->slope);
    w->centre = (flat){ (w->f[0].x + w->f[1].x + w->f[2].x) / 3,
                        (w->f[0].y + w->f[1].y + w->f[2].y) / 3, 0 };
}

static inline pp_vec3
normal_of(const pp_vec3 p[3])
{
    return pp_cross(pp_sub(p[1], p[0]), pp_sub(p[2], p[0]));
}

static inline void
corners_of(const pp_mesh *m, uint32_t facet, pp_vec3 p[3])
{
    for (int k = 0; k < 3; k++)
        p[k] = m->vert[m->tri[facet][k]];
}

/* Across the edge from corner k to the next, or PP_NONE. */
static inline uint32_t
across(const pp_linked *b, uint32_t facet, int k)
{
    /* the corner after the next faces it */
    const uint32_t o = b->o[3 * facet + (uint32_t)(k + 2) % 3];

    return o == PP_NONE ? PP_NONE : o / 3;
}

/* Walks to a facet that lies over g, each seen from its own front. */
static uint32_t
walk(const pp_linked *b, uint32_t facet, pp_vec3 g)
{
    for (int step = 0; step < MOST_STEPS && facet != PP_NONE; step++) {
        double least = 0;
        pp_vec3 p[3], n;
        int worst = -1;

        corners_of(b->mesh, facet, p);
        n = normal_of(p);
        for (int k = 0; k < 3; k++) {
            const int next = k == 2 ? 0 : k + 1;
            const double side =
                pp_dot(pp_cross(pp_sub(p[next], p[k]), pp_sub(g, p[k])), n);

            if (side < least) {
                least = side;
                worst = k;
            }
        }
        if (worst < 0)
            return facet;
        facet = across(b, facet, worst);
    }
    return PP_NONE;
}

/* Puts a facet on the stack, once; false when there are too many. */
static bool
push(pp_cover *c, uint32_t facet)
{
    uint32_t s = facet * 2654435761U >> 20 & (SLOTS - 1);

    while (c->seen[s].stamp == c->stamp) {
        if (c->seen[s].facet == facet)
            return true;
        s = (s + 1) & (SLOTS - 1);
    }
    if (c->nstack == MOST_VISITED)
        return false;
    c->seen[s].stamp = c->stamp;
    c->seen[s].facet = facet;
    c->stack[c->nstack++] = facet;
    return true;
}

/* Bit k: outside of the triangle's edge from corner k. */
static inline unsigned
sides(const flat f[3], const flat *p)
{
    return (unsigned)(turn(&f[0], &f[1], p) < -TINY) |
           (unsigned)(turn(&f[1], &f[2], p) < -TINY) << 1 |
           (unsigned)(turn(&f[2], &f[0], p) < -TINY) << 2;
}

/* Are both planes near each other over what the triangles share? */
static bool
heights_hold(const view *w, const flat q[3], const double slope[2],
             double limit)
{
    bool fine = !w->steep;

    for (int k = 0; k < 3 && fine; k++)
        fine = fabs(q[k].h - w->slope[0] * q[k].x - w->slope[1] * q[k].y) <=
               limit;
    if (fine)
        return true;
    for (int k = 0; k < 3; k++)
        if (!(fabs(w->f[k].h - q[0].h - slope[0] * (w->f[k].x - q[0].x) -
                   slope[1] * (w->f[k].y - q[0].y)) <= limit))
            return false;
    return true;
}

typedef enum { COVERED, UNCOVERED, TOO_LARGE } answer;

/* Looks at one facet, and pushes those across its edges that reach into F. */
static answer
look_at(pp_cover *c, const view *w, uint32_t facet, bool first)
{
    unsigned out[3];
    pp_vec3 p[3];
    flat q[3];
    double slope[2];

    corners_of(c->b->mesh, facet, p);
    for (int k = 0; k < 3; k++) {
        q[k] = flatten(w, p[k]);
        out[k] = sides(w->f, &q[k]);
    }
    if ((out[0] & out[1] & out[2]) != 0 && !w->steep)
        return first ? UNCOVERED : COVERED; /* apart from F */
    if (!find_slopes(q, slope))
        return UNCOVERED;
    for (int k = 0; k < 3 && first; k++)
        if (turn(&q[k], &q[k == 2 ? 0 : k + 1], &w->centre) < 0)
            return UNCOVERED;
    {
        bool apart = false;
        double far[3]; /* how far F reaches beyond each edge */

        for (int k = 0; k < 3; k++) {
            const flat *a = &q[k], *b = &q[k == 2 ? 0 : k + 1];
            double most = -HUGE_VAL;

            far[k] = HUGE_VAL;
            for (int n = 0; n < 3; n++) {
                const double side = turn(a, b, &w->f[n]);

                far[k] = side < far[k] ? side : far[k];
                most = side > most ? side : most;
            }
            apart = apart || most < -TINY;
        }
        if (apart)
            return COVERED;
        if (!heights_hold(w, q, slope, c->limit))
            return UNCOVERED;
        for (int k = 0; k < 3; k++) {
            const int next = k == 2 ? 0 : k + 1;
            uint32_t beyond;

            if (far[k] > TINY || ((out[k] & out[next]) != 0 && !w->steep))
                continue;
            beyond = across(c->b, facet, k);
            if (beyond == PP_NONE)
                return UNCOVERED;
            if (!push(c, beyond))
                return TOO_LARGE;
        }
    }
    return COVERED;
}

/* Is the triangle covered? *start: a facet near it, nearer afterwards. */
static answer
look_at_triangle(pp_cover *c, const pp_vec3 at[3], uint32_t *start)
{
    const pp_vec3 g = pp_scale(pp_add(at[0], pp_add(at[1], at[2])), 1 / 3.0);
    const uint32_t seed = walk(c->b, *start, g);
    pp_vec3 p[3], own = normal_of(at), other;
    answer a = COVERED;
    view w = { .steep = true };

    if (seed == PP_NONE)
        return UNCOVERED;
    *start = seed;
    corners_of(c->b->mesh, seed, p);
    other = normal_of(p);
    if (pp_dot(other, other) > pp_dot(own, own))
        own = other;
    set_view(&w, at, pp_unit(own));
    c->nstack = 0;
    c->stamp++;
    if (!push(c, seed))
        return TOO_LARGE;
    for (uint32_t n = 0; n < c->nstack && a == COVERED; n++)
        a = look_at(c, &w, c->stack[n], n == 0);
    return a;
}

typedef struct {
    pp_vec3 at[3];
    uint32_t start;
    int depth, failed;
} piece;

static void
halve(const piece *p, piece half[2])
{
    double most = -1;
    pp_vec3 middle;
    int at = 0, to;

    for (int k = 0; k < 3; k++) {
        const pp_vec3 d = pp_sub(p->at[k], p->at[(k + 1) % 3]);

        if (pp_dot(d, d) > most) {
            most = pp_dot(d, d);
            at = k;
        }
    }
    to = (at + 1) % 3;
    middle = pp_scale(pp_add(p->at[at], p->at[to]), 0.5);
    half[0] = half[1] = *p;
    half[0].at[to] = half[1].at[at] = middle;
}

pp_cover *
pp_cover_alloc(void)
{
    return pp_alloc_zero(1, sizeof(pp_cover));
}

bool
pp_cover_triangle(pp_cover *c, const pp_linked *b, double limit_mm,
                  const pp_vec3 at[3], uint32_t start)
{
    piece stack[DEEPEST + 2];
    int n = 1;

    c->b = b;
    c->limit = limit_mm;
    memcpy(stack[0].at, at, sizeof stack[0].at);
    stack[0].start = start;
    stack[0].depth = stack[0].failed = 0;
    while (n > 0) {
        piece p = stack[--n];
        const answer found = look_at_triangle(c, p.at, &p.start);

        if (found == COVERED)
            continue;
        p.depth++;
        p.failed += found == UNCOVERED;
        if (p.failed > MOST_HALVINGS || p.depth > DEEPEST)
            return false;
        halve(&p, stack + n);
        n += 2;
    }
    return true;
}

pp_status
pp_cover_check(const pp_linked *la, const pp_linked *b, const uint32_t *start,
               double limit_mm, uint8_t *bare, pp_error *err)
{
    const pp_mesh *a = la->mesh;
    const ptrdiff_t nrun = (ptrdiff_t)((a->ntri + RUN - 1) / RUN);
    bool failed = false;

    #pragma omp parallel
    {
        pp_cover *c = pp_cover_alloc();

        if (c == NULL) {
            #pragma omp atomic write
            failed = true;
        }
        #pragma omp for schedule(dynamic, 1)
        for (ptrdiff_t r = 0; r < nrun; r++) {
            const size_t end = (size_t)(r + 1) * RUN;

            for (size_t f = (size_t)r * RUN;
                 f < end && f < a->ntri && c != NULL; f++) {
                const uint32_t *v = a->tri[f];
                pp_vec3 at[3];

                bare[f] = 0;
                if (v[0] >= la->nsimple || v[1] >= la->nsimple ||
                    v[2] >= la->nsimple)
                    continue;
                corners_of(a, (uint32_t)f, at);
                bare[f] = !pp_cover_triangle(
                    c, b, limit_mm, at,
                    b->corner[start[v[0]]] / 3);
            }
        }
        pp_free(c);
    }
    return failed ? pp_fail_memory(err) : PP_OK;
}
