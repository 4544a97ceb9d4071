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

#include "base/alloc.h"

#include <string.h>

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
    r = pp_ball_fit(s, ball->touch, want, want - PP_SHORT_MM, slack,
                    &n.point);
    if (2 * r <= ball->diameter_mm)
        return;
    pp_set_ball(ball, n.point, r, ball->touch, r < s->limit);
    ball->enough = true;
}

/* Adds a point, as a facet that is no more. There is room. */
static void
add_point(pp_mesh *soup, pp_vec3 at)
{
    for (int k = 0; k < 3; k++)
        soup->tri[soup->ntri][k] = (uint32_t)soup->nvert;
    soup->vert[soup->nvert++] = at;
    soup->ntri++;
}

static pp_status
make_room(pp_mesh *soup, size_t n, pp_error *err)
{
    soup->vert = pp_alloc(n, sizeof *soup->vert);
    soup->tri = pp_alloc(n, sizeof *soup->tri);
    return soup->vert != NULL && soup->tri != NULL ? PP_OK
                                                   : pp_fail_memory(err);
}

pp_status
pp_thickness_thin_places(const pp_thickness *t, double t_mm,
                         double most_share, pp_mesh *places, pp_error *err)
{
    size_t n = 0;

    memset(places, 0, sizeof *places);
    for (size_t i = 0; i < t->nball; i++)
        n += pp_ball_is_thin(&t->ball[i], t_mm);
    if (n == 0 || (double)n > most_share * (double)t->nball)
        return PP_OK;
    if (make_room(places, n, err) != PP_OK) {
        pp_mesh_free(places);
        return err->status;
    }
    for (size_t i = 0; i < t->nball; i++)
        if (pp_ball_is_thin(&t->ball[i], t_mm))
            add_point(places, t->ball[i].touch);
    return PP_OK;
}

/* Centres of balls of T that come near something thin. */
static pp_status
centres_near(const pp_thickness *t, double t_mm, const pp_bvh *thin,
             pp_mesh *soup, pp_error *err)
{
    bool *near = pp_alloc_zero(t->nball, sizeof *near);
    size_t n = 0;

    if (near == NULL)
        return pp_fail_memory(err);
    #pragma omp parallel for schedule(dynamic, 1024) reduction(+ : n)
    for (ptrdiff_t i = 0; i < (ptrdiff_t)t->nball; i++) {
        const pp_ball *b = &t->ball[i];

        near[i] = b->diameter_mm > 0 && !pp_ball_is_thin(b, t_mm) &&
                  !pp_bvh_ball_is_empty(thin, b->centre, t_mm);
        n += near[i];
    }
    if (make_room(soup, n, err) == PP_OK)
        for (size_t i = 0; i < t->nball; i++)
            if (near[i])
                add_point(soup, t->ball[i].centre);
    pp_free(near);
    return err->status;
}

pp_status
pp_balls_offer(const pp_search *s, pp_thickness *t, pp_error *err)
{
    pp_mesh places = { 0 }, centres = { 0 };
    pp_bvh *thin = NULL, *offered = NULL;

    if (pp_thickness_thin_places(t, s->t_mm, PP_FEW_THIN, &places, err) !=
            PP_OK ||
        places.ntri == 0 || pp_bvh_build(&places, &thin, err) != PP_OK ||
        centres_near(t, s->t_mm, thin, &centres, err) != PP_OK ||
        centres.ntri == 0 || pp_bvh_build(&centres, &offered, err) != PP_OK)
        goto done;
    #pragma omp parallel for schedule(dynamic, 64)
    for (ptrdiff_t i = 0; i < (ptrdiff_t)t->nball; i++)
        if (pp_ball_is_thin(&t->ball[i], s->t_mm))
            pp_search_offered(s, offered, &t->ball[i]);
done:
    pp_bvh_free(offered);
    pp_bvh_free(thin);
    pp_mesh_free(&centres);
    pp_mesh_free(&places);
    return err->status;
}
