/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * grid.h - voxels with a place in space
 *
 * Voxel (i, j, k) has its centre at to_lps * (i, j, k, 1), in millimetres,
 * patient space LPS. i runs fastest in memory. Types and prototypes only:
 * shims include this from C++.
 */
#ifndef PP_VOXEL_GRID_H
#define PP_VOXEL_GRID_H

#include "base/affine.h"
#include "base/status.h"
#include "base/vec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
    PP_VOXEL_U8,
    PP_VOXEL_I8,
    PP_VOXEL_U16,
    PP_VOXEL_I16,
    PP_VOXEL_U32,
    PP_VOXEL_I32,
    PP_VOXEL_F32,
    PP_VOXEL_F64
} pp_voxel_type;

/* All-zero is the empty grid. */
typedef struct {
    size_t dim[3];
    double to_lps[3][4];
    pp_voxel_type type;
    void *voxel;             /* dim[0]*dim[1]*dim[2] values */
    double slope, intercept; /* physical = stored * slope + intercept */
} pp_grid;

/* A coded concept, such as 272673000, SCT, "Bone"; NULL members: absent. */
typedef struct {
    char *value, *scheme, *meaning;
} pp_concept;

/*
 * One label of a segmentation: the voxels of a layer whose physical value
 * (pp_grid_value) is `value`.
 */
typedef struct {
    uint32_t number; /* as users name it: segment number, label value */
    char *name;      /* UTF-8, or NULL */
    size_t layer;
    uint32_t value;
    bool has_colour;
    uint8_t rgb[3];
    pp_concept category, type;
    char *algorithm; /* "AUTOMATIC, name of the algorithm", or NULL */
    char *problem;   /* why it has no voxels, or NULL */
} pp_segment;

/*
 * What an input holds: a grey image (one layer, no segments, is_labels
 * false), a label map (one integer layer; segments listed by
 * pp_volume_list_labels), or named segments, which may overlap and then lie
 * in several layers of one common frame.
 */
typedef struct {
    pp_grid *layer;
    size_t nlayer;
    bool has_segments; /* the file itself names segments */
    pp_segment *segment;
    size_t nsegment;
    const char *kind;  /* static text: "nifti", "dicom", "dicom-seg" ... */
    char sha256[65];   /* of the input's bytes (series: files in slice order) */
    char *uid_hash;    /* hashed frame of reference UID, or NULL */
    char *notes;       /* what the reader chose or ignored, or NULL */
    char *warnings;    /* what a person should hear of, or NULL */
    bool fractional;   /* each segment alone in its layer, as shares of 1 */
    bool on_slices;    /* frames lie on slices of options->source */
    bool resampled;    /* what bent slices showed, on a straight grid */
    char source_series[65]; /* UID of the series drawn on, or "": not to be
                               shown, like the next */
    char frame[65];         /* UID of the frame of reference, or "" */
    size_t nreferenced, npresent; /* slices that a segmentation refers to,
                                     and those found in options->source */
    size_t stored_dim[3];         /* layer 0 as the file has it, before it was */
    double stored_to_lps[3][4];   /* brought to nearest LPS order */
} pp_volume;

/* Which of a NIfTI header's two placements; BEST: sform when it is set. */
typedef enum { PP_FORM_BEST, PP_FORM_SFORM, PP_FORM_QFORM } pp_form;

typedef struct {
    const char *series; /* hashed or plain SeriesInstanceUID, or NULL */
    bool plain_uids;    /* --uids */
    bool headers_only;  /* do not read voxels (layer[0].voxel stays NULL) */
    pp_form form;       /* --form */
    bool resample;      /* --resample: straighten tilted, even out unevenly
                           spaced series; else they are refused */
    const char *source; /* the image that a mask or contours were drawn on,
                           or NULL: contours then look for it in their own
                           directory, masks are not held against it */
    size_t channel;     /* --channel, from 1; 0: refuse what is 4-D */
    const char *const *more; /* further DICOM files beside path */
    size_t nmore;
    const char *label;  /* fill the segments that this names only, or NULL */
    bool fractions;     /* of fractional segmentations and contours: keep
                           shares between 0 and 1 (pp_volume.fractional) */
    bool fill_planes;   /* contours: fill slices between those drawn on */
} pp_read_options;

