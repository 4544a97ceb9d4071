/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * picture.c - three views of a mesh on one sheet
 *
 * The views stand as in an engineer's drawing with the patient upright: from
 * the front (left side of the patient on the right of the picture, as one
 * person sees another), from the patient's left, and from above with the face
 * downward. All share one scale.
 */
#include "render/render.h"

#include "render/raster.h"
#include "base/alloc.h"
#include "shim/png.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define VIEWS 3

static const pp_rgb white = PP_WHITE, ink = PP_INK, soft = PP_SOFT,
                    rule = PP_RULE, panel = PP_PANEL;

static const struct {
    const char *name;
    const char *side[4]; /* left, right, top, bottom */
    pp_vec3 right, up, toward;
} view_of[VIEWS] = {
    { "front", { "R", "L", "S", "I" }, { 1, 0, 0 }, { 0, 0, 1 },
      { 0, -1, 0 } },
    { "left side", { "A", "P", "S", "I" }, { 0, 1, 0 }, { 0, 0, 1 },
      { 1, 0, 0 } },
    { "above", { "R", "L", "P", "A" }, { 1, 0, 0 }, { 0, 1, 0 },
      { 0, 0, 1 } },
};

/* Measures of the sheet, in pixels; u is a 480th of a view's edge. */
typedef struct {
    double u;
    long gap, top;
    long x[VIEWS], wide[VIEWS], high; /* the panels */
    long width, height;
    double letter; /* height of a capital */
    double px_per_mm;
} sheet;

/*
 * Three panels side by side as wide as three squares together, and at most a
 * third higher than such a square; the largest scale at which all fit.
 */
static sheet
lay_out(const pp_mesh *m, const pp_picture_options *o)
{
    const pp_vec3 size = pp_box_size(pp_mesh_box(m));
    const double longest = fmax(fmax(size.x, size.y), size.z);
    const double edge = o->view_px > 0 ? (double)o->view_px : 480;
    const double whole = longest > 0 ? longest : 1;
    /* a flat body's panel still has room for its letters */
    const double least = 0.07 * (2 * size.x + size.y);
    const double across[VIEWS] = { fmax(size.x, least), fmax(size.y, least),
                                   fmax(size.x, least) };
    const double sum = fmax(across[0] + across[1] + across[2], 0.1 * whole);
    const double upright = fmax(fmax(size.z, size.y), 0.1 * whole);
    double margin, slack;
    sheet s;

    s.u = edge / 480;
    margin = 80 * s.u; /* the letters of the sides stay free */
    s.gap = lrint(14 * s.u);
    s.letter = fmax(11 * s.u, 7);
    s.top = lrint((o->title != NULL || o->caption != NULL ? 58 : 14) * s.u);
    s.px_per_mm = fmin(3 * (edge - margin) / sum,
                       (4 * edge / 3 - margin) / upright);
    slack = (3 * (edge - margin) - sum * s.px_per_mm) / VIEWS;
    s.high = lrint(fmax(upright * s.px_per_mm + margin, 180 * s.u));
    s.width = s.gap;
    for (int n = 0; n < VIEWS; n++) {
        s.x[n] = s.width;
        s.wide[n] = lrint(across[n] * s.px_per_mm + margin + slack);
        s.width += s.wide[n] + s.gap;
    }
    s.height = s.top + s.high + lrint(84 * s.u);
    return s;
}

static void
draw_scale(pp_canvas *c, const sheet *s, long x, long y, pp_vec3 size)
{
    const double mm = pp_round_length(130 * s->u / s->px_per_mm);
    const double length = mm * s->px_per_mm;
    const long thick = lrint(fmax(3 * s->u, 2));
    char text[96];

    pp_canvas_fill(c, x, y, lrint(length), thick, ink);
    pp_canvas_fill(c, x, y - 2 * thick, 1 + thick / 3, 4 * thick, ink);
    pp_canvas_fill(c, x + lrint(length) - 1 - thick / 3, y - 2 * thick,
                   1 + thick / 3, 4 * thick, ink);
    snprintf(text, sizeof text, "%g mm", mm);
    pp_canvas_text(c, (double)x + length + 12 * s->u,
                   (double)y + s->letter / 2, s->letter, PP_LEFT, ink, text);
    snprintf(text, sizeof text, "size %.1f \xc3\x97 %.1f \xc3\x97 %.1f mm "
             "(L \xc3\x97 P \xc3\x97 S)", size.x, size.y, size.z);
    pp_canvas_text(c, (double)x, (double)y + 34 * s->u, s->letter * 0.9,
                   PP_LEFT, soft, text);
}

