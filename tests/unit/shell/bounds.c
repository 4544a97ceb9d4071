/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bounds.c - sides and gaps that are to stay, stay
 */
#include "test.h"

#include "check/check.h"
#include "shapes.h"
#include "shell/shell.h"
#include "unit/shell/solid.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static pp_mesh
stack(int n, double wall, double gap)
{
    pp_mesh m = { 0 };

    for (int k = 0; k < n; k++) {
        const double z = k * (wall + gap);

        pp_shape_add(&m, pp_shape_box(pp_vec(0, 0, z), pp_vec(5, 4, z + wall)));
    }
    return m;
}

/* What a ray from between the slabs sees of the gap there. */
static void
must_leave_gap(const pp_mesh *m, double z, double gap)
{
    pp_bvh *bvh;
    pp_error err = { 0 };

    ck_ok(pp_bvh_build(m, &bvh, &err), err);
    for (double x = -0.5; x < 5.6; x += 0.31)
        for (double y = -0.5; y < 4.6; y += 0.27) {
            double up, down;

            if (pp_bvh_ray(bvh, pp_vec(x, y, z), pp_vec(0, 0, 1), 0, 100,
                           &up) == PP_NONE ||
                pp_bvh_ray(bvh, pp_vec(x, y, z), pp_vec(0, 0, -1), 0, 100,
                           &down) == PP_NONE)
                continue;
            ck_assert_double_ge(up + down, gap);
        }
    pp_bvh_free(bvh);
}

START_TEST(walls_grow_away_from_a_gap_that_stays)
{
    const pp_shell_options o = { .min_mm = 1, .min_gap_mm = 0.4 };
    pp_mesh m = stack(2, 0.6, 0.5), out;
    pp_shell_report r;
    pp_error err = { 0 };

    ck_ok(pp_shell_grow(&m, &o, &out, &r, &err), err);
    must_be_clean(&out);
    must_be_thick(&out, 1);
    must_leave_gap(&out, 0.85, 0.4);
    ck_assert(!pp_shell_joined(&r));
    ck_assert_uint_eq(r.nrefused, 0);
    pp_shell_report_free(&r);
    pp_mesh_free(&m);
    pp_mesh_free(&out);
}
END_TEST

START_TEST(a_wall_between_two_gaps_stays_thin_and_is_told)
{
    const pp_shell_options o = { .min_mm = 1, .min_gap_mm = 0.5 };
    pp_mesh m = stack(3, 0.6, 0.5), out;
    pp_shell_report r;
    pp_error err = { 0 };

    ck_ok(pp_shell_grow(&m, &o, &out, &r, &err), err);
    must_be_clean(&out);
    must_leave_gap(&out, 0.85, 0.499);
    must_leave_gap(&out, 1.95, 0.499);
    ck_assert(!pp_shell_joined(&r));
    ck_assert_uint_ge(r.nrefused, 1);
    for (size_t i = 0; i < r.nrefused; i++) /* only the one in the middle */
        ck_assert(r.refused[i].place.z > 1.05 && r.refused[i].place.z < 1.75);
    pp_shell_report_free(&r);
    pp_mesh_free(&m);
    pp_mesh_free(&out);
}
END_TEST

/* A pipe along z, open at both ends, its facets split to rings. */
static pp_mesh
pipe(double inner, double outer, double length, int n, int rings)
{
    pp_mesh m;
    pp_error err = { 0 };
    size_t f = 0;

    ck_ok(pp_mesh_alloc(&m, (size_t)(2 * n * (rings + 1)),
                        (size_t)(4 * n * (rings + 1)), &err), err);
    for (int s = 0; s < 2; s++)
        for (int j = 0; j <= rings; j++)
            for (int i = 0; i < n; i++) {
                const double r = s ? outer : inner, a = 2 * M_PI * i / n;

                m.vert[(s * (rings + 1) + j) * n + i] =
                    pp_vec(r * cos(a), r * sin(a), length * j / rings);
            }
    /* round the section of the wall: out, up, in, down */
    for (int i = 0; i < n; i++)
        for (int j = 0; j < 2 * (rings + 1); j++) {
            const int k = (j + 1) % (2 * (rings + 1)), i2 = (i + 1) % n;
            const int row[2] = {
                j <= rings ? rings + 1 + j : 2 * rings + 1 - j,
                k <= rings ? rings + 1 + k : 2 * rings + 1 - k
            };
            const uint32_t a = (uint32_t)(row[0] * n + i),
                           b = (uint32_t)(row[0] * n + i2),
                           c = (uint32_t)(row[1] * n + i2),
                           d = (uint32_t)(row[1] * n + i);

            memcpy(m.tri[f++], (pp_tri){ a, b, c }, sizeof(pp_tri));
            memcpy(m.tri[f++], (pp_tri){ a, c, d }, sizeof(pp_tri));
        }
    return m;
}

