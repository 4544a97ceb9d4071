/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * thick.c - the solid of all points near a surface, from its distance field
 *
 * No surface is looked for: the level set of the distance at half the wall is
 * closed by itself and manifold by construction, whatever the surface is like
 * (open, one-sided, or several sheets that meet). Between the voxels the
 * squares are interpolated, which are smooth across the surface, on a lattice
 * that is finer than the wall. Noise pushes the level set in as often as out;
 * the margin puts the thinnest hundredth of the wall back to the thickness
 * that was asked for.
 */
#include "shell/grow.h"

#include "base/alloc.h"

#include <string.h>

#define MARGIN_SIGMAS 1.65 /* on either side: 3.3 of the whole wall */
#define FINEST 5.0         /* samples to the half wall, at least */
#define COARSEST 0.7       /* voxels between samples, at most */

typedef struct {
    const pp_valley_field *f;
    double index[3][4]; /* from LPS */
    double radius;      /* voxels */
    double slack;       /* voxels, what noise adds to a step */
} level;

static void
to_index(const level *l, pp_vec3 p, double at[3])
{
    for (int a = 0; a < 3; a++)
        at[a] = l->index[a][0] * p.x + l->index[a][1] * p.y +
                l->index[a][2] * p.z + l->index[a][3];
}

/* How far a place lies outside of the voxels' centres, in voxels. */
static double
beyond(const level *l, const double at[3])
{
    double out = -1;

    for (int a = 0; a < 3; a++) {
        const double far = fmax(-at[a], at[a] - ((double)l->f->dim[a] - 1));
        const double *s = l->f->index[a];

        /* along the normal of the border */
        out = fmax(out, far / sqrt(s[0] * s[0] + s[1] * s[1] + s[2] * s[2]));
    }
    return out;
}

/* Over all voxels within reach: -1 all lie inside, 1 outside, 0 some. */
static int
look_around(const level *l, const double at[3], double reach)
{
    const pp_valley_field *f = l->f;
    size_t low[3], high[3];
    bool inside = false, outside = false;

    for (int a = 0; a < 3; a++) {
        const double *s = f->index[a];
        const double far = reach * sqrt(s[0] * s[0] + s[1] * s[1] +
                                        s[2] * s[2]) + 2;
        const double last = (double)f->dim[a] - 1;

        if (at[a] + far < 0 || at[a] - far > last)
            return 1;
        outside |= at[a] - far < 0 || at[a] + far > last;
        low[a] = (size_t)fmax(at[a] - far, 0);
        high[a] = (size_t)fmin(at[a] + far, last);
    }
    for (size_t k = low[2]; k <= high[2]; k++)
        for (size_t j = low[1]; j <= high[1]; j++) {
            const float *row = f->u + (k * f->dim[1] + j) * f->dim[0];

            for (size_t i = low[0]; i <= high[0]; i++) {
                const double d = fabs((double)row[i]) - l->radius;

                inside |= d < 1;
                outside |= d > -1;
            }
            if (inside && outside)
                return 0;
        }
    return inside ? -1 : 1;
}

/* For pp_bricks_unite: exact near the level set. */
static double
distance_at(const void *data, pp_vec3 p, double reach)
{
    const level *l = data;
    const pp_valley_field *f = l->f;
    double at[3], out, d;

    to_index(l, p, at);
    if (reach > 6 * f->mm || reach > 8 * COARSEST * f->mm) {
        const int all = look_around(l, at, reach / f->mm);

        return all == 0 ? 0 : all * reach;
    }
    out = beyond(l, at);
    if (out > 1)
        return out * f->mm;
    d = pp_valley_distance(f, at) - l->radius;
    if (fabs(d) > 1 + l->slack)
        d = d > 0 ? d - l->slack : d + l->slack;
    return fmax(d, out) * f->mm;
}

static pp_status
set_level(const pp_valley_field *f, const pp_thick_options *o, level *l,
          pp_thick_report *r, pp_error *err)
{
    pp_grid frame = { .dim = { f->dim[0], f->dim[1], f->dim[2] } };

    if (!f->even && f->check.unit == PP_LENGTH_VOXEL)
        return pp_fail(err, PP_EGEOM, "distances in voxels, and the voxels "
                       "are no cubes: nothing of one thickness follows from "
                       "them");
    memcpy(frame.to_lps, f->to_lps, sizeof frame.to_lps);
    l->f = f;
    if (pp_grid_inverse(&frame, l->index, err) != PP_OK)
        return err->status;
    r->margin_mm = o->margin_mm >= 0
                       ? o->margin_mm
                       : MARGIN_SIGMAS * f->check.noise * f->mm;
    r->radius_mm = o->thick_mm / 2 + r->margin_mm;
    l->radius = r->radius_mm / f->mm;
    l->slack = 0.5 + 4 * f->check.noise;
    if (l->radius > f->check.reach * 0.98)
        return pp_fail(err, PP_EGEOM, "the field ends at %.4g mm, and a wall "
                       "of %.4g mm needs it up to %.4g mm",
                       f->check.reach * f->mm, o->thick_mm, r->radius_mm);
    r->resolution_mm = o->resolution_mm > 0
                           ? o->resolution_mm
                           : fmin(COARSEST * f->mm, r->radius_mm / FINEST);
    return PP_OK;
}

