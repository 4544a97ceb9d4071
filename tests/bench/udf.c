/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * udf.c - how true surfaces from distances without a sign are, and their cost
 *
 * Scenes of tests/sheets.c, turned and shifted at random: the farthest vertex
 * and the farthest point that got no surface, in voxels, exact and with noise;
 * how often pieces or openings were miscounted, facets crossed, or the tool
 * refused. Then a cap in larger volumes: seconds of processor for all.
 */
#include "test.h"

#include "check/check.h"
#include "sheets.h"
#include "surface/valley.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SIDE 44

typedef struct {
    size_t ncase, nrefused, nmiscounted, nunclean, noff, nretreat;
    double off, retreat, p99;
} tally;

static int
by_value(const void *a, const void *b)
{
    const double p = *(const double *)a, q = *(const double *)b;

    return (p > q) - (p < q);
}

static void
compare(const sheet_scene *s, const pp_mesh *m, const pp_valley_report *r,
        tally *t)
{
    double *off = malloc((m->nvert + 1) * sizeof *off), retreat = 0;
    pp_report check = { 0 };
    pp_error err = { 0 };
    pp_bvh *bvh = NULL;
    size_t n, ndefect = 0;
    pp_vec3 *p = sheet_points(s, false, &n);

    if (off == NULL || pp_check(m, NULL, &check, &err) != PP_OK ||
        pp_bvh_build(m, &bvh, &err) != PP_OK)
        exit(2);
    for (int d = 0; d < PP_NDEFECT; d++)
        ndefect += d != PP_DEFECT_OPEN_EDGE ? check.defect[d].count : 0;
    for (size_t v = 0; v < m->nvert; v++)
        off[v] = sheet_distance(s, m->vert[v]) / s->unit;
    qsort(off, m->nvert, sizeof *off, by_value);
    for (size_t i = 0; i < n; i++)
        retreat = fmax(retreat,
                       pp_bvh_nearest(bvh, p[i], 1e9).distance / s->unit);
    t->nmiscounted += r->npiece != sheet_truths[s->kind].npiece ||
                      r->nopening != sheet_truths[s->kind].nloop;
    t->nunclean += ndefect > 0;
    t->p99 = fmax(t->p99, off[m->nvert - 1 - m->nvert / 100]);
    t->off = fmax(t->off, off[m->nvert - 1]);
    t->retreat = fmax(t->retreat, retreat);
    t->noff += off[m->nvert - 1] > 0.5;
    t->nretreat += retreat > 0.5;
    pp_report_free(&check);
    pp_bvh_free(bvh);
    free(off);
    free(p);
}

static void
try(sheet_kind kind, unsigned seed, double noise, tally *t)
{
    const size_t dim[3] = { SIDE, SIDE, SIDE };
    const double to_lps[3][4] = { { 1, 0, 0, 0 }, { 0, 1, 0, 0 },
                                  { 0, 0, 1, 0 } };
    const double c = (SIDE - 1) / 2.0;
    const sheet_scene s = sheet_place(kind, seed, pp_vec(c, c, c), 1);
    const pp_valley_options how = { 0 };
    pp_valley_field f = { 0 };
    pp_valley_report r = { 0 };
    pp_mesh m = { 0 };
    pp_error err = { 0 };
    pp_grid g = { 0 };

    sheet_field(&s, dim, to_lps, noise, 1000 + seed, &g);
    t->ncase++;
    if (pp_valley_load(&g, &how, &f, &err) != PP_OK ||
        pp_valley_mesh(&f, &how, &m, &r, &err) != PP_OK)
        t->nrefused++;
    else
        compare(&s, &m, &r, t);
    pp_grid_free(&g);
    pp_valley_free(&f);
    pp_valley_report_free(&r);
    pp_mesh_free(&m);
}

static void
table(double noise, unsigned nseed)
{
    printf("noise %.2f voxel, %u cases each: vertex off (99 in 100, worst), "
           "retreat (worst), in voxels; cases\n%-12s %6s %6s %8s  %s\n", noise,
           nseed, "", "p99", "off", "retreat",
           "refused miscounted unclean off>0.5 retreat>0.5");
    for (int k = 0; k < SHEET_BORDER; k++) {
        tally t;

        memset(&t, 0, sizeof t);
        for (unsigned seed = 1; seed <= nseed; seed++)
            try((sheet_kind)k, seed, noise, &t);
        printf("%-12s %6.3f %6.3f %8.3f  %7zu %10zu %7zu %7zu %11zu\n",
               sheet_truths[k].name, t.p99, t.off, t.retreat, t.nrefused,
               t.nmiscounted, t.nunclean, t.noff, t.nretreat);
    }
}

/* A cap that fills most of a cube of n voxels a side. */
static void
cost(size_t n)
{
    const size_t dim[3] = { n, n, n };
    const double c = ((double)n - 1) / 2;
    const double to_lps[3][4] = { { 1, 0, 0, 0 }, { 0, 1, 0, 0 },
                                  { 0, 0, 1, 0 } };
    const sheet_scene s = sheet_place(SHEET_CAP, 1, pp_vec(c, c, c),
                                      (double)n / 32);
    const pp_valley_options how = { 0 };
    pp_valley_field f = { 0 };
    pp_valley_report r = { 0 };
    pp_mesh m = { 0 };
    pp_error err = { 0 };
    pp_grid g = { 0 };
    clock_t start;
    double seconds;

    sheet_field(&s, dim, to_lps, 0, 1, &g);
    start = clock();
    if (pp_valley_load(&g, &how, &f, &err) != PP_OK ||
        pp_valley_mesh(&f, &how, &m, &r, &err) != PP_OK) {
        printf("%zu: %s\n", n, err.message);
        exit(2);
    }
    seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
    printf("%zu^3: %.2f s of processor, %.0f voxel faces of surface, %.1f us "
           "each; %zu facets\n", n, seconds, r.area_mm2,
           1e6 * seconds / r.area_mm2, m.ntri);
    pp_grid_free(&g);
    pp_valley_free(&f);
    pp_valley_report_free(&r);
    pp_mesh_free(&m);
}

int
main(int argc, char **argv)
{
    const unsigned nseed = argc > 1 ? (unsigned)atoi(argv[1]) : 12;

    table(0, nseed);
    table(0.2, nseed);
    cost(128);
    cost(256);
    return 0;
}
