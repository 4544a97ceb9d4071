/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * valley_cut.c - the part of a sheet that lies within its rims
 *
 * Facets across the line where a number of the vertices is zero are cut along
 * it; vertices that lie close to it go to it first, so that no slivers arise.
 */
#include "surface/valley_fit.h"

#include "base/alloc.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define SNAP 0.2 /* cuts nearer than this share of an edge move to it */

/* Vertices close to the rim go to it, along the edge where it is nearest. */
static pp_status
snap(pp_mesh *m, double *within, pp_error *err)
{
    double *nearest = pp_alloc(m->nvert, sizeof *nearest);
    pp_vec3 *to = pp_alloc(m->nvert, sizeof *to);

    if (nearest == NULL || to == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    for (size_t v = 0; v < m->nvert; v++)
        nearest[v] = SNAP;
    for (size_t t = 0; t < m->ntri; t++)
        for (int k = 0; k < 3; k++)
            for (int way = 0; way < 2; way++) {
                const uint32_t p = m->tri[t][k], q = m->tri[t][(k + 1) % 3];
                const uint32_t a = way ? q : p, b = way ? p : q;

                if ((within[a] > 0) == (within[b] > 0))
                    continue;
                const double s = within[a] / (within[a] - within[b]);

                if (s < nearest[a]) {
                    nearest[a] = s;
                    to[a] = pp_madd(m->vert[a], s,
                                    pp_sub(m->vert[b], m->vert[a]));
                }
            }
    for (size_t v = 0; v < m->nvert; v++)
        if (nearest[v] < SNAP) {
            m->vert[v] = to[v];
            within[v] = 0;
        }
done:
    pp_free(nearest);
    pp_free(to);
    return err->status;
}

/* Where edges are cut: by their ends, sorted. */
typedef struct {
    uint32_t low, high, vertex;
} cut_edge;

static int
by_ends(const void *a, const void *b)
{
    const cut_edge *p = a, *q = b;

    return p->low != q->low ? (p->low > q->low) - (p->low < q->low)
                            : (p->high > q->high) - (p->high < q->high);
}

static uint32_t
cut_vertex(const cut_edge *cut, size_t ncut, uint32_t a, uint32_t b)
{
    const cut_edge key = { a < b ? a : b, a < b ? b : a, 0 };
    const cut_edge *c;

    assert(cut != NULL); /* an edge that is asked for was listed */
    c = bsearch(&key, cut, ncut, sizeof *cut, by_ends);
    assert(c != NULL);
    return c->vertex;
}

/* Lists the edges that pass from within to without, each once. */
static pp_status
list_cuts(const pp_mesh *m, const double *within, cut_edge **cut, size_t *ncut,
          pp_error *err)
{
    pp_half_edge *e = NULL;
    size_t n;

    *ncut = 0;
    *cut = NULL;
    if (pp_mesh_half_edges(m, &e, &n, err) != PP_OK)
        return err->status;
    *cut = pp_alloc(n + 1, sizeof **cut);
    if (*cut == NULL) {
        pp_free(e);
        return pp_fail_memory(err);
    }
    for (size_t i = 0; i < n; i++) {
        const double a = within[e[i].low], b = within[e[i].high];

        if ((i > 0 && e[i].low == e[i - 1].low &&
             e[i].high == e[i - 1].high) || !(a * b < 0))
            continue;
        (*cut)[*ncut] = (cut_edge){ e[i].low, e[i].high,
                                    (uint32_t)(m->nvert + *ncut) };
        ++*ncut;
    }
    pp_free(e);
    return PP_OK;
}

/* The part of facet t that lies within: up to two facets. */
static int
clip_facet(const pp_mesh *m, size_t t, const double *within,
           const cut_edge *cut, size_t ncut, pp_tri out[2])
{
    uint32_t corner[4];
    int n = 0, inside = 0;

    for (int k = 0; k < 3; k++) {
        const uint32_t a = m->tri[t][k], b = m->tri[t][(k + 1) % 3];

        inside += within[a] > 0;
        if (within[a] >= 0)
            corner[n++] = a;
        if (within[a] * within[b] < 0)
            corner[n++] = cut_vertex(cut, ncut, a, b);
    }
    if (inside == 0)
        return 0;
    for (int k = 0; k + 2 < n; k++) {
        out[k][0] = corner[0];
        out[k][1] = corner[k + 1];
        out[k][2] = corner[k + 2];
    }
    return n - 2;
}

static pp_status
clip(pp_mesh *m, const double *within, pp_error *err)
{
    cut_edge *cut = NULL;
    size_t ncut, dropped;
    pp_mesh out = { 0 };

    if (list_cuts(m, within, &cut, &ncut, err) != PP_OK)
        return err->status;
    if (pp_mesh_alloc(&out, m->nvert + ncut, 2 * m->ntri, err) != PP_OK)
        goto done;
    memcpy(out.vert, m->vert, m->nvert * sizeof *m->vert);
    for (size_t i = 0; i < ncut; i++) {
        const double a = within[cut[i].low], b = within[cut[i].high];
        const pp_vec3 p = m->vert[cut[i].low], q = m->vert[cut[i].high];

        out.vert[cut[i].vertex] = pp_madd(p, a / (a - b), pp_sub(q, p));
    }
    out.ntri = 0;
    for (size_t t = 0; t < m->ntri; t++) {
        pp_tri part[2];
        const int n = clip_facet(m, t, within, cut, ncut, part);

        for (int k = 0; k < n; k++)
            memcpy(out.tri[out.ntri++], part[k], sizeof *part);
    }
    if (pp_mesh_drop_unused(&out, &dropped, err) == PP_OK) {
        pp_mesh_free(m);
        *m = out;
        memset(&out, 0, sizeof out);
    }
done:
    pp_mesh_free(&out);
    pp_free(cut);
    return err->status;
}

pp_status
pp_valley_keep_within(pp_mesh *m, double *within, pp_error *err)
{
    if (snap(m, within, err) == PP_OK)
        (void)!clip(m, within, err);
    return err->status;
}
