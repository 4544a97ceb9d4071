/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * grow.c - walls reach their minimum, and nothing else changes
 */
#include "test.h"

#include "check/check.h"
#include "shapes.h"
#include "shell/shell.h"
#include "unit/shell/solid.h"

#include <math.h>
#include <stdlib.h>

static pp_mesh
slab(double wall)
{
    return pp_shape_box(pp_vec(0, 0, 0), pp_vec(14, 10, wall));
}

static pp_mesh
grow(const pp_mesh *m, double t, bool rebuild, pp_shell_report *r)
{
    const pp_shell_options o = { .min_mm = t, .rebuild = rebuild };
    pp_mesh out;
    pp_error err = { 0 };

    ck_ok(pp_shell_grow(m, &o, &out, r, &err), err);
    return out;
}

/* Straight through the slab, by rays: code that growing does not use here. */
START_TEST(a_thin_slab_is_as_thick_as_wanted_afterwards)
{
    for (int rebuild = 0; rebuild < 2; rebuild++) {
        pp_mesh m = slab(0.6), out;
        pp_shell_report r;
        pp_bvh *bvh;
        pp_error err = { 0 };

        out = grow(&m, 1.0, rebuild, &r);
        must_be_clean(&out);
        must_be_thick(&out, 1.0);
        ck_assert_int_eq(r.how, rebuild ? PP_SHELL_REBUILT : PP_SHELL_LOCAL);
        ck_ok(pp_bvh_build(&out, &bvh, &err), err);
        for (double x = 1; x < 13; x += 0.37)
            for (double y = 1; y < 9; y += 0.41) {
                const double t = ray_thickness(
                    bvh, pp_vec(x, y, -5), pp_vec(0, 0, 1));
                const double u = ray_thickness(
                    bvh, pp_vec(x, y, 5), pp_vec(0, 0, -1));

                ck_assert(10 - t - u >= 0.99 && 10 - t - u <= 1.06);
            }
        /* the slab, and the half rounds of its rim */
        ck_near(r.volume_after_mm3, 140 + 0.4 * 10, 8);
        pp_bvh_free(bvh);
        pp_shell_report_free(&r);
        pp_mesh_free(&m);
        pp_mesh_free(&out);
    }
}
END_TEST

/* Points of the facets near p, so dense that none of a facet is farther than
 * step from one of them. */
static size_t
cloud_near(const pp_mesh *m, pp_vec3 p, double reach, double step,
           pp_vec3 *cloud, size_t room)
{
    size_t count = 0;

    for (size_t t = 0; t < m->ntri; t++) {
        const pp_vec3 a = m->vert[m->tri[t][0]];
        const pp_vec3 u = pp_sub(m->vert[m->tri[t][1]], a);
        const pp_vec3 v = pp_sub(m->vert[m->tri[t][2]], a);
        const double longest = fmax(fmax(pp_norm(u), pp_norm(v)),
                                    pp_distance(u, v));
        const int n = (int)ceil(longest / step);

        if (pp_distance(a, p) > reach + longest)
            continue;
        for (int i = 0; i <= n; i++)
            for (int j = 0; i + j <= n; j++) {
                const pp_vec3 q = pp_madd(pp_madd(a, (double)i / n, u),
                                          (double)j / n, v);

                if (pp_distance(q, p) > reach)
                    continue;
                ck_assert_uint_lt(count, room);
                cloud[count++] = q;
            }
    }
    return count;
}

/* The largest ball about a point that lies r + off from p in direction u. */
static double
room_in(const pp_vec3 *cloud, size_t n, pp_vec3 p, pp_vec3 u, double r,
        double off, double best)
{
    const pp_vec3 c = pp_madd(p, r + off, u);
    double least = r;

    for (size_t k = 0; k < n && least > best; k++)
        least = fmin(least, pp_distance(c, cloud[k]));
    return least;
}

/* The best of directions all around on the side of d, some degrees apart, and
 * of finer ones about the best of those. */
static double
roomiest(const pp_vec3 *cloud, size_t n, pp_vec3 p, pp_vec3 d, double r,
         double off)
{
    enum { COARSE = 3000, FINE = 12 };
    pp_vec3 to = d;
    double best = 0;

    for (int i = 0; i < COARSE; i++) {
        const double z = 1 - (2 * i + 1.0) / COARSE, a = i * 2.399963;
        const pp_vec3 u = pp_vec(sqrt(1 - z * z) * cos(a),
                                 sqrt(1 - z * z) * sin(a), z);
        const double room = pp_dot(u, d) < 0.2
                                ? 0 : room_in(cloud, n, p, u, r, off, best);

        to = room > best ? u : to;
        best = fmax(best, room);
    }
    const pp_vec3 s = pp_unit(pp_cross(to, fabs(to.x) < 0.6
                                               ? pp_vec(1, 0, 0)
                                               : pp_vec(0, 1, 0)));
    const pp_vec3 t = pp_cross(to, s);

    for (int i = -FINE; i <= FINE; i++)
        for (int j = -FINE; j <= FINE; j++)
            best = fmax(best,
                        room_in(cloud, n, p,
                                pp_unit(pp_madd(pp_madd(to, 0.004 * i, s),
                                                0.004 * j, t)),
                                r, off, best));
    return best;
}

