/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * thumbnail.c - one small view of a mesh
 */
#include "render/render.h"

#include "render/raster.h"
#include "base/alloc.h"
#include "shim/png.h"

#include <math.h>

/* Of the picture's edge, free on each side. */
#define MARGIN 0.04

/* The eye is in front of the patient, to the left and above. */
static pp_view
choose_view(const pp_mesh *m, size_t px)
{
    const pp_vec3 toward = pp_unit(pp_vec(0.55, -1, 0.45));
    const pp_vec3 head = { 0, 0, 1 };
    const pp_vec3 up = pp_unit(pp_sub(head, pp_scale(toward,
                                                     pp_dot(head, toward))));
    const pp_vec3 right = pp_cross(up, toward);
    double low[2] = { HUGE_VAL, HUGE_VAL }, high[2] = { -HUGE_VAL, -HUGE_VAL };
    double size = 0;
    pp_view view = { right, up, toward, { 0, 0, 0 }, 1, 2 * px, 2 * px };
    const pp_vec3 first = m->vert[0];

    for (size_t v = 0; v < m->nvert; v++) {
        const pp_vec3 p = pp_sub(m->vert[v], first);
        const double at[2] = { pp_dot(p, right), pp_dot(p, up) };

        for (int a = 0; a < 2; a++) {
            low[a] = fmin(low[a], at[a]);
            high[a] = fmax(high[a], at[a]);
        }
    }
    for (int a = 0; a < 2; a++)
        size = fmax(size, high[a] - low[a]);
    view.centre = pp_madd(pp_madd(first, (low[0] + high[0]) / 2, right),
                          (low[1] + high[1]) / 2, up);
    if (size > 0)
        view.samples_per_mm = 2 * (double)px * (1 - 2 * MARGIN) / size;
    return view;
}

pp_status
pp_render_thumbnail(const pp_mesh *m, size_t px, pp_bytes *png, pp_error *err)
{
    static const pp_rgb white = PP_WHITE;
    pp_look look = { 0 };
    pp_canvas canvas = { 0 };
    pp_zbuffer z = { 0 };
    pp_vec3 *normal = NULL;
    pp_seen seen = { 0 };
    pp_view view;

    if (m->ntri == 0)
        return pp_fail(err, PP_EGEOM, "no facets to draw");
    for (size_t v = 0; v < m->nvert; v++)
        if (!pp_finite(m->vert[v]))
            return pp_fail(err, PP_EGEOM, "vertex %zu is not finite", v);
    if (px < 32 || px > 1024)
        return pp_fail(err, PP_ELIMIT, "a thumbnail of %zu pixels: 32 to 1024 "
                       "are possible", px);
    view = choose_view(m, px);
    if (pp_vertex_normals(m, &normal, err) != PP_OK ||
        pp_canvas_alloc(&canvas, px, px, white, err) != PP_OK ||
        pp_raster_draw(m, &view, &z, err) != PP_OK)
        goto done;
    look.normal = normal;
    if (pp_shade(m, &view, &z, &look, &canvas, 0, 0, &seen, err) == PP_OK)
        (void)!pp_png_encode(canvas.rgb, canvas.width, canvas.height, png,
                             err);
done:
    pp_zbuffer_free(&z);
    pp_canvas_free(&canvas);
    pp_free(normal);
    return err->status;
}
