/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * filter.c - Gaussian and Laplacian of a field
 *
 * The Gaussian is separable: one pass along each axis, with weights that end
 * at four sigma and sum to one. A block of lines side by side is copied with
 * its mirror images at both ends, so that the sum over the weights is a sum of
 * rows, which compilers turn into wide instructions. Beyond the border lies
 * the mirror image with the border voxel twice, as in scipy.ndimage's mode
 * 'reflect'.
 */
#include "mask/field.h"

#include "base/alloc.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#define BLOCK 64

/* Symmetric weights: of the middle, and of both voxels r off. */
typedef struct {
    float *weight;
    ptrdiff_t radius;
} kernel;

static pp_status
make_kernel(double sigma, kernel *k, pp_error *err)
{
    double sum = 1;

    if (!(sigma >= 0 && sigma <= PP_FIELD_SIGMA))
        return pp_fail(err, PP_ELIMIT, "sigma of %g voxels: 0 to %g are "
                       "possible", sigma, PP_FIELD_SIGMA);
    k->radius = (ptrdiff_t)(4 * sigma + 0.5);
    k->weight = pp_alloc((size_t)k->radius + 1, sizeof *k->weight);
    if (k->weight == NULL)
        return pp_fail_memory(err);
    for (ptrdiff_t r = 1; r <= k->radius; r++)
        sum += 2 * exp(-0.5 * (double)(r * r) / (sigma * sigma));
    k->weight[0] = (float)(1 / sum);
    for (ptrdiff_t r = 1; r <= k->radius; r++)
        k->weight[r] =
            (float)(exp(-0.5 * (double)(r * r) / (sigma * sigma)) / sum);
    return PP_OK;
}

/* The voxel whose value stands for that at q: mirrored until it is inside. */
static inline size_t
mirror(ptrdiff_t q, size_t n)
{
    const ptrdiff_t period = 2 * (ptrdiff_t)n;

    q %= period;
    if (q < 0)
        q += period;
    return (size_t)(q < (ptrdiff_t)n ? q : period - 1 - q);
}

/* A line whose neighbours are in memory, n values; room for n + 2 radius. */
static void
smooth_row(float *f, size_t n, const kernel *k, float *room)
{
    const ptrdiff_t m = (ptrdiff_t)n, radius = k->radius;
    float *middle = room + radius;

    memcpy(middle, f, n * sizeof *f);
    for (ptrdiff_t r = 1; r <= radius; r++) {
        middle[-r] = f[mirror(-r, n)];
        middle[m - 1 + r] = f[mirror(m - 1 + r, n)];
    }
    for (ptrdiff_t q = 0; q < m; q++)
        f[q] = k->weight[0] * middle[q];
    for (ptrdiff_t r = 1; r <= radius; r++) {
        const float w = k->weight[r];

        for (ptrdiff_t q = 0; q < m; q++)
            f[q] += w * (middle[q - r] + middle[q + r]);
    }
}

/* Up to BLOCK lines of n values `stride` apart that start side by side. */
static void
smooth_block(float *f, size_t n, size_t stride, size_t nline, const kernel *k,
             float *room)
{
    const ptrdiff_t radius = k->radius, m = (ptrdiff_t)n;

    for (ptrdiff_t q = -radius; q < m + radius; q++)
        memcpy(room + (q + radius) * BLOCK, f + mirror(q, n) * stride,
               nline * sizeof *f);
    for (ptrdiff_t q = 0; q < m; q++) {
        const float *middle = room + (q + radius) * BLOCK;
        float sum[BLOCK];

        for (size_t c = 0; c < nline; c++)
            sum[c] = k->weight[0] * middle[c];
        for (ptrdiff_t r = 1; r <= radius; r++) {
            const float *low = middle - r * BLOCK, *high = middle + r * BLOCK;
            const float w = k->weight[r];

            for (size_t c = 0; c < nline; c++)
                sum[c] += w * (low[c] + high[c]);
        }
        memcpy(f + (size_t)q * stride, sum, nline * sizeof *f);
    }
}

static void
smooth_axis(float *f, const size_t dim[3], int axis, const kernel *k,
            float *room)
{
    const size_t row = dim[0], slice = row * dim[1];
    const size_t stride = axis == 1 ? row : slice;
    const size_t outer = axis == 1 ? slice : row;
    const ptrdiff_t nouter =
        (ptrdiff_t)(axis == 0 ? dim[1] * dim[2] : axis == 1 ? dim[2] : dim[1]);

    #pragma omp for schedule(static)
    for (ptrdiff_t o = 0; o < nouter; o++) {
        if (axis == 0) {
            smooth_row(f + (size_t)o * row, row, k, room);
            continue;
        }
        for (size_t i = 0; i < row; i += BLOCK)
            smooth_block(f + (size_t)o * outer + i, dim[axis], stride,
                         row - i < BLOCK ? row - i : BLOCK, k, room);
    }
}

