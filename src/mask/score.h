/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * score.h - one label map against another; for mask/ and the rooms behind it
 */
#ifndef PP_MASK_SCORE_H
#define PP_MASK_SCORE_H

#include "mask/mask.h"

/* At most so many labels on each side are held against one another. */
#define PP_SCORE_LABELS 4096

/**
 * PP_EGEOM unless two lattices have the same voxels in the same places, to a
 * hundredth of a voxel (the rounding of a header's float is less).
 */
pp_status pp_lattices_match(const size_t a_dim[3], const double a_to_lps[3][4],
                            const size_t b_dim[3], const double b_to_lps[3][4],
                            pp_error *err) PP_MUST_USE;

/* Voxels of the labels 0 to na of one map and 0 to nb of the other. */
typedef struct {
    size_t na, nb;
    size_t *a, *b; /* na + 1 and nb + 1 */
    size_t *both;  /* [a * (nb + 1) + b]: of label a here and b there */
} pp_shared;

void pp_shared_free(pp_shared *s);

/** Counts two maps of n voxels. PP_ELIMIT beyond PP_SCORE_LABELS. */
pp_status pp_shared_count(const pp_label_map *a, const pp_label_map *b,
                          pp_shared *s, pp_error *err) PP_MUST_USE;

/** Shared voxels by voxels of either; 0 when there is none. */
double pp_shared_iou(const pp_shared *s, size_t a, size_t b);

/**
 * The one-to-one assignment of rows to columns with the greatest sum of gains
 * (Kuhn 1955, Munkres 1957): column[r], or SIZE_MAX for a row that stays
 * alone; pairs without gain are none. gain[r * ncolumn + c] >= 0.
 */
pp_status pp_assign(const double *gain, size_t nrow, size_t ncolumn,
                    size_t *column, pp_error *err) PP_MUST_USE;

/**
 * The one-to-one matching of the labels from 1 on with the greatest sum of
 * IoU: match[a] for 0 to na, 0 where there is none. The caller frees *match.
 */
pp_status pp_shared_match(const pp_shared *s, size_t **match,
                          pp_error *err) PP_MUST_USE;

/** The map of a volume without a label: 0 everywhere. */
pp_status pp_label_map_none(const pp_volume *v, pp_label_map *m,
                            pp_error *err) PP_MUST_USE;

/** Takes all labels off a map but the one whose number this is. */
pp_status pp_label_map_keep(pp_label_map *m, const uint32_t *number,
                            uint32_t kept, pp_error *err) PP_MUST_USE;

/* ---- one label against another (score_pair.c) ---- */

/*
 * Surfaces are the centres of boundary voxels: those of a label with a
 * neighbour across a face that is not of it, or none at all. Distances are
 * from each to the nearest of the other's, exact, in mm; each counts once. NaN
 * where a side has no voxel.
 */
typedef struct {
    size_t npred, ntruth, nboth;       /* voxels */
    double dice, iou;
    double precision, recall;          /* both by predicted, by true voxels */
    double pred_mm3, truth_mm3;
    size_t pred_surface, truth_surface; /* boundary voxels */
    double hd_mm;         /* the largest distance of all, both ways */
    double hd95_mm;       /* the larger of both ways' 95th percentiles */
    double assd_mm;       /* the mean of all distances, both ways together */
    double surface_dice;  /* the share of boundary voxels within tolerance */
} pp_pair_score;

/** Label i of one map against label j of the other, on the same lattice. */
pp_status pp_score_pair(const pp_label_map *pred, uint16_t i,
                        const pp_label_extent *pred_extent,
                        const pp_label_map *truth, uint16_t j,
                        const pp_label_extent *truth_extent,
                        double tolerance_mm, pp_pair_score *s,
                        pp_error *err) PP_MUST_USE;

/**
 * The value below which a share of n > 0 values lies, between the nearest two
 * in proportion (as numpy's default); orders the values anew.
 */
double pp_percentile(float *value, size_t n, double share);

#endif
