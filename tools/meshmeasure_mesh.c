/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * meshmeasure_mesh.c - the mesh against another mesh
 */
#include "meshmeasure.h"

pp_status
msr_compare_mesh(pp_error *err)
{
    pp_mesh other = { 0 };
    pp_provenance prov = { 0 };
    pp_format format;

    run.culprit = asked.other;
    if (cli_read_mesh(asked.other, &other, &prov, &format, err) == PP_OK) {
        cli_progress("mesh and other", 0.3);
        (void)!pp_measures_mesh(&run.result, &run.mesh, &other,
                                asked.spacing_mm,
                                asked.mask == NULL ? run.deviation : NULL, err);
    }
    pp_provenance_free(&prov);
    pp_mesh_free(&other);
    return err->status;
}
