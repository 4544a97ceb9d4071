/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * field.h - numbers on a lattice; for mask/ and the rooms behind it
 *
 * Arrays have one value a voxel, dim[0] fastest. Lattices are orthogonal, mm
 * holds the distances between neighbouring centres along i, j, k.
 */
#ifndef PP_MASK_FIELD_H
#define PP_MASK_FIELD_H

#include "mask/mask.h"

/* Squared distance of a voxel from which no other class can be seen. */
#define PP_FIELD_FAR 3.402823466e+38F

/* Which class each voxel is of; one of the two arrays. */
typedef struct {
    size_t dim[3];
    double mm[3];
    const uint8_t *byte;
    const uint16_t *word;
    bool zero; /* class 0 is measured, too; else its voxels are left at 0 */
    bool ends; /* what lies beyond the box is another class than all but 0 */
} pp_field_classes;

/**
 * Of each voxel the distance in mm between its centre and the nearest centre
 * of another class, all classes in one pass; infinite where there is none.
 * Exact for any spacing but for the rounding of a float (Felzenszwalb and
 * Huttenlocher 2012). distance has room for all voxels.
 */
pp_status pp_field_distance(const pp_field_classes *c, float *distance,
                            pp_error *err) PP_MUST_USE;

/** Largest sigma of pp_field_gaussian in voxels. */
#define PP_FIELD_SIGMA 64.0

/**
 * Gaussian in place, sigma in voxels along i, j, k (0: not along this axis),
 * cut off beyond 4 sigma; what lies beyond the box is its mirror image
 * (d c b a | a b c d | d c b a).
 */
pp_status pp_field_gaussian(float *f, const size_t dim[3],
                            const double sigma[3], pp_error *err) PP_MUST_USE;

/**
 * Sum over the axes of weight times the second difference of neighbours, with
 * the same mirror image. 1 / mm^2 as weight makes the Laplacian per mm^2.
 */
void pp_field_laplacian(const float *f, const size_t dim[3],
                        const double weight[3], float *out);

/**
 * The same with central differences taken twice, so of every second voxel;
 * one-sided at the border. Some published code calls this divergence.
 */
void pp_field_wide_laplacian(const float *f, const size_t dim[3],
                             const double weight[3], float *out);

/**
 * Fast marching (Sethian, PNAS 93, 1996), first order, unit speed, physical
 * spacing, for all seeds together. label: of seeds above 0 (below
 * PP_MARCH_LABELS), 0 elsewhere; afterwards every voxel of `open` that a front
 * reaches through faces has the label of the front that is there first, and
 * of several that are, the least. Fronts of different labels race and do not
 * help one another. Voxels with 2 in open are walls to this march; a second
 * one then starts from all that was reached, and enters them, too. time_mm (may
 * be NULL) is that of the last march: 0 at its seeds, infinite where nothing
 * came. The result depends on nothing but the input.
 */
#define PP_MARCH_LABELS 0x3fffffffU
pp_status pp_field_march(const uint8_t *open, const size_t dim[3],
                         const double mm[3], uint32_t *label, float *time_mm,
                         pp_error *err) PP_MUST_USE;

#endif
