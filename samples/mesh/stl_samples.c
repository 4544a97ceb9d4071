/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * stl_samples.c - STL as the world writes it, and as nobody should
 */
#include "sample.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- binary ---- */

static void
binary_head(const char *header, uint32_t count)
{
    char text[80] = { 0 };

    memcpy(text, header, strlen(header));
    put_bytes(text, sizeof text);
    put_u32(count);
}

static void
binary_facets(int from, int to, float sign_xy, float normal, unsigned attribute)
{
    for (int t = from; t < to; t++) {
        for (int a = 0; a < 3; a++)
            put_float(normal);
        for (int k = 0; k < 3; k++) {
            const double *p = cube_corner[cube_facet_corner(t, k)];

            put_float(sign_xy * (float)p[0]);
            put_float(sign_xy * (float)p[1]);
            put_float((float)p[2]);
        }
        put_u16(attribute);
    }
}

static void
binary_cube(const char *header)
{
    binary_head(header, 12);
    binary_facets(0, 12, 1, 0, 0);
}

static void binary(void) { binary_cube("a cube"); }
static void binary_solid(void) { binary_cube("solid cube"); }

/* Even the second line of the header looks like text. */
static void
binary_solid_facet(void)
{
    binary_cube("solid cube\nfacet normal 0 0 1\nouter loop\n");
}

static void
binary_attributes(void)
{
    binary_head("COLOR=", 12);
    binary_facets(0, 12, 1, 0, 0x801f);
}

static void
binary_wrong_normals(void)
{
    binary_head("normals that are no numbers", 12);
    binary_facets(0, 12, 1, (float)NAN, 0);
}

/* 3D Slicer in its older ways: x and y point the other way. */
static void
binary_ras(void)
{
    binary_head("3D Slicer output. SPACE=RAS", 12);
    binary_facets(0, 12, -1, 0, 0);
}

static void
binary_trailing(void)
{
    binary_cube("a cube");
    put_text("and a note behind it that no program asked for, longer than one "
             "facet's record is");
}

static void
binary_open(void)
{
    binary_head("one facet is missing", 11);
    binary_facets(0, 11, 1, 0, 0);
}

static void
binary_twice(void)
{
    binary_head("every facet twice", 24);
    binary_facets(0, 12, 1, 0, 0);
    binary_facets(0, 12, 1, 0, 0);
}

static void
binary_point(void)
{
    binary_head("a facet that is a point", 13);
    binary_facets(0, 12, 1, 0, 0);
    for (int i = 0; i < 12; i++)
        put_float(7);
    put_u16(0);
}

static void
binary_cut(void)
{
    binary_cube("a cube");
    nsample -= 33;
}

static void
binary_too_many(void)
{
    binary_head("promises one facet more than it has", 13);
    binary_facets(0, 12, 1, 0, 0);
}

static void
binary_huge(void)
{
    binary_head("promises four thousand million", 0xffffffff);
    binary_facets(0, 12, 1, 0, 0);
}

static void
binary_no_facets(void)
{
    binary_head("nothing", 0);
}

static void
binary_broken_number(float value)
{
    binary_cube("a cube");
    nsample = 84 + 5 * 50 + 12;
    put_float(value);
    nsample = 84 + 12 * 50;
}

static void binary_nan(void) { binary_broken_number((float)NAN); }
static void binary_infinity(void) { binary_broken_number((float)-INFINITY); }

static void
zeros(void)
{
    const char nothing[200] = { 0 };

    put_bytes(nothing, sizeof nothing);
}

/* ---- text ---- */

static void
text_facets(int from, int to, const char *normal, const char *number)
{
    for (int t = from; t < to; t++) {
        put_text("  facet normal %s\n    outer loop\n", normal);
        for (int k = 0; k < 3; k++) {
            const double *p = cube_corner[cube_facet_corner(t, k)];

            put_text("      vertex ");
            for (int a = 0; a < 3; a++) {
                if (strcmp(number, "e") == 0)
                    put_text("%+.6E ", p[a]);
                else
                    put_text("%.*f ", atoi(number), p[a]);
            }
            put_text("\n");
        }
        put_text("    endloop\n  endfacet\n");
    }
}

static void
text_cube(void)
{
    put_text("solid cube\n");
    text_facets(0, 12, "0 0 0", "0");
    put_text("endsolid cube\n");
}

/* Replaces every newline by other text. */
static void
with_line_ends(const char *other)
{
    static unsigned char copy[SAMPLE_ROOM];
    const size_t n = nsample;

    memcpy(copy, sample, n);
    nsample = 0;
    for (size_t i = 0; i < n; i++)
        if (copy[i] == '\n')
            put_text("%s", other);
        else
            put_bytes(copy + i, 1);
}

static void text_crlf(void) { text_cube(); with_line_ends("\r\n"); }
static void text_cr(void) { text_cube(); with_line_ends("\r"); }

static void
text_tabs(void)
{
    text_cube();
    with_line_ends(" \t\r\n\t\n");
}

static void
text_bom(void)
{
    put_text("\xef\xbb\xbf");
    text_cube();
}

