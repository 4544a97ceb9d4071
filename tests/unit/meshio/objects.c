/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Formats that keep objects apart: names, colours, values of vertices, and
 * what glTF's own space asks for.
 */
#include "meshio/meshio.h"
#include "base/alloc.h"
#include "shapes.h"
#include "test.h"
#include "unit/meshio/codec.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#ifdef _OPENMP
#include <omp.h>
#endif

static pp_model
decode_text(const char *text)
{
    pp_bytes bytes = { 0 };
    pp_error err = { 0 };

    ck_ok(pp_bytes_append(&bytes, text, strlen(text), &err), err);
    return decode(bytes);
}

/* Boxes side by side, the second and fourth with a colour. */
static pp_model
row_of_boxes(size_t n)
{
    pp_model model = { 0 };

    model.object = pp_alloc_zero(n, sizeof *model.object);
    model.nobject = n;
    for (size_t i = 0; i < n; i++) {
        const double x = (double)i;

        model.object[i].mesh = pp_shape_box(pp_vec(x, 0, 0),
                                            pp_vec(x + 0.5, 1, 1));
        if (i % 2 == 1) {
            model.object[i].has_colour = true;
            for (int c = 0; c < 3; c++)
                model.object[i].rgb[c] = (uint8_t)(i * 37 + (size_t)c * 101);
        }
    }
    return model;
}

START_TEST(names_and_colours_come_back_from_every_format_that_keeps_objects)
{
    const pp_format_row *row;

    for (row = pp_format_table(); row->name != NULL; row++) {
        pp_model model = row_of_boxes(4), back;

        if (!row->objects) {
            pp_model_free(&model);
            continue;
        }
        model.object[0].name = pp_strdup("Leber & <Milz> \"größer\"");
        model.object[1].name = pp_strdup("skull");
        model.object[2].name = pp_strdup("a b");
        model.object[3].name = pp_strdup("a b");
        back = decode(encode(&model, row->format, NULL));
        ck_assert_uint_eq(back.nobject, 4);
        for (int i = 0; i < 4; i++) {
            const pp_object *a = &model.object[i], *b = &back.object[i];

            ck_assert_str_eq(a->name, b->name);
            ck_assert_int_eq(a->has_colour, b->has_colour);
            ck_assert_int_eq(memcmp(a->rgb, b->rgb, 3), 0);
            ck_assert_uint_eq(b->mesh.nvert, 8);
            ck_assert_int_eq(memcmp(a->mesh.tri, b->mesh.tri,
                                    12 * sizeof(pp_tri)), 0);
            ck_assert_int_eq(memcmp(a->mesh.vert, b->mesh.vert,
                                    8 * sizeof(pp_vec3)), 0);
        }
        pp_model_free(&back);
        pp_model_free(&model);
    }
}
END_TEST

START_TEST(every_colour_that_eight_bits_hold_comes_back)
{
    static const pp_format format[] = { PP_FORMAT_GLB, PP_FORMAT_OBJ };

    for (size_t f = 0; f < 2; f++) {
        pp_model model = row_of_boxes(256), back;

        for (size_t i = 0; i < 256; i++) {
            model.object[i].has_colour = true;
            for (size_t c = 0; c < 3; c++)
                model.object[i].rgb[c] = (uint8_t)(i + 85 * c);
        }
        back = decode(encode(&model, format[f], NULL));
        for (size_t i = 0; i < 256; i++)
            ck_assert_int_eq(memcmp(model.object[i].rgb, back.object[i].rgb,
                                    3), 0);
        pp_model_free(&model);
        pp_model_free(&back);
    }
}
END_TEST

/* Text that breaks a line, an element, a string: it is a name all the same. */
START_TEST(a_hostile_name_stays_a_name)
{
    static const char *const hostile[] = {
        "\"/><DataArray>", "</VTKFile>", "a\nf 1 2 3\n", "b\\", "\xff\xc3(",
        "\\u0000\"},{", "v 0 0 0", "&amp;", "\x1b[2J", "C:\\\\"
    };
    const pp_format_row *row;

    for (row = pp_format_table(); row->name != NULL; row++)
        for (size_t h = 0; h < sizeof hostile / sizeof *hostile; h++) {
            pp_model model = row_of_boxes(2), back;

            model.object[0].name = pp_strdup(hostile[h]);
            back = decode(encode(&model, row->format, NULL));
            ck_assert_uint_eq(back.nobject, row->objects ? 2 : 1);
            for (size_t i = 0; i < back.nobject; i++) {
                const char *name = back.object[i].name;

                ck_assert_uint_eq(back.object[i].mesh.ntri,
                                  24 / back.nobject);
                while (name != NULL && *name != '\0')
                    ck_assert((unsigned char)*name++ >= ' ');
            }
            pp_model_free(&back);
            pp_model_free(&model);
        }
}
END_TEST

