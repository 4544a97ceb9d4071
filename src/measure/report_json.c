/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * report_json.c - measures as JSON, for programs: printprep-json-measure(5)
 */
#include "measure/report.h"
#include "measure/report_parts.h"

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

/* Dust may come in thousands: only the largest are listed. */
#define MOST_COMPONENTS 20

static void
components_json(const pp_measures *r, pp_json *j)
{
    pp_json_array(j, "components");
    for (size_t i = 0; i < r->ncomponent && i < MOST_COMPONENTS; i++) {
        const pp_component *c = &r->component[i];

        pp_json_object(j, NULL);
        pp_json_count(j, "facets", c->nfacet);
        pp_json_real(j, "area_mm2", c->area_mm2);
        pp_json_bool(j, "closed", c->closed);
        pp_json_real(j, "volume_mm3", c->closed ? c->volume_mm3 : NAN);
        pp_json_point(j, "box_low_mm", c->box.low);
        pp_json_point(j, "box_high_mm", c->box.high);
        pp_json_end(j);
    }
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
    if (r->has_grey)
        pp_report_grey_caliper_json(&r->grey_caliper[i], j);
    pp_json_end(j);
}

void
pp_report_deviation_json(const char *key, const pp_deviation *d, pp_json *j)
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
    pp_json_object(j, "histogram");
    pp_json_real(j, "low_mm", d->bin_low_mm);
    pp_json_real(j, "bin_mm", d->bin_mm);
    pp_json_array(j, "share");
    for (int b = 0; b < PP_DEVIATION_NBIN; b++)
        pp_json_real(j, NULL, d->bin[b]);
    pp_json_end(j);
    pp_json_end(j);
    pp_json_end(j);
}

static void
place_json(const pp_changed_place *p, pp_json *j)
{
    pp_json_object(j, NULL);
    pp_json_string(j, "change", p->added ? "added" : "lost");
    pp_json_count(j, "voxels", p->nvoxel);
    pp_json_real(j, "volume_mm3", p->volume_mm3);
    pp_json_point(j, "centre_mm", p->centre);
    pp_json_end(j);
}

static void
overlap_json(const pp_overlap *o, pp_json *j)
{
    pp_json_real(j, "volume_difference_mm3", o->volume_difference_mm3);
    pp_json_real(j, "dice", o->dice);
    pp_json_count(j, "voxels_mask", o->nmask);
    pp_json_count(j, "voxels_mesh", o->nmesh);
    pp_json_count(j, "voxels_both", o->nboth);
    pp_json_count(j, "voxels_added", o->nmesh - o->nboth);
    pp_json_count(j, "voxels_lost", o->nmask - o->nboth);
    pp_json_count(j, "changed_places", o->nplace);
    pp_json_array(j, "largest_places");
    for (size_t i = 0; i < o->nplace && i < PP_OVERLAP_PLACES; i++)
        place_json(&o->place[i], j);
    pp_json_end(j);
}

static void
mask_json(const pp_measures *r, pp_json *j)
{
    pp_json_object(j, "mask");
    pp_json_real(j, "sample_spacing_mm", r->mask.spacing_mm);
    pp_report_deviation_json("mesh_to_mask", &r->mask.to, j);
    pp_report_deviation_json("mask_to_mesh", &r->mask.from, j);
    pp_json_real(j, "hd95_mm", r->mask.hd95_mm);
    pp_json_real(j, "assd_mm", r->mask.assd_mm);
    pp_json_real(j, "volume_mm3", r->mask_volume_mm3);
    if (r->body.closed) {
        overlap_json(&r->overlap, j);
    } else {
        pp_json_null(j, "volume_difference_mm3");
        pp_json_null(j, "dice");
    }
    pp_json_end(j);
}

static void
registration_json(const pp_registration *r, pp_json *j)
{
    pp_json_object(j, "registration");
    pp_json_array(j, "matrix"); /* three rows of four */
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 4; k++)
            pp_json_real(j, NULL, r->matrix[i][k]);
    pp_json_end(j);
    pp_json_real(j, "angle_deg", r->angle_deg);
    pp_json_real(j, "shift_mm", r->shift_mm);
    pp_json_real(j, "rms_before_mm", r->rms_before_mm);
    pp_json_real(j, "rms_after_mm", r->rms_after_mm);
    pp_json_real(j, "rms_kept_mm", r->rms_kept_mm);
    pp_json_real(j, "share_kept", r->kept);
    pp_json_bool(j, "from_axes", r->from_axes);
    pp_json_bool(j, "settled", r->settled);
    pp_json_count(j, "rounds", r->nround);
    pp_json_count(j, "samples", r->nsample);
    pp_json_end(j);
}

static void
other_json(const pp_measures *r, pp_json *j)
{
    pp_json_object(j, "against");
    if (r->has_registration)
        registration_json(&r->registration, j);
    pp_json_real(j, "sample_spacing_mm", r->other.spacing_mm);
    pp_report_deviation_json("mesh_to_other", &r->other.to, j);
    pp_report_deviation_json("other_to_mesh", &r->other.from, j);
    pp_json_real(j, "hd95_mm", r->other.hd95_mm);
    pp_json_real(j, "assd_mm", r->other.assd_mm);
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

void
pp_measures_json(const pp_measures *r, pp_json *j)
{
    body_json(&r->body, j);
    components_json(r, j);
    axes_json(r, j);
    pp_json_array(j, "calipers");
    for (size_t i = 0; i < r->ncaliper; i++)
        caliper_json(r, i, j);
    pp_json_end(j);
    pp_json_array(j, "sections");
    for (size_t i = 0; i < r->nsection; i++)
        section_json(&r->section[i], j);
    pp_json_end(j);
    pp_report_probes_json(r->probe, r->nprobe, j);
    if (r->mask.there)
        mask_json(r, j);
    if (r->other.there)
        other_json(r, j);
    if (r->has_grey)
        pp_report_grey_json(&r->grey, j);
    if (r->nstep > 0) {
        pp_json_array(j, "budget");
        pp_budget_json(r->step, r->nstep, j);
        pp_json_end(j);
        pp_json_array(j, "budget_told");
        for (size_t i = 0; i < r->ntold; i++) {
            pp_json_object(j, NULL);
            pp_json_string(j, "tool", r->told[i].name);
            pp_json_real(j, "max_mm", r->told[i].max_mm);
            pp_json_real(j, "volume_change_mm3", r->told[i].volume_mm3);
            pp_json_end(j);
        }
        pp_json_end(j);
        pp_json_array(j, "budget_total");
        pp_budget_json(&r->total, 1, j);
        pp_json_end(j);
        pp_json_real(j, "rounding_mm", r->rounding_mm);
    }
    if (r->tolerance_mm > 0) {
        const pp_verdict v = pp_measures_verdict(r);
        char reason[PP_CALIPER_NAME + 32];

        pp_json_real(j, "tolerance_mm", r->tolerance_mm);
        pp_json_real(j, "largest_mm", pp_measures_largest(r));
        pp_json_string(j, "verdict", pp_verdict_name(v));
        pp_measures_reason(r, reason, sizeof reason);
        pp_json_string(j, "reason", reason);
        pp_json_bool(j, "within_tolerance", v == PP_VERDICT_PASS);
    }
}
