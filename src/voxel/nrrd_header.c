/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nrrd_header.c - the lines of an NRRD header
 *
 * Source: teem's "Definition of NRRD File Format" (NRRD0001 to 0005). Fields
 * are rows of a table; what says nothing about place, size or encoding is
 * passed over.
 */
#include "voxel/nrrd.h"

#include "base/alloc.h"
#include "base/cause.h"
#include "base/text.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

void
pp_nrrd_free(pp_nrrd *h)
{
    for (size_t s = 0; s < h->nsegment; s++)
        pp_free(h->segment[s].name);
    pp_free(h->segment);
    pp_raw_files_free(&h->files);
    memset(h, 0, sizeof *h);
}

static pp_status
odd(const char *field, pp_error *err)
{
    return pp_fail(err, PP_EFORMAT, "the field \"%s\" is odd", field);
}

static pp_status
set_type(pp_nrrd *h, const char *path, char *text, pp_error *err)
{
    static const struct {
        const char *name; /* spellings parted by '|' */
        pp_raw_type type;
    } row[] = {
        { "|signed char|int8|int8_t|", { PP_VOXEL_I8, 1, false, true } },
        { "|uchar|unsigned char|uint8|uint8_t|",
          { PP_VOXEL_U8, 1, false, false } },
        { "|short|short int|signed short|signed short int|int16|int16_t|",
          { PP_VOXEL_I16, 2, false, true } },
        { "|ushort|unsigned short|unsigned short int|uint16|uint16_t|",
          { PP_VOXEL_U16, 2, false, false } },
        { "|int|signed int|int32|int32_t|", { PP_VOXEL_I32, 4, false, true } },
        { "|uint|unsigned int|uint32|uint32_t|",
          { PP_VOXEL_U32, 4, false, false } },
        { "|longlong|long long|long long int|signed long long|signed long "
          "long int|int64|int64_t|", { PP_VOXEL_F64, 8, true, true } },
        { "|ulonglong|unsigned long long|unsigned long long int|uint64|"
          "uint64_t|", { PP_VOXEL_F64, 8, true, false } },
        { "|float|", { PP_VOXEL_F32, 4, false, true } },
        { "|double|", { PP_VOXEL_F64, 8, false, true } },
    };
    char word[64];

    (void)path;
    snprintf(word, sizeof word, "|%s|", text);
    for (size_t r = 0; r < sizeof row / sizeof *row; r++)
        if (strstr(row[r].name, word) != NULL && strlen(text) > 0) {
            h->layout.type = row[r].type;
            h->has_type = true;
            return PP_OK;
        }
    return pp_fail(err, PP_EUNSUPPORTED, "voxels of type \"%.40s\"", text);
}

static pp_status
set_dimension(pp_nrrd *h, const char *path, char *text, pp_error *err)
{
    int64_t n;

    (void)path;
    if (!pp_text_to_integer(text, 1, PP_NRRD_AXES, &n))
        return odd("dimension", err);
    h->naxis = (size_t)n;
    return PP_OK;
}

static pp_status
set_sizes(pp_nrrd *h, const char *path, char *text, pp_error *err)
{
    uint64_t size[PP_NRRD_AXES];

    (void)path;
    if (h->naxis == 0 || !pp_raw_counts(text, h->naxis, size))
        return odd("sizes", err);
    for (size_t a = 0; a < h->naxis; a++) {
        if (size[a] == 0)
            return odd("sizes", err);
        h->axis[a].size = size[a];
    }
    return PP_OK;
}

/* "nan" is how the format says that an axis has no spacing. */
static pp_status
set_spacings(pp_nrrd *h, const char *path, char *text, pp_error *err)
{
    char *save = NULL, *word = strtok_r(text, " \t", &save);

    (void)path;
    for (size_t a = 0; a < h->naxis; a++) {
        if (word == NULL)
            return odd("spacings", err);
        if (strcasecmp(word, "nan") != 0 &&
            !pp_text_to_double(word, &h->axis[a].spacing))
            return odd("spacings", err);
        word = strtok_r(NULL, " \t", &save);
    }
    return word == NULL ? PP_OK : odd("spacings", err);
}

