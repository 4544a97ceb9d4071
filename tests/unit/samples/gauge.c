/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gauge.c - calipers lie on their bodies, and a quiet scan lets one measure
 * them where physics says so
 */
#include "gauge.h"

#include "base/alloc.h"
#include "test.h"
#include "voxel/grid.h"

#include <math.h>

static pp_gauge gauge;

START_TEST(calipers_end_on_the_surface_and_measure_the_size)
{
    for (uint64_t seed = 0; seed < 20; seed++) {
        const pp_gauge_options o = { .seed = seed };

        pp_gauge_set(&gauge, &o);
        for (size_t n = 0; n < PP_GAUGE_BODIES; n++) {
            const pp_body *b = &gauge.body[n];
            const double size = pp_gauge_size_mm[n % PP_GAUGE_SIZES];

            ck_near(b->signed_mm(b->shape, gauge.from[n]), 0, 1e-9);
            ck_near(b->signed_mm(b->shape, gauge.to[n]), 0, 1e-9);
            /* inside between the ends */
            ck_assert(b->signed_mm(b->shape, pp_scale(
                pp_add(gauge.from[n], gauge.to[n]), 0.5)) < 0);
            ck_near(pp_distance(gauge.from[n], gauge.to[n]),
                    n / PP_GAUGE_SIZES == 3 ? size / 2 : size, 1e-9);
        }
    }
}
END_TEST

START_TEST(bodies_stand_apart_and_inside_the_image)
{
    const pp_gauge_options o = { .voxel_mm = 1, .slice_mm = 1 };
    const size_t *dim = gauge.scan.dim;
    pp_error err = { 0 };
    float *owner;

    pp_gauge_set(&gauge, &o);
    owner = pp_alloc_zero(dim[0] * dim[1] * dim[2], sizeof *owner);
    for (size_t n = 0; n < PP_GAUGE_BODIES; n++) {
        float *share;
        double sum = 0;

        ck_ok(pp_scan_share(&gauge.scan, &gauge.body[n], 1, &share, &err),
              err);
        for (size_t v = 0; v < dim[0] * dim[1] * dim[2]; v++) {
            const size_t i = v % dim[0], j = v / dim[0] % dim[1],
                         k = v / dim[0] / dim[1];

            if (share[v] == 0)
                continue;
            sum += share[v];
            ck_assert_msg(owner[v] == 0, "bodies %d and %zu meet",
                          (int)owner[v] - 1, n);
            ck_assert_msg(i > 3 && i + 4 < dim[0] && j > 3 &&
                              j + 4 < dim[1] && k > 3 && k + 4 < dim[2],
                          "body %zu reaches the border", n);
            owner[v] = (float)n + 1;
        }
        ck_assert_msg(sum > 0.2, "body %zu is not in the image", n);
        pp_free(share);
    }
    pp_free(owner);
}
END_TEST

static double
trilinear(const pp_grid *g, const double inverse[3][4], pp_vec3 p)
{
    double sum = 0, at[3];
    size_t low[3];

    for (int row = 0; row < 3; row++) {
        const double x = inverse[row][0] * p.x + inverse[row][1] * p.y +
                         inverse[row][2] * p.z + inverse[row][3];

        low[row] = (size_t)floor(x);
        at[row] = x - floor(x);
    }
    for (int c = 0; c < 8; c++) {
        const size_t n = ((low[2] + (c >> 2 & 1)) * g->dim[1] + low[1] +
                          (c >> 1 & 1)) * g->dim[0] + low[0] + (c & 1);

        sum += (c & 1 ? at[0] : 1 - at[0]) * (c & 2 ? at[1] : 1 - at[1]) *
               (c & 4 ? at[2] : 1 - at[2]) * pp_grid_value(g, n);
    }
    return sum;
}

/* Where the profile from an inside point outward falls to half. */
static double
half_width(const pp_grid *g, const double inverse[3][4], pp_vec3 mid,
           pp_vec3 toward, double half_hu)
{
    for (double s = 0; s < 8; s += 0.005)
        if (trilinear(g, inverse, pp_madd(mid, s, toward)) < half_hu)
            return s;
    return 99;
}

/*
 * What half-maximum adds to a size. A blur of variance v moves the crossing at
 * an edge towards the centre of curvature by v times the mean curvature (first
 * order: the blur is a short step of diffusion). Of a tube's wall both edges
 * move inward.
 */
