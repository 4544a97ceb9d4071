/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/alloc.h"
#include "measure/measure.h"
#include "shapes.h"
#include "test.h"

#include <math.h>
#include <omp.h>
#include <string.h>

#define MICROMETRE 1e-3

static double
directed(const pp_mesh *a, const pp_mesh *b)
{
    pp_hausdorff h;
    pp_error err = { 0 };

    ck_ok(pp_measure_hausdorff(a, b, MICROMETRE, &h, &err), err);
    ck_near(pp_distance(h.from, h.to), h.mm, 1e-12);
    return h.mm;
}

/* A box of side 10 whose top is dented to a point h below its middle. */
static pp_mesh
dented_box(double h)
{
    static const uint32_t dent[4][3] = {
        {4, 5, 8},
        {5, 7, 8},
        {7, 6, 8},
        {6, 4, 8},
    };
    pp_mesh box = pp_shape_box(pp_vec(0, 0, 0), pp_vec(10, 10, 10));
    pp_error err = { 0 };
    uint32_t at[8];
    size_t n = 0;
    pp_mesh m;

    ck_ok(pp_mesh_alloc(&m, 9, 14, &err), err);
    for (uint32_t c = 0; c < 8; c++) /* corner c by the bits of x, y, z */
        for (uint32_t v = 0; v < 8; v++)
            if (box.vert[v].x == (c & 1) * 10 &&
                box.vert[v].y == (c >> 1 & 1) * 10 &&
                box.vert[v].z == (c >> 2) * 10)
                at[c] = v;
    for (int v = 0; v < 8; v++)
        m.vert[v] = box.vert[v];
    m.vert[8] = pp_vec(5, 5, 10 - h);
    for (size_t t = 0; t < box.ntri; t++) {
        double low = 10;

        for (int k = 0; k < 3; k++)
            low = fmin(low, box.vert[box.tri[t][k]].z);
        if (low < 10)
            for (int k = 0; k < 3; k++)
                m.tri[n][k] = box.tri[t][k];
        n += low < 10;
    }
    for (int t = 0; t < 4; t++, n++)
        for (int k = 0; k < 3; k++)
            m.tri[n][k] = dent[t][k] == 8 ? 8 : at[dent[t][k]];
    ck_assert_uint_eq(n, 14);
    pp_mesh_free(&box);
    return m;
}

START_TEST(a_dent_is_found_in_the_middle_of_a_face)
{
    for (int i = 1; i < 8; i++) {
        const double h = i * 0.9;
        pp_mesh flat = pp_shape_box(pp_vec(0, 0, 0), pp_vec(10, 10, 10));
        pp_mesh dent = dented_box(h);

        /* every vertex of the flat box lies on the dented one; the farthest
         * point is the middle of the top, off the four slopes */
        ck_near(directed(&flat, &dent), 5 * h / sqrt(25 + h * h), MICROMETRE);
        /* back: the depth, until the sides and the floor are nearer; then
         * the place of a slope that is as far from the one as the other */
        ck_near(directed(&dent, &flat), h <= 5 ? h : 50 / (5 + h), MICROMETRE);
        pp_mesh_free(&flat);
        pp_mesh_free(&dent);
    }
}
END_TEST

START_TEST(boxes_in_boxes_are_as_far_as_their_corners)
{
    pp_mesh a = pp_shape_box(pp_vec(0, 0, 0), pp_vec(10, 10, 10));
    pp_mesh b = pp_shape_box(pp_vec(-1, -2, -2), pp_vec(11, 12, 12));

    ck_near(directed(&b, &a), 3, MICROMETRE);
    ck_near(directed(&a, &b), 2, MICROMETRE);
    ck_near(directed(&a, &a), 0, MICROMETRE);
    pp_mesh_free(&a);
    pp_mesh_free(&b);
}
END_TEST

