/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * view.c - a small copy of a mesh for the viewer of the page
 *
 * Vertices that share a cell of a lattice become one, at their mean (Rossignac
 * and Borrel 1993); those that face different octants stay apart, so that the
 * two sides of a thin wall do. The cells grow until few enough facets are
 * left. A vertex of the copy has the least thickness, and the largest
 * deviation, of those that it stands for: what is bad is not averaged away.
 *
 * The bytes, all little-endian: "PPV1", vertices, facets (u32), three steps in
 * mm (f32); for each vertex x y z in steps (u16); then for each its thickness,
 * then for each its deviation (u8: 0 to 254 over the range of the colours, 255
 * unknown); three vertices for each facet (u16).
 */
#include "dossier/book.h"

#include "base/alloc.h"
#include "measure/measure.h"

#include <math.h>

#define MOST_VERTICES 65535
#define LEVELS 65535
#define MOST_ROUNDS 60
#define GROWTH 1.12 /* of the cells from round to round */
#define UNKNOWN 255

/* The copy while it is made. */
typedef struct {
    pp_mesh mesh;
    float *value[NQUANTITY]; /* NAN: unknown */
} copy;

static void
free_copy(copy *c)
{
    pp_mesh_free(&c->mesh);
    for (size_t q = 0; q < NQUANTITY; q++)
        pp_free(c->value[q]);
    memset(c, 0, sizeof *c);
}

/* ---- clusters ---- */

typedef struct {
    uint64_t key;
    uint32_t number; /* PP_NONE: empty */
} slot;

typedef struct {
    uint32_t *of;  /* of each vertex */
    size_t ncluster;
    slot *slot;
    size_t nslot;  /* a power of two, at least twice the vertices */
    uint8_t *octant; /* of each vertex's normal */
} clusters;

static void
free_clusters(clusters *c)
{
    pp_free(c->of);
    pp_free(c->slot);
    pp_free(c->octant);
}

static pp_status
begin_clusters(const pp_mesh *m, clusters *c, pp_error *err)
{
    pp_vec3 *normal = pp_alloc(m->nvert, sizeof *normal);

    c->nslot = 64;
    while (c->nslot < 2 * m->nvert)
        c->nslot *= 2;
    c->of = pp_alloc(m->nvert, sizeof *c->of);
    c->octant = pp_alloc(m->nvert, 1);
    c->slot = pp_alloc(c->nslot, sizeof *c->slot);
    if (normal == NULL || c->of == NULL || c->octant == NULL ||
        c->slot == NULL) {
        pp_free(normal);
        return pp_fail_memory(err);
    }
    pp_mesh_vertex_normals(m, normal);
    for (size_t v = 0; v < m->nvert; v++)
        c->octant[v] = (uint8_t)((normal[v].x < 0) | (normal[v].y < 0) << 1 |
                                 (normal[v].z < 0) << 2);
    pp_free(normal);
    return PP_OK;
}

static uint64_t
cell_of(pp_vec3 p, pp_vec3 low, double size_mm, uint8_t octant)
{
    const uint64_t i = (uint64_t)((p.x - low.x) / size_mm);
    const uint64_t j = (uint64_t)((p.y - low.y) / size_mm);
    const uint64_t k = (uint64_t)((p.z - low.z) / size_mm);

    return (i << 40 | j << 20 | k) << 3 | octant;
}

/* The finalizer of splitmix64 (Vigna 2015). */
static uint64_t
spread(uint64_t key)
{
    key = (key ^ key >> 30) * 0xbf58476d1ce4e5b9u;
    key = (key ^ key >> 27) * 0x94d049bb133111ebu;
    return key ^ key >> 31;
}

