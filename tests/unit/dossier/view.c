/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * view.c - the copy for the viewer: small, near the mesh, honest about the
 * worst
 */
#include "dossier/book.h"

#include "base/alloc.h"
#include "shapes.h"
#include "test.h"

#include <math.h>

static const colours range[NQUANTITY] = {
    { .there = true, .low = 0, .high = 10 },
    { .there = true, .low = -1, .high = 1 },
};

/* What the bytes say, read by the layout that view.c tells of. */
typedef struct {
    size_t nvert, ntri;
    pp_vec3 *vert; /* from the lowest corner on */
    const unsigned char *level[NQUANTITY], *index;
} decoded;

static decoded
decode(const pp_bytes *b)
{
    decoded d = { 0 };
    const unsigned char *p = b->data + 24;

    ck_assert_uint_ge(b->size, 24);
    ck_assert_mem_eq(b->data, "PPV1", 4);
    d.nvert = pp_get_u32le(b->data + 4);
    d.ntri = pp_get_u32le(b->data + 8);
    ck_assert_uint_eq(b->size, 24 + 8 * d.nvert + 6 * d.ntri);
    d.vert = pp_alloc(d.nvert, sizeof *d.vert);
    ck_assert_ptr_nonnull(d.vert);
    for (size_t v = 0; v < d.nvert; v++) {
        double x[3];

        for (int a = 0; a < 3; a++, p += 2)
            x[a] = pp_get_u16le(p) *
                   (double)pp_float_from_bits(pp_get_u32le(b->data + 12 +
                                                           4 * a));
        d.vert[v] = pp_vec(x[0], x[1], x[2]);
    }
    d.level[0] = p;
    d.level[1] = p + d.nvert;
    d.index = p + 2 * d.nvert;
    for (size_t k = 0; k < 3 * d.ntri; k++)
        ck_assert_uint_lt(pp_get_u16le(d.index + 2 * k), d.nvert);
    return d;
}

START_TEST(a_large_mesh_becomes_small_and_stays_near)
{
    pp_mesh m = pp_shape_sphere(pp_vec(100, -50, 1000), 20, 6);
    const view_source from = { &m, { NULL, NULL }, 5000 };
    pp_bytes out = { 0 };
    pp_error err = { 0 };
    view_told told;
    double far = 0;
    decoded d;

    ck_ok(view_make(&from, range, &out, &told, &err), err);
    d = decode(&out);
    ck_assert_uint_le(d.ntri, 5000);
    ck_assert_uint_gt(d.ntri, 3000);
    ck_assert_uint_eq(d.ntri, told.facets);
    /* the copy's box begins within the cells' size of the sphere's */
    for (size_t v = 0; v < d.nvert; v++) {
        const double r = pp_distance(d.vert[v], pp_vec(20, 20, 20));

        far = fmax(far, fabs(r - 20));
        ck_assert_uint_eq(d.level[0][v], 255); /* no values: unknown */
    }
    ck_assert_double_lt(told.apart_mm, 0.1);
    ck_assert_double_lt(far, 0.25);
    pp_free(d.vert);
    pp_bytes_free(&out);
    pp_mesh_free(&m);
}
END_TEST

