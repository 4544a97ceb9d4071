/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * stl.c - binary STL
 *
 * 80 bytes of header, a count, and 50 bytes a facet: normal, three corners,
 * two attribute bytes (3D Systems, 1989). Neither the header nor the stored
 * normals can be trusted: headers may say "solid", which is ASCII's first
 * word, and many writers leave normals zero. So the count against the size
 * decides what the file is, and the corners' order decides the normal.
 */
#include "meshio/formats.h"
#include "meshio/welder.h"

#include "base/alloc.h"
#include "base/file.h"

#include <math.h>

#define HEADER 84
#define RECORD 50
#define MANY 100000             /* facets that several threads write */
#define PIECE ((size_t)1 << 17) /* facets written at a time */
#define BATCH (PP_WELDER_BATCH / 3)

static bool
plausible_coordinate(uint32_t bits)
{
    const double x = fabs((double)pp_float_from_bits(bits));

    /* text and pictures, read as floats, are far outside nearly everywhere */
    return x == 0 || (x > 1e-25 && x < 1e9);
}

/* Records hold zeros and other bytes that no text has. */
static bool
is_text(const unsigned char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (p[i] < '\t' || (p[i] > '\r' && p[i] < ' ') || p[i] == 0x7f)
            return false;
    return true;
}

/* The first facets' numbers look like millimetres rather than text. */
static bool
plausible_facets(const unsigned char *data, size_t size)
{
    const size_t count = pp_get_u32le(data + 80);
    const size_t nwhole = (size - HEADER) / RECORD;

    for (size_t t = 0; t < nwhole && t < 16 && (t < count || count == 0); t++)
        for (size_t k = 3; k < 12; k++) /* the normal may be anything */
            if (!plausible_coordinate(
                    pp_get_u32le(data + HEADER + t * RECORD + 4 * k)))
                return false;
    return nwhole > 0 && !is_text(data + 80, size < 1024 ? size - 80 : 944);
}

bool
pp_stl_looks_binary(const unsigned char *data, size_t size)
{
    if (size < HEADER)
        return false;
    if ((uint64_t)pp_get_u32le(data + 80) * RECORD == size - HEADER)
        return true;
    return plausible_facets(data, size);
}

static pp_status
keep_attributes(pp_mesh *mesh, size_t facet, uint16_t attribute, pp_error *err)
{
    if (mesh->attribute == NULL) {
        if (attribute == 0)
            return PP_OK;
        mesh->attribute = pp_alloc_zero(mesh->ntri, sizeof attribute);
        if (mesh->attribute == NULL)
            return pp_fail_memory(err);
    }
    mesh->attribute[facet] = attribute;
    return PP_OK;
}

/* Facets first .. first + n - 1, whose records start at p. */
static pp_status
read_batch(const unsigned char *p, size_t first, size_t n, pp_welder *welder,
           pp_mesh *mesh, pp_error *err)
{
    float point[PP_WELDER_BATCH][3];

    for (size_t t = 0; t < n; t++, p += RECORD) {
        for (size_t k = 0; k < 9; k++) {
            const float x = pp_float_from_bits(pp_get_u32le(p + 12 + 4 * k));

            if (!isfinite(x))
                return pp_fail(err, PP_EFORMAT, "facet %zu: vertex is not "
                               "finite", first + t);
            point[3 * t + k / 3][k % 3] = x;
        }
        if (keep_attributes(mesh, first + t, pp_get_u16le(p + 48), err) !=
            PP_OK)
            return err->status;
    }
    return pp_welder_add(welder, (const float (*)[3])point, 3 * n,
                         mesh->tri[first], err);
}

/* n whole records, the first of them facet `first` of the mesh. */
static pp_status
read_records(const unsigned char *p, size_t first, size_t n, pp_welder *welder,
             pp_mesh *mesh, pp_error *err)
{
    for (size_t t = 0; t < n; t += BATCH)
        if (read_batch(p + t * RECORD, first + t,
                       n - t < BATCH ? n - t : BATCH, welder, mesh, err) !=
            PP_OK)
            return err->status;
    return PP_OK;
}

