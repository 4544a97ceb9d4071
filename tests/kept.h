/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kept.h - what lies away from thin places stays, vertex by vertex
 */
#ifndef PP_TESTS_KEPT_H
#define PP_TESTS_KEPT_H

#include "mesh/mesh.h"

typedef struct {
    size_t nthin;    /* samples of the first mesh that are thinner than T */
    size_t nfar;     /* its vertices farther than T from all of them, ... */
    size_t nlost;    /* ...and those that the second one lacks, bit by bit */
    pp_vec3 lost;    /* one of them, and... */
    double apart_mm; /* ...how far from thin samples the farthest one is */
} kept_vertices;

pp_status find_kept(const pp_mesh *before, const pp_mesh *after, double t_mm,
                    kept_vertices *k, pp_error *err) PP_MUST_USE;

#endif
