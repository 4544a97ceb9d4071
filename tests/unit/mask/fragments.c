/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mask/fragments.h"
#include "mask/score.h"

#include "scenes.h"

#include <stdio.h>
#include <stdlib.h>

static pp_ceiling
round_trip(const pp_label_map *m, const pp_encode_rules *rules)
{
    const pp_decode_rules back = { 0 };
    pp_classes c = { 0 };
    pp_encoded *list = NULL;
    pp_error err = { 0 };
    pp_ceiling ceiling;
    size_t n;

    ck_ok(pp_fragments_encode(m, rules, &c, &list, &n, &err), err);
    ck_ok(pp_fragments_ceiling(m, &c, &back, &ceiling, &err), err);
    pp_classes_free(&c);
    pp_free(list);
    return ceiling;
}

/* The mean over some scenes of the mean IoU of their fragments. */
static double
mean_of_scenes(double gap_mm, double zone, int rounds, uint64_t seed)
{
    const bool large = getenv("LONG") != NULL;
    pp_random r = { seed };
    double sum = 0;

    for (int trial = 0; trial < rounds; trial++) {
        const scene_spec spec = {
            { large ? 280 : 160, large ? 219 : 125, large ? 164 : 94 },
            { 0.8, 0.8, 1.5 }, 2 + (int)pp_random_below(&r, 29), gap_mm,
            0.8 * (3 + pp_random_unit(&r)), 1500
        };
        const pp_encode_rules rules = { .zone = zone };
        pp_label_map m = make_scene_map(&r, &spec);
        const pp_ceiling c = round_trip(&m, &rules);

        if (getenv("V") != NULL)
            printf("# gap %.1f zone %g: %zu fragments, mean %.5f, least %.5f "
                   "(%u), lost %zu\n", gap_mm, zone, m.nlabel, c.mean_iou,
                   c.least_iou, c.least, c.nlost);
        /* no fragment of 1,000 voxels or more is lost */
        ck_assert_uint_eq(c.nlost, 0);
        ck_assert(c.least_iou > 0.8);
        sum += c.mean_iou;
        pp_label_map_free(&m);
    }
    return sum / rounds;
}

START_TEST(fragments_apart_come_back)
{
    ck_assert(mean_of_scenes(1.6, 0, pp_test_rounds(3), 5) >= 0.999);
}
END_TEST

START_TEST(fragments_that_touch_come_back_with_a_narrow_zone)
{
    const int rounds = pp_test_rounds(5);

    /* some scenes are more broken than others: one alone may have less */
    ck_assert(mean_of_scenes(0, 2, rounds, 6) >= (rounds < 5 ? 0.98 : 0.985));
}
END_TEST

/* ---- the rules of encoding ---- */

static pp_label_map
make_map(size_t nx, size_t ny, size_t nz, double sx, double sy, double sz)
{
    pp_label_map m = { { nx, ny, nz },
                       { { sx, 0, 0, 10 }, { 0, sy, 0, -20 },
                         { 0, 0, sz, 5 } },
                       pp_alloc_zero(nx * ny * nz, sizeof *m.at), 0 };

    ck_assert(m.at != NULL);
    return m;
}

static size_t
voxels(const pp_label_map *m)
{
    return m->dim[0] * m->dim[1] * m->dim[2];
}

/* Distance to the nearest voxel that is not of the label of v (other: that is
   of another label than it), by trying all. */
static double
brute_distance(const pp_label_map *m, size_t v, bool other, const double mm[3])
{
    double best = INFINITY;

    for (size_t w = 0; w < voxels(m); w++) {
        const double d[3] = {
            mm[0] * ((double)(v % m->dim[0]) - (double)(w % m->dim[0])),
            mm[1] * ((double)(v / m->dim[0] % m->dim[1]) -
                     (double)(w / m->dim[0] % m->dim[1])),
            mm[2] * ((double)(v / m->dim[0] / m->dim[1]) -
                     (double)(w / m->dim[0] / m->dim[1])),
        };

        if (m->at[w] != m->at[v] && (!other || m->at[w] != 0))
            best = fmin(best, d[0] * d[0] + d[1] * d[1] + d[2] * d[2]);
    }
    return sqrt(best);
}