START_TEST(objects_without_facets_are_in_no_file)
{
    const pp_format_row *row;

    for (row = pp_format_table(); row->name != NULL; row++) {
        pp_model model = row_of_boxes(3), back;
        pp_bytes bytes = { 0 };
        pp_error err = { 0 };

        pp_mesh_free(&model.object[1].mesh);
        if (pp_model_encode(&model, row->format, NULL, &bytes, &err) ==
            PP_OK) {
            back = decode(bytes);
            ck_assert_uint_eq(back.nobject, row->objects ? 2 : 1);
            pp_model_free(&back);
        }
        pp_model_free(&model);
    }
}
END_TEST

/* ---- OBJ ---- */

#define TETRA(a, b, c, d)                                                     \
    "f " a " " c " " b "\nf " a " " b " " d "\nf " b " " c " " d "\nf " c     \
    " " a " " d "\n"
#define CORNERS(x)                                                            \
    "v " x " 0 0\nv " x ".5 0 0\nv " x " 1 0\nv " x " 0 1\n"

START_TEST(sides_of_one_solid_stay_one_object)
{
    pp_model model = decode_text(
        CORNERS("1") "g base\nf 1 3 2\ng side\nf 1 2 4\nf 2 3 4\ng base\n"
        "f 3 1 4\n");

    ck_assert_uint_eq(model.nobject, 1);
    ck_assert_uint_eq(model.object[0].mesh.nvert, 4);
    ck_assert_uint_eq(model.object[0].mesh.ntri, 4);
    pp_model_free(&model);
}
END_TEST

START_TEST(groups_that_share_no_vertex_are_objects)
{
    pp_model model = decode_text(
        CORNERS("1") CORNERS("5") CORNERS("9") TETRA("1", "2", "3", "4")
        "g  two words \ns 1\n" TETRA("9", "10", "11", "12") "g\n"
        TETRA("5", "6", "7", "8"));

    ck_assert_uint_eq(model.nobject, 3);
    ck_assert_ptr_null(model.object[0].name);
    ck_assert_str_eq(model.object[1].name, "two words");
    ck_assert_ptr_null(model.object[2].name);
    for (int i = 0; i < 3; i++) {
        ck_assert_uint_eq(model.object[i].mesh.nvert, 4);
        ck_assert_uint_eq(model.object[i].mesh.ntri, 4);
    }
    ck_assert(model.object[1].mesh.vert[0].x == 9);
    ck_assert(model.object[2].mesh.vert[0].x == 5);
    pp_model_free(&model);
}
END_TEST

START_TEST(objects_go_before_groups)
{
    pp_model model = decode_text(
        CORNERS("1") CORNERS("5") CORNERS("7") "o A\ng x\n"
        TETRA("1", "2", "3", "4") "g y\n" TETRA("5", "6", "7", "8") "o B\n"
        TETRA("9", "10", "11", "12"));

    ck_assert_uint_eq(model.nobject, 2);
    ck_assert_str_eq(model.object[0].name, "A");
    ck_assert_uint_eq(model.object[0].mesh.ntri, 8);
    ck_assert_str_eq(model.object[1].name, "B");
    pp_model_free(&model);
}
END_TEST

START_TEST(vertices_of_many_colours_give_their_object_none)
{
    pp_model model = decode_text(
        "v 0 0 0 1 0 0\nv 1 0 0 1 0 0\nv 0 1 0 1 0 0\nv 0 0 1 1 0 0.2\n"
        "v 8 0 0 0.5 0 1\nv 9 0 0 .5 0 1\nv 8 1 0 .5 0 1\nv 8 0 1 .5 0 1\n"
        "o a\n" TETRA("1", "2", "3", "4") "o b\n" TETRA("5", "6", "7", "8"));

    ck_assert_uint_eq(model.nobject, 2);
    ck_assert(!model.object[0].has_colour);
    ck_assert(model.object[1].has_colour);
    ck_assert_int_eq(memcmp(model.object[1].rgb, "\x80\0\xff", 3), 0);
    pp_model_free(&model);
}
END_TEST

