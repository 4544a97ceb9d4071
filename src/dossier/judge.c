/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * judge.c - the checklist of the print-ready workflow, and the warnings
 *
 * A check passes only when a document says so. Without that it is "not
 * checked"; when there are numbers but nothing to hold them against, or a tool
 * could not tell, it is "indeterminate".
 */
#include "dossier/book.h"

#include <math.h>
#include <stdio.h>

#define KEY_SIZE 160

static const shown_as count = { 0, NULL, 1 };
static const shown_as mm = { 3, "mm", 1 };
static const shown_as asked_mm = { SHOWN_EXACT, "mm", 1 };
static const shown_as mm2 = { 2, "mm\xc2\xb2", 1 };

/* Words, a number of a document, words: the number may not be there. */
static void
say_number(book *b, words *w, const char *before, size_t f)
{
    if (f == NO_FACT)
        return;
    say(b, w, before);
    say_fact(b, w, f);
}

static bool
is_there(const document *d, const char *key)
{
    return isfinite(doc_number(d, key));
}

/* ---- exported ---- */

static void
judge_export(book *b, size_t n)
{
    const case_part *p = &b->part[n];
    check *c = new_check(b, &b->part[n], "exported", "Exported");
    size_t nmodel = 0, nbad = 0;

    if (c == NULL)
        return;
    for (size_t k = 0; k < p->nfile; k++) {
        char key[KEY_SIZE];

        if (strncmp(p->file[k].name, "model.", 6) != 0)
            continue;
        nmodel++;
        nbad += p->file[k].state != FILE_SAME;
        snprintf(key, sizeof key, "parts/%zu/files/%zu/name", n, k);
        say(b, &c->said, nmodel > 1 ? ", " : "");
        say_fact(b, &c->said, fact_text(b, n, &b->own, key));
        if (p->file[k].state != FILE_SAME)
            say(b, &c->said, p->file[k].state == FILE_MISSING
                                 ? " (missing)" : " (altered)");
    }
    c->m = nmodel > 0 && nbad == 0 ? MARK_PASS : MARK_FAIL;
    if (nmodel == 0)
        say(b, &c->said, "No file of the model was left.");
    else
        say(b, &c->said, nbad == 0 ? ": each file's hash is as recorded"
                                   : ": not as recorded");
    c->anchor = p->nfile > 0 ? "files" : NULL;
}

/* ---- validated ---- */

/* Is the status of a step only what an earlier one left in the file? */
static bool
is_inherited(const document *d)
{
    return d != NULL && d->json != NULL && doc_number(d, "status") == 1 &&
           doc_number(d, "own_status") == 0;
}

/* The worst of all documents of meshcheck. */
static void
judge_validation(book *b, size_t n)
{
    const case_part *p = &b->part[n];
    check *c = new_check(b, &b->part[n], "validated", "Validated");
    size_t nclean = 0, nseen = 0;

    for (size_t k = 0; k < p->nstep && c != NULL; k++) {
        const document *d = doc_named(p, p->step[k].document);

        if (p->step[k].tool == NULL ||
            strcmp(p->step[k].tool, "meshcheck") != 0)
            continue;
        say(b, &c->said, nseen++ > 0 ? "; " : "");
        say_name(b, &c->said, p->step[k].document != NULL
                                  ? p->step[k].document : "meshcheck");
        say(b, &c->said, ": ");
        if (doc_flag(d, "clean", false) &&
            (doc_number(d, "status") == 0 || is_inherited(d)))
            nclean++;
        if (d != NULL && d->json != NULL)
            say_fact(b, &c->said, fact_text(b, n, d, "summary"));
        else
            say(b, &c->said, "could not be read");
    }
    if (c == NULL)
        return;
    c->anchor = nseen > 0 ? "defects" : NULL;
    if (nseen == 0)
        say(b, &c->said, "No document of meshcheck.");
    else
        c->m = nclean == nseen ? MARK_PASS : MARK_FAIL;
}

/* ---- repaired ---- */

typedef struct {
    const char *id, *title;
    const char *key[2]; /* counts that must be 0 */
    const char *looked; /* a flag that must be true, or NULL */
} cure;

