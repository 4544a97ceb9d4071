/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lay.c - the side on which a solid stands best
 *
 * A solid on a plate touches it with its convex hull, and stands where its
 * centre of mass is over what touches. Hull vertices near a plane are found by
 * walking the hull from the facet that spans it: what lies within a depth of
 * a supporting plane hangs together. Facets that lie in a side that was found
 * start none, so the walks take about as long as the hull has facets.
 */
#include "place/place.h"

#include "base/alloc.h"
#include "measure/measure.h"
#include "shim/igl.h"

#include <stdlib.h>
#include <string.h>

/* Areas are equal when they differ by less than this share. */
#define EQUAL 1e-9

typedef struct {
    double area;
    uint32_t facet;
} seed;

typedef struct {
    double x, y;
} flat_point;

typedef struct {
    pp_mesh hull;
    pp_vec3 centre;
    uint32_t *first, *around; /* facets around each vertex */
    seed *order;
    bool *done;       /* facets that lie in a side already */
    uint32_t *stamp;  /* of each vertex: the walk that came there */
    uint32_t *list;   /* vertices of this side */
    size_t n;
    flat_point *flat, *rim;
} laying;

static void
free_laying(laying *w)
{
    pp_mesh_free(&w->hull);
    pp_free(w->first);
    pp_free(w->around);
    pp_free(w->order);
    pp_free(w->done);
    pp_free(w->stamp);
    pp_free(w->list);
    pp_free(w->flat);
    pp_free(w->rim);
}

static int
compare_seeds(const void *a, const void *b)
{
    const seed *p = a, *q = b;

    if (p->area != q->area)
        return p->area > q->area ? -1 : 1;
    return p->facet < q->facet ? -1 : p->facet > q->facet;
}

static void
fill_tables(laying *w)
{
    const pp_mesh *h = &w->hull;

    for (size_t t = 0; t < h->ntri; t++) {
        w->order[t] =
            (seed){ pp_norm(pp_facet_normal(h, t)) / 2, (uint32_t)t };
        for (int k = 0; k < 3; k++)
            w->first[h->tri[t][k] + 1]++;
    }
    for (size_t v = 0; v < h->nvert; v++)
        w->first[v + 1] += w->first[v];
    for (size_t t = h->ntri; t-- > 0;)
        for (int k = 0; k < 3; k++)
            w->around[--w->first[h->tri[t][k] + 1]] = (uint32_t)t;
    /* each entry slid down to its vertex's start, one place too high */
    memmove(w->first, w->first + 1, h->nvert * sizeof *w->first);
    w->first[h->nvert] = (uint32_t)(3 * h->ntri);
    for (size_t v = 0; v < h->nvert; v++)
        w->stamp[v] = PP_NONE;
    qsort(w->order, h->ntri, sizeof *w->order, compare_seeds);
}

static pp_status
prepare(laying *w, pp_error *err)
{
    const size_t nv = w->hull.nvert, nt = w->hull.ntri;

    w->first = pp_alloc_zero(nv + 1, sizeof *w->first);
    w->around = pp_alloc(3 * nt, sizeof *w->around);
    w->order = pp_alloc(nt, sizeof *w->order);
    w->done = pp_alloc_zero(nt, sizeof *w->done);
    w->stamp = pp_alloc(nv, sizeof *w->stamp);
    w->list = pp_alloc(nv, sizeof *w->list);
    w->flat = pp_alloc(nv, sizeof *w->flat);
    w->rim = pp_alloc(2 * nv + 2, sizeof *w->rim);
    if (w->first == NULL || w->around == NULL || w->order == NULL ||
        w->done == NULL || w->stamp == NULL || w->list == NULL ||
        w->flat == NULL || w->rim == NULL)
        return pp_fail_memory(err);
    fill_tables(w);
    return PP_OK;
}

