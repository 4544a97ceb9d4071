/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * valley_fit.c - the valley of a distance field, near one point
 *
 * The square of the distance to a surface is smooth across it, and the
 * largest eigenvalue of half its second derivatives is 1, along the normal,
 * while the others are 0: a first guess that needs no sign (Ambrosio and
 * Mantegazza, J. Geom. Anal. 8, 1998). Given a plane, each sample has a side,
 * so that the distance becomes a signed one, and a quadratic of it is a linear
 * least squares problem: a few rounds, each with the sides and weights of the
 * one before. Samples that belong to another sheet, or lie beyond a rim,
 * disagree and lose their weight (Tukey's biweight). Everything is even under
 * a change of sign: noise and rims move the valley to neither side.
 */
#include "surface/valley_fit.h"

#include "base/alloc.h"

#include <string.h>

#define ROUNDS 4
#define NTERM 7 /* 1, z, a, b, a a, a b, b b */
#define RADIUS 2.7 /* in units of `wide`, how far samples lie */

/* ---- the window ---- */

void
pp_valley_window_free(pp_valley_window *w)
{
    pp_free(w->offset);
    pp_free(w->way);
    memset(w, 0, sizeof *w);
}

pp_status
pp_valley_window_make(const pp_valley_field *f, pp_valley_window *w,
                      pp_error *err)
{
    const double widest = f->widest;
    double radius;
    int most[3];

    memset(w, 0, sizeof *w);
    w->f = f;
    w->wide = fmax(fmin(0.85 + 2.2 * f->check.noise, 1.4), 0.75 * widest);
    w->high = fmax(1.4, widest);
    radius = fmax(RADIUS * w->wide, w->high + 0.5);
    for (int a = 0; a < 3; a++) {
        const double *r = f->index[a];

        most[a] = (int)ceil(radius * sqrt(r[0] * r[0] + r[1] * r[1] +
                                          r[2] * r[2]));
        if (most[a] > 20)
            return pp_fail(err, PP_EGEOM, "voxels that are %.3g times as long "
                           "as wide", widest);
    }
    const size_t room = (size_t)(2 * most[0] + 1) * (size_t)(2 * most[1] + 1) *
                        (size_t)(2 * most[2] + 1);

    w->offset = pp_alloc(room, sizeof *w->offset);
    w->way = pp_alloc(room, sizeof *w->way);
    if (w->offset == NULL || w->way == NULL) {
        pp_valley_window_free(w);
        return pp_fail_memory(err);
    }
    for (int k = -most[2]; k <= most[2]; k++)
        for (int j = -most[1]; j <= most[1]; j++)
            for (int i = -most[0]; i <= most[0]; i++) {
                const double d[3] = { i, j, k };
                const pp_vec3 way = pp_valley_to_room(f, d);

                if (pp_norm(way) > radius)
                    continue;
                w->offset[w->n][0] = (int16_t)i;
                w->offset[w->n][1] = (int16_t)j;
                w->offset[w->n][2] = (int16_t)k;
                w->way[w->n++] = way;
            }
    return PP_OK;
}

/* ---- the first guess ---- */

/* Savitzky and Golay 1964: mean, slope and curvature of 3 and of 5 samples. */
static const double mean_of[2][5] = { { 0, 1 / 3.0, 1 / 3.0, 1 / 3.0, 0 },
                                      { 0.2, 0.2, 0.2, 0.2, 0.2 } };
static const double slope_of[2][5] = { { 0, -0.5, 0, 0.5, 0 },
                                       { -0.2, -0.1, 0, 0.1, 0.2 } };
static const double bend_of[2][5] = { { 0, 1, -2, 1, 0 },
                                      { 2 / 7.0, -1 / 7.0, -2 / 7.0, -1 / 7.0,
                                        2 / 7.0 } };

/* Second derivatives of the squares along the indices: ii, jj, kk, jk, ik, ij;
 * first ones; and their mean. */
static void
derive(const pp_valley_field *f, const size_t at[3], int half, double out[10])
{
    const double *m = mean_of[half - 1], *s = slope_of[half - 1],
                 *b = bend_of[half - 1];

    memset(out, 0, 10 * sizeof *out);
    for (int k = -half; k <= half; k++)
        for (int j = -half; j <= half; j++) {
            const float *row =
                f->u + ((at[2] + (size_t)(k + half) - (size_t)half) *
                            f->dim[1] +
                        at[1] + (size_t)(j + half) - (size_t)half) *
                           f->dim[0] + at[0];
            double x[3] = { 0 };

            for (int i = -half; i <= half; i++) {
                const double u = (double)row[i];

                x[0] += m[i + 2] * u * u;
                x[1] += s[i + 2] * u * u;
                x[2] += b[i + 2] * u * u;
            }
            out[0] += m[k + 2] * m[j + 2] * x[2];
            out[1] += m[k + 2] * b[j + 2] * x[0];
            out[2] += b[k + 2] * m[j + 2] * x[0];
            out[3] += s[k + 2] * s[j + 2] * x[0];
            out[4] += s[k + 2] * m[j + 2] * x[1];
            out[5] += m[k + 2] * s[j + 2] * x[1];
            out[6] += m[k + 2] * m[j + 2] * x[1];
            out[7] += m[k + 2] * s[j + 2] * x[0];
            out[8] += s[k + 2] * m[j + 2] * x[0];
            out[9] += m[k + 2] * m[j + 2] * x[0];
        }
}

/* Eigenvalues on the diagonal of a, eigenvectors in the columns of v. */
static void
jacobi(double a[3][3], double v[3][3])
{
    for (int r = 0; r < 3; r++)
        for (int c = 0; c < 3; c++)
            v[r][c] = r == c;
    for (int sweep = 0; sweep < 12; sweep++)
        for (int p = 0; p < 2; p++)
            for (int q = p + 1; q < 3; q++) {
                if (fabs(a[p][q]) <= 1e-14 * (fabs(a[p][p]) + fabs(a[q][q])))
                    continue;
                const double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
                const double t = (theta >= 0 ? 1 : -1) /
                                 (fabs(theta) + sqrt(theta * theta + 1));
                const double c = 1 / sqrt(t * t + 1), s = t * c;

                for (int k = 0; k < 3; k++) {
                    const double x = a[k][p], y = a[k][q];

                    a[k][p] = c * x - s * y;
                    a[k][q] = s * x + c * y;
                }
                for (int k = 0; k < 3; k++) {
                    const double x = a[p][k], y = a[q][k];

                    a[p][k] = c * x - s * y;
                    a[q][k] = s * x + c * y;
                }
                for (int k = 0; k < 3; k++) {
                    const double x = v[k][p], y = v[k][q];

                    v[k][p] = c * x - s * y;
                    v[k][q] = s * x + c * y;
                }
            }
}

/* Half the second derivatives and the gradient, in the room. */
static void
to_room(const pp_valley_field *f, const double d[10], double h[3][3],
        pp_vec3 *g)
{
    static const int of[3][3] = { { 0, 5, 4 }, { 5, 1, 3 }, { 4, 3, 2 } };
    double x[3] = { 0 };

    for (int r = 0; r < 3; r++)
        for (int c = 0; c < 3; c++) {
            h[r][c] = 0;
            for (int p = 0; p < 3; p++)
                for (int q = 0; q < 3; q++)
                    h[r][c] += f->index[p][r] * d[of[p][q]] *
                               f->index[q][c] / 2;
        }
    for (int r = 0; r < 3; r++)
        for (int p = 0; p < 3; p++)
            x[r] += f->index[p][r] * d[6 + p] / 2;
    *g = pp_vec(x[0], x[1], x[2]);
}

/* The largest eigenvalue may miss 1, and the next 0, by so much: beyond a rim
 * there are two alike, and where sheets meet. */
#define LEAST_BEND 0.3
#define MOST_SECOND 0.6

bool
pp_valley_guess(const pp_valley_field *f, const size_t at[3], int half,
                pp_surfel *guess)
{
    double d[10], h[3][3], v[3][3], i[3];
    size_t where[3];
    pp_vec3 g;
    int top = 0;

    for (int a = 0; a < 3; a++) {
        const size_t w = (size_t)half;

        if (f->dim[a] < 2 * w + 1)
            return false;
        where[a] = at[a] < w ? w
                   : at[a] + w >= f->dim[a] ? f->dim[a] - 1 - w : at[a];
        i[a] = (double)where[a];
    }
    derive(f, where, half, d);
    to_room(f, d, h, &g);
    jacobi(h, v);
    for (int a = 1; a < 3; a++)
        if (h[a][a] > h[top][top])
            top = a;
    if (!(h[top][top] > LEAST_BEND))
        return false;
    for (int a = 0; a < 3; a++)
        if (a != top && h[a][a] > MOST_SECOND * h[top][top])
            return false;
    guess->normal = pp_vec(v[0][top], v[1][top], v[2][top]);
    guess->at = pp_madd(pp_valley_to_room(f, i),
                        -fmax(fmin(pp_dot(g, guess->normal) / h[top][top],
                                   1.5), -1.5), guess->normal);
    return true;
}

/* ---- the fit ---- */

/* Solves a x = b in place, a symmetric and positive; false when it is not. */
static bool
solve(double a[NTERM][NTERM], double b[NTERM])
{
    for (int c = 0; c < NTERM; c++) {
        if (!(a[c][c] > 1e-9))
            return false;
        for (int r = c + 1; r < NTERM; r++) {
            const double s = a[r][c] / a[c][c];

            for (int k = c; k < NTERM; k++)
                a[r][k] -= s * a[c][k];
            b[r] -= s * b[c];
        }
    }
    for (int c = NTERM - 1; c >= 0; c--) {
        for (int k = c + 1; k < NTERM; k++)
            b[c] -= a[c][k] * b[k];
        b[c] /= a[c][c];
    }
    return true;
}

/* A plane with two directions in it, and the distance as a quadratic. */
typedef struct {
    pp_vec3 at, n, e1, e2;
    double x[NTERM];
} model;

/* Keeps the directions, as far as they lie in the new plane. */
static void
set_plane(model *m, pp_vec3 at, pp_vec3 n)
{
    const pp_vec3 along = pp_madd(m->e1, -pp_dot(m->e1, n), n);
    const pp_vec3 a = fabs(n.x) <= fabs(n.y) && fabs(n.x) <= fabs(n.z)
                          ? pp_vec(1, 0, 0)
                      : fabs(n.y) <= fabs(n.z) ? pp_vec(0, 1, 0)
                                               : pp_vec(0, 0, 1);

    m->at = at;
    m->n = n;
    m->e1 = pp_unit(pp_norm(along) > 0.1 ? along : pp_cross(n, a));
    m->e2 = pp_cross(n, m->e1);
}

/* How well samples may miss: at first more, as the guess is rough; at last
 * little, so that nothing beyond a rim tilts the plane. */
static const double miss_of_round[ROUNDS] = { 1.0, 0.7, 0.4, 0.2 };
#define LEAST_WORTH 0.03 /* far ones are no better where it bends */
#define AGREE 0.5 /* samples that miss by less are of this sheet */

/* The voxel that a point lies in, and the way from the point to its middle;
 * false beyond the field. */
static bool
find_base(const pp_valley_field *f, pp_vec3 at, ptrdiff_t base[3],
          pp_vec3 *origin)
{
    double i[3];

    pp_valley_to_index(f, at, i);
    for (int k = 0; k < 3; k++) {
        if (!(i[k] > -2 && i[k] < (double)f->dim[k] + 1))
            return false;
        base[k] = (ptrdiff_t)floor(i[k] + 0.5);
        i[k] = (double)base[k];
    }
    *origin = pp_sub(pp_valley_to_room(f, i), at);
    return true;
}

/* The equations of a round, their upper half filled, to the model. */
static bool
solve_round(double a[NTERM][NTERM], double b[NTERM], double sum, model *m)
{
    for (int r = 0; r < NTERM; r++) {
        /* a little against wild bends where one side only has samples */
        a[r][r] += r >= 4 ? 0.02 * sum : 1e-6 * sum;
        for (int c = 0; c < r; c++)
            a[r][c] = a[c][r];
    }
    if (!solve(a, b))
        return false;
    memcpy(m->x, b, sizeof m->x);
    return true;
}

/* One round of least squares about the model; sums go to fit. */
static bool
go_round(const pp_valley_window *w, model *m, int round, pp_valley_fit *fit)
{
    const pp_valley_field *f = w->f;
    const double miss = miss_of_round[round] + 2.5 * f->check.noise;
    const double wide = 1 / (RADIUS * RADIUS * w->wide * w->wide);
    double a[NTERM][NTERM] = { { 0 } }, b[NTERM] = { 0 }, all = 0;
    double sum = 0, square = 0, same = 0, aside[2] = { 0 };
    ptrdiff_t base[3];
    pp_vec3 origin;

    if (!find_base(f, m->at, base, &origin))
        return false;
    for (size_t s = 0; s < w->n; s++) {
        const ptrdiff_t p[3] = { base[0] + w->offset[s][0],
                                 base[1] + w->offset[s][1],
                                 base[2] + w->offset[s][2] };

        if (p[0] < 0 || p[1] < 0 || p[2] < 0 || p[0] >= (ptrdiff_t)f->dim[0] ||
            p[1] >= (ptrdiff_t)f->dim[1] || p[2] >= (ptrdiff_t)f->dim[2])
            continue;
        const pp_vec3 d = pp_add(origin, w->way[s]);
        const double z = pp_dot(d, m->n);
        const double rise = (w->high - fabs(z)) / 0.3;

        if (rise <= 0)
            continue;
        const double ta = pp_dot(d, m->e1), tb = pp_dot(d, m->e2);
        const double inner = 1 - (ta * ta + tb * tb) * wide;

        if (inner <= 0)
            continue;
        const double term[NTERM] = { 1, z, ta, tb, ta * ta, ta * tb, tb * tb };
        const double u = (double)f->u[((size_t)p[2] * f->dim[1] +
                                       (size_t)p[1]) * f->dim[0] +
                                      (size_t)p[0]];
        double say = 0, weight = inner * inner * inner * fmin(rise, 1);

        for (int k = 0; k < NTERM; k++)
            say += m->x[k] * term[k];
        all += weight;
        const double off = (u - fabs(say)) / miss;
        const double loose = (u - fabs(say)) / (AGREE + 2 * f->check.noise);

        if (fabs(loose) < 1)
            same += weight * (1 - loose * loose) * (1 - loose * loose);
        if (fabs(off) >= 1)
            continue;
        weight *= (1 - off * off) * (1 - off * off);
        sum += weight;
        square += weight * off * off * miss * miss;
        aside[0] += weight * ta;
        aside[1] += weight * tb;
        for (int r = 0; r < NTERM; r++) {
            for (int c = r; c < NTERM; c++)
                a[r][c] += weight * term[r] * term[c];
            b[r] += weight * term[r] * (say < 0 ? -u : u);
        }
    }
    if (sum < 3 || !solve_round(a, b, sum, m))
        return false;
    fit->weight = sum;
    fit->misfit = sqrt(square / sum);
    fit->share = same / all;
    fit->aside = hypot(aside[0], aside[1]) / sum;
    return true;
}

bool
pp_valley_fit_at(const pp_valley_window *w, pp_surfel guess, bool good,
                 pp_valley_fit *fit)
{
    model m = { .x = { 0, 1 } };

    set_plane(&m, guess.at, guess.normal);
    for (int round = good ? ROUNDS / 2 : 0; round < ROUNDS; round++) {
        pp_vec3 n;
        double slope;

        if (!go_round(w, &m, round, fit))
            return false;
        n = pp_add(pp_scale(m.n, m.x[1]),
                   pp_add(pp_scale(m.e1, m.x[2]), pp_scale(m.e2, m.x[3])));
        slope = pp_norm(n);
        if (!(slope > 0.4 && slope < 2.5) || fabs(m.x[0]) > slope * 1.2)
            return false;
        n = pp_scale(n, 1 / slope);
        fit->slope = slope;
        /* the model about the new plane: bends stay, as good as they are */
        set_plane(&m, pp_madd(m.at, -m.x[0] / slope, n), n);
        m.x[0] = m.x[2] = m.x[3] = 0;
        for (int k = 4; k < NTERM; k++)
            m.x[k] /= slope;
        m.x[1] = 1;
    }
    fit->surfel.at = m.at;
    fit->surfel.normal = m.n;
    fit->surfel.worth = LEAST_WORTH + pow(fit->share, 6) *
                                          exp(-4 * fit->aside * fit->aside);
    return true;
}
