/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * table.c - many finished cases, one line per part
 *
 * A column is a row of a list: its header, and where in which document its
 * number stands. Of the documents those are read that case.json names as made;
 * what an earlier run left is not taken for a result of this one.
 */
#include "chain/table.h"

#include "base/alloc.h"
#include "base/file.h"
#include "base/text.h"
#include "shim/json.h"

#include <stdio.h>
#include <string.h>

enum { CHECK, SHELL, MEASURE, THICKNESS, DEVIATION, NDOCUMENT };

static const char *const document_name[NDOCUMENT] = {
    "4-meshcheck.json", "3-meshshell.json", "5-meshmeasure.json",
    "thickness.json", "deviation.json",
};

#define REASON_SIZE sizeof(((pp_error *)0)->message)
#define TEXT (-1)  /* decimals of a column of words */
#define PLACES 2

typedef struct {
    const char *header;
    int decimals;
    struct {
        int document;
        const char *path; /* NULL: no such place */
    } place[PLACES];      /* the first that is there */
} column;

static const column value_column[] = {
    { "mesh", TEXT, { { CHECK, "summary" } } },
    { "facets", 0, { { CHECK, "facets" } } },
    { "volume_mm3", 3, { { CHECK, "volume_mm3" } } },
    { "wall_asked_mm", 3,
      { { THICKNESS, "walls/wanted_mm" }, { SHELL, "walls/wanted_mm" } } },
    { "wall_min_mm", 3,
      { { THICKNESS, "walls/min_mm" }, { SHELL, "walls/min_mm" } } },
    { "wall_low_mm", 3,
      { { THICKNESS, "walls/bounds/low_mm" },
        { SHELL, "walls/bounds/low_mm" } } },
    { "wall_high_mm", 3,
      { { THICKNESS, "walls/bounds/high_mm" },
        { SHELL, "walls/bounds/high_mm" } } },
    { "wall_p1_mm", 3,
      { { THICKNESS, "walls/p1_mm" }, { SHELL, "walls/p1_mm" } } },
    { "wall_median_mm", 3,
      { { THICKNESS, "walls/median_mm" }, { SHELL, "walls/median_mm" } } },
    { "thin_mm2", 3,
      { { THICKNESS, "walls/area_below_mm2" },
        { SHELL, "walls/area_below_mm2" } } },
    { "grown_mm", 4, { { SHELL, "growth/max_growth_mm" } } },
    { "budget_mean_mm", 4, { { DEVIATION, "budget_total/0/mean_mm" } } },
    { "budget_p95_mm", 4, { { DEVIATION, "budget_total/0/p95_mm" } } },
    { "budget_max_mm", 4, { { DEVIATION, "budget_total/0/hausdorff_mm" } } },
    { "mask_mean_mm", 4,
      { { DEVIATION, "mask/mesh_to_mask/mean_mm" },
        { MEASURE, "mask/mesh_to_mask/mean_mm" } } },
    { "mask_p95_mm", 4,
      { { DEVIATION, "mask/mesh_to_mask/p95_mm" },
        { MEASURE, "mask/mesh_to_mask/p95_mm" } } },
    { "mask_max_mm", 4,
      { { DEVIATION, "mask/mesh_to_mask/max_mm" },
        { MEASURE, "mask/mesh_to_mask/max_mm" } } },
    { "mask_volume_mm3", 3,
      { { DEVIATION, "mask/volume_difference_mm3" },
        { MEASURE, "mask/volume_difference_mm3" } } },
    { "dice", 6, { { DEVIATION, "mask/dice" }, { MEASURE, "mask/dice" } } },
    { "grey_mean_mm", 4,
      { { DEVIATION, "grey/mesh_to_half_maximum/mean_mm" } } },
    { "grey_p95_mm", 4,
      { { DEVIATION, "grey/mesh_to_half_maximum/p95_mm" } } },
};

static const char *const first_header[] = { "case", "part", "label", "name",
                                            "status", "verdict" };
static const char times_header[] = "case\tpart\tcpu_s\twall_s\tmemory_mb\n";

#define NVALUE (sizeof value_column / sizeof *value_column)
#define NFIRST (sizeof first_header / sizeof *first_header)

const char *
pp_table_header(size_t n)
{
    if (n < NFIRST)
        return first_header[n];
    if (n - NFIRST < NVALUE)
        return value_column[n - NFIRST].header;
    return n == NFIRST + NVALUE ? "reason" : NULL;
}

