/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is written is read back: facets, their order, and coordinates up to the
 * rounding that the format's table admits.
 */
#include "base/file.h"
#include "meshio/meshio.h"
#include "shapes.h"
#include "test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Far from the origin, as a scanner places things. */
static const pp_vec3 bed = { 131.3, -77.7, -903.1 };

static pp_model
model_of(pp_mesh mesh)
{
    pp_error err = { 0 };
    pp_model model;

    ck_ok(pp_model_from_mesh(&model, &mesh, &err), err);
    ck_assert_ptr_null(mesh.vert);
    return model;
}

static pp_model
reread(const pp_model *model, const pp_format_row *row)
{
    pp_error err = { 0 };
    pp_bytes bytes = { 0 };
    pp_model back;
    pp_format format;

    ck_ok(pp_model_encode(model, row->format, NULL, &bytes, &err), err);
    ck_ok(pp_model_decode(bytes.data, bytes.size, &back, &format, &err), err);
    ck_assert_msg(format == row->format, "%s read as another format",
                  row->name);
    pp_bytes_free(&bytes);
    return back;
}

/* Nearest float: within half a unit in the last of 24 bits. */
static double
bound(double x, const pp_format_row *row)
{
    return row->float32 ? fabs(x) * 0x1p-24 : 0;
}

static void
check_same_facets(const pp_mesh *a, const pp_mesh *b, const pp_format_row *row)
{
    ck_assert_uint_eq(a->ntri, b->ntri);
    for (size_t t = 0; t < a->ntri; t++)
        for (int k = 0; k < 3; k++) {
            const pp_vec3 p = a->vert[a->tri[t][k]];
            const pp_vec3 q = b->vert[b->tri[t][k]];

            ck_assert_msg(fabs(p.x - q.x) <= bound(p.x, row) &&
                          fabs(p.y - q.y) <= bound(p.y, row) &&
                          fabs(p.z - q.z) <= bound(p.z, row),
                          "%s: facet %zu: (%.17g %.17g %.17g) became "
                          "(%.17g %.17g %.17g)", row->name, t, p.x, p.y, p.z,
                          q.x, q.y, q.z);
        }
}

START_TEST(every_format_keeps_facets_order_and_coordinates)
{
    const pp_format_row *row;

    for (row = pp_format_table(); row->name != NULL; row++) {
        pp_mesh bodies[3] = {
            pp_shape_sphere(bed, 17, 4),
            pp_shape_torus(bed, 9, 2, 40, 20),
            pp_shape_box(pp_vec(-1e-3, 0, 0), pp_vec(1e5, 1. / 3, 1e-7)),
        };

        for (int i = 0; i < 3; i++) {
            pp_model model = model_of(bodies[i]);
            pp_model back = reread(&model, row);

            ck_assert_uint_eq(back.nobject, 1);
            check_same_facets(&model.object[0].mesh, &back.object[0].mesh,
                              row);
            ck_assert_uint_eq(model.object[0].mesh.nvert,
                              back.object[0].mesh.nvert);
            pp_model_free(&model);
            pp_model_free(&back);
        }
    }
}
END_TEST

START_TEST(random_bits_survive_as_far_as_the_format_goes)
{
    const pp_format_row *row;
    pp_random r = { 7 };

    for (row = pp_format_table(); row->name != NULL; row++) {
        pp_mesh m = pp_shape_sphere(bed, 1, 3);
        pp_model model, back;

        for (size_t v = 0; v < m.nvert; v++)
            m.vert[v] = pp_vec(
                ldexp(pp_random_unit(&r) - 0.5, (int)pp_random_below(&r, 30)),
                ldexp(pp_random_unit(&r) - 0.5, (int)pp_random_below(&r, 12)),
                -pp_random_unit(&r));
        model = model_of(m);
        back = reread(&model, row);
        check_same_facets(&model.object[0].mesh, &back.object[0].mesh, row);
        pp_model_free(&model);
        pp_model_free(&back);
    }
}
END_TEST

