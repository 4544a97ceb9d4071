/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ball.c - the ball that touches the surface at each sample
 *
 * Balls that touch a point from one side grow into each other, so the largest
 * empty one is found in one walk through the tree (pp_bvh_tangent_ball), in
 * place of the repeated nearest-point search of Ma, Bae and Choi (3D shape
 * segmentation, The Visual Computer 2012). With a limit, most samples are done
 * by asking whether the one ball of that size is empty.
 *
 * A ball may stay PP_TOUCH_MM off its point, plus what the point's cone
 * (feature.h) takes away: at radius r its centre is r / sine + PP_TOUCH_MM
 * from the apex. An edge may be rounded, or made of several blunt ones: where
 * a sample seems thin, all facets near it are asked for their cone. Balls found
 * at one sample also serve its neighbours that they touch as nearly.
 */
#include "thickness/feature.h"

#include "base/alloc.h"

#include <string.h>

/* The smallest ball that is looked for at a sharp edge, the step from one to
 * the next, and the halvings of the last step. Empty neighbours on the ladder
 * overlap, so what starts inside stays inside. */
#define LADDER_START_MM 0.05
#define LADDER_STEP 1.15
#define LADDER_HALVINGS 6

/* Radius beyond which a hundredth of a millimetre is not looked for. */
#define SETTLE_MM 5.0

/* Roundings smaller than this share of the limit count as edges, within these
 * bounds: below, the noise of a surface from voxels; above, a real shape. */
#define ROUNDED_SHARE 0.1
#define ROUNDED_LEAST_MM 0.05
#define ROUNDED_MOST_MM 0.2

/* Farther off its point, a ball may lie beyond something thin: the whole ladder
 * is climbed then. */
#define DEEP_MM 0.2

/* Where a ray from a sample has surely left the sample's own facets. */
#define RAY_START_MM 1e-6

/* A feature explains a ball that is as large as it alone allows, but for the
 * slack of samples that lie off the feature's own plane. */
#define EXPLAINED 1.08

/* Rounds of handing balls on to neighbours: a sliver's ring or two. */
enum { NROUND = 4, NCHAIN = 6, MAX_SPLIT = 64, MAX_AROUND = 16 };

typedef struct {
    const pp_features *f;
    const pp_bvh *bvh;
    double limit; /* radius */
} search;

static pp_vec3
centre_at(const pp_cone *cone, double r)
{
    return pp_madd(cone->apex, r / cone->sine + PP_TOUCH_MM, cone->axis);
}

static void
set_ball(pp_ball *ball, pp_vec3 centre, double r, pp_vec3 other, bool stopped)
{
    ball->centre = centre;
    ball->diameter_mm = 2 * r;
    ball->other = other;
    ball->stopped = stopped;
}

/* A ball that is stopped on one side only gains by moving away from there; of
 * one beyond SETTLE_MM it is less than a thousandth. */
static void
settle(const search *s, pp_ball *ball)
{
    const double r = ball->diameter_mm / 2;
    const pp_vec3 away = pp_unit(pp_sub(ball->centre, ball->other));
    const pp_vec3 c = pp_madd(ball->centre, PP_TOUCH_MM / 2, away);
    pp_nearest n;

    if (r > SETTLE_MM)
        return;
    n = pp_bvh_nearest(s->bvh, c, r + PP_TOUCH_MM);
    if (n.facet != PP_NONE && n.distance > r && n.distance <= s->limit)
        set_ball(ball, c, n.distance, n.point, true);
}

/* The ball between p and the facet straight across: the search begins there
 * and not at the limit, since in a round body every facet would count. */
static pp_tangent_ball
across(const search *s, pp_vec3 p, pp_vec3 axis)
{
    pp_tangent_ball b = { s->limit, p, PP_NONE };
    double at;
    const uint32_t hit = pp_bvh_ray(s->bvh, p, axis, 0, 2 * s->limit, &at);

    if (hit != PP_NONE)
        b = (pp_tangent_ball){ at / 2, pp_madd(p, at, axis), hit };
    return b;
}

/* From a point whose cone is nearly flat: nested balls, from a depth that
 * follows their radius. */
