/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run_labels.c - asking mask2stl what the segmentation holds
 */
#include "run.h"

#include "base/alloc.h"

#include <string.h>

static pp_labels_asked asked;

bool
run_add_label(const char *text)
{
    pp_error err = { 0 };

    if (*text == '\0' || pp_grow(&asked.text, &asked.capacity, asked.n + 1,
                                 sizeof *asked.text, &err) != PP_OK)
        return false;
    asked.text[asked.n++] = text;
    return true;
}

bool
run_has_labels(void)
{
    return asked.n > 0;
}

/* "mask2stl: FILE: reason\n": the reason. */
static pp_status
refused(const char *words, pp_error *err)
{
    const char *reason = words != NULL ? strrchr(words, ':') : NULL;

    if (reason == NULL)
        return pp_fail(err, PP_EFORMAT, "its labels cannot be listed");
    return pp_fail(err, PP_EFORMAT, "%.*s", (int)strcspn(reason + 2, "\n"),
                   reason + 2);
}

pp_status
run_choose_parts(run_state *run, bool all, pp_error *err)
{
    char *source = NULL;
    const char *argv[8] = { "mask2stl", "--list", "-q", "-j", "-",
                            run->plan.mask.path, NULL, NULL };
    char *text = NULL, *words = NULL;
    int status;

    asked.all = all;
    if (run_and_wait(argv, &status, &text, &words, err) != PP_OK)
        goto done;
    if (status >= 2 && run->plan.source.path != NULL) {
        /* contours lie in no volume but the image's */
        const size_t m = strlen(run->plan.source.path) + 16;

        source = pp_alloc(m, 1);
        if (source == NULL) {
            pp_fail_memory(err);
            goto done;
        }
        snprintf(source, m, "--source=%s", run->plan.source.path);
        argv[6] = source;
        pp_free(text);
        pp_free(words);
        text = words = NULL;
        if (run_and_wait(argv, &status, &text, &words, err) != PP_OK)
            goto done;
    }
    if (status >= 2 || text == NULL)
        (void)!refused(words, err);
    else
        (void)!pp_case_choose(&run->plan, text, strlen(text), &asked, err);
    run->no_labels = status >= 2 || text == NULL || err->status == PP_EGEOM;
done:
    pp_free(asked.text);
    asked = (pp_labels_asked){ 0 };
    pp_free(source);
    pp_free(text);
    pp_free(words);
    return err->status;
}

#define MOST_LISTED 1000 /* labels: an argument has no more than 128 kB */

/* "--label=1,5,7" of all parts; the caller frees. */
static char *
labels_of(const pp_case *c, pp_error *err)
{
    pp_bytes text = { 0 };

    if (c->npart > MOST_LISTED)
        return pp_strdup("--all");

    for (size_t i = 0; i < c->npart && err->status == PP_OK; i++)
        (void)!pp_bytes_printf(&text, err, "%s%lld", i == 0 ? "--label=" : ",",
                               (long long)c->part[i].label);
    if (err->status == PP_OK && pp_bytes_append(&text, "", 1, err) == PP_OK)
        return (char *)text.data;
    pp_bytes_free(&text);
    return NULL;
}

pp_status
run_foresee(run_state *run, pp_error *err)
{
    char *labels = labels_of(&run->plan, err);
    const char *source = run->plan.source.path;
    const char *const argv[] = { "printprep", "cost", "-q", "-j", "-",
                                 "--mask", run->plan.mask.path, labels,
                                 source != NULL ? "--source" : NULL, source,
                                 NULL };
    char *text = NULL, *words = NULL;
    int status;

    if (labels == NULL)
        return pp_fail_memory(err);
    if (run_and_wait(argv, &status, &text, &words, err) == PP_OK &&
        status == 0 && text != NULL)
        pp_case_foresee(&run->plan, text, strlen(text));
    pp_free(labels);
    pp_free(text);
    pp_free(words);
    return err->status;
}
