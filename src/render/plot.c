/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * plot.c - histograms and curves for people
 */
#include "render/render.h"

#include "base/alloc.h"
#include "render/canvas.h"
#include "shim/png.h"

#include <math.h>
#include <stdio.h>

static const pp_rgb white = PP_WHITE, ink = PP_INK, soft = PP_SOFT,
                    rule = PP_RULE, panel = PP_PANEL;

/* Eight hues of equal lightness, far apart in turn (Oklab, see colour.c). */
static const pp_rgb curve_ink[8] = {
    { 0, 103, 178 },  { 200, 68, 28 },  { 0, 128, 84 }, { 150, 72, 170 },
    { 150, 108, 0 },  { 0, 130, 150 },  { 200, 50, 110 }, { 90, 90, 90 },
};

/* A frame of paper with the ranges that it shows. */
typedef struct {
    pp_canvas canvas;
    double u;             /* a 960th of the width */
    double letter;
    long x, y, w, h;      /* the inner frame, in pixels */
    double low[2], high[2];
} paper;

static double
to_x(const paper *p, double x)
{
    return (double)p->x + (x - p->low[0]) / (p->high[0] - p->low[0]) *
                              (double)p->w;
}

static double
to_y(const paper *p, double y)
{
    return (double)(p->y + p->h) - (y - p->low[1]) /
                                       (p->high[1] - p->low[1]) *
                                       (double)p->h;
}

static pp_status
open_paper(paper *p, size_t width_px, pp_error *err)
{
    const size_t width = width_px > 0 ? width_px : 960;

    if (width < 320 || width > 8000)
        return pp_fail(err, PP_ELIMIT, "a plot of %zu pixels: 320 to 8000 "
                       "are possible", width);
    p->u = (double)width / 960;
    p->letter = fmax(11 * p->u, 7);
    p->x = lrint(84 * p->u);
    p->y = lrint(88 * p->u);
    p->w = (long)width - p->x - lrint(36 * p->u);
    p->h = lrint(330 * p->u);
    return pp_canvas_alloc(&p->canvas, width, (size_t)(p->y + p->h) +
                           (size_t)lrint(74 * p->u), white, err);
}

static void
draw_texts(paper *p, const char *title, const char *caption,
           const char *x_name, const char *y_name)
{
    const double left = 16 * p->u;

    if (title != NULL)
        pp_canvas_text(&p->canvas, left, 26 * p->u, p->letter * 1.35, PP_LEFT,
                       ink, title);
    if (caption != NULL)
        pp_canvas_text(&p->canvas, left, 46 * p->u, p->letter * 0.95, PP_LEFT,
                       soft, caption);
    /* above the axis: text runs from left to right only */
    pp_canvas_text(&p->canvas, left, (double)p->y - 12 * p->u,
                   p->letter * 0.95, PP_LEFT, ink, y_name);
    pp_canvas_text(&p->canvas, (double)p->x + (double)p->w / 2,
                   (double)(p->y + p->h) + 58 * p->u, p->letter, PP_MIDDLE,
                   ink, x_name);
}

/* The ticks of an axis, each with a faint rule across the frame. */
static void
draw_axis(paper *p, int axis, double factor, const char *suffix)
{
    const double low = p->low[axis], range = p->high[axis] - low;
    const double step = pp_tick_step(range * factor) / factor;

    for (double k = ceil(low / step - 1e-9);
         k * step <= p->high[axis] + 1e-9 * range; k++) {
        char text[48];

        snprintf(text, sizeof text, "%.6g%s", k * step * factor + 0.0,
                 suffix);
        if (axis == 0) {
            const double x = to_x(p, k * step), y = (double)(p->y + p->h);

            pp_canvas_line(&p->canvas, x, y, x, y + 6 * p->u,
                           fmax(p->u, 1), ink);
            pp_canvas_text(&p->canvas, x, y + 12 * p->u + p->letter,
                           p->letter, PP_MIDDLE, ink, text);
        } else {
            const double x = (double)p->x, y = to_y(p, k * step);

            pp_canvas_line(&p->canvas, x, y, x + (double)p->w, y,
                           fmax(p->u, 1), rule);
            pp_canvas_text(&p->canvas, x - 14 * p->u, y + p->letter / 2,
                           p->letter, PP_RIGHT, ink, text);
        }
    }
}

