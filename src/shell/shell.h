/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * shell.h - minimum walls
 */
#ifndef PP_SHELL_SHELL_H
#define PP_SHELL_SHELL_H

#include "thickness/thickness.h"

typedef struct {
    double min_mm;         /* the wall wanted, T */
    double resolution_mm;  /* sample distance of the distance field; 0: T/10 */
    size_t memory_limit;   /* bytes for the field; 0: 2 GB */
} pp_shell_options;

typedef struct {
    double volume_before_mm3, volume_after_mm3;
    double grown_area_mm2;  /* surface that was thinner than T */
    double max_growth_mm;   /* old surface to new, one-sided */
    double max_change_elsewhere_mm;
    double resolution_mm;   /* used */
    pp_thickness_summary before, after;
    pp_thin_region *left;   /* thinner than T afterwards */
    size_t nleft;
    size_t nball;           /* balls that were added */
} pp_shell_report;

void pp_shell_report_free(pp_shell_report *r);

/**
 * Grows what is thinner than T: the union of the solid with balls of diameter
 * T along the thin part of its medial axis, on a narrow-band distance field,
 * surfaced again. The result is closed, manifold and measured anew. A mesh
 * that is thick enough comes back as a copy.
 */
pp_status pp_shell_grow(const pp_mesh *m, const pp_shell_options *options,
                        pp_mesh *out, pp_shell_report *report,
                        pp_error *err) PP_MUST_USE;

#endif
