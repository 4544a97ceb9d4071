/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * decode.c - from four classes to fragments
 *
 * The pieces of the core (26-connected, not smaller than dust) are seeds. One
 * march of all of them goes through bone with the border as a wall; a second
 * one, from all that was reached, through what is left, so that a border is
 * divided where fronts from both sides meet. What no front comes to, small
 * fragments and numbers are the next files' work.
 */
#include "mask/decode.h"

#include "base/alloc.h"
#include "base/large.h"
#include "mask/field.h"

#include <math.h>
#include <string.h>

void
pp_decode_defaults(pp_decode_rules *r)
{
    if (r->dust_voxels == 0 && !r->no_dust)
        r->dust_voxels = 50;
    if (r->merge_voxels == 0 && !r->no_merge)
        r->merge_voxels = 1000;
}

static pp_vec3
position(const pp_decode *d, const uint64_t sum[3], size_t n)
{
    double at[3];

    for (int a = 0; a < 3; a++)
        at[a] = (double)d->low[a] + (double)sum[a] / (double)n;
    return pp_affine_point(d->in->to_lps, at[0], at[1], at[2]);
}

pp_status
pp_decode_note(pp_decode *d, pp_event_kind kind, size_t nvoxel,
               const uint64_t sum[3], uint32_t owner, double touch_mm2,
               pp_error *err)
{
    pp_decoded *r = d->report;
    const pp_event e = { .kind = kind, .nvoxel = nvoxel,
                         .centre = position(d, sum, nvoxel),
                         .touch_mm2 = touch_mm2 };

    if (pp_grow(&r->event, &r->capacity, r->nevent + 1, sizeof *r->event,
                err) != PP_OK ||
        pp_grow(&d->owner, &d->owner_capacity, r->nevent + 1,
                sizeof *d->owner, err) != PP_OK)
        return err->status;
    d->owner[r->nevent] = owner;
    r->event[r->nevent++] = e;
    return PP_OK;
}

/* Path halving, as in base/sets.h. */
uint32_t
pp_decode_final(pp_decode *d, uint32_t label)
{
    while (label != 0 && d->part[label].joined != 0) {
        const uint32_t next = d->part[label].joined;

        if (d->part[next].joined != 0)
            d->part[label].joined = d->part[next].joined;
        label = d->part[label].joined;
    }
    return label;
}

void
pp_decode_measure(pp_decode *d, const uint8_t *anatomy)
{
    size_t v = 0;

    for (size_t l = 0; l <= d->npart; l++) {
        pp_part *p = &d->part[l];

        p->nvoxel = 0;
        memset(p->sum, 0, sizeof p->sum);
        memset(p->vote, 0, sizeof p->vote);
    }
    for (size_t k = 0; k < d->dim[2]; k++)
        for (size_t j = 0; j < d->dim[1]; j++) {
            const uint8_t *votes =
                anatomy == NULL
                    ? NULL
                    : anatomy + d->low[0] +
                          d->in->dim[0] * (j + d->low[1] +
                                           d->in->dim[1] * (k + d->low[2]));

            for (size_t i = 0; i < d->dim[0]; i++, v++) {
                pp_part *p = &d->part[d->label[v]];

                if (d->label[v] == 0)
                    continue;
                p->nvoxel++;
                p->sum[0] += i;
                p->sum[1] += j;
                p->sum[2] += k;
                if (votes != NULL && votes[i] < PP_NANATOMY)
                    p->vote[votes[i]]++;
            }
        }
}

