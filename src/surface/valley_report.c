/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * valley_report.c - what came out, held against the field
 *
 * Nothing here trusts the steps before: an open edge is a rim when the field
 * rises beyond it, a voxel is covered when a facet is near.
 */
#include "surface/valley_fit.h"

#include "base/alloc.h"
#include "base/order.h"
#include "base/sets.h"

#include <stdlib.h>
#include <string.h>

#define LOOK_OUT 1.2  /* so far beyond an open edge the field */
#define RISEN 0.6     /* has risen by this, if the surface ends */
#define NEAR_BORDER 0.3
#define MEET 0.9      /* so near an open edge is another sheet, */
#define AHEAD 0.8
#define MEET_AHEAD 0.25 /* and so far beyond it */
#define SAME_TURN 0.8 /* cosine of normals on one sheet */
#define LEFT 0.4      /* voxels with less than this lie on a surface */
#define LEFT_FAR 1.2  /* and are left out when no facet is this near */
#define LEFT_FEWEST 4

void
pp_valley_report_free(pp_valley_report *r)
{
    pp_free(r->opening);
    pp_free(r->place);
    memset(r, 0, sizeof *r);
}

pp_status
pp_valley_note(pp_valley_report *r, pp_place_kind kind, pp_vec3 place,
               double size, pp_error *err)
{
    pp_valley_place *more = pp_realloc(r->place, r->nplace + 1, sizeof *more);

    if (more == NULL)
        return pp_fail_memory(err);
    r->place = more;
    r->place[r->nplace++] = (pp_valley_place){ kind, place, size };
    r->nof[kind]++;
    return PP_OK;
}

/* ---- open edges ---- */

typedef struct {
    uint32_t from, to, next; /* next: the edge that starts at `to` */
    pp_vec3 middle;
    double length;
    bool border, risen, meets;
} rim_edge;

/* Is there another sheet just beyond an edge? */
typedef struct {
    const pp_mesh *m;
    const uint32_t *part;
    pp_vec3 middle, ahead, out, normal;
    uint32_t own; /* part */
    bool found;
} search;

static int
visit(uint32_t t, void *data)
{
    search *s = data;
    const uint32_t *v = s->m->tri[t];
    const pp_vec3 corner[3] = { s->m->vert[v[0]], s->m->vert[v[1]],
                                s->m->vert[v[2]] };
    const pp_vec3 q = pp_nearest_on_triangle(s->ahead, corner);
    const pp_vec3 n = pp_unit(pp_facet_normal(s->m, t));

    if (s->part[t] == s->own && fabs(pp_dot(n, s->normal)) > SAME_TURN)
        return 0; /* its own sheet, where the rim is uneven */
    s->found = pp_distance(q, s->ahead) < MEET &&
               pp_dot(pp_sub(q, s->middle), s->out) > MEET_AHEAD;
    return s->found;
}

static double
value_at(const pp_valley_field *f, pp_vec3 p)
{
    double at[3];

    pp_valley_to_index(f, p, at);
    return pp_valley_distance(f, at);
}

static bool
is_near_border(const pp_valley_field *f, pp_vec3 p)
{
    double at[3];
    bool near = false;

    pp_valley_to_index(f, p, at);
    for (int a = 0; a < 3; a++)
        near |= at[a] < NEAR_BORDER ||
                at[a] > (double)f->dim[a] - 1 - NEAR_BORDER;
    return near;
}

