/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rasterise.h - polygons to pixel coverage; included by voxel/ only
 */
#ifndef PP_VOXEL_RASTERISE_H
#define PP_VOXEL_RASTERISE_H

#include "base/status.h"

#include <stddef.h>

/* Corners in pixels: pixel (i, j) covers [i, i + 1) x [j, j + 1). */
typedef struct {
    double x, y;
} pp_corner;

/* A closed polygon: the last corner joins the first. */
typedef struct {
    const pp_corner *corner;
    size_t n;
} pp_polygon;

/**
 * Adds to cover[j * width + i] the share of the pixel that lies inside an odd
 * number of windings of all polygons together: holes, islands in holes and
 * keyholes come out right whatever their sense. Exact along x, PP_COVER_LINES
 * lines a pixel along y. What lies beside the picture is cut off.
 */
pp_status pp_polygons_cover(const pp_polygon *polygon, size_t npolygon,
                            size_t width, size_t height, float *cover,
                            pp_error *err) PP_MUST_USE;

#define PP_COVER_LINES 16

#endif
