/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cost.h - what a part will cost: seconds and memory, before it is made
 *
 * Each step of `printprep run` is a sum of terms (the volume, the source, the
 * part's box, its surface), each with a factor of zero or more. The factors
 * were fitted to measured runs (cost_table.h, which `make bench-cost` writes).
 */
#ifndef PP_CHAIN_COST_H
#define PP_CHAIN_COST_H

#include "base/status.h"

#include "mask/mask.h"

#include <stddef.h>

/* What a part's cost depends on. */
typedef struct {
    size_t nvoxel;   /* of the segmentation's volume */
    size_t nsource;  /* of the source image's volume, 0 without */
    size_t nbox;     /* of the part's box of voxels */
    size_t nsurface; /* the part's voxels with a face that it does not share
                        with another of them */
    size_t nthin;    /* its voxels in runs of less than PP_COST_THIN_MM along
                        i, j or k, summed over the three: walls that may have
                        to grow */
    double surface_mm2; /* the area of those faces */
} pp_cost_size;

#define PP_COST_THIN_MM 2

/* 1, then the members of pp_cost_size in their order, in millions */
#define PP_COST_TERMS 7

typedef struct {
    const char *step; /* as in cost.json */
    double seconds[PP_COST_TERMS];
    double mb[PP_COST_TERMS]; /* peak memory, an upper bound */
} pp_cost_row;

/* How far off the model is, on runs that it was not fitted to. */
typedef struct {
    size_t nfitted, ntested; /* parts */
    double median_ratio;     /* of measured to predicted seconds ... */
    double low_ratio, high_ratio; /* ... least and largest */
    double high_mb_ratio;    /* the largest of measured to predicted memory */
    double mb_margin;        /* the factors of memory hold this factor */
} pp_cost_error;

/** The steps of a part, in order; *n rows. */
const pp_cost_row *pp_cost_table(size_t *n);

const pp_cost_error *pp_cost_known_error(void);

/** Seconds of one core, on the machine of the measurement. */
double pp_cost_seconds(const pp_cost_row *row, const pp_cost_size *size);

/** Peak memory, in MB of 2^20 bytes: more than is needed. */
double pp_cost_mb(const pp_cost_row *row, const pp_cost_size *size);

/** Seconds of all steps; the most memory of all that runs at once. */
void pp_cost_part(const pp_cost_size *size, double *seconds, double *mb);

/** nbox, nsurface, nthin and surface_mm2 of a part; the rest stays. */
void pp_cost_measure(const pp_mask *part, pp_cost_size *size);

#endif
