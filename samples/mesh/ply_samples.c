/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ply_samples.c - PLY in its many dialects, and in none
 */
#include "sample.h"

#include <math.h>
#include <string.h>

#define XYZ "property float x\nproperty float y\nproperty float z\n"
#define FACES(n)                                                              \
    "element face " #n "\nproperty list uchar int vertex_indices\n"

static void
head(const char *format, const char *rest)
{
    put_text("ply\nformat %s 1.0\ncomment a cube\n%send_header\n", format,
             rest);
}

static void
text_corners(void)
{
    for (int v = 0; v < 8; v++)
        put_text("%g %g %g\n", cube_corner[v][0], cube_corner[v][1],
                 cube_corner[v][2]);
}

static void
text_facets(void)
{
    for (int t = 0; t < 12; t++)
        put_text("3 %d %d %d\n", cube_facet_corner(t, 0),
                 cube_facet_corner(t, 1), cube_facet_corner(t, 2));
}

static void
text_with(const char *header)
{
    head("ascii", header);
    text_corners();
    text_facets();
}

static void text(void) { text_with("element vertex 8\n" XYZ FACES(12)); }

static void
text_crlf(void)
{
    static unsigned char copy[SAMPLE_ROOM];
    size_t n;

    text();
    n = nsample;
    memcpy(copy, sample, n);
    nsample = 0;
    for (size_t i = 0; i < n; i++) {
        if (copy[i] == '\n')
            put_text("\r");
        put_bytes(copy + i, 1);
    }
}

static void
text_quads(void)
{
    head("ascii", "element vertex 8\n" XYZ
         "element face 6\nproperty list uint8 uint32 vertex_index\n");
    text_corners();
    for (int q = 0; q < 6; q++)
        put_text("4 %d %d %d %d\n", cube_quad[q][0], cube_quad[q][1],
                 cube_quad[q][2], cube_quad[q][3]);
}

static void
text_faces_first(void)
{
    head("ascii", FACES(12) "element vertex 8\n" XYZ);
    text_facets();
    text_corners();
}

/* A value that is no number, where nobody looks. */
static void
text_extra(void)
{
    head("ascii",
         "obj_info scanned\nelement camera 1\nproperty float view_x\n"
         "property list int float lens\n"
         "element vertex 8\nproperty double z\nproperty uchar red\n"
         "property double x\nproperty list uchar int neighbours\n"
         "property double y\nproperty float quality\n"
         "element face 12\nproperty uchar flags\n"
         "property list uchar int vertex_indices\n"
         "property list uchar float texcoord\n"
         "element edge 2\nproperty int a\nproperty int b\n"
         "element nothing 3\n");
    put_text("1.5 2 0.1 0.2\n");
    for (int v = 0; v < 8; v++)
        put_text("%g 255 %g %d%s %g nan\n", cube_corner[v][2],
                 cube_corner[v][0], v % 3, v % 3 == 0 ? "" :
                 v % 3 == 1 ? " 7" : " 7 8", cube_corner[v][1]);
    for (int t = 0; t < 12; t++)
        put_text("0 3 %d %d %d 2 0.5 0.5\n", cube_facet_corner(t, 0),
                 cube_facet_corner(t, 1), cube_facet_corner(t, 2));
    put_text("0 1\n1 2\n");
}

static void
little(void)
{
    head("binary_little_endian", "element vertex 8\nproperty double x\n"
         "property double y\nproperty double z\n" FACES(12));
    for (int v = 0; v < 8; v++)
        for (int a = 0; a < 3; a++)
            put_double(cube_corner[v][a]);
    for (int t = 0; t < 12; t++) {
        put_bytes("\3", 1);
        for (int k = 0; k < 3; k++)
            put_u32((uint32_t)cube_facet_corner(t, k));
    }
}

static void
little_crlf(void)
{
    put_text("ply\r\nformat binary_little_endian 1.0\r\n"
             "element vertex 8\r\nproperty short x\r\nproperty short y\r\n"
             "property short z\r\nelement face 12\r\n"
             "property list uint ushort vertex_indices\r\nend_header\r\n");
    for (int v = 0; v < 8; v++)
        for (int a = 0; a < 3; a++)
            put_u16((unsigned)(int)cube_corner[v][a] & 65535);
    for (int t = 0; t < 12; t++) {
        put_u32(3);
        for (int k = 0; k < 3; k++)
            put_u16((unsigned)cube_facet_corner(t, k));
    }
}

/* Lines end with CR alone, and the first byte of the rows is a line feed. */
static void
little_cr(void)
{
    put_text("ply\rformat binary_little_endian 1.0\relement vertex 8\r"
             "property uchar mark\rproperty char x\rproperty char y\r"
             "property char z\relement face 12\r"
             "property list uchar uchar vertex_indices\rend_header\r");
    for (int v = 0; v < 8; v++) {
        put_bytes("\n", 1);
        for (int a = 0; a < 3; a++) {
            const signed char c = (signed char)cube_corner[v][a];

            put_bytes(&c, 1);
        }
    }
    for (int t = 0; t < 12; t++) {
        put_bytes("\3", 1);
        for (int k = 0; k < 3; k++) {
            const unsigned char c = (unsigned char)cube_facet_corner(t, k);

            put_bytes(&c, 1);
        }
    }
}

static void
big(void)
{
    head("binary_big_endian", "element vertex 8\n" XYZ
         "property list uchar double weight\n" FACES(12));
    for (int v = 0; v < 8; v++) {
        for (int a = 0; a < 3; a++)
            put_float_be((float)cube_corner[v][a]);
        put_bytes("\2----------------", 17);
    }
    for (int t = 0; t < 12; t++) {
        put_bytes("\3", 1);
        for (int k = 0; k < 3; k++)
            put_u32_be((uint32_t)cube_facet_corner(t, k));
    }
}

