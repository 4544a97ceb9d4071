/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Open surfaces from their distances. The truth is sheets.c: each vertex has
 * its true distance from the surface, each point of the surface the distance
 * from its mesh, and pieces and rims are known by number.
 */
#include "test.h"

#include "check/check.h"
#include "sheets.h"
#include "surface/valley.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    pp_valley_field field;
    pp_valley_report report;
    pp_mesh mesh;
    pp_status status;
    pp_error err;
    double off, retreat; /* voxels, the largest */
    size_t ndefect;      /* but for open edges */
} outcome;

static void
free_outcome(outcome *o)
{
    pp_valley_free(&o->field);
    pp_valley_report_free(&o->report);
    pp_mesh_free(&o->mesh);
}

static void
measure(const sheet_scene *s, outcome *o)
{
    pp_report check = { 0 };
    pp_error err = { 0 };
    pp_bvh *bvh = NULL;
    size_t n;
    pp_vec3 *p = sheet_points(s, false, &n);

    ck_ok(pp_check(&o->mesh, NULL, &check, &err), err);
    for (int d = 0; d < PP_NDEFECT; d++)
        o->ndefect += d != PP_DEFECT_OPEN_EDGE ? check.defect[d].count : 0;
    pp_report_free(&check);
    for (size_t v = 0; v < o->mesh.nvert; v++)
        o->off = fmax(o->off, sheet_distance(s, o->mesh.vert[v]) / s->unit);
    ck_ok(pp_bvh_build(&o->mesh, &bvh, &err), err);
    for (size_t i = 0; i < n; i++)
        o->retreat = fmax(o->retreat,
                          pp_bvh_nearest(bvh, p[i], 1e9).distance / s->unit);
    pp_bvh_free(bvh);
    free(p);
}

/* The scene in 44 voxels a side of these sizes; noise in voxels. */
static outcome
make(sheet_kind kind, unsigned seed, double noise, const double mm[3])
{
    const double h = cbrt(mm[0] * mm[1] * mm[2]);
    const pp_valley_options how = { 0 };
    double to_lps[3][4] = { { 0 } }, middle[3];
    outcome o;
    pp_grid g = { 0 };
    size_t dim[3];

    memset(&o, 0, sizeof o);
    for (int a = 0; a < 3; a++) {
        dim[a] = (size_t)(44 * h / mm[a]);
        to_lps[a][a] = mm[a];
        to_lps[a][3] = 20 - 30 * a;
        middle[a] = to_lps[a][3] + mm[a] * ((double)dim[a] - 1) / 2;
    }
    const sheet_scene s = sheet_place(kind, seed,
                                      pp_vec(middle[0], middle[1], middle[2]),
                                      h);

    sheet_field(&s, dim, (const double(*)[4])to_lps, noise, 77 + seed, &g);
    o.status = pp_valley_load(&g, &how, &o.field, &o.err);
    if (o.status == PP_OK)
        o.status = pp_valley_mesh(&o.field, &how, &o.mesh, &o.report, &o.err);
    if (o.status == PP_OK)
        measure(&s, &o);
    pp_grid_free(&g);
    return o;
}

static const double cube[3] = { 1, 1, 1 };

static void
hold(sheet_kind kind, unsigned seed, double noise, const double mm[3],
     double off, double retreat)
{
    const sheet_truth *t = &sheet_truths[kind];
    outcome o = make(kind, seed, noise, mm);

    ck_assert_msg(o.status == PP_OK, "%s, %u: %s", t->name, seed,
                  o.err.message);
    ck_assert_msg(o.report.npiece == t->npiece && o.report.nopening == t->nloop,
                  "%s, %u: %zu pieces, %zu openings", t->name, seed,
                  o.report.npiece, o.report.nopening);
    ck_assert_msg(o.ndefect == 0, "%s, %u: %zu defects", t->name, seed,
                  o.ndefect);
    ck_assert_msg(o.off <= off, "%s, %u: %.3f off", t->name, seed, o.off);
    ck_assert_msg(o.retreat <= retreat, "%s, %u: retreats by %.3f", t->name,
                  seed, o.retreat);
    free_outcome(&o);
}

