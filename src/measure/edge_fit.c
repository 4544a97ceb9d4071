/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * edge_fit.c - the voxels around a line say where the line meets the surface
 *
 * A profile along the line alone sees one value of the noise at each edge,
 * reads between voxels that lie millimetres apart, and knows no curvature. Here
 * the blurred image of a quadric (edge_model.c) is fitted to all voxels in
 * reach by Levenberg's and Marquardt's least squares (1944, 1963): place and
 * direction of the surface, its curvatures, the grey levels, the width of the
 * blur. edge_noise.c says from the residuals how well that is known.
 */
#include "measure/edge_parts.h"

#include "base/alloc.h"
#include "mesh/mesh.h"

#include <string.h>

/* How far voxels are taken, in widths of the blur: off the edge, and off the
 * line; and at least this many voxels off the line. */
#define REACH 3.0
#define RADIUS 3.5
#define LEAST_VOXELS 2.0 /* within a slice */
#define LEAST_SLICES 1.2

/* Thick bodies are smooth: a part of their length, in so many widths. */
#define SMOOTH 0.3
#define MOST_RADIUS 8.0

/* When that holds few voxels, all of it grows. */
#define LEAST_FIT 90
#define GROW 1.2
#define GROWTHS 6

#define MOST_VOXELS 20000
#define ROUNDS 60

static void
frame_of(pp_vec3 normal, pp_vec3 frame[3])
{
    const pp_vec3 any = fabs(normal.x) < 0.6 ? pp_vec(1, 0, 0)
                                             : pp_vec(0, 1, 0);

    frame[0] = normal;
    frame[1] = pp_unit(pp_cross(normal, any));
    frame[2] = pp_cross(normal, frame[1]);
}

/* q[0] bends, q[1] is the plane that touches it */
static void
quadric_of(const pp_edge_state *f, const double *param, int e, pp_quadric q[2])
{
    const double *own = param + e * PER_EDGE;
    const pp_vec3 *frame = f->frame[e];
    const pp_vec3 normal =
        pp_unit(pp_madd(pp_madd(frame[0], own[TILT1], frame[1]), own[TILT2],
                        frame[2]));
    const pp_vec3 t1 = pp_unit(
        pp_madd(frame[1], -pp_dot(frame[1], normal), normal));

    const pp_vec3 at = pp_madd(f->task->origin, own[PLACE],
                               f->task->direction);

    pp_quadric_set(&q[0], at, normal, t1, pp_cross(normal, t1), own[K11],
                   own[K12], own[K22]);
    q[1] = (pp_quadric){ at, normal, { { 0 } } };
}

/* ---- the voxels ---- */

/* How far off the line along an axis of the image. */
static double
radius_along(const pp_edge_state *f, int axis)
{
    const pp_edge_task *t = f->task;
    const double least = t->grey->h[axis] * (axis == t->grey->slice
                                                 ? LEAST_SLICES
                                                 : LEAST_VOXELS);
    const double smooth = fmin(SMOOTH * (t->place[1] - t->place[0]),
                               MOST_RADIUS * t->blur.sigma_mm);

    return f->grow * fmax(fmax(RADIUS * t->blur.sigma_mm, least), smooth);
}

/* Is a voxel within reach of the edges? */
static bool
in_reach(const pp_edge_state *f, pp_vec3 p)
{
    const pp_edge_task *t = f->task;
    const pp_vec3 y = pp_sub(p, t->origin);
    const double along = pp_dot(y, t->direction);
    const int from = t->both ? 0 : t->side, to = t->both ? 1 : t->side;
    const double reach0 =
        f->grow * REACH * pp_blur_along(&t->blur, f->frame[from][0]);
    const double reach1 =
        f->grow * REACH * pp_blur_along(&t->blur, f->frame[to][0]);
    double low = t->place[from] - fmin(reach0, t->room[0]);
    double high = t->place[to] + fmin(reach1, t->room[1]);
    double sum = 0;

    if (!t->both && t->side == 0)
        high = t->place[0] + fmin(reach0, t->within);
    if (!t->both && t->side == 1)
        low = t->place[1] - fmin(reach1, t->within);
    if (along < low || along > high)
        return false;
    for (int a = 0; a < 3; a++) {
        const pp_vec3 axis = t->grey->axis[a];
        const pp_vec3 off = pp_madd(y, -along, t->direction);
        const double part = pp_dot(off, axis) / radius_along(f, a);

        sum += part * part;
    }
    return sum <= 1;
}

