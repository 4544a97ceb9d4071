/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * back.c - what moved into other facets goes back to where it was
 *
 * Only facets that moved can cross something, so that only they are looked at,
 * with what lies where they are. What goes back may be in the way of what did
 * not: then its neighbours go back, too.
 */
#include "shell/grow.h"

#include "base/alloc.h"
#include "mesh/near.h"

#include <string.h>

/* Where more of the facets moved than this, all are looked at at once. */
#define MOST_SHARE 0.3

/* After so many rounds neighbours go back with what crosses. */
enum { ALONE = 2 };

static bool
has_any(const pp_mesh *m, size_t t, const bool *vertex)
{
    return vertex[m->tri[t][0]] || vertex[m->tri[t][1]] ||
           vertex[m->tri[t][2]];
}

static int
tell(uint32_t facet, void *data)
{
    (void)facet;
    *(bool *)data = true;
    return 1;
}

static bool
meets(const pp_bvh *bvh, const pp_mesh *m, size_t t)
{
    pp_box box = pp_box_empty();
    bool any = false;

    for (int k = 0; k < 3; k++)
        pp_box_add(&box, m->vert[m->tri[t][k]]);
    pp_bvh_overlap(bvh, box, tell, &any);
    return any;
}

/* Crossings among the facets to keep, by their numbers in m. */
static pp_status
crossings_of(const pp_mesh *m, const uint8_t *keep, uint32_t (**pair)[2],
             size_t *npair, pp_error *err)
{
    uint32_t *which = pp_alloc(m->ntri, sizeof *which);
    pp_mesh part = { 0 };
    uint32_t n = 0;

    if (which == NULL)
        return pp_fail_memory(err);
    for (uint32_t t = 0; t < m->ntri; t++)
        if (keep[t])
            which[n++] = t;
    if (pp_mesh_select(m, keep, &part, err) == PP_OK &&
        pp_check_crossings(&part, pair, npair, err) == PP_OK)
        for (size_t i = 0; i < *npair; i++)
            for (int k = 0; k < 2; k++)
                (*pair)[i][k] = which[(*pair)[i][k]];
    pp_mesh_free(&part);
    pp_free(which);
    return err->status;
}

/* Crossings that facets have of which a vertex moved. */
static pp_status
find_crossings(const pp_mesh *m, const bool *moved, uint32_t (**pair)[2],
               size_t *npair, pp_error *err)
{
    uint8_t *keep = pp_alloc(m->ntri, 1);
    pp_mesh part = { 0 };
    pp_bvh *bvh = NULL;
    size_t n = 0;

    *pair = NULL;
    *npair = 0;
    if (keep == NULL)
        return pp_fail_memory(err);
    for (size_t t = 0; t < m->ntri; t++)
        n += keep[t] = has_any(m, t, moved);
    if ((double)n > MOST_SHARE * (double)m->ntri) {
        (void)!pp_check_crossings(m, pair, npair, err);
    } else if (n > 0 && pp_mesh_select(m, keep, &part, err) == PP_OK &&
               pp_bvh_build(&part, &bvh, err) == PP_OK) {
        #pragma omp parallel for schedule(dynamic, 1024)
        for (ptrdiff_t t = 0; t < (ptrdiff_t)m->ntri; t++)
            keep[t] = keep[t] || meets(bvh, m, (size_t)t);
        (void)!crossings_of(m, keep, pair, npair, err);
    }
    pp_bvh_free(bvh);
    pp_mesh_free(&part);
    pp_free(keep);
    return err->status;
}

/* Vertices of facets that cross; with neighbours, of those around them, too. */
static void
choose(const pp_mesh *m, const uint32_t (*pair)[2], size_t npair,
       bool neighbours, bool *chosen, bool *wider)
{
    memset(chosen, 0, m->nvert * sizeof *chosen);
    for (size_t c = 0; c < 6 * npair; c++)
        chosen[m->tri[pair[c / 6][c % 2]][c / 2 % 3]] = true;
    if (!neighbours)
        return;
    memcpy(wider, chosen, m->nvert * sizeof *chosen);
    for (size_t t = 0; t < m->ntri; t++)
        for (int k = 0; k < 3 && has_any(m, t, chosen); k++)
            wider[m->tri[t][k]] = true;
    memcpy(chosen, wider, m->nvert * sizeof *chosen);
}

pp_status
pp_shell_take_back(pp_mesh *m, const pp_vec3 *was, pp_error *err)
{
    bool *moved = pp_alloc(m->nvert, sizeof *moved), any = true;
    bool *chosen = pp_alloc(m->nvert, sizeof *chosen);
    bool *wider = pp_alloc(m->nvert, sizeof *wider);

    if (moved == NULL || chosen == NULL || wider == NULL) {
        pp_fail_memory(err);
        any = false;
    }
    for (size_t v = 0; v < m->nvert && any; v++)
        moved[v] = !pp_same_point(m->vert[v], was[v]);
    for (int round = 0; any; round++) {
        uint32_t(*pair)[2] = NULL;
        size_t npair;

        if (find_crossings(m, moved, &pair, &npair, err) != PP_OK)
            break;
        choose(m, (const uint32_t(*)[2])pair, npair, round >= ALONE, chosen,
               wider);
        pp_free(pair);
        any = false;
        for (size_t v = 0; v < m->nvert; v++) {
            moved[v] = chosen[v] && !pp_same_point(m->vert[v], was[v]);
            any |= moved[v];
            if (moved[v])
                m->vert[v] = was[v];
        }
    }
    pp_free(moved);
    pp_free(chosen);
    pp_free(wider);
    return err->status;
}
