/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ply_header.c - what a PLY file says about itself
 *
 * The Stanford format (Turk, 1994): a text header that declares elements and
 * their properties, then the rows, as text or as binary of either byte order.
 */
#include "meshio/ply_header.h"

#include "meshio/formats.h"

#include "base/alloc.h"

#include <string.h>

static const struct {
    const char *name, *other;
    size_t size;
} type_table[PLY_NTYPE] = {
    [PLY_I8] = { "char", "int8", 1 },
    [PLY_U8] = { "uchar", "uint8", 1 },
    [PLY_I16] = { "short", "int16", 2 },
    [PLY_U16] = { "ushort", "uint16", 2 },
    [PLY_I32] = { "int", "int32", 4 },
    [PLY_U32] = { "uint", "uint32", 4 },
    [PLY_F32] = { "float", "float32", 4 },
    [PLY_F64] = { "double", "float64", 8 },
};

size_t
ply_type_size(ply_type type)
{
    return type_table[type].size;
}

static ply_type
take_type(pp_scan *line)
{
    char word[PLY_NAME];
    int t;

    pp_scan_word(line, word, sizeof word);
    for (t = 0; t < PLY_NTYPE; t++)
        if (strcmp(word, type_table[t].name) == 0 ||
            strcmp(word, type_table[t].other) == 0)
            break;
    return (ply_type)t;
}

static pp_status
read_format(pp_scan *line, ply_header *header, pp_error *err)
{
    if (pp_scan_take(line, "ascii"))
        header->encoding = PLY_ASCII;
    else if (pp_scan_take(line, "binary_little_endian"))
        header->encoding = PLY_LITTLE;
    else if (pp_scan_take(line, "binary_big_endian"))
        header->encoding = PLY_BIG;
    else
        return pp_fail(err, PP_EFORMAT, "PLY header: unknown format");
    if (!pp_scan_take(line, "1.0"))
        return pp_fail(err, PP_EFORMAT, "PLY header: not version 1.0");
    return PP_OK;
}

static pp_status
read_element(pp_scan *line, ply_header *header, pp_error *err)
{
    ply_element e = { 0 };
    int64_t count;

    pp_scan_word(line, e.name, sizeof e.name);
    if (!pp_scan_integer(line, &count) || count < 0)
        return pp_fail(err, PP_EFORMAT, "PLY header: element '%s' has no "
                       "count", e.name);
    for (size_t i = 0; i < header->nelement; i++)
        if (strcmp(header->element[i].name, e.name) == 0)
            return pp_fail(err, PP_EFORMAT, "PLY header: two elements '%s'",
                           e.name);
    if (header->nelement == 64)
        return pp_fail(err, PP_ELIMIT, "PLY header: more than 64 elements");
    e.count = (uint64_t)count;
    if (pp_grow(&header->element, &header->capacity, header->nelement + 1,
                sizeof *header->element, err) == PP_OK)
        header->element[header->nelement++] = e;
    return err->status;
}

static pp_status
read_property(pp_scan *line, ply_header *header, pp_error *err)
{
    ply_property p = { .count_type = PLY_U8 };
    ply_element *e;

    if (header->nelement == 0)
        return pp_fail(err, PP_EFORMAT, "PLY header: property of no element");
    e = &header->element[header->nelement - 1];
    p.list = pp_scan_take(line, "list");
    if (p.list)
        p.count_type = take_type(line);
    p.type = take_type(line);
    pp_scan_word(line, p.name, sizeof p.name);
    if (p.type == PLY_NTYPE || p.name[0] == '\0' || p.count_type >= PLY_F32)
        return pp_fail(err, PP_EFORMAT, "PLY header: element '%s' has a "
                       "property of unknown type", e->name);
    if (pp_grow(&e->property, &e->capacity, e->nproperty + 1,
                sizeof *e->property, err) == PP_OK)
        e->property[e->nproperty++] = p;
    return err->status;
}

static pp_status
read_line(pp_scan *line, ply_header *header, bool *has_format,
          pp_provenance *provenance, pp_error *err)
{
    if (pp_scan_take(line, "comment") || pp_scan_take(line, "obj_info"))
        return pp_provenance_parse_text(provenance, line->p,
                                        (size_t)(line->end - line->p), err);
    if (pp_scan_take(line, "element"))
        return read_element(line, header, err);
    if (pp_scan_take(line, "property"))
        return read_property(line, header, err);
    if (pp_scan_take(line, "format")) {
        *has_format = true;
        return read_format(line, header, err);
    }
    if (pp_scan_skip(line))
        return pp_fail(err, PP_EFORMAT, "PLY header: unknown line");
    return PP_OK; /* blank */
}

pp_status
ply_header_read(pp_scan *scan, ply_header *header, pp_provenance *provenance,
                pp_error *err)
{
    bool has_format = false, bare_cr;
    pp_scan line;
    const char *text;
    size_t n;

    memset(header, 0, sizeof *header);
    pp_scan_line(scan, &text, &n); /* "ply", as the caller has seen */
    bare_cr = scan->p > scan->begin && scan->p[-1] == '\r';
    while (scan->p < scan->end) {
        pp_scan_line(scan, &text, &n);
        line.begin = line.p = text;
        line.end = text + n;
        if (pp_scan_take(&line, "end_header")) {
            /* then a line feed here is the first byte of the rows */
            if (bare_cr && scan->p[-1] == '\n')
                scan->p--;
            if (!has_format)
                return pp_fail(err, PP_EFORMAT, "PLY header: no format line");
            return PP_OK;
        }
        if (read_line(&line, header, &has_format, provenance, err) != PP_OK)
            return err->status;
    }
    return pp_fail(err, PP_EFORMAT, "PLY header: no end_header line");
}

void
ply_header_free(ply_header *header)
{
    for (size_t i = 0; i < header->nelement; i++)
        pp_free(header->element[i].property);
    pp_free(header->element);
    memset(header, 0, sizeof *header);
}
