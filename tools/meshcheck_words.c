/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * meshcheck_words.c - what was found, for people and for programs
 */
#include "meshcheck.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Colours for a person at a terminal who has not said no (no-color.org). */
static bool
in_colour(FILE *out)
{
    const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

    return (no == NULL || *no == '\0') && isatty(fileno(out)) &&
           (term == NULL || strcmp(term, "dumb") != 0);
}

static void
tell_line(const mck_job *w, FILE *out)
{
    char summary[400];

    pp_report_summary(&w->report, summary, sizeof summary);
    cli_print_text(out, w->path);
    fputs(": ", out);
    pp_tone_print(cli_status(w->verdict) == CLI_GOOD ? PP_ROW_VERDICT_GOOD
                                                     : PP_ROW_VERDICT_BAD,
                  in_colour(out), summary, out);
    fprintf(out, "%s\n", cli_is_upstream(w->verdict)
                             ? ", but an earlier tool left something" : "");
}

/* The other things that a person may want to look at. */
static void
tell_more(const mck_job *w, pp_table *t)
{
    char summary[400];

    if (w->has_before)
        pp_table_row(t, PP_ROW_PLAIN, "since before",
                     "volume %+.3f mm3, area %+.3f mm2",
                     w->report.volume_mm3 - w->before.volume_mm3,
                     w->report.area_mm2 - w->before.area_mm2);
    if (w->has_welded) {
        pp_report_summary(&w->welded, summary, sizeof summary);
        pp_table_row(t, PP_ROW_LOOK, "coincident", "%zu vertices lie on "
                     "others; joined: %s", w->nwelded, summary);
    }
    if (w->suspected_unit != NULL)
        pp_table_row(t, PP_ROW_LOOK, "unit", "these may not be millimetres "
                     "but %s", w->suspected_unit);
    if (cli_is_upstream(w->verdict))
        pp_table_row(t, PP_ROW_BAD, "provenance",
                     "an earlier tool left something to look at");
}

void
mck_tell(const mck_job *w)
{
    FILE *out = asked.pass ? stderr : stdout;
    pp_table table = { 0 };

    if (asked.many) {
        tell_line(w, out);
        return;
    }
    pp_report_tell(&w->report, w->required, &table);
    if (asked.printer_name != NULL)
        pp_forecast_tell(&asked.printer, &w->forecast, &table);
    if (!asked.skip_crossings)
        pp_shape_tell(&w->shape, &table);
    tell_more(w, &table);
    pp_table_print(&table, in_colour(out), out);
}

static void
json_requirements(pp_json *j, const char *key, unsigned set)
{
    const pp_requirement *table = pp_requirement_table();

    pp_json_array(j, key);
    for (int i = 0; table[i].name != NULL; i++)
        if (set >> i & 1)
            pp_json_string(j, NULL, table[i].name);
    pp_json_end(j);
}

void
mck_json(const mck_job *w, pp_json *j)
{
    char summary[400];

    if (asked.many && w->prov.ninput > 0) /* the last one is this file */
        pp_json_string(j, "sha256",
                       w->prov.input[w->prov.ninput - 1].sha256);
    pp_report_json(&w->report, j);
    if (!asked.skip_crossings)
        pp_shape_json(&w->shape, asked.weld_max_mm, j);
    if (asked.printer_name != NULL)
        pp_forecast_json(&asked.printer, &w->forecast, j);
    if (w->has_welded) {
        pp_report_summary(&w->welded, summary, sizeof summary);
        pp_json_object(j, "joined_by_coordinates");
        pp_json_count(j, "vertices", w->nwelded);
        pp_json_string(j, "summary", summary);
        pp_json_bool(j, "clean", pp_report_ndefect(&w->welded) == 0);
        pp_json_end(j);
    }
    if (w->has_before) {
        pp_json_object(j, "since_before");
        pp_json_real(j, "volume_mm3",
                     w->report.volume_mm3 - w->before.volume_mm3);
        pp_json_real(j, "area_mm2", w->report.area_mm2 - w->before.area_mm2);
        pp_json_end(j);
    }
    if (w->suspected_unit != NULL)
        pp_json_string(j, "suspected_unit", w->suspected_unit);
    else
        pp_json_null(j, "suspected_unit");
    json_requirements(j, "required", w->required);
    json_requirements(j, "failed", w->failed);
    cli_verdict_json(w->verdict, j);
}
