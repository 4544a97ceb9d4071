/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * threemf_samples.c - 3MF packages: a ZIP of stored parts around one model
 */
#include "sample.h"

#include <stdio.h>
#include <string.h>

/* ---- ZIP (PKWARE, APPNOTE 6.3), stored, no dates ---- */

typedef struct {
    const char *name;
    size_t at, size;
    uint32_t crc;
} part;

static part parts[8];
static int nparts;

static uint32_t
crc_of(const unsigned char *p, size_t n)
{
    uint32_t crc = 0xffffffff;

    while (n-- > 0) {
        crc ^= *p++;
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
    }
    return ~crc;
}

static void
put_entry(const part *p)
{
    put_u16(20);
    put_u16(0);
    put_u16(0); /* stored */
    put_u16(0);
    put_u16(0x21); /* the first day of the format: 1 January 1980 */
    put_u32(p->crc);
    put_u32((uint32_t)p->size);
    put_u32((uint32_t)p->size);
    put_u16((unsigned)strlen(p->name));
    put_u16(0);
}

/* Everything from nsample's old value `from` on becomes the part's bytes. */
static void
end_part(const char *name, size_t from)
{
    static unsigned char body[SAMPLE_ROOM];
    part p = { name, from, nsample - from, 0 };

    memcpy(body, sample + from, p.size);
    p.crc = crc_of(body, p.size);
    nsample = from;
    put_bytes("PK\3\4", 4);
    put_entry(&p);
    put_bytes(name, strlen(name));
    put_bytes(body, p.size);
    parts[nparts++] = p;
}

/* Declares the first part to be so long, when not 0. */
static void
end_package(uint32_t declared)
{
    const size_t start = nsample;

    for (int i = 0; i < nparts; i++) {
        const size_t entry = nsample;

        put_bytes("PK\1\2\24\0", 6);
        put_entry(&parts[i]);
        put_u16(0);
        put_u16(0);
        put_u16(0);
        put_u32(0);
        put_u32((uint32_t)parts[i].at);
        put_bytes(parts[i].name, strlen(parts[i].name));
        if (i == 0 && declared != 0) {
            const size_t end = nsample;

            nsample = entry + 24;
            put_u32(declared);
            nsample = end;
        }
    }
    put_bytes("PK\5\6\0\0\0\0", 8);
    put_u16((unsigned)nparts);
    put_u16((unsigned)nparts);
    put_u32((uint32_t)(nsample - start - 12));
    put_u32((uint32_t)start);
    put_u16(0);
}

/* ---- the model ---- */

static void
put_mesh(int id, double scale, int mirrored, int ncorner)
{
    put_text("<object id=\"%d\" type=\"model\"><mesh><vertices>", id);
    for (int v = 0; v < ncorner; v++)
        put_text("<vertex x=\"%g\" y=\"%g\" z=\"%g\"/>",
                 cube_corner[v][0] * scale * (mirrored ? -1 : 1),
                 cube_corner[v][1] * scale, cube_corner[v][2] * scale);
    put_text("</vertices><triangles>");
    for (int t = 0; t < 12; t++)
        put_text("<triangle v1=\"%d\" v2=\"%d\" v3=\"%d\"/>",
                 cube_facet_corner(t, 0),
                 cube_facet_corner(t, mirrored ? 2 : 1),
                 cube_facet_corner(t, mirrored ? 1 : 2));
    put_text("</triangles></mesh></object>");
}

static size_t
begin_model(const char *unit)
{
    const size_t from = nsample;

    nparts = 0;
    put_text("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<model unit=\"%s\" "
             "xml:lang=\"en-US\" xmlns=\"http://schemas.microsoft.com/"
             "3dmanufacturing/core/2015/02\"><resources>", unit);
    return from;
}

/* The items of the build, then the package's other parts. */
static void
end_model(size_t from, const char *items, uint32_t declared)
{
    put_text("</resources><build>%s</build></model>", items);
    end_part("3D/3dmodel.model", from);
    from = nsample;
    put_text("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Types xmlns=\"http://"
             "schemas.openxmlformats.org/package/2006/content-types\">"
             "<Default Extension=\"rels\" ContentType=\"application/vnd."
             "openxmlformats-package.relationships+xml\"/><Default Extension="
             "\"model\" ContentType=\"application/vnd.ms-package."
             "3dmanufacturing-3dmodel+xml\"/></Types>");
    end_part("[Content_Types].xml", from);
    from = nsample;
    put_text("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Relationships xmlns="
             "\"http://schemas.openxmlformats.org/package/2006/relationships\""
             "><Relationship Target=\"/3D/3dmodel.model\" Id=\"rel0\" Type=\""
             "http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel\"/>"
             "</Relationships>");
    end_part("_rels/.rels", from);
    end_package(declared);
}

static void
one_mesh(const char *unit, double scale, int mirrored, int ncorner,
         const char *items)
{
    const size_t from = begin_model(unit);

    put_mesh(1, scale, mirrored, ncorner);
    end_model(from, items, 0);
}

#define ITEM "<item objectid=\"1\"/>"

static void
plain(void)
{
    one_mesh("millimeter", 1, 0, 8, ITEM);
}

