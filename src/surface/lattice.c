/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lattice.c - lattice meshes: their place in space and their volume
 */
#include "surface/lattice.h"

#include "base/alloc.h"

#include <string.h>

#define CHUNK 4096 /* facets summed alone: sums do not depend on threads */

/* Voxel index (fractional) of vertex v along axis. */
static inline double
index_of(const pp_lattice *l, size_t v, int axis)
{
    const pp_lattice_edge e = l->edge[v];
    const double at = (double)pp_edge_index(e, axis) - 1;

    if (pp_edge_axis(e) == axis)
        return at + (double)l->t[v];
    return pp_edge_axis(e) == PP_NO_EDGE
               ? l->point[e & UINT32_MAX][axis] - 1 : at;
}

size_t
pp_lattice_nedge(const pp_lattice *l)
{
    size_t n = l->nvert;

    while (n > 0 && pp_edge_axis(l->edge[n - 1]) == PP_NO_EDGE)
        n--;
    return n;
}

void
pp_lattice_at(const pp_lattice *l, size_t v, double at[3])
{
    for (int a = 0; a < 3; a++)
        at[a] = index_of(l, v, a) + 1;
}

bool
pp_lattice_turned(const double to_lps[3][4])
{
    return pp_affine_determinant(to_lps) < 0;
}

pp_vec3
pp_lattice_point(const double a[3][4], double i, double j, double k)
{
    return pp_affine_point(a, i, j, k);
}

static void
place_vertices(const pp_lattice *l, const double to_lps[3][4], pp_vec3 *vert)
{
    #pragma omp parallel for schedule(static)
    for (ptrdiff_t v = 0; v < (ptrdiff_t)l->nvert; v++)
        vert[v] = pp_lattice_point(to_lps, index_of(l, (size_t)v, 0),
                                   index_of(l, (size_t)v, 1),
                                   index_of(l, (size_t)v, 2));
}

/* from and to may be the same. */
static void
turn_facets(const pp_tri *from, size_t ntri, bool turned, pp_tri *to)
{
    #pragma omp parallel for schedule(static)
    for (ptrdiff_t t = 0; t < (ptrdiff_t)ntri; t++) {
        const uint32_t b = from[t][1], c = from[t][2];

        to[t][0] = from[t][0];
        to[t][1] = turned ? c : b;
        to[t][2] = turned ? b : c;
    }
}

pp_status
pp_lattice_to_mesh(const pp_lattice *l, const double to_lps[3][4],
                   pp_mesh *mesh, pp_error *err)
{
    if (pp_mesh_alloc(mesh, l->nvert, l->ntri, err) != PP_OK)
        return err->status;
    if (l->sheet != NULL) {
        mesh->attribute = pp_alloc(l->ntri, sizeof *mesh->attribute);
        if (mesh->attribute == NULL) {
            pp_mesh_free(mesh);
            return pp_fail_memory(err);
        }
        memcpy(mesh->attribute, l->sheet, l->ntri * sizeof *l->sheet);
    }
    place_vertices(l, to_lps, mesh->vert);
    turn_facets((const pp_tri *)l->tri, l->ntri, pp_lattice_turned(to_lps),
                mesh->tri);
    return PP_OK;
}

pp_status
pp_lattice_become_mesh(pp_lattice *l, const double to_lps[3][4],
                       pp_mesh *mesh, pp_error *err)
{
    if (l->sheet != NULL)
        return pp_lattice_to_mesh(l, to_lps, mesh, err);
    memset(mesh, 0, sizeof *mesh);
    mesh->vert = pp_alloc(l->nvert, sizeof *mesh->vert);
    if (mesh->vert == NULL)
        return pp_fail_memory(err);
    place_vertices(l, to_lps, mesh->vert);
    mesh->nvert = l->nvert;
    mesh->tri = l->tri;
    mesh->ntri = l->ntri;
    l->tri = NULL;
    l->ntri = 0;
    if (pp_lattice_turned(to_lps))
        turn_facets((const pp_tri *)mesh->tri, mesh->ntri, true, mesh->tri);
    return PP_OK;
}

static pp_vec3
index_point(const pp_lattice *l, uint32_t v)
{
    return pp_vec(index_of(l, v, 0), index_of(l, v, 1), index_of(l, v, 2));
}

pp_status
pp_lattice_volume(const pp_lattice *l, const double mm[3], double *volume_mm3,
                  pp_error *err)
{
    const ptrdiff_t nchunk = (ptrdiff_t)((l->ntri + CHUNK - 1) / CHUNK);
    double *sum = pp_alloc_zero((size_t)nchunk, sizeof *sum);
    const pp_vec3 apex = l->nvert > 0 ? index_point(l, 0) : pp_vec(0, 0, 0);

    *volume_mm3 = 0;
    if (sum == NULL)
        return pp_fail_memory(err);
    #pragma omp parallel for schedule(static)
    for (ptrdiff_t n = 0; n < nchunk; n++) {
        const size_t end = (size_t)(n + 1) * CHUNK;

        for (size_t t = (size_t)n * CHUNK; t < end && t < l->ntri; t++) {
            const pp_vec3 p = pp_sub(index_point(l, l->tri[t][0]), apex);
            const pp_vec3 q = pp_sub(index_point(l, l->tri[t][1]), apex);
            const pp_vec3 r = pp_sub(index_point(l, l->tri[t][2]), apex);

            sum[n] += pp_dot(p, pp_cross(q, r));
        }
    }
    for (ptrdiff_t n = 0; n < nchunk; n++)
        *volume_mm3 += sum[n] / 6 * mm[0] * mm[1] * mm[2];
    pp_free(sum);
    return PP_OK;
}
