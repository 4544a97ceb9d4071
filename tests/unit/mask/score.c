/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/alloc.h"
#include "mask/pengwin.h"
#include "mask/score_report.h"
#include "test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static pp_label_map
make_map(size_t nx, size_t ny, size_t nz, const double mm[3], size_t nlabel)
{
    pp_label_map m = { { nx, ny, nz },
                       { { mm[0], 0, 0, 3 }, { 0, mm[1], 0, 4 },
                         { 0, 0, mm[2], 5 } },
                       pp_alloc_zero(nx * ny * nz, sizeof *m.at), nlabel };

    ck_assert(m.at != NULL);
    return m;
}

static size_t
voxels(const pp_label_map *m)
{
    return m->dim[0] * m->dim[1] * m->dim[2];
}

static pp_pair_score
score(const pp_label_map *pred, const pp_label_map *truth, double tolerance)
{
    pp_label_extent *p, *t;
    pp_pair_score s;
    pp_error err = { 0 };

    ck_ok(pp_label_map_extents(pred, &p, &err), err);
    ck_ok(pp_label_map_extents(truth, &t, &err), err);
    ck_ok(pp_score_pair(pred, 1, &p[1], truth, 1, &t[1], tolerance, &s, &err),
          err);
    pp_free(p);
    pp_free(t);
    return s;
}

START_TEST(a_shifted_cube_is_off_by_its_shift)
{
    const double mm[3] = { 0.8, 0.9, 1.5 };

    for (int axis = 0; axis < 3; axis++) {
        pp_label_map a = make_map(30, 30, 30, mm, 1);
        pp_label_map b = make_map(30, 30, 30, mm, 1);
        const double n = 12, shift = 3;
        pp_pair_score s;

        for (size_t v = 0; v < voxels(&a); v++) {
            const size_t at[3] = { v % 30, v / 30 % 30, v / 900 };
            bool in_a = true, in_b = true;

            for (int c = 0; c < 3; c++) {
                const size_t off = c == axis ? 3 : 0;

                in_a &= at[c] >= 5 && at[c] < 17;
                in_b &= at[c] >= 5 + off && at[c] < 17 + off;
            }
            a.at[v] = in_a;
            b.at[v] = in_b;
        }
        s = score(&a, &b, 1);
        ck_near(s.dice, (n - shift) / n, 1e-12);
        ck_near(s.iou, (n - shift) / (n + shift), 1e-12);
        ck_near(s.precision, (n - shift) / n, 1e-12);
        ck_near(s.recall, (n - shift) / n, 1e-12);
        ck_near(s.hd_mm, shift * mm[axis], 1e-5);
        ck_near(s.hd95_mm, shift * mm[axis], 1e-5);
        ck_assert_uint_eq(s.pred_surface, 12 * 12 * 12 - 10 * 10 * 10);
        ck_near(s.pred_mm3, 12 * 12 * 12 * mm[0] * mm[1] * mm[2], 1e-9);
        pp_label_map_free(&a);
        pp_label_map_free(&b);
    }
}
END_TEST

START_TEST(concentric_balls_are_apart_by_the_difference_of_their_radii)
{
    const double mm[3] = { 0.8, 0.8, 1.5 };
    pp_label_map a = make_map(64, 64, 36, mm, 1);
    pp_label_map b = make_map(64, 64, 36, mm, 1);
    pp_pair_score s;

    for (size_t v = 0; v < voxels(&a); v++) {
        const double x = 0.8 * ((double)(v % 64) - 31.5);
        const double y = 0.8 * ((double)(v / 64 % 64) - 31.5);
        const double z = 1.5 * ((double)(v / 4096) - 17.5);
        const double r = sqrt(x * x + y * y + z * z);

        a.at[v] = r < 16;
        b.at[v] = r < 22;
    }
    s = score(&a, &b, 1);
    /* boundary voxels lie up to a voxel below the surface */
    ck_near(s.hd_mm, 6, 1.5);
    ck_near(s.assd_mm, 6, 0.4);
    ck_near(s.hd95_mm, 6, 1);
    ck_near(s.precision, 1, 1e-12);
    ck_near(s.recall, pow(16.0 / 22, 3), 0.01);
    ck_near(s.surface_dice, 0, 1e-12);
    pp_label_map_free(&a);
    pp_label_map_free(&b);
}
END_TEST

