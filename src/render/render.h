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
    size_t view_px;       /* mean width of a view, 160 to 4000; 0: 480 */
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

/* ---- views one by one (views.c) ---- */

#define PP_NVIEW 4

/** "from the front", ...; the last one is askew and shows the other sides. */
const char *pp_view_name(size_t view);

/**
 * One view of a mesh alone, width_px to a side, appended to png: letters of
 * the patient's sides (but not askew) and a scale bar without words, *bar_mm
 * long; all views of a mesh have one scale. Of the options value, low < high
 * and the mark count. PP_EGEOM as for pp_render_picture.
 */
pp_status pp_render_view(const pp_mesh *m, const pp_picture_options *options,
                         size_t view, size_t width_px, double *bar_mm,
                         pp_bytes *png, pp_error *err) PP_MUST_USE;

/** The colour (sRGB) that t in [0, 1] has in pictures of values. */
void pp_colour_value(bool diverging, double t, uint8_t rgb[3]);

/**
 * One view, from the front, the left and above, of a square of px pixels (32
 * to 1024) on white, without words: for lists of files. Appended to png.
 * Failures as with pp_render_picture.
 */
pp_status pp_render_thumbnail(const pp_mesh *m, size_t px, pp_bytes *png,
                              pp_error *err) PP_MUST_USE;

/* A vertical line in a plot, with its name above: a limit, a percentile. */
typedef struct {
    double at;
    const char *name;
} pp_plot_mark;

typedef struct {
    const char *title, *caption;
    const char *quantity, *unit; /* of the values: "signed distance", "mm" */
    const char *share;           /* what the bars count: "share of the area" */
    const double *weight;        /* per value, >= 0; NULL: all equal */
    double low, high;            /* of the bars; equal: from the values */
    size_t nbar;                 /* up to 400; 0: 60 */
    const pp_plot_mark *mark;
    size_t nmark;
    size_t width_px;             /* 320 to 8000; 0: 960 */
} pp_histogram_options;

/**
 * A histogram as PNG, appended to png: shares in percent of all weight of
 * finite values, in the colours of pp_render_picture over the same range. What
 * lies beyond low or high stands in the first and the last bar, which then end
 * in an arrow. PP_EGEOM when there is no finite value.
 */
pp_status pp_render_histogram(const float *value, size_t nvalue,
                              const pp_histogram_options *options,
                              pp_bytes *png, pp_error *err) PP_MUST_USE;

/* One line of a plot; spread (an error bar, half its length) may be NULL. */
typedef struct {
    const char *name;
    const double *x, *y, *spread;
    size_t n;
} pp_curve;

typedef struct {
    const char *title, *caption;
    const char *x_name, *y_name; /* with units: "wall, mm" */
    double low[2], high[2];      /* x and y; equal: from the points */
    const pp_plot_mark *mark;    /* vertical lines */
    size_t nmark;
    size_t width_px;             /* 320 to 8000; 0: 960 */
} pp_curves_options;

/**
 * Up to eight curves as PNG, appended to png. Points that are not finite break
 * the line. PP_EGEOM when no point is finite.
 */
pp_status pp_render_curves(const pp_curve *curve, size_t ncurve,
                           const pp_curves_options *options, pp_bytes *png,
                           pp_error *err) PP_MUST_USE;

/** A colour (sRGB) for label n that differs from those of its neighbours. */
void pp_colour_label(size_t n, uint8_t rgb[3]);

#endif
