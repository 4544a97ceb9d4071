/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ledger.c - what each step did to the surface
 *
 * Volume, area, parts, genus (from Euler's number of a closed surface) and how
 * far the step moved the surface: a vertex of the lattice moves along its own
 * edge, so that its way is known; what decimation did has been measured.
 */
#include "surface/lattice.h"

#include "base/alloc.h"
#include "base/order.h"
#include "base/sets.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MOST_SAMPLES ((size_t)1 << 17) /* facets whose edges are sorted */

static pp_step *
next_step(pp_surface_report *report, const char *name)
{
    pp_step *s = &report->step[report->nstep++];

    memset(s, 0, sizeof *s);
    s->name = name;
    return s;
}

/* Parts, and the genus of all of them, of a closed surface. */
static pp_status
find_topology(const pp_tri *tri, size_t nvert, size_t ntri, pp_step *s,
              pp_error *err)
{
    uint32_t *parent = pp_alloc(nvert, sizeof *parent);

    s->nvert = nvert;
    s->nfacet = ntri;
    if (parent == NULL)
        return pp_fail_memory(err);
    pp_sets_start(parent, nvert);
    for (size_t t = 0; t < ntri; t++) {
        pp_sets_join(parent, tri[t][0], tri[t][1]);
        pp_sets_join(parent, tri[t][0], tri[t][2]);
    }
    for (size_t v = 0; v < nvert; v++)
        s->npart += pp_sets_root(parent, (uint32_t)v) == v;
    /* V - E + F = 2 parts - 2 genus, and E is three halves of F */
    s->genus = (ptrdiff_t)s->npart -
               ((ptrdiff_t)nvert - (ptrdiff_t)(ntri / 2)) / 2;
    pp_free(parent);
    return PP_OK;
}

static void
add_size(const pp_mesh *m, pp_step *s)
{
    const pp_vec3 o = m->nvert > 0 ? m->vert[0] : pp_vec(0, 0, 0);

    for (size_t t = 0; t < m->ntri; t++) {
        const pp_vec3 a = pp_sub(m->vert[m->tri[t][0]], o);
        const pp_vec3 b = pp_sub(m->vert[m->tri[t][1]], o);
        const pp_vec3 c = pp_sub(m->vert[m->tri[t][2]], o);

        s->volume_mm3 += pp_dot(a, pp_cross(b, c)) / 6;
        s->area_mm2 += pp_norm(pp_cross(pp_sub(b, a), pp_sub(c, a))) / 2;
    }
}

/* The lengths of a facet's edges. */
static void
facet_edges(const pp_mesh *m, size_t t, float length[3])
{
    for (int k = 0; k < 3; k++)
        length[k] = (float)pp_distance(m->vert[m->tri[t][k]],
                                       m->vert[m->tri[t][(k + 1) % 3]]);
}

/* Every edge is met twice, which changes no share. */
static pp_status
find_edges(const pp_mesh *m, pp_step *s, pp_error *err)
{
    const size_t stride = m->ntri / MOST_SAMPLES + 1;
    const size_t n = 3 * ((m->ntri + stride - 1) / stride);
    float *sample = pp_alloc(n, sizeof *sample), low = HUGE_VALF, high = 0;

    if (sample == NULL)
        return pp_fail_memory(err);
    #pragma omp parallel for schedule(static) reduction(min : low) \
        reduction(max : high)
    for (ptrdiff_t t = 0; t < (ptrdiff_t)m->ntri; t++) {
        float length[3];

        facet_edges(m, (size_t)t, length);
        for (int k = 0; k < 3; k++) {
            low = length[k] < low ? length[k] : low;
            high = length[k] > high ? length[k] : high;
        }
        if ((size_t)t % stride == 0)
            memcpy(sample + 3 * ((size_t)t / stride), length, sizeof length);
    }
    qsort(sample, n, sizeof *sample, pp_order_float);
    s->edge.min_mm = (double)low;
    s->edge.p5_mm = (double)sample[(size_t)(0.05 * (double)(n - 1))];
    s->edge.median_mm = (double)sample[(n - 1) / 2];
    s->edge.p95_mm = (double)sample[(size_t)(0.95 * (double)(n - 1))];
    s->edge.max_mm = (double)high;
    pp_free(sample);
    return PP_OK;
}

/* A lattice's size, with midpoints or as it is. */
static pp_status
lattice_size(const pp_lattice *l, const double mm[3], bool midpoints,
             pp_step *s, pp_error *err)
{
    const double to_mm[3][4] = { { mm[0], 0, 0, 0 }, { 0, mm[1], 0, 0 },
                                 { 0, 0, mm[2], 0 } };
    pp_lattice copy = *l;
    pp_mesh m = { 0 };

    if (midpoints) {
        copy.t = pp_alloc(l->nvert, sizeof *copy.t);
        if (copy.t == NULL)
            return pp_fail_memory(err);
        for (size_t v = 0; v < l->nvert; v++)
            copy.t[v] = 0.5f;
    }
    if (pp_lattice_to_mesh(&copy, to_mm, &m, err) == PP_OK) {
        add_size(&m, s);
        (void)!find_edges(&m, s, err);
    }
    if (midpoints)
        pp_free(copy.t);
    pp_mesh_free(&m);
    return err->status;
}

static pp_status
find_moves(const pp_lattice *l, const double mm[3], pp_step *s, pp_error *err)
{
    float *move = pp_alloc(l->nvert, sizeof *move);
    double sum = 0;

    if (move == NULL)
        return pp_fail_memory(err);
    for (size_t v = 0; v < l->nvert; v++) {
        move[v] = fabsf(l->t[v] - 0.5f) * (float)mm[pp_edge_axis(l->edge[v])];
        sum += (double)move[v];
    }
    qsort(move, l->nvert, sizeof *move, pp_order_float);
    s->mean_mm = sum / (double)l->nvert;
    s->p95_mm = (double)move[(size_t)(0.95 * (double)(l->nvert - 1))];
    s->max_mm = (double)move[l->nvert - 1];
    pp_free(move);
    return PP_OK;
}

pp_status
pp_ledger_lattice(const pp_lattice *l, const double mm[3],
                  pp_surface_report *report, pp_error *err)
{
    pp_step *raw = next_step(report, "extract"), *smooth;

    if (find_topology((const pp_tri *)l->tri, l->nvert, l->ntri, raw, err) !=
            PP_OK ||
        lattice_size(l, mm, true, raw, err) != PP_OK)
        return err->status;
    smooth = next_step(report, "smooth");
    *smooth = *raw; /* nothing but places changes */
    smooth->name = "smooth";
    smooth->volume_mm3 = smooth->area_mm2 = 0;
    if (find_moves(l, mm, smooth, err) != PP_OK ||
        lattice_size(l, mm, false, smooth, err) != PP_OK)
        return err->status;
    if (!(smooth->max_mm > 0))
        report->nstep--;
    return PP_OK;
}

pp_status
pp_ledger_mesh(const char *name, const pp_mesh *mesh,
               pp_surface_report *report, pp_error *err)
{
    pp_step *s = next_step(report, name);

    s->mean_mm = report->reached.mean_mm;
    s->p95_mm = report->reached.p95_mm;
    s->max_mm = report->reached.max_mm;
    add_size(mesh, s);
    if (find_edges(mesh, s, err) != PP_OK)
        return err->status;
    return find_topology((const pp_tri *)mesh->tri, mesh->nvert, mesh->ntri,
                         s, err);
}
