/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rounding to float and back, which gcc 12.2 leaves out for x and y at -O2
 * unless its straight-line vectorizer is off.
 */
#include "mesh/mesh.h"

#include "base/bytes.h"
#include "shapes.h"
#include "test.h"

/* Through memory and bits, out of an optimizer's reach. */
static double
rounded(double x)
{
    volatile uint32_t bits = pp_float_to_bits((float)x);

    return pp_float_from_bits(bits);
}

START_TEST(rounding_to_float_rounds_all_three_coordinates)
{
    pp_mesh m = pp_shape_sphere(pp_vec(90, -40, -700), 50, 4), before;
    pp_error err = { 0 };

    ck_ok(pp_mesh_copy(&m, &before, &err), err);
    pp_mesh_round_float(&m);
    for (size_t v = 0; v < m.nvert; v++) {
        ck_assert(m.vert[v].x == rounded(before.vert[v].x));
        ck_assert(m.vert[v].y == rounded(before.vert[v].y));
        ck_assert(m.vert[v].z == rounded(before.vert[v].z));
    }
    pp_mesh_free(&m);
    pp_mesh_free(&before);
}
END_TEST

PP_TESTS("mesh/rounding", rounding_to_float_rounds_all_three_coordinates)
