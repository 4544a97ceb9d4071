/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * shapes.c - standard bodies by formula
 */
#include "shapes.h"

#include <stdlib.h>

#define TURN 6.283185307179586

static pp_mesh
new_mesh(size_t nvert, size_t ntri)
{
    pp_mesh m = { 0 };
    pp_error err = { 0 };

    if (pp_mesh_alloc(&m, nvert, ntri, &err) != PP_OK)
        abort();
    return m;
}

static void
set_tri(pp_mesh *m, size_t t, size_t a, size_t b, size_t c)
{
    m->tri[t][0] = (uint32_t)a;
    m->tri[t][1] = (uint32_t)b;
    m->tri[t][2] = (uint32_t)c;
}

pp_mesh
pp_shape_box(pp_vec3 low, pp_vec3 high)
{
    static const uint8_t face[12][3] = {
        { 0, 2, 1 }, { 1, 2, 3 }, { 4, 5, 6 }, { 5, 7, 6 },
        { 0, 1, 4 }, { 1, 5, 4 }, { 2, 6, 3 }, { 3, 6, 7 },
        { 0, 4, 2 }, { 2, 4, 6 }, { 1, 3, 5 }, { 3, 7, 5 },
    };
    pp_mesh m = new_mesh(8, 12);

    for (int v = 0; v < 8; v++)
        m.vert[v] = pp_vec(v & 1 ? high.x : low.x, v & 2 ? high.y : low.y,
                           v & 4 ? high.z : low.z);
    for (size_t t = 0; t < 12; t++)
        set_tri(&m, t, face[t][0], face[t][1], face[t][2]);
    return m;
}

static pp_mesh
icosahedron(void)
{
    static const uint8_t face[20][3] = {
        { 0, 11, 5 }, { 0, 5, 1 },  { 0, 1, 7 },   { 0, 7, 10 },
        { 0, 10, 11 }, { 1, 5, 9 }, { 5, 11, 4 },  { 11, 10, 2 },
        { 10, 7, 6 }, { 7, 1, 8 },  { 3, 9, 4 },   { 3, 4, 2 },
        { 3, 2, 6 },  { 3, 6, 8 },  { 3, 8, 9 },   { 4, 9, 5 },
        { 2, 4, 11 }, { 6, 2, 10 }, { 8, 6, 7 },   { 9, 8, 1 },
    };
    const double g = (1 + sqrt(5)) / 2;
    const pp_vec3 corner[12] = {
        { -1, g, 0 },  { 1, g, 0 },  { -1, -g, 0 }, { 1, -g, 0 },
        { 0, -1, g },  { 0, 1, g },  { 0, -1, -g }, { 0, 1, -g },
        { g, 0, -1 },  { g, 0, 1 },  { -g, 0, -1 }, { -g, 0, 1 },
    };
    pp_mesh m = new_mesh(12, 20);

    for (int v = 0; v < 12; v++)
        m.vert[v] = pp_unit(corner[v]);
    for (size_t t = 0; t < 20; t++)
        set_tri(&m, t, face[t][0], face[t][1], face[t][2]);
    return m;
}

/* Each facet into four; the middles of edges are joined by bit equality. */
static pp_mesh
split_sphere(const pp_mesh *m)
{
    pp_mesh s = new_mesh(6 * m->ntri, 4 * m->ntri);
    pp_error err = { 0 };
    size_t njoined;

    for (size_t t = 0; t < m->ntri; t++) {
        const size_t v = 6 * t;

        for (size_t k = 0; k < 3; k++) {
            const pp_vec3 a = m->vert[m->tri[t][k]];
            const pp_vec3 b = m->vert[m->tri[t][(k + 1) % 3]];

            s.vert[v + k] = a;
            s.vert[v + 3 + k] = pp_unit(pp_add(a, b));
        }
        set_tri(&s, 4 * t, v, v + 3, v + 5);
        set_tri(&s, 4 * t + 1, v + 1, v + 4, v + 3);
        set_tri(&s, 4 * t + 2, v + 2, v + 5, v + 4);
        set_tri(&s, 4 * t + 3, v + 3, v + 4, v + 5);
    }
    if (pp_mesh_weld_exact(&s, &njoined, &err) != PP_OK)
        abort();
    return s;
}