/* The box of voxels around the line, in indices. */
static bool
find_box(pp_edge_state *f)
{
    const pp_edge_task *t = f->task;
    const pp_grey *g = t->grey;
    const double far = f->grow * REACH * pp_blur_along(&t->blur, t->blur.slice);
    double low[3], high[3];

    for (int a = 0; a < 3; a++) {
        const double off = radius_along(f, a) / g->h[a];

        low[a] = HUGE_VAL;
        high[a] = -HUGE_VAL;
        for (int e = 0; e < 2; e++) {
            const double along =
                t->place[t->both ? e : t->side] + (e == 0 ? -far : far);
            const pp_vec3 p = pp_madd(t->origin, along, t->direction);
            const double i = g->to_index[a][0] * p.x +
                             g->to_index[a][1] * p.y +
                             g->to_index[a][2] * p.z + g->to_index[a][3];

            low[a] = fmin(low[a], i - off);
            high[a] = fmax(high[a], i + off);
        }
        low[a] = fmax(floor(low[a]), 0);
        high[a] = fmin(ceil(high[a]), (double)g->image->dim[a] - 1);
        if (!(high[a] >= low[a]) || high[a] - low[a] > 1000)
            return false;
        f->low[a] = (int)low[a];
        f->size[a] = (int)(high[a] - low[a]) + 1;
    }
    return true;
}

static pp_status
take_voxels(pp_edge_state *f, pp_error *err)
{
    const pp_grid *image = f->task->grey->image;
    const size_t total =
        (size_t)f->size[0] * (size_t)f->size[1] * (size_t)f->size[2];

    pp_free(f->at);
    f->n = 0;
    f->at = pp_alloc(total, sizeof *f->at);
    if (f->at == NULL)
        return pp_fail_memory(err);
    for (size_t n = 0; n < total; n++) {
        const int i = (int)(n % (size_t)f->size[0]) + f->low[0];
        const int j = (int)(n / (size_t)f->size[0] % (size_t)f->size[1]) +
                      f->low[1];
        const int k = (int)(n / (size_t)f->size[0] / (size_t)f->size[1]) +
                      f->low[2];
        const pp_vec3 p = pp_grid_position(image, i, j, k);
        const double value = pp_grid_value(
            image, ((size_t)k * image->dim[1] + (size_t)j) * image->dim[0] +
                       (size_t)i);

        f->at[n] = PP_NONE;
        if (f->n == MOST_VOXELS || !isfinite(value) || !in_reach(f, p))
            continue;
        if (pp_grow(&f->voxel, &f->capacity, f->n + 1, sizeof *f->voxel, err) !=
            PP_OK)
            return err->status;
        f->at[n] = (uint32_t)f->n;
        f->voxel[f->n++] = (pp_edge_voxel){ p, value, { i, j, k } };
    }
    return PP_OK;
}

/* ---- least squares ---- */

static double
model(const double *param, double first, double last)
{
    return param[LEVEL] * (1 - first) + param[PER_EDGE + LEVEL] * (1 - last) +
           param[INSIDE] * (first + last - 1);
}

/* No scanner is sharper than a third of a voxel. */
double
pp_edge_sigma(const pp_edge_state *f, const double *param)
{
    return fmax(exp(param[LOG_SIGMA]), f->task->grey->h_min / 3);
}

