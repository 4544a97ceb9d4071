/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * text_write.c - rows that text formats have in common
 */
#include "meshio/formats.h"

#include "shim/number.h"

#include <string.h>

pp_status
pp_text_put_comments(pp_bytes *out, const pp_provenance *provenance,
                     const char *start, bool keep_comments, pp_error *err)
{
    pp_bytes text = { 0 };
    size_t from = 0;

    if (pp_provenance_print(provenance, keep_comments, &text, err) != PP_OK)
        goto done;
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] == '\n') {
            if (pp_bytes_append(out, start, strlen(start), err) != PP_OK ||
                pp_bytes_append(out, text.data + from, i + 1 - from, err) !=
                    PP_OK)
                goto done;
            from = i + 1;
        }
done:
    pp_bytes_free(&text);
    return err->status;
}

pp_status
pp_text_put_vertices(pp_bytes *out, const pp_mesh *m, const char *start,
                     pp_error *err)
{
    for (size_t v = 0; v < m->nvert; v++) {
        char room[3 * PP_NUMBER_ROOM + 16];
        char *p = room;

        for (const char *c = start; *c != '\0'; c++)
            *p++ = *c;
        p = pp_number_write_double(p, m->vert[v].x);
        *p++ = ' ';
        p = pp_number_write_double(p, m->vert[v].y);
        *p++ = ' ';
        p = pp_number_write_double(p, m->vert[v].z);
        *p++ = '\n';
        if (pp_bytes_append(out, room, (size_t)(p - room), err) != PP_OK)
            return err->status;
    }
    return PP_OK;
}

char *
pp_text_put_index(char *p, uint32_t v)
{
    char digits[10];
    int n = 0;

    do {
        digits[n++] = (char)('0' + v % 10);
        v /= 10;
    } while (v > 0);
    while (n > 0)
        *p++ = digits[--n];
    return p;
}

pp_status
pp_text_put_facets(pp_bytes *out, const pp_mesh *m, const char *start,
                   uint32_t base, pp_error *err)
{
    for (size_t t = 0; t < m->ntri; t++) {
        char room[3 * 11 + 16];
        char *p = room;

        for (const char *c = start; *c != '\0'; c++)
            *p++ = *c;
        for (int k = 0; k < 3; k++) {
            p = pp_text_put_index(p, m->tri[t][k] + base);
            *p++ = k < 2 ? ' ' : '\n';
        }
        if (pp_bytes_append(out, room, (size_t)(p - room), err) != PP_OK)
            return err->status;
    }
    return PP_OK;
}
