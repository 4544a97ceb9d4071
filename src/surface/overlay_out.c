/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * overlay_out.c - the voxels of meshes as one grid, or as a DICOM-SEG
 */
#include "surface/overlay.h"

#include "base/alloc.h"

#include <string.h>

static size_t
place(const pp_overlay *o, const pp_mask *like, size_t j, size_t k)
{
    return ((o->low[2] + k) * like->dim[1] + o->low[1] + j) * like->dim[0] +
           o->low[0];
}

static size_t
paint(const pp_overlay *o, const pp_mask *like, uint32_t label, pp_grid *grid)
{
    const uint8_t *value = o->value;
    uint8_t *narrow = grid->voxel;
    uint16_t *wide = grid->voxel;
    size_t nshared = 0;

    for (size_t k = 0; value != NULL && k < o->dim[2]; k++)
        for (size_t j = 0; j < o->dim[1]; j++) {
            const size_t at = place(o, like, j, k);

            for (size_t i = 0; i < o->dim[0]; i++) {
                const uint8_t v = *value++;

                if (v == 0)
                    continue;
                if (grid->type == PP_VOXEL_U8 ? narrow[at + i] != 0
                                              : wide[at + i] != 0)
                    nshared++;
                else if (grid->type == PP_VOXEL_U8)
                    narrow[at + i] = (uint8_t)(label != 0 ? label : v);
                else
                    wide[at + i] = (uint16_t)label;
            }
        }
    return nshared;
}

pp_status
pp_overlay_grid(const pp_overlay *overlay, size_t n, const pp_mask *like,
                pp_grid *grid, size_t *nshared, pp_error *err)
{
    const bool shares = n == 1 && overlay[0].most > 1;

    *nshared = 0;
    for (size_t i = 0; n > 1 && i < n; i++)
        if (overlay[i].most > 1)
            return pp_fail(err, PP_EUNSUPPORTED, "shares of several objects "
                           "need a file that keeps them apart");
    if (n > PP_LABEL_LIMIT)
        return pp_fail(err, PP_ELIMIT, "more than %d objects", PP_LABEL_LIMIT);
    if (pp_grid_alloc(grid, like->dim,
                      n <= UINT8_MAX ? PP_VOXEL_U8 : PP_VOXEL_U16, err) !=
        PP_OK)
        return err->status;
    memset(grid->voxel, 0, like->dim[0] * like->dim[1] * like->dim[2] *
                               pp_voxel_size(grid->type));
    memcpy(grid->to_lps, like->to_lps, sizeof grid->to_lps);
    grid->slope = shares ? 1.0 / overlay[0].most : 1;
    grid->intercept = 0;
    for (size_t i = 0; i < n; i++)
        *nshared += paint(&overlay[i], like, shares ? 0 : (uint32_t)i + 1,
                          grid);
    return PP_OK;
}

/* ---- DICOM ---- */

/* Voxel (0, 0, k) of the lattice is the first pixel of slice k. */
static pp_status
check_slices(const pp_mask *like, const pp_origin *origin, pp_error *err)
{
    double mm[3];

    pp_mask_spacing(like, mm);
    if (origin->nimage != like->dim[2])
        return pp_fail(err, PP_EGEOM, "the series has %zu slices and the "
                       "lattice %zu", origin->nimage, like->dim[2]);
    for (size_t k = 0; k < origin->nimage; k++) {
        const pp_dicom_plane *plane = &origin->image[k].plane;
        const double *first = plane->position;
        const double *row = plane->row_direction;
        const double *column = plane->column_direction;
        const double across = plane->spacing[1] * (double)(like->dim[0] - 1);
        const double down = plane->spacing[0] * (double)(like->dim[1] - 1);
        const pp_vec3 last = pp_vec(
            first[0] + across * row[0] + down * column[0],
            first[1] + across * row[1] + down * column[1],
            first[2] + across * row[2] + down * column[2]);
        const double limit = 0.01 * mm[0]; /* of a pixel: headers' digits */

        if (pp_distance(pp_vec(first[0], first[1], first[2]),
                        pp_mask_position(like, 0, 0, (double)k)) > limit ||
            pp_distance(last, pp_mask_position(like,
                                               (double)(like->dim[0] - 1),
                                               (double)(like->dim[1] - 1),
                                               (double)k)) > limit)
            return pp_fail(err, PP_EGEOM, "slice %zu of the series does not "
                           "lie on the lattice", k);
    }
    return PP_OK;
}

static pp_code
code_of(const pp_concept *c, pp_code otherwise)
{
    const pp_code code = { c->value, c->scheme, c->meaning };

    return c->value != NULL && c->scheme != NULL && c->meaning != NULL
               ? code : otherwise;
}

pp_status
pp_overlay_dicom(const pp_overlay *overlay, const pp_segment *segment,
                 size_t n, const pp_mask *like, const pp_origin *origin,
                 const pp_report_options *options, pp_bytes *out,
                 pp_error *err)
{
    static const pp_code tissue = { "85756007", "SCT", "Tissue" };
    pp_seg_part *part = pp_alloc_zero(n, sizeof *part);

    if (part == NULL)
        return pp_fail_memory(err);
    for (size_t i = 0; i < n; i++) {
        const pp_segment *s = &segment[i];

        part[i].name = s->name != NULL ? s->name : "printed part";
        part[i].has_colour = s->has_colour;
        memcpy(part[i].rgb, s->rgb, sizeof part[i].rgb);
        part[i].category = code_of(&s->category, tissue);
        part[i].type = code_of(&s->type, tissue);
        memcpy(part[i].low, overlay[i].low, sizeof part[i].low);
        memcpy(part[i].dim, overlay[i].dim, sizeof part[i].dim);
        part[i].value = overlay[i].value;
    }
    if (check_slices(like, origin, err) == PP_OK)
        (void)!pp_dicom_encode_seg(part, n,
                                   overlay[0].most > 1 ? overlay[0].most : 0,
                                   like->dim[0], like->dim[1], origin, options,
                                   out, err);
    pp_free(part);
    return err->status;
}
