/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dicom_report.h - measurements and printable parts as DICOM, through DCMTK
 * (BSD-like)
 *
 * A measurement report (TID 1500) and an encapsulated STL, both beside the
 * series that they were made from. Patient attributes are empty unless they
 * are asked for.
 */
#ifndef PP_SHIM_DICOM_REPORT_H
#define PP_SHIM_DICOM_REPORT_H

#include "base/bytes.h"
#include "shim/dicom.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A frame of the source and where it lies. */
typedef struct {
    char sop_class[65], uid[65];
    int64_t frame; /* from 0 */
    pp_dicom_plane plane;
} pp_origin_image;

/* The series that something was measured on. Its UIDs are not to be shown. */
typedef struct {
    char study[65], series[65], frame[65]; /* frame of reference */
    double slice_mm; /* SliceThickness; 0: not told */
    pp_origin_image *image;
    size_t nimage;
    char *path; /* of one of its files */
} pp_origin;

void pp_origin_free(pp_origin *origin);

/* One number of a report. Codes with a NULL value are left out. */
typedef struct {
    pp_code concept, method, unit;
    double value;
    double uncertainty; /* half of an interval that covers the truth in 95 % of
                           all cases; NaN: not told */
    bool has_points;
    pp_vec3 point[2];   /* LPS mm: what was measured from where to where */
} pp_report_number;

/* Numbers about one thing. */
typedef struct {
    const char *name; /* UTF-8 */
    pp_report_number *number;
    size_t n;
    pp_code finding, verdict; /* concept and value of an assessment */
} pp_report_group;

typedef struct {
    const char *description; /* of the series, ASCII, up to 64 */
    const char *version;     /* of the software */
    int64_t seconds;         /* every date, since 1970, UTC */
    bool identity;           /* copy patient and study from origin->path */
    bool modified;           /* the model: unlike what was segmented */
} pp_report_options;

/**
 * A Comprehensive 3D SR of template TID 1500 as a file's bytes. UIDs come from
 * the hash of the content.
 */
pp_status pp_dicom_encode_report(const pp_report_group *group, size_t ngroup,
                                 const pp_origin *origin,
                                 const pp_report_options *options,
                                 pp_bytes *out, pp_error *err) PP_MUST_USE;

/** An encapsulated STL, in mm and in the origin's frame of reference. */
pp_status pp_dicom_encode_stl(const void *stl, size_t size, const char *title,
                              const pp_origin *origin,
                              const pp_report_options *options,
                              pp_bytes *out, pp_error *err) PP_MUST_USE;

/* A segment: voxels of a box of the series, columns fastest, then rows. */
typedef struct {
    const char *name; /* UTF-8 */
    bool has_colour;
    uint8_t rgb[3];
    pp_code category, type;
    size_t low[3], dim[3];
    const uint8_t *value; /* 0 or 1; or shares, 0 to most */
} pp_seg_part;

/**
 * A segmentation over the origin's slices of columns x rows, binary (most 0)
 * or fractional, by occupancy. Segments may overlap. PP_EGEOM when no voxel is
 * in any.
 */
pp_status pp_dicom_encode_seg(const pp_seg_part *part, size_t npart,
                              unsigned most, size_t columns, size_t rows,
                              const pp_origin *origin,
                              const pp_report_options *options, pp_bytes *out,
                              pp_error *err) PP_MUST_USE;

/**
 * The STL of such a file, appended to stl. PP_EUNSUPPORTED when it is none, or
 * is not in mm.
 */
pp_status pp_dicom_decode_stl(const void *data, size_t size, pp_bytes *stl,
                              pp_error *err) PP_MUST_USE;

#define PP_LENGTH_NAME 64

/* A length of a report with the two points that it was measured between. */
typedef struct {
    char name[PP_LENGTH_NAME]; /* UTF-8 */
    double mm;                 /* as stated */
    bool in_space;
    pp_vec3 point[2];          /* in_space: LPS mm ... */
    char frame[65];            /* ... of this frame of reference, or "" */
    double pixel[2][2];        /* else: column, row, from the corner of the
                                  first pixel ... */
    char image[65];            /* ... of this instance, */
    int64_t frame_number;      /* from 1; 0: not told */
} pp_dicom_length;

/**
 * All lengths (UCUM mm, cm, m or um) of a structured report that are inferred
 * from two points. PP_EUNSUPPORTED when the file is no report. The caller
 * frees.
 */
pp_status pp_dicom_lengths(const void *data, size_t size,
                           pp_dicom_length **length, size_t *n,
                           pp_error *err) PP_MUST_USE;

#ifdef __cplusplus
}
#endif
#endif
