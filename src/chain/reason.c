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

/* Every occurrence of a path becomes a name, in place (it is not longer). */
static void
replace(char *text, const char *path, const char *name)
{
    const size_t n = path != NULL ? strlen(path) : 0, m = strlen(name);

    if (n == 0 || strcmp(path, "/") == 0)
        return;
    for (char *at = strstr(text, path); at != NULL; at = strstr(at, path)) {
        /* of a name longer than its path, what fits */
        const size_t k = m < n ? m : n;

        memcpy(at, name, k);
        memmove(at + k, at + n, strlen(at + n) + 1);
        at += k;
    }
}

static char *
find_reason(const pp_case *c, const pp_case_step *s, const char *told,
            const char *summary)
{
    const size_t tool = strlen(s->tool);
    char out[4096];
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
    snprintf(out, sizeof out, "%s/", c->out);
    replace(copy, out, "");
    replace(copy, c->source.path, "source");
    replace(copy, c->mask.path, "mask");
    replace(copy, c->settings.printer_path, "printer");
    clean = pp_text_clean(copy, strlen(copy), MOST_REASON);
    pp_free(copy);
    return clean;
}

char *
pp_step_reason(const pp_case *c, const pp_case_step *s, const char *told,
               const void *document, size_t size)
{
    pp_json_document *d = NULL;
    pp_error ignored = { 0 };
    const char *summary = NULL;
    char *reason;

    if (document != NULL && strcmp(s->tool, "meshcheck") == 0 &&
        pp_json_parse(document, size, &d, &ignored) == PP_OK)
        summary = pp_json_text(d, "summary");
    reason = find_reason(c, s, told, summary);
    pp_json_document_free(d);
    return reason;
}
