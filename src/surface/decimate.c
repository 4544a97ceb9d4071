/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * decimate.c - fewer facets, the same voxels
 *
 * Edge collapses by least quadric error (Garland and Heckbert, SIGGRAPH 1997)
 * in passes: each takes the edges below a threshold in the order in which
 * they lie in memory, which is fast and, with a threshold that only doubles,
 * as good as sorting. An edge that was refused is looked at again only when
 * something near it has changed. decimate_guard.c says which may go.
 *
 * Threads: vertices are numbered along the rows of the lattice, so that a run
 * of numbers is a slab of the surface. In each pass an edge belongs to a block
 * of numbers if all vertices around both of its ends do; then nothing that a
 * collapse reads or writes belongs to another block, and the blocks may run in
 * any order, or at once, with the same result. From pass to pass the blocks
 * shift by half. Their size depends on the mesh alone.
 */
#include "surface/decimate.h"

#include "base/alloc.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <string.h>

#define FIRST_THRESHOLD 1e-4 /* in fourth powers of the smallest spacing */
#define STEP 2.0
#define SLOW_SHARE 0.2    /* passes that remove less: the threshold rises */
#define END_SHARE 0.001   /* and less than this, at its end: done */
#define MOST_PASSES 150
#define SIGNS_SHARE 0.85  /* of facets alive: find the signs anew */
#define COMPACT_SHARE 0.5 /* of facets alive: renumber them */
#define LEAST_BITS 15     /* of the vertices' numbers that share a block */
#define BLOCKS 8          /* at least so many, if they are not too small */
#define MOST_BLOCKS (2 * BLOCKS + 2)
#define CHUNKS 16

typedef struct {
    pp_thinning d;
    pp_cover *cover[MOST_BLOCKS];
    float *cost;       /* by corner that faces the edge, the lower of two */
    uint32_t *refused; /* version of the edge's ends when it was */
    uint32_t *version; /* of a vertex: changes of its star */
    uint32_t *locked;  /* pass in which a vertex was merged with another;
                          of one that is gone, the one it went to */
    uint32_t pass;
} thinner;

/* Vertices [first, end), whose facets all are among [from, to). */
typedef struct {
    uint32_t first, end;
    size_t from, to, nfacet;
    size_t quota, done; /* collapses */
    pp_cover *cover;
    float least;        /* cost of an edge beyond the threshold */
} block;

static void
free_thinner(thinner *t)
{
    pp_thinning_free(&t->d);
    pp_free(t->cost);
    pp_free(t->refused);
    pp_free(t->version);
    pp_free(t->locked);
    for (int n = 0; n < MOST_BLOCKS; n++)
        pp_free(t->cover[n]);
}

static pp_status
make_thinner(thinner *t, pp_error *err)
{
    const size_t nc = 3 * t->d.ntri;

    t->cost = pp_alloc(nc, sizeof *t->cost);
    t->refused = pp_alloc(nc, sizeof *t->refused);
    t->version = pp_alloc_zero(t->d.nvert, sizeof *t->version);
    t->locked = pp_alloc_zero(t->d.nvert, sizeof *t->locked);
    if (t->cost == NULL || t->refused == NULL || t->version == NULL ||
        t->locked == NULL)
        return pp_fail_memory(err);
    for (int n = 0; n < MOST_BLOCKS; n++) {
        t->cover[n] = pp_cover_alloc();
        if (t->cover[n] == NULL)
            return pp_fail_memory(err);
    }
    for (size_t c = 0; c < nc; c++) {
        t->cost[c] = -1;
        t->refused[c] = PP_NONE;
    }
    return PP_OK;
}

/* Takes the facet of corner c out; the vertex at c loses one. */
static void
stitch(pp_thinning *d, uint32_t c)
{
    const uint32_t a = d->o[pp_next_corner(c)], b = d->o[pp_prev_corner(c)];
    const uint32_t apex = d->v[c], first = c - c % 3;
    const bool after = d->v[pp_next_corner(a)] == apex;

    d->o[a] = b;
    d->o[b] = a;
    d->corner[apex] = after ? pp_next_corner(a) : pp_prev_corner(a);
    d->degree[apex]--;
    for (uint32_t k = 0; k < 3; k++)
        d->v[first + k] = PP_NONE;
}

