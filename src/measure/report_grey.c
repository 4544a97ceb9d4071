/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * report_grey.c - what the grey image says: rows of the table, and JSON
 */
#include "measure/report_parts.h"

/* The regions where the mesh lies farthest off on the whole. */
#define REGIONS_TOLD 3
#define LEAST_TOLD 0.2 /* of their area has an edge, or they say little */

static void
worst_regions(const pp_grey_report *g, FILE *out)
{
    bool told[PP_GREY_REGIONS] = { false };

    for (int n = 0; n < REGIONS_TOLD; n++) {
        const pp_grey_region *worst = NULL;

        for (size_t i = 0; i < g->nregion; i++)
            if (!told[i] && g->region[i].supported >= LEAST_TOLD &&
                (worst == NULL || fabs(g->region[i].half.mean_mm) >
                                      fabs(worst->half.mean_mm)))
                worst = &g->region[i];
        if (worst == NULL)
            return;
        told[worst - g->region] = true;
        pp_report_row(out, n == 0 ? "  farthest regions" : "",
                      "mean %+.4f, p95 %.4f mm; %.1f %% with an edge; around "
                      "%.1f %.1f %.1f",
                      worst->half.mean_mm, worst->half.p95_mm,
                      100 * worst->supported, worst->centre.x,
                      worst->centre.y, worst->centre.z);
    }
}

void
pp_report_grey(const pp_grey_report *g, FILE *out)
{
    pp_report_deviation("mesh to grey edge", &g->half, out);
    pp_report_row(out, "  steepest place", "mean %+.4f, p95 %.4f mm",
                  g->gradient.mean_mm, g->gradient.p95_mm);
    pp_report_row(out, "  bias",
                  "%+.4f +- %.4f mm: the mean without the blur's %+.4f on "
                  "curved surfaces (k = 2: scatter %.4f, method %.4f, "
                  "curvature %.4f)",
                  g->bias_mm, g->uncertainty_mm, g->curvature_mm,
                  g->u_repeat_mm, g->u_method_mm, g->u_curvature_mm);
    pp_report_row(out, "  supported",
                  "%.1f %% of the area has an edge, %.1f %% lies at the "
                  "image's border; levels %g in, %g out; blur %.3f mm",
                  100 * g->supported, 100 * g->unread, g->inside, g->outside,
                  g->blur_mm);
    worst_regions(g, out);
    if (g->thin > 0.001) /* less is noise between a few samples */
        pp_report_row(out, "  below the blur",
                      "%.1f %% of the area, where grey edges are biased: "
                      "walls %.3f mm in the mesh, %.3f mm by the integral",
                      100 * g->thin, g->thin_mesh_mm, g->thin_grey_mm);
}

void
pp_report_grey_caliper(const pp_grey_caliper *c, FILE *out)
{
    if (c->how == PP_GREY_NONE)
        pp_report_row(out, "  in the image", "no edges between these points");
    else
        pp_report_row(out, "  in the image", "%.3f +- %.3f mm%s", c->mm,
                      c->uncertainty_mm,
                      c->how == PP_GREY_INTEGRAL
                          ? " (below the blur: from the integral; biased)"
                      : c->biased ? " (below three widths of the blur, or "
                                    "two voxels: biased)"
                                  : " (95 %)");
}

void
pp_report_grey_json(const pp_grey_report *g, pp_json *j)
{
    pp_json_object(j, "grey");
    pp_report_deviation_json("mesh_to_half_maximum", &g->half, j);
    pp_report_deviation_json("mesh_to_steepest", &g->gradient, j);
    pp_json_real(j, "bias_mm", g->bias_mm);
    pp_json_real(j, "curvature_bias_mm", g->curvature_mm);
    pp_json_real(j, "mean_uncertainty_mm", g->uncertainty_mm);
    pp_json_real(j, "coverage_factor", 2);
    pp_json_real(j, "u_scatter_mm", g->u_repeat_mm);
    pp_json_real(j, "u_method_mm", g->u_method_mm);
    pp_json_real(j, "u_curvature_mm", g->u_curvature_mm);
    pp_json_real(j, "supported_share", g->supported);
    pp_json_real(j, "border_share", g->unread);
    pp_json_real(j, "level_inside", g->inside);
    pp_json_real(j, "level_outside", g->outside);
    pp_json_real(j, "level_scatter", g->noise);
    pp_json_real(j, "blur_sigma_mm", g->blur_mm);
    pp_json_real(j, "thin_share", g->thin);
    if (g->thin > 0) {
        pp_json_real(j, "thin_mesh_mm", g->thin_mesh_mm);
        pp_json_real(j, "thin_grey_mm", g->thin_grey_mm);
    }
    pp_json_count(j, "samples", g->nsample);
    pp_json_count(j, "edges", g->nedge);
    pp_json_real(j, "region_mm", g->region_mm);
    pp_json_array(j, "regions");
    for (size_t i = 0; i < g->nregion; i++) {
        const pp_grey_region *r = &g->region[i];
        const bool edges = r->half.nsample > 0;

        pp_json_object(j, NULL);
        pp_json_point(j, "centre_mm", r->centre);
        pp_json_real(j, "area_mm2", r->area_mm2);
        pp_json_real(j, "supported_share", r->supported);
        pp_json_real(j, "mean_mm", edges ? r->half.mean_mm : NAN);
        pp_json_real(j, "p95_mm", edges ? r->half.p95_mm : NAN);
        pp_json_end(j);
    }
    pp_json_end(j);
    pp_json_end(j);
}

void
pp_report_grey_caliper_json(const pp_grey_caliper *c, pp_json *j)
{
    static const char *const how[] = {"none", "edges", "integral"};
    const bool there = c->how != PP_GREY_NONE;

    pp_json_string(j, "grey_method", how[c->how]);
    pp_json_real(j, "grey_mm", there ? c->mm : NAN);
    pp_json_real(j, "grey_uncertainty_mm", there ? c->uncertainty_mm : NAN);
    pp_json_real(j, "grey_coverage", 0.95);
    pp_json_real(j, "grey_u_fit_mm", there ? c->u_fit_mm : NAN);
    pp_json_real(j, "grey_u_model_mm", there ? c->u_model_mm : NAN);
    pp_json_real(j, "grey_blur_sigma_mm", there ? c->blur_mm : NAN);
    pp_json_real(j, "grey_voxel_mm", there ? c->voxel_mm : NAN);
    pp_json_bool(j, "grey_biased", there && c->biased);
}
