/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * normals.c - the directions of facets and vertices
 */
#include "shapes.h"
#include "test.h"

#include "base/alloc.h"

static pp_vec3 *
normals_of(const pp_mesh *m)
{
    pp_vec3 *normal = pp_alloc(m->nvert, sizeof *normal);

    ck_assert_ptr_nonnull(normal);
    pp_mesh_vertex_normals(m, normal);
    return normal;
}

/* Two facets of 3 and 1 mm2 that stand on each other at one edge. */
START_TEST(larger_facets_weigh_more)
{
    pp_vec3 vert[] = { { 0, 0, 0 }, { 2, 0, 0 }, { 0, 3, 0 }, { 0, 0, 1 } };
    uint32_t tri[][3] = { { 0, 1, 2 }, { 0, 3, 1 } };
    const pp_mesh m = { .vert = vert, .nvert = 4, .tri = tri, .ntri = 2 };
    pp_vec3 *n = normals_of(&m);

    ck_near(pp_norm(pp_facet_normal(&m, 0)), 6, 0);
    ck_near(pp_norm(pp_facet_normal(&m, 1)), 2, 0);
    for (int v = 0; v < 2; v++)
        ck_near(pp_distance(n[v], pp_scale(pp_vec(0, 1, 3), 1 / sqrt(10))), 0,
                1e-15);
    ck_near(pp_distance(n[2], pp_vec(0, 0, 1)), 0, 0);
    ck_near(pp_distance(n[3], pp_vec(0, 1, 0)), 0, 0);
    pp_free(n);
}
END_TEST

START_TEST(normals_of_a_sphere_approach_its_radii)
{
    double before = 0.1;

    for (int level = 2; level < 6; level++) { /* below: by symmetry */
        pp_mesh m = pp_shape_sphere(pp_vec(5, -7, 300), 3, level);
        pp_vec3 *n = normals_of(&m);
        double worst = 0;

        for (size_t v = 0; v < m.nvert; v++) {
            const pp_vec3 out = pp_sub(m.vert[v], pp_vec(5, -7, 300));

            ck_near(pp_norm(n[v]), 1, 1e-14);
            worst = fmax(worst, pp_distance(n[v], pp_unit(out)));
        }
        ck_assert_msg(worst < before / 1.8, "level %d: %g after %g", level,
                      worst, before);
        before = worst;
        pp_free(n);
        pp_mesh_free(&m);
    }
}
END_TEST

START_TEST(facets_turned_over_turn_the_normals)
{
    pp_mesh m = pp_shape_torus(pp_vec(1, 2, 3), 10, 3, 17, 9);
    pp_vec3 *n = normals_of(&m), *turned;

    pp_shape_flip(&m);
    turned = normals_of(&m);
    for (size_t v = 0; v < m.nvert; v++)
        ck_near(pp_norm(pp_add(n[v], turned[v])), 0, 1e-14);
    pp_free(n);
    pp_free(turned);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(normals_turn_with_the_mesh_and_do_not_move)
{
    pp_mesh m = pp_shape_torus(pp_vec(0, 0, 0), 10, 3, 17, 9);
    pp_mesh heads = m;
    pp_vec3 *n = normals_of(&m), *turned;

    heads.vert = n;
    pp_shape_rotate(&m, 0.3, -1.1, 2);
    pp_shape_move(&m, pp_vec(100, 200, -300));
    pp_shape_rotate(&heads, 0.3, -1.1, 2);
    turned = normals_of(&m);
    for (size_t v = 0; v < m.nvert; v++)
        ck_near(pp_distance(turned[v], n[v]), 0, 1e-10);
    pp_free(n);
    pp_free(turned);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(where_facets_cancel_or_there_are_none_there_is_no_normal)
{
    pp_vec3 vert[] = { { 0, 0, 0 }, { 2, 0, 0 }, { 0, 3, 0 }, { 9, 9, 9 } };
    uint32_t tri[][3] = { { 0, 1, 2 }, { 2, 1, 0 } };
    const pp_mesh m = { .vert = vert, .nvert = 4, .tri = tri, .ntri = 2 };
    pp_vec3 *n = normals_of(&m);

    for (int v = 0; v < 4; v++)
        ck_near(pp_norm(n[v]), 0, 0);
    pp_free(n);
}
END_TEST

PP_TESTS("mesh/normals", larger_facets_weigh_more,
         normals_of_a_sphere_approach_its_radii,
         facets_turned_over_turn_the_normals,
         normals_turn_with_the_mesh_and_do_not_move,
         where_facets_cancel_or_there_are_none_there_is_no_normal)
