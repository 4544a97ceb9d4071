/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * report.c - one table of defects; listing, JSON and manual follow from it
 */
#include "check/check.h"

#include "base/text.h"

#include <string.h>

static const pp_defect_row table[PP_NDEFECT] = {
    { PP_DEFECT_OPEN_EDGE, "open_edges", "open edge",
      "edges of one facet: the surface has a hole" },
    { PP_DEFECT_NONMANIFOLD_EDGE, "nonmanifold_edges", "non-manifold edge",
      "edges of three facets or more" },
    { PP_DEFECT_NONMANIFOLD_VERTEX, "nonmanifold_vertices",
      "non-manifold vertex", "vertices where several fans of facets meet" },
    { PP_DEFECT_FLIPPED, "flipped_facets", "flipped facet",
      "facets that run against their neighbours" },
    { PP_DEFECT_INVERTED_SHELL, "inverted_shells", "inverted shell",
      "closed shells that face the wrong way" },
    { PP_DEFECT_DUPLICATE, "duplicate_facets", "duplicate facet",
      "facets with the same three vertices as another" },
    { PP_DEFECT_DEGENERATE, "degenerate_facets", "degenerate facet",
      "facets without area" },
    { PP_DEFECT_CROSSING, "crossings", "crossing",
      "pairs of facets that meet where they must not" },
};

static const char *const contact_key[PP_NCONTACT] = {
    NULL, "proper", "touching", "overlapping", "folded"
};

const pp_defect_row *
pp_defect_table(void)
{
    return table;
}

size_t
pp_report_ndefect(const pp_report *r)
{
    size_t n = 0;

    for (int d = 0; d < PP_NDEFECT; d++)
        n += r->defect[d].count > 0;
    return n;
}

/* "12 open edges"; vertex is the one plural that is not plain. */
static int
print_count(char *text, size_t size, size_t n, const char *noun)
{
    const size_t length = strlen(noun);
    const bool vertex = length > 2 && strcmp(noun + length - 2, "ex") == 0;

    if (n == 1)
        return snprintf(text, size, "1 %s", noun);
    if (vertex)
        return snprintf(text, size, "%zu %.*sices", n, (int)length - 2, noun);
    return snprintf(text, size, "%zu %ss", n, noun);
}

void
pp_report_summary(const pp_report *r, char *text, size_t size)
{
    size_t used = 0;

    if (size == 0)
        return;
    snprintf(text, size, "clean");
    for (int d = 0; d < PP_NDEFECT; d++) {
        char item[80];

        if (r->defect[d].count == 0)
            continue;
        print_count(item, sizeof item, r->defect[d].count, table[d].noun);
        if (used + strlen(item) + 3 > size)
            break;
        used += (size_t)snprintf(text + used, size - used, "%s%s",
                                 used > 0 ? ", " : "", item);
    }
}

/* ---- for people ---- */

static void
print_measures(const pp_report *r, FILE *out)
{
    const pp_vec3 size = pp_box_size(r->box);
    size_t nclosed = 0;

    for (size_t i = 0; i < r->nshell; i++)
        nclosed += r->shell[i].closed;
    fprintf(out, "%-21s %zu facets, %zu vertices\n", "mesh", r->nfacet,
            r->nvert);
    fprintf(out, "%-21s %.3f x %.3f x %.3f mm\n", "size", size.x, size.y,
            size.z);
    fprintf(out, "%-21s %.3f mm2\n", "area", r->area_mm2);
    fprintf(out, "%-21s %.3f mm3%s\n", "volume", r->volume_mm3,
            nclosed < r->nshell ? " (closed shells only)" : "");
    fprintf(out, "%-21s %zu, %zu closed, %zu nested\n", "shells", r->nshell,
            nclosed, r->nnested);
}

static void
print_defect(const pp_report *r, int d, FILE *out)
{
    const pp_finding *f = &r->defect[d];
    char name[80];

    /* the plural, without its number */
    print_count(name, sizeof name, 2, table[d].noun);
    fprintf(out, "%-21s %zu", name + 2, f->count);
    if (d == PP_DEFECT_OPEN_EDGE && f->count > 0)
        fprintf(out, " in %zu run%s, longest %.3f mm", r->nloop,
                r->nloop == 1 ? "" : "s", r->longest_loop_mm);
    if (d == PP_DEFECT_CROSSING && f->count > 0) {
        const char *comma = " (";

        for (int c = 1; c < PP_NCONTACT; c++)
            if (r->ncontact[c] > 0) {
                fprintf(out, "%s%zu %s", comma, r->ncontact[c],
                        contact_key[c]);
                comma = ", ";
            }
        fprintf(out, "; %zu between shells)", r->nbetween);
    }
    if (d == PP_DEFECT_DUPLICATE && f->count > 0)
        fprintf(out, " (%zu opposite)", r->nopposite);
    if (f->nwitness > 0)
        fprintf(out, ", first at %.3f %.3f %.3f", f->witness[0].place.x,
                f->witness[0].place.y, f->witness[0].place.z);
    fputc('\n', out);
}

