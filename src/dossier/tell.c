/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tell.c - the tables of a part: which numbers, under which names
 *
 * A table is made of rows that say where in which document their numbers
 * stand. What no document says is left out, or a dash.
 */
#include "dossier/book.h"

#include <stdio.h>

#define KEY_SIZE 160
#define COUNT_OF(a) (sizeof(a) / sizeof *(a))

static const shown_as count = { 0, NULL, 1 };
static const shown_as mm3d = { 3, NULL, 1 };   /* mm, a column says so */
static const shown_as mm = { 3, "mm", 1 };
static const shown_as asked_mm = { SHOWN_EXACT, "mm", 1 };
static const shown_as mm2 = { 2, "mm\xc2\xb2", 1 };
static const shown_as mm3 = { 2, "mm\xc2\xb3", 1 };
static const shown_as percent = { 2, "%", 100 };
static const shown_as plain2 = { 2, NULL, 1 }, plain4 = { 4, NULL, 1 };

/* A quantity of one document. */
typedef struct {
    const char *name, *key;
    const shown_as *as;
} quantity;

static const char *const two_columns[] = { "quantity", "value" };

/* A table of quantities of one document; none when it says none of them. */
static table *
tell_quantities(book *b, size_t part, const document *d, const char *id,
                const char *title, const quantity *q, size_t nq)
{
    table *t = NULL;

    for (size_t n = 0; n < nq; n++) {
        const size_t f = fact_number(b, part, d, q[n].key, *q[n].as);

        if (f != NO_FACT && t == NULL)
            t = new_table(b, &b->part[part], id, title, d->name, two_columns,
                          2);
        if (t != NULL)
            row_of(b, t, q[n].name, f);
    }
    return t;
}

/* ---- the model ---- */

static void
tell_model(book *b, size_t part)
{
    static const quantity q[] = {
        { "facets", "facets", &count },
        { "pieces that do not touch", "parts", &count },
        { "volume", "volume_mm3", &mm3 },
        { "volume of the segmentation", "mask/volume_mm3", &mm3 },
        { "surface", "area_mm2", &mm2 },
        { "size right to left", "extents_mm/0", &mm },
        { "size front to back", "extents_mm/1", &mm },
        { "size bottom to top", "extents_mm/2", &mm },
        { "longest distance", "diameter_mm", &mm },
    };
    const document *d = doc_of_tool(&b->part[part], "meshmeasure");

    tell_quantities(b, part, d, "model", "The model", q, COUNT_OF(q));
}

/* ---- walls ---- */

static void
tell_thin_places(book *b, size_t part, const document *d)
{
    static const char *const head[] = { "least wall, mm", "area, mm\xc2\xb2",
                                        "x (LPS), mm", "y, mm", "z, mm" };
    static const shown_as one = { 1, NULL, 1 }, four = { 4, NULL, 1 };
    table *t = NULL;

    for (size_t n = 0; n < 10; n++) {
        char key[KEY_SIZE];
        words *row;
        size_t f;

        snprintf(key, sizeof key, "walls/thin/%zu/min_mm", n);
        f = fact_number(b, part, d, key, mm3d);
        if (f == NO_FACT)
            return;
        if (t == NULL)
            t = new_table(b, &b->part[part], "thin",
                          "Thin places, the largest ten", d->name, head,
                          COUNT_OF(head));
        row = new_row(b, t);
        if (row == NULL)
            return;
        say_fact(b, &row[0], f);
        snprintf(key, sizeof key, "walls/thin/%zu/area_mm2", n);
        say_fact(b, &row[1], fact_number(b, part, d, key, four));
        for (size_t axis = 0; axis < 3; axis++) {
            snprintf(key, sizeof key, "walls/thin/%zu/place_mm/%zu", n, axis);
            say_fact(b, &row[2 + axis], fact_number(b, part, d, key, one));
        }
    }
}

/* One of the walls of a document; thicknesses of as much as was looked for
 * may be more. */
static void
say_wall(book *b, words *w, const document *d, const char *walls,
         const quantity *q, bool thickness, size_t f)
{
    char key[KEY_SIZE], limit[KEY_SIZE];

    snprintf(key, sizeof key, "%s/%s", walls, q->key);
    snprintf(limit, sizeof limit, "%s/limit_mm", walls);
    if (thickness && f != NO_FACT &&
        doc_number(d, key) >= doc_number(d, limit))
        say(b, w, "at least ");
    say_fact(b, w, f);
}

