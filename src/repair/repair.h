/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * repair.h - a ladder of cures, each checked and undone when it did harm
 */
#ifndef PP_REPAIR_REPAIR_H
#define PP_REPAIR_REPAIR_H

#include "base/json.h"
#include "check/check.h"
#include "mesh/mesh.h"

typedef struct {
    double weld_mm;          /* largest gap that may be stitched; 0: 0.01 mm */
    double max_deviation_mm; /* refuse a cure that moves more; 0: 0.5 */
    bool keep_open;          /* do not fill holes */
    bool round_float;        /* the result will be stored as floats */
} pp_repair_options;

/* One rung of the ladder, as it went. */
typedef struct {
    const char *name; /* static: "weld", "holes", ... */
    bool kept;        /* false: undone, or nothing to do */
    size_t count;     /* what it cured, in its own unit */
    double volume_change_mm3;
    double max_deviation_mm;
    char detail[128];
} pp_repair_rung;

typedef struct {
    pp_repair_rung *rung;
    size_t nrung;
    bool changed;            /* false: the mesh came back as it was */
    size_t nsame, nflipped;  /* facets of before that stand at their place */
    size_t nremoved, nadded; /* facets gone and new */
    pp_report before, after; /* after: of the mesh as it will be stored */
    double volume_change_mm3;
    double max_deviation_mm; /* two-sided, old against new */
} pp_repair_ledger;

void pp_repair_ledger_free(pp_repair_ledger *l);

/** What happened, one line a rung. */
void pp_repair_ledger_print(const pp_repair_ledger *l, FILE *out);

/** Members of the current JSON object. */
void pp_repair_ledger_json(const pp_repair_ledger *l, pp_json *j);

/** The same in one line for the provenance. */
void pp_repair_ledger_summary(const pp_repair_ledger *l, char *text,
                              size_t size);

/** Adds the story of a later run to l; later is left empty. */
pp_status pp_repair_ledger_join(pp_repair_ledger *l, pp_repair_ledger *later,
                                pp_error *err) PP_MUST_USE;

/**
 * Repairs m in place. PP_OK even when defects are left: ledger->after tells.
 * A clean mesh comes back untouched.
 */
pp_status pp_repair(pp_mesh *m, const pp_repair_options *options,
                    pp_repair_ledger *ledger, pp_error *err) PP_MUST_USE;

#endif
