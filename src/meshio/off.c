/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * off.c - OFF, Geomview's object file format, as text
 *
 *     OFF
 *     NVERTEX NFACE NEDGE
 *     X Y Z             (a line each; normals and colours may follow)
 *     N I1 ... IN       (a line each; a colour may follow)
 *
 * "#" starts a comment. The letters before OFF say what follows a vertex's
 * coordinates, and whether there are more than three of them.
 */
#include "meshio/facets.h"
#include "meshio/formats.h"
#include "meshio/scan.h"

#include "base/alloc.h"
#include "shim/number.h"

typedef struct {
    pp_scan scan;
    pp_facets facets;
    pp_provenance *provenance;
} reader;

/* "OFF" with "ST", "C" and "N" before it, which step over columns. */
static bool
take_magic(pp_scan *s)
{
    char word[16];
    const char *p = word;

    pp_scan_word(s, word, sizeof word);
    p += strncmp(p, "st", 2) == 0 ? 2 : 0;
    p += *p == 'c';
    p += *p == 'n';
    return strcmp(p, "off") == 0;
}

/* Goes to the next word that is in no comment; comments are kept. */
static pp_status
skip_comments(reader *r, pp_error *err)
{
    const char *text;
    size_t n;

    while (pp_scan_skip(&r->scan) && *r->scan.p == '#') {
        r->scan.p++;
        pp_scan_line(&r->scan, &text, &n);
        if (pp_provenance_parse_text(r->provenance, text, n, err) != PP_OK)
            return err->status;
    }
    return PP_OK;
}

static pp_status
take_number(reader *r, double *value, const char *what, size_t row,
            pp_error *err)
{
    if (skip_comments(r, err) != PP_OK)
        return err->status;
    if (!pp_scan_double(&r->scan, value))
        return pp_fail(err, PP_EFORMAT, "%s %zu, line %zu: no finite number",
                       what, row, pp_scan_line_number(&r->scan));
    return PP_OK;
}

/* A count: each takes at least two bytes of the rest (a digit and a blank). */
static pp_status
take_count(reader *r, size_t *count, pp_error *err)
{
    const size_t left = (size_t)(r->scan.end - r->scan.p);
    int64_t n;

    if (skip_comments(r, err) != PP_OK)
        return err->status;
    if (!pp_scan_integer(&r->scan, &n) || n < 0 || (uint64_t)n > left / 2)
        return pp_fail(err, PP_EFORMAT, "OFF header: counts that the file "
                       "cannot hold");
    *count = (size_t)n;
    return PP_OK;
}

static void
skip_line(reader *r)
{
    const char *text;
    size_t n;

    pp_scan_line(&r->scan, &text, &n);
}

static pp_status
read_vertices(reader *r, size_t n, pp_error *err)
{
    pp_mesh *m = r->facets.mesh;

    if (n > PP_MESH_LIMIT)
        return pp_fail(err, PP_ELIMIT, "more than %zu vertices",
                       PP_MESH_LIMIT);
    m->vert = pp_alloc(n, sizeof *m->vert);
    if (m->vert == NULL)
        return pp_fail_memory(err);
    m->nvert = n;
    for (size_t v = 0; v < n; v++) {
        pp_vec3 *p = &m->vert[v];

        if (take_number(r, &p->x, "vertex", v, err) != PP_OK ||
            take_number(r, &p->y, "vertex", v, err) != PP_OK ||
            take_number(r, &p->z, "vertex", v, err) != PP_OK)
            return err->status;
        skip_line(r); /* normals, colours */
    }
    return PP_OK;
}

static pp_status
read_face(reader *r, size_t face, pp_error *err)
{
    pp_fan fan = { 0 };
    int64_t n, corner;

    if (skip_comments(r, err) != PP_OK)
        return err->status;
    if (!pp_scan_integer(&r->scan, &n) || n < 3)
        return pp_fail(err, PP_EFORMAT, "face %zu, line %zu: has not three or "
                       "more corners", face, pp_scan_line_number(&r->scan));
    for (int64_t k = 0; k < n; k++) {
        if (!pp_scan_integer(&r->scan, &corner) || corner < 0 ||
            (uint64_t)corner >= r->facets.mesh->nvert)
            return pp_fail(err, PP_EFORMAT, "face %zu, line %zu: no number of "
                           "a vertex", face, pp_scan_line_number(&r->scan));
        if (pp_fan_add(&fan, &r->facets, (uint32_t)corner, err) != PP_OK)
            return err->status;
    }
    skip_line(r); /* a colour */
    return PP_OK;
}

bool
pp_off_looks(const unsigned char *data, size_t size)
{
    pp_scan s = pp_scan_start(data, size);
    const char *text;
    size_t n;

    while (pp_scan_skip(&s) && *s.p == '#')
        pp_scan_line(&s, &text, &n);
    return take_magic(&s);
}

pp_status
pp_off_read(const unsigned char *data, size_t size, pp_model *model,
            pp_error *err)
{
    pp_object *object = pp_model_first(model, err);
    size_t nvert = 0, nface = 0, nedge = 0;
    reader r = { 0 };

    if (object == NULL)
        return err->status;
    r.scan = pp_scan_start(data, size);
    r.facets.mesh = &object->mesh;
    r.provenance = &model->provenance;
    if (skip_comments(&r, err) != PP_OK)
        return err->status;
    if (!take_magic(&r.scan))
        return pp_fail(err, PP_EFORMAT, "OFF header: unknown first word");
    if (pp_scan_take(&r.scan, "binary"))
        return pp_fail(err, PP_EUNSUPPORTED, "binary OFF is not read");
    if (take_count(&r, &nvert, err) != PP_OK ||
        take_count(&r, &nface, err) != PP_OK)
        return err->status;
    if (!pp_scan_is_line_end(&r.scan) && take_count(&r, &nedge, err) != PP_OK)
        return err->status;
    skip_line(&r);
    if (read_vertices(&r, nvert, err) != PP_OK)
        return err->status;
    for (size_t f = 0; f < nface; f++)
        if (read_face(&r, f, err) != PP_OK)
            return err->status;
    return PP_OK;
}

pp_status
pp_off_write(const pp_model *model, bool keep_comments, pp_bytes *out,
             pp_error *err)
{
    const size_t nvert = pp_model_vertices(model);
    const size_t ntri = pp_model_facets(model);
    uint32_t base = 0;

    if (nvert > PP_MESH_LIMIT)
        return pp_fail(err, PP_ELIMIT, "more than %zu vertices",
                       PP_MESH_LIMIT);
    if (pp_bytes_printf(out, err, "OFF\n") != PP_OK ||
        pp_text_put_comments(out, &model->provenance, "# ", keep_comments,
                             err) != PP_OK ||
        pp_bytes_printf(out, err, "%zu %zu 0\n", nvert, ntri) != PP_OK)
        return err->status;
    for (size_t i = 0; i < model->nobject; i++)
        if (pp_text_put_vertices(out, &model->object[i].mesh, "", err) !=
            PP_OK)
            return err->status;
    for (size_t i = 0; i < model->nobject; i++) {
        if (pp_text_put_facets(out, &model->object[i].mesh, "3 ", base, err) !=
            PP_OK)
            return err->status;
        base += (uint32_t)model->object[i].mesh.nvert;
    }
    return PP_OK;
}
