/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * valley_rim.c - where the surface ends
 *
 * On the surface the field is zero; beyond a rim, on the surface carried on,
 * it is the way back to the rim. The rim itself is where that way begins, and
 * no noisy field shows a beginning; but it shows well where the way has
 * become TAU. So the carried-on sheet is cut there, and what is nearer than
 * TAU to the cut goes too: the rim is back in its place. Where the field rises
 * and falls again over less than twice that way, the surface has a pinhole
 * and no rim, and stays whole.
 */
#include "surface/valley_fit.h"

#include "base/alloc.h"
#include "base/sets.h"

#include <stdlib.h>
#include <string.h>

#define TAU PP_VALLEY_TAU
#define LISTED 0.45    /* the field rises to this: there was something */
#define QUIET 0.08     /* noise above this hides such small things */
#define MOST_APART 0.7 /* two measures of the way, if they mean one rim */
#define APART 0.4      /* a sheet that ends at another ends so far before it */
#define OTHER_TURN 0.8 /* cosine of normals below which it is another */
#define SMALLEST 4.0   /* pieces of a lesser area go */

/* ---- pinholes ---- */

/* Sets of connected vertices above a level. */
typedef struct {
    uint32_t *set;
    double *area;  /* of each root's set */
    double *peak;
    bool *at_rim;
    pp_vec3 *sum;
    uint32_t *count;
} heights;

static void
free_heights(heights *h)
{
    pp_free(h->set);
    pp_free(h->area);
    pp_free(h->peak);
    pp_free(h->at_rim);
    pp_free(h->sum);
    pp_free(h->count);
}

static double
area_of(const pp_mesh *m, size_t t)
{
    return pp_norm(pp_facet_normal(m, t)) / 2;
}

static pp_status
mark_rims(const pp_mesh *m, heights *h, pp_error *err)
{
    pp_half_edge *e = NULL;
    size_t n, end;

    if (pp_mesh_half_edges(m, &e, &n, err) != PP_OK)
        return err->status;
    for (size_t i = 0; i < n; i = end) {
        end = pp_half_edges_end(e, n, i);
        if (end - i == 1)
            h->at_rim[h->set[e[i].low]] = h->at_rim[h->set[e[i].high]] = true;
    }
    pp_free(e);
    return PP_OK;
}

static pp_status
find_heights(const pp_mesh *m, const double *rise, double level, heights *h,
             pp_error *err)
{
    const size_t n = m->nvert;

    memset(h, 0, sizeof *h);
    h->set = pp_alloc(n, sizeof *h->set);
    h->area = pp_alloc_zero(n, sizeof *h->area);
    h->peak = pp_alloc_zero(n, sizeof *h->peak);
    h->at_rim = pp_alloc_zero(n, sizeof *h->at_rim);
    h->sum = pp_alloc_zero(n, sizeof *h->sum);
    h->count = pp_alloc_zero(n, sizeof *h->count);
    if (h->set == NULL || h->area == NULL || h->peak == NULL ||
        h->at_rim == NULL || h->sum == NULL || h->count == NULL)
        return pp_fail_memory(err);
    pp_sets_start(h->set, n);
    for (size_t t = 0; t < m->ntri; t++)
        for (int k = 0; k < 3; k++) {
            const uint32_t a = m->tri[t][k], b = m->tri[t][(k + 1) % 3];

            if (rise[a] > level && rise[b] > level)
                pp_sets_join(h->set, a, b);
        }
    pp_sets_flatten(h->set, n);
    for (size_t t = 0; t < m->ntri; t++)
        for (int k = 0; k < 3; k++)
            if (rise[m->tri[t][k]] > level)
                h->area[h->set[m->tri[t][k]]] += area_of(m, t) / 3;
    for (size_t v = 0; v < n; v++) {
        const uint32_t s = h->set[v];

        h->peak[s] = fmax(h->peak[s], rise[v]);
        h->sum[s] = pp_add(h->sum[s], m->vert[v]);
        h->count[s]++;
    }
    return mark_rims(m, h, err);
}

