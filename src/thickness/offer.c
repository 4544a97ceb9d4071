/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * offer.c - balls that somebody knows to fit, tried before any is looked for
 *
 * Who made a wall knows where its balls are. One that is offered counts like
 * one that was found: it is empty, lies inside and comes near enough; the one
 * whose centre is nearest to the sample is moved a little where it is not.
 */
#include "thickness/search.h"

void
pp_search_offered(const pp_search *s, const pp_bvh *centres, pp_ball *ball)
{
    const double want = fmin(s->t_mm / 2, s->limit);
    const double slack = pp_ball_slack(want, s->f->sine_limit);
    pp_nearest n;
    double r;

    if (!ball->stopped || ball->diameter_mm >= 2 * want)
        return;
    n = pp_bvh_nearest(centres, ball->touch, want + 2 * slack);
    if (n.facet == PP_NONE)
        return;
    r = pp_ball_fit(s, ball->touch, want, slack, &n.point);
    if (2 * r <= ball->diameter_mm)
        return;
    pp_set_ball(ball, n.point, r, ball->touch, r < s->limit);
    ball->enough = true;
}