/* Distance to a triangle, by projection onto its plane and its three edges. */
static double
to_edge(pp_vec3 p, pp_vec3 a, pp_vec3 b)
{
    const pp_vec3 d = pp_sub(b, a);
    const double s =
        pp_dot(d, d) > 0 ? pp_dot(pp_sub(p, a), d) / pp_dot(d, d) : 0;

    return pp_distance(p, pp_madd(a, fmin(fmax(s, 0), 1), d));
}

static double
to_triangle(pp_vec3 p, const pp_vec3 v[3])
{
    const pp_vec3 n = pp_unit(pp_cross(pp_sub(v[1], v[0]), pp_sub(v[2], v[0])));
    const double height = pp_dot(pp_sub(p, v[0]), n);
    const pp_vec3 q = pp_madd(p, -height, n);
    double best = HUGE_VAL;
    bool inside = pp_dot(n, n) > 0;

    for (int k = 0; k < 3; k++) {
        const pp_vec3 a = v[k], b = v[(k + 1) % 3];

        best = fmin(best, to_edge(p, a, b));
        inside = inside && pp_dot(pp_cross(pp_sub(b, a), pp_sub(q, a)), n) >= 0;
    }
    return inside ? fabs(height) : best;
}

static double
to_mesh(pp_vec3 p, const pp_mesh *b)
{
    double d = HUGE_VAL;

    for (size_t f = 0; f < b->ntri; f++) {
        const pp_vec3 at[3] = {b->vert[b->tri[f][0]], b->vert[b->tri[f][1]],
                               b->vert[b->tri[f][2]]};

        d = fmin(d, to_triangle(p, at));
    }
    return d;
}

/*
 * The oracle: every facet is cut in four until its middle's distance and the
 * way from the middle to the corners say that it holds nothing farther than
 * the best by more than `slack`. It knows no tree, no neighbours and no bound
 * but that.
 */
static void
look_into(const pp_mesh *b, const pp_vec3 at[3], double slack, double *best)
{
    const pp_vec3 middle =
        pp_scale(pp_add(at[0], pp_add(at[1], at[2])), 1.0 / 3);
    const double d = to_mesh(middle, b);
    double radius = 0;

    *best = fmax(*best, d);
    for (int k = 0; k < 3; k++)
        radius = fmax(radius, pp_distance(middle, at[k]));
    if (d + radius <= *best + slack)
        return;
    const pp_vec3 half[3] = {pp_scale(pp_add(at[1], at[2]), 0.5),
                             pp_scale(pp_add(at[2], at[0]), 0.5),
                             pp_scale(pp_add(at[0], at[1]), 0.5)};
    const pp_vec3 part[4][3] = {{at[0], half[2], half[1]},
                                {at[1], half[0], half[2]},
                                {at[2], half[1], half[0]},
                                {half[0], half[1], half[2]}};

    for (int i = 0; i < 4; i++)
        look_into(b, part[i], slack, best);
}

static double
oracle(const pp_mesh *a, const pp_mesh *b, double slack)
{
    double best = 0;

    for (size_t v = 0; v < a->nvert; v++)
        best = fmax(best, to_mesh(a->vert[v], b));
    for (size_t t = 0; t < a->ntri; t++) {
        const pp_vec3 at[3] = {a->vert[a->tri[t][0]], a->vert[a->tri[t][1]],
                               a->vert[a->tri[t][2]]};

        look_into(b, at, slack, &best);
    }
    return best;
}

static void
must_agree(const pp_mesh *a, const pp_mesh *b)
{
    const double slack = 2e-3, low = oracle(a, b, slack);
    const double found = directed(a, b);

    ck_assert(found <= low + slack);
    ck_assert(found >= low - MICROMETRE);
}

static void
shake(pp_mesh *m, pp_random *r, double by)
{
    for (size_t v = 0; v < m->nvert; v++)
        m->vert[v] =
            pp_add(m->vert[v], pp_vec(by * (2 * pp_random_unit(r) - 1),
                                      by * (2 * pp_random_unit(r) - 1),
                                      by * (2 * pp_random_unit(r) - 1)));
}

