/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rtstruct.h - what the two halves of the contour reader share; included by
 * voxel/rtstruct*.c only
 */
#ifndef PP_VOXEL_RTSTRUCT_H
#define PP_VOXEL_RTSTRUCT_H

#include "voxel/dicom.h"
#include "voxel/rasterise.h"

/* The image that is drawn on. */
typedef struct {
    const pp_grid *frame;
    double to_index[3][4];
    int axis; /* the index that counts slices */
    int u, v; /* the other two: u fastest in memory */
} pp_canvas;

/* A contour's corners, and where it lies: the index along the canvas' axis. */
typedef struct {
    double at;
    size_t first, n;
} pp_outline;

/* The outlines of one plane, first ... end - 1, and the slice they go on. */
typedef struct {
    size_t slice, first, end;
} pp_drawn;

/* A structure, ready to be drawn. All-zero is the empty one. */
typedef struct {
    pp_outline *outline; /* along the axis */
    size_t noutline;
    pp_corner *corner;
    pp_drawn *drawn;     /* by slice, each slice once */
    size_t ndrawn;
    size_t nopen;        /* contours that enclose nothing */
    size_t nbeyond;      /* contours outside of the image */
    size_t nbetween;     /* planes that lie on no slice: on the nearest */
    size_t nunused;      /* planes whose slice has a nearer one */
    double spread;       /* of the least flat contour, in slices */
} pp_outlines;

/* A contour's points may stand off its slice by this share of the spacing. */
#define PP_FLAT_SHARE 0.25

void pp_canvas_index(const pp_canvas *canvas, pp_vec3 point, double index[3]);

/** Sorts a structure's closed contours onto slices. The caller frees. */
pp_status pp_outlines_place(const pp_canvas *canvas, const pp_structure *s,
                            pp_outlines *out, pp_error *err) PP_MUST_USE;

void pp_outlines_free(pp_outlines *out);

/**
 * Shape-based interpolation of two slices of width * height pixels of mm[2]:
 * cover, as rasterised, at `share` of the way from below to above. Empty when
 * either of them is.
 */
pp_status pp_cover_between(const float *below, const float *above,
                           size_t width, size_t height, const double mm[2],
                           double share, float *cover,
                           pp_error *err) PP_MUST_USE;

/* Half of a voxel's area is inside; exact halves count. */
#define PP_COVER_HALF 0.5F

#endif
