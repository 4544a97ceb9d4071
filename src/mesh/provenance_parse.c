/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * provenance_parse.c - provenance out of lines of text, or of an STL header
 *
 * A line that names no key, or whose value cannot be, is a comment: nothing
 * that a file says is an error here, and nothing is guessed.
 */
#include "mesh/provenance_text.h"

#include "base/alloc.h"
#include "base/text.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* The string that a key's line sets or goes on with, or NULL. */
static char **
text_field(pp_provenance *p, const char *key)
{
    pp_prov_input *in = p->ninput > 0 ? &p->input[p->ninput - 1] : NULL;
    pp_prov_step *step = p->nstep > 0 ? &p->step[p->nstep - 1] : NULL;

    if (strcmp(key, "unit") == 0)
        return &p->unit;
    if (strcmp(key, "frame") == 0)
        return &p->frame;
    if (strcmp(key, "side") == 0)
        return &p->side;
    if (strcmp(key, "label_name") == 0)
        return &p->label_name;
    if (strcmp(key, "comment") == 0)
        return p->ncomment > 0 ? &p->comment[p->ncomment - 1] : NULL;
    if (strcmp(key, "input") == 0)
        return in != NULL ? &in->role : NULL;
    if (strcmp(key, "detail") == 0)
        return in != NULL ? &in->detail : NULL;
    if (step == NULL)
        return NULL;
    return strcmp(key, "step") == 0      ? &step->tool
           : strcmp(key, "version") == 0 ? &step->version
           : strcmp(key, "options") == 0 ? &step->options
           : strcmp(key, "changes") == 0 ? &step->changes
                                         : NULL;
}

/* n finite numbers with one blank between them, and nothing else. */
static bool
read_reals(const char *text, double *value, size_t n)
{
    char part[PP_NUMBER_SIZE];

    for (size_t i = 0; i < n; i++) {
        const size_t length = strcspn(text, " ");

        if (length >= sizeof part || (text[length] == ' ') != (i + 1 < n))
            return false;
        memcpy(part, text, length);
        part[length] = '\0';
        if (!pp_text_to_double(part, &value[i]))
            return false;
        text += length + 1;
    }
    return true;
}

static bool
read_dim(const char *text, size_t dim[3])
{
    double value[3];

    if (!read_reals(text, value, 3))
        return false;
    for (int a = 0; a < 3; a++) {
        if (!(value[a] >= 1 && value[a] <= 0x1p53) ||
            value[a] != (double)(size_t)value[a])
            return false;
        dim[a] = (size_t)value[a];
    }
    return true;
}

/* The grid is known when its last line is. */
static bool
read_grid(pp_provenance *p, const char *key, const char *value)
{
    if (strcmp(key, "dim") == 0)
        return read_dim(value, p->dim);
    if (strcmp(key, "voxel_mm") == 0)
        return read_reals(value, p->voxel_mm, 3);
    if (strcmp(key, "to_lps_x") == 0)
        return read_reals(value, p->to_lps[0], 4);
    if (strcmp(key, "to_lps_y") == 0)
        return read_reals(value, p->to_lps[1], 4);
    if (strcmp(key, "to_lps_z") != 0 || !read_reals(value, p->to_lps[2], 4))
        return false;
    p->has_grid = p->dim[0] > 0 && p->voxel_mm[0] > 0;
    return true;
}

/* How the mesh was laid elsewhere is known when the last line is. */
static bool
read_placement(pp_provenance *p, const char *key, const char *value)
{
    if (strcmp(key, "placed_x") == 0)
        return read_reals(value, p->placement[0], 4);
    if (strcmp(key, "placed_y") == 0)
        return read_reals(value, p->placement[1], 4);
    if (strcmp(key, "placed_z") != 0 ||
        !read_reals(value, p->placement[2], 4))
        return false;
    p->has_placement = true;
    return true;
}

/* Values that are no text. False: not one of these keys, or not a value. */
static bool
read_value(pp_provenance *p, const char *key, const char *value)
{
    int64_t n;

    if (strcmp(key, "label") == 0 &&
        pp_text_to_integer(value, INT64_MIN, INT64_MAX, &n)) {
        p->has_label = true;
        p->label = n;
        return true;
    }
    if (strcmp(key, "status") == 0 && p->nstep > 0 &&
        pp_text_to_integer(value, 0, 2, &n)) {
        p->step[p->nstep - 1].status = (int)n;
        return true;
    }
    if (strcmp(key, "sha256") == 0 && p->ninput > 0 && strlen(value) == 64 &&
        strspn(value, "0123456789abcdef") == 64) {
        assert(p->input != NULL);
        memcpy(p->input[p->ninput - 1].sha256, value, 65);
        return true;
    }
    return read_grid(p, key, value) || read_placement(p, key, value);
}

