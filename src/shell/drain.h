/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * drain.h - holes through a wall; for src/shell/ only
 */
#ifndef PP_SHELL_DRAIN_H
#define PP_SHELL_DRAIN_H

#include "shell/shell.h"

/* A wall between an outside and a cavity, and who is found where. */
typedef struct {
    const pp_mesh *outside, *inside; /* inside: outward as a solid */
    const pp_bvh *outer, *inner;
    const uint32_t *part; /* of the inside's facets: its cavity */
} pp_wall;

/* Where a drain near a place goes through the wall; the cavity it opens. */
pp_status pp_drain_near(const pp_wall *w, const pp_drain *drain,
                        pp_drain_cut *cut, uint32_t *cavity,
                        pp_error *err) PP_MUST_USE;

/* Where a drain down from a cavity goes: from its lowest point, or one about
 * as low with more room. */
pp_status pp_drain_below(const pp_wall *w, uint32_t cavity, pp_vec3 lowest,
                         pp_vec3 up, double diameter_mm, pp_drain_cut *cut,
                         pp_error *err) PP_MUST_USE;

/* Takes the drain's cylinder out of a solid. */
pp_status pp_drain_apply(const pp_wall *w, const pp_drain_cut *cut,
                         pp_mesh *solid, pp_error *err) PP_MUST_USE;

#endif
