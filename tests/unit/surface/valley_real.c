/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Open meshes of others: their distances in a grid, and the surface that comes
 * back, held against the mesh both ways.
 */
#include "test.h"

#include "meshio/meshio.h"
#include "surface/valley.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LONGEST 64 /* voxels along the longest side of the box */
#define NSAMPLE 8000

static int
by_value(const void *a, const void *b)
{
    const double p = *(const double *)a, q = *(const double *)b;

    return (p > q) - (p < q);
}

static double
area_of(const pp_mesh *m, size_t t)
{
    const pp_vec3 a = m->vert[m->tri[t][0]];

    return pp_norm(pp_cross(pp_sub(m->vert[m->tri[t][1]], a),
                            pp_sub(m->vert[m->tri[t][2]], a)));
}

/* Of points spread evenly over one mesh, 99 in 100 are this near the other. */
static double
p99(const pp_mesh *from, const pp_mesh *to)
{
    double *d = malloc(NSAMPLE * sizeof *d), all = 0, sum = 0;
    pp_random r = { 5 };
    pp_error err = { 0 };
    pp_bvh *bvh = NULL;
    size_t t = 0;

    ck_assert_ptr_nonnull(d);
    ck_ok(pp_bvh_build(to, &bvh, &err), err);
    for (size_t i = 0; i < from->ntri; i++)
        all += area_of(from, i);
    for (size_t n = 0; n < NSAMPLE; n++) {
        double u = pp_random_unit(&r), v = pp_random_unit(&r);

        while (t + 1 < from->ntri &&
               sum + area_of(from, t) < all * ((double)n + 0.5) / NSAMPLE)
            sum += area_of(from, t++);
        if (u + v > 1) {
            u = 1 - u;
            v = 1 - v;
        }
        const pp_vec3 a = from->vert[from->tri[t][0]];
        const pp_vec3 p = pp_madd(
            pp_madd(a, u, pp_sub(from->vert[from->tri[t][1]], a)), v,
            pp_sub(from->vert[from->tri[t][2]], a));

        d[n] = pp_bvh_nearest(bvh, p, 1e30).distance;
    }
    qsort(d, NSAMPLE, sizeof *d, by_value);
    sum = d[NSAMPLE - NSAMPLE / 100];
    pp_bvh_free(bvh);
    free(d);
    return sum;
}

/* The distances to a mesh; the size of a voxel. */
static double
field_of(const pp_mesh *m, pp_grid *g)
{
    const pp_box box = pp_mesh_box(m);
    const pp_vec3 size = pp_box_size(box);
    const double h = fmax(size.x, fmax(size.y, size.z)) / LONGEST;
    pp_error err = { 0 };
    pp_bvh *bvh = NULL;
    size_t dim[3];
    float *u;

    for (int a = 0; a < 3; a++)
        dim[a] = (size_t)ceil(pp_axis(size, a) / h) + 9;
    ck_ok(pp_grid_alloc(g, dim, PP_VOXEL_F32, &err), err);
    g->slope = 1;
    for (int a = 0; a < 3; a++) {
        g->to_lps[a][a] = h;
        g->to_lps[a][3] = pp_axis(box.low, a) - 4.3 * h;
    }
    ck_ok(pp_bvh_build(m, &bvh, &err), err);
    u = g->voxel;
#pragma omp parallel for schedule(dynamic, 512)
    for (ptrdiff_t n = 0; n < (ptrdiff_t)(dim[0] * dim[1] * dim[2]); n++)
        u[n] = (float)pp_bvh_nearest(
                   bvh, pp_grid_position(g, (double)((size_t)n % dim[0]),
                                         (double)((size_t)n / dim[0] % dim[1]),
                                         (double)((size_t)n / dim[0] /
                                                  dim[1])),
                   1e30).distance;
    pp_bvh_free(bvh);
    return h;
}

#define CGAL "D_meshes/CGAL+releases/data/meshes/"
#define PMP "D_meshes/pmp-library+pmp-library/data/off/"

START_TEST(open_meshes_come_back_within_half_a_voxel)
{
    static const char *const name[] = {
        PMP "hemisphere.off", PMP "hole_capsule.off", CGAL "patch-01.off",
        CGAL "holes.off", CGAL "mushroom.off", CGAL "mesh_with_border.off",
        CGAL "blobby_3cc.off", CGAL "cylinder.off", CGAL "mask_cone.off",
        "D_meshes/mikedh+trimesh/models/reference.ply",
        "D_meshes/assimp+assimp/test/models/STL/sphereWithHole.stl",
    };
    const size_t n = sizeof name / sizeof *name;
    const pp_valley_options how = { 0 };

    for (size_t k = 0; k < (size_t)pp_test_rounds((int)n); k++) {
        pp_valley_field f = { 0 };
        pp_valley_report r = { 0 };
        pp_model model = { 0 };
        pp_mesh mesh = { 0 }, back = { 0 };
        pp_error err = { 0 };
        pp_format format;
        pp_grid g = { 0 };
        char path[1024];

        if (!pp_test_shared(name[k], path, sizeof path))
            pp_test_skip("no shared data beside the checkout");
        ck_ok(pp_model_read(path, &model, &format, NULL, &err), err);
        ck_ok(pp_model_join(&model, &mesh, &err), err);
        const double h = field_of(&mesh, &g);

        ck_ok(pp_valley_load(&g, &how, &f, &err), err);
        ck_ok(pp_valley_mesh(&f, &how, &back, &r, &err), err);
        const double there = p99(&back, &mesh) / h;
        const double home = p99(&mesh, &back) / h;

        ck_assert_msg(there < 0.5 && home < 0.5, "%s: %.3f, %.3f", name[k],
                      there, home);
        pp_model_free(&model);
        pp_mesh_free(&mesh);
        pp_mesh_free(&back);
        pp_valley_report_free(&r);
        pp_valley_free(&f);
        pp_grid_free(&g);
    }
}
END_TEST

PP_TESTS("surface/valley_real", open_meshes_come_back_within_half_a_voxel)
