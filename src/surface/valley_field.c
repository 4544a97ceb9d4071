/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * valley_field.c - what a field of distances is, and whether it is one
 *
 * A distance changes by one for each unit of way, but for the valley itself
 * and the ridges half way between two sheets, where it turns. So the gradient
 * tells the unit, and what is left of third differences tells the noise: they
 * let a smooth field through only where it turns.
 */
#include "surface/valley.h"

#include "base/alloc.h"

#include <math.h>
#include <string.h>

#define MOST 100.0      /* voxels: what is farther is as far as this */
#define GRADIENT_OFF 0.2 /* a guessed unit may miss the gradient 1 by this */
#define LOW_FLOOR 0.15    /* voxels: what is less is left as it is */
#define FEWEST 50       /* voxels that tell a gradient or a noise */

/* ---- histograms: quantiles without a sort ---- */

#define BINS 2000
#define BIN_TOP 4.0

typedef struct {
    size_t n, bin[BINS];
} histogram;

static void
count_in(histogram *h, double x)
{
    const double b = x / BIN_TOP * BINS;

    h->n++;
    h->bin[b < 0 ? 0 : b < BINS ? (int)b : BINS - 1]++;
}

static double
quantile(const histogram *h, double share)
{
    const double want = share * (double)h->n;
    double sum = 0;

    for (int b = 0; b < BINS; b++) {
        sum += (double)h->bin[b];
        if (sum >= want)
            return (b + 0.5) * BIN_TOP / BINS;
    }
    return BIN_TOP;
}

/* ---- the frame ---- */

static pp_status
invert(const double m[3][3], double out[3][3], pp_error *err)
{
    double det = 0;

    for (int r = 0; r < 3; r++)
        for (int c = 0; c < 3; c++) {
            const int p = (c + 1) % 3, q = (c + 2) % 3;
            const int s = (r + 1) % 3, t = (r + 2) % 3;

            out[r][c] = m[p][s] * m[q][t] - m[p][t] * m[q][s];
        }
    for (int c = 0; c < 3; c++)
        det += m[0][c] * out[c][0];
    if (!isfinite(det) || det == 0)
        return pp_fail(err, PP_EGEOM, "the voxels' matrix is singular");
    for (int r = 0; r < 3; r++)
        for (int c = 0; c < 3; c++)
            out[r][c] /= det;
    return PP_OK;
}

/* Length of the step with these indices. */
static double
length_of(const pp_valley_field *f, const double d[3])
{
    double sum = 0;

    for (int r = 0; r < 3; r++) {
        const double x = f->step[r][0] * d[0] + f->step[r][1] * d[1] +
                         f->step[r][2] * d[2];

        sum += x * x;
    }
    return sqrt(sum);
}

/* The room in which lengths are those of the values. */
static pp_status
set_room(pp_valley_field *f, pp_length_unit unit, pp_error *err)
{
    const double h = f->check.voxel_mm;

    for (int r = 0; r < 3; r++)
        for (int c = 0; c < 3; c++)
            f->step[r][c] = unit == PP_LENGTH_MM ? f->to_lps[r][c] / h
                                                 : r == c;
    f->mm = h;
    f->widest = f->diagonal = 0;
    for (int a = 0; a < 3; a++) {
        const double one[3] = { a == 0, a == 1, a == 2 };

        f->widest = fmax(f->widest, length_of(f, one));
    }
    for (int c = 0; c < 4; c++) {
        const double d[3] = { 1, c & 1 ? -1 : 1, c & 2 ? -1 : 1 };

        f->diagonal = fmax(f->diagonal, length_of(f, d));
    }
    return invert((const double(*)[3])f->step, f->index, err);
}

/* ---- what the values say ---- */

/* Samples along one axis at voxel n, from -1 to 2, times scale; false where
 * the volume ends. */
static bool
four_along(const pp_valley_field *f, const size_t at[3], size_t n, int axis,
           double scale, double out[4])
{
    const ptrdiff_t stride[3] = { 1, (ptrdiff_t)f->dim[0],
                                  (ptrdiff_t)(f->dim[0] * f->dim[1]) };

    if (at[axis] < 1 || at[axis] + 2 >= f->dim[axis])
        return false;
    for (int s = 0; s < 4; s++)
        out[s] = (double)f->u[(ptrdiff_t)n + (s - 1) * stride[axis]] * scale;
    return true;
}

