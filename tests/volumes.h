/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * volumes.h - small volumes with known truth, and the bytes of their files
 *
 * Shares no code with the readers. The body is an array without symmetry
 * under any flip or rotation, off-centre, far from the origin.
 */
#ifndef PP_TESTS_VOLUMES_H
#define PP_TESTS_VOLUMES_H

#include "base/bytes.h"
#include "voxel/grid.h"

/* Fills g with dim 7 x 6 x 5, values 0..209 in memory order (U8). */
void test_ramp(pp_grid *g, bool oblique);

/*
 * The same voxels stored otherwise: new axis a is old axis from[a], turned
 * round when flip >> a & 1. Matrix included. order: 0..5, flip: 0..7.
 */
void test_restore(const pp_grid *g, int order, int flip, pp_grid *out);

/* True when b holds what a holds where a holds it, in the same order. */
bool test_same_place(const pp_grid *a, const pp_grid *b, double tolerance_mm);

typedef struct {
    int version;    /* 1 or 2 */
    bool swapped;   /* big endian */
    int sform, qform; /* codes */
    int units;      /* 0 to 3 */
    double slope, intercept;
    double q_shift; /* added to the qform's offset, header units */
} test_nifti;

/* The bytes of a .nii of a U8 or I16 grid. */
void test_nifti_bytes(const pp_grid *g, const test_nifti *spec, pp_bytes *out);

/* Writes bytes into a new folder of this test; the path is static. */
const char *test_file(const char *name, const void *data, size_t size);

#endif
