/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * label_map.c - labels of any type and layer end in one map, or are refused
 */
#include "mask/mask.h"
#include "test.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

#define NX 5
#define NY 4
#define NZ 3
#define N (NX * NY * NZ)

static const size_t dim[3] = { NX, NY, NZ };

static void
add_layer(pp_volume *v, pp_voxel_type type)
{
    const double to_lps[3][4] = { { 0.5, 0, 0, 10 }, { 0, 0.7, 0, -3 },
                                  { 0, 0, 2, 7 } };
    pp_error err = { 0 };
    pp_grid *g;

    v->layer = realloc(v->layer, (v->nlayer + 1) * sizeof *v->layer);
    ck_assert_ptr_nonnull(v->layer);
    g = &v->layer[v->nlayer++];
    memset(g, 0, sizeof *g);
    ck_ok(pp_grid_alloc(g, dim, type, &err), err);
    memset(g->voxel, 0, N * pp_voxel_size(type));
    memcpy(g->to_lps, to_lps, sizeof to_lps);
    g->slope = 1;
}

static void
add_segment(pp_volume *v, size_t layer, uint32_t value)
{
    v->segment = realloc(v->segment,
                         (v->nsegment + 1) * sizeof *v->segment);
    ck_assert_ptr_nonnull(v->segment);
    memset(&v->segment[v->nsegment], 0, sizeof *v->segment);
    v->segment[v->nsegment].layer = layer;
    v->segment[v->nsegment].value = value;
    v->segment[v->nsegment++].number = value;
}

static void
free_volume(pp_volume *v)
{
    for (size_t l = 0; l < v->nlayer; l++)
        pp_grid_free(&v->layer[l]);
    free(v->layer);
    free(v->segment);
}

static void
put_value(pp_grid *g, size_t n, double value)
{
    switch (g->type) {
    case PP_VOXEL_U8: ((uint8_t *)g->voxel)[n] = (uint8_t)value; break;
    case PP_VOXEL_I8: ((int8_t *)g->voxel)[n] = (int8_t)value; break;
    case PP_VOXEL_U16: ((uint16_t *)g->voxel)[n] = (uint16_t)value; break;
    case PP_VOXEL_I16: ((int16_t *)g->voxel)[n] = (int16_t)value; break;
    case PP_VOXEL_U32: ((uint32_t *)g->voxel)[n] = (uint32_t)value; break;
    case PP_VOXEL_I32: ((int32_t *)g->voxel)[n] = (int32_t)value; break;
    case PP_VOXEL_F32: ((float *)g->voxel)[n] = (float)value; break;
    case PP_VOXEL_F64: ((double *)g->voxel)[n] = value; break;
    }
}

/* Values 0, 7, 50 and 101 in turn, of which 50 is no segment. */
START_TEST(every_voxel_type_gives_the_same_map)
{
    static const double value[4] = { 0, 7, 50, 101 };
    static const uint16_t label[4] = { 0, 2, 0, 1 };

    for (int type = PP_VOXEL_U8; type <= PP_VOXEL_F64; type++) {
        pp_volume v = { 0 };
        pp_error err = { 0 };
        pp_label_map m;

        add_layer(&v, (pp_voxel_type)type);
        add_segment(&v, 0, 101);
        add_segment(&v, 0, 7);
        for (size_t n = 0; n < N; n++)
            put_value(v.layer, n, value[n % 4]);
        ck_ok(pp_label_map_from_volume(&v, &m, &err), err);
        ck_assert_uint_eq(m.nlabel, 2);
        for (size_t n = 0; n < N; n++)
            ck_assert_uint_eq(m.at[n], label[n % 4]);
        ck_assert_double_eq(m.to_lps[2][3], 7);
        pp_label_map_free(&m);
        free_volume(&v);
    }
}
END_TEST

START_TEST(layers_join_where_they_do_not_overlap)
{
    pp_volume v = { 0 };
    pp_error err = { 0 };
    pp_label_map m;

    for (size_t l = 0; l < 3; l++) {
        add_layer(&v, PP_VOXEL_U8);
        add_segment(&v, l, 1);
        v.segment[l].number = (uint32_t)(40 + l);
        for (size_t n = l; n < N; n += 3)
            put_value(&v.layer[l], n, 1);
    }
    ck_ok(pp_label_map_from_volume(&v, &m, &err), err);
    for (size_t n = 0; n < N; n++)
        ck_assert_uint_eq(m.at[n], 1 + n % 3);
    pp_label_map_free(&m);
    put_value(&v.layer[2], 4, 1);
    put_value(&v.layer[2], 7, 1);
    ck_assert_int_eq(pp_label_map_from_volume(&v, &m, &err), PP_EGEOM);
    ck_assert_ptr_nonnull(strstr(err.message, "41 and 42"));
    ck_assert_ptr_nonnull(strstr(err.message, "2 voxels"));
    ck_assert_ptr_null(m.at);
    free_volume(&v);
}
END_TEST

