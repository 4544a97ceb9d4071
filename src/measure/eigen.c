/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * eigen.c - symmetric 3 x 3 matrices, by Jacobi's rotations (1846)
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
