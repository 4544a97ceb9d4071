/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * decode.h - fragments while they are put together; only for mask/
 */
#ifndef PP_MASK_DECODE_H
#define PP_MASK_DECODE_H

#include "mask/fragments.h"

/* A label while it is worked on: from 1 on, as its core was found. */
typedef struct {
    size_t nvoxel, nseed;
    uint64_t sum[3];             /* of voxel indices in the box */
    size_t vote[PP_NANATOMY];
    uint32_t joined;             /* the label that it was given to; 0: none */
    uint16_t number;             /* in the result */
} pp_part;

/* The box of all that is no background. */
typedef struct {
    const pp_classes *in;
    size_t low[3], dim[3], n;
    double mm[3];
    uint8_t *class;
    uint32_t *label;
    pp_part *part; /* part[1] to part[npart] */
    size_t npart;
    uint32_t *owner; /* of each event: the label that its voxels went to */
    size_t nowner, owner_capacity;
    pp_decoded *report;
} pp_decode;

/** Appends an event; sum: of its voxels' indices. owner: 0 for none. */
pp_status pp_decode_note(pp_decode *d, pp_event_kind kind, size_t nvoxel,
                         const uint64_t sum[3], uint32_t owner,
                         double touch_mm2, pp_error *err) PP_MUST_USE;

/** The label that a label ended in; shortens the way for the next time. */
uint32_t pp_decode_final(pp_decode *d, uint32_t label);

/** Voxels, sums and votes of all parts. */
void pp_decode_measure(pp_decode *d, const uint8_t *anatomy);

/** Labels what no front came to (specks.c). */
pp_status pp_decode_specks(pp_decode *d, size_t least,
                           pp_error *err) PP_MUST_USE;

/** Gives small parts to the neighbour that they touch most (merge.c). */
pp_status pp_decode_merge(pp_decode *d, size_t least,
                          pp_error *err) PP_MUST_USE;

/** Anatomy and numbers of the parts, and the report's list (number.c). */
pp_status pp_decode_number(pp_decode *d, bool with_anatomy,
                           pp_error *err) PP_MUST_USE;

/** Do left and right look exchanged? (number.c) */
void pp_decode_laterality(pp_decode *d, const uint8_t *anatomy);

#endif
