/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * printprep_dossier.c - a finished case as one page: index.html, dossier.json
 *
 * Both are written anew into the case's folder; the page comes last, so that
 * one that is there has its numbers beside it.
 */
#include "config.h"

#include "printprep.h"

#include "base/alloc.h"
#include "base/file.h"
#include "base/inside.h"
#include "dossier/dossier.h"

static const cli_option options[] = {
    { 0, NULL, NULL, NULL, CLI_FLAG, NULL, NULL },
};

static const cli_tool tool = {
    "printprep dossier", "makes index.html and dossier.json of a finished "
    "case", "FOLDER", 1, 1, options, false, NULL,
};

/* A link that somebody put there would lead the writing elsewhere. */
static pp_status
write_into(const char *folder, const char *name, const pp_bytes *bytes,
           pp_error *err)
{
    char *path = pp_file_join(folder, name);
    pp_bytes old = { 0 };
    pp_error why = { 0 }, trouble = { 0 };

    if (path == NULL)
        return pp_fail_memory(err);
    if (pp_inside_read(folder, NULL, name, 1, &old, &why) == PP_EUNSUPPORTED)
        pp_fail(err, why.status, "%s: %s", name, why.message);
    else if (pp_file_write(path, bytes->data, bytes->size, &trouble) != PP_OK)
        pp_fail(err, trouble.status, "%s: %s", name, trouble.message);
    pp_bytes_free(&old);
    pp_free(path);
    return err->status;
}

int
printprep_dossier(int argc, char **argv)
{
    pp_dossier dossier = { 0 };
    pp_json j = { 0 };
    pp_error err = { 0 };
    const char *path;
    int verdict = CLI_TROUBLE;

    cli_start(&tool, argc, argv);
    path = cli_input(0);
    if (pp_dossier_make(path, PACKAGE_VERSION, &dossier, &err) != PP_OK ||
        write_into(path, "dossier.json", &dossier.json, &err) != PP_OK ||
        write_into(path, "index.html", &dossier.html, &err) != PP_OK)
        goto done;
    verdict = dossier.status;
    cli_json_start(&j);
    pp_json_count(&j, "parts", dossier.npart);
    pp_json_count(&j, "warnings", dossier.nwarning);
    pp_json_count(&j, "page_bytes", dossier.html.size);
    path = cli.json;
    if (cli_json_write(&j, verdict, &err) != PP_OK)
        goto done;
    if (verdict != CLI_GOOD)
        cli_say("%zu warnings, at the top of index.html", dossier.nwarning);
done:
    pp_dossier_free(&dossier);
    return cli_finish(path, &err, verdict);
}