START_TEST(brute_force_finds_the_same_distance_of_bodies_that_cross)
{
    pp_random r = {21};

    for (int round = 0; round < pp_test_rounds(2); round++) {
        pp_mesh a = pp_shape_sphere(pp_vec(0, 0, 0), 10, 1);
        pp_mesh b = pp_shape_torus(pp_vec(1, 0, 0), 8, 3, 9, 7);

        for (size_t v = 0; v < a.nvert; v++)
            a.vert[v] = pp_scale(a.vert[v], 0.7 + 0.6 * pp_random_unit(&r));
        pp_shape_rotate(&b, 3 * pp_random_unit(&r), 3 * pp_random_unit(&r), 0);
        must_agree(&a, &b);
        must_agree(&b, &a);
        pp_mesh_free(&a);
        pp_mesh_free(&b);
    }
}
END_TEST

START_TEST(brute_force_finds_the_same_distance_of_surfaces_side_by_side)
{
    pp_random r = {22};

    for (int round = 0; round < pp_test_rounds(2); round++) {
        pp_mesh a = pp_shape_sphere(pp_vec(0, 0, 0), 3, 2);
        pp_mesh b = pp_shape_sphere(pp_vec(0, 0, 0), 3.1, round % 2 + 1);

        pp_shape_rotate(&b, 3 * pp_random_unit(&r), 3 * pp_random_unit(&r), 0);
        shake(&a, &r, 0.03 * round);
        shake(&b, &r, 0.05);
        must_agree(&a, &b);
        must_agree(&b, &a);
        pp_mesh_free(&a);
        pp_mesh_free(&b);
    }
}
END_TEST

/* A graph that is none: holes, facets turned over, sheets twice, slivers. */
START_TEST(brute_force_finds_the_same_distance_of_broken_meshes)
{
    pp_random r = {23};

    for (int round = 0; round < pp_test_rounds(2); round++) {
        pp_mesh a = pp_shape_sphere(pp_vec(0, 0, 0), 3, 1);
        pp_mesh b = pp_shape_sphere(pp_vec(0, 0, 0), 3.1, 2);

        shake(&b, &r, 0.02);
        for (int n = 0; n < 12; n++) {
            uint32_t *f = b.tri[pp_random_below(&r, (unsigned)b.ntri)];
            uint32_t *g = b.tri[pp_random_below(&r, (unsigned)b.ntri)];
            const uint32_t c = f[0];

            if (n % 4 == 0) { /* a hole, and one facet twice */
                memcpy(f, g, sizeof b.tri[0]);
            } else if (n % 4 == 1) { /* turned over */
                f[0] = f[1];
                f[1] = c;
            } else if (n % 4 == 2) { /* no area */
                f[1] = f[0];
            } else { /* across the body */
                f[2] = g[2];
            }
        }
        must_agree(&a, &b);
        must_agree(&b, &a);
        pp_mesh_free(&a);
        pp_mesh_free(&b);
    }
}
END_TEST

/* A plane of n by n squares, shaken a little along z. */
static pp_mesh
plane(double z, unsigned n, double turn, pp_random *r)
{
    pp_error err = { 0 };
    pp_mesh m;

    ck_ok(pp_mesh_alloc(&m, (size_t)(n + 1) * (n + 1), 0, &err), err);
    pp_free(m.tri);
    m.tri = pp_alloc((size_t)2 * n * n, sizeof *m.tri);
    for (unsigned v = 0; v < m.nvert; v++)
        m.vert[v] =
            pp_vec(10.0 * (v % (n + 1)) / n - 5, 10.0 * (v / (n + 1)) / n - 5,
                   z + 1e-5 * pp_random_unit(r));
    for (unsigned v = 0; v + n + 1 < m.nvert; v++) {
        const pp_tri low = {v, v + 1, v + n + 1};
        const pp_tri high = {v + 1, v + n + 2, v + n + 1};

        if (v % (n + 1) == n)
            continue;
        memcpy(m.tri[m.ntri++], low, sizeof low);
        memcpy(m.tri[m.ntri++], high, sizeof high);
    }
    pp_shape_rotate(&m, 0, 0, turn);
    return m;
}

