/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * welder.c - a vertex list that grows without twins
 *
 * Open addressing, first come first kept, so that the numbers follow the
 * order of the file and nothing else. A probe is one cache miss in a table of
 * millions; points come in batches, whose slots are all asked for before the
 * first one is needed.
 */
#include "meshio/welder.h"

#include "base/alloc.h"
#include "base/bytes.h"

#include <string.h>

static uint64_t
float_key(float x)
{
    return pp_float_to_bits(x == 0 ? 0.0f : x); /* -0 equals +0 */
}

static size_t
hash_point(const float p[3])
{
    uint64_t h = (float_key(p[0]) | float_key(p[1]) << 32) *
                 0x9fb21c651e98df25U;

    h = ((h ^ h >> 29) + float_key(p[2])) * 0xd6e8feb86659fd93U;
    return (size_t)(h ^ h >> 32);
}

static size_t
hash_vertex(pp_vec3 v)
{
    const float p[3] = { (float)v.x, (float)v.y, (float)v.z };

    return hash_point(p);
}

static pp_status
resize_table(pp_welder *w, size_t nslot, pp_error *err)
{
    uint32_t *slot = pp_alloc(nslot, sizeof *slot);

    if (slot == NULL)
        return pp_fail_memory(err);
    memset(slot, 0xff, nslot * sizeof *slot); /* PP_NONE everywhere */
    for (size_t v = 0; v < w->nvert; v++) {
        size_t s = hash_vertex(w->vert[v]) & (nslot - 1);

        while (slot[s] != PP_NONE)
            s = (s + 1) & (nslot - 1);
        slot[s] = (uint32_t)v;
    }
    pp_free(w->slot);
    w->slot = slot;
    w->nslot = nslot;
    return PP_OK;
}

static pp_status
make_room(pp_welder *w, size_t need, pp_error *err)
{
    size_t nslot = w->nslot > 0 ? w->nslot : 2048;

    if (need > PP_MESH_LIMIT)
        return pp_fail(err, PP_ELIMIT, "more than %zu vertices",
                       PP_MESH_LIMIT);
    while (nslot < 2 * need)
        nslot *= 2;
    if (nslot != w->nslot && resize_table(w, nslot, err) != PP_OK)
        return err->status;
    return pp_grow(&w->vert, &w->capacity, need, sizeof *w->vert, err);
}

pp_status
pp_welder_expect(pp_welder *w, size_t nfacet, pp_error *err)
{
    return make_room(w, nfacet / 2 + nfacet / 64 + PP_WELDER_BATCH, err);
}

static uint32_t
find_or_add(pp_welder *w, size_t s, const float p[3])
{
    uint32_t v;

    while ((v = w->slot[s]) != PP_NONE) {
        const pp_vec3 *q = &w->vert[v];

        if (q->x == p[0] && q->y == p[1] && q->z == p[2])
            return v;
        s = (s + 1) & (w->nslot - 1);
    }
    v = (uint32_t)w->nvert++;
    w->vert[v] = pp_vec(p[0], p[1], p[2]);
    w->slot[s] = v;
    return v;
}

pp_status
pp_welder_add(pp_welder *w, const float (*point)[3], size_t n,
              uint32_t *number, pp_error *err)
{
    size_t start[PP_WELDER_BATCH];

    if (make_room(w, w->nvert + n, err) != PP_OK)
        return err->status;
    for (size_t i = 0; i < n; i++) {
        start[i] = hash_point(point[i]) & (w->nslot - 1);
        __builtin_prefetch(&w->slot[start[i]], 1);
    }
    for (size_t i = 0; i < n; i++)
        number[i] = find_or_add(w, start[i], point[i]);
    return PP_OK;
}

void
pp_welder_finish(pp_welder *w, pp_mesh *mesh)
{
    pp_vec3 *fitted = pp_realloc(w->vert, w->nvert, sizeof *fitted);

    mesh->vert = fitted != NULL ? fitted : w->vert;
    mesh->nvert = w->nvert;
    w->vert = NULL;
    pp_welder_free(w);
}

void
pp_welder_free(pp_welder *w)
{
    pp_free(w->vert);
    pp_free(w->slot);
    memset(w, 0, sizeof *w);
}