/* As it came and as it goes. */
static void
tell_walls(book *b, size_t part)
{
    static const char *const head[] = { "quantity", "before growing",
                                        "to be printed" };
    static const quantity q[] = {
        { "least wall", "min_mm", &mm },
        { "1 % of the surface is below", "p1_mm", &mm },
        { "half of the surface is below", "median_mm", &mm },
        { "wall asked", "wanted_mm", &asked_mm },
        { "surface with less than asked", "area_below_mm2", &mm2 },
        { "thin places", "thin_regions", &count },
        { "edges too sharp to have a wall", "knife_edges", &count },
        { "nothing thicker was looked for than", "limit_mm", &asked_mm },
        { "certain lower bound", "bounds/low_mm", &mm },
        { "upper bound", "bounds/high_mm", &mm },
    };
    const size_t nthickness = 3; /* they come first */
    const document *d = walls_of(&b->part[part]);
    const document *grown = doc_that_tells(&b->part[part], "meshshell",
                                           "before");
    table *t;

    if (d == NULL)
        return;
    t = new_table(b, &b->part[part], "walls", "Walls", d->name, head, 3);
    for (size_t n = 0; n < COUNT_OF(q); n++) {
        char key[KEY_SIZE];
        size_t was, is;
        words *row;

        snprintf(key, sizeof key, "before/%s", q[n].key);
        was = fact_number(b, part, grown, key, *q[n].as);
        snprintf(key, sizeof key, "walls/%s", q[n].key);
        is = fact_number(b, part, d, key, *q[n].as);
        row = was == NO_FACT && is == NO_FACT ? NULL : new_row(b, t);
        if (row == NULL)
            continue;
        say(b, &row[0], q[n].name);
        say_wall(b, &row[1], grown, "before", &q[n], n < nthickness, was);
        say_wall(b, &row[2], d, "walls", &q[n], n < nthickness, is);
    }
    if (t != NULL && doc_number(d, "walls/wanted_mm") > 0)
        say(b, &t->note, "A wall is the largest ball that fits within at a "
            "point; what is less than asked by no more than the tool's "
            "tolerance (man meshshell) does not count as thin.");
    tell_thin_places(b, part, d);
}

static void
tell_growth(book *b, size_t part)
{
    static const quantity q[] = {
        { "surface moved outward or inward by up to", "growth/max_growth_mm",
          &mm },
        { "change elsewhere", "growth/max_change_elsewhere_mm", &mm },
        { "volume before", "growth/volume_before_mm3", &mm3 },
        { "volume after", "growth/volume_after_mm3", &mm3 },
        { "places that could not grow", "growth/refused_regions", &count },
        { "pieces before", "growth/shells_before", &count },
        { "pieces after", "growth/shells_after", &count },
    };
    const document *d = doc_that_tells(&b->part[part], "meshshell",
                                       "growth");

    tell_quantities(b, part, d, "growth", "What growing the walls changed", q,
                    COUNT_OF(q));
}

/* ---- defects ---- */

static void
tell_defects(book *b, size_t part)
{
    static const char *const head[] = { "defect", "as extracted",
                                        "after repair", "to be printed" };
    static const struct {
        const char *tool, *under;
    } at[] = { { "mask2stl", "verified/" }, { "meshfix", "after/" },
               { "meshcheck", "" } };
    static const quantity q[] = {
        { "open edges (holes)", "defects/open_edges/count", &count },
        { "non-manifold edges", "defects/nonmanifold_edges/count", &count },
        { "non-manifold vertices", "defects/nonmanifold_vertices/count",
          &count },
        { "facets turned over", "defects/flipped_facets/count", &count },
        { "pieces inside out", "defects/inverted_shells/count", &count },
        { "facets there twice", "defects/duplicate_facets/count", &count },
        { "facets without area", "defects/degenerate_facets/count", &count },
        { "crossing pairs of facets", "defects/crossings/count", &count },
    };
    table *t;

    if (doc_of_tool(&b->part[part], "meshcheck") == NULL &&
        doc_of_tool(&b->part[part], "mask2stl") == NULL)
        return;
    t = new_table(b, &b->part[part], "defects", "Defects of the mesh", NULL,
                  head, 4);
    for (size_t n = 0; n < COUNT_OF(q); n++) {
        words *row = new_row(b, t);

        if (row == NULL)
            return;
        say(b, &row[0], q[n].name);
        for (size_t c = 0; c < COUNT_OF(at); c++) {
            char key[KEY_SIZE];

            snprintf(key, sizeof key, "%s%s", at[c].under, q[n].key);
            say_fact(b, &row[1 + c],
                     fact_number(b, part,
                                 c < 2 ? doc_of_first(&b->part[part],
                                                      at[c].tool)
                                       : doc_of_tool(&b->part[part],
                                                     at[c].tool),
                                 key, *q[n].as));
        }
    }
}

