/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * measure.c - the ball at each sample of a surface
 *
 * Samples are the vertices and the facets' middles. Each kind of search is
 * dearer than the one before and only for samples that still seem thin; in
 * between, balls found at one sample serve others (share.c).
 */
#include "thickness/search.h"

#include "base/alloc.h"

#include <assert.h>
#include <string.h>

enum { MAX_SPLIT = 64 };

/* How many parts an edge of the facet is split into. */
static size_t
splits(const pp_mesh *m, size_t t, double spacing)
{
    double longest = 0;

    if (!(spacing > 0))
        return 1;
    for (int k = 0; k < 3; k++)
        longest = fmax(longest, pp_distance(m->vert[m->tri[t][k]],
                                            m->vert[m->tri[t][(k + 1) % 3]]));
    return longest <= spacing ? 1
           : longest >= MAX_SPLIT * spacing
               ? MAX_SPLIT
               : (size_t)ceil(longest / spacing);
}

static double
facet_area(const pp_mesh *m, size_t t)
{
    const pp_vec3 a = m->vert[m->tri[t][0]], b = m->vert[m->tri[t][1]],
                  c = m->vert[m->tri[t][2]];

    return 0.5 * pp_norm(pp_cross(pp_sub(b, a), pp_sub(c, a)));
}

/* Middles of the n * n equal parts of a facet, upright ones first. */
static void
place_samples(const pp_mesh *m, size_t t, size_t n, pp_ball *ball)
{
    const pp_vec3 a = m->vert[m->tri[t][0]];
    const pp_vec3 ab = pp_sub(m->vert[m->tri[t][1]], a);
    const pp_vec3 ac = pp_sub(m->vert[m->tri[t][2]], a);
    const double area = facet_area(m, t) / (double)(n * n);
    size_t at = 0;

    for (int upside = 0; upside < 2; upside++)
        for (size_t i = 0; i + (size_t)upside < n; i++)
            for (size_t j = 0; i + j + (size_t)upside < n; j++) {
                const double third = upside ? 2.0 / 3 : 1.0 / 3;
                const double u = ((double)i + third) / (double)n;
                const double v = ((double)j + third) / (double)n;

                ball[at].touch = pp_madd(pp_madd(a, u, ab), v, ac);
                ball[at].facet = (uint32_t)t;
                ball[at++].area_mm2 = area;
            }
}

static pp_status
make_samples(const pp_mesh *m, double spacing, pp_thickness *t, pp_error *err)
{
    size_t n = m->nvert, at = n;

    for (size_t i = 0; i < m->ntri; i++)
        n += splits(m, i, spacing) * splits(m, i, spacing);
    t->ball = pp_alloc_zero(n, sizeof *t->ball);
    if (t->ball == NULL)
        return pp_fail_memory(err);
    t->nball = n;
    t->nvert = m->nvert;
    for (size_t v = 0; v < m->nvert; v++) {
        t->ball[v].touch = m->vert[v];
        t->ball[v].facet = PP_NONE;
    }
    for (size_t i = 0; i < m->ntri; i++) {
        const size_t k = splits(m, i, spacing);

        place_samples(m, i, k, &t->ball[at]);
        at += k * k;
    }
    return PP_OK;
}

static pp_cone
cone_of(const pp_search *s, size_t i, const pp_ball *ball)
{
    pp_cone cone = { ball->touch, { 0, 0, 0 }, 1, 0 };

    if (ball->facet == PP_NONE && i < s->f->mesh->nvert)
        return s->f->corner[i];
    if (ball->facet == PP_NONE) {
        assert(s->split != NULL); /* the ground lacks only what was split */
        return s->split[i - s->f->mesh->nvert];
    }
    cone.axis = pp_scale(s->f->normal[pp_search_facet(s, ball)], -1);
    return cone;
}

/* Samples that nobody asked for end as if they had met nothing. */
static bool
is_wanted(const pp_mesh *m, const bool *wanted, size_t i, const pp_ball *ball)
{
    const uint32_t *t;

    if (wanted == NULL || ball->facet == PP_NONE)
        return wanted == NULL || wanted[i];
    t = m->tri[ball->facet];
    return wanted[t[0]] || wanted[t[1]] || wanted[t[2]];
}