/* ---- values of vertices ---- */

START_TEST(values_of_vertices_travel_in_glb_and_vtp)
{
    static const pp_format format[] = { PP_FORMAT_GLB, PP_FORMAT_VTP };

    for (size_t f = 0; f < 2; f++) {
        pp_model model = row_of_boxes(1), back;
        const float value[8] = { 0, 1, 2, NAN, 4, 5, INFINITY, 7 };
        const uint8_t rgb[8][3] = { { 255, 0, 0 } };
        const pp_field field = { "thickness_mm", value, rgb };
        const pp_encode_options options = { .field = &field };
        pp_bytes bytes = encode(&model, format[f], &options);

        back = decode(bytes);
        ck_assert_int_eq(memcmp(back.object[0].mesh.vert,
                                model.object[0].mesh.vert,
                                8 * sizeof(pp_vec3)), 0);
        pp_model_free(&back);
        pp_model_free(&model);

        model = row_of_boxes(2);
        pp_error err = { 0 };
        bytes = (pp_bytes){ 0 };
        ck_assert_int_eq(pp_model_encode(&model, format[f], &options, &bytes,
                                         &err), PP_EUNSUPPORTED);
        pp_model_free(&model);
    }
}
END_TEST

START_TEST(a_3mf_carries_a_picture_and_other_formats_do_not)
{
    const pp_format_row *row;
    pp_bytes picture = { 0 };
    pp_error err = { 0 };
    const pp_encode_options options = { .thumbnail = &picture };

    ck_ok(pp_bytes_append(&picture, "\x89PNG\r\n\x1a\n....", 12, &err), err);
    for (row = pp_format_table(); row->name != NULL; row++) {
        pp_model model = row_of_boxes(2), back;
        pp_bytes with = encode(&model, row->format, &options);
        pp_bytes without = encode(&model, row->format, NULL);

        if (row->format == PP_FORMAT_3MF) {
            ck_assert_uint_gt(with.size, without.size);
            back = decode(with);
            ck_assert_uint_eq(back.nobject, 2);
            pp_model_free(&back);
        } else {
            ck_assert_uint_eq(with.size, without.size);
            ck_assert_int_eq(memcmp(with.data, without.data, with.size), 0);
            pp_bytes_free(&with);
        }
        pp_bytes_free(&without);
        pp_model_free(&model);
    }
    pp_bytes_free(&picture);
}
END_TEST

/* ---- glTF, read by hand ---- */

/* The text of the JSON; the caller frees. */
static char *
json_of(const pp_bytes *glb)
{
    const size_t n = pp_get_u32le(glb->data + 12);
    char *text = pp_alloc(n + 1, 1);

    memcpy(text, glb->data + 20, n);
    text[n] = '\0';
    return text;
}

START_TEST(a_glb_is_in_metres_with_y_up_and_patient_left_at_x)
{
    pp_model model = { 0 }, back;
    pp_error err = { 0 };
    pp_mesh box = pp_shape_box(pp_vec(10, 20, 30), pp_vec(11, 22, 33));
    pp_bytes bytes;
    char *json;

    ck_ok(pp_model_from_mesh(&model, &box, &err), err);
    bytes = encode(&model, PP_FORMAT_GLB, NULL);
    ck_assert_uint_eq(pp_get_u32le(bytes.data + 8), bytes.size);
    json = json_of(&bytes);
    for (char *p = json, *q = json;; p++) { /* without blanks */
        if (*p != ' ' && *p != '\n')
            *q++ = *p;
        if (*p == '\0')
            break;
    }
    /* columns: x to X, y to -Z, z to Y */
    ck_assert_ptr_nonnull(strstr(
        json, "\"matrix\":[0.001,0,0,0,0,0,-0.001,0,0,0.001,0,0,0,0,0,1]"));
    ck_assert_ptr_nonnull(strstr(json, "\"min\":[10,20,30]"));
    ck_assert_ptr_nonnull(strstr(json, "\"max\":[11,22,33]"));
    pp_free(json);
    back = decode(bytes);
    ck_assert(pp_mesh_box(&back.object[0].mesh).high.z == 33);
    pp_model_free(&back);
    pp_model_free(&model);
}
END_TEST

