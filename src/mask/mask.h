/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mask.h - yes or no per voxel
 */
#ifndef PP_MASK_MASK_H
#define PP_MASK_MASK_H

#include "voxel/grid.h"

/* At most so many voxels along one axis: indices are packed in 20 bits. */
#define PP_MASK_LIMIT 1000000

/* And so many in all: a quarter of a terabyte. */
#define PP_MASK_VOXELS ((size_t)1 << 38)

/* One byte a voxel, 0 or 1. All-zero is the empty mask. */
typedef struct {
    size_t dim[3];
    double to_lps[3][4];
    uint8_t *in;
} pp_mask;

void pp_mask_free(pp_mask *m);

/** A mask with nothing inside. PP_ELIMIT for sizes beyond these limits. */
pp_status pp_mask_alloc(pp_mask *m, const size_t dim[3],
                        const double to_lps[3][4], pp_error *err) PP_MUST_USE;

/**
 * The segment that a user means: by number, else by its exact name. PP_EGEOM
 * when there is none or when several bear the name.
 */
pp_status pp_segment_find(const pp_volume *v, const char *text, size_t *index,
                          pp_error *err) PP_MUST_USE;

/** Voxels of each segment, nsegment numbers; the caller frees. */
pp_status pp_segment_counts(const pp_volume *v, size_t **count,
                            pp_error *err) PP_MUST_USE;

/** The voxels of one segment of a volume. */
pp_status pp_mask_from_segment(const pp_volume *v, const pp_segment *s,
                               pp_mask *mask, pp_error *err) PP_MUST_USE;

/**
 * The same for a volume that nobody else will look at: its layers are gone
 * afterwards, and what can be is made in their own memory.
 */
pp_status pp_mask_take_segment(pp_volume *v, const pp_segment *s,
                               pp_mask *mask, pp_error *err) PP_MUST_USE;

/** The voxels whose physical value is at least iso. */
pp_status pp_mask_from_iso(const pp_grid *g, double iso, pp_mask *mask,
                           pp_error *err) PP_MUST_USE;

size_t pp_mask_count(const pp_mask *m);

/** mm^3 of all voxels inside. */
double pp_mask_volume(const pp_mask *m);

/** mm^3 of one voxel. */
double pp_mask_voxel_volume(const pp_mask *m);

/** Distances between neighbouring voxel centres along i, j, k. */
void pp_mask_spacing(const pp_mask *m, double mm[3]);

/** Where voxel indices (fractional) lie in space. */
pp_vec3 pp_mask_position(const pp_mask *m, double i, double j, double k);

/** The box of the voxels inside, low <= index < high; false without any. */
bool pp_mask_box(const pp_mask *m, size_t low[3], size_t high[3]);

/** True when a voxel inside lies on the border of the box. */
bool pp_mask_touches_border(const pp_mask *m);

/** Cuts the mask to the box of its voxels plus margin, padding with 0. */
pp_status pp_mask_crop(const pp_mask *m, size_t margin, pp_mask *out,
                       pp_error *err) PP_MUST_USE;

typedef enum {
    PP_CONNECT_FACE = 6,
    PP_CONNECT_EDGE = 18,
    PP_CONNECT_CORNER = 26
} pp_connect;

/* ---- many labels at once (label_map.c) ---- */

/* At most so many labels in one map. */
#define PP_LABEL_LIMIT 65534

/*
 * The label of each voxel: 0 for none, else 1 + the number of the volume's
 * segment. All-zero is the empty map.
 */
typedef struct {
    size_t dim[3];
    double to_lps[3][4];
    uint16_t *at;
    size_t nlabel;
} pp_label_map;

/* Of one label: its voxels, and their box, low <= index < high. */
typedef struct {
    size_t nvoxel, low[3], high[3];
} pp_label_extent;

void pp_label_map_free(pp_label_map *m);

/**
 * All segments of a volume (pp_volume_list_labels). Segments that overlap
 * cannot share a map: PP_EGEOM with the first two that do and in how many
 * voxels.
 */
pp_status pp_label_map_from_volume(const pp_volume *v, pp_label_map *m,
                                   pp_error *err) PP_MUST_USE;

/** Of labels 0 (empty) to nlabel; the caller frees *extent. */
pp_status pp_label_map_extents(const pp_label_map *m, pp_label_extent **extent,
                               pp_error *err) PP_MUST_USE;

