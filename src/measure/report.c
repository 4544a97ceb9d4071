/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * report.c - what all the measures say together
 */
#include "measure/report.h"

#include <stdio.h>

double
pp_measures_largest(const pp_measures *r)
{
    return fmax(fmax(r->mask.to.max_mm, r->mask.from.max_mm),
                fmax(r->to_other.mm, r->from_other.mm));
}

pp_verdict
pp_measures_caliper_verdict(const pp_measures *r, size_t i)
{
    const pp_grey_caliper *g = &r->grey_caliper[i];
    const double off = fabs(r->caliper[i].mesh_mm - g->mm);

    if (g->how == PP_GREY_NONE)
        return PP_VERDICT_INDETERMINATE;
    return off - g->uncertainty_mm > r->tolerance_mm    ? PP_VERDICT_FAIL
           : off + g->uncertainty_mm <= r->tolerance_mm ? PP_VERDICT_PASS
                                             : PP_VERDICT_INDETERMINATE;
}

/* FAIL outweighs INDETERMINATE, and that PASS. */
static void
join_verdict(pp_verdict *all, pp_verdict v)
{
    if (v == PP_VERDICT_FAIL || *all == PP_VERDICT_PASS)
        *all = v;
}

pp_verdict
pp_measures_verdict(const pp_measures *r)
{
    pp_verdict all = PP_VERDICT_PASS;

    if (r->tolerance_mm == 0)
        return all;
    if (pp_measures_largest(r) > r->tolerance_mm)
        return PP_VERDICT_FAIL;
    if (r->has_grey)
        join_verdict(&all, pp_grey_judge(&r->grey, r->tolerance_mm));
    for (size_t i = 0; r->has_grey && i < r->ncaliper; i++)
        join_verdict(&all, pp_measures_caliper_verdict(r, i));
    return all;
}

void
pp_measures_reason(const pp_measures *r, char *text, size_t size)
{
    const pp_verdict v = pp_measures_verdict(r);

    text[0] = '\0';
    if (v == PP_VERDICT_PASS)
        return;
    if (pp_measures_largest(r) > r->tolerance_mm)
        snprintf(text, size, "a point is %.4f mm off",
                 pp_measures_largest(r));
    else if (pp_grey_judge(&r->grey, r->tolerance_mm) == v)
        snprintf(text, size, "by the grey edges");
    for (size_t i = 0; text[0] == '\0' && i < r->ncaliper; i++)
        if (pp_measures_caliper_verdict(r, i) == v)
            snprintf(text, size, "by caliper %s", r->caliper[i].name);
}
