/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gauge_trial.c - draws a scanner, a body and a caliper
 */
#include "gauge_trial.h"

#include "base/alloc.h"
#include "scan.h"

#include <math.h>
#include <string.h>

#define FWHM 2.354820045 /* of a Gaussian, in its standard deviation */

/* The body points to the shapes beside it. */
typedef struct {
    pp_sphere ball;
    pp_tube outer, lumen;
    pp_block plate;
    pp_vessel pipe;
    pp_body body;
} phantom;

/* Splitmix64 (Vigna 2015), in [0, 1). */
static double
draw(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15U;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    z ^= z >> 31;
    return (double)(z >> 11) / 9007199254740992.0;
}

static double
between(uint64_t *state, double low, double high)
{
    return low + (high - low) * draw(state);
}

/* Even in the logarithm. */
static double
about(uint64_t *state, double low, double high)
{
    return low * pow(high / low, draw(state));
}

static pp_vec3
any_direction(uint64_t *state)
{
    const double z = between(state, -1, 1);
    const double turn = between(state, 0, 2 * M_PI);
    const double r = sqrt(1 - z * z);

    return pp_vec(r * cos(turn), r * sin(turn), z);
}

/* The scanner, but for its size: spread, slices, voxels, noise, turn. */
static void
draw_scanner(pp_trial *t, pp_scan *scan, uint64_t *state,
             double spacing_mm[3])
{
    t->fwhm_mm = between(state, 0.5, 1.5);
    t->contrast_hu = about(state, 300, 1500);
    scan->spread_mm = t->fwhm_mm / FWHM;
    scan->slice_mm = t->slice_mm = about(state, 0.5, 5);
    t->noise_hu = t->contrast_hu * about(state, 0.01, 0.03);
    scan->seed = (uint64_t)(draw(state) * 1e15);
    scan->slope = 1;
    scan->intercept = -1024;
    t->pixel_mm = t->fwhm_mm * between(state, 0.4, 0.8);
    spacing_mm[0] = spacing_mm[1] = t->pixel_mm;
    spacing_mm[2] = scan->slice_mm;
    for (int n = 0; n < 3; n++) /* cells of a spread, 0.2 mm at the least */
        scan->fine[n] = (size_t)fmax(
            2, ceil(spacing_mm[n] / fmax(scan->spread_mm, 0.2)));
}

/* Along which the body is long, and the caliper across that. */
static void
draw_directions(uint64_t *state, pp_vec3 *along, pp_vec3 *across)
{
    *along = any_direction(state);
    *across = pp_unit(pp_cross(*along, any_direction(state)));
}

static void
set_rod(phantom *b, pp_vec3 along, double radius, double length)
{
    b->outer.from = pp_scale(along, -length);
    b->outer.to = pp_scale(along, length);
    b->outer.from_radius = b->outer.to_radius = radius;
}

/* The body around the origin; the ends of its caliper on `across`. */
static void
set_body(const pp_trial *t, phantom *b, pp_vec3 along, pp_vec3 across,
         double lumen_mm, double end[2])
{
    const double r = t->size_mm / 2, far = 60 + t->size_mm;

    end[0] = -r;
    end[1] = r;
    switch (t->shape) {
    case PP_TRIAL_BALL:
        b->ball.radius = r;
        b->body = pp_body_sphere(&b->ball, t->contrast_hu);
        break;
    case PP_TRIAL_ROD:
        set_rod(b, along, r, far);
        b->body = pp_body_tube(&b->outer, t->contrast_hu);
        break;
    case PP_TRIAL_PLATE:
        b->plate.axis[0] = across;
        b->plate.axis[1] = along;
        b->plate.axis[2] = pp_cross(across, along);
        b->plate.half[0] = r;
        b->plate.half[1] = b->plate.half[2] = far;
        b->body = pp_body_block(&b->plate, t->contrast_hu);
        break;
    default:
        set_rod(b, along, lumen_mm + t->size_mm, far);
        b->lumen = b->outer;
        b->lumen.from_radius = b->lumen.to_radius = lumen_mm;
        b->pipe.outer = &b->outer;
        b->pipe.lumen = &b->lumen;
        b->pipe.ntube = 1;
        b->body = pp_body_wall(&b->pipe, t->contrast_hu);
        end[0] = lumen_mm;
        end[1] = lumen_mm + t->size_mm;
    }
}

