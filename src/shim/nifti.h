/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nifti.h - NIfTI-1 and -2 through libniftiio (public domain)
 *
 * The header's numbers as they stand (RAS, both forms) and the voxels in
 * storage order; what they mean is decided in voxel/nifti.c.
 */
#ifndef PP_SHIM_NIFTI_H
#define PP_SHIM_NIFTI_H

#include "base/status.h"
#include "voxel/grid.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    int version;              /* 1 or 2 */
    int64_t dim[8];           /* as the header says; [0]: how many */
    int datatype;             /* the format's code */
    double slope, intercept;  /* as stored: a slope of 0 means none */
    int qform_code, sform_code;
    double qto_ras[3][4], sto_ras[3][4];
    /* why a form that is switched on cannot be used, or "" */
    char qform_problem[96], sform_problem[96];
    double pixdim[8];
    int xyz_units;            /* 0 unknown, 1 m, 2 mm, 3 um */
    bool swapped;             /* the file's byte order is not this host's */
    bool pair;                /* voxels in a file of their own (.img) */
    uint64_t data_offset;
} pp_nifti;

/** True when the first bytes (unpacked) are a NIfTI header's. */
bool pp_nifti_recognise(const void *data, size_t size);

/**
 * Reads the header of a .nii or .hdr file, packed with gzip or not. Every
 * number that is used later has been looked at: dim[] is positive, and finite
 * are the forms that are switched on and have no problem.
 */
pp_status pp_nifti_read_header(const char *path, pp_nifti *nifti,
                               pp_error *err) PP_MUST_USE;

/**
 * Reads the voxels of 3-D image number `channel` (0 for the first) into a new
 * grid; the grid's matrix is not set. 64-bit integers become doubles, and are
 * refused where a double cannot hold them. The caller frees the grid.
 */
pp_status pp_nifti_read_voxels(const char *path, const pp_nifti *nifti,
                               size_t channel, pp_grid *grid,
                               pp_error *err) PP_MUST_USE;

/** The grid's type for these voxels. PP_EUNSUPPORTED for colour and others. */
pp_status pp_nifti_type(const pp_nifti *nifti, pp_voxel_type *type,
                        pp_error *err) PP_MUST_USE;

/** Writes a grid as NIfTI-1 (.nii or .nii.gz by name), sform from to_lps. */
pp_status pp_nifti_write(const char *path, const pp_grid *grid,
                         pp_error *err) PP_MUST_USE;

/**
 * The same with a description of at most 79 characters, and with text in a
 * header extension of the kind "comment"; either may be NULL.
 */
pp_status pp_nifti_write_text(const char *path, const pp_grid *grid,
                              const char *about, const char *text,
                              pp_error *err) PP_MUST_USE;

#ifdef __cplusplus
}
#endif
#endif
