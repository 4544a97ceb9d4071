/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * grey.c - what the grey caliper is worth: trials under scanners at random
 *
 *     grey [TRIALS=1000 [FROM=0.5 [PICTURE.png]]]
 *
 * For each shape and size class (in widths of the blur): the mean error, its
 * standard deviation, the share within 0.1 mm, the share that the stated 95 %
 * interval covers, and its median width in standard deviations; of sizes from
 * so many widths on. The bias is drawn into the picture.
 */
#include "gauge_trial.h"

#include "base/alloc.h"
#include "base/file.h"
#include "measure/grey.h"
#include "render/render.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NCLASS 7
#define MOST_TRIALS 10000

static const double class_low[NCLASS + 1] = { 0.5, 1, 1.5, 2, 3, 4, 5, 6 };
static const char *const shape_name[PP_NTRIAL_SHAPE] = { "ball", "rod",
                                                         "plate", "tube" };

typedef struct {
    int n, none, held, near;
    double bias, sd, width;
} outcome;

static int
by_value(const void *a, const void *b)
{
    const double *x = a, *y = b;

    return *x < *y ? -1 : *x > *y;
}

static bool
run_trial(pp_trial *t, pp_trial_shape shape, double widths, uint64_t number,
          pp_grey_caliper *q)
{
    pp_grey_report levels = { 0 };
    pp_caliper c = { 0 };
    pp_error err = { 0 };

    if (pp_trial_make(t, shape, widths, 1, number, &err) != PP_OK)
        goto done;
    levels.inside = t->contrast_hu;
    levels.noise = t->noise_hu;
    c.end[0] = t->end[0];
    c.end[1] = t->end[1];
    (void)!pp_measure_grey_caliper(&t->image, t->slice_mm, &levels, &c, q,
                                   &err);
done:
    pp_free(t->image.voxel);
    t->image.voxel = NULL;
    if (err.status != PP_OK) {
        fprintf(stderr, "grey: %s\n", err.message);
        exit(2);
    }
    return q->how != PP_GREY_NONE;
}

static outcome
run_class(pp_trial_shape shape, int class, int trials)
{
    static double width[MOST_TRIALS];
    outcome o = { 0 };
    double sum = 0, squares = 0;

    for (int n = 0; n < trials; n++) {
        static pp_trial t;
        pp_grey_caliper q;
        const double part = (n + 0.5) / trials;
        const double widths = class_low[class] +
            part * (class_low[class + 1] - class_low[class]);
        const uint64_t number = (uint64_t)(class * MOST_TRIALS + n);

        if (!run_trial(&t, shape, widths, number, &q)) {
            o.none++;
            continue;
        }
        const double off = q.mm - t.truth_mm;

        width[o.n++] = 2 * q.uncertainty_mm;
        sum += off;
        squares += off * off;
        o.held += fabs(off) <= q.uncertainty_mm;
        o.near += fabs(off) <= 0.1;
    }
    if (o.n > 1) {
        qsort(width, (size_t)o.n, sizeof *width, by_value);
        o.bias = sum / o.n;
        o.sd = sqrt((squares - sum * sum / o.n) / (o.n - 1));
        o.width = width[o.n / 2];
    }
    return o;
}

/* Bias over size, with the standard deviation as bars. */
static pp_status
draw(const char *path, outcome o[PP_NTRIAL_SHAPE][NCLASS], pp_error *err)
{
    static double x[NCLASS], y[PP_NTRIAL_SHAPE][NCLASS],
        spread[PP_NTRIAL_SHAPE][NCLASS];
    static const pp_plot_mark mark[] = { { 1, "integral below" },
                                         { 3, "0.1 mm above" } };
    pp_curve curve[PP_NTRIAL_SHAPE];
    const pp_curves_options options = {
        .title = "Error of the grey caliper",
        .caption = "mean and standard deviation; scanners at random: point "
                   "spread 0.5 to 1.5 mm, slices 0.5 to 5 mm",
        .x_name = "size, widths of the blur (full, at half)",
        .y_name = "measured - true, mm",
        .low = { 0, -0.8 }, .high = { 6, 0.8 },
        .mark = mark, .nmark = 2,
    };
    pp_bytes png = { 0 };

    for (int s = 0; s < PP_NTRIAL_SHAPE; s++) {
        for (int c = 0; c < NCLASS; c++) {
            x[c] = (class_low[c] + class_low[c + 1]) / 2;
            y[s][c] = o[s][c].n > 1 ? o[s][c].bias : NAN;
            spread[s][c] = o[s][c].sd;
        }
        curve[s] = (pp_curve){ shape_name[s], x, y[s], spread[s], NCLASS };
    }
    if (pp_render_curves(curve, PP_NTRIAL_SHAPE, &options, &png, err) ==
        PP_OK)
        (void)!pp_file_write(path, png.data, png.size, err);
    pp_bytes_free(&png);
    return err->status;
}

int
main(int argc, char **argv)
{
    const int trials = argc > 1 ? atoi(argv[1]) : 1000;
    const double from = argc > 2 ? atof(argv[2]) : 0;
    static outcome all[PP_NTRIAL_SHAPE][NCLASS];
    pp_error err = { 0 };

    if (trials < 2 || trials > MOST_TRIALS)
        return 2;
    printf("shape  widths     n none     bias       sd  <=0.1mm covered "
           "width/sd\n");
    for (int s = 0; s < PP_NTRIAL_SHAPE; s++)
        for (int c = 0; c < NCLASS; c++) {
            if (class_low[c] < from)
                continue;
            const outcome o = run_class((pp_trial_shape)s, c, trials);
            const double n = o.n > 0 ? o.n : 1;

            all[s][c] = o;
            printf("%-5s %3.1f-%3.1f %5d %4d %+8.4f %8.4f  %6.1f%% %6.1f%% "
                   "%8.2f\n", shape_name[s], class_low[c], class_low[c + 1],
                   o.n, o.none, o.bias, o.sd, 100 * o.near / n,
                   100 * o.held / n, o.sd > 0 ? o.width / o.sd : 0);
            fflush(stdout);
        }
    if (argc > 3 && draw(argv[3], all, &err) != PP_OK) {
        fprintf(stderr, "grey: %s\n", err.message);
        return 2;
    }
    return 0;
}
