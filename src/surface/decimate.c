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

#include <math.h>
#include <string.h>

#define FIRST_THRESHOLD 1e-4 /* in fourth powers of the smallest spacing */
#define STEP 2.0
#define SLOW_SHARE 0.03   /* passes that remove less: the threshold rises */
#define END_SHARE 0.001   /* and less than this, at its end: done */
#define MOST_PASSES 150
#define COMPACT_SHARE 0.5 /* of facets alive: renumber them */
#define LEAST_BLOCK 32768 /* vertices */
#define BLOCKS 8

typedef struct {
    pp_thinning d;
    float *cost;       /* by corner that faces the edge, the lower of two */
    uint32_t *refused; /* version of the edge's ends when it was */
    uint32_t *version; /* of a vertex: changes of its star */
    uint32_t *locked;  /* pass in which a vertex was merged */
    uint32_t *list;    /* facets by block */
    uint32_t pass;
} thinner;

/* Vertices [first, end), and the facets among them: list[from .. to). */
typedef struct {
    uint32_t first, end;
    size_t from, to;
    size_t quota, done; /* collapses */
} block;

static void
free_thinner(thinner *t)
{
    pp_thinning_free(&t->d);
    pp_free(t->cost);
    pp_free(t->refused);
    pp_free(t->version);
    pp_free(t->locked);
    pp_free(t->list);
}

static pp_status
make_thinner(thinner *t, pp_error *err)
{
    const size_t nc = 3 * t->d.ntri;

    t->cost = pp_alloc(nc, sizeof *t->cost);
    t->refused = pp_alloc(nc, sizeof *t->refused);
    t->version = pp_alloc_zero(t->d.nvert, sizeof *t->version);
    t->locked = pp_alloc_zero(t->d.nvert, sizeof *t->locked);
    t->list = pp_alloc(t->d.ntri, sizeof *t->list);
    if (t->list == NULL || t->cost == NULL || t->refused == NULL || t->version == NULL ||
        t->locked == NULL)
        return pp_fail_memory(err);
    for (size_t c = 0; c < nc; c++) {
        t->cost[c] = -1;
        t->refused[c] = PP_NONE;
    }
    return PP_OK;
}

/* Takes the facet of corner c out; the vertex at c loses one. */
static uint32_t
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
    return after ? pp_prev_corner(a) : pp_next_corner(a);
}

static void
join_signs(pp_thinning *d, const pp_collapse *c)
{
    d->signs[c->keep] = 63;
    for (int n = 0; n < c->nfan; n++) {
        const uint32_t *f = c->fan[n];
        const uint8_t bits =
            pp_normal_signs(d->at[c->keep], d->at[f[1]], d->at[f[2]]);

        d->signs[c->keep] &= bits;
        d->signs[f[1]] &= bits;
        d->signs[f[2]] &= bits;
    }
}

static void
apply(thinner *t, const pp_collapse *c)
{
    pp_thinning *d = &t->d;
    const uint32_t u = c->keep, w = c->gone;
    uint32_t at;

    for (int n = 0; n < c->nstar[1]; n++)
        d->v[c->star[1][n]] = u;
    memcpy(d->at[u], c->place, sizeof c->place);
    for (int e = 0; e < 10; e++)
        d->plane[u].a[e] += d->plane[w].a[e];
    d->plane[u].weight += d->plane[w].weight;
    if (d->level[w] > d->level[u])
        d->level[u] = d->level[w];
    at = stitch(d, c->corner[0]);
    (void)stitch(d, c->corner[1]);
    d->degree[u] = (uint8_t)(d->degree[u] + d->degree[w] - 4);
    d->corner[w] = PP_NONE;
    /* the second stitch may have taken the facet of `at`: never, since the
     * dying facets share no edge but the one that goes */
    d->corner[u] = at;
    join_signs(d, c);
    t->locked[u] = t->pass;
    t->version[u]++;
    do {
        const uint32_t faces = pp_next_corner(at), other = d->o[faces];

        t->version[d->v[faces]]++;
        t->cost[faces < other ? faces : other] = -1;
        at = pp_next_corner(d->o[pp_next_corner(at)]);
    } while (at != d->corner[u]);
}

