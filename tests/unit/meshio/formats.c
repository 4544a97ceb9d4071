/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What each format carries beside its facets: attribute bytes, normals,
 * provenance, values per vertex, names, colours.
 */
#include "meshio/meshio.h"
#include "base/alloc.h"
#include "base/file.h"
#include "shapes.h"
#include "test.h"
#include "unit/meshio/codec.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static pp_model
ball_model(void)
{
    pp_mesh m = pp_shape_sphere(pp_vec(90, -40, -700), 10, 2);
    pp_error err = { 0 };
    pp_model model;

    ck_ok(pp_model_from_mesh(&model, &m, &err), err);
    return model;
}

START_TEST(attribute_bytes_of_an_stl_stay_with_their_facets)
{
    pp_model model = ball_model(), back;
    pp_mesh *m = &model.object[0].mesh;

    back = decode(encode(&model, PP_FORMAT_STL, NULL));
    ck_assert_ptr_null(back.object[0].mesh.attribute); /* all were zero */
    pp_model_free(&back);

    m->attribute = pp_alloc_zero(m->ntri, sizeof *m->attribute);
    for (size_t t = 3; t < m->ntri; t++)
        m->attribute[t] = (uint16_t)(t * 257);
    back = decode(encode(&model, PP_FORMAT_STL, NULL));
    ck_assert_int_eq(memcmp(back.object[0].mesh.attribute, m->attribute,
                            m->ntri * sizeof *m->attribute), 0);
    pp_model_free(&back);
    pp_model_free(&model);
}
END_TEST

/* The bytes of a binary STL, looked at by hand. */
START_TEST(normals_of_an_stl_are_unit_outward_and_follow_the_rounded_corners)
{
    pp_model model = ball_model();
    pp_bytes bytes = encode(&model, PP_FORMAT_STL, NULL);
    const size_t n = model.object[0].mesh.ntri;

    ck_assert_uint_eq(bytes.size, 84 + 50 * n);
    ck_assert_uint_eq(pp_get_u32le(bytes.data + 80), n);
    for (size_t t = 0; t < n; t++) {
        double f[12];
        pp_vec3 normal, a, b, c, cross;

        for (int i = 0; i < 12; i++)
            f[i] = pp_float_from_bits(
                pp_get_u32le(bytes.data + 84 + 50 * t + 4 * (size_t)i));
        normal = pp_vec(f[0], f[1], f[2]);
        a = pp_vec(f[3], f[4], f[5]);
        b = pp_vec(f[6], f[7], f[8]);
        c = pp_vec(f[9], f[10], f[11]);
        cross = pp_unit(pp_cross(pp_sub(b, a), pp_sub(c, a)));
        ck_near(pp_norm(normal), 1, 1e-6);
        ck_near(pp_distance(normal, cross), 0, 1e-6);
        ck_assert(pp_dot(normal, pp_sub(a, pp_vec(90, -40, -700))) > 0);
    }
    pp_bytes_free(&bytes);
    pp_model_free(&model);
}
END_TEST

START_TEST(a_facet_without_area_has_the_normal_zero)
{
    pp_model model = ball_model();
    pp_mesh *m = &model.object[0].mesh;
    pp_bytes bytes;

    m->vert[m->tri[0][1]] = m->vert[m->tri[0][0]];
    bytes = encode(&model, PP_FORMAT_STL, NULL);
    for (int i = 0; i < 12; i++)
        ck_assert_uint_eq(bytes.data[84 + i], 0);
    pp_bytes_free(&bytes);
    pp_model_free(&model);
}
END_TEST

START_TEST(a_zero_with_a_sign_meets_a_zero_without)
{
    pp_model model = { 0 }, back;
    pp_mesh m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(1, 1, 1));
    pp_error err = { 0 };
    pp_bytes bytes;

    ck_ok(pp_model_from_mesh(&model, &m, &err), err);
    bytes = encode(&model, PP_FORMAT_STL, NULL);
    for (size_t t = 0; t < 12; t += 2) /* every other facet: +0 to -0 */
        for (size_t i = 3; i < 12; i++) {
            unsigned char *p = bytes.data + 84 + 50 * t + 4 * i;

            if (pp_get_u32le(p) == 0)
                pp_put_u32le(p, 0x80000000u);
        }
    back = decode(bytes);
    ck_assert_uint_eq(back.object[0].mesh.nvert, 8);
    pp_model_free(&back);
    pp_model_free(&model);
}
END_TEST