typedef struct {
    histogram gradient, third;
} shape;

/* Adds what the voxel tells, with values in voxels after scaling. */
static void
look_at(const pp_valley_field *f, const size_t at[3], size_t n, double scale,
        double cut, shape *s)
{
    const double u = fabs((double)f->u[n] * scale);
    double g[3] = { 0 }, v[4], sum = 0;
    int axes = 0;

    for (int a = 0; a < 3; a++) {
        bool clear = four_along(f, at, n, a, scale, v);

        if (!clear)
            continue;
        axes++;
        for (int k = 0; k < 4; k++)
            clear &= fabs(v[k]) >= 1 && fabs(v[k]) < cut;
        g[a] = (v[2] - v[0]) / 2;
        if (clear)
            count_in(&s->third, fabs(v[3] - 3 * v[2] + 3 * v[1] - v[0]));
    }
    if (axes < 3 || u < 1 || u > 3 || u >= cut)
        return;
    /* g is along indices; the transposed inverse takes it to the room */
    for (int c = 0; c < 3; c++) {
        const double x = f->index[0][c] * g[0] + f->index[1][c] * g[1] +
                         f->index[2][c] * g[2];

        sum += x * x;
    }
    count_in(&s->gradient, sqrt(sum));
}

/* Looks at all voxels nearer than 4, with values times scale in voxels. */
static pp_status
look(pp_valley_field *f, double scale, shape **out, pp_error *err)
{
    shape *s = pp_alloc_zero(1, sizeof *s);
    const double cut = fmin(4, f->check.reach * scale * 0.999);
    size_t n = 0, at[3];

    *out = s;
    if (s == NULL)
        return pp_fail_memory(err);
    for (at[2] = 0; at[2] < f->dim[2]; at[2]++)
        for (at[1] = 0; at[1] < f->dim[1]; at[1]++)
            for (at[0] = 0; at[0] < f->dim[0]; at[0]++, n++)
                if (fabs((double)f->u[n]) * scale < cut)
                    look_at(f, at, n, scale, cut, s);
    return PP_OK;
}

/* Tries one unit; the misfit of the gradient, or of nothing, 9. */
static pp_status
try_unit(pp_valley_field *f, pp_length_unit unit, double *misfit,
         pp_error *err)
{
    pp_field_check *c = &f->check;
    const double scale = unit == PP_LENGTH_MM ? 1 / c->voxel_mm : 1;
    shape *s = NULL;

    if (set_room(f, unit, err) != PP_OK || look(f, scale, &s, err) != PP_OK)
        return err->status;
    c->unit = unit;
    c->gradient = c->steepest = c->noise = 0;
    *misfit = 9;
    if (s->gradient.n >= FEWEST) {
        c->gradient = quantile(&s->gradient, 0.5);
        c->steepest = quantile(&s->gradient, 0.7);
        *misfit = fabs(c->steepest - 1);
    }
    if (s->third.n >= FEWEST) /* 1.4826: from the median of |x| to sigma */
        c->noise = 1.4826 * quantile(&s->third, 0.5) / sqrt(20);
    if (c->noise < 1.5 * BIN_TOP / BINS)
        c->noise = 0; /* the first bins */
    pp_free(s);
    return PP_OK;
}

static pp_status
choose_unit(pp_valley_field *f, pp_length_unit asked, pp_error *err)
{
    double mm = 9, voxel = 9;

    if (asked != PP_LENGTH_GUESS)
        return try_unit(f, asked, &mm, err);
    f->check.guessed = true;
    if (try_unit(f, PP_LENGTH_VOXEL, &voxel, err) != PP_OK)
        return err->status;
    if (try_unit(f, PP_LENGTH_MM, &mm, err) != PP_OK)
        return err->status;
    if (fmin(mm, voxel) > GRADIENT_OFF)
        return pp_fail(err, PP_EGEOM, "the values are no distances in mm or "
                       "voxels (in mm their gradient is %.3g, not 1): --unit "
                       "or --scale tells what they are", f->check.steepest);
    return mm <= voxel ? PP_OK
                       : try_unit(f, PP_LENGTH_VOXEL, &voxel, err);
}

