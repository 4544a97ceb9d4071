/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * twins.c - shells that are there twice
 *
 * Where a shell has vertices of its own, its copy is another shell with the
 * same facets by coordinates: their numbers are compared, and sums of a hash
 * over the facets, of 128 bits. Where both share vertices they are one shell,
 * each facet of which is a duplicate.
 */
#include "check/defects.h"

#include "base/alloc.h"
#include "base/order.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    uint64_t sum[2];
    size_t nfacet;
    bool alone;   /* no other shell has as many facets */
    size_t ncopy; /* facets that repeat another one of the shell */
    size_t nany;  /* facets that have an equal one */
} outline;

static uint64_t
mix(uint64_t h) /* splitmix64 (Vigna 2015) */
{
    h += 0x9e3779b97f4a7c15U;
    h = (h ^ h >> 30) * 0xbf58476d1ce4e5b9U;
    h = (h ^ h >> 27) * 0x94d049bb133111ebU;
    return h ^ h >> 31;
}

static uint64_t
hash_place(pp_vec3 p)
{
    const double x[3] = { p.x + 0.0, p.y + 0.0, p.z + 0.0 }; /* no -0 */
    uint64_t h = 0;

    for (int k = 0; k < 3; k++) {
        uint64_t bits;

        memcpy(&bits, &x[k], sizeof bits);
        h = mix(h ^ bits);
    }
    return h;
}

/* The same for the same three places, whichever way they run. */
static void
add_outline(outline *o, const pp_mesh *m, size_t t)
{
    uint64_t sum = 0, product = 1;

    for (int k = 0; k < 3; k++) {
        const uint64_t h = hash_place(m->vert[m->tri[t][k]]);

        sum += h;
        product *= h | 1;
    }
    o->sum[0] += mix(sum ^ mix(product));
    o->sum[1] += mix(product + mix(~sum));
}

static int
compare_outlines(const void *a, const void *b)
{
    const outline *p = a, *q = b;

    if (p->nfacet != q->nfacet)
        return p->nfacet < q->nfacet ? -1 : 1;
    if (p->sum[0] != q->sum[0])
        return p->sum[0] < q->sum[0] ? -1 : 1;
    return p->sum[1] < q->sum[1] ? -1 : p->sum[1] > q->sum[1];
}

/* Duplicates that share vertices, counted for their shells. */
static pp_status
count_copies(const pp_subject *s, outline *o, pp_error *err)
{
    const pp_edge_list *list = &s->topology->duplicate;
    uint8_t *seen;

    if (list->n == 0)
        return PP_OK;
    seen = pp_alloc_zero(s->mesh->ntri, 1);
    if (seen == NULL)
        return pp_fail_memory(err);
    for (size_t i = 0; i < list->n; i++) {
        const uint32_t facet[2] = { list->item[i].a, list->item[i].b };

        o[s->topology->shell[facet[0]]].ncopy++;
        for (int k = 0; k < 2; k++) {
            o[s->topology->shell[facet[k]]].nany += !seen[facet[k]];
            seen[facet[k]] = 1;
        }
    }
    pp_free(seen);
    return PP_OK;
}

/* Most shells are alone with their number of facets: no need to hash them. */
static pp_status
find_alone(const pp_report *r, outline *o, pp_error *err)
{
    size_t *size = pp_alloc(r->nshell, sizeof *size);

    if (size == NULL)
        return pp_fail_memory(err);
    for (size_t i = 0; i < r->nshell; i++)
        size[i] = r->shell[i].nfacet;
    qsort(size, r->nshell, sizeof *size, pp_order_size);
    for (size_t i = 0; i < r->nshell; i++) {
        const size_t *at = bsearch(&r->shell[i].nfacet, size, r->nshell,
                                   sizeof *size, pp_order_size);

        o[i].nfacet = r->shell[i].nfacet;
        o[i].alone = (at == size || at[-1] != *at) &&
                     (at + 1 == size + r->nshell || at[1] != *at);
    }
    pp_free(size);
    return PP_OK;
}

pp_status
pp_find_twins(const pp_subject *s, pp_report *r, pp_error *err)
{
    const size_t n = s->topology->nshell;
    outline *o;

    if (n < 2 && s->topology->duplicate.n == 0)
        return PP_OK;
    o = pp_alloc_zero(n, sizeof *o);
    if (o == NULL)
        return pp_fail_memory(err);
    if (find_alone(r, o, err) != PP_OK)
        goto done;
    for (size_t t = 0; t < s->mesh->ntri; t++)
        if (s->topology->shell[t] != PP_NONE &&
            !o[s->topology->shell[t]].alone)
            add_outline(&o[s->topology->shell[t]], s->mesh, t);
    if (count_copies(s, o, err) != PP_OK)
        goto done;
    for (size_t i = 0; i < n; i++) {
        const size_t once = o[i].nfacet - o[i].ncopy;

        /* each facet as often as any other */
        if (o[i].ncopy > 0 && o[i].nany == o[i].nfacet &&
            o[i].nfacet % once == 0)
            r->ntwin += o[i].nfacet / once - 1;
    }
    qsort(o, n, sizeof *o, compare_outlines);
    for (size_t i = 1; i < n; i++)
        r->ntwin +=
            !o[i].alone && compare_outlines(&o[i - 1], &o[i]) == 0;
done:
    pp_free(o);
    return err->status;
}