/* ---- by trying all ---- */

static bool
is_edge(const pp_label_map *m, size_t v)
{
    const ptrdiff_t n[3] = { (ptrdiff_t)m->dim[0], (ptrdiff_t)m->dim[1],
                             (ptrdiff_t)m->dim[2] };
    const ptrdiff_t at[3] = { (ptrdiff_t)v % n[0],
                              (ptrdiff_t)v / n[0] % n[1],
                              (ptrdiff_t)v / n[0] / n[1] };

    if (m->at[v] != 1)
        return false;
    for (int side = 0; side < 6; side++) {
        ptrdiff_t b[3] = { at[0], at[1], at[2] };

        b[side / 2] += side % 2 ? 1 : -1;
        if (b[side / 2] < 0 || b[side / 2] >= n[side / 2] ||
            m->at[(b[2] * n[1] + b[1]) * n[0] + b[0]] != 1)
            return true;
    }
    return false;
}

static int
ascending(const void *a, const void *b)
{
    const double p = *(const double *)a, q = *(const double *)b;

    return p < q ? -1 : p > q;
}

/* Distances of a's edge voxels to b's, in order; how many. */
static size_t
brute_way(const pp_label_map *a, const pp_label_map *b, double *d)
{
    size_t n = 0;

    for (size_t v = 0; v < voxels(a); v++) {
        double best = INFINITY;

        if (!is_edge(a, v))
            continue;
        for (size_t w = 0; w < voxels(b); w++) {
            size_t p = v, q = w;
            double sum = 0;

            if (!is_edge(b, w))
                continue;
            for (int c = 0; c < 3; c++) {
                const double off =
                    a->to_lps[c][c] * ((double)(p % a->dim[c]) -
                                       (double)(q % a->dim[c]));

                sum += off * off;
                p /= a->dim[c];
                q /= a->dim[c];
            }
            best = fmin(best, sum);
        }
        d[n++] = sqrt(best);
    }
    qsort(d, n, sizeof *d, ascending);
    return n;
}

static double
percentile(const double *d, size_t n)
{
    const double at = 0.95 * (double)(n - 1);
    const size_t k = (size_t)at;

    return k + 1 < n ? d[k] + (at - (double)k) * (d[k + 1] - d[k]) : d[k];
}

START_TEST(small_masks_score_as_trying_all_says)
{
    pp_random r = { 8 };

    for (int trial = 0; trial < pp_test_rounds(150); trial++) {
        const double mm[3] = { 0.3 + pp_random_unit(&r),
                               0.3 + pp_random_unit(&r),
                               0.3 + 3 * pp_random_unit(&r) };
        const size_t dim[3] = { 1 + pp_random_below(&r, 10),
                                1 + pp_random_below(&r, 9),
                                1 + pp_random_below(&r, 8) };
        const double tolerance = 0.2 + pp_random_unit(&r);
        pp_label_map a = make_map(dim[0], dim[1], dim[2], mm, 1);
        pp_label_map b = make_map(dim[0], dim[1], dim[2], mm, 1);
        const double p = pp_random_unit(&r), q = pp_random_unit(&r);
        double *d = pp_alloc(voxels(&a), sizeof *d);
        double *e = pp_alloc(voxels(&a), sizeof *e);
        double sum = 0, within = 0;
        size_t n, m;
        pp_pair_score s;

        ck_assert(d != NULL && e != NULL);
        for (size_t v = 0; v < voxels(&a); v++) {
            a.at[v] = pp_random_unit(&r) < p;
            b.at[v] = pp_random_unit(&r) < q;
        }
        a.at[pp_random_below(&r, (unsigned)voxels(&a))] = 1;
        b.at[pp_random_below(&r, (unsigned)voxels(&a))] = 1;
        s = score(&a, &b, tolerance);
        n = brute_way(&a, &b, d);
        m = brute_way(&b, &a, e);
        for (size_t i = 0; i < n; i++) {
            sum += d[i];
            within += d[i] <= tolerance;
        }
        for (size_t i = 0; i < m; i++) {
            sum += e[i];
            within += e[i] <= tolerance;
        }
        ck_assert_uint_eq(s.pred_surface, n);
        ck_assert_uint_eq(s.truth_surface, m);
        ck_near(s.hd_mm, fmax(d[n - 1], e[m - 1]), 1e-5);
        ck_near(s.hd95_mm, fmax(percentile(d, n), percentile(e, m)), 1e-5);
        ck_near(s.assd_mm, sum / (double)(n + m), 1e-5);
        ck_near(s.surface_dice, within / (double)(n + m), 1e-12);
        pp_free(d);
        pp_free(e);
        pp_label_map_free(&a);
        pp_label_map_free(&b);
    }
}
END_TEST

