/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * obj.c - Wavefront OBJ
 *
 *     v X Y Z           (a weight or a colour may follow)
 *     f A/B/C ...       (vertex/texture/normal numbers, from 1; negative ones
 *                        count back from the last vertex)
 *
 * A line that ends with "\" goes on in the next one. "#" starts a comment.
 * Curves and free surfaces are refused; points, lines, texture, normals,
 * materials and groups are stepped over, and all facets are one object.
 */
#include "meshio/facets.h"
#include "meshio/formats.h"
#include "meshio/scan.h"

#include "base/alloc.h"
#include "shim/number.h"

typedef struct {
    pp_facets facets;
    size_t capacity; /* of the mesh's vert */
    size_t nface;
} reader;

/* Words that start a line, and that change no facet. */
static const char *const passed_over[] = {
    "vn", "vt", "vp", "o", "g", "s", "mg", "usemtl", "mtllib", "usemap",
    "maplib", "l", "p", "bevel", "c_interp", "d_interp", "lod", "shadow_obj",
    "trace_obj", NULL,
};

static bool
is_passed_over(const char *word)
{
    for (const char *const *w = passed_over; *w != NULL; w++)
        if (strcmp(word, *w) == 0)
            return true;
    return false;
}

/* The next line, together with those that it goes on in. */
static pp_scan
next_line(pp_scan *s)
{
    pp_scan line = *s;
    const char *text;
    size_t n;

    line.begin = s->p;
    do {
        pp_scan_line(s, &text, &n);
        while (n > 0 && pp_scan_is_blank(text[n - 1]))
            n--;
        line.end = text + n;
    } while (n > 0 && text[n - 1] == '\\' && s->p < s->end);
    return line;
}

/* To the next word of a line, over the "\" at the ends of its parts. */
static bool
more_words(pp_scan *line)
{
    while (pp_scan_skip(line) && *line->p == '\\' &&
           (line->p + 1 == line->end || pp_scan_is_blank(line->p[1])))
        line->p++;
    return line->p < line->end;
}

static pp_status
read_vertex(reader *r, pp_scan *line, pp_error *err)
{
    pp_mesh *m = r->facets.mesh;
    double x[3];

    if (m->nvert == PP_MESH_LIMIT)
        return pp_fail(err, PP_ELIMIT, "more than %zu vertices",
                       PP_MESH_LIMIT);
    if (pp_grow(&m->vert, &r->capacity, m->nvert + 1, sizeof *m->vert, err) !=
        PP_OK)
        return err->status;
    for (int a = 0; a < 3; a++)
        if (!more_words(line) || !pp_scan_double(line, &x[a]))
            return pp_fail(err, PP_EFORMAT, "vertex %zu: no finite number",
                           m->nvert);
    m->vert[m->nvert++] = pp_vec(x[0], x[1], x[2]);
    return PP_OK;
}

/* The number before the first "/" of a word; the rest is stepped over. */
static bool
take_corner(pp_scan *line, int64_t *corner)
{
    pp_scan number = *line;

    while (line->p < line->end && !pp_scan_is_blank(*line->p))
        line->p++;
    number.end = line->p;
    for (const char *p = number.p; p < number.end; p++)
        if (*p == '/')
            number.end = p;
    return pp_scan_integer(&number, corner) && number.p == number.end;
}

static pp_status
read_face(reader *r, pp_scan *line, pp_error *err)
{
    const size_t nvert = r->facets.mesh->nvert;
    pp_fan fan = { 0 };
    int64_t corner;

    while (more_words(line)) {
        if (!take_corner(line, &corner) || corner == 0 ||
            corner > (int64_t)PP_MESH_LIMIT || corner < -(int64_t)nvert)
            return pp_fail(err, PP_EFORMAT, "face %zu: no number of a vertex",
                           r->nface);
        corner = corner > 0 ? corner - 1 : (int64_t)nvert + corner;
        if (pp_fan_add(&fan, &r->facets, (uint32_t)corner, err) != PP_OK)
            return err->status;
    }
    if (fan.ncorner < 3)
        return pp_fail(err, PP_EFORMAT, "face %zu: has not three or more "
                       "corners", r->nface);
    r->nface++;
    return PP_OK;
}

static pp_status
read_line(reader *r, pp_scan *line, pp_provenance *provenance, pp_error *err)
{
    char word[32];

    if (!pp_scan_skip(line))
        return PP_OK;
    if (*line->p == '#')
        return pp_provenance_parse_text(provenance, line->p + 1,
                                        (size_t)(line->end - line->p - 1),
                                        err);
    pp_scan_word(line, word, sizeof word);
    if (strcmp(word, "v") == 0)
        return read_vertex(r, line, err);
    if (strcmp(word, "f") == 0 || strcmp(word, "fo") == 0)
        return read_face(r, line, err);
    if (is_passed_over(word))
        return PP_OK;
    return pp_fail(err, PP_EUNSUPPORTED, "'%s' is no part of a polygon mesh",
                   word);
}

/* Faces may name vertices that come later: so this is for the end. */
static pp_status
check_corners(const pp_mesh *m, pp_error *err)
{
    for (size_t t = 0; t < m->ntri; t++)
        for (int k = 0; k < 3; k++)
            if (m->tri[t][k] >= m->nvert)
                return pp_fail(err, PP_EFORMAT, "facet %zu: names a vertex "
                               "that does not exist", t);
    return PP_OK;
}

/* Lines that OBJ knows, up to the first vertex: there is no other mark. */
bool
pp_obj_looks(const unsigned char *data, size_t size)
{
    pp_scan s = pp_scan_start(data, size);
    char word[32];
    double x;

    while (s.p < s.end) {
        pp_scan line = next_line(&s);

        if (!pp_scan_skip(&line) || *line.p == '#')
            continue;
        pp_scan_word(&line, word, sizeof word);
        if (strcmp(word, "v") == 0)
            return more_words(&line) && pp_scan_double(&line, &x) &&
                   more_words(&line) && pp_scan_double(&line, &x);
        if (!is_passed_over(word) && strcmp(word, "f") != 0)
            return false;
    }
    return false;
}

pp_status
pp_obj_read(const unsigned char *data, size_t size, pp_model *model,
            pp_error *err)
{
    pp_object *object = pp_model_first(model, err);
    pp_scan s = pp_scan_start(data, size);
    reader r = { 0 };

    if (object == NULL)
        return err->status;
    r.facets.mesh = &object->mesh;
    while (s.p < s.end) {
        pp_scan line = next_line(&s);

        if (read_line(&r, &line, &model->provenance, err) != PP_OK)
            return err->status;
    }
    return check_corners(&object->mesh, err);
}

pp_status
pp_obj_write(const pp_model *model, bool keep_comments, pp_bytes *out,
             pp_error *err)
{
    uint32_t base = 1;

    if (pp_text_put_comments(out, &model->provenance, "# ", keep_comments,
                             err) != PP_OK)
        return err->status;
    for (size_t i = 0; i < model->nobject; i++) {
        const pp_mesh *m = &model->object[i].mesh;

        if (m->nvert > PP_MESH_LIMIT - base)
            return pp_fail(err, PP_ELIMIT, "more than %zu vertices",
                           PP_MESH_LIMIT);
        if (pp_bytes_printf(out, err, "o part%zu\n", i + 1) != PP_OK ||
            pp_text_put_vertices(out, m, "v ", err) != PP_OK ||
            pp_text_put_facets(out, m, "f ", base, err) != PP_OK)
            return err->status;
        base += (uint32_t)m->nvert;
    }
    return PP_OK;
}