static void
judge_cure(book *b, size_t n, const cure *what)
{
    const case_part *p = &b->part[n];
    const document *before = doc_of_tool(p, "mask2stl");
    const document *after = doc_of_tool(p, "meshcheck");
    check *c = new_check(b, &b->part[n], what->id, what->title);
    bool known = after != NULL, none = true;

    if (c == NULL)
        return;
    for (size_t k = 0; k < 2 && what->key[k] != NULL; k++) {
        char under[KEY_SIZE];
        const size_t f = fact_number(b, n, after, what->key[k], count);

        known = known && f != NO_FACT;
        none = none && doc_number(after, what->key[k]) == 0;
        say(b, &c->said, k > 0 && f != NO_FACT ? ", " : "");
        say(b, &c->said, f == NO_FACT ? ""
                         : what->key[1] == NULL ? "left: "
                         : k == 0 ? "edges left: " : "vertices left: ");
        if (f != NO_FACT)
            say_fact(b, &c->said, f);
        snprintf(under, sizeof under, "verified/%s", what->key[k]);
        say_number(b, &c->said, "; as extracted: ",
                   fact_number(b, n, before, under, count));
    }
    if (what->looked != NULL && !doc_flag(after, what->looked, false)) {
        known = false;
        say(b, &c->said, "; not looked for");
    }
    if (after == NULL)
        say(b, &c->said, "No document of meshcheck.");
    c->m = !known ? MARK_UNSEEN : none ? MARK_PASS : MARK_FAIL;
    c->anchor = after != NULL ? "defects" : NULL;
}

/* ---- walls ---- */

static void
judge_walls(book *b, size_t n)
{
    const document *d = walls_of(&b->part[n]);
    const double wanted = doc_number(d, "walls/wanted_mm");
    check *c = new_check(b, &b->part[n], "walls", "Minimum wall");

    if (c == NULL)
        return;
    if (!is_there(d, "walls/min_mm")) {
        say(b, &c->said, "No wall was measured.");
        return;
    }
    c->anchor = "walls";
    say(b, &c->said, "least ");
    say_fact(b, &c->said, fact_number(b, n, d, "walls/min_mm", mm));
    if (!(wanted > 0)) {
        c->m = MARK_UNSURE;
        say(b, &c->said, "; none was asked");
        return;
    }
    say_number(b, &c->said, ", asked ",
               fact_number(b, n, d, "walls/wanted_mm", asked_mm));
    say_number(b, &c->said, ", thinner: ",
               fact_number(b, n, d, "walls/area_below_mm2", mm2));
    if (doc_number(d, "walls/area_below_mm2") == 0 &&
        doc_number(d, "walls/thin_regions") == 0)
        c->m = MARK_PASS;
    else
        c->m = is_there(d, "walls/area_below_mm2") ? MARK_FAIL : MARK_UNSURE;
}

/* ---- against the scan ---- */

static mark
mark_of_verdict(const char *verdict)
{
    return strcmp(verdict, "PASS") == 0   ? MARK_PASS
           : strcmp(verdict, "FAIL") == 0 ? MARK_FAIL
                                          : MARK_UNSURE;
}

static void
judge_scan(book *b, size_t n)
{
    const document *d = doc_of_tool(&b->part[n], "meshmeasure");
    check *c = new_check(b, &b->part[n], "scan",
                         "Cross-referenced with the DICOM scan");
    const char *verdict;

    if (c == NULL)
        return;
    if (!is_there(d, "grey/samples")) {
        say(b, &c->said, "Not compared with the grey values of the scan.");
        return;
    }
    c->anchor = "scan";
    say_number(b, &c->said, "mean distance ",
               fact_number(b, n, d, "grey/bias_mm", mm));
    say_number(b, &c->said, " \xc2\xb1 ",
               fact_number(b, n, d, "grey/mean_uncertainty_mm", mm));
    say_number(b, &c->said, ", largest ",
               fact_number(b, n, d, "grey/mesh_to_half_maximum/max_mm", mm));
    verdict = pp_json_text(d->json, "verdict");
    if (verdict == NULL) {
        c->m = MARK_UNSURE;
        say(b, &c->said, "; no tolerance was given to hold this against");
        return;
    }
    c->m = mark_of_verdict(verdict);
    say_number(b, &c->said, "; tolerance ",
               fact_number(b, n, d, "tolerance_mm", asked_mm));
    say_number(b, &c->said, ": ", fact_text(b, n, d, "reason"));
}