/* Numbers the clusters by their first vertex. */
static void
find_clusters(const pp_mesh *m, pp_vec3 low, double size_mm, clusters *c)
{
    c->ncluster = 0;
    for (size_t n = 0; n < c->nslot; n++)
        c->slot[n].number = PP_NONE;
    for (size_t v = 0; v < m->nvert; v++) {
        const uint64_t key = cell_of(m->vert[v], low, size_mm, c->octant[v]);
        size_t n = spread(key) & (c->nslot - 1);

        while (c->slot[n].number != PP_NONE && c->slot[n].key != key)
            n = (n + 1) & (c->nslot - 1);
        if (c->slot[n].number == PP_NONE)
            c->slot[n] = (slot){ key, (uint32_t)c->ncluster++ };
        c->of[v] = c->slot[n].number;
    }
}

static bool
survives(const pp_mesh *m, const clusters *c, size_t t)
{
    const uint32_t a = c->of[m->tri[t][0]], b = c->of[m->tri[t][1]],
                   d = c->of[m->tri[t][2]];

    return a != b && b != d && d != a;
}

static size_t
count_survivors(const pp_mesh *m, const clusters *c)
{
    size_t n = 0;

    for (size_t t = 0; t < m->ntri; t++)
        n += survives(m, c, t);
    return n;
}

/* Worse of two values of a quantity; NAN knows nothing. */
static float
worse(size_t quantity, float a, float b)
{
    if (isnan(a) || isnan(b))
        return isnan(a) ? b : a;
    return quantity == 0 ? fminf(a, b) : fabsf(a) >= fabsf(b) ? a : b;
}

static pp_status
join_clusters(const view_source *from, const clusters *c, size_t ntri,
              copy *to, pp_error *err)
{
    const pp_mesh *m = from->mesh;
    uint32_t *members = pp_alloc_zero(c->ncluster, sizeof *members);
    size_t n = 0;

    if (members == NULL)
        return pp_fail_memory(err);
    if (pp_mesh_alloc(&to->mesh, c->ncluster, ntri, err) != PP_OK)
        goto done;
    for (size_t v = 0; v < c->ncluster; v++) {
        to->mesh.vert[v] = pp_vec(0, 0, 0);
        for (size_t q = 0; q < NQUANTITY; q++)
            to->value[q][v] = NAN;
    }
    for (size_t v = 0; v < m->nvert; v++) {
        const uint32_t k = c->of[v];

        members[k]++;
        to->mesh.vert[k] = pp_add(to->mesh.vert[k], m->vert[v]);
        for (size_t q = 0; q < NQUANTITY; q++)
            if (from->value[q] != NULL)
                to->value[q][k] = worse(q, to->value[q][k],
                                        from->value[q][v]);
    }
    for (size_t v = 0; v < c->ncluster; v++)
        to->mesh.vert[v] = pp_scale(to->mesh.vert[v], 1.0 / members[v]);
    for (size_t t = 0; t < m->ntri; t++)
        if (survives(m, c, t)) {
            for (int k = 0; k < 3; k++)
                to->mesh.tri[n][k] = c->of[m->tri[t][k]];
            n++;
        }
done:
    pp_free(members);
    return err->status;
}

/* The mesh itself when it is small enough: cells too small to join any. */
static pp_status
thin_out(const view_source *from, copy *to, pp_error *err)
{
    const pp_mesh *m = from->mesh;
    const pp_box box = pp_mesh_box(m);
    const pp_vec3 size = pp_box_size(box);
    const double longest = fmax(fmax(size.x, size.y), size.z);
    const double facet = 2 * pp_measure_area(m) / (double)from->most_facets;
    double cell = fmax(0.25 * sqrt(facet), longest / (1 << 19));
    clusters c = { 0 };
    size_t ntri = 0;

    cell = cell > 0 ? cell : 1;
    if (begin_clusters(m, &c, err) != PP_OK)
        goto done;
    if (m->ntri <= from->most_facets && m->nvert <= MOST_VERTICES) {
        for (size_t v = 0; v < m->nvert; v++)
            c.of[v] = (uint32_t)v;
        c.ncluster = m->nvert;
        ntri = count_survivors(m, &c);
    } else {
        for (int round = 0; round < MOST_ROUNDS; round++, cell *= GROWTH) {
            find_clusters(m, box.low, cell, &c);
            ntri = count_survivors(m, &c);
            if (ntri <= from->most_facets && c.ncluster <= MOST_VERTICES)
                break;
        }
    }
    if (c.ncluster > MOST_VERTICES || ntri > from->most_facets || ntri == 0) {
        pp_fail(err, PP_EGEOM, "no smaller copy of the mesh was found");
        goto done;
    }
    for (size_t q = 0; q < NQUANTITY; q++) {
        to->value[q] = pp_alloc(c.ncluster, sizeof *to->value[q]);
        if (to->value[q] == NULL) {
            pp_fail_memory(err);
            goto done;
        }
    }
    (void)!join_clusters(from, &c, ntri, to, err);
done:
    free_clusters(&c);
    return err->status;
}

