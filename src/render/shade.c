/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * shade.c - from samples to pixels
 *
 * Two lights and a sky, darkened where the surroundings stand higher (horizon
 * based ambient occlusion, Bavoil 2008) and at the edges of depth. Corners
 * share a normal where the facets meet at less than 40 degrees, so that round
 * things look round and sharp edges stay sharp. Colours of values keep their
 * hue and lose only lightness; the back of a facet is dull red.
 */
#include "render/raster.h"

#include "base/alloc.h"

#include <math.h>
#include <string.h>

#define TABLE 256
#define COS_CREASE 0.766 /* 40 degrees */
#define NTURN 16         /* directions of the occlusion */
#define NREACH 4         /* samples in each */

typedef struct {
    const pp_mesh *m;
    const pp_view *view;
    const pp_zbuffer *z;
    const pp_look *look;
    double table[TABLE][3]; /* the colour map, linear light */
    pp_vec3 light[2];
    struct {
        double dx, dy; /* one sample that way */
        double r[NREACH];
        long x[NREACH], y[NREACH];
    } around[NTURN]; /* a sample, for the occlusion */
    float *value;           /* per sample, when a mark is drawn */
} job;

typedef struct {
    double rgb[3]; /* linear */
    bool background, back, unknown;
} pixel;

pp_status
pp_vertex_normals(const pp_mesh *m, pp_vec3 **normal, pp_error *err)
{
    *normal = pp_alloc(m->nvert, sizeof **normal);
    if (*normal == NULL)
        return pp_fail_memory(err);
    pp_mesh_vertex_normals(m, *normal);
    return PP_OK;
}

/* Weights of a facet's corners at a point of its plane seen in the view. */
static void
corner_weights(const job *j, const uint32_t *tri, pp_vec3 facing, pp_vec3 p,
               double w[3])
{
    const pp_vec3 a = j->m->vert[tri[0]];
    const pp_vec3 ab = pp_sub(j->m->vert[tri[1]], a);
    const pp_vec3 ac = pp_sub(j->m->vert[tri[2]], a);
    const double area = pp_dot(facing, pp_cross(ab, ac));
    const pp_vec3 ap = pp_sub(p, a);

    w[1] = pp_dot(facing, pp_cross(ap, ac)) / area;
    w[2] = pp_dot(facing, pp_cross(ab, ap)) / area;
    for (int k = 1; k < 3; k++)
        w[k] = w[k] >= 0 ? fmin(w[k], 1) : 0; /* slivers: NaN too */
    w[0] = fmax(1 - w[1] - w[2], 0);
}

static pp_vec3
smooth_normal(const job *j, const uint32_t *tri, pp_vec3 facing,
              const double w[3])
{
    pp_vec3 sum = pp_vec(0, 0, 0);

    for (int k = 0; k < 3; k++) {
        const pp_vec3 at = j->look->normal[tri[k]];
        const bool flat = pp_dot(at, facing) < COS_CREASE;

        sum = pp_madd(sum, w[k], flat ? facing : at);
    }
    return pp_unit(sum);
}

static pp_vec3
place_of(const job *j, size_t x, size_t y, float height)
{
    const double x0 = (double)j->view->width / 2 - 0.5;
    const double y0 = (double)j->view->height / 2 - 0.5;
    const double mm = 1 / j->view->samples_per_mm;
    pp_vec3 p = j->view->centre;

    p = pp_madd(p, ((double)x - x0) * mm, j->view->right);
    p = pp_madd(p, (y0 - (double)y) * mm, j->view->up);
    return pp_madd(p, (double)height * mm, j->view->toward);
}

/*
 * How much of the sky the surroundings hide, [0, 1]: in four directions the
 * steepest rise above the tangent plane. The four samples of a pixel look
 * into different directions.
 */
static double
occlusion(const job *j, long x, long y, const double slope[2])
{
    const long width = (long)j->z->width, height = (long)j->z->height;
    const double here = j->z->rise[y * width + x];
    const long turn = x % 2 + 2 * (y % 2);
    double hidden = 0;

    for (long d = turn; d < NTURN; d += 4) {
        const double tilt =
            slope[0] * j->around[d].dx + slope[1] * j->around[d].dy;
        double most = 0;

        for (int n = 0; n < NREACH; n++) {
            const long sx = x + j->around[d].x[n], sy = y + j->around[d].y[n];
            double rise;

            if (sx < 0 || sy < 0 || sx >= width || sy >= height)
                continue;
            rise = (j->z->rise[sy * width + sx] - here) / j->around[d].r[n] -
                   tilt;
            /* what rises far above is another body, not a wall; and a sine is
               no more than its tangent */
            if (rise * (1 - 0.22 * n) > most && rise < 6)
                most = fmax(most, rise / sqrt(1 + rise * rise) *
                                      (1 - 0.22 * n));
        }
        hidden += most / 4;
    }
    return hidden;
}