/* The name of a mark, on a patch of paper, beside its line. */
static void
draw_name(paper *p, const char *name, double x, size_t n)
{
    const double size = p->letter * 0.95, width = pp_text_width(name, size);
    const bool left = x + 8 * p->u + width > (double)(p->x + p->w);
    const double from = left ? x - 7 * p->u - width : x + 7 * p->u;
    const double base = (double)p->y + 18 * p->u +
                        (double)(n % 4) * 19 * p->u;

    pp_canvas_fill(&p->canvas, lrint(from - 3 * p->u),
                   lrint(base - size - 3 * p->u), lrint(width + 6 * p->u),
                   lrint(size + 6 * p->u), panel);
    pp_canvas_text(&p->canvas, from, base, size, PP_LEFT, ink, name);
}

/* Lines first, then their names in steps, so that none is crossed out. */
static void
draw_marks(paper *p, const pp_plot_mark *mark, size_t nmark)
{
    const double bottom = (double)(p->y + p->h);

    for (int pass = 0; pass < 2; pass++)
        for (size_t n = 0; n < nmark; n++) {
            const double x = to_x(p, mark[n].at);

            if (!(mark[n].at >= p->low[0] && mark[n].at <= p->high[0]))
                continue;
            if (pass == 1 && mark[n].name != NULL)
                draw_name(p, mark[n].name, x, n);
            for (double y = (double)p->y; y < bottom && pass == 0;
                 y += 9 * p->u)
                pp_canvas_line(&p->canvas, x, y, x, fmin(y + 5 * p->u, bottom),
                               fmax(1.4 * p->u, 1), ink);
        }
}

static pp_status
close_paper(paper *p, pp_bytes *png, pp_error *err)
{
    pp_canvas_frame(&p->canvas, p->x, p->y, p->w, p->h + 1, soft);
    return pp_png_encode(p->canvas.rgb, p->canvas.width, p->canvas.height,
                         png, err);
}

/* Makes room where low and high are equal or upside down. */
static void
widen(double *low, double *high)
{
    if (!(*low < *high)) {
        const double middle = isfinite(*low) ? *low : 0;

        *low = middle - 0.5;
        *high = middle + 0.5;
    }
}

/* ---- histogram ---- */

typedef struct {
    double *bar;
    size_t nbar;
    double all;
    bool below, above;
} counts;

static pp_status
count_bars(const float *value, size_t n, const pp_histogram_options *o,
           double low, double high, counts *c, pp_error *err)
{
    c->nbar = o->nbar > 0 ? o->nbar : 60;
    if (c->nbar > 400)
        return pp_fail(err, PP_ELIMIT, "%zu bars: up to 400 are possible",
                       c->nbar);
    c->bar = pp_alloc_zero(c->nbar, sizeof *c->bar);
    if (c->bar == NULL)
        return pp_fail_memory(err);
    for (size_t v = 0; v < n; v++) {
        const double t = ((double)value[v] - low) / (high - low);
        const double weight = o->weight != NULL ? o->weight[v] : 1;
        size_t at;

        if (!isfinite(value[v]))
            continue;
        c->below = c->below || t < 0;
        c->above = c->above || t > 1;
        at = (size_t)(fmin(fmax(t, 0), 1) * (double)c->nbar);
        c->bar[at < c->nbar ? at : c->nbar - 1] += weight;
        c->all += weight;
    }
    return c->all > 0 ? PP_OK
                      : pp_fail(err, PP_EGEOM, "no finite value to plot");
}

static void
set_range(const float *value, size_t n, const pp_histogram_options *o,
          double *low, double *high)
{
    *low = o->low;
    *high = o->high;
    if (o->low < o->high)
        return;
    *low = HUGE_VAL;
    *high = -HUGE_VAL;
    for (size_t v = 0; v < n; v++)
        if (isfinite(value[v])) {
            *low = fmin(*low, (double)value[v]);
            *high = fmax(*high, (double)value[v]);
        }
    widen(low, high);
}