static void
judge_edge(const pp_valley_field *f, const pp_mesh *m, const uint32_t *part,
           const pp_bvh *bvh, uint32_t corner, rim_edge *e)
{
    const pp_vec3 a = m->vert[e->from], b = m->vert[e->to];
    const pp_vec3 c = m->vert[m->tri[corner / 3][corner % 3]];
    const pp_vec3 along = pp_unit(pp_sub(b, a)), in = pp_sub(c, a);
    const pp_vec3 out = pp_unit(pp_sub(pp_scale(along, pp_dot(in, along)),
                                       in));
    search s = { .m = m, .part = part, .own = part[corner / 3], .out = out,
                 .normal = pp_unit(pp_cross(along, in)) };
    pp_box box;

    e->middle = pp_scale(pp_add(a, b), 0.5);
    e->length = pp_distance(a, b);
    e->border = is_near_border(f, e->middle);
    e->risen = value_at(f, pp_madd(e->middle, LOOK_OUT, out)) >= RISEN;
    s.middle = e->middle;
    s.ahead = pp_madd(e->middle, AHEAD, out);
    box.low = pp_sub(s.ahead, pp_vec(MEET, MEET, MEET));
    box.high = pp_add(s.ahead, pp_vec(MEET, MEET, MEET));
    pp_bvh_overlap(bvh, box, visit, &s);
    e->meets = s.found;
}

