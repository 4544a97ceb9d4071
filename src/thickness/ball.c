/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ball.c - the largest ball in the cone of a surface point
 *
 * Balls that touch a point from one side grow into each other, so the largest
 * empty one is found in one walk through the tree (pp_bvh_tangent_ball), in
 * place of the repeated nearest-point search of Ma, Bae and Choi (3D shape
 * segmentation, The Visual Computer 2012). With a limit, most samples are done
 * by asking whether the one ball of that size is empty.
 *
 * A ball may stay PP_TOUCH_MM off its point, plus what the point's cone
 * (feature.h) takes away.
 */
#include "thickness/search.h"

/* The smallest ball that is looked for at a sharp edge, the step from one to
 * the next, and the halvings of the last step. Empty neighbours on the ladder
 * overlap, so what starts inside stays inside. */
#define LADDER_START_MM 0.05
#define LADDER_STEP 1.15
#define LADDER_HALVINGS 6

/* Radius beyond which a hundredth of a millimetre is not looked for. */
#define SETTLE_MM 2.0

/* Where a ray from a sample has surely left the sample's own facets. */
#define RAY_START_MM 1e-6

/* Rounds in which a blunt cone's allowance follows the radius. */
enum { NROUND = 6 };

pp_vec3
pp_cone_ball(const pp_cone *cone, double r)
{
    return pp_madd(cone->apex, r / cone->sine + PP_TOUCH_MM, cone->axis);
}

void
pp_set_ball(pp_ball *ball, pp_vec3 centre, double r, pp_vec3 other,
            bool stopped)
{
    ball->centre = centre;
    ball->diameter_mm = 2 * r;
    ball->other = other;
    ball->stopped = stopped;
}

/* A ball that is stopped on one side only gains by moving away from there; of
 * one beyond SETTLE_MM it is less than a part in four hundred. */
static void
settle(const pp_search *s, pp_ball *ball)
{
    const double r = ball->diameter_mm / 2;
    const pp_vec3 away = pp_unit(pp_sub(ball->centre, ball->other));
    const pp_vec3 c = pp_madd(ball->centre, PP_TOUCH_MM / 2, away);
    pp_nearest n;

    if (r > SETTLE_MM)
        return;
    n = pp_bvh_nearest(s->bvh, c, r + PP_TOUCH_MM);
    if (n.facet != PP_NONE && n.distance > r && n.distance <= s->limit)
        pp_set_ball(ball, c, n.distance, ball->other, true);
}

/* The ball between p and the facet straight across: the search begins there
 * and not at the limit, since in a round body every facet would count. */
static pp_tangent_ball
across(const pp_search *s, pp_vec3 p, pp_vec3 axis)
{
    pp_tangent_ball b = { s->limit, p, PP_NONE };
    double at;
    const uint32_t hit = pp_bvh_ray(s->bvh, p, axis, 0, 2 * s->limit, &at);

    if (hit != PP_NONE)
        b = (pp_tangent_ball){ at / 2, pp_madd(p, at, axis), hit };
    return b;
}

/* The largest ball that touches p. A surface point ahead, such as stopped a
 * ball near by, saves the look across: no ball reaches beyond it. */
static pp_tangent_ball
tangent_ball(const pp_search *s, pp_vec3 p, pp_vec3 axis,
             const pp_vec3 *ahead)
{
    pp_tangent_ball b = { .radius = s->limit, .facet = PP_NONE }, smaller;

    if (ahead != NULL) {
        const pp_vec3 way = pp_sub(*ahead, p);
        const double along = 2 * pp_dot(way, axis);

        if (along > 0 && pp_dot(way, way) < s->limit * along)
            b = (pp_tangent_ball){ pp_dot(way, way) / along, *ahead, 0 };
    }
    if (b.facet == PP_NONE)
        b = across(s, p, axis);
    smaller = pp_bvh_tangent_ball(s->bvh, p, axis, b.radius);
    return smaller.facet != PP_NONE ? smaller : b;
}

/* From a point whose cone is nearly flat: nested balls, from a depth that
 * follows their radius. */
