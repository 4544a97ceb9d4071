/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * weld.c - vertices are joined as readers of STL join them
 */
#include "shapes.h"
#include "test.h"

/* Three vertices of its own for each facet, as in an STL file. */
static pp_mesh
soup_of(const pp_mesh *m)
{
    pp_mesh s;
    pp_error err = { 0 };

    ck_ok(pp_mesh_alloc(&s, 3 * m->ntri, m->ntri, &err), err);
    for (size_t t = 0; t < m->ntri; t++)
        for (uint32_t k = 0; k < 3; k++) {
            s.vert[3 * t + k] = m->vert[m->tri[t][k]];
            s.tri[t][k] = (uint32_t)(3 * t) + k;
        }
    return s;
}

START_TEST(a_soup_of_a_sphere_welds_to_the_sphere)
{
    pp_mesh m = pp_shape_sphere(pp_vec(-3, 100, 7), 5, 4);
    pp_mesh s = soup_of(&m);
    size_t njoined;
    pp_error err = { 0 };

    ck_ok(pp_mesh_weld_exact(&s, &njoined, &err), err);
    ck_assert_uint_eq(s.nvert, m.nvert);
    ck_assert_uint_eq(njoined, 3 * m.ntri - m.nvert);
    for (size_t t = 0; t < m.ntri; t++)
        for (int k = 0; k < 3; k++)
            ck_assert(pp_distance(s.vert[s.tri[t][k]],
                                  m.vert[m.tri[t][k]]) == 0);
    pp_mesh_free(&s);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(minus_zero_is_zero_and_the_next_number_is_another)
{
    pp_mesh m;
    size_t njoined;
    pp_error err = { 0 };

    ck_ok(pp_mesh_alloc(&m, 3, 1, &err), err);
    m.vert[0] = pp_vec(0.0, 1, -0.0);
    m.vert[1] = pp_vec(-0.0, 1, 0.0);
    m.vert[2] = pp_vec(0, nextafter(1, 2), 0);
    for (uint32_t k = 0; k < 3; k++)
        m.tri[0][k] = k;
    ck_ok(pp_mesh_weld_exact(&m, &njoined, &err), err);
    ck_assert_uint_eq(njoined, 1);
    ck_assert_uint_eq(m.nvert, 2);
    ck_assert(m.tri[0][0] == 0 && m.tri[0][1] == 0 && m.tri[0][2] == 1);
    pp_mesh_free(&m);
}
END_TEST

PP_TESTS("mesh/weld", a_soup_of_a_sphere_welds_to_the_sphere,
         minus_zero_is_zero_and_the_next_number_is_another)
