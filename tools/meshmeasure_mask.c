/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * meshmeasure_mask.c - the mesh against the segmentation that it comes from
 */
#include "meshmeasure.h"

pp_status
msr_compare_mask(pp_error *err)
{
    pp_mask mask = { 0 };

    run.culprit = asked.mask;
    if (cli_read_mask(asked.mask, asked.label, &run.prov, &mask, err) ==
        PP_OK) {
        cli_progress("mesh and mask", 0.2);
        if (pp_measures_mask(&run.result, &run.mesh, &mask, asked.spacing_mm,
                             run.deviation, err) == PP_OK &&
            asked.budget)
            (void)!msr_make_surfaces(&mask, err);
    }
    pp_mask_free(&mask);
    return err->status;
}
