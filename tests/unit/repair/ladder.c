/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "repair/repair.h"

#include "base/alloc.h"
#include "shapes.h"
#include "test.h"

#include <math.h>
#include <string.h>

static const pp_repair_options as_floats = { .round_float = true };

/* Repairs, and expects a clean mesh. */
static void
repair_to_clean(pp_mesh *m, pp_repair_ledger *l)
{
    pp_error err = { 0 };
    pp_report again;
    char text[200];

    ck_ok(pp_repair(m, &as_floats, l, &err), err);
    pp_report_summary(&l->after, text, sizeof text);
    ck_assert_msg(pp_report_ndefect(&l->after) == 0, "left: %s; %s", text,
                  l->refused);
    ck_ok(pp_check(m, NULL, &again, &err), err); /* of what came back */
    ck_assert_uint_eq(pp_report_ndefect(&again), 0);
    pp_report_free(&again);
}

/* Facets of a that are, corner by corner, facets of b; brute force. */
static size_t
count_common(const pp_mesh *a, const pp_mesh *b)
{
    size_t n = 0;

    for (size_t t = 0; t < a->ntri; t++)
        for (size_t u = 0; u < b->ntri; u++) {
            int nsame = 0;

            for (int k = 0; k < 3; k++)
                nsame += memcmp(&a->vert[a->tri[t][k]], &b->vert[b->tri[u][k]],
                                sizeof *a->vert) == 0;
            n += nsame == 3;
        }
    return n;
}

static void
drop_facet(pp_mesh *m, size_t t)
{
    memmove(m->tri[t], m->tri[t + 1], (m->ntri - t - 1) * sizeof *m->tri);
    m->ntri--;
}

static pp_mesh
float_ball(pp_vec3 centre, double radius)
{
    pp_mesh m = pp_shape_sphere(centre, radius, 3);

    pp_mesh_round_float(&m);
    return m;
}

START_TEST(a_clean_mesh_comes_back_bit_for_bit)
{
    pp_error err = { 0 };
    pp_repair_ledger l;
    pp_mesh m = float_ball(pp_vec(3, 4, 5), 10), copy;

    m.attribute = pp_alloc(m.ntri, sizeof *m.attribute);
    for (size_t t = 0; t < m.ntri; t++)
        m.attribute[t] = (uint16_t)(t * 7);
    ck_ok(pp_mesh_copy(&m, &copy, &err), err);
    repair_to_clean(&m, &l);
    ck_assert(!l.changed);
    ck_assert_uint_eq(l.nrung, 0);
    ck_assert_uint_eq(m.ntri, copy.ntri);
    ck_assert_int_eq(memcmp(m.tri, copy.tri, m.ntri * sizeof *m.tri), 0);
    ck_assert_int_eq(memcmp(m.vert, copy.vert, m.nvert * sizeof *m.vert), 0);
    ck_assert_int_eq(memcmp(m.attribute, copy.attribute,
                            m.ntri * sizeof *m.attribute), 0);
    pp_repair_ledger_free(&l);
    pp_mesh_free(&m);
    pp_mesh_free(&copy);
}
END_TEST

START_TEST(holes_are_filled_and_every_other_facet_stays)
{
    pp_error err = { 0 };
    pp_repair_ledger l;
    pp_mesh m = float_ball(pp_vec(0, 0, 0), 10), whole;

    ck_ok(pp_mesh_copy(&m, &whole, &err), err);
    for (size_t t = 0; t < 400; t += 40)
        drop_facet(&m, t);
    for (size_t t = 700; t < 720; t++) /* a larger one */
        drop_facet(&m, 700);
    const size_t nleft = m.ntri;

    repair_to_clean(&m, &l);
    ck_assert_uint_eq(l.nsame, nleft);
    ck_assert_uint_eq(l.nremoved, 0);
    ck_assert_uint_ge(count_common(&whole, &m), nleft);
    ck_near(pp_shape_volume(&m), pp_shape_volume(&whole),
            0.01 * pp_shape_volume(&whole));
    pp_repair_ledger_free(&l);
    pp_mesh_free(&m);
    pp_mesh_free(&whole);
}
END_TEST