/* An arrow beside the frame: the bar at this end gathers what lies beyond. */
static void
draw_beyond(paper *p, int side, pp_rgb colour)
{
    const long size = lrint(9 * p->u), y = p->y + p->h - size;
    const long x = side < 0 ? p->x - 1 : p->x + p->w;

    for (long n = 0; n < size; n++)
        pp_canvas_fill(&p->canvas, x + side * n, y + n / 2 + 1, 1, size - n,
                       colour);
}

static void
draw_bars(paper *p, const counts *c)
{
    const pp_colour_map map = p->low[0] == -p->high[0] ? PP_MAP_DIVERGING
                                                       : PP_MAP_SEQUENTIAL;
    const double step = (p->high[0] - p->low[0]) / (double)c->nbar;
    const long bottom = p->y + p->h;
    pp_rgb colour = ink;

    for (size_t n = 0; n < c->nbar; n++) {
        const long x0 = lrint(to_x(p, p->low[0] + step * (double)n));
        const long x1 = lrint(to_x(p, p->low[0] + step * (double)(n + 1)));
        const long top = lrint(to_y(p, c->bar[n] / c->all));
        double linear[3];

        pp_colour(map, ((double)n + 0.5) / (double)c->nbar, linear);
        colour = pp_colour_bytes(linear);
        pp_canvas_fill(&p->canvas, x0, top, x1 - x0 - (x1 - x0 > 4),
                       bottom - top, colour);
        if (bottom > top) /* light bars need an edge on light paper */
            pp_canvas_fill(&p->canvas, x0, top, x1 - x0 - (x1 - x0 > 4), 1,
                           soft);
        if (n == 0 && c->below)
            draw_beyond(p, -1, colour);
    }
    if (c->above)
        draw_beyond(p, 1, colour);
}

pp_status
pp_render_histogram(const float *value, size_t nvalue,
                    const pp_histogram_options *options, pp_bytes *png,
                    pp_error *err)
{
    const pp_histogram_options plain = { 0 };
    const pp_histogram_options *o = options != NULL ? options : &plain;
    counts c = { 0 };
    paper p = { 0 };
    char x_name[160];
    pp_status status;

    set_range(value, nvalue, o, &p.low[0], &p.high[0]);
    status = count_bars(value, nvalue, o, p.low[0], p.high[0], &c, err);
    if (status == PP_OK)
        status = open_paper(&p, o->width_px, err);
    if (status == PP_OK) {
        for (size_t n = 0; n < c.nbar; n++)
            p.high[1] = fmax(p.high[1], 1.08 * (c.bar[n] / c.all));
        pp_canvas_fill(&p.canvas, p.x, p.y, p.w, p.h, panel);
        draw_axis(&p, 1, 100, " %");
        draw_bars(&p, &c);
        draw_axis(&p, 0, 1, "");
        draw_marks(&p, o->mark, o->nmark);
        snprintf(x_name, sizeof x_name, "%s%s%s",
                 o->quantity != NULL ? o->quantity : "value",
                 o->unit != NULL ? ", " : "", o->unit != NULL ? o->unit : "");
        draw_texts(&p, o->title, o->caption, x_name,
                   o->share != NULL ? o->share : "share");
        status = close_paper(&p, png, err);
    }
    pp_canvas_free(&p.canvas);
    pp_free(c.bar);
    return status;
}

/* ---- curves ---- */

static void
set_ranges(paper *p, const pp_curve *curve, size_t ncurve,
           const pp_curves_options *o)
{
    double low[2] = { HUGE_VAL, HUGE_VAL }, high[2] = { -HUGE_VAL, -HUGE_VAL };

    for (size_t c = 0; c < ncurve; c++)
        for (size_t n = 0; n < curve[c].n; n++) {
            const double s = curve[c].spread != NULL ? curve[c].spread[n] : 0;

            if (!isfinite(curve[c].x[n]) || !isfinite(curve[c].y[n]))
                continue;
            low[0] = fmin(low[0], curve[c].x[n]);
            high[0] = fmax(high[0], curve[c].x[n]);
            low[1] = fmin(low[1], curve[c].y[n] - (isfinite(s) ? s : 0));
            high[1] = fmax(high[1], curve[c].y[n] + (isfinite(s) ? s : 0));
        }
    for (int axis = 0; axis < 2; axis++) {
        const bool given = o->low[axis] < o->high[axis];
        const double air = (axis == 1 ? 0.06 : 0.02) *
                           (high[axis] - low[axis]);

        p->low[axis] = given ? o->low[axis] : low[axis] - air;
        p->high[axis] = given ? o->high[axis] : high[axis] + air;
        widen(&p->low[axis], &p->high[axis]);
    }
}

