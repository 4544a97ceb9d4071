/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * label_map.c - which label each voxel has
 *
 * Two bytes a voxel, whatever the file holds: labels of any value, in any
 * number of layers. Bytes and 16-bit words go through a table, and of other
 * types runs of equal values are looked up once.
 */
#include "mask/mask.h"

#include "base/alloc.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

void
pp_label_map_free(pp_label_map *m)
{
    pp_free(m->at);
    memset(m, 0, sizeof *m);
}

/* A value and the label that it stands for. */
typedef struct {
    double value;
    uint16_t label;
} entry;

static int
by_value(const void *a, const void *b)
{
    const entry *p = a, *q = b;

    return p->value < q->value ? -1 : p->value > q->value;
}

static uint16_t
look_up(const entry *e, size_t n, double value)
{
    size_t low = 0, high = n;

    while (low < high) {
        const size_t mid = low + (high - low) / 2;

        if (e[mid].value < value)
            low = mid + 1;
        else
            high = mid;
    }
    return low < n && e[low].value == value ? e[low].label : 0;
}

/* The first two labels that claim one voxel, and how often any two do. */
typedef struct {
    uint16_t first, second;
    size_t nvoxel;
} overlap;

static inline void
put(uint16_t *at, uint16_t label, overlap *o)
{
    if (*at != 0 && o->nvoxel++ == 0) {
        o->first = *at;
        o->second = label;
    }
    *at = label;
}

static pp_status
put_words(const pp_grid *g, size_t n, const entry *e, size_t nentry,
          uint16_t *at, overlap *o, pp_error *err)
{
    const bool wide = pp_voxel_size(g->type) == 2;
    const size_t npattern = wide ? 65536 : 256;
    uint16_t *label = pp_alloc_zero(npattern, sizeof *label);

    if (label == NULL)
        return pp_fail_memory(err);
    for (size_t p = 0; p < npattern; p++) {
        double stored = (double)p;

        if ((g->type == PP_VOXEL_I8 || g->type == PP_VOXEL_I16) &&
            p >= npattern / 2)
            stored -= (double)npattern;
        label[p] = look_up(e, nentry, stored * g->slope + g->intercept);
    }
    for (size_t v = 0; v < n; v++) {
        const uint16_t l = label[wide ? ((const uint16_t *)g->voxel)[v]
                                      : ((const uint8_t *)g->voxel)[v]];

        if (l != 0)
            put(&at[v], l, o);
    }
    pp_free(label);
    return PP_OK;
}

static void
put_values(const pp_grid *g, size_t n, const entry *e, size_t nentry,
           uint16_t *at, overlap *o)
{
    double last = NAN;
    uint16_t label = 0;

    for (size_t v = 0; v < n; v++) {
        const double value = pp_grid_value(g, v);

        if (value != last) {
            label = look_up(e, nentry, value);
            last = value;
        }
        if (label != 0)
            put(&at[v], label, o);
    }
}

static pp_status
put_layers(const pp_volume *v, pp_label_map *m, entry *e, overlap *o,
           pp_error *err)
{
    const size_t nvoxel = m->dim[0] * m->dim[1] * m->dim[2];

    for (size_t layer = 0; layer < v->nlayer; layer++) {
        const pp_grid *g = &v->layer[layer];
        size_t n = 0;

        for (size_t s = 0; s < v->nsegment; s++)
            if (v->segment[s].layer == layer)
                e[n++] = (entry){ v->segment[s].value, (uint16_t)(s + 1) };
        if (n == 0 || g->voxel == NULL)
            continue;
        qsort(e, n, sizeof *e, by_value);
        if (pp_voxel_size(g->type) > 2)
            put_values(g, nvoxel, e, n, m->at, o);
        else if (put_words(g, nvoxel, e, n, m->at, o, err) != PP_OK)
            return err->status;
    }
    return PP_OK;
}

