/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * box.h - a box of voxels on an oblique lattice, and its mesh
 */
#ifndef PP_TESTS_MEASURE_BOX_H
#define PP_TESTS_MEASURE_BOX_H

#include "base/alloc.h"
#include "mask/mask.h"
#include "shapes.h"
#include "test.h"

/* An oblique box of nx * ny * nz voxels inside a frame of outside voxels. */
static inline pp_mask
box_mask(size_t nx, size_t ny, size_t nz)
{
    pp_mask m = { { nx + 4, ny + 4, nz + 4 },
                  { { 0.6, -0.64, 0, 31 },
                    { 0.8 * 0.6 / 0.6, 0.48, 0, -17 },
                    { 0, 0, 1.5, 400 } },
                  NULL };

    /* columns: (0.6, 0.8, 0) of length 1, (-0.64, 0.48, 0) of 0.8, 1.5 */
    m.in = pp_alloc_zero(m.dim[0] * m.dim[1], m.dim[2]);
    ck_assert_ptr_nonnull(m.in);
    for (size_t k = 2; k < nz + 2; k++)
        for (size_t j = 2; j < ny + 2; j++)
            for (size_t i = 2; i < nx + 2; i++)
                m.in[(k * m.dim[1] + j) * m.dim[0] + i] = 1;
    return m;
}

/* The box whose faces are those of box_mask, grown by mm on every side. */
static inline pp_mesh
box_of(const pp_mask *m, size_t nx, size_t ny, size_t nz, double mm)
{
    const double n[3] = { (double)nx, (double)ny, (double)nz };
    pp_vec3 low = pp_vec(-mm, -mm, -mm), high = pp_vec(mm, mm, mm);
    pp_mesh mesh;

    high.x += n[0];
    high.y += n[1] * 0.8;
    high.z += n[2] * 1.5;
    mesh = pp_shape_box(low, high);
    for (size_t v = 0; v < mesh.nvert; v++) {
        const pp_vec3 p = mesh.vert[v];
        /* mm along the axes, from the outer corner of voxel (2, 2, 2) */
        const double i = p.x + 1.5, j = p.y / 0.8 + 1.5, k = p.z / 1.5 + 1.5;

        mesh.vert[v] = pp_vec(
            m->to_lps[0][0] * i + m->to_lps[0][1] * j + m->to_lps[0][3],
            m->to_lps[1][0] * i + m->to_lps[1][1] * j + m->to_lps[1][3],
            m->to_lps[2][2] * k + m->to_lps[2][3]);
    }
    return mesh;
}

#endif