static pp_status
set_space(pp_nrrd *h, const char *path, char *text, pp_error *err)
{
    static const struct {
        const char *name;
        double sign[3];
    } row[] = {
        { "left-posterior-superior", { 1, 1, 1 } },
        { "lps", { 1, 1, 1 } },
        { "right-anterior-superior", { -1, -1, 1 } },
        { "ras", { -1, -1, 1 } },
        { "left-anterior-superior", { 1, -1, 1 } },
        { "las", { 1, -1, 1 } },
    };
    static const char *const unplaced[] = {
        "scanner-xyz", "3d-right-handed", "3d-left-handed" };
    size_t n = strlen(text);

    (void)path;
    if (n > 5 && strcasecmp(text + n - 5, "-time") == 0)
        text[n - 5] = '\0'; /* the fourth axis is not one of space */
    else if (n == 4 && toupper((unsigned char)text[3]) == 'T')
        text[3] = '\0';
    for (size_t r = 0; r < sizeof row / sizeof *row; r++)
        if (strcasecmp(text, row[r].name) == 0) {
            memcpy(h->to_lps, row[r].sign, sizeof h->to_lps);
            return PP_OK;
        }
    for (size_t u = 0; u < sizeof unplaced / sizeof *unplaced; u++)
        if (strcasecmp(text, unplaced[u]) == 0)
            return PP_OK;
    return pp_fail(err, PP_EUNSUPPORTED, "the space \"%.40s\" is not known",
                   text);
}

/* "(a,b,c)" or "(a,b,c,d)"; true with *none for "none" and for NaNs. */
static bool
read_vector(char **text, double v[3], bool *none)
{
    double all[4] = { 0 };
    char *p = pp_raw_trim(*text), *end;

    *none = false;
    if (strncasecmp(p, "none", 4) == 0) {
        *none = true;
        *text = p + 4;
        return true;
    }
    end = strchr(p, ')');
    if (*p != '(' || end == NULL)
        return false;
    *end = '\0';
    *text = end + 1;
    if (strstr(p, "nan") != NULL || strstr(p, "NaN") != NULL) {
        *none = true;
        return true;
    }
    if (!pp_raw_reals(p + 1, 3, all) && !pp_raw_reals(p + 1, 4, all))
        return false;
    memcpy(v, all, 3 * sizeof *v);
    return true;
}

static pp_status
set_directions(pp_nrrd *h, const char *path, char *text, pp_error *err)
{
    (void)path;
    for (size_t a = 0; a < h->naxis; a++) {
        double *v = h->axis[a].direction;
        bool none;

        if (!read_vector(&text, v, &none))
            return odd("space directions", err);
        /* a direction out of space alone is a fourth axis (old Slicer) */
        h->axis[a].spatial = !none && (v[0] != 0 || v[1] != 0 || v[2] != 0);
    }
    h->has_directions = true;
    return *pp_raw_trim(text) == '\0' ? PP_OK : odd("space directions", err);
}

static pp_status
set_origin(pp_nrrd *h, const char *path, char *text, pp_error *err)
{
    bool none;

    (void)path;
    if (!read_vector(&text, h->origin, &none))
        return odd("space origin", err);
    h->has_origin = !none;
    return PP_OK;
}

static pp_status
set_units(pp_nrrd *h, const char *path, char *text, pp_error *err)
{
    static const struct {
        const char *name;
        double mm;
    } row[] = { { "\"mm\"", 1 },     { "\"millimeter\"", 1 },
                { "\"cm\"", 10 },    { "\"m\"", 1000 },
                { "\"um\"", 0.001 }, { "\"micron\"", 0.001 },
                { "\"\"", 0 } };
    char *save = NULL;

    (void)path;
    for (char *w = strtok_r(text, " \t", &save); w != NULL;
         w = strtok_r(NULL, " \t", &save)) {
        bool known = false;

        for (size_t r = 0; r < sizeof row / sizeof *row; r++)
            if (strcasecmp(w, row[r].name) == 0) {
                if (h->unit_mm != 0 && row[r].mm != h->unit_mm)
                    return pp_fail(err, PP_EUNSUPPORTED,
                                   "the axes have different units of length");
                h->unit_mm = row[r].mm;
                known = true;
            }
        if (!known)
            return pp_fail(err, PP_EUNSUPPORTED,
                           "the unit of length %.20s is not known", w);
    }
    return PP_OK;
}

