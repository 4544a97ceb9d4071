/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * report_grey.c - what the grey image says: rows of the table, and JSON
 */
#include "measure/report_parts.h"

void
pp_report_grey(const pp_grey_report *g, FILE *out)
{
    pp_report_deviation("mesh to grey edge", &g->half, out);
    pp_report_row(out, "  steepest place", "mean %+.4f, p95 %.4f mm",
                  g->gradient.mean_mm, g->gradient.p95_mm);
    pp_report_row(out, "  uncertainty",
                  "%.4f mm of the mean (k = 2: scatter %.4f, method %.4f, "
                  "curvature %.4f)",
                  g->uncertainty_mm, g->u_repeat_mm, g->u_method_mm,
                  g->u_curvature_mm);
    pp_report_row(out, "  supported",
                  "%.1f %% of the area has an edge; levels %g in, %g out; "
                  "blur %.3f mm",
                  100 * g->supported, g->inside, g->outside, g->blur_mm);
    if (g->thin > 0)
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
                          ? " (below the blur: from the integral)"
                          : "");
}

void
pp_report_grey_json(const pp_grey_report *g, pp_json *j)
{
    pp_json_object(j, "grey");
    pp_report_deviation_json("mesh_to_half_maximum", &g->half, j);
    pp_report_deviation_json("mesh_to_steepest", &g->gradient, j);
    pp_json_real(j, "mean_uncertainty_mm", g->uncertainty_mm);
    pp_json_real(j, "coverage_factor", 2);
    pp_json_real(j, "u_scatter_mm", g->u_repeat_mm);
    pp_json_real(j, "u_method_mm", g->u_method_mm);
    pp_json_real(j, "u_curvature_mm", g->u_curvature_mm);
    pp_json_real(j, "supported_share", g->supported);
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
}
