/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/alloc.h"
#include "measure/patch.h"
#include "shapes.h"
#include "test.h"

#include <math.h>
#include <string.h>

enum { SIDE = 6 }; /* vertices along the sheet */

static const pp_vec3 up = {0, 0, 1};

/* A sheet of unit squares over [0, 5]^2, at random heights. */
static pp_mesh
sheet(pp_random *r, double height)
{
    pp_error err = { 0 };
    pp_mesh m;

    ck_ok(pp_mesh_alloc(&m, SIDE * SIDE, 2 * (SIDE - 1) * (SIDE - 1), &err),
          err);
    m.ntri = 0;
    for (uint32_t v = 0; v < SIDE * SIDE; v++)
        m.vert[v] = pp_vec(v % SIDE, v / SIDE, height * pp_random_unit(r));
    for (uint32_t v = 0; v < SIDE * (SIDE - 1); v++) {
        const pp_tri low = {v, v + 1, v + SIDE};
        const pp_tri high = {v + 1, v + SIDE + 1, v + SIDE};

        if (v % SIDE == SIDE - 1)
            continue;
        memcpy(m.tri[m.ntri++], low, sizeof low);
        memcpy(m.tri[m.ntri++], high, sizeof high);
    }
    return m;
}

/* Height of the sheet over (x, y): its squares are cut from (1,0) to (0,1). */
static double
height_at(const pp_mesh *m, double x, double y)
{
    const int i = (int)fmin(floor(x), SIDE - 2);
    const int j = (int)fmin(floor(y), SIDE - 2);
    const double u = x - i, v = y - j;
    const pp_vec3 *at = &m->vert[j * SIDE + i];

    return u + v <= 1
               ? at[0].z + u * (at[1].z - at[0].z) + v * (at[SIDE].z - at[0].z)
               : at[SIDE + 1].z + (1 - u) * (at[SIDE].z - at[SIDE + 1].z) +
                     (1 - v) * (at[1].z - at[SIDE + 1].z);
}

/* The facet of the sheet over (x, y). */
static uint32_t
facet_at(double x, double y)
{
    const int i = (int)fmin(floor(x), SIDE - 2);
    const int j = (int)fmin(floor(y), SIDE - 2);

    return (uint32_t)(2 * (j * (SIDE - 1) + i) + (x - i + y - j > 1));
}

static pp_vec3
blend(const pp_vec3 c[3], double a, double b)
{
    return pp_madd(pp_madd(c[0], a, pp_sub(c[1], c[0])), b, pp_sub(c[2], c[0]));
}

static void
random_triangle(pp_random *r, pp_vec3 c[3])
{
    do {
        for (int k = 0; k < 3; k++)
            c[k] = pp_vec(5 * pp_random_unit(r), 5 * pp_random_unit(r),
                          -pp_random_unit(r));
    } while (fabs(pp_cross(pp_sub(c[1], c[0]), pp_sub(c[2], c[0])).z) < 0.5);
}

START_TEST(the_bound_is_the_largest_height_over_the_triangle)
{
    pp_random r = {31};
    enum { STEPS = 60 };

    for (int round = 0; round < pp_test_rounds(100); round++) {
        pp_mesh m = sheet(&r, 2);
        uint32_t *across = NULL;
        pp_error err = { 0 };
        double dense = 0, bound;
        pp_vec3 c[3];

        random_triangle(&r, c);
        ck_ok(pp_patch_join(&m, &across, &err), err);
        bound = pp_patch_bound(&m, across, c, up, facet_at(c[0].x, c[0].y),
                               HUGE_VAL);
        for (int i = 0; i <= STEPS; i++)
            for (int j = 0; i + j <= STEPS; j++) {
                const pp_vec3 p =
                    blend(c, (double)i / STEPS, (double)j / STEPS);

                dense = fmax(dense, fabs(height_at(&m, p.x, p.y) - p.z));
            }
        ck_assert(bound >= dense - 1e-9);
        /* slopes of sheet and triangle below 2 + 2 and 3, steps below 0.1 */
        ck_assert(bound <= dense + 0.7);
        ck_assert(pp_patch_bound(&m, across, c, up, facet_at(c[0].x, c[0].y),
                                 bound * (1 - 1e-9)) == HUGE_VAL);
        pp_free(across);
        pp_mesh_free(&m);
    }
}
END_TEST

