/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mask.c - making, counting and cutting masks
 */
#include "mask/mask.h"

#include "base/alloc.h"

#include <math.h>
#include <string.h>

void
pp_mask_free(pp_mask *m)
{
    pp_free(m->in);
    memset(m, 0, sizeof *m);
}

static size_t
voxels(const size_t dim[3])
{
    return dim[0] * dim[1] * dim[2];
}

pp_status
pp_mask_alloc(pp_mask *m, const size_t dim[3], const double to_lps[3][4],
              pp_error *err)
{
    const size_t n = dim[0];

    memset(m, 0, sizeof *m);
    for (int a = 0; a < 3; a++)
        if (dim[a] == 0 || dim[a] > PP_MASK_LIMIT)
            return pp_fail(err, PP_ELIMIT, "%zu voxels along axis %d: 1 to %d "
                           "are possible", dim[a], a, PP_MASK_LIMIT);
    if (n * dim[1] > PP_MASK_VOXELS / dim[2])
        return pp_fail(err, PP_ELIMIT, "%zu x %zu x %zu voxels: too many",
                       dim[0], dim[1], dim[2]);
    m->in = pp_alloc_zero(voxels(dim), 1);
    if (m->in == NULL)
        return pp_fail_memory(err);
    memcpy(m->dim, dim, sizeof m->dim);
    memcpy(m->to_lps, to_lps, sizeof m->to_lps);
    return PP_OK;
}

/*
 * One loop for each stored type, so that each compiles to straight vector
 * code: a scan has a hundred million voxels.
 */
#define LOOP(type, test)                                                      \
    do {                                                                      \
        const type *v = g->voxel;                                             \
        const type wanted = (type)value;                                      \
        (void)wanted;                                                         \
        _Pragma("omp parallel for schedule(static)")                          \
        for (ptrdiff_t n = 0; n < count; n++)                                 \
            in[n] = (uint8_t)(test);                                          \
    } while (0)

#define LOOP_OF_TYPE(test)                                                    \
    switch (g->type) {                                                        \
    case PP_VOXEL_U8:                                                         \
        LOOP(uint8_t, test);                                                  \
        break;                                                                \
    case PP_VOXEL_I8:                                                         \
        LOOP(int8_t, test);                                                   \
        break;                                                                \
    case PP_VOXEL_U16:                                                        \
        LOOP(uint16_t, test);                                                 \
        break;                                                                \
    case PP_VOXEL_I16:                                                        \
        LOOP(int16_t, test);                                                  \
        break;                                                                \
    case PP_VOXEL_U32:                                                        \
        LOOP(uint32_t, test);                                                 \
        break;                                                                \
    case PP_VOXEL_I32:                                                        \
        LOOP(int32_t, test);                                                  \
        break;                                                                \
    case PP_VOXEL_F32:                                                        \
        LOOP(float, test);                                                    \
        break;                                                                \
    case PP_VOXEL_F64:                                                        \
        LOOP(double, test);                                                   \
        break;                                                                \
    }

/* The stored type's own comparison; a value it cannot hold fits nowhere. */
static void
mark_stored(const pp_grid *g, uint32_t value, uint8_t *in)
{
    const ptrdiff_t count = (ptrdiff_t)voxels(g->dim);

    LOOP_OF_TYPE((double)wanted == (double)value && v[n] == wanted)
}

static void
mark_physical(const pp_grid *g, uint32_t value, uint8_t *in)
{
    const ptrdiff_t count = (ptrdiff_t)voxels(g->dim);
    const double a = g->slope, b = g->intercept;

    LOOP_OF_TYPE((double)v[n] * a + b == (double)value)
}

static void
mark_at_least(const pp_grid *g, double iso, uint8_t *in)
{
    const ptrdiff_t count = (ptrdiff_t)voxels(g->dim);
    const double a = g->slope, b = g->intercept;
    const int value = 0;

    LOOP_OF_TYPE((double)v[n] * a + b >= iso)
}

static void
mark(const pp_grid *g, uint32_t value, uint8_t *in)
{
    if (g->slope == 1 && g->intercept == 0)
        mark_stored(g, value, in);
    else
        mark_physical(g, value, in);
}

static pp_status
find_layer(const pp_volume *v, const pp_segment *s, const pp_grid **g,
           pp_error *err)
{
    if (s->layer >= v->nlayer || v->layer[s->layer].voxel == NULL)
        return pp_fail(err, PP_EBUG, "segment %u: its layer was not read",
                       (unsigned)s->number);
    *g = &v->layer[s->layer];
    return PP_OK;
}

pp_status
pp_mask_from_segment(const pp_volume *v, const pp_segment *s, pp_mask *mask,
                     pp_error *err)
{
    const pp_grid *g = NULL;

    memset(mask, 0, sizeof *mask);
    if (find_layer(v, s, &g, err) != PP_OK ||
        pp_mask_alloc(mask, g->dim, g->to_lps, err) != PP_OK)
        return err->status;
    mark(g, s->value, mask->in);
    return PP_OK;
}

