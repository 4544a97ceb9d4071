/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * vtp_samples.c - VTK PolyData: the cube as text, in base64 and appended
 */
#include "sample.h"

#include <stdio.h>
#include <string.h>

#define ROOT(more) "<VTKFile type=\"PolyData\" version=\"1.0\"" more ">\n"
#define PIECE(points, polys)                                                  \
    "<PolyData>\n<Piece NumberOfPoints=\"" points "\" NumberOfPolys=\"" polys \
    "\">\n"
#define END "</Piece>\n</PolyData>\n</VTKFile>\n"

static unsigned char part[4096];
static size_t npart;

/* Bytes that are put aside, to be wrapped. */
static void
aside(void (*make)(void))
{
    const size_t from = nsample;

    make();
    npart = nsample - from;
    memcpy(part, sample + from, npart);
    nsample = from;
}

static void
put_base64(const unsigned char *p, size_t n)
{
    static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "abcdefghijklmnopqrstuvwxyz0123456789+/";

    for (size_t i = 0; i < n; i += 3) {
        const unsigned a = p[i], b = i + 1 < n ? p[i + 1] : 0;
        const unsigned c = i + 2 < n ? p[i + 2] : 0;
        const unsigned bits = a << 16 | b << 8 | c;

        put_text("%c%c%c%c", digit[bits >> 18], digit[bits >> 12 & 63],
                 i + 1 < n ? digit[bits >> 6 & 63] : '=',
                 i + 2 < n ? digit[bits & 63] : '=');
    }
}

/* ---- arrays as bytes, behind a word that tells how many ---- */

static void
points_bytes(void)
{
    put_u32(192);
    for (int v = 0; v < 8; v++)
        for (int a = 0; a < 3; a++)
            put_double(cube_corner[v][a]);
}

static void
corners_bytes(void)
{
    put_u32(144);
    for (int c = 0; c < 36; c++)
        put_u32((uint32_t)cube_facet_corner(c / 3, c % 3));
}

static void
offsets_bytes(void)
{
    put_u32(48);
    for (int t = 0; t < 12; t++)
        put_u32((uint32_t)(3 * t + 3));
}

/* ---- as text ---- */

static void
text_points(void)
{
    put_text("<Points><DataArray type=\"Float64\" NumberOfComponents=\"3\" "
             "format=\"ascii\">\n");
    for (int v = 0; v < 8; v++)
        put_text("%g %g %g\n", cube_corner[v][0], cube_corner[v][1],
                 cube_corner[v][2]);
    put_text("</DataArray></Points>\n");
}

static void
text_polygons(int last)
{
    put_text("<Polys><DataArray type=\"Int64\" Name=\"connectivity\" "
             "format=\"ascii\">");
    for (int c = 0; c < 36; c++)
        put_text(" %d", c == 35 ? last : cube_facet_corner(c / 3, c % 3));
    put_text("</DataArray>\n<DataArray type=\"UInt8\" Name=\"offsets\" "
             "format=\"ascii\">");
    for (int t = 0; t < 12; t++)
        put_text(" %d", 3 * t + 3);
    put_text("</DataArray></Polys>\n");
}

static void
text_with(const char *root, const char *piece)
{
    put_text("%s%s", root, piece);
    text_points();
    text_polygons(cube_facet_corner(11, 2));
    put_text(END);
}

static void
good_text(void)
{
    text_with("<?xml version=\"1.0\"?>\n<!-- <a> -->\n" ROOT(""),
              PIECE("8", "12"));
}

static void
good_quads(void)
{
    put_text(ROOT(" byte_order=\"BigEndian\"") PIECE("8", "6"));
    put_text("<Polys><DataArray Name='offsets' type='Int32' format='ascii'> "
             "4 8 12 16 20 24 </DataArray><DataArray Name='connectivity' "
             "type='Int32' format='ascii'>");
    for (int q = 0; q < 6; q++)
        put_text(" %d %d %d %d", cube_quad[q][0], cube_quad[q][1],
                 cube_quad[q][2], cube_quad[q][3]);
    put_text("</DataArray></Polys>\n");
    text_points();
    put_text(END);
}

/* ---- in base64, and appended ---- */

static void
array(const char *type, const char *name, void (*make)(void))
{
    put_text("<DataArray type=\"%s\" Name=\"%s\" format=\"binary\">\n  ", type,
             name);
    aside(make);
    put_base64(part, npart);
    put_text("\n</DataArray>\n");
}

static void
good_base64(void)
{
    put_text(ROOT(" byte_order=\"LittleEndian\"") PIECE("8", "12"));
    put_text("<Points>");
    array("Float64", "Points", points_bytes);
    put_text("</Points><Polys>");
    array("Int32", "connectivity", corners_bytes);
    array("UInt32", "offsets", offsets_bytes);
    put_text("</Polys>" END);
}

#define APPENDED(type, name, at)                                              \
    "<DataArray type=\"" type "\" Name=\"" name "\" format=\"appended\" "     \
    "offset=\"" at "\"/>"

static void
appended_with(const char *connectivity_at, const char *more)
{
    put_text("%s%s%s", ROOT(" byte_order=\"LittleEndian\""),
             PIECE("8", "12"), more);
    put_text("<Points>" APPENDED("Float64", "Points", "0") "</Points><Polys>");
    put_text("<DataArray type=\"Int32\" Name=\"connectivity\" "
             "format=\"appended\" offset=\"%s\"/>", connectivity_at);
    put_text(APPENDED("Int32", "offsets", "344") "</Polys></Piece></PolyData>"
             "<AppendedData encoding=\"raw\">_");
    points_bytes();
    corners_bytes();
    offsets_bytes();
    put_text("</AppendedData></VTKFile>");
}

