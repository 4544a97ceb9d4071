/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * vtp_read.c - reading VTK PolyData (.vtp)
 *
 * The polygons of a file of one piece; vertices and lines that VTK can hold
 * beside them are passed over, strips are refused. Coordinates are taken as
 * millimetres: the format names no unit. What this family adds (objects with
 * their names and colours, provenance) lies in field data; see vtp_write.c.
 */
#include "meshio/facets.h"
#include "meshio/formats.h"
#include "meshio/scan.h"
#include "meshio/vtp.h"

#include "base/alloc.h"
#include "base/text.h"

#include <string.h>

#define MOST_DEPTH 16

/* The root element begins within so many bytes. */
#define LOOK 4096

/* Arrays that are looked at. */
enum {
    POINTS, CONNECTIVITY, OFFSETS, OBJECT, LINES, NAMES, COLOURS, NPOINT,
    NARRAY
};

/* Where they stand, and how they are called (NULL: the first one there). */
static const struct {
    const char *in, *name;
} place[NARRAY] = {
    [POINTS] = { "Points", NULL },
    [CONNECTIVITY] = { "Polys", "connectivity" },
    [OFFSETS] = { "Polys", "offsets" },
    [OBJECT] = { "CellData", "object" },
    [LINES] = { "FieldData", "printprep_provenance" },
    [NAMES] = { "FieldData", "object_names" },
    [COLOURS] = { "FieldData", "object_colours" },
    [NPOINT] = { "FieldData", "object_points" },
};

typedef struct {
    pp_xml xml;
    char above[MOST_DEPTH][PP_XML_NAME];
    int depth;
    bool piece, ended; /* a piece was met; the rest is appended numbers */
    size_t npoint, npoly, nother; /* nother: vertices and lines */
    pp_vtp_coding coding;
    pp_vtp_array array[NARRAY];
    bool has[NARRAY];
    pp_bytes data[NARRAY];
} reader;

bool
pp_vtp_looks(const unsigned char *data, size_t size)
{
    static const char root[] = "<VTKFile";
    const size_t n = sizeof root - 1;
    pp_scan s = pp_scan_start(data, size);

    if (!pp_scan_skip(&s) || *s.p != '<')
        return false;
    for (size_t i = 0; i < LOOK && (size_t)(s.end - s.p) >= n; i++, s.p++)
        if (memcmp(s.p, root, n) == 0)
            return true;
    return false;
}

/* ---- elements ---- */

static bool
attribute_is(const pp_xml_tag *tag, const char *name, const char *value)
{
    char is[64];

    return pp_xml_attribute(tag, name, is, sizeof is) &&
           strcmp(is, value) == 0;
}

static pp_status
take_root(reader *r, const pp_xml_tag *tag, pp_error *err)
{
    char compressor[64];

    if (strcmp(tag->name, "VTKFile") != 0 ||
        !attribute_is(tag, "type", "PolyData"))
        return pp_fail(err, PP_EUNSUPPORTED, "VTK: no PolyData");
    r->coding.big_endian = attribute_is(tag, "byte_order", "BigEndian");
    r->coding.word = attribute_is(tag, "header_type", "UInt64") ? 8 : 4;
    r->coding.compressed = pp_xml_attribute(tag, "compressor", compressor,
                                            sizeof compressor);
    if (r->coding.compressed &&
        strcmp(compressor, "vtkZLibDataCompressor") != 0)
        return pp_fail(err, PP_EUNSUPPORTED, "VTK: compressed in another way "
                       "than with zlib");
    return PP_OK;
}

static bool
count_of(const pp_xml_tag *tag, const char *name, size_t *n)
{
    char text[32];
    int64_t value = 0;

    if (pp_xml_attribute(tag, name, text, sizeof text) &&
        !pp_text_to_integer(text, 0, INT64_C(1) << 40, &value))
        return false;
    *n = (size_t)value;
    return true;
}

static pp_status
take_piece(reader *r, const pp_xml_tag *tag, pp_error *err)
{
    size_t nstrip, nline, nvertex;

    if (r->piece)
        return pp_fail(err, PP_EUNSUPPORTED, "VTK: more pieces than one");
    r->piece = true;
    if (!count_of(tag, "NumberOfPoints", &r->npoint) ||
        !count_of(tag, "NumberOfPolys", &r->npoly) ||
        !count_of(tag, "NumberOfStrips", &nstrip) ||
        !count_of(tag, "NumberOfLines", &nline) ||
        !count_of(tag, "NumberOfVerts", &nvertex))
        return pp_fail(err, PP_EFORMAT, "VTK: counts that cannot be");
    r->nother = nline + nvertex;
    if (nstrip > 0)
        return pp_fail(err, PP_EUNSUPPORTED, "VTK: triangle strips");
    if (r->npoint > PP_MESH_LIMIT)
        return pp_fail(err, PP_ELIMIT, "more than %zu vertices",
                       PP_MESH_LIMIT);
    return PP_OK;
}

