/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * boundary.c - exact distance from a point to the boundary of a voxel mask
 *
 * The boundary is a set of axis-parallel rectangles in the lattice's own
 * frame. A point near it, which is nearly every point that is asked for, finds
 * its face among the 27 cells around it: when that face is nearer than one
 * cell no other can win. All others descend a pyramid of blocks that hold
 * faces, near blocks first, and leave out what lies beyond the best so far.
 */
#include "measure/boundary.h"

#include "base/alloc.h"

#include <string.h>

/* Largest |cosine| between two axes that counts as a right angle: matrices in
 * files are rounded to float, where unit vectors are off by 1e-7; at 1e-4 a
 * face of 1 mm is off by 0.1 um. */
#define RIGHT_ANGLE 1e-4

static pp_vec3
column(const double m[3][4], int c)
{
    return pp_vec(m[0][c], m[1][c], m[2][c]);
}

static pp_status
set_frame(const pp_mask *mask, pp_boundary *b, pp_error *err)
{
    pp_vec3 origin = column(mask->to_lps, 3);

    for (int a = 0; a < 3; a++) {
        const pp_vec3 step = column(mask->to_lps, a);

        b->h[a] = pp_norm(step);
        if (!(b->h[a] > 0) || !isfinite(b->h[a]))
            return pp_fail(err, PP_EGEOM, "the mask's matrix is singular");
        b->axis[a] = pp_unit(step);
        /* cell 0 lies one step below the mask's first voxel */
        origin = pp_madd(origin, (double)b->shift[a] - 1, step);
    }
    for (int a = 0; a < 3; a++)
        if (fabs(pp_dot(b->axis[a], b->axis[(a + 1) % 3])) > RIGHT_ANGLE)
            return pp_fail(err, PP_EGEOM,
                           "the mask's axes are not at right angles");
    b->origin = origin;
    return PP_OK;
}

/* The box of inside voxels: low in shift, cells in dim (one layer more). */
static pp_status
set_box(const pp_mask *m, pp_boundary *b, pp_error *err)
{
    size_t low[3] = { SIZE_MAX, SIZE_MAX, SIZE_MAX }, high[3] = { 0, 0, 0 };
    const uint8_t *row = m->in;

    for (size_t k = 0; k < m->dim[2]; k++)
        for (size_t j = 0; j < m->dim[1]; j++, row += m->dim[0]) {
            const uint8_t *first = memchr(row, 1, m->dim[0]);
            size_t i0, i1 = m->dim[0] - 1;

            if (first == NULL)
                continue;
            i0 = (size_t)(first - row);
            while (!row[i1])
                i1--;
            low[0] = i0 < low[0] ? i0 : low[0];
            high[0] = i1 > high[0] ? i1 : high[0];
            low[1] = j < low[1] ? j : low[1];
            high[1] = j > high[1] ? j : high[1];
            low[2] = k < low[2] ? k : low[2];
            high[2] = k;
        }
    if (low[0] == SIZE_MAX)
        return pp_fail(err, PP_EGEOM, "the mask is empty");
    for (int a = 0; a < 3; a++) {
        b->shift[a] = low[a];
        b->dim[a] = high[a] - low[a] + 2;
    }
    return PP_OK;
}

/* The mask at cell (i, j, k); cells just beyond the box are outside. */
static int
inside(const pp_boundary *b, size_t i, size_t j, size_t k)
{
    const pp_mask *m = b->mask;

    if (i == 0 || j == 0 || k == 0 || i >= b->dim[0] || j >= b->dim[1] ||
        k >= b->dim[2])
        return 0;
    i += b->shift[0] - 1;
    j += b->shift[1] - 1;
    k += b->shift[2] - 1;
    return m->in[(k * m->dim[1] + j) * m->dim[0] + i];
}

