/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tiles.c - a solid in pieces that fit a printer
 *
 * Slabs along z, bars of these along y, tiles of these along x. Pegs stand on
 * the lower tile of two and point up the axis; all keep away from all cuts, so
 * that no later cut runs through one.
 */
#include "place/place.h"

#include "base/alloc.h"

#include <string.h>

void
pp_tiling_free(pp_tiling *t)
{
    for (size_t i = 0; i < t->ntile; i++)
        pp_mesh_free(&t->tile[i].mesh);
    for (size_t i = 0; i < t->ncut; i++)
        pp_cut_free(&t->cut[i]);
    pp_free(t->tile);
    pp_free(t->cut);
    memset(t, 0, sizeof *t);
}

pp_status
pp_cut_pegged(const pp_mesh *m, const pp_plane *plane,
              const pp_peg_room *room, const pp_peg_wish *wish,
              bool round_float, pp_mesh *below, pp_mesh *above,
              pp_cut *section, pp_error *err)
{
    pp_cut bare = { 0 };
    pp_mesh flat = { 0 };

    if (!(wish->diameter_mm > 0))
        return pp_cut_plane(m, plane, NULL, 0, round_float, below, above,
                            section, err);
    memset(below, 0, sizeof *below);
    memset(above, 0, sizeof *above);
    memset(section, 0, sizeof *section);
    if (pp_cut_flat(m, plane, round_float, &flat, &bare, err) != PP_OK ||
        pp_pegs_find(&flat, room, wish, &bare, err) != PP_OK ||
        pp_cut_plane(m, &bare.plane, bare.peg, bare.npeg, round_float, below,
                     above, section, err) != PP_OK)
        goto done;
    section->moved_mm = bare.moved_mm;
    section->nregion = bare.nregion;
    section->pegless = bare.pegless;
    section->npegless = bare.npegless;
    bare.pegless = NULL;
done:
    pp_cut_free(&bare);
    pp_mesh_free(&flat);
    return err->status;
}

typedef struct {
    const pp_peg_wish *wish;
    bool round_float;
    pp_plane *plane;
    size_t nplane;
    pp_box box;
    pp_bvh *bvh;
    pp_peg *peg; /* so far */
    size_t npeg, peg_room, tile_room, cut_room;
    pp_tiling *out;
} tiling;

static pp_plane
cut_at(const tiling *w, int axis, unsigned i)
{
    const double low = pp_axis(w->box.low, axis);
    const double size = pp_axis(pp_box_size(w->box), axis);
    pp_plane p = { { axis == 0, axis == 1, axis == 2 }, 0 };

    p.at = low + size * i / w->out->n[axis];
    return p;
}

/* How many tiles along each axis, and all cuts. */
static pp_status
lay_out(tiling *w, const double box_mm[3], pp_error *err)
{
    double total = 1;

    for (int a = 0; a < 3; a++) {
        const double size = pp_axis(pp_box_size(w->box), a);
        const double room = box_mm[a] - w->wish->diameter_mm;
        double n = 1;

        if (!(box_mm[a] >= size)) {
            if (!(room > 0))
                return pp_fail(err, PP_ELIMIT, "a box of %g mm has no room "
                               "for a tile and its pegs", box_mm[a]);
            n = ceil(size / room);
        }
        total *= n;
        if (!(total <= PP_MOST_TILES))
            return pp_fail(err, PP_ELIMIT, "would be more than %d tiles",
                           PP_MOST_TILES);
        w->out->n[a] = (unsigned)n;
        w->out->size_mm[a] = size / n;
    }
    w->plane = pp_alloc(w->out->n[0] + w->out->n[1] + w->out->n[2],
                        sizeof *w->plane);
    if (w->plane == NULL)
        return pp_fail_memory(err);
    for (int a = 0; a < 3; a++)
        for (unsigned i = 1; i < w->out->n[a]; i++)
            w->plane[w->nplane++] = cut_at(w, a, i);
    return PP_OK;
}

static pp_status
keep_cut(tiling *w, pp_cut *s, pp_error *err)
{
    if (pp_grow(&w->peg, &w->peg_room, w->npeg + s->npeg, sizeof *w->peg,
                err) != PP_OK ||
        pp_grow(&w->out->cut, &w->cut_room, w->out->ncut + 1,
                sizeof *w->out->cut, err) != PP_OK)
        return err->status;
    if (s->npeg > 0)
        memcpy(w->peg + w->npeg, s->peg, s->npeg * sizeof *s->peg);
    w->npeg += s->npeg;
    w->out->cut[w->out->ncut++] = *s;
    memset(s, 0, sizeof *s);
    return PP_OK;
}