/* The ball at the limit, as near as the cone allows or as the bluntest edge
 * would: most samples need no more. */
static void
sample_limit(const pp_search *s, size_t i, pp_ball *ball)
{
    const pp_cone cone = cone_of(s, i, ball);
    pp_cone blunt = cone;

    pp_set_ball(ball, ball->touch, 0, ball->touch, true);
    ball->edge_zone = cone.sine < s->f->sine_limit;
    if (!(cone.sine >= s->f->sine_limit) || pp_dot(cone.axis, cone.axis) == 0)
        return;
    blunt.sine = s->f->sine_limit;
    if (!pp_search_limit(s, &cone, ball))
        (void)!pp_search_limit(s, &blunt, ball);
}

/* Folds and slivers that no neighbour's ball serves have no say. */
static void
excuse(const pp_search *s, pp_ball *ball)
{
    if (ball->diameter_mm == 0)
        pp_set_ball(ball, ball->touch, s->limit, ball->touch, false);
}

/* ---- what other samples know already ---- */

/* Samples in a row that know each other's balls, and how many balls. */
enum { ROW = 2048, NKNOWN = 2 };

/* A sample whose ball is this share of its neighbours' has the largest that
 * reaches it, or nearly. */
#define SERVED 0.9

/* A ball found before that touches the sample, too, and is as large as its
 * own could be, to what a diameter is known to: that one stays PP_TOUCH_MM off
 * the sample, and goes no farther than what lies straight across. */
static bool
is_served(const pp_search *s, const pp_cone *cone, const pp_ball *known)
{
    const double d = known->diameter_mm;
    double at;

    if (!(d > 0) ||
        pp_distance(known->centre, cone->apex) > d / 2 + PP_TOUCH_MM ||
        pp_dot(pp_sub(known->centre, cone->apex), cone->axis) <= 0)
        return false;
    return pp_bvh_ray(s->bvh, cone->apex, cone->axis, 0,
                      d + 2 * PP_TOUCH_MM, &at) !=
               PP_NONE &&
           pp_ball_sees(s->bvh, known->centre, cone->apex);
}

/* Has a facet's sample a ball as large as its corners know? Beside an edge,
 * where what a corner is allowed says little of the facet, nobody is asked,
 * and what is thin wants a ball of its own. */
static bool
is_settled(const pp_search *s, const pp_mesh *m, const pp_thickness *t,
           size_t i)
{
    const pp_ball *own = &t->ball[i];

    if (own->enough)
        return true;
    if (own->facet == PP_NONE || own->diameter_mm == 0 ||
        own->diameter_mm < s->t_mm)
        return false;
    for (int k = 0; k < 3; k++) {
        const pp_ball *corner = &t->ball[m->tri[own->facet][k]];

        if (corner->edge_zone ||
            own->diameter_mm < SERVED * corner->diameter_mm)
            return false;
    }
    return true;
}

/* What others found stays if it is larger. */
static void
search_own(const pp_search *s, const pp_cone *cone, pp_ball *last,
           pp_ball *ball)
{
    pp_ball own = *ball;

    pp_search_ball(s, cone, last->stopped ? &last->other : NULL, &own);
    *last = own;
    if (own.diameter_mm > ball->diameter_mm)
        *ball = own;
}

static void
search_row(const pp_search *s, const pp_mesh *m, pp_thickness *t, size_t row,
           size_t end)
{
    pp_ball known[NKNOWN] = { { .diameter_mm = 0 } };
    pp_ball last = { .stopped = false };
    int oldest = 0;

    for (size_t i = row; i < row + ROW && i < end; i++) {
        pp_ball *ball = &t->ball[i];
        pp_cone cone;
        bool smooth;
        int k;

        if (!ball->stopped || is_settled(s, m, t, i))
            continue;
        cone = cone_of(s, i, ball);
        smooth = cone.sine >= s->f->sine_limit &&
                 pp_dot(cone.axis, cone.axis) > 0;
        k = smooth ? 0 : NKNOWN;
        while (k < NKNOWN && !is_served(s, &cone, &known[k]))
            k++;
        if (k < NKNOWN) {
            pp_set_ball(ball, known[k].centre, known[k].diameter_mm / 2,
                        known[k].other, known[k].stopped);
            continue;
        }
        search_own(s, &cone, &last, ball);
        if (smooth && ball->stopped) {
            known[oldest] = *ball;
            oldest = (oldest + 1) % NKNOWN;
        }
    }
}