/* Each side as a strip of two: facets in another order, and a restart. */
static void
strips(void)
{
    head("ascii", "element vertex 8\n" XYZ
         "element tristrips 1\nproperty list int int vertex_indices\n");
    text_corners();
    put_text("30");
    for (int q = 0; q < 6; q++)
        put_text(" %d %d %d %d -1", cube_quad[q][0], cube_quad[q][1],
                 cube_quad[q][3], cube_quad[q][2]);
    put_text("\n");
}

static void
unused_vertex(void)
{
    head("ascii", "element vertex 9\n" XYZ FACES(12));
    text_corners();
    put_text("0 0 0\n");
    text_facets();
}

static void cut(void) { little(); nsample -= 7; }
static void text_cut(void) { text(); nsample -= 7; }
static void in_header(void) { text(); nsample = 60; }

static void
many_vertices(void)
{
    text_with("element vertex 4000000000000000000\n" XYZ FACES(12));
}

static void
many_faces(void)
{
    text_with("element vertex 8\n" XYZ FACES(4000000000));
}

static void
negative(void)
{
    text_with("element vertex -8\n" XYZ FACES(12));
}

static void
many_of_nothing(void)
{
    text_with("element nothing 9000000000000000000\nelement vertex 8\n" XYZ
              FACES(13));
}

/* The list of the first face has this length and these corners. */
static void
face(const char *corners)
{
    head("ascii", "element vertex 8\n" XYZ FACES(13));
    text_corners();
    put_text("%s\n", corners);
    text_facets();
}

static void corner_beyond(void) { face("3 0 1 8"); }
static void corner_negative(void) { face("3 0 1 -1"); }
static void corner_fraction(void) { face("3 0 1 1.5"); }
static void corner_nan(void) { face("3 0 1 nan"); }
static void long_list(void) { face("200000 0 1 2"); }
static void list_negative(void) { face("-3 0 1 2"); }
static void line_face(void) { face("2 0 1"); }

static void
vertex_nan(void)
{
    little();
    nsample -= 12 * 13 + 16;
    put_double(NAN);
    nsample += 12 * 13 + 8;
}

static void
text_vertex_nan(void)
{
    text();
    memcpy(strstr((char *)sample, "-20 40"), "nan", 3);
}

static void cloud(void) { text_with("element vertex 8\n" XYZ); }

static void
no_z(void)
{
    text_with("element vertex 8\nproperty float x\nproperty float y\n"
              FACES(12));
}

static void
two_x(void)
{
    text_with("element vertex 8\nproperty float x\n" XYZ FACES(12));
}

static void
list_x(void)
{
    text_with("element vertex 8\nproperty list uchar float x\n"
              "property float y\nproperty float z\n" FACES(12));
}

static void
type_unknown(void)
{
    text_with("element vertex 8\nproperty half x\n" FACES(12));
}

static void
two_vertices(void)
{
    text_with("element vertex 8\n" XYZ "element vertex 8\n" XYZ FACES(12));
}

static void
orphan(void)
{
    text_with("property float x\nelement vertex 8\n" XYZ FACES(12));
}

static void
format_unknown(void)
{
    head("binary_middle_endian", "element vertex 8\n" XYZ FACES(12));
}

static void
no_format(void)
{
    put_text("ply\nelement vertex 8\n" XYZ FACES(12) "end_header\n");
    text_corners();
    text_facets();
}

static void
no_end_header(void)
{
    put_text("ply\nformat ascii 1.0\nelement vertex 8\n" XYZ FACES(12));
    text_corners();
    text_facets();
}

const sample_row ply_samples[] = {
    { "good-text.ply", text },
    { "good-text-crlf.ply", text_crlf },
    { "good-text-quads.ply", text_quads },
    { "good-text-faces-first.ply", text_faces_first },
    { "good-text-extra.ply", text_extra },
    { "good-little.ply", little },
    { "good-little-crlf.ply", little_crlf },
    { "good-little-cr.ply", little_cr },
    { "good-big.ply", big },
    { "odd-strips.ply", strips },
    { "odd-unused-vertex.ply", unused_vertex },
    { "bad-cut.ply", cut },
    { "bad-text-cut.ply", text_cut },
    { "bad-in-header.ply", in_header },
    { "bad-many-vertices.ply", many_vertices },
    { "bad-many-faces.ply", many_faces },
    { "bad-many-of-nothing.ply", many_of_nothing },
    { "bad-negative.ply", negative },
    { "bad-corner-beyond.ply", corner_beyond },
    { "bad-corner-negative.ply", corner_negative },
    { "bad-corner-fraction.ply", corner_fraction },
    { "bad-corner-nan.ply", corner_nan },
    { "bad-long-list.ply", long_list },
    { "bad-list-negative.ply", list_negative },
    { "bad-line-face.ply", line_face },
    { "bad-vertex-nan.ply", vertex_nan },
    { "bad-text-vertex-nan.ply", text_vertex_nan },
    { "bad-cloud.ply", cloud },
    { "bad-no-z.ply", no_z },
    { "bad-two-x.ply", two_x },
    { "bad-list-x.ply", list_x },
    { "bad-type-unknown.ply", type_unknown },
    { "bad-two-vertices.ply", two_vertices },
    { "bad-orphan.ply", orphan },
    { "bad-format-unknown.ply", format_unknown },
    { "bad-no-format.ply", no_format },
    { "bad-no-end-header.ply", no_end_header },
    { NULL, NULL },
};