static void
search_smooth(const search *s, const pp_cone *cone, pp_ball *ball)
{
    const double k = 1 / cone->sine - 1;
    double r = 0;

    for (int round = 0; round < NCHAIN; round++) {
        const pp_vec3 p =
            pp_madd(cone->apex, PP_TOUCH_MM + k * r, cone->axis);
        pp_tangent_ball b = across(s, p, cone->axis);
        const pp_tangent_ball smaller =
            pp_bvh_tangent_ball(s->bvh, p, cone->axis, b.radius);

        if (smaller.facet != PP_NONE)
            b = smaller;
        if (b.radius <= r)
            break;
        set_ball(ball, pp_madd(p, b.radius, cone->axis), b.radius, b.touch,
                 b.facet != PP_NONE);
        /* what a blunt corner takes away, or another round finds, is below
         * what counts as touching */
        if (b.facet == PP_NONE || b.radius < 1.01 * r ||
            k * (b.radius - r) < PP_TOUCH_MM / 10)
            break;
        r = b.radius;
    }
    if (ball->stopped)
        settle(s, ball);
}

static bool
cone_holds(const search *s, const pp_cone *cone, double r)
{
    return pp_bvh_ball_is_empty(s->bvh, centre_at(cone, r), r);
}

/* In a sharp cone: up a ladder of radii while the balls are empty. */
static void
search_cone(const search *s, const pp_cone *cone, pp_ball *ball)
{
    double good = 0, bad = fmin(LADDER_START_MM, s->limit);
    pp_nearest n;

    while (good < s->limit && cone_holds(s, cone, bad)) {
        good = bad;
        bad = fmin(bad * LADDER_STEP, s->limit);
    }
    if (good == s->limit) {
        set_ball(ball, centre_at(cone, good), good, cone->apex, false);
        return;
    }
    for (int i = 0; i < LADDER_HALVINGS; i++) {
        const double r = (good + bad) / 2;

        if (cone_holds(s, cone, r))
            good = r;
        else
            bad = r;
    }
    n = pp_bvh_nearest(s->bvh, centre_at(cone, good), HUGE_VAL);
    set_ball(ball, centre_at(cone, good), good, n.point, true);
    settle(s, ball);
}

/* The surface between the apex and the ball of radius r, if any: the ball
 * lies outside then. A ray may slip through between two facets that it meets
 * in their common edge; the second one is turned off the first. */
static bool
is_cut_off(const search *s, const pp_cone *cone, double r, pp_ball *ball)
{
    const double gap = PP_TOUCH_MM + (1 / cone->sine - 1) * r;
    const pp_vec3 d = cone->axis;
    const pp_vec3 beside =
        pp_unit(pp_vec(d.x + 0.0123 * d.y, d.y - 0.0117 * d.z,
                       d.z + 0.0131 * d.x));
    double at;

    if (pp_bvh_ray(s->bvh, cone->apex, d, RAY_START_MM, gap, &at) ==
            PP_NONE &&
        pp_bvh_ray(s->bvh, cone->apex, beside, RAY_START_MM, gap, &at) ==
            PP_NONE)
        return false;
    set_ball(ball, pp_madd(cone->apex, at / 2, d), at / 2,
             pp_madd(cone->apex, at, d), true);
    return true;
}

/* The ball at the limit, if it is empty and lies inside. */
static bool
try_limit(const search *s, const pp_cone *cone, pp_ball *ball)
{
    pp_ball cut = *ball;

    if ((1 / cone->sine - 1) * s->limit > DEEP_MM || !cone_holds(s, cone, s->limit) ||
        is_cut_off(s, cone, s->limit, &cut))
        return false;
    set_ball(ball, centre_at(cone, s->limit), s->limit, cone->apex, false);
    return true;
}

static void
search_ball(const search *s, const pp_cone *cone, pp_ball *ball)
{
    set_ball(ball, cone->apex, 0, cone->apex, true);
    if (!(cone->sine > 0.01) || pp_dot(cone->axis, cone->axis) == 0)
        return; /* a fold or a degenerate facet: the neighbours know */
    if (try_limit(s, cone, ball))
        return;
    if (is_cut_off(s, cone, LADDER_START_MM, ball))
        return;
    if (cone->sine >= s->f->sine_limit)
        search_smooth(s, cone, ball);
    else
        search_cone(s, cone, ball);
}

/* ---- samples beside sharp features ---- */

typedef struct {
    const search *s;
    pp_vec3 p;
    pp_ball best;
    double radius; /* that wants explaining */
} explanation;

