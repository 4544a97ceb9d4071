/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * climb.h - one region on the ladder; only repair/ includes this
 */
#ifndef PP_REPAIR_CLIMB_H
#define PP_REPAIR_CLIMB_H

#include "repair/region.h"

#define PP_NRUNG 11

#define PP_BIT(defect) (1u << (defect))

/* A climb: what is repaired, what the check says of it, where it belongs. */
typedef struct {
    const pp_repair_options *options;
    const pp_region *region;
    pp_mesh mesh;
    pp_report report;
    double nudge_mm;
    pp_vec3 middle;     /* of the whole mesh: where volumes are taken from */
    double most_mm3;    /* volume may yet change by so much; HUGE_VAL */
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

/* Findings of the kinds in the set `which`, but for open edges of facets at
   the seam: where a rung was at work. */
typedef struct {
    const pp_mesh *mesh;
    const pp_report *report;
    const pp_seam *seam;
    unsigned which;
} pp_places;

/** Adds a rung. places: or NULL, when it was nowhere in particular. */
pp_status pp_ledger_add(pp_repair_ledger *l, const char *name,
                        const pp_cure *c, bool kept, double volume_change,
                        const pp_places *places, pp_error *err) PP_MUST_USE;

/** Whether an edge of the facet is on the seam. */
bool pp_facet_at_seam(const pp_mesh *m, const pp_seam *seam, size_t t);

/** Takes over what a kept cure invented and dropped. */
pp_status pp_ledger_take(pp_repair_ledger *l, pp_cure *c,
                         pp_error *err) PP_MUST_USE;

/** Forgets everything but the report of before. */
void pp_ledger_reset(pp_repair_ledger *l);

/** Forgets the rungs from the one of this number on: they are undone. */
void pp_ledger_undo(pp_repair_ledger *l, size_t first);

/* Why a part was dropped as a whole; told when it is missed in the end. */
typedef enum { PP_FATE_NONE, PP_FATE_SMALL, PP_FATE_INNER } pp_fate;

/**
 * What changed from old to the patient's mesh: measured two-sided, parts that
 * are no more, and how far from a defect (at places) the farthest change is.
 * fate: of each facet of old (parts.c).
 */
pp_status pp_tell_change(const pp_mesh *old, const pp_patient *p,
                         const pp_mesh *places, const uint8_t *fate,
                         const pp_repair_options *o, pp_repair_ledger *l,
                         pp_error *err) PP_MUST_USE;

/**
 * Drops parts whose box is below the volume that parts must have: crumbs that
 * no cure needs to look at (parts.c). fate[t] is set for facets of old.
 */
pp_status pp_drop_dust(pp_patient *p, const pp_repair_options *o,
                       uint8_t *fate, pp_repair_ledger *l,
                       pp_error *err) PP_MUST_USE;

/**
 * Drops solids with too little volume, with what lies inside them, and inner
 * shells, as the options ask. r: the report of the mesh, with no defects.
 */
pp_status pp_drop_parts(pp_patient *p, const pp_report *r,
                        const pp_repair_options *o, uint8_t *fate,
                        pp_repair_ledger *l, bool *dropped,
                        pp_error *err) PP_MUST_USE;

/**
 * Old facets in their old order with their attribute bytes, then new ones;
 * counts them in the ledger (restore.c).
 */
pp_status pp_put_in_order(const pp_mesh *old, pp_patient *p,
                          pp_repair_ledger *l, pp_error *err) PP_MUST_USE;

#endif