/* What readers of STL do, and the mesh room's own welding, agree. */
START_TEST(reading_stl_welds_as_pp_mesh_weld_exact_does)
{
    pp_random r = { 5 };
    pp_mesh soup;
    pp_model model = { 0 }, back;
    pp_error err = { 0 };
    size_t njoined;

    ck_ok(pp_mesh_alloc(&soup, 9000, 3000, &err), err);
    for (size_t v = 0; v < soup.nvert; v++)
        soup.vert[v] = pp_vec(pp_random_below(&r, 9), pp_random_below(&r, 9),
                              (float)0.1 * (float)pp_random_below(&r, 9));
    for (size_t t = 0; t < soup.ntri; t++)
        for (int k = 0; k < 3; k++)
            soup.tri[t][k] = (uint32_t)(3 * t) + (uint32_t)k;
    ck_ok(pp_model_from_mesh(&model, &soup, &err), err);
    back = decode(encode(&model, PP_FORMAT_STL, NULL));
    ck_ok(pp_mesh_weld_exact(&model.object[0].mesh, &njoined, &err), err);
    ck_assert_uint_eq(back.object[0].mesh.nvert, 9000 - njoined);
    ck_assert_int_eq(memcmp(back.object[0].mesh.tri, model.object[0].mesh.tri,
                            3000 * sizeof(pp_tri)), 0);
    pp_model_free(&back);
    pp_model_free(&model);
}
END_TEST

/* Long enough for several pieces, and a last one that is not full. */
START_TEST(a_long_stl_is_read_piece_by_piece_as_it_was_written)
{
    const char path[] = "stream-test.stl";
    pp_mesh m = pp_shape_sphere(pp_vec(90, -40, -700), 50, 6);
    pp_model model, back;
    pp_error err = { 0 };
    pp_format format;
    pp_bytes bytes;
    char hash[65];

    ck_assert_uint_gt(m.ntri, 80000);
    ck_ok(pp_model_from_mesh(&model, &m, &err), err);
    bytes = encode(&model, PP_FORMAT_STL, NULL);
    ck_ok(pp_file_write(path, bytes.data, bytes.size, &err), err);
    ck_ok(pp_model_read(path, &back, &format, hash, &err), err);
    unlink(path);
    pp_mesh_round_float(&model.object[0].mesh);
    ck_assert_uint_eq(back.object[0].mesh.ntri, model.object[0].mesh.ntri);
    for (size_t t = 0; t < back.object[0].mesh.ntri; t++)
        for (int k = 0; k < 3; k++) {
            const pp_mesh *a = &back.object[0].mesh;
            const pp_mesh *b = &model.object[0].mesh;

            ck_assert(pp_distance(a->vert[a->tri[t][k]],
                                  b->vert[b->tri[t][k]]) == 0);
        }
    pp_bytes_free(&bytes);
    pp_model_free(&back);
    pp_model_free(&model);
}
END_TEST

static void
fill_provenance(pp_provenance *p)
{
    pp_error err = { 0 };

    p->unit = pp_strdup("mm");
    p->frame = pp_strdup("LPS");
    p->has_label = true;
    p->label = 5;
    p->label_name = pp_strdup("liver & <spleen> \"é\"");
    ck_ok(pp_provenance_add_step(p, "mask2stl", "0.1.0",
                                 "--label 5 --smooth lct", "facets=320", 1,
                                 &err), err);
    ck_ok(pp_provenance_parse_line(p, "Jane Doe", &err), err);
}

