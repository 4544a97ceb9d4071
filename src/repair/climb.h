/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * climb.h - one region on the ladder; only repair/ includes this
 */
#ifndef PP_REPAIR_CLIMB_H
#define PP_REPAIR_CLIMB_H

#include "repair/region.h"

#define PP_NRUNG 8

#define PP_BIT(defect) (1u << (defect))

/* A climb: what is repaired, what the check says of it, where it belongs. */
typedef struct {
    const pp_repair_options *options;
    const pp_region *region;
    pp_mesh mesh;
    pp_report report;
    double nudge_mm;
    pp_repair_ledger *ledger;
    bool stuck; /* a rung was undone */
    size_t (*futile)[2]; /* of each rung: facets, defects when it was undone */
} pp_climber;

/** Takes p->mesh up the rungs; *helped when one was kept. */
pp_status pp_climb(pp_climber *p, bool *helped, pp_error *err) PP_MUST_USE;

/** Findings of the kinds in the set of PP_BITs. */
size_t pp_count_defects(const pp_report *r, unsigned which);

/** As the file will hold it: floats, equal points one vertex. */
pp_status pp_as_stored(pp_mesh *m, const pp_repair_options *o,
                       pp_error *err) PP_MUST_USE;

pp_status pp_ledger_add(pp_repair_ledger *l, const char *name,
                        const pp_cure *c, bool kept, double volume_change,
                        pp_error *err) PP_MUST_USE;

/**
 * Old facets in their old order with their attribute bytes, then new ones;
 * counts them in the ledger (restore.c).
 */
pp_status pp_put_in_order(const pp_mesh *old, pp_patient *p,
                          pp_repair_ledger *l, pp_error *err) PP_MUST_USE;

#endif
