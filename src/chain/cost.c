/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cost.c - what a part will cost
 *
 * Linear models with factors that are not negative (Lawson and Hanson 1974,
 * Solving Least Squares Problems, chapter 23): a larger part is never
 * predicted to be cheaper, and what lies beyond the measured sizes is
 * continued in a straight line. Lengths of runs along the three axes tell thin
 * walls from thick ones without a distance map.
 */
#include "chain/cost.h"

#include "chain/cost_table.h"

#include <math.h>

#define NROW (sizeof row / sizeof *row)

const pp_cost_row *
pp_cost_table(size_t *n)
{
    *n = NROW;
    return row;
}

const pp_cost_error *
pp_cost_known_error(void)
{
    return &known_error;
}

static double
sum(const double factor[PP_COST_TERMS], const pp_cost_size *s)
{
    const double n[PP_COST_TERMS - 1] = {
        (double)s->nvoxel,   (double)s->nsource, (double)s->nbox,
        (double)s->nsurface, (double)s->nthin,   s->surface_mm2
    };
    double total = factor[0];

    for (int t = 1; t < PP_COST_TERMS; t++)
        total += factor[t] * 1e-6 * n[t - 1];
    return total;
}

double
pp_cost_seconds(const pp_cost_row *r, const pp_cost_size *size)
{
    return sum(r->seconds, size);
}

double
pp_cost_mb(const pp_cost_row *r, const pp_cost_size *size)
{
    return sum(r->mb, size);
}

void
pp_cost_part(const pp_cost_size *size, double *seconds, double *mb)
{
    *seconds = 0;
    *mb = sum(at_once_mb, size);
    for (size_t n = 0; n < NROW; n++) {
        *seconds += pp_cost_seconds(&row[n], size);
        *mb = fmax(*mb, pp_cost_mb(&row[n], size));
    }
}

/* ---- counting ---- */

/* Voxels of the runs along an axis that are no longer than `most`. */
static size_t
short_runs(const pp_mask *m, const size_t low[3], const size_t high[3],
           int axis, size_t most)
{
    const size_t step[3] = { 1, m->dim[0], m->dim[0] * m->dim[1] };
    const int b = (axis + 1) % 3, c = (axis + 2) % 3;
    size_t n = 0;

    for (size_t q = low[c]; q < high[c]; q++)
        for (size_t p = low[b]; p < high[b]; p++) {
            const uint8_t *at = m->in + q * step[c] + p * step[b];
            size_t length = 0;

            for (size_t r = low[axis]; r < high[axis]; r++) {
                if (at[r * step[axis]]) {
                    length++;
                    continue;
                }
                n += length <= most ? length : 0;
                length = 0;
            }
            n += length <= most ? length : 0;
        }
    return n;
}

/* The area of the voxel's faces that are outside, or at the volume's end. */
static double
open_faces(const pp_mask *m, const size_t at[3], size_t v,
           const double face_mm2[3])
{
    size_t step = 1;
    double area = 0;

    for (int axis = 0; axis < 3; axis++) {
        if (at[axis] == 0 || !m->in[v - step])
            area += face_mm2[axis];
        if (at[axis] + 1 == m->dim[axis] || !m->in[v + step])
            area += face_mm2[axis];
        step *= m->dim[axis];
    }
    return area;
}

void
pp_cost_measure(const pp_mask *m, pp_cost_size *size)
{
    size_t low[3], high[3], at[3];
    double mm[3], face_mm2[3];

    size->nbox = size->nsurface = size->nthin = 0;
    size->surface_mm2 = 0;
    pp_mask_spacing(m, mm);
    for (int axis = 0; axis < 3; axis++)
        face_mm2[axis] = mm[(axis + 1) % 3] * mm[(axis + 2) % 3];
    if (!pp_mask_box(m, low, high))
        return;
    size->nbox = (high[0] - low[0]) * (high[1] - low[1]) * (high[2] - low[2]);
    for (at[2] = low[2]; at[2] < high[2]; at[2]++)
        for (at[1] = low[1]; at[1] < high[1]; at[1]++)
            for (at[0] = low[0]; at[0] < high[0]; at[0]++) {
                const size_t v =
                    at[0] + m->dim[0] * (at[1] + m->dim[1] * at[2]);

                const double area =
                    m->in[v] ? open_faces(m, at, v, face_mm2) : 0;

                size->nsurface += area > 0;
                size->surface_mm2 += area;
            }
    for (int axis = 0; axis < 3; axis++)
        if (mm[axis] > 0 && mm[axis] <= PP_COST_THIN_MM)
            size->nthin += short_runs(m, low, high, axis,
                                      (size_t)(PP_COST_THIN_MM / mm[axis]));
}
