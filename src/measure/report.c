/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * report.c - measures as a table for people and as JSON for programs
 */
#include "measure/report.h"

#include <stdarg.h>

double
pp_measures_largest(const pp_measures *r)
{
    return fmax(fmax(r->mask.to.max_mm, r->mask.from.max_mm),
                fmax(r->to_other.mm, r->from_other.mm));
}

pp_verdict
pp_measures_caliper_verdict(const pp_measures *r, size_t i)
{
    const pp_grey_caliper *g = &r->grey_caliper[i];
    const double off = fabs(r->caliper[i].mesh_mm - g->mm);

    if (g->how == PP_GREY_NONE)
        return PP_VERDICT_INDETERMINATE;
    return off - g->uncertainty_mm > r->tolerance_mm    ? PP_VERDICT_FAIL
           : off + g->uncertainty_mm <= r->tolerance_mm ? PP_VERDICT_PASS
                                             : PP_VERDICT_INDETERMINATE;
}

/* FAIL outweighs INDETERMINATE, and that PASS. */
static void
join_verdict(pp_verdict *all, pp_verdict v)
{
    if (v == PP_VERDICT_FAIL || *all == PP_VERDICT_PASS)
        *all = v;
}

pp_verdict
pp_measures_verdict(const pp_measures *r)
{
    pp_verdict all = PP_VERDICT_PASS;

    if (r->tolerance_mm == 0)
        return all;
    if (pp_measures_largest(r) > r->tolerance_mm)
        return PP_VERDICT_FAIL;
    if (r->has_grey)
        join_verdict(&all, pp_grey_judge(&r->grey, r->tolerance_mm));
    for (size_t i = 0; r->has_grey && i < r->ncaliper; i++)
        join_verdict(&all, pp_measures_caliper_verdict(r, i));
    return all;
}

/* ---- the table ---- */

static void PP_PRINTF(3, 4)
row(FILE *out, const char *name, const char *format, ...)
{
    va_list args;

    fprintf(out, "%-22s", name);
    va_start(args, format);
    vfprintf(out, format, args);
    va_end(args);
    fputc('\n', out);
}

static void
print_body(const pp_body *b, FILE *out)
{
    const pp_vec3 size = pp_box_size(b->box);

    row(out, "facets, vertices", "%zu, %zu", b->nfacet, b->nvert);
    row(out, "parts", "%zu", b->npart);
    if (b->closed)
        row(out, "volume", "%.3f mm3", b->volume_mm3);
    else
        row(out, "volume", "none: %zu edges are open or run the wrong way",
            b->nunbalanced);
    row(out, "area", "%.3f mm2", b->area_mm2);
    if (b->has_centroid)
        row(out, "centroid", "%.3f %.3f %.3f mm", b->centroid.x,
            b->centroid.y, b->centroid.z);
    row(out, "extents", "%.3f %.3f %.3f mm", size.x, size.y, size.z);
    row(out, "box", "%.3f %.3f %.3f to %.3f %.3f %.3f mm", b->box.low.x,
        b->box.low.y, b->box.low.z, b->box.high.x, b->box.high.y,
        b->box.high.z);
    row(out, "longest diameter",
        "%.3f mm, %.3f %.3f %.3f to %.3f %.3f %.3f", b->diameter_mm,
        b->diameter_end[0].x, b->diameter_end[0].y, b->diameter_end[0].z,
        b->diameter_end[1].x, b->diameter_end[1].y, b->diameter_end[1].z);
}

static void
print_axes(const pp_measures *r, FILE *out)
{
    const pp_oriented_box *b = &r->oriented;
    const pp_vec3 *a = r->inertia.axis;

    row(out, "oriented box", "%.3f x %.3f x %.3f mm", b->side_mm[0],
        b->side_mm[1], b->side_mm[2]);
    if (r->has_axes)
        row(out, "long axis", "%.4f %.4f %.4f", a[0].x, a[0].y, a[0].z);
}

static void
print_sections(const pp_measures *r, FILE *out)
{
    for (size_t i = 0; i < r->nsection; i++) {
        const pp_section *s = &r->section[i];

        row(out, "section", "%s: %zu contours, %.3f mm2, %.3f mm around%s",
            s->name, s->ncontour, s->area_mm2, s->perimeter_mm,
            s->nopen > 0 ? "; open runs left out" : "");
        if (s->ncontour > 0)
            row(out, "  nearest contour", "%.3f mm2%s; Feret %.3f to %.3f; "
                "circle within %.3f, around %.3f mm",
                fabs(s->contour->area_mm2),
                s->contour->area_mm2 < 0 ? " (a hole)" : "",
                s->contour->feret_min_mm, s->contour->feret_max_mm,
                s->contour->within_mm, s->contour->around_mm);
    }
}

