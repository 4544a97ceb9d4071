/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mesh_map.c - meshes as label maps
 */
#include "surface/mesh_map.h"

#include "base/alloc.h"
#include "surface/surface.h"

#include <math.h>
#include <string.h>

/* At most so many voxels around a mesh. */
#define MOST_VOXELS ((size_t)1 << 31)

static pp_status
make_map(pp_label_map *m, const ptrdiff_t dim[3], const double to_lps[3][4],
         pp_error *err)
{
    size_t n = 1;

    memset(m, 0, sizeof *m);
    for (int a = 0; a < 3; a++) {
        if (dim[a] < 1 || dim[a] > PP_MASK_LIMIT ||
            (size_t)dim[a] > MOST_VOXELS / n)
            return pp_fail(err, PP_ELIMIT, "the mesh would fill %.3g x %.3g x "
                           "%.3g voxels", (double)dim[0], (double)dim[1],
                           (double)dim[2]);
        n *= (size_t)dim[a];
        m->dim[a] = (size_t)dim[a];
    }
    memcpy(m->to_lps, to_lps, sizeof m->to_lps);
    m->at = pp_alloc_zero(n, sizeof *m->at);
    return m->at != NULL ? PP_OK : pp_fail_memory(err);
}

/* The mesh's box in voxel indices. */
static pp_status
mesh_box(const pp_mesh *mesh, const pp_label_map *m, double low[3],
         double high[3], pp_error *err)
{
    pp_grid g = { .voxel = NULL };
    double to_index[3][4];

    memcpy(g.to_lps, m->to_lps, sizeof g.to_lps);
    if (pp_grid_inverse(&g, to_index, err) != PP_OK)
        return err->status;
    if (mesh->ntri == 0 || mesh->nvert == 0)
        return pp_fail(err, PP_EGEOM, "no facet in the mesh");
    for (size_t v = 0; v < mesh->nvert; v++) {
        const pp_vec3 p = mesh->vert[v];

        if (!pp_finite(p))
            return pp_fail(err, PP_EGEOM, "vertex %zu is not finite", v);
        for (int a = 0; a < 3; a++) {
            const double at = to_index[a][0] * p.x + to_index[a][1] * p.y +
                              to_index[a][2] * p.z + to_index[a][3];

            low[a] = v == 0 ? at : fmin(low[a], at);
            high[a] = v == 0 ? at : fmax(high[a], at);
        }
    }
    return PP_OK;
}

pp_status
pp_label_map_cover(pp_label_map *m, const pp_mesh *mesh, pp_error *err)
{
    double low[3] = { 0 }, high[3] = { 0 }, to_lps[3][4];
    ptrdiff_t before[3], dim[3];
    pp_label_map wide;

    if (mesh_box(mesh, m, low, high, err) != PP_OK)
        return err->status;
    memcpy(to_lps, m->to_lps, sizeof to_lps);
    for (int a = 0; a < 3; a++) {
        /* what is too much is refused below */
        const double first = fmax(fmin(floor(low[a]), 0), -1e7);
        const double last =
            fmin(fmax(ceil(high[a]), (double)m->dim[a] - 1), 1e7);

        before[a] = (ptrdiff_t)-first;
        dim[a] = (ptrdiff_t)(last - first) + 1;
        for (int r = 0; r < 3; r++)
            to_lps[r][3] += m->to_lps[r][a] * first;
    }
    if (dim[0] == (ptrdiff_t)m->dim[0] && dim[1] == (ptrdiff_t)m->dim[1] &&
        dim[2] == (ptrdiff_t)m->dim[2])
        return PP_OK;
    if (make_map(&wide, dim, (const double(*)[4])to_lps, err) != PP_OK)
        return err->status;
    wide.nlabel = m->nlabel;
    for (size_t k = 0; k < m->dim[2]; k++)
        for (size_t j = 0; j < m->dim[1]; j++)
            memcpy(wide.at + (((size_t)before[2] + k) * wide.dim[1] +
                              (size_t)before[1] + j) * wide.dim[0] +
                       (size_t)before[0],
                   m->at + (k * m->dim[1] + j) * m->dim[0],
                   m->dim[0] * sizeof *m->at);
    pp_label_map_free(m);
    *m = wide;
    return PP_OK;
}

pp_status
pp_mesh_make_map(const pp_mesh *mesh, double spacing_mm, pp_label_map *m,
                 pp_error *err)
{
    pp_label_map one = { .to_lps = { { 1, 0, 0, 0 }, { 0, 1, 0, 0 },
                                     { 0, 0, 1, 0 } } };
    double low[3] = { 0 }, high[3] = { 0 }, to_lps[3][4] = { { 0 } };
    ptrdiff_t dim[3];

    memset(m, 0, sizeof *m);
    if (mesh_box(mesh, &one, low, high, err) != PP_OK)
        return err->status;
    for (int a = 0; a < 3; a++) {
        to_lps[a][a] = spacing_mm;
        to_lps[a][3] = low[a] - spacing_mm / 2;
        dim[a] = (ptrdiff_t)fmin((high[a] - low[a]) / spacing_mm + 2, 1e7);
    }
    if (make_map(m, dim, (const double(*)[4])to_lps, err) != PP_OK)
        return err->status;
    m->nlabel = 1;
    return PP_OK;
}

pp_status
pp_mesh_to_map(const pp_mesh *mesh, const pp_label_map *like, pp_label_map *m,
               pp_error *err)
{
    const size_t n = like->dim[0] * like->dim[1] * like->dim[2];
    const ptrdiff_t dim[3] = { (ptrdiff_t)like->dim[0],
                               (ptrdiff_t)like->dim[1],
                               (ptrdiff_t)like->dim[2] };
    pp_mask lattice = { .in = NULL }, inside = { .in = NULL };

    memcpy(lattice.dim, like->dim, sizeof lattice.dim);
    memcpy(lattice.to_lps, like->to_lps, sizeof lattice.to_lps);
    if (make_map(m, dim, like->to_lps, err) != PP_OK)
        return err->status;
    m->nlabel = 1;
    if (pp_surface_to_mask(mesh, &lattice, &inside, err) == PP_OK)
        for (size_t v = 0; v < n; v++)
            m->at[v] = inside.in[v];
    else
        pp_label_map_free(m);
    pp_mask_free(&inside);
    return err->status;
}
