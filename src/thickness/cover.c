/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cover.c - balls of one diameter that serve the whole surface
 *
 * One ball, empty and inside, does for a whole triangle of the surface if it
 * does for the triangle's corners, since all that is asked of a point p is
 * convex in p. These are: its distance to
 * the ball's centre (at most radius and slack); beside a corner, its distance
 * to the corner (at most as far as that shows; the ball's own distance to the
 * corner does not depend on p); beside an edge, that its foot q lies on the
 * edge, |q - p| and the distance of q to the centre, for q is affine in p;
 * and what a star keeps off, see below. So
 * a triangle whose corners pass is done, whatever lies between them; another
 * is split into four. Facets' triangles together are the surface: the cover
 * has no gaps.
 */
#include "thickness/cover.h"

#include "thickness/star.h"

/* A row of facets that takes more balls is given up. */
#define MOST_BALLS 2000000

/* Triangles are split no further: no ball reaches even so little. */
enum { MOST_SPLITS = 14 };

/* A ball as near to a place as this share of what counts as touching leaves
 * something for what lies around it. */
#define NEARLY 0.9

/* Cubes down to 1/256 of the radius. */
enum { ROOM_LEVELS = 9 };

/* Far below what counts, far above the last digits of scanners' millimetres. */
#define DIGITS_MM 1e-7

/* ---- what lets a ball count for a point ---- */

/* Its centre lies within reach of the point, or of the point's foot on a
 * feature whose cone this is. */
typedef struct {
    pp_vec3 centre;
    double radius;
    double reach;
    bool by_cone;
    pp_vec3 axis; /* of the cone, and its sine: they name the feature */
    double sine;
    pp_star *star; /* that keeps it off; or NULL */
    uint32_t facet; /* of the star */
} server;

typedef struct {
    const server *ball;
    pp_vec3 p;
    bool serves;
} cone_query;

static void
try_cone(const pp_cone *cone, void *data)
{
    cone_query *q = data;
    const server *b = q->ball;

    q->serves |= cone->sine == b->sine &&
                 pp_distance(cone->axis, b->axis) == 0 &&
                 pp_cone_explains(cone, q->p, b->radius) &&
                 pp_distance(cone->apex, b->centre) <=
                     pp_cone_reach(cone, b->radius);
}

static bool
serves(const pp_search *s, const server *b, pp_vec3 p)
{
    cone_query q = { b, p, false };

    if (!b->by_cone)
        return pp_distance(b->centre, p) <= b->reach;
    pp_features_near(s->f, p, PP_EXPLAINED * b->radius, try_cone, &q);
    return q.serves;
}

/* ---- covering ---- */

typedef struct {
    const pp_search *search;
    double radius;
    uint32_t facet;
    size_t nball;
    pp_vec3 doubt;
    server last; /* of a neighbour, often; radius 0: none yet */
    pp_star star[3]; /* of the facet's corners, once they are asked */
    bool has_stars, is_star[3];
    pp_room *room; /* once they are */
} cover;

/* A ball for a triangle: the first that serves its middle, or better one that
 * serves all of it, which ends the search. */
typedef struct {
    cover *w;
    const pp_vec3 *corner;
    pp_vec3 middle;
    server ball;
    bool any, all;
} quest;

/*
 * Does the star keep all centres as far off each point p of the triangle as
 * this one is, but for d = PP_TOUCH_MM? Another centre e that is nearer has
 * |e - p| < |c - p| - d, and so |e - p|^2 < |c - p|^2 - K with K = 2 d n - d^2,
 * n the least |c - p|. Without |p|^2 on both sides that is affine in p: where
 * it holds anywhere, it holds at a corner.
 */
static bool
star_covers(pp_star *star, pp_vec3 c, const pp_vec3 v[3])
{
    const double d = PP_TOUCH_MM - DIGITS_MM;
    const double n = pp_distance(c, pp_nearest_on_triangle(c, v));

    for (int k = 0; k < 3; k++) {
        const pp_vec3 way = pp_sub(c, v[k]);

        if (!pp_star_keeps_off(star, v[k],
                               sqrt(fmax(pp_dot(way, way) - 2 * d * n + d * d,
                                         0))))
            return false;
    }
    return true;
}

