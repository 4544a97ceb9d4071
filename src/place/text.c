/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * text.c - a line of text as polygons
 *
 * The region within half a pen of the letters' strokes: distances to the
 * strokes on a fine grid, contoured by marching squares, so that strokes that
 * meet or overlap are one region without any arrangement of polygons. Points
 * that others leave no room for are left out.
 */
#include "place/place.h"

#include "base/alloc.h"
#include "base/font.h"

#include <string.h>

/* Grid lines across a pen; a contour is true to a hundredth of it. */
#define ACROSS 10.0

/* Points go when all between two that stay are as near to their chord, in
 * pens; chords are no longer than a pen, so that text bends with a surface. */
#define STRAIGHT 0.01
#define LONGEST 1.0

/* No contour runs through a node: nearer ones are moved off, in spacings. */
#define OFF_NODE 1e-3

#define NONE UINT32_MAX

typedef struct {
    double x0, y0, x1, y1;
} stroke;

typedef struct {
    stroke *stroke;
    size_t n, capacity;
    double x, unit;      /* of the character that is drawn */
    double at[2];        /* of the pen */
    pp_error *err;
    double pen, h;       /* width, and the grid's spacing */
    double low[2];
    size_t size[2];
    float *field;        /* pen / 2 less the distance, at each node */
    uint32_t *crossing;  /* on the edge from each node along x, then along y */
    double (*point)[2];
    size_t npoint, room;
    uint32_t *next;      /* of each point along its contour */
} drawing;

void
pp_text_outline_free(pp_text_outline *t)
{
    pp_free(t->point);
    pp_free(t->edge);
    memset(t, 0, sizeof *t);
}

/* ---- strokes ---- */

static void
pen(void *state, double x, double y, bool start)
{
    drawing *d = state;
    const double to[2] = { d->x + x * d->unit, y * d->unit };

    if (start)
        memcpy(d->at, to, sizeof to);
    if (pp_grow(&d->stroke, &d->capacity, d->n + 1, sizeof *d->stroke,
                d->err) != PP_OK)
        return;
    /* a dot is a stroke without length */
    d->stroke[d->n++] = (stroke){ d->at[0], d->at[1], to[0], to[1] };
    memcpy(d->at, to, sizeof to);
}

static pp_status
draw(drawing *d, const char *text, double capital_mm, pp_error *err)
{
    size_t n = 0;

    d->err = err;
    d->unit = capital_mm / PP_FONT_CAPITAL;
    d->pen = PP_FONT_PEN * d->unit;
    d->h = d->pen / ACROSS;
    while (*text != '\0') {
        const char *before = text;
        const uint32_t c = pp_font_next(&text);

        if (!pp_font_has(c))
            return pp_fail(err, PP_EUNSUPPORTED, "the text has a character "
                           "that cannot be drawn: '%.*s'",
                           (int)(text - before), before);
        if (++n > PP_MARK_CHARACTERS)
            return pp_fail(err, PP_ELIMIT, "the text has more than %d "
                           "characters", PP_MARK_CHARACTERS);
        d->x += pp_font_trace(c, pen, d) * d->unit;
        if (err->status != PP_OK)
            return err->status;
    }
    return d->n > 0 ? PP_OK
                    : pp_fail(err, PP_EGEOM, "there is no text to draw");
}

/* ---- the field ---- */

static double
distance(const stroke *s, double x, double y)
{
    const double dx = s->x1 - s->x0, dy = s->y1 - s->y0;
    const double length2 = dx * dx + dy * dy;
    const double along =
        length2 > 0 ? ((x - s->x0) * dx + (y - s->y0) * dy) / length2 : 0;
    const double t = fmin(fmax(along, 0), 1);

    return hypot(x - s->x0 - t * dx, y - s->y0 - t * dy);
}

static void
lay_stroke(drawing *d, const stroke *s)
{
    const double reach = d->pen / 2 + 2 * d->h;
    const double low[2] = { fmin(s->x0, s->x1) - reach - d->low[0],
                            fmin(s->y0, s->y1) - reach - d->low[1] };
    const double high[2] = { fmax(s->x0, s->x1) + reach - d->low[0],
                             fmax(s->y0, s->y1) + reach - d->low[1] };

    for (size_t j = (size_t)fmax(low[1] / d->h, 0);
         j < d->size[1] && (double)j * d->h <= high[1]; j++)
        for (size_t i = (size_t)fmax(low[0] / d->h, 0);
             i < d->size[0] && (double)i * d->h <= high[0]; i++) {
            float *f = &d->field[i + j * d->size[0]];
            const double value =
                d->pen / 2 - distance(s, d->low[0] + (double)i * d->h,
                                      d->low[1] + (double)j * d->h);

            if (value > (double)*f)
                *f = (float)value;
        }
}

