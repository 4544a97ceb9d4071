/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * summary.c - the numbers of a chain of runs in one table
 *
 * A row is a quantity, a column a run. Rows that no run speaks of are left
 * out, and so a row needs no knowledge of the tools but their keys.
 */
#include "measure/summary.h"

#include "base/alloc.h"
#include "shim/json.h"

#include <stdarg.h>
#include <string.h>

#define COLUMN 13
#define FIRST_COLUMN 26

/* Where the last word of a tool about its mesh may stand, best first. */
static const char *const place[] = { "", "after/", "result/", "mesh/",
                                     "verified/", "check/" };

#define NPLACE (sizeof place / sizeof *place)

typedef struct {
    const char *name;
    const char *key[3]; /* the first that is there */
    int decimals;       /* -1: a count */
} quantity;

static const quantity row[] = {
    { "facets", { "facets" }, -1 },
    { "shells", { "shells", "parts" }, -1 },
    { "volume, mm3", { "volume_mm3" }, 2 },
    { "volume change, mm3", { "volume_change_mm3" }, 3 },
    { "area, mm2", { "area_mm2" }, 2 },
    { "open edges", { "defects/open_edges/count" }, -1 },
    { "non-manifold edges", { "defects/nonmanifold_edges/count" }, -1 },
    { "non-manifold vertices", { "defects/nonmanifold_vertices/count" }, -1 },
    { "flipped facets", { "defects/flipped_facets/count" }, -1 },
    { "inverted shells", { "defects/inverted_shells/count" }, -1 },
    { "duplicate facets", { "defects/duplicate_facets/count" }, -1 },
    { "degenerate facets", { "defects/degenerate_facets/count" }, -1 },
    { "crossing pairs", { "defects/crossings/count" }, -1 },
    { "voxels changed", { "voxels_changed" }, -1 },
    { "least wall, mm", { "walls/min_mm" }, 3 },
    { "thinner than asked, mm2", { "walls/area_below_mm2" }, 2 },
    { "largest change, mm",
      { "max_deviation_mm", "largest_move_mm", "growth/max_growth_mm" }, 4 },
    { "to mask: mean, mm", { "mask/mesh_to_mask/mean_mm" }, 4 },
    { "to mask: p95, mm", { "mask/mesh_to_mask/p95_mm" }, 4 },
    { "to mask: largest, mm", { "mask/mesh_to_mask/max_mm" }, 4 },
    { "from mask: p95, mm", { "mask/mask_to_mesh/p95_mm" }, 4 },
    { "from mask: largest, mm", { "mask/mask_to_mesh/max_mm" }, 4 },
    { "volume - mask's, mm3", { "mask/volume_difference_mm3" }, 2 },
    { "Dice", { "mask/dice" }, 6 },
};

#define NROW (sizeof row / sizeof *row)
#define NKEY (sizeof row->key / sizeof *row->key)

pp_status
pp_summary_add(pp_summary *s, const void *data, size_t size, pp_error *err)
{
    pp_json_document *d;
    double version, status;

    if (pp_json_parse(data, size, &d, err) != PP_OK)
        return err->status;
    if (!pp_json_number(d, "printprep_json", &version) || version != 1)
        pp_fail(err, PP_EFORMAT, "no document of this family: "
                "printprep_json is not 1");
    else if (pp_json_text(d, "tool") == NULL)
        pp_fail(err, PP_EFORMAT, "the document names no tool");
    else if (!pp_json_number(d, "status", &status) ||
             !(status == 0 || status == 1 || status == 2))
        pp_fail(err, PP_EFORMAT, "the document's status is not 0, 1 or 2");
    else if (pp_grow(&s->document, &s->capacity, s->ndocument + 1,
                     sizeof(pp_json_document *), err) == PP_OK) {
        s->document[s->ndocument++] = d;
        return PP_OK;
    }
    pp_json_document_free(d);
    return err->status;
}

void
pp_summary_free(pp_summary *s)
{
    for (size_t i = 0; i < s->ndocument; i++)
        pp_json_document_free(s->document[i]);
    pp_free(s->document);
    memset(s, 0, sizeof *s);
}

static int
status_of(const pp_json_document *d)
{
    double status = 2;

    (void)pp_json_number(d, "status", &status);
    return (int)status;
}

int
pp_summary_status(const pp_summary *s)
{
    int worst = 0;

    for (size_t i = 0; i < s->ndocument; i++)
        if (status_of(s->document[i]) > worst)
            worst = status_of(s->document[i]);
    return worst;
}

/* ---- the table ---- */

static bool
find_number(const pp_json_document *d, const quantity *q, double *value)
{
    for (size_t p = 0; p < NPLACE; p++)
        for (size_t k = 0; k < NKEY && q->key[k] != NULL; k++) {
            char path[96];

            snprintf(path, sizeof path, "%s%s", place[p], q->key[k]);
            if (pp_json_number(d, path, value))
                return true;
        }
    return false;
}

/* One cell: a space, then the text to the right; what is too long is cut. */
static void PP_PRINTF(2, 3)
cell(FILE *out, const char *format, ...)
{
    char text[COLUMN];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    for (char *c = text; *c != '\0'; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            *c = '?'; /* a document must not steer a terminal */
    fprintf(out, " %*s", COLUMN - 1, text);
}

static void
print_row(const pp_summary *s, const quantity *q, FILE *out)
{
    double value;
    bool any = false;

    for (size_t i = 0; i < s->ndocument && !any; i++)
        any = find_number(s->document[i], q, &value);
    if (!any)
        return;
    fprintf(out, "%-*s", FIRST_COLUMN, q->name);
    for (size_t i = 0; i < s->ndocument; i++)
        if (!find_number(s->document[i], q, &value))
            cell(out, "-");
        else
            cell(out, "%.*f", q->decimals < 0 ? 0 : q->decimals, value);
    fputc('\n', out);
}

static void
print_line(const char *text, FILE *out)
{
    for (; *text != '\0'; text++)
        fputc((unsigned char)*text < 0x20 || *text == 0x7f ? '?' : *text,
              out);
}

/* What a tool says in words, where it says it. */
static void
print_words(const pp_json_document *d, FILE *out)
{
    static const char *const verdict[] = { "good", "LOOK", "TROUBLE" };
    const char *words = NULL;

    for (size_t p = 0; p < NPLACE && words == NULL; p++) {
        char path[96];

        snprintf(path, sizeof path, "%ssummary", place[p]);
        words = pp_json_text(d, path);
    }
    print_line(pp_json_text(d, "tool"), out);
    fprintf(out, ": %s%s", verdict[status_of(d)], words != NULL ? ": " : "");
    if (words != NULL)
        print_line(words, out);
    fputc('\n', out);
}

void
pp_summary_print(const pp_summary *s, FILE *out)
{
    fprintf(out, "%-*s", FIRST_COLUMN, "");
    for (size_t i = 0; i < s->ndocument; i++)
        cell(out, "%s", pp_json_text(s->document[i], "tool"));
    fprintf(out, "\n%-*s", FIRST_COLUMN, "status");
    for (size_t i = 0; i < s->ndocument; i++)
        cell(out, "%d", status_of(s->document[i]));
    fputc('\n', out);
    for (size_t r = 0; r < NROW; r++)
        print_row(s, &row[r], out);
    fputc('\n', out);
    for (size_t i = 0; i < s->ndocument; i++)
        print_words(s->document[i], out);
}
