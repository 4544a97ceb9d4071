/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * holes.c - loops of open edges get a lid
 *
 * Rims are walked from umbrella to umbrella, which any soup has; a walk that
 * comes back to a vertex has closed a loop there. Only edges of one facet make
 * a rim. A rim that lies in a plane gets a flat lid, and a short one no new
 * vertices; a larger bent rim gets a refined lid that fair.c bends on with the
 * curvature around it, unless refill.c has a
 * piece of surface that fits. Lids may cross other facets: solid.c sorts that
 * out.
 */
#include "repair/rung.h"

#include "base/alloc.h"
#include "mesh/predicates.h"
#include "shim/igl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Rims of at most so many edges get no new vertices. */
#define SHORT_RIM 8

/* A rim counts as flat when it leaves its plane by less than this part of its
   length: the bend of such a lid could not be told from rounding noise. */
#define FLAT_PART 1e-3

typedef struct {
    uint32_t *next;  /* umbrella that follows along the rim, or PP_NONE */
    uint32_t *corner; /* that faces the edge from here to next */
    uint8_t *barred; /* edge shared by other facets: no rim to fill */
} rims;

/* Open edges of the mesh as cut into umbrellas. */
static pp_status
find_rims(const pp_mesh *m, const pp_mesh *cut, const pp_seam *seam, rims *r,
          pp_error *err)
{
    pp_half_edge *edge = NULL;
    size_t nedge = 0, n;
    uint8_t *crowded = pp_alloc_zero(3 * m->ntri, 1);

    if (crowded == NULL)
        return pp_fail_memory(err);
    if (pp_mesh_half_edges(m, &edge, &nedge, err) != PP_OK)
        goto done;
    for (size_t i = 0; i < nedge; i += n) {
        for (n = 1; i + n < nedge && edge[i + n].low == edge[i].low &&
                    edge[i + n].high == edge[i].high; n++)
            ;
        for (size_t k = 0; n > 1 && k < n; k++)
            crowded[edge[i + k].corner] = 1;
    }
    pp_free(edge);
    edge = NULL;
    if (pp_mesh_half_edges(cut, &edge, &nedge, err) != PP_OK)
        goto done;
    for (size_t i = 0; i < nedge; i += n) {
        const uint32_t c = edge[i].corner, t = c / 3;
        const uint32_t from = cut->tri[t][(c % 3 + 2) % 3];
        const uint32_t to = cut->tri[t][(c % 3 + 1) % 3];

        for (n = 1; i + n < nedge && edge[i + n].low == edge[i].low &&
                    edge[i + n].high == edge[i].high; n++)
            ;
        if (n != 1)
            continue;
        r->next[from] = to;
        r->corner[from] = c;
        r->barred[from] = crowded[c] || pp_on_seam(seam, cut->vert[from],
                                                   cut->vert[to]);
    }
done:
    pp_free(crowded);
    pp_free(edge);
    return err->status;
}

/* One closed loop: corners that face its edges, in the order of the rim. */
typedef struct {
    uint32_t *corner;
    size_t n;
} loop;

typedef struct {
    double length_mm;
    bool flat;
} rim_shape;

static uint32_t
edge_start(const pp_mesh *m, uint32_t corner)
{
    return m->tri[corner / 3][(corner % 3 + 2) % 3];
}

/* Length of a rim, and whether it leaves its mean plane. */
static rim_shape
measure_rim(const pp_mesh *m, const loop *l)
{
    rim_shape s = { 0, true };
    pp_vec3 normal = { 0, 0, 0 }, centre = { 0, 0, 0 };
    const pp_vec3 origin = m->vert[edge_start(m, l->corner[0])];

    for (size_t i = 0; i < l->n; i++) {
        const pp_vec3 a = m->vert[edge_start(m, l->corner[i])];
        const pp_vec3 b =
            m->vert[edge_start(m, l->corner[(i + 1) % l->n])];

        s.length_mm += pp_distance(a, b);
        centre = pp_madd(centre, 1.0 / (double)l->n, a);
        normal = pp_add(normal, pp_cross(pp_sub(a, origin),
                                         pp_sub(b, origin)));
    }
    normal = pp_unit(normal);
    for (size_t i = 0; i < l->n; i++) {
        const pp_vec3 a = m->vert[edge_start(m, l->corner[i])];

        if (fabs(pp_dot(normal, pp_sub(a, centre))) >
            FLAT_PART * s.length_mm)
            s.flat = false;
    }
    return s;
}

