/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Images are blurred bodies in closed form, read out on an oblique lattice of
 * unlike spacings: a box through a Gaussian is a product of differences of
 * error functions, a ball has a formula of its own.
 */
#include "base/alloc.h"
#include "measure/report.h"
#include "shapes.h"
#include "test.h"

#include <math.h>
#include <string.h>

typedef struct {
    pp_vec3 low, high;
} solid;

typedef struct {
    const solid *box;
    int nbox;
    double radius; /* a ball at the origin, when > 0 */
    double sigma, contrast, noise;
} scene;

static double
step_between(double x, double low, double high, double sigma)
{
    return (erf((x - low) / (sigma * sqrt(2))) -
            erf((x - high) / (sigma * sqrt(2)))) / 2;
}

static double
blurred_ball(double r, double radius, double s)
{
    const double q = sqrt(2 / M_PI);

    if (r < 1e-6)
        r = 1e-6;
    return (erf((radius - r) / (s * sqrt(2))) +
            erf((radius + r) / (s * sqrt(2)))) / 2 -
           q * s / (2 * r) * (exp(-(radius - r) * (radius - r) / (2 * s * s)) -
                              exp(-(radius + r) * (radius + r) / (2 * s * s)));
}

static double
gauss(pp_random *r)
{
    double sum = -6;

    for (int n = 0; n < 12; n++)
        sum += pp_random_unit(r);
    return sum;
}

/* A grid around the origin, turned, with voxels of 0.6 x 0.7 x 1.1 mm. */
static pp_grid
image_of(const scene *s, const double half[3], pp_random *r)
{
    static const double turn[3][3] = { { 0.36, 0.48, -0.8 },
                                       { -0.8, 0.6, 0 },
                                       { 0.48, 0.64, 0.6 } };
    static const double h[3] = { 0.6, 0.7, 1.1 };
    pp_grid g = { 0 };
    size_t dim[3];
    pp_error err = { 0 };

    for (int a = 0; a < 3; a++) {
        double need = 0;

        for (int b = 0; b < 3; b++)
            need += fabs(turn[b][a]) * half[b];
        dim[a] = (size_t)(2 * need / h[a]) + 2;
    }
    ck_ok(pp_grid_alloc(&g, dim, PP_VOXEL_F32, &err), err);
    g.slope = 1;
    for (int b = 0; b < 3; b++) {
        g.to_lps[b][3] = 0;
        for (int a = 0; a < 3; a++) {
            g.to_lps[b][a] = turn[b][a] * h[a];
            g.to_lps[b][3] -= g.to_lps[b][a] * ((double)dim[a] - 1) / 2;
        }
    }
    for (size_t k = 0, n = 0; k < dim[2]; k++)
        for (size_t j = 0; j < dim[1]; j++)
            for (size_t i = 0; i < dim[0]; i++, n++) {
                const pp_vec3 p = pp_grid_position(&g, (double)i, (double)j,
                                                   (double)k);
                double v = s->radius > 0 ? blurred_ball(pp_norm(p), s->radius,
                                                        s->sigma)
                                         : 0;

                for (int b = 0; b < s->nbox; b++)
                    v += step_between(p.x, s->box[b].low.x, s->box[b].high.x,
                                      s->sigma) *
                         step_between(p.y, s->box[b].low.y, s->box[b].high.y,
                                      s->sigma) *
                         step_between(p.z, s->box[b].low.z, s->box[b].high.z,
                                      s->sigma);
                ((float *)g.voxel)[n] =
                    (float)(40 + s->contrast * v + s->noise * gauss(r));
            }
    return g;
}

