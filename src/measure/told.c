/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * told.c - what the tools of a pipe say of their own steps
 *
 * The provenance has a list of "key=number" for each step. It is text that
 * anyone may have written: what is no number is left out, and nothing here is
 * called measured.
 */
#include "measure/budget.h"

#include "base/alloc.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* The number behind a key, where its text starts; NAN: none. */
static double
number_of(const char *changes, const char *key, const char **text)
{
    const size_t length = strlen(key);

    for (const char *at = changes; at != NULL; at = strchr(at, ' ')) {
        char copy[PP_NUMBER_SIZE];
        double value;
        size_t n;

        at += *at == ' ';
        if (strncmp(at, key, length) != 0 || at[length] != '=')
            continue;
        *text = at + length + 1;
        n = strcspn(*text, " ");
        if (n == 0 || n >= sizeof copy ||
            (**text == '+' && ((*text)[1] == '+' || (*text)[1] == '-')))
            return NAN;
        memcpy(copy, *text + (**text == '+'), n - (**text == '+'));
        copy[n - (**text == '+')] = '\0';
        return pp_text_to_double(copy, &value) ? value : NAN;
    }
    return NAN;
}

pp_status
pp_budget_told(const pp_provenance *prov, pp_told_step **step, size_t *n,
               pp_error *err)
{
    static const char *const moved[] = { "max_deviation_mm",
                                         "max_growth_mm" };

    *n = 0;
    *step = pp_alloc_zero(prov->nstep, sizeof **step);
    if (*step == NULL)
        return pp_fail_memory(err);
    for (size_t i = 0; i < prov->nstep; i++) {
        const pp_prov_step *from = &prov->step[i];
        pp_told_step *s = *step + *n;
        const char *text = NULL;

        if (from->tool == NULL || from->changes == NULL)
            continue;
        snprintf(s->name, sizeof s->name, "%s", from->tool);
        s->volume_mm3 = number_of(from->changes, "volume_mm3", &text);
        if (text != NULL && *text != '+' && *text != '-')
            s->volume_mm3 = NAN; /* a volume, not a change */
        s->max_mm = NAN;
        for (size_t k = 0; k < 2 && isnan(s->max_mm); k++)
            s->max_mm = number_of(from->changes, moved[k], &text);
        *n += !isnan(s->volume_mm3) || !isnan(s->max_mm);
    }
    return PP_OK;
}