static void
print_calipers(const pp_measures *r, FILE *out)
{
    for (size_t i = 0; i < r->ncaliper; i++) {
        const pp_caliper *c = &r->caliper[i];
        const double off = fmax(c->off_mesh_mm[0], c->off_mesh_mm[1]);

        row(out, "caliper", "%s: %.3f mm as given; %.3f mm between the "
            "nearest points of the mesh (%.3f mm off at the most)", c->name,
            c->given_mm, c->mesh_mm, off);
        if (r->has_grey && r->grey_caliper[i].how != PP_GREY_NONE)
            row(out, "  in the image", "%.3f +- %.3f mm%s",
                r->grey_caliper[i].mm, r->grey_caliper[i].uncertainty_mm,
                r->grey_caliper[i].how == PP_GREY_INTEGRAL
                    ? " (below the blur: from the integral)"
                    : "");
        else if (r->has_grey)
            row(out, "  in the image", "no edges between these points");
    }
}

static void
print_deviation(const char *name, const pp_deviation *d, FILE *out)
{
    row(out, name, "mean %+.4f, |mean| %.4f, rms %.4f, p95 %.4f, p99 %.4f, "
        "max %.4f mm", d->mean_mm, d->abs_mean_mm, d->rms_mm, d->p95_mm,
        d->p99_mm, d->max_mm);
    row(out, "  worst", "at %.3f %.3f %.3f", d->worst.x, d->worst.y,
        d->worst.z);
}

static void
print_mask(const pp_measures *r, FILE *out)
{
    const pp_overlap *o = &r->overlap;

    print_deviation("mesh to mask", &r->mask.to, out);
    print_deviation("mask to mesh", &r->mask.from, out);
    if (!r->body.closed) {
        row(out, "overlap", "none: the mesh encloses no volume");
        return;
    }
    row(out, "Dice", "%.6f (%zu voxels in the mask, %zu in the mesh, %zu in "
        "both)", o->dice, o->nmask, o->nmesh, o->nboth);
    row(out, "volume difference", "%+.3f mm3 (%+.3f %%)",
        o->volume_difference_mm3,
        100 * o->volume_difference_mm3 / r->mask_volume_mm3);
}

static void
print_grey(const pp_grey_report *g, FILE *out)
{
    print_deviation("mesh to grey edge", &g->half, out);
    row(out, "  steepest place", "mean %+.4f, p95 %.4f mm",
        g->gradient.mean_mm, g->gradient.p95_mm);
    row(out, "  uncertainty", "%.4f mm of the mean (k = 2: scatter %.4f, "
        "method %.4f, curvature %.4f)", g->uncertainty_mm, g->u_repeat_mm,
        g->u_method_mm, g->u_curvature_mm);
    row(out, "  supported", "%.1f %% of the area has an edge; levels %g in, "
        "%g out; blur %.3f mm", 100 * g->supported, g->inside, g->outside,
        g->blur_mm);
    if (g->thin > 0)
        row(out, "  below the blur", "%.1f %% of the area, where grey edges "
            "are biased: walls %.3f mm in the mesh, %.3f mm by the integral",
            100 * g->thin, g->thin_mesh_mm, g->thin_grey_mm);
}

void
pp_measures_print(const pp_measures *r, FILE *out)
{
    print_body(&r->body, out);
    print_axes(r, out);
    print_calipers(r, out);
    print_sections(r, out);
    if (r->mask.there)
        print_mask(r, out);
    if (r->other.there) {
        print_deviation("mesh to other", &r->other.to, out);
        print_deviation("other to mesh", &r->other.from, out);
        row(out, "Hausdorff distance", "%.4f mm (there %.4f, back %.4f; to "
            "%g mm)", fmax(r->to_other.mm, r->from_other.mm), r->to_other.mm,
            r->from_other.mm, r->hausdorff_bound_mm);
        if (r->body.closed && isfinite(r->other_volume_mm3))
            row(out, "volume difference", "%+.3f mm3",
                r->body.volume_mm3 - r->other_volume_mm3);
    }
    if (r->has_grey)
        print_grey(&r->grey, out);
    pp_budget_print(r->step, r->nstep, out);
    if (r->tolerance_mm > 0)
        row(out, "verdict", "%s: tolerance %g mm",
            pp_verdict_name(pp_measures_verdict(r)), r->tolerance_mm);
}

/* ---- JSON ---- */