/* ---- the floor ---- */

/*
 * Where a voxel is the lowest along an axis, the lines through the two samples
 * on either side of it meet over the surface: at zero, unless all distances
 * are too large by the same. What is rounded at the floor only (values that
 * never reach zero, but are right farther off) makes no difference to them.
 */
static bool
floor_along(const pp_valley_field *f, const size_t at[3], size_t n, int axis,
            double *height)
{
    const ptrdiff_t stride[3] = { 1, (ptrdiff_t)f->dim[0],
                                  (ptrdiff_t)(f->dim[0] * f->dim[1]) };
    const float *u = f->u + n;
    const ptrdiff_t s = stride[axis];

    if (at[axis] < 2 || at[axis] + 2 >= f->dim[axis] || u[-s] <= u[0] ||
        u[s] <= u[0] || u[-2 * s] <= u[-s] || u[2 * s] <= u[s])
        return false;
    const double left = (double)(u[-2 * s] - u[-s]);
    const double right = (double)(u[2 * s] - u[s]);

    /* flat runs tell nothing, and lines of two slopes no height */
    if (!(left > 0.5 && right > 0.5 && fabs(left - right) < 0.4))
        return false;
    *height = (double)(u[-2 * s] + u[2 * s]) / 2 - (left + right);
    return true;
}

/* Takes the floor off all values, where there is one. */
static pp_status
level_floor(pp_valley_field *f, pp_error *err)
{
    const double shift = BIN_TOP / 2; /* heights may be below zero */
    const size_t all = f->dim[0] * f->dim[1] * f->dim[2];
    histogram *h = pp_alloc_zero(1, sizeof *h);
    size_t n = 0, at[3];

    if (h == NULL)
        return pp_fail_memory(err);
    for (at[2] = 0; at[2] < f->dim[2]; at[2]++)
        for (at[1] = 0; at[1] < f->dim[1]; at[1]++)
            for (at[0] = 0; at[0] < f->dim[0]; at[0]++, n++)
                for (int a = 0; a < 3 && f->u[n] < 2; a++) {
                    double height;

                    if (floor_along(f, at, n, a, &height))
                        count_in(h, height + shift);
                }
    if (h->n >= FEWEST)
        f->check.floor = fmax(quantile(h, 0.5) - shift, 0);
    /* of a floor nearly all lines tell; of rims and ridges, some */
    if (f->check.floor < LOW_FLOOR ||
        quantile(h, 0.25) - shift < LOW_FLOOR / 2)
        f->check.floor = 0;
    pp_free(h);
    for (n = 0; f->check.floor > 0 && n < all; n++)
        f->u[n] -= (float)f->check.floor;
    return PP_OK;
}

/* ---- signs ---- */

static void
count_signs(pp_valley_field *f)
{
    pp_field_check *c = &f->check;
    const size_t n = f->dim[0] * f->dim[1] * f->dim[2];

    c->nnear = c->nnegative = c->nbelow = 0;
    for (size_t i = 0; i < n; i++) {
        c->nnear += fabsf(f->u[i]) < 1.5f;
        c->nnegative += f->u[i] < 0 && f->u[i] > -1.5f;
        c->nbelow += f->u[i] <= -1;
    }
    /* noise makes few voxels of an unsigned field negative, one in ten when
     * it is as much as a voxel; of a signed field it is half of them */
    c->is_signed = c->nnegative * 4 > c->nnear && c->nbelow > 0;
}

static pp_status
take_values(const pp_grid *g, double scale, pp_valley_field *f, pp_error *err)
{
    const size_t n = g->dim[0] * g->dim[1] * g->dim[2];
    pp_field_check *c = &f->check;

    f->u = pp_alloc(n, sizeof *f->u);
    if (f->u == NULL)
        return pp_fail_memory(err);
    c->low = HUGE_VAL;
    c->high = -HUGE_VAL;
    for (size_t i = 0; i < n; i++) {
        const double x = pp_grid_value(g, i) * scale;

        if (!isfinite(x))
            return pp_fail(err, PP_EGEOM, "voxel %zu,%zu,%zu is not a finite "
                           "number", i % g->dim[0], i / g->dim[0] % g->dim[1],
                           i / g->dim[0] / g->dim[1]);
        c->low = fmin(c->low, x);
        c->high = fmax(c->high, x);
        f->u[i] = (float)fmax(fmin(x, 1e9), -1e9);
    }
    c->reach = c->high;
    if (!(c->low < c->high))
        return pp_fail(err, PP_EGEOM, "all values are %g: no distances",
                       c->low);
    return PP_OK;
}

