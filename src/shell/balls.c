/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * balls.c - the surface of all balls about a sheet
 *
 * A distance field about the sheet gives the surface, with few facets where
 * it is smooth. Sampling and dropping facets leave it dented; so at last the
 * facets that come nearer to the sheet than the radius are pushed out to it,
 * and what is grown is neither thinner than wanted nor everywhere thicker.
 */
#include "shell/grow.h"

#include <string.h>

/* Room around the balls: samples, not to lose a pole. */
#define MARGIN_SAMPLES 3.0

static pp_box
widened(pp_box box, double by)
{
    const pp_vec3 d = pp_vec(by, by, by);

    return (pp_box){ pp_sub(box.low, d), pp_add(box.high, d) };
}

/* All balls, and the solid where it is given, in a field; coarser when memory
 * asks for it. */
static pp_status
make_field(const pp_mesh *sheet, const pp_bvh *bvh, const pp_solid *solid,
           pp_ball_wish *w, pp_bricks *field, pp_error *err)
{
    const size_t limit = pp_shell_memory_limit(w->memory_limit);
    pp_box box = widened(pp_mesh_box(sheet),
                         w->radius + MARGIN_SAMPLES * w->h);

    if (solid != NULL) {
        const pp_box whole = pp_mesh_box(solid->mesh);

        pp_box_add(&box, whole.low);
        pp_box_add(&box, whole.high);
    }
    for (;; w->h *= PP_SHELL_COARSER) {
        pp_error why = { 0 };

        if (pp_bricks_alloc(box, w->h, field, &why) == PP_OK &&
            (solid == NULL ||
             pp_swell_solid(field, solid->mesh, solid->bvh, 0, limit, &why) ==
                 PP_OK) &&
            pp_swell_sheet(field, bvh, w->radius, w->bounds, limit, &why) ==
                PP_OK)
            return PP_OK;
        pp_bricks_free(field);
        /* no coarser than a ball: nothing would be left of it */
        if (why.status != PP_ELIMIT || w->h > w->radius) {
            *err = why;
            return err->status;
        }
    }
}

pp_status
pp_balls_surface(const pp_mesh *sheet, const pp_solid *solid, pp_ball_wish *w,
                 pp_mesh *out, pp_error *err)
{
    /* of sampling a ball, and of dropping facets of it */
    const double dent = w->h * w->h / (2 * w->radius) + w->max_error_mm;
    pp_bricks field = { 0 };
    pp_bvh *bvh = NULL;

    memset(out, 0, sizeof *out);
    if (pp_bvh_build(sheet, &bvh, err) != PP_OK)
        return err->status;
    if (make_field(sheet, bvh, solid, w, &field, err) == PP_OK &&
        pp_bricks_surface(&field, solid == NULL ? w->max_error_mm : 0, out,
                          err) == PP_OK) {
        const pp_keep_away keep = { bvh, w->radius, dent, w->h, w->bounds };

        pp_bricks_free(&field);
        (void)!pp_shell_keep_away(out, &keep, err);
    }
    if (err->status != PP_OK)
        pp_mesh_free(out);
    pp_bricks_free(&field);
    pp_bvh_free(bvh);
    return err->status;
}
