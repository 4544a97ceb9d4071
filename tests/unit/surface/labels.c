/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * labels.c - many labels: each one whole, all of them without a gap
 *
 * Judged on what a reader of STL files has, by judge.c, which shares no code
 * with the tool: each label's file is closed and 2-manifold, gives back its
 * voxels and crosses nothing; where two labels touch, each facet of the one is
 * a facet of the other, turned over, to the last bit.
 */
#include "check/check.h"
#include "judge.h"
#include "surface/surface.h"

#include "base/alloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static pp_label_map
make_map(const size_t dim[3], const double mm[3], size_t nlabel)
{
    pp_mask m = judge_mask(dim, mm);
    pp_label_map map = { .nlabel = nlabel };

    memcpy(map.dim, m.dim, sizeof map.dim);
    memcpy(map.to_lps, m.to_lps, sizeof map.to_lps);
    map.at = pp_alloc_zero(dim[0] * dim[1] * dim[2], sizeof *map.at);
    ck_assert_ptr_nonnull(map.at);
    pp_mask_free(&m);
    return map;
}

static size_t
count_voxels(const pp_label_map *map)
{
    return map->dim[0] * map->dim[1] * map->dim[2];
}

static pp_mask
mask_of(const pp_label_map *map, uint16_t label)
{
    pp_error err = { 0 };
    pp_mask m = { 0 };

    ck_ok(pp_mask_alloc(&m, map->dim, map->to_lps, &err), err);
    for (size_t v = 0; v < count_voxels(map); v++)
        m.in[v] = map->at[v] == label;
    return m;
}

/* ---- facets as readers of files have them ---- */

typedef struct {
    pp_vec3 p[3]; /* the least first, so that equal facets are equal */
} facet;

static int
by_place(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(facet));
}

static int
compare(pp_vec3 p, pp_vec3 q)
{
    if (p.x != q.x)
        return p.x < q.x ? -1 : 1;
    if (p.y != q.y)
        return p.y < q.y ? -1 : 1;
    return p.z < q.z ? -1 : p.z > q.z;
}

/* Facet t, or what lies on its other side. */
static facet
facet_of(const pp_mesh *m, size_t t, bool turned)
{
    facet f;
    int first = 0;

    for (int k = 0; k < 3; k++) {
        const pp_vec3 p = m->vert[m->tri[t][turned ? 2 - k : k]];

        f.p[k] = pp_vec(p.x + 0, p.y + 0, p.z + 0);
    }
    for (int k = 1; k < 3; k++)
        if (compare(f.p[k], f.p[first]) < 0)
            first = k;
    return (facet){ { f.p[first], f.p[(first + 1) % 3],
                      f.p[(first + 2) % 3] } };
}

/* Facets of a that are facets of b turned over, and their area. */
static size_t
count_shared(const pp_mesh *a, const pp_mesh *b, double *area)
{
    facet *list = pp_alloc(b->ntri + 1, sizeof *list);
    size_t n = 0;

    *area = 0;
    ck_assert_ptr_nonnull(list);
    for (size_t t = 0; t < b->ntri; t++)
        list[t] = facet_of(b, t, true);
    qsort(list, b->ntri, sizeof *list, by_place);
    for (size_t t = 0; t < a->ntri; t++) {
        const facet f = facet_of(a, t, false);

        if (bsearch(&f, list, b->ntri, sizeof *list, by_place) == NULL)
            continue;
        n++;
        *area += pp_norm(pp_cross(pp_sub(f.p[1], f.p[0]),
                                  pp_sub(f.p[2], f.p[0]))) / 2;
    }
    pp_free(list);
    return n;
}

/* ---- what must hold ---- */

typedef struct {
    pp_mesh *mesh; /* of labels 0 to nlabel, rounded to float */
    pp_complex_report report;
} result;

static void
free_result(const pp_label_map *map, result *r)
{
    for (size_t l = 0; l <= map->nlabel; l++)
        pp_mesh_free(&r->mesh[l]);
    pp_free(r->mesh);
    pp_complex_report_free(&r->report);
}