START_TEST(provenance_travels_in_every_format_and_comments_do_not)
{
    const pp_format_row *row;

    for (row = pp_format_table(); row->name != NULL; row++) {
        const bool whole = row->format != PP_FORMAT_STL &&
                           row->format != PP_FORMAT_STL_ASCII;
        const pp_encode_options keep = { .keep_comments = true };
        pp_model model = ball_model(), back;
        pp_provenance *p = &back.provenance;

        fill_provenance(&model.provenance);
        back = decode(encode(&model, row->format, NULL));
        ck_assert_str_eq(p->unit, "mm");
        ck_assert_str_eq(p->frame, "LPS");
        ck_assert_int_eq(pp_provenance_status(p), 1);
        ck_assert_uint_eq(p->ncomment, 0);
        ck_assert_uint_eq(p->nstep, 1);
        if (whole) {
            ck_assert_str_eq(p->label_name, model.provenance.label_name);
            ck_assert_str_eq(p->step[0].options, "--label 5 --smooth lct");
        }
        pp_model_free(&back);
        back = decode(encode(&model, row->format, &keep));
        if (whole)
            ck_assert_str_eq(p->comment[0], "Jane Doe");
        pp_model_free(&back);
        pp_model_free(&model);
    }
}
END_TEST

/* No reader with a buffer of a few hundred bytes loses its place. */
START_TEST(no_line_of_a_ply_header_is_long)
{
    pp_model model = ball_model();
    pp_error err = { 0 };
    char options[3000];
    pp_bytes bytes;
    size_t length = 0;

    memset(options, 'y', sizeof options);
    options[sizeof options - 1] = '\0';
    ck_ok(pp_provenance_add_step(&model.provenance, "a", "1", options, NULL, 0,
                                 &err), err);
    bytes = encode(&model, PP_FORMAT_PLY_ASCII, NULL);
    for (size_t i = 0; i < bytes.size; i++) {
        length = bytes.data[i] == '\n' ? 0 : length + 1;
        ck_assert_uint_le(length, 8 + PP_PROVENANCE_LINE);
    }
    pp_bytes_free(&bytes);
    pp_model_free(&model);
}
END_TEST

/* Where the text stands in the bytes, or NULL. */
static const unsigned char *
find(const pp_bytes *bytes, const char *text)
{
    const size_t n = strlen(text);

    for (size_t i = 0; i + n <= bytes->size; i++)
        if (memcmp(bytes->data + i, text, n) == 0)
            return bytes->data + i;
    return NULL;
}

START_TEST(ply_carries_a_value_and_a_colour_for_each_vertex)
{
    static const pp_format format[2] = { PP_FORMAT_PLY, PP_FORMAT_PLY_ASCII };

    for (int i = 0; i < 2; i++) {
        pp_model model = ball_model(), back;
        const size_t n = model.object[0].mesh.nvert;
        float *value = pp_alloc(n, sizeof *value);
        uint8_t (*rgb)[3] = pp_alloc_zero(n, sizeof *rgb);
        const pp_field field = { "thickness_mm", value,
                                 (const uint8_t (*)[3])rgb };
        const pp_encode_options options = { .field = &field };
        pp_bytes bytes;

        for (size_t v = 0; v < n; v++) {
            value[v] = (float)v + 0.5f;
            rgb[v][1] = (uint8_t)v;
        }
        bytes = encode(&model, format[i], &options);
        ck_assert_ptr_nonnull(find(&bytes, "property float thickness_mm\n"
                                           "property uchar red\n"));
        if (format[i] == PP_FORMAT_PLY_ASCII) {
            ck_assert_ptr_nonnull(find(&bytes, " 7.5 0 7 0\n"));
        } else {
            const unsigned char *row = find(&bytes, "end_header\n");

            row += 11 + 7 * 31;
            ck_assert(pp_float_from_bits(pp_get_u32le(row + 24)) == 7.5f);
            ck_assert_uint_eq(row[29], 7);
        }
        back = decode(bytes);
        ck_assert_int_eq(memcmp(back.object[0].mesh.vert,
                                model.object[0].mesh.vert,
                                n * sizeof(pp_vec3)), 0);
        pp_model_free(&back);
        pp_model_free(&model);
        pp_free(value);
        pp_free(rgb);
    }
}
END_TEST