/* An oracle without trees, cones or balls found elsewhere: at points of the
 * grown surface, balls of diameter T in all directions, against a cloud of
 * points. */
START_TEST(a_search_in_all_directions_finds_no_thinner_wall)
{
    enum { ROOM = 1 << 18 };
    const double t = 1.0, slack = 0.02;
    /* thickness.h: touching is 0.01 mm, and an edge of 150 degrees, the
     * bluntest to be left out, takes so much away */
    const double off = 0.01 + (1 / sin(75 * M_PI / 180) - 1) * t / 2;
    pp_mesh m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(5, 4, 0.5)), out;
    pp_vec3 *cloud = malloc(ROOM * sizeof *cloud);
    pp_shell_report r;
    size_t nlooked = 0;

    ck_assert_ptr_nonnull(cloud);
    pp_shape_rotate(&m, 0.3, 0.5, 0.7);
    out = grow(&m, t, false, &r);
    const size_t step = out.ntri / (size_t)pp_test_rounds(300);

    for (size_t i = 0; i < out.ntri; i += step) {
        const pp_vec3 a = out.vert[out.tri[i][0]],
                      b = out.vert[out.tri[i][1]],
                      c = out.vert[out.tri[i][2]];
        const pp_vec3 p = pp_scale(pp_add(a, pp_add(b, c)), 1.0 / 3);
        const pp_vec3 normal =
            pp_unit(pp_cross(pp_sub(b, a), pp_sub(c, a)));
        const size_t n = cloud_near(&out, p, 1.1 * t, t / 20, cloud, ROOM);

        const pp_vec3 inward = pp_scale(normal, -1);

        ck_assert_double_ge(
            2 * fmax(roomiest(cloud, n, p, inward, t / 2, 0),
                     roomiest(cloud, n, p, inward, t / 2, off)), t - slack);
        nlooked++;
    }
    ck_assert_uint_ge(nlooked, 50);
    free(cloud);
    pp_shell_report_free(&r);
    pp_mesh_free(&m);
    pp_mesh_free(&out);
}
END_TEST

START_TEST(a_thick_body_comes_back_as_it_was)
{
    pp_mesh m = pp_shape_sphere(pp_vec(5, 6, 7), 5, 4), out;
    pp_shell_report r;

    out = grow(&m, 1.5, false, &r);
    ck_assert_int_eq(r.how, PP_SHELL_UNCHANGED);
    ck_assert_uint_eq(out.nvert, m.nvert);
    for (size_t v = 0; v < m.nvert; v++)
        ck_assert(pp_distance(out.vert[v], m.vert[v]) == 0);
    pp_shell_report_free(&r);
    pp_mesh_free(&m);
    pp_mesh_free(&out);
}
END_TEST

START_TEST(what_is_thick_stays_facet_by_facet_beside_what_grows)
{
    pp_mesh m = pp_shape_sphere(pp_vec(30, 0, 0), 5, 4), out;
    const size_t thick = m.ntri;
    pp_shell_report r;

    pp_shape_add(&m, slab(0.5));
    out = grow(&m, 1.0, false, &r);
    must_be_clean(&out);
    ck_assert_int_eq(r.how, PP_SHELL_LOCAL);
    ck_assert_uint_ge(r.nkept, thick);
    ck_assert(r.max_change_elsewhere_mm == 0);
    ck_assert(r.max_growth_mm > 0.2 && r.max_growth_mm < 0.6);
    ck_assert(!pp_shell_joined(&r));
    pp_shell_report_free(&r);
    pp_mesh_free(&m);
    pp_mesh_free(&out);
}
END_TEST

START_TEST(a_gap_that_growing_closes_is_told)
{
    pp_mesh m = slab(0.6), other = slab(0.6), out;
    pp_shell_report r;

    pp_shape_move(&other, pp_vec(0, 0, 0.7)); /* a gap of 0.1 mm */
    pp_shape_add(&m, other);
    out = grow(&m, 1.0, false, &r);
    ck_assert(pp_shell_joined(&r));
    ck_assert_uint_eq(r.nshell[0], 2);
    ck_assert_uint_eq(r.nshell[1], 1);
    pp_shell_report_free(&r);
    pp_mesh_free(&m);
    pp_mesh_free(&out);
}
END_TEST