pp_status
pp_valley_load(const pp_grid *g, const pp_valley_options *o,
               pp_valley_field *f, pp_error *err)
{
    const double scale = o->scale > 0 ? o->scale : 1;
    double per;

    memset(f, 0, sizeof *f);
    memcpy(f->dim, g->dim, sizeof f->dim);
    memcpy(f->to_lps, g->to_lps, sizeof f->to_lps);
    for (int a = 0; a < 3; a++)
        if (f->dim[a] < 4 || f->dim[a] > (size_t)1 << 20)
            return pp_fail(err, PP_EGEOM, "%zu voxels along an axis: a field "
                           "has 4 to %d", f->dim[a], 1 << 20);
    f->check.voxel_mm = cbrt(fabs(pp_affine_determinant(
        (const double(*)[4])f->to_lps)));
    if (!(f->check.voxel_mm > 0) || !isfinite(f->check.voxel_mm))
        return pp_fail(err, PP_EGEOM, "the voxels' matrix is singular");
    if (take_values(g, scale, f, err) != PP_OK ||
        choose_unit(f, o->unit, err) != PP_OK)
        goto failed;
    per = f->check.unit == PP_LENGTH_MM ? 1 / f->check.voxel_mm : 1;
    for (size_t i = 0; i < f->dim[0] * f->dim[1] * f->dim[2]; i++)
        f->u[i] = (float)fmax(fmin((double)f->u[i] * per, MOST), -MOST);
    f->check.reach = fmin(f->check.reach * per, MOST);
    f->even = true;
    for (int r = 0; r < 3; r++)
        for (int c = 0; c < 3; c++) {
            double dot = 0;

            for (int k = 0; k < 3; k++)
                dot += f->to_lps[k][r] * f->to_lps[k][c];
            f->even &= fabs(dot / f->mm / f->mm - (r == c)) < 0.02;
        }
    count_signs(f);
    if (!f->check.is_signed && level_floor(f, err) != PP_OK)
        goto failed;
    count_signs(f);
    if (f->check.nnear == 0) {
        pp_fail(err, PP_EGEOM, "no voxel is within 1.5 voxels of a surface "
                "(the least value is %.4g): no surface in the field",
                f->check.low);
        goto failed;
    }
    return PP_OK;
failed:
    pp_valley_free(f);
    return err->status;
}

void
pp_valley_free(pp_valley_field *f)
{
    pp_free(f->u);
    memset(f, 0, sizeof *f);
}

/* ---- between the samples ---- */

static void
weights(double t, double w[4])
{
    w[0] = ((-t + 2) * t - 1) * t / 2;
    w[1] = ((3 * t - 5) * t * t + 2) / 2;
    w[2] = ((-3 * t + 4) * t + 1) * t / 2;
    w[3] = (t - 1) * t * t / 2;
}

double
pp_valley_distance(const pp_valley_field *f, const double at[3])
{
    double w[3][4], sum = 0;
    size_t n[3][4];

    for (int a = 0; a < 3; a++) {
        const double last = (double)f->dim[a] - 1;
        const double x = fmin(fmax(at[a], 0), last);
        const double low = fmin(floor(x), last - 1);

        weights(x - low, w[a]);
        for (int s = 0; s < 4; s++)
            n[a][s] = (size_t)fmin(fmax(low + s - 1, 0), last);
    }
    for (int k = 0; k < 4; k++)
        for (int j = 0; j < 4; j++) {
            const float *row = f->u + (n[2][k] * f->dim[1] + n[1][j]) *
                                          f->dim[0];
            double along = 0;

            for (int i = 0; i < 4; i++) {
                const double u = (double)row[n[0][i]];

                along += w[0][i] * u * u;
            }
            sum += w[2][k] * w[1][j] * along;
        }
    return sqrt(fmax(sum, 0));
}