static const sheet_kind plain[] = {
    SHEET_DISK, SHEET_HEMISPHERE, SHEET_CAP, SHEET_TUBE, SHEET_NESTED,
    SHEET_CLOSE, SHEET_CLOSE_TUBES, SHEET_ANNULUS, SHEET_PIECES,
};

#define NPLAIN (sizeof plain / sizeof *plain)

START_TEST(exact_fields_give_back_their_surface_however_they_lie)
{
    for (size_t k = 0; k < NPLAIN; k++)
        for (unsigned seed = 0; seed < (unsigned)pp_test_rounds(4); seed++)
            hold(plain[k], seed, 0, cube, 0.16, 0.25);
}
END_TEST

START_TEST(voxels_need_not_be_cubes)
{
    const double mm[3] = { 0.8, 0.8, 1.2 };

    for (size_t k = 0; k < NPLAIN; k++)
        if (plain[k] != SHEET_CLOSE && plain[k] != SHEET_CLOSE_TUBES)
            hold(plain[k], 3, 0, mm, 0.45, 0.5);
}
END_TEST

/* Facets of a cap face away from the centre of its sphere. */
static size_t
facing_in(const pp_mesh *m, pp_vec3 centre)
{
    size_t n = 0;

    for (size_t t = 0; t < m->ntri; t++) {
        const pp_vec3 a = m->vert[m->tri[t][0]];

        n += pp_dot(pp_cross(pp_sub(m->vert[m->tri[t][1]], a),
                             pp_sub(m->vert[m->tri[t][2]], a)),
                    pp_sub(a, centre)) <= 0;
    }
    return n;
}

START_TEST(frames_may_be_oblique_and_mirrored_and_values_in_voxels)
{
    const size_t dim[3] = { 44, 46, 48 };
    const pp_valley_options how = { 0 };

    for (int k = 0; k < 8; k++) {
        const double h = k & 1 ? 0.6 : 1.7, sign = k & 2 ? -1 : 1;
        const double c = cos(0.5) * h, d = sin(0.5) * h;
        const double to_lps[3][4] = { { c, -d, 0, 90 },
                                      { d, c, 0, -40 },
                                      { 0, 0, sign * h, 12 } };
        pp_grid g = { 0 };
        outcome o;

        memset(&o, 0, sizeof o);
        memcpy(g.to_lps, to_lps, sizeof to_lps);
        const pp_vec3 middle = pp_grid_position(&g, 21.4, 22.3, 23.6);
        const sheet_scene s = sheet_place(SHEET_CAP, 5, middle, h);

        sheet_field(&s, dim, to_lps, 0, 1, &g);
        for (size_t i = 0; (k & 4) && i < dim[0] * dim[1] * dim[2]; i++)
            ((float *)g.voxel)[i] /= (float)h;
        ck_ok(pp_valley_load(&g, &how, &o.field, &o.err), o.err);
        ck_assert_int_eq(o.field.check.unit,
                         k & 4 ? PP_LENGTH_VOXEL : PP_LENGTH_MM);
        ck_ok(pp_valley_mesh(&o.field, &how, &o.mesh, &o.report, &o.err),
              o.err);
        measure(&s, &o);
        ck_assert(o.off < 0.15 && o.retreat < 0.2 && o.ndefect == 0);
        ck_assert_uint_eq(o.report.nopening, 1);
        ck_assert_uint_eq(facing_in(&o.mesh, s.middle), 0);
        pp_grid_free(&g);
        free_outcome(&o);
    }
}
END_TEST

