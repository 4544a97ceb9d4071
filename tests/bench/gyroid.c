/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gyroid.c - a clean mesh of about so many facets, for benchmarks
 *
 *     gyroid 1000000 >mesh.stl
 *
 * Marching cubes of a gyroid inside a ball (Schoen, 1970): closed, of high
 * genus, with the slivers and the flat neighbours that real surfaces have.
 */
#include "base/alloc.h"
#include "base/text.h"
#include "meshio/meshio.h"
#include "surface/surface.h"

#include <stdio.h>

/* Facets a gyroid of this period has for one of n samples a side, about. */
#define FACETS_PER_SAMPLE2 26

static double
value(double x, double y, double z, double side)
{
    const double w = 6.283185307179586 * 6 / side;
    const double r = side / 2;
    const double gyroid = sin(w * x) * cos(w * y) + sin(w * y) * cos(w * z) +
                          sin(w * z) * cos(w * x);
    const double ball = sqrt((x - r) * (x - r) + (y - r) * (y - r) +
                             (z - r) * (z - r)) - 0.45 * side;

    return fmax(gyroid / w, ball);
}

static pp_status
make(size_t n, pp_mesh *mesh, pp_error *err)
{
    const size_t dim[3] = { n, n, n };
    const double step = 100.0 / (double)n;
    const double to_lps[3][4] = { { step, 0, 0, -31.3 },
                                  { 0, step, 0, -120.7 },
                                  { 0, 0, step, 903.1 } };
    float *phi = pp_alloc(n * n * n, sizeof *phi);

    if (phi == NULL)
        return pp_fail_memory(err);
    for (size_t k = 0; k < n; k++)
        for (size_t j = 0; j < n; j++)
            for (size_t i = 0; i < n; i++)
                phi[(k * n + j) * n + i] =
                    (float)value((double)i + 0.13, (double)j + 0.41,
                                 (double)k + 0.29, (double)n);
    (void)!pp_surface_from_distance(phi, dim, to_lps, mesh, err);
    pp_free(phi);
    return err->status;
}

int
main(int argc, char **argv)
{
    pp_error err = { 0 };
    pp_mesh mesh = { 0 };
    pp_model model = { 0 };
    pp_bytes bytes = { 0 };
    int64_t nfacet;

    if (argc != 2 || !pp_text_to_integer(argv[1], 1000, 100000000, &nfacet)) {
        fprintf(stderr, "usage: gyroid FACETS >mesh.stl\n");
        return 2;
    }
    if (make((size_t)sqrt((double)nfacet / FACETS_PER_SAMPLE2) + 1, &mesh,
             &err) != PP_OK ||
        pp_model_from_mesh(&model, &mesh, &err) != PP_OK ||
        pp_model_encode(&model, PP_FORMAT_STL, NULL, &bytes, &err) != PP_OK ||
        fwrite(bytes.data, 1, bytes.size, stdout) != bytes.size) {
        fprintf(stderr, "gyroid: %s\n", err.message);
        return 2;
    }
    pp_bytes_free(&bytes);
    pp_model_free(&model);
    pp_mesh_free(&mesh);
    return 0;
}
