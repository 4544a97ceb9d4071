/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * deviation.c - the picture of a mesh against what it stands for
 */
#include "render/deviation.h"

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
