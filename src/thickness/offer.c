/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * offer.c - balls that somebody knows to fit, tried before any is looked for
 *
 * Who made a wall knows where its balls are. One that is offered counts like
 * one that was found: it is empty, lies inside and comes near enough; the one
 * whose centre is nearest to the sample is moved a little where it is not.
 * What neighbours have found is offered, too, to samples that still seem thin.
 */
#include "thickness/search.h"

void
pp_search_offered(const pp_search *s, const pp_bvh *centres, pp_ball *ball)
{
    const double want = fmin(s->t_mm / 2, s->limit);
    const double slack = pp_ball_slack(want, s->f->sine_limit);
    pp_nearest n;
    double r;

    if (!ball->stopped || ball->enough || ball->diameter_mm >= 2 * want)
        return;
    n = pp_bvh_nearest(centres, ball->touch, want + 2 * slack);
    if (n.facet == PP_NONE)
        return;
    r = pp_ball_fit(s, ball->touch, want, want - PP_SHORT_MM, slack,
                    &n.point);
    if (2 * r <= ball->diameter_mm)
        return;
    pp_set_ball(ball, n.point, r, ball->touch, r < s->limit);
    ball->enough = true;
}

pp_status
pp_balls_offer(const pp_search *s, pp_thickness *t, pp_error *err)
{
    pp_points thin = { 0 }, centres = { 0 };

    if (pp_thin_places(t, s->t_mm, PP_FEW_THIN, &thin, err) != PP_OK ||
        thin.tree == NULL ||
        pp_centres_near(t, s->t_mm, &thin, &centres, err) != PP_OK ||
        centres.tree == NULL)
        goto done;
    #pragma omp parallel for schedule(dynamic, 64)
    for (ptrdiff_t i = 0; i < (ptrdiff_t)t->nball; i++)
        if (pp_ball_is_thin(&t->ball[i], s->t_mm))
            pp_search_offered(s, centres.tree, &t->ball[i]);
done:
    pp_points_free(&centres);
    pp_points_free(&thin);
    return err->status;
}