static void
mark_slice(const pp_boundary *b, size_t k, size_t *nface)
{
    uint8_t *cell = b->cell[0] + k * b->dim[0] * b->dim[1];

    for (size_t j = 0; j < b->dim[1]; j++)
        for (size_t i = 0; i < b->dim[0]; i++) {
            const int here = inside(b, i, j, k);
            const int x = here ^ inside(b, i + 1, j, k);
            const int y = here ^ inside(b, i, j + 1, k);
            const int z = here ^ inside(b, i, j, k + 1);

            *cell++ = (uint8_t)(x | y << 1 | z << 2);
            *nface += (size_t)(x + y + z);
        }
}

static pp_status
mark_faces(pp_boundary *b, pp_error *err)
{
    size_t nface = 0;

    b->cell[0] = pp_alloc(b->dim[0] * b->dim[1], b->dim[2]);
    if (b->cell[0] == NULL)
        return pp_fail_memory(err);
    memcpy(b->level_dim[0], b->dim, sizeof b->dim);
    b->nlevel = 1;
#pragma omp parallel for reduction(+ : nface) schedule(static)
    for (size_t k = 0; k < b->dim[2]; k++)
        mark_slice(b, k, &nface);
    b->nface = nface;
    return PP_OK;
}

/* Blocks of 2 x 2 x 2 cells of the level below. */
static pp_status
add_level(pp_boundary *b, pp_error *err)
{
    const int n = b->nlevel;
    const size_t *fine = b->level_dim[n - 1];
    size_t *dim = b->level_dim[n];
    const uint8_t *from = b->cell[n - 1];

    for (int a = 0; a < 3; a++)
        dim[a] = (fine[a] + 1) / 2;
    b->cell[n] = pp_alloc_zero(dim[0] * dim[1], dim[2]);
    if (b->cell[n] == NULL)
        return pp_fail_memory(err);
    b->nlevel++;
    for (size_t k = 0; k < fine[2]; k++)
        for (size_t j = 0; j < fine[1]; j++) {
            uint8_t *to =
                b->cell[n] + ((k / 2) * dim[1] + j / 2) * dim[0];

            for (size_t i = 0; i < fine[0]; i++)
                to[i / 2] |= *from++;
        }
    return PP_OK;
}

pp_status
pp_boundary_build(const pp_mask *mask, pp_boundary *b, pp_error *err)
{
    const size_t *top;

    memset(b, 0, sizeof *b);
    b->mask = mask;
    if (set_box(mask, b, err) != PP_OK || set_frame(mask, b, err) != PP_OK ||
        mark_faces(b, err) != PP_OK)
        goto done;
    do {
        if (add_level(b, err) != PP_OK)
            goto done;
        top = b->level_dim[b->nlevel - 1];
    } while (top[0] > 1 || top[1] > 1 || top[2] > 1);
done:
    if (err->status != PP_OK)
        pp_boundary_free(b);
    return err->status;
}

void
pp_boundary_free(pp_boundary *b)
{
    for (int n = 0; n < b->nlevel; n++)
        pp_free(b->cell[n]);
    memset(b, 0, sizeof *b);
}

pp_vec3
pp_boundary_position(const pp_boundary *b, double i, double j, double k)
{
    pp_vec3 p = pp_madd(b->origin, i * b->h[0], b->axis[0]);

    p = pp_madd(p, j * b->h[1], b->axis[1]);
    return pp_madd(p, k * b->h[2], b->axis[2]);
}

/* ---- the nearest face; q in mm along the axes, from the centre of cell 0 */

typedef struct {
    const pp_boundary *b;
    double q[3];
    double best2;
} query;

static double
square(double x)
{
    return x * x;
}

static void
try_cell(query *s, unsigned faces, const double centre[3])
{
    double along[3], outside2[3], sum;

    for (int a = 0; a < 3; a++) {
        along[a] = s->q[a] - centre[a];
        outside2[a] = square(fmax(fabs(along[a]) - s->b->h[a] / 2, 0));
    }
    sum = outside2[0] + outside2[1] + outside2[2];
    if (sum >= s->best2)
        return;
    for (int a = 0; a < 3; a++)
        if (faces >> a & 1) {
            const double d2 = outside2[(a + 1) % 3] + outside2[(a + 2) % 3] +
                              square(along[a] - s->b->h[a] / 2);

            if (d2 < s->best2)
                s->best2 = d2;
        }
}

