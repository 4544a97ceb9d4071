/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * need.c - how much memory a part will want, before it is made
 *
 * As `printprep cost` foresees it: one model, which looks at the mask. What is
 * measured afterwards stands beside it in cost.json.
 */
#include "chain/chain.h"

#include "shim/json.h"

#define MB 1048576.0

void
pp_case_foresee(pp_case *c, const void *document, size_t size)
{
    pp_json_document *d;
    pp_error ignored = { 0 };

    if (pp_json_parse(document, size, &d, &ignored) != PP_OK)
        return;
    for (size_t i = 0, next = 0; next < c->npart; i++) {
        char at[64];
        double label, mb;

        snprintf(at, sizeof at, "parts/%zu/label", i);
        if (!pp_json_number(d, at, &label))
            break;
        if (label != (double)c->part[next].label)
            continue;
        snprintf(at, sizeof at, "parts/%zu/memory_mb", i);
        if (pp_json_number(d, at, &mb) && mb > 0 && mb < 1e9)
            c->part[next].estimated_bytes = (uint64_t)(mb * MB);
        next++;
    }
    pp_json_document_free(d);
}