/* All open edges, in the order of their facets, each with the next. */
static pp_status
list_rims(const pp_valley_field *f, const pp_mesh *m, rim_edge **rim,
          size_t *nrim, pp_error *err)
{
    uint32_t *starts = pp_alloc(m->nvert, sizeof *starts), *corner = NULL;
    uint32_t *part = NULL, npart;
    pp_half_edge *e = NULL;
    pp_bvh *bvh = NULL;
    size_t n, end;

    *rim = NULL;
    *nrim = 0;
    if (starts == NULL)
        return pp_fail_memory(err);
    memset(starts, 0xff, m->nvert * sizeof *starts);
    if (pp_mesh_half_edges(m, &e, &n, err) != PP_OK ||
        pp_mesh_parts(m, &part, &npart, err) != PP_OK ||
        pp_bvh_build(m, &bvh, err) != PP_OK)
        goto done;
    *rim = pp_alloc_zero(n + 1, sizeof **rim);
    corner = pp_alloc(n + 1, sizeof *corner);
    if (*rim == NULL || corner == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    for (size_t i = 0; i < n; i = end) {
        end = pp_half_edges_end(e, n, i);
        if (end - i != 1)
            continue;
        (*rim)[*nrim].from = e[i].forward ? e[i].low : e[i].high;
        (*rim)[*nrim].to = e[i].forward ? e[i].high : e[i].low;
        starts[(*rim)[*nrim].from] = (uint32_t)*nrim;
        corner[(*nrim)++] = e[i].corner;
    }
    for (ptrdiff_t i = 0; i < (ptrdiff_t)*nrim; i++) {
        judge_edge(f, m, part, bvh, corner[i], &(*rim)[i]);
        (*rim)[i].next = starts[(*rim)[i].to];
    }
done:
    pp_bvh_free(bvh);
    pp_free(e);
    pp_free(starts);
    pp_free(part);
    pp_free(corner);
    return err->status;
}

/* ---- runs of them ---- */

static pp_status
add_opening(const pp_valley_field *f, pp_valley_report *r, rim_edge *rim,
            size_t nrim, uint32_t first, bool *seen, pp_error *err)
{
    pp_opening *more = pp_realloc(r->opening, r->nopening + 1, sizeof *more);
    pp_opening o = { 0 };
    pp_vec3 sum = { 0, 0, 0 }, meeting = { 0, 0, 0 };
    double length = 0;

    if (more == NULL)
        return pp_fail_memory(err);
    r->opening = more;
    for (uint32_t i = first; i < nrim && !seen[i]; i = rim[i].next) {
        const rim_edge *e = &rim[i];

        seen[i] = true;
        o.nedge++;
        length += e->length;
        sum = pp_madd(sum, e->length, e->middle);
        if (e->meets) {
            o.junction_mm += e->length * f->mm;
            meeting = pp_madd(meeting, e->length * f->mm, e->middle);
        } else if (e->border)
            o.border_mm += e->length * f->mm;
        else if (!e->risen)
            o.torn_mm += e->length * f->mm;
    }
    o.length_mm = length * f->mm;
    o.place = pp_valley_to_lps(f, pp_scale(sum, 1 / length));
    /* noise makes an edge or two of a long rim look torn */
    o.kind = o.torn_mm > fmax(2 * f->mm, 0.1 * o.length_mm) ? PP_RIM_TORN
             : o.border_mm > o.length_mm / 2               ? PP_RIM_BORDER
                                                           : PP_RIM_FIELD;
    r->opening[r->nopening++] = o;
    if (o.junction_mm > 2 * f->mm)
        return pp_valley_note(r, PP_PLACE_JUNCTION,
                              pp_valley_to_lps(f, pp_scale(meeting,
                                                           1 / o.junction_mm)),
                              o.junction_mm, err);
    return PP_OK;
}

static int
longest_first(const void *a, const void *b)
{
    const pp_opening *p = a, *q = b;

    return p->length_mm < q->length_mm ? 1 : -(p->length_mm > q->length_mm);
}

static pp_status
find_openings(const pp_valley_field *f, const pp_mesh *m, pp_valley_report *r,
              pp_error *err)
{
    rim_edge *rim = NULL;
    bool *seen = NULL;
    size_t n;

    if (list_rims(f, m, &rim, &n, err) != PP_OK)
        goto done;
    seen = pp_alloc_zero(n + 1, sizeof *seen);
    if (seen == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    for (uint32_t i = 0; i < n; i++)
        if (!seen[i] && add_opening(f, r, rim, n, i, seen, err) != PP_OK)
            goto done;
    if (r->nopening > 0)
        qsort(r->opening, r->nopening, sizeof *r->opening, longest_first);
done:
    pp_free(rim);
    pp_free(seen);
    return err->status;
}

/* ---- what was left out ---- */

typedef struct {
    uint32_t *set;
    pp_vec3 *at;
    size_t n;
} lost;

/* Voxels on a surface without a facet nearby, in memory order. */
static pp_status
list_lost(const pp_valley_field *f, const pp_bvh *bvh, lost *l, size_t **voxel,
          pp_error *err)
{
    const ptrdiff_t n = (ptrdiff_t)(f->dim[0] * f->dim[1] * f->dim[2]);
    const float limit = (float)(LEFT + 0.25 * f->check.noise);
    size_t room = 0;

    *voxel = NULL;
    for (ptrdiff_t i = 0; i < n; i++) {
        pp_vec3 p;

        if (!(fabsf(f->u[i]) < limit))
            continue;
        p = pp_valley_sample(f, (size_t)i);
        if (pp_bvh_nearest(bvh, p, LEFT_FAR + 2 * f->check.noise).facet !=
            PP_NONE)
            continue;
        if (l->n + 1 >= room) {
            size_t also = room;

            if (pp_grow(voxel, &room, l->n + 2, sizeof **voxel, err) != PP_OK ||
                pp_grow(&l->at, &also, room, sizeof *l->at, err) != PP_OK)
                return err->status;
        }
        (*voxel)[l->n] = (size_t)i;
        l->at[l->n++] = p;
    }
    l->set = pp_alloc(l->n + 1, sizeof *l->set);
    return l->set == NULL ? pp_fail_memory(err) : PP_OK;
}

/* Joins voxels that are neighbours, corners included. */
static void
join_lost(const pp_valley_field *f, const size_t *voxel, lost *l)
{
    const ptrdiff_t dx = (ptrdiff_t)f->dim[0];
    const ptrdiff_t dxy = dx * (ptrdiff_t)f->dim[1];

    pp_sets_start(l->set, l->n);
    for (size_t i = 0; i < l->n; i++)
        for (int k = 0; k < 13; k++) { /* the half of 26 that lie before */
            const ptrdiff_t to = (ptrdiff_t)voxel[i] + (k % 3 - 1) +
                                 (k / 3 % 3 - 1) * dx + (k / 9 - 1) * dxy;
            size_t low = 0, high = i;

            while (low < high) {
                const size_t mid = low + (high - low) / 2;

                if ((ptrdiff_t)voxel[mid] < to)
                    low = mid + 1;
                else
                    high = mid;
            }
            if (low < i && (ptrdiff_t)voxel[low] == to &&
                pp_distance(l->at[low], l->at[i]) < 1.01 * f->diagonal)
                pp_sets_join(l->set, (uint32_t)i, (uint32_t)low);
        }
    pp_sets_flatten(l->set, l->n);
}

static pp_status
find_lost(const pp_valley_field *f, const pp_mesh *m, pp_valley_report *r,
          pp_error *err)
{
    size_t *voxel = NULL;
    pp_bvh *bvh = NULL;
    lost l = { 0 };
    pp_vec3 *sum = NULL;
    uint32_t *count = NULL;

    if (pp_bvh_build(m, &bvh, err) != PP_OK ||
        list_lost(f, bvh, &l, &voxel, err) != PP_OK)
        goto done;
    join_lost(f, voxel, &l);
    sum = pp_alloc_zero(l.n, sizeof *sum);
    count = pp_alloc_zero(l.n, sizeof *count);
    if (sum == NULL || count == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    for (size_t i = 0; i < l.n; i++) {
        sum[l.set[i]] = pp_add(sum[l.set[i]], l.at[i]);
        count[l.set[i]]++;
    }
    for (size_t i = 0; i < l.n; i++)
        if (count[i] >= LEFT_FEWEST &&
            pp_valley_note(r, PP_PLACE_LEFT,
                           pp_valley_to_lps(f, pp_scale(sum[i],
                                                        1.0 / count[i])),
                           count[i], err) != PP_OK)
            goto done;
done:
    pp_bvh_free(bvh);
    pp_free(voxel);
    pp_free(l.set);
    pp_free(l.at);
    pp_free(sum);
    pp_free(count);
    return err->status;
}

/* ---- all of it ---- */

static int
by_kind(const void *a, const void *b)
{
    const pp_valley_place *p = a, *q = b;

    return p->kind != q->kind ? (p->kind > q->kind) - (p->kind < q->kind)
                              : (p->size < q->size) - (p->size > q->size);
}

static pp_status
measure_floor(const pp_valley_field *f, const pp_mesh *m, pp_valley_report *r,
              pp_error *err)
{
    double *u = pp_alloc(m->nvert + 1, sizeof *u);

    if (u == NULL)
        return pp_fail_memory(err);
    for (size_t v = 0; v < m->nvert; v++)
        u[v] = value_at(f, m->vert[v]);
    qsort(u, m->nvert, sizeof *u, pp_order_double);
    if (m->nvert > 0) {
        r->floor = u[m->nvert / 2];
        r->floor_p99 = u[m->nvert - 1 - m->nvert / 100];
    }
    pp_free(u);
    return PP_OK;
}

pp_status
pp_valley_describe(const pp_valley_field *f, const pp_mesh *m,
                   pp_valley_report *r, pp_error *err)
{
    uint32_t *part = NULL, npart;

    if (pp_mesh_parts(m, &part, &npart, err) != PP_OK)
        return err->status;
    pp_free(part);
    r->npiece = npart;
    for (size_t t = 0; t < m->ntri; t++)
        r->area_mm2 += pp_norm(pp_facet_normal(m, t)) / 2 * f->mm * f->mm;
    if (measure_floor(f, m, r, err) != PP_OK ||
        find_openings(f, m, r, err) != PP_OK ||
        find_lost(f, m, r, err) != PP_OK)
        return err->status;
    if (r->nplace > 0)
        qsort(r->place, r->nplace, sizeof *r->place, by_kind);
    return PP_OK;
}

bool
pp_valley_doubtful(const pp_valley_field *f, const pp_valley_report *r)
{
    const pp_field_check *c = &f->check;
    bool torn = false;

    for (size_t n = 0; n < r->nopening; n++)
        torn |= r->opening[n].kind == PP_RIM_TORN;
    return torn || r->nof[PP_PLACE_JUNCTION] > 0 ||
           r->nof[PP_PLACE_LEFT] > 0 || c->nbelow > 0 ||
           (c->gradient > 0 && fabs(c->steepest - 1) > 0.3);
}
