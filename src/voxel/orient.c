/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * orient.c - storage brought to nearest LPS order
 *
 * Of the 24 ways to renumber the axes that leave a right-handed frame, the one
 * whose unit axes lie nearest to L, P and S is taken: the largest sum of
 * cosines. It depends on the frame in space alone and not on how the file
 * stored it, ties included. Flips are made in place; only a true permutation
 * needs a second grid for a moment.
 */
#include "voxel/grid.h"

#include "base/alloc.h"

#include <stdbool.h>
#include <string.h>

/*
 * Cosine sums closer than this are a tie (45 degrees between axes): far above
 * rounding, far below any angle that matters.
 */
#define TIE 1e-6

typedef struct {
    int from[3];  /* new axis a is old axis from[a] ... */
    bool flip[3]; /* ... turned round */
} turn;

static const int order[6][3] = { { 0, 1, 2 }, { 1, 2, 0 }, { 2, 0, 1 },
                                 { 1, 0, 2 }, { 0, 2, 1 }, { 2, 1, 0 } };

/* The unit axes of a grid after a turn: m[row][axis]. */
static void
turned_axes(double unit[3][3], const turn *t, double m[3][3])
{
    for (int a = 0; a < 3; a++)
        for (int r = 0; r < 3; r++)
            m[r][a] = (t->flip[a] ? -1 : 1) * unit[r][t->from[a]];
}

static double
det3(double m[3][3])
{
    return m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) -
           m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0]) +
           m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0]);
}

/* By the sum of cosines; ties by the entries, in a fixed order. */
static bool
nearer(double a[3][3], double b[3][3])
{
    const double difference = a[0][0] + a[1][1] + a[2][2] -
                              (b[0][0] + b[1][1] + b[2][2]);

    if (difference > TIE || difference < -TIE)
        return difference > 0;
    for (int c = 0; c < 3; c++)
        for (int r = 0; r < 3; r++)
            if (a[r][c] - b[r][c] > TIE || a[r][c] - b[r][c] < -TIE)
                return a[r][c] > b[r][c];
    return false;
}

static turn
best_turn(const pp_grid *g)
{
    double unit[3][3], best_axes[3][3], spacing[3];
    turn best = { { 0, 1, 2 }, { false, false, false } };
    bool found = false;

    pp_grid_spacing(g, spacing);
    for (int r = 0; r < 3; r++)
        for (int c = 0; c < 3; c++)
            unit[r][c] = g->to_lps[r][c] / spacing[c];
    for (int o = 0; o < 6; o++)
        for (int f = 0; f < 8; f++) {
            double axes[3][3];
            turn t;

            for (int a = 0; a < 3; a++) {
                t.from[a] = order[o][a];
                t.flip[a] = (f >> a & 1) != 0;
            }
            turned_axes(unit, &t, axes);
            if (det3(axes) > 0 && (!found || nearer(axes, best_axes))) {
                memcpy(best_axes, axes, sizeof axes);
                best = t;
                found = true;
            }
        }
    return best;
}

static void
turn_matrix(pp_grid *g, const turn *t)
{
    double m[3][4];

    for (int r = 0; r < 3; r++) {
        m[r][3] = g->to_lps[r][3];
        for (int a = 0; a < 3; a++) {
            const int c = t->from[a];

            /* + 0: no negative zeros */
            m[r][a] = (t->flip[a] ? -g->to_lps[r][c] : g->to_lps[r][c]) + 0.0;
            if (t->flip[a])
                m[r][3] += g->to_lps[r][c] * (double)(g->dim[c] - 1);
        }
    }
    memcpy(g->to_lps, m, sizeof m);
}

static void
swap_bytes(unsigned char *a, unsigned char *b, size_t n)
{
    unsigned char piece[4096];

    while (n > 0) {
        const size_t some = n < sizeof piece ? n : sizeof piece;

        memcpy(piece, a, some);
        memcpy(a, b, some);
        memcpy(b, piece, some);
        a += some;
        b += some;
        n -= some;
    }
}

#define DEFINE_REVERSE(name, type)                                            \
    static void name(type *row, size_t n)                                     \
    {                                                                         \
        for (size_t i = 0; i < n / 2; i++) {                                  \
            const type v = row[i];                                            \
                                                                              \
            row[i] = row[n - 1 - i];                                          \
            row[n - 1 - i] = v;                                               \
        }                                                                     \
    }