/* All hull vertices within PP_FLAT_MM of facet t's plane. */
static void
walk(laying *w, uint32_t t, pp_vec3 normal)
{
    const pp_mesh *h = &w->hull;
    const pp_vec3 origin = h->vert[h->tri[t][0]];

    w->n = 0;
    for (int k = 0; k < 3; k++) {
        w->stamp[h->tri[t][k]] = t;
        w->list[w->n++] = h->tri[t][k];
    }
    for (size_t i = 0; i < w->n; i++) {
        const uint32_t v = w->list[i];

        for (uint32_t a = w->first[v]; a < w->first[v + 1]; a++)
            for (int k = 0; k < 3; k++) {
                const uint32_t u = h->tri[w->around[a]][k];
                const pp_vec3 d = pp_sub(h->vert[u], origin);

                if (w->stamp[u] != t && -pp_dot(d, normal) <= PP_FLAT_MM) {
                    w->stamp[u] = t;
                    w->list[w->n++] = u;
                }
            }
    }
    for (size_t i = 0; i < w->n; i++)
        for (uint32_t a = w->first[w->list[i]]; a < w->first[w->list[i] + 1];
             a++) {
            const uint32_t f = w->around[a];

            w->done[f] = w->done[f] || (w->stamp[h->tri[f][0]] == t &&
                                        w->stamp[h->tri[f][1]] == t &&
                                        w->stamp[h->tri[f][2]] == t);
        }
}

static int
compare_points(const void *a, const void *b)
{
    const flat_point *p = a, *q = b;

    if (p->x != q->x)
        return p->x < q->x ? -1 : 1;
    return p->y < q->y ? -1 : p->y > q->y;
}

static double
turn_of(flat_point a, flat_point b, flat_point c)
{
    return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}

/* Convex hull of n points (Andrew, 1979): a chain there and one back. */
static size_t
make_rim(flat_point *p, size_t n, flat_point *rim)
{
    size_t k = 0;

    qsort(p, n, sizeof *p, compare_points);
    for (size_t i = 0; i < n; i++) {
        while (k >= 2 && turn_of(rim[k - 2], rim[k - 1], p[i]) <= 0)
            k--;
        rim[k++] = p[i];
    }
    const size_t there = k + 1;

    for (size_t i = n - 1; i-- > 0;) {
        while (k >= there && turn_of(rim[k - 2], rim[k - 1], p[i]) <= 0)
            k--;
        rim[k++] = p[i];
    }
    return k > 1 ? k - 1 : k;
}

/* Area of the side, and how far the foot of the centre is inside it. */
static void
measure_side(laying *w, pp_vec3 normal, double *area, double *inside)
{
    const pp_vec3 any =
        fabs(normal.x) < 0.7 ? pp_vec(1, 0, 0) : pp_vec(0, 1, 0);
    const pp_vec3 u = pp_unit(pp_cross(normal, any)), v = pp_cross(normal, u);
    const flat_point foot = { 0, 0 };
    size_t n;

    for (size_t i = 0; i < w->n; i++) {
        const pp_vec3 d = pp_sub(w->hull.vert[w->list[i]], w->centre);

        w->flat[i] = (flat_point){ pp_dot(d, u), pp_dot(d, v) };
    }
    n = make_rim(w->flat, w->n, w->rim);
    *area = 0;
    *inside = HUGE_VAL;
    for (size_t i = 0; i < n; i++) {
        const flat_point a = w->rim[i], b = w->rim[(i + 1) % n];
        const double length = hypot(b.x - a.x, b.y - a.y);

        *area += (a.x * b.y - a.y * b.x) / 2;
        if (length > 0)
            *inside = fmin(*inside, turn_of(a, b, foot) / length);
    }
}

pp_status
pp_lay_find(const pp_mesh *m, pp_lay *lay, pp_error *err)
{
    laying w = { 0 };

    memset(lay, 0, sizeof *lay);
    if (pp_measure_centroid(m, &w.centre, err) != PP_OK ||
        pp_igl_convex_hull(m, &w.hull, err) != PP_OK ||
        prepare(&w, err) != PP_OK)
        goto done;
    for (size_t i = 0; i < w.hull.ntri; i++) {
        const uint32_t t = w.order[i].facet;
        const pp_vec3 normal = pp_unit(pp_facet_normal(&w.hull, t));
        double area, inside;

        if (w.done[t])
            continue;
        walk(&w, t, normal);
        measure_side(&w, normal, &area, &inside);
        if (!(inside > 0))
            continue;
        lay->nside++;
        if (area > lay->area_mm2 * (1 + EQUAL) ||
            (area > lay->area_mm2 * (1 - EQUAL) && normal.z < lay->down.z)) {
            lay->area_mm2 = area;
            lay->rim_mm = inside;
            lay->down = normal;
        }
    }
    if (lay->nside == 0)
        pp_fail(err, PP_EGEOM, "there is no side on which it would stand");
done:
    free_laying(&w);
    return err->status;
}