/* The box of all bone; false without any. */
static bool
find_box(pp_decode *d)
{
    const size_t row = d->in->dim[0], ny = d->in->dim[1];
    size_t high[3] = { 0, 0, 0 };

    memcpy(d->low, d->in->dim, sizeof d->low);
    for (size_t r = 0; r < ny * d->in->dim[2]; r++) {
        const uint8_t *p = d->in->at + r * row;
        const size_t yz[3] = { 0, r % ny, r / ny };
        size_t first = 0, end = row;

        while (first < row && p[first] == 0)
            first++;
        if (first == row)
            continue;
        while (p[end - 1] == 0)
            end--;
        d->low[0] = first < d->low[0] ? first : d->low[0];
        high[0] = end > high[0] ? end : high[0];
        for (int a = 1; a < 3; a++) {
            d->low[a] = yz[a] < d->low[a] ? yz[a] : d->low[a];
            high[a] = yz[a] + 1 > high[a] ? yz[a] + 1 : high[a];
        }
    }
    if (high[0] == 0)
        return false;
    d->n = 1;
    for (int a = 0; a < 3; a++) {
        d->dim[a] = high[a] - d->low[a];
        d->n *= d->dim[a];
    }
    return true;
}

static pp_status
take_box(pp_decode *d, pp_error *err)
{
    size_t nbone = 0;

    pp_affine_spacing(d->in->to_lps, d->mm);
    d->class = pp_alloc(d->n, 1);
    if (d->class == NULL)
        return pp_fail_memory(err);
    for (size_t k = 0; k < d->dim[2]; k++)
        for (size_t j = 0; j < d->dim[1]; j++)
            memcpy(d->class + d->dim[0] * (j + d->dim[1] * k),
                   d->in->at + d->low[0] +
                       d->in->dim[0] * (j + d->low[1] +
                                        d->in->dim[1] * (k + d->low[2])),
                   d->dim[0]);
    for (size_t v = 0; v < d->n; v++)
        nbone += d->class[v] != 0;
    d->report->nbone = nbone;
    return PP_OK;
}

static void
index_of(const pp_decode *d, size_t v, uint64_t index[3])
{
    index[0] = v % d->dim[0];
    index[1] = v / d->dim[0] % d->dim[1];
    index[2] = v / d->dim[0] / d->dim[1];
}

/* Pieces of core from `kept` on are no seeds: each gets its line. */
static pp_status
drop_dust(pp_decode *d, const pp_island *island, size_t kept, size_t n,
          pp_error *err)
{
    uint64_t(*sum)[3] = NULL;

    if (kept == n)
        return PP_OK;
    sum = pp_alloc_zero(n - kept, sizeof *sum);
    if (sum == NULL)
        return pp_fail_memory(err);
    for (size_t v = 0; v < d->n; v++)
        if (d->label[v] > kept) {
            uint64_t index[3];

            index_of(d, v, index);
            for (int a = 0; a < 3; a++)
                sum[d->label[v] - 1 - kept][a] += index[a];
            d->label[v] = 0;
        }
    for (size_t s = kept; s < n && err->status == PP_OK; s++)
        (void)!pp_decode_note(d, PP_EVENT_DUST, island[s].nvoxel,
                              (const uint64_t *)sum[s - kept], 0, 0, err);
    pp_free(sum);
    return err->status;
}

