/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * damage.h - defects put into a clean mesh, each of a known kind and place
 */
#ifndef PP_TESTS_DAMAGE_H
#define PP_TESTS_DAMAGE_H

#include "mesh/mesh.h"
#include "test.h"

enum {
    DAMAGE_MISSING = 1,   /* a facet is not there */
    DAMAGE_FLIPPED = 2,   /* ... runs the wrong way */
    DAMAGE_DOUBLED = 4,   /* ... is there twice */
    DAMAGE_SPIKE = 8,     /* a vertex went through the surface beside it */
    DAMAGE_CRACK = 16,    /* a facet came off by a few micrometres */
    DAMAGE_FIN = 32,      /* a third facet on an edge */
    DAMAGE_HOLE = 64,     /* all facets about a vertex are gone */
    DAMAGE_TJUNCTION = 128, /* a vertex on an edge, on one side only */
    DAMAGE_FLAT = 256,    /* a facet without area */
    DAMAGE_ALL = 511
};

/**
 * Puts n defects of the kinds into m, at random places. hurt[v] becomes 1 for
 * vertices that m had before and that a defect has to do with; the caller
 * made it, one byte a vertex. size: about an edge, for spikes and fins.
 */
void pp_damage(pp_mesh *m, unsigned kinds, size_t n, double size,
               pp_random *r, uint8_t *hurt);

#endif