/* What is known of the fan's facets: their signs and rays. */
static void
note_fan(pp_thinning *d, const pp_collapse *c)
{
    d->signs[c->keep] = 63;
    for (int n = 0; n < c->n; n++) {
        const uint32_t facet = c->at[n] / 3;

        d->signs[c->keep] &= c->bits[n];
        d->signs[c->ring[n]] &= c->bits[n];
        d->signs[c->ring[n + 1 < c->n ? n + 1 : 0]] &= c->bits[n];
        d->crossed[facet] = c->crossed[n];
        d->along[facet] = (uint8_t)c->axis;
    }
}

/* Joins w with u. */
static void
join(pp_thinning *d, const pp_collapse *c)
{
    const uint32_t u = c->keep, w = c->gone;

    for (int n = c->nkeep; n < c->n; n++)
        d->v[c->at[n]] = u;
    memcpy(d->at[u], c->place, sizeof c->place);
    for (int e = 0; e < 10; e++)
        d->plane[u].a[e] += d->plane[w].a[e];
    d->plane[u].weight += d->plane[w].weight;
    if (d->level[w] > d->level[u])
        d->level[u] = d->level[w];
    stitch(d, c->corner[0]);
    stitch(d, c->corner[1]);
    d->degree[u] = (uint8_t)c->n;
    d->moved2[u] = c->moved2;
    d->corner[w] = PP_NONE;
    d->corner[u] = c->at[0];
}

static void
apply(thinner *t, const pp_collapse *c)
{
    const pp_thinning *d = &t->d;

    join(&t->d, c);
    note_fan(&t->d, c);
    t->locked[c->keep] = t->pass;
    t->locked[c->gone] = c->keep;
    t->version[c->keep]++;
    for (int n = 0; n < c->n; n++) {
        const uint32_t faces = pp_next_corner(c->at[n]);
        const uint32_t other = d->o[faces];

        t->version[c->ring[n]]++;
        t->cost[faces < other ? faces : other] = -1;
    }
}

/* FLT_MAX where the least error is too much. */
static float
find_cost(const pp_thinning *d, uint32_t u, uint32_t w)
{
    double place[3];
    const double cost = pp_best_place(d, u, w, NULL, place);

    return cost > pp_most_error(d, u, w) ? FLT_MAX : (float)cost;
}

/* Looks at the edge that corner c faces; true when it went. */
static bool
try_edge(thinner *t, block *b, uint32_t c, double threshold)
{
    pp_thinning *d = &t->d;
    pp_collapse what;

    what.keep = d->v[pp_next_corner(c)];
    what.gone = d->v[pp_prev_corner(c)];
    if (d->locked != NULL && (d->locked[what.keep] || d->locked[what.gone]))
        return false;
    if (t->cost[c] < 0) {
        t->cost[c] = find_cost(d, what.keep, what.gone);
        t->refused[c] = PP_NONE;
    }
    if ((double)t->cost[c] > threshold) {
        b->least = t->cost[c] < b->least ? t->cost[c] : b->least;
        return false;
    }
    if (t->locked[what.keep] == t->pass ||
        t->locked[what.gone] == t->pass ||
        t->refused[c] == t->version[what.keep] + t->version[what.gone])
        return false;
    what.corner[0] = c;
    what.corner[1] = d->o[c];
    what.cover = b->cover;
    what.first = b->first;
    what.end = b->end;
    switch (pp_collapse_allowed(d, &what)) {
    case PP_COLLAPSE_YES:
        apply(t, &what);
        return true;
    case PP_COLLAPSE_NO:
        t->refused[c] = t->version[what.keep] + t->version[what.gone];
        break;
    case PP_COLLAPSE_ELSEWHERE:
        break;
    }
    return false;
}

static void
run_block(thinner *t, block *b, double threshold)
{
    const pp_thinning *d = &t->d;
    const uint32_t size = b->end - b->first;

    for (size_t f = b->from; f < b->to && b->done < b->quota; f++)
        for (uint32_t k = 0; k < 3 && b->done < b->quota; k++) {
            const uint32_t c = 3 * (uint32_t)f + k;

            /* the facet dies: all of it must be the block's; PP_NONE is not */
            if (d->v[3 * f] - b->first >= size ||
                d->v[3 * f + 1] - b->first >= size ||
                d->v[3 * f + 2] - b->first >= size)
                break;
            if (d->o[c] >= c)
                b->done += try_edge(t, b, c, threshold);
        }
}

