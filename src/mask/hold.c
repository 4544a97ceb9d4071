/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hold.c - every fragment keeps a core
 *
 * A core that is too small grows from its largest piece, or from the deepest
 * voxel when there is none, in layers and the best voxels of a layer first:
 * those outside the zone before those inside, those that touch another
 * fragment last, so that two cores do not become one; then the deeper one.
 */
#include "mask/encode.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    size_t at;
    float worth;
} place;

typedef struct {
    place *place;
    size_t n, capacity;
} layer;

/* The voxels around one, in the box; how many. */
static int
around(const pp_encode *e, size_t v, size_t out[26])
{
    const size_t i = v % e->dim[0], j = v / e->dim[0] % e->dim[1];
    const size_t k = v / e->dim[0] / e->dim[1];
    int n = 0;

    for (size_t z = k > 0 ? k - 1 : 0; z <= k + 1 && z < e->dim[2]; z++)
        for (size_t y = j > 0 ? j - 1 : 0; y <= j + 1 && y < e->dim[1]; y++)
            for (size_t x = i > 0 ? i - 1 : 0; x <= i + 1 && x < e->dim[0];
                 x++) {
                const size_t w = (z * e->dim[1] + y) * e->dim[0] + x;

                if (w != v)
                    out[n++] = w;
            }
    return n;
}

/* Deeper is better; in the zone is worse; beside another fragment worst. */
static float
worth_of(const pp_encode *e, size_t v)
{
    size_t next[26];
    float worth = e->depth[v];

    if (e->state[v] & PP_NEAR)
        worth -= 1e5F;
    for (int n = around(e, v, next); n-- > 0;)
        if (e->state[next[n]] & PP_OTHER)
            return worth - 1e6F;
    return worth;
}

static int
best_first(const void *a, const void *b)
{
    const place *p = a, *q = b;

    if (p->worth != q->worth)
        return p->worth < q->worth ? 1 : -1;
    return p->at < q->at ? -1 : 1;
}

/* Own voxels around v that are not taken yet join the next layer. */
static pp_status
reach(pp_encode *e, size_t v, layer *next, pp_error *err)
{
    size_t beside[26];

    for (int n = around(e, v, beside); n-- > 0;) {
        const size_t w = beside[n];

        if ((e->state[w] & (PP_OWN | PP_TAKEN)) != PP_OWN)
            continue;
        if (pp_grow(&next->place, &next->capacity, next->n + 1,
                    sizeof *next->place, err) != PP_OK)
            return err->status;
        e->state[w] |= PP_TAKEN;
        next->place[next->n++] = (place){ w, worth_of(e, w) };
    }
    return PP_OK;
}

/* Grows the core `now` by so many voxels; *grown: how many it was. */
static pp_status
grow(pp_encode *e, layer *now, size_t wanted, size_t *grown, pp_error *err)
{
    layer next = { 0 };

    *grown = 0;
    while (*grown < wanted && now->n > 0) {
        next.n = 0;
        for (size_t p = 0; p < now->n; p++)
            if (reach(e, now->place[p].at, &next, err) != PP_OK)
                goto done;
        if (next.n > 1)
            qsort(next.place, next.n, sizeof *next.place, best_first);
        if (next.n > wanted - *grown)
            next.n = wanted - *grown;
        for (size_t p = 0; p < next.n; p++)
            e->state[next.place[p].at] |= PP_IS_CORE;
        *grown += next.n;

        const layer swap = *now;

        *now = next;
        next = swap;
    }
done:
    pp_free(next.place);
    return err->status;
}

/* Pieces of the voxels that have a bit; label: 1 for the largest. */
static pp_status
pieces(const pp_encode *e, uint8_t bit, uint32_t **label, pp_island **island,
       size_t *n, pp_error *err)
{
    pp_mask m = { .in = pp_alloc(e->n, 1) };

    if (m.in == NULL)
        return pp_fail_memory(err);
    memcpy(m.dim, e->dim, sizeof m.dim);
    memcpy(m.to_lps, e->labels->to_lps, sizeof m.to_lps);
    for (size_t v = 0; v < e->n; v++)
        m.in[v] = (e->state[v] & bit) != 0;
    (void)!pp_mask_islands(&m, PP_CONNECT_CORNER, label, island, n, err);
    pp_mask_free(&m);
    return err->status;
}