/* ---- bytes ---- */

static uint8_t
level_of(float value, const colours *range)
{
    const double t = ((double)value - range->low) / (range->high - range->low);

    if (!range->there || isnan(value))
        return UNKNOWN;
    return (uint8_t)lrint(254 * fmin(fmax(t, 0), 1));
}

static double
step_of(double size)
{
    return size > 0 ? (double)(float)(size / LEVELS) : 1;
}

/* Rounds the vertices to steps, and writes all. */
static pp_status
write_copy(copy *c, const colours colour[NQUANTITY], pp_bytes *out,
           pp_error *err)
{
    pp_mesh *m = &c->mesh;
    const pp_box box = pp_mesh_box(m);
    const pp_vec3 size = pp_box_size(box);
    const double step[3] = { step_of(size.x), step_of(size.y),
                             step_of(size.z) };
    unsigned char *p;

    if (pp_bytes_extend(out, 24 + m->nvert * (6 + NQUANTITY) +
                                 6 * m->ntri, &p, err) != PP_OK)
        return err->status;
    memcpy(p, "PPV1", 4);
    pp_put_u32le(p + 4, (uint32_t)m->nvert);
    pp_put_u32le(p + 8, (uint32_t)m->ntri);
    for (int axis = 0; axis < 3; axis++)
        pp_put_u32le(p + 12 + 4 * axis, pp_float_to_bits((float)step[axis]));
    p += 24;
    for (size_t v = 0; v < m->nvert; v++) {
        double at[3];

        for (int axis = 0; axis < 3; axis++, p += 2) {
            const double low = pp_axis(box.low, axis);
            const double n = fmin(rint((pp_axis(m->vert[v], axis) - low) /
                                       step[axis]), LEVELS);

            pp_put_u16le(p, (uint16_t)n);
            at[axis] = low + n * step[axis];
        }
        m->vert[v] = pp_vec(at[0], at[1], at[2]);
    }
    for (size_t q = 0; q < NQUANTITY; q++)
        for (size_t v = 0; v < m->nvert; v++)
            *p++ = level_of(c->value[q][v], &colour[q]);
    for (size_t t = 0; t < m->ntri; t++)
        for (int k = 0; k < 3; k++, p += 2)
            pp_put_u16le(p, (uint16_t)m->tri[t][k]);
    return PP_OK;
}

static pp_status
measure(const pp_mesh *from, const pp_mesh *copied, double *apart_mm,
        pp_error *err)
{
    pp_bvh *tree;

    *apart_mm = 0;
    if (pp_bvh_build(from, &tree, err) != PP_OK)
        return err->status;
    for (size_t v = 0; v < copied->nvert; v++)
        *apart_mm = fmax(*apart_mm, pp_bvh_nearest(tree, copied->vert[v],
                                                   HUGE_VAL).distance);
    pp_bvh_free(tree);
    return PP_OK;
}

pp_status
view_make(const view_source *from, const colours colour[NQUANTITY],
          pp_bytes *out, view_told *told, pp_error *err)
{
    copy c = { 0 };

    memset(told, 0, sizeof *told);
    if (thin_out(from, &c, err) == PP_OK &&
        write_copy(&c, colour, out, err) == PP_OK &&
        measure(from->mesh, &c.mesh, &told->apart_mm, err) == PP_OK) {
        told->facets = c.mesh.ntri;
        told->vertices = c.mesh.nvert;
    }
    free_copy(&c);
    return err->status;
}
