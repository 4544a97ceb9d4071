/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reason.c - one line on why a step did not end well
 *
 * A tool that could not do its work says so in its last line; one that asks
 * for a look may have a summary in its document, or says it in its first line.
 * What it says may hold paths of the user: they become names.
 */
#include "chain/chain.h"

#include "base/alloc.h"
#include "base/text.h"
#include "shim/json.h"

#include <stdio.h>
#include <string.h>

#define MOST_REASON 300

/* The first or the last line that is not empty; *n its length. */
static const char *
pick_line(const char *told, bool last, size_t *n)
{
    const char *found = "";

    *n = 0;
    while (*told != '\0') {
        const size_t m = strcspn(told, "\n");

        if (m > 0) {
            found = told;
            *n = m;
            if (!last)
                break;
        }
        told += m + (told[m] != '\0');
    }
    return found;
}

/* Does a path begin here? Within a longer one it does not. */
static bool
begins(const char *text, const char *at)
{
    return at == text || strchr(" '\"=:(", at[-1]) != NULL;
}

/* Every path that begins so has a name instead (not longer than the path). */
static void
replace(char *text, const char *path, const char *name)
{
    const size_t n = path != NULL ? strlen(path) : 0, m = strlen(name);
    const size_t k = m < n ? m : n; /* of a longer name, what fits */

    if (n == 0)
        return;
    for (char *at = strstr(text, path); at != NULL; at = strstr(at, path)) {
        if (!begins(text, at)) {
            at++;
            continue;
        }
        memcpy(at, name, k);
        memmove(at + k, at + n, strlen(at + n) + 1);
        at += k;
    }
}

/* Paths of the user in a text become names, the longer ones first: one may lie
 * within another. False: no memory. */
static bool
name_paths(const pp_case *c, char *text)
{
    const pp_settings *s = &c->settings;
    const size_t m = strlen(c->out) + 2, n = 4 + s->ncaliper;
    const char **path = pp_alloc(n, sizeof *path);
    char *out = pp_alloc(m, 1);

    const bool enough = path != NULL && out != NULL;

    if (!enough)
        goto done;
    snprintf(out, m, "%s/", c->out);
    path[0] = out;
    path[1] = c->source.path;
    path[2] = c->mask.path;
    path[3] = s->printer_path;
    for (size_t i = 0; i < s->ncaliper; i++)
        path[4 + i] = s->caliper[i].file.path;
    for (size_t round = 0; round < n; round++) {
        static const char *const name[] = { "", "source", "mask", "printer",
                                            "calipers" };
        size_t next = n;

        for (size_t i = 0; i < n; i++)
            if (path[i] != NULL &&
                (next == n || strlen(path[i]) > strlen(path[next])))
                next = i;
        if (next == n)
            break;
        replace(text, path[next], name[next < 4 ? next : 4]);
        path[next] = NULL;
    }
done:
    pp_free(path);
    pp_free(out);
    return enough;
}

static char *
find_reason(const pp_case *c, const pp_case_step *s, const char *told,
            const char *summary)
{
    const size_t tool = strlen(s->tool);
    size_t n;
    const char *line;
    char *copy, *clean;

    if (s->status < 2 && summary != NULL && *summary != '\0')
        return pp_text_clean(summary, strlen(summary), MOST_REASON);
    line = pick_line(told != NULL ? told : "", s->status >= 2, &n);
    if (n > tool + 2 && strncmp(line, s->tool, tool) == 0 &&
        line[tool] == ':') {
        line += tool + 2;
        n -= tool + 2;
    }
    if (n == 0) {
        const char *said = s->status >= 2 ? "ended without a word"
                                          : "asks for a look";

        return pp_strdup(said);
    }
    copy = pp_alloc(n + 1, 1);
    if (copy == NULL)
        return NULL;
    memcpy(copy, line, n);
    copy[n] = '\0';
    clean = name_paths(c, copy)
                ? pp_text_clean(copy, strlen(copy), MOST_REASON)
                : NULL;
    pp_free(copy);
    return clean;
}

/* What a document says of why a person must look; "" when it does not. */
static void
told_by(const pp_json_document *d, const char *tool, char text[MOST_REASON])
{
    const char *said = NULL;
    double least = 0, wanted = 0, area = 0, status, own;

    text[0] = '\0';
    if (pp_json_number(d, "status", &status) && status == 1 &&
        pp_json_number(d, "own_status", &own) && own == 0)
        said = "an earlier tool asks for a look at this mesh";
    else if (strcmp(tool, "meshcheck") == 0)
        said = pp_json_text(d, "summary");
    else if (strcmp(tool, "meshmeasure") == 0)
        said = pp_json_text(d, "grey_problem");
    if (said != NULL)
        snprintf(text, MOST_REASON, "%.250s", said);
    else if (strcmp(tool, "meshshell") == 0 &&
             pp_json_number(d, "walls/min_mm", &least) &&
             pp_json_number(d, "walls/wanted_mm", &wanted) &&
             pp_json_number(d, "walls/area_below_mm2", &area) &&
             least < wanted)
        snprintf(text, MOST_REASON,
                 "walls of %.3f mm, asked %g mm (%.3g mm2 are thinner)",
                 least, wanted, area);
}

char *
pp_step_reason(const pp_case *c, const pp_case_step *s, const char *told,
               const void *document, size_t size)
{
    pp_json_document *d = NULL;
    pp_error ignored = { 0 };
    char summary[MOST_REASON] = "";
    char *reason;

    if (document != NULL &&
        pp_json_parse(document, size, &d, &ignored) == PP_OK)
        told_by(d, s->tool, summary);
    reason = find_reason(c, s, told, summary);
    pp_json_document_free(d);
    return reason;
}