/* The box of all that lies within. */
static pp_box
box_of(const level *l)
{
    const pp_valley_field *f = l->f;
    const double reach = l->radius + 1;
    pp_box box = { { HUGE_VAL, HUGE_VAL, HUGE_VAL },
                   { -HUGE_VAL, -HUGE_VAL, -HUGE_VAL } };
    size_t n = 0;

    for (size_t k = 0; k < f->dim[2]; k++)
        for (size_t j = 0; j < f->dim[1]; j++)
            for (size_t i = 0; i < f->dim[0]; i++, n++) {
                double p[3];

                if (fabs((double)f->u[n]) > reach)
                    continue;
                for (int a = 0; a < 3; a++)
                    p[a] = f->to_lps[a][0] * (double)i +
                           f->to_lps[a][1] * (double)j +
                           f->to_lps[a][2] * (double)k + f->to_lps[a][3];
                box.low = pp_vec(fmin(box.low.x, p[0]), fmin(box.low.y, p[1]),
                                 fmin(box.low.z, p[2]));
                box.high = pp_vec(fmax(box.high.x, p[0]),
                                  fmax(box.high.y, p[1]),
                                  fmax(box.high.z, p[2]));
            }
    return box;
}

static bool
touches_border(const level *l)
{
    const pp_valley_field *f = l->f;
    bool touches = false;
    size_t n = 0;

    for (size_t k = 0; k < f->dim[2]; k++)
        for (size_t j = 0; j < f->dim[1]; j++)
            for (size_t i = 0; i < f->dim[0]; i++, n++)
                touches |= (i == 0 || j == 0 || k == 0 ||
                            i + 1 == f->dim[0] || j + 1 == f->dim[1] ||
                            k + 1 == f->dim[2]) &&
                           fabs((double)f->u[n]) < l->radius;
    return touches;
}

pp_status
pp_shell_thick(const pp_valley_field *f, const pp_thick_options *o,
               pp_mesh *out, pp_thick_report *r, pp_error *err)
{
    const size_t limit = pp_shell_memory_limit(o->memory_limit);
    pp_bricks b = { 0 };
    level l;

    memset(out, 0, sizeof *out);
    memset(r, 0, sizeof *r);
    if (set_level(f, o, &l, r, err) != PP_OK)
        return err->status;
    r->cut = touches_border(&l);
    for (;; r->resolution_mm *= PP_SHELL_COARSER) {
        pp_error why = { 0 };

        if (pp_bricks_alloc(box_of(&l), r->resolution_mm, &b, &why) == PP_OK &&
            pp_bricks_unite(&b, distance_at, &l, limit, &why) == PP_OK)
            (void)!pp_bricks_surface(&b, PP_BRICKS_ALL, 0, out, &why);
        pp_bricks_free(&b);
        if (why.status == PP_OK)
            break;
        if (why.status != PP_ELIMIT || r->resolution_mm > r->radius_mm / 1.5) {
            *err = why;
            return err->status;
        }
    }
    if (pp_shell_settle(out, o->round_float, &r->clean, err) != PP_OK)
        pp_mesh_free(out);
    return err->status;
}

void
pp_thick_report_print(const pp_thick_report *r, FILE *out)
{
    fprintf(out, "solid: all within %.4g mm, %.4g mm of it for the noise; "
            "sampled every %.4g mm%s\n", r->radius_mm, r->margin_mm,
            r->resolution_mm, r->cut ? "; cut flat at the volume's border"
                                     : "");
}

void
pp_thick_report_json(const pp_thick_report *r, pp_json *j)
{
    pp_json_real(j, "radius_mm", r->radius_mm);
    pp_json_real(j, "margin_mm", r->margin_mm);
    pp_json_real(j, "resolution_mm", r->resolution_mm);
    pp_json_bool(j, "cut_at_border", r->cut);
}