/* ---- the budget of the editing error ---- */

#define BUDGET_LIMIT 40

static bool
tell_budget_row(book *b, size_t part, const document *d, table *t,
                const char *at)
{
    static const struct {
        const char *key;
        shown_as as;
    } column[] = { { "mean_mm", { 4, NULL, 1 } },
                   { "abs_mean_mm", { 4, NULL, 1 } },
                   { "p95_mm", { 4, NULL, 1 } },
                   { "hausdorff_mm", { 4, NULL, 1 } },
                   { "volume_change_mm3", { 3, NULL, 1 } } };
    char key[KEY_SIZE];
    words *row;
    size_t f;

    snprintf(key, sizeof key, "%s/step", at);
    f = fact_text(b, part, d, key);
    row = f == NO_FACT ? NULL : new_row(b, t);
    if (row == NULL)
        return false;
    say_fact(b, &row[0], f);
    for (size_t c = 0; c < COUNT_OF(column); c++) {
        snprintf(key, sizeof key, "%s/%s", at, column[c].key);
        say_fact(b, &row[1 + c],
                 fact_number(b, part, d, key, column[c].as));
    }
    return true;
}

static void
tell_budget(book *b, size_t part)
{
    static const char *const head[] = {
        "step", "mean, mm", "mean size, mm", "95 % below, mm", "largest, mm",
        "volume, mm\xc2\xb3"
    };
    const document *d = doc_of_tool(&b->part[part], "meshmeasure");
    table *t;

    if (d == NULL || pp_json_length_at(d->json, "budget") == 0)
        return;
    t = new_table(b, &b->part[part], "budget",
                  "What each step of the editing changed", d->name, head,
                  COUNT_OF(head));
    for (size_t n = 0; n < BUDGET_LIMIT && t != NULL; n++) {
        char at[KEY_SIZE];

        snprintf(at, sizeof at, "budget/%zu", n);
        if (!tell_budget_row(b, part, d, t, at))
            break;
    }
    if (t != NULL)
        tell_budget_row(b, part, d, t, "budget_total/0");
    if (t != NULL)
        say(b, &t->note, "Distances between the surface before and after a "
            "step; outward is positive. The first step is the way from voxels "
            "to a surface, the last row is all steps between meshes "
            "together.");
}

/* ---- against the segmentation and the scan ---- */

static void
tell_mask(book *b, size_t part)
{
    static const char *const head[] = { "distance, mm",
                                        "from the model to the segmentation",
                                        "and back" };
    static const quantity way[] = {
        { "mean (outward positive)", "mean_mm", &mm3d },
        { "mean size", "abs_mean_mm", &mm3d },
        { "95 % below", "p95_mm", &mm3d },
        { "99 % below", "p99_mm", &mm3d },
        { "largest", "max_mm", &mm3d },
    };
    static const quantity q[] = {
        { "volume of the model minus the segmentation's",
          "mask/volume_difference_mm3", &mm3 },
        { "voxels of the segmentation", "mask/voxels_mask", &count },
        { "voxels that the model adds", "mask/voxels_added", &count },
        { "voxels that it loses", "mask/voxels_lost", &count },
        { "Dice coefficient", "mask/dice", &plain4 },
        { "distance that 95 % keep to, both ways", "mask/hd95_mm", &mm },
    };
    const document *d = doc_of_tool(&b->part[part], "meshmeasure");
    table *t;

    if (d == NULL || pp_json_length_at(d->json, "mask/mesh_to_mask") == 0)
        return;
    t = new_table(b, &b->part[part], "mask", "Against the segmentation",
                  d->name, head, 3);
    for (size_t n = 0; n < COUNT_OF(way); n++) {
        static const char *const from[] = { "mask/mesh_to_mask",
                                            "mask/mask_to_mesh" };
        words *row = new_row(b, t);

        if (row == NULL)
            return;
        say(b, &row[0], way[n].name);
        for (size_t c = 0; c < 2; c++) {
            char key[KEY_SIZE];

            snprintf(key, sizeof key, "%s/%s", from[c], way[n].key);
            say_fact(b, &row[1 + c],
                     fact_number(b, part, d, key, *way[n].as));
        }
    }
    tell_quantities(b, part, d, "voxels", "The same in voxels", q,
                    COUNT_OF(q));
}