static result
make_result(const pp_label_map *map, const pp_surface_options *o)
{
    pp_complex c;
    pp_error err = { 0 };
    result r;

    r.mesh = pp_alloc_zero(map->nlabel + 1, sizeof *r.mesh);
    ck_assert_ptr_nonnull(r.mesh);
    ck_ok(pp_surface_from_labels(map, o, &c, &r.report, &err), err);
    for (size_t l = 1; l <= map->nlabel; l++) {
        ck_ok(pp_complex_label(&c, (uint16_t)l, &r.mesh[l], &err), err);
        pp_mesh_round_float(&r.mesh[l]);
    }
    pp_complex_free(&c);
    return r;
}

static void
expect_whole(const pp_label_map *map, const result *r, uint16_t label)
{
    const pp_mesh *mesh = &r->mesh[label];
    pp_mask mask = mask_of(map, label);
    pp_report report = { 0 };
    pp_error err = { 0 };
    char text[200];

    if (pp_mask_count(&mask) == 0) {
        ck_assert_uint_eq(mesh->ntri, 0);
    } else {
        judge_closed_manifold(mesh);
        ck_ok(pp_check(mesh, NULL, &report, &err), err);
        pp_report_summary(&report, text, sizeof text);
        ck_assert_msg(pp_report_ndefect(&report) == 0, "label %u: %s",
                      (unsigned)label, text);
        ck_assert_uint_eq(judge_voxels_changed(mesh, &mask), 0);
        ck_near(judge_volume(mesh), r->report.size[label].made.volume_mm3,
                1e-4 * fabs(judge_volume(mesh)));
        ck_assert_uint_eq(mesh->ntri, r->report.size[label].made.nfacet);
    }
    pp_report_free(&report);
    pp_mask_free(&mask);
}

/* Do voxels of the two labels share a face? */
static bool
touch(const pp_label_map *map, uint16_t a, uint16_t b)
{
    const size_t step[3] = { 1, map->dim[0], map->dim[0] * map->dim[1] };

    for (size_t v = 0; v < count_voxels(map); v++)
        for (int x = 0; x < 3; x++)
            if (v / step[x] % map->dim[x] + 1 < map->dim[x] &&
                ((map->at[v] == a && map->at[v + step[x]] == b) ||
                 (map->at[v] == b && map->at[v + step[x]] == a)))
                return true;
    return false;
}

static void
expect_all(const pp_label_map *map, const pp_surface_options *o)
{
    result r = make_result(map, o);

    for (size_t a = 1; a <= map->nlabel; a++) {
        double shared = 0;

        expect_whole(map, &r, (uint16_t)a);
        for (size_t b = 1; b <= map->nlabel; b++) {
            double area;
            size_t n;

            if (a == b)
                continue;
            n = count_shared(&r.mesh[a], &r.mesh[b], &area);
            shared += area;
            if (touch(map, (uint16_t)a, (uint16_t)b))
                ck_assert_uint_gt(n, 0);
        }
        ck_near(shared, r.report.size[a].made.shared_mm2,
                1e-4 * (1 + shared));
    }
    free_result(map, &r);
}

/*
 * Labels overlap nowhere and leave no gap: next to each other they are one
 * body whose inner walls cancel out. What is left of all facets when pairs
 * that are each other turned over are taken away bounds the labelled voxels.
 */
static void
expect_no_gap(const pp_label_map *map, const result *r)
{
    pp_mask any = mask_of(map, 0);
    pp_mesh all = { 0 };
    pp_error err = { 0 };
    double volume = 0, outer = 0;

    for (size_t v = 0; v < count_voxels(map); v++)
        any.in[v] = !any.in[v];
    for (size_t a = 1; a <= map->nlabel; a++) {
        volume += judge_volume(&r->mesh[a]);
        for (size_t t = 0; t < r->mesh[a].ntri; t++) {
            const facet f = facet_of(&r->mesh[a], t, true);
            bool inner = false;

            for (size_t b = 1; b <= map->nlabel && !inner; b++)
                for (size_t u = 0; u < r->mesh[b].ntri && b != a; u++) {
                    const facet g = facet_of(&r->mesh[b], u, false);

                    inner |= memcmp(&f, &g, sizeof f) == 0;
                }
            if (!inner)
                outer += pp_dot(f.p[2], pp_cross(f.p[1], f.p[0])) / 6;
        }
        ck_ok(pp_mesh_append(&all, &r->mesh[a], &err), err);
    }
    ck_near(volume, outer, 1e-9 * (1 + fabs(volume)));
    ck_assert_uint_eq(judge_voxels_changed(&all, &any), 0);
    pp_mesh_free(&all);
    pp_mask_free(&any);
}

