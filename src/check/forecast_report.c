/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * forecast_report.c - the forecast for people and for programs
 */
#include "check/printer.h"

static void
tell_place(pp_row *row, pp_vec3 p)
{
    pp_row_more(row, ", %.3f %.3f %.3f", p.x, p.y, p.z);
}

/* "thin walls  3 places below 0.8 mm, thinnest 0.44, at ..."; sizes as the
 * printer will make them, places as the mesh lies. */
static void
tell_narrow(const pp_narrow *n, double scale, const char *name, pp_table *t)
{
    if (n->nplace == 0) {
        pp_table_row(t, PP_ROW_PLAIN, name, "none below %.4g mm",
                     n->limit_mm * scale);
        return;
    }
    pp_table_row(t, PP_ROW_LOOK, name,
                 "%zu place%s below %.4g mm, %.4g mm2, narrowest %.3f mm at "
                 "%.3f %.3f %.3f", n->nplace, n->nplace == 1 ? "" : "s",
                 n->limit_mm * scale, n->area_mm2 * scale * scale,
                 n->min_mm * scale, n->min_place.x, n->min_place.y,
                 n->min_place.z);
}

static void
tell_sources(const pp_printer *p, pp_table *t)
{
    pp_row *row = pp_table_row(t, PP_ROW_PLAIN, "printer", "%s", p->name);
    const char *comma = "; estimated, without a source: ";

    for (int i = 0; i < PP_NFIGURE; i++)
        if (p->estimate[i]) {
            pp_row_more(row, "%s%s", comma, pp_printer_figure(i));
            comma = ", ";
        }
}

void
pp_forecast_tell(const pp_printer *p, const pp_forecast *f, pp_table *t)
{
    pp_row *row;

    tell_sources(p, t);
    pp_table_row(t, f->fits ? PP_ROW_PLAIN : PP_ROW_LOOK, "fits",
                 "%s: %.1f x %.1f x %.1f mm at scale %g, in %g x %g x %g",
                 f->fits ? "yes" : f->fits_turned ? "when turned" : "no",
                 f->size_mm.x, f->size_mm.y, f->size_mm.z, f->scale,
                 p->build_mm[0], p->build_mm[1], p->build_mm[2]);
    if (f->measured) {
        tell_narrow(&f->wall, f->scale, "thin walls", t);
        tell_narrow(&f->gap, f->scale, "narrow gaps", t);
        tell_narrow(&f->hole, f->scale, "narrow holes", t);
    } else {
        pp_table_row(t, PP_ROW_LOOK, "walls, gaps, holes",
                     "not measured: not a clean, closed solid");
    }
    row = pp_table_row(t, f->nsmall > 0 ? PP_ROW_LOOK : PP_ROW_PLAIN,
                       "small parts", "%zu thinner than %g mm", f->nsmall,
                       p->min_feature_mm);
    if (f->nsmall > 0)
        tell_place(row, f->small[0]);
    row = pp_table_row(t, f->ntrapped > 0 ? PP_ROW_LOOK : PP_ROW_PLAIN,
                       "trapped volumes", "%zu", f->ntrapped);
    if (f->ntrapped > 0)
        pp_row_more(row, ", %.3f mm3 without a way out", f->trapped_mm3);
    row = pp_table_row(t, f->nisland > 0 ? PP_ROW_LOOK : PP_ROW_PLAIN,
                       "islands", "%zu at layers of %g mm; overhangs %.1f "
                       "mm2 beyond %g deg", f->nisland, p->layer_mm,
                       f->overhang_mm2, p->overhang_deg);
    if (f->nisland > 0) {
        pp_row_more(row, "; first at");
        tell_place(row, f->island[0]);
    }
}

static void
json_narrow(const pp_narrow *n, double scale, const char *key, pp_json *j)
{
    const size_t listed = n->nplace < PP_MOST_PLACES ? n->nplace
                                                     : PP_MOST_PLACES;

    pp_json_object(j, key);
    pp_json_real(j, "limit_mm", n->limit_mm * scale);
    pp_json_count(j, "places", n->nplace);
    pp_json_real(j, "area_mm2", n->area_mm2 * scale * scale);
    if (n->nplace > 0)
        pp_json_real(j, "min_mm", n->min_mm * scale);
    else
        pp_json_null(j, "min_mm");
    pp_json_array(j, "list");
    for (size_t i = 0; i < listed; i++) {
        pp_json_object(j, NULL);
        pp_json_point(j, "place_mm", n->place[i].place);
        pp_json_real(j, "min_mm", n->place[i].min_mm * scale);
        pp_json_real(j, "area_mm2", n->place[i].area_mm2 * scale * scale);
        pp_json_end(j);
    }
    pp_json_end(j);
    pp_json_end(j);
}

static void
json_places(const pp_vec3 *place, size_t n, const char *key, pp_json *j)
{
    pp_json_array(j, key);
    for (size_t i = 0; i < n && i < PP_MOST_PLACES; i++)
        pp_json_point(j, NULL, place[i]);
    pp_json_end(j);
}

static void
json_sources(const pp_printer *p, pp_json *j)
{
    pp_json_object(j, "sources");
    for (int i = 0; i < PP_NFIGURE; i++)
        if (!p->estimate[i])
            pp_json_string(j, pp_printer_figure(i), p->source[i]);
    pp_json_end(j);
    pp_json_array(j, "estimates");
    for (int i = 0; i < PP_NFIGURE; i++)
        if (p->estimate[i])
            pp_json_string(j, NULL, pp_printer_figure(i));
    pp_json_end(j);
}

void
pp_forecast_json(const pp_printer *p, const pp_forecast *f, pp_json *j)
{
    pp_json_object(j, "forecast");
    pp_json_string(j, "printer", p->name);
    json_sources(p, j);
    pp_json_real(j, "scale", f->scale);
    pp_json_bool(j, "printable", f->printable);
    pp_json_point(j, "size_mm", f->size_mm);
    pp_json_bool(j, "fits", f->fits);
    pp_json_bool(j, "fits_turned", f->fits_turned);
    pp_json_count(j, "trapped_volumes", f->ntrapped);
    pp_json_real(j, "trapped_mm3", f->trapped_mm3);
    pp_json_real(j, "overhang_mm2", f->overhang_mm2);
    pp_json_count(j, "islands", f->nisland);
    json_places(f->island, f->nisland, "island_places_mm", j);
    pp_json_count(j, "small_parts", f->nsmall);
    json_places(f->small, f->nsmall, "small_part_places_mm", j);
    pp_json_real(j, "min_wall_mm", p->min_wall_mm);
    pp_json_real(j, "min_gap_mm", p->min_gap_mm);
    pp_json_real(j, "min_hole_mm", p->min_hole_mm);
    pp_json_bool(j, "measured", f->measured);
    if (f->measured) {
        json_narrow(&f->wall, f->scale, "thin_walls", j);
        json_narrow(&f->gap, f->scale, "narrow_gaps", j);
        json_narrow(&f->hole, f->scale, "narrow_holes", j);
    }
    pp_json_end(j);
}
