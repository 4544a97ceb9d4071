/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/measure.h"
#include "shapes.h"
#include "test.h"

#include <math.h>

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
        { 4, 5, 8 }, { 5, 7, 8 }, { 7, 6, 8 }, { 6, 4, 8 },
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
        ck_near(directed(&flat, &dent), 5 * h / sqrt(25 + h * h),
                MICROMETRE);
        /* back: the depth, until the sides and the floor are nearer; then
         * the place of a slope that is as far from the one as the other */
        ck_near(directed(&dent, &flat), h <= 5 ? h : 50 / (5 + h),
                MICROMETRE);
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
    const double s = pp_dot(pp_sub(p, a), d) / pp_dot(d, d);

    return pp_distance(p, pp_madd(a, fmin(fmax(s, 0), 1), d));
}

static double
to_triangle(pp_vec3 p, const pp_vec3 v[3])
{
    const pp_vec3 n = pp_unit(pp_cross(pp_sub(v[1], v[0]),
                                       pp_sub(v[2], v[0])));
    const double height = pp_dot(pp_sub(p, v[0]), n);
    const pp_vec3 q = pp_madd(p, -height, n);
    double best = HUGE_VAL;
    bool inside = true;

    for (int k = 0; k < 3; k++) {
        const pp_vec3 a = v[k], b = v[(k + 1) % 3];

        best = fmin(best, to_edge(p, a, b));
        inside = inside &&
                 pp_dot(pp_cross(pp_sub(b, a), pp_sub(q, a)), n) >= 0;
    }
    return inside ? fabs(height) : best;
}

START_TEST(the_distance_is_that_of_dense_samples_of_all_pairs)
{
    pp_random r = { 21 };
    enum { STEPS = 24 };

    for (int round = 0; round < pp_test_rounds(12); round++) {
        pp_mesh a = pp_shape_sphere(pp_vec(0, 0, 0), 10, 1);
        pp_mesh b = pp_shape_torus(pp_vec(1, 0, 0), 8, 3, 9, 7);
        double dense = 0, edge = 0, found;

        for (size_t v = 0; v < a.nvert; v++)
            a.vert[v] = pp_scale(a.vert[v], 0.7 + 0.6 * pp_random_unit(&r));
        pp_shape_rotate(&b, 3 * pp_random_unit(&r), 3 * pp_random_unit(&r), 0);
        for (size_t t = 0; t < a.ntri; t++)
            for (int i = 0; i <= STEPS; i++)
                for (int j = 0; i + j <= STEPS; j++) {
                    const pp_vec3 u = a.vert[a.tri[t][0]];
                    const pp_vec3 v = pp_sub(a.vert[a.tri[t][1]], u);
                    const pp_vec3 w = pp_sub(a.vert[a.tri[t][2]], u);
                    const pp_vec3 p = pp_madd(
                        pp_madd(u, (double)i / STEPS, v), (double)j / STEPS,
                        w);
                    double d = HUGE_VAL;

                    for (size_t f = 0; f < b.ntri; f++) {
                        const pp_vec3 at[3] = { b.vert[b.tri[f][0]],
                                                b.vert[b.tri[f][1]],
                                                b.vert[b.tri[f][2]] };

                        d = fmin(d, to_triangle(p, at));
                    }
                    dense = fmax(dense, d);
                    edge = fmax(edge, fmax(pp_norm(v), pp_norm(w)));
                }
        found = directed(&a, &b);
        ck_assert(found >= dense - MICROMETRE);
        ck_assert(found <= dense + edge / STEPS);
        pp_mesh_free(&a);
        pp_mesh_free(&b);
    }
}
END_TEST

START_TEST(an_empty_mesh_is_refused)
{
    pp_mesh a = pp_shape_box(pp_vec(0, 0, 0), pp_vec(1, 1, 1)), none = { 0 };
    pp_hausdorff h;
    pp_error err = { 0 };

    ck_assert_int_eq(pp_measure_hausdorff(&a, &none, 1e-3, &h, &err),
                     PP_EGEOM);
    err = (pp_error){ 0 };
    ck_assert_int_eq(pp_measure_hausdorff(&none, &a, 1e-3, &h, &err),
                     PP_EGEOM);
    pp_mesh_free(&a);
}
END_TEST

PP_TESTS("measure/hausdorff", a_dent_is_found_in_the_middle_of_a_face,
         boxes_in_boxes_are_as_far_as_their_corners,
         the_distance_is_that_of_dense_samples_of_all_pairs,
         an_empty_mesh_is_refused)
