/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dossier.c - the documents of a finished case as one page
 */
#include "dossier/dossier.h"

#include "dossier/book.h"

static void
fill(book *b)
{
    if (book_load(b) != PP_OK)
        return;
    for (size_t n = 0; n < b->npart && book_fine(b); n++) {
        book_tell(b, n);
        book_judge(b, n);
        book_draw(b, n);
    }
    book_header(b);
}

pp_status
pp_dossier_make(const char *folder, const char *version, pp_dossier *dossier,
                pp_error *err)
{
    book b = { .folder = folder, .version = version };

    memset(dossier, 0, sizeof *dossier);
    fill(&b);
    if (!book_fine(&b)) {
        *err = b.failure;
    } else if (write_html(&b, &dossier->html, err) == PP_OK &&
               write_json(&b, &dossier->json, err) == PP_OK) {
        dossier->status = b.status;
        dossier->npart = b.npart;
        dossier->nwarning = b.nwarning;
        for (size_t n = 0; n < b.npart; n++)
            dossier->nwarning += b.part[n].nwarning;
    }
    if (err->status != PP_OK)
        pp_dossier_free(dossier);
    book_free(&b);
    return err->status;
}

void
pp_dossier_free(pp_dossier *dossier)
{
    pp_bytes_free(&dossier->html);
    pp_bytes_free(&dossier->json);
    memset(dossier, 0, sizeof *dossier);
}
