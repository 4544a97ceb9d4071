/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * boundary.h - for measure/ only: the faces between inside and outside voxels
 */
#ifndef PP_MEASURE_BOUNDARY_H
#define PP_MEASURE_BOUNDARY_H

#include "mask/mask.h"

#define PP_BOUNDARY_LEVELS 32

/*
 * Cells are the voxels of the mask's box and a layer of outside below it.
 * cell[0] holds three bits a cell: a face towards its next neighbour along i,
 * j, k. cell[n] says of blocks of 2^n cells whether they hold any face.
 */
typedef struct {
    size_t dim[3];       /* cells */
    size_t shift[3];     /* voxel index of cell 0, plus one */
    double h[3];         /* mm between cells */
    pp_vec3 origin;      /* centre of cell 0, LPS mm */
    pp_vec3 axis[3];     /* unit vectors along i, j, k */
    uint8_t *cell[PP_BOUNDARY_LEVELS];
    size_t level_dim[PP_BOUNDARY_LEVELS][3];
    int nlevel;
    size_t nface;
    const pp_mask *mask; /* must outlive the boundary */
} pp_boundary;

/**
 * PP_EGEOM for an empty mask, and for axes that are not orthogonal: faces are
 * taken as rectangles.
 */
pp_status pp_boundary_build(const pp_mask *mask, pp_boundary *b,
                            pp_error *err) PP_MUST_USE;

void pp_boundary_free(pp_boundary *b);

/**
 * Distance in mm from p to the nearest face, exact; negative when p lies in a
 * voxel of the mask.
 */
double pp_boundary_distance(const pp_boundary *b, pp_vec3 p);

/** LPS of cell coordinates: (0, 0, 0) is the centre of cell 0. */
pp_vec3 pp_boundary_position(const pp_boundary *b, double i, double j,
                             double k);

#endif