START_TEST(halfway_between_two_sheets_the_search_stays_short)
{
    pp_random r = {25};
    pp_mesh a = plane(0, 40, 0, &r), b = plane(-1, 57, 0.3, &r);
    pp_hausdorff h;
    pp_error err = { 0 };

    for (size_t v = 0; v < a.nvert; v++) /* not beyond the rim of the others */
        a.vert[v] = pp_vec(a.vert[v].x / 2, a.vert[v].y / 2, a.vert[v].z);
    pp_shape_add(&b, plane(1, 61, -0.4, &r));
    ck_ok(pp_measure_hausdorff(&a, &b, MICROMETRE, &h, &err), err);
    ck_near(h.mm, 1, MICROMETRE);
    ck_assert_uint_eq(h.nsplit, 0);
    pp_mesh_free(&a);
    pp_mesh_free(&b);
}
END_TEST

START_TEST(a_finer_bound_only_says_it_more_exactly)
{
    pp_mesh a = pp_shape_sphere(pp_vec(500, -300, 800), 20, 3);
    pp_mesh b = pp_shape_sphere(pp_vec(500, -300, 800), 20.1, 4);
    pp_hausdorff coarse, fine;
    pp_error err = { 0 };

    pp_shape_move(&b, pp_vec(0.02, 0.03, -0.01));
    ck_ok(pp_measure_hausdorff(&a, &b, 1e-2, &coarse, &err), err);
    ck_ok(pp_measure_hausdorff(&a, &b, 1e-7, &fine, &err), err);
    ck_assert(fine.mm >= coarse.mm - 1e-7);
    ck_assert(fine.mm <= coarse.mm + 1e-2);
    pp_mesh_free(&a);
    pp_mesh_free(&b);
}
END_TEST

START_TEST(the_number_of_threads_changes_nothing)
{
    pp_mesh a = pp_shape_torus(pp_vec(0, 0, 0), 20, 6, 90, 60);
    pp_mesh b = pp_shape_torus(pp_vec(0, 0, 0), 20, 6.1, 77, 50);
    pp_hausdorff one, many;
    pp_error err = { 0 };
    pp_random r = {24};

    shake(&b, &r, 0.05);
    omp_set_num_threads(1);
    ck_ok(pp_measure_hausdorff(&a, &b, MICROMETRE, &one, &err), err);
    omp_set_num_threads(5);
    ck_ok(pp_measure_hausdorff(&a, &b, MICROMETRE, &many, &err), err);
    omp_set_num_threads(omp_get_num_procs());
    ck_assert_mem_eq(&one, &many, sizeof one);
    pp_mesh_free(&a);
    pp_mesh_free(&b);
}
END_TEST

START_TEST(an_empty_mesh_is_refused)
{
    pp_mesh a = pp_shape_box(pp_vec(0, 0, 0), pp_vec(1, 1, 1)), none = { 0 };
    pp_hausdorff h;
    pp_error err = { 0 };

    ck_assert_int_eq(pp_measure_hausdorff(&a, &none, 1e-3, &h, &err), PP_EGEOM);
    err = (pp_error){ 0 };
    ck_assert_int_eq(pp_measure_hausdorff(&none, &a, 1e-3, &h, &err), PP_EGEOM);
    pp_mesh_free(&a);
}
END_TEST

PP_TESTS("measure/hausdorff", a_dent_is_found_in_the_middle_of_a_face,
         boxes_in_boxes_are_as_far_as_their_corners,
         brute_force_finds_the_same_distance_of_bodies_that_cross,
         brute_force_finds_the_same_distance_of_surfaces_side_by_side,
         brute_force_finds_the_same_distance_of_broken_meshes,
         halfway_between_two_sheets_the_search_stays_short,
         a_finer_bound_only_says_it_more_exactly,
         the_number_of_threads_changes_nothing, an_empty_mesh_is_refused)
