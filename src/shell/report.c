/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * report.c - walls and their growing, for people and as JSON
 */
#include "shell/shell.h"

#include <inttypes.h>

/* Thin places that are named; the rest is counted. */
enum { MOST_NAMED = 10, MOST_IN_JSON = 100, BAR_LENGTH = 40 };

static const char *const how_name[] = { "unchanged", "local", "rebuilt" };

static void
print_histogram(const pp_thickness_summary *s, FILE *out)
{
    double most = 0;

    for (int b = 0; b < PP_THICKNESS_NBIN; b++)
        most = s->bin_mm2[b] > most ? s->bin_mm2[b] : most;
    for (int b = 0; b < PP_THICKNESS_NBIN && most > 0; b++) {
        const int n = (int)(BAR_LENGTH * s->bin_mm2[b] / most + 0.5);

        fprintf(out, "  %6.3f %s %6.2f %%  %.*s\n", b * s->bin_mm,
                b + 1 < PP_THICKNESS_NBIN ? "mm   " : "mm up",
                s->area_mm2 > 0 ? 100 * s->bin_mm2[b] / s->area_mm2 : 0, n,
                "########################################");
    }
}

static void
print_thin(const pp_walls *w, double t_mm, FILE *out)
{
    if (w->nthin == 0)
        return;
    fprintf(out, "%s than %g mm: %zu places, %.4g mm2\n",
            w->gap ? "narrower" : "thinner", t_mm, w->nthin,
            w->summary.area_below_mm2);
    for (size_t i = 0; i < w->nthin && i < MOST_NAMED; i++)
        fprintf(out, "  %.4g mm2, least %.3f mm at %.5g,%.5g,%.5g\n",
                w->thin[i].area_mm2, w->thin[i].min_mm, w->thin[i].place.x,
                w->thin[i].place.y, w->thin[i].place.z);
    if (w->nthin > MOST_NAMED)
        fprintf(out, "  and %zu more\n", w->nthin - MOST_NAMED);
}

/* Bounds farther apart than this have a place that is in doubt. */
#define CLOSE_MM 0.021

static void
print_bounds(const pp_thickness_interval *i, FILE *out)
{
    fprintf(out, "certain: the least wall lies in [%.4f, %.4f] mm%s", i->lo_mm,
            i->hi_mm,
            i->certain_hi ? "" : " (above, no cover was found; no proof that "
                                 "there is none)");
    if (i->hi_mm - i->lo_mm > CLOSE_MM)
        fprintf(out, ", in doubt at %.5g,%.5g,%.5g\n", i->doubt.x,
                i->doubt.y, i->doubt.z);
    else
        fprintf(out, ", by %zu balls\n", i->nball);
    if (i->coarse_lo_mm > 0)
        fprintf(out, "certain: empty balls of %.4f mm come as near to all of "
                "the surface as edges of %g degrees everywhere would let "
                "them\n", i->coarse_lo_mm, PP_COARSE_DEG);
}

const char *
pp_walls_quantity(const pp_walls *w)
{
    return w->gap ? w->rays ? "opposite-ray gap" : "gap"
           : w->rays ? "opposite-ray distance" : "wall";
}

void
pp_walls_print(const pp_walls *w, double t_mm, FILE *out)
{
    const pp_thickness_summary *s = &w->summary;

    if (s->min_mm >= w->limit_mm) {
        fprintf(out, "%s: at least %.3f mm everywhere, more was not looked "
                "for\n", pp_walls_quantity(w), w->limit_mm);
    } else {
        fprintf(out, "%s: least %.3f mm at %.5g,%.5g,%.5g; 1 %% of the "
                "area below %.3f, half below %.3f mm\n",
                pp_walls_quantity(w), s->min_mm,
                s->min_place.x, s->min_place.y, s->min_place.z, s->p1_mm,
                s->median_mm);
        if (s->median_mm >= w->limit_mm)
            fprintf(out, "not looked for beyond %g mm\n", w->limit_mm);
    }
    if (w->has_bounds)
        print_bounds(&w->bounds, out);
    print_histogram(s, out);
    fprintf(out, "beside sharp edges and corners: %.4g of %.4g mm2\n",
            s->edge_zone_mm2, s->area_mm2);
    if (w->nknife > 0)
        fprintf(out, "knife edges (opening below %g degrees): %.4g mm, the "
                "sharpest %.3g degrees\n", PP_KNIFE_DEG, w->knife_length_mm,
                w->sharpest_deg);
    print_thin(w, t_mm, out);
}

static void
json_bounds(const pp_thickness_interval *i, pp_json *j)
{
    pp_json_object(j, "bounds");
    pp_json_real(j, "low_mm", i->lo_mm);
    pp_json_real(j, "high_mm", i->hi_mm);
    pp_json_bool(j, "high_certain", i->certain_hi);
    pp_json_real(j, "found_mm", i->found_mm);
    if (i->found_mm > 0) {
        pp_json_point(j, "place_mm", i->place);
        pp_json_point(j, "other_place_mm", i->other);
    }
    pp_json_count(j, "balls", i->nball);
    pp_json_point(j, "doubt_mm", i->doubt);
    pp_json_real(j, "low_coarse_mm", i->coarse_lo_mm);
    pp_json_real(j, "coarse_opening_deg", PP_COARSE_DEG);
    pp_json_end(j);
}

