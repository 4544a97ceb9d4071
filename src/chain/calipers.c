/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * calipers.c - where a case is to be measured: which points, of which parts
 *
 * Points lie in the scan, and so on one body of it: a caliper that is meant
 * for one label says nothing about another. Whether a text is a caliper is
 * known here already; a file of them is read by meshmeasure alone.
 */
#include "chain/plan.h"

#include "base/alloc.h"
#include "base/file.h"
#include "measure/measure.h"

#include <string.h>

char *
plan_path_beside(const char *folder, const char *name)
{
    return name[0] == '/' || strcmp(folder, ".") == 0
               ? pp_strdup(name)
               : pp_file_join(folder, name);
}

static void
caliper_free(pp_given_caliper *c)
{
    pp_free(c->label);
    pp_free(c->text);
    pp_input_free(&c->file);
}

void
plan_calipers_free(pp_settings *s)
{
    for (size_t i = 0; i < s->ncaliper; i++)
        caliper_free(&s->caliper[i]);
    pp_free(s->caliper);
    s->caliper = NULL;
    s->ncaliper = s->caliper_capacity = 0;
}

/* Bytes of the label before the caliper or file; 0: none, *rest is all. */
static size_t
label_length(const char *text, bool is_file, const char **rest)
{
    const size_t n = strcspn(text, is_file ? ":/" : ":=");

    *rest = text[n] == ':' && n > 0 ? text + n + 1 : text;
    return *rest == text ? 0 : n;
}

static pp_status
split(const char *text, bool is_file, const char *folder, pp_given_caliper *c,
      pp_error *err)
{
    const char *rest;
    const size_t n = label_length(text, is_file, &rest);
    pp_caliper unused;

    memset(c, 0, sizeof *c);
    if (is_file ? *rest == '\0' : !pp_caliper_parse(rest, &unused))
        return pp_fail(err, PP_EFORMAT, "'%.80s' is no value for %s", text,
                       is_file ? "calipers" : "caliper");
    if (n > 0) {
        c->label = pp_strdup(text);
        if (c->label == NULL)
            return pp_fail_memory(err);
        c->label[n] = '\0';
    }
    if (is_file)
        c->file.path = plan_path_beside(folder, rest);
    else
        c->text = pp_strdup(rest);
    if (c->file.path == NULL && c->text == NULL)
        return pp_fail_memory(err);
    return PP_OK;
}

pp_status
pp_settings_add_caliper(pp_settings *s, const char *text, bool is_file,
                        const char *folder, pp_setting_from from,
                        pp_error *err)
{
    pp_given_caliper c;

    if (split(text, is_file, folder, &c, err) != PP_OK)
        goto done;
    if (s->ncaliper > 0 && s->calipers_from > from)
        goto done;
    if (s->calipers_from < from)
        plan_calipers_free(s);
    s->calipers_from = from;
    if (pp_grow(&s->caliper, &s->caliper_capacity, s->ncaliper + 1,
                sizeof *s->caliper, err) == PP_OK) {
        s->caliper[s->ncaliper++] = c;
        memset(&c, 0, sizeof c);
    }
done:
    caliper_free(&c);
    return err->status;
}

pp_status
plan_check_calipers(const pp_case *c, pp_error *err)
{
    for (size_t i = 0; i < c->settings.ncaliper; i++) {
        const char *label = c->settings.caliper[i].label;
        bool meant = label == NULL;

        for (size_t p = 0; p < c->npart && !meant; p++)
            meant = plan_word_means(label, strlen(label), c->part[p].label,
                                    c->part[p].name);
        if (!meant)
            return pp_fail(err, PP_EUNSUPPORTED, "calipers: no part that is "
                           "made has the label '%.80s'", label);
    }
    return PP_OK;
}
