/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * grey.c - the surface where a grey image crosses a value
 *
 * Plain marching cubes at the sub-voxel crossing: what lies between two voxel
 * centres is as straight as the scanner's own interpolation.
 */
#include "surface/lattice.h"

#include <string.h>

pp_status
pp_surface_from_grey(const pp_grid *grid, double iso, const pp_mask *mask,
                     const pp_surface_options *options, pp_mesh *mesh,
                     pp_surface_report *report, pp_error *err)
{
    static const pp_surface_options defaults;
    const pp_surface_options *o = options != NULL ? options : &defaults;
    pp_surface_report unwanted;
    pp_bits bits = { 0 };
    pp_lattice l = { 0 };

    memset(mesh, 0, sizeof *mesh);
    if (report == NULL)
        report = &unwanted;
    memset(report, 0, sizeof *report);
    if (memcmp(mask->dim, grid->dim, sizeof mask->dim) != 0)
        return pp_fail(err, PP_EBUG, "mask and image differ in size");
    if (pp_surface_begin(mask, o, &bits, &l, report, err) != PP_OK)
        goto done;
    for (size_t v = 0; v < l.nvert; v++) {
        size_t p, q;

        if (pp_edge_voxel(l.edge[v], 0, grid->dim, &p) &&
            pp_edge_voxel(l.edge[v], 1, grid->dim, &q))
            l.t[v] = pp_edge_crossing(pp_grid_value(grid, p) - iso,
                              pp_grid_value(grid, q) - iso);
    }
    if (o->confidence > 0 && report != &unwanted &&
        pp_lattice_confidence(&l, grid, o->confidence, &report->confidence,
                              err) != PP_OK)
        goto done;
    pp_surface_finish(&l, mask, o, mesh, report, err);
done:
    pp_bits_free(&bits);
    pp_lattice_free(&l);
    return err->status;
}