/* A bent lid goes on with the curvature: the ball's radius, not a chord. */
START_TEST(a_large_lid_goes_on_with_the_curvature)
{
    pp_repair_ledger l;
    pp_mesh m = pp_shape_sphere(pp_vec(0, 0, 0), 10, 4);
    uint8_t *keep = pp_alloc(m.ntri, 1);
    pp_mesh open;
    pp_error err = { 0 };

    for (size_t t = 0; t < m.ntri; t++)
        keep[t] = m.vert[m.tri[t][0]].z < 7;
    ck_ok(pp_mesh_select(&m, keep, &open, &err), err);
    repair_to_clean(&open, &l);
    for (size_t v = 0; v < open.nvert; v++)
        ck_near(pp_norm(open.vert[v]), 10, 1); /* a flat lid: 3 off */
    pp_repair_ledger_free(&l);
    pp_free(keep);
    pp_mesh_free(&m);
    pp_mesh_free(&open);
}
END_TEST

START_TEST(flipped_doubled_and_flat_facets_are_set_right)
{
    pp_error err = { 0 };
    pp_repair_ledger l;
    pp_mesh m = float_ball(pp_vec(0, 0, 0), 10), whole, extra;

    ck_ok(pp_mesh_copy(&m, &whole, &err), err);
    for (size_t t = 100; t < 160; t += 3) {
        const uint32_t v = m.tri[t][0];

        m.tri[t][0] = m.tri[t][1];
        m.tri[t][1] = v;
    }
    ck_ok(pp_mesh_alloc(&extra, 0, 30, &err), err);
    for (size_t t = 0; t < 30; t++) {
        memcpy(extra.tri[t], whole.tri[11 * t], sizeof extra.tri[t]);
        if (t % 3 == 0)
            extra.tri[t][1] = extra.tri[t][0];
    }
    ck_ok(pp_mesh_append(&extra, &m, &err), err); /* same numbers: vertices */
    repair_to_clean(&extra, &l);
    ck_assert_uint_eq(extra.ntri, whole.ntri);
    ck_near(pp_shape_volume(&extra), pp_shape_volume(&whole), 1e-9);
    pp_repair_ledger_free(&l);
    pp_mesh_free(&m);
    pp_mesh_free(&extra);
    pp_mesh_free(&whole);
}
END_TEST

START_TEST(cracks_within_the_tolerance_are_stitched)
{
    pp_error err = { 0 };
    pp_repair_ledger l;
    pp_random r = { 5 };
    pp_mesh whole = float_ball(pp_vec(0, 0, 0), 10), m;

    ck_ok(pp_mesh_alloc(&m, 3 * whole.ntri, whole.ntri, &err), err);
    for (uint32_t t = 0; t < whole.ntri; t++)
        for (uint32_t k = 0; k < 3; k++) {
            const pp_vec3 p = whole.vert[whole.tri[t][k]];

            m.tri[t][k] = 3 * t + k;
            m.vert[3 * t + k] = pp_add(p, pp_scale(
                pp_vec(pp_random_unit(&r), pp_random_unit(&r),
                       pp_random_unit(&r)), 0.002));
        }
    repair_to_clean(&m, &l);
    ck_assert_uint_eq(m.ntri, whole.ntri);
    ck_assert(l.max_deviation_mm > 0 && l.max_deviation_mm <= 0.01);
    pp_repair_ledger_free(&l);
    pp_mesh_free(&m);
    pp_mesh_free(&whole);
}
END_TEST

