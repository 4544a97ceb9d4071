/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * render.h - pictures of meshes for people
 *
 * A z-buffer in software: no display, no GPU, the same bytes everywhere.
 */
#ifndef PP_RENDER_RENDER_H
#define PP_RENDER_RENDER_H

#include "base/bytes.h"
#include "mesh/mesh.h"

typedef struct {
    const char *title;
    const float *value;    /* per vertex, coloured; NULL: plain shading */
    const char *quantity;  /* legend: "wall thickness" */
    const char *unit;      /* legend: "mm" */
    double low, high;      /* range of the colours; equal: from the values */
    size_t view_px;        /* edge of one view; 0: 480 */
} pp_picture_options;

/** Three views (front, side, top of patient space) and a legend, as PNG. */
pp_status pp_render_picture(const pp_mesh *m,
                            const pp_picture_options *options, pp_bytes *png,
                            pp_error *err) PP_MUST_USE;

#endif
