/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ply.c - reading PLY
 *
 * Any order of elements and properties, any number types, text or binary. A
 * row is walked property by property; what is not a coordinate or a list of
 * corners is stepped over. Polygons become fans around their first corner.
 */
#include "meshio/facets.h"
#include "meshio/formats.h"
#include "meshio/ply_header.h"

#include "base/alloc.h"

#include <math.h>

typedef struct {
    pp_scan scan; /* at the rows */
    ply_encoding encoding;
    pp_mesh *mesh;
    uint64_t nvert; /* as the header says */
    pp_facets facets;
    const char *element; /* that is being read, for messages */
    uint64_t row;
    const char *wanted; /* a number of the vertices, or NULL */
    float *field;       /* its values, with the mesh's vertices */
} reader;

static size_t
bytes_left(const reader *r)
{
    return (size_t)(r->scan.end - r->scan.p);
}

static pp_status
fail_row(const reader *r, const char *what, pp_error *err)
{
    return pp_fail(err, PP_EFORMAT, "%s %llu: %s", r->element,
                   (unsigned long long)r->row, what);
}

static double
binary_value(const unsigned char *p, ply_type type, bool big)
{
    switch (type) {
    case PLY_I8:
        return (int8_t)p[0];
    case PLY_U8:
        return p[0];
    case PLY_I16:
        return (int16_t)(big ? pp_get_u16be(p) : pp_get_u16le(p));
    case PLY_U16:
        return big ? pp_get_u16be(p) : pp_get_u16le(p);
    case PLY_I32:
        return (int32_t)(big ? pp_get_u32be(p) : pp_get_u32le(p));
    case PLY_U32:
        return big ? pp_get_u32be(p) : pp_get_u32le(p);
    case PLY_F32:
        return (double)pp_float_from_bits(big ? pp_get_u32be(p)
                                              : pp_get_u32le(p));
    default:
        return pp_double_from_bits(big ? pp_get_u64be(p) : pp_get_u64le(p));
    }
}

/* False when the file ends, or the text there is no finite number. */
static bool
take_value(reader *r, ply_type type, double *value)
{
    const size_t size = ply_type_size(type);

    if (r->encoding == PLY_ASCII)
        return pp_scan_double(&r->scan, value);
    if (bytes_left(r) < size)
        return false;
    *value = binary_value((const unsigned char *)r->scan.p, type,
                          r->encoding == PLY_BIG);
    r->scan.p += size;
    return true;
}

/* Steps over n values, whatever they say ("nan" too). */
static bool
skip_values(reader *r, ply_type type, uint64_t n)
{
    char word[2];

    if (r->encoding != PLY_ASCII) {
        if (n > bytes_left(r) / ply_type_size(type))
            return false;
        r->scan.p += n * ply_type_size(type);
        return true;
    }
    for (; n > 0; n--) {
        if (!pp_scan_skip(&r->scan))
            return false;
        pp_scan_word(&r->scan, word, sizeof word);
    }
    return true;
}

/* A list's length: no more than the bytes that are left can hold. */
static pp_status
take_length(reader *r, const ply_property *p, uint32_t *n, pp_error *err)
{
    const size_t least = r->encoding == PLY_ASCII ? 1 : ply_type_size(p->type);
    const size_t most = bytes_left(r) / least;
    double value;

    if (!take_value(r, p->count_type, &value))
        return fail_row(r, "the file ends here, or a list has no length", err);
    if (value < 0 || value != floor(value) ||
        value > (double)most || value > UINT32_MAX)
        return fail_row(r, "a list is longer than the file", err);
    *n = (uint32_t)value;
    return PP_OK;
}

static pp_status
skip_property(reader *r, const ply_property *p, pp_error *err)
{
    uint32_t n = 1;

    if (p->list && take_length(r, p, &n, err) != PP_OK)
        return err->status;
    if (!skip_values(r, p->type, n))
        return fail_row(r, "the file ends here", err);
    return PP_OK;
}

/* The fewest bytes that a row of this element takes. */
static uint64_t
least_row(const reader *r, const ply_element *e)
{
    uint64_t n = 0;

    for (size_t i = 0; i < e->nproperty; i++) {
        const ply_property *p = &e->property[i];

        n += r->encoding == PLY_ASCII ? 1
                                      : ply_type_size(p->list ? p->count_type
                                                              : p->type);
    }
    return n;
}

static pp_status
check_count(const reader *r, const ply_element *e, pp_error *err)
{
    const uint64_t least = least_row(r, e);

    if (least > 0 && e->count > bytes_left(r) / least)
        return pp_fail(err, PP_EFORMAT, "the header promises %llu rows of "
                       "'%s', more than the file holds",
                       (unsigned long long)e->count, e->name);
    return PP_OK;
}