static void
draw_panel(pp_canvas *c, const sheet *s, int view)
{
    const long x = s->x[view], y = s->top;

    pp_canvas_fill(c, x, y, s->wide[view], s->high, panel);
    pp_canvas_frame(c, x, y, s->wide[view], s->high, rule);
    pp_canvas_text(c, (double)x + 12 * s->u, (double)y + 12 * s->u +
                   s->letter, s->letter * 0.9, PP_LEFT, soft,
                   view_of[view].name);
}

/* The margin around the mesh keeps the letters free. */
static void
draw_letters(pp_canvas *c, const sheet *s, int view)
{
    const double in = 20 * s->u, half = s->letter / 2;
    const double w = (double)s->wide[view], h = (double)s->high;
    const double at[4][2] = { { in, h / 2 }, { w - in, h / 2 }, { w / 2, in },
                              { w / 2, h - in } };

    for (int n = 0; n < 4; n++)
        pp_canvas_text(c, (double)s->x[view] + at[n][0],
                       (double)s->top + at[n][1] + half, s->letter, PP_MIDDLE,
                       ink, view_of[view].side[n]);
}

static void
draw_ticks(pp_canvas *c, const sheet *s, const pp_look *look, long x, long y,
           long w, long h)
{
    const double range = look->high - look->low, step = pp_tick_step(range);

    for (double k = ceil(look->low / step - 1e-9);
         k * step <= look->high + 1e-9 * range; k++) {
        const double t = (k * step - look->low) / range;
        const double at = (double)x + t * (double)w;
        char text[32];

        snprintf(text, sizeof text, "%.6g", k * step + 0.0);
        pp_canvas_line(c, at, (double)(y + h), at,
                       (double)(y + h) + 5 * s->u, fmax(s->u, 1), ink);
        pp_canvas_text(c, at, (double)(y + h) + 10 * s->u + s->letter * 0.9,
                       s->letter * 0.9, PP_MIDDLE, ink, text);
    }
}

static void
draw_mark(pp_canvas *c, const sheet *s, const pp_look *look, long x, long y,
          long w, long h)
{
    const double t = (look->mark - look->low) / (look->high - look->low);
    const double at = (double)x + t * (double)w;

    if (!look->has_mark || t < 0 || t > 1)
        return;
    pp_canvas_line(c, at, (double)y - 4 * s->u, at, (double)(y + h),
                   fmax(2 * s->u, 1.5), ink);
}

/* An arrow at an end of the bar: values go on beyond. */
static void
draw_arrow(pp_canvas *c, const pp_look *look, long x, long y, long h,
           int side)
{
    double linear[3];
    pp_rgb colour;

    pp_colour(look->map, side < 0 ? 0 : 1, linear);
    colour = pp_colour_bytes(linear);
    for (long n = 0; n < h / 2; n++)
        pp_canvas_fill(c, side < 0 ? x - n - 1 : x + n, y + n, 1, h - 2 * n,
                       colour);
}

/* The bar of colours with its ticks and its name on the left. */
static void
draw_legend(pp_canvas *c, const sheet *s, const pp_look *look,
            const pp_picture_options *o, long right, long y)
{
    const long w = lrint(620 * s->u), h = lrint(14 * s->u), x = right - w;
    char text[160];

    for (long column = 0; column < w; column++) {
        double linear[3];

        pp_colour(look->map, ((double)column + 0.5) / (double)w, linear);
        pp_canvas_fill(c, x + column, y, 1, h, pp_colour_bytes(linear));
    }
    pp_canvas_frame(c, x, y, w, h, soft);
    if (look->below)
        draw_arrow(c, look, x, y, h, -1);
    if (look->above)
        draw_arrow(c, look, x + w, y, h, 1);
    draw_ticks(c, s, look, x, y, w, h);
    draw_mark(c, s, look, x, y, w, h);
    snprintf(text, sizeof text, "%s%s%s", o->quantity != NULL ? o->quantity
                                                              : "value",
             o->unit != NULL ? ", " : "", o->unit != NULL ? o->unit : "");
    pp_canvas_text(c, (double)x - 18 * s->u, (double)y + (double)h / 2 +
                   s->letter / 2, s->letter, PP_RIGHT, ink, text);
}

static void
draw_notes(pp_canvas *c, const sheet *s, const pp_seen *seen,
           const pp_look *look, double right, double y)
{
    char text[200] = "";
    size_t n = 0;

    if (look->value != NULL && look->has_mark)
        n += (size_t)snprintf(text, sizeof text, "line: %g", look->mark);
    if (seen->inside_seen)
        n += (size_t)snprintf(text + n, sizeof text - n, "%sdull red: inside "
                              "of the surface, seen through a hole or on a "
                              "turned facet", n > 0 ? "; " : "");
    if (seen->unknown_seen)
        snprintf(text + n, sizeof text - n, "%sgrey: no value",
                 n > 0 ? "; " : "");
    pp_canvas_text(c, right, y, s->letter * 0.8, PP_RIGHT, soft, text);
}

