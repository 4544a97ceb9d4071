/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * encode.c - from fragments to four classes
 *
 * Core is where a fragment is deep, or where its smoothed depth bends: minus
 * the Laplacian is large along the middle of plates and rods, however thin.
 * Where another fragment is near, core falls back to boundary, and boundary
 * becomes border: that which was core as well, or fronts of the decoder pass
 * the border along the middle of plates. The depth of all fragments is one
 * transform; the rest is done fragment by fragment, in its box with room for
 * the Gaussian.
 *
 * The rules can take a fragment's whole core away, and a decoder drops what is
 * smaller than dust; hold.c then gives the fragment a core.
 */
#include "mask/encode.h"

#include "base/alloc.h"
#include "base/large.h"
#include "mask/field.h"

#include <assert.h>
#include <math.h>
#include <string.h>

/* A fragment that fills its image has no end: deeper than any rule asks. */
#define DEEPEST 1e4F

void
pp_encode_defaults(pp_encode_rules *r)
{
    const bool voxel = r->variant == PP_ENCODE_VOXEL;

    if (r->core == 0)
        r->core = 6;
    if (r->laplace == 0)
        r->laplace = 0.11;
    if (r->sigma == 0)
        r->sigma = 2;
    if (r->zone == 0)
        r->zone = voxel ? 3 : 6;
    if (r->clearance == 0 && !r->no_clearance)
        r->clearance = voxel ? 2 : 0;
    if (r->dust_voxels == 0)
        r->dust_voxels = 50;
    r->sigma_voxels |= voxel;
}

/* The box of a fragment and so much around it, cut by the image's border. */
static void
set_box(pp_encode *e, const pp_label_extent *extent, const double margin[3])
{
    e->n = 1;
    for (int a = 0; a < 3; a++) {
        const size_t m = (size_t)ceil(margin[a]);
        const size_t high = extent->high[a] + m;

        e->low[a] = extent->low[a] > m ? extent->low[a] - m : 0;
        e->dim[a] = (high < e->labels->dim[a] ? high : e->labels->dim[a]) -
                    e->low[a];
        e->n *= e->dim[a];
    }
}

/* Where row r of the box starts in the image. */
static size_t
row_start(const pp_encode *e, size_t r)
{
    const size_t j = r % e->dim[1] + e->low[1], k = r / e->dim[1] + e->low[2];

    return (k * e->labels->dim[1] + j) * e->labels->dim[0] + e->low[0];
}

static pp_status
make_room(pp_encode *e, pp_error *err)
{
    if (e->n <= e->room)
        return PP_OK;
    pp_encode_free_box(e);
    e->state = pp_alloc(e->n, 1);
    e->depth = pp_alloc(e->n, sizeof *e->depth);
    e->smooth = pp_alloc(e->n, sizeof *e->smooth);
    e->bend = pp_alloc(e->n, sizeof *e->bend);
    if (e->state == NULL || e->depth == NULL || e->smooth == NULL ||
        e->bend == NULL)
        return pp_fail_memory(err);
    e->room = e->n;
    return PP_OK;
}

void
pp_encode_free_box(pp_encode *e)
{
    pp_free(e->state);
    pp_free(e->depth);
    pp_free(e->smooth);
    pp_free(e->bend);
    e->state = NULL;
    e->depth = e->smooth = e->bend = NULL;
    e->room = 0;
}

/* Own voxels and those of other fragments; the own ones' depth. */
static void
fill_box(pp_encode *e)
{
    assert(e->state != NULL && e->depth != NULL);
    #pragma omp parallel for schedule(static)
    for (ptrdiff_t r = 0; r < (ptrdiff_t)(e->dim[1] * e->dim[2]); r++) {
        const size_t from = row_start(e, (size_t)r);
        const size_t to = (size_t)r * e->dim[0];

        for (size_t i = 0; i < e->dim[0]; i++) {
            const uint16_t l = e->labels->at[from + i];
            const bool own = l == e->label;
            const float d = own ? e->all_depth[from + i] : 0;

            e->state[to + i] = own ? PP_OWN : l != 0 ? PP_OTHER : 0;
            e->depth[to + i] = d < DEEPEST ? d : DEEPEST;
        }
    }
}