static void
look_around(job *j)
{
    static const double reach[NREACH] = { 0.004, 0.01, 0.022, 0.045 };
    const double size = sqrt((double)(j->z->width * j->z->height));

    for (int d = 0; d < NTURN; d++) {
        j->around[d].dx = cos(d * M_PI / 8);
        j->around[d].dy = sin(d * M_PI / 8);
        for (int n = 0; n < NREACH; n++) {
            const double r = fmax(reach[n] * size, n + 1);

            j->around[d].r[n] = r;
            j->around[d].x[n] = lrint(r * j->around[d].dx);
            j->around[d].y[n] = lrint(r * j->around[d].dy);
        }
    }
}

/* A step of depth beyond what the slope explains: an edge to be drawn. */
static bool
on_edge(const job *j, long x, long y, const double slope[2])
{
    static const int step[4][2] = { { 2, 0 }, { -2, 0 }, { 0, 2 }, { 0, -2 } };
    const long width = (long)j->z->width, height = (long)j->z->height;
    const double here = j->z->rise[y * width + x];
    const double jump = 0.012 * sqrt((double)(width * height));

    for (int n = 0; n < 4; n++) {
        const long sx = x + step[n][0], sy = y + step[n][1];
        double expected;

        if (sx < 0 || sy < 0 || sx >= width || sy >= height)
            continue;
        expected = here + slope[0] * step[n][0] + slope[1] * step[n][1];
        if (j->z->rise[sy * width + sx] < fmin(here, expected) - jump)
            return true;
    }
    return false;
}

/* The surface crosses the marked value between this sample and the next. */
static bool
on_mark(const job *j, size_t x, size_t y)
{
    const size_t width = j->z->width, at = y * width + x;
    const float mark = (float)j->look->mark, here = j->value[at];

    if (x + 2 >= width || y + 2 >= j->z->height)
        return false;
    for (size_t n = 1; n <= 2; n++)
        if ((here < mark) != (j->value[at + n] < mark) ||
            (here < mark) != (j->value[at + n * width] < mark))
            return isfinite(here) && isfinite(j->value[at + n]) &&
                   isfinite(j->value[at + n * width]);
    return false;
}

static double
value_at(const job *j, const uint32_t *tri, const double w[3])
{
    const float *value = j->look->value;

    return w[0] * (double)value[tri[0]] + w[1] * (double)value[tri[1]] +
           w[2] * (double)value[tri[2]];
}

static void
base_colour(const job *j, double value, pixel *p)
{
    static const double plain[3] = { 0.70, 0.63, 0.50 };
    static const double unknown[3] = { 0.35, 0.35, 0.35 };
    static const double back[3] = { 0.36, 0.045, 0.04 };
    const pp_look *look = j->look;
    const double *from = plain;

    if (p->back) {
        from = back;
    } else if (look->value != NULL) {
        const double t = (value - look->low) / (look->high - look->low);

        p->unknown = !isfinite(value);
        from = p->unknown
                   ? unknown
                   : j->table[(int)(fmin(fmax(t, 0), 1) * (TABLE - 1) + 0.5)];
    }
    memcpy(p->rgb, from, sizeof p->rgb);
}

static double
brightness(const job *j, pp_vec3 n)
{
    /* the light wraps a little around, which spares a hard terminator */
    const double key = fmax((pp_dot(n, j->light[0]) + 0.25) / 1.25, 0);
    const double fill = fmax(pp_dot(n, j->light[1]), 0);
    const double sky = 0.5 + 0.5 * pp_dot(n, j->view->up);

    return 0.30 + 0.12 * sky + 0.62 * key + 0.16 * fill;
}