/* In the cone, the ball of radius r touches at r / tan(half opening). */
static void
explain(const pp_cone *cone, void *data)
{
    explanation *e = data;
    const double tangent =
        cone->sine / sqrt(fmax(1 - cone->sine * cone->sine, 1e-12));
    const double y = pp_distance(cone->apex, e->p);
    pp_ball ball = e->best;

    if (y * tangent > EXPLAINED * e->radius + 2 * PP_TOUCH_MM)
        return;
    search_ball(e->s, cone, &ball);
    if (ball.diameter_mm > e->best.diameter_mm) {
        e->best = ball;
        e->best.edge_zone |= cone->sine < e->s->f->sine_limit;
    }
}

static void
explain_facet(explanation *e, uint32_t facet)
{
    const pp_features *f = e->s->f;

    for (uint32_t k = 0; k < 3; k++) {
        const uint32_t *t = f->mesh->tri[facet];
        pp_cone cone;

        explain(&f->corner[t[k]], e);
        if (pp_features_edge(f, 3 * facet + k, &cone) &&
            pp_cone_slide(&cone, f->mesh->vert[t[(k + 1) % 3]],
                          f->mesh->vert[t[(k + 2) % 3]], e->p))
            explain(&cone, e);
    }
}

static bool
is_near(const pp_mesh *m, uint32_t facet, pp_vec3 p, double reach)
{
    pp_vec3 v[3];

    for (int k = 0; k < 3; k++)
        v[k] = m->vert[m->tri[facet][k]];
    return pp_distance(p, pp_nearest_on_triangle(p, v)) <= reach;
}

/* Edges and corners of the facets around the sample, blunt ones too: these
 * explain a ball only near by. */
static void
explain_around(explanation *e, uint32_t facet)
{
    const pp_features *f = e->s->f;
    const double reach = 0.35 * e->radius + 3 * PP_TOUCH_MM;
    uint32_t list[MAX_AROUND] = { facet };
    size_t n = 1;

    for (size_t i = 0; i < n; i++) {
        explain_facet(e, list[i]);
        for (uint32_t k = 0; k < 3 && n < MAX_AROUND; k++) {
            const uint32_t next = f->across[3 * list[i] + k];
            size_t j = 0;

            while (j < n && list[j] != next)
                j++;
            if (next != PP_NONE && j == n &&
                is_near(f->mesh, next, e->p, reach))
                list[n++] = next;
        }
    }
}

/* While an edge or corner near by explains the ball, the ball that it holds
 * takes over. */
static void
allow_for_features(const search *s, pp_ball *ball)
{
    for (int chain = 0; chain < NCHAIN; chain++) {
        explanation e = { s, ball->touch, *ball, ball->diameter_mm / 2 };

        if (!ball->stopped)
            return;
        if (ball->facet != PP_NONE)
            explain_around(&e, ball->facet);
        pp_features_near(s->f, ball->touch, EXPLAINED * e.radius, explain, &e);
        if (!(e.best.diameter_mm > 1.001 * ball->diameter_mm))
            return;
        *ball = e.best;
    }
}

/* ---- all samples ---- */

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
cone_of(const search *s, size_t i, const pp_ball *ball)
{
    pp_cone cone = { ball->touch, { 0, 0, 0 }, 1 };

    if (ball->facet == PP_NONE)
        return s->f->corner[i];
    cone.axis = pp_scale(s->f->normal[ball->facet], -1);
    return cone;
}

/* The ball at the limit, as near as the cone allows or as the bluntest edge
 * would: most samples need no more. */
static void
search_limit(const search *s, size_t i, pp_ball *ball)
{
    const pp_cone cone = cone_of(s, i, ball);
    pp_cone blunt = cone;

    set_ball(ball, ball->touch, 0, ball->touch, true);
    ball->edge_zone = cone.sine < s->f->sine_limit;
    if (!(cone.sine >= s->f->sine_limit) || pp_dot(cone.axis, cone.axis) == 0)
        return;
    blunt.sine = s->f->sine_limit;
    if (!try_limit(s, &cone, ball))
        (void)!try_limit(s, &blunt, ball);
}

static void
search_sample(const search *s, size_t i, pp_ball *ball)
{
    const pp_cone cone = cone_of(s, i, ball);

    if (!ball->stopped)
        return;
    search_ball(s, &cone, ball);
    allow_for_features(s, ball);
}

/* ---- what a neighbour's ball touches, it serves ---- */

/* How far the ball stays off its sample. */
static double
depth_of(const pp_ball *b)
{
    return pp_distance(b->centre, b->touch) - b->diameter_mm / 2;
}

