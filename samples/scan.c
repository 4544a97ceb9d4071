/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scan.c - a scanner for bodies: partial volume, blur, noise
 *
 * Each voxel is split into fine cells. The share of a cell inside a body comes
 * from recursive halving: a block whose middle lies further from the surface
 * than its half diagonal is filled or skipped at once; only cells at the
 * surface are sampled, on 4 x 4 x 4 points. The blur then gathers fine cells
 * with weights that are exact integrals of the point spread over the cell.
 */
#include "scan.h"

#include "base/alloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const pp_body *body;
    size_t dim[3];        /* fine cells */
    double to_lps[3][4];  /* of fine cells: (0,0,0) is a corner of the box */
    double add;
    float *value;
} painter;

static pp_vec3
at(const double m[3][4], double i, double j, double k)
{
    return pp_vec(m[0][0] * i + m[0][1] * j + m[0][2] * k + m[0][3],
                  m[1][0] * i + m[1][1] * j + m[1][2] * k + m[1][3],
                  m[2][0] * i + m[2][1] * j + m[2][2] * k + m[2][3]);
}

void
pp_scan_place(pp_scan *scan, const double spacing_mm[3],
              const double turn_deg[3], pp_vec3 centre)
{
    const double degree = M_PI / 180;
    const double a = turn_deg[0] * degree, b = turn_deg[1] * degree,
                 c = turn_deg[2] * degree;
    const double turn[3][3] = {
        { cos(c) * cos(b), cos(c) * sin(b) * sin(a) - sin(c) * cos(a),
          cos(c) * sin(b) * cos(a) + sin(c) * sin(a) },
        { sin(c) * cos(b), sin(c) * sin(b) * sin(a) + cos(c) * cos(a),
          sin(c) * sin(b) * cos(a) - cos(c) * sin(a) },
        { -sin(b), cos(b) * sin(a), cos(b) * cos(a) },
    };

    for (int row = 0; row < 3; row++) {
        scan->to_lps[row][3] = pp_axis(centre, row);
        for (int axis = 0; axis < 3; axis++) {
            scan->to_lps[row][axis] = turn[row][axis] * spacing_mm[axis];
            scan->to_lps[row][3] -= scan->to_lps[row][axis] *
                                    ((double)scan->dim[axis] - 1) / 2;
        }
    }
}

static double
length_of_axis(const double m[3][4], int axis)
{
    return sqrt(m[0][axis] * m[0][axis] + m[1][axis] * m[1][axis] +
                m[2][axis] * m[2][axis]);
}

/* The share of one fine cell, on 4 x 4 x 4 points. */
static double
sample_cell(const painter *p, const size_t cell[3])
{
    int inside = 0;

    for (int n = 0; n < 64; n++) {
        const pp_vec3 x = at(p->to_lps,
                             (double)cell[0] + (n % 4 + 0.5) / 4,
                             (double)cell[1] + (n / 4 % 4 + 0.5) / 4,
                             (double)cell[2] + (n / 16 + 0.5) / 4);

        inside += p->body->signed_mm(p->body->shape, x) < 0;
    }
    return inside / 64.0;
}

static void
fill(const painter *p, const size_t low[3], const size_t high[3], double share)
{
    for (size_t k = low[2]; k < high[2]; k++)
        for (size_t j = low[1]; j < high[1]; j++)
            for (size_t i = low[0]; i < high[0]; i++)
                p->value[(k * p->dim[1] + j) * p->dim[0] + i] +=
                    (float)(share * p->add);
}

/* Paints the cells in [low, high). */
static void
paint(const painter *p, const size_t low[3], const size_t high[3])
{
    pp_vec3 mid = at(p->to_lps, (double)(low[0] + high[0]) / 2,
                     (double)(low[1] + high[1]) / 2,
                     (double)(low[2] + high[2]) / 2);
    const double f = p->body->signed_mm(p->body->shape, mid);
    double reach = 0, longest = 0;
    size_t cut[2][3];
    int axis = 0;

    for (int n = 0; n < 3; n++) {
        const size_t cells = high[n] - low[n];
        const double mm = (double)cells * length_of_axis(p->to_lps, n);

        if (cells > 1 && mm > longest) {
            longest = mm;
            axis = n;
        }
        reach += mm * mm / 4;
    }
    reach = p->body->slope * sqrt(reach);
    if (f >= reach)
        return;
    if (f <= -reach) {
        fill(p, low, high, 1);
        return;
    }
    if (longest == 0) {
        fill(p, low, high, sample_cell(p, low));
        return;
    }
    memcpy(cut[0], high, sizeof cut[0]);
    memcpy(cut[1], low, sizeof cut[1]);
    cut[0][axis] = cut[1][axis] = (low[axis] + high[axis]) / 2;
    paint(p, low, cut[0]);
    paint(p, cut[1], high);
}