/* Gaussian by its definition along one axis; mirrored beyond the ends. */
static void
naive_gaussian(double *f, const size_t dim[3], int axis, double sigma)
{
    const size_t n = dim[0] * dim[1] * dim[2];
    const size_t step = axis == 0 ? 1 : axis == 1 ? dim[0] : dim[0] * dim[1];
    const int radius = (int)(4 * sigma + 0.5), length = (int)dim[axis];
    double *out = pp_alloc(n, sizeof *out);

    ck_assert(out != NULL);
    for (size_t v = 0; v < n; v++) {
        const int q = (int)(v / step % dim[axis]);
        double sum = 0, weights = 0;

        for (int r = -radius; r <= radius; r++) {
            const double w = exp(-0.5 * r * r / (sigma * sigma));
            int p = q + r;

            while (p < 0 || p >= length)
                p = p < 0 ? -1 - p : 2 * length - 1 - p;
            sum += w * f[v + (size_t)p * step - (size_t)q * step];
            weights += w;
        }
        out[v] = sum / weights;
    }
    memcpy(f, out, n * sizeof *f);
    pp_free(out);
}

/* The core of one fragment inside a box that it does not reach the border of:
   1 yes, 0 no, -1 too near to a threshold to tell. */
static void
naive_core(const pp_label_map *m, bool voxel, int *core)
{
    const size_t n = voxels(m), row = m->dim[0], slice = row * m->dim[1];
    const double one[3] = { 1, 1, 1 };
    const double mm[3] = { m->to_lps[0][0], m->to_lps[1][1],
                           m->to_lps[2][2] };
    double *d = pp_alloc_zero(n, sizeof *d), *g = pp_alloc(n, sizeof *g);

    ck_assert(d != NULL && g != NULL);
    for (size_t v = 0; v < n; v++)
        if (m->at[v] != 0)
            d[v] = brute_distance(m, v, false, voxel ? one : mm);
    memcpy(g, d, n * sizeof *g);
    for (int a = 0; a < 3; a++)
        naive_gaussian(g, m->dim, a, voxel ? 2 : 2 / mm[a]);
    for (size_t v = 0; v < n; v++) {
        const double deep = voxel ? g[v] : d[v];
        double lap;

        core[v] = 0;
        if (m->at[v] == 0)
            continue;
        if (voxel)
            lap = (g[v + 2] + g[v - 2] + g[v + 2 * row] + g[v - 2 * row] -
                   4 * g[v]) / 4;
        else
            lap = (g[v + 1] + g[v - 1] - 2 * g[v]) / (mm[0] * mm[0]) +
                  (g[v + row] + g[v - row] - 2 * g[v]) / (mm[1] * mm[1]) +
                  (g[v + slice] + g[v - slice] - 2 * g[v]) / (mm[2] * mm[2]);
        core[v] = -lap > 0.11 || deep > 6;
        if (fabs(-lap - 0.11) < 1e-5 || fabs(deep - 6) < 1e-5)
            core[v] = -1;
    }
    pp_free(d);
    pp_free(g);
}

