/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * compare.c - fills the report: the mesh alone, and against what it stands for
 *
 * Distances are taken both ways, for each way misses what only the other one
 * sees: a part left out, or a part too many.
 */
#include "measure/report.h"

#include "base/alloc.h"

#include <string.h>

/* A micrometre: far below the finest layer that is printed. */
#define HAUSDORFF_BOUND_MM 1e-3

/* Some half a million samples, when nobody says otherwise. */
static double
usual_spacing(double area_mm2)
{
    return sqrt(area_mm2 / 1e5);
}

static void
join_ways(pp_comparison *c)
{
    const pp_deviation *a = &c->to, *b = &c->from;
    const double area = a->area_mm2 + b->area_mm2;

    c->hd95_mm = fmax(a->p95_mm, b->p95_mm);
    c->assd_mm = area > 0 ? (a->abs_mean_mm * a->area_mm2 +
                             b->abs_mean_mm * b->area_mm2) / area
                          : fmax(a->abs_mean_mm, b->abs_mean_mm);
    c->there = true;
}

pp_status
pp_measures_alone(pp_measures *r, const pp_mesh *m, pp_error *err)
{
    if (pp_measure_body(m, &r->body, err) != PP_OK ||
        pp_measure_components(m, &r->component, &r->ncomponent, err) !=
            PP_OK ||
        pp_measure_oriented_box(m, &r->oriented, err) != PP_OK ||
        pp_measure_calipers(m, r->caliper, r->ncaliper, err) != PP_OK ||
        pp_measure_probes(m, r->probe, r->nprobe, err) != PP_OK)
        return err->status;
    r->has_axes = r->body.has_centroid;
    if (r->has_axes && pp_measure_inertia(m, &r->inertia, err) != PP_OK)
        return err->status;
    for (size_t i = 0; i < r->nsection; i++)
        if (pp_section_measure(m, &r->section[i], err) != PP_OK)
            return err->status;
    return PP_OK;
}

pp_status
pp_measures_mask(pp_measures *r, const pp_mesh *m, const pp_mask *mask,
                 double spacing_mm, float *deviation, pp_error *err)
{
    pp_comparison *c = &r->mask;
    double h[3];

    pp_mask_spacing(mask, h);
    c->spacing_mm =
        spacing_mm > 0 ? spacing_mm : fmin(h[0], fmin(h[1], h[2])) / 2;
    r->mask_volume_mm3 = pp_mask_volume(mask);
    if (pp_measure_mesh_to_mask(m, mask, c->spacing_mm, &c->to, err) !=
            PP_OK ||
        pp_measure_mask_to_mesh(m, mask, &c->from, err) != PP_OK)
        return err->status;
    if (r->body.closed && pp_measure_overlap(m, mask, &r->overlap, err) !=
                              PP_OK)
        return err->status;
    if (deviation != NULL &&
        pp_measure_vertices_to_mask(m, mask, deviation, err) != PP_OK)
        return err->status;
    join_ways(c);
    return PP_OK;
}

pp_status
pp_measures_mesh(pp_measures *r, const pp_mesh *m, const pp_mesh *other,
                 double spacing_mm, float *deviation, pp_error *err)
{
    pp_comparison *c = &r->other;
    pp_body body;

    if (pp_measure_body(other, &body, err) != PP_OK)
        return err->status;
    c->spacing_mm = spacing_mm > 0 ? spacing_mm
                                   : usual_spacing(fmax(body.area_mm2,
                                                        r->body.area_mm2));
    if (!(c->spacing_mm > 0))
        return pp_fail(err, PP_EGEOM, "a mesh without area");
    r->other_volume_mm3 = body.closed ? body.volume_mm3 : NAN;
    r->hausdorff_bound_mm = HAUSDORFF_BOUND_MM;
    if (pp_measure_mesh_to_mesh(m, other, c->spacing_mm, &c->to, err) !=
            PP_OK ||
        pp_measure_mesh_to_mesh(other, m, c->spacing_mm, &c->from, err) !=
            PP_OK ||
        pp_measure_hausdorff(m, other, HAUSDORFF_BOUND_MM, &r->to_other,
                             err) != PP_OK ||
        pp_measure_hausdorff(other, m, HAUSDORFF_BOUND_MM, &r->from_other,
                             err) != PP_OK)
        return err->status;
    if (deviation != NULL &&
        pp_measure_vertices_to_mesh(m, other, deviation, err) != PP_OK)
        return err->status;
    join_ways(c);
    return PP_OK;
}

pp_status
pp_measures_grey(pp_measures *r, const pp_mesh *m, const pp_grid *image,
                 double slice_mm, double spacing_mm, float *deviation,
                 pp_error *err)
{
    double h[3];

    pp_grid_spacing(image, h);
    if (pp_measure_grey(m, image,
                        spacing_mm > 0 ? spacing_mm
                                       : fmin(h[0], fmin(h[1], h[2])),
                        deviation, &r->grey, err) != PP_OK)
        return err->status;
    r->grey_caliper = pp_alloc_zero(r->ncaliper, sizeof *r->grey_caliper);
    if (r->grey_caliper == NULL)
        return pp_fail_memory(err);
    for (size_t i = 0; i < r->ncaliper; i++)
        if (pp_measure_grey_caliper(image, slice_mm, &r->grey, &r->caliper[i],
                                    &r->grey_caliper[i], err) != PP_OK)
            return err->status;
    r->has_grey = true;
    return PP_OK;
}

pp_status
pp_measures_step(pp_measures *r, const pp_mesh *before, const pp_mesh *after,
                 double spacing_mm, pp_budget_step *step, pp_error *err)
{
    return pp_measure_step(before, after,
                           spacing_mm > 0 ? spacing_mm
                                          : usual_spacing(r->body.area_mm2),
                           HAUSDORFF_BOUND_MM, step, err);
}

pp_status
pp_measures_surface_step(const pp_mesh *surface, const pp_mask *mask,
                         double spacing_mm, pp_budget_step *step,
                         pp_error *err)
{
    pp_deviation back;
    pp_body body;
    double h[3];

    pp_mask_spacing(mask, h);
    if (!(spacing_mm > 0))
        spacing_mm = fmin(h[0], fmin(h[1], h[2])) / 2;
    if (pp_measure_body(surface, &body, err) != PP_OK ||
        pp_measure_mesh_to_mask(surface, mask, spacing_mm, &step->moved,
                                err) != PP_OK ||
        pp_measure_mask_to_mesh(surface, mask, &back, err) != PP_OK)
        return err->status;
    step->hausdorff_mm = fmax(step->moved.max_mm, back.max_mm);
    /* a distance changes by no more than the way from a sample */
    step->hausdorff_bound_mm = 2 * spacing_mm / 3;
    step->has_volume = body.closed;
    step->volume_change_mm3 = body.volume_mm3 - pp_mask_volume(mask);
    return PP_OK;
}

void
pp_measures_free(pp_measures *r)
{
    for (size_t i = 0; i < r->nsection; i++)
        pp_section_free(&r->section[i]);
    pp_free(r->section);
    pp_free(r->probe);
    pp_free(r->caliper);
    pp_free(r->component);
    pp_free(r->grey_caliper);
    pp_free(r->step);
    pp_free(r->told);
    memset(r, 0, sizeof *r);
}