static void
body_json(const pp_body *b, pp_json *j)
{
    pp_json_count(j, "facets", b->nfacet);
    pp_json_count(j, "vertices", b->nvert);
    pp_json_count(j, "parts", b->npart);
    pp_json_bool(j, "closed", b->closed);
    pp_json_count(j, "unbalanced_edges", b->nunbalanced);
    if (b->closed) {
        pp_json_real(j, "volume_mm3", b->volume_mm3);
    } else {
        pp_json_null(j, "volume_mm3");
        pp_json_string(j, "volume_absent",
                       "edges are open or run the wrong way");
    }
    pp_json_real(j, "area_mm2", b->area_mm2);
    if (b->has_centroid)
        pp_json_point(j, "centroid_mm", b->centroid);
    else
        pp_json_null(j, "centroid_mm");
    pp_json_point(j, "extents_mm", pp_box_size(b->box));
    pp_json_point(j, "box_low_mm", b->box.low);
    pp_json_point(j, "box_high_mm", b->box.high);
    pp_json_real(j, "diameter_mm", b->diameter_mm);
    pp_json_array(j, "diameter_ends_mm");
    pp_json_point(j, NULL, b->diameter_end[0]);
    pp_json_point(j, NULL, b->diameter_end[1]);
    pp_json_end(j);
}

static void
axes_json(const pp_measures *r, pp_json *j)
{
    pp_json_object(j, "oriented_box");
    pp_json_point(j, "centre_mm", r->oriented.centre);
    pp_json_array(j, "sides_mm");
    for (int k = 0; k < 3; k++)
        pp_json_real(j, NULL, r->oriented.side_mm[k]);
    pp_json_end(j);
    pp_json_array(j, "axes");
    for (int k = 0; k < 3; k++)
        pp_json_point(j, NULL, r->oriented.axis[k]);
    pp_json_end(j);
    pp_json_end(j);
    if (!r->has_axes)
        return;
    pp_json_object(j, "inertia");
    pp_json_array(j, "axes");
    for (int k = 0; k < 3; k++)
        pp_json_point(j, NULL, r->inertia.axis[k]);
    pp_json_end(j);
    pp_json_array(j, "spread_mm");
    for (int k = 0; k < 3; k++)
        pp_json_real(j, NULL, r->inertia.spread_mm[k]);
    pp_json_end(j);
    pp_json_array(j, "moment_mm5");
    for (int k = 0; k < 3; k++)
        pp_json_real(j, NULL, r->inertia.inertia_mm5[k]);
    pp_json_end(j);
    pp_json_end(j);
}

static void
contour_json(const pp_contour *c, pp_json *j)
{
    pp_json_object(j, NULL);
    pp_json_bool(j, "hole", c->area_mm2 < 0);
    pp_json_real(j, "area_mm2", fabs(c->area_mm2));
    pp_json_real(j, "perimeter_mm", c->perimeter_mm);
    pp_json_real(j, "feret_max_mm", c->feret_max_mm);
    pp_json_real(j, "feret_min_mm", c->feret_min_mm);
    pp_json_real(j, "circle_within_mm", c->within_mm);
    pp_json_point(j, "circle_within_centre_mm", c->within_centre);
    pp_json_real(j, "circle_around_mm", c->around_mm);
    pp_json_point(j, "circle_around_centre_mm", c->around_centre);
    pp_json_point(j, "centroid_mm", c->centroid);
    pp_json_real(j, "distance_mm", c->distance_mm);
    pp_json_end(j);
}

static void
section_json(const pp_section *s, pp_json *j)
{
    pp_json_object(j, NULL);
    pp_json_string(j, "name", s->name);
    pp_json_point(j, "point_mm", s->point);
    pp_json_point(j, "normal", s->normal);
    pp_json_real(j, "area_mm2", s->area_mm2);
    pp_json_real(j, "perimeter_mm", s->perimeter_mm);
    pp_json_count(j, "open_runs", s->nopen);
    pp_json_array(j, "contours");
    for (size_t i = 0; i < s->ncontour; i++)
        contour_json(&s->contour[i], j);
    pp_json_end(j);
    pp_json_end(j);
}

static void
caliper_json(const pp_measures *r, size_t i, pp_json *j)
{
    static const char *const how[] = { "none", "edges", "integral" };
    const pp_caliper *c = &r->caliper[i];

    pp_json_object(j, NULL);
    pp_json_string(j, "name", c->name);
    pp_json_point(j, "from_mm", c->end[0]);
    pp_json_point(j, "to_mm", c->end[1]);
    pp_json_real(j, "given_mm", c->given_mm);
    pp_json_point(j, "mesh_from_mm", c->on_mesh[0]);
    pp_json_point(j, "mesh_to_mm", c->on_mesh[1]);
    pp_json_real(j, "mesh_mm", c->mesh_mm);
    pp_json_real(j, "from_off_mesh_mm", c->off_mesh_mm[0]);
    pp_json_real(j, "to_off_mesh_mm", c->off_mesh_mm[1]);
    if (r->has_grey) {
        const pp_grey_caliper *g = &r->grey_caliper[i];

        pp_json_string(j, "grey_method", how[g->how]);
        pp_json_real(j, "grey_mm", g->how != PP_GREY_NONE ? g->mm : NAN);
        pp_json_real(j, "grey_uncertainty_mm",
                     g->how != PP_GREY_NONE ? g->uncertainty_mm : NAN);
    }
    pp_json_end(j);
}