/* A painter over the fine cells of a scan, with its values at zero. */
static pp_status
set_up(const pp_scan *scan, painter *p, pp_error *err)
{
    for (int axis = 0; axis < 3; axis++) {
        const size_t fine = scan->fine[axis] > 0 ? scan->fine[axis] : 2;

        p->dim[axis] = scan->dim[axis] * fine;
        for (int row = 0; row < 3; row++)
            p->to_lps[row][axis] = scan->to_lps[row][axis] / (double)fine;
    }
    for (int row = 0; row < 3; row++)
        p->to_lps[row][3] = scan->to_lps[row][3] -
                            (scan->to_lps[row][0] + scan->to_lps[row][1] +
                             scan->to_lps[row][2]) / 2;
    p->value = pp_alloc_zero(p->dim[0] * p->dim[1] * p->dim[2],
                             sizeof *p->value);
    return p->value != NULL ? PP_OK : pp_fail_memory(err);
}

static void
paint_body(painter *p, const pp_body *body, double add)
{
    const size_t none[3] = { 0, 0, 0 };

    p->body = body;
    p->add = add;
    paint(p, none, p->dim);
}

/* ---- gathering fine cells into voxels ---- */

/* The integral of the normal distribution's integral. */
static double
normal_ramp(double x)
{
    return x * 0.5 * erfc(-x / sqrt(2)) +
           exp(-x * x / 2) / sqrt(2 * M_PI);
}

/* The share of a box (length mm) blurred by spread that lies below x. */
static double
profile_below(double x, double spread_mm, double length_mm)
{
    return spread_mm / length_mm *
           (normal_ramp((x + length_mm / 2) / spread_mm) -
            normal_ramp((x - length_mm / 2) / spread_mm));
}

/* A point spread has no length of its own: a box far below it. */
static double
weight(double low, double high, double spread_mm, double length_mm)
{
    if (spread_mm == 0) {
        const double a = fmax(low, -length_mm / 2);
        const double b = fmin(high, length_mm / 2);

        return fmax(b - a, 0) / length_mm;
    }
    return profile_below(high, spread_mm, length_mm) -
           profile_below(low, spread_mm, length_mm);
}

/*
 * Replaces the axis of dim[axis] fine cells (cell_mm each) by fewer voxels of
 * `fine` cells, each the sum of cells weighted by spread and profile. What
 * lies outside counts as zero.
 */
static pp_status
gather(float **value, size_t dim[3], int axis, size_t fine, double cell_mm,
       double spread_mm, double length_mm, pp_error *err)
{
    const double reach_mm = 4 * spread_mm + length_mm / 2;
    const size_t half = (size_t)ceil(reach_mm / cell_mm) + fine;
    const size_t nout = dim[axis] / fine, nweight = 2 * half + fine;
    const size_t stride = axis == 0 ? 1 : axis == 1 ? dim[0] : dim[0] * dim[1];
    const size_t outer = dim[0] * dim[1] * dim[2] / (stride * dim[axis]);
    double *w = pp_alloc(nweight, sizeof *w);
    float *out = pp_alloc_zero(stride * nout * outer, sizeof *out);

    if (w == NULL || out == NULL) {
        pp_free(w);
        pp_free(out);
        return pp_fail_memory(err);
    }
    for (size_t n = 0; n < nweight; n++) {
        const double low = ((double)n - (double)half - (double)fine / 2) *
                           cell_mm;

        w[n] = weight(low, low + cell_mm, spread_mm, length_mm);
    }
    for (size_t o = 0; o < outer; o++)
        for (size_t v = 0; v < nout; v++) {
            const size_t first = v * fine < half ? half - v * fine : 0;
            const size_t last = dim[axis] + half - v * fine;
            const float *from = *value + o * dim[axis] * stride;
            float *to = out + (o * nout + v) * stride;

            for (size_t n = first; n < nweight && n < last; n++) {
                const float *cell = from + (v * fine + n - half) * stride;
                const float share = (float)w[n];

                if (share > 0)
                    for (size_t s = 0; s < stride; s++)
                        to[s] += share * cell[s];
            }
        }
    pp_free(w);
    pp_free(*value);
    *value = out;
    dim[axis] = nout;
    return PP_OK;
}

pp_status
pp_scan_share(const pp_scan *scan, const pp_body *body, size_t nbody,
              float **share, pp_error *err)
{
    painter p = { 0 };

    *share = NULL;
    if (set_up(scan, &p, err) != PP_OK)
        return err->status;
    for (size_t n = 0; n < nbody; n++)
        paint_body(&p, &body[n], 1);
    for (int axis = 0; axis < 3; axis++) {
        const size_t fine = p.dim[axis] / scan->dim[axis];

        /* no spread, and a profile of one voxel: the plain mean */
        if (gather(&p.value, p.dim, axis, fine, 1, 0, (double)fine, err) !=
            PP_OK) {
            pp_free(p.value);
            return err->status;
        }
    }
    *share = p.value;
    return PP_OK;
}

/* ---- noise ---- */