pp_status
pp_label_map_from_volume(const pp_volume *v, pp_label_map *m, pp_error *err)
{
    const pp_grid *g = v->layer;
    overlap o = { 0, 0, 0 };
    entry *e = NULL;

    memset(m, 0, sizeof *m);
    if (v->nsegment == 0 || v->nlayer == 0)
        return pp_fail(err, PP_EGEOM, "there is no label in it");
    if (v->nsegment > PP_LABEL_LIMIT)
        return pp_fail(err, PP_ELIMIT, "%zu labels: %d are possible",
                       v->nsegment, PP_LABEL_LIMIT);
    memcpy(m->dim, g->dim, sizeof m->dim);
    memcpy(m->to_lps, g->to_lps, sizeof m->to_lps);
    m->nlabel = v->nsegment;
    for (int a = 0; a < 3; a++)
        if (m->dim[a] == 0 || m->dim[a] > PP_MASK_LIMIT)
            return pp_fail(err, PP_ELIMIT, "%zu voxels along axis %d: 1 to %d "
                           "are possible", m->dim[a], a, PP_MASK_LIMIT);
    m->at = pp_alloc_zero(m->dim[0] * m->dim[1] * m->dim[2], sizeof *m->at);
    e = pp_alloc(v->nsegment, sizeof *e);
    if (m->at == NULL || e == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    if (put_layers(v, m, e, &o, err) != PP_OK)
        goto done;
    if (o.nvoxel > 0)
        pp_fail(err, PP_EGEOM, "labels overlap (%lu and %lu first, %zu voxels "
                "in all) and cannot share walls: take them one by one",
                (unsigned long)v->segment[o.first - 1].number,
                (unsigned long)v->segment[o.second - 1].number, o.nvoxel);
done:
    pp_free(e);
    if (err->status != PP_OK)
        pp_label_map_free(m);
    return err->status;
}

pp_status
pp_label_map_extents(const pp_label_map *m, pp_label_extent **extent,
                     pp_error *err)
{
    pp_label_extent *e = pp_alloc_zero(m->nlabel + 1, sizeof *e);
    const uint16_t *at = m->at;

    *extent = e;
    if (e == NULL)
        return pp_fail_memory(err);
    for (size_t l = 0; l <= m->nlabel; l++)
        for (int a = 0; a < 3; a++)
            e[l].low[a] = m->dim[a];
    for (size_t k = 0; k < m->dim[2]; k++)
        for (size_t j = 0; j < m->dim[1]; j++, at += m->dim[0])
            for (size_t i = 0, end; i < m->dim[0]; i = end) {
                pp_label_extent *x = &e[at[i]];

                for (end = i + 1; end < m->dim[0] && at[end] == at[i]; end++)
                    continue;
                if (at[i] == 0)
                    continue;
                const size_t low[3] = { i, j, k };
                const size_t high[3] = { end, j + 1, k + 1 };

                x->nvoxel += end - i;
                for (int a = 0; a < 3; a++) {
                    x->low[a] = low[a] < x->low[a] ? low[a] : x->low[a];
                    x->high[a] = high[a] > x->high[a] ? high[a] : x->high[a];
                }
            }
    return PP_OK;
}

/* The box with its margin, cut off at the map's border. */
static void
widen(const pp_label_map *m, const pp_label_extent *e, size_t margin,
      size_t low[3], size_t dim[3])
{
    for (int a = 0; a < 3; a++) {
        const size_t high = m->dim[a] - e->high[a] > margin
                                ? e->high[a] + margin : m->dim[a];

        low[a] = e->low[a] > margin ? e->low[a] - margin : 0;
        dim[a] = high - low[a];
    }
}

static inline const uint16_t *
row_of(const pp_label_map *m, const size_t low[3], size_t j, size_t k)
{
    return m->at + ((low[2] + k) * m->dim[1] + low[1] + j) * m->dim[0] +
           low[0];
}

pp_status
pp_label_map_mask(const pp_label_map *m, uint16_t label,
                  const pp_label_extent *extent, size_t margin, pp_mask *mask,
                  pp_error *err)
{
    double to_lps[3][4];
    size_t low[3], dim[3];

    assert(extent->nvoxel > 0);
    widen(m, extent, margin, low, dim);
    memcpy(to_lps, m->to_lps, sizeof to_lps);
    for (int r = 0; r < 3; r++)
        for (int c = 0; c < 3; c++)
            to_lps[r][3] += m->to_lps[r][c] * (double)low[c];
    if (pp_mask_alloc(mask, dim, (const double(*)[4])to_lps, err) != PP_OK)
        return err->status;
    for (size_t k = 0; k < dim[2]; k++)
        for (size_t j = 0; j < dim[1]; j++) {
            const uint16_t *from = row_of(m, low, j, k);
            uint8_t *to = mask->in + (k * dim[1] + j) * dim[0];

            for (size_t i = 0; i < dim[0]; i++)
                to[i] = from[i] == label;
        }
    return PP_OK;
}

size_t
pp_label_map_put(pp_label_map *m, uint16_t label,
                 const pp_label_extent *extent, size_t margin,
                 const pp_mask *mask)
{
    size_t low[3], dim[3], ntheirs = 0;

    widen(m, extent, margin, low, dim);
    for (size_t k = 0; k < dim[2]; k++)
        for (size_t j = 0; j < dim[1]; j++) {
            uint16_t *to = m->at + (row_of(m, low, j, k) - m->at);
            const uint8_t *from = mask->in + (k * dim[1] + j) * dim[0];

            for (size_t i = 0; i < dim[0]; i++) {
                if (!from[i] && to[i] == label)
                    to[i] = 0;
                else if (from[i] && to[i] == 0)
                    to[i] = label;
                else
                    ntheirs += from[i] && to[i] != label;
            }
        }
    return ntheirs;
}