START_TEST(percentiles_are_those_of_sorted_values)
{
    pp_random r = { 4 };

    for (int trial = 0; trial < 2000; trial++) {
        const size_t n = 1 + pp_random_below(&r, 40);
        const unsigned few = 1 + pp_random_below(&r, 30);
        double sorted[40];
        float value[40];

        for (size_t i = 0; i < n; i++)
            sorted[i] = value[i] = (float)pp_random_below(&r, few);
        qsort(sorted, n, sizeof *sorted, ascending);
        ck_near(pp_percentile(value, n, 0.95), percentile(sorted, n), 1e-6);
    }
}
END_TEST

/* ---- who belongs to whom ---- */

static double
best_sum(const double *gain, size_t nrow, size_t ncolumn, size_t row,
         unsigned taken)
{
    double best;

    if (row == nrow)
        return 0;
    best = best_sum(gain, nrow, ncolumn, row + 1, taken);
    for (size_t c = 0; c < ncolumn; c++)
        if (!(taken >> c & 1))
            best = fmax(best, gain[row * ncolumn + c] +
                                  best_sum(gain, nrow, ncolumn, row + 1,
                                           taken | 1U << c));
    return best;
}

START_TEST(no_assignment_gains_more)
{
    pp_random r = { 12 };

    for (int trial = 0; trial < pp_test_rounds(1500); trial++) {
        const size_t nrow = 1 + pp_random_below(&r, 6);
        const size_t ncolumn = 1 + pp_random_below(&r, 6);
        double gain[36], sum = 0;
        size_t column[6];
        unsigned taken = 0;
        pp_error err = { 0 };

        for (size_t i = 0; i < nrow * ncolumn; i++)
            gain[i] = pp_random_below(&r, 3) == 0 ? 0 : pp_random_unit(&r);
        ck_ok(pp_assign(gain, nrow, ncolumn, column, &err), err);
        for (size_t i = 0; i < nrow; i++) {
            if (column[i] == SIZE_MAX)
                continue;
            ck_assert(column[i] < ncolumn && !(taken >> column[i] & 1));
            ck_assert(gain[i * ncolumn + column[i]] > 0);
            taken |= 1U << column[i];
            sum += gain[i * ncolumn + column[i]];
        }
        ck_near(sum, best_sum(gain, nrow, ncolumn, 0, 0), 1e-9);
    }
}
END_TEST

/* One predicted fragment that covers two true ones: the challenge's example
   counts it for both, one to one it counts once. */
