/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * views.c - fixed views of a mesh, each a picture of its own
 *
 * For pages that put them side by side or below each other and say in their
 * own words what is seen. The views are those of picture.c and one askew, from
 * the right, behind and below, so that every side is in at least one.
 */
#include "render/render.h"

#include "render/raster.h"
#include "base/alloc.h"
#include "shim/png.h"

#include <math.h>

#define R2 0.70710678118654752 /* sides of the view askew: unit vectors */
#define R3 0.57735026918962576
#define R6 0.40824829046386302

static const struct {
    const char *name;
    const char *side[4]; /* left, right, top, bottom */
    pp_vec3 right, up, toward;
} view_of[PP_NVIEW] = {
    { "from the front", { "R", "L", "S", "I" }, { 1, 0, 0 }, { 0, 0, 1 },
      { 0, -1, 0 } },
    { "from the left", { "A", "P", "S", "I" }, { 0, 1, 0 }, { 0, 0, 1 },
      { 1, 0, 0 } },
    { "from above", { "R", "L", "P", "A" }, { 1, 0, 0 }, { 0, 1, 0 },
      { 0, 0, 1 } },
    { "from the right, behind and below", { NULL, NULL, NULL, NULL },
      { -R2, -R2, 0 }, { -R6, R6, 2 * R6 }, { -R3, R3, -R3 } },
};

static const pp_rgb ink = PP_INK, panel = PP_PANEL;

const char *
pp_view_name(size_t view)
{
    return view < PP_NVIEW ? view_of[view].name : "";
}

void
pp_colour_value(bool diverging, double t, uint8_t rgb[3])
{
    double linear[3];
    pp_rgb c;

    pp_colour(diverging ? PP_MAP_DIVERGING : PP_MAP_SEQUENTIAL, t, linear);
    c = pp_colour_bytes(linear);
    rgb[0] = c.r;
    rgb[1] = c.g;
    rgb[2] = c.b;
}

/* From where to where the mesh goes along a direction. */
static void
reach(const pp_mesh *m, pp_vec3 along, double *low, double *high)
{
    *low = HUGE_VAL;
    *high = -HUGE_VAL;
    for (size_t v = 0; v < m->nvert; v++) {
        const double at = pp_dot(m->vert[v], along);

        *low = at < *low ? at : *low;
        *high = at > *high ? at : *high;
    }
}

/*
 * The larger side of what a view sees, over all views: one scale for all. And
 * the middle of what this one sees.
 */
static double
widest(const pp_mesh *m, size_t view, pp_vec3 *middle)
{
    double most = 0;

    *middle = pp_vec(0, 0, 0);
    for (size_t n = 0; n < PP_NVIEW; n++) {
        const pp_vec3 axis[] = { view_of[n].right, view_of[n].up };

        for (int k = 0; k < 2; k++) {
            double low, high;

            reach(m, axis[k], &low, &high);
            most = fmax(most, high - low);
            if (n == view)
                *middle = pp_madd(*middle, (low + high) / 2, axis[k]);
        }
    }
    return most > 0 ? most : 1;
}

static void
draw_letters(pp_canvas *c, size_t view, double letter)
{
    const double w = (double)c->width, in = 1.3 * letter;
    const double at[4][2] = { { in, w / 2 }, { w - in, w / 2 },
                              { w / 2, in }, { w / 2, w - in } };

    for (int n = 0; n < 4; n++)
        if (view_of[view].side[n] != NULL)
            pp_canvas_text(c, at[n][0], at[n][1] + letter / 2, letter,
                           PP_MIDDLE, ink, view_of[view].side[n]);
}

static void
draw_bar(pp_canvas *c, double px_per_mm, double letter, double *bar_mm)
{
    const double x = letter, y = (double)c->height - letter;

    *bar_mm = pp_round_length(0.3 * (double)c->width / px_per_mm);
    pp_canvas_line(c, x, y, x + *bar_mm * px_per_mm, y, fmax(letter / 4, 2),
                   ink);
}

pp_status
pp_render_view(const pp_mesh *m, const pp_picture_options *options,
               size_t view, size_t width_px, double *bar_mm, pp_bytes *png,
               pp_error *err)
{
    const double letter = fmax(0.03 * (double)width_px, 7);
    pp_look look = { .value = options->value, .low = options->low,
                     .high = options->high, .has_mark = options->has_mark,
                     .mark = options->mark };
    pp_canvas canvas = { 0 };
    pp_seen seen = { false, false };
    pp_vec3 *normal = NULL;
    pp_zbuffer z = { 0 };
    double px_per_mm;
    pp_vec3 middle;
    pp_view eye;

    *bar_mm = 0;
    if (m->ntri == 0)
        return pp_fail(err, PP_EGEOM, "no facets to draw");
    for (size_t v = 0; v < m->nvert; v++)
        if (!pp_finite(m->vert[v]))
            return pp_fail(err, PP_EGEOM, "vertex %zu is not finite", v);
    px_per_mm = ((double)width_px - 5 * letter) / widest(m, view, &middle);
    look.map = look.low == -look.high ? PP_MAP_DIVERGING : PP_MAP_SEQUENTIAL;
    eye = (pp_view){ view_of[view].right, view_of[view].up,
                     view_of[view].toward, middle, 2 * px_per_mm,
                     2 * width_px, 2 * width_px };
    if (pp_vertex_normals(m, &normal, err) != PP_OK ||
        pp_canvas_alloc(&canvas, width_px, width_px, panel, err) != PP_OK ||
        pp_raster_draw(m, &eye, &z, err) != PP_OK)
        goto done;
    look.normal = normal;
    if (pp_shade(m, &eye, &z, &look, &canvas, 0, 0, &seen, err) != PP_OK)
        goto done;
    draw_letters(&canvas, view, letter);
    draw_bar(&canvas, px_per_mm, letter, bar_mm);
    (void)!pp_png_encode(canvas.rgb, canvas.width, canvas.height, png, err);
done:
    pp_zbuffer_free(&z);
    pp_canvas_free(&canvas);
    pp_free(normal);
    return err->status;
}
