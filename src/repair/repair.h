/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * repair.h - a ladder of cures, each checked and undone when it did harm
 */
#ifndef PP_REPAIR_REPAIR_H
#define PP_REPAIR_REPAIR_H

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
    pp_report before, after; /* after: of the mesh as it will be stored */
    double volume_change_mm3;
    double max_deviation_mm; /* two-sided, old against new */
} pp_repair_ledger;

void pp_repair_ledger_free(pp_repair_ledger *l);

/**
 * Repairs m in place. PP_OK even when defects are left: ledger->after tells.
 * A clean mesh comes back untouched.
 */
pp_status pp_repair(pp_mesh *m, const pp_repair_options *options,
                    pp_repair_ledger *ledger, pp_error *err) PP_MUST_USE;

#endif
