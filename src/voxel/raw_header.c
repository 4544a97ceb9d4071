/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * raw_header.c - headers of text lines: the words, numbers and files in them
 */
#include "voxel/raw.h"

#include "base/alloc.h"
#include "base/text.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define FILE_LIMIT 100000

pp_status
pp_raw_header(const char *path, pp_bytes *text, pp_error *err)
{
    pp_source *source = NULL;
    size_t got = 0;

    memset(text, 0, sizeof *text);
    text->data = pp_alloc(PP_RAW_HEADER + 1, 1);
    if (text->data == NULL)
        return pp_fail_memory(err);
    text->capacity = PP_RAW_HEADER + 1;
    if (pp_source_open(path, 0, PP_SOURCE_PLAIN, &source, err) == PP_OK &&
        pp_source_read(source, text->data, PP_RAW_HEADER, &got, err) ==
            PP_OK) {
        text->size = got;
        text->data[got] = '\0';
    }
    pp_source_close(source);
    if (err->status != PP_OK)
        pp_bytes_free(text);
    return err->status;
}

char *
pp_raw_line(pp_bytes *text, size_t *at)
{
    char *line = (char *)text->data + *at;
    const char *end;
    size_t n;

    if (*at >= text->size)
        return NULL;
    end = memchr(line, '\n', text->size - *at);
    n = end != NULL ? (size_t)(end - line) : text->size - *at;
    *at += n + (end != NULL);
    line[n] = '\0';
    if (n > 0 && line[n - 1] == '\r')
        line[n - 1] = '\0';
    return line;
}

char *
pp_raw_trim(char *text)
{
    size_t n;

    while (isspace((unsigned char)*text))
        text++;
    for (n = strlen(text); n > 0 && isspace((unsigned char)text[n - 1]);)
        text[--n] = '\0';
    return text;
}

/* The next word of *text, parted by blanks, commas; false at the end. */
static bool
next_word(const char **text, char *word, size_t size)
{
    const char *p = *text;
    size_t n = 0;

    while (isspace((unsigned char)*p) || *p == ',')
        p++;
    if (*p == '\0')
        return false;
    while (*p != '\0' && !isspace((unsigned char)*p) && *p != ',') {
        if (n + 1 < size)
            word[n++] = *p;
        p++;
    }
    word[n] = '\0';
    *text = p;
    return true;
}

bool
pp_raw_reals(const char *text, size_t n, double *value)
{
    char word[64];

    for (size_t i = 0; i < n; i++)
        if (!next_word(&text, word, sizeof word) ||
            !pp_text_to_double(word, &value[i]))
            return false;
    return !next_word(&text, word, sizeof word);
}

bool
pp_raw_counts(const char *text, size_t n, uint64_t *value)
{
    char word[64];
    int64_t whole;

    for (size_t i = 0; i < n; i++) {
        if (!next_word(&text, word, sizeof word) ||
            !pp_text_to_integer(word, 0, (int64_t)1 << 53, &whole))
            return false;
        value[i] = (uint64_t)whole;
    }
    return !next_word(&text, word, sizeof word);
}

char *
pp_raw_beside(const char *path, const char *name)
{
    const char *slash = strrchr(path, '/');
    const size_t folder =
        name[0] != '/' && slash != NULL ? (size_t)(slash - path) + 1 : 0;
    char *beside = pp_alloc(folder + strlen(name) + 1, 1);

    if (beside != NULL) {
        memcpy(beside, path, folder);
        memcpy(beside + folder, name, strlen(name) + 1);
    }
    return beside;
}

/* ---- files ---- */

void
pp_raw_files_free(pp_raw_files *files)
{
    for (size_t f = 0; f < files->n; f++)
        pp_free(files->path[f]);
    pp_free(files->path);
    memset(files, 0, sizeof *files);
}

pp_status
pp_raw_files_add(pp_raw_files *files, const char *header, const char *name,
                 pp_error *err)
{
    char *path;

    if (files->n == FILE_LIMIT)
        return pp_fail(err, PP_ELIMIT, "names more than %d data files",
                       FILE_LIMIT);
    if (pp_grow(&files->path, &files->capacity, files->n + 1,
                sizeof *files->path, err) != PP_OK)
        return err->status;
    path = pp_raw_beside(header, name);
    if (path == NULL)
        return pp_fail_memory(err);
    files->path[files->n++] = path;
    return PP_OK;
}

/* Name with %d or %0Nd replaced; the format is never given to printf. */
static bool
fill_pattern(const char *pattern, int64_t number, char *name, size_t size)
{
    const char *percent = strchr(pattern, '%');
    const char *p = percent + 1;
    int width = 0;

    while (isdigit((unsigned char)*p) && width < 100)
        width = 10 * width + (*p++ - '0');
    if (*p != 'd' || width >= 100 || strchr(p, '%') != NULL)
        return false;
    return snprintf(name, size, "%.*s%0*lld%s", (int)(percent - pattern),
                    pattern, width, (long long)number, p + 1) < (int)size;
}

pp_status
pp_raw_files_pattern(pp_raw_files *files, const char *header,
                     const char *text, pp_error *err)
{
    char pattern[512], name[600], word[3][32];
    int64_t range[3];

    if (!next_word(&text, pattern, sizeof pattern) ||
        strchr(pattern, '%') == NULL)
        return pp_fail(err, PP_EFORMAT, "the pattern of data files is odd");
    for (int w = 0; w < 3; w++)
        if (!next_word(&text, word[w], sizeof word[w]) ||
            !pp_text_to_integer(word[w], -1000000, 1000000, &range[w]))
            return pp_fail(err, PP_EFORMAT,
                           "the pattern of data files lacks first, last and "
                           "step");
    if (range[2] == 0)
        return pp_fail(err, PP_EFORMAT, "data files in steps of zero");
    for (int64_t i = range[0]; range[2] > 0 ? i <= range[1] : i >= range[1];
         i += range[2]) {
        if (!fill_pattern(pattern, i, name, sizeof name))
            return pp_fail(err, PP_EFORMAT,
                           "the pattern of data files is odd");
        if (pp_raw_files_add(files, header, name, err) != PP_OK)
            return err->status;
    }
    return PP_OK;
}