static uint64_t
mix(uint64_t z) /* splitmix64 (Vigna 2015) */
{
    z += 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

/*
 * Normal enough, and the same on every machine: the sum of 12 uniform numbers
 * minus 6 has variance one (Irwin and Hall 1927).
 */
static double
noise_of(uint64_t seed, uint64_t n)
{
    double sum = -6;

    for (uint64_t part = 0; part < 3; part++) {
        const uint64_t bits = mix(mix(seed) + 3 * n + part);

        for (int word = 0; word < 4; word++)
            sum += ((double)(bits >> 16 * word & 0xffff) + 0.5) / 65536;
    }
    return sum;
}

#define NOISE_REACH 64 /* voxels: spreads of up to 16 */

/* White noise blurred by spread_voxels along a row; the variance is kept. */
static void
blur_row(float *row, size_t n, size_t stride, double spread_voxels,
         double *scratch)
{
    const long half = (long)fmin(ceil(4 * spread_voxels), NOISE_REACH);
    double w[NOISE_REACH + 1];

    for (long d = 0; d <= half; d++)
        w[d] = exp(-(double)(d * d) / (2 * spread_voxels * spread_voxels));
    for (long i = 0; i < (long)n; i++) {
        double sum = 0, squares = 0;

        for (long from = i - half; from <= i + half; from++) {
            const double share = w[labs(from - i)];

            if (from < 0 || from >= (long)n)
                continue;
            sum += share * row[(size_t)from * stride];
            squares += share * share;
        }
        scratch[i] = sum / sqrt(squares);
    }
    for (size_t i = 0; i < n; i++)
        row[i * stride] = (float)scratch[i];
}

/* Adds noise with the texture of the point spread within each slice. */
static pp_status
add_noise(const pp_scan *scan, float *value, pp_error *err)
{
    const size_t nx = scan->dim[0], ny = scan->dim[1], slice = nx * ny;
    const double sx = scan->spread_mm / length_of_axis(scan->to_lps, 0);
    const double sy = scan->spread_mm / length_of_axis(scan->to_lps, 1);
    float *noise = pp_alloc(slice, sizeof *noise);
    double *scratch = pp_alloc(nx > ny ? nx : ny, sizeof *scratch);

    if (noise == NULL || scratch == NULL) {
        pp_free(noise);
        pp_free(scratch);
        return pp_fail_memory(err);
    }
    for (size_t k = 0; k < scan->dim[2]; k++) {
        for (size_t n = 0; n < slice; n++)
            noise[n] = (float)noise_of(scan->seed, k * slice + n);
        for (size_t j = 0; j < ny; j++)
            blur_row(noise + j * nx, nx, 1, sx, scratch);
        for (size_t i = 0; i < nx; i++)
            blur_row(noise + i, ny, nx, sy, scratch);
        for (size_t n = 0; n < slice; n++)
            value[k * slice + n] += (float)scan->noise_hu * noise[n];
    }
    pp_free(noise);
    pp_free(scratch);
    return PP_OK;
}

/* Stored values of int16 from differences to the background. */
static pp_status
store(const pp_scan *scan, const float *value, pp_grid *grid, pp_error *err)
{
    const size_t n = scan->dim[0] * scan->dim[1] * scan->dim[2];
    int16_t *voxel = pp_alloc(n, sizeof *voxel);

    if (voxel == NULL)
        return pp_fail_memory(err);
    for (size_t v = 0; v < n; v++) {
        const double hu = scan->background_hu + value[v];
        const double stored = rint((hu - scan->intercept) / scan->slope);

        voxel[v] = (int16_t)fmin(fmax(stored, INT16_MIN), INT16_MAX);
    }
    memcpy(grid->dim, scan->dim, sizeof grid->dim);
    memcpy(grid->to_lps, scan->to_lps, sizeof grid->to_lps);
    grid->type = PP_VOXEL_I16;
    grid->slope = scan->slope;
    grid->intercept = scan->intercept;
    grid->voxel = voxel;
    return PP_OK;
}

pp_status
pp_scan_image(const pp_scan *scan, const pp_body *body, size_t nbody,
              pp_grid *grid, pp_error *err)
{
    painter p = { 0 };
    pp_status status = PP_OK;

    memset(grid, 0, sizeof *grid);
    if (set_up(scan, &p, err) != PP_OK)
        return err->status;
    for (size_t n = 0; n < nbody; n++)
        paint_body(&p, &body[n], body[n].hu - scan->background_hu);
    for (int axis = 0; axis < 3 && status == PP_OK; axis++) {
        const size_t fine = p.dim[axis] / scan->dim[axis];
        const double cell_mm = length_of_axis(scan->to_lps, axis) /
                               (double)fine;
        const double length_mm = axis == 2 ? scan->slice_mm
                                           : scan->spread_mm / 1000;

        status = gather(&p.value, p.dim, axis, fine, cell_mm, scan->spread_mm,
                        length_mm, err);
    }
    if (status == PP_OK && scan->noise_hu > 0)
        status = add_noise(scan, p.value, err);
    if (status == PP_OK)
        status = store(scan, p.value, grid, err);
    pp_free(p.value);
    return status;
}