pp_status
pp_table_start(pp_table *t, pp_error *err)
{
    for (size_t n = 0; pp_table_header(n) != NULL; n++)
        if (pp_bytes_printf(&t->parts, err, "%s%s", n > 0 ? "\t" : "",
                            pp_table_header(n)) != PP_OK)
            return err->status;
    if (pp_bytes_append(&t->parts, "\n", 1, err) != PP_OK)
        return err->status;
    return pp_bytes_append(&t->times, times_header, sizeof times_header - 1,
                           err);
}

void
pp_table_free(pp_table *t)
{
    pp_bytes_free(&t->parts);
    pp_bytes_free(&t->times);
    memset(t, 0, sizeof *t);
}

/* ---- cells ---- */

/* A tab and a word; tabs and line ends in it become visible. */
static pp_status
put_text(pp_bytes *to, const char *text, pp_error *err)
{
    char *clean;
    pp_status status;

    if (text == NULL || *text == '\0')
        return pp_bytes_append(to, "\t-", 2, err);
    clean = pp_text_escape(text, strlen(text), 500);
    if (clean == NULL)
        return pp_fail_memory(err);
    status = pp_bytes_printf(to, err, "\t%s", clean);
    pp_free(clean);
    return status;
}

static pp_status
put_number(pp_bytes *to, bool known, double value, int decimals,
           pp_error *err)
{
    if (!known)
        return pp_bytes_append(to, "\t-", 2, err);
    /* no "-0.000": the same number, another byte */
    if (value < 0 && value > -0.5e-6)
        value = 0;
    return pp_bytes_printf(to, err, "\t%.*f", decimals, value);
}

static const char *
verdict_of(int status)
{
    static const char *const word[] = { "good", "look", "failed" };

    return word[status];
}

/* The start of a line: to the verdict. label < 0: none. */
static pp_status
put_first(pp_table *t, const char *name, const char *part, double label,
          const char *label_name, int status, pp_error *err)
{
    char *clean = pp_text_escape(name, strlen(name), 500);

    if (clean == NULL)
        return pp_fail_memory(err);
    if (pp_bytes_append(&t->parts, clean, strlen(clean), err) == PP_OK &&
        put_text(&t->parts, part, err) == PP_OK &&
        put_number(&t->parts, label >= 0, label, 0, err) == PP_OK &&
        put_text(&t->parts, label_name, err) == PP_OK)
        (void)!pp_bytes_printf(&t->parts, err, "\t%d\t%s", status,
                               verdict_of(status));
    pp_free(clean);
    return err->status;
}

static pp_status
put_end(pp_table *t, const char *reason, pp_error *err)
{
    if (put_text(&t->parts, reason, err) == PP_OK)
        (void)!pp_bytes_append(&t->parts, "\n", 1, err);
    return err->status;
}

/* A case of which no part can be told. */
static pp_status
put_bare(pp_table *t, const char *name, int status, const char *reason,
         pp_error *err)
{
    if (put_first(t, name, NULL, -1, NULL, status, err) != PP_OK)
        return err->status;
    for (size_t n = 0; n < NVALUE; n++)
        if (put_text(&t->parts, NULL, err) != PP_OK)
            return err->status;
    return put_end(t, reason, err);
}

/* ---- documents ---- */

/* Reads folder/part/name (part: or NULL). NULL when there is none that can be
 * read: told[] says why. */
static pp_json_document *
read_document(const char *folder, const char *part, const char *name,
              char told[REASON_SIZE])
{
    const size_t n = strlen(folder) + strlen(name) + 3 +
                     (part != NULL ? strlen(part) : 0);
    char *path = pp_alloc(n, 1);
    pp_json_document *d = NULL;
    pp_bytes bytes = { 0 };
    pp_error err = { 0 };

    if (path == NULL) {
        (void)!pp_fail_memory(&err);
        goto done;
    }
    snprintf(path, n, "%s/%s%s%s", folder, part != NULL ? part : "",
             part != NULL ? "/" : "", name);
    if (pp_file_read(path, 0, &bytes, &err) == PP_OK)
        (void)!pp_json_parse(bytes.data, bytes.size, &d, &err);
done:
    snprintf(told, REASON_SIZE, "%s", err.message);
    pp_bytes_free(&bytes);
    pp_free(path);
    return d;
}

