/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * meshmeasure_grey.c - the mesh against the image that it was segmented from
 */
#include "meshmeasure.h"

pp_status
msr_compare_grey(pp_error *err)
{
    pp_volume v = { 0 };

    run.culprit = asked.source;
    cli_progress("reading the image", 0);
    if (pp_volume_read(asked.source, NULL, &v, err) != PP_OK)
        goto done;
    if (v.has_segments || v.nlayer != 1) {
        pp_fail(err, PP_EGEOM, "a segmentation is no grey image");
        goto done;
    }
    cli_progress("edges of the image", 0.5);
    if (pp_measures_grey(&run.result, &run.mesh, &v.layer[0], asked.spacing_mm,
                         err) == PP_OK)
        (void)!pp_provenance_add_input(&run.prov, "source", v.sha256, v.kind,
                                       err);
done:
    pp_volume_free(&v);
    return err->status;
}
