/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * star.c - what corners whose shape is known keep off
 */
#include "test.h"

#include "shapes.h"
#include "thickness/star.h"

/* The mesh, its features and the star around its vertex nearest to a place. */
typedef struct {
    pp_mesh mesh;
    pp_features f;
    pp_star star;
    bool is;
} scene;

static void
set_up(scene *s, pp_mesh m, pp_vec3 at, double radius)
{
    pp_error err = { 0 };
    uint32_t corner = 0;

    s->mesh = m;
    ck_ok(pp_features_find(&s->mesh, 150, &s->f, &err), err);
    for (uint32_t c = 0; c < 3 * m.ntri; c++)
        if (pp_distance(m.vert[m.tri[c / 3][c % 3]], at) <
            pp_distance(m.vert[m.tri[corner / 3][corner % 3]], at))
            corner = c;
    s->is = pp_star_find(&s->f, corner, radius, &s->star);
}

static void
tear_down(scene *s)
{
    if (s->is)
        pp_star_free(&s->star);
    pp_features_free(&s->f);
    pp_mesh_free(&s->mesh);
}

/* How far p lies from where all coordinates are r or more. */
static double
to_octant(pp_vec3 p, double r)
{
    return pp_norm(pp_vec(fmax(r - p.x, 0), fmax(r - p.y, 0),
                          fmax(r - p.z, 0)));
}

START_TEST(a_box_s_corner_keeps_off_what_three_planes_do)
{
    const double r = 0.7;
    pp_random random = { 4 };
    scene s;

    set_up(&s, pp_shape_box(pp_vec(0, 0, 0), pp_vec(4, 4, 4)),
           pp_vec(0, 0, 0), r);
    ck_assert(s.is);
    for (int k = 0; k < 50; k++) {
        const pp_vec3 p = pp_vec(1.2 * pp_random_unit(&random),
                                 1.2 * pp_random_unit(&random), 0);
        const double truth = to_octant(p, r);
        const double low = pp_star_kept_off(&s.star, p),
                     high = pp_star_allows(&s.star, p);

        ck_assert_msg(low <= truth && truth <= high && high - low <= 0.02 * r,
                      "%.5f is not in [%.5f, %.5f]", truth, low, high);
        ck_assert(pp_star_keeps_off(&s.star, p, low * (1 - 1e-9)));
        ck_assert(!pp_star_keeps_off(&s.star, p, truth * (1 + 1e-9)));
    }
    tear_down(&s);
}
END_TEST

/* The octant again, but what is solid is all the rest: the ball may touch each
 * point of it. */
START_TEST(a_hollow_corner_keeps_off_nothing)
{
    const double r = 0.7;
    pp_random random = { 4 };
    pp_mesh m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(4, 4, 4));
    scene s;

    pp_shape_flip(&m);
    set_up(&s, m, pp_vec(0, 0, 0), r);
    ck_assert(s.is);
    for (int k = 0; k < 20; k++) {
        const pp_vec3 p = pp_vec(pp_random_unit(&random),
                                 pp_random_unit(&random), 0);
        const double low = pp_star_kept_off(&s.star, p),
                     high = pp_star_allows(&s.star, p);

        ck_assert(low <= r && r <= high && high - low <= 0.02 * r);
    }
    tear_down(&s);
}
END_TEST

START_TEST(a_place_within_a_corner_is_told_from_one_without)
{
    scene s;

    set_up(&s, pp_shape_box(pp_vec(9, 9, 9), pp_vec(13, 13, 13)),
           pp_vec(9, 9, 9), 0.5);
    ck_assert(s.is);
    ck_assert(pp_star_lets(&s.star, pp_vec(9.6, 9.6, 9.6)));
    ck_assert(!pp_star_lets(&s.star, pp_vec(9.6, 9.6, 9.4)));
    ck_assert(!pp_star_lets(&s.star, pp_vec(8, 8, 8)));
    ck_assert(!pp_star_lets(&s.star, pp_vec(9.6, 9.6, 8)));
    tear_down(&s);
}
END_TEST

START_TEST(a_blunt_corner_is_no_star)
{
    scene s;

    set_up(&s, pp_shape_sphere(pp_vec(0, 0, 0), 5, 4), pp_vec(5, 0, 0), 0.3);
    ck_assert(!s.is);
    tear_down(&s);
}
END_TEST

/* A plate of 0.05 mm: its corners, so near to each other, are not one star,
 * which would have room nowhere. */
START_TEST(both_sides_of_a_thin_plate_are_no_star)
{
    const double r = 0.5;
    scene s;

    set_up(&s, pp_shape_box(pp_vec(0, 0, 0), pp_vec(4, 4, 0.05)),
           pp_vec(0, 0, 0), r);
    ck_assert(s.is);
    ck_near(pp_star_kept_off(&s.star, pp_vec(1, 1, 0)), r, 0.01 * r);
    tear_down(&s);
}
END_TEST

START_TEST(corners_of_the_facets_at_a_point_are_told_once_each)
{
    pp_mesh m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(2, 2, 2));
    pp_features f;
    pp_bvh *bvh;
    pp_error err = { 0 };
    uint32_t corner[PP_MOST_CORNERS];
    pp_search s;

    ck_ok(pp_features_find(&m, 150, &f, &err), err);
    ck_ok(pp_bvh_build(&m, &bvh, &err), err);
    s = (pp_search){ .f = &f, .bvh = bvh };
    ck_assert_uint_eq(pp_corners_at(&s, pp_vec(0.7, 0.3, 0), corner), 3);
    ck_assert_uint_eq(pp_corners_at(&s, pp_vec(1, 0, 0), corner), 4);
    ck_assert_uint_eq(pp_corners_at(&s, pp_vec(1, 1, 1), corner), 0);
    pp_bvh_free(bvh);
    pp_features_free(&f);
    pp_mesh_free(&m);
}
END_TEST

PP_TESTS("thickness/star", a_box_s_corner_keeps_off_what_three_planes_do,
         a_hollow_corner_keeps_off_nothing,
         a_place_within_a_corner_is_told_from_one_without,
         a_blunt_corner_is_no_star, both_sides_of_a_thin_plate_are_no_star,
         corners_of_the_facets_at_a_point_are_told_once_each)