static pixel
shade_sample(const job *j, size_t x, size_t y)
{
    const size_t at = y * j->z->width + x;
    const uint32_t facet = j->z->facet[at];
    pixel p = { { 0 }, true, false, false };

    if (facet == PP_NONE)
        return p;
    p.background = false;

    const uint32_t *tri = j->m->tri[facet];
    const pp_vec3 facing = pp_unit(pp_facet_normal(j->m, facet));
    double w[3], slope[2], light;
    pp_vec3 n;

    corner_weights(j, tri, facing, place_of(j, x, y, j->z->rise[at]), w);
    n = smooth_normal(j, tri, facing, w);
    p.back = pp_dot(facing, j->view->toward) < 0;
    if (p.back)
        n = pp_scale(n, -1);

    /* rise of the tangent plane per sample to the right and downward */
    const double steep = fmax(fabs(pp_dot(n, j->view->toward)), 0.1);
    slope[0] = -pp_dot(n, j->view->right) / steep;
    slope[1] = pp_dot(n, j->view->up) / steep;
    light = brightness(j, n) *
            (1 - 0.75 * occlusion(j, (long)x, (long)y, slope));
    if (on_edge(j, (long)x, (long)y, slope))
        light *= 0.35;
    else if (j->look->has_mark && j->look->value != NULL && !p.back &&
             on_mark(j, x, y))
        light *= 0.12;
    base_colour(j, j->look->value != NULL ? value_at(j, tri, w) : 0, &p);
    for (int c = 0; c < 3; c++)
        p.rgb[c] *= light;
    return p;
}

/* Values of all samples, for the line at the marked value. */
static void
sample_values(const job *j)
{
#pragma omp parallel for schedule(dynamic, 16)
    for (size_t y = 0; y < j->z->height; y++)
        for (size_t x = 0; x < j->z->width; x++) {
            const size_t at = y * j->z->width + x;
            const uint32_t facet = j->z->facet[at];
            double w[3];

            j->value[at] = NAN;
            if (facet == PP_NONE)
                continue;

            const uint32_t *tri = j->m->tri[facet];

            corner_weights(j, tri, pp_unit(pp_facet_normal(j->m, facet)),
                           place_of(j, x, y, j->z->rise[at]), w);
            j->value[at] = (float)value_at(j, tri, w);
        }
}

/* Four samples to a pixel, averaged in linear light over the background. */
static int
shade_pixel(const job *j, pp_canvas *canvas, long x, long y, size_t px,
            size_t py)
{
    double sum[3] = { 0 };
    int covered = 0, seen = 0;

    for (size_t n = 0; n < 4; n++) {
        const pixel p = shade_sample(j, 2 * px + n % 2, 2 * py + n / 2);

        if (p.background)
            continue;
        covered++;
        seen |= (p.back ? 1 : 0) | (p.unknown ? 2 : 0);
        for (int c = 0; c < 3; c++)
            sum[c] += p.rgb[c];
    }
    if (covered > 0) {
        for (int c = 0; c < 3; c++)
            sum[c] /= covered;
        pp_canvas_mix(canvas, x + (long)px, y + (long)py,
                      pp_colour_bytes(sum), covered / 4.0);
    }
    return seen;
}

pp_status
pp_shade(const pp_mesh *m, const pp_view *view, const pp_zbuffer *z,
         const pp_look *look, pp_canvas *canvas, long x, long y,
         pp_seen *seen, pp_error *err)
{
    job j = { .m = m, .view = view, .z = z, .look = look };
    int all = 0;

    for (int n = 0; n < TABLE; n++)
        pp_colour(look->map, n / (TABLE - 1.0), j.table[n]);
    look_around(&j);
    j.light[0] = pp_unit(pp_add(pp_madd(view->toward, 0.75, view->up),
                                pp_scale(view->right, -0.55)));
    j.light[1] = pp_unit(pp_add(pp_madd(view->toward, -0.2, view->up),
                                pp_scale(view->right, 1.1)));
    if (look->value != NULL && look->has_mark) {
        j.value = pp_alloc(z->width * z->height, sizeof *j.value);
        if (j.value == NULL)
            return pp_fail_memory(err);
        sample_values(&j);
    }
#pragma omp parallel for schedule(dynamic, 8) reduction(| : all)
    for (size_t py = 0; py < z->height / 2; py++)
        for (size_t px = 0; px < z->width / 2; px++)
            all |= shade_pixel(&j, canvas, x, y, px, py);
    seen->inside_seen = seen->inside_seen || (all & 1);
    seen->unknown_seen = seen->unknown_seen || (all & 2);
    pp_free(j.value);
    return PP_OK;
}
