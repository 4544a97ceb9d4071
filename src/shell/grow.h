/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * grow.h - the steps of growing; for src/shell/ only
 */
#ifndef PP_SHELL_GROW_H
#define PP_SHELL_GROW_H

#include "shell/shell.h"
#include "surface/bricks.h"

/* Splits edges longer than this at their middle, on both sides alike, until
 * there is none or the mesh has as many facets as limit. */
pp_status pp_refine_edges(const pp_mesh *m, double longest_mm, size_t limit,
                          pp_mesh *out, pp_error *err) PP_MUST_USE;

/* Is the mesh clean as it will be stored? A repair that moves next to nothing
 * may help. */
pp_status pp_shell_settle(pp_mesh *m, bool round_float, bool *clean,
                          pp_error *err) PP_MUST_USE;

/* Moves vertices so that the mesh keeps t from a surface, between them too. */
pp_status pp_shell_keep_away(pp_mesh *m, const pp_bvh *from, double t_mm,
                             pp_error *err) PP_MUST_USE;

/* A field that takes too much memory is tried again, coarser by this. */
#define PP_SHELL_COARSER 1.1

/* Bytes that a field may take, by the options' memory_limit. */
static inline size_t
pp_shell_memory_limit(size_t asked)
{
    return asked > 0 ? asked : (size_t)2 << 30;
}

/* What of a surface is measured, and what for. */
typedef struct {
    double limit_mm;
    const pp_bvh *near; /* only what lies near this; NULL: all */
    double near_mm;
    pp_mesh *sheet; /* gets the thin part of the medial sheet; or NULL */
    bool certify;
} pp_walls_wish;

pp_status pp_walls_measure_part(const pp_mesh *m,
                                const pp_shell_options *options,
                                const pp_walls_wish *wish, pp_walls *walls,
                                pp_error *err) PP_MUST_USE;

/* Adds the medial sheet's thin part to a soup: centres of balls below T,
 * joined to facets where all between them lies inside. */
pp_status pp_medial_add(const pp_mesh *m, const pp_thickness *t, double t_mm,
                        pp_mesh *sheet, pp_error *err) PP_MUST_USE;

/* Unites a field with all balls of this radius about a sheet. */
pp_status pp_swell_sheet(pp_bricks *field, const pp_bvh *sheet, double radius,
                         size_t limit, pp_error *err) PP_MUST_USE;

/* Unites a field with a closed, outward mesh, of which only what lies deeper
 * than depth counts; bvh: its tree. */
pp_status pp_swell_solid(pp_bricks *field, const pp_mesh *m,
                         const pp_bvh *bvh, double depth, size_t limit,
                         pp_error *err) PP_MUST_USE;

#endif
