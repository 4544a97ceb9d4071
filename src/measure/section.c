/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * section.c - contours of a mesh in a plane
 *
 * Each facet with corners on both sides holds one segment, from the edge that
 * it runs downward to the edge that it runs upward: seen against the normal
 * the body then lies to the left. Segments are joined by the numbers of the
 * edges, never by coordinates, and a vertex on the plane counts as above, so
 * that a closed mesh gives closed contours without any tolerance.
 */
#include "measure/section.h"

#include "base/alloc.h"
#include "measure/polygon.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    uint64_t from, to; /* edges: low vertex << 32 | high vertex */
    bool used;
} segment;

/* What one cut works with. */
typedef struct {
    const pp_mesh *m;
    pp_vec3 point, normal, e1, e2; /* e1, e2, normal right-handed */
    segment *seg;
    size_t nseg, capacity;
    uint64_t *end; /* all `to`, sorted */
    pp_vec2 *run;
    size_t nrun, run_capacity;
} cut;

bool
pp_section_parse(const char *text, pp_section *s)
{
    pp_caliper c;

    memset(s, 0, sizeof *s);
    if (!pp_caliper_parse(text, &c) || pp_norm(c.end[1]) == 0)
        return false;
    memcpy(s->name, c.name, sizeof s->name);
    s->point = c.end[0];
    s->normal = pp_unit(c.end[1]);
    return true;
}

void
pp_section_free(pp_section *s)
{
    pp_free(s->contour);
    s->contour = NULL;
    s->ncontour = 0;
}

static double
height(const cut *c, uint32_t v)
{
    return pp_dot(pp_sub(c->m->vert[v], c->point), c->normal);
}

static uint64_t
edge_number(uint32_t a, uint32_t b)
{
    return a < b ? (uint64_t)a << 32 | b : (uint64_t)b << 32 | a;
}

static pp_status
cut_facets(cut *c, pp_error *err)
{
    for (size_t t = 0; t < c->m->ntri; t++) {
        const uint32_t *v = c->m->tri[t];
        segment s = { 0, 0, false };
        bool above[3];

        for (int k = 0; k < 3; k++)
            above[k] = height(c, v[k]) >= 0;
        if (above[0] == above[1] && above[1] == above[2])
            continue;
        for (int k = 0; k < 3; k++) {
            const int l = (k + 1) % 3;

            if (above[k] && !above[l])
                s.from = edge_number(v[k], v[l]);
            else if (!above[k] && above[l])
                s.to = edge_number(v[k], v[l]);
        }
        if (pp_grow(&c->seg, &c->capacity, c->nseg + 1, sizeof s, err) !=
            PP_OK)
            return err->status;
        c->seg[c->nseg++] = s;
    }
    return PP_OK;
}

static int
by_from(const void *a, const void *b)
{
    const segment *p = a, *q = b;

    if (p->from != q->from)
        return p->from < q->from ? -1 : 1;
    return p->to < q->to ? -1 : p->to > q->to;
}

static int
by_value(const void *a, const void *b)
{
    const uint64_t *p = a, *q = b;

    return *p < *q ? -1 : *p > *q;
}

static pp_status
sort_segments(cut *c, pp_error *err)
{
    c->end = pp_alloc(c->nseg, sizeof *c->end);
    if (c->end == NULL)
        return pp_fail_memory(err);
    if (c->nseg == 0)
        return PP_OK;
    for (size_t i = 0; i < c->nseg; i++)
        c->end[i] = c->seg[i].to;
    qsort(c->seg, c->nseg, sizeof *c->seg, by_from);
    qsort(c->end, c->nseg, sizeof *c->end, by_value);
    return PP_OK;
}

/* Where an edge meets the plane, in coordinates of the plane. */
static pp_vec2
crossing(const cut *c, uint64_t edge)
{
    const uint32_t a = (uint32_t)(edge >> 32), b = (uint32_t)edge;
    const double ha = height(c, a), hb = height(c, b);
    const pp_vec3 u = pp_sub(c->m->vert[a], c->point);
    const pp_vec3 v = pp_sub(c->m->vert[b], c->point);
    const pp_vec3 p = pp_madd(u, ha / (ha - hb), pp_sub(v, u));

    return (pp_vec2){ pp_dot(p, c->e1), pp_dot(p, c->e2) };
}

/* An unused segment that starts at an edge, or NULL. */
static segment *
find_next(cut *c, uint64_t edge)
{
    size_t low = 0, high = c->nseg;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (c->seg[middle].from < edge)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < c->nseg && c->seg[low].from == edge; low++)
        if (!c->seg[low].used)
            return &c->seg[low];
    return NULL;
}