static pp_surface_options
some_options(int trial)
{
    static const pp_smooth kind[3] = { PP_SMOOTH_NONE, PP_SMOOTH_FAST,
                                       PP_SMOOTH_LOSSLESS };

    return (pp_surface_options){ .smooth = kind[trial % 3],
                                 .separate = trial % 2,
                                 .decimate = trial % 5 != 0,
                                 .max_error_mm = trial % 7 == 0 ? 2 : 0 };
}

START_TEST(labels_of_two_voxels_cubed_are_whole_and_share_walls)
{
    const size_t dim[3] = { 2, 2, 2 };
    pp_random r = { 11 };
    const int n = pp_test_rounds(400);

    for (int trial = 0; trial < n; trial++) {
        const double mm[3] = { 0.7, 0.7, trial % 2 ? 0.7 : 3 };
        const unsigned nlabel = 2 + pp_random_below(&r, 7);
        const pp_surface_options o = some_options(trial);
        pp_label_map map = make_map(dim, mm, nlabel);
        size_t any = 0;

        for (int v = 0; v < 8; v++) {
            map.at[v] = (uint16_t)pp_random_below(&r, nlabel + 1);
            any += map.at[v] != 0;
        }
        if (any > 0)
            expect_all(&map, &o);
        pp_label_map_free(&map);
    }
}
END_TEST

START_TEST(noise_of_labels_is_whole_and_shares_walls)
{
    pp_random r = { 12 };
    const int n = pp_test_rounds(60);

    for (int trial = 0; trial < n; trial++) {
        const size_t dim[3] = { 6, 5, 4 + (size_t)trial % 3 };
        const double mm[3] = { 0.7, 0.8, trial % 4 ? 0.9 : 5 };
        const unsigned nlabel = 1 + pp_random_below(&r, 6);
        const unsigned empty = pp_random_below(&r, 4);
        const pp_surface_options o = some_options(trial);
        pp_label_map map = make_map(dim, mm, nlabel);

        for (size_t v = 0; v < count_voxels(&map); v++) {
            const unsigned l = pp_random_below(&r, nlabel + 1 + empty);

            map.at[v] = (uint16_t)(l <= nlabel ? l : 0);
        }
        map.at[0] = 1;
        expect_all(&map, &o);
        pp_label_map_free(&map);
    }
}
END_TEST

/* Three bodies that touch: sectors of a ball. */
static pp_label_map
make_sectors(size_t size, const double mm[3])
{
    const size_t dim[3] = { size, size, (size_t)((double)size * mm[0] / mm[2]) };
    pp_label_map map = make_map(dim, mm, 3);
    const double middle = (double)size * mm[0] / 2, radius = middle * 0.85;
    size_t v = 0;

    for (size_t k = 0; k < dim[2]; k++)
        for (size_t j = 0; j < dim[1]; j++)
            for (size_t i = 0; i < dim[0]; i++, v++) {
                const double x = (double)i * mm[0] - middle + 0.13;
                const double y = (double)j * mm[1] - middle + 0.21;
                const double z = (double)k * mm[2] - middle + 0.34;
                const double turn = atan2(y, x) + M_PI;

                if (x * x + y * y + z * z < radius * radius)
                    map.at[v] = (uint16_t)(1 + (int)(turn / 2.0944) % 3);
            }
    return map;
}

