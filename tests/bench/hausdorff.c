/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hausdorff.c - what the exact Hausdorff distance of large meshes costs
 *
 * Pairs of half a million facets each that lie 0.1 mm apart, of several kinds:
 * a shell of even distance, where every point is all but the farthest; the
 * same mesh moved; a bumpy body against its neighbour with other facets; and
 * one against its own vertices moved at random. Both directions, to 1 um.
 */
#include "measure/measure.h"
#include "shapes.h"
#include "test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#define APART_MM 0.1
#define BOUND_MM 1e-3

/* A torus with waves across and along, `grow` larger all round. */
static pp_mesh
wavy(double grow, double wave, int n, int m, double turn)
{
    pp_mesh mesh = pp_shape_torus(pp_vec(0, 0, 0), 60, 20, n, m);

    pp_shape_rotate(&mesh, 0, 0, turn);
    for (size_t v = 0; v < mesh.nvert; v++) {
        const pp_vec3 p = mesh.vert[v];
        const double u = atan2(p.y, p.x);
        const pp_vec3 ring = pp_vec(60 * cos(u), 60 * sin(u), 0);
        const pp_vec3 out = pp_unit(pp_sub(p, ring));
        const double w = atan2(out.z, pp_dot(out, pp_unit(ring)));

        mesh.vert[v] = pp_madd(
            ring, 20 + grow + wave * sin(11 * u) * cos(5 * w), out);
    }
    return mesh;
}

static double
cpu_seconds(void)
{
    struct rusage r;

    getrusage(RUSAGE_SELF, &r);
    return (double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) +
           1e-6 * (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec);
}

static double
wall_seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Frees both. */
static int
measure(const char *name, pp_mesh a, pp_mesh b)
{
    const double wall = wall_seconds(), cpu = cpu_seconds();
    pp_hausdorff there, back;
    pp_error err = { 0 };

    if (pp_measure_hausdorff(&a, &b, BOUND_MM, &there, &err) != PP_OK ||
        pp_measure_hausdorff(&b, &a, BOUND_MM, &back, &err) != PP_OK) {
        fprintf(stderr, "%s: %s\n", name, err.message);
        return 1;
    }
    printf("%-28s %8zu %8zu %9.5f %9.5f %9zu %8.2f %8.2f\n", name, a.ntri,
           b.ntri, there.mm, back.mm, there.nsplit + back.nsplit,
           wall_seconds() - wall, cpu_seconds() - cpu);
    fflush(stdout);
    pp_mesh_free(&a);
    pp_mesh_free(&b);
    return 0;
}

static pp_mesh
shaken(pp_mesh m, double by)
{
    pp_random r = { 8 };

    for (size_t v = 0; v < m.nvert; v++)
        m.vert[v] = pp_add(m.vert[v],
                           pp_vec(by * (2 * pp_random_unit(&r) - 1),
                                  by * (2 * pp_random_unit(&r) - 1),
                                  by * (2 * pp_random_unit(&r) - 1)));
    return m;
}

int
main(int argc, char **argv)
{
    const int n = argc > 1 ? atoi(argv[1]) : 500;
    pp_mesh moved = wavy(0, 2, n, n, 0);
    int bad = 0;

    pp_shape_move(&moved, pp_vec(APART_MM / sqrt(3), APART_MM / sqrt(3),
                                 APART_MM / sqrt(3)));
    printf("%-28s %8s %8s %9s %9s %9s %8s %8s\n", "pair", "facets", "facets",
           "there, mm", "back, mm", "pieces", "wall, s", "CPU, s");
    bad |= measure("same facets, moved", wavy(0, 2, n, n, 0), moved);
    bad |= measure("same facets, grown", wavy(0, 2, n, n, 0),
                   wavy(APART_MM, 2, n, n, 0));
    bad |= measure("other facets, grown", wavy(0, 2, n, n, 0),
                   wavy(APART_MM, 2, n + 7, n - 7, 0.001));
    bad |= measure("even shell, other facets", wavy(0, 0, n, n, 0),
                   wavy(APART_MM, 0, n + 7, n - 7, 0.001));
    bad |= measure("shaken by 0.1 mm", wavy(0, 2, n, n, 0),
                   shaken(wavy(0, 2, n, n, 0), APART_MM));
    bad |= measure("shaken by 0.01, grown", wavy(0, 2, n, n, 0),
                   shaken(wavy(APART_MM, 2, n + 7, n - 7, 0), APART_MM / 10));
    return bad;
}
