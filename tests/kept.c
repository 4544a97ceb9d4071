/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kept.c - the vertices that growing may not touch, in the grown mesh
 */
#include "kept.h"

#include "base/alloc.h"
#include "thickness/survey.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int
by_bits(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(pp_vec3));
}

/* The thin samples of m, as facets that are points. */
static pp_status
thin_places(const pp_mesh *m, double t_mm, pp_mesh *soup, pp_error *err)
{
    const pp_survey_options o = { .how = { .limit_mm = t_mm, .t_mm = t_mm },
                                  .spacing_mm = PP_SURVEY_SPACING * t_mm };
    pp_survey s = { 0 };
    uint32_t n = 0;

    if (pp_survey_take(m, &o, &s, err) != PP_OK)
        return err->status;
    for (size_t i = 0; i < s.balls.nball; i++)
        n += pp_ball_is_thin(&s.balls.ball[i], t_mm);
    if (pp_mesh_alloc(soup, n, n, err) == PP_OK) {
        n = 0;
        for (size_t i = 0; i < s.balls.nball; i++)
            if (pp_ball_is_thin(&s.balls.ball[i], t_mm)) {
                for (int k = 0; k < 3; k++)
                    soup->tri[n][k] = n;
                soup->vert[n++] = s.balls.ball[i].touch;
            }
    }
    pp_survey_free(&s);
    return err->status;
}

static void
look_for(const pp_mesh *before, const pp_vec3 *sorted, size_t n,
         const pp_bvh *thin, double t_mm, kept_vertices *k)
{
    for (size_t v = 0; v < before->nvert; v++) {
        const pp_vec3 p = before->vert[v];
        double apart = HUGE_VAL;

        if (thin != NULL)
            apart = pp_bvh_nearest(thin, p, HUGE_VAL).distance;
        if (!(apart > t_mm))
            continue;
        k->nfar++;
        if (bsearch(&p, sorted, n, sizeof p, by_bits) != NULL)
            continue;
        k->nlost++;
        if (apart > k->apart_mm) {
            k->apart_mm = apart;
            k->lost = p;
        }
    }
}

pp_status
find_kept(const pp_mesh *before, const pp_mesh *after, double t_mm,
          kept_vertices *k, pp_error *err)
{
    pp_vec3 *sorted = pp_alloc(after->nvert, sizeof *sorted);
    pp_mesh soup = { 0 };
    pp_bvh *thin = NULL;

    memset(k, 0, sizeof *k);
    if (sorted == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    if (after->nvert > 0)
        memcpy(sorted, after->vert, after->nvert * sizeof *sorted);
    qsort(sorted, after->nvert, sizeof *sorted, by_bits);
    if (thin_places(before, t_mm, &soup, err) != PP_OK ||
        (soup.ntri > 0 && pp_bvh_build(&soup, &thin, err) != PP_OK))
        goto done;
    k->nthin = soup.ntri;
    look_for(before, sorted, after->nvert, thin, t_mm, k);
done:
    pp_bvh_free(thin);
    pp_mesh_free(&soup);
    pp_free(sorted);
    return err->status;
}
