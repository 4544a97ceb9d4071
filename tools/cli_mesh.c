/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cli_mesh.c - meshes in and out of every program, and the verdict on them
 */
#include "cli.h"

#include "base/file.h"
#include "render/render.h"

#include <assert.h>
#include <string.h>
#include <unistd.h>

/* ---- in ---- */

pp_status
cli_read_model(const char *path, pp_model *model, pp_format *format,
               pp_error *err)
{
    const pp_format_row *row;
    char hash[65] = "";

    memset(model, 0, sizeof *model);
    if (strcmp(path, "-") == 0 && isatty(STDIN_FILENO))
        return pp_fail(err, PP_EIO, "no mesh is read from a terminal");
    cli_progress("reading", 0);
    if (pp_model_read(path, model, format, cli.no_hash ? NULL : hash, err) !=
        PP_OK)
        return err->status;
    row = pp_format_find(*format);
    if (!cli.no_hash &&
        pp_provenance_add_input(&model->provenance, "mesh", hash,
                                row != NULL ? row->name : NULL, err) != PP_OK)
        pp_model_free(model);
    return err->status;
}

pp_status
cli_read_mesh(const char *path, pp_mesh *mesh, pp_provenance *prov,
              pp_format *format, pp_error *err)
{
    pp_model model;

    memset(mesh, 0, sizeof *mesh);
    memset(prov, 0, sizeof *prov);
    if (cli_read_model(path, &model, format, err) != PP_OK)
        return err->status;
    if (model.nobject == 1) {
        *mesh = model.object[0].mesh;
        memset(&model.object[0].mesh, 0, sizeof *mesh);
    } else {
        (void)!pp_model_join(&model, mesh, err);
    }
    if (err->status == PP_OK) {
        *prov = model.provenance;
        memset(&model.provenance, 0, sizeof model.provenance);
    }
    pp_model_free(&model);
    return err->status;
}

/* ---- out ---- */

/* Edge of the picture that lists of files show. */
#define THUMBNAIL_PX 256

pp_status
cli_draw_thumbnail(const pp_model *model, pp_format format, pp_bytes *png,
                   pp_encode_options *options, pp_error *err)
{
    pp_mesh all;

    if (format != PP_FORMAT_3MF || options->thumbnail != NULL)
        return PP_OK;
    if (pp_model_join(model, &all, err) == PP_OK &&
        all.ntri > 0 && pp_render_thumbnail(&all, THUMBNAIL_PX, png, err) ==
                            PP_OK)
        options->thumbnail = png;
    pp_mesh_free(&all);
    if (err->status == PP_EGEOM)
        *err = (pp_error){ 0 }; /* the encoder will say what is wrong */
    return err->status;
}

pp_status
cli_encode_model(const pp_model *model, pp_format format,
                 const pp_encode_options *options, pp_bytes *bytes,
                 pp_model *reread, pp_error *err)
{
    pp_encode_options chosen = { 0 };
    pp_bytes png = { 0 };
    pp_format found;

    if (options != NULL)
        chosen = *options;
    chosen.keep_comments = cli.keep_comments;
    memset(bytes, 0, sizeof *bytes);
    memset(reread, 0, sizeof *reread);
    cli_progress("encoding", 0);
    if (cli_draw_thumbnail(model, format, &png, &chosen, err) == PP_OK &&
        pp_model_encode(model, format, &chosen, bytes, err) == PP_OK &&
        pp_model_decode(bytes->data, bytes->size, reread, &found, err) ==
            PP_OK &&
        (found != format ||
         (reread->nobject != pp_model_filled(model) && reread->nobject != 1)))
        pp_fail(err, PP_EBUG, "the encoded mesh reads back as something else");
    pp_bytes_free(&png);
    if (err->status != PP_OK) {
        pp_bytes_free(bytes);
        pp_model_free(reread);
    }
    return err->status;
}

pp_status
cli_encode_mesh(const pp_mesh *mesh, const pp_provenance *prov,
                pp_format format, const pp_encode_options *options,
                pp_bytes *bytes, pp_mesh *reread, pp_error *err)
{
    pp_object object = { 0 };
    /* encoding reads only: the model borrows mesh and provenance */
    const pp_model model = { &object, 1, *prov };
    pp_model again;

    object.mesh = *mesh;
    object.name = prov->label_name;
    memset(reread, 0, sizeof *reread);
    if (cli_encode_model(&model, format, options, bytes, &again, err) !=
        PP_OK)
        return err->status;
    assert(again.nobject == 1);
    *reread = again.object[0].mesh;
    memset(&again.object[0].mesh, 0, sizeof *reread);
    pp_model_free(&again);
    return PP_OK;
}

pp_format
cli_output_format(pp_format fallback)
{
    return cli.format != PP_FORMAT_NONE ? cli.format : fallback;
}

pp_status
cli_write(const pp_bytes *bytes, pp_format format, pp_error *err)
{
    return cli_write_to(cli.output, bytes, format, err);
}

static pp_status
keep_off_terminal(const char *path, pp_format format, pp_error *err)
{
    const pp_format_row *row = pp_format_find(format);

    if (row->binary && strcmp(path, "-") == 0 && isatty(STDOUT_FILENO))
        return pp_fail(err, PP_EIO, "binary %s is not written to a terminal; "
                       "use -o FILE or -f %s-ascii", row->name, row->name);
    return PP_OK;
}

pp_status
cli_write_to(const char *path, const pp_bytes *bytes, pp_format format,
             pp_error *err)
{
    if (keep_off_terminal(path, format, err) != PP_OK)
        return err->status;
    return pp_file_write(path, bytes->data, bytes->size, err);
}

pp_status
cli_write_mesh(const pp_mesh *mesh, const pp_provenance *prov,
               pp_format format, pp_error *err)
{
    pp_encode_options options = { .keep_comments = cli.keep_comments };
    pp_object object = { 0 };
    pp_bytes png = { 0 };
    /* writing reads only: the model borrows mesh and provenance */
    const pp_model model = { &object, 1, *prov };

    object.mesh = *mesh;
    object.name = prov->label_name;
    if (keep_off_terminal(cli.output, format, err) != PP_OK)
        return err->status;
    if (cli_draw_thumbnail(&model, format, &png, &options, err) == PP_OK)
        (void)!pp_model_write(cli.output, &model, format, &options, err);
    pp_bytes_free(&png);
    return err->status;
}

/* ---- verdicts ---- */

cli_verdict
cli_judge(bool good, const pp_provenance *came_with)
{
    return (cli_verdict){ good ? CLI_GOOD : CLI_LOOK,
                          pp_provenance_status(came_with) };
}

int
cli_status(cli_verdict v)
{
    return v.own > v.upstream ? v.own : v.upstream;
}

bool
cli_is_upstream(cli_verdict v)
{
    return v.own == CLI_GOOD && v.upstream != CLI_GOOD;
}

void
cli_say_upstream(cli_verdict v)
{
    if (cli_is_upstream(v))
        cli_say("an earlier tool asks for a look at this mesh");
}

void
cli_verdict_json(cli_verdict v, pp_json *j)
{
    pp_json_integer(j, "own_status", v.own);
    pp_json_integer(j, "upstream_status", v.upstream);
}
