/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gauge_scene.c - the bodies of the gauge in their rows
 */
#include "gauge.h"

#include <math.h>
#include <string.h>

const char *const pp_gauge_row[PP_GAUGE_ROWS] = { "ball", "rod", "plate",
                                                  "tube" };
const double pp_gauge_size_mm[PP_GAUGE_SIZES] = { 0.8, 1.2, 1.8, 2.7, 4,
                                                  6 };

#define PITCH_X 13.0 /* mm between neighbours of a row */
#define PITCH_Y 15.0 /* between rows */
#define LENGTH 11.0  /* of rods and tubes, edge of plates */

static const pp_vec3 middle = { -45.3, -118.9, 812.4 };

/* Fractions of a millimetre that repeat nowhere (golden section). */
static double
offset(uint64_t seed, size_t n)
{
    const double x = ((double)(seed % 1000) * 31 + (double)n) * 0.6180339887;

    return x - floor(x) - 0.5;
}

/* The middle of body n, off the lattice by up to half a millimetre. */
static pp_vec3
centre_of(uint64_t seed, size_t n)
{
    const double column = (double)(n % PP_GAUGE_SIZES) -
                          (PP_GAUGE_SIZES - 1) / 2.0;
    const double row = (double)(n / PP_GAUGE_SIZES) -
                       (PP_GAUGE_ROWS - 1) / 2.0;

    return pp_add(middle,
                  pp_vec(column * PITCH_X + offset(seed, 3 * n),
                         row * PITCH_Y + offset(seed, 3 * n + 1),
                         offset(seed, 3 * n + 2)));
}

static void
put(pp_gauge *g, size_t n, pp_body body, pp_vec3 centre, pp_vec3 across,
    double near, double far)
{
    g->body[n] = body;
    g->from[n] = pp_madd(centre, near, across);
    g->to[n] = pp_madd(centre, far, across);
}

static void
put_ball(pp_gauge *g, size_t s, double hu, uint64_t seed)
{
    const double r = pp_gauge_size_mm[s] / 2;

    g->ball[s].centre = centre_of(seed, s);
    g->ball[s].radius = r;
    put(g, s, pp_body_sphere(&g->ball[s], hu), g->ball[s].centre,
        pp_unit(pp_vec(1, 0.3, 0.2)), -r, r);
}

/* Along z, leaning; the caliper lies across it. */
static const pp_vec3 lean = { 0.22, -0.15, 1 };

static void
put_rod(pp_gauge *g, size_t s, double hu, uint64_t seed)
{
    const size_t n = PP_GAUGE_SIZES + s;
    const double r = pp_gauge_size_mm[s] / 2;
    const pp_vec3 centre = centre_of(seed, n), along = pp_unit(lean);
    const pp_vec3 across = pp_unit(pp_cross(along, pp_vec(0.4, 1, 0)));

    g->rod[s].from = pp_madd(centre, -LENGTH / 2, along);
    g->rod[s].to = pp_madd(centre, LENGTH / 2, along);
    g->rod[s].from_radius = g->rod[s].to_radius = r;
    put(g, n, pp_body_tube(&g->rod[s], hu), centre, across, -r, r);
}

static void
put_plate(pp_gauge *g, size_t s, double hu, uint64_t seed)
{
    const size_t n = 2 * PP_GAUGE_SIZES + s;
    const double half = pp_gauge_size_mm[s] / 2;
    const pp_vec3 centre = centre_of(seed, n);
    pp_block *plate = &g->plate[s];

    plate->centre = centre;
    plate->axis[0] = pp_unit(pp_vec(1, 0.35, -0.25));
    plate->axis[1] = pp_unit(pp_cross(pp_vec(0, 0, 1), plate->axis[0]));
    plate->axis[2] = pp_cross(plate->axis[0], plate->axis[1]);
    plate->half[0] = half;
    plate->half[1] = LENGTH / 2;
    plate->half[2] = LENGTH / 2;
    put(g, n, pp_body_block(plate, hu), centre, plate->axis[0], -half, half);
}

/* The wall has the size; the lumen is 4 mm wide whatever the wall. */
static void
put_pipe(pp_gauge *g, size_t s, double hu, uint64_t seed)
{
    const size_t n = 3 * PP_GAUGE_SIZES + s;
    /* half sizes: a wall of 6 mm would fill the row */
    const double wall = pp_gauge_size_mm[s] / 2;
    const pp_vec3 centre = centre_of(seed, n), along = pp_unit(lean);
    const pp_vec3 across = pp_unit(pp_cross(along, pp_vec(0, 1, 0.2)));
    const pp_tube lumen = { pp_madd(centre, -LENGTH / 2, along),
                            pp_madd(centre, LENGTH / 2, along), 2, 2 };

    g->lumen[s] = g->outer[s] = lumen;
    g->outer[s].from_radius = g->outer[s].to_radius = 2 + wall;
    g->cut[s][0].at = lumen.from;
    g->cut[s][0].outward = pp_scale(along, -1);
    g->cut[s][1].at = lumen.to;
    g->cut[s][1].outward = along;
    g->pipe[s].outer = &g->outer[s];
    g->pipe[s].lumen = &g->lumen[s];
    g->pipe[s].ntube = 1;
    g->pipe[s].cut = g->cut[s];
    g->pipe[s].ncut = 2;
    put(g, n, pp_body_wall(&g->pipe[s], hu), centre, across, 2, 2 + wall);
}

static double
or_default(double value, double fallback)
{
    return value > 0 ? value : fallback;
}

void
pp_gauge_set(pp_gauge *gauge, const pp_gauge_options *options)
{
    static const double turn_deg[3] = { 9, -7, 13 };
    const double voxel = or_default(options->voxel_mm, 0.5);
    const double slice = or_default(options->slice_mm, 1);
    const double spacing_mm[3] = { voxel, voxel, slice };
    const double hu = or_default(options->contrast_hu, 1000);
    pp_scan *scan = &gauge->scan;

    memset(gauge, 0, sizeof *gauge);
    for (size_t s = 0; s < PP_GAUGE_SIZES; s++) {
        put_ball(gauge, s, hu, options->seed);
        put_rod(gauge, s, hu, options->seed);
        put_plate(gauge, s, hu, options->seed);
        put_pipe(gauge, s, hu, options->seed);
    }
    scan->dim[0] = (size_t)(100 / voxel);
    scan->dim[1] = (size_t)(88 / voxel);
    scan->dim[2] = (size_t)(48 / slice);
    /* fine cells of a quarter of the spread at most */
    scan->spread_mm = or_default(options->fwhm_mm, 0.8) / 2.354820045;
    for (int n = 0; n < 3; n++)
        scan->fine[n] = (size_t)fmax(2, ceil(spacing_mm[n] /
                                             fmax(scan->spread_mm, 0.2)));
    scan->slice_mm = slice;
    scan->noise_hu = options->noise_hu < 0 ? 0
                                           : or_default(options->noise_hu,
                                                        15);
    scan->seed = options->seed;
    scan->slope = 1;
    scan->intercept = -1024;
    pp_scan_place(scan, spacing_mm, turn_deg, middle);
}