/* ---- rays in place of balls ---- */

/* The sample's own facets end nearer than this. */
#define RAY_START_MM 1e-6

static void
search_ray(const pp_search *s, size_t i, pp_ball *ball)
{
    const pp_cone cone = cone_of(s, i, ball);
    double at = 2 * s->limit;
    uint32_t hit = PP_NONE;

    if (pp_dot(cone.axis, cone.axis) > 0)
        hit = pp_bvh_ray(s->bvh, cone.apex, cone.axis, RAY_START_MM,
                         2 * s->limit, &at);
    pp_set_ball(ball, pp_madd(cone.apex, at / 2, cone.axis), at / 2,
                pp_madd(cone.apex, at, cone.axis), hit != PP_NONE);
}

static void
search_rays(const pp_search *s, pp_thickness *t)
{
    const ptrdiff_t n = (ptrdiff_t)t->nball;

#pragma omp parallel for schedule(dynamic, 256)
    for (ptrdiff_t i = 0; i < n; i++)
        search_ray(s, (size_t)i, &t->ball[i]);
}

/* ---- all of them ---- */

/* So many samples on a square as wide as the radius make it worth to look at
 * the cubes there before. */
#define DENSE 32

/* Cubes down to an eighth of the radius: less than a tenth stays in doubt. */
enum { ROOM_LEVELS = 4 };

/* Whether the samples that still seem thin are dense; saves time only. */
static bool
are_dense(const pp_thickness *t, double radius)
{
    double mm2 = 0;
    size_t n = 0;

    for (size_t i = t->nvert; i < t->nball; i++)
        if (t->ball[i].stopped && !t->ball[i].enough) {
            mm2 += t->ball[i].area_mm2;
            n++;
        }
    return (double)n * radius * radius > DENSE * mm2;
}

static void
search_fits(const pp_search *s, double t_mm, pp_thickness *t)
{
    const ptrdiff_t n = (ptrdiff_t)t->nball;
    const double radius = fmin(t_mm / 2, s->limit) - PP_SHORT_MM;
    const bool dense = are_dense(t, radius);

    if (!(radius > 0))
        return;
#pragma omp parallel
    {
        pp_room *room = dense ? pp_room_new(s, radius, ROOM_LEVELS)
                              : NULL;

#pragma omp for schedule(dynamic, 256)
        for (ptrdiff_t i = 0; i < n; i++)
            pp_search_fit(s, t_mm, room, &t->ball[i]);
        pp_room_free(room);
    }
}

/* Samples begin and end of a kind: vertices first, since most facets are
 * served by what their corners found. */
static void
search_kind(const pp_search *s, const pp_mesh *m, int kind,
            const pp_open *open, pp_thickness *t)
{
    const ptrdiff_t from = kind == 0 ? 0 : (ptrdiff_t)t->nvert;
    const ptrdiff_t end = (ptrdiff_t)(kind == 0 ? t->nvert : t->nball);

    pp_balls_share(m, s->f->sine_limit, open, t);
#pragma omp parallel for schedule(dynamic)
    for (ptrdiff_t i = from; i < end; i += ROW)
        search_row(s, m, t, (size_t)i, (size_t)end);
    pp_balls_share(m, s->f->sine_limit, open, t);
#pragma omp parallel for schedule(dynamic, 256)
    for (ptrdiff_t i = from; i < end; i++)
        if (t->ball[i].stopped && !is_settled(s, m, t, (size_t)i))
            pp_search_features(s, &t->ball[i]);
    pp_balls_share(m, s->f->sine_limit, open, t);
#pragma omp parallel for schedule(dynamic, 256)
    for (ptrdiff_t i = from; i < end; i++)
        if (t->ball[i].stopped && !is_settled(s, m, t, (size_t)i))
            pp_search_rounded(s, &t->ball[i]);
    pp_balls_share(m, s->f->sine_limit, open, t);
}

