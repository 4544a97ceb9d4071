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

#endif
