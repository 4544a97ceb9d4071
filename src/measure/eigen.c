/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * eigen.c - small symmetric matrices: axes by Jacobi's rotations (1846),
 * least squares by Cholesky's factors
 */
#include "measure/eigen.h"

#include <math.h>

static void
rotate(double a[3][3], double v[3][3], int p, int q)
{
    const double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
    const double t = (theta >= 0 ? 1 : -1) /
                     (fabs(theta) + sqrt(theta * theta + 1));
    const double c = 1 / sqrt(t * t + 1), s = t * c;

    for (int k = 0; k < 3; k++) {
        const double kp = a[k][p], kq = a[k][q];

        a[k][p] = c * kp - s * kq;
        a[k][q] = s * kp + c * kq;
    }
    for (int k = 0; k < 3; k++) {
        const double pk = a[p][k], qk = a[q][k];
        const double vp = v[k][p], vq = v[k][q];

        a[p][k] = c * pk - s * qk;
        a[q][k] = s * pk + c * qk;
        v[k][p] = c * vp - s * vq;
        v[k][q] = s * vp + c * vq;
    }
}

void
pp_eigen3(double a[3][3], double v[3][3])
{
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            v[i][j] = i == j;
    /* converges quadratically: a dozen sweeps are far more than it takes */
    for (int sweep = 0; sweep < 12; sweep++)
        for (int p = 0; p < 2; p++)
            for (int q = p + 1; q < 3; q++)
                if (fabs(a[p][q]) > 0)
                    rotate(a, v, p, q);
}

void
pp_solve_damped(int n, double a[6][6], const double b[6], double damping,
                double x[6])
{
    double l[6][6] = { { 0 } }, trace = 0;

    for (int k = 0; k < n; k++)
        trace += a[k][k];
    for (int i = 0; i < n; i++)
        for (int j = 0; j <= i; j++) {
            double sum = a[i][j] + (i == j ? damping * trace : 0);

            for (int k = 0; k < j; k++)
                sum -= l[i][k] * l[j][k];
            l[i][j] = i == j ? sqrt(fmax(sum, 1e-30 * (trace + 1e-300)))
                             : sum / l[j][j];
        }
    for (int i = 0; i < n; i++) {
        x[i] = b[i];
        for (int k = 0; k < i; k++)
            x[i] -= l[i][k] * x[k];
        x[i] /= l[i][i];
    }
    for (int i = n - 1; i >= 0; i--) {
        for (int k = i + 1; k < n; k++)
            x[i] -= l[k][i] * x[k];
        x[i] /= l[i][i];
    }
}