pp_mesh
pp_shape_sphere(pp_vec3 centre, double radius, int levels)
{
    pp_mesh m = icosahedron();

    for (int l = 0; l < levels; l++) {
        pp_mesh finer = split_sphere(&m);

        pp_mesh_free(&m);
        m = finer;
    }
    for (size_t v = 0; v < m.nvert; v++)
        m.vert[v] = pp_madd(centre, radius, m.vert[v]);
    return m;
}

pp_mesh
pp_shape_torus(pp_vec3 centre, double ring, double tube, int n, int m)
{
    const size_t nn = (size_t)n, mm = (size_t)m;
    pp_mesh s = new_mesh(nn * mm, 2 * nn * mm);

    for (size_t i = 0; i < nn; i++)
        for (size_t j = 0; j < mm; j++) {
            const double a = TURN * (double)i / n, b = TURN * (double)j / m;
            const double r = ring + tube * cos(b);
            const size_t i1 = (i + 1) % nn, j1 = (j + 1) % mm;
            const size_t t = 2 * (i * mm + j);

            s.vert[i * mm + j] =
                pp_add(centre, pp_vec(r * cos(a), r * sin(a), tube * sin(b)));
            set_tri(&s, t, i * mm + j, i1 * mm + j, i1 * mm + j1);
            set_tri(&s, t + 1, i * mm + j, i1 * mm + j1, i * mm + j1);
        }
    return s;
}

pp_mesh
pp_shape_cylinder(pp_vec3 base, double radius, double height, int n)
{
    const size_t nn = (size_t)n;
    pp_mesh s = new_mesh(2 * nn + 2, 4 * nn);

    for (size_t i = 0; i < nn; i++) {
        const double a = TURN * (double)i / n;
        const size_t i1 = (i + 1) % nn;
        const pp_vec3 rim = pp_vec(radius * cos(a), radius * sin(a), 0);

        s.vert[i] = pp_add(base, rim);
        s.vert[nn + i] = pp_add(s.vert[i], pp_vec(0, 0, height));
        set_tri(&s, 4 * i, i, i1, nn + i1);
        set_tri(&s, 4 * i + 1, i, nn + i1, nn + i);
        set_tri(&s, 4 * i + 2, 2 * nn, i1, i);
        set_tri(&s, 4 * i + 3, 2 * nn + 1, nn + i, nn + i1);
    }
    s.vert[2 * nn] = base;
    s.vert[2 * nn + 1] = pp_add(base, pp_vec(0, 0, height));
    return s;
}

void
pp_shape_flip(pp_mesh *m)
{
    for (size_t t = 0; t < m->ntri; t++)
        set_tri(m, t, m->tri[t][0], m->tri[t][2], m->tri[t][1]);
}

void
pp_shape_add(pp_mesh *a, pp_mesh b)
{
    pp_error err = { 0 };

    if (pp_mesh_append(a, &b, &err) != PP_OK)
        abort();
    pp_mesh_free(&b);
}

void
pp_shape_rotate(pp_mesh *m, double x, double y, double z)
{
    for (size_t v = 0; v < m->nvert; v++) {
        pp_vec3 p = m->vert[v];

        p = pp_vec(p.x, cos(x) * p.y - sin(x) * p.z,
                   sin(x) * p.y + cos(x) * p.z);
        p = pp_vec(cos(y) * p.x + sin(y) * p.z, p.y,
                   cos(y) * p.z - sin(y) * p.x);
        m->vert[v] = pp_vec(cos(z) * p.x - sin(z) * p.y,
                            sin(z) * p.x + cos(z) * p.y, p.z);
    }
}

void
pp_shape_move(pp_mesh *m, pp_vec3 by)
{
    for (size_t v = 0; v < m->nvert; v++)
        m->vert[v] = pp_add(m->vert[v], by);
}

double
pp_shape_volume(const pp_mesh *m)
{
    double six = 0;

    for (size_t t = 0; t < m->ntri; t++)
        six += pp_dot(m->vert[m->tri[t][0]],
                      pp_cross(m->vert[m->tri[t][1]], m->vert[m->tri[t][2]]));
    return six / 6;
}
