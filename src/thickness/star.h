/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * star.h - what the facets around one corner keep off; for src/thickness/ only
 *
 * The star of a vertex is its facets; of vertices that are as near to it as
 * facets of a rounded edge, theirs too. The cone of the star is the solid
 * that they would bound without end, drawn out from the vertex. No ball whose
 * centre lies in that cone comes nearer to a point of the star than its facets
 * let it, in any solid that has them: as far off it may stay and touch.
 */
#ifndef PP_THICKNESS_STAR_H
#define PP_THICKNESS_STAR_H

#include "thickness/search.h"

enum { PP_MOST_STAR = 96 };

/* For one thread; it must stay where it is. */
typedef struct {
    pp_vec3 apex;
    /* seen from the apex: the facets, and those that draw out the rim */
    pp_vec3 facet[PP_MOST_STAR][3], skirt[2 * PP_MOST_STAR][3];
    uint32_t number[PP_MOST_STAR]; /* of the facets */
    size_t nfacet, nskirt;
    double radius;
    pp_room *room; /* for centres of balls of that radius */
} pp_star;

/* Corners (3 * facet + k) of the facets on which p lies, each vertex once; how
 * many. */
enum { PP_MOST_CORNERS = 32 };
size_t pp_corners_at(const pp_search *s, pp_vec3 p,
                     uint32_t corner[PP_MOST_CORNERS]);

/**
 * The star around the vertex at this corner. False: its normals differ by no
 * more than those of the bluntest edge that counts; or it has too many facets,
 * or a rim.
 */
bool pp_star_find(const pp_features *f, uint32_t corner, double radius,
                  pp_star *s);
void pp_star_free(pp_star *s);

/* May c be a centre? */
bool pp_star_lets(const pp_star *s, pp_vec3 c);

/* Is it certain that no centre lies within reach of p? No where that is beyond
 * PP_STAR_MOST radii, or there is no memory. */
bool pp_star_keeps_off(pp_star *s, pp_vec3 p, double reach);

#define PP_STAR_MOST 3.9

/* There is a centre that is as near to p as this: the least such figure, but
 * for a few thousandths of the radius; infinite beyond PP_STAR_MOST radii. */
double pp_star_allows(pp_star *s, pp_vec3 p);

/* A figure that pp_star_keeps_off says yes to, nearly the greatest; 0: none. */
double pp_star_kept_off(pp_star *s, pp_vec3 p);

#endif