/* Looks at the edge that corner c faces; true when it went. */
static bool
try_edge(thinner *t, const block *b, uint32_t c, double threshold)
{
    pp_thinning *d = &t->d;
    pp_collapse what;
    double place[3];

    what.keep = d->v[pp_next_corner(c)];
    what.gone = d->v[pp_prev_corner(c)];
    if (d->locked != NULL && (d->locked[what.keep] || d->locked[what.gone]))
        return false;
    if (t->cost[c] < 0) {
        t->cost[c] = (float)pp_best_place(d, what.keep, what.gone, NULL,
                                          place);
        t->refused[c] = PP_NONE;
    }
    if ((double)t->cost[c] > threshold || t->locked[what.keep] == t->pass ||
        t->locked[what.gone] == t->pass ||
        t->refused[c] == t->version[what.keep] + t->version[what.gone])
        return false;
    what.corner[0] = c;
    what.corner[1] = d->o[c];
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

    for (size_t n = b->from; n < b->to && b->done < b->quota; n++)
        for (uint32_t k = 0; k < 3 && b->done < b->quota; k++) {
            const uint32_t c = 3 * t->list[n] + k;

            if (d->v[c] == PP_NONE)
                break;
            if (d->o[c] == PP_NONE || d->o[c] < c)
                continue;
            b->done += try_edge(t, b, c, threshold);
        }
}

/* Which block facet f lies in as a whole, or nblock. */
static inline size_t
block_of(const pp_thinning *d, size_t f, uint32_t size, uint32_t shift,
         size_t nblock)
{
    const uint32_t *v = d->v + 3 * f;
    uint32_t b;

    if (v[0] == PP_NONE)
        return nblock;
    b = (v[0] + shift) / size;
    return (v[1] + shift) / size == b && (v[2] + shift) / size == b ? b
                                                                    : nblock;
}

/* The blocks of this pass and their facets; how many collapses each may do. */
static size_t
make_blocks(thinner *t, size_t target, block b[BLOCKS + 2])
{
    const pp_thinning *d = &t->d;
    const size_t share = d->nvert / BLOCKS + 1;
    const uint32_t size =
        (uint32_t)(share > LEAST_BLOCK ? share : LEAST_BLOCK);
    const uint32_t shift = t->pass % 2 ? 0 : size / 2;
    const size_t nblock = d->nvert <= size ? 1
                          : (d->nvert + shift - 1) / size + 1;
    const size_t most = (d->alive - target + 1) / 2;
    size_t at = 0, given = 0, cursor[BLOCKS + 3] = { 0 };

    if (nblock == 1) {
        b[0] = (block){ 0, (uint32_t)d->nvert, 0, d->ntri, most, 0 };
        for (size_t f = 0; f < d->ntri; f++)
            t->list[f] = (uint32_t)f;
        return 1;
    }
    for (size_t f = 0; f < d->ntri; f++)
        cursor[block_of(d, f, size, shift, nblock)]++;
    for (size_t n = 0; n < nblock; n++) {
        const size_t low = n * size > shift ? n * size - shift : 0;
        const size_t count = cursor[n];

        b[n] = (block){ (uint32_t)low, (uint32_t)((n + 1) * size - shift), at,
                        at + count, 0, 0 };
        b[n].quota = (size_t)((double)most * (double)count /
                              (double)d->alive);
        given += b[n].quota;
        cursor[n] = at;
        at += count;
    }
    for (size_t n = 0; n < nblock && given == 0; n++)
        if (b[n].to > b[n].from)
            given = b[n].quota = 1;
    for (size_t f = 0; f < d->ntri; f++) {
        const size_t n = block_of(d, f, size, shift, nblock);

        if (n < nblock)
            t->list[cursor[n]++] = (uint32_t)f;
    }
    return nblock;
}