/* Finds the facets of one chunk by the block of their first vertex. */
static void
find_facets(const pp_thinning *d, size_t chunk, int bits, uint32_t shift,
            block *b)
{
    const size_t from = d->ntri * chunk / CHUNKS;
    const size_t to = d->ntri * (chunk + 1) / CHUNKS;

    for (size_t f = from; f < to; f++) {
        const uint32_t v = d->v[3 * f];
        block *own = b + ((v + shift) >> bits);

        if (v == PP_NONE)
            continue;
        if (own->nfacet++ == 0)
            own->from = f;
        own->to = f + 1;
    }
}

/* How many collapses each block may do: shares whose sum loses none. */
static void
share_out(block *b, size_t nblock, size_t most, pp_cover *const *cover)
{
    size_t all = 0, facets = 0, given = 0;

    for (size_t n = 0; n < nblock; n++)
        all += b[n].nfacet;
    for (size_t n = 0; n < nblock; n++) {
        facets += b[n].nfacet;
        b[n].quota = (size_t)((double)most * (double)facets / (double)all) -
                     given;
        given += b[n].quota;
        b[n].least = FLT_MAX;
        b[n].cover = cover[n];
    }
}

/* The blocks of this pass. */
static size_t
make_blocks(const thinner *t, size_t target, block b[MOST_BLOCKS])
{
    const pp_thinning *d = &t->d;
    block part[CHUNKS][MOST_BLOCKS] = { 0 };
    int bits = LEAST_BITS;
    uint32_t shift;
    size_t nblock;

    while (d->nvert >> (bits + 1) > BLOCKS)
        bits++;
    shift = t->pass % 2 ? 0 : (uint32_t)1 << (bits - 1);
    nblock = ((d->nvert - 1 + shift) >> bits) + 1;
    assert(nblock <= MOST_BLOCKS);
    #pragma omp parallel for schedule(static) if (nblock > 1)
    for (ptrdiff_t c = 0; c < CHUNKS; c++)
        find_facets(d, (size_t)c, bits, shift, part[c]);
    for (size_t n = 0; n < nblock; n++) {
        const size_t first = n << bits, end = (n + 1) << bits;

        b[n] = (block){ .first = n == 0 ? 0 : (uint32_t)(first - shift),
                        .end = (uint32_t)(end - shift) };
        for (size_t c = 0; c < CHUNKS; c++) {
            if (part[c][n].nfacet == 0)
                continue;
            if (b[n].nfacet == 0)
                b[n].from = part[c][n].from;
            b[n].to = part[c][n].to;
            b[n].nfacet += part[c][n].nfacet;
        }
    }
    share_out(b, nblock, (d->alive - target + 1) / 2, t->cover);
    return nblock;
}

/*
 * One pass over all edges; how many went. *least: cost of the cheapest beyond
 * the threshold.
 */
static size_t
run_pass(thinner *t, double threshold, size_t target, float *least)
{
    block b[MOST_BLOCKS];
    const ptrdiff_t nblock = (ptrdiff_t)make_blocks(t, target, b);
    size_t done = 0;

    #pragma omp parallel for schedule(dynamic, 1) if (nblock > 1)
    for (ptrdiff_t n = 0; n < nblock; n++)
        run_block(t, &b[n], threshold);
    *least = FLT_MAX;
    for (ptrdiff_t n = 0; n < nblock; n++) {
        done += b[n].done;
        *least = b[n].least < *least ? b[n].least : *least;
    }
    t->d.alive -= 2 * done;
    return done;
}

/* Closes the gaps that dead facets leave; order is kept. */
static pp_status
compact(thinner *t, pp_error *err)
{
    pp_thinning *d = &t->d;
    uint32_t *number = pp_alloc(d->ntri, sizeof *number), n = 0;

    if (number == NULL)
        return pp_fail_memory(err);
    for (size_t f = 0; f < d->ntri; f++)
        number[f] = d->v[3 * f] == PP_NONE ? PP_NONE : n++;
    for (size_t f = 0; f < d->ntri; f++) {
        if (number[f] == PP_NONE)
            continue;
        d->crossed[number[f]] = d->crossed[f];
        d->along[number[f]] = d->along[f];
        if (d->sheet != NULL)
            d->sheet[number[f]] = d->sheet[f];
        for (size_t k = 0; k < 3; k++) {
            const size_t to = 3 * (size_t)number[f] + k, from = 3 * f + k;

            d->v[to] = d->v[from];
            d->o[to] = d->o[from] == PP_NONE
                           ? PP_NONE
                           : 3 * number[d->o[from] / 3] + d->o[from] % 3;
            t->cost[to] = t->cost[from];
            t->refused[to] = t->refused[from];
            d->corner[d->v[to]] = (uint32_t)to;
        }
    }
    d->ntri = n;
    pp_free(number);
    return PP_OK;
}

