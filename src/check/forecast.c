/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * forecast.c - what a printer will make of a mesh
 *
 * Islands are the components of the surface below a height that rises from the
 * plate: each is born at a local minimum and ends where it meets an older one
 * (the merge tree of z; Carr, Snoeyink and Axen, 2003). One that lives for a
 * layer and is born above the first is printed in mid-air; minima whose facets
 * look upward are floors of cavities and no islands.
 */
#include "check/printer.h"
#include "check/topology.h"

#include "base/alloc.h"
#include "base/order.h"
#include "base/sets.h"

#include <stdlib.h>
#include <string.h>

#define RADIANS 0.017453292519943295

typedef struct {
    double z;
    uint32_t vertex;
} level;

typedef struct {
    const pp_mesh *mesh;
    pp_topology topo;
    level *order;
    size_t n;
    uint32_t *root;   /* of the component, its lowest vertex; PP_NONE: later */
    uint32_t *rank;   /* place in the order */
    double floor_z, layer_mm;
    pp_forecast *out;
} rise;

static int
compare_levels(const void *a, const void *b)
{
    const level *p = a, *q = b;

    if (p->z != q->z)
        return p->z < q->z ? -1 : 1;
    return p->vertex < q->vertex ? -1 : p->vertex > q->vertex;
}

/* Do the facets around v look downward on the whole? */
static bool
looks_down(const rise *w, uint32_t v)
{
    double z = 0;

    for (uint32_t i = w->topo.start[v]; i < w->topo.start[v + 1]; i++)
        z += pp_facet_normal(w->mesh, w->topo.incident[i] >> 2).z;
    return z < 0;
}

/* The component born at v ends at height z, in those scaled millimetres. */
static void
end_component(rise *w, uint32_t v, double z)
{
    const double born = w->order[w->rank[v]].z;

    if (z - born < w->layer_mm || born - w->floor_z < w->layer_mm ||
        !looks_down(w, v))
        return;
    if (w->out->nisland < PP_MOST_PLACES)
        w->out->island[w->out->nisland] = w->mesh->vert[v];
    w->out->nisland++;
}

static void
raise_vertex(rise *w, uint32_t v, double z)
{
    const pp_topology *topo = &w->topo;

    w->root[v] = v;
    for (uint32_t i = topo->start[v]; i < topo->start[v + 1]; i++)
        for (int k = 0; k < 3; k++) {
            const uint32_t u = w->mesh->tri[topo->incident[i] >> 2][k];
            uint32_t a, b;

            if (u == v || w->root[u] == PP_NONE)
                continue;
            a = pp_sets_root(w->root, u);
            b = pp_sets_root(w->root, v);
            if (a == b)
                continue;
            if (w->rank[a] > w->rank[b]) { /* a is the older one */
                const uint32_t swap = a;

                a = b;
                b = swap;
            }
            end_component(w, b, z);
            w->root[b] = a;
        }
}

static pp_status
find_islands(rise *w, double scale, pp_error *err)
{
    const pp_mesh *m = w->mesh;

    w->order = pp_alloc(m->nvert, sizeof *w->order);
    w->root = pp_alloc(m->nvert, sizeof *w->root);
    w->rank = pp_alloc(m->nvert, sizeof *w->rank);
    if (w->order == NULL || w->root == NULL || w->rank == NULL)
        return pp_fail_memory(err);
    for (uint32_t v = 0; v < m->nvert; v++) {
        w->root[v] = PP_NONE;
        if (w->topo.start[v + 1] > w->topo.start[v])
            w->order[w->n++] = (level){ scale * m->vert[v].z, v };
    }
    if (w->n == 0)
        return PP_OK;
    qsort(w->order, w->n, sizeof *w->order, compare_levels);
    w->floor_z = w->order[0].z;
    for (uint32_t i = 0; i < w->n; i++)
        w->rank[w->order[i].vertex] = i;
    for (size_t i = 0; i < w->n; i++)
        raise_vertex(w, w->order[i].vertex, w->order[i].z);
    for (size_t i = 0; i < w->n; i++)
        if (w->root[w->order[i].vertex] == w->order[i].vertex)
            end_component(w, w->order[i].vertex, HUGE_VAL);
    return PP_OK;
}

/* Facets that look down more steeply than allowed, those on the plate aside. */
static double
overhang(const pp_mesh *m, const pp_printer *p, double scale, double floor_z)
{
    const double steepest = -sin(p->overhang_deg * RADIANS);
    double mm2 = 0;

    for (size_t t = 0; t < m->ntri; t++) {
        const uint32_t *v = m->tri[t];
        const pp_vec3 n = pp_facet_normal(m, t);
        const double twice = pp_norm(n);
        const double top = scale * fmax(m->vert[v[0]].z,
                                        fmax(m->vert[v[1]].z,
                                             m->vert[v[2]].z));

        if (n.z < steepest * twice && top - floor_z >= p->layer_mm)
            mm2 += twice / 2;
    }
    return mm2 * scale * scale;
}

static void
try_fit(const pp_printer *p, pp_forecast *f)
{
    double size[3] = { f->size_mm.x, f->size_mm.y, f->size_mm.z };
    double room[3] = { p->build_mm[0], p->build_mm[1], p->build_mm[2] };

    f->fits = size[0] <= room[0] && size[1] <= room[1] && size[2] <= room[2];
    qsort(size, 3, sizeof *size, pp_order_double);
    qsort(room, 3, sizeof *room, pp_order_double);
    f->fits_turned =
        size[0] <= room[0] && size[1] <= room[1] && size[2] <= room[2];
}