/* Surface e, blurred, at a voxel. The far one of two counts as a plane: how
 * the near one bends has said already what is lost to the sides. */
static double
blurred(const pp_edge_state *f, const double *param, pp_quadric q[2][2], int e,
        pp_vec3 p)
{
    const pp_edge_task *t = f->task;
    pp_blur blur = t->blur;
    bool far = false;

    if (!t->both && t->side != e)
        return 1;
    if (t->both) {
        const double along = pp_dot(pp_sub(p, t->origin), t->direction);
        const double middle = (param[PLACE] + param[PER_EDGE + PLACE]) / 2;

        far = along < middle ? e == 1 : e == 0;
    }
    blur.sigma_mm = pp_edge_sigma(f, param);
    return pp_quadric_blurred(&q[e][far], &blur, p);
}

/* Half the sum of squares; residuals too. Expectations count as values known
 * as well as the noise. */
static double
cost(pp_edge_state *f, const double *param, double noise)
{
    double sum = 0;
    pp_quadric q[2][2];

    quadric_of(f, param, 0, q[0]);
    quadric_of(f, param, 1, q[1]);
    for (size_t n = 0; n < f->n; n++) {
        const pp_vec3 p = f->voxel[n].p;

        f->residual[n] =
            f->voxel[n].value - model(param, blurred(f, param, q, 0, p),
                                      blurred(f, param, q, 1, p));
        sum += f->residual[n] * f->residual[n];
    }
    for (int m = 0; m < PP_EDGE_NPARAM; m++)
        if (f->is_free[m] && f->spread[m] > 0) {
            const double off = (param[m] - f->expected[m]) / f->spread[m];

            sum += noise * noise * off * off;
        }
    return sum;
}

void
pp_edge_differentiate(pp_edge_state *f)
{
    const double step = 1e-5;
    pp_quadric q[2][2], moved[PP_EDGE_NPARAM][2][2];
    double changed[PP_EDGE_NPARAM][PP_EDGE_NPARAM];

    quadric_of(f, f->param, 0, q[0]);
    quadric_of(f, f->param, 1, q[1]);
    for (int m = 0; m < PP_EDGE_NPARAM; m++) {
        memcpy(changed[m], f->param, sizeof changed[m]);
        changed[m][m] += step;
        quadric_of(f, changed[m], 0, moved[m][0]);
        quadric_of(f, changed[m], 1, moved[m][1]);
    }
    for (size_t n = 0; n < f->n; n++) {
        const pp_vec3 p = f->voxel[n].p;
        const double v[2] = { blurred(f, f->param, q, 0, p),
                              blurred(f, f->param, q, 1, p) };
        const double base = model(f->param, v[0], v[1]);

        for (int m = 0; m < PP_EDGE_NPARAM; m++) {
            double other[2] = { v[0], v[1] };

            f->row[n][m] = 0;
            if (!f->is_free[m])
                continue;
            if (m == LEVEL || m == PER_EDGE + LEVEL || m == INSIDE) {
                f->row[n][m] = m == INSIDE  ? v[0] + v[1] - 1
                               : m == LEVEL ? 1 - v[0]
                                            : 1 - v[1];
                continue;
            }
            for (int e = 0; e < 2; e++)
                if (m == LOG_SIGMA || m / PER_EDGE == e)
                    other[e] = blurred(f, changed[m], moved[m], e, p);
            f->row[n][m] = (model(f->param, other[0], other[1]) - base) / step;
        }
    }
}

/* The symmetric system a x = b of free parameters, by Cholesky; false when it
 * is not positive definite. a is replaced by its factor. */
bool
pp_edge_factor(double a[PP_EDGE_NPARAM][PP_EDGE_NPARAM])
{
    for (int i = 0; i < PP_EDGE_NPARAM; i++)
        for (int j = 0; j <= i; j++) {
            double sum = a[i][j];

            for (int k = 0; k < j; k++)
                sum -= a[i][k] * a[j][k];
            if (i == j) {
                if (!(sum > 0))
                    return false;
                a[i][i] = sqrt(sum);
            } else {
                a[i][j] = sum / a[j][j];
            }
        }
    return true;
}

