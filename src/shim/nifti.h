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
    pp_grid grid;             /* matrix not set; slope, intercept are */
    int64_t dim[8];           /* as the header says */
    int qform_code, sform_code;
    double qto_ras[4][4], sto_ras[4][4];
    double pixdim[8];
    int xyz_units;            /* 0 unknown, 1 m, 2 mm, 3 um */
} pp_nifti;

/** Reads a .nii or .nii.gz file by path. The caller frees header.grid. */
pp_status pp_nifti_read(const char *path, bool headers_only, pp_nifti *nifti,
                        pp_error *err) PP_MUST_USE;

/** Writes a grid as NIfTI-1 (.nii or .nii.gz by name), sform from to_lps. */
pp_status pp_nifti_write(const char *path, const pp_grid *grid,
                         pp_error *err) PP_MUST_USE;

#ifdef __cplusplus
}
#endif
#endif