/* Shells whose box is thinner than a feature along some axis; is_speck has
 * room for all shells and tells which are so along all axes. */
static pp_status
find_small(const pp_mesh *m, const pp_topology *topo, double limit_mm,
           uint8_t *is_speck, pp_forecast *f, pp_error *err)
{
    pp_box *box = pp_alloc(topo->nshell, sizeof *box);

    if (box == NULL)
        return pp_fail_memory(err);
    for (size_t i = 0; i < topo->nshell; i++)
        box[i] = pp_box_empty();
    for (size_t t = 0; t < m->ntri; t++)
        for (int k = 0; topo->shell[t] != PP_NONE && k < 3; k++)
            pp_box_add(&box[topo->shell[t]], m->vert[m->tri[t][k]]);
    for (size_t i = 0; i < topo->nshell; i++) {
        const pp_vec3 size = pp_box_size(box[i]);

        is_speck[i] = fmax(size.x, fmax(size.y, size.z)) < limit_mm;
        if (fmin(size.x, fmin(size.y, size.z)) >= limit_mm)
            continue;
        if (f->nsmall < PP_MOST_PLACES)
            f->small[f->nsmall] =
                pp_scale(pp_add(box[i].low, box[i].high), 0.5);
        f->nsmall++;
    }
    pp_free(box);
    return PP_OK;
}

static pp_status
measure_narrow(const pp_mesh *m, const pp_printer *p, pp_forecast *f,
               pp_error *err)
{
    if (pp_find_thin_walls(m, p->min_wall_mm / f->scale, &f->wall, err) !=
            PP_OK ||
        pp_find_narrow_gaps(m, p->min_gap_mm / f->scale,
                            p->min_hole_mm / f->scale, &f->gap, &f->hole,
                            err) != PP_OK)
        return err->status;
    return PP_OK;
}

/* Walls, gaps and holes of all but specks: those are lost whole, and every
 * facet is near every other. */
static pp_status
measure_large(const pp_mesh *m, const pp_topology *topo, const pp_printer *p,
              const uint8_t *is_speck, pp_forecast *f, pp_error *err)
{
    uint8_t *keep = pp_alloc(m->ntri, 1);
    pp_mesh large = { 0 };
    size_t nspeck = 0;

    if (keep == NULL)
        return pp_fail_memory(err);
    for (size_t t = 0; t < m->ntri; t++)
        keep[t] = topo->shell[t] != PP_NONE && !is_speck[topo->shell[t]];
    for (size_t i = 0; i < topo->nshell; i++)
        nspeck += is_speck[i];
    if (nspeck == 0)
        (void)!measure_narrow(m, p, f, err);
    else if (nspeck < topo->nshell &&
             pp_mesh_select(m, keep, &large, err) == PP_OK)
        (void)!measure_narrow(&large, p, f, err);
    f->measured = err->status == PP_OK;
    pp_mesh_free(&large);
    pp_free(keep);
    return err->status;
}

/* Small parts, and what is narrow in the others. */
static pp_status
find_narrow(const pp_mesh *m, const pp_report *r, const pp_topology *topo,
            const pp_printer *p, pp_forecast *f, pp_error *err)
{
    uint8_t *is_speck = pp_alloc(topo->nshell, 1);

    f->wall.limit_mm = p->min_wall_mm / f->scale;
    f->gap.limit_mm = p->min_gap_mm / f->scale;
    f->hole.limit_mm = p->min_hole_mm / f->scale;
    if (is_speck == NULL)
        return pp_fail_memory(err);
    if (find_small(m, topo, p->min_feature_mm / f->scale, is_speck, f, err) ==
            PP_OK &&
        pp_report_ndefect(r) == 0 && r->crossings_checked)
        (void)!measure_large(m, topo, p, is_speck, f, err);
    pp_free(is_speck);
    return err->status;
}

pp_status
pp_forecast_print(const pp_mesh *m, const pp_report *r, const pp_printer *p,
                  double scale, pp_forecast *f, pp_error *err)
{
    rise w = { .mesh = m, .layer_mm = p->layer_mm, .out = f };

    memset(f, 0, sizeof *f);
    f->scale = scale;
    f->size_mm = pp_scale(pp_box_size(r->box), scale);
    try_fit(p, f);
    for (size_t i = 0; i < r->nshell; i++)
        if (r->shell[i].closed && r->shell[i].depth % 2 == 1) {
            f->ntrapped++;
            f->trapped_mm3 +=
                fabs(r->shell[i].volume_mm3) * scale * scale * scale;
        }
    if (pp_topology_build(m, &w.topo, err) != PP_OK)
        return err->status;
    if (find_islands(&w, scale, err) == PP_OK &&
        find_narrow(m, r, &w.topo, p, f, err) == PP_OK)
        f->overhang_mm2 = overhang(m, p, scale, w.floor_z);
    f->printable = f->fits_turned && f->measured && f->wall.nplace == 0 &&
                   f->gap.nplace == 0 && f->hole.nplace == 0 &&
                   f->nsmall == 0 && f->ntrapped == 0;
    pp_topology_free(&w.topo);
    pp_free(w.order);
    pp_free(w.root);
    pp_free(w.rank);
    return err->status;
}