/* Patches all of whose facets lie in one plane: with a lid, still nothing. */
static pp_status
find_flat_patches(const pp_mesh *cut, uint32_t **patch, uint8_t **flat,
                  pp_error *err)
{
    uint32_t npatch, *first = NULL;

    *flat = NULL;
    if (pp_patches(cut, patch, &npatch, err) != PP_OK)
        return err->status;
    *flat = pp_alloc(npatch, 1);
    first = pp_alloc(npatch, sizeof *first);
    if (*flat == NULL || first == NULL) {
        pp_free(first);
        return pp_fail_memory(err);
    }
    for (size_t t = cut->ntri; t-- > 0;) {
        (*flat)[(*patch)[t]] = 1;
        first[(*patch)[t]] = (uint32_t)t;
    }
    for (size_t t = 0; t < cut->ntri; t++) {
        const uint32_t *f = cut->tri[first[(*patch)[t]]];

        for (int k = 0; k < 3; k++)
            if (pp_orient3d(cut->vert[f[0]], cut->vert[f[1]],
                            cut->vert[f[2]], cut->vert[cut->tri[t][k]]) != 0)
                (*flat)[(*patch)[t]] = 0;
    }
    pp_free(first);
    return PP_OK;
}

/* What is filled, and what for. */
typedef struct {
    pp_mesh *mesh;       /* lids are appended */
    const pp_mesh *cut;  /* one vertex for each umbrella */
    const rims *rims;
    const uint32_t *patch;
    const uint8_t *flat; /* patches that lie in a plane */
    size_t nlid, nbent, nfailed;
    double longest_mm;
} work;

static pp_status
append_lid(pp_mesh *m, const loop *l, const pp_mesh *lid, pp_error *err)
{
    const size_t nvert = m->nvert, ntri = m->ntri;
    pp_mesh fresh = { 0 };

    if (pp_mesh_alloc(&fresh, lid->nvert - l->n, lid->ntri, err) != PP_OK)
        return err->status;
    for (size_t v = l->n; v < lid->nvert; v++)
        fresh.vert[v - l->n] = lid->vert[v];
    memset(fresh.tri, 0, fresh.ntri * sizeof *fresh.tri);
    if (pp_mesh_append(m, &fresh, err) == PP_OK)
        for (size_t c = 0; c < 3 * lid->ntri; c++) {
            const uint32_t v = lid->tri[c / 3][c % 3];

            m->tri[ntri + c / 3][c % 3] =
                v < l->n ? edge_start(m, l->corner[v])
                         : (uint32_t)(nvert + v - l->n);
        }
    pp_mesh_free(&fresh);
    return err->status;
}