START_TEST(core_is_where_it_is_deep_or_bends)
{
    for (int voxel = 0; voxel < 2; voxel++) {
        const pp_encode_rules rules = {
            .variant = voxel ? PP_ENCODE_VOXEL : PP_ENCODE_MM,
            .all_cores = true
        };
        pp_label_map m = make_map(34, 26, 20, 0.8, 0.9, 1.5);
        int *core = pp_alloc(voxels(&m), sizeof *core);
        pp_classes c = { 0 };
        pp_encoded *list;
        pp_error err = { 0 };
        size_t n, ncore = 0;

        ck_assert(core != NULL);
        m.nlabel = 1;
        /* a block with a plate */
        for (size_t v = 0; v < voxels(&m); v++) {
            const size_t i = v % 34, j = v / 34 % 26, k = v / 34 / 26;

            m.at[v] = (i >= 4 && i < 22 && j >= 4 && j < 22 && k >= 4 &&
                       k < 16) ||
                      (i >= 22 && i < 30 && j >= 11 && j < 14 && k >= 4 &&
                       k < 16);
        }
        naive_core(&m, voxel, core);
        ck_ok(pp_fragments_encode(&m, &rules, &c, &list, &n, &err), err);
        for (size_t v = 0; v < voxels(&m); v++) {
            if (core[v] >= 0)
                ck_assert_uint_eq(c.at[v], m.at[v] == 0 ? PP_BACKGROUND
                                           : core[v]    ? PP_CORE
                                                        : PP_BOUNDARY);
            ncore += core[v] == 1;
        }
        ck_assert(ncore > 100);
        ck_assert_int_eq(list[0].kept, PP_KEPT_OWN);
        pp_classes_free(&c);
        pp_label_map_free(&m);
        pp_free(list);
        pp_free(core);
    }
}
END_TEST

START_TEST(the_zone_is_border_and_holds_no_core)
{
    pp_random r = { 21 };

    for (int trial = 0; trial < 12; trial++) {
        const bool voxel = trial % 3 == 1, in_mm = trial % 3 == 2;
        const bool shallow = trial % 2;
        const pp_encode_rules rules = {
            .variant = voxel ? PP_ENCODE_VOXEL : PP_ENCODE_MM,
            .zone = 2 + pp_random_below(&r, 3), .zone_mm = in_mm,
            .clearance = 1, .shallow_border = shallow, .dust_voxels = 5
        };
        const double one[3] = { 1, 1, 1 }, mm[3] = { 0.8, 0.8, 1.5 };
        pp_label_map m = make_map(40, 15, 12, 0.8, 0.8, 1.5);
        pp_classes c = { 0 };
        pp_encoded *list;
        pp_error err = { 0 };
        size_t n;

        m.nlabel = 2;
        for (size_t v = 0; v < voxels(&m); v++) {
            const size_t i = v % 40, j = v / 40 % 15, k = v / 600;

            if (i >= 2 && i < 38 && j >= 2 && j < 13 && k >= 2 && k < 10)
                m.at[v] = i + j / 2 < 22 ? 1 : 2;
        }
        ck_ok(pp_fragments_encode(&m, &rules, &c, &list, &n, &err), err);
        ck_assert_uint_eq(n, 2);
        for (size_t v = 0; v < voxels(&m); v++) {
            double d;

            ck_assert((c.at[v] == 0) == (m.at[v] == 0));
            if (m.at[v] == 0)
                continue;
            d = brute_distance(&m, v, true, in_mm ? mm : one);
            if (fabs(d - rules.zone) < 1e-5 || fabs(d - rules.zone - 1) < 1e-5)
                continue;
            if (d <= rules.zone)
                ck_assert(c.at[v] == PP_BORDER ||
                          (shallow && c.at[v] == PP_BOUNDARY));
            else
                ck_assert_uint_ne(c.at[v], PP_BORDER);
            if (d <= rules.zone + 1)
                ck_assert_uint_ne(c.at[v], PP_CORE);
        }
        for (size_t l = 0; l < n; l++)
            ck_assert_uint_eq(list[l].nvoxel, list[l].ncore +
                              list[l].nboundary + list[l].nborder);
        pp_classes_free(&c);
        pp_label_map_free(&m);
        pp_free(list);
    }
}
END_TEST

/* The size of the largest 26-connected piece of one label's class (0: of the
   label), and of its voxels. */
