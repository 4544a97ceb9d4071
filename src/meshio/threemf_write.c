/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * threemf_write.c - writing 3MF
 *
 * Core specification 1.3 of the 3MF Consortium: a ZIP package around one model
 * in XML. The numbers are the shortest that read back as the same float, so a
 * package can be read and written for ever without wear. The text is made and
 * deflated in pieces of fixed length, side by side; the bytes do not depend on
 * how many threads there are. Provenance goes into the Description metadata.
 */
#include "meshio/formats.h"

#include "base/alloc.h"
#include "base/text.h"
#include "shim/deflate.h"
#include "shim/number.h"
#include "shim/zip.h"

#include <stdio.h>

/* Rows of a piece: half a megabyte to two of text. */
#define PIECE ((size_t)1 << 15)

/* More than the longest row. */
#define ROW_ROOM (3 * PP_NUMBER_ROOM + 64)

/* Readers in use (lib3mf) take nothing farther out. */
#define FARTHEST_MM 1e9

static const char content_types[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/"
    "content-types\"><Default Extension=\"rels\" ContentType=\"application/"
    "vnd.openxmlformats-package.relationships+xml\"/><Default Extension="
    "\"model\" ContentType=\"application/vnd.ms-package.3dmanufacturing-"
    "3dmodel+xml\"/></Types>\n";

static const char content_types_png[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/"
    "content-types\"><Default Extension=\"rels\" ContentType=\"application/"
    "vnd.openxmlformats-package.relationships+xml\"/><Default Extension="
    "\"model\" ContentType=\"application/vnd.ms-package.3dmanufacturing-"
    "3dmodel+xml\"/><Default Extension=\"png\" ContentType=\"image/png\"/>"
    "</Types>\n";

static const char relationships_png[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/"
    "relationships\"><Relationship Target=\"/3D/3dmodel.model\" Id=\"rel0\" "
    "Type=\"http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel\"/>"
    "<Relationship Target=\"/Metadata/thumbnail.png\" Id=\"rel1\" Type="
    "\"http://schemas.openxmlformats.org/package/2006/relationships/metadata/"
    "thumbnail\"/></Relationships>\n";

static const char relationships[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/"
    "relationships\"><Relationship Target=\"/3D/3dmodel.model\" Id=\"rel0\" "
    "Type=\"http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel\"/>"
    "</Relationships>\n";

static const char model_start[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<model unit=\"millimeter\" xml:lang=\"en-US\" xmlns=\"http://schemas."
    "microsoft.com/3dmanufacturing/core/2015/02\">\n";

/* ---- text ---- */

/* Appends clean text with XML's own characters written as entities. */
static pp_status
put_escaped(pp_bytes *out, const char *text, pp_error *err)
{
    for (; *text != '\0'; text++) {
        const char *entity = *text == '&'   ? "&amp;"
                             : *text == '<' ? "&lt;"
                             : *text == '>' ? "&gt;"
                             : *text == '"' ? "&quot;"
                                            : NULL;

        if (pp_bytes_append(out, entity != NULL ? entity : text,
                            entity != NULL ? strlen(entity) : 1, err) !=
            PP_OK)
            return err->status;
    }
    return PP_OK;
}

/* before, the text, after; U+FFFE and U+FFFF, which XML forbids, become '?'. */
static pp_status
put_value(pp_bytes *out, const char *before, const char *text,
          const char *after, pp_error *err)
{
    char *copy = pp_text_clean(text, strlen(text), SIZE_MAX);

    if (copy == NULL)
        return pp_fail_memory(err);
    for (char *p = copy; (p = strstr(p, "\xef\xbf")) != NULL; p += 3)
        if ((unsigned char)p[2] >= 0xbe)
            memcpy(p, "???", 3);
    if (pp_bytes_printf(out, err, "%s", before) == PP_OK &&
        put_escaped(out, copy, err) == PP_OK)
        (void)!pp_bytes_printf(out, err, "%s", after);
    pp_free(copy);
    return err->status;
}

static char *
put_word(char *p, const char *word, size_t n)
{
    memcpy(p, word, n);
    return p + n;
}

#define PUT(p, literal) put_word(p, literal, sizeof literal - 1)

static char *
put_vertex(char *p, pp_vec3 v)
{
    p = PUT(p, "<vertex x=\"");
    p = pp_number_write_float(p, (float)v.x);
    p = PUT(p, "\" y=\"");
    p = pp_number_write_float(p, (float)v.y);
    p = PUT(p, "\" z=\"");
    p = pp_number_write_float(p, (float)v.z);
    return PUT(p, "\"/>\n");
}

static char *
put_triangle(char *p, const pp_tri t)
{
    p = PUT(p, "<triangle v1=\"");
    p = pp_text_put_index(p, t[0]);
    p = PUT(p, "\" v2=\"");
    p = pp_text_put_index(p, t[1]);
    p = PUT(p, "\" v3=\"");
    p = pp_text_put_index(p, t[2]);
    return PUT(p, "\"/>\n");
}

/* ---- pieces ---- */

/* Deflates text in a piece of its own, as the next of the part. */
static pp_status
add_text(pp_zip *zip, const pp_bytes *text, pp_error *err)
{
    pp_bytes packed = { 0 };

    if (pp_deflate(text->data, text->size, 0, &packed, err) == PP_OK)
        (void)!pp_zip_part_add(zip, &packed, pp_crc32(text->data, text->size),
                               text->size, err);
    pp_bytes_free(&packed);
    return err->status;
}

typedef struct {
    pp_bytes packed;
    uint32_t crc;
    size_t n;
    pp_error err;
} piece;

/* Rows first to last - 1 of vertices (or triangles) as a deflated piece. */
static void
make_piece(const pp_mesh *m, bool vertices, size_t first, size_t last,
           piece *out)
{
    char *text = pp_alloc(last - first, ROW_ROOM);
    char *p = text;

    memset(out, 0, sizeof *out);
    if (text == NULL) {
        pp_fail_memory(&out->err);
        return;
    }
    for (size_t i = first; i < last; i++)
        p = vertices ? put_vertex(p, m->vert[i]) : put_triangle(p, m->tri[i]);
    out->n = (size_t)(p - text);
    out->crc = pp_crc32(text, out->n);
    (void)!pp_deflate(text, out->n, 0, &out->packed, &out->err);
    pp_free(text);
}

static pp_status
add_rows(pp_zip *zip, const pp_mesh *m, bool vertices, pp_error *err)
{
    const size_t nrow = vertices ? m->nvert : m->ntri;
    const long npiece = (long)((nrow + PIECE - 1) / PIECE);

#pragma omp parallel for ordered schedule(dynamic, 1)
    for (long i = 0; i < npiece; i++) {
        const size_t first = (size_t)i * PIECE;
        piece made;

        make_piece(m, vertices, first,
                   first + PIECE < nrow ? first + PIECE : nrow, &made);
#pragma omp ordered
        {
            if (err->status == PP_OK && made.err.status != PP_OK)
                *err = made.err;
            if (err->status == PP_OK)
                (void)!pp_zip_part_add(zip, &made.packed, made.crc, made.n,
                                       err);
        }
        pp_bytes_free(&made.packed);
    }
    return err->status;
}

/* ---- the model ---- */

static pp_status
put_metadata(pp_bytes *out, const pp_model *model, bool keep_comments,
             pp_error *err)
{
    const char *title = model->provenance.label_name;
    pp_bytes lines = { 0 };

    if (pp_bytes_printf(out, err, "%s", model_start) != PP_OK ||
        (title != NULL && put_value(out, "<metadata name=\"Title\">", title,
                                    "</metadata>\n", err) != PP_OK) ||
        pp_bytes_printf(out, err, "<metadata name=\"Description\">") != PP_OK)
        return err->status;
    /* made of clean text, line by line: only the newlines are not */
    if (pp_provenance_print(&model->provenance, keep_comments, &lines, err) ==
            PP_OK &&
        pp_bytes_append(&lines, "", 1, err) == PP_OK)
        (void)!put_escaped(out, (const char *)lines.data, err);
    pp_bytes_free(&lines);
    if (err->status == PP_OK)
        (void)!pp_bytes_printf(out, err, "</metadata>\n<resources>\n");
    return err->status;
}

static size_t
count_colours(const pp_model *model)
{
    size_t n = 0;

    for (size_t i = 0; i < model->nobject; i++)
        n += model->object[i].has_colour;
    return n;
}

/* One group, a base for each coloured object, in their order. */
static pp_status
put_materials(pp_bytes *out, const pp_model *model, pp_error *err)
{
    if (count_colours(model) == 0)
        return PP_OK;
    if (pp_bytes_printf(out, err, "<basematerials id=\"1\">\n") != PP_OK)
        return err->status;
    for (size_t i = 0; i < model->nobject; i++) {
        const pp_object *o = &model->object[i];
        char colour[48];

        if (!o->has_colour)
            continue;
        snprintf(colour, sizeof colour,
                 "\" displaycolor=\"#%02X%02X%02XFF\"/>\n", o->rgb[0],
                 o->rgb[1], o->rgb[2]);
        if (put_value(out, "<base name=\"", o->name != NULL ? o->name : "part",
                      colour, err) != PP_OK)
            return err->status;
    }
    return pp_bytes_printf(out, err, "</basematerials>\n");
}

/* Objects are numbered from 2: 1 is the materials. */
static pp_status
put_object_start(pp_bytes *out, const pp_model *model, size_t i,
                 size_t *ncolour, pp_error *err)
{
    const pp_object *o = &model->object[i];

    if (pp_bytes_printf(out, err, "<object id=\"%zu\" type=\"model\"",
                        i + 2) != PP_OK)
        return err->status;
    if (o->has_colour && pp_bytes_printf(out, err, " pid=\"1\" pindex=\"%zu\"",
                                         (*ncolour)++) != PP_OK)
        return err->status;
    if (o->name != NULL && put_value(out, " name=\"", o->name, "\"", err) !=
                               PP_OK)
        return err->status;
    return pp_bytes_printf(out, err, "><mesh><vertices>\n");
}

static pp_status
put_build(pp_bytes *out, const pp_model *model, pp_error *err)
{
    if (pp_bytes_printf(out, err, "</resources>\n<build>\n") != PP_OK)
        return err->status;
    for (size_t i = 0; i < model->nobject; i++)
        if (pp_bytes_printf(out, err, "<item objectid=\"%zu\"/>\n", i + 2) !=
            PP_OK)
            return err->status;
    return pp_bytes_printf(out, err, "</build>\n</model>\n");
}

static pp_status
add_model(pp_zip *zip, const pp_model *model, bool keep_comments,
          pp_error *err)
{
    static const char middle[] = "</vertices><triangles>\n";
    static const char end[] = "</triangles></mesh></object>\n";
    pp_bytes text = { 0 };
    size_t ncolour = 0;

    if (put_metadata(&text, model, keep_comments, err) != PP_OK ||
        put_materials(&text, model, err) != PP_OK)
        goto done;
    for (size_t i = 0; i < model->nobject; i++) {
        const pp_mesh *m = &model->object[i].mesh;

        if (put_object_start(&text, model, i, &ncolour, err) != PP_OK ||
            add_text(zip, &text, err) != PP_OK ||
            add_rows(zip, m, true, err) != PP_OK)
            goto done;
        text.size = 0;
        if (pp_bytes_append(&text, middle, sizeof middle - 1, err) != PP_OK ||
            add_text(zip, &text, err) != PP_OK ||
            add_rows(zip, m, false, err) != PP_OK)
            goto done;
        text.size = 0;
        if (pp_bytes_append(&text, end, sizeof end - 1, err) != PP_OK)
            goto done;
    }
    if (put_build(&text, model, err) == PP_OK)
        (void)!pp_zip_part_end(zip, text.data, text.size, err);
done:
    pp_bytes_free(&text);
    return err->status;
}

/* ---- what the format cannot hold ---- */

static pp_status
check_mesh(const pp_mesh *m, pp_error *err)
{
    for (size_t v = 0; v < m->nvert; v++)
        if (fabs(m->vert[v].x) > FARTHEST_MM ||
            fabs(m->vert[v].y) > FARTHEST_MM ||
            fabs(m->vert[v].z) > FARTHEST_MM)
            return pp_fail(err, PP_ELIMIT, "vertex %zu: farther out than 3MF "
                           "readers go", v);
    for (size_t t = 0; t < m->ntri; t++)
        if (m->tri[t][0] == m->tri[t][1] || m->tri[t][1] == m->tri[t][2] ||
            m->tri[t][2] == m->tri[t][0])
            return pp_fail(err, PP_EGEOM, "facet %zu: names a vertex twice, "
                           "which 3MF does not allow", t);
    return PP_OK;
}

static pp_status
add_part(pp_zip *zip, const char *name, const void *data, size_t n,
         pp_error *err)
{
    pp_zip_part_start(zip, name);
    return pp_zip_part_end(zip, data, n, err);
}

/* What the package is made of comes before the model, the picture behind. */
static pp_status
add_front(pp_zip *zip, bool picture, pp_error *err)
{
    const char *types = picture ? content_types_png : content_types;
    const char *rels = picture ? relationships_png : relationships;

    if (add_part(zip, "[Content_Types].xml", types, strlen(types), err) !=
        PP_OK)
        return err->status;
    return add_part(zip, "_rels/.rels", rels, strlen(rels), err);
}

pp_status
pp_threemf_write(const pp_model *model, const pp_encode_options *options,
                 pp_bytes *out, pp_error *err)
{
    const pp_bytes *picture = options->thumbnail;
    pp_zip zip = { 0 };

    for (size_t i = 0; i < model->nobject; i++)
        if (check_mesh(&model->object[i].mesh, err) != PP_OK)
            return err->status;
    if (add_front(&zip, picture != NULL, err) != PP_OK)
        goto done;
    pp_zip_part_start(&zip, "3D/3dmodel.model");
    if (add_model(&zip, model, options->keep_comments, err) == PP_OK &&
        (picture == NULL ||
         add_part(&zip, "Metadata/thumbnail.png", picture->data, picture->size,
                  err) == PP_OK))
        (void)!pp_zip_write(&zip, out, err);
done:
    pp_zip_free(&zip);
    return err->status;
}
