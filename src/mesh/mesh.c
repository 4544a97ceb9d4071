/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mesh.c - making, copying and joining indexed meshes
 */
#include "mesh/mesh.h"

#include "base/alloc.h"

#include <string.h>

void
pp_mesh_free(pp_mesh *m)
{
    pp_free(m->vert);
    pp_free(m->tri);
    pp_free(m->attribute);
    memset(m, 0, sizeof *m);
}

pp_status
pp_mesh_alloc(pp_mesh *m, size_t nvert, size_t ntri, pp_error *err)
{
    memset(m, 0, sizeof *m);
    if (nvert > PP_MESH_LIMIT || ntri > PP_MESH_LIMIT)
        return pp_fail(err, PP_ELIMIT, "%zu vertices and %zu facets: at most "
                       "%zu of each", nvert, ntri, PP_MESH_LIMIT);
    m->vert = pp_alloc(nvert, sizeof *m->vert);
    m->tri = pp_alloc(ntri, sizeof *m->tri);
    if (m->vert == NULL || m->tri == NULL) {
        pp_mesh_free(m);
        return pp_fail_memory(err);
    }
    m->nvert = nvert;
    m->ntri = ntri;
    return PP_OK;
}

pp_status
pp_mesh_copy(const pp_mesh *m, pp_mesh *copy, pp_error *err)
{
    memset(copy, 0, sizeof *copy);
    return pp_mesh_append(copy, m, err);
}

/* Attribute bytes of both, zero for the one that has none. */
static pp_status
append_attributes(pp_mesh *a, const pp_mesh *b, pp_error *err)
{
    uint16_t *grown;

    if (a->attribute == NULL && b->attribute == NULL)
        return PP_OK;
    grown = pp_alloc_zero(a->ntri + b->ntri, sizeof *grown);
    if (grown == NULL)
        return pp_fail_memory(err);
    if (a->attribute != NULL)
        memcpy(grown, a->attribute, a->ntri * sizeof *grown);
    if (b->attribute != NULL)
        memcpy(grown + a->ntri, b->attribute, b->ntri * sizeof *grown);
    pp_free(a->attribute);
    a->attribute = grown;
    return PP_OK;
}

pp_status
pp_mesh_append(pp_mesh *a, const pp_mesh *b, pp_error *err)
{
    const size_t nvert = a->nvert + b->nvert, ntri = a->ntri + b->ntri;
    pp_vec3 *vert;
    pp_tri *tri;

    if (nvert > PP_MESH_LIMIT || ntri > PP_MESH_LIMIT)
        return pp_fail(err, PP_ELIMIT, "%zu vertices and %zu facets: at most "
                       "%zu of each", nvert, ntri, PP_MESH_LIMIT);
    vert = pp_realloc(a->vert, nvert, sizeof *vert);
    if (vert == NULL)
        return pp_fail_memory(err);
    a->vert = vert;
    tri = pp_realloc(a->tri, ntri, sizeof *tri);
    if (tri == NULL)
        return pp_fail_memory(err);
    a->tri = tri;
    if (append_attributes(a, b, err) != PP_OK)
        return err->status;
    if (b->nvert > 0)
        memcpy(vert + a->nvert, b->vert, b->nvert * sizeof *vert);
    for (size_t t = 0; t < b->ntri; t++)
        for (int k = 0; k < 3; k++)
            tri[a->ntri + t][k] = b->tri[t][k] + (uint32_t)a->nvert;
    a->nvert = nvert;
    a->ntri = ntri;
    return PP_OK;
}

/* gcc 12 gets this wrong with -ftree-slp-vectorize: see Makefile.am. */
void
pp_mesh_round_float(pp_mesh *m)
{
    for (size_t v = 0; v < m->nvert; v++)
        m->vert[v] = pp_vec((float)m->vert[v].x, (float)m->vert[v].y,
                            (float)m->vert[v].z);
}

pp_box
pp_mesh_box(const pp_mesh *m)
{
    pp_box box = pp_box_empty();

    for (size_t v = 0; v < m->nvert; v++)
        pp_box_add(&box, m->vert[v]);
    return box;
}

/* Renumbers the vertices with new_number[v] != PP_NONE, which ascend. */
static void
compact_vertices(pp_mesh *m, const uint32_t *new_number, size_t nkept)
{
    for (size_t v = 0; v < m->nvert; v++)
        if (new_number[v] != PP_NONE)
            m->vert[new_number[v]] = m->vert[v];
    for (size_t t = 0; t < m->ntri; t++)
        for (int k = 0; k < 3; k++)
            m->tri[t][k] = new_number[m->tri[t][k]];
    m->nvert = nkept;
}

pp_status
pp_mesh_drop_unused(pp_mesh *m, size_t *ndropped, pp_error *err)
{
    uint32_t *number = pp_alloc(m->nvert, sizeof *number);
    uint32_t next = 0;

    *ndropped = 0;
    if (number == NULL)
        return pp_fail_memory(err);
    for (size_t v = 0; v < m->nvert; v++)
        number[v] = PP_NONE;
    for (size_t t = 0; t < m->ntri; t++)
        for (int k = 0; k < 3; k++)
            number[m->tri[t][k]] = 0;
    for (size_t v = 0; v < m->nvert; v++)
        if (number[v] != PP_NONE)
            number[v] = next++;
    *ndropped = m->nvert - next;
    if (*ndropped > 0)
        compact_vertices(m, number, next);
    pp_free(number);
    return PP_OK;
}

pp_status
pp_mesh_select(const pp_mesh *m, const uint8_t *keep, pp_mesh *out,
               pp_error *err)
{
    size_t n = 0, ndropped;

    if (pp_mesh_copy(m, out, err) != PP_OK)
        return err->status;
    for (size_t t = 0; t < m->ntri; t++)
        if (keep[t]) {
            memmove(out->tri[n], m->tri[t], sizeof *out->tri);
            if (out->attribute != NULL)
                out->attribute[n] = m->attribute[t];
            n++;
        }
    out->ntri = n;
    if (pp_mesh_drop_unused(out, &ndropped, err) != PP_OK)
        pp_mesh_free(out);
    return err->status;
}

void
pp_mesh_vertex_normals(const pp_mesh *m, pp_vec3 *normal)
{
    for (size_t v = 0; v < m->nvert; v++)
        normal[v] = pp_vec(0, 0, 0);
    for (size_t t = 0; t < m->ntri; t++) {
        const pp_vec3 n = pp_facet_normal(m, t);

        for (int k = 0; k < 3; k++)
            normal[m->tri[t][k]] = pp_add(normal[m->tri[t][k]], n);
    }
    for (size_t v = 0; v < m->nvert; v++)
        normal[v] = pp_unit(normal[v]);
}