/* ---- vertices ---- */

static int
axis_of(const ply_property *p)
{
    if (p->list || p->name[0] < 'x' || p->name[0] > 'z' || p->name[1] != '\0')
        return -1;
    return p->name[0] - 'x';
}

/* Of a binary file: text may say "nan", which the scan takes for no number. */
static bool
is_wanted(const reader *r, const ply_property *p)
{
    return r->wanted != NULL && !p->list && r->encoding != PLY_ASCII &&
           strcmp(p->name, r->wanted) == 0;
}

static pp_status
read_vertex(reader *r, const ply_element *e, pp_vec3 *v, pp_error *err)
{
    double x[3] = { 0, 0, 0 };

    for (size_t i = 0; i < e->nproperty; i++) {
        const int axis = axis_of(&e->property[i]);

        if (is_wanted(r, &e->property[i])) {
            double value;

            if (!take_value(r, e->property[i].type, &value))
                return fail_row(r, "the file ends here", err);
            r->field[r->row] = (float)value;
        } else if (axis < 0) {
            if (skip_property(r, &e->property[i], err) != PP_OK)
                return err->status;
        } else if (!take_value(r, e->property[i].type, &x[axis])) {
            return fail_row(r, "no number where a coordinate should be", err);
        }
    }
    *v = pp_vec(x[0], x[1], x[2]);
    if (!pp_finite(*v))
        return fail_row(r, "is not finite", err);
    return PP_OK;
}

static pp_status
read_vertices(reader *r, const ply_element *e, pp_error *err)
{
    int naxis[3] = { 0, 0, 0 };

    for (size_t i = 0; i < e->nproperty; i++)
        if (axis_of(&e->property[i]) >= 0)
            naxis[axis_of(&e->property[i])]++;
    if (naxis[0] != 1 || naxis[1] != 1 || naxis[2] != 1)
        return pp_fail(err, PP_EFORMAT, "PLY header: a vertex has not one x, "
                       "y and z");
    if (e->count > PP_MESH_LIMIT)
        return pp_fail(err, PP_ELIMIT, "more than %zu vertices",
                       PP_MESH_LIMIT);
    r->mesh->vert = pp_alloc((size_t)e->count, sizeof *r->mesh->vert);
    if (r->mesh->vert == NULL)
        return pp_fail_memory(err);
    r->mesh->nvert = (size_t)e->count;
    pp_free(r->field);
    r->field = NULL;
    for (size_t i = 0; i < e->nproperty && r->field == NULL; i++)
        if (is_wanted(r, &e->property[i])) {
            r->field = pp_alloc((size_t)e->count, sizeof *r->field);
            if (r->field == NULL)
                return pp_fail_memory(err);
        }
    for (r->row = 0; r->row < e->count; r->row++)
        if (read_vertex(r, e, &r->mesh->vert[r->row], err) != PP_OK)
            return err->status;
    return PP_OK;
}

/* ---- facets ---- */

static pp_status
take_corner(reader *r, ply_type type, uint32_t *corner, pp_error *err)
{
    double value;

    if (!take_value(r, type, &value))
        return fail_row(r, "no number where a vertex number should be", err);
    if (!(value >= 0 && value < (double)r->nvert) || value != floor(value))
        return fail_row(r, "names a vertex that does not exist", err);
    *corner = (uint32_t)value;
    return PP_OK;
}

static pp_status
read_polygon(reader *r, const ply_property *p, pp_error *err)
{
    pp_fan fan = { 0 };
    uint32_t n, corner = 0;

    if (take_length(r, p, &n, err) != PP_OK)
        return err->status;
    if (n < 3)
        return fail_row(r, "has fewer than three corners", err);
    for (uint32_t k = 0; k < n; k++)
        if (take_corner(r, p->type, &corner, err) != PP_OK ||
            pp_fan_add(&fan, &r->facets, corner, err) != PP_OK)
            return err->status;
    return PP_OK;
}

/* Every corner makes a facet with the two before it; -1 starts anew. */
static pp_status
read_strip(reader *r, const ply_property *p, pp_error *err)
{
    uint32_t n, corner[3] = { 0, 0, 0 };
    size_t run = 0;
    double value;

    if (take_length(r, p, &n, err) != PP_OK)
        return err->status;
    for (uint32_t k = 0; k < n; k++) {
        if (!take_value(r, p->type, &value))
            return fail_row(r, "no number in a strip", err);
        if (value == -1) {
            run = 0;
            continue;
        }
        if (!(value >= 0 && value < (double)r->nvert) || value != floor(value))
            return fail_row(r, "names a vertex that does not exist", err);
        corner[0] = corner[1];
        corner[1] = corner[2];
        corner[2] = (uint32_t)value;
        if (++run >= 3 &&
            pp_facets_add(&r->facets, corner[run % 2 ? 0 : 1],
                          corner[run % 2 ? 1 : 0], corner[2], err) != PP_OK)
            return err->status;
    }
    return PP_OK;
}

