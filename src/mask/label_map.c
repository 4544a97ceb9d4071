/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * label_map.c - which label each voxel has
 *
 * Two bytes a voxel, whatever the file holds: labels of any value, in any
 * number of layers. Bytes and 16-bit words go through a table, and of other
 * types runs of equal values are looked up once.
 */
#include "mask/mask.h"
#include "mask/value.h"

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

/* The label of a value; 0 for none. */
static inline uint16_t
label_of(const pp_value *e, size_t n, double value)
{
    const pp_value *found = pp_value_find(e, n, value);

    return found != NULL ? (uint16_t)(found->segment + 1) : 0;
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
put_words(const pp_grid *g, size_t n, const pp_value *e, size_t nentry,
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
        label[p] = label_of(e, nentry, stored * g->slope + g->intercept);
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
put_values(const pp_grid *g, size_t n, const pp_value *e, size_t nentry,
           uint16_t *at, overlap *o)
{
    double last = NAN;
    uint16_t label = 0;

    for (size_t v = 0; v < n; v++) {
        const double value = pp_grid_value(g, v);

        if (value != last) {
            label = label_of(e, nentry, value);
            last = value;
        }
        if (label != 0)
            put(&at[v], label, o);
    }
}

static pp_status
put_layers(const pp_volume *v, pp_label_map *m, pp_value *e, overlap *o,
           pp_error *err)
{
    const size_t nvoxel = m->dim[0] * m->dim[1] * m->dim[2];

    for (size_t layer = 0; layer < v->nlayer; layer++) {
        const pp_grid *g = &v->layer[layer];
        const size_t n = pp_value_list(v, layer, e);

        if (n == 0 || g->voxel == NULL)
            continue;
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
    pp_value *e = NULL;

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

/* A box with its margin, which may reach beyond the map. */
typedef struct {
    ptrdiff_t low[3];
    size_t dim[3];
} box;

static box
widen(const pp_label_extent *e, size_t margin)
{
    box b;

    for (int a = 0; a < 3; a++) {
        b.low[a] = (ptrdiff_t)e->low[a] - (ptrdiff_t)margin;
        b.dim[a] = e->high[a] - e->low[a] + 2 * margin;
    }
    return b;
}

/* Calls work for each voxel of the box that is in the map, in order. */
typedef void voxel_work(uint16_t *at, size_t n, void *data);

static void
each_voxel(const pp_label_map *m, const box *b, voxel_work *work, void *data)
{
    size_t n = 0;

    for (size_t k = 0; k < b->dim[2]; k++)
        for (size_t j = 0; j < b->dim[1]; j++)
            for (size_t i = 0; i < b->dim[0]; i++, n++) {
                /* below zero is far beyond the other end */
                const size_t x = (size_t)(b->low[0] + (ptrdiff_t)i);
                const size_t y = (size_t)(b->low[1] + (ptrdiff_t)j);
                const size_t z = (size_t)(b->low[2] + (ptrdiff_t)k);

                if (x < m->dim[0] && y < m->dim[1] && z < m->dim[2])
                    work(m->at + (z * m->dim[1] + y) * m->dim[0] + x, n, data);
            }
}

typedef struct {
    pp_mask *mask;
    uint16_t label;
    size_t ntheirs;
} transfer;

static void
take_voxel(uint16_t *at, size_t n, void *data)
{
    transfer *t = data;

    t->mask->in[n] = *at == t->label;
}

static void
put_voxel(uint16_t *at, size_t n, void *data)
{
    transfer *t = data;
    const bool in = t->mask->in[n];

    if (!in && *at == t->label)
        *at = 0;
    else if (in && *at == 0)
        *at = t->label;
    else
        t->ntheirs += in && *at != t->label;
}

pp_status
pp_label_map_mask(const pp_label_map *m, uint16_t label,
                  const pp_label_extent *extent, size_t margin, pp_mask *mask,
                  pp_error *err)
{
    const box b = widen(extent, margin);
    transfer t = { mask, label, 0 };
    double to_lps[3][4];

    assert(extent->nvoxel > 0);
    memcpy(to_lps, m->to_lps, sizeof to_lps);
    for (int r = 0; r < 3; r++)
        for (int c = 0; c < 3; c++)
            to_lps[r][3] += m->to_lps[r][c] * (double)b.low[c];
    if (pp_mask_alloc(mask, b.dim, (const double(*)[4])to_lps, err) != PP_OK)
        return err->status;
    each_voxel(m, &b, take_voxel, &t);
    return PP_OK;
}

size_t
pp_label_map_put(pp_label_map *m, uint16_t label,
                 const pp_label_extent *extent, size_t margin, pp_mask *mask)
{
    const box b = widen(extent, margin);
    transfer t = { mask, label, 0 };

    each_voxel(m, &b, put_voxel, &t);
    return t.ntheirs;
}

/* Islands by voxel, and those of them in which another label lies. */
typedef struct {
    uint32_t *number;
    uint8_t *other;
} others_found;

static void
note_other(uint16_t *at, size_t n, void *data)
{
    const others_found *f = data;

    if (*at != 0)
        f->other[f->number[n]] = 1;
}

/* Takes back the islands of `filled` in which another label lies. */
static pp_status
spare_others(const pp_label_map *m, const pp_label_extent *extent,
             pp_connect outside, pp_mask *filled, pp_island **island,
             size_t *nisland, pp_error *err)
{
    const box b = widen(extent, 1);
    others_found found = { NULL, NULL };
    size_t kept = 0;

    if (pp_mask_islands(filled, outside, &found.number, island, nisland,
                        err) != PP_OK)
        goto done;
    found.other = pp_alloc_zero(*nisland + 1, 1);
    if (found.other == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    each_voxel(m, &b, note_other, &found);
    for (size_t v = 0; v < b.dim[0] * b.dim[1] * b.dim[2]; v++)
        filled->in[v] = found.number[v] != 0 && !found.other[found.number[v]];
    for (size_t n = 0; n < *nisland; n++)
        if (!found.other[n + 1])
            (*island)[kept++] = (*island)[n];
    *nisland = kept;
done:
    pp_free(found.number);
    pp_free(found.other);
    return err->status;
}

pp_status
pp_label_map_fill_cavities(pp_label_map *m, uint16_t label,
                           const pp_label_extent *extent, pp_connect connect,
                           double most_mm3, pp_island **filled,
                           size_t *nfilled, pp_error *err)
{
    const pp_connect outside =
        connect == PP_CONNECT_FACE ? PP_CONNECT_EDGE : PP_CONNECT_FACE;
    pp_mask own = { 0 }, mask = { 0 };
    size_t n;

    *filled = NULL;
    *nfilled = 0;
    if (pp_label_map_mask(m, label, extent, 1, &own, err) != PP_OK ||
        pp_label_map_mask(m, label, extent, 1, &mask, err) != PP_OK ||
        pp_mask_fill_cavities(&mask, connect, most_mm3, filled, nfilled,
                              err) != PP_OK)
        goto done;
    pp_free(*filled);
    *filled = NULL;
    *nfilled = 0;
    n = mask.dim[0] * mask.dim[1] * mask.dim[2];
    for (size_t v = 0; v < n; v++)
        mask.in[v] = mask.in[v] && !own.in[v];
    if (pp_mask_count(&mask) == 0 ||
        spare_others(m, extent, outside, &mask, filled, nfilled, err) != PP_OK)
        goto done;
    for (size_t v = 0; v < n; v++)
        mask.in[v] |= own.in[v];
    (void)!pp_label_map_put(m, label, extent, 1, &mask);
done:
    pp_mask_free(&own);
    pp_mask_free(&mask);
    return err->status;
}