static double
bias_of(size_t n, double size, double v)
{
    switch (n / PP_GAUGE_SIZES) {
    case 0:
        return -2 * v / (size / 2);
    case 1:
        return -v / (size / 2);
    case 3:
        return v / 2 * (1 / 2.0 - 1 / (2 + size));
    default:
        return 0;
    }
}

START_TEST(half_maximum_measures_size_and_the_bias_of_curvature)
{
    const pp_gauge_options o = { .fwhm_mm = 0.6, .slice_mm = 0.5,
                                 .noise_hu = -1, .seed = 4 };
    /* point spread, slice profile along one axis of three, interpolation */
    const double spread = 0.6 / 2.3548;
    const double v = spread * spread + 0.25 / 12 / 3 + 0.25 / 6;
    pp_error err = { 0 };
    double inverse[3][4];
    pp_grid image;
    int measurable = 0;

    pp_gauge_set(&gauge, &o);
    ck_ok(pp_scan_image(&gauge.scan, gauge.body, PP_GAUGE_BODIES, &image,
                        &err), err);
    ck_ok(pp_grid_inverse(&image, inverse, &err), err);
    for (size_t n = 0; n < PP_GAUGE_BODIES; n++) {
        const double size = pp_distance(gauge.from[n], gauge.to[n]);
        const pp_vec3 along = pp_unit(pp_sub(gauge.to[n], gauge.from[n]));
        const pp_vec3 mid = pp_scale(pp_add(gauge.from[n], gauge.to[n]), 0.5);
        double measured;

        /* first order needs edges far apart, and radii far above the blur */
        if (size < (n / PP_GAUGE_SIZES < 2 ? 2.5 : 1.3))
            continue;
        measurable++;
        measured = half_width(&image, (const double (*)[4])inverse, mid,
                              along, 500) +
                   half_width(&image, (const double (*)[4])inverse, mid,
                              pp_scale(along, -1), 500);
        ck_assert_msg(fabs(measured - size - bias_of(n, size, v)) < 0.1,
                      "%s of %g mm measures %g mm",
                      pp_gauge_row[n / PP_GAUGE_SIZES], size, measured);
    }
    ck_assert_int_ge(measurable, 12);
    pp_free(image.voxel);
}
END_TEST

/* The law behind the caliper's warning: thin walls keep their integral. */
START_TEST(a_thin_plate_loses_its_height_and_keeps_its_integral)
{
    const pp_gauge_options o = { .fwhm_mm = 1.5, .slice_mm = 0.5,
                                 .noise_hu = -1 };
    const size_t thin = 2 * PP_GAUGE_SIZES; /* the plate of 0.8 mm */
    pp_error err = { 0 };
    double inverse[3][4], sum = 0, peak = 0;
    pp_grid image;
    pp_vec3 mid, along;

    pp_gauge_set(&gauge, &o);
    ck_ok(pp_scan_image(&gauge.scan, gauge.body, PP_GAUGE_BODIES, &image,
                        &err), err);
    ck_ok(pp_grid_inverse(&image, inverse, &err), err);
    mid = pp_scale(pp_add(gauge.from[thin], gauge.to[thin]), 0.5);
    along = pp_unit(pp_sub(gauge.to[thin], gauge.from[thin]));
    for (double s = -4; s <= 4; s += 0.01) {
        const double hu = trilinear(&image, (const double (*)[4])inverse,
                                    pp_madd(mid, s, along));

        sum += 0.01 * hu;
        peak = fmax(peak, hu);
    }
    /* erf(0.4 / (sqrt(2) sd)) of the contrast, sd = 1.5 / 2.355 mm; the
     * finite slice and the interpolation blur a little further */
    ck_assert_msg(peak < 500 && peak > 430, "peak of %g HU", peak);
    ck_near(sum / 1000, 0.8, 0.015);
    pp_free(image.voxel);
}
END_TEST

PP_TESTS("samples/gauge", calipers_end_on_the_surface_and_measure_the_size,
         bodies_stand_apart_and_inside_the_image,
         half_maximum_measures_size_and_the_bias_of_curvature,
         a_thin_plate_loses_its_height_and_keeps_its_integral)
