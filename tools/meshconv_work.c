/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * meshconv_work.c - placed, joined, cut and split
 */
#include "meshconv.h"

#include "base/alloc.h"
#include "base/file.h"

#include <stdio.h>
#include <string.h>

/* A matrix is a few lines. */
#define MATRIX_BYTES 65536

/* ---- placed ---- */

/* What the provenance does not know yet. */
static pp_move since;

static pp_status
note_moves(pp_error *err)
{
    if (!pp_move_is_none(&since) &&
        pp_provenance_place(&run.model.provenance,
                            (const double(*)[4])since.m, err) != PP_OK)
        return err->status;
    since = pp_move_none();
    return PP_OK;
}

static void
move_all(pp_move by)
{
    if (pp_move_is_none(&by))
        return;
    pp_model_transform(&run.model, (const double(*)[4])by.m);
    run.moved = pp_move_then(run.moved, by);
    since = pp_move_then(since, by);
}

static pp_status
read_matrix(const char *path, pp_move *move, pp_error *err)
{
    pp_bytes bytes = { 0 };

    run.culprit = path;
    if (pp_file_read(path, MATRIX_BYTES, &bytes, err) == PP_OK)
        (void)!pp_move_parse(bytes.data, bytes.size, move, err);
    pp_bytes_free(&bytes);
    if (err->status == PP_OK)
        run.culprit = cli_input(0);
    return err->status;
}

static pp_vec3
middle_of(pp_box box)
{
    return pp_scale(pp_add(box.low, box.high), 0.5);
}

/* What only a closed, clean solid can be asked for. */
static pp_status
require_solids(const char *what, pp_error *err)
{
    for (size_t i = 0; i < run.model.nobject; i++) {
        pp_report report = { 0 };
        pp_error why = { 0 };

        if (pp_shell_require_solid(&run.model.object[i].mesh, &report,
                                   &why) != PP_OK)
            (void)!pp_fail(err, why.status, "%s: %s", what, why.message);
        pp_report_free(&report);
        if (err->status != PP_OK)
            return err->status;
    }
    return PP_OK;
}

static pp_status
lay(pp_error *err)
{
    pp_mesh all = { 0 };

    if (require_solids("--lay", err) != PP_OK ||
        pp_model_join(&run.model, &all, err) != PP_OK)
        return err->status;
    if (pp_lay_find(&all, &run.lay, err) == PP_OK) {
        const pp_box box = mcv_add_up(run.model.object,
                                      run.model.nobject).box;
        pp_vec3 middle;
        pp_box now;

        run.laid = true;
        /* turned about its middle: shifts stay small, and digits */
        move_all(pp_move_by(pp_scale(middle_of(box), -1)));
        move_all(pp_move_from_to(run.lay.down, pp_vec(0, 0, -1)));
        now = mcv_add_up(run.model.object, run.model.nobject).box;
        middle = middle_of(now);
        move_all(pp_move_by(pp_vec(-middle.x, -middle.y, -now.low.z)));
    }
    pp_mesh_free(&all);
    return err->status;
}

/* Moves so far go into the provenance, and then the way back is gone. */
static pp_status
unplace(pp_error *err)
{
    pp_provenance *p = &run.model.provenance;
    pp_mesh none = { 0 };
    pp_move back;

    if (note_moves(err) != PP_OK)
        return err->status;
    if (!pp_provenance_is_placed(p))
        return pp_fail(err, PP_EUNSUPPORTED, "--unplace: was not laid "
                       "elsewhere than in the scan, or does not tell");
    if (pp_provenance_way_back(p, back.m, err) != PP_OK ||
        pp_provenance_unplace(p, &none, err) != PP_OK)
        return err->status;
    move_all(back);
    since = pp_move_none();
    return PP_OK;
}

static pp_status
take_step(mcv_step *s, pp_error *err)
{
    switch (s->kind) {
    case MCV_MOVE:
        if (s->matrix == NULL || read_matrix(s->matrix, &s->move, err) ==
                                     PP_OK)
            move_all(s->move);
        break;
    case MCV_CENTER:
        move_all(pp_move_by(pp_scale(
            middle_of(mcv_add_up(run.model.object, run.model.nobject).box),
            -1)));
        break;
    case MCV_LAY:
        (void)!lay(err);
        break;
    case MCV_UNPLACE:
        (void)!unplace(err);
        break;
    }
    return err->status;
}

static pp_status
place(pp_error *err)
{
    run.moved = since = pp_move_none();
    for (size_t i = 0; i < asked.nstep; i++)
        if (take_step(&asked.step[i], err) != PP_OK)
            return err->status;
    return note_moves(err);
}

/* ---- objects ---- */