/* The largest height is at a vertex of the sheet, or over an edge. */
START_TEST(peaks_and_ridges_below_the_middle_of_a_triangle_count)
{
    pp_random r = { 0 };
    pp_mesh m = sheet(&r, 0);
    const pp_vec3 over[3] = {{1.1, 1.1, 0}, {3.7, 1.1, 0}, {1.1, 3.7, 0}};
    const pp_vec3 beside[3] = {{2.1, 1.2, 0}, {2.9, 1.2, 0}, {2.5, 1.6, 0}};
    uint32_t *across = NULL;
    pp_error err = { 0 };

    m.vert[2 * SIDE + 2].z = -0.75; /* at (2, 2) */
    ck_ok(pp_patch_join(&m, &across, &err), err);
    ck_near(pp_patch_bound(&m, across, over, up, facet_at(1.1, 1.1), 9), 0.75,
            1e-12);
    /* the edge from (2, 2) to (3, 1) enters it at (2.45, 1.55), where the
     * height is more than at any corner */
    ck_near(pp_patch_bound(&m, across, beside, up, facet_at(2.1, 1.2), 9),
            0.75 * 0.55, 1e-8);
    pp_free(across);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(there_is_no_bound_over_a_hole_a_rim_or_a_fold)
{
    const pp_vec3 c[3] = {{1.1, 1.1, 0}, {3.7, 1.1, 0}, {1.1, 3.7, 0}};
    const pp_vec3 outside[3] = {{1.1, 1.1, 0}, {5.1, 1.1, 0}, {1.1, 3.7, 0}};

    for (int what = 0; what < 4; what++) {
        pp_random r = { 0 };
        pp_mesh m = sheet(&r, 0);
        const uint32_t t = facet_at(2.2, 2.2);
        uint32_t *across = NULL, c0 = m.tri[t][0];
        pp_error err = { 0 };
        double bound;

        if (what == 1) /* hole: the last facet takes the place of this one */
            memcpy(m.tri[t], m.tri[--m.ntri], sizeof m.tri[t]);
        if (what == 2) { /* the facet turned over */
            m.tri[t][0] = m.tri[t][1];
            m.tri[t][1] = c0;
        }
        if (what == 3) /* folded: a vertex goes beyond its neighbours */
            m.vert[2 * SIDE + 2].x = 3.3;
        ck_ok(pp_patch_join(&m, &across, &err), err);
        bound = pp_patch_bound(&m, across, c, up, facet_at(1.1, 1.1), 9);
        ck_assert(what == 0 ? bound == 0 : bound == HUGE_VAL);
        ck_assert(pp_patch_bound(&m, across, outside, up, facet_at(1.1, 1.1),
                                 9) == HUGE_VAL);
        pp_free(across);
        pp_mesh_free(&m);
    }
}
END_TEST

START_TEST(a_triangle_on_edge_or_off_its_seed_has_no_bound)
{
    pp_random r = { 0 };
    pp_mesh m = sheet(&r, 0);
    const pp_vec3 upright[3] = {{1.1, 1.1, 0}, {3.7, 1.1, 0}, {1.1, 1.1, 3}};
    const pp_vec3 c[3] = {{1.1, 1.1, 0}, {1.3, 1.1, 0}, {1.1, 1.3, 0}};
    uint32_t *across = NULL;
    pp_error err = { 0 };

    ck_ok(pp_patch_join(&m, &across, &err), err);
    ck_assert(pp_patch_bound(&m, across, upright, up, facet_at(1.1, 1.1), 9) ==
              HUGE_VAL);
    ck_assert(pp_patch_bound(&m, across, c, up, facet_at(4.1, 4.1), 9) ==
              HUGE_VAL);
    ck_assert(pp_patch_bound(&m, across, c, up, facet_at(1.1, 1.1), 9) == 0);
    pp_free(across);
    pp_mesh_free(&m);
}
END_TEST

PP_TESTS("measure/patch", the_bound_is_the_largest_height_over_the_triangle,
         peaks_and_ridges_below_the_middle_of_a_triangle_count,
         there_is_no_bound_over_a_hole_a_rim_or_a_fold,
         a_triangle_on_edge_or_off_its_seed_has_no_bound)
