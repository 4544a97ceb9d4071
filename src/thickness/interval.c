/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * interval.c - the least thickness, between bounds that are certain
 *
 * From below, by a cover: one ball of diameter T, empty and inside, does for a
 * whole triangle of the surface if it does for the triangle's corners, since
 * all that is asked of a point p is convex in p. These are: its distance to
 * the ball's centre (at most radius and slack); beside a corner, its distance
 * to the corner (at most as far as that shows; the ball's own distance to the
 * corner does not depend on p); beside an edge, that its foot q lies on the
 * edge, |q - p| and the distance of q to the centre, for q is affine in p. So
 * a triangle whose corners pass is done, whatever lies between them; another
 * is split into four. Facets' triangles together are the surface: the cover
 * has no gaps, whatever the sampling was that proposed T.
 *
 * From above, by exclusion: around the thinnest sample all places where the
 * centre of a wider ball could lie are ruled out cube by cube (room.c).
 */
#include "thickness/search.h"

#include "base/alloc.h"

/* Steps by which hi may lie above the ball that was found. */
static const double above_mm[] = { 0.002, 0.005, 0.0075, 0.01, 0.0125, 0.015,
                                   0.02, 0.05, 0.1 };

#define NABOVE (sizeof above_mm / sizeof *above_mm)

/* The first cover is this far below hi; each that fails doubles the step, up
 * to a share of the diameter.
 * Bounds of lo this near need no more, unless hi is still far. */
#define STEP_MM 0.008
#define WIDE_MM 0.016
#define WIDEST_MM 0.02
#define NARROW_MM 0.004
#define UPWARD 1.3
#define DOWNWARD 0.75
enum { MOST_COVERS = 40 };

/* A row of facets that takes more balls is given up, and no cover is begun
 * after so many: seconds, where what is left takes minutes. */
#define MOST_BALLS 2000000
#define ENOUGH_BALLS 24000000

/* A cover by balls less wide than this share of hi says little, and costs the
 * more the smaller they are. */
#define LEAST 0.2

/* From one diameter to the next where coarse bounds are looked for. */
#define COARSE_STEP 0.8

/* Cubes down to 1/1024 of the radius. */
enum { FINE_LEVELS = 11 };

/* A feature shows as far as its own ball touches, and a little. */
#define EXPLAINED 1.08

/* Triangles are split no further: no ball reaches even so little. */
enum { MOST_SPLITS = 14 };

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
} server;

static bool
explains(const pp_cone *cone, pp_vec3 p, double radius)
{
    return pp_distance(cone->apex, p) <=
           pp_cone_shows(cone) * (EXPLAINED * radius + 2 * PP_TOUCH_MM);
}

static double
cone_reach(const pp_cone *cone, double radius)
{
    return radius + PP_TOUCH_MM + (1 / cone->sine - 1) * radius;
}

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
                 explains(cone, q->p, b->radius) &&
                 pp_distance(cone->apex, b->centre) <=
                     cone_reach(cone, b->radius);
}

static bool
serves(const pp_search *s, const server *b, pp_vec3 p)
{
    cone_query q = { b, p, false };

    if (!b->by_cone)
        return pp_distance(b->centre, p) <= b->reach;
    pp_features_near(s->f, p, EXPLAINED * b->radius, try_cone, &q);
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

static bool
covers(const cover *w, const server *b, const pp_vec3 v[3])
{
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
    const double reach = cone->sine > 0.01 ? cone_reach(cone, radius) : 0;
    pp_vec3 c;

    if (x->all || reach == 0 || !explains(cone, x->middle, radius))
        return;
    /* nearer than it must be: its reach leaves room for other feet */
    c = pp_madd(cone->apex, reach - PP_TOUCH_MM / 2, cone->axis);
    if (fit_near(s, cone->apex, radius, reach - radius, &c))
        propose(x, (server){ c, radius, 0, true, cone->axis, cone->sine });
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
    reach = cone_reach(&cone, radius);
    c = pp_madd(x->middle, reach - PP_TOUCH_MM / 2, cone.axis);
    if (fit_near(s, x->middle, radius, reach - radius, &c))
        propose(x, (server){ .centre = c, .radius = radius, .reach = reach });
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
        pp_features_near(s->f, x->middle, EXPLAINED * radius, propose_cone,
                         x);
    if (x->any) /* serves others, too; what follows only this triangle */
        x->w->last = x->ball;
    if (!x->all)
        propose_rounded(x);
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
    for (size_t t = row; t < m->ntri && t < row + n; t++) {
        const pp_vec3 v[3] = { m->vert[m->tri[t][0]], m->vert[m->tri[t][1]],
                               m->vert[m->tri[t][2]] };

        w->facet = (uint32_t)t;
        if (!cover_triangle(w, v, NULL, 0))
            return t;
    }
    return PP_NONE;
}

/* Facets that covers failed at: the next one asks those first. When one row
 * fails, so many after it are still tried, to know more of them. */
enum { MOST_FAILED = 256, MORE_ROWS = 32 };

typedef struct {
    uint32_t facet[MOST_FAILED];
    size_t n;
    size_t nball;   /* of the last cover */
    pp_vec3 doubt;  /* where it failed */
} covers_so_far;

static bool
cover_failed_again(const pp_search *s, const pp_mesh *m, double radius,
                   covers_so_far *past)
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

/* Is all of the surface as thick as 2 * radius? The place of doubt is that of
 * the first facet that is not covered. */
static bool
cover_surface(const pp_search *s, const pp_mesh *m, double radius,
              covers_so_far *past)
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
    for (size_t i = 0; i <= MORE_ROWS && past->n < MOST_FAILED; i++)
        if (f.facet[i] != PP_NONE)
            past->facet[past->n++] = f.facet[i];
    return false;
}