/* A voxel of one byte is read before its place is written. */
static bool
fits_in_place(const pp_grid *g)
{
    return pp_voxel_size(g->type) == 1 && g->dim[0] <= PP_MASK_LIMIT &&
           g->dim[1] <= PP_MASK_LIMIT && g->dim[2] <= PP_MASK_LIMIT &&
           g->dim[0] * g->dim[1] <= PP_MASK_VOXELS / g->dim[2];
}

pp_status
pp_mask_take_segment(pp_volume *v, const pp_segment *s, pp_mask *mask,
                     pp_error *err)
{
    const pp_grid *g = NULL;

    memset(mask, 0, sizeof *mask);
    if (find_layer(v, s, &g, err) != PP_OK)
        return err->status;
    if (fits_in_place(g)) {
        memcpy(mask->dim, g->dim, sizeof mask->dim);
        memcpy(mask->to_lps, g->to_lps, sizeof mask->to_lps);
        mark(g, s->value, g->voxel);
        mask->in = g->voxel;
        v->layer[s->layer].voxel = NULL;
    } else if (pp_mask_from_segment(v, s, mask, err) != PP_OK) {
        return err->status;
    }
    for (size_t n = 0; n < v->nlayer; n++)
        pp_grid_free(&v->layer[n]);
    return PP_OK;
}

pp_status
pp_mask_from_iso(const pp_grid *g, double iso, pp_mask *mask, pp_error *err)
{
    memset(mask, 0, sizeof *mask);
    if (g->voxel == NULL)
        return pp_fail(err, PP_EBUG, "the image was not read");
    if (pp_mask_alloc(mask, g->dim, g->to_lps, err) != PP_OK)
        return err->status;
    mark_at_least(g, iso, mask->in);
    return PP_OK;
}

size_t
pp_mask_count(const pp_mask *m)
{
    const ptrdiff_t count = (ptrdiff_t)voxels(m->dim);
    size_t inside = 0;

    #pragma omp parallel for schedule(static) reduction(+ : inside)
    for (ptrdiff_t n = 0; n < count; n++)
        inside += m->in[n];
    return inside;
}

double
pp_mask_voxel_volume(const pp_mask *m)
{
    return fabs(pp_affine_determinant(m->to_lps));
}

double
pp_mask_volume(const pp_mask *m)
{
    return (double)pp_mask_count(m) * pp_mask_voxel_volume(m);
}

void
pp_mask_spacing(const pp_mask *m, double mm[3])
{
    pp_affine_spacing(m->to_lps, mm);
}

pp_vec3
pp_mask_position(const pp_mask *m, double i, double j, double k)
{
    return pp_affine_point(m->to_lps, i, j, k);
}

bool
pp_mask_box(const pp_mask *m, size_t low[3], size_t high[3])
{
    const size_t row = m->dim[0];
    bool found = false;

    for (int a = 0; a < 3; a++) {
        low[a] = m->dim[a];
        high[a] = 0;
    }
    for (size_t k = 0; k < m->dim[2]; k++)
        for (size_t j = 0; j < m->dim[1]; j++) {
            const uint8_t *p = m->in + (k * m->dim[1] + j) * row;
            const uint8_t *first = memchr(p, 1, row);
            const size_t at[3] = { 0, j, k };
            size_t end = row;

            if (first == NULL)
                continue;
            while (!p[end - 1])
                end--;
            found = true;
            if ((size_t)(first - p) < low[0])
                low[0] = (size_t)(first - p);
            if (end > high[0])
                high[0] = end;
            for (int a = 1; a < 3; a++) {
                if (at[a] < low[a])
                    low[a] = at[a];
                if (at[a] + 1 > high[a])
                    high[a] = at[a] + 1;
            }
        }
    return found;
}

bool
pp_mask_touches_border(const pp_mask *m)
{
    size_t low[3], high[3];

    if (!pp_mask_box(m, low, high))
        return false;
    for (int a = 0; a < 3; a++)
        if (low[a] == 0 || high[a] == m->dim[a])
            return true;
    return false;
}

pp_status
pp_mask_crop(const pp_mask *m, size_t margin, pp_mask *out, pp_error *err)
{
    size_t low[3], high[3], dim[3];

    memset(out, 0, sizeof *out);
    if (margin > PP_MASK_LIMIT)
        return pp_fail(err, PP_ELIMIT, "margin of %zu voxels", margin);
    if (!pp_mask_box(m, low, high))
        return pp_fail(err, PP_EGEOM, "no voxel is inside");
    for (int a = 0; a < 3; a++)
        dim[a] = high[a] - low[a] + 2 * margin;
    if (pp_mask_alloc(out, dim, m->to_lps, err) != PP_OK)
        return err->status;
    {
        const double shift = (double)margin;
        const pp_vec3 o = pp_mask_position(m, (double)low[0] - shift,
                                           (double)low[1] - shift,
                                           (double)low[2] - shift);

        out->to_lps[0][3] = o.x;
        out->to_lps[1][3] = o.y;
        out->to_lps[2][3] = o.z;
    }
    for (size_t k = low[2]; k < high[2]; k++)
        for (size_t j = low[1]; j < high[1]; j++)
            memcpy(out->in + margin + dim[0] * (j - low[1] + margin +
                                      dim[1] * (k - low[2] + margin)),
                   m->in + low[0] + m->dim[0] * (j + m->dim[1] * k),
                   high[0] - low[0]);
    return PP_OK;
}
