/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * grow.h - the steps of growing; for src/shell/ only
 */
#ifndef PP_SHELL_GROW_H
#define PP_SHELL_GROW_H

#include "shell/shell.h"

/* Splits edges longer than this at their middle, on both sides alike, until
 * there is none or the mesh has as many facets as limit. */
pp_status pp_refine_edges(const pp_mesh *m, double longest_mm, size_t limit,
                          pp_mesh *out, pp_error *err) PP_MUST_USE;

/* pp_walls_measure, which also adds the thin part of the medial sheet to
 * `sheet`, unless that is NULL. */
pp_status pp_walls_and_sheet(const pp_mesh *m,
                             const pp_shell_options *options, double limit_mm,
                             pp_walls *walls, pp_mesh *sheet,
                             pp_error *err) PP_MUST_USE;

/* Adds the medial sheet's thin part to a soup: centres of balls below T,
 * joined to facets where all between them lies inside. */
pp_status pp_medial_add(const pp_mesh *m, const pp_thickness *t, double t_mm,
                        pp_mesh *sheet, pp_error *err) PP_MUST_USE;

typedef struct {
    const pp_bvh *sheet; /* balls of this radius about it */
    double radius;
    const pp_bvh *solid; /* united with this solid; NULL: balls alone */
    const pp_mesh *mesh; /* of the solid */
    pp_box box;          /* of all */
    double resolution_mm;
    size_t memory_limit;
} pp_swell;

/* The surface of balls and solid; *resolution_mm as used. */
pp_status pp_swell_surface(const pp_swell *s, pp_mesh *out,
                           double *resolution_mm, pp_error *err) PP_MUST_USE;

#endif
