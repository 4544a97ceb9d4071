/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * frame.c - the grey image behind a mask
 *
 * A mask belongs to its image when it has the same frame of reference and its
 * voxels lie on the image's. It may hold a part of the image only, and reach
 * beyond it; both are found in voxel indices of the image, where the mask's
 * axes must be unit steps and its corners whole numbers.
 */
#include "voxel/format.h"

#include <string.h>

/*
 * A mask farther than this from the image's voxels is no longer on them, as a
 * share of the voxel: a half is where the next voxel begins, and what NIfTI's
 * float quaternions round off is less.
 */
#define OFF_SHARE 0.25

/* Farther than this is told: beyond the rounding of decimal headers. */
#define ODD_SHARE 0.02

pp_status
pp_frame_read(const char *own, const char *series,
               const pp_read_options *options, pp_volume *frame,
               pp_error *err)
{
    pp_read_options how = { .series = options->series, .headers_only = true,
                            .plain_uids = true, .form = options->form,
                            .resample = options->resample,
                            .channel = options->channel };
    const char *path = options->source != NULL ? options->source : own;

    if (how.series == NULL && series[0] != '\0')
        how.series = series;
    if (pp_volume_read(path, &how, frame, err) != PP_OK &&
        err->status == PP_EUNSUPPORTED && options->series == NULL &&
        how.series != NULL) {
        /* UIDs change in anonymising: the only series will do */
        *err = (pp_error){ 0 };
        how.series = NULL;
        (void)!pp_volume_read(path, &how, frame, err);
    }
    return err->status;
}

/* Voxel (i, j, k) of the mask in indices of the image. */
static void
image_index(const pp_grid *mask, double inverse[3][4], const double at[3],
            double index[3])
{
    const pp_vec3 p = pp_grid_position(mask, at[0], at[1], at[2]);

    for (int r = 0; r < 3; r++)
        index[r] = inverse[r][0] * p.x + inverse[r][1] * p.y +
                   inverse[r][2] * p.z + inverse[r][3];
}

typedef struct {
    double share, mm; /* farthest corner beside the image's voxels */
    bool beyond;      /* part of the mask lies outside the image */
} fit;

static fit
fit_corners(const pp_grid *mask, const pp_grid *image, double inverse[3][4])
{
    const double zero[3] = { 0, 0, 0 };
    double spacing[3], first[3];
    fit worst = { 0, 0, false };

    pp_grid_spacing(image, spacing);
    image_index(mask, inverse, zero, first);
    for (int corner = 0; corner < 8; corner++) {
        double at[3], index[3], off[3];

        for (int a = 0; a < 3; a++)
            at[a] = corner >> a & 1 ? (double)(mask->dim[a] - 1) : 0;
        image_index(mask, inverse, at, index);
        for (int a = 0; a < 3; a++) {
            off[a] = index[a] - (round(first[a]) + at[a]);
            worst.share = fmax(worst.share, fabs(off[a]));
            off[a] *= spacing[a];
            worst.beyond |= index[a] < -0.5 ||
                            index[a] > (double)image->dim[a] - 0.5;
        }
        worst.mm = fmax(worst.mm, pp_norm(pp_vec(off[0], off[1], off[2])));
    }
    return worst;
}

static pp_status
judge(const pp_grid *mask, const pp_grid *image, const fit *f,
      pp_volume *volume, pp_error *err)
{
    double a[3], b[3];

    pp_grid_spacing(mask, a);
    pp_grid_spacing(image, b);
    if (!(f->share <= OFF_SHARE))
        return pp_fail(err, PP_EGEOM,
                       "the mask does not lie on the voxels of the source: it "
                       "is up to %.3g mm beside them (voxels of %.4g x %.4g x "
                       "%.4g mm, the source's %.4g x %.4g x %.4g mm)", f->mm,
                       a[0], a[1], a[2], b[0], b[1], b[2]);
    if (f->beyond &&
        pp_volume_warn(volume, err, "the mask reaches beyond the source") !=
            PP_OK)
        return err->status;
    if (f->share > ODD_SHARE)
        return pp_volume_warn(volume, err,
                              "the mask lies up to %.3g mm beside the voxels "
                              "of the source", f->mm);
    return pp_volume_note(volume, err,
                          "the mask lies on the voxels of the source, within "
                          "%.2g mm", f->mm);
}

pp_status
pp_volume_check_source(pp_volume *volume, const pp_read_options *options,
                       pp_error *err)
{
    double inverse[3][4];
    pp_volume frame;

    if (pp_frame_read("", volume->source_series, options, &frame, err) !=
        PP_OK) {
        const pp_error cause = *err;

        if (!volume->on_slices)
            return pp_fail(err, cause.status, "--source: %s", cause.message);
        /* no volume by itself, but slices that the mask lies on */
        *err = (pp_error){ 0 };
        return pp_volume_note(volume, err, "the source makes no volume: %s",
                              cause.message);
    }
    if (volume->frame[0] != '\0' && frame.frame[0] != '\0' &&
        strcmp(volume->frame, frame.frame) != 0)
        pp_fail(err, PP_EUNSUPPORTED, "the mask has another frame of "
                                      "reference than the source");
    else if (pp_grid_inverse(frame.layer, inverse, err) == PP_OK) {
        const fit f = fit_corners(volume->layer, frame.layer, inverse);

        (void)!judge(volume->layer, frame.layer, &f, volume, err);
    }
    pp_volume_free(&frame);
    return err->status;
}