/**
 * The voxels of a label as a mask of its box and a margin around it, which may
 * reach beyond the map.
 */
pp_status pp_label_map_mask(const pp_label_map *m, uint16_t label,
                            const pp_label_extent *extent, size_t margin,
                            pp_mask *mask, pp_error *err) PP_MUST_USE;

/**
 * Puts a mask that pp_label_map_mask made, and that was changed, back: voxels
 * that left it have no label any more, voxels that came to it get the label if
 * they had none. The number of voxels that belong to others and stay theirs.
 */
size_t pp_label_map_put(pp_label_map *m, uint16_t label,
                        const pp_label_extent *extent, size_t margin,
                        pp_mask *mask);

/* At most so many runs of voxels (beyond: PP_ELIMIT). */
#define PP_ISLAND_LIMIT (UINT32_MAX - 1)

typedef struct {
    size_t nvoxel;
    double volume_mm3;
    pp_vec3 centre; /* mean position of its voxels, LPS mm */
} pp_island;

/**
 * Connected components of the inside voxels, largest first (ties: by first
 * voxel). label (caller frees, 0 outside, 1 + number inside) may be NULL.
 */
pp_status pp_mask_islands(const pp_mask *m, pp_connect connect,
                          uint32_t **label, pp_island **island,
                          size_t *nisland, pp_error *err) PP_MUST_USE;

/**
 * Removes islands below min_mm3; those removed are listed in *removed (caller
 * frees).
 */
pp_status pp_mask_drop_islands(pp_mask *m, pp_connect connect, double min_mm3,
                               pp_island **removed, size_t *nremoved,
                               pp_error *err) PP_MUST_USE;

/** The same, and all but the `most` largest islands too. */
pp_status pp_mask_keep_largest(pp_mask *m, pp_connect connect, double min_mm3,
                               size_t most, pp_island **removed,
                               size_t *nremoved, pp_error *err) PP_MUST_USE;

/**
 * Fills cavities of at most most_mm3: islands of outside voxels that do not
 * reach the border of the box. connect is the inside's; the outside hangs
 * together the other way. Those filled are listed in *filled (caller frees).
 */
pp_status pp_mask_fill_cavities(pp_mask *m, pp_connect connect,
                                double most_mm3, pp_island **filled,
                                size_t *nfilled, pp_error *err) PP_MUST_USE;

/**
 * All cavities, without filling them, largest first. The caller frees
 * *cavity.
 */
pp_status pp_mask_cavities(const pp_mask *m, pp_connect connect,
                           pp_island **cavity, size_t *ncavity,
                           pp_error *err) PP_MUST_USE;

/**
 * Fills cavities of one label in which no other label lies, as
 * pp_mask_fill_cavities does with a mask; the map changes. The extent stays
 * what it is.
 */
pp_status pp_label_map_fill_cavities(pp_label_map *m, uint16_t label,
                                     const pp_label_extent *extent,
                                     pp_connect connect, double most_mm3,
                                     pp_island **filled, size_t *nfilled,
                                     pp_error *err) PP_MUST_USE;

/* A place where the mask is one voxel thick along an axis. */
typedef struct {
    size_t nvoxel;
    int axis;       /* of the image, along which it is thin */
    pp_vec3 centre; /* mean position of its voxels, LPS mm */
} pp_thin_place;

/**
 * Where the inside is a single voxel thick along one axis (thinner than about
 * two: the mask does not hold its shape), by axis and connected place, largest
 * first; places of less than PP_THIN_LEAST voxels are tips, and left out. The
 * caller frees *place.
 */
#define PP_THIN_LEAST 6
pp_status pp_mask_thin_places(const pp_mask *m, pp_thin_place **place,
                              size_t *nplace, pp_error *err) PP_MUST_USE;

/**
 * Signed Euclidean distance in mm between voxel centres: for an outside voxel
 * plus the distance to the nearest inside centre, for an inside voxel minus
 * the distance to the nearest outside centre. Exact for any spacing
 * (Felzenszwalb and Huttenlocher 2012); spacing from the matrix, whose axes
 * must be orthogonal. What lies beyond the box counts as outside. distance
 * (caller frees) has one float a voxel.
 */
pp_status pp_mask_distance(const pp_mask *m, float **distance,
                           pp_error *err) PP_MUST_USE;

#endif