/* ---- excluding ---- */

typedef struct {
    pp_room *room;
    pp_vec3 p;
    double radius;
    bool possible;
} exclusion;

static void
exclude_cone(const pp_cone *cone, void *data)
{
    exclusion *x = data;

    if (explains(cone, x->p, x->radius) && cone->sine > 0)
        x->possible |=
            pp_room_near(x->room, cone->apex, cone_reach(cone, x->radius));
}

/* Is it certain that no ball of this diameter serves p? */
static bool
is_excluded(const pp_search *s, pp_vec3 p, double diameter)
{
    exclusion x = { pp_room_new(s, diameter / 2, FINE_LEVELS), p,
                    diameter / 2, false };
    pp_cone rounded;

    x.possible = pp_room_near(x.room, p,
                              x.radius + pp_ball_slack(x.radius,
                                                       s->f->sine_limit));
    if (!x.possible)
        pp_features_near(s->f, p, EXPLAINED * x.radius, exclude_cone, &x);
    rounded = pp_features_rounded(s->f, s->bvh, p, pp_rounded_reach(diameter));
    if (!x.possible && rounded.sine > 0.01)
        x.possible =
            pp_room_near(x.room, p, cone_reach(&rounded, x.radius));
    pp_room_free(x.room);
    return !x.possible;
}

/* The thinnest sample, and how much thicker it may be for certain. */
static void
bound_above(const pp_search *s, const pp_thickness *t,
            pp_thickness_interval *i)
{
    const pp_ball *least = NULL;

    for (size_t k = 0; k < t->nball; k++)
        if (t->ball[k].stopped &&
            (least == NULL || t->ball[k].diameter_mm < least->diameter_mm))
            least = &t->ball[k];
    i->hi_mm = i->found_mm = t->limit_mm;
    i->certain_hi = true;
    if (least == NULL)
        return;
    i->found_mm = least->diameter_mm;
    i->place = least->touch;
    i->other = least->other;
    for (size_t k = 0; k < NABOVE; k++) {
        i->hi_mm = least->diameter_mm + above_mm[k];
        if (is_excluded(s, least->touch, i->hi_mm))
            return;
    }
    i->hi_mm = fmin(1.1 * least->diameter_mm, t->limit_mm);
    i->certain_hi = false;
}

/* What lies across from a place, through a ball of lo. */
static void
find_witness(const pp_search *s, pp_thickness_interval *i)
{
    const double r = i->lo_mm / 2;
    const pp_nearest own = pp_bvh_nearest(s->bvh, i->place, HUGE_VAL);
    pp_vec3 c, way;
    double at;

    i->found_mm = 0;
    i->other = i->place;
    if (own.facet == PP_NONE || !(r > 0))
        return;
    c = pp_madd(i->place, -r, s->f->normal[own.facet]);
    if (!(pp_ball_fit(s, i->place, r, r - PP_SHORT_MM,
                      pp_ball_slack(r, s->f->sine_limit), &c) > 0))
        return;
    way = pp_unit(pp_sub(c, i->place));
    if (pp_bvh_ray(s->bvh, c, way, 0, HUGE_VAL, &at) == PP_NONE)
        return;
    i->found_mm = i->lo_mm;
    i->other = pp_madd(c, at, way);
}

/* Where the lowest cover failed, a little more may be impossible for certain
 * although that much was not. */
static bool
lower_above(const pp_search *s, double open, pp_thickness_interval *i)
{
    for (size_t k = 0; k < NABOVE && open + above_mm[k] < i->hi_mm; k++)
        if (is_excluded(s, i->doubt, open + above_mm[k])) {
            i->hi_mm = open + above_mm[k];
            i->place = i->doubt;
            i->certain_hi = true;
            return true;
        }
    return false;
}