static pp_status
run_passes(thinner *t, size_t target, pp_error *err)
{
    pp_thinning *d = &t->d;
    const double small = fmin(d->mm[0], fmin(d->mm[1], d->mm[2]));
    const uint32_t last = t->pass + MOST_PASSES;
    double threshold = FIRST_THRESHOLD * pow(small, 4);
    size_t signed_at = d->alive;

    while (t->pass++ < last && d->alive > target) {
        float least;
        const double removed =
            2 * (double)run_pass(t, threshold, target, &least);

        if ((double)d->alive < COMPACT_SHARE * (double)d->ntri &&
            compact(t, err) != PP_OK)
            return err->status;
        if ((double)d->alive < SIGNS_SHARE * (double)signed_at) {
            pp_thinning_find_signs(d);
            signed_at = d->alive;
        }
        if (removed >= SLOW_SHARE * (double)d->alive)
            continue;
        if (least < FLT_MAX)
            threshold = fmax(STEP * threshold, (double)least);
        else if (removed < END_SHARE * (double)d->alive)
            break;
    }
    return PP_OK;
}

/* ---- the result ---- */

/* Where each vertex went: paths are cut short. */
static void
find_near(const thinner *t, uint32_t *near)
{
    const pp_thinning *d = &t->d;
    uint32_t n = 0;

    for (size_t v = 0; v < d->nvert; v++)
        near[v] = d->corner[v] == PP_NONE ? PP_NONE : n++;
    for (size_t v = 0; v < d->nvert; v++) {
        uint32_t to = (uint32_t)v;

        while (near[to] == PP_NONE)
            to = t->locked[to];
        for (uint32_t at = (uint32_t)v; near[at] == PP_NONE;
             at = t->locked[at])
            near[at] = near[to];
    }
}

static pp_status
make_mesh(const thinner *t, pp_mesh *mesh, uint32_t *near, uint32_t **origin,
          pp_error *err)
{
    const pp_thinning *d = &t->d;
    uint32_t n = 0;
    size_t f = 0;

    find_near(t, near);
    for (size_t v = 0; v < d->nvert; v++)
        n += d->corner[v] != PP_NONE;
    *origin = pp_alloc(n, sizeof **origin);
    if (*origin == NULL)
        return pp_fail_memory(err);
    if (pp_mesh_alloc(mesh, n, d->alive, err) != PP_OK)
        return err->status;
    if (d->sheet != NULL) {
        mesh->attribute = pp_alloc(d->alive, sizeof *mesh->attribute);
        if (mesh->attribute == NULL)
            return pp_fail_memory(err);
    }
    for (size_t v = 0; v < d->nvert; v++)
        if (d->corner[v] != PP_NONE) {
            mesh->vert[near[v]] = pp_vec((d->at[v][0] - 1) * d->mm[0],
                                         (d->at[v][1] - 1) * d->mm[1],
                                         (d->at[v][2] - 1) * d->mm[2]);
            (*origin)[near[v]] = (uint32_t)v;
        }
    for (size_t c = 0; c < 3 * d->ntri; c += 3) {
        if (d->v[c] == PP_NONE)
            continue;
        for (size_t k = 0; k < 3; k++)
            mesh->tri[f][k] = near[d->v[c + k]];
        if (d->sheet != NULL)
            mesh->attribute[f] = d->sheet[c / 3];
        f++;
    }
    return PP_OK;
}

pp_status
pp_thin_out(const pp_thin_task *task, pp_mesh *mesh, uint32_t *near,
            uint32_t **origin, pp_error *err)
{
    thinner t = { 0 };

    memset(mesh, 0, sizeof *mesh);
    *origin = NULL;
    if (pp_thinning_begin(task, &t.d, err) == PP_OK &&
        make_thinner(&t, err) == PP_OK &&
        run_passes(&t, task->target, err) == PP_OK)
        (void)!make_mesh(&t, mesh, near, origin, err);
    free_thinner(&t);
    return err->status;
}
