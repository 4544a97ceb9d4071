/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rasterise.c - polygons to pixel coverage
 *
 * Scan lines at sixteenths of a pixel; where the edges cross a line, sorted,
 * inside and outside alternate (even-odd rule), and each span adds its exact
 * length to the pixels below it.
 */
#include "voxel/rasterise.h"

#include "base/alloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Crossings of one plane: a dense plane of a large image has some 10^6. */
#define CROSSING_LIMIT ((size_t)1 << 27)

typedef struct {
    size_t line;
    double x;
} crossing;

typedef struct {
    crossing *at;
    size_t n, capacity;
} crossings;

static int
by_line(const void *a, const void *b)
{
    const crossing *p = a, *q = b;

    if (p->line != q->line)
        return p->line < q->line ? -1 : 1;
    return p->x < q->x ? -1 : p->x > q->x;
}

/* y of scan line n is (n + 1/2) / LINES; lines with low <= y < high. */
static pp_status
cross_edge(pp_corner a, pp_corner b, size_t height, crossings *out,
           pp_error *err)
{
    const double low = fmin(a.y, b.y), high = fmax(a.y, b.y);
    const double most = (double)(height * PP_COVER_LINES);
    const double first = fmax(0, ceil(low * PP_COVER_LINES - 0.5));
    const double end = fmin(most, ceil(high * PP_COVER_LINES - 0.5));

    if (!(first < end))
        return PP_OK;

    const size_t n = (size_t)(end - first);

    if (n > CROSSING_LIMIT - out->n)
        return pp_fail(err, PP_ELIMIT, "the contours of one plane are too "
                                       "many");
    if (pp_grow(&out->at, &out->capacity, out->n + n, sizeof *out->at, err) !=
        PP_OK)
        return err->status;
    for (size_t l = (size_t)first; l < (size_t)end; l++) {
        const double y = ((double)l + 0.5) / PP_COVER_LINES;
        const double t = (y - a.y) / (b.y - a.y);

        out->at[out->n].line = l;
        out->at[out->n++].x = a.x + t * (b.x - a.x);
    }
    return PP_OK;
}

static void
add_span(float *row, size_t width, double from, double to)
{
    const float share = 1.0F / PP_COVER_LINES;
    size_t i, last;

    from = fmin(fmax(from, 0), (double)width);
    to = fmin(fmax(to, 0), (double)width);
    if (!(from < to))
        return;
    i = (size_t)from;
    last = (size_t)to;
    if (i == last) {
        row[i] += share * (float)(to - from);
        return;
    }
    row[i] += share * (float)((double)(i + 1) - from);
    while (++i < last)
        row[i] += share;
    if (last < width)
        row[last] += share * (float)(to - (double)last);
}

pp_status
pp_polygons_cover(const pp_polygon *polygon, size_t npolygon, size_t width,
                  size_t height, float *cover, pp_error *err)
{
    crossings c = { 0 };

    for (size_t p = 0; p < npolygon && err->status == PP_OK; p++)
        for (size_t v = 0; v < polygon[p].n; v++)
            if (cross_edge(polygon[p].corner[v],
                           polygon[p].corner[(v + 1) % polygon[p].n], height,
                           &c, err) != PP_OK)
                break;
    if (err->status == PP_OK && c.n > 0) {
        qsort(c.at, c.n, sizeof *c.at, by_line);
        for (size_t i = 0; i + 1 < c.n; i += 2)
            add_span(cover + c.at[i].line / PP_COVER_LINES * width, width,
                     c.at[i].x, c.at[i + 1].x);
    }
    pp_free(c.at);
    return err->status;
}
