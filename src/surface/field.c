/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * field.c - the surface where a sampled distance is zero
 */
#include "surface/lattice.h"

#include <math.h>
#include <string.h>

/*
 * Crossings keep this much of a lattice edge from its ends, so that no facet
 * shrinks to nothing and float files keep each vertex on its edge: a hundredth
 * of a voxel, far below what a scanner resolves.
 */
#define CLEARANCE 0.01f

/* Where the line from value p to value q passes zero, kept off the ends. */
float
pp_edge_crossing(double p, double q)
{
    const double t = p / (p - q);

    if (!isfinite(t))
        return 0.5f;
    return t < (double)CLEARANCE ? CLEARANCE
           : t > 1 - (double)CLEARANCE ? 1 - CLEARANCE : (float)t;
}

/* Memory position of one end of a lattice edge; false outside the image. */
bool
pp_edge_voxel(pp_lattice_edge e, int end, const size_t dim[3], size_t *n)
{
    size_t at[3];

    for (int a = 0; a < 3; a++) {
        at[a] = (size_t)pp_edge_index(e, a) - 1 +
                (size_t)(end && pp_edge_axis(e) == a);
        if (at[a] >= dim[a]) /* also -1, which is large */
            return false;
    }
    *n = (at[2] * dim[1] + at[1]) * dim[0] + at[0];
    return true;
}

pp_status
pp_surface_from_distance(const float *phi, const size_t dim[3],
                         const double to_lps[3][4], pp_mesh *mesh,
                         pp_error *err)
{
    pp_bits bits = { 0 };
    pp_lattice l = { 0 };
    ptrdiff_t nvert;
    bool at_border = false;

    memset(mesh, 0, sizeof *mesh);
    if (pp_bits_from_floats(phi, dim, &bits, err) != PP_OK)
        goto done;
    if (pp_lattice_extract(&bits, false, &l, err) != PP_OK)
        goto done;
    nvert = (ptrdiff_t)l.nvert;
    #pragma omp parallel for schedule(static) reduction(| : at_border)
    for (ptrdiff_t v = 0; v < nvert; v++) {
        size_t p, q;

        if (pp_edge_voxel(l.edge[v], 0, dim, &p) &&
            pp_edge_voxel(l.edge[v], 1, dim, &q))
            l.t[v] = pp_edge_crossing((double)phi[p], (double)phi[q]);
        else
            at_border = true;
    }
    if (at_border)
        pp_fail(err, PP_EGEOM, "the surface leaves the box of samples");
    else if (pp_lattice_to_mesh(&l, to_lps, mesh, err) != PP_OK)
        pp_mesh_free(mesh);
done:
    pp_lattice_free(&l);
    pp_bits_free(&bits);
    return err->status;
}
