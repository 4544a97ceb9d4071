/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * deviation.c - the picture of a mesh against what it stands for
 */
#include "render/deviation.h"

#include "render/canvas.h"

#include <math.h>
#include <stdio.h>

pp_status
pp_render_deviation(const pp_mesh *m, const pp_deviation *d,
                    const float *value, double range_mm, const char *title,
                    pp_bytes *png, pp_error *err)
{
    char caption[160];
    const pp_picture_options how = {
        .title = title,
        .caption = caption,
        .value = value,
        .quantity = "signed distance",
        .unit = "mm",
        .low = -range_mm,
        .high = range_mm,
    };

    snprintf(caption, sizeof caption, "mean %+.3f, p95 %.3f, largest %.3f mm",
             d->mean_mm, d->p95_mm, d->max_mm);
    return pp_render_picture(m, &how, png, err);
}

void
pp_colour_deviation(const float *value, size_t n, double range_mm,
                    uint8_t (*rgb)[3])
{
    for (size_t i = 0; i < n; i++) {
        const double t = range_mm > 0 ? ((double)value[i] / range_mm + 1) / 2
                                      : 0.5;
        double linear[3];
        pp_rgb c = { 150, 150, 150 }; /* not known */

        if (!isnan(t)) {
            pp_colour(PP_MAP_DIVERGING, fmin(fmax(t, 0), 1), linear);
            c = pp_colour_bytes(linear);
        }
        rgb[i][0] = c.r;
        rgb[i][1] = c.g;
        rgb[i][2] = c.b;
    }
}

pp_status
pp_render_deviation_histogram(const pp_deviation *d, const char *title,
                              pp_bytes *png, pp_error *err)
{
    float middle[PP_DEVIATION_NBIN];
    char caption[160];
    const pp_histogram_options how = {
        .title = title,
        .caption = caption,
        .quantity = "signed distance",
        .unit = "mm",
        .share = "share of the area",
        .weight = d->bin,
        .low = d->bin_low_mm,
        .high = d->bin_low_mm + PP_DEVIATION_NBIN * d->bin_mm,
        .nbar = PP_DEVIATION_NBIN,
    };

    for (int b = 0; b < PP_DEVIATION_NBIN; b++)
        middle[b] = (float)(d->bin_low_mm + (b + 0.5) * d->bin_mm);
    snprintf(caption, sizeof caption, "mean %+.3f, p95 %.3f, largest %.3f mm",
             d->mean_mm, d->p95_mm, d->max_mm);
    return pp_render_histogram(middle, PP_DEVIATION_NBIN, &how, png, err);
}