static void
deviation_json(const char *key, const pp_deviation *d, pp_json *j)
{
    pp_json_object(j, key);
    pp_json_real(j, "mean_mm", d->mean_mm);
    pp_json_real(j, "abs_mean_mm", d->abs_mean_mm);
    pp_json_real(j, "rms_mm", d->rms_mm);
    pp_json_real(j, "p95_mm", d->p95_mm);
    pp_json_real(j, "p99_mm", d->p99_mm);
    pp_json_real(j, "max_mm", d->max_mm);
    pp_json_real(j, "low_mm", d->low_mm);
    pp_json_real(j, "high_mm", d->high_mm);
    pp_json_point(j, "worst_mm", d->worst);
    pp_json_count(j, "samples", d->nsample);
    pp_json_end(j);
}

static void
mask_json(const pp_measures *r, pp_json *j)
{
    const pp_overlap *o = &r->overlap;

    pp_json_object(j, "mask");
    pp_json_real(j, "sample_spacing_mm", r->mask.spacing_mm);
    deviation_json("mesh_to_mask", &r->mask.to, j);
    deviation_json("mask_to_mesh", &r->mask.from, j);
    pp_json_real(j, "volume_mm3", r->mask_volume_mm3);
    if (r->body.closed) {
        pp_json_real(j, "volume_difference_mm3", o->volume_difference_mm3);
        pp_json_real(j, "dice", o->dice);
        pp_json_count(j, "voxels_mask", o->nmask);
        pp_json_count(j, "voxels_mesh", o->nmesh);
        pp_json_count(j, "voxels_both", o->nboth);
    } else {
        pp_json_null(j, "volume_difference_mm3");
        pp_json_null(j, "dice");
    }
    pp_json_end(j);
}

static void
other_json(const pp_measures *r, pp_json *j)
{
    pp_json_object(j, "against");
    pp_json_real(j, "sample_spacing_mm", r->other.spacing_mm);
    deviation_json("mesh_to_other", &r->other.to, j);
    deviation_json("other_to_mesh", &r->other.from, j);
    pp_json_object(j, "hausdorff");
    pp_json_real(j, "mm", fmax(r->to_other.mm, r->from_other.mm));
    pp_json_real(j, "bound_mm", r->hausdorff_bound_mm);
    pp_json_real(j, "mesh_to_other_mm", r->to_other.mm);
    pp_json_point(j, "mesh_to_other_from_mm", r->to_other.from);
    pp_json_point(j, "mesh_to_other_to_mm", r->to_other.to);
    pp_json_real(j, "other_to_mesh_mm", r->from_other.mm);
    pp_json_point(j, "other_to_mesh_from_mm", r->from_other.from);
    pp_json_point(j, "other_to_mesh_to_mm", r->from_other.to);
    pp_json_end(j);
    pp_json_real(j, "volume_mm3", r->other_volume_mm3); /* null when open */
    pp_json_end(j);
}

static void
grey_json(const pp_measures *r, pp_json *j)
{
    const pp_grey_report *g = &r->grey;

    pp_json_object(j, "grey");
    deviation_json("mesh_to_half_maximum", &g->half, j);
    deviation_json("mesh_to_steepest", &g->gradient, j);
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
pp_measures_json(const pp_measures *r, pp_json *j)
{
    body_json(&r->body, j);
    axes_json(r, j);
    pp_json_array(j, "calipers");
    for (size_t i = 0; i < r->ncaliper; i++)
        caliper_json(r, i, j);
    pp_json_end(j);
    pp_json_array(j, "sections");
    for (size_t i = 0; i < r->nsection; i++)
        section_json(&r->section[i], j);
    pp_json_end(j);
    if (r->mask.there)
        mask_json(r, j);
    if (r->other.there)
        other_json(r, j);
    if (r->has_grey)
        grey_json(r, j);
    if (r->nstep > 0)
        pp_budget_json(r->step, r->nstep, j);
    if (r->tolerance_mm > 0) {
        const pp_verdict v = pp_measures_verdict(r);

        pp_json_real(j, "tolerance_mm", r->tolerance_mm);
        pp_json_real(j, "largest_mm", pp_measures_largest(r));
        pp_json_string(j, "verdict", pp_verdict_name(v));
        pp_json_bool(j, "within_tolerance", v == PP_VERDICT_PASS);
    }
}
