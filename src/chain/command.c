/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * command.c - a step as words for exec, as one line, and all as a script
 *
 * All three come from the same list of arguments. In text, paths of the user
 * stand in variables that are set once, at the head of the script: the lines
 * hold none, and neither does case.json.
 */
#include "chain/plan.h"

#include "base/alloc.h"
#include "config.h"
#include "shim/sha256.h"

#include <string.h>

static const char *const variable[] = { "", "SOURCE", "MASK", "PRINTER",
                                        "CALIPERS", "OUT" };

static bool
is_plain(const char *text)
{
    static const char good[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
        "-_./=,:+%@";

    return *text != '\0' && text[strspn(text, good)] == '\0';
}

pp_status
pp_shell_quote(const char *text, pp_bytes *out, pp_error *err)
{
    if (is_plain(text))
        return pp_bytes_append(out, text, strlen(text), err);
    (void)!pp_bytes_append(out, "'", 1, err);
    while (*text != '\0' && err->status == PP_OK) {
        const size_t n = strcspn(text, "'");

        (void)!pp_bytes_append(out, text, n, err);
        text += n;
        if (*text == '\'' && err->status == PP_OK) {
            (void)!pp_bytes_append(out, "'\\''", 4, err);
            text++;
        }
    }
    return err->status == PP_OK ? pp_bytes_append(out, "'", 1, err)
                                : err->status;
}

static void
append(pp_bytes *out, const char *text, pp_error *err)
{
    if (err->status == PP_OK)
        (void)!pp_bytes_append(out, text, strlen(text), err);
}

static void
append_quoted(pp_bytes *out, const char *text, pp_error *err)
{
    if (err->status == PP_OK && text != NULL && *text != '\0')
        (void)!pp_shell_quote(text, out, err);
}

/* "$OUT", "$CALIPERS1"; nothing for PP_BASE_NONE */
static void
append_base(pp_bytes *out, pp_base base, size_t which, pp_error *err)
{
    if (base == PP_BASE_NONE || err->status != PP_OK)
        return;
    (void)!pp_bytes_printf(out, err, "\"$%s", variable[base]);
    if (base == PP_BASE_CALIPERS && err->status == PP_OK)
        (void)!pp_bytes_printf(out, err, "%zu", which + 1);
    append(out, "\"", err);
}

/* "$OUT"/3/name */
static void
append_file(pp_bytes *out, const pp_case_part *p, const char *name,
            pp_error *err)
{
    append_base(out, PP_BASE_OUT, 0, err);
    append(out, "/", err);
    append_quoted(out, p->folder, err);
    append(out, "/", err);
    append_quoted(out, name, err);
}

static void
append_words(pp_bytes *out, const pp_case_step *s, pp_error *err)
{
    for (size_t i = 0; i < s->nargument; i++) {
        const pp_argument *a = &s->argument[i];

        if (i > 0)
            append(out, " ", err);
        append_quoted(out, a->before, err);
        append_base(out, a->base, a->which, err);
        if (a->rest != NULL) {
            append(out, "/", err);
            append_quoted(out, a->rest, err);
        }
    }
}

/* The command with its input; what was only piped on is made again. */
static void
append_source(pp_bytes *out, const pp_case_part *p, size_t step, pp_error *err)
{
    const pp_case_step *s = &p->step[step];

    if (s->piped && s[-1].flow == PP_FLOW_NEXT) {
        append_source(out, p, step - 1, err);
        append(out, " | ", err);
    }
    append_words(out, s, err);
    if (s->piped && s[-1].flow == PP_FLOW_KEPT) {
        append(out, " <", err);
        append_file(out, p, s[-1].file[1], err);
    }
}

pp_status
plan_command(const pp_case_part *p, size_t step, char **text, pp_error *err)
{
    const pp_case_step *s = &p->step[step];
    pp_bytes out = { 0 };

    *text = NULL;
    append_source(&out, p, step, err);
    if (s->flow == PP_FLOW_KEPT || s->flow == PP_FLOW_FILE) {
        append(&out, " >", err);
        append_file(&out, p, s->file[1], err);
    } else {
        append(&out, " >/dev/null", err);
    }
    if (err->status == PP_OK && pp_bytes_append(&out, "", 1, err) == PP_OK) {
        *text = (char *)out.data;
        return PP_OK;
    }
    pp_bytes_free(&out);
    return err->status;
}

/* ---- for exec ---- */

static const char *
base_path(const pp_case *c, const pp_argument *a)
{
    switch (a->base) {
    case PP_BASE_SOURCE:
        return c->source.path;
    case PP_BASE_MASK:
        return c->mask.path;
    case PP_BASE_PRINTER:
        return c->settings.printer_path;
    case PP_BASE_CALIPERS:
        return c->settings.caliper[a->which].file.path;
    case PP_BASE_OUT:
        return c->out;
    default:
        return "";
    }
}

static char *
join(const pp_case *c, const pp_argument *a)
{
    const char *before = a->before != NULL ? a->before : "";
    const char *base = base_path(c, a);
    const char *rest = a->rest != NULL ? a->rest : "";
    const size_t n = strlen(before) + strlen(base) + strlen(rest) + 2;
    char *text = pp_alloc(n, 1);

    if (text != NULL)
        snprintf(text, n, "%s%s%s%s", before, base,
                 a->rest != NULL ? "/" : "", rest);
    return text;
}

void
pp_argv_free(char **argv)
{
    for (size_t i = 0; argv != NULL && argv[i] != NULL; i++)
        pp_free(argv[i]);
    pp_free(argv);
}

pp_status
pp_step_argv(const pp_case *c, const pp_case_step *s, char ***argv,
             pp_error *err)
{
    *argv = pp_alloc_zero(s->nargument + 1, sizeof **argv);
    if (*argv == NULL)
        return pp_fail_memory(err);
    for (size_t i = 0; i < s->nargument; i++) {
        (*argv)[i] = join(c, &s->argument[i]);
        if ((*argv)[i] == NULL) {
            pp_argv_free(*argv);
            *argv = NULL;
            return pp_fail_memory(err);
        }
    }
    return PP_OK;
}

/* ---- the key of a step ---- */

static void
add_line(pp_sha256_sum *sum, const char *name, const char *text)
{
    pp_sha256_add(sum, name, strlen(name));
    pp_sha256_add(sum, " ", 1);
    pp_sha256_add(sum, text, strlen(text));
    pp_sha256_add(sum, "\n", 1);
}

void
pp_step_find_key(const pp_case *c, const pp_case_part *p, size_t step,
                 char key[65])
{
    const pp_case_step *s = &p->step[step];
    pp_sha256_sum sum;

    key[0] = '\0';
    pp_sha256_start(&sum);
    add_line(&sum, "version", PACKAGE_VERSION);
    add_line(&sum, "command", s->command);
    if (s->needs_base[PP_BASE_SOURCE])
        add_line(&sum, "source", c->source.sha256);
    if (s->needs_base[PP_BASE_MASK])
        add_line(&sum, "mask", c->mask.sha256);
    if (c->settings.printer_sha256[0] != '\0' &&
        strcmp(s->tool, "meshcheck") == 0)
        add_line(&sum, "printer", c->settings.printer_sha256);
    for (size_t i = 0; i < s->nargument; i++)
        if (s->argument[i].base == PP_BASE_CALIPERS)
            add_line(&sum, "calipers",
                     c->settings.caliper[s->argument[i].which].file.sha256);
    for (size_t i = 0; i < step; i++) {
        const pp_case_step *from = &p->step[i];
        const pp_case_file *made = pp_part_file(p, from->file[1]);

        if ((s->needs >> i & 1) == 0)
            continue;
        if (from->flow == PP_FLOW_NEXT ? from->key[0] == '\0' : made == NULL)
            return;
        add_line(&sum, "mesh",
                 from->flow == PP_FLOW_NEXT ? from->key : made->sha256);
    }
    pp_sha256_end(&sum, key);
}

/* ---- the script ---- */

static void
set_variable(pp_bytes *out, const char *name, const char *path, pp_error *err)
{
    if (path == NULL)
        return;
    append(out, name, err);
    append(out, "=", err);
    append_quoted(out, path, err);
    append(out, "\n", err);
}

/* One pipe from `step` on; returns the step behind it. */
static size_t
script_pipe(pp_bytes *out, const pp_case_part *p, size_t step, pp_error *err)
{
    for (;; step++) {
        const pp_case_step *s = &p->step[step];

        append_words(out, s, err);
        if (s->flow == PP_FLOW_FILE) {
            append(out, " >", err);
            append_file(out, p, s->file[1], err);
        } else if (s->flow == PP_FLOW_KEPT) {
            append(out, " |\n    tee ", err);
            append_file(out, p, s->file[1], err);
        } else if (s->flow == PP_FLOW_NOWHERE) {
            append(out, " >/dev/null", err);
        }
        if (step + 1 == p->nstep || !p->step[step + 1].piped)
            break;
        append(out, " |\n    ", err);
    }
    append(out, "\n", err);
    return step + 1;
}

pp_status
pp_case_script(const pp_case *c, const char *path_of_tools, pp_bytes *out,
               pp_error *err)
{
    append(out, "# printprep " PACKAGE_VERSION ", case ", err);
    append(out, c->id, err);
    append(out, "\n", err);
    if (path_of_tools != NULL) {
        append(out, "PATH=", err);
        append_quoted(out, path_of_tools, err);
        append(out, ":$PATH\n", err);
    }
    set_variable(out, "SOURCE", c->source.path, err);
    set_variable(out, "MASK", c->mask.path, err);
    set_variable(out, "PRINTER", c->settings.printer_path, err);
    for (size_t i = 0; i < c->settings.ncaliper; i++) {
        char name[40];

        snprintf(name, sizeof name, "CALIPERS%zu", i + 1);
        set_variable(out, name, c->settings.caliper[i].file.path, err);
    }
    set_variable(out, "OUT", c->out, err);
    for (size_t i = 0; i < c->npart; i++) {
        const pp_case_part *p = &c->part[i];

        append(out, "mkdir -p \"$OUT\"/", err);
        append_quoted(out, p->folder, err);
        append(out, "\n", err);
        for (size_t k = 0; k < p->nstep;)
            k = script_pipe(out, p, k, err);
    }
    return err->status;
}