/* The largest piece of core, or else the best voxel of the fragment's
   largest piece; core from here on. */
static pp_status
start(pp_encode *e, const uint32_t *core, const uint32_t *whole, layer *now,
      pp_error *err)
{
    place best = { 0, 0 };
    bool found = false;

    for (size_t v = 0; v < e->n; v++) {
        const place here = { v, core == NULL && whole[v] == 1
                                    ? worth_of(e, v) : 0 };

        if (core != NULL && core[v] == 1) {
            if (pp_grow(&now->place, &now->capacity, now->n + 1,
                        sizeof *now->place, err) != PP_OK)
                return err->status;
            now->place[now->n++] = here;
            e->state[v] |= PP_TAKEN;
        } else if (core == NULL && whole[v] == 1 &&
                   (!found || best_first(&here, &best) < 0)) {
            best = here;
            found = true;
        }
    }
    if (!found)
        return PP_OK;
    if (pp_grow(&now->place, &now->capacity, 1, sizeof *now->place, err) !=
        PP_OK)
        return err->status;
    now->place[now->n++] = best;
    e->state[best.at] |= PP_IS_CORE | PP_TAKEN;
    return PP_OK;
}

/* More would be more seeds, and more fragments, to a decoder. */
static void
keep_largest(pp_encode *e, const uint32_t *core)
{
    for (size_t v = 0; v < e->n; v++)
        if (core[v] > 1)
            e->state[v] &= (uint8_t)~PP_IS_CORE;
}

/* The piece of the fragment that the largest piece of core lies in. */
static uint32_t
piece_of(const pp_encode *e, const uint32_t *core, const uint32_t *whole)
{
    for (size_t v = 0; v < e->n; v++)
        if (core[v] == 1)
            return whole[v];
    return 0;
}

/* Grows a core from its largest piece (core NULL: where it is deepest) until
   it has `wanted` voxels; how many it has. */
static pp_status
grow_from(pp_encode *e, const uint32_t *core, const uint32_t *whole,
          size_t wanted, size_t *have, pp_error *err)
{
    layer now = { 0 };
    size_t grown = 0;

    if (start(e, core, whole, &now, err) == PP_OK) {
        *have = now.n;
        if (now.n < wanted)
            (void)!grow(e, &now, wanted - *have, &grown, err);
        *have += grown;
    }
    pp_free(now.place);
    return err->status;
}

/* The largest piece of core, if there is one, is smaller than dust. */
static pp_status
hold(pp_encode *e, const uint32_t *core, size_t ncore, pp_encoded *made,
     pp_error *err)
{
    const size_t dust = e->rules.dust_voxels;
    pp_island *part = NULL;
    uint32_t *whole = NULL;
    size_t nwhole = 0, have = 0, wanted;

    if (pieces(e, PP_OWN, &whole, &part, &nwhole, err) != PP_OK)
        goto done;
    /* of its largest piece: a core beside that may have no room to grow */
    wanted = part[0].nvoxel < dust ? part[0].nvoxel : dust;
    if (ncore > 0) {
        made->kept = PP_KEPT_GROWN;
        if (grow_from(e, core, whole, dust, &have, err) != PP_OK)
            goto done;
    }
    if (have < wanted && (ncore == 0 || piece_of(e, core, whole) != 1)) {
        made->kept = PP_KEPT_PLACED;
        if (grow_from(e, NULL, whole, wanted, &have, err) != PP_OK)
            goto done;
    }
    if (part[0].nvoxel < dust && have == part[0].nvoxel)
        made->kept = PP_KEPT_WHOLE;
done:
    pp_free(part);
    pp_free(whole);
    return err->status;
}

pp_status
pp_encode_hold(pp_encode *e, pp_encoded *made, pp_error *err)
{
    const size_t dust = e->rules.dust_voxels;
    pp_island *island = NULL;
    uint32_t *core = NULL;
    size_t n = 0;

    if (pieces(e, PP_IS_CORE, &core, &island, &n, err) != PP_OK)
        goto done;
    made->npiece = n;
    if (!e->rules.all_cores && n > 1)
        keep_largest(e, core);
    if (n == 0 || island[0].nvoxel < dust)
        (void)!hold(e, core, n, made, err);
done:
    pp_free(core);
    pp_free(island);
    return err->status;
}