START_TEST(distances_between_indices_hold_whatever_the_spacing)
{
    const size_t dim[3] = { 40, 40, 40 };
    const double even[3][4] = { { 1, 0, 0, 0 }, { 0, 1, 0, 0 },
                                { 0, 0, 1, 0 } };
    const double flat[3][4] = { { 0.7, 0, 0, 5 }, { 0, 0.7, 0, 6 },
                                { 0, 0, 2, 7 } };
    const sheet_scene s = sheet_place(SHEET_HEMISPHERE, 4,
                                      pp_vec(19.5, 19.5, 19.5), 1);
    const pp_valley_options how = { 0 };
    outcome o;
    pp_grid g = { 0 };

    memset(&o, 0, sizeof o);
    sheet_field(&s, dim, even, 0, 1, &g);
    memcpy(g.to_lps, flat, sizeof flat);
    ck_ok(pp_valley_load(&g, &how, &o.field, &o.err), o.err);
    ck_assert_int_eq(o.field.check.unit, PP_LENGTH_VOXEL);
    ck_assert(!o.field.even);
    ck_ok(pp_valley_mesh(&o.field, &how, &o.mesh, &o.report, &o.err), o.err);
    for (size_t v = 0; v < o.mesh.nvert; v++) {
        const pp_vec3 p = o.mesh.vert[v];

        o.mesh.vert[v] = pp_vec((p.x - 5) / 0.7, (p.y - 6) / 0.7,
                                (p.z - 7) / 2);
    }
    measure(&s, &o);
    ck_assert(o.off < 0.15 && o.retreat < 0.2);
    pp_grid_free(&g);
    free_outcome(&o);
}
END_TEST

START_TEST(noise_of_a_fifth_of_a_voxel_tears_nothing)
{
    for (size_t k = 0; k < NPLAIN; k++)
        for (unsigned seed = 1; seed <= (unsigned)pp_test_rounds(3); seed++)
            hold(plain[k], seed, 0.2, cube, 0.6, 0.6);
}
END_TEST

START_TEST(a_surface_of_one_side_is_refused)
{
    for (unsigned seed = 0; seed < 3; seed++) {
        outcome o = make(SHEET_MOEBIUS, seed, 0, cube);

        ck_assert_int_eq(o.status, PP_EGEOM);
        ck_assert_ptr_nonnull(strstr(o.err.message, "one side"));
        ck_assert_uint_eq(o.mesh.ntri, 0);
        free_outcome(&o);
    }
}
END_TEST

START_TEST(sheets_that_meet_are_split_and_named)
{
    for (unsigned seed = 0; seed < 3; seed++) {
        outcome o = make(seed < 2 ? SHEET_Y : SHEET_T, seed, 0, cube);

        ck_assert_int_eq(o.status, PP_OK);
        ck_assert_uint_eq(o.ndefect, 0);
        ck_assert(pp_valley_doubtful(&o.field, &o.report));
        ck_assert_uint_gt(o.report.nof[PP_PLACE_JUNCTION], 0);
        ck_assert(o.retreat < 1.2);
        free_outcome(&o);
    }
}
END_TEST

START_TEST(a_scroll_is_one_sheet)
{
    hold(SHEET_SPIRAL, 1, 0, cube, 0.3, 0.6);
}
END_TEST

START_TEST(a_sheet_through_the_volume_ends_at_its_border)
{
    outcome o = make(SHEET_BORDER, 1, 0, cube);

    ck_assert_int_eq(o.status, PP_OK);
    ck_assert_uint_eq(o.report.nopening, 1);
    ck_assert_int_eq(o.report.opening[0].kind, PP_RIM_BORDER);
    ck_assert(o.off < 0.01);
    free_outcome(&o);
}
END_TEST

/* ---- fields that are none ---- */