static bool
may_be_unknown(const char *key)
{
    return strcmp(key, "label") == 0 || strcmp(key, "dim") == 0 ||
           strcmp(key, "sha256") == 0;
}

/* One "key: value" of ours; *taken says whether it was one. */
static pp_status
take_pair(pp_provenance *p, const char *key, const char *value, bool *taken,
          pp_error *err)
{
    const bool unknown = strcmp(value, "unknown") == 0;
    char **field;

    *taken = true;
    if (strcmp(key, "comment") == 0)
        return pp_prov_comment(p, value, strlen(value), err);
    if (strcmp(key, "input") == 0)
        return pp_provenance_add_input(p, unknown ? NULL : value, NULL, NULL,
                                       err);
    if (strcmp(key, "step") == 0)
        return pp_provenance_add_step(p, unknown ? NULL : value, NULL, NULL,
                                      NULL, 0, err);
    field = text_field(p, key);
    if (field != NULL)
        return pp_prov_set(field, unknown ? NULL : value, err);
    *taken = (unknown && may_be_unknown(key)) || read_value(p, key, value);
    return PP_OK;
}

/* 3D Slicer's way to name the frame, anywhere in a line. */
static bool
find_space(const char *line, const char **frame)
{
    const char *at = strstr(line, "SPACE=");

    if (at == NULL)
        return false;
    if (strncmp(at + 6, "LPS", 3) == 0)
        *frame = "LPS";
    else if (strncmp(at + 6, "RAS", 3) == 0)
        *frame = "RAS";
    else
        return false;
    return true;
}

static pp_status
take_foreign(pp_provenance *p, const char *line, pp_error *err)
{
    const char *frame = NULL;

    if (find_space(line, &frame))
        return pp_prov_set(&p->frame, frame, err);
    return pp_prov_comment(p, line, strlen(line), err);
}

pp_status
pp_provenance_parse_line(pp_provenance *p, const char *line, pp_error *err)
{
    const char *colon = strstr(line, ": ");
    const size_t n = colon != NULL ? (size_t)(colon - line) : 0;
    bool taken = false;
    char key[16];

    if (strcmp(line, "printprep: 1") == 0) {
        p->ours = true;
        return PP_OK;
    }
    if (!p->ours)
        return take_foreign(p, line, err);
    if (n > 0 && n < sizeof key) {
        memcpy(key, line, n);
        key[n] = '\0';
        if (key[n - 1] == '+') {
            char **field;

            key[n - 1] = '\0';
            field = text_field(p, key);
            if (field != NULL && *field != NULL)
                return pp_prov_append(field, colon + 2, err);
        } else if (take_pair(p, key, colon + 2, &taken, err) != PP_OK) {
            return err->status;
        }
    }
    return taken ? PP_OK : pp_prov_comment(p, line, strlen(line), err);
}

/* The text behind "KEY=" up to the next blank, in value. */
static bool
header_value(const char *header, const char *key, char *value, size_t size)
{
    const char *at = strstr(header, key);
    size_t n;

    if (at == NULL)
        return false;
    at += strlen(key);
    n = strcspn(at, " ");
    if (n == 0 || n >= size)
        return false;
    memcpy(value, at, n);
    value[n] = '\0';
    return true;
}

/* A header of ours: what the lines said is lost, the verdict is not. */
static pp_status
take_our_header(pp_provenance *p, const char *header, pp_error *err)
{
    char value[40], changes[64] = "";
    int status = 0;

    if (header_value(header, " PLACED=", value, sizeof value) &&
        pp_prov_set(&p->frame, "placed", err) != PP_OK)
        return err->status;
    if (header_value(header, " UNIT=", value, sizeof value) &&
        pp_prov_set(&p->unit, value, err) != PP_OK)
        return err->status;
    if (header_value(header, " STATUS=", value, sizeof value))
        status = strcmp(value, "0") != 0;
    if (header_value(header, " SHA256=", value, sizeof value))
        snprintf(changes, sizeof changes, "stl_header_sha256=%s", value);
    return pp_provenance_add_step(p, "stl-header", NULL, NULL, changes, status,
                                  err);
}

pp_status
pp_provenance_parse_stl_header(pp_provenance *p, const char *header, size_t n,
                               pp_error *err)
{
    const char *frame = NULL;
    char text[128];

    if (n >= sizeof text)
        return pp_prov_comment(p, header, n, err);
    memcpy(text, header, n);
    text[n] = '\0';
    while (text[0] == ' ')
        memmove(text, text + 1, strlen(text));
    if (find_space(text, &frame) && pp_prov_set(&p->frame, frame, err) != PP_OK)
        return err->status;
    if (strncmp(text, "printprep ", 10) == 0)
        return take_our_header(p, text, err);
    return frame != NULL ? PP_OK : pp_prov_comment(p, text, strlen(text), err);
}
