/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cover.h - balls of one diameter that serve the whole surface; for
 * src/thickness/ only
 */
#ifndef PP_THICKNESS_COVER_H
#define PP_THICKNESS_COVER_H

#include "thickness/search.h"

/* What covers told so far. Facets that they failed at: the next one asks those
 * first. */
enum { PP_MOST_FAILED = 256 };

typedef struct {
    uint32_t facet[PP_MOST_FAILED];
    size_t n;
    size_t nball;   /* of the last cover */
    pp_vec3 doubt;  /* where it failed: on the first facet not covered */
} pp_covers;

/** Do empty balls of this radius serve every point of the surface? */
bool pp_cover_surface(const pp_search *s, const pp_mesh *m, double radius,
                      pp_covers *past);

/* How far from the apex of a cone its ball may have its centre. */
static inline double
pp_cone_reach(const pp_cone *cone, double radius)
{
    return radius + PP_TOUCH_MM + (1 / cone->sine - 1) * radius;
}

#endif