void
pp_edge_solve(double a[PP_EDGE_NPARAM][PP_EDGE_NPARAM], double *x)
{
    for (int i = 0; i < PP_EDGE_NPARAM; i++) {
        for (int k = 0; k < i; k++)
            x[i] -= a[i][k] * x[k];
        x[i] /= a[i][i];
    }
    for (int i = PP_EDGE_NPARAM - 1; i >= 0; i--) {
        for (int k = i + 1; k < PP_EDGE_NPARAM; k++)
            x[i] -= a[k][i] * x[k];
        x[i] /= a[i][i];
    }
}

/* J'J with the expectations; unit diagonal for what is fixed. */
void
pp_edge_normal_matrix(const pp_edge_state *f, double noise,
                      double a[PP_EDGE_NPARAM][PP_EDGE_NPARAM])
{
    memset(a, 0, PP_EDGE_NPARAM * sizeof a[0]);
    for (size_t n = 0; n < f->n; n++)
        for (int i = 0; i < PP_EDGE_NPARAM; i++)
            for (int j = 0; f->is_free[i] && j <= i; j++)
                a[i][j] += f->row[n][i] * f->row[n][j];
    for (int i = 0; i < PP_EDGE_NPARAM; i++) {
        if (!f->is_free[i])
            a[i][i] = 1;
        else if (f->spread[i] > 0)
            a[i][i] += noise * noise / (f->spread[i] * f->spread[i]);
        for (int j = 0; j < i; j++)
            a[j][i] = a[i][j];
    }
}

double
pp_edge_residual(const pp_edge_state *f)
{
    double sum = 0;
    int p = 0;

    for (size_t n = 0; n < f->n; n++)
        sum += f->residual[n] * f->residual[n];
    for (int m = 0; m < PP_EDGE_NPARAM; m++)
        p += f->is_free[m];
    return sqrt(sum / fmax((double)f->n - p, 1));
}

/* One damped step; false when none makes the sum smaller. */
static bool
step_down(pp_edge_state *f, double noise, double *damping, double *sum)
{
    double a[PP_EDGE_NPARAM][PP_EDGE_NPARAM];
    double right[PP_EDGE_NPARAM], tried[PP_EDGE_NPARAM];

    for (int i = 0; i < PP_EDGE_NPARAM; i++) {
        right[i] = 0;
        for (size_t n = 0; n < f->n; n++)
            right[i] += f->row[n][i] * f->residual[n];
        if (f->is_free[i] && f->spread[i] > 0)
            right[i] += noise * noise * (f->expected[i] - f->param[i]) /
                        (f->spread[i] * f->spread[i]);
    }
    for (; *damping < 1e8; *damping *= 8) {
        double x[PP_EDGE_NPARAM], now;

        pp_edge_normal_matrix(f, noise, a);
        for (int i = 0; i < PP_EDGE_NPARAM; i++)
            a[i][i] *= 1 + *damping;
        if (!pp_edge_factor(a))
            continue;
        memcpy(x, right, sizeof x);
        pp_edge_solve(a, x);
        for (int i = 0; i < PP_EDGE_NPARAM; i++)
            tried[i] = f->param[i] + (f->is_free[i] ? x[i] : 0);
        now = cost(f, tried, noise);
        if (now < *sum) {
            memcpy(f->param, tried, sizeof tried);
            *damping = fmax(*damping / 8, 1e-9);
            *sum = now;
            return true;
        }
    }
    return false;
}

