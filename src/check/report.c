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

/* What stops a print first comes first. */
static const pp_defect severity[PP_NDEFECT] = {
    PP_DEFECT_OPEN_EDGE,      PP_DEFECT_NONMANIFOLD_EDGE,
    PP_DEFECT_CROSSING,       PP_DEFECT_INVERTED_SHELL,
    PP_DEFECT_FLIPPED,        PP_DEFECT_NONMANIFOLD_VERTEX,
    PP_DEFECT_DUPLICATE,      PP_DEFECT_DEGENERATE,
};

/* The plural without a number; %s of a static text for each defect. */
static const char *const plural[PP_NDEFECT] = {
    [PP_DEFECT_OPEN_EDGE] = "open edges",
    [PP_DEFECT_NONMANIFOLD_EDGE] = "non-manifold edges",
    [PP_DEFECT_NONMANIFOLD_VERTEX] = "non-manifold vertices",
    [PP_DEFECT_FLIPPED] = "flipped facets",
    [PP_DEFECT_INVERTED_SHELL] = "inverted shells",
    [PP_DEFECT_DUPLICATE] = "duplicate facets",
    [PP_DEFECT_DEGENERATE] = "degenerate facets",
    [PP_DEFECT_CROSSING] = "crossings",
};

/* Does one of the requirements forbid this defect? */
static bool
is_forbidden(int defect, unsigned required)
{
    const pp_requirement *row = pp_requirement_table();

    for (int i = 0; row[i].name != NULL; i++)
        if ((required >> i & 1) && (row[i].defects >> defect & 1))
            return true;
    return false;
}

static void
tell_verdict(const pp_report *r, unsigned required, pp_table *t)
{
    const unsigned failed = pp_requirements_failed(r, required);
    const pp_requirement *name = pp_requirement_table();
    char summary[400];
    const char *comma = "";
    pp_row *row;

    pp_report_summary(r, summary, sizeof summary);
    if (failed == 0) {
        row = pp_table_row(t, PP_ROW_VERDICT_GOOD, "verdict", "%s", summary);
        if (pp_report_ndefect(r) > 0)
            pp_row_more(row, "; none of it is required to be absent");
        return;
    }
    row = pp_table_row(t, PP_ROW_VERDICT_BAD, "verdict", "fails ");
    for (int i = 0; name[i].name != NULL; i++)
        if (failed >> i & 1) {
            pp_row_more(row, "%s%s", comma, name[i].name);
            comma = ", ";
        }
}

static void
tell_contacts(const pp_report *r, pp_row *row)
{
    const char *comma = " (";

    for (int c = 1; c < PP_NCONTACT; c++)
        if (r->ncontact[c] > 0) {
            pp_row_more(row, "%s%zu %s", comma, r->ncontact[c],
                        contact_key[c]);
            comma = ", ";
        }
    pp_row_more(row, "; %zu between shells)", r->nbetween);
}

static void
tell_defect(const pp_report *r, int d, unsigned required, pp_table *t)
{
    const pp_finding *f = &r->defect[d];
    pp_row *row = pp_table_row(t, is_forbidden(d, required) ? PP_ROW_BAD
                                                            : PP_ROW_LOOK,
                               plural[d], "%zu", f->count);

    if (d == PP_DEFECT_OPEN_EDGE)
        pp_row_more(row, " in %zu run%s, longest %.3f mm", r->nloop,
                    r->nloop == 1 ? "" : "s", r->longest_loop_mm);
    if (d == PP_DEFECT_CROSSING)
        tell_contacts(r, row);
    if (d == PP_DEFECT_DUPLICATE)
        pp_row_more(row, " (%zu opposite)", r->nopposite);
    if (f->nwitness > 0)
        pp_row_more(row, ", first at %.3f %.3f %.3f", f->witness[0].place.x,
                    f->witness[0].place.y, f->witness[0].place.z);
}

static void
tell_absent(const pp_report *r, pp_table *t)
{
    pp_row *row = NULL;

    for (int i = 0; i < PP_NDEFECT; i++) {
        const int d = severity[i];

        if (r->defect[d].count > 0 ||
            (d == PP_DEFECT_CROSSING && !r->crossings_checked))
            continue;
        if (row == NULL)
            row = pp_table_row(t, PP_ROW_PLAIN, "none of", "%s", plural[d]);
        else
            pp_row_more(row, ", %s", plural[d]);
    }
}

static void
tell_measures(const pp_report *r, pp_table *t)
{
    const pp_vec3 size = pp_box_size(r->box);
    size_t nclosed = 0;
    pp_row *row;

    for (size_t i = 0; i < r->nshell; i++)
        nclosed += r->shell[i].closed;
    pp_table_row(t, PP_ROW_PLAIN, "mesh", "%zu facets, %zu vertices, "
                 "%.3f x %.3f x %.3f mm", r->nfacet, r->nvert, size.x, size.y,
                 size.z);
    pp_table_row(t, PP_ROW_PLAIN, "volume", "%.3f mm3%s, area %.3f mm2",
                 r->volume_mm3,
                 nclosed < r->nshell ? " (closed shells only)" : "",
                 r->area_mm2);
    row = pp_table_row(t, r->ntwin > 0 ? PP_ROW_LOOK : PP_ROW_PLAIN,
                       "shells", "%zu, %zu closed, %zu nested", r->nshell,
                       nclosed, r->nnested);
    if (r->ntwin > 0)
        pp_row_more(row, ", %zu the same as another", r->ntwin);
}

void
pp_report_tell(const pp_report *r, unsigned required, pp_table *t)
{
    tell_verdict(r, required, t);
    for (int i = 0; i < PP_NDEFECT; i++)
        if (r->defect[severity[i]].count > 0)
            tell_defect(r, severity[i], required, t);
    if (!r->crossings_checked)
        pp_table_row(t, PP_ROW_LOOK, plural[PP_DEFECT_CROSSING],
                     "not checked");
    tell_absent(r, t);
    tell_measures(r, t);
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
        if (d == PP_DEFECT_CROSSING)
            pp_json_string(j, "kind", contact_key[w->contact]);
        pp_json_point(j, "place_mm", w->place);
        pp_json_end(j);
    }
    pp_json_end(j);
    pp_json_end(j);
}

/* What a closed shell is among the others around it. */
static const char *
shell_kind(const pp_shell *s)
{
    if (s->depth % 2 == 1)
        return s->inverted ? "solid in a solid" : "cavity";
    if (s->depth > 0)
        return s->inverted ? "cavity in a cavity" : "solid in a cavity";
    return s->inverted ? "inside out" : "outer";
}

/* More shells than this are summed up only: a soup may have millions. */
#define MOST_SHELLS 1000

static void
json_shells(const pp_report *r, pp_json *j)
{
    pp_json_count(j, "shells", r->nshell);
    pp_json_count(j, "nested_shells", r->nnested);
    pp_json_count(j, "twin_shells", r->ntwin);
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
            pp_json_string(j, "kind", shell_kind(s));
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