/* One pass over all edges; how many went. */
static size_t
run_pass(thinner *t, double threshold, size_t target)
{
    block b[BLOCKS + 2];
    const ptrdiff_t nblock = (ptrdiff_t)make_blocks(t, target, b);
    size_t done = 0;

    #pragma omp parallel for schedule(dynamic, 1)
    for (ptrdiff_t n = 0; n < nblock; n++)
        run_block(t, &b[n], threshold);
    for (ptrdiff_t n = 0; n < nblock; n++)
        done += b[n].done;
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
    for (size_t f = 0; f < d->ntri && d->sheet != NULL; f++)
        if (number[f] != PP_NONE)
            d->sheet[number[f]] = d->sheet[f];
    for (size_t f = 0; f < d->ntri; f++)
        for (size_t k = 0; k < 3 && number[f] != PP_NONE; k++) {
            const size_t to = 3 * (size_t)number[f] + k, from = 3 * f + k;

            d->v[to] = d->v[from];
            d->o[to] = d->o[from] == PP_NONE
                           ? PP_NONE
                           : 3 * number[d->o[from] / 3] + d->o[from] % 3;
            t->cost[to] = t->cost[from];
            t->refused[to] = t->refused[from];
            d->corner[d->v[to]] = (uint32_t)to;
        }
    d->ntri = n;
    pp_free(number);
    return PP_OK;
}

static pp_status
thin_out(thinner *t, size_t target, pp_error *err)
{
    pp_thinning *d = &t->d;
    const double least = fmin(d->mm[0], fmin(d->mm[1], d->mm[2]));
    double threshold = FIRST_THRESHOLD * pow(least, 4), weight = 0;

    for (size_t v = 0; v < d->nvert; v++)
        weight += d->plane[v].weight;
    for (t->pass = 1; t->pass <= MOST_PASSES && d->alive > target;
         t->pass++) {
        const double removed =
            2 * (double)run_pass(t, threshold, target);

        if ((double)d->alive < COMPACT_SHARE * (double)d->ntri) {
            if (compact(t, err) != PP_OK)
                return err->status;
        }
        pp_thinning_find_signs(d);
        if (removed >= SLOW_SHARE * (double)d->alive)
            continue;
        /* no edge can cost more than the tolerance times all the area */
        if (threshold < d->tolerance_mm * d->tolerance_mm * weight)
            threshold *= STEP;
        else if (removed < END_SHARE * (double)d->alive)
            break;
    }
    return PP_OK;
}

static pp_status
make_mesh(const pp_thinning *d, pp_mesh *mesh, pp_error *err)
{
    uint32_t *number = pp_alloc(d->nvert, sizeof *number), n = 0;
    size_t f = 0;

    if (number == NULL)
        return pp_fail_memory(err);
    for (size_t v = 0; v < d->nvert; v++)
        number[v] = d->corner[v] == PP_NONE ? PP_NONE : n++;
    if (pp_mesh_alloc(mesh, n, d->alive, err) != PP_OK)
        goto done;
    if (d->sheet != NULL) {
        mesh->attribute = pp_alloc(d->alive, sizeof *mesh->attribute);
        if (mesh->attribute == NULL) {
            pp_fail_memory(err);
            goto done;
        }
    }
    for (size_t v = 0; v < d->nvert; v++)
        if (number[v] != PP_NONE)
            mesh->vert[number[v]] = pp_vec((d->at[v][0] - 1) * d->mm[0],
                                           (d->at[v][1] - 1) * d->mm[1],
                                           (d->at[v][2] - 1) * d->mm[2]);
    for (size_t t = 0; t < d->ntri; t++) {
        if (d->v[3 * t] == PP_NONE)
            continue;
        for (size_t k = 0; k < 3; k++)
            mesh->tri[f][k] = number[d->v[3 * t + k]];
        if (d->sheet != NULL)
            mesh->attribute[f] = d->sheet[t];
        f++;
    }
done:
    pp_free(number);
    return err->status;
}

pp_status
pp_thin_out(const pp_lattice *l, const double mm[3], const pp_locator *before,
            const uint8_t *level, size_t target, pp_mesh *mesh, pp_error *err)
{
    thinner t = { 0 };

    memset(mesh, 0, sizeof *mesh);
    t.d.tolerance_mm = before->limit_mm;
    t.d.before = before;
    if (pp_thinning_begin(l, mm, level, &t.d, err) == PP_OK &&
        make_thinner(&t, err) == PP_OK && thin_out(&t, target, err) == PP_OK)
        (void)!make_mesh(&t.d, mesh, err);
    free_thinner(&t);
    return err->status;
}