/* What the header says, and room for the facets that it counts. */
static pp_status
read_header(const unsigned char *header, pp_model *model, pp_welder *welder,
            pp_error *err)
{
    const size_t count = pp_get_u32le(header + 80);
    pp_object *object = pp_model_first(model, err);

    if (object == NULL ||
        pp_provenance_parse_stl_header(&model->provenance,
                                       (const char *)header, 80, err) !=
            PP_OK ||
        pp_mesh_alloc(&object->mesh, 0, count, err) != PP_OK)
        return err->status;
    return pp_welder_expect(welder, count, err);
}

static void
take_vertices(pp_welder *welder, pp_mesh *mesh)
{
    pp_free(mesh->vert); /* of no vertices */
    pp_welder_finish(welder, mesh);
}

pp_status
pp_stl_read(const unsigned char *data, size_t size, pp_model *model,
            pp_error *err)
{
    const size_t count = pp_get_u32le(data + 80);
    pp_welder welder = { 0 };

    if (count > (size - HEADER) / RECORD)
        return pp_fail(err, PP_EFORMAT, "facet %zu: the file ends here; its "
                       "header promises %zu facets",
                       (size - HEADER) / RECORD, count);
    if (read_header(data, model, &welder, err) == PP_OK &&
        read_records(data + HEADER, 0, count, &welder, &model->object[0].mesh,
                     err) == PP_OK)
        take_vertices(&welder, &model->object[0].mesh);
    pp_welder_free(&welder);
    return err->status;
}

/* Half a megabyte at a time. */
#define STREAM_FACETS ((size_t)40 * BATCH)

static pp_status
stream_facets(FILE *file, size_t count, pp_sha256_sum *sum, pp_welder *welder,
              pp_mesh *mesh, pp_error *err)
{
    unsigned char *piece = pp_alloc(STREAM_FACETS, RECORD);

    if (piece == NULL)
        return pp_fail_memory(err);
    for (size_t t = 0; t < count && err->status == PP_OK; t += STREAM_FACETS) {
        const size_t n = count - t < STREAM_FACETS ? count - t : STREAM_FACETS;

        if (fread(piece, RECORD, n, file) != n) {
            pp_fail(err, PP_EIO, "facet %zu: cannot read on", t);
            break;
        }
        pp_sha256_add(sum, piece, n * RECORD);
        (void)!read_records(piece, t, n, welder, mesh, err);
    }
    pp_free(piece);
    return err->status;
}

pp_status
pp_stl_stream(FILE *file, uint64_t size, pp_model *model, pp_sha256_sum *sum,
              bool *taken, pp_error *err)
{
    unsigned char header[HEADER];
    pp_welder welder = { 0 };

    *taken = size > HEADER && fread(header, HEADER, 1, file) == 1 &&
             (uint64_t)pp_get_u32le(header + 80) * RECORD == size - HEADER;
    if (!*taken)
        return PP_OK;
    pp_sha256_add(sum, header, HEADER);
    if (read_header(header, model, &welder, err) == PP_OK &&
        stream_facets(file, pp_get_u32le(header + 80), sum, &welder,
                      &model->object[0].mesh, err) == PP_OK)
        take_vertices(&welder, &model->object[0].mesh);
    pp_welder_free(&welder);
    return err->status;
}

void
pp_stl_facet(const pp_mesh *m, size_t t, float corner[3][3], float normal[3])
{
    pp_vec3 p[3], n;

    for (int k = 0; k < 3; k++) {
        const pp_vec3 v = m->vert[m->tri[t][k]];

        corner[k][0] = (float)v.x;
        corner[k][1] = (float)v.y;
        corner[k][2] = (float)v.z;
        p[k] = pp_vec(corner[k][0], corner[k][1], corner[k][2]);
    }
    n = pp_unit(pp_cross(pp_sub(p[1], p[0]), pp_sub(p[2], p[0])));
    normal[0] = (float)n.x;
    normal[1] = (float)n.y;
    normal[2] = (float)n.z;
}