static bool
smooth_all(float *f, const size_t dim[3], const kernel k[3])
{
    size_t longest = 0;
    bool failed = false;

    for (int a = 0; a < 3; a++) {
        const size_t n = dim[a] + 2 * (size_t)k[a].radius;

        longest = n > longest ? n : longest;
    }
    #pragma omp parallel
    {
        float *room = pp_alloc(longest, BLOCK * sizeof *room);

        if (room == NULL) {
            #pragma omp atomic write
            failed = true;
        }
        #pragma omp barrier
        for (int a = 2; a >= 0 && !failed; a--)
            if (k[a].radius > 0)
                smooth_axis(f, dim, a, &k[a], room);
        pp_free(room);
    }
    return !failed;
}

pp_status
pp_field_gaussian(float *f, const size_t dim[3], const double sigma[3],
                  pp_error *err)
{
    kernel k[3] = { { NULL, 0 }, { NULL, 0 }, { NULL, 0 } };

    for (int a = 0; a < 3 && err->status == PP_OK; a++)
        (void)!make_kernel(sigma[a], &k[a], err);
    if (err->status == PP_OK && !smooth_all(f, dim, k))
        pp_fail_memory(err);
    for (int a = 0; a < 3; a++)
        pp_free(k[a].weight);
    return err->status;
}

void
pp_field_laplacian(const float *f, const size_t dim[3],
                   const double weight[3], float *out)
{
    const size_t row = dim[0], ny = dim[1], nz = dim[2];
    const float w[3] = { (float)weight[0], (float)weight[1],
                         (float)weight[2] };

    assert(ny > 0);
    #pragma omp parallel for schedule(static)
    for (ptrdiff_t r = 0; r < (ptrdiff_t)(ny * nz); r++) {
        const size_t y = (size_t)r % ny, z = (size_t)r / ny;
        const float *p = f + (size_t)r * row;
        const float *back = y > 0 ? p - row : p;
        const float *front = y + 1 < ny ? p + row : p;
        const float *below = z > 0 ? p - row * ny : p;
        const float *above = z + 1 < nz ? p + row * ny : p;
        float *o = out + (size_t)r * row;

        for (size_t i = 0; i < row; i++) {
            const float left = p[i > 0 ? i - 1 : i];
            const float right = p[i + 1 < row ? i + 1 : i];

            o[i] = w[0] * (left - 2 * p[i] + right) +
                   w[1] * (back[i] - 2 * p[i] + front[i]) +
                   w[2] * (below[i] - 2 * p[i] + above[i]);
        }
    }
}

/* A line of n values `stride` apart: its central difference at q. */
static inline float
slope(const float *f, size_t q, size_t n, size_t stride)
{
    if (n < 2)
        return 0;
    if (q == 0)
        return f[stride] - f[0];
    if (q == n - 1)
        return f[q * stride] - f[(q - 1) * stride];
    return (f[(q + 1) * stride] - f[(q - 1) * stride]) / 2;
}

/* The central difference of central differences. */
static inline float
bend(const float *f, size_t q, size_t n, size_t stride)
{
    const size_t before = q > 0 ? q - 1 : q, after = q + 1 < n ? q + 1 : q;
    const float rise = slope(f, after, n, stride) -
                       slope(f, before, n, stride);

    return after - before == 2 ? rise / 2 : rise;
}

void
pp_field_wide_laplacian(const float *f, const size_t dim[3],
                        const double weight[3], float *out)
{
    const size_t row = dim[0], ny = dim[1], nz = dim[2];

    assert(ny > 0);
    #pragma omp parallel for schedule(static)
    for (ptrdiff_t r = 0; r < (ptrdiff_t)(ny * nz); r++) {
        const size_t y = (size_t)r % ny, z = (size_t)r / ny;
        const float *slice = f + z * ny * row, *line = slice + y * row;
        float *o = out + (size_t)r * row;

        for (size_t i = 0; i < row; i++)
            o[i] = (float)weight[0] * bend(line, i, row, 1) +
                   (float)weight[1] * bend(slice + i, y, ny, row) +
                   (float)weight[2] * bend(f + y * row + i, z, nz, row * ny);
    }
}
