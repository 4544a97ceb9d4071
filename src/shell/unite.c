/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * unite.c - the union of a solid with balls, worked out where they meet
 *
 * A facet whose box meets the box of no facet of the balls' surface meets none
 * of those: as a whole it stays or goes. Only the others are cut along the
 * lines in which the two surfaces meet (corefinement). Those lines part both
 * surfaces into patches. The winding number about a point of it tells whether
 * a patch of the solid lies in the balls; at a line, where one patch of the
 * solid stays and one goes, that patch of the balls stays which goes on from
 * there facing the same way. So what costs is what meets; of the rest, every
 * facet is looked at once, and vertices keep their order.
 */
#include "shell/grow.h"

#include "base/alloc.h"
#include "base/sets.h"
#include "shim/corefine.h"

#include <string.h>

/* A patch is inside or outside if a place of it is as far from the surface. */
#define SURE_MM 1e-6

enum { UNKNOWN, STAYS, GOES };

typedef struct {
    const pp_mesh *solid, *balls;
    pp_bvh *of_balls;
    uint8_t *near;     /* of the solid's facets */
    pp_mesh part;      /* those that are near, then cut */
    uint32_t *of_part; /* its vertices, before that, in the solid */
    size_t npart;      /* so many */
    pp_mesh balls_cut;
    pp_mesh all;       /* facets that are not near, of the part, of the balls;
                          the solid's vertices, then new ones */
    size_t nfar, nold; /* where those facets begin */
    bool *on_line;     /* of the vertices: both surfaces have it */
    uint32_t *patch;   /* of the facets: sets */
    uint8_t *what;     /* becomes of a patch, at its root */
} uniting;

static void
free_uniting(uniting *u)
{
    pp_bvh_free(u->of_balls);
    pp_free(u->near);
    pp_free(u->of_part);
    pp_mesh_free(&u->part);
    pp_mesh_free(&u->balls_cut);
    pp_mesh_free(&u->all);
    pp_free(u->on_line);
    pp_free(u->patch);
    pp_free(u->what);
}

static pp_status
not_clean(const char *why, pp_error *err)
{
    return pp_fail(err, PP_EGEOM, "%s", why);
}

/* ---- what may meet, cut ---- */

static int
note_any(uint32_t facet, void *any)
{
    (void)facet;
    *(bool *)any = true;
    return 1;
}

static pp_status
find_near(uniting *u, pp_error *err)
{
    const pp_mesh *m = u->solid;
    size_t n = 0;

    u->near = pp_alloc(m->ntri, 1);
    if (u->near == NULL)
        return pp_fail_memory(err);
    #pragma omp parallel for schedule(dynamic, 1024) reduction(+ : n)
    for (ptrdiff_t t = 0; t < (ptrdiff_t)m->ntri; t++) {
        pp_box box = pp_box_empty();
        bool any = false;

        for (int k = 0; k < 3; k++)
            pp_box_add(&box, m->vert[m->tri[t][k]]);
        pp_bvh_overlap(u->of_balls, box, note_any, &any);
        u->near[t] = any;
        n += any;
    }
    u->nfar = m->ntri - n;
    return pp_mesh_select(m, u->near, &u->part, err);
}

/* Which vertices of the solid those of the part are: both in one order. */
static pp_status
number_part(uniting *u, pp_error *err)
{
    const pp_mesh *m = u->solid;
    bool *used = pp_alloc_zero(m->nvert, sizeof *used);

    u->of_part = pp_alloc(u->part.nvert, sizeof *u->of_part);
    if (used == NULL || u->of_part == NULL) {
        pp_free(used);
        return pp_fail_memory(err);
    }
    for (size_t t = 0; t < m->ntri; t++)
        for (int k = 0; k < 3 && u->near[t]; k++)
            used[m->tri[t][k]] = true;
    for (size_t v = 0; v < m->nvert; v++)
        if (used[v])
            u->of_part[u->npart++] = (uint32_t)v;
    pp_free(used);
    return PP_OK;
}

