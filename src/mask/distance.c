/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * distance.c - exact distances between voxel centres
 *
 * The squared distance to the nearest voxel of another class is separable:
 * one pass along each axis takes the lower envelope of parabolas (Felzenszwalb
 * and Huttenlocher, Theory of Computing 8, 2012). All classes in one array and
 * one pass: along a line, a run of equal voxels is bounded by voxels of other
 * classes, whose parabolas start at zero and hide everything behind them, so
 * that each run is an envelope of its own.
 *
 * Slices are small enough for a cache: the first two passes are done slice by
 * slice. Lines along j and k are taken sixteen at a time, one cache line each,
 * and worked on in that order. Where two parabolas cross is found without a
 * division; as both are equal there, its rounding moves no distance.
 */
#include "mask/field.h"

#include "base/alloc.h"
#include "base/large.h"

#include <math.h>
#include <string.h>

#define BLOCK 16
#define FAR PP_FIELD_FAR

/* The envelope's parabolas, and a block of lines; one for each thread. */
typedef struct {
    int *at;         /* apex of each parabola */
    double *from;    /* where it becomes the lowest */
    float *height;   /* its value at the apex */
    float *line;     /* BLOCK lines side by side: squared distances */
    uint16_t *class; /* and classes */
} scratch;

typedef struct {
    const pp_field_classes *c;
    double w[3];        /* squared spacing */
    double *inverse[3]; /* 1 / (w d) for distances d of voxels */
    float *g;
} transform;

static void
free_scratch(scratch *s)
{
    pp_free(s->at);
    pp_free(s->from);
    pp_free(s->height);
    pp_free(s->line);
    pp_free(s->class);
}

static bool
make_scratch(scratch *s, size_t n)
{
    s->at = pp_alloc(n + 3, sizeof *s->at);
    s->from = pp_alloc(n + 3, sizeof *s->from);
    s->height = pp_alloc(n + 3, sizeof *s->height);
    s->line = pp_alloc(n * BLOCK, sizeof *s->line);
    s->class = pp_alloc(n * BLOCK, sizeof *s->class);
    return s->at != NULL && s->from != NULL && s->height != NULL &&
           s->line != NULL && s->class != NULL;
}

/* Adds the parabola height + w (x - at)^2 to an envelope of n; the new n. */
static inline int
add_parabola(scratch *s, int n, int at, float height, const double *inverse)
{
    double from = -1e300;

    while (n > 0) {
        const int v = s->at[n - 1];

        from = 0.5 * (((double)height - (double)s->height[n - 1]) *
                          inverse[at - v] + (double)(at + v));
        if (from > s->from[n - 1])
            break;
        n--;
    }
    s->at[n] = at;
    s->height[n] = height;
    s->from[n] = n > 0 ? from : -1e300;
    return n + 1;
}

/*
 * Squared distances of the run [a, b) of one class in a line of n voxels that
 * lie BLOCK apart. ends: the line's ends count as another class.
 */
static void
envelope_of_run(scratch *s, float *g, int a, int b, int n, bool ends, double w,
                const double *inverse)
{
    int count = 0, q = a;

    if (a > 0 || ends)
        count = add_parabola(s, count, a - 1, 0, inverse);
    for (int p = a; p < b; p++)
        if (g[p * BLOCK] < FAR)
            count = add_parabola(s, count, p, g[p * BLOCK], inverse);
    if (b < n || ends)
        count = add_parabola(s, count, b, 0, inverse);
    s->from[count] = 1e300;
    for (int k = 0; k < count && q < b; k++) {
        const double end = s->from[k + 1], height = (double)s->height[k];
        const int apex = s->at[k];

        for (; q < b && q < end; q++) {
            const double d = q - apex;

            g[q * BLOCK] = (float)(w * d * d + height);
        }
    }
}

/* Of line `lane` of the block. */
static void
envelope_of_line(scratch *s, const transform *t, int axis, int lane, int n)
{
    const uint16_t *class = s->class + lane;
    float *g = s->line + lane;

    for (int a = 0, b; a < n; a = b) {
        const uint16_t here = class[a * BLOCK];

        for (b = a + 1; b < n && class[b * BLOCK] == here; b++)
            ;
        if (here != 0 || t->c->zero)
            envelope_of_run(s, g, a, b, n, t->c->ends && here != 0, t->w[axis],
                            t->inverse[axis]);
    }
}

/* Up to BLOCK classes from voxel v on; false when all are 0. */
static inline bool
copy_classes(const pp_field_classes *c, size_t v, int nline, uint16_t *to)
{
    unsigned any = 0;

    if (c->word != NULL)
        for (int lane = 0; lane < nline; lane++)
            any |= to[lane] = c->word[v + (size_t)lane];
    else
        for (int lane = 0; lane < nline; lane++)
            any |= to[lane] = c->byte[v + (size_t)lane];
    return any != 0;
}

static inline float
root(float squared)
{
    return squared < FAR ? sqrtf(squared) : INFINITY;
}

/* Up to BLOCK lines of voxels `stride` apart, that start side by side at v. */
static void
pass_block(scratch *s, const transform *t, int axis, size_t v, size_t stride,
           int nline)
{
    const int n = (int)t->c->dim[axis];
    bool any = t->c->zero;

    for (int q = 0; q < n; q++) {
        const size_t at = v + (size_t)q * stride;

        any |= copy_classes(t->c, at, nline, s->class + q * BLOCK);
        memcpy(s->line + q * BLOCK, t->g + at,
               (size_t)nline * sizeof *s->line);
    }
    if (any)
        for (int lane = 0; lane < nline; lane++)
            envelope_of_line(s, t, axis, lane, n);
    for (int q = 0; any && q < n; q++) {
        float *to = t->g + v + (size_t)q * stride;

        if (axis == 1)
            memcpy(to, s->line + q * BLOCK, (size_t)nline * sizeof *to);
        else
            for (int lane = 0; lane < nline; lane++)
                to[lane] = root(s->line[q * BLOCK + lane]);
    }
}