static bool
is_corner_list(const ply_property *p)
{
    return p->list && (strcmp(p->name, "vertex_indices") == 0 ||
                       strcmp(p->name, "vertex_index") == 0);
}

static pp_status
read_faces(reader *r, const ply_element *e, bool strips, pp_error *err)
{
    size_t nlist = 0;

    for (size_t i = 0; i < e->nproperty; i++)
        nlist += is_corner_list(&e->property[i]);
    if (nlist != 1)
        return pp_fail(err, PP_EFORMAT, "PLY header: '%s' has not one list of "
                       "vertex_indices", e->name);
    /* room for triangles, unless the file is too short for that many */
    if (pp_grow(&r->mesh->tri, &r->facets.capacity,
                e->count < bytes_left(r) / 4 ? (size_t)e->count
                                             : bytes_left(r) / 4,
                sizeof *r->mesh->tri, err) != PP_OK)
        return err->status;
    for (r->row = 0; r->row < e->count; r->row++)
        for (size_t i = 0; i < e->nproperty; i++) {
            const ply_property *p = &e->property[i];

            if ((is_corner_list(p) ? strips ? read_strip(r, p, err)
                                            : read_polygon(r, p, err)
                                   : skip_property(r, p, err)) != PP_OK)
                return err->status;
        }
    return PP_OK;
}

static pp_status
skip_element(reader *r, const ply_element *e, pp_error *err)
{
    if (e->nproperty == 0)
        return PP_OK;
    for (r->row = 0; r->row < e->count; r->row++)
        for (size_t i = 0; i < e->nproperty; i++)
            if (skip_property(r, &e->property[i], err) != PP_OK)
                return err->status;
    return PP_OK;
}

static pp_status
read_elements(reader *r, const ply_header *header, pp_error *err)
{
    for (size_t i = 0; i < header->nelement; i++)
        if (strcmp(header->element[i].name, "vertex") == 0)
            r->nvert = header->element[i].count;
    for (size_t i = 0; i < header->nelement; i++) {
        const ply_element *e = &header->element[i];

        r->element = e->name;
        if (check_count(r, e, err) != PP_OK)
            return err->status;
        if (strcmp(e->name, "vertex") == 0)
            (void)!read_vertices(r, e, err);
        else if (strcmp(e->name, "face") == 0)
            (void)!read_faces(r, e, false, err);
        else if (strcmp(e->name, "tristrips") == 0)
            (void)!read_faces(r, e, true, err);
        else
            (void)!skip_element(r, e, err);
        if (err->status != PP_OK)
            return err->status;
    }
    return PP_OK;
}

static pp_status
read_ply(const unsigned char *data, size_t size, const char *wanted,
         pp_model *model, pp_format *format, float **field, pp_error *err)
{
    pp_object *object = pp_model_first(model, err);
    reader r = { 0 };
    ply_header header;

    if (object == NULL)
        return err->status;
    r.scan = pp_scan_start(data, size);
    r.mesh = r.facets.mesh = &object->mesh;
    r.wanted = wanted;
    if (ply_header_read(&r.scan, &header, &model->provenance, err) == PP_OK) {
        r.encoding = header.encoding;
        *format = header.encoding == PLY_ASCII ? PP_FORMAT_PLY_ASCII
                                               : PP_FORMAT_PLY;
        (void)!read_elements(&r, &header, err);
    }
    ply_header_free(&header);
    if (err->status == PP_OK && field != NULL)
        *field = r.field;
    else
        pp_free(r.field);
    return err->status;
}

pp_status
pp_ply_read(const unsigned char *data, size_t size, pp_model *model,
            pp_format *format, pp_error *err)
{
    return read_ply(data, size, NULL, model, format, NULL, err);
}

pp_status
pp_ply_read_field(const void *data, size_t size, const char *name,
                  pp_mesh *mesh, float **value, pp_error *err)
{
    pp_model model = { 0 };
    pp_format format;

    memset(mesh, 0, sizeof *mesh);
    *value = NULL;
    if (read_ply(data, size, name, &model, &format, value, err) == PP_OK) {
        *mesh = model.object[0].mesh;
        memset(&model.object[0].mesh, 0, sizeof model.object[0].mesh);
    }
    pp_model_free(&model);
    return err->status;
}
