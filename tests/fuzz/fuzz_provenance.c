/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lines of provenance: none fails, and what was understood is understood again
 * from what is printed.
 */
#include "fuzz.h"
#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

static void
parse(pp_provenance *p, const uint8_t *data, size_t size)
{
    char *text = pp_alloc(size + 1, 1);
    pp_error err = { 0 };

    if (text == NULL)
        return;
    memcpy(text, data, size);
    text[size] = '\0';
    for (char *line = strtok(text, "\n"); line != NULL;
         line = strtok(NULL, "\n"))
        if (pp_provenance_parse_line(p, line, &err) != PP_OK)
            abort();
    pp_free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    pp_provenance p = { 0 }, q = { 0 };
    pp_bytes text = { 0 };
    pp_error err = { 0 };
    char header[80];

    if (size == 0)
        return 0;
    parse(&p, data, size);
    if (pp_provenance_print(&p, true, &text, &err) != PP_OK ||
        pp_provenance_stl_header(&p, header, &err) != PP_OK)
        abort();
    parse(&q, text.data, text.size);
    if (q.nstep != p.nstep || q.ninput != p.ninput ||
        q.ncomment != p.ncomment || q.has_grid != p.has_grid ||
        pp_provenance_status(&q) != pp_provenance_status(&p))
        abort();
    if (pp_provenance_parse_stl_header(&q, (const char *)data, size, &err) !=
        PP_OK)
        abort();
    pp_bytes_free(&text);
    pp_provenance_free(&p);
    pp_provenance_free(&q);
    return 0;
}