static pp_status
fill_loop(const loop *l, work *w, pp_error *err)
{
    const rim_shape s = measure_rim(w->mesh, l);
    const bool refined = !s.flat && l->n > SHORT_RIM;
    pp_vec3 *rim = pp_alloc(l->n, sizeof *rim);
    pp_vec3 *beyond = pp_alloc(l->n, sizeof *beyond);
    pp_mesh lid = { 0 };

    if (rim == NULL || beyond == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    for (size_t i = 0; i < l->n; i++) {
        const uint32_t c = l->corner[i];

        rim[i] = w->mesh->vert[edge_start(w->mesh, c)];
        beyond[i] = w->mesh->vert[w->mesh->tri[c / 3][c % 3]];
    }
    if (pp_igl_triangulate_hole(rim, beyond, l->n, s.flat, refined, &lid,
                                err) == PP_EGEOM) {
        err->status = PP_OK; /* this one stays open */
        w->nfailed++;
        goto done;
    }
    if (err->status != PP_OK || append_lid(w->mesh, l, &lid, err) != PP_OK)
        goto done;
    w->nlid++;
    w->nbent += refined;
    w->longest_mm = fmax(w->longest_mm, s.length_mm);
done:
    pp_free(rim);
    pp_free(beyond);
    pp_mesh_free(&lid);
    return err->status;
}

/* Where a walk stands; place[v] is the step at which it passed vertex v. */
typedef struct {
    uint32_t *corner;
    size_t n;
    size_t *place;
} walk;

/* Takes the loop that closes at vertex v off the end of the walk. */
static pp_status
close_loop(walk *k, uint32_t v, work *w, pp_error *err)
{
    const size_t from = k->place[v];
    const loop l = { k->corner + from, k->n - from };

    for (size_t i = from; i < k->n; i++)
        k->place[edge_start(w->mesh, k->corner[i])] = SIZE_MAX;
    k->n = from;
    if (l.n < 3)
        return PP_OK;
    return fill_loop(&l, w, err);
}

/* Follows the rim from umbrella u; loops are filled as they close. */
static pp_status
follow_rim(uint32_t u, uint8_t *seen, walk *k, work *w, pp_error *err)
{
    const uint32_t start = u;

    k->n = 0;
    while (u != PP_NONE && !seen[u] && w->rims->next[u] != PP_NONE &&
           !w->rims->barred[u] && !w->flat[w->patch[w->rims->corner[u] / 3]]) {
        const uint32_t corner = w->rims->corner[u];
        const uint32_t v = edge_start(w->mesh, corner);

        if (k->place[v] != SIZE_MAX && close_loop(k, v, w, err) != PP_OK)
            return err->status;
        k->place[v] = k->n;
        k->corner[k->n++] = corner;
        seen[u] = 1;
        u = w->rims->next[u];
    }
    if (u == start && k->n > 0 &&
        close_loop(k, edge_start(w->mesh, k->corner[0]), w, err) != PP_OK)
        return err->status;
    for (size_t i = 0; i < k->n; i++) /* no loop: a fin's edge, say */
        k->place[edge_start(w->mesh, k->corner[i])] = SIZE_MAX;
    return PP_OK;
}

static pp_status
fill_all(work *w, pp_error *err)
{
    walk k = { pp_alloc(w->cut->nvert, sizeof *k.corner), 0,
               pp_alloc(w->mesh->nvert, sizeof *k.place) };
    uint8_t *seen = pp_alloc_zero(w->cut->nvert, 1);

    if (k.corner == NULL || k.place == NULL || seen == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    for (size_t v = 0; v < w->mesh->nvert; v++)
        k.place[v] = SIZE_MAX;
    for (uint32_t u = 0; u < w->cut->nvert; u++)
        if (follow_rim(u, seen, &k, w, err) != PP_OK)
            break;
done:
    pp_free(k.corner);
    pp_free(k.place);
    pp_free(seen);
    return err->status;
}

static double
area_from(const pp_mesh *m, size_t first)
{
    double area = 0;

    for (size_t t = first; t < m->ntri; t++)
        area += pp_norm(pp_facet_normal(m, t)) / 2;
    return area;
}

/* The mesh with one vertex for each umbrella. */
static pp_status
cut_apart(const pp_mesh *m, pp_mesh *cut, pp_error *err)
{
    uint32_t *umbrella = NULL, *vertex = NULL, n;

    memset(cut, 0, sizeof *cut);
    if (pp_umbrellas(m, &umbrella, &vertex, &n, err) != PP_OK ||
        pp_mesh_alloc(cut, n, m->ntri, err) != PP_OK)
        goto done;
    for (uint32_t u = 0; u < n; u++)
        cut->vert[u] = m->vert[vertex[u]];
    for (size_t c = 0; c < 3 * m->ntri; c++)
        cut->tri[c / 3][c % 3] = umbrella[c];
done:
    pp_free(umbrella);
    pp_free(vertex);
    return err->status;
}

static pp_status
make_rims(const pp_mesh *m, const pp_mesh *cut, const pp_seam *seam, rims *r,
          pp_error *err)
{
    r->next = pp_alloc(cut->nvert, sizeof *r->next);
    r->corner = pp_alloc(cut->nvert, sizeof *r->corner);
    r->barred = pp_alloc_zero(cut->nvert, 1);
    if (r->next == NULL || r->corner == NULL || r->barred == NULL)
        return pp_fail_memory(err);
    for (size_t u = 0; u < cut->nvert; u++)
        r->next[u] = PP_NONE;
    return find_rims(m, cut, seam, r, err);
}

static pp_status
copy_lids(const pp_mesh *m, size_t first, pp_cure *c, pp_error *err)
{
    uint8_t *is_old = pp_alloc_zero(m->ntri, 1);

    if (is_old == NULL)
        return pp_fail_memory(err);
    memset(is_old, 1, first);
    (void)!pp_copy_others(m, is_old, &c->invented, err);
    pp_free(is_old);
    return err->status;
}

pp_status
pp_cure_holes(pp_mesh *m, pp_cure *c, pp_error *err)
{
    pp_mesh cut = { 0 };
    rims r = { 0 };
    uint32_t *patch = NULL;
    uint8_t *flat = NULL;
    work w = { .mesh = m, .cut = &cut, .rims = &r };
    const size_t old_ntri = m->ntri;
    size_t nrefilled = 0, old_nvert;
    char along[48] = "";

    if (c->options->guide != NULL &&
        pp_refill(m, c, &nrefilled, err) != PP_OK)
        return err->status;
    old_nvert = m->nvert;
    if (cut_apart(m, &cut, err) != PP_OK ||
        make_rims(m, &cut, c->seam, &r, err) != PP_OK ||
        find_flat_patches(&cut, &patch, &flat, err) != PP_OK)
        goto done;
    for (size_t u = 0; u < cut.nvert; u++) /* cut off from more: not flat */
        if (r.next[u] != PP_NONE && r.barred[u])
            flat[patch[r.corner[u] / 3]] = 0;
    w.patch = patch;
    w.flat = flat;
    if (fill_all(&w, err) != PP_OK ||
        (w.nbent > 0 && pp_fair(m, old_nvert, err) != PP_OK) ||
        copy_lids(m, old_ntri, c, err) != PP_OK)
        goto done;
    c->count = w.nlid + nrefilled;
    if (nrefilled > 0)
        snprintf(along, sizeof along, "%zu along the guide, ", nrefilled);
    snprintf(c->detail, sizeof c->detail,
             "%zu loops filled (%s%zu bent, %zu failed), %.4g mm2 invented, "
             "longest rim %.4g mm", c->count, along, w.nbent, w.nfailed,
             area_from(m, old_ntri), w.longest_mm);
done:
    pp_mesh_free(&cut);
    pp_free(patch);
    pp_free(flat);
    pp_free(r.next);
    pp_free(r.corner);
    pp_free(r.barred);
    return err->status;
}
