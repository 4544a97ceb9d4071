/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * resample.c - bent stacks made straight and even
 *
 * The slices of a tilted gantry lie perpendicular to their normal, but each is
 * shifted against the one before; those of a sequential scan may lie at
 * different distances. Every point of the new grid looks up the two slices
 * around it at its own place in space, bilinearly within each, linearly
 * between them. Where slices are even already, none are mixed. The new grid
 * covers all slices; what none of them saw gets the lowest value.
 */
#include "voxel/dicom.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

/* A grid this much larger than the scan is a broken header. */
#define GROWTH_LIMIT 16

/* Interpolated weights below this are none: on a slice within a nanometre. */
#define ON_SLICE 1e-6

typedef struct {
    const pp_grid *from;
    const pp_slice *slice;
    size_t n;
    double *u, *v;       /* shift of each slice against the first, pixels */
    double least_u, least_v;
    double step;
    double background;   /* the lowest stored value */
} straightening;

static pp_vec3
position(const pp_slice *s)
{
    const double *p = s->plane.position;

    return pp_vec(p[0], p[1], p[2]);
}

#define LOAD(type)                                                            \
    do {                                                                      \
        const type *from = (const type *)g->voxel + first;                    \
                                                                              \
        for (size_t i = 0; i < n; i++)                                        \
            to[i] = (double)from[i];                                          \
    } while (0)

/* n stored values from `first` on. */
static void
load(const pp_grid *g, size_t first, size_t n, double *to)
{
    switch (g->type) {
    case PP_VOXEL_U8:
        LOAD(uint8_t);
        break;
    case PP_VOXEL_I8:
        LOAD(int8_t);
        break;
    case PP_VOXEL_U16:
        LOAD(uint16_t);
        break;
    case PP_VOXEL_I16:
        LOAD(int16_t);
        break;
    case PP_VOXEL_U32:
        LOAD(uint32_t);
        break;
    case PP_VOXEL_I32:
        LOAD(int32_t);
        break;
    case PP_VOXEL_F32:
        LOAD(float);
        break;
    default:
        LOAD(double);
    }
}

#define SAVE(type, round_it)                                                  \
    do {                                                                      \
        type *to = (type *)g->voxel + first;                                  \
                                                                              \
        for (size_t i = 0; i < n; i++)                                        \
            to[i] = (type)((round_it) ? floor(from[i] + 0.5) : from[i]);      \
    } while (0)

/* Interpolation stays between stored values: rounded ones fit their type. */
static void
save(pp_grid *g, size_t first, size_t n, const double *from)
{
    switch (g->type) {
    case PP_VOXEL_U8:
        SAVE(uint8_t, true);
        break;
    case PP_VOXEL_I8:
        SAVE(int8_t, true);
        break;
    case PP_VOXEL_U16:
        SAVE(uint16_t, true);
        break;
    case PP_VOXEL_I16:
        SAVE(int16_t, true);
        break;
    case PP_VOXEL_U32:
        SAVE(uint32_t, true);
        break;
    case PP_VOXEL_I32:
        SAVE(int32_t, true);
        break;
    case PP_VOXEL_F32:
        SAVE(float, false);
        break;
    default:
        SAVE(double, false);
    }
}

/* Rows of doubles that one thread works with. */
typedef struct {
    double *line, *next; /* as wide as the scan */
    double *low, *high;  /* as wide as the new grid */
} rows;

/*
 * Row j of the new grid as slice k has it; NaN where it saw nothing. The
 * slice is shifted as a whole, so that the weights are those of its shift.
 */
static void
look_up(const straightening *s, size_t k, size_t j, size_t width,
        const rows *r, double *out)
{
    const size_t *dim = s->from->dim;
    const double x0 = s->least_u - s->u[k];
    const double y = (double)j + s->least_v - s->v[k];
    const double right = (double)(dim[0] - 1), bottom = (double)(dim[1] - 1);
    const bool beside = !(y > -ON_SLICE && y < bottom + ON_SLICE);
    const double inside = fmin(fmax(y, 0), bottom);
    const size_t top = beside ? 0 : (size_t)inside;
    const double b = inside - (double)top;

    if (!beside) {
        load(s->from, (k * dim[1] + top) * dim[0], dim[0], r->line);
        if (b > ON_SLICE) {
            load(s->from, (k * dim[1] + top + 1) * dim[0], dim[0], r->next);
            for (size_t i = 0; i < dim[0]; i++)
                r->line[i] += b * (r->next[i] - r->line[i]);
        }
    }
    for (size_t i = 0; i < width; i++) {
        const double x = (double)i + x0;

        if (beside || !(x > -ON_SLICE && x < right + ON_SLICE)) {
            out[i] = NAN;
            continue;
        }
        const double at = fmin(fmax(x, 0), right);
        const size_t left = (size_t)at;
        const double a = at - (double)left;

        out[i] = r->line[left];
        if (a > ON_SLICE)
            out[i] += a * (r->line[left + 1] - r->line[left]);
    }
}