/* The first pass needs no envelope: the nearer end of the run. */
static void
ends_of_run(float *g, int a, int b, int n, bool ends, double w)
{
    const bool left = a > 0 || ends, right = b < n || ends;
    const int middle = !left ? a : !right ? b : a + (b - a + 1) / 2;

    if (!left && !right) {
        for (int q = a; q < b; q++)
            g[q] = FAR;
        return;
    }
    for (int q = a; q < middle; q++)
        g[q] = (float)(w * (q - a + 1.0) * (q - a + 1.0));
    for (int q = middle; q < b; q++)
        g[q] = (float)(w * (double)(b - q) * (double)(b - q));
}

static inline uint16_t
class_at(const pp_field_classes *c, size_t v)
{
    return c->word != NULL ? c->word[v] : c->byte[v];
}

/* Row r of all. */
static void
first_pass(const transform *t, size_t r)
{
    const pp_field_classes *c = t->c;
    const int n = (int)c->dim[0];
    const size_t v = r * c->dim[0];

    for (int a = 0, b; a < n; a = b) {
        const uint16_t here = class_at(c, v + (size_t)a);

        if (c->word != NULL)
            for (b = a + 1; b < n && c->word[v + (size_t)b] == here; b++)
                ;
        else
            for (b = a + 1; b < n && c->byte[v + (size_t)b] == here; b++)
                ;
        if (here != 0 || c->zero)
            ends_of_run(t->g + v, a, b, n, c->ends && here != 0, t->w[0]);
        else
            memset(t->g + v + a, 0, (size_t)(b - a) * sizeof *t->g);
    }
}

static void
pass_lines(scratch *s, const transform *t, int axis, size_t v, size_t stride)
{
    const size_t row = t->c->dim[0];

    for (size_t i = 0; i < row; i += BLOCK)
        pass_block(s, t, axis, v + i, stride,
                   row - i < BLOCK ? (int)(row - i) : BLOCK);
}

/* Rows and then columns of each slice; then what goes through the slices. */
static bool
all_passes(const transform *t)
{
    const size_t row = t->c->dim[0], slice = row * t->c->dim[1];
    const ptrdiff_t ny = (ptrdiff_t)t->c->dim[1];
    const ptrdiff_t nz = (ptrdiff_t)t->c->dim[2];
    bool failed = false;

    #pragma omp parallel
    {
        scratch s = { 0 };
        const bool ready =
            make_scratch(&s, (size_t)(ny > nz ? ny : nz));

        if (!ready) {
            #pragma omp atomic write
            failed = true;
        }
        #pragma omp for schedule(dynamic)
        for (ptrdiff_t z = 0; z < nz; z++) {
            for (ptrdiff_t y = 0; y < ny; y++)
                first_pass(t, (size_t)(z * ny + y));
            if (ready)
                pass_lines(&s, t, 1, (size_t)z * slice, row);
        }
        #pragma omp for schedule(dynamic)
        for (ptrdiff_t y = 0; y < ny; y++)
            if (ready)
                pass_lines(&s, t, 2, (size_t)y * row, slice);
        free_scratch(&s);
    }
    return !failed;
}

static pp_status
prepare(transform *t, pp_error *err)
{
    for (int a = 0; a < 3; a++) {
        const double mm = t->c->mm[a];
        const size_t n = t->c->dim[a] + 2;

        if (!(mm > 0 && isfinite(mm * mm)))
            return pp_fail(err, PP_EGEOM, "voxel spacing %g x %g x %g mm",
                           t->c->mm[0], t->c->mm[1], t->c->mm[2]);
        t->w[a] = mm * mm;
        t->inverse[a] = pp_alloc(n, sizeof *t->inverse[a]);
        if (t->inverse[a] == NULL)
            return pp_fail_memory(err);
        t->inverse[a][0] = 0;
        for (size_t d = 1; d < n; d++)
            t->inverse[a][d] = 1 / (t->w[a] * (double)d);
    }
    return PP_OK;
}

pp_status
pp_field_distance(const pp_field_classes *c, float *distance, pp_error *err)
{
    transform t = { .c = c, .g = distance };

    pp_large_hint(distance, c->dim[0] * c->dim[1] * c->dim[2],
                  sizeof *distance);
    if (prepare(&t, err) == PP_OK && !all_passes(&t))
        pp_fail_memory(err);
    for (int a = 0; a < 3; a++)
        pp_free(t.inverse[a]);
    return err->status;
}

pp_status
pp_mask_distance(const pp_mask *m, float **distance, pp_error *err)
{
    const ptrdiff_t count = (ptrdiff_t)(m->dim[0] * m->dim[1] * m->dim[2]);
    pp_field_classes c = { .byte = m->in, .zero = true, .ends = true };
    float *d;

    *distance = NULL;
    memcpy(c.dim, m->dim, sizeof c.dim);
    pp_mask_spacing(m, c.mm);
    d = pp_alloc((size_t)count, sizeof *d);
    if (d == NULL)
        return pp_fail_memory(err);
    if (pp_field_distance(&c, d, err) != PP_OK) {
        pp_free(d);
        return err->status;
    }
    #pragma omp parallel for schedule(static)
    for (ptrdiff_t n = 0; n < count; n++)
        d[n] = m->in[n] ? -d[n] : d[n];
    *distance = d;
    return PP_OK;
}
