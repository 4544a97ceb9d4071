/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * settle.c - what goes in and what comes out: closed, clean solids
 */
#include "shell/grow.h"

#include "repair/repair.h"

/* A repair after rounding to floats may move nothing farther. */
#define ROUNDING_CURE_MM 0.02

pp_status
pp_shell_settle(pp_mesh *m, bool round_float, bool *clean, pp_error *err)
{
    const pp_repair_options cure = { .max_deviation_mm = ROUNDING_CURE_MM,
                                     .round_float = round_float };
    pp_repair_ledger ledger = { 0 };

    *clean = false;
    if (round_float)
        pp_mesh_round_float(m);
    if (pp_repair(m, &cure, &ledger, err) == PP_OK)
        *clean = pp_report_ndefect(&ledger.after) == 0;
    pp_repair_ledger_free(&ledger);
    return err->status;
}

pp_status
pp_shell_require_solid(const pp_mesh *m, pp_report *report, pp_error *err)
{
    char text[256];

    if (pp_check(m, NULL, report, err) != PP_OK)
        return err->status;
    if (pp_report_ndefect(report) == 0)
        return PP_OK;
    pp_report_summary(report, text, sizeof text);
    return pp_fail(err, PP_EGEOM, "not a closed, clean solid: %s; meshfix "
                   "first", text);
}
