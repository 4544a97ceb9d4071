/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * deviation.h - for tools: distances of a mesh as a picture
 */
#ifndef PP_RENDER_DEVIATION_H
#define PP_RENDER_DEVIATION_H

#include "measure/measure.h"
#include "render/render.h"

/**
 * The mesh coloured by the signed distance of each vertex, blue where it lies
 * within and red where it lies outside by range_mm, and d's numbers below the
 * title; appended to png.
 */
pp_status pp_render_deviation(const pp_mesh *m, const pp_deviation *d,
                              const float *value, double range_mm,
                              const char *title, pp_bytes *png,
                              pp_error *err) PP_MUST_USE;

/** The colour of each of n distances over the same range. */
void pp_colour_deviation(const float *value, size_t n, double range_mm,
                         uint8_t (*rgb)[3]);

/** The histogram of d as PNG, appended to png. */
pp_status pp_render_deviation_histogram(const pp_deviation *d,
                                        const char *title, pp_bytes *png,
                                        pp_error *err) PP_MUST_USE;

#endif
