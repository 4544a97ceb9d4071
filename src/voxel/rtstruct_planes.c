/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rtstruct_planes.c - which contour belongs to which slice, and what lies
 * between two slices
 *
 * Contours of one plane are drawn together (even-odd), contours of different
 * planes never: where several planes lie nearest to one slice, the nearest of
 * them is its. Slices that were not drawn on are interpolated by shape: the
 * signed distances to the outlines below and above are mixed, and their zero
 * is the new outline (Raya and Udupa, IEEE TMI 1990). Distances are exact
 * (Felzenszwalb and Huttenlocher 2012).
 */
#include "voxel/rtstruct.h"

#include "base/alloc.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/*
 * Contours nearer to each other than this share of the slice spacing lie in
 * one plane: points are written to a tenth or a hundredth of a millimetre.
 */
#define SAME_PLANE 0.1

void
pp_canvas_index(const pp_canvas *c, pp_vec3 p, double index[3])
{
    for (int r = 0; r < 3; r++)
        index[r] = c->to_index[r][0] * p.x + c->to_index[r][1] * p.y +
                   c->to_index[r][2] * p.z + c->to_index[r][3];
}

void
pp_outlines_free(pp_outlines *o)
{
    pp_free(o->outline);
    pp_free(o->corner);
    pp_free(o->drawn);
    memset(o, 0, sizeof *o);
}

/* A contour's corners in pixels, and its place along the axis. */
static void
place_contour(const pp_canvas *canvas, const pp_structure *s,
              const pp_ring *c, pp_outlines *out)
{
    pp_outline *o = &out->outline[out->noutline];
    double index[3], least = HUGE_VAL, most = -HUGE_VAL, sum = 0;

    for (size_t p = 0; p < c->n; p++) {
        pp_corner *corner = &out->corner[c->first + p];

        pp_canvas_index(canvas, s->point[c->first + p], index);
        sum += index[canvas->axis];
        least = fmin(least, index[canvas->axis]);
        most = fmax(most, index[canvas->axis]);
        /* centres are whole numbers, pixels begin half before */
        corner->x = index[canvas->u] + 0.5;
        corner->y = index[canvas->v] + 0.5;
    }
    out->spread = fmax(out->spread, most - least);
    o->at = sum / (double)c->n;
    o->first = c->first;
    o->n = c->n;
    if (o->at >= -0.5 &&
        o->at < (double)canvas->frame->dim[canvas->axis] - 0.5)
        out->noutline++;
    else
        out->nbeyond++;
}

static int
by_place(const void *a, const void *b)
{
    const pp_outline *p = a, *q = b;

    if (p->at < q->at || p->at > q->at)
        return p->at < q->at ? -1 : 1;
    return p->first < q->first ? -1 : p->first > q->first;
}

/* Hands the plane of outlines first ... end - 1 to its slice. */
static void
add_plane(pp_outlines *o, size_t first, size_t end)
{
    const double at = o->outline[first].at;
    const double slice = floor(at + 0.5);
    pp_drawn *last = o->ndrawn > 0 ? &o->drawn[o->ndrawn - 1] : NULL;
    const pp_drawn mine = { (size_t)fmax(slice, 0), first, end };

    if (fabs(at - slice) > PP_FLAT_SHARE)
        o->nbetween++;
    assert(o->drawn != NULL);
    if (last == NULL || last->slice != mine.slice) {
        o->drawn[o->ndrawn++] = mine;
        return;
    }
    o->nunused++;
    if (fabs(at - slice) < fabs(o->outline[last->first].at - slice))
        *last = mine;
}

pp_status
pp_outlines_place(const pp_canvas *canvas, const pp_structure *s,
                  pp_outlines *out, pp_error *err)
{
    memset(out, 0, sizeof *out);
    out->outline = pp_alloc(s->ncontour, sizeof *out->outline);
    out->drawn = pp_alloc(s->ncontour, sizeof *out->drawn);
    out->corner = pp_alloc(s->npoint, sizeof *out->corner);
    if (out->outline == NULL || out->drawn == NULL || out->corner == NULL) {
        pp_outlines_free(out);
        return pp_fail_memory(err);
    }
    for (size_t c = 0; c < s->ncontour; c++)
        if (s->contour[c].closed && s->contour[c].n >= 3)
            place_contour(canvas, s, &s->contour[c], out);
        else
            out->nopen++;
    qsort(out->outline, out->noutline, sizeof *out->outline, by_place);
    for (size_t first = 0, end; first < out->noutline; first = end) {
        for (end = first + 1; end < out->noutline &&
                              out->outline[end].at - out->outline[first].at <
                                  SAME_PLANE;)
            end++;
        add_plane(out, first, end);
    }
    return PP_OK;
}