/* Gives the model n objects in place of all it has; takes over the meshes. */
static pp_status
replace_objects(pp_object *object, size_t n)
{
    for (size_t i = 0; i < run.model.nobject; i++) {
        pp_free(run.model.object[i].name);
        pp_mesh_free(&run.model.object[i].mesh);
    }
    pp_free(run.model.object);
    run.model.object = object;
    run.model.nobject = n;
    return PP_OK;
}

static void
free_objects(pp_object *object, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        pp_free(object[i].name);
        pp_mesh_free(&object[i].mesh);
    }
    pp_free(object);
}

typedef struct {
    pp_object *object;
    size_t n, capacity;
} objects;

/* A piece of `of`, with its colour; named as it, and by what it is. Takes over
 * the mesh. */
static pp_status
add_object(objects *list, const pp_object *of, const char *what, pp_mesh *m,
           pp_error *err)
{
    const char *name = of->name != NULL ? of->name : "";
    const size_t size = strlen(name) + strlen(what) + 2;
    pp_object *o;

    if (pp_grow(&list->object, &list->capacity, list->n + 1,
                sizeof *list->object, err) != PP_OK)
        return err->status;
    o = &list->object[list->n];
    *o = *of;
    o->name = pp_alloc(size, 1);
    if (o->name == NULL)
        return pp_fail_memory(err);
    snprintf(o->name, size, "%s%s%s", name, *name != '\0' ? " " : "", what);
    o->mesh = *m;
    memset(m, 0, sizeof *m);
    list->n++;
    return PP_OK;
}

static pp_status
finish_objects(objects *list, pp_error *err)
{
    if (err->status == PP_OK)
        return replace_objects(list->object, list->n);
    free_objects(list->object, list->n);
    return err->status;
}

static pp_status
join(pp_error *err)
{
    const size_t n = run.model.nobject;
    const pp_mesh **solid;
    pp_object *one;

    if (require_solids("--union", err) != PP_OK)
        return err->status;
    /* NOLINTNEXTLINE(bugprone-sizeof-expression): a list of pointers */
    solid = pp_alloc(n, sizeof *solid);
    one = pp_alloc_zero(1, sizeof *one);
    if (solid == NULL || one == NULL)
        pp_fail_memory(err);
    for (size_t i = 0; err->status == PP_OK && i < n; i++)
        solid[i] = &run.model.object[i].mesh;
    if (err->status == PP_OK &&
        pp_join_solids(solid, n, &one->mesh, err) == PP_OK)
        (void)!replace_objects(one, 1);
    else
        pp_free(one);
    pp_free(solid);
    return err->status;
}

static pp_status
split(pp_error *err)
{
    objects list = { 0 };

    for (size_t i = 0; i < run.model.nobject && err->status == PP_OK; i++) {
        const pp_object *o = &run.model.object[i];
        pp_mesh *part = NULL;
        size_t npart = 0;

        if (pp_split_solids(&o->mesh, &part, &npart, err) != PP_OK)
            break;
        for (size_t k = 0; k < npart; k++) {
            char what[32];

            snprintf(what, sizeof what, "part %zu", k + 1);
            if (err->status == PP_OK)
                (void)!add_object(&list, o, what, &part[k], err);
            pp_mesh_free(&part[k]);
        }
        pp_free(part);
    }
    return finish_objects(&list, err);
}

/* ---- marked ---- */

/* Characters of a hash that a person compares. */
#define HASH_DIGITS 8

/* "%h %s" with the hash of the first input known and the side. */
static pp_status
fill_in(char *out, size_t size, pp_error *err)
{
    const pp_provenance *p = &run.model.provenance;
    size_t n = 0;

    for (const char *s = asked.mark.text; *s != '\0'; s++) {
        const char *add = s;
        size_t length = 1;

        if (*s == '%') {
            s++;
            if (*s == 'h' && p->ninput > 0) {
                add = p->input[0].sha256;
                length = HASH_DIGITS;
            } else if (*s == 's' && p->side != NULL) {
                add = p->side;
                length = strlen(p->side);
            } else if (*s == '%') {
                add = s;
            } else {
                return pp_fail(err, PP_EGEOM, "the text: %%h is a hash, %%s "
                               "the side (--side=L or R), %%%% a '%%'");
            }
        }
        if (n + length >= size)
            return pp_fail(err, PP_ELIMIT, "the text has more than %d "
                           "characters", PP_MARK_CHARACTERS);
        memcpy(out + n, add, length);
        n += length;
    }
    out[n] = '\0';
    return PP_OK;
}