/* As near as at its own sample, or as the bluntest edge would keep it. */
static bool
serves(const search *s, const pp_ball *from, const pp_ball *to)
{
    const double r = from->diameter_mm / 2;
    const double blunt =
        PP_TOUCH_MM + fmin((1 / s->f->sine_limit - 1) * r, DEEP_MM);

    return from->diameter_mm > 1.001 * to->diameter_mm &&
           pp_distance(from->centre, to->touch) - r <=
               fmax(depth_of(from), blunt);
}

static void
hand_on(const search *s, const pp_ball *from, pp_ball *to)
{
    if (serves(s, from, to))
        set_ball(to, from->centre, from->diameter_mm / 2, from->other,
                 from->stopped);
}

/* Vertices and facet samples in turns; each step reads one kind and writes
 * the other, so the order of the facets alone decides. */
static void
share_balls(const search *s, const pp_mesh *m, pp_thickness *t)
{
    for (int round = 0; round < NROUND; round++) {
        for (size_t i = t->nvert; i < t->nball; i++)
            for (int k = 0; k < 3; k++)
                hand_on(s, &t->ball[i],
                        &t->ball[m->tri[t->ball[i].facet][k]]);
        for (size_t i = t->nvert; i < t->nball; i++)
            for (int k = 0; k < 3; k++)
                hand_on(s, &t->ball[m->tri[t->ball[i].facet][k]],
                        &t->ball[i]);
    }
}

/* Samples that seem thin, once more: as beside a rounded edge. */
static void
search_rounded(const search *s, pp_ball *ball)
{
    const double reach = fmin(fmax(ROUNDED_SHARE * 2 * s->limit,
                                   ROUNDED_LEAST_MM), ROUNDED_MOST_MM);
    pp_ball found = *ball;
    pp_cone cone;

    if (!ball->stopped)
        return;
    cone = pp_features_rounded(s->f, s->bvh, ball->touch, reach);
    search_ball(s, &cone, &found);
    if (found.diameter_mm > ball->diameter_mm) {
        *ball = found;
        ball->edge_zone |= cone.sine < s->f->sine_limit;
    }
}

/* Folds and slivers that no neighbour's ball serves have no say. */
static void
excuse(const search *s, pp_ball *ball)
{
    if (ball->diameter_mm == 0)
        set_ball(ball, ball->touch, s->limit, ball->touch, false);
}

static void
search_all(const search *s, const pp_mesh *m, pp_thickness *t)
{
    const ptrdiff_t n = (ptrdiff_t)t->nball;

#pragma omp parallel for schedule(dynamic, 256)
    for (ptrdiff_t i = 0; i < n; i++)
        search_limit(s, (size_t)i, &t->ball[i]);
    share_balls(s, m, t);
#pragma omp parallel for schedule(dynamic, 256)
    for (ptrdiff_t i = 0; i < n; i++)
        search_sample(s, (size_t)i, &t->ball[i]);
    share_balls(s, m, t);
#pragma omp parallel for schedule(dynamic, 256)
    for (ptrdiff_t i = 0; i < n; i++)
        search_rounded(s, &t->ball[i]);
    share_balls(s, m, t);
    for (ptrdiff_t i = 0; i < n; i++)
        excuse(s, &t->ball[i]);
}

static void
tell_knives(const pp_features *f, pp_thickness *t)
{
    const double degree = 180 / 3.14159265358979323846;

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

pp_status
pp_thickness_measure(const pp_mesh *m, const pp_thickness_options *options,
                     pp_thickness *t, pp_error *err)
{
    const pp_thickness_options none = { 0 };
    const pp_thickness_options *o = options != NULL ? options : &none;
    const double opening = o->edge_opening_deg > 0 ? o->edge_opening_deg : 150;
    pp_features f = { 0 };
    pp_bvh *bvh = NULL;
    search s;

    memset(t, 0, sizeof *t);
    if (m->ntri == 0)
        return pp_fail(err, PP_EGEOM, "no facets to measure");
    if (pp_features_find(m, opening, &f, err) != PP_OK ||
        pp_bvh_build(m, &bvh, err) != PP_OK ||
        make_samples(m, o->spacing_mm, t, err) != PP_OK)
        goto done;
    t->limit_mm = o->limit_mm > 0 ? o->limit_mm : HUGE_VAL;
    /* no ball inside is wider than the box is long */
    s = (search){ &f, bvh, fmin(t->limit_mm / 2,
                                pp_box_diagonal(pp_mesh_box(m))) };
    search_all(&s, m, t);
    tell_knives(&f, t);
done:
    pp_features_free(&f);
    pp_bvh_free(bvh);
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