static bool
covers(const cover *w, const server *b, const pp_vec3 v[3])
{
    if (b->star != NULL)
        return b->facet == w->facet && star_covers(b->star, b->centre, v);
    return serves(w->search, b, v[0]) && serves(w->search, b, v[1]) &&
           serves(w->search, b, v[2]);
}

static void
propose(quest *x, server ball)
{
    if (!pp_bvh_ball_is_empty(x->w->search->bvh, ball.centre, ball.radius))
        return;
    x->w->nball++;
    x->all = covers(x->w, &ball, x->corner);
    if (x->all || !x->any)
        x->ball = ball;
    x->any = true;
}

/* A ball that is empty whatever the last digits are. */
static bool
fit_near(const pp_search *s, pp_vec3 p, double radius, double slack,
         pp_vec3 *centre)
{
    return pp_ball_fit(s, p, radius + DIGITS_MM, radius, slack - DIGITS_MM,
                       centre) > 0;
}

static void
propose_cone(const pp_cone *cone, void *data)
{
    quest *x = data;
    const pp_search *s = x->w->search;
    const double radius = x->w->radius;
    const double reach = cone->sine > 0.01 ? pp_cone_reach(cone, radius) : 0;
    pp_vec3 c;

    if (x->all || reach == 0 || !pp_cone_explains(cone, x->middle, radius))
        return;
    /* nearer than it must be: its reach leaves room for other feet */
    c = pp_madd(cone->apex, reach - PP_TOUCH_MM / 2, cone->axis);
    if (fit_near(s, cone->apex, radius, reach - radius, &c))
        propose(x, (server){ .centre = c, .radius = radius, .by_cone = true,
                             .axis = cone->axis, .sine = cone->sine });
}

/* Facets near by count as one edge. Of those that are near to any point of the
 * triangle, some are near to its middle by that much less: the others can only
 * allow for more, as long as all that are near to some point leave a cone. */
static void
propose_rounded(quest *x)
{
    const pp_search *s = x->w->search;
    const double radius = x->w->radius, near = pp_rounded_reach(2 * radius);
    double wide = 0, reach;
    pp_cone cone;
    pp_vec3 c;

    for (int k = 0; k < 3; k++)
        wide = fmax(wide, pp_distance(x->middle, x->corner[k]));
    if (!(near > wide))
        return;
    cone = pp_features_rounded(s->f, s->bvh, x->middle, near - wide);
    if (!(cone.sine > 0.01) ||
        !(pp_features_rounded(s->f, s->bvh, x->middle, near + wide).sine >
          0.01))
        return;
    reach = pp_cone_reach(&cone, radius);
    c = pp_madd(x->middle, reach - PP_TOUCH_MM / 2, cone.axis);
    if (fit_near(s, x->middle, radius, reach - radius, &c))
        propose(x, (server){ .centre = c, .radius = radius, .reach = reach });
}

/* ---- stars ---- */

static void
forget_stars(cover *w)
{
    for (int k = 0; k < 3 && w->has_stars; k++)
        if (w->is_star[k])
            pp_star_free(&w->star[k]);
    w->has_stars = false;
}

static void
find_stars(cover *w)
{
    for (uint32_t k = 0; k < 3 && !w->has_stars; k++)
        w->is_star[k] = pp_star_find(w->search->f, 3 * w->facet + k,
                                     w->radius, &w->star[k]);
    w->has_stars = true;
}

/* The ball nearest to the middle, as far as can be told, within reach. */
static bool
nearest_ball(quest *x, double reach, pp_vec3 *c)
{
    cover *w = x->w;

    if (w->room == NULL)
        w->room = pp_room_new(pp_search_space(w->search), w->radius,
                              ROOM_LEVELS);
    return pp_room_nearest(w->room, x->middle, reach, c) < HUGE_VAL &&
           fit_near(w->search, x->middle, w->radius, reach - w->radius, c);
}