/**
 * Reads a volume: a file ("-": standard input), a directory of DICOM files, a
 * DICOMDIR or several DICOM files. The format is told by content. The result
 * is brought to nearest LPS order (pp_grid_to_nearest_lps). With a source, a
 * mask that does not lie on its voxels is refused. NULL options: defaults.
 * The caller frees.
 */
pp_status pp_volume_read(const char *path, const pp_read_options *options,
                         pp_volume *volume, pp_error *err) PP_MUST_USE;

void pp_volume_free(pp_volume *volume);

/** Frees what a segment owns. */
void pp_segment_free(pp_segment *segment);

/** True when text is the segment's number or its exact name. */
bool pp_segment_is_named(const pp_segment *segment, const char *text);

/* One image series of a directory; no patient data. */
typedef struct {
    char uid[65];        /* hashed, unless plain_uids; "" when empty */
    char modality[17];
    size_t dim[3];       /* columns, rows, slices */
    double spacing[3];   /* mm; 0 where unknown */
    bool localizer;
    char what[96];       /* what tells it apart under a shared UID, or "" */
    char problem[256];   /* why it would be refused, or "" */
} pp_series_info;

/** True for a directory, a DICOMDIR and a DICOM image: it can be listed. */
bool pp_volume_has_series(const char *path);

/**
 * The series of a DICOM file or directory, in the order of the numbers that
 * pp_read_options.series takes; headers only. The caller frees with pp_free.
 */
pp_status pp_volume_list_series(const char *path,
                                const pp_read_options *options,
                                pp_series_info **list, size_t *n,
                                pp_error *err) PP_MUST_USE;

/**
 * Fills volume->segment for a label map: one for each value above zero that
 * occurs. A no-op when segments are there. Voxels that are not whole numbers
 * in [0, 2^32): PP_EGEOM ("is a grey image; --iso VALUE ...").
 */
pp_status pp_volume_list_labels(pp_volume *volume,
                                pp_error *err) PP_MUST_USE;

void pp_grid_free(pp_grid *g);

/** Room for dim voxels; checks the product against memory and PTRDIFF_MAX. */
pp_status pp_grid_alloc(pp_grid *g, const size_t dim[3], pp_voxel_type type,
                        pp_error *err) PP_MUST_USE;

size_t pp_voxel_size(pp_voxel_type type);

/**
 * Turns n 64-bit integers into doubles, in place. PP_ELIMIT at one that a
 * double cannot hold.
 */
pp_status pp_voxel_wide_to_real(void *voxel, size_t n, bool is_signed,
                                pp_error *err) PP_MUST_USE;

/** Physical value of voxel n (memory order). */
double pp_grid_value(const pp_grid *g, size_t n);

pp_vec3 pp_grid_position(const pp_grid *g, double i, double j, double k);

/** Voxel indices (fractional) of a point. PP_EGEOM for a flat matrix. */
pp_status pp_grid_inverse(const pp_grid *g, double to_index[3][4],
                          pp_error *err) PP_MUST_USE;

/** Distances between neighbouring voxel centres along i, j, k. */
void pp_grid_spacing(const pp_grid *g, double mm[3]);

/** Volume of one voxel, |det|, in mm^3. */
double pp_grid_voxel_volume(const pp_grid *g);

/**
 * Permutes and flips the storage (voxels and matrix alike) so that i, j, k run
 * along the axes of L, P, S as nearly as they can: what was stored how no
 * longer matters. The matrix has a positive determinant afterwards.
 */
pp_status pp_grid_to_nearest_lps(pp_grid *g, pp_error *err) PP_MUST_USE;

/** PP_EGEOM when the matrix is singular, not finite, sheared or absurd. */
pp_status pp_grid_check_matrix(const pp_grid *g, pp_error *err) PP_MUST_USE;

#ifdef __cplusplus
}
#endif
#endif