static void
text_upper(void)
{
    text_cube();
    for (size_t i = 0; i < nsample; i++)
        sample[i] = (unsigned char)toupper(sample[i]);
}

static void
text_two_solids(void)
{
    put_text("solid lower half\n");
    text_facets(0, 5, "0 0 1", "0");
    put_text("endsolid\n\nsolid upper half\n");
    text_facets(5, 12, "0 0 1", "0");
    put_text("endsolid\n");
}

static void
text_exponents(void)
{
    put_text("solid\n");
    text_facets(0, 12, "1e0 -0.0 +0", "e");
    put_text("endsolid");
}

static void
text_many_digits(void)
{
    put_text("solid cube\n");
    text_facets(0, 12, "0 0 1", "60");
    put_text("endsolid cube\n");
}

static void
text_nan_normals(void)
{
    put_text("solid cube\n");
    text_facets(0, 12, "nan -nan(ind) 1.#QNAN", "3");
    put_text("endsolid cube\n");
}

static void
text_padded(void)
{
    const char nothing[512] = { 0 };

    text_cube();
    put_bytes(nothing, sizeof nothing);
}

static void
text_open(void)
{
    put_text("solid cube\n");
    text_facets(1, 12, "0 0 1", "1");
    put_text("endsolid cube\n");
}

static void
text_cut(void)
{
    text_cube();
    nsample -= 100;
}

/* All facets are there, but who knows whether they were all. */
static void
text_no_end(void)
{
    put_text("solid cube\n");
    text_facets(0, 12, "0 0 1", "1");
}

static void
text_empty_solid(void)
{
    put_text("solid nothing\nendsolid nothing\n");
}

/* A facet whose first corner is this text. */
static void
text_corner(const char *corner)
{
    put_text("solid cube\n");
    text_facets(0, 12, "0 0 1", "1");
    put_text("facet normal 0 0 0\nouter loop\nvertex %s\nvertex 1 1 1\n"
             "vertex 2 1 1\nendloop\nendfacet\nendsolid cube\n", corner);
}

static void text_nan(void) { text_corner("1 nan 1"); }
static void text_overflow(void) { text_corner("1 1e39 1"); }
static void text_comma(void) { text_corner("1,5 1 1"); }
static void text_hex(void) { text_corner("0x10 1 1"); }
static void text_two_numbers(void) { text_corner("1 1"); }
static void text_junk(void) { text_corner("1 1.5mm 1"); }
static void text_four(void) { text_corner("1 1 1\nvertex 0 0 0"); }

static void
prose(void)
{
    put_text("solid ground is what this file stands on, and nothing else: it "
             "is a text of more than eighty-four bytes and no mesh at all.\n");
}

static void html(void) { put_text("<!DOCTYPE html>\n<html>404</html>\n"); }
static void empty(void) { }
static void one_byte(void) { put_text("s"); }

const sample_row stl_samples[] = {
    { "good-binary.stl", binary },
    { "good-binary-solid.stl", binary_solid },
    { "good-binary-solid-facet.stl", binary_solid_facet },
    { "good-binary-attributes.stl", binary_attributes },
    { "good-binary-wrong-normals.stl", binary_wrong_normals },
    { "good-binary-ras.stl", binary_ras },
    { "good-text.stl", text_cube },
    { "good-text-crlf.stl", text_crlf },
    { "good-text-cr.stl", text_cr },
    { "good-text-tabs.stl", text_tabs },
    { "good-text-bom.stl", text_bom },
    { "good-text-upper.stl", text_upper },
    { "good-text-two-solids.stl", text_two_solids },
    { "good-text-exponents.stl", text_exponents },
    { "good-text-many-digits.stl", text_many_digits },
    { "good-text-nan-normals.stl", text_nan_normals },
    { "good-text-padded.stl", text_padded },
    { "odd-binary-trailing.stl", binary_trailing },
    { "odd-binary-open.stl", binary_open },
    { "odd-binary-twice.stl", binary_twice },
    { "odd-binary-point.stl", binary_point },
    { "odd-text-open.stl", text_open },
    { "bad-binary-cut.stl", binary_cut },
    { "bad-binary-too-many.stl", binary_too_many },
    { "bad-binary-huge.stl", binary_huge },
    { "bad-binary-no-facets.stl", binary_no_facets },
    { "bad-binary-nan.stl", binary_nan },
    { "bad-binary-infinity.stl", binary_infinity },
    { "bad-zeros.stl", zeros },
    { "bad-text-cut.stl", text_cut },
    { "bad-text-no-end.stl", text_no_end },
    { "bad-text-empty-solid.stl", text_empty_solid },
    { "bad-text-nan.stl", text_nan },
    { "bad-text-overflow.stl", text_overflow },
    { "bad-text-comma.stl", text_comma },
    { "bad-text-hex.stl", text_hex },
    { "bad-text-two-numbers.stl", text_two_numbers },
    { "bad-text-junk.stl", text_junk },
    { "bad-text-four-corners.stl", text_four },
    { "bad-prose.stl", prose },
    { "bad-html.stl", html },
    { "bad-empty.stl", empty },
    { "bad-one-byte.stl", one_byte },
    { NULL, NULL },
};