/* Pinholes are listed; those that would be cut are made even. */
static pp_status
close_pinholes(const pp_valley_field *f, double pinhole, const pp_mesh *m,
               double *rise, pp_valley_report *r, pp_error *err)
{
    const bool quiet = f->check.noise < QUIET;
    heights low, high;

    memset(&low, 0, sizeof low);
    if (find_heights(m, rise, TAU, &high, err) != PP_OK ||
        find_heights(m, rise, LISTED, &low, err) != PP_OK)
        goto done;
    for (size_t v = 0; v < m->nvert; v++) {
        const uint32_t s = high.set[v];

        if (rise[v] > TAU && !high.at_rim[s] &&
            2 * (sqrt(high.area[s] / M_PI) + TAU) < pinhole)
            rise[v] = TAU - 1e-3; /* its neighbours are below this too */
    }
    for (uint32_t s = 0; s < m->nvert; s++) {
        const double wide = high.set[s] == s && high.peak[s] > TAU
                                ? 2 * (sqrt(high.area[s] / M_PI) + TAU) : 0;
        const double small = quiet && low.set[s] == s &&
                                     low.peak[s] > LISTED &&
                                     low.peak[s] <= TAU && !low.at_rim[s]
                                 ? 2 * low.peak[s] : 0;
        const bool closed = wide > 0 && !high.at_rim[s] && wide < pinhole;
        const pp_vec3 at =
            closed ? pp_scale(high.sum[s], 1.0 / high.count[s])
                   : pp_scale(low.sum[s], 1.0 / low.count[s]);

        if ((closed || small > 0) &&
            pp_valley_note(r, PP_PLACE_PINHOLE, pp_valley_to_lps(f, at),
                           (closed ? wide : small) * f->mm, err) != PP_OK)
            goto done;
    }
done:
    free_heights(&high);
    free_heights(&low);
    return err->status;
}

/* ---- the line of TAU, and the way back ---- */

/* The line where the field has risen to TAU, as facets without an area. */
static pp_status
trace(const pp_mesh *m, const double *rise, pp_mesh *line, pp_error *err)
{
    size_t n = 0;

    for (size_t t = 0; t < m->ntri; t++) {
        const uint32_t *v = m->tri[t];
        const int out = (rise[v[0]] > TAU) + (rise[v[1]] > TAU) +
                        (rise[v[2]] > TAU);

        n += out == 1 || out == 2;
    }
    if (pp_mesh_alloc(line, 2 * n, n, err) != PP_OK)
        return err->status;
    line->nvert = line->ntri = 0;
    for (size_t t = 0; t < m->ntri; t++) {
        const size_t first = line->nvert;

        for (int k = 0; k < 3; k++) {
            const uint32_t a = m->tri[t][k], b = m->tri[t][(k + 1) % 3];

            if ((rise[a] > TAU) == (rise[b] > TAU))
                continue;
            const double s = (TAU - rise[a]) / (rise[b] - rise[a]);

            line->vert[line->nvert++] =
                pp_madd(m->vert[a], s, pp_sub(m->vert[b], m->vert[a]));
        }
        if (line->nvert == first)
            continue;
        line->tri[line->ntri][0] = (uint32_t)first;
        line->tri[line->ntri][1] = (uint32_t)first + 1;
        line->tri[line->ntri++][2] = (uint32_t)first + 1;
    }
    return PP_OK;
}

/* How far within the rim each vertex lies, by its own fit where there is one
 * that does not contradict the way to the line. */
static pp_status
measure_within(const pp_mesh *m, const double *rise, const pp_mesh *line,
               const double *way, double *within, pp_error *err)
{
    const ptrdiff_t n = (ptrdiff_t)m->nvert;
    pp_bvh *bvh = NULL;

    for (size_t v = 0; v < m->nvert; v++)
        within[v] = 2;
    if (line->ntri == 0)
        return PP_OK;
    if (pp_bvh_build(line, &bvh, err) != PP_OK)
        return err->status;
#pragma omp parallel for schedule(dynamic, 256)
    for (ptrdiff_t v = 0; v < n; v++) {
        const pp_nearest near = pp_bvh_nearest(bvh, m->vert[v], TAU + 2);
        const double d = near.facet == PP_NONE ? TAU + 2 : near.distance;

        within[v] = rise[v] > TAU ? -TAU - d : d - TAU;
        if (fabs(way[v] + within[v]) < MOST_APART)
            within[v] = -way[v];
    }
    pp_bvh_free(bvh);
    return PP_OK;
}

/* ---- where sheets meet ---- */

/* What a vertex near its rim looks for: facets of other sheets that stay. */
typedef struct {
    const pp_mesh *m;
    const uint32_t *part;
    const double *within;
    pp_vec3 p, normal;
    uint32_t own;
    double least;
} search;

static int
visit(uint32_t t, void *data)
{
    search *s = data;
    const uint32_t *v = s->m->tri[t];
    const pp_vec3 corner[3] = { s->m->vert[v[0]], s->m->vert[v[1]],
                                s->m->vert[v[2]] };
    const pp_vec3 n = pp_unit(pp_facet_normal(s->m, t));

    if (!(s->within[v[0]] > 0 && s->within[v[1]] > 0 && s->within[v[2]] > 0) ||
        (s->part[t] == s->own && fabs(pp_dot(n, s->normal)) > OTHER_TURN))
        return 0;
    s->least = fmin(s->least, pp_distance(s->p, pp_nearest_on_triangle(
                                                    s->p, corner)));
    return 0;
}

