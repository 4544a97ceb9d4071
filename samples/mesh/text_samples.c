/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * text_samples.c - OFF and OBJ
 */
#include "sample.h"

static void
corners(const char *start, const char *more)
{
    for (int v = 0; v < 8; v++)
        put_text("%s%g %g %g%s\n", start, cube_corner[v][0],
                 cube_corner[v][1], cube_corner[v][2], more);
}

/* Corners counted from base; negative ones count back from nine. */
static void
facets(const char *start, int base, const char *more)
{
    for (int t = 0; t < 12; t++) {
        put_text("%s", start);
        for (int k = 0; k < 3; k++)
            put_text(" %d%s", cube_facet_corner(t, k) + base, more);
        put_text("\n");
    }
}

/* ---- OFF ---- */

static void
off_with(const char *head)
{
    put_text("%s", head);
    corners("", "");
    facets("3", 0, "");
}

static void off(void) { off_with("OFF\n8 12 0\n"); }
static void off_one_line(void) { off_with("OFF 8 12 18\n"); }

static void
off_commented(void)
{
    put_text("# before\n\nOFF # at\n# between\n8 12 0\n\n");
    corners("", " # of the cube");
    put_text("# and\n");
    facets("3", 0, "");
}

static void
off_coloured(void)
{
    put_text("CNOFF\n8 12 0\n");
    corners("  ", "  0 0 1  0.5 0.5 0.5 1");
    for (int t = 0; t < 12; t++)
        put_text("3 %d %d %d 255 0 0\n", cube_facet_corner(t, 0),
                 cube_facet_corner(t, 1), cube_facet_corner(t, 2));
}

static void
off_quads(void)
{
    put_text("OFF\r\n8 6 12\r\n");
    corners("", "\r");
    for (int q = 0; q < 6; q++)
        put_text("4 %d %d %d %d\r\n", cube_quad[q][0], cube_quad[q][1],
                 cube_quad[q][2], cube_quad[q][3]);
}

static void off_cut(void) { off(); nsample -= 12; }
static void off_many(void) { off_with("OFF\n8 4000000000 0\n"); }
static void off_negative(void) { off_with("OFF\n-8 12 0\n"); }
static void off_no_faces(void) { off_with("OFF\n8 0 0\n"); }
static void off_few(void) { off_with("OFF\n7 12 0\n"); }
static void off_four(void) { off_with("4OFF\n8 12 0\n"); }

static void
off_beyond(void)
{
    put_text("OFF\n8 12 0\n");
    corners("", "");
    facets("3", 1, "");
}

static void
off_nan(void)
{
    put_text("OFF\n8 12 0\n1 nan 1\n");
    corners("", "");
    facets("3", 0, "");
}

static void
off_line(void)
{
    put_text("OFF\n8 13 0\n");
    corners("", "");
    put_text("2 0 1\n");
    facets("3", 0, "");
}

/* ---- OBJ ---- */

static void
obj(void)
{
    put_text("# a cube\no cube\n");
    corners("v ", "");
    facets("f", 1, "");
}

static void
obj_everything(void)
{
    put_text("mtllib cube.mtl\nvt 0 0\nvn 0 0 1\n");
    corners("v ", " 1.0");
    put_text("g side\nusemtl red\ns off\nl 1 2\np 1\n");
    facets("f", 1, "/1/1");
}

static void
obj_negative(void)
{
    corners("v\t", " 0.5 0.5 0.5");
    facets("f", -8, "//");
}

static void
obj_faces_first(void)
{
    facets("f", 1, "");
    corners("v ", "");
}

static void
obj_continued(void)
{
    corners("v \\\n", " \\\r\n");
    for (int q = 0; q < 6; q++)
        put_text("f %d %d \\\n  %d \\\n\\\n%d\n", cube_quad[q][0] + 1,
                 cube_quad[q][1] + 1, cube_quad[q][2] + 1,
                 cube_quad[q][3] + 1);
}

static void
obj_face(const char *face)
{
    obj();
    put_text("%s\n", face);
}

static void obj_zero(void) { obj_face("f 0 1 2"); }
static void obj_beyond(void) { obj_face("f 1 2 9"); }
static void obj_before(void) { obj_face("f 1 2 -9"); }
static void obj_two(void) { obj_face("f 1 2"); }
static void obj_empty(void) { obj_face("f 1 /2 /3"); }
static void obj_huge(void) { obj_face("f 1 2 99999999999999999999"); }
static void obj_number(void) { obj_face("v 1 2 3mm"); }
static void obj_short(void) { obj_face("v 1 2"); }
static void obj_nan(void) { obj_face("v 1 2 nan"); }
static void obj_surface(void) { obj_face("surf 0 1 0 1 1 2 3 4"); }

static void
obj_cloud(void)
{
    corners("v ", "");
}

const sample_row text_samples[] = {
    { "good-plain.off", off },
    { "good-one-line.off", off_one_line },
    { "good-commented.off", off_commented },
    { "good-coloured.off", off_coloured },
    { "good-quads.off", off_quads },
    { "bad-cut.off", off_cut },
    { "bad-many.off", off_many },
    { "bad-negative.off", off_negative },
    { "bad-no-faces.off", off_no_faces },
    { "bad-few.off", off_few },
    { "bad-four.off", off_four },
    { "bad-beyond.off", off_beyond },
    { "bad-nan.off", off_nan },
    { "bad-line.off", off_line },
    { "good-plain.obj", obj },
    { "good-everything.obj", obj_everything },
    { "good-negative.obj", obj_negative },
    { "good-faces-first.obj", obj_faces_first },
    { "good-continued.obj", obj_continued },
    { "bad-zero.obj", obj_zero },
    { "bad-beyond.obj", obj_beyond },
    { "bad-before.obj", obj_before },
    { "bad-two.obj", obj_two },
    { "bad-empty.obj", obj_empty },
    { "bad-huge.obj", obj_huge },
    { "bad-number.obj", obj_number },
    { "bad-short.obj", obj_short },
    { "bad-nan.obj", obj_nan },
    { "bad-surface.obj", obj_surface },
    { "bad-cloud.obj", obj_cloud },
    { NULL, NULL },
};
