/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge.h"
#include "surface/surface.h"

#include <math.h>
#include <string.h>

static pp_mesh
smooth(const pp_mask *m, pp_surface_report *report)
{
    const pp_surface_options o = { .smooth = PP_SMOOTH_LOSSLESS };
    pp_error err = { 0 };
    pp_mesh mesh;

    ck_ok(pp_surface_from_mask(m, &o, &mesh, report, &err), err);
    return mesh;
}

/* Area-weighted rms angle between facets and the ball's true normals. */
static double
normal_error_deg(const pp_mesh *m, pp_vec3 centre)
{
    double sum = 0, area = 0;

    for (size_t t = 0; t < m->ntri; t++) {
        const pp_vec3 a = m->vert[m->tri[t][0]], b = m->vert[m->tri[t][1]];
        const pp_vec3 c = m->vert[m->tri[t][2]];
        const pp_vec3 n = pp_cross(pp_sub(b, a), pp_sub(c, a));
        const pp_vec3 mid = pp_scale(pp_add(a, pp_add(b, c)), 1 / 3.0);
        const pp_vec3 truth = pp_unit(pp_sub(mid, centre));
        const double angle = acos(fmin(1, pp_dot(pp_unit(n), truth)));

        sum += pp_norm(n) * angle * angle;
        area += pp_norm(n);
    }
    return sqrt(sum / area) * 57.29577951308232;
}

START_TEST(a_ball_keeps_its_masks_volume_and_gets_fair)
{
    static const double slice[3] = { 0.7, 1.25, 2.5 };
    static const double limit_deg[3] = { 6, 7, 10 };

    for (int s = 0; s < 3; s++) {
        const double mm[3] = { 0.7, 0.7, slice[s] };
        const size_t dim[3] = { 40, 40, (size_t)(27 / slice[s]) };
        pp_mask empty = judge_mask(dim, mm);
        const pp_vec3 centre =
            pp_mask_position(&empty, 19.3, 19.6, 13.4 / slice[s]);
        pp_mask m = judge_ball(dim, mm, centre, 12);
        pp_surface_report report;
        pp_mesh mesh = smooth(&m, &report);

        judge_closed_manifold(&mesh);
        ck_near(judge_volume(&mesh) / pp_mask_volume(&m), 1, 1e-4);
        ck_assert_double_lt(normal_error_deg(&mesh, centre), limit_deg[s]);
        ck_assert_double_lt(report.max_move_mm, slice[s] / 2);
        pp_mesh_free(&mesh);
        pp_mask_free(&m);
        pp_mask_free(&empty);
    }
}
END_TEST

START_TEST(smoothing_changes_no_voxel_and_no_connection)
{
    const size_t dim[3] = { 6, 6, 6 };
    pp_random r = { 12 };

    for (int trial = 0; trial < 40; trial++) {
        const double mm[3] = { 0.7, 0.7, trial % 2 ? 0.7 : 5 };
        pp_mask m = judge_random_mask(&r, dim, mm, 0.5);
        pp_mesh mesh = smooth(&m, NULL);

        judge_closed_manifold(&mesh);
        ck_assert_uint_eq(judge_voxels_changed(&mesh, &m), 0);
        pp_mesh_free(&mesh);
        pp_mask_free(&m);
    }
}
END_TEST

START_TEST(every_vertex_stays_on_its_own_lattice_edge)
{
    const double mm[3] = { 0.7, 0.9, 3 };
    const size_t dim[3] = { 20, 20, 9 };
    const pp_surface_options raw = { .smooth = PP_SMOOTH_NONE };
    pp_random r = { 2 };
    pp_mask m = judge_random_mask(&r, dim, mm, 0.6);
    pp_error err = { 0 };
    pp_mesh middle, mesh = smooth(&m, NULL);

    ck_ok(pp_surface_from_mask(&m, &raw, &middle, NULL, &err), err);
    ck_assert_uint_eq(middle.nvert, mesh.nvert);
    ck_assert_mem_eq(middle.tri, mesh.tri, mesh.ntri * sizeof *mesh.tri);
    for (size_t v = 0; v < mesh.nvert; v++) {
        const pp_vec3 d = pp_sub(mesh.vert[v], middle.vert[v]);
        int moved = 0;

        for (int axis = 0; axis < 3; axis++) {
            moved += pp_axis(d, axis) != 0;
            ck_assert_double_lt(fabs(pp_axis(d, axis)), 0.4801 * mm[axis]);
        }
        ck_assert_int_le(moved, 1);
    }
    pp_mesh_free(&mesh);
    pp_mesh_free(&middle);
    pp_mask_free(&m);
}
END_TEST

PP_TESTS("surface/smooth", a_ball_keeps_its_masks_volume_and_gets_fair,
         smoothing_changes_no_voxel_and_no_connection,
         every_vertex_stays_on_its_own_lattice_edge)