static void
centimetres(void)
{
    one_mesh("centimeter", 0.1, 0, 8, ITEM);
}

/* x and z change places, then move: rows are columns of the file's matrix. */
static void
transformed(void)
{
    const size_t from = begin_model("millimeter");

    put_text("<object id=\"1\" type=\"model\"><mesh><vertices>");
    for (int v = 0; v < 8; v++) /* x' = z - 5, y' = x + 7, z' = y */
        put_text("<vertex x=\"%g\" y=\"%g\" z=\"%g\"/>",
                 cube_corner[v][2] - 5, cube_corner[v][0] + 7,
                 cube_corner[v][1]);
    put_text("</vertices><triangles>");
    for (int t = 0; t < 12; t++)
        put_text("<triangle v1=\"%d\" v2=\"%d\" v3=\"%d\"/>",
                 cube_facet_corner(t, 0), cube_facet_corner(t, 1),
                 cube_facet_corner(t, 2));
    put_text("</triangles></mesh></object>");
    /* x = y' - 7, y = z', z = x' + 5 */
    end_model(from, "<item objectid=\"1\" transform=\"0 0 1 1 0 0 0 1 0 "
              "-7 0 5\"/>", 0);
}

static void
mirror(void)
{
    one_mesh("millimeter", 1, 1, 8, "<item objectid=\"1\" transform=\""
             "-1 0 0 0 1 0 0 0 1 0 0 0\"/>");
}

static void
components(void)
{
    const size_t from = begin_model("millimeter");

    put_mesh(1, 0.5, 0, 8);
    put_text("<object id=\"2\" type=\"model\"><components><component "
             "objectid=\"1\" transform=\"1 0 0 0 1 0 0 0 1 3 4 5\"/>"
             "</components></object>");
    end_model(from, "<item objectid=\"2\" transform=\"2 0 0 0 2 0 0 0 2 "
              "-6 -8 -10\"/>", 0);
}

static void
two_items(void)
{
    one_mesh("millimeter", 1, 0, 8, ITEM "<item objectid=\"1\" transform=\""
             "1 0 0 0 1 0 0 0 1 50 0 0\"/>");
}

/* Each object is the one before it twice: 2^20 cubes. */
static void
doubling(void)
{
    const size_t from = begin_model("millimeter");

    put_mesh(1, 1, 0, 8);
    for (int id = 2; id <= 21; id++)
        put_text("<object id=\"%d\" type=\"model\"><components><component "
                 "objectid=\"%d\"/><component objectid=\"%d\"/></components>"
                 "</object>", id, id - 1, id - 1);
    end_model(from, "<item objectid=\"21\"/>", 0);
}

static void
deep(void)
{
    const size_t from = begin_model("millimeter");

    put_mesh(1, 1, 0, 8);
    for (int id = 2; id <= 60; id++)
        put_text("<object id=\"%d\" type=\"model\"><components><component "
                 "objectid=\"%d\"/></components></object>", id, id - 1);
    end_model(from, "<item objectid=\"60\"/>", 0);
}

/* Says that three kilobytes unpack to three thousand million. */
static void
bomb(void)
{
    const size_t from = begin_model("millimeter");

    put_mesh(1, 1, 0, 8);
    end_model(from, ITEM, 3000000000u);
}

static void cut(void) { plain(); nsample -= 40; }

static void
corner_beyond(void)
{
    one_mesh("millimeter", 1, 0, 7, ITEM);
}

static void
no_items(void)
{
    one_mesh("millimeter", 1, 0, 8, "");
}

static void
no_object(void)
{
    one_mesh("millimeter", 1, 0, 8, "<item objectid=\"9\"/>");
}

static void unit(void) { one_mesh("cubit", 1, 0, 8, ITEM); }

static void
broken_xml(void)
{
    const size_t from = begin_model("millimeter");

    put_mesh(1, 1, 0, 8);
    nsample -= 30;
    end_model(from, ITEM, 0);
}

/* The parts are not what their checksums say. */
static void
checksum(void)
{
    size_t at = 0;

    plain();
    while (memcmp(sample + at, "z=\"100", 6) != 0)
        at++;
    sample[at + 5] = '7';
}

static void
zip_only(void)
{
    const size_t from = nsample;

    nparts = 0;
    put_text("no model in here");
    end_part("readme.txt", from);
    end_package(0);
}

const sample_row threemf_samples[] = {
    { "good-plain.3mf", plain },
    { "good-centimetres.3mf", centimetres },
    { "good-transformed.3mf", transformed },
    { "good-mirror.3mf", mirror },
    { "good-components.3mf", components },
    { "odd-two-items.3mf", two_items },
    { "bad-doubling.3mf", doubling },
    { "bad-deep.3mf", deep },
    { "bad-bomb.3mf", bomb },
    { "bad-cut.3mf", cut },
    { "bad-corner-beyond.3mf", corner_beyond },
    { "bad-no-items.3mf", no_items },
    { "bad-no-object.3mf", no_object },
    { "bad-unit.3mf", unit },
    { "bad-xml.3mf", broken_xml },
    { "bad-checksum.3mf", checksum },
    { "bad-zip-only.3mf", zip_only },
    { NULL, NULL },
};
