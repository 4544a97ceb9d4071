/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Clean bodies with injected defects of each kind and of all: clean
 * afterwards; every facet that has nothing to do with a defect is there bit
 * for bit; new surface lies near the old; parts and cavities are all there.
 */
#include "repair/repair.h"

#include "base/alloc.h"
#include "damage.h"
#include "shapes.h"
#include "surface/surface.h"
#include "test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* So many rings of facets about a defect may change: a spike reaches two
   edges far, and what it crosses is cut and filled. */
#define RINGS 5

/* A ring, a ball with a cavity, and a ball in that. */
static pp_mesh
bodies(int fine)
{
    pp_mesh m = pp_shape_torus(pp_vec(0, 0, 0), 30, 12, 80 << fine,
                               32 << fine);
    pp_mesh cavity = pp_shape_sphere(pp_vec(100, 20, -300), 12, 3 + fine);

    pp_shape_flip(&cavity);
    pp_shape_add(&m, pp_shape_sphere(pp_vec(100, 20, -300), 18, 3 + fine));
    pp_shape_add(&m, cavity);
    pp_shape_add(&m, pp_shape_sphere(pp_vec(100, 20, -300), 6, 2 + fine));
    pp_shape_rotate(&m, 0.3, 0.2, 0.1);
    pp_mesh_round_float(&m);
    return m;
}

/* Two labels as a mask has them: overlapping balls, and one apart. */
static pp_mesh
label(void)
{
    pp_error err = { 0 };
    const size_t dim[3] = { 60, 50, 50 };
    const double to_lps[3][4] = {
        { 0.7, 0, 0, -31 }, { 0, 0.7, 0, 90 }, { 0, 0, 0.7, -801 } };
    pp_mask mask;
    pp_mesh m;
    pp_surface_report told;

    ck_ok(pp_mask_alloc(&mask, dim, to_lps, &err), err);
    for (size_t i = 0; i < dim[0] * dim[1] * dim[2]; i++) {
        const double x = (double)(i % 60), y = (double)(i / 60 % 50) - 25,
                     z = (double)(i / 3000) - 25;
        const double a = hypot(x - 15, hypot(y, z));
        const double b = hypot(x - 29, hypot(y - 3, z));
        const double c = hypot(x - 52, hypot(y, z + 15));

        mask.in[i] = (a < 11 && a > 4) || b < 9 || c < 5;
    }
    ck_ok(pp_surface_from_mask(&mask, NULL, &m, &told, &err), err);
    pp_mask_free(&mask);
    pp_mesh_round_float(&m);
    return m;
}

/* A facet by its corners, from the smallest on. */
typedef struct {
    pp_vec3 p[3];
} facet;

static int
compare_facets(const void *left, const void *right)
{
    return memcmp(left, right, sizeof(facet));
}

static facet
facet_of(const pp_mesh *m, size_t t)
{
    facet best = { { { 0, 0, 0 }, { 0, 0, 0 }, { 0, 0, 0 } } };

    for (int turn = 0; turn < 3; turn++) {
        facet f;

        for (int k = 0; k < 3; k++)
            f.p[k] = m->vert[m->tri[t][(k + turn) % 3]];
        if (turn == 0 || compare_facets(&f, &best) < 0)
            best = f;
    }
    return best;
}

static facet *
sorted_facets(const pp_mesh *m)
{
    facet *list = pp_alloc(m->ntri, sizeof *list);

    for (size_t t = 0; t < m->ntri; t++)
        list[t] = facet_of(m, t);
    qsort(list, m->ntri, sizeof *list, compare_facets);
    return list;
}

/* Facets of whole far from hurt vertices that are not in m: none. */
static size_t
count_missing(const pp_mesh *whole, uint8_t *hurt, const pp_mesh *m,
              size_t *nfar)
{
    facet *list = sorted_facets(m);
    size_t n = 0;

    for (int ring = 0; ring < RINGS; ring++) {
        uint8_t *next = pp_alloc_zero(whole->nvert, 1);

        for (size_t t = 0; t < whole->ntri; t++) {
            const uint32_t *v = whole->tri[t];

            if (hurt[v[0]] || hurt[v[1]] || hurt[v[2]])
                next[v[0]] = next[v[1]] = next[v[2]] = 1;
        }
        memcpy(hurt, next, whole->nvert);
        pp_free(next);
    }
    *nfar = 0;
    for (size_t t = 0; t < whole->ntri; t++) {
        const uint32_t *v = whole->tri[t];
        const facet f = facet_of(whole, t);

        if (hurt[v[0]] || hurt[v[1]] || hurt[v[2]])
            continue;
        ++*nfar;
        n += bsearch(&f, list, m->ntri, sizeof f, compare_facets) == NULL;
    }
    pp_free(list);
    return n;
}

