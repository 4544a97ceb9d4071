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
#include <string.h>

#define ROUNDS 4
#define MORE 1.02  /* of the way that is missing */
enum { MOST_STEPS = 8 }; /* along an edge of a facet */

/* How much nearer than t the facet comes, between its corners. */
static double
missing(const pp_mesh *m, size_t f, const pp_keep_away *keep, double t)
{
    const pp_vec3 p = m->vert[m->tri[f][0]];
    const pp_vec3 u = pp_sub(m->vert[m->tri[f][1]], p);
    const pp_vec3 v = pp_sub(m->vert[m->tri[f][2]], p);
    const double longest = fmax(fmax(pp_norm(u), pp_norm(v)),
                                pp_norm(pp_sub(u, v)));
    const int n = (int)fmin(fmax(2, ceil(longest / keep->step_mm)),
                            MOST_STEPS);
    double most = t - pp_bvh_nearest(keep->from,
                                     pp_madd(pp_madd(p, 1 / 3.0, u), 1 / 3.0,
                                             v), t).distance;

    for (int i = 0; i <= n; i++)
        for (int j = 0; i + j <= n; j++) {
            const pp_vec3 at = pp_madd(pp_madd(p, (double)i / n, u),
                                       (double)j / n, v);

            if ((i == 0) + (j == 0) + (i + j == n) < 2) /* no corner */
                most = fmax(most, t - pp_bvh_nearest(keep->from, at,
                                                     t).distance);
        }
    return most;
}

/* Facets with a corner that moved are looked at again. */
static void
look(const pp_mesh *m, const pp_keep_away *keep, double t, const bool *moved,
     double *by_facet)
{
    #pragma omp parallel for schedule(dynamic, 256)
    for (ptrdiff_t f = 0; f < (ptrdiff_t)m->ntri; f++)
        if (moved[m->tri[f][0]] || moved[m->tri[f][1]] || moved[m->tri[f][2]])
            by_facet[f] = missing(m, (size_t)f, keep, t);
}

/* Where vertex v goes, to keep away by more than is missing. */
static bool
move_away(const pp_keep_away *keep, double t, double missed, pp_vec3 *v)
{
    const pp_nearest n = pp_bvh_nearest(keep->from, *v, 2 * t);
    pp_vec3 to;

    if (n.facet == PP_NONE || !(n.distance > 0))
        return false;
    missed = fmax(missed, t - n.distance);
    if (keep->most_mm > 0 && missed > keep->most_mm)
        return false;
    if (keep->most_mm > 0) /* round by round, but no farther off than that */
        missed = fmin(missed, (t + keep->most_mm - n.distance) / MORE);
    if (!(missed > 0))
        return false;
    to = pp_add(*v, pp_scale(pp_sub(*v, n.point), MORE * missed /
                                                      n.distance));
    if (keep->bounds != NULL &&
        pp_grow_bounds_at(keep->bounds, to, HUGE_VAL) > 0)
        return false;
    *v = to;
    return true;
}

pp_status
pp_shell_keep_away(pp_mesh *m, const pp_keep_away *keep, pp_error *err)
{
    const double t = keep->mm + PP_KEEP_SURE_MM;
    double *way = pp_alloc(m->nvert, sizeof *way);
    double *by_facet = pp_alloc(m->ntri, sizeof *by_facet);
    pp_vec3 *was = pp_alloc(m->nvert, sizeof *was);
    bool *moved = pp_alloc(m->nvert, sizeof *moved), any = true;

    if (way == NULL || by_facet == NULL || moved == NULL || was == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    memset(moved, true, m->nvert);
    memcpy(was, m->vert, m->nvert * sizeof *was);
    for (int round = 0; round < ROUNDS && any; round++) {
        look(m, keep, t, moved, by_facet);
        any = false;
        for (size_t v = 0; v < m->nvert; v++)
            way[v] = 0;
        for (size_t f = 0; f < m->ntri; f++)
            for (int k = 0; k < 3; k++)
                if (!(keep->most_mm > 0 && by_facet[f] > keep->most_mm))
                    way[m->tri[f][k]] = fmax(way[m->tri[f][k]], by_facet[f]);
        #pragma omp parallel for schedule(dynamic, 256) reduction(| : any)
        for (ptrdiff_t v = 0; v < (ptrdiff_t)m->nvert; v++) {
            moved[v] = (way[v] > 0 || round == 0) &&
                       move_away(keep, t, way[v], &m->vert[v]);
            any |= moved[v];
        }
    }
    if (keep->round_float)
        pp_mesh_round_float(m);
    (void)!pp_shell_take_back(m, was, err);
done:
    pp_free(was);
    pp_free(moved);
    pp_free(way);
    pp_free(by_facet);
    return err->status;
}