/* ---- forecasts ---- */

static void
judge_forecast(book *b, size_t n, bool reduced)
{
    const document *d = forecast_of(&b->part[n], reduced);
    check *c = reduced ? new_check(b, &b->part[n], "test-print",
                                   "Test print at reduced scale")
                       : new_check(b, &b->part[n], "forecast",
                                   "Forecast of the print");

    if (c == NULL)
        return;
    if (d == NULL) {
        say(b, &c->said, "No forecast was asked for.");
        return;
    }
    c->anchor = reduced ? "test-print" : "forecast";
    c->aside = strcmp(d->name, "test-meshcheck.json") == 0;
    say_number(b, &c->said, "printer ",
               fact_text(b, n, d, "forecast/printer"));
    say_number(b, &c->said, ", scale ",
               fact_number(b, n, d, "forecast/scale",
                           (shown_as){ 2, NULL, 1 }));
    say_number(b, &c->said, "; thin places: ",
               fact_number(b, n, d, "forecast/thin_walls/places", count));
    say_number(b, &c->said, ", narrow gaps: ",
               fact_number(b, n, d, "forecast/narrow_gaps/places", count));
    say_number(b, &c->said, ", narrow holes: ",
               fact_number(b, n, d, "forecast/narrow_holes/places", count));
    say_number(b, &c->said, ", trapped volumes: ",
               fact_number(b, n, d, "forecast/trapped_volumes", count));
    say_number(b, &c->said, ", small loose pieces: ",
               fact_number(b, n, d, "forecast/small_parts", count));
    if (!doc_flag(d, "forecast/measured", false))
        c->m = MARK_UNSURE;
    else
        c->m = doc_flag(d, "forecast/printable", false) ? MARK_PASS
                                                        : MARK_FAIL;
}

/* ---- warnings, worst first ---- */

static void
warn_of_evidence(book *b, size_t n)
{
    const case_part *p = &b->part[n];

    for (size_t k = 0; k < p->ndoc; k++)
        if (p->doc[k].json == NULL) {
            words *w = new_warning(b, &b->part[n]);

            if (w == NULL)
                return;
            say(b, w, "Evidence is missing: ");
            say_name(b, w, p->doc[k].name);
            say(b, w, ": ");
            say_name(b, w, p->doc[k].trouble);
        }
    for (size_t k = 0; k < p->nfile; k++)
        if (p->file[k].state != FILE_SAME) {
            words *w = new_warning(b, &b->part[n]);

            if (w == NULL)
                return;
            say(b, w, p->file[k].state == FILE_MISSING
                          ? "A file is missing: "
                          : "A file is not what was made: ");
            say_name(b, w, p->file[k].name);
        }
}

/* Did another step find something itself? Then that has a warning, and those
 * after it need none. */
static bool
has_origin(const case_part *p)
{
    for (size_t k = 0; k < p->nstep; k++)
        if (p->step[k].status > 0 &&
            !is_inherited(doc_named(p, p->step[k].document)))
            return true;
    return false;
}

static void
warn_of_step(book *b, size_t n, const case_step *s)
{
    const document *d = doc_named(&b->part[n], s->document);
    words *w = is_inherited(d) && has_origin(&b->part[n])
                   ? NULL : new_warning(b, &b->part[n]);
    char key[KEY_SIZE];
    size_t f;

    if (w == NULL)
        return;
    say_name(b, w, s->tool != NULL ? s->tool : "a step");
    if (s->document != NULL) {
        say(b, w, " (");
        say_name(b, w, s->document);
        say(b, w, ")");
    }
    say(b, w, s->status == 1 ? " wants a person to look: "
                             : " could not do its work: ");
    snprintf(key, sizeof key, "parts/%zu/steps/%zu/reason", n, s->index);
    f = fact_text(b, n, &b->own, key);
    if (f == NO_FACT)
        f = fact_text(b, n, d, "reason");
    if (f == NO_FACT)
        f = fact_text(b, n, d, "summary");
    if (f == NO_FACT)
        say(b, w, "it left no reason");
    else
        say_fact(b, w, f);
}