/* The farthest that a middle of m's facets is from the whole. */
static double
farthest(const pp_mesh *m, const pp_mesh *whole)
{
    pp_error err = { 0 };
    pp_bvh *bvh;
    double worst = 0;

    ck_ok(pp_bvh_build(whole, &bvh, &err), err);
    for (size_t t = 0; t < m->ntri; t++) {
        const uint32_t *v = m->tri[t];
        const pp_vec3 p = pp_scale(
            pp_add(pp_add(m->vert[v[0]], m->vert[v[1]]), m->vert[v[2]]),
            1.0 / 3);

        worst = fmax(worst, pp_bvh_nearest(bvh, p, HUGE_VAL).distance);
    }
    pp_bvh_free(bvh);
    return worst;
}

/* Shells of some size, and how many of them are cavities. */
static void
count_shells(const pp_report *r, double least_mm3, size_t *nshell,
             size_t *ncavity)
{
    *nshell = *ncavity = 0;
    for (size_t i = 0; i < r->nshell; i++) {
        const bool counts = fabs(r->shell[i].volume_mm3) >= least_mm3;

        *nshell += counts;
        *ncavity += counts && r->shell[i].depth % 2 == 1;
    }
}

static void
survive(pp_mesh whole, unsigned kinds, size_t n, double size)
{
    static const pp_repair_options floats = { .round_float = true };
    const double diagonal = pp_box_diagonal(pp_mesh_box(&whole));
    const double volume = pp_shape_volume(&whole);
    pp_error err = { 0 };
    pp_random r = { kinds * 1000 + n };
    pp_report good;
    pp_repair_ledger l;
    pp_mesh m;
    uint8_t *hurt = pp_alloc_zero(whole.nvert, 1);
    size_t nshell, ncavity, nshell_now, ncavity_now, nfar;
    char text[200];

    ck_ok(pp_check(&whole, NULL, &good, &err), err);
    ck_assert_uint_eq(pp_report_ndefect(&good), 0);
    ck_ok(pp_mesh_copy(&whole, &m, &err), err);
    pp_damage(&m, kinds, n, size, &r, hurt);
    ck_ok(pp_repair(&m, &floats, &l, &err), err);
    pp_report_summary(&l.after, text, sizeof text);
    if (pp_report_ndefect(&l.after) > 0)
        pp_repair_ledger_print(&l, stderr);
    ck_assert_msg(pp_report_ndefect(&l.after) == 0, "kinds %u, %zu: %s; %s",
                  kinds, n, text, l.refused);
    ck_assert_msg(count_missing(&whole, hurt, &m, &nfar) == 0,
                  "kinds %u, %zu: %zu far facets are gone", kinds, n, nfar);
    ck_assert(n > 50 || nfar > whole.ntri / 4); /* it says something */
    ck_assert_msg(farthest(&m, &whole) <= fmax(0.01 * diagonal,
                                               kinds & DAMAGE_SPIKE
                                                   ? 4 * size : 0),
                  "kinds %u, %zu: %g off", kinds, n, farthest(&m, &whole));
    count_shells(&good, volume / 1000, &nshell, &ncavity);
    count_shells(&l.after, volume / 1000, &nshell_now, &ncavity_now);
    ck_assert_uint_eq(nshell_now, nshell);
    ck_assert_uint_eq(ncavity_now, ncavity);
    ck_near(pp_shape_volume(&m), volume, 0.01 * volume);
    ck_assert(l.max_deviation_mm <= 0.5);
    pp_repair_ledger_free(&l);
    pp_report_free(&good);
    pp_mesh_free(&m);
    pp_mesh_free(&whole);
    pp_free(hurt);
}

START_TEST(defects_of_each_kind_are_cured_and_the_rest_is_left_alone)
{
    for (unsigned kind = 1; kind <= DAMAGE_FLAT; kind *= 2) {
        survive(bodies(0), kind, 1, 1.5);
        survive(bodies(0), kind, 30, 1.5);
    }
}
END_TEST

START_TEST(defects_of_all_kinds_at_once_are_cured)
{
    const size_t most = (size_t)pp_test_rounds(200);

    for (size_t n = 1; n <= most; n *= 3)
        survive(bodies(0), DAMAGE_ALL, n, 1.5);
}
END_TEST

START_TEST(labels_are_cured_as_bodies_are)
{
    for (unsigned kind = 1; kind <= DAMAGE_FLAT; kind *= 2)
        survive(label(), kind, 10, 0.5);
    survive(label(), DAMAGE_ALL, 40, 0.5);
}
END_TEST

/* LONG=1: up to a thousand of each kind, and of all, on 330,000 facets. */
START_TEST(a_thousand_defects_are_cured_too)
{
    if (getenv("LONG") == NULL)
        return;
    for (size_t n = 10; n <= 1000; n *= 10) {
        for (unsigned kind = 1; kind <= DAMAGE_FLAT; kind *= 2)
            survive(bodies(2), kind, n, 0.4);
        survive(bodies(2), DAMAGE_ALL, n, 0.4);
    }
}
END_TEST

PP_TESTS("repair/damage",
         defects_of_each_kind_are_cured_and_the_rest_is_left_alone,
         defects_of_all_kinds_at_once_are_cured,
         labels_are_cured_as_bodies_are, a_thousand_defects_are_cured_too)
