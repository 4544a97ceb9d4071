/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * grid.c - voxels with a place in space
 */
#include "voxel/grid.h"

#include "base/alloc.h"
#include "base/bytes.h"

#include <float.h>

/*
 * Voxel edges in mm: from a tenth of a micrometre (micro-CT) to a metre. What
 * lies beyond is a unit error or a broken header.
 */
#define EDGE_MIN_MM 1e-4
#define EDGE_MAX_MM 1e3

/* A patient lies within 10 km of the origin; floats fail long before. */
#define FAR_MM 1e7

/*
 * Cosine between two axes above which the grid counts as sheared. Rounding in
 * float32 headers stays below 1e-6, six-digit DICOM cosines below 1e-5; the
 * smallest gantry tilts (half a degree) reach 9e-3. The matrix is used as it
 * stands in either case: this bounds what distances along axes neglect.
 */
#define SHEAR_LIMIT 1e-3

/* Where a double stops telling neighbouring integers apart. */
#define EXACT_LIMIT ((int64_t)1 << 53)

static const size_t size_of[] = {
    [PP_VOXEL_U8] = 1,  [PP_VOXEL_I8] = 1,  [PP_VOXEL_U16] = 2,
    [PP_VOXEL_I16] = 2, [PP_VOXEL_U32] = 4, [PP_VOXEL_I32] = 4,
    [PP_VOXEL_F32] = 4, [PP_VOXEL_F64] = 8,
};

size_t
pp_voxel_size(pp_voxel_type type)
{
    return size_of[type];
}

void
pp_grid_free(pp_grid *g)
{
    pp_free(g->voxel);
    memset(g, 0, sizeof *g);
}

pp_status
pp_grid_alloc(pp_grid *g, const size_t dim[3], pp_voxel_type type,
              pp_error *err)
{
    size_t n = pp_voxel_size(type);

    memset(g, 0, sizeof *g);
    for (int a = 0; a < 3; a++) {
        if (dim[a] == 0)
            return pp_fail(err, PP_EFORMAT, "a dimension of the grid is zero");
        if (dim[a] > PTRDIFF_MAX / n)
            return pp_fail(err, PP_ELIMIT,
                           "%zu x %zu x %zu voxels exceed the address space",
                           dim[0], dim[1], dim[2]);
        n *= dim[a];
    }
    g->voxel = pp_alloc(n, 1);
    if (g->voxel == NULL)
        return pp_fail_memory(err);
    memcpy(g->dim, dim, sizeof g->dim);
    g->type = type;
    g->slope = 1;
    for (int a = 0; a < 3; a++)
        g->to_lps[a][a] = 1;
    return PP_OK;
}

pp_status
pp_voxel_wide_to_real(void *voxel, size_t n, bool is_signed, pp_error *err)
{
    unsigned char *at = voxel;

    for (size_t v = 0; v < n; v++, at += 8) {
        int64_t whole;
        double real;

        memcpy(&whole, at, 8);
        if (whole > EXACT_LIMIT || (is_signed && whole < -EXACT_LIMIT) ||
            (!is_signed && whole < 0))
            return pp_fail(err, PP_ELIMIT,
                           "voxel %zu is a 64-bit integer beyond 2^53", v);
        real = (double)whole;
        memcpy(at, &real, 8);
    }
    return PP_OK;
}

static double
stored_value(const pp_grid *g, size_t n)
{
    switch (g->type) {
    case PP_VOXEL_U8:
        return ((const uint8_t *)g->voxel)[n];
    case PP_VOXEL_I8:
        return ((const int8_t *)g->voxel)[n];
    case PP_VOXEL_U16:
        return ((const uint16_t *)g->voxel)[n];
    case PP_VOXEL_I16:
        return ((const int16_t *)g->voxel)[n];
    case PP_VOXEL_U32:
        return ((const uint32_t *)g->voxel)[n];
    case PP_VOXEL_I32:
        return ((const int32_t *)g->voxel)[n];
    case PP_VOXEL_F32:
        return (double)((const float *)g->voxel)[n];
    case PP_VOXEL_F64:
    default:
        return ((const double *)g->voxel)[n];
    }
}

double
pp_grid_value(const pp_grid *g, size_t n)
{
    return stored_value(g, n) * g->slope + g->intercept;
}

pp_vec3
pp_grid_position(const pp_grid *g, double i, double j, double k)
{
    return pp_affine_point(g->to_lps, i, j, k);
}

static pp_vec3
column(const double m[3][4], int c)
{
    return pp_vec(m[0][c], m[1][c], m[2][c]);
}

static double
determinant(const double m[3][4])
{
    return pp_dot(column(m, 0), pp_cross(column(m, 1), column(m, 2)));
}

pp_status
pp_grid_inverse(const pp_grid *g, double to_index[3][4], pp_error *err)
{
    const pp_vec3 origin = column(g->to_lps, 3);
    const double det = determinant(g->to_lps);

    if (!(fabs(det) > DBL_MIN))
        return pp_fail(err, PP_EGEOM, "the voxel matrix is flat");
    for (int r = 0; r < 3; r++) {
        /* rows of the inverse: cross products of the other two columns */
        const pp_vec3 row =
            pp_scale(pp_cross(column(g->to_lps, (r + 1) % 3),
                              column(g->to_lps, (r + 2) % 3)), 1 / det);

        to_index[r][0] = row.x;
        to_index[r][1] = row.y;
        to_index[r][2] = row.z;
        to_index[r][3] = -pp_dot(row, origin);
    }
    return PP_OK;
}

void
pp_grid_spacing(const pp_grid *g, double mm[3])
{
    pp_affine_spacing(g->to_lps, mm);
}

double
pp_grid_voxel_volume(const pp_grid *g)
{
    return fabs(determinant(g->to_lps));
}

pp_status
pp_grid_check_matrix(const pp_grid *g, pp_error *err)
{
    const double (*to_lps)[4] = g->to_lps;
    static const char axis[] = "ijk";
    double edge[3];

    for (int r = 0; r < 3; r++)
        for (int c = 0; c < 4; c++)
            if (!isfinite(to_lps[r][c]))
                return pp_fail(err, PP_EGEOM,
                               "the voxel matrix is not finite");
    for (int r = 0; r < 3; r++)
        if (fabs(to_lps[r][3]) > FAR_MM)
            return pp_fail(err, PP_EGEOM,
                           "the image lies %g mm from the origin",
                           fabs(to_lps[r][3]));
    for (int c = 0; c < 3; c++) {
        edge[c] = pp_norm(column(to_lps, c));
        if (edge[c] < EDGE_MIN_MM || edge[c] > EDGE_MAX_MM)
            return pp_fail(err, PP_EGEOM,
                           "voxels measure %g mm along %c: outside %g to %g",
                           edge[c], axis[c], EDGE_MIN_MM, EDGE_MAX_MM);
    }
    for (int c = 0; c < 3; c++) {
        const int d = (c + 1) % 3;
        const double cosine =
            pp_dot(column(to_lps, c), column(to_lps, d)) / (edge[c] * edge[d]);

        if (fabs(cosine) > SHEAR_LIMIT)
            return pp_fail(err, PP_EGEOM,
                           "the voxel axes %c and %c stand at %.2f degrees: "
                           "the image is sheared", axis[c], axis[d],
                           acos(fmax(-1, fmin(1, cosine))) * 57.29577951308232);
    }
    return PP_OK;
}
