/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * eigen.h - for measure/ only: small symmetric matrices
 */
#ifndef PP_MEASURE_EIGEN_H
#define PP_MEASURE_EIGEN_H

/** Leaves eigenvalues on the diagonal of a; eigenvectors are columns of v. */
void pp_eigen3(double a[3][3], double v[3][3]);

/**
 * Solves (a + damping trace(a) 1) x = b for n <= 6 unknowns and a positive
 * semidefinite a, of which the lower half is read (Cholesky). Unknowns that
 * nothing holds stay near 0.
 */
void pp_solve_damped(int n, double a[6][6], const double b[6], double damping,
                     double x[6]);

#endif