START_TEST(a_vertex_on_an_open_edge_splits_it)
{
    pp_error err = { 0 };
    pp_repair_ledger l;
    pp_mesh m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(8, 8, 8));
    void *p;

    /* facet 0 halved over its first edge, its neighbour not */
    const uint32_t a = m.tri[0][0], b = m.tri[0][1], c = m.tri[0][2];

    p = pp_realloc(m.vert, m.nvert + 1, sizeof *m.vert);
    m.vert = p;
    m.vert[m.nvert] = pp_scale(pp_add(m.vert[a], m.vert[b]), 0.5);
    p = pp_realloc(m.tri, m.ntri + 1, sizeof *m.tri);
    m.tri = p;
    m.tri[0][1] = (uint32_t)m.nvert;
    m.tri[m.ntri][0] = (uint32_t)m.nvert;
    m.tri[m.ntri][1] = b;
    m.tri[m.ntri][2] = c;
    m.nvert++;
    m.ntri++;
    repair_to_clean(&m, &l);
    ck_assert_uint_eq(m.ntri, 14);
    ck_near(pp_shape_volume(&m), 512, 1e-9);
    ck_assert(l.max_deviation_mm < 1e-12); /* measured */
    pp_repair_ledger_free(&l);
    pp_mesh_free(&m);
    (void)err;
}
END_TEST

START_TEST(an_inward_box_is_turned_and_a_box_inside_becomes_a_cavity)
{
    pp_repair_ledger l;
    pp_mesh m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(4, 4, 4));

    pp_shape_flip(&m);
    pp_shape_add(&m, pp_shape_box(pp_vec(1, 1, 1), pp_vec(2, 2, 2)));
    repair_to_clean(&m, &l);
    ck_assert_uint_eq(m.ntri, 24);
    ck_near(pp_shape_volume(&m), 63, 1e-9);
    pp_repair_ledger_free(&l);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(overlapping_boxes_become_their_union)
{
    pp_repair_ledger l;
    pp_mesh m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(2, 2, 2));

    pp_shape_add(&m, pp_shape_box(pp_vec(1, 1, 1), pp_vec(3, 3, 3)));
    repair_to_clean(&m, &l);
    ck_near(pp_shape_volume(&m), 15, 1e-9);
    ck_assert_uint_eq(l.after.nshell, 1);
    pp_repair_ledger_free(&l);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(a_chain_of_ten_overlapping_boxes_has_the_volume_of_the_formula)
{
    pp_repair_ledger l;
    pp_mesh m = { 0 };

    for (int i = 0; i < 10; i++)
        pp_shape_add(&m, pp_shape_box(pp_vec(3 * i, i % 2, 0),
                                      pp_vec(3 * i + 4, i % 2 + 4, 4 + i % 3)));
    /* boxes of 16 (4 + i mod 3), less 1 x 3 x 4..: overlaps of neighbours */
    double expected = 0;

    for (int i = 0; i < 10; i++)
        expected += 16.0 * (4 + i % 3);
    for (int i = 0; i < 9; i++)
        expected -= 3.0 * (4 + (i % 3 < (i + 1) % 3 ? i % 3 : (i + 1) % 3));
    repair_to_clean(&m, &l);
    ck_near(pp_shape_volume(&m), expected, 1e-6);
    ck_assert_uint_eq(l.after.nshell, 1);
    pp_repair_ledger_free(&l);
    pp_mesh_free(&m);
}
END_TEST

/* Two bars across each other at an angle: what they share is a prism over a
   parallelogram. Turned in space, so that nothing is exact in floats. */
START_TEST(bars_across_each_other_have_the_volume_of_the_formula)
{
    for (int i = 1; i < 6; i++) {
        const double angle = 0.3 * i;
        pp_repair_ledger l;
        pp_mesh m = pp_shape_box(pp_vec(-20, -2, 0), pp_vec(20, 2, 4));
        pp_mesh b = pp_shape_box(pp_vec(-15, -1.5, 1), pp_vec(15, 1.5, 3));

        pp_shape_rotate(&b, 0, 0, angle);
        pp_shape_add(&m, b);
        pp_shape_rotate(&m, 0.4, 0.7 * i, 0.2);
        repair_to_clean(&m, &l);
        ck_near(pp_shape_volume(&m),
                640 + 180 - 2 * 4 * 3 / sin(angle), 1e-4);
        ck_assert_uint_eq(l.after.nshell, 1);
        pp_repair_ledger_free(&l);
        pp_mesh_free(&m);
    }
}
END_TEST