static pp_vtp_type
type_of(const pp_xml_tag *tag)
{
    static const char *const name[] = {
        "Int8", "UInt8", "Int16", "UInt16", "Int32", "UInt32", "Int64",
        "UInt64", "Float32", "Float64", "String"
    };

    for (int t = 0; t < PP_VTP_OTHER; t++)
        if (attribute_is(tag, "type", name[t]))
            return (pp_vtp_type)t;
    return PP_VTP_OTHER;
}

static pp_status
take_array(reader *r, const pp_xml_tag *tag, pp_error *err)
{
    const char *in = r->depth > 0 ? r->above[r->depth - 1] : "";
    const char *end;
    pp_vtp_array a = { .type = type_of(tag), .form = PP_VTP_ASCII };
    int k = 0;

    pp_xml_attribute(tag, "Name", a.name, sizeof a.name);
    while (k < NARRAY &&
           (strcmp(in, place[k].in) != 0 ||
            (place[k].name != NULL && strcmp(a.name, place[k].name) != 0)))
        k++;
    if (k == NARRAY)
        return PP_OK; /* somebody else's */
    if (r->has[k])
        return pp_fail(err, PP_EFORMAT, "VTK: array %s is there twice",
                       place[k].in);
    if (attribute_is(tag, "format", "binary"))
        a.form = PP_VTP_BINARY;
    if (attribute_is(tag, "format", "appended"))
        a.form = PP_VTP_APPENDED;
    if (!count_of(tag, "offset", &a.offset))
        return pp_fail(err, PP_EFORMAT, "VTK: an offset that cannot be");
    end = tag->empty ? tag->text
                     : memchr(tag->text, '<',
                              (size_t)(r->xml.end - tag->text));
    a.text = tag->text;
    a.text_end = end != NULL ? end : r->xml.end;
    r->array[k] = a;
    r->has[k] = true;
    return PP_OK;
}

/* What is behind all elements, up to where the file's last tag must end. */
static pp_status
take_appended(reader *r, const pp_xml_tag *tag, pp_error *err)
{
    static const char last[] = "</VTKFile>";
    const size_t n = sizeof last - 1;
    const char *p = tag->text, *end = r->xml.end;

    while (p < end && pp_scan_is_blank(*p))
        p++;
    while (end > p && pp_scan_is_blank(end[-1]))
        end--;
    if (p == end || *p != '_' || (size_t)(end - p) < n ||
        memcmp(end - n, last, n) != 0)
        return pp_fail(err, PP_EFORMAT, "VTK: the appended numbers are cut");
    r->coding.base64 = !attribute_is(tag, "encoding", "raw");
    r->coding.appended = p + 1;
    r->coding.appended_end = end - n;
    r->ended = true;
    return PP_OK;
}

static pp_status
take_tag(reader *r, const pp_xml_tag *tag, pp_error *err)
{
    if (tag->closes) {
        if (r->depth == 0 || strcmp(r->above[--r->depth], tag->name) != 0)
            return pp_fail(err, PP_EFORMAT, "VTK: </%s> closes nothing",
                           tag->name);
        return PP_OK;
    }
    if ((r->depth == 0 && take_root(r, tag, err) != PP_OK) ||
        (strcmp(tag->name, "Piece") == 0 && take_piece(r, tag, err) !=
                                                PP_OK) ||
        ((strcmp(tag->name, "DataArray") == 0 ||
          strcmp(tag->name, "Array") == 0) &&
         take_array(r, tag, err) != PP_OK) ||
        (strcmp(tag->name, "AppendedData") == 0 &&
         take_appended(r, tag, err) != PP_OK))
        return err->status;
    if (tag->empty)
        return PP_OK;
    if (r->depth == MOST_DEPTH)
        return pp_fail(err, PP_EFORMAT, "VTK: elements within elements, "
                       "without end");
    memcpy(r->above[r->depth++], tag->name, PP_XML_NAME);
    return PP_OK;
}