static pp_status
cut_both(uniting *u, pp_error *err)
{
    pp_mesh cut = { 0 };

    if (u->part.ntri == 0)
        return pp_mesh_copy(u->balls, &u->balls_cut, err);
    if (pp_igl_corefine(&u->part, u->balls, &cut, &u->balls_cut, err) !=
        PP_OK)
        return err->status;
    if (cut.nvert < u->npart ||
        memcmp(cut.vert, u->part.vert, u->npart * sizeof *cut.vert) != 0)
        not_clean("vertices did not stay", err);
    pp_mesh_free(&u->part);
    u->part = cut;
    return err->status;
}

/* ---- both surfaces, joined along the lines ---- */

/* Both cut surfaces, with one number for what both have. Two vertices of one
 * surface that rounding brought together are not ours to join. */
static pp_status
join_both(const uniting *u, pp_mesh *both, pp_error *err)
{
    const size_t n = u->part.nvert, own = u->balls_cut.nvert;
    bool *shared = pp_alloc_zero(n, sizeof *shared);
    size_t njoined, nshared = 0;

    if (shared == NULL)
        return pp_fail_memory(err);
    if (pp_mesh_copy(&u->part, both, err) == PP_OK &&
        pp_mesh_append(both, &u->balls_cut, err) == PP_OK &&
        pp_mesh_weld_exact(both, &njoined, err) == PP_OK) {
        for (size_t t = u->part.ntri; t < both->ntri; t++)
            for (int k = 0; k < 3; k++)
                if (both->tri[t][k] < n)
                    shared[both->tri[t][k]] = true;
        for (size_t v = 0; v < n; v++)
            nshared += shared[v];
        if (both->nvert != n + own - nshared ||
            memcmp(both->vert, u->part.vert, n * sizeof *both->vert) != 0)
            not_clean("vertices came together", err);
    }
    pp_free(shared);
    return err->status;
}

/* The number among all of a vertex of both. */
static uint32_t
among_all(const uniting *u, uint32_t v)
{
    return v < u->npart ? u->of_part[v]
                        : (uint32_t)(u->solid->nvert + v - u->npart);
}

static pp_status
put_together(uniting *u, const pp_mesh *both, pp_error *err)
{
    const pp_mesh *m = u->solid;
    pp_mesh *all = &u->all;
    size_t n = 0;

    if (pp_mesh_alloc(all, m->nvert + both->nvert - u->npart,
                      u->nfar + both->ntri, err) != PP_OK)
        return err->status;
    u->nold = u->nfar + u->part.ntri;
    u->on_line = pp_alloc_zero(all->nvert, sizeof *u->on_line);
    if (u->on_line == NULL)
        return pp_fail_memory(err);
    memcpy(all->vert, m->vert, m->nvert * sizeof *m->vert);
    memcpy(all->vert + m->nvert, both->vert + u->npart,
           (both->nvert - u->npart) * sizeof *m->vert);
    for (size_t t = 0; t < m->ntri; t++)
        if (!u->near[t])
            memcpy(all->tri[n++], m->tri[t], sizeof *all->tri);
    for (size_t t = 0; t < both->ntri; t++, n++)
        for (int k = 0; k < 3; k++) {
            const uint32_t v = both->tri[t][k];

            all->tri[n][k] = among_all(u, v);
            if (n >= u->nold && v < u->part.nvert)
                u->on_line[all->tri[n][k]] = true;
        }
    return PP_OK;
}

/* ---- patches ---- */

/* Where four facets meet, two of each surface, is a line. */
typedef struct {
    uint32_t solid[2], balls[2]; /* facets; of either, the first runs forward */
} line_edge;

typedef struct {
    line_edge *edge;
    size_t n, room;
} line_edges;