static pp_status
mark(pp_error *err)
{
    const bool round = pp_format_find(run.format)->float32;
    pp_mark_wish wish = asked.mark;
    pp_mesh marked = { 0 };

    if (run.model.nobject != 1)
        return pp_fail(err, PP_EGEOM, "text wants one object: %zu are there",
                       run.model.nobject);
    if (round)
        pp_mesh_round_float(&run.model.object[0].mesh);
    if (require_solids("text", err) != PP_OK ||
        fill_in(asked.mark_text, sizeof asked.mark_text, err) != PP_OK)
        return err->status;
    cli_progress("text", 0.2);
    wish.text = asked.mark_text;
    if (pp_mark_solid(&run.model.object[0].mesh, &wish, round, &marked,
                      &run.mark, err) == PP_OK) {
        pp_mesh_free(&run.model.object[0].mesh);
        run.model.object[0].mesh = marked;
    }
    return err->status;
}

/* ---- cut ---- */

static pp_status
note_cut(pp_cut *s, pp_error *err)
{
    pp_tiling *t = &run.tiling;
    pp_cut *grown = pp_realloc(t->cut, t->ncut + 1, sizeof *grown);

    if (grown == NULL)
        return pp_fail_memory(err);
    t->cut = grown;
    t->cut[t->ncut++] = *s;
    memset(s, 0, sizeof *s);
    return PP_OK;
}

static pp_status
cut_object(const pp_object *o, objects *list, pp_error *err)
{
    const bool both = asked.keep == NULL || strcmp(asked.keep, "both") == 0;
    pp_peg_room room = { NULL, NULL, 0, NULL, 0 };
    pp_mesh half[2] = { { 0 }, { 0 } };
    pp_cut s = { 0 };
    pp_bvh *bvh = NULL;

    if (asked.peg.diameter_mm > 0 &&
        pp_bvh_build(&o->mesh, &bvh, err) != PP_OK)
        return err->status;
    room.bvh = bvh;
    if (pp_cut_pegged(&o->mesh, &asked.plane, &room, &asked.peg,
                      pp_format_find(run.format)->float32, &half[0], &half[1],
                      &s, err) == PP_OK &&
        note_cut(&s, err) == PP_OK)
        for (int k = 0; k < 2 && err->status == PP_OK; k++) {
            const char *what = k == 0 ? "below" : "above";

            if (half[k].ntri > 0 && (both || strcmp(asked.keep, what) == 0))
                (void)!add_object(list, o, what, &half[k], err);
        }
    pp_cut_free(&s);
    pp_mesh_free(&half[0]);
    pp_mesh_free(&half[1]);
    pp_bvh_free(bvh);
    return err->status;
}

static pp_status
tile_object(const pp_object *o, objects *list, pp_error *err)
{
    pp_tiling t = { .tile = NULL };

    if (pp_cut_tiles(&o->mesh, asked.tile_mm, &asked.peg,
                     pp_format_find(run.format)->float32, &t, err) != PP_OK)
        return err->status;
    for (size_t i = 0; i < t.ntile && err->status == PP_OK; i++) {
        char what[64];

        snprintf(what, sizeof what, "tile %u-%u-%u", t.tile[i].at[0] + 1,
                 t.tile[i].at[1] + 1, t.tile[i].at[2] + 1);
        (void)!add_object(list, o, what, &t.tile[i].mesh, err);
    }
    for (size_t i = 0; i < t.ncut && err->status == PP_OK; i++)
        (void)!note_cut(&t.cut[i], err);
    memcpy(run.tiling.n, t.n, sizeof t.n);
    memcpy(run.tiling.size_mm, t.size_mm, sizeof t.size_mm);
    pp_tiling_free(&t);
    return err->status;
}

static pp_status
cut(pp_error *err)
{
    objects list = { 0 };

    if (pp_format_find(run.format)->float32)
        for (size_t i = 0; i < run.model.nobject; i++)
            pp_mesh_round_float(&run.model.object[i].mesh);
    if (require_solids(asked.cut ? "--cut" : "--tiles", err) != PP_OK)
        return err->status;
    for (size_t i = 0; i < run.model.nobject && err->status == PP_OK; i++)
        (void)!(asked.cut ? cut_object(&run.model.object[i], &list, err)
                          : tile_object(&run.model.object[i], &list, err));
    if (err->status == PP_OK && list.n == 0)
        pp_fail(err, PP_EGEOM, "--cut leaves nothing on that side");
    return finish_objects(&list, err);
}

pp_status
mcv_work(pp_error *err)
{
    cli_progress("placing", 0.1);
    if (place(err) != PP_OK || (asked.join && join(err) != PP_OK) ||
        (asked.mark.text != NULL && mark(err) != PP_OK) ||
        (asked.cut || asked.tile ? cut(err) : PP_OK) != PP_OK ||
        (asked.split && split(err) != PP_OK))
        return err->status;
    return PP_OK;
}