static pp_status
read_elements(reader *r, pp_error *err)
{
    pp_xml_tag tag;
    bool found = true;

    while (!r->ended) {
        if (pp_xml_next(&r->xml, &tag, &found, err) != PP_OK)
            return err->status;
        if (!found)
            break;
        if (take_tag(r, &tag, err) != PP_OK)
            return err->status;
    }
    if (!r->ended && r->depth > 0)
        return pp_fail(err, PP_EFORMAT, "VTK: the file is cut");
    for (int k = 0; k < NARRAY; k++)
        if (r->has[k] && pp_vtp_decode(&r->array[k], &r->coding, &r->data[k],
                                       err) != PP_OK)
            return err->status;
    return PP_OK;
}

/* ---- the mesh ---- */

static size_t
length(const reader *r, int k)
{
    return r->data[k].size / pp_vtp_size(r->array[k].type);
}

static bool
count_at(const reader *r, int k, size_t i, uint64_t *value)
{
    return pp_vtp_count(r->array[k].type, r->data[k].data, i, value);
}

static pp_status
make_points(const reader *r, pp_mesh *m, pp_error *err)
{
    const pp_vtp_type type = r->array[POINTS].type;
    const unsigned char *data = r->data[POINTS].data;

    if (r->has[POINTS] && type != PP_VTP_FLOAT32 && type != PP_VTP_FLOAT64)
        return pp_fail(err, PP_EUNSUPPORTED, "VTK: points that are no floats");
    if (length(r, POINTS) != 3 * r->npoint)
        return pp_fail(err, PP_EFORMAT, "VTK: there are %zu numbers for %zu "
                       "points", length(r, POINTS), r->npoint);
    m->vert = pp_alloc(r->npoint, sizeof *m->vert);
    if (m->vert == NULL)
        return pp_fail_memory(err);
    m->nvert = r->npoint;
    for (size_t v = 0; v < r->npoint; v++) {
        m->vert[v] = pp_vec(pp_vtp_real(type, data, 3 * v),
                            pp_vtp_real(type, data, 3 * v + 1),
                            pp_vtp_real(type, data, 3 * v + 2));
        if (!pp_finite(m->vert[v]))
            return pp_fail(err, PP_EFORMAT, "vertex %zu is not finite", v);
    }
    return PP_OK;
}

static pp_status
make_polygon(const reader *r, uint64_t from, uint64_t to, pp_facets *f,
             pp_error *err)
{
    pp_fan fan = { 0 };

    for (uint64_t c = from; c < to; c++) {
        uint64_t corner;

        if (!count_at(r, CONNECTIVITY, (size_t)c, &corner) ||
            corner >= r->npoint)
            return pp_fail(err, PP_EFORMAT, "VTK: a polygon names a point "
                           "that does not exist");
        if (pp_fan_add(&fan, f, (uint32_t)corner, err) != PP_OK)
            return err->status;
    }
    return PP_OK;
}

/* *fans: how many facets the first polygons made is no longer their number. */
static pp_status
make_facets(const reader *r, pp_mesh *m, bool *fans, pp_error *err)
{
    pp_facets f = { .mesh = m };
    const size_t ncorner = length(r, CONNECTIVITY);
    uint64_t from = 0, to;

    if (length(r, OFFSETS) != r->npoly)
        return pp_fail(err, PP_EFORMAT, "VTK: there are %zu offsets for %zu "
                       "polygons", length(r, OFFSETS), r->npoly);
    for (size_t p = 0; p < r->npoly; p++) {
        if (!count_at(r, OFFSETS, p, &to) || to > ncorner || to < from + 3)
            return pp_fail(err, PP_EFORMAT, "VTK: polygon %zu has not three "
                           "or more corners", p);
        if (make_polygon(r, from, to, &f, err) != PP_OK)
            return err->status;
        *fans |= to != from + 3;
        from = to;
    }
    return PP_OK;
}

/* ---- objects ---- */

/* Strings end with a zero each. */
static size_t
count_strings(const pp_bytes *b)
{
    size_t n = 0;

    for (size_t i = 0; i < b->size; i++)
        n += b->data[i] == 0;
    return b->size > 0 && b->data[b->size - 1] != 0 ? 0 : n;
}

