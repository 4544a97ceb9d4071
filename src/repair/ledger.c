/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ledger.c - what a repair did, told to people, to JSON and to the provenance
 */
#include "repair/climb.h"

#include "base/alloc.h"

#include <string.h>

/* Lines for people: so many places, so many parts that are no more. */
#define MOST_PLACES_TOLD 3
#define MOST_LOSSES_TOLD 20

void
pp_repair_ledger_free(pp_repair_ledger *l)
{
    pp_free(l->rung);
    pp_free(l->loss);
    pp_report_free(&l->before);
    pp_report_free(&l->after);
    pp_mesh_free(&l->invented);
    pp_mesh_free(&l->dropped);
    memset(l, 0, sizeof *l);
}

size_t
pp_repair_nleft(const pp_repair_ledger *l)
{
    const size_t n = pp_count_defects(&l->after, ~0u);

    return n > l->nkept_open ? n - l->nkept_open : 0;
}

/* ---- while it is written ---- */

static void
note_places(const pp_places *p, pp_repair_rung *rung)
{
    for (int d = 0; p != NULL && d < PP_NDEFECT; d++) {
        const pp_finding *f = &p->report->defect[d];

        for (size_t i = 0; (p->which & PP_BIT(d)) && i < f->nwitness &&
                           rung->nplace < PP_RUNG_PLACES; i++)
            if (d != PP_DEFECT_OPEN_EDGE ||
                !pp_facet_at_seam(p->mesh, p->seam, f->witness[i].a))
                rung->place[rung->nplace++] = f->witness[i].place;
    }
}

pp_status
pp_ledger_add(pp_repair_ledger *l, const char *name, const pp_cure *c,
              bool kept, double volume_change, const pp_places *places,
              pp_error *err)
{
    pp_repair_rung *grown =
        pp_realloc(l->rung, l->nrung + 1, sizeof *l->rung);
    pp_repair_rung *rung;

    if (grown == NULL)
        return pp_fail_memory(err);
    l->rung = grown;
    rung = &grown[l->nrung++];
    memset(rung, 0, sizeof *rung);
    rung->name = name;
    rung->kept = kept;
    rung->count = c->count;
    rung->volume_change_mm3 = volume_change;
    rung->max_deviation_mm = c->moved_mm;
    memcpy(rung->detail, c->detail, sizeof c->detail);
    note_places(places, rung);
    return PP_OK;
}

pp_status
pp_ledger_take(pp_repair_ledger *l, pp_cure *c, pp_error *err)
{
    if (pp_mesh_append(&l->invented, &c->invented, err) == PP_OK)
        (void)!pp_mesh_append(&l->dropped, &c->dropped, err);
    return err->status;
}

void
pp_ledger_reset(pp_repair_ledger *l)
{
    const pp_report before = l->before;

    memset(&l->before, 0, sizeof l->before);
    pp_repair_ledger_free(l);
    l->before = before;
}

void
pp_ledger_undo(pp_repair_ledger *l, size_t first)
{
    for (size_t i = first; i < l->nrung; i++)
        l->rung[i].kept = false;
}

pp_status
pp_repair_ledger_join(pp_repair_ledger *l, pp_repair_ledger *later,
                      pp_error *err)
{
    pp_repair_rung *rung =
        pp_realloc(l->rung, l->nrung + later->nrung, sizeof *rung);
    pp_repair_loss *loss;

    if (rung == NULL)
        return pp_fail_memory(err);
    l->rung = rung;
    loss = pp_realloc(l->loss, l->nloss + later->nloss, sizeof *loss);
    if (loss == NULL)
        return pp_fail_memory(err);
    l->loss = loss;
    if (later->nrung > 0)
        memcpy(rung + l->nrung, later->rung, later->nrung * sizeof *rung);
    if (later->nloss > 0)
        memcpy(loss + l->nloss, later->loss, later->nloss * sizeof *loss);
    l->nrung += later->nrung;
    l->nloss += later->nloss;
    l->changed = l->changed || later->changed;
    l->volume_change_mm3 += later->volume_change_mm3;
    l->max_deviation_mm += later->max_deviation_mm; /* at the worst */
    l->changed_within_mm =
        fmax(l->changed_within_mm, later->changed_within_mm);
    l->nremoved += later->nremoved;
    l->nadded += later->nadded;
    l->nflipped += later->nflipped;
    l->nsame -= l->nsame < later->nremoved ? l->nsame : later->nremoved;
    l->nopening = later->nopening;
    l->nkept_open = later->nkept_open;
    if (later->refused[0] != '\0')
        memcpy(l->refused, later->refused, sizeof l->refused);
    pp_report_free(&l->after);
    l->after = later->after;
    memset(&later->after, 0, sizeof later->after);
    pp_repair_ledger_free(later);
    return PP_OK;
}

void
pp_repair_ledger_count(pp_repair_ledger *sum, const pp_repair_ledger *l)
{
    sum->changed = sum->changed || l->changed;
    sum->nsame += l->nsame;
    sum->nflipped += l->nflipped;
    sum->nremoved += l->nremoved;
    sum->nadded += l->nadded;
    sum->nloss += l->nloss;
    sum->nopening += l->nopening;
    sum->volume_change_mm3 += l->volume_change_mm3;
    sum->max_deviation_mm = fmax(sum->max_deviation_mm, l->max_deviation_mm);
}

