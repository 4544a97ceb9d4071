/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * body.c - the phantom's bodies measure what they claim
 */
#include "scene.h"
#include "test.h"

#include <math.h>

static pp_scene scene;

/* The volume is right within its own stated error, which is small. */
static void
holds(pp_body body, pp_box box, double h, double volume)
{
    double error;

    ck_near(pp_body_volume(&body, box, h, &error), volume, error);
    ck_assert_msg(error <= 1e-3 * volume, "an error of %g in %g mm3", error,
                  volume);
}

static pp_box
box_around(pp_vec3 centre, double reach)
{
    const pp_vec3 r = pp_vec(reach, reach, reach);
    const pp_box box = { pp_sub(centre, r), pp_add(centre, r) };

    return box;
}

START_TEST(a_plate_holds_what_its_closed_form_says)
{
    pp_scene_set(&scene);

    holds(pp_body_plate(&scene.plate, 0), box_around(scene.plate.centre, 30),
          0.12, pp_plate_volume(&scene.plate));
}
END_TEST

START_TEST(a_sphere_holds_what_its_closed_form_says)
{
    const pp_sphere ball = { { 3, -70, 900 }, 5 };

    holds(pp_body_sphere(&ball, 0), box_around(ball.centre, 5.3), 0.15,
          4 * M_PI / 3 * 125);
}
END_TEST

START_TEST(a_tube_holds_a_cylinder_and_two_caps)
{
    /* equal radii: a cylinder and the two halves of a ball */
    const pp_tube tube = { { 0, 0, 0 }, { 6, 0, 8 }, 2, 2 };

    holds(pp_body_tube(&tube, 0), box_around(pp_vec(3, 0, 4), 9), 0.1,
          M_PI * 4 * 10 + 4 * M_PI / 3 * 8);
}
END_TEST

START_TEST(a_block_holds_its_three_edges)
{
    const double c = cos(0.3), s = sin(0.3);
    const pp_block block = { { 1, 2, 3 },
                             { { c, s, 0 }, { -s, c, 0 }, { 0, 0, 1 } },
                             { 4, 0.5, 3 } };

    holds(pp_body_block(&block, 0), box_around(block.centre, 6), 0.05,
          8 * 4 * 0.5 * 3);
}
END_TEST

/* The whole of the scanner's shortcut rests on this bound. */
START_TEST(no_function_changes_faster_than_it_says)
{
    pp_random r = { 7 };

    pp_scene_set(&scene);
    for (size_t b = 0; b < scene.nbody; b++) {
        const pp_body *body = &scene.body[b];
        /* bodies 1 to 5 are the islands: small spheres */
        const bool small = b >= 1 && b <= PP_SCENE_ISLANDS;
        const pp_vec3 middle = small ? scene.island[b - 1].centre
                                     : scene.plate.centre;
        const double reach = small ? 2 : 35;
        int near = 0;

        for (int n = 0; n < 200000; n++) {
            const pp_vec3 p = pp_add(
                middle, pp_vec(reach * (2 * pp_random_unit(&r) - 1),
                               reach * (2 * pp_random_unit(&r) - 1),
                               reach * (2 * pp_random_unit(&r) - 1)));
            const pp_vec3 step = pp_vec(pp_random_unit(&r) - 0.5,
                                        pp_random_unit(&r) - 0.5,
                                        pp_random_unit(&r) - 0.5);
            const double f = body->signed_mm(body->shape, p);
            const double g = body->signed_mm(body->shape, pp_add(p, step));

            /* only a change of side can mislead */
            if ((f < 0) == (g < 0))
                continue;
            near++;
            ck_assert_msg(fabs(f) <= body->slope * pp_norm(step) &&
                              fabs(g) <= body->slope * pp_norm(step),
                          "body %zu: %g to %g within %g mm", b, f, g,
                          pp_norm(step));
        }
        ck_assert_msg(near > 20, "body %zu was hardly met", b);
    }
}
END_TEST

PP_TESTS("samples/body", a_plate_holds_what_its_closed_form_says,
         a_sphere_holds_what_its_closed_form_says,
         a_tube_holds_a_cylinder_and_two_caps,
         a_block_holds_its_three_edges,
         no_function_changes_faster_than_it_says)
