/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * write.h - volumes out; for the rooms behind voxel/
 */
#ifndef PP_VOXEL_WRITE_H
#define PP_VOXEL_WRITE_H

#include "voxel/grid.h"

/** True for a name that pp_grid_write has a format for, and for "-". */
bool pp_grid_can_write(const char *path);

/**
 * Writes a grid as NIfTI-1: .nii, .nii.gz by the path's name, "-": .nii to
 * standard output. about (at most 79 characters, may be NULL) is the header's
 * description, text (may be NULL) goes into a comment behind the header.
 */
pp_status pp_grid_write(const char *path, const pp_grid *grid,
                        const char *about, const char *text,
                        pp_error *err) PP_MUST_USE;

/**
 * Writes labels (PP_VOXEL_U8 or U16) as NRRD, with the names and colours of
 * segments; text (may be NULL) stands in comments.
 */
pp_status pp_nrrd_write(const char *path, const pp_grid *grid,
                        const pp_segment *segment, size_t nsegment,
                        const char *text, pp_error *err) PP_MUST_USE;

#endif
