/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * meshmeasure_grey.c - the mesh against the image that it was segmented from
 */
#include "meshmeasure.h"

#include "voxel/origin.h"

/* How thick slices are: the blur of calipers across them. */
static pp_status
slice_thickness(double *mm, pp_error *err)
{
    pp_origin origin;

    *mm = 0;
    if (run.result.ncaliper == 0 || !pp_volume_has_series(asked.source))
        return PP_OK;
    if (pp_origin_read(asked.source, NULL, &origin, err) != PP_OK)
        return err->status;
    *mm = origin.slice_mm;
    pp_origin_free(&origin);
    return PP_OK;
}

pp_status
msr_compare_grey(pp_error *err)
{
    const bool compared = asked.mask != NULL || asked.other != NULL;
    pp_volume v = { 0 };
    double slice_mm;

    run.culprit = asked.source;
    cli_progress("reading the image", 0);
    if (pp_volume_read(asked.source, NULL, &v, err) != PP_OK)
        goto done;
    if (v.has_segments || v.nlayer != 1) {
        pp_fail(err, PP_EGEOM, "a segmentation is no grey image");
        goto done;
    }
    cli_progress("edges of the image", 0.5);
    if (slice_thickness(&slice_mm, err) != PP_OK)
        goto done;
    (void)!pp_measures_grey(&run.result, &run.mesh, &v.layer[0], slice_mm,
                            asked.spacing_mm, compared ? NULL : run.deviation,
                            err);
    /* organs without an edge in the image: the rest is told all the same */
    if (err->status == PP_EGEOM && compared && asked.report == NULL) {
        run.grey_problem = *err;
        err->status = PP_OK;
        cli_say("the image: %s", run.grey_problem.message);
    }
    if (err->status == PP_OK)
        (void)!pp_provenance_add_input(&run.prov, "source", v.sha256, v.kind,
                                       err);
done:
    pp_volume_free(&v);
    return err->status;
}