/* Core by depth or by bend; all other own voxels are boundary. */
static pp_status
find_core(pp_encode *e, pp_error *err)
{
    const pp_encode_rules *r = &e->rules;
    const bool voxel = r->variant == PP_ENCODE_VOXEL;
    double sigma[3], weight[3];
    const float *deep = voxel ? e->smooth : e->depth;

    for (int a = 0; a < 3; a++) {
        sigma[a] = r->sigma_voxels ? r->sigma : r->sigma / e->mm[a];
        weight[a] = voxel ? a < 2 : 1 / (e->mm[a] * e->mm[a]);
    }
    memcpy(e->smooth, e->depth, e->n * sizeof *e->smooth);
    if (pp_field_gaussian(e->smooth, e->dim, sigma, err) != PP_OK)
        return err->status;
    if (voxel)
        pp_field_wide_laplacian(e->smooth, e->dim, weight, e->bend);
    else
        pp_field_laplacian(e->smooth, e->dim, weight, e->bend);
    #pragma omp parallel for schedule(static)
    for (ptrdiff_t v = 0; v < (ptrdiff_t)e->n; v++)
        if (e->state[v] & PP_OWN)
            e->state[v] |= -(double)e->bend[v] > r->laplace ||
                                   (double)deep[v] > r->core
                               ? PP_IS_CORE
                               : 0;
    return PP_OK;
}

/* Marks where another fragment is near; depth becomes the way to it. */
static pp_status
find_zone(pp_encode *e, pp_error *err)
{
    const pp_encode_rules *r = &e->rules;
    const double reach = r->zone + r->clearance;
    uint8_t *free_of = pp_alloc(e->n, 1);
    pp_field_classes c = { .byte = free_of };
    bool any = false;

    if (free_of == NULL)
        return pp_fail_memory(err);
    memcpy(c.dim, e->dim, sizeof c.dim);
    for (int a = 0; a < 3; a++)
        c.mm[a] = r->zone_mm ? e->mm[a] : 1;
    for (size_t v = 0; v < e->n; v++) {
        free_of[v] = !(e->state[v] & PP_OTHER);
        any |= !free_of[v];
    }
    if (any && pp_field_distance(&c, e->bend, err) == PP_OK)
        for (size_t v = 0; v < e->n; v++) {
            if (!(e->state[v] & PP_OWN))
                continue;
            if ((double)e->bend[v] <= r->zone)
                e->state[v] |= PP_IN_ZONE;
            if ((double)e->bend[v] <= reach)
                e->state[v] |= PP_NEAR;
        }
    pp_free(free_of);
    return err->status;
}

/* Core falls back; what is left counts. */
static void
yield_core(pp_encode *e, pp_encoded *made)
{
    for (size_t v = 0; v < e->n; v++)
        if ((e->state[v] & (PP_IS_CORE | PP_NEAR)) ==
            (PP_IS_CORE | PP_NEAR)) {
            e->state[v] = (uint8_t)((e->state[v] & ~PP_IS_CORE) | PP_YIELDED);
            made->nyielded++;
        }
}

static void
write_classes(const pp_encode *e, pp_classes *out, pp_encoded *made)
{
    const bool through = !e->rules.shallow_border;

    for (size_t r = 0; r < e->dim[1] * e->dim[2]; r++) {
        const uint8_t *s = e->state + r * e->dim[0];
        uint8_t *to = out->at + row_start(e, r);

        for (size_t i = 0; i < e->dim[0]; i++) {
            if (!(s[i] & PP_OWN))
                continue;
            made->nvoxel++;
            if (s[i] & PP_IS_CORE) {
                to[i] = PP_CORE;
                made->ncore++;
            } else if ((s[i] & PP_IN_ZONE) &&
                       (through || !(s[i] & PP_YIELDED))) {
                to[i] = PP_BORDER;
                made->nborder++;
            } else {
                to[i] = PP_BOUNDARY;
                made->nboundary++;
            }
        }
    }
}

