/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * keep.c - a surface kept at a distance from another
 *
 * A sampled surface has its vertices where they should be, but its facets cut
 * corners: where it runs around the other surface they come nearer to that
 * than they should. So the facets are looked at between their vertices, and
 * the vertices of those that are too near move away, a few times.
 */
#include "shell/grow.h"

#include "base/alloc.h"

#include <math.h>

#define ROUNDS 4
#define MORE 1.02  /* of the way that is missing */
#define SURE_MM 2e-5 /* files hold floats */

/* How much nearer than t the facet comes, at its middle and amid its edges. */
static double
missing(const pp_mesh *m, size_t f, const pp_bvh *from, double t)
{
    const pp_vec3 p = m->vert[m->tri[f][0]], q = m->vert[m->tri[f][1]];
    const pp_vec3 r = m->vert[m->tri[f][2]];
    const pp_vec3 at[4] = { pp_scale(pp_add(p, pp_add(q, r)), 1 / 3.0),
                            pp_scale(pp_add(p, q), 0.5),
                            pp_scale(pp_add(q, r), 0.5),
                            pp_scale(pp_add(r, p), 0.5) };
    double most = 0;

    for (int k = 0; k < 4; k++)
        most = fmax(most, t - pp_bvh_nearest(from, at[k], t).distance);
    return most;
}

pp_status
pp_shell_keep_away(pp_mesh *m, const pp_bvh *from, double t_mm, pp_error *err)
{
    const double t = t_mm + SURE_MM;
    double *way = pp_alloc(m->nvert, sizeof *way);
    double *by_facet = pp_alloc(m->ntri, sizeof *by_facet);
    bool any = true;

    if (way == NULL || by_facet == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    for (int round = 0; round < ROUNDS && any; round++) {
        #pragma omp parallel for schedule(dynamic, 1024)
        for (ptrdiff_t f = 0; f < (ptrdiff_t)m->ntri; f++)
            by_facet[f] = missing(m, (size_t)f, from, t);
        any = false;
        for (size_t v = 0; v < m->nvert; v++)
            way[v] = 0;
        for (size_t f = 0; f < m->ntri; f++)
            for (int k = 0; k < 3; k++)
                way[m->tri[f][k]] = fmax(way[m->tri[f][k]], by_facet[f]);
        #pragma omp parallel for schedule(dynamic, 1024) reduction(| : any)
        for (ptrdiff_t v = 0; v < (ptrdiff_t)m->nvert; v++) {
            const pp_nearest n = pp_bvh_nearest(from, m->vert[v], 2 * t);

            if (n.facet == PP_NONE || !(n.distance > 0))
                continue;
            way[v] = fmax(way[v], t - n.distance);
            if (way[v] > 0) {
                any = true;
                m->vert[v] = pp_add(
                    m->vert[v], pp_scale(pp_sub(m->vert[v], n.point),
                                         MORE * way[v] / n.distance));
            }
        }
    }
done:
    pp_free(way);
    pp_free(by_facet);
    return err->status;
}
