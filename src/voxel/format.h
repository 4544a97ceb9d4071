/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * format.h - what the readers of voxel/ share; included by voxel/ only
 */
#ifndef PP_VOXEL_FORMAT_H
#define PP_VOXEL_FORMAT_H

#include "voxel/grid.h"

#define PP_PEEK 4096

/* The first bytes of a file, unpacked when it is a gzip file. */
typedef struct {
    const char *path;
    unsigned char data[PP_PEEK];
    size_t size;
} pp_peek;

/*
 * A reader fills layers, segments, kind and notes, in storage order: hashing
 * and the turn to nearest LPS are the caller's, unless it has set sha256. What
 * is left in the volume after a failure is freed by the caller.
 */
typedef struct {
    const char *name;
    bool (*recognise)(const pp_peek *peek);
    pp_status (*read)(const char *path, const pp_read_options *options,
                      pp_volume *volume, pp_error *err);
} pp_volume_format;

/** Appends a sentence to volume->notes, which are parted by "; ". */
pp_status pp_volume_note(pp_volume *volume, pp_error *err, const char *format,
                         ...) PP_MUST_USE PP_PRINTF(3, 4);

/** The same for volume->warnings. */
pp_status pp_volume_warn(pp_volume *volume, pp_error *err, const char *format,
                         ...) PP_MUST_USE PP_PRINTF(3, 4);

/** Gives the volume n layers, empty grids. */
pp_status pp_volume_add_layers(pp_volume *volume, size_t n,
                               pp_error *err) PP_MUST_USE;

pp_status pp_nifti_volume(const char *path, const pp_read_options *options,
                          pp_volume *volume, pp_error *err) PP_MUST_USE;

/** A DICOM file, or a directory of them. */
pp_status pp_dicom_volume(const char *path, const pp_read_options *options,
                          pp_volume *volume, pp_error *err) PP_MUST_USE;

pp_status pp_nrrd_volume(const char *path, const pp_read_options *options,
                         pp_volume *volume, pp_error *err) PP_MUST_USE;

pp_status pp_metaimage_volume(const char *path,
                              const pp_read_options *options,
                              pp_volume *volume, pp_error *err) PP_MUST_USE;

/**
 * The headers of options->source (or of `own`, where that is NULL): of the
 * series that options name, else of the one with this UID, else of the only
 * one. The caller frees frame.
 */
pp_status pp_frame_read(const char *own, const char *series,
                         const pp_read_options *options, pp_volume *frame,
                         pp_error *err) PP_MUST_USE;

/**
 * Holds a mask (in nearest LPS order) against the headers of options->source:
 * PP_EGEOM when it does not lie on the image's voxels, with how far it is off;
 * a note when it does.
 */
pp_status pp_volume_check_source(pp_volume *volume,
                                 const pp_read_options *options,
                                 pp_error *err) PP_MUST_USE;

#endif