/* Facets around a vertex off the lines are of one patch. */
static pp_status
join_around_vertices(uniting *u, pp_error *err)
{
    const pp_mesh *all = &u->all;
    uint32_t *first = pp_alloc(all->nvert, sizeof *first);

    u->patch = pp_alloc(all->ntri, sizeof *u->patch);
    if (first == NULL || u->patch == NULL) {
        pp_free(first);
        return pp_fail_memory(err);
    }
    pp_sets_start(u->patch, all->ntri);
    for (size_t v = 0; v < all->nvert; v++)
        first[v] = PP_NONE;
    for (size_t t = 0; t < all->ntri; t++)
        for (int k = 0; k < 3; k++) {
            const uint32_t v = all->tri[t][k];

            if (u->on_line[v])
                continue;
            if (first[v] == PP_NONE)
                first[v] = (uint32_t)t;
            pp_sets_join(u->patch, first[v], (uint32_t)t);
        }
    pp_free(first);
    return PP_OK;
}

/* The half-edges [i, end) of one edge between places on lines; `from`: the
 * first of their facets among all. */
static pp_status
look_at_edge(uniting *u, const pp_half_edge *half, size_t n, size_t from,
             line_edges *lines, pp_error *err)
{
    line_edge e = { { PP_NONE, PP_NONE }, { PP_NONE, PP_NONE } };
    uint32_t facet[2] = { PP_NONE, PP_NONE };

    for (size_t i = 0; i < n; i++) {
        const uint32_t t = (uint32_t)(from + half[i].corner / 3);
        uint32_t *of = t < u->nold ? e.solid : e.balls;

        if (of[!half[i].forward] != PP_NONE)
            return not_clean("more than two surfaces meet", err);
        of[!half[i].forward] = facet[i % 2] = t;
    }
    if (n == 2 && (facet[0] < u->nold) == (facet[1] < u->nold)) {
        pp_sets_join(u->patch, facet[0], facet[1]);
        return PP_OK;
    }
    if (n != 4)
        return not_clean("a surface ends at the other one", err);
    if (pp_grow(&lines->edge, &lines->room, lines->n + 1,
                sizeof *lines->edge, err) == PP_OK)
        lines->edge[lines->n++] = e;
    return err->status;
}

/* Edges between places on lines: either lines, or joints of a patch. */
static pp_status
join_across_edges(uniting *u, line_edges *lines, pp_error *err)
{
    /* what is not near meets no line */
    pp_mesh cut = u->all;
    pp_half_edge *half = NULL;
    size_t nhalf = 0, end;

    cut.tri += u->nfar;
    cut.ntri -= u->nfar;
    if (pp_mesh_half_edges(&cut, &half, &nhalf, err) != PP_OK)
        return err->status;
    for (size_t i = 0; i < nhalf && err->status == PP_OK; i = end) {
        end = pp_half_edges_end(half, nhalf, i);
        if (u->on_line[half[i].low] && u->on_line[half[i].high])
            (void)!look_at_edge(u, half + i, end - i, u->nfar, lines, err);
    }
    pp_free(half);
    return err->status;
}

/* ---- what stays ---- */

/* Does a patch lie inside? Asked at the middle of its largest facet. */
static pp_status
ask(const uniting *u, uint32_t largest, const pp_bvh *other, uint8_t *what,
    pp_error *err)
{
    const uint32_t *t = u->all.tri[largest];
    const pp_vec3 p = pp_scale(pp_add(u->all.vert[t[0]],
                                      pp_add(u->all.vert[t[1]],
                                             u->all.vert[t[2]])), 1 / 3.0);

    if (!pp_bvh_ball_is_empty(other, p, SURE_MM))
        return not_clean("a patch lies on the other surface", err);
    *what = pp_bvh_winding(other, p) > 0.5 ? GOES : STAYS;
    return PP_OK;
}

