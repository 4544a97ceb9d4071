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

#include "base/alloc.h"
#include "measure/measure.h"

#include <string.h>

/* Room around the balls: samples, not to lose a pole. */
#define MARGIN_SAMPLES 3.0

/* The surface is looked at in steps of so many samples of the field. */
#define LOOK 2.0

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

static bool
in_box(pp_box b, pp_vec3 p)
{
    return p.x >= b.low.x && p.y >= b.low.y && p.z >= b.low.z &&
           p.x <= b.high.x && p.y <= b.high.y && p.z <= b.high.z;
}

/* Is some centre of the sheet inside this closed part? */
static bool
holds_centre(const pp_bvh *part, pp_box box, const pp_mesh *sheet)
{
    for (size_t v = 0; v < sheet->nvert; v++)
        if (in_box(box, sheet->vert[v]) &&
            pp_bvh_winding(part, sheet->vert[v]) > 0.5)
            return true;
    return false;
}

/*
 * Bounds may cut pieces off the balls: what has no centre of theirs is no part
 * of a wall, and goes. Cavities stay: they are the balls' own.
 */
static pp_status
drop_pieces(const pp_mesh *sheet, pp_mesh *m, pp_error *err)
{
    uint32_t *part = NULL, npart = 0;
    uint8_t *keep = pp_alloc_zero(m->ntri, 1);
    pp_mesh piece = { 0 }, rest = { 0 };
    size_t nkept = 0;

    if (keep == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    if (pp_mesh_parts(m, &part, &npart, err) != PP_OK || npart < 2)
        goto done;
    for (uint32_t p = 0; p < npart; p++) {
        pp_bvh *bvh = NULL;
        double volume = 0;
        bool stays;

        for (size_t f = 0; f < m->ntri; f++)
            keep[f] = part[f] == p;
        if (pp_mesh_select(m, keep, &piece, err) != PP_OK ||
            pp_bvh_build(&piece, &bvh, err) != PP_OK ||
            pp_measure_volume(&piece, &volume, err) != PP_OK)
            goto done;
        stays = volume < 0 || holds_centre(bvh, pp_mesh_box(&piece), sheet);
        pp_bvh_free(bvh);
        pp_mesh_free(&piece);
        for (size_t f = 0; !stays && f < m->ntri; f++)
            part[f] = part[f] == p ? PP_NONE : part[f];
    }
    for (size_t f = 0; f < m->ntri; f++)
        nkept += keep[f] = part[f] != PP_NONE;
    if (nkept > 0 && nkept < m->ntri &&
        pp_mesh_select(m, keep, &rest, err) == PP_OK) {
        pp_mesh_free(m);
        *m = rest;
    }
done:
    pp_mesh_free(&piece);
    pp_free(part);
    pp_free(keep);
    return err->status;
}

/* Few facets, quickly; or, where some of those cross, with more care. */
static pp_status
find_surface(const pp_bricks *field, double max_error_mm, pp_mesh *out,
             pp_error *err)
{
    uint32_t(*pair)[2] = NULL;
    size_t npair = 0;

    if (pp_bricks_surface(field, PP_BRICKS_QUICK, max_error_mm, out, err) !=
            PP_OK ||
        pp_check_crossings(out, &pair, &npair, err) != PP_OK)
        return err->status;
    pp_free(pair);
    if (npair > 0) {
        pp_mesh_free(out);
        (void)!pp_bricks_surface(field, PP_BRICKS_PROVED, max_error_mm, out,
                                 err);
    }
    return err->status;
}

pp_status
pp_balls_surface(const pp_mesh *sheet, const pp_solid *solid, pp_ball_wish *w,
                 pp_mesh *out, pp_error *err)
{
    /* of sampling a ball, and of dropping facets of it, which is not proved */
    const double dent = w->h * w->h / (2 * w->radius) + 2 * w->max_error_mm;
    pp_bricks field = { 0 };
    pp_bvh *bvh = NULL;

    memset(out, 0, sizeof *out);
    if (pp_bvh_build(sheet, &bvh, err) != PP_OK)
        return err->status;
    if (make_field(sheet, bvh, solid, w, &field, err) == PP_OK &&
        (solid == NULL ? find_surface(&field, w->max_error_mm, out, err)
                       : pp_bricks_surface(&field, PP_BRICKS_ALL, 0, out,
                                           err)) == PP_OK) {
        const pp_keep_away keep = { bvh, w->radius, dent, LOOK * w->h,
                                    w->bounds, false };

        pp_bricks_free(&field);
        if (pp_shell_keep_away(out, &keep, err) == PP_OK &&
            w->bounds != NULL && solid == NULL)
            (void)!drop_pieces(sheet, out, err);
    }
    if (err->status != PP_OK)
        pp_mesh_free(out);
    pp_bricks_free(&field);
    pp_bvh_free(bvh);
    return err->status;
}
