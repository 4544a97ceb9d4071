/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sheetfield - the distances to an open surface, as NIfTI
 *
 *     sheetfield NAME SEED NOISE MM KIND OUT.nii[.gz]
 *
 * 44 voxels of MM a side; KIND of the values: mm, voxel, signed (a ball), or
 * nan, constant, far.
 */
#include "sheets.h"

#include "shim/nifti.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
spoil(const char *kind, double mm, pp_grid *g)
{
    const size_t n = g->dim[0] * g->dim[1] * g->dim[2];
    float *x = g->voxel;

    for (size_t i = 0; i < n; i++) {
        const double p[3] = { (double)(i % 44) - 21.2,
                              (double)(i / 44 % 44) - 21.7,
                              (double)(i / 44 / 44) - 20.9 };

        if (strcmp(kind, "voxel") == 0)
            x[i] /= (float)mm;
        else if (strcmp(kind, "signed") == 0)
            x[i] = (float)(mm * (sqrt(p[0] * p[0] + p[1] * p[1] +
                                      p[2] * p[2]) - 12));
        else if (strcmp(kind, "nan") == 0 && i == 777)
            x[i] = (float)NAN;
        else if (strcmp(kind, "constant") == 0)
            x[i] = 1;
        else if (strcmp(kind, "far") == 0)
            x[i] += 10;
    }
}

int
main(int argc, char **argv)
{
    const size_t dim[3] = { 44, 44, 44 };
    double to_lps[3][4] = { { 0 } };
    pp_error err = { 0 };
    pp_grid g = { 0 };
    int kind = 0;

    if (argc != 7)
        return 2;
    const double mm = atof(argv[4]);

    while (kind < SHEET_NKIND && strcmp(sheet_truths[kind].name, argv[1]) != 0)
        kind++;
    if (kind == SHEET_NKIND)
        return 2;
    for (int a = 0; a < 3; a++) {
        to_lps[a][a] = mm;
        to_lps[a][3] = -21.5 * mm;
    }
    const sheet_scene s = sheet_place((sheet_kind)kind,
                                      (unsigned)atoi(argv[2]),
                                      pp_vec(0, 0, 0), mm);

    sheet_field(&s, dim, (const double(*)[4])to_lps, atof(argv[3]),
                1 + (unsigned)atoi(argv[2]), &g);
    spoil(argv[5], mm, &g);
    if (pp_nifti_write(argv[6], &g, &err) != PP_OK) {
        fprintf(stderr, "%s\n", err.message);
        return 2;
    }
    pp_grid_free(&g);
    return 0;
}