/* Asks for all patches among facets [from, end) of which nothing is known. */
static pp_status
ask_all(uniting *u, size_t from, size_t end, const uint32_t *largest,
        const pp_mesh *other, const pp_bvh *tree, pp_error *err)
{
    pp_bvh *own = NULL;

    for (size_t t = from; t < end && err->status == PP_OK; t++) {
        if (u->patch[t] != t || u->what[t] != UNKNOWN)
            continue;
        if (tree == NULL && own == NULL &&
            pp_bvh_build(other, &own, err) != PP_OK)
            break;
        (void)!ask(u, largest[t], tree != NULL ? tree : own, &u->what[t],
                   err);
    }
    pp_bvh_free(own);
    return err->status;
}

/* Of the balls' two patches at a line, that one stays which runs against the
 * solid's that stays. */
static pp_status
decide_at_lines(uniting *u, const line_edges *lines, pp_error *err)
{
    for (size_t i = 0; i < lines->n; i++) {
        const line_edge *e = &lines->edge[i];
        const uint8_t first = u->what[u->patch[e->solid[0]]];

        if (first == u->what[u->patch[e->solid[1]]])
            return not_clean("surfaces touch along a line", err);
        for (int k = 0; k < 2; k++) {
            uint8_t *what = &u->what[u->patch[e->balls[k]]];
            const uint8_t now = k == 0 ? (first == STAYS ? GOES : STAYS)
                                       : first;

            if (*what != UNKNOWN && *what != now)
                return not_clean("lines disagree", err);
            *what = now;
        }
    }
    return PP_OK;
}

static pp_status
decide(uniting *u, const line_edges *lines, pp_error *err)
{
    const pp_mesh *all = &u->all;
    uint32_t *largest = pp_alloc(all->ntri, sizeof *largest);
    double *area = pp_alloc_zero(all->ntri, sizeof *area);

    u->what = pp_alloc_zero(all->ntri, sizeof *u->what);
    if (largest == NULL || area == NULL || u->what == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    pp_sets_flatten(u->patch, all->ntri);
    for (size_t t = 0; t < all->ntri; t++) {
        const double mm2 = pp_norm(pp_facet_normal(all, t));

        if (mm2 > area[u->patch[t]] || u->patch[t] == t) {
            area[u->patch[t]] = mm2;
            largest[u->patch[t]] = (uint32_t)t;
        }
    }
    if (ask_all(u, 0, u->nold, largest, u->balls, u->of_balls, err) == PP_OK &&
        decide_at_lines(u, lines, err) == PP_OK)
        (void)!ask_all(u, u->nold, all->ntri, largest, u->solid, NULL, err);
done:
    pp_free(largest);
    pp_free(area);
    return err->status;
}

static pp_status
keep_what_stays(uniting *u, pp_mesh *out, pp_error *err)
{
    uint8_t *keep = u->what;

    /* roots come first in their sets: from the end, none is lost */
    for (size_t t = u->all.ntri; t-- > 0;)
        keep[t] = u->what[u->patch[t]] == STAYS;
    return pp_mesh_select(&u->all, keep, out, err);
}

pp_status
pp_shell_unite(const pp_mesh *solid, const pp_mesh *balls, pp_mesh *out,
               pp_error *err)
{
    uniting u = { .solid = solid, .balls = balls };
    line_edges lines = { NULL, 0, 0 };
    pp_mesh both = { 0 };

    memset(out, 0, sizeof *out);
    if (pp_bvh_build(balls, &u.of_balls, err) == PP_OK &&
        find_near(&u, err) == PP_OK && number_part(&u, err) == PP_OK &&
        cut_both(&u, err) == PP_OK && join_both(&u, &both, err) == PP_OK &&
        put_together(&u, &both, err) == PP_OK &&
        join_around_vertices(&u, err) == PP_OK &&
        join_across_edges(&u, &lines, err) == PP_OK &&
        decide(&u, &lines, err) == PP_OK)
        (void)!keep_what_stays(&u, out, err);
    pp_mesh_free(&both);
    pp_free(lines.edge);
    free_uniting(&u);
    return err->status;
}
