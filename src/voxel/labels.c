/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * labels.c - which labels a label map holds
 *
 * Small integers are counted in a table, wider ones in a list kept in order;
 * neighbours in memory mostly hold the same value, so the last one found is
 * looked at first.
 */
#include "voxel/grid.h"

#include "base/alloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/*
 * No atlas has this many structures; a grey image soon has. Keeps the list
 * short while a noisy float image is looked through.
 */
#define LABEL_LIMIT 65536

typedef struct {
    uint32_t *value;
    size_t n, capacity;
} list;

static pp_status
not_a_label(double value, pp_error *err)
{
    return pp_fail(err, PP_EGEOM,
                   "is a grey image (it holds the value %.6g); --iso VALUE "
                   "makes a mask of it", value);
}

static pp_status
insert(list *l, uint32_t value, pp_error *err)
{
    size_t low = 0, high = l->n;

    while (low < high) {
        const size_t mid = low + (high - low) / 2;

        if (l->value[mid] < value)
            low = mid + 1;
        else
            high = mid;
    }
    if (low < l->n && l->value[low] == value)
        return PP_OK;
    if (l->n == LABEL_LIMIT)
        return pp_fail(err, PP_EGEOM,
                       "is a grey image (more than %d different values); "
                       "--iso VALUE makes a mask of it", LABEL_LIMIT);
    if (pp_grow(&l->value, &l->capacity, l->n + 1, sizeof *l->value, err) !=
        PP_OK)
        return err->status;
    memmove(l->value + low + 1, l->value + low,
            (l->n - low) * sizeof *l->value);
    l->value[low] = value;
    l->n++;
    return PP_OK;
}

/* Bytes and 16-bit words: which bit patterns occur. */
static pp_status
from_table(const pp_grid *g, size_t n, list *l, pp_error *err)
{
    const bool wide = pp_voxel_size(g->type) == 2;
    const size_t npattern = wide ? 65536 : 256;
    uint8_t *seen = pp_alloc_zero(npattern, 1);

    if (seen == NULL)
        return pp_fail_memory(err);
    if (wide)
        for (size_t v = 0; v < n; v++)
            seen[((const uint16_t *)g->voxel)[v]] = 1;
    else
        for (size_t v = 0; v < n; v++)
            seen[((const uint8_t *)g->voxel)[v]] = 1;
    for (size_t p = 0; p < npattern && err->status == PP_OK; p++) {
        int64_t stored = (int64_t)p;

        if (!seen[p])
            continue;
        if (g->type == PP_VOXEL_I8 && p >= 128)
            stored -= 256;
        if (g->type == PP_VOXEL_I16 && p >= 32768)
            stored -= 65536;

        const double value = (double)stored * g->slope + g->intercept;

        if (value < 0 || value > UINT32_MAX || value != floor(value))
            not_a_label(value, err);
        else if (value > 0)
            (void)!insert(l, (uint32_t)value, err);
    }
    pp_free(seen);
    return err->status;
}

static pp_status
from_values(const pp_grid *g, size_t n, list *l, pp_error *err)
{
    double last = 0;

    for (size_t v = 0; v < n; v++) {
        const double value = pp_grid_value(g, v);

        if (value == last)
            continue;
        if (!(value >= 0 && value <= UINT32_MAX) || value != floor(value))
            return not_a_label(value, err);
        if (value > 0 && insert(l, (uint32_t)value, err) != PP_OK)
            return err->status;
        last = value;
    }
    return PP_OK;
}

pp_status
pp_volume_list_labels(pp_volume *volume, pp_error *err)
{
    const pp_grid *g = volume->layer;
    list l = { 0 };
    size_t n;

    if (volume->nsegment > 0 || volume->has_segments)
        return PP_OK;
    if (volume->nlayer != 1 || g->voxel == NULL)
        return pp_fail(err, PP_EBUG, "labels of %zu layers without voxels",
                       volume->nlayer);
    n = g->dim[0] * g->dim[1] * g->dim[2];
    if (pp_voxel_size(g->type) <= 2)
        (void)!from_table(g, n, &l, err);
    else
        (void)!from_values(g, n, &l, err);
    if (err->status != PP_OK)
        goto done;
    volume->segment = pp_alloc_zero(l.n, sizeof *volume->segment);
    if (volume->segment == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    volume->nsegment = l.n;
    for (size_t s = 0; s < l.n; s++) {
        volume->segment[s].number = l.value[s];
        volume->segment[s].value = l.value[s];
    }
done:
    pp_free(l.value);
    return err->status;
}