static void
json_regions(const pp_thin_region *list, size_t n, const char *name,
             pp_json *j)
{
    pp_json_array(j, name);
    for (size_t i = 0; i < n && i < MOST_IN_JSON; i++) {
        pp_json_object(j, NULL);
        pp_json_real(j, "area_mm2", list[i].area_mm2);
        pp_json_real(j, "min_mm", list[i].min_mm);
        pp_json_point(j, "place_mm", list[i].place);
        pp_json_end(j);
    }
    pp_json_end(j);
}

void
pp_walls_json(const pp_walls *w, double t_mm, pp_json *j)
{
    const pp_thickness_summary *s = &w->summary;

    pp_json_string(j, "quantity", w->gap ? "gap" : "wall");
    pp_json_string(j, "method", w->rays ? "ray" : "ball");
    pp_json_real(j, "min_mm", s->min_mm);
    pp_json_point(j, "min_place_mm", s->min_place);
    if (w->has_bounds)
        json_bounds(&w->bounds, j);
    pp_json_real(j, "p1_mm", s->p1_mm);
    pp_json_real(j, "median_mm", s->median_mm);
    pp_json_real(j, "limit_mm", w->limit_mm);
    pp_json_real(j, "wanted_mm", t_mm);
    pp_json_real(j, "area_below_mm2", s->area_below_mm2);
    pp_json_real(j, "area_mm2", s->area_mm2);
    pp_json_real(j, "edge_zone_mm2", s->edge_zone_mm2);
    pp_json_count(j, "knife_edges", w->nknife);
    pp_json_real(j, "knife_length_mm", w->knife_length_mm);
    pp_json_real(j, "bin_mm", s->bin_mm);
    pp_json_array(j, "bin_mm2");
    for (int b = 0; b < PP_THICKNESS_NBIN; b++)
        pp_json_real(j, NULL, s->bin_mm2[b]);
    pp_json_end(j);
    pp_json_count(j, "thin_regions", w->nthin);
    json_regions(w->thin, w->nthin, "thin", j);
}

void
pp_shell_report_print(const pp_shell_report *r, FILE *out)
{
    fprintf(out, "grown: %s", how_name[r->how]);
    if (r->how == PP_SHELL_UNCHANGED) {
        fprintf(out, ", %s\n", r->reason[0] != '\0' ? r->reason : "thick enough");
        return;
    }
    fprintf(out, " in %zu passes, field of %.4g mm", r->npass,
            r->resolution_mm);
    if (r->nwhole > 0)
        fprintf(out, ", %zu unions of the whole", r->nwhole);
    if (r->reason[0] != '\0')
        fprintf(out, " (%s)", r->reason);
    fprintf(out, "\nleast wall was %.3f mm; volume %.6g -> %.6g mm3\n"
            "surface moved by up to %.3f mm; elsewhere %.3g mm; %zu facets "
            "kept\n", r->before.summary.min_mm,
            r->volume_before_mm3, r->volume_after_mm3, r->max_growth_mm,
            r->max_change_elsewhere_mm, r->nkept);
    if (r->one_way)
        fprintf(out, "the side that was to stay moved by %.3g mm\n",
                r->fixed_moved_mm);
    if (r->nrefused > 0)
        fprintf(out, "%zu places stay thin so that a gap stays open\n",
                r->nrefused);
    if (r->pockets.n > 0)
        fprintf(out, "%zu voids that growing enclosed were filled: %.3g "
                "mm3\n", r->pockets.n, r->pockets.mm3);
    if (pp_shell_joined(r))
        fprintf(out, "a gap or hole was closed: shells %zu -> %zu, genus "
                "%" PRId64 " -> %" PRId64 "\n", r->nshell[0], r->nshell[1],
                r->genus[0], r->genus[1]);
}

void
pp_shell_report_json(const pp_shell_report *r, pp_json *j)
{
    pp_json_string(j, "how", how_name[r->how]);
    pp_json_string(j, "reason", r->reason);
    pp_json_count(j, "passes", r->npass);
    pp_json_count(j, "passes_undone", r->nundone);
    pp_json_count(j, "whole_unions", r->nwhole);
    pp_json_count(j, "pockets_filled", r->pockets.n);
    pp_json_real(j, "pockets_mm3", r->pockets.mm3);
    pp_json_real(j, "resolution_mm", r->resolution_mm);
    pp_json_real(j, "volume_before_mm3", r->volume_before_mm3);
    pp_json_real(j, "volume_after_mm3", r->volume_after_mm3);
    pp_json_real(j, "max_growth_mm", r->max_growth_mm);
    pp_json_real(j, "max_change_elsewhere_mm", r->max_change_elsewhere_mm);
    pp_json_count(j, "facets_kept", r->nkept);
    pp_json_count(j, "shells_before", r->nshell[0]);
    pp_json_count(j, "shells_after", r->nshell[1]);
    pp_json_integer(j, "genus_before", r->genus[0]);
    pp_json_integer(j, "genus_after", r->genus[1]);
    pp_json_bool(j, "joined", pp_shell_joined(r));
    pp_json_bool(j, "one_way", r->one_way);
    pp_json_real(j, "fixed_moved_mm", r->fixed_moved_mm);
    pp_json_count(j, "refused_regions", r->nrefused);
    json_regions(r->refused, r->nrefused, "refused", j);
}