static void
warn_of_checks(book *b, size_t n, mark m)
{
    const case_part *p = &b->part[n];

    for (size_t k = 0; k < p->ncheck; k++)
        if (p->check[k].m == m) {
            words *w = new_warning(b, &b->part[n]);

            if (w == NULL)
                return;
            say(b, w, p->check[k].title);
            say(b, w, m == MARK_FAIL ? " \xe2\x80\x93 fails: "
                                     : " \xe2\x80\x93 indeterminate: ");
            say(b, w, words_are_empty(&p->check[k].said)
                          ? "" : (const char *)p->check[k].said.text.data);
        }
}

/* What the scan cannot show, no wall can be sure of. */
static void
warn_of_voxels(book *b, size_t n)
{
    const document *walls = walls_of(&b->part[n]);
    const document *mask = doc_of_tool(&b->part[n], "mask2stl");
    const double wanted = doc_number(walls, "walls/wanted_mm");
    char key[KEY_SIZE];
    double most = 0;
    words *w;

    for (int axis = 0; axis < 3; axis++) {
        char one[KEY_SIZE];

        snprintf(one, sizeof one, "mask/voxel_mm/%d", axis);
        if (doc_number(mask, one) > most) {
            most = doc_number(mask, one);
            memcpy(key, one, sizeof key);
        }
    }
    if (!(wanted > 0 && wanted < 2 * most))
        return;
    w = new_warning(b, &b->part[n]);
    if (w == NULL)
        return;
    say(b, w, "Walls of ");
    say_fact(b, w, fact_number(b, n, walls, "walls/wanted_mm", asked_mm));
    say(b, w, " are thinner than two voxels of this scan (");
    say_fact(b, w, fact_number(b, n, mask, key, mm));
    say(b, w, "): walls that thin are not certain in the source.");
}

static mark
worst_of(const case_part *p)
{
    mark worst = MARK_PASS;

    for (size_t k = 0; k < p->ncheck; k++)
        if (!p->check[k].aside && p->check[k].m < worst)
            worst = p->check[k].m;
    if (p->status > 0 && worst > MARK_UNSURE)
        worst = MARK_UNSURE;
    if (p->status > 1)
        worst = MARK_FAIL;
    for (size_t k = 0; k < p->ndoc; k++)
        worst = p->doc[k].json == NULL ? MARK_FAIL : worst;
    for (size_t k = 0; k < p->nfile; k++)
        worst = p->file[k].state != FILE_SAME ? MARK_FAIL : worst;
    return worst;
}

void
book_judge(book *b, size_t n)
{
    static const cure cures[] = {
        { "manifold", "Non-manifold places repaired",
          { "defects/nonmanifold_edges/count",
            "defects/nonmanifold_vertices/count" }, NULL },
        { "holes", "Holes repaired", { "defects/open_edges/count", NULL },
          NULL },
        { "crossings", "Self-intersections repaired",
          { "defects/crossings/count", NULL }, "crossings_checked" },
    };
    case_part *p = &b->part[n];

    judge_export(b, n);
    judge_validation(b, n);
    for (size_t k = 0; k < sizeof cures / sizeof *cures; k++)
        judge_cure(b, n, &cures[k]);
    judge_walls(b, n);
    judge_scan(b, n);
    judge_forecast(b, n, false);
    judge_forecast(b, n, true);

    for (size_t k = 0; k < p->nstep; k++)
        if (p->step[k].status == 2)
            warn_of_step(b, n, &p->step[k]);
    warn_of_evidence(b, n);
    for (size_t k = 0; k < p->nstep; k++)
        if (p->step[k].status == 1)
            warn_of_step(b, n, &p->step[k]);
    warn_of_checks(b, n, MARK_FAIL);
    warn_of_checks(b, n, MARK_UNSURE);
    warn_of_voxels(b, n);
    p->worst = worst_of(p);
}