START_TEST(a_ball_too_large_lies_outside_its_edge)
{
    const scene s = { NULL, 0, 12, 0.6, 1000, 20 };
    const double half[3] = { 20, 20, 20 };
    pp_random r = { 1 };
    pp_grid g = image_of(&s, half, &r);

    for (int i = -1; i <= 1; i++) {
        const double off = 0.4 * i;
        pp_mesh m = pp_shape_sphere(pp_vec(0, 0, 0), 12 + off, 5);
        pp_grey_report q;
        pp_error err = { 0 };

        ck_ok(pp_measure_grey(&m, &g, 0.6, NULL, &q, &err), err);
        ck_near(q.inside, 1040, 15);
        ck_near(q.outside, 40, 10);
        ck_assert(q.supported > 0.99);
        ck_assert(q.thin == 0);
        /* the formula's own bias is sigma^2 / R = 0.03 mm */
        ck_near(q.half.mean_mm, off, 0.06);
        ck_near(q.gradient.mean_mm, off, 0.1);
        ck_assert(q.uncertainty_mm > 0.005 && q.uncertainty_mm < 0.1);
        ck_near(q.u_curvature_mm,
                q.blur_mm * q.blur_mm / ((12 + off) * sqrt(12)), 1e-3);
        ck_near(q.bias_mm, off, 0.02); /* without the formula's own bias */
        ck_assert(q.blur_mm > 0.5 && q.blur_mm < 1); /* and the lattice's */
        if (i == 0)
            ck_assert(pp_grey_judge(&q, 0.3) == PP_VERDICT_PASS);
        else
            ck_assert(pp_grey_judge(&q, 0.25) == PP_VERDICT_FAIL);
        ck_assert(pp_grey_judge(&q, fabs(q.bias_mm)) ==
                  PP_VERDICT_INDETERMINATE);
        pp_mesh_free(&m);
    }
    pp_grid_free(&g);
}
END_TEST

/* What is said of a thin wall and a thick block, as they are. */
static pp_grey_report
measure_pair(const solid both[2], double sigma, double half_mm,
             unsigned long long seed)
{
    const scene s = { both, 2, 0, sigma, 1100, 10 };
    const double half[3] = { half_mm, half_mm, half_mm };
    pp_random r = { seed };
    pp_grid g = image_of(&s, half, &r);
    pp_mesh m = pp_shape_box(both[0].low, both[0].high);
    pp_grey_report q;
    pp_error err = { 0 };

    pp_shape_add(&m, pp_shape_box(both[1].low, both[1].high));
    ck_ok(pp_measure_grey(&m, &g, 0.5, NULL, &q, &err), err);
    pp_mesh_free(&m);
    pp_grid_free(&g);
    return q;
}

START_TEST(a_wall_of_two_millimetres_is_not_read_across)
{
    const solid both[2] = { { { -15, -15, -1 }, { 15, 15, 1 } },
                            { { -15, -15, 6 }, { 15, 15, 14 } } };
    const pp_grey_report q = measure_pair(both, 0.5, 20, 2);

    ck_assert(q.supported > 0.95);
    ck_near(q.half.mean_mm, 0, 0.06);
    ck_assert(q.half.p95_mm < 0.4); /* the rims are rounded by the blur */
}
END_TEST

START_TEST(a_wall_below_the_blur_is_told_by_its_integral)
{
    const solid both[2] = { { { -15, -15, -0.4 }, { 15, 15, 0.4 } },
                            { { -15, -15, 8 }, { 15, 15, 18 } } };
    const pp_grey_report q = measure_pair(both, 0.6, 24, 3);

    ck_assert(q.thin > 0.3);
    ck_assert(q.supported < 0.95);
    ck_near(q.thin_mesh_mm, 0.8, 0.02);
    ck_near(q.thin_grey_mm, 0.8, 0.08);
    ck_assert(pp_grey_judge(&q, 1) == PP_VERDICT_INDETERMINATE);
}
END_TEST

START_TEST(touching_structures_leave_no_edge)
{
    const solid body = { { -10, -10, -10 }, { 10, 10, 10 } };
    const solid neighbour = { { 10, -10, -10 }, { 18, 10, 10 } };
    const solid both[2] = { body, neighbour };
    const scene s = { both, 2, 0, 0.6, 500, 10 };
    const double half[3] = { 24, 18, 18 };
    pp_random r = { 4 };
    pp_grid g = image_of(&s, half, &r);
    pp_mesh m = pp_shape_box(body.low, body.high);
    pp_grey_report q;
    pp_error err = { 0 };

    ck_ok(pp_measure_grey(&m, &g, 0.7, NULL, &q, &err), err);
    ck_near(q.supported, 5.0 / 6, 0.05);
    ck_assert(pp_grey_judge(&q, 2) == PP_VERDICT_INDETERMINATE);
    pp_mesh_free(&m);
    pp_grid_free(&g);
}
END_TEST