static pp_status
set_encoding(pp_nrrd *h, const char *path, char *text, pp_error *err)
{
    (void)path;
    h->has_encoding = true;
    h->layout.packing = PP_SOURCE_PLAIN;
    if (strcasecmp(text, "raw") == 0)
        return PP_OK;
    if (strcasecmp(text, "gzip") == 0 || strcasecmp(text, "gz") == 0) {
        h->layout.packing = PP_SOURCE_DEFLATED;
        return PP_OK;
    }
    if (strcasecmp(text, "ascii") == 0 || strcasecmp(text, "text") == 0 ||
        strcasecmp(text, "txt") == 0) {
        h->layout.ascii = true;
        return PP_OK;
    }
    return pp_fail(err, PP_EUNSUPPORTED, "the encoding \"%.20s\"", text);
}

static pp_status
set_endian(pp_nrrd *h, const char *path, char *text, pp_error *err)
{
    (void)path;
    h->has_endian = true;
    h->layout.big_endian = strcasecmp(text, "big") == 0;
    return h->layout.big_endian || strcasecmp(text, "little") == 0
               ? PP_OK
               : odd("endian", err);
}

static pp_status
set_byte_skip(pp_nrrd *h, const char *path, char *text, pp_error *err)
{
    int64_t n;

    (void)path;
    if (!pp_text_to_integer(text, -1, (int64_t)1 << 53, &n))
        return odd("byte skip", err);
    h->layout.from_end = n < 0;
    h->layout.skip = n < 0 ? 0 : (uint64_t)n;
    return PP_OK;
}

static pp_status
set_line_skip(pp_nrrd *h, const char *path, char *text, pp_error *err)
{
    int64_t n;

    (void)path;
    if (!pp_text_to_integer(text, 0, 1000000, &n))
        return odd("line skip", err);
    h->layout.line_skip = (size_t)n;
    return PP_OK;
}

static pp_status
set_frame(pp_nrrd *h, const char *path, char *text, pp_error *err)
{
    (void)path;
    (void)text;
    (void)err;
    h->has_frame = true;
    return PP_OK;
}

/* LIST is dealt with by the caller: the names are the lines that follow. */
static pp_status
set_data_file(pp_nrrd *h, const char *path, char *text, pp_error *err)
{
    if (strncmp(text, "LIST", 4) == 0)
        return PP_OK;
    if (strchr(text, '%') != NULL)
        return pp_raw_files_pattern(&h->files, path, text, err);
    return pp_raw_files_add(&h->files, path, text, err);
}

static const struct {
    const char *name;
    pp_status (*set)(pp_nrrd *h, const char *path, char *text, pp_error *err);
} field_table[] = {
    { "type", set_type },
    { "dimension", set_dimension },
    { "sizes", set_sizes },
    { "spacings", set_spacings },
    { "space", set_space },
    { "space directions", set_directions },
    { "space origin", set_origin },
    { "space units", set_units },
    { "encoding", set_encoding },
    { "endian", set_endian },
    { "byte skip", set_byte_skip },
    { "byteskip", set_byte_skip },
    { "line skip", set_line_skip },
    { "lineskip", set_line_skip },
    { "measurement frame", set_frame },
    { "data file", set_data_file },
    { "datafile", set_data_file },
};

/* ---- segments of 3D Slicer ---- */

static pp_status
find_segment(pp_nrrd *h, size_t number, pp_nrrd_segment **s, pp_error *err)
{
    assert(h->segment != NULL || h->nsegment == 0);
    for (size_t i = 0; i < h->nsegment; i++)
        if (h->segment[i].number == number) {
            *s = &h->segment[i];
            return PP_OK;
        }
    if (h->nsegment == PP_NRRD_SEGMENTS)
        return pp_fail(err, PP_ELIMIT, "more than %d segments",
                       PP_NRRD_SEGMENTS);
    if (pp_grow(&h->segment, &h->segment_capacity, h->nsegment + 1,
                sizeof *h->segment, err) != PP_OK)
        return pp_cause(err);
    *s = &h->segment[h->nsegment++];
    memset(*s, 0, sizeof **s);
    (*s)->number = number;
    return PP_OK;
}