static pp_status
load(const float *value, const char **message)
{
    static pp_error err;
    const size_t dim[3] = { 12, 12, 12 };
    const pp_valley_options how = { .unit = PP_LENGTH_MM };
    pp_valley_field f = { 0 };
    pp_valley_report r = { 0 };
    pp_mesh m = { 0 };
    pp_grid g = { 0 };

    memset(&err, 0, sizeof err);
    ck_ok(pp_grid_alloc(&g, dim, PP_VOXEL_F32, &err), err);
    for (int a = 0; a < 3; a++)
        g.to_lps[a][a] = 1;
    g.slope = 1;
    memcpy(g.voxel, value, sizeof(float) * 12 * 12 * 12);
    if (pp_valley_load(&g, &how, &f, &err) == PP_OK)
        (void)!pp_valley_mesh(&f, &how, &m, &r, &err);
    pp_mesh_free(&m);
    pp_valley_report_free(&r);
    pp_valley_free(&f);
    pp_grid_free(&g);
    *message = err.message;
    return err.status;
}

START_TEST(a_field_that_is_too_large_all_over_is_put_right)
{
    const size_t dim[3] = { 40, 40, 40 };
    const double to_lps[3][4] = { { 1, 0, 0, 0 }, { 0, 1, 0, 0 },
                                  { 0, 0, 1, 0 } };
    const sheet_scene s = sheet_place(SHEET_HEMISPHERE, 2,
                                      pp_vec(19.5, 19.5, 19.5), 1);
    const pp_valley_options how = { 0 };
    outcome o;
    pp_grid g = { 0 };

    memset(&o, 0, sizeof o);
    sheet_field(&s, dim, to_lps, 0, 1, &g);
    for (size_t i = 0; i < 64000; i++)
        ((float *)g.voxel)[i] += 0.4f;
    ck_ok(pp_valley_load(&g, &how, &o.field, &o.err), o.err);
    ck_near(o.field.check.floor, 0.4, 0.03);
    ck_ok(pp_valley_mesh(&o.field, &how, &o.mesh, &o.report, &o.err), o.err);
    measure(&s, &o);
    ck_assert(o.off < 0.15 && o.retreat < 0.25);
    pp_grid_free(&g);
    free_outcome(&o);
}
END_TEST

START_TEST(what_is_no_distance_is_refused)
{
    static float x[12 * 12 * 12];
    const char *said;

    ck_assert_int_eq(load(x, &said), PP_EGEOM); /* constant */
    for (size_t i = 0; i < 1728; i++)
        x[i] = 5 + (float)(i % 7);
    ck_assert_int_eq(load(x, &said), PP_EGEOM); /* nothing near zero */
    ck_assert_ptr_nonnull(strstr(said, "no surface"));
    x[700] = (float)NAN;
    ck_assert_int_eq(load(x, &said), PP_EGEOM);
    ck_assert_ptr_nonnull(strstr(said, "voxel 4,10,4"));
    for (size_t i = 0; i < 1728; i++) /* to a point */
        x[i] = (float)sqrt(pow((double)(i % 12) - 5.3, 2) +
                           pow((double)(i / 12 % 12) - 6.1, 2) +
                           pow((double)(i / 144) - 5.8, 2));
    ck_assert_int_eq(load(x, &said), PP_EGEOM);
    for (size_t i = 0; i < 1728; i++) /* to a line */
        x[i] = (float)hypot((double)(i % 12) - 5.3, (double)(i / 144) - 5.8);
    ck_assert_int_eq(load(x, &said), PP_EGEOM);
    for (size_t i = 0; i < 1728; i++)
        x[i] = i % 3 ? 3e38f : -3e38f;
    ck_assert_int_ne(load(x, &said), PP_OK);
}
END_TEST

PP_TESTS("surface/valley",
         exact_fields_give_back_their_surface_however_they_lie,
         voxels_need_not_be_cubes,
         frames_may_be_oblique_and_mirrored_and_values_in_voxels,
         distances_between_indices_hold_whatever_the_spacing,
         noise_of_a_fifth_of_a_voxel_tears_nothing,
         a_surface_of_one_side_is_refused,
         sheets_that_meet_are_split_and_named, a_scroll_is_one_sheet,
         a_sheet_through_the_volume_ends_at_its_border,
         a_field_that_is_too_large_all_over_is_put_right,
         what_is_no_distance_is_refused)