static void good_raw(void) { appended_with("196", ""); }

/* ---- lies ---- */

static void bad_offset(void) { appended_with("999999", ""); }
static void bad_offset_wraps(void)
{
    appended_with("1099511627777", "");
}
static void bad_inside(void) { appended_with("197", ""); }
static void bad_cut(void) { good_raw(); nsample -= 3; }
static void bad_cut_text(void) { good_text(); nsample -= 40; }
static void bad_points(void) { text_with(ROOT(""), PIECE("9", "12")); }
static void bad_polygons(void) { text_with(ROOT(""), PIECE("8", "11")); }
static void bad_many(void)
{
    text_with(ROOT(""), PIECE("1000000000000", "12"));
}
static void bad_many_polygons(void)
{
    text_with(ROOT(""), PIECE("8", "1000000000000"));
}
static void bad_negative(void) { text_with(ROOT(""), PIECE("-8", "12")); }
static void bad_twice(void)
{
    text_with(ROOT(" type=\"PolyData\""), PIECE("8", "12"));
}
static void bad_doctype(void)
{
    text_with("<!DOCTYPE a [<!ENTITY b \"c\">]>" ROOT(""), PIECE("8", "12"));
}
static void bad_lzma(void)
{
    text_with(ROOT(" compressor=\"vtkLZMADataCompressor\""),
              PIECE("8", "12"));
}
static void bad_other(void)
{
    text_with("<VTKFile type=\"ImageData\">", PIECE("8", "12"));
}
static void bad_strips(void)
{
    text_with(ROOT(""), "<PolyData>\n<Piece NumberOfPoints=\"8\" "
              "NumberOfPolys=\"12\" NumberOfStrips=\"1\">");
}
static void bad_pieces(void)
{
    text_with(ROOT(""), "<PolyData>\n<Piece/>\n<Piece NumberOfPoints=\"8\" "
              "NumberOfPolys=\"12\">");
}
static void bad_nesting(void)
{
    text_with(ROOT(""), "<PolyData>\n<Piece NumberOfPoints=\"8\" "
              "NumberOfPolys=\"12\"></PolyData>");
}

static void
bad_deep(void)
{
    put_text(ROOT(""));
    for (int i = 0; i < 5000; i++)
        put_text("<a>");
}

static void
bad_array_twice(void)
{
    put_text(ROOT("") PIECE("8", "12"));
    text_points();
    text_points();
    text_polygons(cube_facet_corner(11, 2));
    put_text(END);
}

static void
bad_corner(void)
{
    put_text(ROOT("") PIECE("8", "12"));
    text_points();
    text_polygons(8);
    put_text(END);
}

static void
bad_corner_negative(void)
{
    put_text(ROOT("") PIECE("8", "12"));
    text_points();
    text_polygons(-1);
    put_text(END);
}

/* One block that says it unpacks to a gigabyte; more blocks than bytes. */
static void bomb_bytes(void)
{
    put_u32(1);
    put_u32(1U << 30);
    put_u32(0);
    put_u32(16);
    for (int i = 0; i < 4; i++)
        put_u32(0x9c78);
}
static void blocks_bytes(void)
{
    put_u32(0xffffffff);
    put_u32(1U << 30);
    put_u32(0);
    put_u32(16);
}

static void
packed_with(void (*make)(void))
{
    put_text(ROOT(" compressor=\"vtkZLibDataCompressor\"") PIECE("8", "12"));
    put_text("<Points><DataArray type=\"Float64\" Name=\"Points\" "
             "format=\"binary\">");
    aside(make);
    put_base64(part, 16);
    put_base64(part + 16, npart - 16);
    put_text("</DataArray></Points>\n");
    text_polygons(cube_facet_corner(11, 2));
    put_text(END);
}

static void bad_bomb(void) { packed_with(bomb_bytes); }
static void bad_blocks(void) { packed_with(blocks_bytes); }

const sample_row vtp_samples[] = {
    { "good-text.vtp", good_text },
    { "good-quads.vtp", good_quads },
    { "good-base64.vtp", good_base64 },
    { "good-binary-raw.vtp", good_raw },
    { "bad-offset.vtp", bad_offset },
    { "bad-offset-wraps.vtp", bad_offset_wraps },
    { "bad-inside.vtp", bad_inside },
    { "bad-cut.vtp", bad_cut },
    { "bad-cut-text.vtp", bad_cut_text },
    { "bad-points.vtp", bad_points },
    { "bad-polygons.vtp", bad_polygons },
    { "bad-many.vtp", bad_many },
    { "bad-many-polygons.vtp", bad_many_polygons },
    { "bad-negative.vtp", bad_negative },
    { "bad-attribute-twice.vtp", bad_twice },
    { "bad-doctype.vtp", bad_doctype },
    { "bad-lzma.vtp", bad_lzma },
    { "bad-other.vtp", bad_other },
    { "bad-strips.vtp", bad_strips },
    { "bad-pieces.vtp", bad_pieces },
    { "bad-nesting.vtp", bad_nesting },
    { "bad-deep.vtp", bad_deep },
    { "bad-array-twice.vtp", bad_array_twice },
    { "bad-corner.vtp", bad_corner },
    { "bad-corner-negative.vtp", bad_corner_negative },
    { "bad-bomb.vtp", bad_bomb },
    { "bad-blocks.vtp", bad_blocks },
    { NULL, NULL },
};