/* ---- shape-based interpolation ---- */

/* Working lines of the distance transform, as long as the longer side. */
typedef struct {
    double *in, *out, *border;
    size_t *site;
} lines;

/* Squared distances along a line of pixels `mm` apart, from squared ones. */
static void
transform_line(const lines *l, size_t n, double mm)
{
    const double w = mm * mm;
    size_t m = 0; /* parabolas in the lower envelope */

    for (size_t q = 0; q < n; q++) {
        double from = -HUGE_VAL;

        if (isinf(l->in[q]))
            continue;
        while (m > 0) {
            const size_t p = l->site[m - 1];

            from = (l->in[q] - l->in[p] +
                    w * ((double)q * (double)q - (double)p * (double)p)) /
                   (2 * w * ((double)q - (double)p));
            if (from > l->border[m - 1])
                break;
            m--;
        }
        l->border[m] = m > 0 ? from : -HUGE_VAL;
        l->site[m++] = q;
    }
    for (size_t q = 0, k = 0; q < n; q++) {
        if (m == 0) {
            l->out[q] = HUGE_VAL;
            continue;
        }
        while (k + 1 < m && l->border[k + 1] <= (double)q)
            k++;
        const double d = (double)q - (double)l->site[k];

        l->out[q] = w * d * d + l->in[l->site[k]];
    }
}

/* Squared distance in mm of each pixel to the nearest one that is `inside`. */
static void
squared_distance(const float *cover, bool inside, size_t width,
                 size_t height, const double mm[2], const lines *l, double *d)
{
    for (size_t i = 0; i < width; i++) {
        for (size_t j = 0; j < height; j++)
            l->in[j] =
                (cover[j * width + i] >= PP_COVER_HALF) == inside ? 0
                                                                  : HUGE_VAL;
        transform_line(l, height, mm[1]);
        for (size_t j = 0; j < height; j++)
            d[j * width + i] = l->out[j];
    }
    for (size_t j = 0; j < height; j++) {
        memcpy(l->in, d + j * width, width * sizeof *d);
        transform_line(l, width, mm[0]);
        memcpy(d + j * width, l->out, width * sizeof *d);
    }
}

/* Adds share times the signed distance (inside: below zero); false: empty. */
static bool
add_distance(const float *cover, double share, size_t width, size_t height,
             const double mm[2], const lines *l, double *work, double *sum)
{
    const size_t n = width * height;
    bool any = false;

    for (size_t i = 0; i < n && !any; i++)
        any = cover[i] >= PP_COVER_HALF;
    if (!any)
        return false;
    squared_distance(cover, true, width, height, mm, l, work);
    for (size_t i = 0; i < n; i++)
        sum[i] += share * sqrt(work[i]);
    squared_distance(cover, false, width, height, mm, l, work);
    for (size_t i = 0; i < n; i++)
        sum[i] -= share * sqrt(fmin(work[i], 1e12)); /* all inside: far */
    return true;
}

pp_status
pp_cover_between(const float *below, const float *above, size_t width,
                 size_t height, const double mm[2], double share,
                 float *cover, pp_error *err)
{
    const size_t n = width * height;
    const size_t longer = width > height ? width : height;
    const double edge = sqrt(mm[0] * mm[1]);
    double *work = pp_alloc(n, sizeof *work);
    double *sum = pp_alloc_zero(n, sizeof *sum);
    double *line = pp_alloc(3 * longer, sizeof *line);
    size_t *site = pp_alloc(longer, sizeof *site);

    memset(cover, 0, n * sizeof *cover);
    if (work == NULL || sum == NULL || line == NULL || site == NULL) {
        pp_fail_memory(err);
    } else {
        const lines l = { line, line + longer, line + 2 * longer, site };

        if (add_distance(below, 1 - share, width, height, mm, &l, work,
                         sum) &&
            add_distance(above, share, width, height, mm, &l, work, sum))
            for (size_t i = 0; i < n; i++)
                cover[i] =
                    (float)fmin(fmax(0.5 - sum[i] / (2 * edge), 0), 1);
    }
    pp_free(work);
    pp_free(sum);
    pp_free(line);
    pp_free(site);
    return err->status;
}
