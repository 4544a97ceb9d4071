/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nrrd.h - an NRRD header as it stands; included by nrrd*.c only
 */
#ifndef PP_VOXEL_NRRD_H
#define PP_VOXEL_NRRD_H

#include "voxel/raw.h"

#define PP_NRRD_AXES 8
#define PP_NRRD_SEGMENTS 65535

typedef struct {
    uint64_t size;
    bool spatial;          /* has a direction in space */
    double direction[3];
    double spacing;        /* of the old "spacings"; 0 when absent */
} pp_nrrd_axis;

/* A segment as 3D Slicer describes it (key/value pairs SegmentN_...). */
typedef struct {
    size_t number;         /* the N of the key */
    char *name;
    bool has_colour, has_value;
    double rgb[3];
    uint64_t layer, value;
} pp_nrrd_segment;

typedef struct {
    size_t naxis;
    pp_nrrd_axis axis[PP_NRRD_AXES];
    bool has_directions, has_origin, has_type, has_encoding, has_endian;
    double origin[3];
    double unit_mm;        /* of space units; 0 when not said */
    double to_lps[3];      /* signs of the named space; 0: no space named */
    bool has_frame;        /* a measurement frame, ignored */
    pp_raw_layout layout;
    pp_raw_files files;    /* empty: attached */
    uint64_t header_size;  /* bytes up to attached data */
    pp_nrrd_segment *segment;
    size_t nsegment, segment_capacity;
} pp_nrrd;

void pp_nrrd_free(pp_nrrd *h);

pp_status pp_nrrd_read_header(const char *path, pp_nrrd *h,
                              pp_error *err) PP_MUST_USE;

#endif
