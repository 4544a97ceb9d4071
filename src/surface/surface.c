/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * surface.c - from voxels to a closed surface in space
 *
 * extract.c finds the surface between inside and outside, smooth.c the
 * places of its vertices on their lattice edges.
 */
#include "surface/lattice.h"

#include "base/alloc.h"

#include <math.h>
#include <string.h>

static float
largest_move(const pp_lattice *l, const double mm[3])
{
    float move = 0;

    for (size_t v = 0; v < l->nvert; v++) {
        const float d = fabsf(l->t[v] - 0.5f) *
                        (float)mm[pp_edge_axis(l->edge[v])];

        move = d > move ? d : move;
    }
    return move;
}

/* No voxel changes, and rounding finds more room between facets. */
static void
keep_off_ends(pp_lattice *l, float share)
{
    for (size_t v = 0; v < l->nvert; v++) {
        const float t = l->t[v] > share ? l->t[v] : share;

        l->t[v] = t < 1 - share ? t : 1 - share;
    }
}

pp_status
pp_surface_finish(pp_lattice *l, const pp_mask *mask,
                  const pp_surface_options *options, pp_mesh *mesh,
                  pp_surface_report *report, pp_error *err)
{
    double mm[3];

    pp_mask_spacing(mask, mm);
    if (options->keep_off > 0)
        keep_off_ends(l, (float)options->keep_off);
    if (!options->no_ledger) {
        report->max_move_mm = (double)largest_move(l, mm);
        if (pp_lattice_volume(l, mm, &report->mesh_volume_mm3, err) !=
                PP_OK ||
            pp_ledger_lattice(l, mm, report, err) != PP_OK)
            return err->status;
    }
    report->nfacet = l->ntri;
    report->max_error_mm = options->max_error_mm > 0
                               ? options->max_error_mm
                               : fmin(mm[0], fmin(mm[1], mm[2])) / 4;
    if (options->smooth == PP_SMOOTH_FREE)
        (void)!pp_lattice_free_smooth(l, mask, mesh, report, err);
    else if (options->decimate)
        (void)!pp_lattice_decimate(l, mm, mask->to_lps, report->max_error_mm,
                                   options->ntriangle, mesh,
                                   &report->reached, err);
    else
        (void)!pp_lattice_become_mesh(l, mask->to_lps, mesh, err);
    if (err->status == PP_OK && options->decimate && !options->no_ledger &&
        options->smooth != PP_SMOOTH_FREE)
        (void)!pp_ledger_mesh("decimate", mesh, report, err);
    if (err->status != PP_OK)
        pp_mesh_free(mesh);
    return err->status;
}

pp_status
pp_surface_begin(const pp_mask *mask, const pp_surface_options *options,
                 pp_bits *bits, pp_lattice *l, pp_surface_report *report,
                 pp_error *err)
{
    const unsigned rule =
        (options->separate ? PP_CELL_SEPARATE : 0) |
        (options->smooth == PP_SMOOTH_NONE ? PP_CELL_LORENSEN : 0);
    double mm[3];

    report->mask_volume_mm3 = pp_mask_volume(mask);
    report->touches_border = pp_mask_touches_border(mask);
    pp_mask_spacing(mask, mm);
    if (pp_bits_from_bytes(mask->in, mask->dim, bits, err) != PP_OK ||
        pp_lattice_extract(bits, rule, l, err) != PP_OK)
        return err->status;
    return options->no_ledger
               ? PP_OK : pp_lattice_volume(l, mm, &report->raw_volume_mm3, err);
}

/* *voxels (of mask; or NULL) are freed when they have been looked at. */
static pp_status
make_surface(const pp_mask *mask, uint8_t **voxels,
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
    if (pp_surface_begin(mask, o, &bits, &l, report, err) != PP_OK)
        goto done;
    if (voxels != NULL) {
        pp_free(*voxels);
        *voxels = NULL;
    }
    if (o->smooth != PP_SMOOTH_NONE && o->smooth != PP_SMOOTH_FREE &&
        pp_lattice_smooth(&l, &bits, mask, o->smooth,
                          report->mask_volume_mm3, err) != PP_OK)
        goto done;
    pp_bits_free(&bits);
    pp_surface_finish(&l, mask, o, mesh, report, err);
done:
    pp_bits_free(&bits);
    pp_lattice_free(&l);
    return err->status;
}

pp_status
pp_surface_from_mask(const pp_mask *mask, const pp_surface_options *options,
                     pp_mesh *mesh, pp_surface_report *report, pp_error *err)
{
    return make_surface(mask, NULL, options, mesh, report, err);
}

pp_status
pp_surface_take_mask(pp_mask *mask, const pp_surface_options *options,
                     pp_mesh *mesh, pp_surface_report *report, pp_error *err)
{
    return make_surface(mask, &mask->in, options, mesh, report, err);
}
