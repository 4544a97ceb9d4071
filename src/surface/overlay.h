/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * overlay.h - meshes laid over the voxels of an image; for surface/ and the
 * rooms behind it
 */
#ifndef PP_SURFACE_OVERLAY_H
#define PP_SURFACE_OVERLAY_H

#include "surface/surface.h"
#include "voxel/origin.h"

/* Most samples along an axis of a voxel: their number fits a byte. */
#define PP_OVERLAY_SAMPLES 6

/* The voxels of one mesh, in a box of the lattice. All-zero is empty. */
typedef struct {
    size_t low[3], dim[3];
    uint8_t *value;   /* 0 or 1; with samples: how many are inside */
    unsigned most;    /* value of a voxel that is all inside */
    size_t nvoxel;    /* with a value */
    double voxel_mm3; /* of all, by their shares */
    bool within;      /* all of the mesh lies on the lattice */
} pp_overlay;

void pp_overlay_free(pp_overlay *o);

/**
 * The voxels of a mesh on the lattice of `like` (its voxels do not matter, and
 * may be NULL): those whose centre the mesh winds around, by
 * pp_surface_to_mask; or, with samples from 2 on, the share of samples^3
 * points, evenly spread over each voxel. PP_EGEOM for a mesh that is not
 * closed: it has no inside.
 */
pp_status pp_overlay_mesh(const pp_mesh *mesh, const pp_mask *like,
                          size_t samples, pp_overlay *overlay,
                          pp_error *err) PP_MUST_USE;

/**
 * A lattice along L, P and S for meshes that have none: cubes whose centres
 * are whole multiples of the spacing, one voxel beyond the box on each side.
 * Without voxels. PP_ELIMIT for too many.
 */
pp_status pp_overlay_lattice(pp_box box, double spacing_mm, pp_mask *like,
                             pp_error *err) PP_MUST_USE;

/**
 * All overlays on one grid of their lattice: overlay i has the value i + 1
 * (one overlay with samples: its shares, with slope). Where they overlap the
 * first keeps the voxel; *nshared counts these.
 */
pp_status pp_overlay_grid(const pp_overlay *overlay, size_t n,
                          const pp_mask *like, pp_grid *grid, size_t *nshared,
                          pp_error *err) PP_MUST_USE;

/**
 * The same as a DICOM-SEG beside the series, whose slices must be those of the
 * lattice: i along the columns' numbers, j along the rows', k slice by slice.
 */
pp_status pp_overlay_dicom(const pp_overlay *overlay,
                           const pp_segment *segment, size_t n,
                           const pp_mask *like, const pp_origin *origin,
                           const pp_report_options *options, pp_bytes *out,
                           pp_error *err) PP_MUST_USE;

#endif