static pp_status
set_names(const reader *r, pp_model *model, pp_error *err)
{
    const char *name = (const char *)r->data[NAMES].data;

    for (size_t i = 0; i < model->nobject; i++) {
        pp_object *o = &model->object[i];
        const unsigned char *c = r->data[COLOURS].data + 4 * i;

        if (*name != '\0') {
            o->name = pp_text_clean(name, strlen(name), 1024);
            if (o->name == NULL)
                return pp_fail_memory(err);
        }
        name += strlen(name) + 1;
        o->has_colour = c[3] != 0;
        for (int k = 0; o->has_colour && k < 3; k++)
            o->rgb[k] = c[k];
    }
    return PP_OK;
}

/* Points and facets of an object follow those of the one before. */
static pp_status
split(const reader *r, const pp_mesh *all, pp_model *model, pp_error *err)
{
    size_t v = 0, t = 0;

    for (size_t i = 0; i < model->nobject; i++) {
        pp_mesh *m = &model->object[i].mesh;
        uint64_t nvert, is;
        size_t end = t;

        if (!count_at(r, NPOINT, i, &nvert) || nvert > all->nvert - v)
            return pp_fail(err, PP_EFORMAT, "VTK: object %zu has more points "
                           "than there are", i);
        while (end < all->ntri && count_at(r, OBJECT, end, &is) && is == i)
            end++;
        if (pp_mesh_alloc(m, (size_t)nvert, end - t, err) != PP_OK)
            return err->status;
        if (nvert > 0)
            memcpy(m->vert, all->vert + v, (size_t)nvert * sizeof *m->vert);
        for (size_t n = 0; n < m->ntri; n++)
            for (int k = 0; k < 3; k++) {
                const size_t corner = all->tri[t + n][k];

                if (corner < v || corner - v >= nvert)
                    return pp_fail(err, PP_EFORMAT, "VTK: facet %zu is not of "
                                   "its object's points", t + n);
                m->tri[n][k] = (uint32_t)(corner - v);
            }
        t = end;
        v += (size_t)nvert;
    }
    if (t != all->ntri || v != all->nvert)
        return pp_fail(err, PP_EFORMAT, "VTK: points or facets that belong to "
                       "no object");
    return PP_OK;
}

static bool
tells_objects(const reader *r, bool fans)
{
    const size_t n = count_strings(&r->data[NAMES]);

    return n > 0 && !fans && r->nother == 0 &&
           r->array[NAMES].type == PP_VTP_STRING && r->has[OBJECT] &&
           r->array[OBJECT].type < PP_VTP_FLOAT32 &&
           length(r, OBJECT) == r->npoly && r->has[NPOINT] &&
           length(r, NPOINT) == n && r->data[COLOURS].size == 4 * n &&
           r->array[COLOURS].type == PP_VTP_UINT8;
}

static pp_status
make_objects(const reader *r, pp_mesh *all, bool fans, pp_model *model,
             pp_error *err)
{
    const size_t n = tells_objects(r, fans) ? count_strings(&r->data[NAMES])
                                            : 1;

    model->object = pp_alloc_zero(n, sizeof *model->object);
    if (model->object == NULL)
        return pp_fail_memory(err);
    model->nobject = n;
    if (!tells_objects(r, fans) || n == 1) {
        model->object[0].mesh = *all;
        memset(all, 0, sizeof *all);
    } else if (split(r, all, model, err) != PP_OK) {
        return err->status;
    }
    return tells_objects(r, fans) ? set_names(r, model, err) : PP_OK;
}

static pp_status
take_provenance(const reader *r, pp_provenance *p, pp_error *err)
{
    const pp_bytes *b = &r->data[LINES];
    const char *line = (const char *)b->data;

    for (size_t n = count_strings(b); n > 0; n--) {
        if (pp_provenance_parse_line(p, line, err) != PP_OK)
            return err->status;
        line += strlen(line) + 1;
    }
    return PP_OK;
}

pp_status
pp_vtp_read(const unsigned char *data, size_t size, pp_model *model,
            pp_error *err)
{
    const pp_scan s = pp_scan_start(data, size);
    reader r = { .xml = { s.p, s.p, s.end } };
    pp_mesh all = { 0 };
    bool fans = false;

    if (read_elements(&r, err) == PP_OK &&
        make_points(&r, &all, err) == PP_OK &&
        make_facets(&r, &all, &fans, err) == PP_OK &&
        make_objects(&r, &all, fans, model, err) == PP_OK)
        (void)!take_provenance(&r, &model->provenance, err);
    pp_mesh_free(&all);
    for (int k = 0; k < NARRAY; k++)
        pp_bytes_free(&r.data[k]);
    return err->status;
}