static bool
shown(const paper *p, const pp_curve *c, size_t n)
{
    return c->x[n] >= p->low[0] && c->x[n] <= p->high[0] &&
           c->y[n] >= p->low[1] && c->y[n] <= p->high[1];
}

static void
draw_curve(paper *p, const pp_curve *c, pp_rgb colour)
{
    for (size_t n = 0; n < c->n; n++) {
        const double x = to_x(p, c->x[n]), y = to_y(p, c->y[n]);

        if (!shown(p, c, n)) /* NaN too */
            continue;
        if (n > 0 && shown(p, c, n - 1))
            pp_canvas_line(&p->canvas, to_x(p, c->x[n - 1]),
                           to_y(p, c->y[n - 1]), x, y, 2 * p->u, colour);
        pp_canvas_line(&p->canvas, x, y, x, y, 7 * p->u, colour);
        if (c->spread != NULL && isfinite(c->spread[n])) {
            const double top = fmax(to_y(p, c->y[n] + c->spread[n]),
                                    (double)p->y);
            const double end = fmin(to_y(p, c->y[n] - c->spread[n]),
                                    (double)(p->y + p->h));

            pp_canvas_line(&p->canvas, x, top, x, end, 1.4 * p->u, colour);
            pp_canvas_line(&p->canvas, x - 4 * p->u, top, x + 4 * p->u, top,
                           1.4 * p->u, colour);
            pp_canvas_line(&p->canvas, x - 4 * p->u, end, x + 4 * p->u, end,
                           1.4 * p->u, colour);
        }
    }
}

/* Names of the curves in a row above the frame, from the right. */
static void
draw_names(paper *p, const pp_curve *curve, size_t ncurve)
{
    double right = (double)(p->x + p->w);
    const double y = (double)p->y - 12 * p->u;

    for (size_t n = ncurve; n-- > 0;) {
        const char *name = curve[n].name != NULL ? curve[n].name : "";

        pp_canvas_text(&p->canvas, right, y, p->letter * 0.95, PP_RIGHT, ink,
                       name);
        right -= pp_text_width(name, p->letter * 0.95) + 8 * p->u;
        pp_canvas_line(&p->canvas, right - 18 * p->u, y - p->letter / 2,
                       right, y - p->letter / 2, 3 * p->u, curve_ink[n]);
        right -= 36 * p->u;
    }
}

pp_status
pp_render_curves(const pp_curve *curve, size_t ncurve,
                 const pp_curves_options *options, pp_bytes *png,
                 pp_error *err)
{
    const pp_curves_options plain = { 0 };
    const pp_curves_options *o = options != NULL ? options : &plain;
    size_t npoint = 0;
    paper p = { 0 };
    pp_status status;

    if (ncurve > sizeof curve_ink / sizeof *curve_ink)
        return pp_fail(err, PP_ELIMIT, "%zu curves: up to 8 are possible",
                       ncurve);
    for (size_t c = 0; c < ncurve; c++)
        for (size_t n = 0; n < curve[c].n; n++)
            npoint += isfinite(curve[c].x[n]) && isfinite(curve[c].y[n]);
    if (npoint == 0)
        return pp_fail(err, PP_EGEOM, "no finite point to plot");
    set_ranges(&p, curve, ncurve, o);
    status = open_paper(&p, o->width_px, err);
    if (status == PP_OK) {
        pp_canvas_fill(&p.canvas, p.x, p.y, p.w, p.h, panel);
        draw_axis(&p, 1, 1, "");
        draw_axis(&p, 0, 1, "");
        draw_marks(&p, o->mark, o->nmark);
        for (size_t c = 0; c < ncurve; c++)
            draw_curve(&p, &curve[c], curve_ink[c]);
        draw_names(&p, curve, ncurve);
        draw_texts(&p, o->title, o->caption,
                   o->x_name != NULL ? o->x_name : "x",
                   o->y_name != NULL ? o->y_name : "y");
        status = close_paper(&p, png, err);
    }
    pp_canvas_free(&p.canvas);
    return status;
}
