/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dicom.h - DICOM through DCMTK (BSD-like) and OpenJPEG (BSD-2-Clause)
 *
 * What the headers and frames hold; how slices become a volume is decided in
 * voxel/dicom.c. No patient attribute crosses this line.
 */
#ifndef PP_SHIM_DICOM_H
#define PP_SHIM_DICOM_H

#include "base/status.h"
#include "voxel/grid.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Opaque; a parsed file. */
typedef struct pp_dicom pp_dicom;

typedef enum {
    PP_DICOM_OTHER,   /* nothing that becomes a volume */
    PP_DICOM_IMAGE,   /* frames of an image */
    PP_DICOM_SEG,     /* segmentation */
    PP_DICOM_CONTOURS, /* RT structure set */
    PP_DICOM_DIRECTORY /* DICOMDIR */
} pp_dicom_kind;

/* The header of a file, as far as volumes need it. Absent text is "". */
typedef struct {
    pp_dicom_kind kind;
    char sop_class[65], sop_instance[65], series[65], study[65], frame[65];
    char modality[17];
    char image_type[129];
    char photometric[17];
    char transfer_syntax[65];
    int64_t rows, columns, nframe;
    int64_t samples_per_pixel, bits_allocated, bits_stored, high_bit;
    bool is_signed;
    bool has_pixels;
    bool has_padding;           /* PixelPaddingValue ... RangeLimit */
    int64_t padding_low, padding_high;
    double slice_thickness;     /* 0 when absent: for a single slice only */
    double slice_spacing;       /* SpacingBetweenSlices; 0 when absent */
} pp_dicom_header;

/* What may tell two volumes of one series apart, as text ("" when absent). */
enum {
    PP_TELL_STACK,
    PP_TELL_TEMPORAL,
    PP_TELL_ACQUISITION,
    PP_TELL_ECHO,
    PP_TELL_B_VALUE,
    PP_TELL_TRIGGER,
    PP_TELL_TYPE, /* ImageType or FrameType */
    PP_NTELL
};

/* Place and scale of one frame. */
typedef struct {
    bool has_position, has_orientation, has_spacing;
    double position[3], row_direction[3], column_direction[3];
    double spacing[2]; /* as DICOM has it: between rows, between columns */
    double slope, intercept;
    char tell[PP_NTELL][65];
} pp_dicom_plane;

/** True when the bytes can be a DICOM file (preamble, or a bare data set). */
bool pp_dicom_recognise(const void *data, size_t size);

/** Parses a file's header; pixels stay on disk until asked for. */
pp_status pp_dicom_open(const char *path, pp_dicom **dicom,
                        pp_dicom_header *header, pp_error *err) PP_MUST_USE;

/** The same from memory, which must outlive the call only. */
pp_status pp_dicom_open_bytes(const void *data, size_t size, pp_dicom **dicom,
                              pp_dicom_header *header,
                              pp_error *err) PP_MUST_USE;

void pp_dicom_close(pp_dicom *dicom);

/** One plane for each of header.nframe frames. The caller frees. */
pp_status pp_dicom_planes(pp_dicom *dicom, pp_dicom_plane **plane,
                          pp_error *err) PP_MUST_USE;

/**
 * Decodes a frame (from 0) into stored values: rows*columns of int32_t, sign
 * extended, bits beside bits_stored removed (unsigned 32-bit values keep their
 * bits). Any transfer syntax of DCMTK, and JPEG 2000 through OpenJPEG. One
 * thread at a time for one pp_dicom; different ones at will.
 */
pp_status pp_dicom_frame(pp_dicom *dicom, int64_t frame, int32_t *value,
                         pp_error *err) PP_MUST_USE;

/* A file that a DICOMDIR names: its parts are joined with '/'. */
typedef struct {
    char *file;
    char series[65];
} pp_dicom_entry;

/** The images that a DICOMDIR names. The caller frees. */
pp_status pp_dicom_directory(pp_dicom *dicom, pp_dicom_entry **entry,
                             size_t *n, pp_error *err) PP_MUST_USE;

void pp_dicom_directory_free(pp_dicom_entry *entry, size_t n);

/* The images that a segmentation or contours refer to, as often as they do. */
typedef struct {
    char (*uid)[65]; /* SOPInstanceUID */
    size_t n, capacity;
    char series[65]; /* SeriesInstanceUID, or "" */
} pp_references;

/* One frame of a segmentation. */
typedef struct {
    uint32_t segment; /* number; 0 for a label map's frame */
    double position[3];
} pp_seg_frame;

typedef enum {
    PP_SEG_BINARY,
    PP_SEG_PROBABILITY, /* fractional */
    PP_SEG_OCCUPANCY,
    PP_SEG_LABELMAP
} pp_seg_type;

