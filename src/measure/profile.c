/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * profile.c - grey values along a line, and edges in them
 */
#include "measure/profile.h"

#include <string.h>

/* Pixels of a slice are square: the axis whose two others are most alike. */
static int
slice_axis(const double h[3])
{
    int best = 2;

    for (int a = 1; a >= 0; a--) {
        const double now = fabs(h[(best + 1) % 3] - h[(best + 2) % 3]);

        if (fabs(h[(a + 1) % 3] - h[(a + 2) % 3]) < 0.99 * now - 1e-6 * h[0])
            best = a;
    }
    return best;
}

pp_status
pp_grey_prepare(const pp_grid *image, pp_grey *g, pp_error *err)
{
    memset(g, 0, sizeof *g);
    g->image = image;
    pp_grid_spacing(image, g->h);
    g->h_min = fmin(g->h[0], fmin(g->h[1], g->h[2]));
    for (int a = 0; a < 3; a++)
        g->axis[a] = pp_unit(pp_vec(image->to_lps[0][a], image->to_lps[1][a],
                                    image->to_lps[2][a]));
    g->slice = slice_axis(g->h);
    return pp_grid_inverse(image, g->to_index, err);
}

/* pp_grid_value, without a switch for the types that scanners write */
static inline double
value_at(const pp_grid *g, size_t n)
{
    if (g->type == PP_VOXEL_I16)
        return ((const int16_t *)g->voxel)[n] * g->slope + g->intercept;
    return pp_grid_value(g, n);
}

/* Trilinear, at fractional indices; NaN beyond the outermost centres. */
static inline double
value_between(const pp_grid *image, const double at[3])
{
    const size_t *dim = image->dim;
    size_t base[3], up[3];
    double t[3], sum = 0;

    for (int a = 0; a < 3; a++) {
        if (!(at[a] >= 0 && at[a] <= (double)(dim[a] - 1)))
            return NAN;
        base[a] = (size_t)at[a];
        t[a] = at[a] - (double)base[a];
        up[a] = base[a] + 1 < dim[a];
    }
    for (int c = 0; c < 4; c++) {
        const size_t row = ((c & 2 ? up[2] : 0) + base[2]) * dim[1] +
                           (c & 1 ? up[1] : 0) + base[1];
        const size_t n = row * dim[0] + base[0];
        const double w = (c & 1 ? t[1] : 1 - t[1]) * (c & 2 ? t[2] : 1 - t[2]);
        const double low = value_at(image, n);

        if (w > 0)
            sum += w * (t[0] > 0
                            ? low + t[0] * (value_at(image, n + up[0]) - low)
                            : low);
    }
    return sum;
}

static void
index_of(const pp_grey *g, pp_vec3 p, double at[3])
{
    for (int a = 0; a < 3; a++)
        at[a] = g->to_index[a][0] * p.x + g->to_index[a][1] * p.y +
                g->to_index[a][2] * p.z + g->to_index[a][3];
}

double
pp_grey_at(const pp_grey *g, pp_vec3 p)
{
    double at[3];

    index_of(g, p, at);
    return value_between(g->image, at);
}

pp_vec3
pp_grey_slope(const pp_grey *g, pp_vec3 p, double reach)
{
    double slope[3];

    for (int a = 0; a < 3; a++) {
        const pp_vec3 off =
            pp_vec(a == 0 ? reach : 0, a == 1 ? reach : 0, a == 2 ? reach : 0);

        slope[a] = (pp_grey_at(g, pp_add(p, off)) -
                    pp_grey_at(g, pp_sub(p, off))) / (2 * reach);
        if (!isfinite(slope[a]))
            return pp_vec(0, 0, 0);
    }
    return pp_vec(slope[0], slope[1], slope[2]);
}

double
pp_grey_step(const pp_grey *g, pp_vec3 direction)
{
    double sum = 0;

    for (int a = 0; a < 3; a++) {
        const double i = g->to_index[a][0] * direction.x +
                         g->to_index[a][1] * direction.y +
                         g->to_index[a][2] * direction.z;

        /* i voxels a mm along axis a, each h mm: the part of the direction */
        sum += i * g->h[a] * i * g->h[a] * g->h[a] * g->h[a];
    }
    return sqrt(sum);
}

void
pp_profile_read(const pp_grey *g, pp_vec3 origin, pp_vec3 direction,
                double low, double high, pp_profile *p)
{
    double first[3], step[3];

    /* a quarter of the smallest voxel, or what the room allows */
    p->step = fmax(g->h_min / 4, (high - low) / (PP_PROFILE_MAX - 1));
    p->low = low;
    p->n = 0;
    index_of(g, pp_madd(origin, low, direction), first);
    index_of(g, pp_madd(origin, low + p->step, direction), step);
    for (int a = 0; a < 3; a++)
        step[a] -= first[a];
    for (int n = 0; n < PP_PROFILE_MAX && low + n * p->step <= high; n++) {
        const double at[3] = { first[0] + n * step[0], first[1] + n * step[1],
                               first[2] + n * step[2] };
        const double v = value_between(g->image, at);

        if (!isfinite(v)) {
            p->n = 0;
            return;
        }
        p->value[p->n++] = v;
    }
}

double
pp_profile_mean(const pp_profile *p, double from, double to)
{
    double sum = 0;
    int count = 0;

    for (int n = 0; n < p->n; n++) {
        const double at = p->low + n * p->step;

        if (at >= from && at <= to) {
            sum += p->value[n];
            count++;
        }
    }
    return count > 0 ? sum / count : NAN;
}

double
pp_profile_crossing(const pp_profile *p, double level, int sign, double near,
                    double *slope)
{
    double best = NAN;

    for (int n = 0; n + 1 < p->n; n++) {
        const double a = sign * (p->value[n] - level);
        const double b = sign * (p->value[n + 1] - level);
        const double at = p->low + (n + a / (a - b)) * p->step;

        if (!(a >= 0 && b < 0))
            continue;
        if (isnan(best) || fabs(at - near) < fabs(best - near)) {
            best = at;
            *slope = (a - b) / p->step;
        }
    }
    return best;
}

double
pp_profile_steepest(const pp_profile *p, int sign)
{
    double best = 0;
    int where = -1;

    for (int n = 1; n + 1 < p->n; n++) {
        const double fall = sign * (p->value[n - 1] - p->value[n + 1]);

        if (fall > best) {
            best = fall;
            where = n;
        }
    }
    if (where < 2 || where + 2 >= p->n)
        return where < 0 ? NAN : p->low + where * p->step;
    /* the top of the parabola through three neighbouring slopes */
    const double a = sign * (p->value[where - 2] - p->value[where]);
    const double c = sign * (p->value[where] - p->value[where + 2]);
    const double bend = a - 2 * best + c;

    return p->low +
           (where + (bend < 0 ? fmin(fmax((a - c) / (2 * bend), -1), 1) : 0)) *
               p->step;
}
