/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * refine.c - long edges split at their middle
 *
 * Whether an edge is split is decided by the edge and its ends alone, so both
 * facets agree and the mesh stays closed. Each facet falls into two, three or
 * four.
 */
#include "mesh/refine.h"

#include "base/alloc.h"

#include <string.h>

typedef struct {
    pp_mesh mesh;
    size_t vert_room, enough_room;
    double longest;
    double *enough;   /* see pp_refine_edges; or NULL */
    uint32_t *middle; /* for each corner: vertex on the edge it faces */
    uint32_t *part_of; /* of each facet: which one it was at first */
} refining;

static bool
is_long(const refining *r, uint32_t a, uint32_t b)
{
    const double fine = r->enough != NULL ? fmin(r->enough[a], r->enough[b])
                                          : 0;

    return pp_distance(r->mesh.vert[a], r->mesh.vert[b]) >
           fmax(r->longest, fine);
}

static pp_status
add_middle(refining *r, uint32_t a, uint32_t b, pp_error *err)
{
    const size_t n = r->mesh.nvert;

    if (pp_grow(&r->mesh.vert, &r->vert_room, n + 1, sizeof *r->mesh.vert,
                err) != PP_OK)
        return err->status;
    r->mesh.vert[n] = pp_scale(pp_add(r->mesh.vert[a], r->mesh.vert[b]), 0.5);
    if (r->enough != NULL) {
        if (pp_grow(&r->enough, &r->enough_room, n + 1, sizeof *r->enough,
                    err) != PP_OK)
            return err->status;
        r->enough[n] = (r->enough[a] + r->enough[b]) / 2;
    }
    r->mesh.nvert++;
    return PP_OK;
}

static pp_status
split_edges(refining *r, size_t *nsplit, pp_error *err)
{
    pp_half_edge *half = NULL;
    size_t nhalf = 0;

    *nsplit = 0;
    if (pp_mesh_half_edges(&r->mesh, &half, &nhalf, err) != PP_OK)
        return err->status;
    for (size_t c = 0; c < 3 * r->mesh.ntri; c++)
        r->middle[c] = PP_NONE;
    for (size_t i = 0; i < nhalf && err->status == PP_OK; i++) {
        const bool again = i > 0 && half[i].low == half[i - 1].low &&
                           half[i].high == half[i - 1].high;

        if (again) {
            r->middle[half[i].corner] = r->middle[half[i - 1].corner];
        } else if (is_long(r, half[i].low, half[i].high) &&
                   add_middle(r, half[i].low, half[i].high, err) == PP_OK) {
            r->middle[half[i].corner] = (uint32_t)r->mesh.nvert - 1;
            (*nsplit)++;
        }
    }
    pp_free(half);
    return err->status;
}

static size_t
put(pp_tri *tri, uint32_t a, uint32_t b, uint32_t c)
{
    const pp_tri t = { a, b, c };

    memcpy(*tri, t, sizeof t);
    return 1;
}

/* The parts of a facet; e[k] lies on the edge that corner k faces. */
static size_t
split_facet(const pp_tri t, const uint32_t e[3], pp_tri *out)
{
    int n = 0, k = 0;

    for (int i = 0; i < 3; i++)
        n += e[i] != PP_NONE;
    if (n == 0)
        return put(out, t[0], t[1], t[2]);
    if (n == 3) {
        size_t at = put(out, e[0], e[1], e[2]);

        for (int i = 0; i < 3; i++)
            at += put(out + at, t[i], e[(i + 2) % 3], e[(i + 1) % 3]);
        return at;
    }
    /* turn it so that edge k is the one split, or the one left */
    while ((e[k] != PP_NONE) != (n == 1))
        k++;
    {
        const uint32_t a = t[k], b = t[(k + 1) % 3], c = t[(k + 2) % 3];
        const uint32_t ca = e[(k + 1) % 3], ab = e[(k + 2) % 3];
        size_t at;

        if (n == 1)
            return put(out, a, b, e[k]) + put(out + 1, a, e[k], c);
        at = put(out, a, ab, ca);
        at += put(out + at, ab, b, c);
        return at + put(out + at, ab, c, ca);
    }
}

pp_status
pp_split_facets(pp_mesh *m, const uint32_t *middle, uint32_t **part_of,
                pp_error *err)
{
    pp_tri *tri = pp_alloc(m->ntri, 4 * sizeof *tri);
    uint32_t *of = pp_alloc(part_of != NULL ? m->ntri : 0, 4 * sizeof *of);
    size_t at = 0;

    if (tri == NULL || of == NULL) {
        pp_free(tri);
        pp_free(of);
        return pp_fail_memory(err);
    }
    for (size_t t = 0; t < m->ntri; t++) {
        const size_t end = at + split_facet(m->tri[t], &middle[3 * t],
                                            tri + at);

        for (size_t i = at; i < end && part_of != NULL; i++)
            of[i] = (*part_of)[t];
        at = end;
    }
    pp_free(m->tri);
    m->tri = tri;
    m->ntri = at;
    if (part_of != NULL) {
        pp_free(*part_of);
        *part_of = of;
    } else {
        pp_free(of);
    }
    return PP_OK;
}

static pp_status
split_facets(refining *r, pp_error *err)
{
    if (pp_split_facets(&r->mesh, r->middle, &r->part_of, err) != PP_OK)
        return err->status;
    pp_free(r->middle);
    r->middle = pp_alloc(r->mesh.ntri, 3 * sizeof *r->middle);
    return r->middle != NULL ? PP_OK : pp_fail_memory(err);
}

pp_status
pp_refine_edges(const pp_mesh *m, double longest_mm, const double *enough_mm,
                size_t limit, pp_mesh *out, uint32_t **part_of, pp_error *err)
{
    refining r = { .longest = longest_mm };
    size_t nsplit = 1;

    memset(out, 0, sizeof *out);
    *part_of = NULL;
    if (pp_mesh_copy(m, &r.mesh, err) != PP_OK)
        return err->status;
    pp_free(r.mesh.attribute);
    r.mesh.attribute = NULL;
    r.vert_room = r.enough_room = r.mesh.nvert;
    r.middle = pp_alloc(r.mesh.ntri, 3 * sizeof *r.middle);
    r.part_of = pp_alloc(r.mesh.ntri, sizeof *r.part_of);
    if (enough_mm != NULL)
        r.enough = pp_alloc(r.mesh.nvert, sizeof *r.enough);
    for (size_t t = 0; r.part_of != NULL && t < r.mesh.ntri; t++)
        r.part_of[t] = (uint32_t)t;
    if (r.middle == NULL || r.part_of == NULL ||
        (enough_mm != NULL && r.enough == NULL))
        pp_fail_memory(err);
    else if (enough_mm != NULL)
        memcpy(r.enough, enough_mm, r.mesh.nvert * sizeof *r.enough);
    while (err->status == PP_OK && nsplit > 0 && r.mesh.ntri < limit)
        if (split_edges(&r, &nsplit, err) == PP_OK && nsplit > 0)
            (void)!split_facets(&r, err);
    pp_free(r.middle);
    pp_free(r.enough);
    if (err->status != PP_OK) {
        pp_mesh_free(&r.mesh);
        pp_free(r.part_of);
        r.part_of = NULL;
    }
    *out = r.mesh;
    *part_of = r.part_of;
    return err->status;
}
