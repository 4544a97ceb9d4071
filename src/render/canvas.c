/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * canvas.c - lines and text with smooth edges
 *
 * A stroke covers a pixel by how far the pixel's centre lies inside the pen's
 * track. Letters are quadratic B-splines, flattened.
 */
#include "render/canvas.h"

#include "base/alloc.h"
#include "base/font.h"

#include <math.h>
#include <string.h>

void
pp_canvas_free(pp_canvas *c)
{
    pp_free(c->rgb);
    memset(c, 0, sizeof *c);
}

pp_status
pp_canvas_alloc(pp_canvas *c, size_t width, size_t height, pp_rgb colour,
                pp_error *err)
{
    memset(c, 0, sizeof *c);
    c->rgb = pp_alloc(width * 3, height);
    if (c->rgb == NULL)
        return pp_fail_memory(err);
    c->width = width;
    c->height = height;
    pp_canvas_fill(c, 0, 0, (long)width, (long)height, colour);
    return PP_OK;
}

void
pp_canvas_mix(pp_canvas *c, long x, long y, pp_rgb colour, double share)
{
    const uint8_t with[3] = { colour.r, colour.g, colour.b };
    uint8_t *p;

    if (x < 0 || y < 0 || x >= (long)c->width || y >= (long)c->height ||
        share <= 0)
        return;
    p = c->rgb + ((size_t)y * c->width + (size_t)x) * 3;
    share = share < 1 ? share : 1;
    for (int n = 0; n < 3; n++)
        p[n] = (uint8_t)lrint(p[n] + share * (with[n] - p[n]));
}

void
pp_canvas_fill(pp_canvas *c, long x, long y, long w, long h, pp_rgb colour)
{
    for (long row = y; row < y + h; row++)
        for (long column = x; column < x + w; column++)
            pp_canvas_mix(c, column, row, colour, 1);
}

void
pp_canvas_frame(pp_canvas *c, long x, long y, long w, long h, pp_rgb colour)
{
    pp_canvas_fill(c, x, y, w, 1, colour);
    pp_canvas_fill(c, x, y + h - 1, w, 1, colour);
    pp_canvas_fill(c, x, y, 1, h, colour);
    pp_canvas_fill(c, x + w - 1, y, 1, h, colour);
}

/* ---- strokes ---- */

#define TRACK_LIMIT 512

/* Points that the pen visits; a lift begins a new stroke. */
typedef struct {
    double x[TRACK_LIMIT], y[TRACK_LIMIT];
    bool lift[TRACK_LIMIT];
    int n;
} track;

static void
visit(track *t, double x, double y, bool lift)
{
    if (t->n == TRACK_LIMIT)
        return;
    t->x[t->n] = x;
    t->y[t->n] = y;
    t->lift[t->n++] = lift;
}

static double
distance_to_segment(double px, double py, double x0, double y0, double x1,
                    double y1)
{
    const double dx = x1 - x0, dy = y1 - y0, square = dx * dx + dy * dy;
    double s = square > 0 ? ((px - x0) * dx + (py - y0) * dy) / square : 0;

    s = s < 0 ? 0 : s > 1 ? 1 : s;
    return hypot(px - x0 - s * dx, py - y0 - s * dy);
}

static double
distance_to_track(const track *t, double px, double py)
{
    double nearest = HUGE_VAL;

    for (int n = 0; n < t->n; n++) {
        const int from = t->lift[n] ? n : n - 1;

        nearest = fmin(nearest, distance_to_segment(px, py, t->x[from],
                                                    t->y[from], t->x[n],
                                                    t->y[n]));
    }
    return nearest;
}

static void
draw_track(pp_canvas *c, const track *t, double width, pp_rgb colour)
{
    double low[2] = { HUGE_VAL, HUGE_VAL }, high[2] = { -HUGE_VAL, -HUGE_VAL };

    for (int n = 0; n < t->n; n++) {
        low[0] = fmin(low[0], t->x[n]);
        low[1] = fmin(low[1], t->y[n]);
        high[0] = fmax(high[0], t->x[n]);
        high[1] = fmax(high[1], t->y[n]);
    }
    if (t->n == 0)
        return;
    for (long y = (long)floor(low[1] - width); y <= high[1] + width; y++)
        for (long x = (long)floor(low[0] - width); x <= high[0] + width; x++) {
            const double d = distance_to_track(t, (double)x + 0.5,
                                               (double)y + 0.5);

            pp_canvas_mix(c, x, y, colour, width / 2 - d + 0.5);
        }
}

void
pp_canvas_line(pp_canvas *c, double x0, double y0, double x1, double y1,
               double width, pp_rgb colour)
{
    track t;

    t.n = 0;
    visit(&t, x0, y0, true);
    visit(&t, x1, y1, false);
    draw_track(c, &t, width, colour);
}

/* ---- text ---- */

double
pp_text_width(const char *text, double size)
{
    return pp_font_width(text) * size / PP_FONT_CAPITAL;
}

/* Where a character's strokes go on the canvas. */
typedef struct {
    track track;
    double x, y, unit;
} letter;

static void
pen(void *state, double x, double y, bool start)
{
    letter *l = state;

    visit(&l->track, l->x + x * l->unit, l->y - y * l->unit, start);
}

void
pp_canvas_text(pp_canvas *c, double x, double y, double size, pp_align align,
               pp_rgb colour, const char *text)
{
    const double unit = size / PP_FONT_CAPITAL;
    letter l;

    x -= align == PP_LEFT ? 0
                          : pp_text_width(text, size) /
                                (align == PP_MIDDLE ? 2 : 1);
    l.y = y;
    l.unit = unit;
    while (*text != '\0') {
        l.x = x;
        l.track.n = 0;
        x += pp_font_trace(pp_font_next(&text), pen, &l) * unit;
        draw_track(c, &l.track, PP_FONT_PEN * unit, colour);
    }
}

double
pp_round_length(double x)
{
    const double power = pow(10, floor(log10(x)));
    const double lead = x / power;

    return (lead >= 5 ? 5 : lead >= 2 ? 2 : 1) * power;
}

double
pp_tick_step(double range)
{
    const double step = pp_round_length(range / 4);

    return range / step > 8 ? 2 * step : step;
}