START_TEST(sectors_of_a_ball_leave_no_gap_smoothed_and_decimated)
{
    const double mm[3] = { 0.7, 0.7, 1 };
    const pp_surface_options o = { .smooth = PP_SMOOTH_LOSSLESS,
                                   .decimate = true };
    pp_label_map map = make_sectors(18, mm);
    result r = make_result(&map, &o);

    expect_no_gap(&map, &r);
    ck_assert_uint_lt(r.report.size[1].made.nfacet,
                      r.report.size[1].smooth.nfacet);
    for (int l = 1; l <= 3; l++)
        ck_near(r.report.size[l].made.volume_mm3,
                r.report.size[l].mask_volume_mm3,
                0.01 * r.report.size[l].mask_volume_mm3);
    free_result(&map, &r);
    pp_label_map_free(&map);
}
END_TEST

START_TEST(one_label_alone_is_as_its_mask)
{
    const size_t dim[3] = { 20, 20, 20 };
    const double mm[3] = { 0.7, 0.7, 1.25 };
    const pp_surface_options o = { .smooth = PP_SMOOTH_LOSSLESS };
    pp_mask mask = judge_ball(dim, mm, pp_vec(-113.4, 39.7, -899.2), 5);
    pp_label_map map = make_map(dim, mm, 2);
    pp_error err = { 0 };
    pp_mesh alone;
    result r;

    for (size_t v = 0; v < count_voxels(&map); v++)
        map.at[v] = mask.in[v] ? 2 : 0;
    r = make_result(&map, &o);
    ck_ok(pp_surface_from_mask(&mask, &o, &alone, NULL, &err), err);
    ck_assert_uint_eq(alone.nvert, r.mesh[2].nvert);
    ck_assert_uint_eq(alone.ntri, r.mesh[2].ntri);
    ck_assert_int_eq(memcmp(alone.tri, r.mesh[2].tri,
                            alone.ntri * sizeof *alone.tri), 0);
    for (size_t v = 0; v < alone.nvert; v++)
        ck_assert_double_lt(pp_norm(pp_sub(alone.vert[v],
                                           r.mesh[2].vert[v])), 1e-3);
    pp_mesh_free(&alone);
    pp_mask_free(&mask);
    free_result(&map, &r);
    pp_label_map_free(&map);
}
END_TEST

START_TEST(decimation_spares_nothing_but_the_lines_where_walls_meet)
{
    const double mm[3] = { 0.5, 0.5, 0.5 };
    pp_surface_options o = { .smooth = PP_SMOOTH_LOSSLESS, .decimate = true };
    pp_label_map map = make_sectors(34, mm);
    result r = make_result(&map, &o);
    double area;

    for (int l = 1; l <= 3; l++) {
        const pp_label_size *s = &r.report.size[l];

        expect_whole(&map, &r, (uint16_t)l);
        ck_assert_uint_lt(s->made.nfacet, s->smooth.nfacet / 2);
        ck_near(s->made.volume_mm3, s->smooth.volume_mm3,
                1e-4 * s->smooth.volume_mm3);
    }
    ck_assert_uint_gt(count_shared(&r.mesh[1], &r.mesh[2], &area), 50);
    ck_assert_double_le(r.report.reached.max_mm, r.report.max_error_mm);
    free_result(&map, &r);
    pp_label_map_free(&map);
}
END_TEST

START_TEST(a_map_without_labels_is_refused)
{
    const size_t dim[3] = { 3, 3, 3 };
    const double mm[3] = { 1, 1, 1 };
    const pp_surface_options o = { .smooth = PP_SMOOTH_NONE };
    pp_label_map map = make_map(dim, mm, 1);
    pp_complex_report report;
    pp_error err = { 0 };
    pp_complex c;

    ck_assert_int_eq(pp_surface_from_labels(&map, &o, &c, &report, &err),
                     PP_EGEOM);
    ck_assert_uint_eq(c.mesh.ntri, 0);
    pp_label_map_free(&map);
}
END_TEST

PP_TESTS("surface/labels", a_map_without_labels_is_refused,
         one_label_alone_is_as_its_mask,
         labels_of_two_voxels_cubed_are_whole_and_share_walls,
         noise_of_labels_is_whole_and_shares_walls,
         sectors_of_a_ball_leave_no_gap_smoothed_and_decimated,
         decimation_spares_nothing_but_the_lines_where_walls_meet)