DEFINE_REVERSE(reverse_1, uint8_t)
DEFINE_REVERSE(reverse_2, uint16_t)
DEFINE_REVERSE(reverse_4, uint32_t)
DEFINE_REVERSE(reverse_8, uint64_t)

static void
reverse_row(void *row, size_t n, size_t size)
{
    switch (size) {
    case 1:
        reverse_1(row, n);
        break;
    case 2:
        reverse_2(row, n);
        break;
    case 4:
        reverse_4(row, n);
        break;
    default:
        reverse_8(row, n);
    }
}

static void
flip_in_place(pp_grid *g, const bool flip[3])
{
    const size_t size = pp_voxel_size(g->type);
    const size_t row = g->dim[0] * size, slice = row * g->dim[1];
    unsigned char *const base = g->voxel;

    if (flip[2])
        for (size_t k = 0; k < g->dim[2] / 2; k++)
            swap_bytes(base + k * slice, base + (g->dim[2] - 1 - k) * slice,
                       slice);
    for (size_t k = 0; flip[1] && k < g->dim[2]; k++)
        for (size_t j = 0; j < g->dim[1] / 2; j++)
            swap_bytes(base + k * slice + j * row,
                       base + k * slice + (g->dim[1] - 1 - j) * row, row);
    for (size_t n = 0; flip[0] && n < g->dim[1] * g->dim[2]; n++)
        reverse_row(base + n * row, g->dim[0], size);
}

/* One row of the new grid; step in voxels of the old one. */
#define DEFINE_GATHER(name, type)                                             \
    static void name(type *to, const type *from, ptrdiff_t step, size_t n)    \
    {                                                                         \
        for (size_t i = 0; i < n; i++)                                        \
            to[i] = from[(ptrdiff_t)i * step];                                \
    }
DEFINE_GATHER(gather_1, uint8_t)
DEFINE_GATHER(gather_2, uint16_t)
DEFINE_GATHER(gather_4, uint32_t)
DEFINE_GATHER(gather_8, uint64_t)

static void
gather_row(unsigned char *to, const unsigned char *from, ptrdiff_t step,
           size_t n, size_t size)
{
    switch (size) {
    case 1:
        gather_1(to, from, step, n);
        break;
    case 2:
        gather_2((void *)to, (const void *)from, step, n);
        break;
    case 4:
        gather_4((void *)to, (const void *)from, step, n);
        break;
    default:
        gather_8((void *)to, (const void *)from, step, n);
    }
}

static pp_status
permute(pp_grid *g, const turn *t, pp_error *err)
{
    const ptrdiff_t old_step[3] = { 1, (ptrdiff_t)g->dim[0],
                                    (ptrdiff_t)(g->dim[0] * g->dim[1]) };
    const size_t size = pp_voxel_size(g->type);
    const unsigned char *start = g->voxel;
    ptrdiff_t step[3], first = 0;
    pp_grid out;
    size_t dim[3];

    for (int a = 0; a < 3; a++) {
        dim[a] = g->dim[t->from[a]];
        step[a] = old_step[t->from[a]];
        if (t->flip[a]) {
            first += step[a] * (ptrdiff_t)(dim[a] - 1);
            step[a] = -step[a];
        }
    }
    if (pp_grid_alloc(&out, dim, g->type, err) != PP_OK)
        return err->status;
    start += first * (ptrdiff_t)size;
    for (size_t k = 0; k < dim[2]; k++)
        for (size_t j = 0; j < dim[1]; j++)
            gather_row((unsigned char *)out.voxel +
                           (k * dim[1] + j) * dim[0] * size,
                       start + ((ptrdiff_t)k * step[2] +
                                (ptrdiff_t)j * step[1]) * (ptrdiff_t)size,
                       step[0], dim[0], size);
    pp_free(g->voxel);
    g->voxel = out.voxel;
    return PP_OK;
}

pp_status
pp_grid_to_nearest_lps(pp_grid *g, pp_error *err)
{
    size_t dim[3];
    turn t;

    if (pp_grid_check_matrix(g, err) != PP_OK)
        return err->status;
    t = best_turn(g);
    if (g->voxel != NULL) {
        if (t.from[0] == 0 && t.from[1] == 1)
            flip_in_place(g, t.flip);
        else if (permute(g, &t, err) != PP_OK)
            return err->status;
    }
    turn_matrix(g, &t);
    for (int a = 0; a < 3; a++)
        dim[a] = g->dim[t.from[a]];
    memcpy(g->dim, dim, sizeof dim);
    return PP_OK;
}
