/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * provenance.c - where a mesh came from and who changed it, as data
 *
 * Whatever comes from a file is cleaned when it comes in and once more when it
 * goes out (provenance_text.c), since other rooms fill the fields too.
 */
#include "mesh/provenance_text.h"

#include "base/alloc.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

#define VALUE_LIMIT ((size_t)64 << 10)

static void
free_strings(char **list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        pp_free(list[i]);
    pp_free(list);
}

void
pp_provenance_free(pp_provenance *p)
{
    pp_free(p->unit);
    pp_free(p->frame);
    pp_free(p->side);
    pp_free(p->label_name);
    for (size_t i = 0; i < p->ninput; i++) {
        pp_free(p->input[i].role);
        pp_free(p->input[i].detail);
    }
    pp_free(p->input);
    for (size_t i = 0; i < p->nstep; i++) {
        pp_free(p->step[i].tool);
        pp_free(p->step[i].version);
        pp_free(p->step[i].options);
        pp_free(p->step[i].changes);
    }
    pp_free(p->step);
    free_strings(p->comment, p->ncomment);
    memset(p, 0, sizeof *p);
}

/* ---- strings ---- */

/* Replaces *field by a clean copy; NULL text stays NULL. */
pp_status
pp_prov_set(char **field, const char *text, pp_error *err)
{
    char *copy = NULL;

    if (text != NULL) {
        copy = pp_text_clean(text, strlen(text), VALUE_LIMIT);
        if (copy == NULL)
            return pp_fail_memory(err);
    }
    pp_free(*field);
    *field = copy;
    return PP_OK;
}

/* Appends a continuation, which keeps its leading blank. */
pp_status
pp_prov_append(char **field, const char *text, pp_error *err)
{
    const size_t n = *field != NULL ? strlen(*field) : 0;
    const size_t room = VALUE_LIMIT - (n < VALUE_LIMIT ? n : VALUE_LIMIT);
    const bool blank = text[0] == ' ';
    char *rest = pp_text_clean(text, strlen(text), VALUE_LIMIT);
    char *joined = NULL;
    size_t m;

    if (rest == NULL)
        return pp_fail_memory(err);
    m = strlen(rest);
    if (m + 1 < room && (joined = pp_realloc(*field, n + m + 2, 1)) != NULL) {
        snprintf(joined + n, m + 2, "%s%s", blank ? " " : "", rest);
        *field = joined;
    }
    pp_free(rest);
    return joined != NULL || m + 1 >= room ? PP_OK : pp_fail_memory(err);
}

/* ---- lists ---- */

/* Room for one more in a list whose capacity is the next power of two. */
static pp_status
push(void *items, size_t n, size_t size, pp_error *err)
{
    void *old, *grown;

    if (n > 0 && (n & (n - 1)) != 0)
        return PP_OK;
    memcpy(&old, items, sizeof old);
    grown = pp_realloc(old, n > 0 ? 2 * n : 1, size);
    if (grown == NULL)
        return pp_fail_memory(err);
    memcpy(items, &grown, sizeof grown);
    return PP_OK;
}

static bool
is_sha256(const char *text)
{
    return strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64;
}

pp_status
pp_provenance_add_input(pp_provenance *p, const char *role, const char *sha256,
                        const char *detail, pp_error *err)
{
    pp_prov_input *in;

    if (push(&p->input, p->ninput, sizeof *p->input, err) != PP_OK)
        return err->status;
    in = &p->input[p->ninput++];
    memset(in, 0, sizeof *in);
    if (sha256 != NULL && is_sha256(sha256))
        memcpy(in->sha256, sha256, sizeof in->sha256);
    if (pp_prov_set(&in->role, role, err) == PP_OK)
        (void)!pp_prov_set(&in->detail, detail, err);
    return err->status;
}

pp_status
pp_provenance_add_step(pp_provenance *p, const char *tool, const char *version,
                       const char *options, const char *changes, int status,
                       pp_error *err)
{
    pp_prov_step *step;

    if (push(&p->step, p->nstep, sizeof *p->step, err) != PP_OK)
        return err->status;
    step = &p->step[p->nstep++];
    memset(step, 0, sizeof *step);
    step->status = status;
    if (pp_prov_set(&step->tool, tool, err) == PP_OK &&
        pp_prov_set(&step->version, version, err) == PP_OK &&
        pp_prov_set(&step->options, options, err) == PP_OK)
        (void)!pp_prov_set(&step->changes, changes, err);
    return err->status;
}

pp_status
pp_prov_comment(pp_provenance *p, const char *text, size_t n, pp_error *err)
{
    char *copy = pp_text_clean(text, n, VALUE_LIMIT);

    if (copy == NULL)
        return pp_fail_memory(err);
    if (copy[0] == '\0' ||
        push(&p->comment, p->ncomment, sizeof *p->comment, err) != PP_OK) {
        pp_free(copy);
        return err->status;
    }
    p->comment[p->ncomment++] = copy;
    return PP_OK;
}

int
pp_provenance_status(const pp_provenance *p)
{
    int worst = 0;

    for (size_t i = 0; i < p->nstep; i++)
        if (p->step[i].status > worst)
            worst = p->step[i].status;
    return worst;
}

static pp_status
copy_lists(const pp_provenance *p, pp_provenance *copy, pp_error *err)
{
    for (size_t i = 0; i < p->ninput; i++)
        if (pp_provenance_add_input(copy, p->input[i].role,
                                    p->input[i].sha256, p->input[i].detail,
                                    err) != PP_OK)
            return err->status;
    for (size_t i = 0; i < p->nstep; i++) {
        const pp_prov_step *s = &p->step[i];

        if (pp_provenance_add_step(copy, s->tool, s->version, s->options,
                                   s->changes, s->status, err) != PP_OK)
            return err->status;
    }
    for (size_t i = 0; i < p->ncomment; i++)
        if (pp_prov_comment(copy, p->comment[i], strlen(p->comment[i]), err) !=
            PP_OK)
            return err->status;
    return PP_OK;
}

pp_status
pp_provenance_copy(const pp_provenance *p, pp_provenance *copy, pp_error *err)
{
    *copy = *p;
    copy->unit = copy->frame = copy->side = copy->label_name = NULL;
    copy->input = NULL;
    copy->step = NULL;
    copy->comment = NULL;
    copy->ninput = copy->nstep = copy->ncomment = 0;
    if (pp_prov_set(&copy->unit, p->unit, err) != PP_OK ||
        pp_prov_set(&copy->frame, p->frame, err) != PP_OK ||
        pp_prov_set(&copy->side, p->side, err) != PP_OK ||
        pp_prov_set(&copy->label_name, p->label_name, err) != PP_OK ||
        copy_lists(p, copy, err) != PP_OK)
        pp_provenance_free(copy);
    return err->status;
}
