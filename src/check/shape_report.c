/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * shape_report.c - the numbers of shape.h for people and for programs
 */
#include "check/shape.h"

static void
tell_fragility(const pp_fragility *f, pp_table *t)
{
    const pp_requirement *name = pp_requirement_table();
    const char *comma = "";
    pp_row *row;

    if (!f->found) {
        pp_table_row(t, f->certain ? PP_ROW_PLAIN : PP_ROW_LOOK, "fragile",
                     "not when joined within %.3g mm%s", f->distance_mm,
                     f->certain ? "" : "; too dense to search beyond");
        return;
    }
    row = pp_table_row(t, PP_ROW_LOOK, "fragile",
                       "joined within %.3g mm it ", f->distance_mm);
    for (int i = 0; name[i].name != NULL; i++)
        if ((f->before ^ f->after) >> i & 1) {
            pp_row_more(row, "%s%s %s", comma,
                        f->after >> i & 1 ? "fails" : "meets", name[i].name);
            comma = ", ";
        }
    pp_row_more(row, ", at %.3f %.3f %.3f", f->place.x, f->place.y,
                f->place.z);
}

static void
tell_quality(const pp_quality *q, pp_table *t)
{
    pp_row *row =
        pp_table_row(t, PP_ROW_PLAIN, "facet shape", "%zu needles, %zu caps, "
                     "angles %.2f to %.2f deg", q->nneedle, q->ncap,
                     q->min_angle_deg, q->max_angle_deg);

    if (q->max_dihedral_deg > 0)
        pp_row_more(row, ", dihedral %.2f to %.2f", q->min_dihedral_deg,
                    q->max_dihedral_deg);
    pp_table_row(t, PP_ROW_PLAIN, "edges", "%.4f to %.3f mm, mean %.3f, sd "
                 "%.3f; %.0f facets per cm2", q->min_edge_mm, q->max_edge_mm,
                 q->mean_edge_mm, q->sd_edge_mm, q->facets_per_cm2);
}

static void
tell_stability(const pp_stability *s, pp_table *t)
{
    pp_row *row = pp_table_row(t, s->nslide > 0 ? PP_ROW_LOOK : PP_ROW_PLAIN,
                               "registration", "%s",
                               s->nslide > 0 ? "" : "stable");

    if (s->nslide == 0)
        pp_row_more(row, ", condition %.1f", s->condition);
    for (int i = 0; i < s->nslide; i++) {
        const pp_motion *m = &s->motion[i];
        const bool turns = pp_norm(m->turn) > pp_norm(m->shift);
        const pp_vec3 axis = pp_unit(turns ? m->turn : m->shift);

        pp_row_more(row, "%s%s %.2f %.2f %.2f", i > 0 ? ", " : "",
                    turns ? "turns about" : "slides along", axis.x, axis.y,
                    axis.z);
    }
}

void
pp_shape_tell(const pp_shape *s, pp_table *t)
{
    tell_fragility(&s->fragility, t);
    tell_quality(&s->quality, t);
    tell_stability(&s->stability, t);
}

static void
json_stability(const pp_stability *s, pp_json *j)
{
    pp_json_object(j, "registration");
    pp_json_bool(j, "stable", s->nslide == 0);
    pp_json_real(j, "condition", s->condition);
    pp_json_point(j, "centre_mm", s->centre);
    pp_json_real(j, "radius_mm", s->radius_mm);
    pp_json_array(j, "motions");
    for (int i = 0; i < 6; i++) {
        pp_json_object(j, NULL);
        pp_json_real(j, "share", s->motion[i].share);
        pp_json_point(j, "turn", s->motion[i].turn);
        pp_json_point(j, "shift", s->motion[i].shift);
        pp_json_end(j);
    }
    pp_json_end(j);
    pp_json_end(j);
}

static void
json_requirements(const char *key, unsigned set, pp_json *j)
{
    const pp_requirement *row = pp_requirement_table();

    pp_json_array(j, key);
    for (int i = 0; row[i].name != NULL; i++)
        if (set >> i & 1)
            pp_json_string(j, NULL, row[i].name);
    pp_json_end(j);
}

static void
json_fragility(const pp_fragility *f, double limit_mm, pp_json *j)
{
    pp_json_object(j, "fragility");
    pp_json_real(j, "searched_to_mm",
                 f->found && f->certain ? limit_mm : f->distance_mm);
    pp_json_bool(j, "complete", f->found || f->certain);
    if (f->found) {
        pp_json_real(j, "distance_mm", f->distance_mm);
        pp_json_point(j, "place_mm", f->place);
        pp_json_count(j, "vertex", f->a);
        pp_json_count(j, "other", f->b);
        pp_json_bool(j, "edge", f->edge);
        json_requirements("then_failed", f->after & ~f->before, j);
        json_requirements("then_met", f->before & ~f->after, j);
    } else {
        pp_json_null(j, "distance_mm");
    }
    pp_json_end(j);
}

void
pp_shape_json(const pp_shape *s, double limit_mm, pp_json *j)
{
    const pp_quality *q = &s->quality;

    json_fragility(&s->fragility, limit_mm, j);
    pp_json_object(j, "quality");
    pp_json_count(j, "needles", q->nneedle);
    pp_json_count(j, "caps", q->ncap);
    pp_json_real(j, "min_angle_deg", q->min_angle_deg);
    pp_json_real(j, "max_angle_deg", q->max_angle_deg);
    pp_json_point(j, "min_angle_place_mm", q->min_angle_place);
    pp_json_real(j, "min_edge_mm", q->min_edge_mm);
    pp_json_real(j, "max_edge_mm", q->max_edge_mm);
    pp_json_real(j, "mean_edge_mm", q->mean_edge_mm);
    pp_json_real(j, "sd_edge_mm", q->sd_edge_mm);
    pp_json_real(j, "facets_per_cm2", q->facets_per_cm2);
    pp_json_real(j, "min_dihedral_deg", q->min_dihedral_deg);
    pp_json_real(j, "max_dihedral_deg", q->max_dihedral_deg);
    pp_json_point(j, "min_dihedral_place_mm", q->min_dihedral_place);
    pp_json_point(j, "max_dihedral_place_mm", q->max_dihedral_place);
    pp_json_end(j);
    json_stability(&s->stability, j);
}