/* One slice of the new grid, between slices k and k + 1 of the old. */
static void
fill_slice(const straightening *s, size_t k, double share, size_t plane,
           const rows *r, pp_grid *to)
{
    const size_t width = to->dim[0];

    for (size_t j = 0; j < to->dim[1]; j++) {
        look_up(s, k, j, width, r, r->low);
        if (share > ON_SLICE) {
            look_up(s, k + 1, j, width, r, r->high);
            for (size_t i = 0; i < width; i++)
                r->low[i] += share * (r->high[i] - r->low[i]);
        }
        for (size_t i = 0; i < width; i++)
            if (isnan(r->low[i]))
                r->low[i] = s->background;
        save(to, (plane * to->dim[1] + j) * width, width, r->low);
    }
}

/* The slices around a plane of the new grid. */
static void
fill_plane(const straightening *s, size_t plane, const rows *r, pp_grid *to)
{
    const double at = s->slice[0].along + s->step * (double)plane;
    size_t k = 0;
    double share;

    while (k + 2 < s->n && s->slice[k + 1].along <= at)
        k++;
    share = (at - s->slice[k].along) /
            (s->slice[k + 1].along - s->slice[k].along);
    if (share > 1 - ON_SLICE) {
        k++;
        share = 0;
    }
    fill_slice(s, k, fmax(share, 0), plane, r, to);
}

static pp_status
fill_grid(const straightening *s, pp_grid *to, pp_error *err)
{
    const size_t old = s->from->dim[0], width = to->dim[0];
    bool short_of_memory = false;

#pragma omp parallel num_threads(2)
    {
        double *all = pp_alloc(2 * (old + width), sizeof *all);
        /* unused when there is no memory: NULL takes no offset */
        const rows r = { all, all != NULL ? all + old : NULL,
                         all != NULL ? all + 2 * old : NULL,
                         all != NULL ? all + 2 * old + width : NULL };

        if (all == NULL) {
#pragma omp atomic write
            short_of_memory = true;
        }
#pragma omp for schedule(dynamic)
        for (size_t plane = 0; plane < to->dim[2]; plane++)
            if (all != NULL)
                fill_plane(s, plane, &r, to);
        pp_free(all);
    }
    return short_of_memory ? pp_fail_memory(err) : PP_OK;
}

static double
lowest(const pp_grid *g, double *row)
{
    double least = HUGE_VAL;

    for (size_t n = 0; n < g->dim[1] * g->dim[2]; n++) {
        load(g, n * g->dim[0], g->dim[0], row);
        for (size_t i = 0; i < g->dim[0]; i++)
            least = fmin(least, row[i]);
    }
    return least;
}

/* Shifts within the slice, and the least gap along the normal. */
static void
measure(straightening *s, double most[2], double *widest)
{
    double mm[3];
    const pp_dicom_plane *p = &s->slice[0].plane;
    const pp_vec3 row = pp_unit(pp_vec(p->row_direction[0],
                                       p->row_direction[1],
                                       p->row_direction[2]));
    const pp_vec3 column = pp_unit(pp_vec(p->column_direction[0],
                                          p->column_direction[1],
                                          p->column_direction[2]));

    pp_grid_spacing(s->from, mm);
    s->step = HUGE_VAL;
    most[0] = most[1] = *widest = 0;
    for (size_t k = 0; k < s->n; k++) {
        const pp_vec3 d = pp_sub(position(&s->slice[k]),
                                 position(&s->slice[0]));

        s->u[k] = pp_dot(d, row) / mm[0];
        s->v[k] = pp_dot(d, column) / mm[1];
        s->least_u = fmin(s->least_u, s->u[k]);
        s->least_v = fmin(s->least_v, s->v[k]);
        most[0] = fmax(most[0], s->u[k]);
        most[1] = fmax(most[1], s->v[k]);
        if (k > 0) {
            const double gap = s->slice[k].along - s->slice[k - 1].along;

            s->step = fmin(s->step, gap);
            *widest = fmax(*widest, gap);
        }
    }
}

