/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * meshmeasure_mesh.c - the mesh against another mesh
 */
#include "meshmeasure.h"

pp_status
msr_lay_back(pp_error *err)
{
    const pp_measures *r = &run.result;
    const bool wanted = asked.mask != NULL || asked.source != NULL ||
                        asked.other != NULL || msr_count_stages() > 0 ||
                        r->ncaliper + r->nsection + r->nprobe > 0;

    if (!wanted || !pp_provenance_is_placed(&run.prov))
        return PP_OK;
    if (asked.pass &&
        (pp_mesh_copy(&run.mesh, &run.came, err) != PP_OK ||
         pp_provenance_copy(&run.prov, &run.came_prov, err) != PP_OK))
        return err->status;
    if (pp_provenance_unplace(&run.prov, &run.mesh, err) != PP_OK)
        return err->status;
    run.laid_back = true;
    cli_say("it was placed for printing: laid back over the scan, and so are "
            "all numbers");
    return PP_OK;
}

/* Lays the other mesh onto this one. */
static pp_status
align(pp_mesh *other, pp_error *err)
{
    pp_registration *r = &run.result.registration;

    cli_progress("laying the other mesh onto this one", 0.1);
    if (pp_measure_register(other, &run.mesh, asked.overlap, r, err) !=
        PP_OK)
        return err->status;
    pp_registration_apply(r, other);
    run.result.has_registration = true;
    return PP_OK;
}

pp_status
msr_compare_mesh(pp_error *err)
{
    pp_mesh other = { 0 };
    pp_provenance prov = { 0 };
    pp_format format;

    run.culprit = asked.other;
    if (cli_read_mesh(asked.other, &other, &prov, &format, err) != PP_OK ||
        pp_provenance_unplace(&prov, &other, err) != PP_OK ||
        (asked.align && align(&other, err) != PP_OK))
        goto done;
    cli_progress("mesh and other", 0.3);
    (void)!pp_measures_mesh(&run.result, &run.mesh, &other,
                            asked.spacing_mm,
                            asked.mask == NULL ? run.deviation : NULL, err);
done:
    pp_provenance_free(&prov);
    pp_mesh_free(&other);
    return err->status;
}
