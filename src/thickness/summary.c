/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * summary.c - balls into numbers: minimum, distribution, thin regions
 */
#include "thickness/thickness.h"

#include "base/alloc.h"
#include "base/cause.h"
#include "base/sets.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    double diameter, area;
} weighed;

static int
by_diameter(const void *a, const void *b)
{
    const double x = ((const weighed *)a)->diameter,
                 y = ((const weighed *)b)->diameter;

    return (x > y) - (x < y);
}

/* The diameter that this share of the area does not exceed. */
static double
quantile(const weighed *w, size_t n, double total, double share)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++) {
        sum += w[i].area;
        if (sum >= share * total)
            return w[i].diameter;
    }
    return n > 0 ? w[n - 1].diameter : 0;
}

static void
fill_bins(const pp_thickness *t, double t_mm, pp_thickness_summary *s)
{
    const double top = t_mm > 0 ? 2 * t_mm : 2 * s->median_mm;

    s->bin_mm = top / PP_THICKNESS_NBIN;
    for (size_t i = t->nvert; i < t->nball && s->bin_mm > 0; i++) {
        const double at = t->ball[i].diameter_mm / s->bin_mm;
        const int bin = at >= PP_THICKNESS_NBIN - 1 ? PP_THICKNESS_NBIN - 1
                                                    : (int)at;

        s->bin_mm2[bin] += t->ball[i].area_mm2;
    }
}

pp_status
pp_thickness_summarise(const pp_thickness *t, double t_mm,
                       pp_thickness_summary *s, pp_error *err)
{
    const size_t n = t->nball - t->nvert;
    weighed *w = pp_alloc(n, sizeof *w);

    memset(s, 0, sizeof *s);
    if (w == NULL)
        return pp_fail_memory(err);
    s->min_mm = t->limit_mm;
    for (size_t i = 0; i < t->nball; i++) {
        const pp_ball *b = &t->ball[i];

        if (b->stopped && b->diameter_mm < s->min_mm) {
            s->min_mm = b->diameter_mm;
            s->min_place = b->touch;
        }
        s->area_mm2 += b->area_mm2;
        s->edge_zone_mm2 += b->edge_zone ? b->area_mm2 : 0;
        s->area_below_mm2 += pp_ball_is_thin(b, t_mm) ? b->area_mm2 : 0;
    }
    for (size_t i = 0; i < n; i++)
        w[i] = (weighed){ t->ball[t->nvert + i].diameter_mm,
                          t->ball[t->nvert + i].area_mm2 };
    qsort(w, n, sizeof *w, by_diameter);
    s->p1_mm = quantile(w, n, s->area_mm2, 0.01);
    s->median_mm = quantile(w, n, s->area_mm2, 0.5);
    fill_bins(t, t_mm, s);
    pp_free(w);
    return PP_OK;
}

/* ---- thin regions: sets of the vertices of thin samples ---- */

static void
add_sample(pp_thin_region *r, const pp_ball *b)
{
    r->area_mm2 += b->area_mm2;
    if (r->nsample++ == 0 || b->diameter_mm < r->min_mm) {
        r->min_mm = b->diameter_mm;
        r->place = b->touch;
    }
}

static int
by_area(const void *a, const void *b)
{
    const pp_thin_region *x = a, *y = b;

    if (x->area_mm2 != y->area_mm2)
        return x->area_mm2 < y->area_mm2 ? 1 : -1;
    return (x->min_mm > y->min_mm) - (x->min_mm < y->min_mm);
}

static pp_status
collect(const pp_mesh *m, const pp_thickness *t, double t_mm, uint32_t *up,
        uint32_t *number, pp_thin_region **region, size_t *nregion,
        pp_error *err)
{
    size_t cap = 0;

    for (size_t i = 0; i < t->nball; i++) {
        const pp_ball *b = &t->ball[i];
        uint32_t r;

        if (!pp_ball_is_thin(b, t_mm))
            continue;
        r = pp_sets_root(up, i < t->nvert ? (uint32_t)i : m->tri[b->facet][0]);
        if (number[r] == PP_NONE) {
            if (pp_grow(region, &cap, *nregion + 1, sizeof **region, err))
                return pp_cause(err);
            memset(&(*region)[*nregion], 0, sizeof **region);
            number[r] = (uint32_t)(*nregion)++;
        }
        assert(*region != NULL);
        add_sample(&(*region)[number[r]], b);
    }
    return PP_OK;
}

pp_status
pp_thickness_regions(const pp_mesh *m, const pp_thickness *t, double t_mm,
                     pp_thin_region **region, size_t *nregion, pp_error *err)
{
    uint32_t *up = pp_alloc(m->nvert, sizeof *up);
    uint32_t *number = pp_alloc(m->nvert, sizeof *number);

    *region = NULL;
    *nregion = 0;
    if (up == NULL || number == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    pp_sets_start(up, m->nvert);
    for (size_t v = 0; v < m->nvert; v++)
        number[v] = PP_NONE;
    for (size_t i = t->nvert; i < t->nball; i++)
        if (pp_ball_is_thin(&t->ball[i], t_mm)) {
            const uint32_t *v = m->tri[t->ball[i].facet];

            pp_sets_join(up, v[0], v[1]);
            pp_sets_join(up, v[1], v[2]);
        }
    if (collect(m, t, t_mm, up, number, region, nregion, err) == PP_OK &&
        *nregion > 0)
        qsort(*region, *nregion, sizeof **region, by_area);
done:
    pp_free(up);
    pp_free(number);
    if (err->status != PP_OK) {
        pp_free(*region);
        *region = NULL;
        *nregion = 0;
    }
    return err->status;
}
