/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * section.c - flat regions between closed polygons, as triangles
 *
 * The polygons are edges of a Delaunay triangulation of their points; how
 * often they wind around each triangle, summed from the outside in, says which
 * belong to the region. All decisions are exact on the points as they are.
 */
#include "place/section.h"

#include "base/alloc.h"
#include "base/order.h"
#include "shim/igl.h"

#include <stdlib.h>
#include <string.h>

pp_status
pp_rims_add(pp_rims *r, uint32_t a, uint32_t b, pp_error *err)
{
    if (pp_grow(&r->edge, &r->capacity, r->n + 1, sizeof *r->edge, err) !=
        PP_OK)
        return err->status;
    r->edge[r->n][0] = a;
    r->edge[r->n++][1] = b;
    return PP_OK;
}

int
pp_rims_compare(const void *a, const void *b)
{
    const uint32_t *p = a, *q = b;

    if (p[0] != q[0])
        return p[0] < q[0] ? -1 : 1;
    return p[1] < q[1] ? -1 : p[1] > q[1];
}

typedef struct {
    uint32_t *name; /* the points' numbers among all vertices, sorted */
    size_t n;
    double (*flat)[2];
    uint32_t (*edge)[2]; /* by places in name; sorted */
    size_t nedge;
    pp_mesh all;    /* triangles of the convex hull, without vertices */
    int8_t *winding;
} filling;

/* The points in the plane; every rim comes in and goes out once at each. */
static pp_status
place_points(filling *w, const pp_vec3 *vert, pp_vec3 normal,
             const pp_rims *rims, pp_error *err)
{
    const double size[3] = { fabs(normal.x), fabs(normal.y), fabs(normal.z) };
    const int drop = size[0] >= size[1] && size[0] >= size[2] ? 0
                     : size[1] >= size[2]                     ? 1
                                                              : 2;
    const int turn = pp_axis(normal, drop) > 0 ? 1 : 2;

    w->name = pp_alloc(rims->n, sizeof *w->name);
    w->flat = pp_alloc(rims->n, sizeof *w->flat);
    w->edge = pp_alloc(rims->n, sizeof *w->edge);
    if (w->name == NULL || w->flat == NULL || w->edge == NULL)
        return pp_fail_memory(err);
    for (size_t i = 0; i < rims->n; i++)
        w->name[i] = rims->edge[i][0];
    qsort(w->name, rims->n, sizeof *w->name, pp_order_u32);
    w->n = rims->n;
    for (size_t i = 0; i < w->n; i++) {
        const pp_vec3 p = vert[w->name[i]];

        if (i > 0 && w->name[i] == w->name[i - 1])
            return pp_fail(err, PP_EGEOM, "the section touches itself at "
                           "%.5g,%.5g,%.5g", p.x, p.y, p.z);
        w->flat[i][0] = pp_axis(p, (drop + turn) % 3);
        w->flat[i][1] = pp_axis(p, (drop + 3 - turn) % 3);
    }
    for (size_t i = 0; i < rims->n; i++)
        for (int k = 0; k < 2; k++) {
            const uint32_t *at = bsearch(&rims->edge[i][k], w->name, w->n,
                                         sizeof *w->name, pp_order_u32);

            if (at == NULL)
                return pp_fail(err, PP_EGEOM, "a section is not closed");
            w->edge[i][k] = (uint32_t)(at - w->name);
        }
    w->nedge = rims->n;
    qsort(w->edge, w->nedge, sizeof *w->edge, pp_rims_compare);
    return PP_OK;
}

static bool
has_edge(const filling *w, uint32_t a, uint32_t b)
{
    const uint32_t key[2] = { a, b };

    return bsearch(key, w->edge, w->nedge, sizeof *w->edge, pp_rims_compare) !=
           NULL;
}

#define UNKNOWN INT8_MIN

/* What the winding gains from the right of corner c's edge to its left. */
static int
gain(const filling *w, uint32_t corner)
{
    const uint32_t *f = w->all.tri[corner / 3];
    const uint32_t a = f[(corner + 1) % 3], b = f[(corner + 2) % 3];

    return has_edge(w, a, b) - has_edge(w, b, a);
}

/* From the hull's edges inward, each triangle once. */
static pp_status
wind(filling *w, pp_error *err)
{
    const size_t nt = w->all.ntri;
    pp_half_edge *half = NULL;
    uint32_t *beyond = pp_alloc(3 * nt, sizeof *beyond);
    uint32_t *queue = pp_alloc(nt, sizeof *queue);
    size_t nhalf, n = 0;

    w->winding = pp_alloc(nt, sizeof *w->winding);
    if (beyond == NULL || queue == NULL || w->winding == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    if (pp_mesh_half_edges(&w->all, &half, &nhalf, err) != PP_OK)
        goto done;
    memset(w->winding, UNKNOWN, nt);
    for (size_t i = 0, end; i < nhalf; i = end) {
        const uint32_t c = half[i].corner;

        end = pp_half_edges_end(half, nhalf, i);
        if (end - i == 2) {
            beyond[c] = half[i + 1].corner;
            beyond[half[i + 1].corner] = c;
            continue;
        }
        beyond[c] = PP_NONE;
        if (w->winding[c / 3] == UNKNOWN) {
            w->winding[c / 3] = (int8_t)gain(w, c);
            queue[n++] = c / 3;
        }
        if (w->winding[c / 3] < 0) {
            pp_fail(err, PP_EGEOM, "polygons of a section run backward");
            goto done;
        }
    }
    for (size_t i = 0; i < n; i++)
        for (uint32_t k = 0; k < 3; k++) {
            const uint32_t c = beyond[3 * queue[i] + k];
            int to;

            if (c == PP_NONE || w->winding[c / 3] != UNKNOWN)
                continue;
            to = w->winding[queue[i]] + gain(w, c);
            if (to < 0 || to > 1) {
                pp_fail(err, PP_EGEOM, "polygons of a section overlap");
                goto done;
            }
            w->winding[c / 3] = (int8_t)to;
            queue[n++] = c / 3;
        }
done:
    pp_free(half);
    pp_free(beyond);
    pp_free(queue);
    return err->status;
}

static pp_status
take_inside(const filling *w, pp_tri **tri, size_t *ntri, pp_error *err)
{
    *tri = pp_alloc(w->all.ntri, sizeof **tri);
    if (*tri == NULL)
        return pp_fail_memory(err);
    for (size_t t = 0; t < w->all.ntri; t++) {
        if (w->winding[t] != 1)
            continue;
        for (int k = 0; k < 3; k++)
            (*tri)[*ntri][k] = w->name[w->all.tri[t][k]];
        ++*ntri;
    }
    return PP_OK;
}

pp_status
pp_fill_rims(const pp_vec3 *vert, pp_vec3 normal, const pp_rims *rims,
                pp_tri **tri, size_t *ntri, pp_error *err)
{
    filling w = { 0 };

    *tri = NULL;
    *ntri = 0;
    if (rims->n == 0)
        return PP_OK;
    if (place_points(&w, vert, normal, rims, err) == PP_OK &&
        pp_igl_cdt((const double(*)[2])w.flat, w.n,
                   (const uint32_t(*)[2])w.edge, w.nedge, &w.all.tri,
                   &w.all.ntri, err) == PP_OK) {
        w.all.nvert = w.n;
        if (wind(&w, err) == PP_OK)
            (void)!take_inside(&w, tri, ntri, err);
    }
    pp_free(w.name);
    pp_free(w.flat);
    pp_free(w.edge);
    pp_free(w.all.tri);
    pp_free(w.winding);
    return err->status;
}