/* Even steps no wider than the least gap that end on the last slice. */
static pp_status
plan(straightening *s, size_t dim[3], double *widest, pp_error *err)
{
    const double length = s->slice[s->n - 1].along - s->slice[0].along;
    double most[2], planes;

    measure(s, most, widest);
    planes = ceil(length / s->step - 0.02);
    for (int a = 0; a < 2; a++) {
        const double more =
            ceil(most[a] - (a == 0 ? s->least_u : s->least_v) - 1e-3);

        if (more > GROWTH_LIMIT * (double)s->from->dim[a])
            return pp_fail(err, PP_ELIMIT, "slices lie %.0f pixels apart "
                           "sideways", more);
        dim[a] = s->from->dim[a] + (size_t)fmax(more, 0);
    }
    if (planes > GROWTH_LIMIT * (double)s->n)
        return pp_fail(err, PP_ELIMIT,
                       "%zu slices would become %.0f: the spacing varies too "
                       "much", s->n, planes);
    dim[2] = (size_t)planes + 1;
    s->step = length / planes;
    return PP_OK;
}

static void
new_matrix(const straightening *s, pp_grid *to)
{
    const pp_vec3 normal = pp_slice_normal(&s->slice[0].plane);

    memcpy(to->to_lps, s->from->to_lps, sizeof to->to_lps);
    for (int r = 0; r < 3; r++) {
        to->to_lps[r][2] = pp_axis(normal, r) * s->step;
        to->to_lps[r][3] += s->least_u * to->to_lps[r][0] +
                            s->least_v * to->to_lps[r][1];
    }
}

static pp_status
build(straightening *s, pp_grid *grid, double *widest, pp_error *err)
{
    pp_grid to = { 0 };
    double *row = NULL;
    size_t dim[3];

    if (plan(s, dim, widest, err) != PP_OK)
        return err->status;
    if (grid->voxel == NULL) {
        new_matrix(s, grid);
        memcpy(grid->dim, dim, sizeof dim);
        return PP_OK;
    }
    row = pp_alloc(grid->dim[0], sizeof *row);
    if (row == NULL) {
        pp_fail_memory(err);
    } else if (pp_grid_alloc(&to, dim, grid->type, err) == PP_OK) {
        to.slope = grid->slope;
        to.intercept = grid->intercept;
        new_matrix(s, &to);
        s->background = lowest(grid, row);
        if (fill_grid(s, &to, err) == PP_OK) {
            pp_grid_free(grid);
            *grid = to;
        } else {
            pp_grid_free(&to);
        }
    }
    pp_free(row);
    return err->status;
}

pp_status
pp_stack_straighten(const pp_slice *slice, size_t n, pp_grid *grid,
                    pp_volume *volume, pp_error *err)
{
    straightening s = { .from = grid, .slice = slice, .n = n };
    double widest = 0, least = HUGE_VAL, shift;

    for (size_t k = 1; k < n; k++)
        least = fmin(least, slice[k].along - slice[k - 1].along);
    s.u = pp_alloc_zero(n, sizeof *s.u);
    s.v = pp_alloc_zero(n, sizeof *s.v);
    if (s.u == NULL || s.v == NULL)
        pp_fail_memory(err);
    else
        (void)!build(&s, grid, &widest, err);
    if (err->status == PP_OK) {
        const pp_vec3 d = pp_sub(position(&slice[n - 1]), position(&slice[0]));
        const pp_vec3 normal = pp_slice_normal(&slice[0].plane);

        shift = pp_norm(pp_madd(d, -pp_dot(d, normal), normal));
        (void)!pp_volume_note(volume, err,
                              "resampled: %zu slices, %.2f to %.2f mm apart "
                              "and shifted sideways by %.2f mm in all, made "
                              "straight and %.4g mm apart", n, least, widest,
                              shift, s.step);
    }
    pp_free(s.u);
    pp_free(s.v);
    return err->status;
}