static pp_status
make_field(drawing *d, pp_error *err)
{
    double low[2] = { HUGE_VAL, HUGE_VAL }, high[2] = { -HUGE_VAL, -HUGE_VAL };
    const double off = OFF_NODE * d->h;
    size_t n;

    for (size_t i = 0; i < d->n; i++) {
        low[0] = fmin(low[0], fmin(d->stroke[i].x0, d->stroke[i].x1));
        low[1] = fmin(low[1], fmin(d->stroke[i].y0, d->stroke[i].y1));
        high[0] = fmax(high[0], fmax(d->stroke[i].x0, d->stroke[i].x1));
        high[1] = fmax(high[1], fmax(d->stroke[i].y0, d->stroke[i].y1));
    }
    for (int k = 0; k < 2; k++) {
        d->low[k] = low[k] - d->pen / 2 - 2 * d->h;
        d->size[k] = (size_t)((high[k] - d->low[k] + d->pen / 2) / d->h) + 3;
    }
    n = d->size[0] * d->size[1];
    d->field = pp_alloc(n, sizeof *d->field);
    d->crossing = pp_alloc(2 * n, sizeof *d->crossing);
    if (d->field == NULL || d->crossing == NULL)
        return pp_fail_memory(err);
    for (size_t i = 0; i < n; i++)
        d->field[i] = (float)(-2 * d->h);
    for (size_t i = 0; i < d->n; i++)
        lay_stroke(d, &d->stroke[i]);
    for (size_t i = 0; i < n; i++)
        if (fabs((double)d->field[i]) < off)
            d->field[i] = (float)(d->field[i] < 0 ? -off : off);
    return PP_OK;
}

/* ---- contours ---- */

static pp_status
find_points(drawing *d, pp_error *err)
{
    const size_t row = d->size[0];

    for (size_t j = 0; j < d->size[1]; j++)
        for (size_t i = 0; i < row; i++)
            for (size_t k = 0; k < 2; k++) {
                const size_t a = i + j * row, b = a + (k == 0 ? 1 : row);
                uint32_t *at = &d->crossing[2 * a + k];
                double t;

                *at = NONE;
                if ((k == 0 ? i + 1 >= row : j + 1 >= d->size[1]) ||
                    (d->field[a] > 0) == (d->field[b] > 0))
                    continue;
                if (pp_grow(&d->point, &d->room, d->npoint + 1,
                            sizeof *d->point, err) != PP_OK)
                    return err->status;
                t = (double)d->field[a] /
                    ((double)d->field[a] - (double)d->field[b]);
                d->point[d->npoint][0] =
                    d->low[0] + ((double)i + (k == 0 ? t : 0)) * d->h;
                d->point[d->npoint][1] =
                    d->low[1] + ((double)j + (k == 1 ? t : 0)) * d->h;
                *at = (uint32_t)d->npoint++;
            }
    return PP_OK;
}

/* Through each cell from edge to edge, what is inside to the left. */
static pp_status
link_points(drawing *d, pp_error *err)
{
    const size_t row = d->size[0];

    d->next = pp_alloc(d->npoint, sizeof *d->next);
    if (d->next == NULL)
        return pp_fail_memory(err);
    for (size_t j = 0; j + 1 < d->size[1]; j++)
        for (size_t i = 0; i + 1 < row; i++) {
            /* corners counter-clockwise, and the edge behind each */
            const size_t c[4] = { i + j * row, i + 1 + j * row,
                                  i + 1 + (j + 1) * row, i + (j + 1) * row };
            const uint32_t e[4] = { d->crossing[2 * c[0]],
                                    d->crossing[2 * c[1] + 1],
                                    d->crossing[2 * c[3]],
                                    d->crossing[2 * c[0] + 1] };

            /* a contour leaves the inside where corner k is inside and the
             * next is not; it came in at the edge before the inside corners:
             * of two inside corners across, each has its own contour */
            for (int k = 0; k < 4; k++) {
                int from = k;

                if (!(d->field[c[k]] > 0) || d->field[c[(k + 1) % 4]] > 0)
                    continue;
                while (d->field[c[(from + 3) % 4]] > 0)
                    from = (from + 3) % 4;
                d->next[e[k]] = e[(from + 3) % 4];
            }
        }
    return PP_OK;
}

