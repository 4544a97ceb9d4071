/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * places.c - where a body seems thin, and whose balls are near there
 */
#include "thickness/search.h"

#include "base/alloc.h"

#include <string.h>

void
pp_points_free(pp_points *p)
{
    pp_mesh_free(&p->soup);
    pp_bvh_free(p->tree);
    memset(p, 0, sizeof *p);
}

/* The points p(i) of those i that are wanted, n of them. */
static pp_status
gather(const pp_thickness *t, const bool *wanted, size_t n, bool centres,
       pp_points *p, pp_error *err)
{
    pp_mesh *soup = &p->soup;

    memset(p, 0, sizeof *p);
    if (n == 0)
        return PP_OK;
    if (pp_mesh_alloc(soup, n, n, err) != PP_OK)
        return err->status;
    for (size_t i = 0, at = 0; i < t->nball; i++)
        if (wanted[i]) {
            for (int k = 0; k < 3; k++)
                soup->tri[at][k] = (uint32_t)at;
            soup->vert[at++] = centres ? t->ball[i].centre : t->ball[i].touch;
        }
    if (pp_bvh_build(soup, &p->tree, err) != PP_OK)
        pp_points_free(p);
    return err->status;
}

pp_status
pp_thin_places(const pp_thickness *t, double t_mm, double most_share,
               pp_points *places, pp_error *err)
{
    bool *thin = pp_alloc(t->nball, sizeof *thin);
    size_t n = 0;

    memset(places, 0, sizeof *places);
    if (thin == NULL)
        return pp_fail_memory(err);
    for (size_t i = 0; i < t->nball; i++)
        n += thin[i] = pp_ball_is_thin(&t->ball[i], t_mm);
    if ((double)n <= most_share * (double)t->nball)
        (void)!gather(t, thin, n, false, places, err);
    pp_free(thin);
    return err->status;
}

pp_status
pp_centres_near(const pp_thickness *t, double t_mm, const pp_points *places,
                pp_points *centres, pp_error *err)
{
    bool *near = pp_alloc(t->nball, sizeof *near);
    size_t n = 0;

    memset(centres, 0, sizeof *centres);
    if (near == NULL)
        return pp_fail_memory(err);
    #pragma omp parallel for schedule(dynamic, 1024) reduction(+ : n)
    for (ptrdiff_t i = 0; i < (ptrdiff_t)t->nball; i++) {
        const pp_ball *b = &t->ball[i];

        near[i] = b->diameter_mm > 0 && !pp_ball_is_thin(b, t_mm) &&
                  !pp_bvh_ball_is_empty(places->tree, b->centre, t_mm);
        n += near[i];
    }
    (void)!gather(t, near, n, true, centres, err);
    pp_free(near);
    return err->status;
}
