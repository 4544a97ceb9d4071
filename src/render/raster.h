/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * raster.h - only render/ includes this: one orthographic view in samples
 */
#ifndef PP_RENDER_RASTER_H
#define PP_RENDER_RASTER_H

#include "mesh/mesh.h"
#include "render/canvas.h"

/* Unit vectors as seen in the picture; right x up = toward the eye. */
typedef struct {
    pp_vec3 right, up, toward;
    pp_vec3 centre;          /* lands in the middle */
    double samples_per_mm;
    size_t width, height;    /* samples */
} pp_view;

/* Per sample the nearest facet, or PP_NONE, and its rise toward the eye. */
typedef struct {
    size_t width, height;
    float *rise;             /* in samples, from the view's centre */
    uint32_t *facet;
} pp_zbuffer;

void pp_zbuffer_free(pp_zbuffer *z);

/**
 * Draws the mesh. All of it must lie within the view. Equal rises: the
 * facet with the lower number stays, whatever the number of threads.
 */
pp_status pp_raster_draw(const pp_mesh *m, const pp_view *view, pp_zbuffer *z,
                         pp_error *err) PP_MUST_USE;

/* How the surface looks. */
typedef struct {
    const float *value;      /* per vertex, or NULL */
    double low, high;
    bool below, above;       /* some values lie beyond low or high */
    pp_colour_map map;
    bool has_mark;
    double mark;             /* a line on the surface at this value */
    const pp_vec3 *normal;   /* per vertex, unit, or zero */
} pp_look;

/* What a person should be told beside the picture. */
typedef struct {
    bool inside_seen;        /* a facet is seen from its back */
    bool unknown_seen;       /* a value is not finite */
} pp_seen;

/** Unit normals of the vertices, weighted by area. The caller frees. */
pp_status pp_vertex_normals(const pp_mesh *m, pp_vec3 **normal,
                            pp_error *err) PP_MUST_USE;

/** Shades the samples and puts them, 2 x 2 to a pixel, at (x, y). */
pp_status pp_shade(const pp_mesh *m, const pp_view *view, const pp_zbuffer *z,
                   const pp_look *look, pp_canvas *canvas, long x, long y,
                   pp_seen *seen, pp_error *err) PP_MUST_USE;

#endif