typedef struct {
    pp_seg_type type;
    int64_t rows, columns;
    double row_direction[3], column_direction[3];
    double spacing[2];      /* between rows, between columns */
    double slice_spacing;   /* SpacingBetweenSlices; 0 when absent */
    double slice_thickness; /* 0 when absent */
    int64_t maximum;        /* of fractional values */
    pp_seg_frame *frame;
    size_t nframe;
    pp_segment *segment;    /* all but layer and value */
    size_t nsegment;
    pp_references refers;
} pp_seg;

/** The frames and segments of a DICOM-SEG. The caller frees. */
pp_status pp_dicom_seg(pp_dicom *dicom, pp_seg *seg,
                       pp_error *err) PP_MUST_USE;

void pp_dicom_seg_free(pp_seg *seg);

/** Frame f of a segmentation: rows*columns values (binary: 0 or 1). */
pp_status pp_dicom_seg_frame(pp_dicom *dicom, const pp_seg *seg, size_t f,
                             int32_t *value, pp_error *err) PP_MUST_USE;

/* One contour: points first ... first + n - 1 of its structure. */
typedef struct {
    size_t first, n;
    bool closed; /* CLOSED_PLANAR or CLOSEDPLANAR_XOR */
} pp_ring;

/* A region of an RT structure set. */
typedef struct {
    uint32_t number;
    char *name;       /* UTF-8 */
    bool has_colour;
    uint8_t rgb[3];
    char frame[65];   /* of reference */
    pp_ring *contour;
    size_t ncontour;
    pp_vec3 *point;   /* LPS, mm */
    size_t npoint;
} pp_structure;

typedef struct {
    pp_structure *structure;
    size_t nstructure;
    pp_references refers;
} pp_structures;

/** The regions and contours of an RT structure set. The caller frees. */
pp_status pp_dicom_structures(pp_dicom *dicom, pp_structures *structures,
                              pp_error *err) PP_MUST_USE;

void pp_dicom_structures_free(pp_structures *structures);

/* ---- writing (samples, later exports): dicom_write*.cpp ---- */

/*
 * What is written has no patient: "PHANTOM^SAMPLE". UIDs are in the 2.25 form
 * and derived from seed, so that two runs give the same bytes and a
 * segmentation finds the series of the same seed.
 */
typedef struct {
    const char *seed;        /* any text */
    const char *description; /* SeriesDescription, ASCII, up to 64 */
    int64_t seconds;         /* every date, since 1970, UTC */
    bool scattered;          /* files and frames follow no order of place */
} pp_dicom_write_options;

/* A coded concept, such as 272673000, SCT, Bone. Static texts. */
typedef struct {
    const char *value, *scheme, *meaning;
} pp_code;

typedef struct {
    pp_code category, type;
} pp_segment_codes;

/**
 * Writes a CT series, one file a slice (explicit little endian), into an
 * existing directory, from a grid of PP_VOXEL_I16 whose third axis is the
 * slice direction; its slope and intercept become the rescale values. Numbers
 * have the 16 characters that DICOM allows, about 1e-10 mm.
 */
pp_status pp_dicom_write_ct(const char *directory, const pp_grid *grid,
                            const pp_dicom_write_options *options,
                            pp_error *err) PP_MUST_USE;

/** The same image as one enhanced CT file, a frame a slice. */
pp_status pp_dicom_write_enhanced_ct(const char *path, const pp_grid *grid,
                                     const pp_dicom_write_options *options,
                                     pp_error *err) PP_MUST_USE;

/**
 * Writes a DICOM-SEG over the series (same seed, same size and matrix): labels
 * is a PP_VOXEL_U8 or U16 grid; segment[] names its values, by number, name
 * (UTF-8) and colour; code[] has as many entries. Frames without a voxel are
 * left out; a fractional type holds 0 and 255. PP_EGEOM when no frame is left.
 */
pp_status pp_dicom_write_seg(const char *path, const pp_grid *labels,
                             const pp_segment *segment,
                             const pp_segment_codes *code, size_t nsegment,
                             pp_seg_type type,
                             const pp_dicom_write_options *options,
                             pp_error *err) PP_MUST_USE;

/**
 * Writes an RTSTRUCT over the series: each label as closed planar contours
 * along the edges of its voxels, holes as contours of their own (even-odd).
 */
pp_status pp_dicom_write_rtstruct(const char *path, const pp_grid *labels,
                                  const pp_segment *segment, size_t nsegment,
                                  const pp_dicom_write_options *options,
                                  pp_error *err) PP_MUST_USE;

#ifdef __cplusplus
}
#endif
#endif
