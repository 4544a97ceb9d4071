/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * segment.c - which segment a user means, and how large each one is
 *
 * All segments of a layer are counted in one pass: a table from value to
 * segment where values are small, as they nearly always are, else a search in
 * the sorted values.
 */
#include "mask/mask.h"
#include "mask/value.h"

#include "base/alloc.h"
#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

pp_status
pp_segment_find(const pp_volume *v, const char *text, size_t *index,
                pp_error *err)
{
    size_t nfound = 0;
    int64_t number;

    *index = 0;
    if (pp_text_to_integer(text, 0, UINT32_MAX, &number))
        for (size_t s = 0; s < v->nsegment; s++)
            if (v->segment[s].number == (uint32_t)number) {
                *index = s;
                return PP_OK;
            }
    for (size_t s = 0; s < v->nsegment; s++)
        if (v->segment[s].name != NULL &&
            strcmp(v->segment[s].name, text) == 0) {
            *index = s;
            nfound++;
        }
    if (nfound == 0)
        return pp_fail(err, PP_EGEOM, "no label '%s' among %zu (--list shows "
                       "them)", text, v->nsegment);
    if (nfound > 1)
        return pp_fail(err, PP_EGEOM, "%zu labels are named '%s': choose by "
                       "number", nfound, text);
    return PP_OK;
}

/* Counts of the layer's 8-bit patterns make its counts at once. */
static void
count_bytes(const pp_grid *g, size_t n, const pp_value *e, size_t nentry,
            size_t *count)
{
    const uint8_t *v = g->voxel;
    size_t seen[4][256] = { { 0 } }; /* four, so that runs do not wait */

    for (size_t i = 0; i < n; i++)
        seen[i & 3][v[i]]++;
    for (int p = 0; p < 256; p++) {
        const double stored =
            g->type == PP_VOXEL_I8 && p >= 128 ? p - 256 : p;
        const pp_value *found =
            pp_value_find(e, nentry, stored * g->slope + g->intercept);

        if (found != NULL)
            count[found->segment] +=
                seen[0][p] + seen[1][p] + seen[2][p] + seen[3][p];
    }
}

static void
count_values(const pp_grid *g, size_t n, const pp_value *e, size_t nentry,
             size_t *count)
{
    double last = NAN;
    const pp_value *found = NULL;

    for (size_t i = 0; i < n; i++) {
        const double value = pp_grid_value(g, i);

        if (value != last) {
            found = pp_value_find(e, nentry, value);
            last = value;
        }
        if (found != NULL)
            count[found->segment]++;
    }
}

pp_status
pp_segment_counts(const pp_volume *v, size_t **count, pp_error *err)
{
    pp_value *e = pp_alloc(v->nsegment, sizeof *e);

    *count = pp_alloc_zero(v->nsegment, sizeof **count);
    if (e == NULL || *count == NULL) {
        pp_free(e);
        pp_free(*count);
        *count = NULL;
        return pp_fail_memory(err);
    }
    for (size_t layer = 0; layer < v->nlayer; layer++) {
        const pp_grid *g = &v->layer[layer];
        const size_t n = pp_value_list(v, layer, e);

        if (n == 0 || g->voxel == NULL)
            continue;
        (pp_voxel_size(g->type) == 1 ? count_bytes : count_values)(
            g, g->dim[0] * g->dim[1] * g->dim[2], e, n, *count);
    }
    pp_free(e);
    return PP_OK;
}
