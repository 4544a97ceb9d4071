/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * region.h - the part of a mesh that is repaired; only repair/ includes this
 */
#ifndef PP_REPAIR_REGION_H
#define PP_REPAIR_REGION_H

#include "repair/rung.h"

/* A mesh under repair, and where each facet was in the mesh of before. */
typedef struct {
    pp_mesh mesh;
    uint32_t *old_of; /* or PP_NONE */
} pp_patient;

void pp_patient_free(pp_patient *p);

/* What is cut out of it. */
typedef struct {
    pp_mesh sick, around;
    uint32_t *sick_of, *around_of; /* facet numbers in the whole */
    pp_seam seam;
    bool local; /* neighbourhoods of defects; else whole parts */
} pp_region;

void pp_region_free(pp_region *r);

/**
 * Cuts out what the report's witnesses need (all of them must be there):
 * local: the facets within a few rings, when that is a small share of the
 * mesh; else, or when not asked for, all parts that hold one. kept: open
 * edges that are no defect; they go into the seam.
 */
pp_status pp_region_cut(const pp_mesh *m, const pp_report *report,
                        const pp_seam *kept, bool local, pp_region *r,
                        pp_error *err) PP_MUST_USE;

/** Puts a repaired region back: *p becomes around and cured (both used up). */
pp_status pp_region_put_back(pp_region *r, pp_mesh *cured, pp_patient *p,
                             pp_error *err) PP_MUST_USE;

/** As many facets lie at the seam as at first. */
bool pp_seam_intact(const pp_mesh *m, const pp_seam *s);

#endif
