/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fragments.h - fragments as four classes, and back; for mask/ and the rooms
 * behind it
 *
 * A network for fractures predicts classes that know no numbers: background,
 * boundary (surface and shallow inside), core (deep inside) and border (where
 * fragments meet). The fragments come back as what grows from each core.
 */
#ifndef PP_MASK_FRAGMENTS_H
#define PP_MASK_FRAGMENTS_H

#include "mask/mask.h"

enum { PP_BACKGROUND, PP_BOUNDARY, PP_CORE, PP_BORDER, PP_NCLASS };

/* One byte a voxel. All-zero is empty. */
typedef struct {
    size_t dim[3];
    double to_lps[3][4];
    uint8_t *at;
} pp_classes;

void pp_classes_free(pp_classes *c);

/** The values 0 to 3 of a grid; others: PP_EGEOM. */
pp_status pp_classes_from_grid(const pp_grid *g, pp_classes *c,
                               pp_error *err) PP_MUST_USE;

/** The same of a volume, which has to be one layer without named segments. */
pp_status pp_classes_from_volume(const pp_volume *v, pp_classes *c,
                                 pp_error *err) PP_MUST_USE;

/* ---- labels to classes (encode.c) ---- */

typedef enum {
    PP_ENCODE_MM,   /* distances in mm; the Laplacian knows the spacing */
    PP_ENCODE_VOXEL /* as published code: voxels, second differences of every
                       second voxel in the plane of the slices, the distance
                       smoothed in both rules */
} pp_encode_variant;

/* Zero in any member: the variant's default. */
typedef struct {
    pp_encode_variant variant;
    double core;         /* core is deeper than this: 6 mm, 6 voxels */
    double laplace;      /* or where minus the Laplacian is above: 0.11 */
    double sigma;        /* of the Gaussian: 2 mm, 2 voxels */
    bool sigma_voxels;   /* sigma is in voxels in the variant MM, too */
    double zone;         /* of the border, from another fragment: 6 voxels in
                            MM, 3 voxels in VOXEL */
    bool zone_mm;        /* zone and clearance are in mm */
    double clearance;    /* core keeps this much more off: 0 and 2 voxels */
    bool no_clearance;   /* 0 is meant */
    bool shallow_border; /* what was core in the zone stays boundary */
    bool all_cores;      /* every piece of a fragment's core stays, and each
                            is a fragment to a decoder; else the largest */
    size_t dust_voxels;  /* the decoder's: 50 */
} pp_encode_rules;

/** Fills in the defaults. */
void pp_encode_defaults(pp_encode_rules *r);

typedef enum {
    PP_KEPT_OWN,    /* the rules left it a core that is large enough */
    PP_KEPT_GROWN,  /* the piece that they left was grown */
    PP_KEPT_PLACED, /* they left none: placed where it is deepest */
    PP_KEPT_WHOLE   /* the fragment's largest piece is smaller than dust */
} pp_core_kept;

/* What became of one fragment. */
typedef struct {
    uint16_t label;   /* of the map */
    size_t nvoxel, ncore, nboundary, nborder;
    size_t npiece;    /* connected pieces of its core */
    size_t nyielded;  /* core that fell back to boundary in the zone */
    pp_core_kept kept;
} pp_encoded;

/**
 * Labels to classes. encoded: of each label that has voxels, in order; the
 * caller frees both.
 */
pp_status pp_fragments_encode(const pp_label_map *labels,
                              const pp_encode_rules *rules, pp_classes *out,
                              pp_encoded **encoded, size_t *nencoded,
                              pp_error *err) PP_MUST_USE;

/* ---- classes to labels (decode.c) ---- */

typedef enum {
    PP_SACRUM = 1,
    PP_LEFT_HIP,
    PP_RIGHT_HIP,
    PP_NANATOMY
} pp_anatomy;