START_TEST(a_mesh_outside_the_image_is_refused)
{
    const scene s = { NULL, 0, 5, 0.6, 500, 0 };
    const double half[3] = { 10, 10, 10 };
    pp_random r = { 5 };
    pp_grid g = image_of(&s, half, &r);
    pp_mesh m = pp_shape_sphere(pp_vec(500, 0, 0), 5, 2), none = { 0 };
    pp_grey_report q;
    pp_error err = { 0 };

    ck_assert_int_eq(pp_measure_grey(&m, &g, 1, NULL, &q, &err), PP_EGEOM);
    err = (pp_error){ 0 };
    ck_assert_int_eq(pp_measure_grey(&none, &g, 1, NULL, &q, &err), PP_EGEOM);
    pp_mesh_free(&m);
    pp_grid_free(&g);
}
END_TEST

/* Plates of random thickness; the mesh has no part in it. */
START_TEST(grey_calipers_hold_their_interval)
{
    pp_random r = { 6 };
    /* between voxels less noise is left: the weights' squares, averaged */
    const double interpolated = sqrt(8.0 / 27);
    int held = 0, trials = 0;
    double sum2 = 0, width = 0;

    for (int n = 0; n < pp_test_rounds(150); n++) {
        const double sigma = 0.5 + 0.5 * pp_random_unit(&r);
        const double t = sigma * (3 + 5 * pp_random_unit(&r));
        const double place = pp_random_unit(&r);
        const solid plate = { { -30, -30, place - t / 2 },
                              { 30, 30, place + t / 2 } };
        const scene s = { &plate, 1, 0, sigma, 1000, 20 };
        const double half[3] = { 4, 4, t / 2 + 8 };
        pp_grid g = image_of(&s, half, &r);
        pp_grey_report levels = { .inside = 1040, .outside = 40,
                                  .noise = interpolated * 20,
                                  .blur_mm = sigma };
        pp_caliper c = { .end = { { 0.3, 0.2, place - t / 2 - 0.2 },
                                  { 0.3, 0.2, place + t / 2 + 0.3 } } };
        pp_grey_caliper q;
        pp_error err = { 0 };

        ck_ok(pp_measure_grey_caliper(&g, 0, &levels, &c, &q, &err), err);
        ck_assert(q.how != PP_GREY_NONE);
        ck_near(q.mm, t, 0.25);
        sum2 += (q.mm - t) * (q.mm - t);
        held += fabs(q.mm - t) <= q.uncertainty_mm;
        width += 2 * q.uncertainty_mm;
        trials++;
        pp_grid_free(&g);
    }
    ck_assert_msg(held >= 0.93 * trials, "%d of %d; rms %g", held, trials,
                  sqrt(sum2 / trials));
    ck_assert(sqrt(sum2 / trials) < 0.1);
    /* this noise is white; the caliper takes it to have passed the blur, as a
     * scanner's has, and states more than it need */
    ck_assert(width / trials <= 8 * sqrt(sum2 / trials));
}
END_TEST

START_TEST(a_gap_is_measured_like_a_wall)
{
    const solid two[2] = { { { -9, -9, -9 }, { 9, 9, -2 } },
                           { { -9, -9, 2 }, { 9, 9, 9 } } };
    const scene s = { two, 2, 0, 0.6, 1000, 5 };
    const double half[3] = { 6, 6, 8.5 };
    pp_random r = { 7 };
    pp_grid g = image_of(&s, half, &r);
    pp_grey_report levels = { .inside = 1040, .outside = 40, .noise = 5,
                              .blur_mm = 0.6 };
    pp_caliper c = { .end = { { 0, 0, -2.2 }, { 0, 0, 1.9 } } };
    pp_grey_caliper q;
    pp_error err = { 0 };

    ck_ok(pp_measure_grey_caliper(&g, 0, &levels, &c, &q, &err), err);
    ck_assert(q.how == PP_GREY_EDGES);
    ck_near(q.mm, 4, 0.1);
    c.end[0] = pp_vec(0, 0, 5);
    c.end[1] = pp_vec(0, 0, 6); /* within the body: nothing to hold */
    ck_ok(pp_measure_grey_caliper(&g, 0, &levels, &c, &q, &err), err);
    ck_assert(q.how == PP_GREY_NONE);
    pp_grid_free(&g);
}
END_TEST