void
pp_report_print(const pp_report *r, FILE *out)
{
    char summary[400];

    print_measures(r, out);
    for (int d = 0; d < PP_NDEFECT; d++)
        if (d == PP_DEFECT_CROSSING && !r->crossings_checked)
            fprintf(out, "%-21s not checked\n", "crossings");
        else
            print_defect(r, d, out);
    pp_report_summary(r, summary, sizeof summary);
    fprintf(out, "%-21s %s\n", "verdict", summary);
}

/* ---- JSON ---- */

static void
json_loops(const pp_report *r, pp_json *j)
{
    pp_json_array(j, "loop_list");
    for (size_t i = 0; i < r->nloop_listed; i++) {
        pp_json_object(j, NULL);
        pp_json_count(j, "edges", r->loop[i].nedge);
        pp_json_real(j, "length_mm", r->loop[i].length_mm);
        pp_json_real(j, "flatness_mm", r->loop[i].flatness_mm);
        pp_json_point(j, "middle_mm", r->loop[i].middle);
        pp_json_end(j);
    }
    pp_json_end(j);
}

static void
json_defect(const pp_report *r, int d, pp_json *j)
{
    const pp_finding *f = &r->defect[d];

    pp_json_object(j, table[d].key);
    pp_json_count(j, "count", f->count);
    if (d == PP_DEFECT_OPEN_EDGE) {
        pp_json_count(j, "loops", r->nloop);
        pp_json_real(j, "longest_loop_mm", r->longest_loop_mm);
        json_loops(r, j);
    }
    if (d == PP_DEFECT_DUPLICATE)
        pp_json_count(j, "opposite", r->nopposite);
    if (d == PP_DEFECT_CROSSING)
        pp_json_count(j, "between_shells", r->nbetween);
    if (d == PP_DEFECT_CROSSING)
        for (int c = 1; c < PP_NCONTACT; c++)
            pp_json_count(j, contact_key[c], r->ncontact[c]);
    pp_json_array(j, "witnesses");
    for (size_t i = 0; i < f->nwitness; i++) {
        const pp_witness *w = &f->witness[i];

        pp_json_object(j, NULL);
        if (d == PP_DEFECT_NONMANIFOLD_VERTEX) {
            pp_json_count(j, "vertex", w->a);
        } else {
            pp_json_array(j, "facets");
            pp_json_count(j, NULL, w->a);
            if (w->b != PP_NONE)
                pp_json_count(j, NULL, w->b);
            pp_json_end(j);
        }
        pp_json_point(j, "place_mm", w->place);
        pp_json_end(j);
    }
    pp_json_end(j);
    pp_json_end(j);
}

/* More shells than this are summed up only: a soup may have millions. */
#define MOST_SHELLS 1000

static void
json_shells(const pp_report *r, pp_json *j)
{
    pp_json_count(j, "shells", r->nshell);
    pp_json_count(j, "nested_shells", r->nnested);
    pp_json_array(j, "shell_list");
    for (size_t i = 0; i < r->nshell && i < MOST_SHELLS; i++) {
        const pp_shell *s = &r->shell[i];

        pp_json_object(j, NULL);
        pp_json_count(j, "facets", s->nfacet);
        pp_json_count(j, "vertices", s->nvert);
        pp_json_count(j, "open_edges", s->nopen);
        pp_json_bool(j, "closed", s->closed);
        pp_json_integer(j, "euler", s->euler);
        if (s->genus >= 0)
            pp_json_integer(j, "genus", s->genus);
        else
            pp_json_null(j, "genus");
        if (s->closed) {
            pp_json_real(j, "volume_mm3", s->volume_mm3);
            pp_json_integer(j, "depth", s->depth);
            pp_json_bool(j, "inverted", s->inverted);
        }
        pp_json_real(j, "area_mm2", s->area_mm2);
        pp_json_end(j);
    }
    pp_json_end(j);
}

void
pp_report_json(const pp_report *r, pp_json *j)
{
    char summary[400];

    pp_report_summary(r, summary, sizeof summary);
    pp_json_string(j, "summary", summary);
    pp_json_bool(j, "clean", pp_report_ndefect(r) == 0);
    pp_json_bool(j, "crossings_checked", r->crossings_checked);
    pp_json_count(j, "facets", r->nfacet);
    pp_json_count(j, "vertices", r->nvert);
    pp_json_point(j, "low_mm", r->box.low);
    pp_json_point(j, "high_mm", r->box.high);
    pp_json_real(j, "area_mm2", r->area_mm2);
    pp_json_real(j, "volume_mm3", r->volume_mm3);
    pp_json_object(j, "defects");
    for (int d = 0; d < PP_NDEFECT; d++)
        if (d == PP_DEFECT_CROSSING && !r->crossings_checked)
            pp_json_null(j, table[d].key);
        else
            json_defect(r, d, j);
    pp_json_end(j);
    json_shells(r, j);
}
