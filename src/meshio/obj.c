/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * obj.c - Wavefront OBJ
 *
 *     v X Y Z           (a weight or a colour may follow)
 *     f A/B/C ...       (vertex/texture/normal numbers, from 1; negative ones
 *                        count back from the last vertex)
 *
 * A line that ends with "\" goes on in the next one. "#" starts a comment.
 * Curves and free surfaces are refused; points, lines, texture, normals and
 * materials are stepped over. An object is what "o NAME" starts, in files
 * without it what "g NAME" starts; but what shares vertices stays one object,
 * since sides of one solid may be groups as well. An object whose vertices all
 * have one colour has that colour: there is no other place for it in the file.
 */
#include "meshio/facets.h"
#include "meshio/formats.h"
#include "meshio/obj.h"
#include "meshio/scan.h"

#include "base/alloc.h"
#include "base/text.h"

#include <math.h>
#include <string.h>

#define NAME_LIMIT 1024

typedef struct {
    pp_facets facets;
    size_t capacity; /* of the mesh's vert */
    size_t nface;
    uint32_t *colour; /* of each vertex */
    size_t colour_capacity;
    pp_obj_group *group;
    size_t ngroup, group_capacity;
    const char *starts; /* a group: "o" or "g" */
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

/* Three shares of one behind the coordinates. */
static uint32_t
read_colour(pp_scan *line)
{
    uint32_t colour = PP_OBJ_COLOURED;
    double x;

    for (int c = 0; c < 3; c++) {
        if (!more_words(line) || !pp_scan_double(line, &x) || x < 0 || x > 1)
            return 0;
        colour |= (uint32_t)lround(255 * x) << 8 * c;
    }
    return colour;
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
            PP_OK ||
        pp_grow(&r->colour, &r->colour_capacity, m->nvert + 1,
                sizeof *r->colour, err) != PP_OK)
        return err->status;
    for (int a = 0; a < 3; a++)
        if (!more_words(line) || !pp_scan_double(line, &x[a]))
            return pp_fail(err, PP_EFORMAT, "vertex %zu: no finite number",
                           m->nvert);
    r->colour[m->nvert] = read_colour(line);
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

/* A group without facets is nothing: the next one takes its place. */
static pp_status
start_group(reader *r, pp_scan *line, pp_error *err)
{
    const char *text;
    size_t n;

    if (r->ngroup == 0 ||
        r->group[r->ngroup - 1].first < r->facets.mesh->ntri) {
        if (pp_grow(&r->group, &r->group_capacity, r->ngroup + 1,
                    sizeof *r->group, err) != PP_OK)
            return err->status;
        memset(&r->group[r->ngroup++], 0, sizeof *r->group);
    }
    pp_obj_group *group = &r->group[r->ngroup - 1];

    pp_free(group->name);
    group->name = NULL;
    group->first = r->facets.mesh->ntri;
    if (!pp_scan_skip(line))
        return PP_OK;
    text = line->p;
    n = (size_t)(line->end - line->p);
    group->name = pp_text_clean(text, n, NAME_LIMIT);
    return group->name != NULL ? PP_OK : pp_fail_memory(err);
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
    if (strcmp(word, r->starts) == 0)
        return start_group(r, line, err);
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

/* What starts objects in this file: "o" if any line has it. */
static const char *
find_start(pp_scan s)
{
    char word[32];

    while (s.p < s.end) {
        pp_scan line = next_line(&s);

        if (!pp_scan_skip(&line) || (*line.p != 'o' && *line.p != 'O'))
            continue;
        pp_scan_word(&line, word, sizeof word);
        if (strcmp(word, "o") == 0)
            return "o";
    }
    return "g";
}

pp_status
pp_obj_read(const unsigned char *data, size_t size, pp_model *model,
            pp_error *err)
{
    pp_scan s = pp_scan_start(data, size);
    pp_mesh all = { 0 };
    reader r = { .facets = { .mesh = &all }, .starts = find_start(s) };

    while (s.p < s.end) {
        pp_scan line = next_line(&s);

        if (read_line(&r, &line, &model->provenance, err) != PP_OK)
            goto done;
    }
    if (check_corners(&all, err) == PP_OK)
        (void)!pp_obj_make_objects(&all, r.colour, r.group, r.ngroup, model,
                                   err);
done:
    for (size_t i = 0; i < r.ngroup; i++)
        pp_free(r.group[i].name);
    pp_free(r.group);
    pp_free(r.colour);
    pp_mesh_free(&all);
    return err->status;
}
