/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * stability.c - can this surface be registered, and along which axis does it
 * slide?
 *
 * Point-to-plane alignment pins a small motion (turn r, shift t) by the sum of
 * ((p x n) . r + n . t)^2 over the surface. The eigenvalues of that 6 x 6
 * matrix tell stiff motions from soft ones (Gelfand, Ikemoto, Rusinkiewicz and
 * Levoy, 3DIM 2003). Points are taken about their centre and scaled to mean
 * radius one, so that turns and shifts compare. Every facet counts by its
 * area, with the points of a rule that is exact for the quadratic integrand.
 */
#include "check/shape.h"

#include <string.h>

#define N 6

/* Area and its first moment. */
static void
find_centre(const pp_mesh *m, pp_stability *s, double *area)
{
    pp_vec3 sum = pp_vec(0, 0, 0);
    double radius = 0;

    *area = 0;
    for (int pass = 0; pass < 2; pass++) {
        for (size_t t = 0; t < m->ntri; t++) {
            const pp_vec3 a = m->vert[m->tri[t][0]],
                          b = m->vert[m->tri[t][1]],
                          c = m->vert[m->tri[t][2]];
            const double w =
                pp_norm(pp_cross(pp_sub(b, a), pp_sub(c, a))) / 2;
            const pp_vec3 middle =
                pp_scale(pp_add(pp_add(a, b), c), 1.0 / 3);

            if (pass == 0) {
                *area += w;
                sum = pp_madd(sum, w, middle);
            } else {
                radius += w * pp_distance(middle, s->centre);
            }
        }
        if (*area > 0)
            s->centre = pp_scale(sum, 1 / *area);
    }
    s->radius_mm = *area > 0 ? radius / *area : 0;
}

static void
add_point(double c[N][N], pp_vec3 p, pp_vec3 n, double w)
{
    const pp_vec3 x = pp_cross(p, n);
    const double g[N] = { x.x, x.y, x.z, n.x, n.y, n.z };

    for (int i = 0; i < N; i++)
        for (int j = i; j < N; j++)
            c[i][j] += w * g[i] * g[j];
}

static void
find_matrix(const pp_mesh *m, const pp_stability *s, double c[N][N])
{
    const double scale = s->radius_mm > 0 ? 1 / s->radius_mm : 0;

    memset(c, 0, N * sizeof c[0]);
    for (size_t t = 0; t < m->ntri; t++) {
        pp_vec3 p[3], n;
        double area;

        for (int k = 0; k < 3; k++)
            p[k] = pp_scale(pp_sub(m->vert[m->tri[t][k]], s->centre), scale);
        n = pp_cross(pp_sub(p[1], p[0]), pp_sub(p[2], p[0]));
        area = pp_norm(n) / 2;
        n = pp_unit(n);
        for (int k = 0; k < 3; k++) /* the middles of the sides */
            add_point(c, pp_scale(pp_add(p[k], p[(k + 1) % 3]), 0.5), n,
                      area / 3);
    }
    for (int i = 0; i < N; i++)
        for (int j = 0; j < i; j++)
            c[i][j] = c[j][i];
}

/* Sweeps of Jacobi's method; six by six converges in about eight. */
#define SWEEPS 50

static void
turn_pair(double c[N][N], double v[N][N], int p, int q)
{
    const double theta = (c[q][q] - c[p][p]) / (2 * c[p][q]);
    const double t = (theta >= 0 ? 1 : -1) /
                     (fabs(theta) + sqrt(theta * theta + 1));
    const double co = 1 / sqrt(t * t + 1), si = t * co;

    for (int k = 0; k < N; k++) {
        const double kp = c[k][p], kq = c[k][q];

        c[k][p] = co * kp - si * kq;
        c[k][q] = si * kp + co * kq;
    }
    for (int k = 0; k < N; k++) {
        const double pk = c[p][k], qk = c[q][k], vp = v[k][p], vq = v[k][q];

        c[p][k] = co * pk - si * qk;
        c[q][k] = si * pk + co * qk;
        v[k][p] = co * vp - si * vq;
        v[k][q] = si * vp + co * vq;
    }
}

static void
eigen(double c[N][N], double v[N][N])
{
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++)
            v[i][j] = i == j;
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
        double off = 0, all = 0;

        for (int i = 0; i < N; i++)
            for (int j = 0; j < N; j++) {
                all += c[i][j] * c[i][j];
                off += i == j ? 0 : c[i][j] * c[i][j];
            }
        if (off <= 1e-30 * all)
            return;
        for (int p = 0; p < N; p++)
            for (int q = p + 1; q < N; q++)
                if (c[p][q] != 0)
                    turn_pair(c, v, p, q);
    }
}

pp_status
pp_measure_stability(const pp_mesh *m, pp_stability *s, pp_error *err)
{
    double c[N][N], v[N][N], area, stiffest = 0;
    bool taken[N] = { false };

    memset(s, 0, sizeof *s);
    find_centre(m, s, &area);
    if (!(area > 0) || !isfinite(area))
        return pp_fail(err, PP_EGEOM, "no area to register");
    find_matrix(m, s, c);
    eigen(c, v);
    for (int i = 0; i < N; i++)
        stiffest = fmax(stiffest, c[i][i]);
    for (int rank = 0; rank < N; rank++) {
        pp_motion *motion = &s->motion[rank];
        int best = -1;

        for (int i = 0; i < N; i++)
            if (!taken[i] && (best < 0 || c[i][i] < c[best][best]))
                best = i;
        taken[best] = true;
        motion->share = fmax(c[best][best], 0) / stiffest;
        motion->turn = pp_vec(v[0][best], v[1][best], v[2][best]);
        motion->shift = pp_vec(v[3][best], v[4][best], v[5][best]);
        s->nslide += motion->share < PP_SLIDE_SHARE;
    }
    s->condition = 1 / s->motion[0].share;
    return PP_OK;
}