START_TEST(a_hollow_ball_gets_the_volume_of_its_formula)
{
    const double outer = 10, wall = 0.6, t = 1.0;
    pp_mesh m = pp_shape_sphere(pp_vec(0, 0, 0), outer, 5), out;
    pp_mesh inner = pp_shape_sphere(pp_vec(0, 0, 0), outer - wall, 5);
    pp_shell_report r;
    double added;

    pp_shape_flip(&inner);
    pp_shape_add(&m, inner);
    out = grow(&m, t, false, &r);
    must_be_clean(&out);
    must_be_thick(&out, t);
    ck_assert(!pp_shell_joined(&r));
    added = 4 / 3.0 * M_PI *
            (pow(outer - wall / 2 + t / 2, 3) -
             pow(outer - wall / 2 - t / 2, 3) - pow(outer, 3) +
             pow(outer - wall, 3));
    ck_near((r.volume_after_mm3 - r.volume_before_mm3) / added, 1, 0.05);
    pp_shell_report_free(&r);
    pp_mesh_free(&m);
    pp_mesh_free(&out);
}
END_TEST

/* The same mesh, its vertices in the opposite order. */
static pp_mesh
renumbered(const pp_mesh *m)
{
    pp_mesh r;
    pp_error err = { 0 };

    ck_ok(pp_mesh_copy(m, &r, &err), err);
    for (size_t v = 0; v < m->nvert; v++)
        r.vert[v] = m->vert[m->nvert - 1 - v];
    for (size_t t = 0; t < m->ntri; t++)
        for (int k = 0; k < 3; k++)
            r.tri[t][k] = (uint32_t)m->nvert - 1 - m->tri[t][k];
    return r;
}

START_TEST(walls_of_the_file_are_those_measured_last_only_where_it_is_the_same)
{
    const pp_shell_options o = { .min_mm = 1.0 };
    pp_mesh m = slab(0.6), other = slab(0.7), out, same;
    pp_shell_report r;
    pp_walls a, b;
    pp_error err = { 0 };

    out = grow(&m, 1.0, false, &r);
    same = renumbered(&out);
    ck_ok(pp_shell_walls_stored(&out, &same, &o, &r, &a, &err), err);
    ck_ok(pp_walls_measure(&same, &o, 1.0, &b, &err), err);
    ck_assert_uint_eq(a.nmap, same.nvert);
    ck_near(a.summary.min_mm, b.summary.min_mm, PP_TOUCH_MM);
    for (size_t v = 0; v < same.nvert; v++)
        ck_near(a.map_mm[v], b.map_mm[v], PP_TOUCH_MM);
    pp_walls_free(&a);
    /* a file of something else is not what was measured */
    ck_ok(pp_shell_walls_stored(&out, &other, &o, &r, &a, &err), err);
    ck_near(a.summary.min_mm, 0.7, 2 * PP_TOUCH_MM);
    /* nor is one with a corner elsewhere */
    for (size_t v = 0; v < same.nvert; v++)
        same.vert[v].z *= 0.9;
    pp_walls_free(&b);
    ck_ok(pp_shell_walls_stored(&out, &same, &o, &r, &b, &err), err);
    ck_assert(b.summary.min_mm < 0.95);
    pp_walls_free(&a);
    pp_walls_free(&b);
    pp_shell_report_free(&r);
    pp_mesh_free(&m);
    pp_mesh_free(&other);
    pp_mesh_free(&out);
    pp_mesh_free(&same);
}
END_TEST

START_TEST(an_open_mesh_is_refused)
{
    const pp_shell_options o = { .min_mm = 1 };
    pp_mesh m = slab(0.6), out;
    pp_shell_report r;
    pp_error err = { 0 };

    m.ntri--;
    ck_assert_int_eq(pp_shell_grow(&m, &o, &out, &r, &err), PP_EGEOM);
    ck_assert_uint_eq(out.ntri, 0);
    pp_mesh_free(&m);
}
END_TEST

PP_TESTS("shell/grow", a_thin_slab_is_as_thick_as_wanted_afterwards,
         a_search_in_all_directions_finds_no_thinner_wall,
         a_thick_body_comes_back_as_it_was,
         what_is_thick_stays_facet_by_facet_beside_what_grows,
         a_gap_that_growing_closes_is_told,
         a_hollow_ball_gets_the_volume_of_its_formula,
         walls_of_the_file_are_those_measured_last_only_where_it_is_the_same,
         an_open_mesh_is_refused)