START_TEST(a_lumen_stays_when_walls_grow_outward)
{
    const double length = 4;
    double specks = 0;
    const pp_shell_options o = { .min_mm = 1, .way = PP_GROW_OUT };
    pp_mesh m = pipe(2.5, 3, length, 48, 6), out;
    pp_shell_report r;
    pp_walls walls;
    pp_bvh *bvh;
    pp_error err = { 0 };

    ck_ok(pp_shell_grow(&m, &o, &out, &r, &err), err);
    must_be_clean(&out);
    ck_ok(pp_walls_measure(&out, &(pp_shell_options){ .min_mm = 1 }, 1, &walls,
                           &err), err);
    for (size_t i = 0; i < walls.nthin; i++) { /* specks about the end faces */
        specks += walls.thin[i].area_mm2;
        ck_assert(walls.thin[i].place.z < 0.5 ||
                  walls.thin[i].place.z > length - 0.5);
    }
    ck_assert_double_lt(specks, 0.3); /* of 160 mm2 */
    pp_walls_free(&walls);
    ck_assert(r.one_way && !pp_shell_joined(&r));
    ck_assert_double_le(r.fixed_moved_mm, 1e-9);
    ck_ok(pp_bvh_build(&out, &bvh, &err), err);
    for (int i = 0; i < 500; i++) {
        const double a = 2 * M_PI * i / 500.0, z = length * (i + 0.5) / 500;
        const pp_vec3 d = pp_vec(cos(a), sin(a), 0);
        const double lumen = ray_thickness(bvh, pp_vec(0, 0, z), d);
        const double wall =
            ray_thickness(bvh, pp_madd(pp_vec(0, 0, z), lumen + 1e-5, d), d);

        /* but for the seam at the ends, as wide as the field's samples */
        if (z < 0.2 || z > length - 0.2)
            continue;
        ck_assert_msg(lumen > 2.5 * cos(M_PI / 48) - 1e-6 &&
                          lumen < 2.5 + 1e-6, "%g at %g", lumen, z);
        ck_assert(wall > 0.98 && wall < 1.06);
    }
    pp_bvh_free(bvh);
    pp_shell_report_free(&r);
    pp_mesh_free(&m);
    pp_mesh_free(&out);
}
END_TEST

/* Its ends are thin, too: the lumen is seen through them. In the bend the
 * balls of its wall may be stopped by facets beside their sample. */
START_TEST(a_lumen_stays_in_a_bend)
{
    const double length = 21, elbow = 14, t = 1;
    const pp_shell_options o = { .min_mm = t, .way = PP_GROW_OUT,
                                 .round_float = true };
    pp_mesh m = pipe(2.5, 3, length, 64, 56), out;
    pp_shell_report r;
    pp_bvh *before, *after;
    pp_error err = { 0 };

    for (size_t v = 0; v < m.nvert; v++) {
        const pp_vec3 p = m.vert[v];
        const double a = p.z / elbow, d = elbow + p.x;

        m.vert[v] = pp_vec(d * cos(a), p.y, d * sin(a));
    }
    pp_mesh_round_float(&m);
    ck_ok(pp_shell_grow(&m, &o, &out, &r, &err), err);
    must_be_clean(&out);
    ck_assert(r.one_way && !pp_shell_joined(&r));
    ck_assert_double_le(r.fixed_moved_mm, 1e-6);
    /* rings about the axis, and what bulges at the ends: a twentieth */
    ck_near((r.volume_after_mm3 - r.volume_before_mm3) /
                (M_PI * (3.5 * 3.5 - 3 * 3) * length), 1, 0.05);
    ck_ok(pp_bvh_build(&m, &before, &err), err);
    ck_ok(pp_bvh_build(&out, &after, &err), err);
    for (int i = 0; i < 1000; i++) {
        const double z = 0.5 + (length - 1) * (i + 0.5) / 1000;
        const double a = z / elbow, b = 2.399963 * i;
        const pp_vec3 axis = pp_vec(elbow * cos(a), 0, elbow * sin(a));
        const pp_vec3 d = pp_vec(cos(b) * cos(a), sin(b), cos(b) * sin(a));

        ck_near(ray_thickness(after, axis, d), ray_thickness(before, axis, d),
                1e-6);
    }
    pp_bvh_free(before);
    pp_bvh_free(after);
    pp_shell_report_free(&r);
    pp_mesh_free(&m);
    pp_mesh_free(&out);
}
END_TEST

PP_TESTS("shell/bounds", walls_grow_away_from_a_gap_that_stays,
         a_wall_between_two_gaps_stays_thin_and_is_told,
         a_lumen_stays_when_walls_grow_outward, a_lumen_stays_in_a_bend)