/**
 * Of each voxel of c its anatomy, from a label map on the same voxels in which
 * sacrum, left and right hip have these values. The caller frees.
 */
pp_status pp_anatomy_from_volume(const pp_volume *v, const double value[3],
                                 const pp_classes *c, uint8_t **anatomy,
                                 pp_error *err) PP_MUST_USE;

/**
 * Makes a map's words bytes, in their own memory, when all labels fit: true,
 * and `at` then points at one byte a voxel. For writing; the map can only be
 * freed afterwards.
 */
bool pp_label_map_narrow(pp_label_map *m);

/* Numbers that belong to one anatomy. */
#define PP_ANATOMY_NUMBERS 10

/* Zero: the default. */
typedef struct {
    size_t dust_voxels;  /* smaller pieces of core are no seeds: 50 */
    size_t merge_voxels; /* smaller fragments go to a neighbour: 1000 */
    bool no_dust, no_merge; /* 0 is meant */
} pp_decode_rules;

void pp_decode_defaults(pp_decode_rules *r);

typedef enum {
    PP_EVENT_DUST,    /* a piece of core was too small to be a seed */
    PP_EVENT_SPECK,   /* no front came there: given to the nearest fragment */
    PP_EVENT_NEW,     /* no front came there: large, a fragment of its own */
    PP_EVENT_MERGED,  /* small: given to the neighbour touched most */
    PP_EVENT_ALONE,   /* small, but touches no other: stays */
    PP_EVENT_NOWHERE, /* no voxel of it is of any anatomy */
    PP_EVENT_MANY,    /* beyond its anatomy's ten numbers */
    PP_NEVENT
} pp_event_kind;

/** A word for the ledger: "dust", "merged" ... */
const char *pp_event_name(pp_event_kind kind);

typedef struct {
    pp_event_kind kind;
    size_t nvoxel;
    pp_vec3 centre;   /* LPS mm */
    uint16_t to;      /* number of the fragment it is now part of; 0: DUST */
    double touch_mm2; /* MERGED: area in common */
} pp_event;

/* One fragment of the result, in order of numbers. */
typedef struct {
    uint16_t number;
    pp_anatomy anatomy;  /* 0: none */
    double share;        /* of its voxels with an anatomy: of this one */
    size_t nvoxel;
    size_t nseed;        /* voxels of the cores that it grew from */
    pp_vec3 centre;
} pp_fragment;

/* All-zero is empty. */
typedef struct {
    pp_fragment *fragment;
    size_t nfragment;
    pp_event *event;
    size_t nevent, capacity;
    size_t nbone;      /* voxels that are not background */
    bool swapped;      /* left and right look exchanged in the anatomy */
    double left_x_mm, right_x_mm; /* LPS x of the hips' centres, where
                                     swapped could be told; else NaN */
} pp_decoded;

void pp_decoded_free(pp_decoded *d);

/**
 * Classes to fragments: each voxel that is no background gets exactly one
 * number. anatomy (may be NULL) has a byte a voxel, pp_anatomy or 0; numbers
 * are then 1-10 of the sacrum, 11-20 of the left hip, 21-30 of the right, by
 * size; 31 on where these do not do. Without: from 1 on, by size.
 */
pp_status pp_fragments_decode(const pp_classes *in, const uint8_t *anatomy,
                              const pp_decode_rules *rules, pp_label_map *out,
                              pp_decoded *report, pp_error *err) PP_MUST_USE;

/* How well fragments come back, one to one. */
typedef struct {
    double mean_iou, least_iou; /* of the fragments that were there */
    uint16_t least;             /* label of the least */
    size_t nlost;               /* fragments without a partner */
} pp_ceiling;

/** Encoded labels, decoded again, against the labels. */
pp_status pp_fragments_ceiling(const pp_label_map *labels,
                               const pp_classes *encoded,
                               const pp_decode_rules *rules, pp_ceiling *c,
                               pp_error *err) PP_MUST_USE;

#endif