/* Covers, each at a diameter between what is known from either side. Where one
 * fails, its place of doubt may prove to be thinner, and hi sinks to there.
 * What sampling found is where to begin, and no bound unless it is certain. */
static void
bound_below(const pp_search *s, const pp_mesh *m, double wanted,
            pp_thickness_interval *i)
{
    const double top = i->certain_hi ? i->hi_mm : 2 * s->limit;
    const double least = LEAST * i->hi_mm;
    double step = STEP_MM, open = top;
    double t = i->certain_hi ? top - step : fmin(i->found_mm, top);
    bool moved = false, failed = i->certain_hi;
    covers_so_far past = { .n = 0 };
    size_t sum = 0;

    /* the wall that was asked for, where samples found it as nearly as they
     * know it */
    if (!i->certain_hi && wanted > t && wanted <= fmin(t + PP_TOUCH_MM, top))
        t = wanted;
    for (int k = 0; k < MOST_COVERS && t >= least && sum < ENOUGH_BALLS;
         k++, sum += past.nball) {
        if (cover_surface(s, m, t / 2, &past)) {
            i->lo_mm = t;
            i->nball = past.nball;
        } else {
            open = t;
            failed = true;
            i->doubt = past.doubt;
            if (is_excluded(s, i->doubt, t)) {
                i->hi_mm = t;
                i->place = i->doubt;
                i->certain_hi = moved = true;
            }
        }
        if (open - i->lo_mm <=
            (i->hi_mm - i->lo_mm <= WIDEST_MM ? WIDE_MM : NARROW_MM))
            break;
        t = i->lo_mm > 0 ? (failed ? (i->lo_mm + open) / 2
                                   : fmin(UPWARD * i->lo_mm, top))
                         : fmax(open - step, DOWNWARD * open);
        step *= 2;
    }
    if (!failed) { /* nothing is looked for beyond the limit */
        i->hi_mm = top;
        i->certain_hi = true;
    } else if (!i->certain_hi) {
        i->hi_mm = fmax(i->hi_mm, open);
    }
    if (failed && i->lo_mm > 0 && i->hi_mm - i->lo_mm > WIDEST_MM)
        moved |= lower_above(s, open, i);
    if (moved)
        find_witness(s, i);
}

/* The widest of a few diameters down from hi that covers; 0: none. */
static double
bound_coarsely(const pp_search *s, const pp_mesh *m, double hi)
{
    covers_so_far past = { .n = 0 };
    size_t sum = 0;

    for (double t = hi; t >= LEAST * hi && sum < ENOUGH_BALLS;
         t *= COARSE_STEP, sum += past.nball)
        if (cover_surface(s, m, t / 2, &past))
            return t;
    return 0;
}

/* Bounds with edges that open by less than so much; where those are the coarse
 * ones, of what is bounded already. */
static pp_status
bound_for(const pp_mesh *m, const pp_thickness_options *o, double opening,
          const pp_thickness *t, pp_thickness_interval *i, pp_error *err)
{
    pp_features f = { 0 };
    pp_bvh *bvh = NULL;
    pp_search s;

    if (pp_features_find(m, opening, &f, err) != PP_OK ||
        pp_bvh_build(m, &bvh, err) != PP_OK)
        goto done;
    s = (pp_search){ .f = &f, .bvh = bvh, .limit = t->limit_mm / 2,
                     .outside = o != NULL && o->turned_over };
    if (opening > PP_COARSE_DEG) {
        bound_above(&s, t, i);
        bound_below(&s, m, o != NULL ? o->t_mm : 0, i);
    } else {
        i->coarse_lo_mm = bound_coarsely(&s, m, i->hi_mm);
    }
done:
    pp_features_free(&f);
    pp_bvh_free(bvh);
    return err->status;
}

pp_status
pp_thickness_bound(const pp_mesh *m, const pp_thickness_options *o,
                   const pp_thickness *t, pp_thickness_interval *i,
                   pp_error *err)
{
    const double opening =
        o != NULL && o->edge_opening_deg > 0 ? o->edge_opening_deg : 150;

    *i = (pp_thickness_interval){ .lo_mm = 0 };
    if (!(t->limit_mm < HUGE_VAL))
        return pp_fail(err, PP_EGEOM, "bounds of thickness want a limit");
    if (bound_for(m, o, opening, t, i, err) == PP_OK && i->lo_mm == 0 &&
        opening > PP_COARSE_DEG)
        (void)!bound_for(m, o, PP_COARSE_DEG, t, i, err);
    return err->status;
}