/* A wall of 0.2 mm under cells of more than that. */
START_TEST(the_sides_of_a_thin_wall_stay_apart)
{
    pp_mesh m = pp_shape_sphere(pp_vec(0, 0, 0), 20, 6);
    pp_mesh inner = pp_shape_sphere(pp_vec(0, 0, 0), 19.8, 6);
    const view_source from = { &m, { NULL, NULL }, 10000 };
    pp_bytes out = { 0 };
    pp_error err = { 0 };
    view_told told;
    size_t nouter = 0;
    decoded d;

    pp_shape_flip(&inner);
    pp_shape_add(&m, inner);
    ck_ok(view_make(&from, range, &out, &told, &err), err);
    d = decode(&out);
    for (size_t v = 0; v < d.nvert; v++)
        nouter += pp_distance(d.vert[v], pp_vec(20, 20, 20)) > 19.9;
    ck_assert_uint_gt(nouter, d.nvert / 3);
    ck_assert_uint_lt(nouter, 2 * d.nvert / 3);
    ck_assert_double_lt(told.apart_mm, 0.1);
    pp_free(d.vert);
    pp_bytes_free(&out);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(the_worst_of_joined_vertices_is_kept)
{
    pp_mesh m = pp_shape_sphere(pp_vec(0, 0, 0), 20, 6);
    float *thick = pp_alloc(m.nvert, sizeof *thick);
    float *off = pp_alloc(m.nvert, sizeof *off);
    const view_source from = { &m, { thick, off }, 3000 };
    size_t nthin = 0, nin = 0;
    pp_bytes out = { 0 };
    pp_error err = { 0 };
    view_told told;
    decoded d;

    ck_assert(thick != NULL && off != NULL);
    for (size_t v = 0; v < m.nvert; v++) {
        thick[v] = 5;
        off[v] = 0.25F;
    }
    thick[777] = 1;
    off[999] = -0.5F;
    ck_ok(view_make(&from, range, &out, &told, &err), err);
    d = decode(&out);
    for (size_t v = 0; v < d.nvert; v++) {
        nthin += d.level[0][v] == 25; /* 254 / 10, rounded */
        ck_assert(d.level[0][v] == 25 || d.level[0][v] == 127);
        nin += d.level[1][v] == 64; /* 254 / 4, rounded to even */
    }
    ck_assert_uint_eq(nthin, 1);
    ck_assert_uint_eq(nin, 1);
    pp_free(d.vert);
    pp_free(thick);
    pp_free(off);
    pp_bytes_free(&out);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(a_small_mesh_is_copied_whole)
{
    pp_mesh m = pp_shape_box(pp_vec(-1, 0, 5), pp_vec(2, 7, 6));
    const view_source from = { &m, { NULL, NULL }, 5000 };
    pp_bytes out = { 0 };
    pp_error err = { 0 };
    view_told told;
    decoded d;

    ck_ok(view_make(&from, range, &out, &told, &err), err);
    d = decode(&out);
    ck_assert_uint_eq(d.nvert, m.nvert);
    ck_assert_uint_eq(d.ntri, m.ntri);
    for (size_t v = 0; v < m.nvert; v++)
        ck_assert_double_lt(pp_distance(pp_sub(m.vert[v], pp_vec(-1, 0, 5)),
                                        d.vert[v]), 2e-4);
    ck_assert_double_lt(told.apart_mm, 2e-4);
    pp_free(d.vert);
    pp_bytes_free(&out);
    pp_mesh_free(&m);
}
END_TEST

/* Files may hold anything: no copy is an answer, a crash is none. */
START_TEST(meshes_without_size_end_in_an_error_or_a_copy)
{
    pp_mesh m = pp_shape_sphere(pp_vec(0, 0, 0), 20, 4);

    for (int flat = 1; flat <= 3; flat++) {
        const view_source from = { &m, { NULL, NULL }, 100 };
        pp_bytes out = { 0 };
        pp_error err = { 0 };
        view_told told;

        for (size_t v = 0; v < m.nvert; v++) {
            m.vert[v].x = 0;
            m.vert[v].y = flat > 1 ? 0 : m.vert[v].y;
            m.vert[v].z = flat > 2 ? 0 : m.vert[v].z;
        }
        if (view_make(&from, range, &out, &told, &err) == PP_OK)
            ck_assert_uint_le(told.facets, 100);
        else
            ck_assert_int_eq(err.status, PP_EGEOM);
        pp_bytes_free(&out);
    }
    pp_mesh_free(&m);
}
END_TEST

PP_TESTS("dossier/view", a_large_mesh_becomes_small_and_stays_near,
         the_sides_of_a_thin_wall_stay_apart,
         the_worst_of_joined_vertices_is_kept, a_small_mesh_is_copied_whole,
         meshes_without_size_end_in_an_error_or_a_copy)
