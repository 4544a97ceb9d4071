/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * encode.h - one fragment while it is encoded; only for mask/
 */
#ifndef PP_MASK_ENCODE_H
#define PP_MASK_ENCODE_H

#include "mask/fragments.h"

/* Of a voxel in the box: bits. */
enum {
    PP_OWN = 1,
    PP_OTHER = 2,    /* of another fragment */
    PP_IS_CORE = 4,
    PP_IN_ZONE = 8,  /* border, unless it is core or was */
    PP_NEAR = 16,    /* in the zone or its clearance: no core */
    PP_YIELDED = 32, /* was core */
    PP_TAKEN = 64    /* hold.c: in the core that grows, or waiting */
};

typedef struct {
    const pp_label_map *labels;
    pp_encode_rules rules;
    double mm[3];
    float *all_depth;         /* of the whole image, in the variant's unit */
    uint16_t label;
    size_t low[3], dim[3], n; /* the box */
    uint8_t *state;
    float *depth, *smooth, *bend;
    size_t room;
} pp_encode;

void pp_encode_free_box(pp_encode *e);

/**
 * A core of at least the decoder's dust, in one piece; or all of the
 * fragment's largest piece, when that is smaller. Fills in npiece and kept.
 */
pp_status pp_encode_hold(pp_encode *e, pp_encoded *made,
                         pp_error *err) PP_MUST_USE;

#endif