/* Boxes in boxes, some facing the wrong way: solid and hollow in turn. */
START_TEST(five_boxes_in_each_other_are_solid_and_hollow_in_turn)
{
    for (unsigned wrong = 0; wrong < 32; wrong++) {
        pp_repair_ledger l;
        pp_mesh m = { 0 };
        double volume = 0;

        for (int i = 0; i < 5; i++) {
            pp_mesh b = pp_shape_box(pp_vec(i, i, i),
                                     pp_vec(20 - i, 20 - i, 20 - i));
            const double side = 20 - 2 * i;

            if (wrong >> i & 1)
                pp_shape_flip(&b);
            pp_shape_add(&m, b);
            volume += (i % 2 == 0 ? 1 : -1) * side * side * side;
        }
        repair_to_clean(&m, &l);
        ck_near(pp_shape_volume(&m), volume, 1e-9);
        ck_assert_uint_eq(l.after.nshell, 5);
        ck_assert_uint_eq(l.after.nnested, 4);
        ck_assert_uint_eq(l.nloss, 0);
        pp_repair_ledger_free(&l);
        pp_mesh_free(&m);
    }
}
END_TEST

/* A box with a cavity, in it a body that pierces the cavity's wall. */
START_TEST(a_cavity_with_a_body_through_its_wall_keeps_the_rest_of_the_cavity)
{
    pp_repair_ledger l;
    pp_mesh m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(10, 10, 10));
    pp_mesh cavity = pp_shape_box(pp_vec(2, 2, 2), pp_vec(8, 8, 8));

    pp_shape_flip(&cavity);
    pp_shape_add(&m, cavity);
    pp_shape_add(&m, pp_shape_box(pp_vec(4, 4, 1), pp_vec(6, 6, 5)));
    pp_shape_add(&m, pp_shape_box(pp_vec(3, 3, 6), pp_vec(4, 4, 7)));
    repair_to_clean(&m, &l);
    ck_near(pp_shape_volume(&m), 1000 - 216 + 2 * 2 * 3 + 1, 1e-9);
    ck_assert_uint_eq(l.after.nshell, 3);
    pp_repair_ledger_free(&l);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(boxes_that_touch_in_a_face_an_edge_or_a_corner_come_out_clean)
{
    static const pp_vec3 at[] = { { 2, 0.5, 0.5 }, { 2, 2, 0 }, { 2, 2, 2 },
                                  { 2, 0, 0 } };

    for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
        pp_repair_ledger l;
        pp_mesh m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(2, 2, 2));

        pp_shape_add(&m, pp_shape_box(at[i], pp_add(at[i], pp_vec(2, 2, 2))));
        repair_to_clean(&m, &l);
        ck_near(pp_shape_volume(&m), 16, 0.01);
        ck_assert(l.max_deviation_mm < 0.01);
        pp_repair_ledger_free(&l);
        pp_mesh_free(&m);
    }
}
END_TEST

START_TEST(loose_fins_go_and_the_body_stays)
{
    pp_error err = { 0 };
    pp_repair_ledger l;
    pp_mesh m = float_ball(pp_vec(0, 0, 0), 10), whole;
    void *p;

    ck_ok(pp_mesh_copy(&m, &whole, &err), err);
    p = pp_realloc(m.vert, m.nvert + 1, sizeof *m.vert);
    m.vert = p;
    p = pp_realloc(m.tri, m.ntri + 1, sizeof *m.tri);
    m.tri = p;
    m.vert[m.nvert] = pp_scale(m.vert[m.tri[9][0]], 1.5);
    m.tri[m.ntri][0] = m.tri[9][0];
    m.tri[m.ntri][1] = m.tri[9][1];
    m.tri[m.ntri][2] = (uint32_t)m.nvert;
    m.nvert++;
    m.ntri++;
    repair_to_clean(&m, &l);
    ck_assert_uint_eq(count_common(&whole, &m), whole.ntri);
    ck_assert_uint_eq(m.ntri, whole.ntri);
    pp_repair_ledger_free(&l);
    pp_mesh_free(&m);
    pp_mesh_free(&whole);
}
END_TEST

