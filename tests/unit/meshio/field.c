/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * field.c - a number at each vertex goes into PLY and comes back
 */
#include "meshio/meshio.h"

#include "base/alloc.h"
#include "shapes.h"
#include "test.h"

#include <math.h>

/* A sphere as PLY, its vertices numbered by value. */
static pp_bytes
encode(pp_format format, float **value, size_t *n)
{
    pp_mesh mesh = pp_shape_sphere(pp_vec(1, 2, 3), 5, 2);
    pp_field field = { "thickness_mm", NULL, NULL };
    const pp_encode_options with = { .field = &field };
    pp_model model = { 0 };
    pp_bytes out = { 0 };
    pp_error err = { 0 };

    *n = mesh.nvert;
    *value = pp_alloc(*n, sizeof **value);
    ck_assert_ptr_nonnull(*value);
    for (size_t v = 0; v < *n; v++)
        (*value)[v] = v == 7 ? NAN : (float)v / 16;
    field.value = *value;
    ck_ok(pp_model_from_mesh(&model, &mesh, &err), err);
    ck_ok(pp_model_encode(&model, format, &with, &out, &err), err);
    pp_model_free(&model);
    return out;
}

START_TEST(the_numbers_come_back_as_they_were)
{
    float *value, *back;
    size_t n;
    pp_bytes bytes = encode(PP_FORMAT_PLY, &value, &n);
    pp_mesh mesh;
    pp_error err = { 0 };

    ck_ok(pp_ply_read_field(bytes.data, bytes.size, "thickness_mm", &mesh,
                            &back, &err), err);
    ck_assert_uint_eq(mesh.nvert, n);
    ck_assert_ptr_nonnull(back);
    for (size_t v = 0; v < n; v++)
        ck_assert(v == 7 ? isnan(back[v]) != 0 : back[v] == value[v]);
    pp_free(back);
    pp_mesh_free(&mesh);
    pp_free(value);
    pp_bytes_free(&bytes);
}
END_TEST

START_TEST(a_name_that_is_not_there_gives_a_mesh_without)
{
    static const char *const name[] = { "thickness", "",
                                        "vertex_indices" };
    float *value, *back;
    size_t n;
    pp_bytes bytes = encode(PP_FORMAT_PLY, &value, &n);

    for (size_t k = 0; k < 3; k++) {
        pp_error err = { 0 };
        pp_mesh mesh;

        ck_ok(pp_ply_read_field(bytes.data, bytes.size, name[k], &mesh, &back,
                                &err), err);
        ck_assert_ptr_null(back);
        ck_assert_uint_eq(mesh.nvert, n);
        pp_mesh_free(&mesh);
    }
    pp_free(value);
    pp_bytes_free(&bytes);
}
END_TEST

START_TEST(a_file_that_is_cut_gives_nothing)
{
    float *value, *back;
    size_t n;
    pp_bytes bytes = encode(PP_FORMAT_PLY, &value, &n);

    for (size_t size = 0; size + 1 < bytes.size; size += 97) {
        pp_error err = { 0 };
        pp_mesh mesh;

        ck_assert_int_ne(pp_ply_read_field(bytes.data, size, "thickness_mm",
                                           &mesh, &back, &err), PP_OK);
        ck_assert_ptr_null(back);
        ck_assert_ptr_null(mesh.vert);
    }
    pp_free(value);
    pp_bytes_free(&bytes);
}
END_TEST

PP_TESTS("meshio/field", the_numbers_come_back_as_they_were,
         a_name_that_is_not_there_gives_a_mesh_without,
         a_file_that_is_cut_gives_nothing)