/* ---- fewer points ---- */

static double
off_chord(const double a[2], const double b[2], const double p[2])
{
    const stroke s = { a[0], a[1], b[0], b[1] };

    return distance(&s, p[0], p[1]);
}

/* May all between a and b go? */
static bool
is_straight(const drawing *d, uint32_t a, uint32_t b)
{
    const double *p = d->point[a], *q = d->point[b];

    if (hypot(q[0] - p[0], q[1] - p[1]) > LONGEST * d->pen)
        return false;
    for (uint32_t v = d->next[a]; v != b; v = d->next[v])
        if (off_chord(p, q, d->point[v]) > STRAIGHT * d->pen)
            return false;
    return true;
}

/* One contour from `first` on; seen[] marks all its points. */
static pp_status
take_contour(drawing *d, uint32_t first, bool *seen, pp_text_outline *out,
             size_t room[2], pp_error *err)
{
    const uint32_t start = (uint32_t)out->npoint;
    uint32_t at = first;

    do {
        uint32_t to = d->next[at];

        if (pp_grow(&out->point, &room[0], out->npoint + 1,
                    sizeof *out->point, err) != PP_OK ||
            pp_grow(&out->edge, &room[1], out->nedge + 1, sizeof *out->edge,
                    err) != PP_OK)
            return err->status;
        memcpy(out->point[out->npoint], d->point[at], sizeof *out->point);
        seen[at] = true;
        while (to != first && d->next[to] != at &&
               is_straight(d, at, d->next[to])) {
            seen[to] = true;
            to = d->next[to];
            if (to == first)
                break;
        }
        out->edge[out->nedge][0] = (uint32_t)out->npoint;
        out->edge[out->nedge++][1] =
            to == first ? start : (uint32_t)out->npoint + 1;
        out->npoint++;
        at = to;
    } while (at != first);
    return PP_OK;
}

static void
finish(pp_text_outline *t)
{
    double low[2] = { HUGE_VAL, HUGE_VAL }, high[2] = { -HUGE_VAL, -HUGE_VAL };

    for (size_t i = 0; i < t->npoint; i++)
        for (int k = 0; k < 2; k++) {
            low[k] = fmin(low[k], t->point[i][k]);
            high[k] = fmax(high[k], t->point[i][k]);
        }
    t->width_mm = high[0] - low[0];
    t->height_mm = high[1] - low[1];
    for (size_t i = 0; i < t->npoint; i++)
        for (int k = 0; k < 2; k++)
            t->point[i][k] -= (low[k] + high[k]) / 2;
    for (size_t i = 0; i < t->nedge; i++) {
        const double *a = t->point[t->edge[i][0]];
        const double *b = t->point[t->edge[i][1]];

        t->area_mm2 += (a[0] * b[1] - a[1] * b[0]) / 2;
    }
}

static pp_status
trace(drawing *d, pp_text_outline *out, pp_error *err)
{
    bool *seen = pp_alloc_zero(d->npoint, sizeof *seen);
    size_t room[2] = { 0, 0 };

    if (seen == NULL)
        return pp_fail_memory(err);
    for (uint32_t v = 0; v < d->npoint && err->status == PP_OK; v++)
        if (!seen[v])
            (void)!take_contour(d, v, seen, out, room, err);
    pp_free(seen);
    return err->status;
}

pp_status
pp_text_outline_make(const char *text, double capital_mm,
                     pp_text_outline *outline, pp_error *err)
{
    drawing d = { .stroke = NULL };

    memset(outline, 0, sizeof *outline);
    if (draw(&d, text, capital_mm, err) == PP_OK &&
        make_field(&d, err) == PP_OK && find_points(&d, err) == PP_OK &&
        link_points(&d, err) == PP_OK && trace(&d, outline, err) == PP_OK) {
        outline->pen_mm = d.pen;
        finish(outline);
    }
    if (err->status != PP_OK)
        pp_text_outline_free(outline);
    pp_free(d.stroke);
    pp_free(d.field);
    pp_free(d.crossing);
    pp_free(d.point);
    pp_free(d.next);
    return err->status;
}
