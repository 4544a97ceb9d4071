/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * stl_ascii.c - STL as text
 *
 *     solid NAME
 *       facet normal NX NY NZ
 *         outer loop
 *           vertex X Y Z      (three times)
 *         endloop
 *       endfacet
 *     endsolid NAME
 *
 * Words in any case, any blanks, several solids one after the other. Numbers
 * become floats, as in every slicer, so that the same corners meet here and
 * there. Stored normals are skipped: whatever they say, the corners decide.
 * What ends without "endsolid" has been cut, and is refused.
 */
#include "meshio/formats.h"
#include "meshio/scan.h"
#include "meshio/welder.h"

#include "base/alloc.h"
#include "shim/number.h"

typedef struct {
    pp_scan scan;
    pp_welder welder;
    pp_mesh *mesh;
    size_t capacity;            /* of mesh->tri */
    float point[PP_WELDER_BATCH][3]; /* corners that wait to be welded */
    size_t npoint;
} reader;

static pp_status
flush(reader *r, pp_error *err)
{
    const size_t first = r->mesh->ntri - r->npoint / 3;

    if (r->npoint == 0)
        return PP_OK;
    if (pp_welder_add(&r->welder, (const float (*)[3])r->point, r->npoint,
                      r->mesh->tri[first], err) != PP_OK)
        return err->status;
    r->npoint = 0;
    return PP_OK;
}

static pp_status
fail_expected(const reader *r, const char *what, pp_error *err)
{
    pp_scan s = r->scan;
    char word[32];

    if (!pp_scan_skip(&s))
        return pp_fail(err, PP_EFORMAT, "facet %zu: the file ends where '%s' "
                       "should be", r->mesh->ntri, what);
    pp_scan_word(&s, word, sizeof word);
    return pp_fail(err, PP_EFORMAT, "facet %zu, line %zu: '%s' where %s should "
                   "be", r->mesh->ntri, pp_scan_line_number(&s), word, what);
}

/* What stands between "facet" and "outer": at most "normal" and three words. */
static bool
skip_normal(reader *r)
{
    char word[8];

    for (int i = 0; i < 5; i++) {
        if (pp_scan_take(&r->scan, "outer"))
            return true;
        pp_scan_word(&r->scan, word, sizeof word);
    }
    return false;
}

static pp_status
read_corner(reader *r, pp_error *err)
{
    float *x = r->point[r->npoint];

    if (!pp_scan_take(&r->scan, "vertex"))
        return fail_expected(r, "vertex", err);
    for (int a = 0; a < 3; a++)
        if (!pp_scan_float(&r->scan, &x[a]))
            return fail_expected(r, "a finite number", err);
    r->npoint++;
    return PP_OK;
}

/* After the word "facet". */
static pp_status
read_facet(reader *r, pp_error *err)
{
    if (r->npoint == PP_WELDER_BATCH && flush(r, err) != PP_OK)
        return err->status;
    if (!skip_normal(r))
        return fail_expected(r, "outer", err);
    if (!pp_scan_take(&r->scan, "loop"))
        return fail_expected(r, "loop", err);
    for (int k = 0; k < 3; k++)
        if (read_corner(r, err) != PP_OK)
            return err->status;
    if (!pp_scan_take(&r->scan, "endloop"))
        return fail_expected(r, "endloop", err);
    if (!pp_scan_take(&r->scan, "endfacet"))
        return fail_expected(r, "endfacet", err);
    if (r->mesh->ntri == PP_MESH_LIMIT)
        return pp_fail(err, PP_ELIMIT, "more than %zu facets", PP_MESH_LIMIT);
    if (pp_grow(&r->mesh->tri, &r->capacity, r->mesh->ntri + 1,
                sizeof *r->mesh->tri, err) != PP_OK)
        return err->status;
    r->mesh->ntri++;
    return PP_OK;
}

/* One solid, after the word "solid". */
static pp_status
read_solid(reader *r, pp_provenance *provenance, pp_error *err)
{
    const char *name;
    size_t n;

    pp_scan_line(&r->scan, &name, &n);
    if (pp_provenance_parse_stl_header(provenance, name, n, err) != PP_OK)
        return err->status;
    while (pp_scan_take(&r->scan, "facet"))
        if (read_facet(r, err) != PP_OK)
            return err->status;
    if (!pp_scan_take(&r->scan, "endsolid"))
        return fail_expected(r, "endsolid", err);
    pp_scan_line(&r->scan, &name, &n);
    return PP_OK;
}

pp_status
pp_stl_ascii_read(const unsigned char *data, size_t size, pp_model *model,
                  pp_error *err)
{
    pp_object *object = pp_model_first(model, err);
    reader *r = pp_alloc_zero(1, sizeof *r);

    if (object == NULL || r == NULL) {
        pp_free(r);
        return pp_fail_memory(err);
    }
    r->scan = pp_scan_start(data, size);
    r->mesh = &object->mesh;
    while (pp_scan_take(&r->scan, "solid"))
        if (read_solid(r, &model->provenance, err) != PP_OK)
            goto done;
    if (pp_scan_skip(&r->scan)) {
        fail_expected(r, "solid", err);
        goto done;
    }
    if (flush(r, err) == PP_OK)
        pp_welder_finish(&r->welder, r->mesh);
done:
    pp_welder_free(&r->welder);
    pp_free(r);
    return err->status;
}

static char *
put_text(char *p, const char *text)
{
    const size_t n = strlen(text);

    memcpy(p, text, n);
    return p + n;
}

static char *
put_triple(char *p, const char *before, const float x[3])
{
    p = put_text(p, before);
    for (int a = 0; a < 3; a++) {
        *p++ = ' ';
        p = pp_number_write_float(p, x[a]);
    }
    *p++ = '\n';
    return p;
}

/* More than the longest facet: twelve numbers and the words. */
#define FACET_ROOM (12 * PP_NUMBER_ROOM + 256)

static char *
put_facet(char *p, const pp_mesh *mesh, size_t t)
{
    float corner[3][3], normal[3];

    pp_stl_facet(mesh, t, corner, normal);
    p = put_triple(p, "facet normal", normal);
    p = put_text(p, " outer loop\n");
    for (int k = 0; k < 3; k++)
        p = put_triple(p, "  vertex", corner[k]);
    return put_text(p, " endloop\nendfacet\n");
}

pp_status
pp_stl_ascii_write(const pp_model *model, pp_bytes *out, pp_error *err)
{
    char header[80];
    char room[FACET_ROOM];

    if (pp_provenance_stl_header(&model->provenance, header, err) != PP_OK ||
        pp_bytes_printf(out, err, "solid %s\n", header) != PP_OK)
        return err->status;
    for (size_t i = 0; i < model->nobject; i++)
        for (size_t t = 0; t < model->object[i].mesh.ntri; t++) {
            const char *end = put_facet(room, &model->object[i].mesh, t);

            if (pp_bytes_append(out, room, (size_t)(end - room), err) != PP_OK)
                return err->status;
        }
    return pp_bytes_printf(out, err, "endsolid %s\n", header);
}
