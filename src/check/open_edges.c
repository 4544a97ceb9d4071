/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * open_edges.c - edges of one facet, and the loops that they form
 *
 * The open edges are walked from end to end. Each facet leaves its edges in
 * its own direction, so around a hole of an oriented mesh a walk goes on with
 * an edge that starts where the last one ended; where there is none, flipped
 * facets are about, and an edge that ends there is taken backwards.
 */
#include "check/defects.h"

#include "base/alloc.h"

#include <stdlib.h>

/* One end of an open edge. */
typedef struct {
    uint32_t vertex, edge;
    bool last; /* the edge ends here */
} edge_end;

static int
compare_ends(const void *a, const void *b)
{
    const edge_end *p = a, *q = b;

    if (p->vertex != q->vertex)
        return p->vertex < q->vertex ? -1 : 1;
    if (p->last != q->last)
        return p->last ? 1 : -1;
    return p->edge < q->edge ? -1 : p->edge > q->edge;
}

/* The first end at vertex v. */
static size_t
first_at(const edge_end *end, size_t n, uint32_t v)
{
    size_t low = 0, high = n;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (end[middle].vertex < v)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/*
 * Walks from edge i until no unused edge goes on, and lists the edges in
 * path[]. next[] of a vertex's first end steps over used edges, so that a
 * vertex of many loops costs no more than it has edges.
 */
static size_t
walk_loop(const pp_subject *s, const edge_end *end, size_t nend, uint32_t i,
          uint8_t *used, size_t *next, uint32_t *path)
{
    const pp_edge_case *edge = s->topology->open.item;
    uint32_t v = edge[i].to;
    size_t n = 0;

    for (;;) {
        const size_t first = first_at(end, nend, v);
        size_t e = next[first];

        used[i] = 1;
        path[n++] = i;
        while (e < nend && end[e].vertex == v && used[end[e].edge])
            e++;
        next[first] = e;
        if (e == nend || end[e].vertex != v)
            return n;
        i = end[e].edge;
        v = end[e].last ? edge[i].from : edge[i].to;
    }
}

/* The mean plane is that of Newell's normal, through the mean of middles. */
static pp_loop
measure_loop(const pp_subject *s, const uint32_t *path, size_t n)
{
    const pp_edge_case *edge = s->topology->open.item;
    const pp_vec3 *vert = s->mesh->vert;
    const pp_vec3 origin = vert[edge[path[0]].from];
    pp_loop loop = { .nedge = n };
    pp_vec3 normal = pp_vec(0, 0, 0), sum = pp_vec(0, 0, 0);

    for (size_t i = 0; i < n; i++) {
        const pp_vec3 a = pp_sub(vert[edge[path[i]].from], origin);
        const pp_vec3 b = pp_sub(vert[edge[path[i]].to], origin);
        const double mm = pp_distance(a, b);

        normal = pp_add(normal, pp_cross(a, b));
        sum = pp_madd(sum, mm / 2, pp_add(a, b));
        loop.length_mm += mm;
    }
    if (loop.length_mm > 0)
        sum = pp_scale(sum, 1 / loop.length_mm);
    loop.middle = pp_add(origin, sum);
    normal = pp_unit(normal);
    for (size_t i = 0; i < n; i++) {
        const pp_vec3 a = pp_sub(vert[edge[path[i]].from], loop.middle);

        loop.flatness_mm = fmax(loop.flatness_mm, fabs(pp_dot(a, normal)));
    }
    return loop;
}

static int
compare_loops(const void *a, const void *b)
{
    const pp_loop *p = a, *q = b;

    if (p->length_mm != q->length_mm)
        return p->length_mm > q->length_mm ? -1 : 1;
    if (p->middle.x != q->middle.x)
        return p->middle.x < q->middle.x ? -1 : 1;
    if (p->middle.y != q->middle.y)
        return p->middle.y < q->middle.y ? -1 : 1;
    return p->middle.z < q->middle.z ? -1 : p->middle.z > q->middle.z;
}

/* Adds a loop to the list; it is sorted and cut when all are there. */
static pp_status
list_loop(pp_report *r, pp_loop loop, size_t *capacity, pp_error *err)
{
    if (pp_grow(&r->loop, capacity, r->nloop + 1, sizeof *r->loop, err) !=
        PP_OK)
        return err->status;
    r->loop[r->nloop++] = loop;
    return PP_OK;
}

static pp_status
find_loops(const pp_subject *s, pp_report *r, pp_error *err)
{
    const pp_edge_list *open = &s->topology->open;
    const size_t nend = 2 * open->n;
    edge_end *end = pp_alloc(nend, sizeof *end);
    uint8_t *used = pp_alloc_zero(open->n, 1);
    uint32_t *path = pp_alloc(open->n, sizeof *path);
    size_t *next = pp_alloc(nend, sizeof *next), capacity = 0;

    if (end == NULL || used == NULL || next == NULL || path == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    for (size_t i = 0; i < open->n; i++) {
        end[2 * i] = (edge_end){ open->item[i].from, (uint32_t)i, false };
        end[2 * i + 1] = (edge_end){ open->item[i].to, (uint32_t)i, true };
    }
    for (size_t i = 0; i < nend; i++)
        next[i] = i;
    qsort(end, nend, sizeof *end, compare_ends);
    for (size_t i = 0; i < open->n; i++)
        if (!used[i]) {
            const size_t n =
                walk_loop(s, end, nend, (uint32_t)i, used, next, path);

            if (list_loop(r, measure_loop(s, path, n), &capacity, err) !=
                PP_OK)
                goto done;
        }
    qsort(r->loop, r->nloop, sizeof *r->loop, compare_loops);
    r->longest_loop_mm = r->loop[0].length_mm;
    r->nloop_listed = r->nloop < s->max_witness ? r->nloop : s->max_witness;
done:
    pp_free(path);
    pp_free(end);
    pp_free(used);
    pp_free(next);
    return err->status;
}

pp_status
pp_find_open_edges(const pp_subject *s, pp_report *r, pp_error *err)
{
    const pp_edge_list *open = &s->topology->open;
    const pp_vec3 *vert = s->mesh->vert;

    for (size_t i = 0; i < open->n; i++) {
        const pp_edge_case *e = &open->item[i];
        const pp_witness w = {
            .a = e->a, .b = PP_NONE,
            .place = pp_scale(pp_add(vert[e->from], vert[e->to]), 0.5)
        };

        if (pp_add_finding(&r->defect[PP_DEFECT_OPEN_EDGE], s->max_witness,
                           w, err) != PP_OK)
            return err->status;
    }
    return open->n > 0 ? find_loops(s, r, err) : PP_OK;
}