static void
search_smooth(const pp_search *s, const pp_cone *cone, const pp_vec3 *ahead,
              pp_ball *ball)
{
    const double k = 1 / cone->sine - 1;
    pp_vec3 stop;
    double r = 0;

    for (int round = 0; round < NROUND; round++) {
        const pp_vec3 p =
            pp_madd(cone->apex, PP_TOUCH_MM + k * r, cone->axis);
        const pp_tangent_ball b = tangent_ball(s, p, cone->axis, ahead);

        if (b.radius <= r)
            break;
        pp_set_ball(ball, pp_madd(p, b.radius, cone->axis), b.radius, b.touch,
                    b.facet != PP_NONE);
        /* what a blunt corner takes away, or another round finds, is below
         * what counts as touching */
        if (b.facet == PP_NONE || b.radius < 1.01 * r ||
            k * (b.radius - r) < PP_TOUCH_MM / 10)
            break;
        r = b.radius;
        stop = b.touch;
        ahead = &stop;
    }
    if (ball->stopped)
        settle(s, ball);
}

static bool
cone_holds(const pp_search *s, const pp_cone *cone, double r)
{
    return pp_bvh_ball_is_empty(s->bvh, pp_cone_ball(cone, r), r);
}

/* In a sharp cone: up a ladder of radii while the balls are empty. */
static void
search_cone(const pp_search *s, const pp_cone *cone, double from,
            pp_ball *ball)
{
    double good = 0, bad = fmin(fmax(LADDER_START_MM, from), s->limit);
    pp_nearest n;

    while (good < s->limit && cone_holds(s, cone, bad)) {
        good = bad;
        bad = fmin(bad * LADDER_STEP, s->limit);
    }
    if (good == s->limit) {
        pp_set_ball(ball, pp_cone_ball(cone, good), good, cone->apex, false);
        return;
    }
    for (int i = 0; i < LADDER_HALVINGS; i++) {
        const double r = (good + bad) / 2;

        if (cone_holds(s, cone, r))
            good = r;
        else
            bad = r;
    }
    n = pp_bvh_nearest(s->bvh, pp_cone_ball(cone, bad), HUGE_VAL);
    pp_set_ball(ball, pp_cone_ball(cone, good), good, n.point, true);
    settle(s, ball);
}

/* The surface between the apex and the ball of radius r, if any: the ball
 * lies outside then. A ray may slip through between two facets that it meets
 * in their common edge; the second one is turned off the first. */
static bool
is_cut_off(const pp_search *s, const pp_cone *cone, double r, pp_ball *ball)
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
    pp_set_ball(ball, pp_madd(cone->apex, at / 2, d), at / 2,
             pp_madd(cone->apex, at, d), true);
    return true;
}

/* The ball at the limit, if it is empty and lies inside. */
bool
pp_search_limit(const pp_search *s, const pp_cone *cone, pp_ball *ball)
{
    pp_ball cut = *ball;

    /* deeper, the whole ladder is climbed */
    if ((1 / cone->sine - 1) * s->limit > PP_BALL_DEEP_MM ||
        !cone_holds(s, cone, s->limit) ||
        is_cut_off(s, cone, s->limit, &cut))
        return false;
    pp_set_ball(ball, pp_cone_ball(cone, s->limit), s->limit, cone->apex, false);
    return true;
}

static void
search_larger(const pp_search *s, const pp_cone *cone, double from,
              const pp_vec3 *ahead, pp_ball *ball)
{
    pp_set_ball(ball, cone->apex, 0, cone->apex, true);
    if (!(cone->sine > 0.01) || pp_dot(cone->axis, cone->axis) == 0)
        return; /* a fold or a degenerate facet: the neighbours know */
    if (pp_search_limit(s, cone, ball))
        return;
    if (is_cut_off(s, cone, fmax(LADDER_START_MM, from), ball)) {
        if (from > 0) /* not known to be empty */
            pp_set_ball(ball, cone->apex, 0, cone->apex, true);
        return;
    }
    if (cone->sine >= s->f->sine_limit)
        search_smooth(s, cone, ahead, ball);
    else
        search_cone(s, cone, from, ball);
}

void
pp_search_ball(const pp_search *s, const pp_cone *cone, const pp_vec3 *ahead,
               pp_ball *ball)
{
    search_larger(s, cone, 0, ahead, ball);
}

void
pp_search_larger(const pp_search *s, const pp_cone *cone, double from,
                 pp_ball *ball)
{
    search_larger(s, cone, from, NULL, ball);
}