static pp_status
keep_tile(tiling *w, pp_mesh *m, const unsigned at[3], pp_error *err)
{
    pp_tile *tile;

    if (pp_grow(&w->out->tile, &w->tile_room, w->out->ntile + 1,
                sizeof *w->out->tile, err) != PP_OK)
        return err->status;
    tile = &w->out->tile[w->out->ntile++];
    memcpy(tile->at, at, sizeof tile->at);
    tile->mesh = *m;
    memset(m, 0, sizeof *m);
    return PP_OK;
}

/* Takes over *m. Three levels deep. */
static pp_status
split(tiling *w, pp_mesh *m, int axis, unsigned at[3], pp_error *err)
{
    if (m->ntri == 0)
        return PP_OK;
    if (axis < 0)
        return keep_tile(w, m, at, err);
    for (unsigned i = 1; i < w->out->n[axis] && m->ntri > 0; i++) {
        const pp_plane plane = cut_at(w, axis, i);
        const pp_peg_room room = { w->bvh, w->plane, w->nplane, w->peg,
                                   w->npeg };
        pp_cut s = { 0 };
        pp_mesh slab = { 0 }, rest = { 0 };

        if (pp_cut_pegged(m, &plane, &room, w->wish, w->round_float, &slab,
                          &rest, &s, err) == PP_OK) {
            pp_mesh_free(m);
            *m = rest;
            at[axis] = i - 1;
            if (keep_cut(w, &s, err) == PP_OK)
                (void)!split(w, &slab, axis - 1, at, err);
        }
        pp_cut_free(&s);
        pp_mesh_free(&slab);
        if (err->status != PP_OK)
            return err->status;
    }
    at[axis] = w->out->n[axis] - 1;
    return split(w, m, axis - 1, at, err);
}

pp_status
pp_cut_tiles(const pp_mesh *m, const double box_mm[3],
             const pp_peg_wish *wish, bool round_float, pp_tiling *out,
             pp_error *err)
{
    tiling w = { .wish = wish, .round_float = round_float, .out = out };
    unsigned at[3] = { 0, 0, 0 };
    pp_mesh rest = { 0 };

    memset(out, 0, sizeof *out);
    w.box = pp_mesh_box(m);
    if (lay_out(&w, box_mm, err) == PP_OK &&
        (wish->diameter_mm > 0 ? pp_bvh_build(m, &w.bvh, err) : PP_OK) ==
            PP_OK &&
        pp_mesh_copy(m, &rest, err) == PP_OK)
        (void)!split(&w, &rest, 2, at, err);
    pp_mesh_free(&rest);
    pp_bvh_free(w.bvh);
    pp_free(w.plane);
    pp_free(w.peg);
    if (err->status != PP_OK)
        pp_tiling_free(out);
    return err->status;
}

void
pp_cut_json(const pp_cut *s, pp_json *j)
{
    pp_json_point(j, "normal", s->plane.normal);
    pp_json_real(j, "at_mm", s->plane.at);
    pp_json_real(j, "moved_mm", s->moved_mm);
    pp_json_real(j, "area_mm2", s->area_mm2);
    pp_json_array(j, "pegs");
    for (size_t i = 0; i < s->npeg; i++) {
        const pp_peg *p = &s->peg[i];

        pp_json_object(j, NULL);
        pp_json_point(j, "foot_mm", p->foot);
        pp_json_real(j, "diameter_mm", 2 * p->radius_mm);
        pp_json_real(j, "hole_diameter_mm", 2 * p->hole_radius_mm);
        pp_json_real(j, "length_mm", p->length_mm);
        pp_json_real(j, "hole_length_mm", p->hole_length_mm);
        pp_json_real(j, "volume_mm3", p->peg_mm3);
        pp_json_real(j, "hole_volume_mm3", p->hole_mm3);
        pp_json_end(j);
    }
    pp_json_end(j);
    pp_json_array(j, "without_peg");
    for (size_t i = 0; i < s->npegless; i++) {
        pp_json_object(j, NULL);
        pp_json_point(j, "place_mm", s->pegless[i].place);
        pp_json_real(j, "widest_peg_mm", s->pegless[i].room_mm);
        pp_json_real(j, "area_mm2", s->pegless[i].area_mm2);
        pp_json_end(j);
    }
    pp_json_end(j);
}