/* Walks from a segment to the end of its run; *closed when that is a ring. */
static pp_status
walk(cut *c, segment *s, bool *closed, pp_error *err)
{
    const uint64_t first = s->from;

    c->nrun = 0;
    *closed = false;
    while (s != NULL) {
        s->used = true;
        if (pp_grow(&c->run, &c->run_capacity, c->nrun + 1, sizeof *c->run,
                    err) != PP_OK)
            return err->status;
        c->run[c->nrun++] = crossing(c, s->from);
        *closed = s->to == first;
        s = *closed ? NULL : find_next(c, s->to);
    }
    return PP_OK;
}

static pp_vec3
lift(const cut *c, pp_vec2 p)
{
    return pp_madd(pp_madd(c->point, p.x, c->e1), p.y, c->e2);
}

/* Distance from the origin, which is the section's point, to the run. */
static double
distance_to_run(const cut *c)
{
    double best = HUGE_VAL;
    bool inside = false;

    for (size_t i = 0; i < c->nrun; i++) {
        const pp_vec2 a = c->run[i], b = c->run[(i + 1) % c->nrun];
        const double ex = b.x - a.x, ey = b.y - a.y, e2 = ex * ex + ey * ey;
        const double t =
            e2 > 0 ? fmin(fmax(-(a.x * ex + a.y * ey) / e2, 0), 1) : 0;

        best = fmin(best, hypot(a.x + t * ex, a.y + t * ey));
        if ((a.y > 0) != (b.y > 0) && 0 < a.x - a.y * ex / ey)
            inside = !inside;
    }
    return inside ? -best : best;
}

static pp_status
add_contour(const cut *c, pp_section *s, size_t *capacity, pp_error *err)
{
    pp_polygon p;
    pp_contour k;

    if (pp_polygon_measure(c->run, c->nrun, &p, err) != PP_OK ||
        pp_grow(&s->contour, capacity, s->ncontour + 1, sizeof k, err) !=
            PP_OK)
        return err->status;
    k.area_mm2 = p.area;
    k.perimeter_mm = p.perimeter;
    k.feret_max_mm = p.feret_max;
    k.feret_min_mm = p.feret_min;
    k.around_mm = 2 * p.around.radius;
    k.within_mm = 2 * p.within.radius;
    k.centroid = lift(c, p.centroid);
    k.around_centre = lift(c, p.around.centre);
    k.within_centre = lift(c, p.within.centre);
    k.distance_mm = distance_to_run(c);
    s->area_mm2 += k.area_mm2;
    s->perimeter_mm += k.perimeter_mm;
    s->contour[s->ncontour++] = k;
    return PP_OK;
}

static pp_status
join_runs(cut *c, pp_section *s, pp_error *err)
{
    size_t capacity = 0;

    /* first what starts at a hole of the mesh, then rings from anywhere */
    for (int ring = 0; ring < 2; ring++)
        for (size_t i = 0; i < c->nseg; i++) {
            bool closed;

            if (c->seg[i].used ||
                (!ring && bsearch(&c->seg[i].from, c->end, c->nseg,
                                  sizeof *c->end, by_value) != NULL))
                continue;
            if (walk(c, &c->seg[i], &closed, err) != PP_OK)
                return err->status;
            if (!closed)
                s->nopen++;
            else if (add_contour(c, s, &capacity, err) != PP_OK)
                return err->status;
        }
    return PP_OK;
}

static int
by_distance(const void *a, const void *b)
{
    const pp_contour *p = a, *q = b;

    if (p->distance_mm != q->distance_mm)
        return fabs(p->distance_mm) < fabs(q->distance_mm) ? -1 : 1;
    return p->area_mm2 > q->area_mm2 ? -1 : p->area_mm2 < q->area_mm2;
}

static void
set_axes(cut *c, const pp_section *s)
{
    const pp_vec3 n = s->normal;
    const pp_vec3 least = fabs(n.x) <= fabs(n.y) && fabs(n.x) <= fabs(n.z)
                              ? pp_vec(1, 0, 0)
                          : fabs(n.y) <= fabs(n.z) ? pp_vec(0, 1, 0)
                                                   : pp_vec(0, 0, 1);

    c->point = s->point;
    c->normal = n;
    c->e1 = pp_unit(pp_cross(least, n));
    c->e2 = pp_cross(n, c->e1);
}

pp_status
pp_section_measure(const pp_mesh *m, pp_section *s, pp_error *err)
{
    cut c = { 0 };

    c.m = m;
    set_axes(&c, s);
    if (cut_facets(&c, err) == PP_OK && sort_segments(&c, err) == PP_OK)
        (void)!join_runs(&c, s, err);
    if (err->status != PP_OK)
        pp_section_free(s);
    else if (s->ncontour > 0)
        qsort(s->contour, s->ncontour, sizeof *s->contour, by_distance);
    pp_free(c.seg);
    pp_free(c.end);
    pp_free(c.run);
    return err->status;
}