static pp_label_map
random_map(pp_random *r)
{
    pp_label_map m = { .dim = { NX, NY, NZ }, .nlabel = 4 };

    for (int a = 0; a < 3; a++)
        m.to_lps[a][a] = 1 + a;
    m.at = pp_alloc_zero(N, sizeof *m.at);
    ck_assert_ptr_nonnull(m.at);
    for (size_t n = 0; n < N; n++)
        m.at[n] = (uint16_t)(pp_random_below(r, 3) ? 0 : pp_random_below(r, 5));
    return m;
}

START_TEST(extents_are_the_least_boxes)
{
    pp_random r = { 3 };

    for (int trial = 0; trial < 200; trial++) {
        pp_label_map m = random_map(&r);
        pp_label_extent *e = NULL;
        pp_error err = { 0 };

        ck_ok(pp_label_map_extents(&m, &e, &err), err);
        for (size_t l = 1; l <= m.nlabel; l++) {
            size_t low[3] = { NX, NY, NZ }, high[3] = { 0 }, count = 0;

            for (size_t n = 0; n < N; n++) {
                const size_t at[3] = { n % NX, n / NX % NY, n / (NX * NY) };

                if (m.at[n] != l)
                    continue;
                count++;
                for (int a = 0; a < 3; a++) {
                    low[a] = at[a] < low[a] ? at[a] : low[a];
                    high[a] = at[a] + 1 > high[a] ? at[a] + 1 : high[a];
                }
            }
            ck_assert_uint_eq(e[l].nvoxel, count);
            for (int a = 0; a < 3; a++) {
                ck_assert_uint_eq(e[l].low[a], low[a]);
                ck_assert_uint_eq(e[l].high[a], high[a]);
            }
        }
        pp_free(e);
        pp_label_map_free(&m);
    }
}
END_TEST

START_TEST(a_label_taken_out_lies_where_it_was_and_goes_back)
{
    pp_random r = { 4 };

    for (int trial = 0; trial < 200; trial++) {
        const size_t margin = (size_t)trial % 3;
        pp_label_map m = random_map(&r), was = m;
        pp_label_extent *e = NULL;
        pp_error err = { 0 };
        pp_mask mask;
        size_t theirs = 0;

        was.at = pp_alloc(N, sizeof *was.at);
        ck_assert_ptr_nonnull(was.at);
        memcpy(was.at, m.at, N * sizeof *m.at);
        m.at[trial % N] = was.at[trial % N] = 3;
        ck_ok(pp_label_map_extents(&m, &e, &err), err);
        ck_ok(pp_label_map_mask(&m, 3, &e[3], margin, &mask, &err), err);
        ck_assert_uint_eq(pp_mask_count(&mask), e[3].nvoxel);
        for (size_t n = 0; n < mask.dim[0] * mask.dim[1] * mask.dim[2]; n++) {
            const pp_vec3 p = pp_mask_position(
                &mask, (double)(n % mask.dim[0]),
                (double)(n / mask.dim[0] % mask.dim[1]),
                (double)(n / (mask.dim[0] * mask.dim[1])));
            const bool in = p.x >= 0 && p.y >= 0 && p.z >= 0 && p.x < NX &&
                            p.y < 2 * NY && p.z < 3 * NZ;
            const size_t v = in ? (size_t)p.x + NX * ((size_t)(p.y / 2) +
                                                      NY * (size_t)(p.z / 3))
                                : 0;

            ck_assert_int_eq(mask.in[n], in && m.at[v] == 3);
            mask.in[n] = !mask.in[n];
            if (!in)
                continue;
            theirs += mask.in[n] && m.at[v] != 0 && m.at[v] != 3;
            was.at[v] = (uint16_t)(was.at[v] == 3 ? 0
                                   : was.at[v] == 0 ? 3 : was.at[v]);
        }
        ck_assert_uint_eq(pp_label_map_put(&m, 3, &e[3], margin, &mask),
                          theirs);
        ck_assert_int_eq(memcmp(m.at, was.at, N * sizeof *m.at), 0);
        pp_mask_free(&mask);
        pp_free(e);
        pp_label_map_free(&m);
        pp_label_map_free(&was);
    }
}
END_TEST

PP_TESTS("mask/label_map", every_voxel_type_gives_the_same_map,
         layers_join_where_they_do_not_overlap, extents_are_the_least_boxes,
         a_label_taken_out_lies_where_it_was_and_goes_back)