START_TEST(a_glb_keeps_the_float_that_stl_keeps)
{
    pp_model model = { 0 }, back;
    pp_error err = { 0 };
    pp_mesh ball = pp_shape_sphere(pp_vec(131.3, -77.7, -903.1), 17, 4);

    ck_ok(pp_model_from_mesh(&model, &ball, &err), err);
    back = decode(encode(&model, PP_FORMAT_GLB, NULL));
    pp_mesh_round_float(&model.object[0].mesh);
    ck_assert_int_eq(memcmp(back.object[0].mesh.vert,
                            model.object[0].mesh.vert,
                            model.object[0].mesh.nvert * sizeof(pp_vec3)), 0);
    pp_model_free(&back);
    pp_model_free(&model);
}
END_TEST

/* 65534 is the last vertex number that 16 bits may tell. */
START_TEST(facet_numbers_get_wide_when_there_are_many_vertices)
{
    for (size_t n = 65533; n < 65537; n++) {
        pp_model model = row_of_boxes(1), back;
        pp_mesh *m = &model.object[0].mesh;
        pp_bytes bytes;
        char *json;

        m->vert = pp_realloc(m->vert, n, sizeof *m->vert);
        while (m->nvert < n) {
            m->vert[m->nvert] = pp_vec((double)m->nvert, 1, 2);
            m->nvert++;
        }
        m->tri[0][1] = (uint32_t)n - 1;
        bytes = encode(&model, PP_FORMAT_GLB, NULL);
        json = json_of(&bytes);
        ck_assert_int_eq(strstr(json, "5125") != NULL, n > 65534);
        pp_free(json);
        back = decode(bytes);
        ck_assert_uint_eq(back.object[0].mesh.nvert, n);
        ck_assert_uint_eq(back.object[0].mesh.tri[0][1], n - 1);
        pp_model_free(&back);
        pp_model_free(&model);
    }
}
END_TEST

START_TEST(a_facet_without_area_still_has_a_normal_of_length_one)
{
    pp_model model = row_of_boxes(1);
    pp_mesh *m = &model.object[0].mesh;
    pp_bytes bytes;
    const unsigned char *p;

    for (size_t v = 0; v < 8; v++)
        m->vert[v] = pp_vec(1, 2, 3);
    bytes = encode(&model, PP_FORMAT_GLB, NULL);
    /* behind the header, the JSON, a chunk's header and the positions */
    p = bytes.data + 20 + pp_get_u32le(bytes.data + 12) + 8 + 96;
    for (size_t v = 0; v < 8; v++, p += 12) {
        const double x = pp_float_from_bits(pp_get_u32le(p));
        const double y = pp_float_from_bits(pp_get_u32le(p + 4));
        const double z = pp_float_from_bits(pp_get_u32le(p + 8));

        ck_near(x * x + y * y + z * z, 1, 1e-6);
    }
    pp_bytes_free(&bytes);
    pp_model_free(&model);
}
END_TEST

START_TEST(bytes_do_not_depend_on_the_number_of_threads)
{
#ifdef _OPENMP
    const pp_format_row *row;
    pp_model model = { 0 };
    pp_error err = { 0 };
    pp_mesh ball = pp_shape_sphere(pp_vec(1, 2, 3), 40, 7);

    ck_ok(pp_model_from_mesh(&model, &ball, &err), err);
    for (row = pp_format_table(); row->name != NULL; row++) {
        pp_bytes one, three;

        omp_set_num_threads(1);
        one = encode(&model, row->format, NULL);
        omp_set_num_threads(3);
        three = encode(&model, row->format, NULL);
        ck_assert_msg(one.size == three.size &&
                      memcmp(one.data, three.data, one.size) == 0, "%s",
                      row->name);
        pp_bytes_free(&one);
        pp_bytes_free(&three);
    }
    pp_model_free(&model);
#endif
}
END_TEST

PP_TESTS("meshio/objects",
         names_and_colours_come_back_from_every_format_that_keeps_objects,
         every_colour_that_eight_bits_hold_comes_back,
         a_hostile_name_stays_a_name, objects_without_facets_are_in_no_file,
         sides_of_one_solid_stay_one_object,
         groups_that_share_no_vertex_are_objects, objects_go_before_groups,
         vertices_of_many_colours_give_their_object_none,
         values_of_vertices_travel_in_glb_and_vtp,
         a_3mf_carries_a_picture_and_other_formats_do_not,
         a_glb_is_in_metres_with_y_up_and_patient_left_at_x,
         a_glb_keeps_the_float_that_stl_keeps,
         facet_numbers_get_wide_when_there_are_many_vertices,
         a_facet_without_area_still_has_a_normal_of_length_one,
         bytes_do_not_depend_on_the_number_of_threads)