/* From p along d to the surface, which lies within reach: by halving. */
static double
surface_on_line(const pp_body *body, pp_vec3 p, pp_vec3 d, double reach)
{
    double low = -reach, high = reach;
    const bool first = body->signed_mm(body->shape, pp_madd(p, low, d)) < 0;

    for (int n = 0; n < 60; n++) {
        const double mid = (low + high) / 2;

        if ((body->signed_mm(body->shape, pp_madd(p, mid, d)) < 0) == first)
            low = mid;
        else
            high = mid;
    }
    return (low + high) / 2;
}

/* The grid around the caliper, with room for what blur and fits reach. */
static void
place_grid(const pp_trial *t, pp_scan *scan, uint64_t *state,
           const double spacing_mm[3])
{
    const pp_vec3 middle = pp_scale(pp_add(t->end[0], t->end[1]), 0.5);
    const pp_vec3 way = pp_sub(t->end[1], t->end[0]), d = pp_unit(way);
    const double none[3] = { 0, 0, 0 };
    double step = 0;
    pp_vec3 off;

    for (int a = 0; a < 3; a++)
        step += pow(pp_axis(d, a) * spacing_mm[a], 2);
    step = sqrt(step);
    for (int a = 0; a < 3; a++) {
        /* three steps on the line, and the spread that reaches in */
        const double reach = fabs(pp_axis(way, a)) / 2 +
                             3 * step * fabs(pp_axis(d, a)) +
                             6 * scan->spread_mm;

        scan->dim[a] = 2 * (size_t)ceil(reach / spacing_mm[a] + 2) + 1;
    }
    off = pp_vec(between(state, -0.5, 0.5) * spacing_mm[0],
                 between(state, -0.5, 0.5) * spacing_mm[1],
                 between(state, -0.5, 0.5) * spacing_mm[2]);
    pp_scan_place(scan, spacing_mm, none, pp_add(middle, off));
}

pp_status
pp_trial_make(pp_trial *trial, pp_trial_shape shape, double widths,
              double noise, uint64_t number, pp_error *err)
{
    uint64_t state = number * 4 + (uint64_t)shape;
    double spacing_mm[3], end[2], slice, lumen;
    pp_vec3 along, across, d;
    phantom b = { 0 };
    pp_scan scan = { 0 };

    memset(trial, 0, sizeof *trial);
    trial->shape = shape;
    draw_scanner(trial, &scan, &state, spacing_mm);
    scan.noise_hu = noise * trial->noise_hu;
    draw_directions(&state, &along, &across);
    /* slices lie along z here: the grid is not turned, the body is */
    slice = scan.slice_mm / sqrt(12) *
            (shape == PP_TRIAL_BALL    ? 1
             : shape == PP_TRIAL_PLATE ? fabs(across.z)
                                       : sqrt(1 - along.z * along.z));
    trial->width_mm = FWHM * hypot(scan.spread_mm, slice);
    trial->size_mm = widths * trial->width_mm;
    lumen = trial->width_mm * between(&state, 1.5, 3);
    set_body(trial, &b, along, across, lumen, end);
    for (int e = 0; e < 2; e++) {
        const double off = 0.25 * trial->width_mm;

        /* along the line at will, across it little: it stays a caliper */
        trial->end[e] = pp_madd(
            pp_scale(across, end[e] + between(&state, -off, off)),
            between(&state, -0.05, 0.05) * trial->size_mm, along);
    }
    d = pp_unit(pp_sub(trial->end[1], trial->end[0]));
    trial->truth_mm = pp_distance(trial->end[0], trial->end[1]) +
                      surface_on_line(&b.body, trial->end[1], d,
                                      0.3 * trial->width_mm) -
                      surface_on_line(&b.body, trial->end[0], d,
                                      0.3 * trial->width_mm);
    place_grid(trial, &scan, &state, spacing_mm);
    return pp_scan_image(&scan, &b.body, 1, &trial->image, err);
}

void
pp_trial_free(pp_trial *trial)
{
    pp_free(trial->image.voxel);
    memset(trial, 0, sizeof *trial);
}
