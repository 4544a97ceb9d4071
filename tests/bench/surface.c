/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * surface.c - what smoothing and decimation do to bodies whose shape is known
 *
 * Binary masks of analytic bodies at thicker and thicker slices; for each kind
 * of smoothing the volume against the mask's, the root mean square distance
 * and the angle of facets against the truth, and the time for a vertex; then
 * the same surface decimated.
 */
#include "base/alloc.h"
#include "mask/mask.h"
#include "surface/surface.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define DEGREES 57.29577951308232

static double
ball(pp_vec3 p)
{
    return pp_norm(p) - 12;
}

/* Turned, so that no axis is along the lattice. */
static pp_vec3
turned(pp_vec3 p)
{
    const pp_vec3 q = pp_vec(p.x, 0.8 * p.y - 0.6 * p.z,
                             0.6 * p.y + 0.8 * p.z);

    return pp_vec(0.96 * q.x + 0.28 * q.z, q.y, -0.28 * q.x + 0.96 * q.z);
}

static double
torus(pp_vec3 p)
{
    const pp_vec3 q = turned(p);

    return hypot(hypot(q.x, q.y) - 12, q.z) - 4;
}

static double
tube(pp_vec3 p)
{
    const pp_vec3 q = turned(p);

    return hypot(hypot(q.x, q.y), fmax(fabs(q.z) - 12, 0)) - 3;
}

static double
shell(pp_vec3 p)
{
    return fabs(pp_norm(p) - 14) - 1;
}

static double
box(pp_vec3 p)
{
    const pp_vec3 q = turned(p);
    const double x = fabs(q.x) - 10, y = fabs(q.y) - 7, z = fabs(q.z) - 5;
    const double most = fmax(x, fmax(y, z));

    return most < 0 ? most : pp_norm(pp_vec(fmax(x, 0), fmax(y, 0),
                                            fmax(z, 0)));
}

static const struct {
    const char *name;
    double (*distance)(pp_vec3);
} bodies[] = { { "ball 12", ball }, { "torus 12/4", torus },
               { "tube 3", tube }, { "shell 2", shell }, { "box", box } };

static double
seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static pp_status
make_mask(double (*distance)(pp_vec3), double slice_mm, pp_mask *m,
          pp_error *err)
{
    const double mm[3] = { 0.7, 0.7, slice_mm };
    double to_lps[3][4] = { { 0 } };
    size_t dim[3];

    for (int a = 0; a < 3; a++) {
        dim[a] = (size_t)(40 / mm[a]);
        to_lps[a][a] = mm[a];
        to_lps[a][3] = -(0.5 * (double)dim[a] + 0.11 * (a + 1)) * mm[a];
    }
    if (pp_mask_alloc(m, dim, (const double(*)[4])to_lps, err) != PP_OK)
        return err->status;
    for (size_t n = 0; n < dim[0] * dim[1] * dim[2]; n++)
        m->in[n] = distance(pp_mask_position(
                       m, (double)(n % dim[0]),
                       (double)(n / dim[0] % dim[1]),
                       (double)(n / dim[0] / dim[1]))) <= 0;
    return PP_OK;
}

static pp_vec3
gradient(double (*f)(pp_vec3), pp_vec3 p)
{
    const double e = 1e-4;

    return pp_unit(pp_vec(
        f(pp_vec(p.x + e, p.y, p.z)) - f(pp_vec(p.x - e, p.y, p.z)),
        f(pp_vec(p.x, p.y + e, p.z)) - f(pp_vec(p.x, p.y - e, p.z)),
        f(pp_vec(p.x, p.y, p.z + e)) - f(pp_vec(p.x, p.y, p.z - e))));
}

static void
compare(const pp_mesh *m, double (*f)(pp_vec3), double *rms_mm, double *deg,
        double *mm3)
{
    double squares = 0, angles = 0, area = 0;

    *mm3 = 0;
    for (size_t v = 0; v < m->nvert; v++)
        squares += pow(f(m->vert[v]), 2);
    for (size_t t = 0; t < m->ntri; t++) {
        const pp_vec3 a = m->vert[m->tri[t][0]], b = m->vert[m->tri[t][1]];
        const pp_vec3 c = m->vert[m->tri[t][2]];
        const pp_vec3 n = pp_cross(pp_sub(b, a), pp_sub(c, a));
        const pp_vec3 truth =
            gradient(f, pp_scale(pp_add(a, pp_add(b, c)), 1 / 3.0));
        const double angle =
            acos(fmax(-1, fmin(1, pp_dot(truth, pp_unit(n)))));

        angles += pp_norm(n) * angle * angle;
        area += pp_norm(n);
        *mm3 += pp_dot(a, pp_cross(b, c)) / 6;
    }
    *rms_mm = sqrt(squares / (double)m->nvert);
    *deg = sqrt(angles / area) * DEGREES;
}

static size_t
changed_voxels(const pp_mesh *m, const pp_mask *mask)
{
    pp_error err = { 0 };
    pp_mask back;
    size_t n = 0;

    if (pp_surface_to_mask(m, mask, &back, &err) != PP_OK)
        return SIZE_MAX;
    for (size_t v = 0; v < mask->dim[0] * mask->dim[1] * mask->dim[2]; v++)
        n += back.in[v] != mask->in[v];
    pp_mask_free(&back);
    return n;
}

static pp_status
print_row(const char *name, double (*f)(pp_vec3), const pp_mask *mask,
          double slice_mm, const char *kind, const pp_surface_options *how,
          pp_error *err)
{
    pp_surface_report report;
    const double start = seconds();
    double rms, deg, mm3, us;
    pp_mesh m;

    if (pp_surface_from_mask(mask, how, &m, &report, err) != PP_OK)
        return err->status;
    us = 1e6 * (seconds() - start) / ((double)report.nfacet / 2);
    compare(&m, f, &rms, &deg, &mm3);
    printf("%-11s %5.2f  %-9s %8zu %+9.4f %7.3f %7.2f %6zu %7.2f\n", name,
           slice_mm, kind, m.ntri, 100 * (mm3 / report.mask_volume_mm3 - 1),
           rms, deg, changed_voxels(&m, mask), us);
    pp_mesh_free(&m);
    return PP_OK;
}

int
main(void)
{
    static const double slices[] = { 0.7, 1.25, 2.5, 5 };
    static const struct {
        const char *name;
        pp_surface_options how;
    } kinds[] = {
        { "none", { .smooth = PP_SMOOTH_NONE } },
        { "fast", { .smooth = PP_SMOOTH_FAST } },
        { "lossless", { .smooth = PP_SMOOTH_LOSSLESS } },
        { "decimated", { .smooth = PP_SMOOTH_LOSSLESS, .decimate = true } },
    };
    pp_error err = { 0 };

    printf("%-11s %5s  %-9s %8s %9s %7s %7s %6s %7s\n", "body", "slice",
           "kind", "facets", "vol/mask%", "rms mm", "normal", "voxels",
           "us/vert");
    for (size_t b = 0; b < sizeof bodies / sizeof *bodies; b++)
        for (size_t s = 0; s < sizeof slices / sizeof *slices; s++) {
            pp_mask mask = { 0 };

            if (make_mask(bodies[b].distance, slices[s], &mask, &err) !=
                PP_OK)
                break;
            for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
                if (print_row(bodies[b].name, bodies[b].distance, &mask,
                              slices[s], kinds[k].name, &kinds[k].how,
                              &err) != PP_OK)
                    break;
            pp_mask_free(&mask);
        }
    if (err.status != PP_OK)
        fprintf(stderr, "bench: %s\n", err.message);
    return err.status != PP_OK;
}