/* A filter that changes nothing must not wear the mesh down. */
START_TEST(writing_again_gives_the_same_bytes)
{
    const pp_format_row *row;

    for (row = pp_format_table(); row->name != NULL; row++) {
        pp_error err = { 0 };
        pp_model model = model_of(pp_shape_sphere(bed, 17, 3));
        pp_model second = reread(&model, row), third = reread(&second, row);
        pp_bytes a = { 0 }, b = { 0 };

        pp_provenance_free(&second.provenance); /* STL's hash feeds itself */
        pp_provenance_free(&third.provenance);
        ck_ok(pp_model_encode(&second, row->format, NULL, &a, &err), err);
        ck_ok(pp_model_encode(&third, row->format, NULL, &b, &err), err);
        ck_assert_msg(a.size == b.size && memcmp(a.data, b.data, a.size) == 0,
                      "%s", row->name);
        pp_bytes_free(&a);
        pp_bytes_free(&b);
        pp_model_free(&model);
        pp_model_free(&second);
        pp_model_free(&third);
    }
}
END_TEST

/* Two objects, the first with more facets than a piece. */
START_TEST(a_file_written_piece_by_piece_has_the_same_bytes)
{
    char path[] = "/tmp/printprep-test-XXXXXX";
    const pp_format_row *row;
    pp_error err = { 0 };
    pp_object object[2] = { { 0 } };
    const pp_model model = { .object = object, .nobject = 2 };

    ck_assert_int_eq(close(mkstemp(path)), 0);
    ck_ok(pp_mesh_alloc(&object[0].mesh, 3, 140000, &err), err);
    for (size_t t = 0; t < 140000; t++)
        for (uint32_t k = 0; k < 3; k++)
            object[0].mesh.tri[t][k] = (uint32_t)(t + k) % 3;
    for (int k = 0; k < 3; k++)
        object[0].mesh.vert[k] = pp_vec(k, k * k, 1.0 / (k + 3));
    object[1].mesh = pp_shape_sphere(bed, 17, 2);
    for (row = pp_format_table(); row->name != NULL; row++) {
        pp_bytes a = { 0 }, b = { 0 };

        if (row->format != PP_FORMAT_STL && row->format != PP_FORMAT_OFF)
            continue;
        ck_ok(pp_model_encode(&model, row->format, NULL, &a, &err), err);
        ck_ok(pp_model_write(path, &model, row->format, NULL, &err), err);
        ck_ok(pp_file_read(path, 0, &b, &err), err);
        ck_assert_uint_eq(a.size, b.size);
        ck_assert_mem_eq(a.data, b.data, a.size);
        pp_bytes_free(&a);
        pp_bytes_free(&b);
    }
    unlink(path);
    pp_mesh_free(&object[0].mesh);
    pp_mesh_free(&object[1].mesh);
}
END_TEST

START_TEST(encoding_appends_to_what_is_there)
{
    const pp_format_row *row;

    for (row = pp_format_table(); row->name != NULL; row++) {
        pp_error err = { 0 };
        pp_model model = model_of(pp_shape_box(bed, pp_vec(200, 200, 200)));
        pp_bytes alone = { 0 }, after = { 0 };

        ck_ok(pp_model_encode(&model, row->format, NULL, &alone, &err), err);
        ck_ok(pp_bytes_append(&after, "12345", 5, &err), err);
        ck_ok(pp_model_encode(&model, row->format, NULL, &after, &err), err);
        ck_assert_uint_eq(after.size, alone.size + 5);
        ck_assert_int_eq(memcmp(after.data + 5, alone.data, alone.size), 0);
        pp_bytes_free(&alone);
        pp_bytes_free(&after);
        pp_model_free(&model);
    }
}
END_TEST