static void
tell_scan(book *b, size_t part)
{
    static const quantity q[] = {
        { "mean distance (bias)", "grey/bias_mm", &mm },
        { "its uncertainty", "grey/mean_uncertainty_mm", &mm },
        { "coverage factor of that", "grey/coverage_factor", &count },
        { "95 % of the surface is nearer than",
          "grey/mesh_to_half_maximum/p95_mm", &mm },
        { "largest", "grey/mesh_to_half_maximum/max_mm", &mm },
        { "surface with an edge in the scan", "grey/supported_share",
          &percent },
        { "surface at the border of the scan", "grey/border_share",
          &percent },
        { "blur of the scan (sigma)", "grey/blur_sigma_mm", &mm },
        { "tolerance", "tolerance_mm", &asked_mm },
    };
    const document *d = doc_of_tool(&b->part[part], "meshmeasure");
    table *t = tell_quantities(b, part, d, "scan",
                               "Against the edges of the scan", q,
                               COUNT_OF(q));

    if (t != NULL)
        say(b, &t->note, "The edge lies where the grey value is half way "
            "between inside and outside (half maximum); outward is "
            "positive.");
}

static bool
tell_caliper(book *b, size_t part, const document *d, table *t, size_t n)
{
    static const char *const column[] = { "given_mm", "mesh_mm", "grey_mm",
                                          "grey_uncertainty_mm" };
    char key[KEY_SIZE];
    words *row = new_row(b, t);

    if (row == NULL)
        return false;
    snprintf(key, sizeof key, "calipers/%zu/name", n);
    say_fact(b, &row[0], fact_text(b, part, d, key));
    for (size_t c = 0; c < COUNT_OF(column); c++) {
        snprintf(key, sizeof key, "calipers/%zu/%s", n, column[c]);
        say_fact(b, &row[1 + c], fact_number(b, part, d, key, mm3d));
    }
    return true;
}

static void
tell_calipers(book *b, size_t part)
{
    static const char *const head[] = { "caliper", "given, mm", "mesh, mm",
                                        "scan, mm", "\xc2\xb1 mm" };
    const document *d = doc_of_tool(&b->part[part], "meshmeasure");
    const size_t n = d != NULL ? pp_json_length_at(d->json, "calipers") : 0;
    table *t = n == 0 ? NULL
                      : new_table(b, &b->part[part], "calipers",
                                  "Calipers: mesh against scan", d->name,
                                  head, COUNT_OF(head));

    for (size_t k = 0; k < n && k < 1000 && t != NULL; k++)
        if (!tell_caliper(b, part, d, t, k))
            break;
    if (t != NULL)
        say(b, &t->note, "Given: between the two points as they were put. "
            "Scan: between the edges of the grey image, with its "
            "uncertainty.");
}

/* ---- forecasts ---- */

