/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * eigen.h - for measure/ only: axes of a symmetric 3 x 3 matrix
 */
#ifndef PP_MEASURE_EIGEN_H
#define PP_MEASURE_EIGEN_H

/** Leaves eigenvalues on the diagonal of a; eigenvectors are columns of v. */
void pp_eigen3(double a[3][3], double v[3][3]);

#endif
