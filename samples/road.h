/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * road.h - one small array for every road into the toolkit
 *
 * No flip and no turn maps it onto itself, so that any reader that mistakes an
 * axis is found out.
 */
#ifndef PP_SAMPLES_ROAD_H
#define PP_SAMPLES_ROAD_H

#include "voxel/grid.h"

/**
 * The array: 0 and 1 as PP_VOXEL_U8, oblique, far from the origin, with three
 * different spacings and sizes, one through hole and one island. The caller
 * frees grid->voxel with pp_free.
 */
pp_status pp_road_grid(pp_grid *grid, pp_error *err) PP_MUST_USE;

/**
 * The same voxels in the same places, stored in another order: axis n of the
 * result is axis order[n] of grid, backwards where flip[n] is set.
 */
pp_status pp_road_reorder(const pp_grid *grid, const int order[3],
                          const bool flip[3], pp_grid *out,
                          pp_error *err) PP_MUST_USE;

/** The six orders of three axes. */
extern const int pp_road_order[6][3];

/** The same as PP_VOXEL_I16 with 0 -> 0 and 1 -> 1000. */
pp_status pp_road_grey(const pp_grid *grid, pp_grid *grey,
                       pp_error *err) PP_MUST_USE;

/* Which of NIfTI's two places for a matrix are filled. */
typedef enum { PP_ROAD_SFORM = 1, PP_ROAD_QFORM = 2 } pp_road_form;

/** NIfTI-1 or (version 2) NIfTI-2, little endian, by own code. */
pp_status pp_road_write_nifti(const char *path, const pp_grid *grid,
                              int version, unsigned forms,
                              pp_error *err) PP_MUST_USE;

/**
 * NRRD with the space spelled so, and the matrix in that space; detached: the
 * bytes lie in a file of their own beside it (.raw); ascii: as text.
 */
pp_status pp_road_write_nrrd(const char *path, const pp_grid *grid,
                             const char *space, bool detached, bool ascii,
                             pp_error *err) PP_MUST_USE;

/** MetaImage; detached: with its bytes in a file beside it (.raw). */
pp_status pp_road_write_meta(const char *path, const pp_grid *grid,
                             bool detached, pp_error *err) PP_MUST_USE;

#endif
