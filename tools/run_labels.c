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
