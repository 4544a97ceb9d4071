/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shim/igl.h"

#include "base/alloc.h"
#include "shapes.h"
#include "test.h"

#include <string.h>

/* Edges that do not have exactly one facet in each direction: brute force. */
static size_t
count_bad_edges(const pp_mesh *m)
{
    size_t nbad = 0;

    for (size_t t = 0; t < m->ntri; t++)
        for (int k = 0; k < 3; k++) {
            const uint32_t a = m->tri[t][k], b = m->tri[t][(k + 1) % 3];
            size_t nsame = 0, nback = 0;

            for (size_t u = 0; u < m->ntri; u++)
                for (int j = 0; j < 3; j++) {
                    const uint32_t c = m->tri[u][j], d = m->tri[u][(j + 1) % 3];

                    nsame += a == c && b == d;
                    nback += a == d && b == c;
                }
            nbad += nsame != 1 || nback != 1;
        }
    return nbad;
}

static pp_mesh
two_balls(void)
{
    pp_mesh m = pp_shape_sphere(pp_vec(0, 0, 0), 5, 2);

    pp_shape_add(&m, pp_shape_sphere(pp_vec(6.1, 0.2, 0.3), 4, 2));
    return m;
}

START_TEST(a_clean_ball_has_no_crossing_pair)
{
    pp_error err = { 0 };
    pp_mesh m = pp_shape_sphere(pp_vec(1, 2, 3), 5, 2);
    uint32_t (*pair)[2];
    size_t npair;

    ck_ok(pp_igl_self_intersections(&m, &pair, &npair, &err), err);
    ck_assert_uint_eq(npair, 0);
    pp_free(pair);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(pairs_are_sorted_and_cross_between_the_balls)
{
    pp_error err = { 0 };
    pp_mesh m = two_balls();
    uint32_t (*pair)[2];
    size_t npair;

    ck_ok(pp_igl_self_intersections(&m, &pair, &npair, &err), err);
    ck_assert_uint_gt(npair, 20);
    for (size_t i = 0; i < npair; i++)
        ck_assert(pair[i][0] < 320 && pair[i][1] >= 320);
    pp_free(pair);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(what_no_half_edge_mesh_can_hold_is_refused_in_words)
{
    pp_error err = { 0 };
    pp_mesh m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(1, 1, 1)), out;
    uint32_t (*pair)[2];
    size_t npair;

    m.tri[5][1] = m.tri[5][0];
    ck_assert(pp_igl_self_intersections(&m, &pair, &npair, &err) == PP_EGEOM);
    ck_assert_ptr_nonnull(strstr(err.message, "facet 5"));
    err.status = PP_OK;
    ck_assert(pp_igl_orient_outward(&m, &out, &err) == PP_EGEOM);
    ck_assert_uint_eq(out.ntri, 0);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(soup_of_single_facets_becomes_a_closed_box)
{
    pp_error err = { 0 };
    pp_mesh box = pp_shape_box(pp_vec(0, 0, 0), pp_vec(1, 2, 3));
    pp_mesh soup, out;

    ck_ok(pp_mesh_alloc(&soup, 36, 13, &err), err);
    soup.nvert = 36;
    for (uint32_t t = 0; t < 12; t++)
        for (uint32_t k = 0; k < 3; k++) {
            soup.vert[3 * t + k] = box.vert[box.tri[t][k]];
            soup.tri[t][k] = 3 * t + k;
        }
    memcpy(soup.tri[12], soup.tri[3], sizeof soup.tri[3]); /* a duplicate */
    ck_ok(pp_igl_repair_soup(&soup, &out, &err), err);
    ck_assert_uint_eq(out.nvert, 8);
    ck_assert_uint_eq(out.ntri, 12);
    ck_assert_uint_eq(count_bad_edges(&out), 0);
    pp_mesh_free(&box);
    pp_mesh_free(&soup);
    pp_mesh_free(&out);
}
END_TEST

/* A skew ring of n points on a cylinder, with points behind it below. */
START_TEST(a_lid_has_one_facet_along_every_edge_of_its_rim)
{
    enum { N = 24 };
    pp_vec3 rim[N], beyond[N];

    for (int i = 0; i < N; i++) {
        const double a = 6.283185307179586 * i / N;

        rim[i] = pp_vec(5 * cos(a), 5 * sin(a), 0.5 * cos(2 * a));
        beyond[i] = pp_vec(5 * cos(a), 5 * sin(a), -1);
    }
    for (int how = 0; how < 3; how++) {
        pp_error err = { 0 };
        pp_mesh lid;
        size_t nalong = 0;

        for (int i = 0; how == 0 && i < N; i++)
            rim[i].z = 0;
        ck_ok(pp_igl_triangulate_hole(rim, beyond, N, how == 0, how == 2,
                                      &lid, &err), err);
        ck_assert_uint_ge(lid.ntri, N - 2);
        ck_assert((how == 2) == (lid.nvert > N));
        for (int i = 0; i < N; i++)
            ck_assert(pp_distance(lid.vert[i], rim[i]) == 0);
        for (size_t t = 0; t < lid.ntri; t++)
            for (int k = 0; k < 3; k++)
                nalong += lid.tri[t][k] < N &&
                          lid.tri[t][(k + 1) % 3] == (lid.tri[t][k] + 1) % N;
        ck_assert_uint_eq(nalong, N);
        pp_mesh_free(&lid);
        for (int i = 0; i < N; i++)
            rim[i].z = 0.5 * cos(2 * 6.283185307179586 * i / N);
    }
}
END_TEST

START_TEST(an_inverted_box_turns_outward_and_a_shell_inside_inward)
{
    pp_error err = { 0 };
    pp_mesh m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(4, 4, 4)), out;

    pp_shape_flip(&m);
    pp_shape_add(&m, pp_shape_box(pp_vec(1, 1, 1), pp_vec(2, 2, 2)));
    ck_ok(pp_igl_orient_outward(&m, &out, &err), err);
    ck_near(pp_shape_volume(&out), 64 - 1, 1e-9);
    pp_mesh_free(&m);
    pp_mesh_free(&out);
}
END_TEST

START_TEST(union_of_two_boxes_has_the_volume_of_the_formula)
{
    pp_error err = { 0 };
    pp_mesh a = pp_shape_box(pp_vec(0, 0, 0), pp_vec(2, 2, 2)), out;
    pp_mesh b = pp_shape_box(pp_vec(1, 1, 1), pp_vec(3, 3, 3));

    ck_ok(pp_igl_mesh_union(&a, &b, &out, &err), err);
    ck_near(pp_shape_volume(&out), 8 + 8 - 1, 1e-9);
    ck_assert_uint_eq(count_bad_edges(&out), 0);
    pp_mesh_free(&a);
    pp_mesh_free(&b);
    pp_mesh_free(&out);
}
END_TEST

START_TEST(a_local_fold_is_flattened)
{
    pp_error err = { 0 };
    pp_mesh m = pp_shape_sphere(pp_vec(0, 0, 0), 10, 3), out;
    uint32_t (*pair)[2];
    size_t npair;

    /* the ends of an edge change places */
    const pp_vec3 p = m.vert[m.tri[200][0]];

    m.vert[m.tri[200][0]] = m.vert[m.tri[200][1]];
    m.vert[m.tri[200][1]] = p;
    ck_ok(pp_igl_self_intersections(&m, &pair, &npair, &err), err);
    ck_assert_uint_gt(npair, 0);
    pp_free(pair);
    ck_ok(pp_igl_remove_self_intersections(&m, &out, &err), err);
    ck_ok(pp_igl_self_intersections(&out, &pair, &npair, &err), err);
    ck_assert_uint_eq(npair, 0);
    ck_near(pp_shape_volume(&out), pp_shape_volume(&m), 0.01 * pp_shape_volume(&m));
    pp_free(pair);
    pp_mesh_free(&m);
    pp_mesh_free(&out);
}
END_TEST

/* Cut along their common lines, two balls keep area and volume, share every
   new edge, and the facets that took part in nothing come first. */
START_TEST(facets_cut_along_common_lines_keep_surface_and_order)
{
    pp_error err = { 0 };
    pp_mesh m = two_balls(), out;
    uint32_t (*pair)[2], *birth;
    size_t npair, nwhole = 0;

    ck_ok(pp_igl_self_intersections(&m, &pair, &npair, &err), err);
    ck_ok(pp_igl_remesh_self_intersections(
              &m, (const uint32_t (*)[2])pair, npair, &out, &birth, &err),
          err);
    ck_near(pp_shape_volume(&out), pp_shape_volume(&m), 1e-9 * pp_shape_volume(&m));
    ck_assert_uint_gt(out.ntri, m.ntri + npair / 2);
    while (nwhole + 1 < out.ntri && birth[nwhole] < birth[nwhole + 1])
        nwhole++;
    ck_assert_uint_gt(nwhole, 400);
    for (size_t t = 0; t < nwhole; t++)
        ck_assert_int_eq(memcmp(out.tri[t], m.tri[birth[t]],
                                sizeof out.tri[t]), 0);
    for (size_t t = 0; t < out.ntri; t++) /* on the plane of its birth facet */
        for (int k = 0; k < 3; k++) {
            const uint32_t *b = m.tri[birth[t]];
            const pp_vec3 n = pp_unit(pp_cross(
                pp_sub(m.vert[b[1]], m.vert[b[0]]),
                pp_sub(m.vert[b[2]], m.vert[b[0]])));

            ck_near(pp_dot(n, pp_sub(out.vert[out.tri[t][k]],
                                     m.vert[b[0]])), 0, 1e-13);
        }
    pp_free(pair);
    pp_free(birth);
    pp_mesh_free(&m);
    pp_mesh_free(&out);
}
END_TEST

/* Two coplanar squares that overlap: after cutting, every facet of the overlap
   appears twice, on the same three vertices. */
START_TEST(coplanar_facets_are_cut_into_equal_pieces)
{
    pp_error err = { 0 };
    pp_mesh m, out;
    const uint32_t pair[1][2] = { { 0, 1 } };
    uint32_t *birth;
    size_t ntwin = 0;

    ck_ok(pp_mesh_alloc(&m, 6, 2, &err), err);
    for (uint32_t v = 0; v < 6; v++) {
        m.vert[v] = pp_vec(v % 3 == 1 ? 4 : 0, v % 3 == 2 ? 4 : 0, 7);
        if (v >= 3)
            m.vert[v] = pp_add(m.vert[v], pp_vec(1, 1, 0));
        m.tri[v / 3][v % 3] = v;
    }
    ck_ok(pp_igl_remesh_self_intersections(&m, pair, 1, &out, &birth, &err),
          err);
    for (size_t t = 0; t < out.ntri; t++)
        for (size_t u = 0; u < t; u++) {
            int nsame = 0;

            for (int k = 0; k < 9; k++)
                nsame += out.tri[t][k / 3] == out.tri[u][k % 3];
            ntwin += nsame == 3;
        }
    ck_assert_uint_eq(ntwin, 1); /* the triangle (1,1) (3,1) (1,3) */
    pp_free(birth);
    pp_mesh_free(&m);
    pp_mesh_free(&out);
}
END_TEST

START_TEST(a_hull_holds_all_points_and_no_more)
{
    pp_mesh ball = pp_shape_sphere(pp_vec(1, 2, 3), 10, 3);
    pp_mesh both = pp_shape_sphere(pp_vec(1, 2, 3), 10, 3), hull;
    pp_error err = { 0 };

    /* what lies inside adds nothing */
    pp_shape_add(&both, pp_shape_box(pp_vec(0, 0, 0), pp_vec(3, 3, 3)));
    ck_ok(pp_igl_convex_hull(&both, &hull, &err), err);
    ck_assert_uint_eq(hull.nvert, ball.nvert);
    ck_assert_uint_eq(hull.ntri, ball.ntri);
    ck_near(pp_shape_volume(&hull), pp_shape_volume(&ball), 1e-9);
    pp_mesh_free(&hull);
    for (size_t v = 0; v < ball.nvert; v++)
        ball.vert[v].y = 7;
    ck_assert_int_eq(pp_igl_convex_hull(&ball, &hull, &err), PP_EGEOM);
    pp_mesh_free(&ball);
    pp_mesh_free(&both);
}
END_TEST

START_TEST(triangles_of_a_square_keep_the_edge_that_was_asked_for)
{
    /* the Delaunay diagonal of this kite is the other one */
    const double point[4][2] = { { 0, 0 }, { 4, -1 }, { 8, 0 }, { 4, 1 } };
    const uint32_t edge[1][2] = { { 0, 2 } };
    pp_error err = { 0 };
    pp_tri *tri;
    size_t ntri;

    ck_ok(pp_igl_cdt(point, 4, edge, 1, &tri, &ntri, &err), err);
    ck_assert_uint_eq(ntri, 2);
    for (size_t t = 0; t < 2; t++) {
        const double *a = point[tri[t][0]], *b = point[tri[t][1]];
        const double *c = point[tri[t][2]];
        bool has[4] = { false };

        for (int k = 0; k < 3; k++)
            has[tri[t][k]] = true;
        ck_assert(has[0] && has[2]);
        ck_near((b[0] - a[0]) * (c[1] - a[1]) -
                    (b[1] - a[1]) * (c[0] - a[0]), 8, 1e-12);
    }
    pp_free(tri);
}
END_TEST

START_TEST(edges_that_cross_or_meet_a_point_are_refused)
{
    const double square[4][2] = { { 0, 0 }, { 1, 0 }, { 1, 1 }, { 0, 1 } };
    const uint32_t cross[2][2] = { { 0, 2 }, { 1, 3 } };
    const double row[4][2] = { { 0, 0 }, { 1, 0 }, { 2, 0 }, { 1, 1 } };
    const uint32_t through[1][2] = { { 0, 2 } };
    const double twice[4][2] = { { 0, 0 }, { 1, 0 }, { 1, 1 }, { 1, 0 } };
    pp_error err = { 0 };
    pp_tri *tri;
    size_t ntri;

    ck_assert_int_eq(pp_igl_cdt(square, 4, cross, 2, &tri, &ntri, &err),
                     PP_EGEOM);
    pp_free(tri);
    ck_assert_int_eq(pp_igl_cdt(row, 4, through, 1, &tri, &ntri, &err),
                     PP_EGEOM);
    pp_free(tri);
    ck_assert_int_eq(pp_igl_cdt(twice, 4, through, 1, &tri, &ntri, &err),
                     PP_EGEOM);
    pp_free(tri);
    ck_assert_int_eq(pp_igl_cdt(row, 3, through, 0, &tri, &ntri, &err),
                     PP_EGEOM);
    pp_free(tri);
}
END_TEST

PP_TESTS("shim/igl", a_clean_ball_has_no_crossing_pair,
         pairs_are_sorted_and_cross_between_the_balls,
         what_no_half_edge_mesh_can_hold_is_refused_in_words,
         soup_of_single_facets_becomes_a_closed_box,
         a_lid_has_one_facet_along_every_edge_of_its_rim,
         an_inverted_box_turns_outward_and_a_shell_inside_inward,
         union_of_two_boxes_has_the_volume_of_the_formula,
         a_local_fold_is_flattened,
         facets_cut_along_common_lines_keep_surface_and_order,
         coplanar_facets_are_cut_into_equal_pieces,
         a_hull_holds_all_points_and_no_more,
         triangles_of_a_square_keep_the_edge_that_was_asked_for,
         edges_that_cross_or_meet_a_point_are_refused)