/* As near to the middle as a star keeps others off. */
static void
propose_stars(quest *x)
{
    cover *w = x->w;
    const pp_search *s = w->search;
    const double plain = w->radius + pp_ball_slack(w->radius,
                                                   s->f->sine_limit);
    const pp_vec3 deep = pp_madd(x->middle, -plain, s->f->normal[w->facet]);

    find_stars(w);
    for (int k = 0; k < 3 && !x->all; k++) {
        pp_vec3 c = x->middle;
        double off = 0;

        /* else it keeps off no more than may stay off anyhow */
        if (w->is_star[k] && !pp_star_lets(&w->star[k], deep))
            off = pp_star_kept_off(&w->star[k], x->middle);
        if (off > 0 && nearest_ball(x, off + NEARLY * PP_TOUCH_MM, &c))
            propose(x, (server){ .centre = c, .radius = w->radius,
                                 .star = &w->star[k], .facet = w->facet });
    }
}

static void
propose_nearest(quest *x)
{
    const double radius = x->w->radius;
    const double reach =
        radius + pp_ball_slack(radius, x->w->search->f->sine_limit);
    pp_vec3 c = x->middle;

    if (nearest_ball(x, reach, &c))
        propose(x, (server){ .centre = c, .radius = radius, .reach = reach });
}

/* As small as this, a triangle should be covered by any ball that serves its
 * middle well: where it is not, it straddles the bounds of what an edge
 * explains. */
#define SMALL 0.3

static bool
is_small(const quest *x)
{
    const double most = SMALL * sqrt(2 * PP_TOUCH_MM * x->w->radius);

    for (int k = 0; k < 3; k++)
        if (pp_distance(x->middle, x->corner[k]) > most)
            return false;
    return true;
}

static void
search_balls(quest *x)
{
    const pp_search *s = x->w->search;
    const double radius = x->w->radius;
    const double slack = pp_ball_slack(radius, s->f->sine_limit);
    const pp_vec3 in = pp_scale(s->f->normal[x->w->facet], -1);
    pp_vec3 c = pp_madd(x->middle, radius + slack / 4, in);

    if (pp_dot(in, in) > 0 && pp_ball_sees(s->bvh, c, x->middle))
        propose(x, (server){ .centre = c, .radius = radius,
                             .reach = radius + slack });
    if (!x->any) {
        c = pp_madd(x->middle, radius + slack / 2, in);
        if (fit_near(s, x->middle, radius, slack, &c))
            propose(x, (server){ .centre = c, .radius = radius,
                                 .reach = radius + slack });
    }
    if (!x->all)
        pp_features_near(s->f, x->middle, PP_EXPLAINED * radius, propose_cone,
                         x);
    if (x->any) /* serves others, too; what follows only this triangle */
        x->w->last = x->ball;
    if (!x->all)
        propose_rounded(x);
    if (!x->any)
        propose_nearest(x);
    if (!x->any || (!x->all && is_small(x)))
        propose_stars(x);
}

/* Too wide for the facets near by to count as one edge? */
static bool
is_coarse(const cover *w, const pp_vec3 v[3])
{
    const double near = pp_rounded_reach(2 * w->radius) / 2;

    return pp_distance(v[0], v[1]) > near || pp_distance(v[1], v[2]) > near ||
           pp_distance(v[2], v[0]) > near;
}

static bool
cover_triangle(cover *w, const pp_vec3 v[3], const server *known, int depth)
{
    const pp_vec3 sum = pp_add(pp_add(v[0], v[1]), v[2]);
    quest x = { .w = w, .corner = v, .middle = pp_scale(sum, 1.0 / 3) };
    pp_vec3 half[3];

    if ((known != NULL && covers(w, known, v)) ||
        (w->last.radius > 0 && covers(w, &w->last, v) &&
         pp_ball_sees(w->search->bvh, w->last.centre, x.middle)))
        return true;
    search_balls(&x);
    if (x.all)
        return true;
    w->doubt = x.middle;
    if ((!x.any && !is_coarse(w, v)) || depth == MOST_SPLITS ||
        w->nball > MOST_BALLS)
        return false;
    for (int k = 0; k < 3; k++)
        half[k] = pp_scale(pp_add(v[k], v[(k + 1) % 3]), 0.5);
    for (int k = 0; k < 3; k++) {
        const pp_vec3 part[3] = { v[k], half[k], half[(k + 2) % 3] };

        if (!cover_triangle(w, part, x.any ? &x.ball : NULL, depth + 1))
            return false;
    }
    return cover_triangle(w, half, x.any ? &x.ball : NULL, depth + 1);
}