/* The cell that holds q, clamped into the lattice. */
static size_t
clamped_cell(const query *s, int a)
{
    const double c = floor(s->q[a] / s->b->h[a] + 0.5);

    return c <= 0                            ? 0
           : c >= (double)(s->b->dim[a] - 1) ? s->b->dim[a] - 1
                                             : (size_t)c;
}

static void
try_neighbours(query *s)
{
    const pp_boundary *b = s->b;
    size_t low[3], high[3];

    for (int a = 0; a < 3; a++) {
        const size_t c = clamped_cell(s, a);

        low[a] = c > 0 ? c - 1 : 0;
        high[a] = c + 1 < b->dim[a] ? c + 1 : c;
    }
    for (size_t k = low[2]; k <= high[2]; k++)
        for (size_t j = low[1]; j <= high[1]; j++) {
            const uint8_t *row = b->cell[0] + (k * b->dim[1] + j) * b->dim[0];

            for (size_t i = low[0]; i <= high[0]; i++)
                if (row[i]) {
                    const double centre[3] = { (double)i * b->h[0],
                                               (double)j * b->h[1],
                                               (double)k * b->h[2] };

                    try_cell(s, row[i], centre);
                }
        }
}

/* Squared distance from q to a block of 2^level cells. */
static double
block_distance2(const query *s, int level, const size_t at[3])
{
    double sum = 0;

    for (int a = 0; a < 3; a++) {
        const double size = (double)((size_t)1 << level) * s->b->h[a];
        const double low = (double)at[a] * size - s->b->h[a] / 2;
        const double beyond = fmax(low - s->q[a], s->q[a] - (low + size));

        sum += square(fmax(beyond, 0));
    }
    return sum;
}

static void
descend(query *s, int level, const size_t at[3])
{
    const pp_boundary *b = s->b;
    const size_t *dim = b->level_dim[level];
    const uint8_t faces =
        b->cell[level][(at[2] * dim[1] + at[1]) * dim[0] + at[0]];
    int first = 0;

    if (!faces || block_distance2(s, level, at) >= s->best2)
        return;
    if (level == 0) {
        const double centre[3] = { (double)at[0] * b->h[0],
                                   (double)at[1] * b->h[1],
                                   (double)at[2] * b->h[2] };

        try_cell(s, faces, centre);
        return;
    }
    for (int a = 0; a < 3; a++) {
        const double half = (double)((size_t)1 << (level - 1)) * b->h[a];
        const double middle =
            ((double)at[a] * 2 + 1) * half - b->h[a] / 2;

        first |= (s->q[a] > middle) << a;
    }
    for (int n = 0; n < 8; n++) {
        size_t child[3];
        bool there = true;

        for (int a = 0; a < 3; a++) {
            child[a] = 2 * at[a] + (size_t)((n ^ first) >> a & 1);
            there = there && child[a] < b->level_dim[level - 1][a];
        }
        if (there)
            descend(s, level - 1, child);
    }
}

static bool
lies_inside(const query *s)
{
    size_t c[3];

    for (int a = 0; a < 3; a++) {
        const double at = floor(s->q[a] / s->b->h[a] + 0.5);

        if (at < 0 || at >= (double)s->b->dim[a])
            return false;
        c[a] = (size_t)at;
    }
    return inside(s->b, c[0], c[1], c[2]);
}

double
pp_boundary_distance(const pp_boundary *b, pp_vec3 p)
{
    static const size_t root[3] = { 0, 0, 0 };
    const pp_vec3 d = pp_sub(p, b->origin);
    const double smallest = fmin(b->h[0], fmin(b->h[1], b->h[2]));
    query s = { b, { 0, 0, 0 }, HUGE_VAL };

    for (int a = 0; a < 3; a++)
        s.q[a] = pp_dot(d, b->axis[a]);
    try_neighbours(&s);
    if (s.best2 >= smallest * smallest)
        descend(&s, b->nlevel - 1, root);
    return lies_inside(&s) ? -sqrt(s.best2) : sqrt(s.best2);
}
