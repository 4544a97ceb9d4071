/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/alloc.h"
#include "measure/measure.h"
#include "shapes.h"
#include "test.h"

#include <math.h>
#include <string.h>

static double
brute_force(const pp_mesh *m)
{
    double best = 0;

    for (size_t a = 0; a < m->nvert; a++)
        for (size_t b = a + 1; b < m->nvert; b++)
            best = fmax(best, pp_distance(m->vert[a], m->vert[b]));
    return best;
}

/* Facets that use every vertex; their shape does not matter here. */
static pp_mesh
cloud(pp_random *r, size_t n, pp_vec3 size, int kind)
{
    pp_mesh m = { 0 };
    pp_error err = { 0 };

    ck_ok(pp_mesh_alloc(&m, n, n, &err), err);
    for (size_t v = 0; v < n; v++) {
        pp_vec3 p = pp_vec(pp_random_unit(r) - 0.5, pp_random_unit(r) - 0.5,
                           pp_random_unit(r) - 0.5);

        if (kind == 1)
            p = pp_unit(p); /* all on a sphere */
        else if (kind == 2)
            p = pp_vec(round(p.x * 4), round(p.y * 4), round(p.z * 4));
        m.vert[v] = pp_vec(p.x * size.x + 100, p.y * size.y, p.z * size.z);
        for (int k = 0; k < 3; k++)
            m.tri[v][k] = (uint32_t)((v + (size_t)k) % n);
    }
    return m;
}

START_TEST(the_diameter_is_that_of_trying_all_pairs)
{
    pp_random r = { 5 };
    pp_error err = { 0 };

    for (int i = 0; i < 120; i++) {
        const size_t n = 3 + pp_random_below(&r, i < 100 ? 300 : 1500);
        const pp_vec3 size = { 1 + 20 * pp_random_unit(&r),
                               1 + 20 * pp_random_unit(&r),
                               pp_random_unit(&r) };
        pp_mesh m = cloud(&r, n, i % 4 == 3 ? pp_vec(9, 9, 9) : size, i % 3);
        double mm;
        pp_vec3 ends[2];

        ck_ok(pp_measure_diameter(&m, &mm, ends, &err), err);
        ck_assert_double_eq(mm, brute_force(&m));
        ck_assert_double_eq(mm, pp_distance(ends[0], ends[1]));
        pp_mesh_free(&m);
    }
}
END_TEST

START_TEST(the_diameter_of_a_box_is_its_diagonal)
{
    pp_mesh m = pp_shape_box(pp_vec(-1, -1, -1), pp_vec(2, 3, 11));
    pp_error err = { 0 };
    double mm;
    pp_vec3 ends[2];

    ck_ok(pp_measure_diameter(&m, &mm, ends, &err), err);
    ck_near(mm, 13, 1e-12);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(a_large_sphere_takes_no_longer_than_it_should)
{
    pp_mesh m = pp_shape_sphere(pp_vec(0, 0, 0), 50, 7);
    pp_error err = { 0 };
    double mm;
    pp_vec3 ends[2];

    /* all pairs would be 1.3e10 distances */
    ck_ok(pp_measure_diameter(&m, &mm, ends, &err), err);
    ck_near(mm, 100, 1e-9);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(vertices_without_facets_do_not_count)
{
    pp_mesh m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(1, 1, 1));
    pp_vec3 *more = pp_realloc(m.vert, m.nvert + 1, sizeof *more);
    pp_error err = { 0 };
    double mm;
    pp_vec3 ends[2];

    ck_assert_ptr_nonnull(more);
    m.vert = more;
    m.vert[m.nvert++] = pp_vec(1000, 0, 0);
    ck_ok(pp_measure_diameter(&m, &mm, ends, &err), err);
    ck_near(mm, sqrt(3), 1e-12);
    pp_mesh_free(&m);
    ck_assert_int_eq(pp_measure_diameter(&m, &mm, ends, &err), PP_EGEOM);
}
END_TEST

PP_TESTS("measure/extent", the_diameter_is_that_of_trying_all_pairs,
         the_diameter_of_a_box_is_its_diagonal,
         a_large_sphere_takes_no_longer_than_it_should,
         vertices_without_facets_do_not_count)