static size_t
largest_piece(const pp_label_map *m, const pp_classes *c, uint16_t label,
              uint8_t class)
{
    pp_mask mask = { .in = pp_alloc(voxels(m), 1) };
    pp_island *island;
    pp_error err = { 0 };
    size_t n, size;

    ck_assert(mask.in != NULL);
    memcpy(mask.dim, m->dim, sizeof mask.dim);
    memcpy(mask.to_lps, m->to_lps, sizeof mask.to_lps);
    for (size_t v = 0; v < voxels(m); v++)
        mask.in[v] = m->at[v] == label && (class == 0 || c->at[v] == class);
    ck_ok(pp_mask_islands(&mask, PP_CONNECT_CORNER, NULL, &island, &n, &err),
          err);
    size = n > 0 ? island[0].nvoxel : 0;
    pp_free(island);
    pp_mask_free(&mask);
    return size;
}

START_TEST(every_fragment_has_a_core_that_is_no_dust)
{
    const int rounds = pp_test_rounds(10000);
    size_t kept[4] = { 0 };
    pp_random r = { 99 };

    for (int trial = 0; trial < rounds; trial++) {
        const pp_encode_rules rules = {
            .variant = pp_random_below(&r, 2) ? PP_ENCODE_VOXEL : PP_ENCODE_MM,
            .zone = pp_random_below(&r, 8), .dust_voxels =
                1 + pp_random_below(&r, 60),
            .all_cores = pp_random_below(&r, 2)
        };
        pp_label_map m = make_map(2 + pp_random_below(&r, 11),
                                  2 + pp_random_below(&r, 9),
                                  1 + pp_random_below(&r, 8), 0.8, 0.8, 1.5);
        const int ncell = 1 + (int)pp_random_below(&r, 6);
        const double holes = 0.5 * pp_random_unit(&r);
        double point[6][3];
        pp_classes c = { 0 };
        pp_encoded *list;
        pp_error err = { 0 };
        size_t n;

        for (int p = 0; p < ncell; p++)
            for (int a = 0; a < 3; a++)
                point[p][a] = pp_random_unit(&r) * (double)m.dim[a];
        for (size_t v = 0; v < voxels(&m); v++) {
            const double at[3] = { (double)(v % m.dim[0]),
                                   (double)(v / m.dim[0] % m.dim[1]),
                                   (double)(v / m.dim[0] / m.dim[1]) };
            double best = INFINITY;

            for (int p = 0; p < ncell; p++) {
                const double d = hypot(hypot(at[0] - point[p][0],
                                             at[1] - point[p][1]),
                                       at[2] - point[p][2]);

                if (d < best) {
                    best = d;
                    m.at[v] = (uint16_t)(p + 1);
                }
            }
            if (trial % 2 && pp_random_unit(&r) < holes)
                m.at[v] = 0;
        }
        m.nlabel = (size_t)ncell;
        ck_ok(pp_fragments_encode(&m, &rules, &c, &list, &n, &err), err);
        for (size_t l = 0; l < n; l++) {
            const size_t whole = largest_piece(&m, &c, list[l].label, 0);
            const size_t core = largest_piece(&m, &c, list[l].label, PP_CORE);

            ck_assert_msg(core >= rules.dust_voxels || core == whole,
                          "scene %d: core of %zu, fragment of %zu, dust %zu",
                          trial, core, whole, rules.dust_voxels);
            kept[list[l].kept]++;
        }
        pp_classes_free(&c);
        pp_label_map_free(&m);
        pp_free(list);
    }
    /* the scenes ask for each of the ways */
    for (int k = 0; k < 4; k++)
        ck_assert(kept[k] > (size_t)rounds / 100);
}
END_TEST

PP_TESTS("mask/fragments", fragments_apart_come_back,
         fragments_that_touch_come_back_with_a_narrow_zone,
         core_is_where_it_is_deep_or_bends,
         the_zone_is_border_and_holds_no_core,
         every_fragment_has_a_core_that_is_no_dust)