/* ---- when it is read ---- */

static void
print_rung(const pp_repair_rung *r, FILE *out)
{
    fprintf(out, "%-8s%s%s", r->name, r->kept ? "" : "undone: ", r->detail);
    for (size_t i = 0; i < r->nplace && i < MOST_PLACES_TOLD; i++)
        fprintf(out, "%s%.6g,%.6g,%.6g", i == 0 ? "; at " : " ",
                r->place[i].x, r->place[i].y, r->place[i].z);
    fputs(r->nplace > MOST_PLACES_TOLD ? " ...\n" : "\n", out);
}

void
pp_repair_ledger_print(const pp_repair_ledger *l, FILE *out)
{
    char text[256];

    pp_report_summary(&l->before, text, sizeof text);
    fprintf(out, "before  %s\n", text);
    for (size_t i = 0; i < l->nrung; i++)
        print_rung(&l->rung[i], out);
    for (size_t i = 0; i < l->nloss && i < MOST_LOSSES_TOLD; i++) {
        const pp_repair_loss *x = &l->loss[i];

        fprintf(out, "gone    %s: %zu facets, %.4g mm2, %.4g mm3 at "
                "%.6g,%.6g,%.6g\n", x->why, x->nfacet, x->area_mm2,
                x->volume_mm3, x->place.x, x->place.y, x->place.z);
    }
    if (l->nloss > MOST_LOSSES_TOLD)
        fprintf(out, "gone    %zu more\n", l->nloss - MOST_LOSSES_TOLD);
    pp_report_summary(&l->after, text, sizeof text);
    fprintf(out, "after   %s\n", text);
    if (l->nopening > 0)
        fprintf(out, "open    %zu openings of %zu edges, as asked\n",
                l->nopening, l->nkept_open);
    fprintf(out, "facets  %zu same, %zu turned, %zu removed, %zu added\n",
            l->nsame, l->nflipped, l->nremoved, l->nadded);
    fprintf(out, "moved   at most %.3g mm; volume %+.6g mm3; changes within "
            "%.4g mm of a defect\n", l->max_deviation_mm,
            l->volume_change_mm3, l->changed_within_mm);
    if (l->refused[0] != '\0')
        fprintf(out, "undone  all of it: %s\n", l->refused);
}

static void
json_rung(const pp_repair_rung *r, pp_json *j)
{
    pp_json_object(j, NULL);
    pp_json_string(j, "rung", r->name);
    pp_json_bool(j, "kept", r->kept);
    pp_json_count(j, "count", r->count);
    pp_json_real(j, "volume_change_mm3", r->volume_change_mm3);
    pp_json_real(j, "max_deviation_mm", r->max_deviation_mm);
    pp_json_string(j, "detail", r->detail);
    pp_json_array(j, "places_mm");
    for (size_t i = 0; i < r->nplace; i++)
        pp_json_point(j, NULL, r->place[i]);
    pp_json_end(j);
    pp_json_end(j);
}

static void
json_losses(const pp_repair_ledger *l, pp_json *j)
{
    pp_json_array(j, "gone");
    for (size_t i = 0; i < l->nloss; i++) {
        const pp_repair_loss *x = &l->loss[i];

        pp_json_object(j, NULL);
        pp_json_string(j, "why", x->why);
        pp_json_count(j, "facets", x->nfacet);
        pp_json_real(j, "area_mm2", x->area_mm2);
        pp_json_real(j, "volume_mm3", x->volume_mm3);
        pp_json_point(j, "place_mm", x->place);
        pp_json_end(j);
    }
    pp_json_end(j);
}

void
pp_repair_ledger_json(const pp_repair_ledger *l, pp_json *j)
{
    pp_json_bool(j, "changed", l->changed);
    pp_json_array(j, "rungs");
    for (size_t i = 0; i < l->nrung; i++)
        json_rung(&l->rung[i], j);
    pp_json_end(j);
    json_losses(l, j);
    pp_json_object(j, "facets");
    pp_json_count(j, "same", l->nsame);
    pp_json_count(j, "turned", l->nflipped);
    pp_json_count(j, "removed", l->nremoved);
    pp_json_count(j, "added", l->nadded);
    pp_json_end(j);
    pp_json_count(j, "openings_kept", l->nopening);
    pp_json_real(j, "volume_change_mm3", l->volume_change_mm3);
    pp_json_real(j, "max_deviation_mm", l->max_deviation_mm);
    pp_json_real(j, "changed_within_mm", l->changed_within_mm);
    if (l->refused[0] != '\0')
        pp_json_string(j, "refused", l->refused);
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
                     "max_deviation_mm=%.3g parts_gone=%zu openings_kept=%zu",
                     l->nsame, l->nflipped, l->nremoved, l->nadded,
                     l->volume_change_mm3, l->max_deviation_mm, l->nloss,
                     l->nopening);

    for (size_t i = 0; i < l->nrung && n > 0 && (size_t)n < size; i++)
        if (l->rung[i].kept)
            n += snprintf(text + n, size - (size_t)n, " %s=%zu",
                          l->rung[i].name, l->rung[i].count);
}
