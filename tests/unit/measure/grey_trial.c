/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The grey caliper under scanners drawn at random (samples/gauge_trial.h). With
 * LONG=1 a thousand trials a class are held against the limits themselves;
 * else fewer against what chance leaves of them.
 */
#include "gauge_trial.h"
#include "measure/grey.h"
#include "test.h"

#include <math.h>
#include <stdlib.h>

#define MOST 1000

typedef struct {
    int n, held, near;
    double bias, sd, width; /* median of the interval's */
    double worst;
} outcome;

static int
by_value(const void *a, const void *b)
{
    const double *x = a, *y = b;

    return *x < *y ? -1 : *x > *y;
}

/* Trials of sizes between low and high widths of the blur. */
static outcome
run(pp_trial_shape shape, double low, double high, double noise, int trials,
    uint64_t first)
{
    static double width[MOST];
    outcome o = { 0 };
    double sum = 0, squares = 0;
    int none = 0;

    for (int n = 0; n < trials; n++) {
        const double part = (n + 0.5) / trials;
        pp_grey_report levels = { 0 };
        pp_caliper c = { 0 };
        pp_grey_caliper q;
        pp_trial t;
        pp_error err = { 0 };

        ck_ok(pp_trial_make(&t, shape, low + part * (high - low), noise,
                            first + (uint64_t)n, &err), err);
        levels.inside = t.contrast_hu;
        levels.noise = noise * t.noise_hu;
        c.end[0] = t.end[0];
        c.end[1] = t.end[1];
        ck_ok(pp_measure_grey_caliper(&t.image, t.slice_mm, &levels, &c, &q,
                                      &err), err);
        /* under the thickest slices one in a thousand finds no edges */
        if (q.how == PP_GREY_NONE) {
            ck_assert_int_lt(++none, 1 + (trials + 199) / 200);
            pp_trial_free(&t);
            continue;
        }
        const double off = q.mm - t.truth_mm;

        sum += off;
        squares += off * off;
        o.worst = fmax(o.worst, fabs(off));
        o.held += fabs(off) <= q.uncertainty_mm;
        o.near += fabs(off) <= 0.1;
        width[o.n++] = 2 * q.uncertainty_mm;
        pp_trial_free(&t);
    }
    qsort(width, (size_t)o.n, sizeof *width, by_value);
    o.width = width[o.n / 2];
    o.bias = sum / o.n;
    o.sd = sqrt((squares - sum * sum / o.n) / (o.n - 1));
    return o;
}

/* Probability that k or fewer of n hold when each does with probability p. */
static double
binomial_below(int k, int n, double p)
{
    double term = pow(1 - p, n), sum = term;

    for (int i = 1; i <= k; i++) {
        term *= (double)(n - i + 1) / i * p / (1 - p);
        sum += term;
    }
    return sum;
}

START_TEST(without_noise_a_caliper_is_true_to_a_fiftieth_of_a_millimetre)
{
    for (int shape = 0; shape < PP_NTRIAL_SHAPE; shape++) {
        const outcome o = run((pp_trial_shape)shape, 3, 6, 0,
                              pp_test_rounds(10), 5000);

        ck_assert_msg(o.worst < 0.02, "shape %d: %g mm off", shape, o.worst);
    }
}
END_TEST

START_TEST(the_stated_interval_covers_the_truth_as_often_as_it_says)
{
    const bool all = getenv("LONG") != NULL;
    const int trials = all ? MOST : pp_test_rounds(30);

    for (int shape = 0; shape < PP_NTRIAL_SHAPE; shape++)
        for (int low = 3; low < 6; low += all ? 1 : 3) {
            const outcome o = run((pp_trial_shape)shape, low,
                                  all ? low + 1 : 6, 1, trials,
                                  (uint64_t)(100000 * low));

            /* of a thousand the limits hold; of few, what chance allows in
             * all but one of ten thousand builds */
            if (all)
                ck_assert_msg(o.held >= 0.93 * o.n && o.held <= 0.98 * o.n,
                              "shape %d, %d widths: %d of %d held", shape, low,
                              o.held, o.n);
            else
                ck_assert_msg(binomial_below(o.held, o.n, 0.93) > 1e-4,
                              "shape %d: %d of %d held", shape, o.held, o.n);
            ck_assert(o.width <= (all ? 4.5 : 7) * o.sd);
            ck_assert_msg(fabs(o.bias) < (all ? 0.1 : 0.1 + o.sd),
                          "shape %d: bias %g mm", shape, o.bias);
            ck_assert(o.near >= (all ? 0.9 : 0.7) * o.n);
        }
}
END_TEST

PP_TESTS("measure/grey_trial",
         without_noise_a_caliper_is_true_to_a_fiftieth_of_a_millimetre,
         the_stated_interval_covers_the_truth_as_often_as_it_says)
