/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * shape_report.c - the numbers of shape.h for people and for programs
 */
#include "check/shape.h"

/* "loses watertight; gains manifold" */
static void
print_change(const pp_fragility *f, FILE *out)
{
    const pp_requirement *row = pp_requirement_table();
    const char *comma = "";

    for (int i = 0; row[i].name != NULL; i++)
        if ((f->before ^ f->after) >> i & 1) {
            fprintf(out, "%s%s%s", comma,
                    f->after >> i & 1 ? "not " : "", row[i].name);
            comma = ", ";
        }
}

static void
print_fragility(const pp_fragility *f, FILE *out)
{
    if (f->found) {
        fprintf(out, "%-21s joined within %.3g mm it is ", "fragile",
                f->distance_mm);
        print_change(f, out);
        fprintf(out, ", at %.3f %.3f %.3f\n", f->place.x, f->place.y,
                f->place.z);
    } else {
        fprintf(out, "%-21s not when joined within %.3g mm%s\n", "fragile",
                f->distance_mm,
                f->certain ? "" : "; too dense to search beyond");
    }
}

static void
print_quality(const pp_quality *q, FILE *out)
{
    fprintf(out, "%-21s %zu needles, %zu caps, angles %.2f to %.2f deg\n",
            "facet shape", q->nneedle, q->ncap, q->min_angle_deg,
            q->max_angle_deg);
    fprintf(out, "%-21s %.4f to %.3f mm, mean %.3f, sd %.3f; %.0f facets "
            "per cm2\n", "edges", q->min_edge_mm, q->max_edge_mm,
            q->mean_edge_mm, q->sd_edge_mm, q->facets_per_cm2);
    if (q->max_dihedral_deg > 0)
        fprintf(out, "%-21s %.2f to %.2f deg inside the material\n",
                "dihedral angles", q->min_dihedral_deg, q->max_dihedral_deg);
}

static void
print_motion(const pp_motion *m, FILE *out)
{
    const double turn = pp_norm(m->turn), shift = pp_norm(m->shift);
    const pp_vec3 axis = pp_unit(turn > shift ? m->turn : m->shift);

    fprintf(out, "%s %.2f %.2f %.2f", turn > shift ? "turns about"
                                                   : "slides along",
            axis.x, axis.y, axis.z);
}

static void
print_stability(const pp_stability *s, FILE *out)
{
    fprintf(out, "%-21s ", "registration");
    if (s->nslide == 0) {
        fprintf(out, "stable, condition %.1f\n", s->condition);
        return;
    }
    for (int i = 0; i < s->nslide; i++) {
        fputs(i > 0 ? ", " : "", out);
        print_motion(&s->motion[i], out);
    }
    fputc('\n', out);
}

void
pp_shape_print(const pp_fragility *f, const pp_quality *q,
               const pp_stability *s, FILE *out)
{
    print_fragility(f, out);
    print_quality(q, out);
    print_stability(s, out);
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
pp_shape_json(const pp_fragility *f, double limit_mm, const pp_quality *q,
              const pp_stability *s, pp_json *j)
{
    json_fragility(f, limit_mm, j);
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
    json_stability(s, j);
}