START_TEST(names_and_colours_of_objects_live_in_3mf)
{
    pp_object object[4] = { { 0 } };
    pp_model model = { .object = object, .nobject = 4 }, back;

    for (int i = 0; i < 4; i++)
        object[i].mesh = pp_shape_box(pp_vec(i, 0, 0), pp_vec(i + 0.5, 1, 1));
    object[0].name = pp_strdup("Leber & <Milz> \"größer\"");
    object[1].name = pp_strdup("skull");
    object[1].has_colour = true;
    memcpy(object[1].rgb, "\xe6\xdc\xc8", 3);
    object[3].has_colour = true;
    memcpy(object[3].rgb, "\0\1\xff", 3);

    back = decode(encode(&model, PP_FORMAT_3MF, NULL));
    ck_assert_uint_eq(back.nobject, 4);
    for (int i = 0; i < 4; i++) {
        ck_assert_int_eq(back.object[i].has_colour, object[i].has_colour);
        ck_assert_int_eq(memcmp(back.object[i].rgb, object[i].rgb, 3), 0);
        ck_assert_uint_eq(back.object[i].mesh.ntri, 12);
        if (object[i].name != NULL)
            ck_assert_str_eq(back.object[i].name, object[i].name);
    }
    pp_model_free(&back);
    for (int i = 0; i < 4; i++) {
        pp_free(object[i].name);
        pp_mesh_free(&object[i].mesh);
    }
}
END_TEST

START_TEST(a_name_that_is_no_text_does_not_break_the_package)
{
    pp_model model = ball_model(), back;

    model.object[0].name = pp_strdup("a\x01\xff\xc3\n\xef\xbf\xbf]]>b");
    back = decode(encode(&model, PP_FORMAT_3MF, NULL));
    ck_assert_str_eq(back.object[0].name, "a??? ???]]>b");
    pp_model_free(&back);
    pp_model_free(&model);
}
END_TEST

/* A package's dates are in local time: ours is not the clock's. */
START_TEST(three_mf_has_the_same_bytes_in_every_time_zone)
{
    static const char *const zones[] = { "UTC0", "EST5EDT", "EAST-14", "WEST12" };
    pp_model model = ball_model();
    const pp_bytes first = encode(&model, PP_FORMAT_3MF, NULL);

    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
        pp_bytes again;

        ck_assert_int_eq(setenv("TZ", zones[i], 1), 0);
        tzset();
        again = encode(&model, PP_FORMAT_3MF, NULL);
        ck_assert_uint_eq(again.size, first.size);
        ck_assert_int_eq(memcmp(again.data, first.data, first.size), 0);
        pp_bytes_free(&again);
    }
    pp_free(first.data);
    pp_model_free(&model);
}
END_TEST

START_TEST(three_mf_refuses_what_it_forbids)
{
    pp_model model = ball_model();
    pp_bytes bytes = { 0 };
    pp_error err = { 0 };

    model.object[0].mesh.tri[7][2] = model.object[0].mesh.tri[7][0];
    ck_assert_int_eq(pp_model_encode(&model, PP_FORMAT_3MF, NULL, &bytes,
                                     &err), PP_EGEOM);
    ck_assert_ptr_nonnull(strstr(err.message, "facet 7"));
    ck_assert_uint_eq(bytes.size, 0);
    pp_bytes_free(&bytes);
    pp_model_free(&model);
}
END_TEST

PP_TESTS("meshio/formats", attribute_bytes_of_an_stl_stay_with_their_facets,
         normals_of_an_stl_are_unit_outward_and_follow_the_rounded_corners,
         a_facet_without_area_has_the_normal_zero,
         a_zero_with_a_sign_meets_a_zero_without,
         reading_stl_welds_as_pp_mesh_weld_exact_does,
         a_long_stl_is_read_piece_by_piece_as_it_was_written,
         provenance_travels_in_every_format_and_comments_do_not,
         no_line_of_a_ply_header_is_long,
         ply_carries_a_value_and_a_colour_for_each_vertex,
         names_and_colours_of_objects_live_in_3mf,
         a_name_that_is_no_text_does_not_break_the_package,
         three_mf_has_the_same_bytes_in_every_time_zone,
         three_mf_refuses_what_it_forbids)