/* Vertices have what the whole has; regions share out the area. */
START_TEST(vertices_and_regions_say_where_the_mesh_is_off)
{
    const scene s = { NULL, 0, 12, 0.6, 1000, 5 };
    const double half[3] = { 20, 20, 20 };
    pp_random r = { 9 };
    pp_grid g = image_of(&s, half, &r);
    /* moved along x: 0.5 mm outside on the right, as much inside on the left */
    pp_mesh m = pp_shape_sphere(pp_vec(0.5, 0, 0), 12, 5);
    float *off = pp_alloc(m.nvert, sizeof *off);
    pp_grey_report q;
    pp_error err = { 0 };
    double area = 0, sum = 0;

    for (int coarse = 0; coarse < 2; coarse++) {
        /* the vertices themselves, or pieces of facets beside them */
        ck_ok(pp_measure_grey(&m, &g, coarse ? 0.4 : 3, off, &q, &err), err);
        area = sum = 0;
        for (size_t v = 0; v < m.nvert; v++) {
            const double x = (m.vert[v].x - 0.5) / 12;

            ck_near(off[v], 0.5 * x + 0.03, 0.12);
        }
        for (size_t n = 0; n < q.nregion; n++) {
            const pp_grey_region *p = &q.region[n];
            const double x = (p->centre.x - 0.5) / 12;

            area += p->area_mm2;
            sum += p->area_mm2 * p->half.mean_mm;
            ck_near(p->half.mean_mm, 0.5 * x + 0.03, 0.08);
            ck_assert(p->supported > 0.99);
        }
        ck_near(area, pp_measure_area(&m), 1e-6 * area);
        ck_near(sum / area, q.half.mean_mm, 1e-3);
        ck_assert(q.unread == 0);
    }
    pp_free(off);
    pp_mesh_free(&m);
    pp_grid_free(&g);
}
END_TEST

/* As the rule says, and at its borders. */
START_TEST(a_verdict_is_pass_fail_or_neither)
{
    static const struct {
        double mean, u, p95, supported;
        pp_verdict verdict;
    } known[] = {
        { 0.1, 0.1, 0.5, 1, PP_VERDICT_PASS },
        { -0.4, 0.1, 0.5, 0.95, PP_VERDICT_PASS },
        { -0.4, 0.1, 0.5, 0.949, PP_VERDICT_INDETERMINATE },
        { 0.4, 0.11, 0.5, 1, PP_VERDICT_INDETERMINATE },
        { 0.1, 0.1, 0.51, 1, PP_VERDICT_INDETERMINATE },
        { 0.7, 0.2, 0.9, 1, PP_VERDICT_INDETERMINATE },
        { -0.71, 0.2, 0.9, 1, PP_VERDICT_FAIL },
        { 0.71, 0.2, 0.9, 0.3, PP_VERDICT_FAIL },
    };

    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        pp_grey_report q = { .uncertainty_mm = known[i].u,
                             .supported = known[i].supported, .nedge = 9 };

        q.bias_mm = known[i].mean;
        q.half.p95_mm = known[i].p95;
        ck_assert_msg(pp_grey_judge(&q, 0.5) == known[i].verdict, "row %zu",
                      i);
    }
    {
        pp_caliper c = { .mesh_mm = 10 };
        pp_grey_caliper q = { .how = PP_GREY_EDGES, .uncertainty_mm = 0.2 };
        pp_measures r = { .caliper = &c, .ncaliper = 1, .grey_caliper = &q,
                          .tolerance_mm = 0.5 };

        for (int n = -12; n <= 12; n++) {
            const double off = 0.1 * n + 0.01;

            q.mm = 10 + off;
            ck_assert(pp_measures_caliper_verdict(&r, 0) ==
                      (fabs(off) < 0.3   ? PP_VERDICT_PASS
                       : fabs(off) > 0.7 ? PP_VERDICT_FAIL
                                         : PP_VERDICT_INDETERMINATE));
        }
        q.how = PP_GREY_NONE;
        ck_assert(pp_measures_caliper_verdict(&r, 0) ==
                  PP_VERDICT_INDETERMINATE);
    }
}
END_TEST

PP_TESTS("measure/grey", a_ball_too_large_lies_outside_its_edge,
         a_wall_of_two_millimetres_is_not_read_across,
         a_wall_below_the_blur_is_told_by_its_integral,
         touching_structures_leave_no_edge,
         a_mesh_outside_the_image_is_refused,
         grey_calipers_hold_their_interval, a_gap_is_measured_like_a_wall,
         vertices_and_regions_say_where_the_mesh_is_off,
         a_verdict_is_pass_fail_or_neither)