/* The range of the finite values; a flat or empty one is widened. */
static void
set_range(const pp_mesh *m, const pp_picture_options *o, pp_look *look)
{
    look->low = o->low;
    look->high = o->high;
    if (o->value != NULL && !(o->low < o->high)) {
        look->low = HUGE_VAL;
        look->high = -HUGE_VAL;
        for (size_t v = 0; v < m->nvert; v++)
            if (isfinite(o->value[v])) {
                look->low = fmin(look->low, (double)o->value[v]);
                look->high = fmax(look->high, (double)o->value[v]);
            }
        if (!(look->low < look->high)) {
            look->low = look->low < HUGE_VAL ? look->low - 0.5 : 0;
            look->high = look->low + 1;
        }
    }
    for (size_t v = 0; o->value != NULL && v < m->nvert; v++) {
        look->below = look->below || (double)o->value[v] < look->low;
        look->above = look->above || (double)o->value[v] > look->high;
    }
    look->map = look->low == -look->high ? PP_MAP_DIVERGING
                                         : PP_MAP_SEQUENTIAL;
}

static pp_status
draw_views(const pp_mesh *m, const sheet *s, const pp_look *look,
           pp_canvas *c, pp_seen *seen, pp_error *err)
{
    const pp_box box = pp_mesh_box(m);

    for (int n = 0; n < VIEWS; n++) {
        const pp_view view = {
            view_of[n].right, view_of[n].up, view_of[n].toward,
            pp_scale(pp_add(box.low, box.high), 0.5), 2 * s->px_per_mm,
            2 * (size_t)s->wide[n], 2 * (size_t)s->high,
        };
        pp_zbuffer z;
        pp_status status = pp_raster_draw(m, &view, &z, err);

        if (status != PP_OK)
            return status;
        draw_panel(c, s, n);
        status = pp_shade(m, &view, &z, look, c, s->x[n], s->top, seen, err);
        draw_letters(c, s, n);
        pp_zbuffer_free(&z);
        if (status != PP_OK)
            return status;
    }
    return PP_OK;
}

static void
draw_texts(pp_canvas *c, const sheet *s, const pp_look *look,
           const pp_picture_options *o, const pp_seen *seen, pp_vec3 size)
{
    const long right = s->width - s->gap, low = s->top + s->high;

    if (o->title != NULL)
        pp_canvas_text(c, (double)s->gap, 26 * s->u, s->letter * 1.35,
                       PP_LEFT, ink, o->title);
    if (o->caption != NULL)
        pp_canvas_text(c, (double)s->gap, 46 * s->u, s->letter * 0.95,
                       PP_LEFT, soft, o->caption);
    draw_scale(c, s, s->gap, low + lrint(24 * s->u), size);
    if (look->value != NULL)
        draw_legend(c, s, look, o, right - lrint(12 * s->u),
                    low + lrint(14 * s->u));
    draw_notes(c, s, seen, look, (double)right, (double)low + 72 * s->u);
}

pp_status
pp_render_picture(const pp_mesh *m, const pp_picture_options *options,
                  pp_bytes *png, pp_error *err)
{
    const pp_picture_options plain = { 0 };
    const pp_picture_options *o = options != NULL ? options : &plain;
    pp_look look = { .value = o->value, .has_mark = o->has_mark,
                     .mark = o->mark };
    const pp_box box = pp_mesh_box(m);
    pp_canvas canvas = { 0 };
    pp_seen seen = { false, false };
    pp_vec3 *normal = NULL;
    pp_status status;
    sheet s;

    if (m->ntri == 0)
        return pp_fail(err, PP_EGEOM, "no facets to draw");
    for (size_t v = 0; v < m->nvert; v++)
        if (!pp_finite(m->vert[v]))
            return pp_fail(err, PP_EGEOM, "vertex %zu is not finite", v);
    if (o->view_px > 0 && (o->view_px < 160 || o->view_px > 4000))
        return pp_fail(err, PP_ELIMIT, "a view of %zu pixels: 160 to 4000 "
                       "are possible", o->view_px);
    s = lay_out(m, o);
    set_range(m, o, &look);
    status = pp_vertex_normals(m, &normal, err);
    look.normal = normal;
    if (status == PP_OK)
        status = pp_canvas_alloc(&canvas, (size_t)s.width, (size_t)s.height,
                                 white, err);
    if (status == PP_OK)
        status = draw_views(m, &s, &look, &canvas, &seen, err);
    if (status == PP_OK) {
        draw_texts(&canvas, &s, &look, o, &seen, pp_box_size(box));
        status = pp_png_encode(canvas.rgb, canvas.width, canvas.height, png,
                               err);
    }
    pp_canvas_free(&canvas);
    pp_free(normal);
    return status;
}
