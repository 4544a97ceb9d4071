/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * raster.c - which facet each sample sees
 *
 * Edge functions (Pineda 1988) on corners rounded to 1/256 sample, in 64-bit
 * integers: neighbouring facets leave no crack. Samples on an edge belong to
 * both sides; the nearer, then the lower number, wins. Threads own bands of
 * rows, so that their number changes nothing.
 */
#include "render/raster.h"

#include "base/alloc.h"

#include <math.h>
#include <string.h>

#define SUBSAMPLE 256
#define NBAND 8

typedef struct {
    int32_t x, y; /* 1/256 samples, y downward */
    float rise;
} corner;

void
pp_zbuffer_free(pp_zbuffer *z)
{
    pp_free(z->rise);
    pp_free(z->facet);
    memset(z, 0, sizeof *z);
}

static pp_status
project(const pp_mesh *m, const pp_view *view, corner **out, pp_error *err)
{
    const double x0 = (double)view->width / 2, y0 = (double)view->height / 2;
    corner *c = pp_alloc(m->nvert, sizeof *c);

    *out = c;
    if (c == NULL)
        return pp_fail_memory(err);
#pragma omp parallel for
    for (size_t v = 0; v < m->nvert; v++) {
        const pp_vec3 p = pp_scale(pp_sub(m->vert[v], view->centre),
                                   view->samples_per_mm);

        c[v].x = (int32_t)lrint((x0 + pp_dot(p, view->right)) * SUBSAMPLE);
        c[v].y = (int32_t)lrint((y0 - pp_dot(p, view->up)) * SUBSAMPLE);
        c[v].rise = (float)pp_dot(p, view->toward);
    }
    return PP_OK;
}

/* The first sample whose centre is at or beyond x. */
static long
first_sample(int32_t x)
{
    return ((long)x + SUBSAMPLE / 2 - 1) / SUBSAMPLE;
}

static int32_t
least(int32_t a, int32_t b, int32_t c)
{
    const int32_t ab = a < b ? a : b;

    return ab < c ? ab : c;
}

static int64_t
edge(const corner *a, const corner *b, int64_t x, int64_t y)
{
    return (int64_t)(b->x - a->x) * (y - a->y) -
           (int64_t)(b->y - a->y) * (x - a->x);
}

static void
draw_facet(pp_zbuffer *z, const corner *a, const corner *b, const corner *c,
           uint32_t facet, long top, long bottom)
{
    const int64_t area = edge(a, b, c->x, c->y);
    const long width = (long)z->width;
    long x0, x1, y0, y1;

    if (area == 0)
        return;
    if (area < 0) {
        const corner *swap = b;

        b = c;
        c = swap;
    }
    y0 = first_sample(least(a->y, b->y, c->y));
    y1 = first_sample(-least(-a->y, -b->y, -c->y) + 1);
    y0 = y0 > top ? y0 : top;
    y1 = y1 < bottom ? y1 : bottom;
    if (y0 >= y1)
        return;
    x0 = first_sample(least(a->x, b->x, c->x));
    x1 = first_sample(-least(-a->x, -b->x, -c->x) + 1);
    x0 = x0 > 0 ? x0 : 0;
    x1 = x1 < width ? x1 : width;

    const double per_area = 1 / (double)(area < 0 ? -area : area);
    const double db = ((double)b->rise - a->rise) * per_area;
    const double dc = ((double)c->rise - a->rise) * per_area;
    const int64_t sx = x0 * SUBSAMPLE + SUBSAMPLE / 2;

    for (long y = y0; y < y1; y++) {
        const int64_t sy = y * SUBSAMPLE + SUBSAMPLE / 2;
        int64_t wa = edge(b, c, sx, sy), wb = edge(c, a, sx, sy),
                wc = edge(a, b, sx, sy);
        float *rise = z->rise + y * width;
        uint32_t *seen = z->facet + y * width;

        for (long x = x0; x < x1; x++) {
            if ((wa | wb | wc) >= 0) {
                const float r = (float)(a->rise + (double)wb * db +
                                        (double)wc * dc);

                if (r > rise[x]) {
                    rise[x] = r;
                    seen[x] = facet;
                }
            }
            wa -= (int64_t)(c->y - b->y) * SUBSAMPLE;
            wb -= (int64_t)(a->y - c->y) * SUBSAMPLE;
            wc -= (int64_t)(b->y - a->y) * SUBSAMPLE;
        }
    }
}

pp_status
pp_raster_draw(const pp_mesh *m, const pp_view *view, pp_zbuffer *z,
               pp_error *err)
{
    const size_t n = view->width * view->height;
    corner *c;

    memset(z, 0, sizeof *z);
    if (project(m, view, &c, err) != PP_OK)
        return err->status;
    z->rise = pp_alloc(n, sizeof *z->rise);
    z->facet = pp_alloc(n, sizeof *z->facet);
    z->width = view->width;
    z->height = view->height;
    if (z->rise == NULL || z->facet == NULL) {
        pp_zbuffer_free(z);
        pp_free(c);
        return pp_fail_memory(err);
    }
    for (size_t s = 0; s < n; s++) {
        z->rise[s] = -HUGE_VALF;
        z->facet[s] = PP_NONE;
    }
#pragma omp parallel for schedule(dynamic)
    for (int band = 0; band < NBAND; band++) {
        const long top = (long)view->height * band / NBAND;
        const long bottom = (long)view->height * (band + 1) / NBAND;

        for (size_t t = 0; t < m->ntri; t++)
            draw_facet(z, &c[m->tri[t][0]], &c[m->tri[t][1]],
                       &c[m->tri[t][2]], (uint32_t)t, top, bottom);
    }
    pp_free(c);
    return PP_OK;
}