START_TEST(an_empty_mesh_is_not_written_in_any_format)
{
    const pp_format_row *row;

    for (row = pp_format_table(); row->name != NULL; row++) {
        pp_error err = { 0 };
        pp_model model = { 0 };
        pp_bytes bytes = { 0 };

        ck_assert_int_eq(pp_model_encode(&model, row->format, NULL, &bytes,
                                         &err), PP_EGEOM);
        ck_assert_uint_eq(bytes.size, 0);
    }
}
END_TEST

START_TEST(what_is_too_large_for_the_format_is_not_written)
{
    const pp_format_row *row;

    for (row = pp_format_table(); row->name != NULL; row++) {
        pp_error err = { 0 };
        pp_model model = model_of(pp_shape_box(bed, pp_vec(200, 200, 1e39)));
        pp_bytes bytes = { 0 };
        const pp_status status =
            pp_model_encode(&model, row->format, NULL, &bytes, &err);

        ck_assert_int_eq(status, row->float32 ? PP_ELIMIT : PP_OK);
        pp_bytes_free(&bytes);
        pp_model_free(&model);
    }
}
END_TEST

/* Two boxes as two objects, and as one mesh. */
START_TEST(objects_are_joined_where_the_format_knows_none)
{
    const pp_format_row *row;
    const pp_vec3 size = { 1, 2, 3 };
    pp_object object[2] = { { 0 } };
    pp_model model = { 0 };
    pp_error err = { 0 };
    pp_mesh all;

    object[0].mesh = pp_shape_box(bed, pp_add(bed, size));
    object[1].mesh = pp_shape_box(pp_vec(0, 0, 0), size);
    model.object = object;
    model.nobject = 2;
    ck_ok(pp_model_join(&model, &all, &err), err);
    ck_assert_uint_eq(all.ntri, 24);
    ck_assert_uint_eq(all.nvert, 16);
    for (row = pp_format_table(); row->name != NULL; row++) {
        pp_model back = reread(&model, row);
        pp_mesh joined;

        ck_ok(pp_model_join(&back, &joined, &err), err);
        check_same_facets(&all, &joined, row);
        pp_mesh_free(&joined);
        pp_model_free(&back);
    }
    pp_mesh_free(&all);
    pp_mesh_free(&object[0].mesh);
    pp_mesh_free(&object[1].mesh);
}
END_TEST

START_TEST(names_and_extensions_lead_to_rows_and_back)
{
    const pp_format_row *row;

    for (row = pp_format_table(); row->name != NULL; row++) {
        char path[64] = "a.dir/file.";

        ck_assert_int_eq(pp_format_by_name(row->name), row->format);
        ck_assert_ptr_eq(pp_format_find(row->format), row);
        strcat(path, row->extension);
        ck_assert_str_eq(pp_format_find(pp_format_by_extension(path))
                             ->extension, row->extension);
    }
    ck_assert_int_eq(pp_format_by_extension("X.STL"), PP_FORMAT_STL);
    ck_assert_int_eq(pp_format_by_extension("x.ply"), PP_FORMAT_PLY);
    ck_assert_int_eq(pp_format_by_extension("stl"), PP_FORMAT_NONE);
    ck_assert_int_eq(pp_format_by_extension("a.stl/x"), PP_FORMAT_NONE);
    ck_assert_int_eq(pp_format_by_name("STL"), PP_FORMAT_NONE);
    ck_assert_ptr_null(pp_format_find(PP_FORMAT_NONE));
}
END_TEST

PP_TESTS("meshio/roundtrip",
         a_file_written_piece_by_piece_has_the_same_bytes,
         every_format_keeps_facets_order_and_coordinates,
         random_bits_survive_as_far_as_the_format_goes,
         writing_again_gives_the_same_bytes,
         encoding_appends_to_what_is_there,
         an_empty_mesh_is_not_written_in_any_format,
         what_is_too_large_for_the_format_is_not_written,
         objects_are_joined_where_the_format_knows_none,
         names_and_extensions_lead_to_rows_and_back)