START_TEST(matching_one_to_one_and_by_the_best_differ_where_they_should)
{
    const double mm[3] = { 1, 1, 1 };
    const uint32_t pred_number[] = { 0, 5 }, truth_number[] = { 0, 1, 2 };
    pp_label_map p = make_map(20, 4, 4, mm, 1), t = make_map(20, 4, 4, mm, 2);
    pp_score_report r = { .tolerance_mm = 1, .min_dice = 0.9,
                          .max_hd95_mm = NAN, .judge_matches = true };
    pp_error err = { 0 };

    for (size_t v = 0; v < voxels(&p); v++) {
        const size_t i = v % 20;

        p.at[v] = i >= 2 && i < 18;
        t.at[v] = (uint16_t)(i < 2 || i >= 18 ? 0 : i < 14 ? 1 : 2);
    }
    ck_ok(pp_score_maps(&r, &(pp_numbered){ &p, pred_number },
                        &(pp_numbered){ &t, truth_number }, &err), err);
    ck_near(r.iou_f, (12.0 / 16 + 0) / 2, 1e-12);
    ck_near(r.iou_f_challenge, (12.0 / 16 + 4.0 / 16) / 2, 1e-12);
    ck_assert_uint_eq(r.nlabel, 3); /* 1, 2 and 5, none of them on both */
    ck_assert_uint_eq(r.nmatch, 2);
    ck_assert_uint_eq(r.match[0].pred, 5);
    ck_assert(!r.match[1].in_pred && isnan(r.match[1].score.hd_mm));
    ck_assert_uint_eq(r.nfound, 1);
    ck_assert(!pp_score_passes(&r));
    r.min_dice = NAN;
    r.max_hd95_mm = 100;
    ck_assert(!pp_score_passes(&r)); /* no distance is none within 100 */
    r.max_hd95_mm = NAN;
    ck_assert(pp_score_passes(&r));
    pp_score_report_free(&r);
    pp_label_map_free(&p);
    pp_label_map_free(&t);
}
END_TEST

START_TEST(lattices_beside_each_other_are_refused)
{
    const size_t dim[3] = { 100, 100, 50 }, other[3] = { 100, 100, 51 };
    double a[3][4] = { { 0.8, 0, 0, -9 }, { 0, 0.8, 0, 2 },
                       { 0, 0, 1.5, 3 } };
    double b[3][4];
    pp_error err = { 0 };

    memcpy(b, a, sizeof b);
    ck_ok(pp_lattices_match(dim, (const double(*)[4])a, dim,
                            (const double(*)[4])b, &err), err);
    ck_assert_int_eq(pp_lattices_match(dim, (const double(*)[4])a, other,
                                       (const double(*)[4])b, &err), PP_EGEOM);
    err = (pp_error){ 0 };
    b[0][0] = 0.8 * (1 + 1e-7); /* a header's float */
    ck_ok(pp_lattices_match(dim, (const double(*)[4])a, dim,
                            (const double(*)[4])b, &err), err);
    b[0][3] += 0.02;
    ck_assert_int_eq(pp_lattices_match(dim, (const double(*)[4])a, dim,
                                       (const double(*)[4])b, &err), PP_EGEOM);
    err = (pp_error){ 0 };
    b[0][3] = NAN;
    ck_assert_int_eq(pp_lattices_match(dim, (const double(*)[4])a, dim,
                                       (const double(*)[4])b, &err), PP_EGEOM);
}
END_TEST

/* The first outputs of the Mersenne Twister for the seed 5489 are 3499211612,
   581869302, 3890346734 (Matsumoto and Nishimura's own table). */
START_TEST(the_twister_is_the_published_one)
{
    uint32_t word[3];

    pp_pengwin_draw(5489, 0xffffffffU, word, 3);
    ck_assert_uint_eq(word[0], 3499211612U);
    ck_assert_uint_eq(word[1], 581869302U);
    ck_assert_uint_eq(word[2], 3890346734U);
    pp_pengwin_draw(1, 1, word, 2);
    ck_assert_uint_eq(word[1], 0);
}
END_TEST

PP_TESTS("mask/score", a_shifted_cube_is_off_by_its_shift,
         concentric_balls_are_apart_by_the_difference_of_their_radii,
         small_masks_score_as_trying_all_says,
         percentiles_are_those_of_sorted_values, no_assignment_gains_more,
         matching_one_to_one_and_by_the_best_differ_where_they_should,
         lattices_beside_each_other_are_refused,
         the_twister_is_the_published_one)