#define PATH_SIZE 96 /* of a path of ours with two numbers in it */

static const char *
part_path(char path[PATH_SIZE], size_t part, const char *key)
{
    snprintf(path, PATH_SIZE, "parts/%zu/%s", part, key);
    return path;
}

static const char *
step_path(char path[PATH_SIZE], size_t part, size_t step, const char *key)
{
    snprintf(path, PATH_SIZE, "parts/%zu/steps/%zu/%s", part, step, key);
    return path;
}

static const char *
part_text(const pp_json_document *d, size_t part, const char *key)
{
    char path[PATH_SIZE];

    return pp_json_text(d, part_path(path, part, key));
}

static bool
part_number(const pp_json_document *d, size_t part, const char *key,
            double *value)
{
    char path[PATH_SIZE];

    return pp_json_number(d, part_path(path, part, key), value);
}

/* Status 2 for what is none, or not finished. */
static int
status_of(bool known, double value)
{
    return known && (value == 0 || value == 1) ? (int)value : 2;
}

/* The documents that the part's steps made, and the reason of its worst. */
static const char *
read_part(const char *folder, const pp_json_document *c, size_t part,
          pp_json_document *document[NDOCUMENT])
{
    const char *reason = NULL, *name;
    int worst = 0;
    char path[PATH_SIZE], told[REASON_SIZE];

    for (size_t s = 0;
         (name = pp_json_text(c, step_path(path, part, s, "document"))) !=
         NULL;
         s++) {
        double value;
        const bool known =
            pp_json_number(c, step_path(path, part, s, "status"), &value);
        const int status = status_of(known, value);

        if (status > worst) {
            worst = status;
            reason = pp_json_text(c, step_path(path, part, s, "reason"));
        }
        for (int d = 0; d < NDOCUMENT; d++)
            if (strcmp(name, document_name[d]) == 0 && document[d] == NULL)
                document[d] = read_document(
                    folder, part_text(c, part, "folder"), name, told);
    }
    return reason;
}

static pp_status
put_values(pp_table *t, pp_json_document *const document[NDOCUMENT],
           pp_error *err)
{
    for (size_t n = 0; n < NVALUE && err->status == PP_OK; n++) {
        const column *v = &value_column[n];
        const char *text = NULL;
        double value = 0;
        bool known = false;

        for (int p = 0; p < PLACES && !known; p++) {
            const pp_json_document *d = document[v->place[p].document];

            if (v->place[p].path == NULL || d == NULL)
                continue;
            if (v->decimals == TEXT)
                known = (text = pp_json_text(d, v->place[p].path)) != NULL;
            else
                known = pp_json_number(d, v->place[p].path, &value);
        }
        if (v->decimals == TEXT)
            (void)!put_text(&t->parts, text, err);
        else
            (void)!put_number(&t->parts, known, value, v->decimals, err);
    }
    return err->status;
}

static pp_status
put_part(pp_table *t, const char *folder, const char *name,
         const pp_json_document *c, size_t part, int *worst, pp_error *err)
{
    pp_json_document *document[NDOCUMENT] = { NULL };
    const char *reason = read_part(folder, c, part, document);
    double label, status;
    const bool known = part_number(c, part, "status", &status);

    if (!known && reason == NULL)
        reason = "not finished";
    if (!part_number(c, part, "label", &label))
        label = -1;
    if (status_of(known, status) > *worst)
        *worst = status_of(known, status);
    if (put_first(t, name, part_text(c, part, "folder"), label,
                  part_text(c, part, "name"), status_of(known, status),
                  err) == PP_OK &&
        put_values(t, document, err) == PP_OK)
        (void)!put_end(t, reason, err);
    for (int d = 0; d < NDOCUMENT; d++)
        pp_json_document_free(document[d]);
    t->npart++;
    return err->status;
}

