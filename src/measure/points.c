/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * points.c - calipers out of files that people and 3D Slicer write
 */
#include "measure/measure.h"

#include "base/alloc.h"
#include "base/text.h"
#include "shim/json.h"

#include <stdio.h>
#include <string.h>

#define MAX_MARKUPS 100000
#define MAX_FIELDS 16

typedef struct {
    pp_caliper *c;
    size_t n, capacity;
} list;

static pp_status
add(list *l, const pp_caliper *c, pp_error *err)
{
    if (pp_grow(&l->c, &l->capacity, l->n + 1, sizeof *c, err) != PP_OK)
        return err->status;
    l->c[l->n++] = *c;
    return PP_OK;
}

static void
set_name(pp_caliper *c, const char *name, size_t n)
{
    if (n >= sizeof c->name)
        n = sizeof c->name - 1;
    memcpy(c->name, name, n);
    c->name[n] = '\0';
}

/* ---- .mrk.json ---- */

static bool
point_of(const pp_json_document *d, size_t markup, int point, pp_vec3 *p)
{
    double v[3];

    for (int a = 0; a < 3; a++) {
        char path[96];

        snprintf(path, sizeof path,
                 "markups/%zu/controlPoints/%d/position/%d", markup, point, a);
        if (!pp_json_number(d, path, &v[a]))
            return false;
    }
    *p = pp_vec(v[0], v[1], v[2]);
    return pp_finite(*p);
}

static pp_status
decode_markup(const pp_json_document *d, size_t m, list *l, pp_error *err)
{
    char path[96];
    const char *system, *unit, *label;
    pp_caliper c = { 0 };

    snprintf(path, sizeof path, "markups/%zu/coordinateSystem", m);
    system = pp_json_text(d, path);
    snprintf(path, sizeof path, "markups/%zu/coordinateUnits", m);
    unit = pp_json_text(d, path);
    snprintf(path, sizeof path, "markups/%zu/controlPoints/0/label", m);
    label = pp_json_text(d, path);
    if (system == NULL ||
        (strcmp(system, "LPS") != 0 && strcmp(system, "RAS") != 0))
        return pp_fail(err, PP_EFORMAT, "markup %zu: coordinateSystem is "
                       "neither LPS nor RAS", m);
    if (unit != NULL && strcmp(unit, "mm") != 0)
        return pp_fail(err, PP_EFORMAT, "markup %zu: coordinateUnits are not "
                       "mm", m);
    if (!point_of(d, m, 0, &c.end[0]) || !point_of(d, m, 1, &c.end[1]))
        return pp_fail(err, PP_EFORMAT, "markup %zu: two points with "
                       "positions are wanted", m);
    for (int e = 0; e < 2 && strcmp(system, "RAS") == 0; e++)
        c.end[e] = pp_vec(-c.end[e].x, -c.end[e].y, c.end[e].z);
    if (label != NULL && *label != '\0')
        set_name(&c, label, strlen(label));
    else
        snprintf(c.name, sizeof c.name, "markup %zu", m);
    return add(l, &c, err);
}

static pp_status
decode_json(const void *data, size_t size, list *l, pp_error *err)
{
    pp_json_document *d;

    if (pp_json_parse(data, size, &d, err) != PP_OK)
        return err->status;
    for (size_t m = 0; m < MAX_MARKUPS; m++) {
        char path[96];

        snprintf(path, sizeof path, "markups/%zu/type", m);
        if (pp_json_text(d, path) == NULL)
            break;
        if (decode_markup(d, m, l, err) != PP_OK)
            break;
    }
    pp_json_document_free(d);
    return err->status;
}

/* ---- lines of fields ---- */

typedef struct {
    list *l;
    bool fcsv, ras, half; /* half: the first of two points is there */
    pp_caliper open;
} reader;

/* Cuts a line at its commas, in place. */
static int
fields_of(char *line, char *field[MAX_FIELDS])
{
    int n = 0;

    for (char *at = line; n < MAX_FIELDS; at++) {
        field[n++] = at;
        at += strcspn(at, ",");
        if (*at == '\0')
            break;
        *at = '\0';
    }
    return n;
}