static void
descend(pp_edge_state *f)
{
    double noise = 0.02 * fabs(f->contrast);

    /* the noise weighs the expectations: twice, the second time as found */
    for (int pass = 0; pass < 2; pass++) {
        double damping = 1e-3, sum = cost(f, f->param, noise);

        for (int round = 0; round < ROUNDS; round++) {
            const double before = sum;

            pp_edge_differentiate(f);
            (void)cost(f, f->param, noise);
            if (!step_down(f, noise, &damping, &sum) ||
                before - sum < 1e-7 * before)
                break;
        }
        (void)cost(f, f->param, noise);
        noise = fmax(pp_edge_residual(f), 1e-6 * fabs(f->contrast));
    }
}

/* ---- putting it together ---- */

static void
expect(pp_edge_state *f, int param, double value, double spread)
{
    f->is_free[param] = true;
    f->param[param] = f->expected[param] = value;
    f->spread[param] = spread;
}

static void
set_up(pp_edge_state *f)
{
    const pp_edge_task *t = f->task;
    const double s = t->blur.sigma_mm;

    f->contrast = t->inside - (t->outside[0] + t->outside[1]) / 2;
    for (int e = 0; e < 2; e++) {
        const pp_vec3 p = pp_madd(t->origin, t->place[e], t->direction);
        const pp_vec3 along = pp_scale(t->direction, e == 0 ? -1 : 1);
        pp_vec3 normal = pp_unit(pp_scale(
            pp_grey_slope(t->grey, p, fmax(s, t->grey->h_min)),
            f->contrast > 0 ? -1 : 1));

        /* a surface that the line only grazes is told by the line */
        if (!(pp_dot(normal, along) > 0.3))
            normal = along;
        frame_of(normal, f->frame[e]);
        if (!t->both && t->side != e)
            continue;
        expect(f, e * PER_EDGE + PLACE, t->place[e], 0);
        expect(f, e * PER_EDGE + TILT1, 0, 0.5);
        expect(f, e * PER_EDGE + TILT2, 0, 0.5);
        for (int k = K11; k <= K22; k++)
            expect(f, e * PER_EDGE + k, 0, 0.3 / s);
        expect(f, e * PER_EDGE + LEVEL, t->outside[e], 0);
    }
    expect(f, INSIDE, t->inside, t->inside_u);
    expect(f, LOG_SIGMA, log(s), 0.5);
}

static void
put_out(const pp_edge_state *f, pp_edge_fit *out)
{
    for (int e = 0; e < 2; e++) {
        const double *own = f->param + e * PER_EDGE;
        pp_quadric q[2];

        quadric_of(f, f->param, e, q);
        out->place[e] = own[PLACE];
        out->outside[e] = own[LEVEL];
        out->curvature[e] = own[K11] + own[K22];
        out->normal[e] = q[0].normal;
    }
    out->inside = f->param[INSIDE];
    out->sigma_mm = pp_edge_sigma(f, f->param);
    out->nvoxel = f->n;
}

pp_status
pp_edge_measure(const pp_edge_task *task, pp_edge_fit *out, bool *good,
                pp_error *err)
{
    pp_edge_state f = { .task = task };

    memset(out, 0, sizeof *out);
    *good = false;
    set_up(&f);
    f.grow = 1;
    for (int n = 0; n <= GROWTHS && f.n < LEAST_FIT; n++) {
        if (!find_box(&f) || take_voxels(&f, err) != PP_OK)
            goto done;
        f.grow *= GROW;
    }
    if (f.n < 3 * PP_EDGE_NPARAM)
        goto done;
    f.row = pp_alloc_zero(f.n, sizeof *f.row);
    f.residual = pp_alloc_zero(f.n, sizeof *f.residual);
    if (f.row == NULL || f.residual == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    descend(&f);
    if (pp_edge_uncertainty(&f, &out->u, &out->noise, good, err) != PP_OK)
        goto done;
    put_out(&f, out);
    *good = *good && isfinite(out->u) && isfinite(out->place[0]) &&
            isfinite(out->place[1]);
done:
    pp_free(f.voxel);
    pp_free(f.row);
    pp_free(f.residual);
    pp_free(f.at);
    return err->status;
}