static pp_status
search_all(const pp_search *s, const pp_mesh *m,
           const pp_thickness_options *o, pp_thickness *t, pp_error *err)
{
    const ptrdiff_t n = (ptrdiff_t)t->nball;
    pp_open open = { NULL, 0 };

    if (o->known != NULL && pp_balls_carry(s, o->known, t, err) != PP_OK)
        return err->status;
#pragma omp parallel for schedule(dynamic, 256)
    for (ptrdiff_t i = 0; i < n; i++)
        if (!t->ball[i].enough &&
            is_wanted(m, o->wanted, (size_t)i, &t->ball[i]))
            sample_limit(s, (size_t)i, &t->ball[i]);
    if (o->offered != NULL && o->t_mm > 0) {
        #pragma omp parallel for schedule(dynamic, 256)
        for (ptrdiff_t i = 0; i < n; i++)
            pp_search_offered(s, o->offered, &t->ball[i]);
    }
    if (pp_balls_find_open(m, t, &open, err) != PP_OK) {
        pp_free(open.list);
        return err->status;
    }
    for (int kind = 0; kind < 2; kind++)
        search_kind(s, m, kind, &open, t);
    pp_free(open.list);
    search_fits(s, o->t_mm, t);
    if (pp_balls_share_near(s, m, t, err) == PP_OK &&
        (!(o->t_mm > 0) || pp_balls_offer(s, t, err) == PP_OK))
        for (ptrdiff_t i = 0; i < n; i++)
            excuse(s, &t->ball[i]);
    return err->status;
}

static void
tell_knives(const pp_features *f, pp_thickness *t)
{
    const double degree = 180 / M_PI;

    t->sharpest_deg = 180;
    for (size_t e = 0; e < f->nedge; e++) {
        const double opening = 2 * asin(fmin(f->edge[e].sine, 1)) * degree;

        if (opening < t->sharpest_deg) {
            t->sharpest_deg = opening;
            t->sharpest_place = f->edge[e].apex;
        }
        if (opening < PP_KNIFE_DEG) {
            t->nknife++;
            t->knife_length_mm += pp_distance(f->mesh->vert[f->ends[e][0]],
                                              f->mesh->vert[f->ends[e][1]]);
        }
    }
}

static pp_status
search(const pp_mesh *m, const pp_ground *g, const pp_thickness_options *o,
       pp_thickness *t, pp_error *err)
{
    pp_cone *split = NULL;
    pp_search s = { .f = &g->f, .bvh = g->bvh, .t_mm = o->t_mm,
                    .part_of = o->ground != NULL ? o->part_of : NULL,
                    .outside = o->turned_over };

    if (make_samples(m, o->spacing_mm, t, err) != PP_OK)
        return err->status;
    t->limit_mm = o->limit_mm > 0 ? o->limit_mm : HUGE_VAL;
    /* no ball inside is wider than the box is long */
    s.limit = fmin(t->limit_mm / 2, pp_box_diagonal(pp_mesh_box(g->f.mesh)));
    if (s.part_of != NULL &&
        pp_ground_cones(g, m, s.part_of, &split, err) != PP_OK)
        goto done;
    s.split = split;
    if (o->rays)
        search_rays(&s, t);
    else if (search_all(&s, m, o, t, err) != PP_OK)
        goto done;
    tell_knives(&g->f, t);
done:
    pp_free(split);
    return err->status;
}

pp_status
pp_thickness_measure(const pp_mesh *m, const pp_thickness_options *options,
                     pp_thickness *t, pp_error *err)
{
    const pp_thickness_options none = { 0 };
    const pp_thickness_options *o = options != NULL ? options : &none;
    pp_ground *own = NULL;

    memset(t, 0, sizeof *t);
    if (m->ntri == 0 && o->ground == NULL)
        return pp_fail(err, PP_EGEOM, "no facets to measure");
    if (o->ground == NULL &&
        pp_ground_find(m, o->edge_opening_deg, &own, err) != PP_OK)
        return err->status;
    (void)!search(m, o->ground != NULL ? o->ground : own, o, t, err);
    pp_ground_free(own);
    if (err->status != PP_OK)
        pp_thickness_free(t);
    return err->status;
}

void
pp_thickness_free(pp_thickness *t)
{
    pp_free(t->ball);
    memset(t, 0, sizeof *t);
}
