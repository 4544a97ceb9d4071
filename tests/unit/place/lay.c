/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lay.c - solids come to lie on their largest stable side
 */
#include "place/place.h"

#include "shapes.h"
#include "test.h"

static pp_lay
find(const pp_mesh *m)
{
    pp_error err = { PP_OK, "" };
    pp_lay lay;

    ck_assert_msg(pp_lay_find(m, &lay, &err) == PP_OK, "%s", err.message);
    return lay;
}

START_TEST(a_box_lies_on_its_largest_side_however_it_is_turned)
{
    for (int n = 0; n < 30; n++) {
        pp_mesh box = pp_shape_box(pp_vec(3, 4, 5), pp_vec(13, 24, 9));
        pp_mesh up = pp_shape_box(pp_vec(0, 0, -1), pp_vec(1, 1, 1));
        pp_lay lay;
        pp_vec3 z;

        pp_shape_rotate(&box, n, 0.3 * n, -0.7 * n);
        pp_shape_rotate(&up, n, 0.3 * n, -0.7 * n);
        lay = find(&box);
        z = pp_unit(pp_sub(up.vert[4], up.vert[0]));
        ck_assert_double_eq_tol(lay.area_mm2, 200, 1e-6);
        ck_assert_double_eq_tol(lay.rim_mm, 5, 1e-6);
        ck_assert_double_eq_tol(fabs(pp_dot(lay.down, z)), 1, 1e-9);
        ck_assert_int_eq(lay.nside, 6);
        pp_mesh_free(&box);
        pp_mesh_free(&up);
    }
}
END_TEST

/* A box with a mast far out: its largest side would tip over. */
START_TEST(a_side_that_would_tip_over_is_none)
{
    pp_mesh slab = pp_shape_box(pp_vec(0, 0, 0), pp_vec(10, 10, 1));
    pp_lay lay;

    /* all mass stands off the slab's foot */
    pp_shape_add(&slab, pp_shape_box(pp_vec(15, 0, 2), pp_vec(45, 10, 32)));
    lay = find(&slab);
    ck_assert_double_lt(lay.down.z, 0.999);
    ck_assert_double_gt(lay.down.z, -1.5);
    ck_assert(!(lay.down.z < -0.999));
    pp_mesh_free(&slab);
}
END_TEST

START_TEST(what_is_round_lies_on_what_a_hundredth_flattens)
{
    pp_mesh ball = pp_shape_sphere(pp_vec(5, 6, 7), 50, 5);
    const pp_lay lay = find(&ball);

    /* the cap of depth h of a ball has the area pi h (2 R - h) of its disc */
    ck_assert_double_le(lay.area_mm2, 3.1416 * 0.2 * 100);
    ck_assert_double_gt(lay.area_mm2, 3.1416 * 0.02 * 100);
    pp_mesh_free(&ball);
}
END_TEST

START_TEST(what_is_flat_or_empty_has_no_side)
{
    pp_mesh box = pp_shape_box(pp_vec(0, 0, 0), pp_vec(1, 1, 1));
    pp_error err = { PP_OK, "" };
    pp_lay lay;

    for (size_t v = 0; v < box.nvert; v++)
        box.vert[v].z = 0;
    ck_assert_int_eq(pp_lay_find(&box, &lay, &err), PP_EGEOM);
    box.ntri = 0;
    err = (pp_error){ PP_OK, "" };
    ck_assert_int_eq(pp_lay_find(&box, &lay, &err), PP_EGEOM);
    pp_mesh_free(&box);
}
END_TEST

PP_TESTS("place/lay", a_box_lies_on_its_largest_side_however_it_is_turned,
         a_side_that_would_tip_over_is_none,
         what_is_round_lies_on_what_a_hundredth_flattens,
         what_is_flat_or_empty_has_no_side)