static bool
triple(char *const *field, pp_vec3 *p)
{
    double v[3];

    for (int a = 0; a < 3; a++)
        if (!pp_text_to_double(field[a], &v[a]))
            return false;
    *p = pp_vec(v[0], v[1], v[2]);
    return true;
}

static void
take_comment(reader *r, const char *line)
{
    const char *key = strstr(line, "CoordinateSystem");

    if (strstr(line, "Markups fiducial file") != NULL) {
        r->fcsv = true;
        r->ras = true; /* what Slicer means when it says nothing */
    }
    if (key != NULL && strchr(key, '=') != NULL) {
        const char *value = strchr(key, '=') + 1;

        value += strspn(value, " ");
        r->ras = strncmp(value, "LPS", 3) != 0 && *value != '1';
    }
}

static pp_status
take_fiducial(reader *r, char *const *field, int n, size_t number,
              pp_error *err)
{
    pp_caliper *c = &r->open;
    pp_vec3 p;

    if (n < 4 || !triple(field + 1, &p))
        return pp_fail(err, PP_EFORMAT, "line %zu: no point", number);
    if (r->ras)
        p = pp_vec(-p.x, -p.y, p.z);
    c->end[r->half] = p;
    r->half = !r->half;
    if (!r->half)
        return add(r->l, c, err);
    field += n > 11 && *field[11] != '\0' ? 11 : 0;
    set_name(c, *field, strlen(*field));
    return PP_OK;
}

static pp_status
take_line(reader *r, char *line, size_t number, pp_error *err)
{
    char *field[MAX_FIELDS];
    pp_caliper c = { 0 };
    int n;

    line[strcspn(line, "\r")] = '\0';
    if (*line == '#')
        take_comment(r, line);
    if (*line == '#' || *line == '\0')
        return PP_OK;
    n = fields_of(line, field);
    if (r->fcsv)
        return take_fiducial(r, field, n, number, err);
    if (n != 7 || *field[0] == '\0' || !triple(field + 1, &c.end[0]) ||
        !triple(field + 4, &c.end[1]))
        return pp_fail(err, PP_EFORMAT, "line %zu: name,x,y,z,x,y,z is "
                       "wanted", number);
    set_name(&c, field[0], strlen(field[0]));
    return add(r->l, &c, err);
}

static pp_status
decode_lines(const char *data, size_t size, list *l, pp_error *err)
{
    reader r = { .l = l };
    char *copy = pp_alloc(size + 1, 1), *next;
    size_t number = 1;

    if (copy == NULL)
        return pp_fail_memory(err);
    memcpy(copy, data, size);
    copy[size] = '\0';
    if (strlen(copy) != size)
        pp_fail(err, PP_EFORMAT, "neither text nor JSON");
    for (char *line = copy; line != NULL && err->status == PP_OK;
         line = next, number++) {
        next = strchr(line, '\n');
        if (next != NULL)
            *next++ = '\0';
        (void)!take_line(&r, line, number, err);
    }
    if (err->status == PP_OK && r.half)
        pp_fail(err, PP_EFORMAT, "an odd number of points: calipers take two");
    pp_free(copy);
    return err->status;
}

pp_status
pp_calipers_decode(const void *data, size_t size, pp_caliper **out, size_t *n,
                   pp_error *err)
{
    const char *text = data;
    list l = { 0 };
    size_t at = 0;

    *out = NULL;
    *n = 0;
    while (at < size && (text[at] == ' ' || text[at] == '\n' ||
                         text[at] == '\r' || text[at] == '\t'))
        at++;
    if ((at < size && text[at] == '{' ? decode_json(data, size, &l, err)
                                      : decode_lines(text, size, &l, err)) ==
            PP_OK &&
        l.n == 0)
        pp_fail(err, PP_EFORMAT, "no calipers in it");
    if (err->status != PP_OK) {
        pp_free(l.c);
        return err->status;
    }
    *out = l.c;
    *n = l.n;
    return PP_OK;
}
