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

/* All-zero is a plain picture. Texts are UTF-8, or NULL. */
typedef struct {
    const char *title;
    const char *caption;  /* a second line: "0 open edges, 2388 mm³" */
    const float *value;   /* per vertex, coloured; NULL: plain shading */
    const char *quantity; /* legend: "wall thickness" */
    const char *unit;     /* legend: "mm" */
    double low, high;     /* range of the colours; equal: from the values */
    bool has_mark;        /* draw a line on the surface where the value ... */
    double mark;          /* ... is this, such as the least wall */
    size_t view_px;       /* edge of one view, 160 to 4000; 0: 480 */
} pp_picture_options;

/**
 * Three views (from the front, from the left, from above) at one scale, with
 * the letters of the patient's sides, a scale bar in mm, the size of the
 * bounding box, and a legend; appended to png. Values that are not finite are
 * grey; a range of -x to x gets the map blue-grey-red. Facets seen from
 * behind are dull red, and a line below says so. PP_EGEOM when there is no
 * facet or a vertex is not finite.
 */
pp_status pp_render_picture(const pp_mesh *m,
                            const pp_picture_options *options, pp_bytes *png,
                            pp_error *err) PP_MUST_USE;

#endif
