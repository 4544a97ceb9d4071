/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * distance.c - exact signed distance between voxel centres
 *
 * The squared distance to the nearest voxel of the other class is separable:
 * one pass along each axis takes the lower envelope of parabolas (Felzenszwalb
 * and Huttenlocher, Theory of Computing 8, 2012). Both signs in one array and
 * one pass: along a line, a run of equal voxels is bounded by voxels of the
 * other class, whose parabolas start at zero and hide everything behind them,
 * so that each run is an envelope of its own.
 *
 * Lines along j and k are gathered sixteen at a time: one cache line each.
 */
#include "mask/mask.h"

#include "base/alloc.h"

#include <float.h>
#include <math.h>

#define BLOCK 16
#define FAR FLT_MAX

/* The envelope's parabolas and scratch lines; one for each thread. */
typedef struct {
    int *at;         /* apex of each parabola */
    double *from;    /* where it becomes the lowest */
    float *height;   /* its value at the apex */
    float *line;     /* BLOCK lines of squared distances */
    uint8_t *in;     /* and of classes */
} scratch;

static void
free_scratch(scratch *s)
{
    pp_free(s->at);
    pp_free(s->from);
    pp_free(s->height);
    pp_free(s->line);
    pp_free(s->in);
}

static bool
make_scratch(scratch *s, size_t n)
{
    s->at = pp_alloc(n + 2, sizeof *s->at);
    s->from = pp_alloc(n + 2, sizeof *s->from);
    s->height = pp_alloc(n + 2, sizeof *s->height);
    s->line = pp_alloc(n * BLOCK, sizeof *s->line);
    s->in = pp_alloc(n * BLOCK, sizeof *s->in);
    return s->at != NULL && s->from != NULL && s->height != NULL &&
           s->line != NULL && s->in != NULL;
}

/* Adds the parabola height + w (x - at)^2 to an envelope of n; the new n. */
static int
add_parabola(scratch *s, int n, int at, float height, double w)
{
    double from = -1e300;

    while (n > 0) {
        const int v = s->at[n - 1];

        from = 0.5 * (((double)height - (double)s->height[n - 1]) /
                          (w * (at - v)) + at + v);
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
 * Squared distances g of the run [a, b) of a line of n voxels of one class,
 * w = squared spacing. open_ends: the line's ends count as the other class.
 */
static void
envelope_of_run(scratch *s, float *g, int a, int b, int n, bool open_ends,
                double w)
{
    int count = 0, k = 0;

    if (a > 0 || open_ends)
        count = add_parabola(s, count, a - 1, 0, w);
    for (int q = a; q < b; q++)
        if (g[q] < FAR)
            count = add_parabola(s, count, q, g[q], w);
    if (b < n || open_ends)
        count = add_parabola(s, count, b, 0, w);
    if (count == 0)
        return;
    for (int q = a; q < b; q++) {
        double d;

        while (k + 1 < count && s->from[k + 1] <= q)
            k++;
        d = q - s->at[k];
        g[q] = (float)(w * d * d + s->height[k]);
    }
}

static void
envelope_of_line(scratch *s, float *g, const uint8_t *in, int n, double w)
{
    for (int a = 0, b; a < n; a = b) {
        for (b = a + 1; b < n && in[b] == in[a]; b++)
            ;
        envelope_of_run(s, g, a, b, n, in[a], w);
    }
}

/* The first pass needs no envelope: the nearer end of the run. */
static void
ends_of_run(float *g, int a, int b, int n, bool inside, double w)
{
    for (int q = a; q < b; q++) {
        const int left = a > 0 || inside ? q - a + 1 : INT32_MAX;
        const int right = b < n || inside ? b - q : INT32_MAX;
        const int d = left < right ? left : right;

        g[q] = d == INT32_MAX ? FAR : (float)(w * (double)d * d);
    }
}

static void
first_pass(const pp_mask *m, double w, float *g)
{
    const ptrdiff_t nrow = (ptrdiff_t)(m->dim[1] * m->dim[2]);
    const int n = (int)m->dim[0];

    #pragma omp parallel for schedule(static)
    for (ptrdiff_t r = 0; r < nrow; r++) {
        const uint8_t *in = m->in + r * n;

        for (int a = 0, b; a < n; a = b) {
            for (b = a + 1; b < n && in[b] == in[a]; b++)
                ;
            ends_of_run(g + r * n, a, b, n, in[a], w);
        }
    }
}

/* Up to BLOCK lines of n values, `stride` apart, that start side by side. */
static void
pass_block(scratch *s, float *g, const uint8_t *in, size_t stride, int n,
           int nline, double w)
{
    for (int q = 0; q < n; q++)
        for (int c = 0; c < nline; c++) {
            s->line[c * n + q] = g[(size_t)q * stride + (size_t)c];
            s->in[c * n + q] = in[(size_t)q * stride + (size_t)c];
        }
    for (int c = 0; c < nline; c++)
        envelope_of_line(s, s->line + c * n, s->in + c * n, n, w);
    for (int q = 0; q < n; q++)
        for (int c = 0; c < nline; c++)
            g[(size_t)q * stride + (size_t)c] = s->line[c * n + q];
}

/*
 * Along axis 1 or 2: the lines start in `nouter` rows of dim[0] voxels, which
 * lie `outer` apart.
 */
static bool
pass(const pp_mask *m, int axis, double w, float *g)
{
    const size_t row = m->dim[0], stride = axis == 1 ? row : row * m->dim[1];
    const size_t outer = axis == 1 ? row * m->dim[1] : row;
    const ptrdiff_t nouter = (ptrdiff_t)m->dim[axis == 1 ? 2 : 1];
    const int n = (int)m->dim[axis];
    bool failed = false;

    #pragma omp parallel
    {
        scratch s = { 0 };
        const bool ready = make_scratch(&s, (size_t)n);

        if (!ready) {
            #pragma omp atomic write
            failed = true;
        }
        #pragma omp for schedule(static)
        for (ptrdiff_t r = 0; r < nouter; r++)
            for (size_t i = 0; ready && i < row; i += BLOCK)
                pass_block(&s, g + (size_t)r * outer + i,
                           m->in + (size_t)r * outer + i, stride, n,
                           row - i < BLOCK ? (int)(row - i) : BLOCK, w);
        free_scratch(&s);
    }
    return !failed;
}

pp_status
pp_mask_distance(const pp_mask *m, float **distance, pp_error *err)
{
    const ptrdiff_t count = (ptrdiff_t)(m->dim[0] * m->dim[1] * m->dim[2]);
    double mm[3];
    float *g;

    *distance = NULL;
    pp_mask_spacing(m, mm);
    if (!(mm[0] > 0 && mm[1] > 0 && mm[2] > 0 &&
          isfinite(mm[0] * mm[1] * mm[2])))
        return pp_fail(err, PP_EGEOM, "voxel spacing %g x %g x %g mm", mm[0],
                       mm[1], mm[2]);
    g = pp_alloc((size_t)count, sizeof *g);
    if (g == NULL)
        return pp_fail_memory(err);
    first_pass(m, mm[0] * mm[0], g);
    if (!pass(m, 1, mm[1] * mm[1], g) || !pass(m, 2, mm[2] * mm[2], g)) {
        pp_free(g);
        return pp_fail_memory(err);
    }
    #pragma omp parallel for schedule(static)
    for (ptrdiff_t n = 0; n < count; n++) {
        const float d = g[n] < FAR ? sqrtf(g[n]) : INFINITY;

        g[n] = m->in[n] ? -d : d;
    }
    *distance = g;
    return PP_OK;
}
