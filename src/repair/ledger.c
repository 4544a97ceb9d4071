/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ledger.c - what a repair did, told to people, to JSON and to the provenance
 */
#include "repair/repair.h"

#include "base/alloc.h"

#include <string.h>

void
pp_repair_ledger_free(pp_repair_ledger *l)
{
    pp_free(l->rung);
    pp_report_free(&l->before);
    pp_report_free(&l->after);
    memset(l, 0, sizeof *l);
}

void
pp_repair_ledger_print(const pp_repair_ledger *l, FILE *out)
{
    char text[256];

    pp_report_summary(&l->before, text, sizeof text);
    fprintf(out, "before  %s\n", text);
    for (size_t i = 0; i < l->nrung; i++)
        fprintf(out, "%-7s %s%s\n", l->rung[i].name,
                l->rung[i].kept ? "" : "undone: ", l->rung[i].detail);
    pp_report_summary(&l->after, text, sizeof text);
    fprintf(out, "after   %s\n", text);
    fprintf(out, "facets  %zu same, %zu turned, %zu removed, %zu added\n",
            l->nsame, l->nflipped, l->nremoved, l->nadded);
    fprintf(out, "moved   at most %.3g mm; volume %+.6g mm3\n",
            l->max_deviation_mm, l->volume_change_mm3);
}

void
pp_repair_ledger_json(const pp_repair_ledger *l, pp_json *j)
{
    pp_json_bool(j, "changed", l->changed);
    pp_json_array(j, "rungs");
    for (size_t i = 0; i < l->nrung; i++) {
        const pp_repair_rung *r = &l->rung[i];

        pp_json_object(j, NULL);
        pp_json_string(j, "rung", r->name);
        pp_json_bool(j, "kept", r->kept);
        pp_json_count(j, "count", r->count);
        pp_json_real(j, "volume_change_mm3", r->volume_change_mm3);
        pp_json_real(j, "max_deviation_mm", r->max_deviation_mm);
        pp_json_string(j, "detail", r->detail);
        pp_json_end(j);
    }
    pp_json_end(j);
    pp_json_object(j, "facets");
    pp_json_count(j, "same", l->nsame);
    pp_json_count(j, "turned", l->nflipped);
    pp_json_count(j, "removed", l->nremoved);
    pp_json_count(j, "added", l->nadded);
    pp_json_end(j);
    pp_json_real(j, "volume_change_mm3", l->volume_change_mm3);
    pp_json_real(j, "max_deviation_mm", l->max_deviation_mm);
    pp_json_object(j, "before");
    pp_report_json(&l->before, j);
    pp_json_end(j);
    pp_json_object(j, "after");
    pp_report_json(&l->after, j);
    pp_json_end(j);
}

void
pp_repair_ledger_summary(const pp_repair_ledger *l, char *text, size_t size)
{
    int n = snprintf(text, size, "facets_same=%zu facets_turned=%zu "
                     "facets_removed=%zu facets_added=%zu volume_mm3=%+.6g "
                     "max_deviation_mm=%.3g", l->nsame, l->nflipped,
                     l->nremoved, l->nadded, l->volume_change_mm3,
                     l->max_deviation_mm);

    for (size_t i = 0; i < l->nrung && n > 0 && (size_t)n < size; i++)
        if (l->rung[i].kept)
            n += snprintf(text + n, size - (size_t)n, " %s=%zu",
                          l->rung[i].name, l->rung[i].count);
}

pp_status
pp_repair_ledger_join(pp_repair_ledger *l, pp_repair_ledger *later,
                      pp_error *err)
{
    pp_repair_rung *grown =
        pp_realloc(l->rung, l->nrung + later->nrung, sizeof *grown);

    if (grown == NULL)
        return pp_fail_memory(err);
    if (later->nrung > 0)
        memcpy(grown + l->nrung, later->rung, later->nrung * sizeof *grown);
    l->rung = grown;
    l->nrung += later->nrung;
    l->changed = l->changed || later->changed;
    l->volume_change_mm3 += later->volume_change_mm3;
    if (l->max_deviation_mm < later->max_deviation_mm)
        l->max_deviation_mm = later->max_deviation_mm;
    l->nremoved += later->nremoved;
    l->nadded += later->nadded;
    l->nflipped += later->nflipped;
    l->nsame -= l->nsame < later->nremoved ? l->nsame : later->nremoved;
    pp_report_free(&l->after);
    l->after = later->after;
    memset(&later->after, 0, sizeof later->after);
    pp_repair_ledger_free(later);
    return PP_OK;
}