static void
tell_forecast(book *b, size_t part, const document *d, const char *id,
              const char *title)
{
    static const quantity q[] = {
        { "scale of the print", "forecast/scale", &plain2 },
        { "size right to left", "forecast/size_mm/0", &mm },
        { "size front to back", "forecast/size_mm/1", &mm },
        { "size bottom to top", "forecast/size_mm/2", &mm },
        { "least wall of the printer", "forecast/thin_walls/limit_mm", &asked_mm },
        { "places thinner than that", "forecast/thin_walls/places", &count },
        { "thinnest of them", "forecast/thin_walls/min_mm", &mm },
        { "their surface", "forecast/thin_walls/area_mm2", &mm2 },
        { "least gap of the printer", "forecast/narrow_gaps/limit_mm", &asked_mm },
        { "places narrower than that", "forecast/narrow_gaps/places",
          &count },
        { "least hole of the printer", "forecast/narrow_holes/limit_mm",
          &mm },
        { "holes narrower than that", "forecast/narrow_holes/places",
          &count },
        { "trapped volumes", "forecast/trapped_volumes", &count },
        { "small loose pieces", "forecast/small_parts", &count },
        { "surface that overhangs", "forecast/overhang_mm2", &mm2 },
        { "places that begin in the air", "forecast/islands", &count },
    };
    table *t;

    if (d == NULL || pp_json_text(d->json, "forecast/printer") == NULL)
        return;
    t = new_table(b, &b->part[part], id, title, d->name, two_columns, 2);
    row_of(b, t, "printer", fact_text(b, part, d, "forecast/printer"));
    row_of(b, t, "printable, says the forecast",
           fact_flag(b, part, d, "forecast/printable"));
    row_of(b, t, "fits in the build volume",
           fact_flag(b, part, d, "forecast/fits"));
    for (size_t n = 0; n < COUNT_OF(q); n++)
        row_of(b, t, q[n].name,
               fact_number(b, part, d, q[n].key, *q[n].as));
}

/* ---- files and steps ---- */

static void
tell_files(book *b, size_t part)
{
    static const char *const head[] = { "file", "bytes", "state",
                                        "SHA-256" };
    static const char *const state[] = { "as recorded", "ALTERED",
                                         "MISSING" };
    const case_part *p = &b->part[part];
    table *t = p->nfile == 0 ? NULL
                             : new_table(b, &b->part[part], "files", "Files",
                                         "case.json", head, 4);

    for (size_t n = 0; n < p->nfile && t != NULL; n++) {
        words *row = new_row(b, t);
        char key[KEY_SIZE];

        if (row == NULL)
            return;
        snprintf(key, sizeof key, "parts/%zu/files/%zu/name", part, n);
        say_fact(b, &row[0], fact_text(b, part, &b->own, key));
        snprintf(key, sizeof key, "parts/%zu/files/%zu/bytes", part, n);
        say_fact(b, &row[1], fact_number(b, part, &b->own, key, count));
        say(b, &row[2], state[p->file[n].state]);
        snprintf(key, sizeof key, "parts/%zu/files/%zu/sha256", part, n);
        say_fact(b, &row[3], fact_text(b, part, &b->own, key));
    }
}

static void
tell_steps(book *b, size_t part)
{
    static const char *const head[] = { "tool", "status", "reason",
                                        "command" };
    const case_part *p = &b->part[part];
    table *t = p->nstep == 0 ? NULL
                             : new_table(b, &b->part[part], "steps",
                                         "What was done", "case.json", head,
                                         4);

    for (size_t n = 0; n < p->nstep && t != NULL; n++) {
        words *row = new_row(b, t);
        char key[KEY_SIZE];

        if (row == NULL)
            return;
        snprintf(key, sizeof key, "parts/%zu/steps/%zu/tool", part, n);
        say_fact(b, &row[0], fact_text(b, part, &b->own, key));
        snprintf(key, sizeof key, "parts/%zu/steps/%zu/status", part, n);
        say_fact(b, &row[1], fact_number(b, part, &b->own, key, count));
        snprintf(key, sizeof key, "parts/%zu/steps/%zu/reason", part, n);
        say_fact(b, &row[2], fact_text(b, part, &b->own, key));
        snprintf(key, sizeof key, "parts/%zu/steps/%zu/command", part, n);
        say_fact(b, &row[3], fact_text(b, part, &b->own, key));
    }
}

void
book_tell(book *b, size_t part)
{
    tell_model(b, part);
    tell_walls(b, part);
    tell_growth(b, part);
    tell_defects(b, part);
    tell_budget(b, part);
    tell_mask(b, part);
    tell_scan(b, part);
    tell_calipers(b, part);
    tell_forecast(b, part, forecast_of(&b->part[part], false), "forecast",
                  "Forecast of the print");
    tell_forecast(b, part, forecast_of(&b->part[part], true), "test-print",
                  "Forecast of a test print at reduced scale");
    tell_files(b, part);
    tell_steps(b, part);
}