static pp_status
encode_one(pp_encode *e, const pp_label_extent *extent, pp_classes *out,
           pp_encoded *made, pp_error *err)
{
    const pp_encode_rules *r = &e->rules;
    const double reach = r->zone + r->clearance;
    double margin[3];

    for (int a = 0; a < 3; a++) {
        const double sigma = r->sigma_voxels ? r->sigma : r->sigma / e->mm[a];

        margin[a] = fmax(4 * sigma + 4,
                         1 + (r->zone_mm ? reach / e->mm[a] : reach));
        /* beyond the image there is nothing to see */
        margin[a] = fmin(margin[a], (double)e->labels->dim[a]);
    }
    set_box(e, extent, margin);
    if (make_room(e, err) != PP_OK)
        return err->status;
    fill_box(e);
    if (find_core(e, err) != PP_OK || find_zone(e, err) != PP_OK)
        return err->status;
    yield_core(e, made);
    if (pp_encode_hold(e, made, err) != PP_OK)
        return err->status;
    write_classes(e, out, made);
    return PP_OK;
}

static pp_status
check_rules(const pp_encode_rules *r, pp_error *err)
{
    const double value[] = { r->core, r->laplace, r->sigma, r->zone,
                             r->clearance };

    for (size_t n = 0; n < sizeof value / sizeof *value; n++)
        if (!(value[n] >= 0) || value[n] > 1e6)
            return pp_fail(err, PP_ELIMIT, "a rule's number is %g: 0 to a "
                           "million are possible", value[n]);
    return PP_OK;
}

static pp_status
find_depth(pp_encode *e, pp_error *err)
{
    const size_t *dim = e->labels->dim;
    pp_field_classes c = { .word = e->labels->at };

    memcpy(c.dim, dim, sizeof c.dim);
    for (int a = 0; a < 3; a++)
        c.mm[a] = e->rules.variant == PP_ENCODE_VOXEL ? 1 : e->mm[a];
    e->all_depth = pp_alloc(dim[0] * dim[1] * dim[2], sizeof *e->all_depth);
    if (e->all_depth == NULL)
        return pp_fail_memory(err);
    return pp_field_distance(&c, e->all_depth, err);
}

static pp_status
encode_all(pp_encode *e, const pp_label_extent *extent, pp_classes *out,
           pp_encoded *list, size_t *n, pp_error *err)
{
    if (check_rules(&e->rules, err) != PP_OK || find_depth(e, err) != PP_OK)
        return err->status;
    for (size_t l = 1; l <= e->labels->nlabel; l++) {
        if (extent[l].nvoxel == 0)
            continue;
        e->label = (uint16_t)l;
        list[*n] = (pp_encoded){ .label = (uint16_t)l };
        if (encode_one(e, &extent[l], out, &list[(*n)++], err) != PP_OK)
            return err->status;
    }
    return PP_OK;
}

pp_status
pp_fragments_encode(const pp_label_map *labels, const pp_encode_rules *rules,
                    pp_classes *out, pp_encoded **encoded, size_t *nencoded,
                    pp_error *err)
{
    pp_encode e = { .labels = labels, .rules = *rules };
    pp_label_extent *extent = NULL;

    memset(out, 0, sizeof *out);
    *nencoded = 0;
    pp_encode_defaults(&e.rules);
    pp_affine_spacing(labels->to_lps, e.mm);
    memcpy(out->dim, labels->dim, sizeof out->dim);
    memcpy(out->to_lps, labels->to_lps, sizeof out->to_lps);
    *encoded = pp_alloc(labels->nlabel, sizeof **encoded);
    out->at = pp_alloc_zero(out->dim[0] * out->dim[1] * out->dim[2], 1);
    if (*encoded == NULL || out->at == NULL)
        pp_fail_memory(err);
    else if (pp_label_map_extents(labels, &extent, err) == PP_OK)
        (void)!encode_all(&e, extent, out, *encoded, nencoded, err);
    pp_free(extent);
    pp_free(e.all_depth);
    pp_encode_free_box(&e);
    if (err->status != PP_OK) {
        pp_classes_free(out);
        pp_free(*encoded);
        *encoded = NULL;
        *nencoded = 0;
    }
    return err->status;
}