/* Facets in a row, which know of each other's balls. */
enum { ROW = 256 };

/* The first of so many facets that is not covered, or PP_NONE. */
static size_t
cover_row(cover *w, const pp_mesh *m, size_t row, size_t n)
{
    size_t t;

    for (t = row; t < m->ntri && t < row + n; t++) {
        const pp_vec3 v[3] = { m->vert[m->tri[t][0]], m->vert[m->tri[t][1]],
                               m->vert[m->tri[t][2]] };

        bool is;

        w->facet = (uint32_t)t;
        is = cover_triangle(w, v, NULL, 0);
        forget_stars(w);
        if (!is)
            break;
    }
    pp_room_free(w->room);
    w->room = NULL;
    return t < m->ntri && t < row + n ? t : PP_NONE;
}

/* When one row fails, so many after it are still tried. */
enum { MORE_ROWS = 32 };

static bool
cover_failed_again(const pp_search *s, const pp_mesh *m, double radius,
                   pp_covers *past)
{
    for (size_t i = 0; i < past->n; i++) {
        cover w = { .search = s, .radius = radius };
        const size_t t = cover_row(&w, m, past->facet[i], 1);

        past->nball += w.nball;
        past->doubt = w.doubt;
        if (t != PP_NONE)
            return true;
    }
    return false;
}

/* The first facets of rows that failed, no more than MORE_ROWS behind the first
 * one: those were tried, whichever thread came first. */
typedef struct {
    uint32_t facet[MORE_ROWS + 1]; /* of row first + i; PP_NONE: none */
    ptrdiff_t first;               /* row; PTRDIFF_MAX: none */
    pp_vec3 doubt;
} failures;

static void
note_failure(failures *f, ptrdiff_t row, uint32_t facet, pp_vec3 doubt)
{
    if (row < f->first) { /* what is known moves back */
        const ptrdiff_t by = f->first < PTRDIFF_MAX ? f->first - row
                                                    : MORE_ROWS + 1;

        for (ptrdiff_t i = MORE_ROWS; i >= 0; i--)
            f->facet[i] = i >= by ? f->facet[i - by] : PP_NONE;
        f->doubt = doubt;
#pragma omp atomic write
        f->first = row;
    }
    if (row - f->first <= MORE_ROWS)
        f->facet[row - f->first] = facet;
}

bool
pp_cover_surface(const pp_search *s, const pp_mesh *m, double radius,
              pp_covers *past)
{
    const ptrdiff_t nrow = (ptrdiff_t)((m->ntri + ROW - 1) / ROW);
    failures f = { .first = PTRDIFF_MAX };
    size_t n = 0;

    past->nball = 0;
    if (cover_failed_again(s, m, radius, past))
        return false;
#pragma omp parallel for schedule(dynamic) reduction(+ : n)
    for (ptrdiff_t row = 0; row < nrow; row++) {
        cover w = { .search = s, .radius = radius };
        ptrdiff_t first;
        size_t t;

#pragma omp atomic read
        first = f.first;
        if (row - MORE_ROWS > first)
            continue;
        t = cover_row(&w, m, (size_t)row * ROW, ROW);
        n += w.nball;
        if (t == PP_NONE)
            continue;
#pragma omp critical
        note_failure(&f, row, (uint32_t)t, w.doubt);
    }
    past->nball = n;
    if (f.first == PTRDIFF_MAX)
        return true;
    past->doubt = f.doubt;
    for (size_t i = 0; i <= MORE_ROWS && past->n < PP_MOST_FAILED; i++)
        if (f.facet[i] != PP_NONE)
            past->facet[past->n++] = f.facet[i];
    return false;
}
