/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * edge_noise.c - what noise makes of a fitted edge
 *
 * The residuals give the noise and its correlation from voxel to voxel; with
 * that covariance C the parameters have the covariance A^-1 (J'CJ) A^-1,
 * A = J'J (White 1980), which is the stated uncertainty. Of n residuals the fit
 * has taken away trace(A^-1 J'CJ).
 */
#include "measure/edge_parts.h"

#include "base/alloc.h"
#include "mesh/mesh.h"

#include <string.h>

#define LAGS 4 /* voxels between which noise may be correlated */

static uint32_t
voxel_at(const pp_edge_state *f, const int index[3], const int lag[3])
{
    size_t n = 0;

    for (int a = 2; a >= 0; a--) {
        const int i = index[a] + lag[a] - f->low[a];

        if (i < 0 || i >= f->size[a])
            return PP_NONE;
        n = n * (size_t)f->size[a] + (size_t)i;
    }
    return f->at[n];
}

/* Correlation of neighbouring voxels along the axes of the image. */
typedef struct {
    double r[3];
} texture;

/* White noise that has passed the blur, as a scanner's noise within a slice
 * has: the correlation of a Gaussian texture. */
static texture
texture_of_blur(const pp_edge_state *f)
{
    texture t = { { 0, 0, 0 } };

    for (int axis = 0; axis < 3; axis++) {
        const double h = f->task->grey->h[axis] / pp_edge_sigma(f, f->param);

        if (axis != f->task->grey->slice)
            t.r[axis] = fmin(exp(-h * h / 4), 0.9);
    }
    return t;
}

/* CJ, with C of unit variance: r for one voxel, r^4 for two. */
static void
correlate(const pp_edge_state *f, const texture *t,
          double (*cj)[PP_EDGE_NPARAM])
{
    int lag[3];

    memset(cj, 0, f->n * sizeof *cj);
    for (lag[2] = -LAGS; lag[2] <= LAGS; lag[2]++)
        for (lag[1] = -LAGS; lag[1] <= LAGS; lag[1]++)
            for (lag[0] = -LAGS; lag[0] <= LAGS; lag[0]++) {
                const double c = pow(t->r[0], lag[0] * lag[0]) *
                                 pow(t->r[1], lag[1] * lag[1]) *
                                 pow(t->r[2], lag[2] * lag[2]);

                if (c < 1e-3)
                    continue;
                for (size_t n = 0; n < f->n; n++) {
                    const uint32_t o = voxel_at(f, f->voxel[n].index, lag);

                    for (int i = 0; o != PP_NONE && i < PP_EDGE_NPARAM; i++)
                        cj[n][i] += c * f->row[o][i];
                }
            }
}

/* What a fit makes of noise with covariance C. */
typedef struct {
    double (*solved)[PP_EDGE_NPARAM]; /* A^-1 J', per voxel */
    double (*cj)[PP_EDGE_NPARAM];
    double b[PP_EDGE_NPARAM][PP_EDGE_NPARAM]; /* J'CJ */
} effect;

static void
find_effect(const pp_edge_state *f, const texture *t, effect *x)
{
    correlate(f, t, x->cj);
    memset(x->b, 0, sizeof x->b);
    for (size_t n = 0; n < f->n; n++)
        for (int i = 0; i < PP_EDGE_NPARAM; i++)
            for (int j = 0; f->row[n][i] != 0 && j < PP_EDGE_NPARAM; j++)
                x->b[i][j] += f->row[n][i] * x->cj[n][j];
}

/* E[e e'] of the residuals e = (I - H) noise at two voxels, H = J A^-1 J'. */
static double
residual_product(const effect *x, size_t n, size_t o, double c)
{
    double sum = c;

    for (int i = 0; i < PP_EDGE_NPARAM; i++) {
        double row = 0;

        for (int j = 0; j < PP_EDGE_NPARAM; j++)
            row += x->b[i][j] * x->solved[o][j];
        sum += x->solved[n][i] * (row - x->cj[o][i]) -
               x->cj[n][i] * x->solved[o][i];
    }
    return sum;
}

/* Correlation of the residuals of neighbours along an axis: as seen, or (x not
 * NULL) as noise of that texture would show it. */
static double
correlation(const pp_edge_state *f, int axis, const texture *t, const effect *x)
{
    int lag[3] = { 0, 0, 0 };
    double both = 0, own = 0;

    lag[axis] = 1;
    for (size_t n = 0; n < f->n; n++) {
        const uint32_t o = voxel_at(f, f->voxel[n].index, lag);

        if (o == PP_NONE)
            continue;
        both += x == NULL ? f->residual[n] * f->residual[o]
                          : residual_product(x, n, o, t->r[axis]);
        own += x == NULL ? (f->residual[n] * f->residual[n] +
                            f->residual[o] * f->residual[o]) / 2
                         : (residual_product(x, n, n, 1) +
                            residual_product(x, o, o, 1)) / 2;
    }
    return own > 0 ? both / own : 0;
}

/*
 * Residuals are less correlated than the noise, for the fit takes some away.
 * So the residuals that white noise and noise of the blur's texture would leave
 * are both foretold, and the noise taken to lie between them (or beyond) where
 * the residuals do, and one standard error on the safe side: correlations of n
 * residuals are known to 1 / sqrt(n) (Bartlett 1946). Slices: only what is
 * seen.
 */
static texture
find_texture(const pp_edge_state *f, effect *x)
{
    const texture white = { { 0, 0, 0 } };
    texture blur = texture_of_blur(f);
    double seen[3], low[3], span = 0, above = 0, part = 1;

    find_effect(f, &white, x);
    for (int axis = 0; axis < 3; axis++) {
        seen[axis] = correlation(f, axis, NULL, NULL);
        low[axis] = correlation(f, axis, &white, x);
    }
    find_effect(f, &blur, x);
    for (int axis = 0; axis < 3; axis++)
        if (axis != f->task->grey->slice) {
            above += seen[axis] - low[axis] + 1 / sqrt((double)f->n);
            span += correlation(f, axis, &blur, x) - low[axis];
        }
    if (span > 0)
        part = fmin(fmax(above / span, 0), 1.5);
    for (int axis = 0; axis < 3; axis++)
        blur.r[axis] = axis == f->task->grey->slice
                           ? fmin(fmax(seen[axis] - low[axis], 0), 0.9)
                           : fmin(blur.r[axis] * part, 0.9);
    return blur;
}

/* Variance of the place (or of the distance) and the noise behind it. */
static void
propagate(pp_edge_state *f, effect *x,
          double a[PP_EDGE_NPARAM][PP_EDGE_NPARAM], double *u, double *noise)
{
    double sum = 0, lost = 0, weight[PP_EDGE_NPARAM] = { 0 }, variance = 0;
    const texture t = find_texture(f, x);

    find_effect(f, &t, x);
    /* of n residuals the fit takes away trace(A^-1 J'CJ) */
    for (size_t n = 0; n < f->n; n++) {
        for (int i = 0; i < PP_EDGE_NPARAM; i++)
            lost += x->solved[n][i] * x->cj[n][i];
        sum += f->residual[n] * f->residual[n];
    }
    *noise = sqrt(sum / fmax((double)f->n - lost, (double)f->n / 10));
    if (f->task->both || f->task->side == 0)
        weight[PLACE] = -1;
    if (f->task->both || f->task->side == 1)
        weight[PER_EDGE + PLACE] = 1;
    pp_edge_solve(a, weight);
    for (int i = 0; i < PP_EDGE_NPARAM; i++) {
        double row = 0;

        for (int j = 0; j < PP_EDGE_NPARAM; j++)
            row += x->b[i][j] * weight[j];
        if (f->is_free[i] && f->spread[i] > 0)
            row += weight[i] / (f->spread[i] * f->spread[i]) * *noise * *noise;
        variance += row * weight[i];
    }
    *u = *noise * sqrt(fmax(variance, 0));
}

pp_status
pp_edge_uncertainty(pp_edge_state *f, double *u, double *noise, bool *good,
                    pp_error *err)
{
    double a[PP_EDGE_NPARAM][PP_EDGE_NPARAM];
    effect x = { pp_alloc(f->n, sizeof *x.solved),
                 pp_alloc(f->n, sizeof *x.cj), { { 0 } } };

    if (x.solved == NULL || x.cj == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    pp_edge_differentiate(f);
    pp_edge_normal_matrix(f, pp_edge_residual(f), a);
    *good = pp_edge_factor(a);
    if (!*good)
        goto done;
    memcpy(x.solved, f->row, f->n * sizeof *x.solved);
    for (size_t n = 0; n < f->n; n++)
        pp_edge_solve(a, x.solved[n]);
    propagate(f, &x, a, u, noise);
done:
    pp_free(x.solved);
    pp_free(x.cj);
    return err->status;
}
