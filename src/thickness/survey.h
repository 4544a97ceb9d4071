/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * survey.h - the thickness of a mesh at samples that are close enough
 */
#ifndef PP_THICKNESS_SURVEY_H
#define PP_THICKNESS_SURVEY_H

#include "thickness/thickness.h"

/* Samples lie at most this share of the wall apart that is asked for. */
#define PP_SURVEY_SPACING 0.5

typedef struct {
    pp_thickness_options how; /* of it: edge_opening_deg, limit_mm, t_mm,
                                 turned_over (said of a mesh that is not: the
                                 survey turns it) and rays */
    double spacing_mm;        /* 0: half the wall where they are, or 1 mm if
                                 that is more */
    const pp_bvh *near;       /* only what lies near this counts; NULL: all */
    double near_mm;
    const pp_mesh *offered;   /* centres about which balls of t_mm probably
                                 have room: tried first; or NULL */
} pp_survey_options;

/* A mesh as it was sampled. All-zero is empty. */
typedef struct {
    pp_mesh turned;    /* the mesh turned over, where that was measured */
    pp_ground *ground; /* of the mesh, or of that */
    pp_mesh mesh;      /* or a part of it, refined; its vertices first */
    uint32_t *part_of; /* see thickness.h */
    pp_thickness balls;
} pp_survey;

void pp_survey_free(pp_survey *s);

/**
 * Measures a closed, outward mesh, which must outlive *s. Where few samples
 * seem thinner than t_mm, those are looked at once more with another limit, so
 * that whether a wall is thin hangs little on the limit asked for.
 */
pp_status pp_survey_take(const pp_mesh *m, const pp_survey_options *options,
                         pp_survey *s, pp_error *err) PP_MUST_USE;

#endif