/* A sheet that ends where another goes on, or ends too, ends before it. */
static pp_status
keep_apart(const pp_mesh *m, double *within, pp_error *err)
{
    const ptrdiff_t n = (ptrdiff_t)m->nvert;
    pp_vec3 *normal = pp_alloc(m->nvert, sizeof *normal);
    uint32_t *own = pp_alloc_zero(m->nvert, sizeof *own);
    double *before = pp_alloc(m->nvert, sizeof *before);
    uint32_t *part = NULL, npart;
    pp_bvh *bvh = NULL;

    if (normal == NULL || own == NULL || before == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    if (pp_mesh_parts(m, &part, &npart, err) != PP_OK ||
        pp_bvh_build(m, &bvh, err) != PP_OK)
        goto done;
    pp_mesh_vertex_normals(m, normal);
    for (size_t t = 0; t < m->ntri; t++)
        for (int k = 0; k < 3; k++)
            own[m->tri[t][k]] = part[t];
    memcpy(before, within, m->nvert * sizeof *before);
#pragma omp parallel for schedule(dynamic, 64)
    for (ptrdiff_t v = 0; v < n; v++) {
        const pp_vec3 p = m->vert[v], r = pp_vec(2 * APART, 2 * APART,
                                                 2 * APART);
        search s = { m, part, before, p, normal[v], own[v], 2 * APART };

        if (before[v] < -TAU || before[v] > TAU)
            continue;
        pp_bvh_overlap(bvh, (pp_box){ pp_sub(p, r), pp_add(p, r) }, visit, &s);
        if (s.least < 2 * APART)
            within[v] = fmin(within[v], s.least - APART);
    }
done:
    pp_bvh_free(bvh);
    pp_free(part);
    pp_free(normal);
    pp_free(own);
    pp_free(before);
    return err->status;
}

/* ---- all of it ---- */

/* Drops pieces that are too small to mean anything, and lists them. */
static pp_status
drop_small(const pp_valley_field *f, pp_mesh *m, pp_valley_report *r,
           pp_error *err)
{
    uint32_t *part = NULL, npart;
    double *area = NULL;
    pp_vec3 *middle = NULL;
    uint8_t *keep = NULL;
    pp_mesh less = { 0 };

    if (pp_mesh_parts(m, &part, &npart, err) != PP_OK)
        return err->status;
    area = pp_alloc_zero(npart, sizeof *area);
    middle = pp_alloc_zero(npart, sizeof *middle);
    keep = pp_alloc(m->ntri, 1);
    if (area == NULL || middle == NULL || keep == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    for (size_t t = 0; t < m->ntri; t++) {
        area[part[t]] += area_of(m, t);
        middle[part[t]] = pp_madd(middle[part[t]], area_of(m, t),
                                  m->vert[m->tri[t][0]]);
    }
    for (size_t t = 0; t < m->ntri; t++)
        keep[t] = area[part[t]] >= SMALLEST;
    for (uint32_t p = 0; p < npart; p++)
        if (area[p] < SMALLEST && area[p] > 0.5 &&
            pp_valley_note(r, PP_PLACE_DROPPED,
                           pp_valley_to_lps(f, pp_scale(middle[p],
                                                        1 / area[p])),
                           area[p] * f->mm * f->mm, err) != PP_OK)
            goto done;
    if (pp_mesh_select(m, keep, &less, err) == PP_OK) {
        pp_mesh_free(m);
        *m = less;
    }
done:
    pp_free(part);
    pp_free(area);
    pp_free(middle);
    pp_free(keep);
    return err->status;
}

pp_status
pp_valley_trim(const pp_valley_field *f, double pinhole, pp_mesh *m,
               pp_valley_report *r, pp_error *err)
{
    double *rise = pp_alloc(m->nvert, sizeof *rise);
    double *way = pp_alloc(m->nvert, sizeof *way);
    double *within = pp_alloc(m->nvert, sizeof *within);
    pp_mesh line = { 0 };

    if (rise == NULL || way == NULL || within == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    if (pp_valley_rise(f, m, rise, way, err) != PP_OK ||
        close_pinholes(f, pinhole, m, rise, r, err) != PP_OK ||
        trace(m, rise, &line, err) != PP_OK ||
        measure_within(m, rise, &line, way, within, err) != PP_OK ||
        keep_apart(m, within, err) != PP_OK ||
        pp_valley_keep_within(m, within, err) != PP_OK ||
        pp_valley_make_manifold(m, err) != PP_OK)
        goto done;
    (void)!drop_small(f, m, r, err);
done:
    pp_mesh_free(&line);
    pp_free(rise);
    pp_free(way);
    pp_free(within);
    return err->status;
}