static pp_status
set_segment(pp_nrrd *h, const char *key, const char *value, pp_error *err)
{
    unsigned long number;
    pp_nrrd_segment *s = NULL;
    char *end;

    if (strncmp(key, "Segment", 7) != 0 || !isdigit((unsigned char)key[7]))
        return PP_OK;
    number = strtoul(key + 7, &end, 10);
    if (*end != '_' || number > PP_NRRD_SEGMENTS)
        return PP_OK;
    if (find_segment(h, number, &s, err) != PP_OK)
        return err->status;
    assert(s != NULL);
    if (strcmp(end, "_Name") == 0) {
        pp_free(s->name);
        s->name = pp_text_escape(value, strlen(value), 256);
        if (s->name == NULL)
            return pp_fail_memory(err);
    } else if (strcmp(end, "_Color") == 0) {
        s->has_colour = pp_raw_reals(value, 3, s->rgb);
    } else if (strcmp(end, "_Layer") == 0) {
        if (!pp_raw_counts(value, 1, &s->layer))
            return odd(key, err);
    } else if (strcmp(end, "_LabelValue") == 0) {
        s->has_value = pp_raw_counts(value, 1, &s->value);
        if (!s->has_value)
            return odd(key, err);
    }
    return PP_OK;
}

/* ---- lines ---- */

static pp_status
read_line(pp_nrrd *h, const char *path, char *line, pp_error *err)
{
    char *pair = strstr(line, ":="), *colon = strstr(line, ": ");

    if (*line == '#')
        return PP_OK;
    if (pair != NULL && (colon == NULL || pair < colon)) {
        *pair = '\0';
        return set_segment(h, line, pair + 2, err);
    }
    if (colon == NULL)
        return pp_fail(err, PP_EFORMAT, "the header line \"%.40s\" is odd",
                       line);
    *colon = '\0';
    for (size_t f = 0; f < sizeof field_table / sizeof *field_table; f++)
        if (strcasecmp(pp_raw_trim(line), field_table[f].name) == 0)
            return field_table[f].set(h, path, pp_raw_trim(colon + 2), err);
    return PP_OK;
}

static pp_status
check_header(const pp_nrrd *h, pp_error *err)
{
    if (!h->has_type || h->naxis == 0 || h->axis[0].size == 0 ||
        !h->has_encoding)
        return pp_fail(err, PP_EFORMAT,
                       "the header lacks type, dimension, sizes or encoding");
    for (size_t a = 0; a < h->naxis; a++)
        if (h->axis[a].size == 0) /* the dimension has changed behind them */
            return pp_fail(err, PP_EFORMAT, "axis %zu has no size", a);
    if (h->layout.type.size > 1 && !h->has_endian && !h->layout.ascii)
        return pp_fail(err, PP_EFORMAT, "the header lacks the byte order");
    return PP_OK;
}

static pp_status
read_lines(pp_bytes *text, const char *path, pp_nrrd *h, pp_error *err)
{
    bool list = false;
    size_t at = 0;
    char *line;

    (void)pp_raw_line(text, &at); /* the magic */
    while ((line = pp_raw_line(text, &at)) != NULL && *line != '\0') {
        if (list) {
            if (pp_raw_files_add(&h->files, path, pp_raw_trim(line), err) !=
                PP_OK)
                return err->status;
            continue;
        }
        list = strncasecmp(line, "data file: LIST", 15) == 0 ||
               strncasecmp(line, "datafile: LIST", 14) == 0;
        if (read_line(h, path, line, err) != PP_OK)
            return err->status;
    }
    if (line == NULL && h->files.n == 0)
        return pp_fail(err, PP_EFORMAT,
                       "the header has no end, or no data file");
    h->header_size = at;
    return check_header(h, err);
}

pp_status
pp_nrrd_read_header(const char *path, pp_nrrd *h, pp_error *err)
{
    pp_bytes text;

    memset(h, 0, sizeof *h);
    if (pp_raw_header(path, &text, err) != PP_OK)
        return err->status;
    (void)!read_lines(&text, path, h, err);
    pp_bytes_free(&text);
    if (err->status != PP_OK)
        pp_nrrd_free(h);
    return err->status;
}