static void
put_floats(unsigned char *p, const float *value, size_t n)
{
    for (size_t i = 0; i < n; i++)
        pp_put_u32le(p + 4 * i, pp_float_to_bits(value[i]));
}

static void
write_facet(const pp_mesh *mesh, size_t t, unsigned char *p)
{
    float corner[3][3], normal[3];

    pp_stl_facet(mesh, t, corner, normal);
    put_floats(p, normal, 3);
    put_floats(p + 12, corner[0], 9);
    pp_put_u16le(p + 48, mesh->attribute != NULL ? mesh->attribute[t] : 0);
}

/* Facets [first, end). */
static void
write_facets(const pp_mesh *mesh, size_t first, size_t end, unsigned char *p)
{
    #pragma omp parallel for schedule(static) if (end - first > MANY)
    for (ptrdiff_t t = (ptrdiff_t)first; t < (ptrdiff_t)end; t++)
        write_facet(mesh, (size_t)t, p + ((size_t)t - first) * RECORD);
}

static pp_status
make_header(const pp_model *model, unsigned char header[HEADER], pp_error *err)
{
    const size_t count = pp_model_facets(model);
    char words[80];

    if (count > UINT32_MAX)
        return pp_fail(err, PP_ELIMIT, "%zu facets: STL counts up to %u",
                       count, UINT32_MAX);
    if (pp_provenance_stl_header(&model->provenance, words, err) != PP_OK)
        return err->status;
    memcpy(header, words, sizeof words);
    pp_put_u32le(header + sizeof words, (uint32_t)count);
    return PP_OK;
}

pp_status
pp_stl_write(const pp_model *model, pp_bytes *out, pp_error *err)
{
    unsigned char header[HEADER], *p = NULL;

    if (make_header(model, header, err) != PP_OK ||
        pp_bytes_extend(out, HEADER + pp_model_facets(model) * RECORD, &p,
                        err) != PP_OK)
        return err->status;
    memcpy(p, header, HEADER);
    p += HEADER;
    for (size_t i = 0; i < model->nobject; i++) {
        write_facets(&model->object[i].mesh, 0, model->object[i].mesh.ntri, p);
        p += model->object[i].mesh.ntri * RECORD;
    }
    return PP_OK;
}

/* ---- piece by piece ---- */

typedef struct {
    const pp_model *model;
    size_t object, facet; /* next */
    bool begun;
    unsigned char *bytes;
} pieces;

static pp_status
first_piece(pieces *p, size_t *size, pp_error *err)
{
    if (make_header(p->model, p->bytes, err) != PP_OK)
        return err->status;
    p->begun = true;
    *size = HEADER;
    return PP_OK;
}

static pp_status
next_piece(void *state, const void **data, size_t *size, pp_error *err)
{
    pieces *p = state;

    *data = p->bytes;
    *size = 0;
    if (!p->begun)
        return first_piece(p, size, err);
    while (p->object < p->model->nobject && *size == 0) {
        const pp_mesh *m = &p->model->object[p->object].mesh;
        const size_t left = m->ntri - p->facet;
        const size_t n = left < PIECE ? left : PIECE;

        write_facets(m, p->facet, p->facet + n, p->bytes);
        *size = n * RECORD;
        p->facet += n;
        if (n == left) {
            p->object++;
            p->facet = 0;
        }
    }
    return PP_OK;
}

pp_status
pp_stl_write_file(const char *path, const pp_model *model, pp_error *err)
{
    pieces p = { .model = model };

    p.bytes = pp_alloc(PIECE, RECORD);
    if (p.bytes == NULL)
        return pp_fail_memory(err);
    (void)!pp_file_write_pieces(path, next_piece, &p, err);
    pp_free(p.bytes);
    return err->status;
}