static pp_status
find_seeds(pp_decode *d, size_t dust, pp_error *err)
{
    pp_mask core = { .in = pp_alloc(d->n, 1) };
    pp_island *island = NULL;
    size_t n = 0, kept = 0;

    if (core.in == NULL)
        return pp_fail_memory(err);
    memcpy(core.dim, d->dim, sizeof core.dim);
    memcpy(core.to_lps, d->in->to_lps, sizeof core.to_lps);
    for (size_t v = 0; v < d->n; v++)
        core.in[v] = d->class[v] == PP_CORE;
    if (pp_mask_islands(&core, PP_CONNECT_CORNER, &d->label, &island, &n,
                        err) != PP_OK)
        goto done;
    while (kept < n && island[kept].nvoxel >= dust)
        kept++;
    d->part = pp_alloc_zero(kept + 1, sizeof *d->part);
    if (d->part == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    d->npart = kept;
    for (size_t s = 0; s < kept; s++)
        d->part[s + 1].nseed = island[s].nvoxel;
    (void)!drop_dust(d, island, kept, n, err);
done:
    pp_mask_free(&core);
    pp_free(island);
    return err->status;
}

/* Through boundary and core first, then through the border. */
static pp_status
grow(pp_decode *d, pp_error *err)
{
    uint8_t *open = pp_alloc(d->n, 1);

    if (open == NULL)
        return pp_fail_memory(err);
    #pragma omp parallel for schedule(static)
    for (ptrdiff_t v = 0; v < (ptrdiff_t)d->n; v++)
        open[v] = d->class[v] == PP_BORDER ? 2 : d->class[v] != PP_BACKGROUND;
    (void)!pp_field_march(open, d->dim, d->mm, d->label, NULL, err);
    pp_free(open);
    return err->status;
}

static pp_status
put_numbers(pp_decode *d, pp_label_map *out, pp_error *err)
{
    uint16_t *number = pp_alloc_zero(d->npart + 1, sizeof *number);

    if (number == NULL)
        return pp_fail_memory(err);
    for (uint32_t l = 1; l <= d->npart; l++) {
        number[l] = d->part[pp_decode_final(d, l)].number;
        if (number[l] > out->nlabel)
            out->nlabel = number[l];
    }
    #pragma omp parallel for schedule(static)
    for (ptrdiff_t k = 0; k < (ptrdiff_t)d->dim[2]; k++)
        for (size_t j = 0; j < d->dim[1]; j++) {
            const uint32_t *from =
                d->label + d->dim[0] * (j + d->dim[1] * (size_t)k);
            uint16_t *to =
                out->at + d->low[0] +
                out->dim[0] * (j + d->low[1] +
                               out->dim[1] * ((size_t)k + d->low[2]));

            for (size_t i = 0; i < d->dim[0]; i++)
                to[i] = number[from[i]];
        }
    for (size_t e = 0; e < d->report->nevent; e++)
        d->report->event[e].to = number[d->owner[e]];
    pp_free(number);
    return PP_OK;
}

static pp_status
run(pp_decode *d, const uint8_t *anatomy, const pp_decode_rules *rules,
    pp_label_map *out, pp_error *err)
{
    if (!find_box(d))
        return PP_OK;
    if (take_box(d, err) != PP_OK ||
        find_seeds(d, rules->dust_voxels, err) != PP_OK ||
        grow(d, err) != PP_OK ||
        pp_decode_specks(d, rules->merge_voxels, err) != PP_OK)
        return err->status;
    pp_decode_measure(d, anatomy);
    if (pp_decode_merge(d, rules->merge_voxels, err) != PP_OK ||
        pp_decode_number(d, anatomy != NULL, err) != PP_OK)
        return err->status;
    return put_numbers(d, out, err);
}

pp_status
pp_fragments_decode(const pp_classes *in, const uint8_t *anatomy,
                    const pp_decode_rules *rules, pp_label_map *out,
                    pp_decoded *report, pp_error *err)
{
    pp_decode d = { .in = in, .report = report };
    pp_decode_rules r = *rules;

    memset(out, 0, sizeof *out);
    *report = (pp_decoded){ .left_x_mm = NAN, .right_x_mm = NAN };
    pp_decode_defaults(&r);
    memcpy(out->dim, in->dim, sizeof out->dim);
    memcpy(out->to_lps, in->to_lps, sizeof out->to_lps);
    out->at = pp_alloc_zero(in->dim[0] * in->dim[1] * in->dim[2],
                            sizeof *out->at);
    if (out->at == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    if (run(&d, anatomy, &r, out, err) != PP_OK)
        goto done;
    if (anatomy != NULL)
        pp_decode_laterality(&d, anatomy);
done:
    pp_free(d.class);
    pp_free(d.label);
    pp_free(d.part);
    pp_free(d.owner);
    if (err->status != PP_OK) {
        pp_label_map_free(out);
        pp_decoded_free(report);
    }
    return err->status;
}