START_TEST(a_damaged_part_leaves_the_others_alone)
{
    pp_error err = { 0 };
    pp_repair_ledger l;
    pp_mesh m = float_ball(pp_vec(0, 0, 0), 10), before;

    pp_shape_add(&m, float_ball(pp_vec(30, 0, 0), 10));
    pp_shape_add(&m, float_ball(pp_vec(60, 0, 0), 10));
    drop_facet(&m, 1500);
    ck_ok(pp_mesh_copy(&m, &before, &err), err);
    repair_to_clean(&m, &l);
    ck_assert_uint_eq(l.nsame, before.ntri);
    ck_assert_uint_eq(m.ntri, before.ntri + 1);
    for (size_t t = 0; t < before.ntri; t++) /* same order, same start */
        for (int k = 0; k < 3; k++)
            ck_assert_int_eq(memcmp(&m.vert[m.tri[t][k]],
                                    &before.vert[before.tri[t][k]],
                                    sizeof *m.vert), 0);
    pp_repair_ledger_free(&l);
    pp_mesh_free(&m);
    pp_mesh_free(&before);
}
END_TEST

START_TEST(what_cannot_be_closed_is_left_as_it_was_with_its_defects)
{
    pp_error err = { 0 };
    pp_repair_ledger l;
    pp_mesh m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(1, 1, 1));

    m.ntri = 1; /* one facet encloses nothing */
    ck_ok(pp_repair(&m, &as_floats, &l, &err), err);
    ck_assert_uint_gt(pp_report_ndefect(&l.after), 0);
    ck_assert_uint_eq(m.ntri, 1);
    ck_assert_uint_eq(l.nsame, 1);
    ck_assert_uint_eq(l.nremoved + l.nadded, 0);
    pp_repair_ledger_free(&l);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(openings_stay_when_they_are_to_stay)
{
    pp_error err = { 0 };
    const pp_repair_options keep = { .round_float = true,
                                     .keep_open = { .all = true } };
    pp_repair_ledger l;
    pp_mesh m = float_ball(pp_vec(0, 0, 0), 10);

    drop_facet(&m, 7);
    ck_ok(pp_repair(&m, &keep, &l, &err), err);
    ck_assert_uint_eq(l.after.defect[PP_DEFECT_OPEN_EDGE].count, 3);
    ck_assert_uint_eq(pp_report_ndefect(&l.after), 1);
    pp_repair_ledger_free(&l);
    pp_mesh_free(&m);
}
END_TEST

PP_TESTS("repair/ladder", a_clean_mesh_comes_back_bit_for_bit,
         holes_are_filled_and_every_other_facet_stays,
         a_large_lid_goes_on_with_the_curvature,
         flipped_doubled_and_flat_facets_are_set_right,
         cracks_within_the_tolerance_are_stitched,
         a_vertex_on_an_open_edge_splits_it,
         an_inward_box_is_turned_and_a_box_inside_becomes_a_cavity,
         overlapping_boxes_become_their_union,
         a_chain_of_ten_overlapping_boxes_has_the_volume_of_the_formula,
         bars_across_each_other_have_the_volume_of_the_formula,
         five_boxes_in_each_other_are_solid_and_hollow_in_turn,
         a_cavity_with_a_body_through_its_wall_keeps_the_rest_of_the_cavity,
         boxes_that_touch_in_a_face_an_edge_or_a_corner_come_out_clean,
         loose_fins_go_and_the_body_stays,
         a_damaged_part_leaves_the_others_alone,
         what_cannot_be_closed_is_left_as_it_was_with_its_defects,
         openings_stay_when_they_are_to_stay)