/* A folder's name that leads nowhere else. */
static bool
is_plain(const char *name)
{
    return name != NULL && *name != '\0' && strchr(name, '/') == NULL &&
           strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

/* *status becomes the worst of it and its parts'. */
static pp_status
put_parts(pp_table *t, const char *folder, const char *name,
          const pp_json_document *c, int *status, pp_error *err)
{
    size_t n = 0;

    while (is_plain(part_text(c, n, "folder"))) {
        if (put_part(t, folder, name, c, n++, status, err) != PP_OK)
            return err->status;
    }
    if (part_text(c, n, "folder") != NULL) {
        *status = 2;
        return put_bare(t, name, 2, "a part's folder has no plain name", err);
    }
    if (n == 0) {
        const char *reason = pp_json_text(c, "reason");

        return put_bare(t, name, *status,
                        reason != NULL ? reason : "no parts", err);
    }
    return PP_OK;
}

/* ---- times ---- */

static pp_status
put_cost(pp_table *t, const char *name, const char *part, const double *cpu,
         const double *wall, const double *bytes, pp_error *err)
{
    char *clean = pp_text_escape(name, strlen(name), 500);

    if (clean == NULL)
        return pp_fail_memory(err);
    if (pp_bytes_append(&t->times, clean, strlen(clean), err) == PP_OK &&
        put_text(&t->times, part, err) == PP_OK &&
        put_number(&t->times, cpu != NULL, cpu != NULL ? *cpu : 0, 3, err) ==
            PP_OK &&
        put_number(&t->times, wall != NULL, wall != NULL ? *wall : 0, 3,
                   err) == PP_OK &&
        put_number(&t->times, bytes != NULL,
                   bytes != NULL ? *bytes / 1048576 : 0, 1, err) == PP_OK)
        (void)!pp_bytes_append(&t->times, "\n", 1, err);
    pp_free(clean);
    return err->status;
}

static pp_status
put_times(pp_table *t, const char *folder, const char *name, pp_error *err)
{
    char told[REASON_SIZE];
    pp_json_document *c = read_document(folder, NULL, "cost.json", told);
    double cpu, wall, bytes;

    if (c == NULL)
        return put_cost(t, name, NULL, NULL, NULL, NULL, err);
    for (size_t n = 0; part_text(c, n, "folder") != NULL &&
                       err->status == PP_OK; n++) {
        const bool has_cpu = part_number(c, n, "cpu_s", &cpu);
        const bool has_wall = part_number(c, n, "wall_s", &wall);
        const bool has_bytes = part_number(c, n, "peak_bytes", &bytes);

        (void)!put_cost(t, name, part_text(c, n, "folder"),
                        has_cpu ? &cpu : NULL, has_wall ? &wall : NULL,
                        has_bytes ? &bytes : NULL, err);
    }
    pp_json_document_free(c);
    return err->status;
}

/* ---- cases ---- */

/* The last line of the log beside the folder, or what there is to say. */
static void
find_reason(const char *folder, char reason[REASON_SIZE])
{
    const size_t n = strlen(folder) + 5;
    char *path = pp_alloc(n, 1);
    pp_bytes bytes = { 0 };
    pp_error none = { 0 };

    if (path == NULL)
        return;
    snprintf(path, n, "%s.log", folder);
    if (pp_file_read(path, 1 << 20, &bytes, &none) == PP_OK) {
        size_t end = bytes.size, start;

        while (end > 0 && bytes.data[end - 1] == '\n')
            end--;
        for (start = end; start > 0 && bytes.data[start - 1] != '\n'; start--)
            ;
        if (end > start)
            snprintf(reason, REASON_SIZE, "%.*s", (int)(end - start),
                     (const char *)bytes.data + start);
    }
    pp_bytes_free(&bytes);
    pp_free(path);
}

pp_status
pp_table_add(pp_table *t, const char *folder, pp_error *err)
{
    char told[REASON_SIZE];
    char *path = pp_strdup(folder);
    pp_json_document *c;
    const char *name;
    double value = 2;
    int status = 2;

    if (path == NULL)
        return pp_fail_memory(err);
    for (size_t n = strlen(path); n > 1 && path[n - 1] == '/'; n--)
        path[n - 1] = '\0';
    name = strrchr(path, '/') != NULL ? strrchr(path, '/') + 1 : path;
    c = read_document(path, NULL, "case.json", told);
    if (c == NULL) {
        char reason[REASON_SIZE + 16];

        snprintf(reason, sizeof reason, "case.json: %s", told);
        find_reason(path, reason);
        (void)!put_bare(t, name, 2, reason, err);
    } else {
        const bool known = pp_json_number(c, "status", &value);

        status = status_of(known, value);
        (void)!put_parts(t, path, name, c, &status, err);
    }
    if (err->status == PP_OK)
        (void)!put_times(t, path, name, err);
    t->ncase++;
    t->nlook += status == 1;
    t->nfailed += status == 2;
    pp_json_document_free(c);
    pp_free(path);
    return err->status;
}
