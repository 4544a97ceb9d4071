/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cut.c - a solid cut by a plane, and both halves closed
 *
 * Each vertex gets a side, once; all else follows from the sides alone, so
 * that halves fit whatever rounding does to new points. Edges between the
 * sides get one point each. What facets leave open along the plane are the
 * edges of the section, which closes both halves with the same triangles.
 * Vertices next to the plane count as on it, so that no facet gets thinner
 * than a file can hold. A section that touches itself would pinch the halves
 * in a vertex or an edge: the plane then moves by a few micrometres.
 */
#include "place/section.h"

#include "base/alloc.h"
#include "check/check.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* A new point on the edge from vertex low to vertex high. */
typedef struct {
    uint32_t low, high;
} crossing;

typedef struct {
    const pp_mesh *m;
    pp_plane plane;
    bool round_float;
    double *height;  /* of each vertex over the plane; 0: on it */
    crossing *cross; /* sorted; crossing i is vertex m->nvert + i */
    size_t ncross;
    pp_vec3 *vert;   /* those of m, then the new ones */
    size_t nvert, room;
    pp_tri *half[2]; /* facets below and above */
    size_t nhalf[2], capacity[2];
    size_t nkept[2]; /* the first ones, which are whole facets of m */
    pp_rims rims;    /* of the section, as it runs around below's cap */
    pp_tri *cap;     /* without pegs */
    size_t ncap;
} cutting;

static void
free_cutting(cutting *w)
{
    pp_free(w->height);
    pp_free(w->cross);
    pp_free(w->vert);
    pp_free(w->half[0]);
    pp_free(w->half[1]);
    pp_free(w->rims.edge);
    pp_free(w->cap);
}

void
pp_cut_free(pp_cut *s)
{
    pp_free(s->peg);
    pp_free(s->pegless);
    memset(s, 0, sizeof *s);
}

static pp_status
add_facet(cutting *w, int side, uint32_t a, uint32_t b, uint32_t c,
          pp_error *err)
{
    pp_tri *tri;

    if (pp_grow(&w->half[side], &w->capacity[side], w->nhalf[side] + 1,
                sizeof *tri, err) != PP_OK)
        return err->status;
    tri = &w->half[side][w->nhalf[side]++];
    (*tri)[0] = a;
    (*tri)[1] = b;
    (*tri)[2] = c;
    return PP_OK;
}

/* ---- sides and new points ---- */

static pp_status
find_heights(cutting *w, pp_error *err)
{
    const pp_mesh *m = w->m;
    const double diagonal = pp_box_diagonal(pp_mesh_box(m));
    const double on = fmin(PP_ON_PLANE_MM, 1e-5 * diagonal);
    const pp_plane plane = w->plane;

    w->height = pp_alloc(m->nvert, sizeof *w->height);
    if (w->height == NULL)
        return pp_fail_memory(err);
    for (size_t v = 0; v < m->nvert; v++) {
        const double h = pp_dot(plane.normal, m->vert[v]) - plane.at;

        w->height[v] = fabs(h) <= on ? 0 : h;
    }
    return PP_OK;
}

static bool
crosses(const cutting *w, uint32_t a, uint32_t b)
{
    return (w->height[a] < 0 && w->height[b] > 0) ||
           (w->height[a] > 0 && w->height[b] < 0);
}

static int
compare_crossings(const void *a, const void *b)
{
    const crossing *p = a, *q = b;

    if (p->low != q->low)
        return p->low < q->low ? -1 : 1;
    return p->high < q->high ? -1 : p->high > q->high;
}

/* From low to high, whichever facet asks. */
static pp_vec3
point_between(const cutting *w, crossing c)
{
    const pp_vec3 a = w->m->vert[c.low], b = w->m->vert[c.high];
    const double h = w->height[c.low], g = w->height[c.high];
    pp_vec3 p = pp_madd(a, h / (h - g), pp_sub(b, a));
    const pp_vec3 n = w->plane.normal;

    if (fabs(n.x) == 1) /* planes across an axis: exactly there */
        p.x = w->plane.at * n.x;
    else if (fabs(n.y) == 1)
        p.y = w->plane.at * n.y;
    else if (fabs(n.z) == 1)
        p.z = w->plane.at * n.z;
    return w->round_float ? pp_vec_float(p) : p;
}

static pp_status
find_crossings(cutting *w, pp_error *err)
{
    const pp_mesh *m = w->m;
    size_t capacity = 0, n = 0;

    for (size_t t = 0; t < m->ntri; t++)
        for (int k = 0; k < 3; k++) {
            const uint32_t a = m->tri[t][k], b = m->tri[t][(k + 1) % 3];

            /* its other facet runs from high to low */
            if (a > b || !crosses(w, a, b))
                continue;
            if (pp_grow(&w->cross, &capacity, w->ncross + 1,
                        sizeof *w->cross, err) != PP_OK)
                return err->status;
            w->cross[w->ncross++] = (crossing){ a, b };
        }
    if (w->ncross > 0)
        qsort(w->cross, w->ncross, sizeof *w->cross, compare_crossings);
    w->room = m->nvert + w->ncross;
    w->vert = pp_alloc(w->room, sizeof *w->vert);
    if (w->vert == NULL)
        return pp_fail_memory(err);
    memcpy(w->vert, m->vert, m->nvert * sizeof *m->vert);
    for (n = 0; n < w->ncross; n++)
        w->vert[m->nvert + n] = point_between(w, w->cross[n]);
    w->nvert = w->room;
    return PP_OK;
}

static pp_status
point_on(const cutting *w, uint32_t a, uint32_t b, uint32_t *v, pp_error *err)
{
    const crossing key = { a < b ? a : b, a < b ? b : a };
    const crossing *at = w->ncross == 0
                             ? NULL
                             : bsearch(&key, w->cross, w->ncross, sizeof key,
                                       compare_crossings);

    if (at == NULL)
        return pp_fail(err, PP_EGEOM, "not a closed surface: the edge at "
                       "%.5g,%.5g,%.5g has one facet", w->vert[a].x,
                       w->vert[a].y, w->vert[a].z);
    *v = (uint32_t)(w->m->nvert + (size_t)(at - w->cross));
    return PP_OK;
}

/* ---- facets to their sides ---- */

/* Facets in the plane belong to the half that they bound. */
static int
side_of_flat(const cutting *w, size_t t)
{
    return pp_dot(pp_facet_normal(w->m, t), w->plane.normal) > 0 ? 0 : 1;
}

/* 0 or 1; -1: the plane runs through it. */
static int
side_of(const cutting *w, size_t t)
{
    int below = 0, above = 0;

    for (int k = 0; k < 3; k++) {
        below += w->height[w->m->tri[t][k]] < 0;
        above += w->height[w->m->tri[t][k]] > 0;
    }
    if (below > 0 && above > 0)
        return -1;
    return below > 0 ? 0 : above > 0 ? 1 : side_of_flat(w, t);
}

/* Three or four corners, as what has corners on both sides falls into; the
 * shorter diagonal. */
static pp_status
add_piece(cutting *w, int side, const uint32_t *c, int n, pp_error *err)
{
    assert(n >= 3);
    if (n < 4)
        return add_facet(w, side, c[0], c[1], c[2], err);

    const int s = pp_distance(w->vert[c[1]], w->vert[c[3]]) <
                  pp_distance(w->vert[c[0]], w->vert[c[2]]);

    if (add_facet(w, side, c[s], c[s + 1], c[s + 2], err) == PP_OK)
        (void)!add_facet(w, side, c[s], c[s + 2], c[(s + 3) % 4], err);
    return err->status;
}

static pp_status
split_facet(cutting *w, size_t t, pp_error *err)
{
    const uint32_t *f = w->m->tri[t];
    uint32_t piece[2][4];
    int n[2] = { 0, 0 };

    for (int k = 0; k < 3; k++) {
        const uint32_t a = f[k], b = f[(k + 1) % 3];
        uint32_t v = 0;

        if (w->height[a] <= 0)
            piece[0][n[0]++] = a;
        if (w->height[a] >= 0)
            piece[1][n[1]++] = a;
        if (!crosses(w, a, b))
            continue;
        if (point_on(w, a, b, &v, err) != PP_OK)
            return err->status;
        piece[0][n[0]++] = v;
        piece[1][n[1]++] = v;
    }
    if (add_piece(w, 0, piece[0], n[0], err) == PP_OK)
        (void)!add_piece(w, 1, piece[1], n[1], err);
    return err->status;
}

static pp_status
sort_facets(cutting *w, pp_error *err)
{
    const pp_mesh *m = w->m;

    for (size_t t = 0; t < m->ntri; t++) {
        const int side = side_of(w, t);

        if (side >= 0 && add_facet(w, side, m->tri[t][0], m->tri[t][1],
                                   m->tri[t][2], err) != PP_OK)
            return err->status;
    }
    w->nkept[0] = w->nhalf[0];
    w->nkept[1] = w->nhalf[1];
    for (size_t t = 0; t < m->ntri; t++)
        if (side_of(w, t) < 0 && split_facet(w, t, err) != PP_OK)
            return err->status;
    return PP_OK;
}

/* ---- the section ---- */

static bool
is_on(const cutting *w, uint32_t v)
{
    return v >= w->m->nvert || w->height[v] == 0;
}

/* Edges on the plane that facets below leave open, turned over. */
static pp_status
find_rims(cutting *w, pp_error *err)
{
    pp_rims all = { 0 };

    for (size_t t = 0; t < w->nhalf[0]; t++)
        for (int k = 0; k < 3; k++) {
            const uint32_t a = w->half[0][t][k];
            const uint32_t b = w->half[0][t][(k + 1) % 3];

            if (is_on(w, a) && is_on(w, b) &&
                pp_rims_add(&all, b, a, err) != PP_OK)
                goto done;
        }
    if (all.n > 0)
        qsort(all.edge, all.n, sizeof *all.edge, pp_rims_compare);
    for (size_t i = 0; i < all.n; i++) {
        const uint32_t back[2] = { all.edge[i][1], all.edge[i][0] };

        if (bsearch(back, all.edge, all.n, sizeof *all.edge,
                    pp_rims_compare) == NULL &&
            pp_rims_add(&w->rims, back[1], back[0], err) != PP_OK)
            goto done;
    }
done:
    pp_free(all.edge);
    return err->status;
}

/* ---- pegs ---- */

/* A ring of new vertices; *first is the number of the first. */
static pp_status
add_ring(cutting *w, const pp_peg *peg, double radius, double height,
         uint32_t *first, pp_error *err)
{
    pp_vec3 ring[PP_PEG_SIDES];

    if (w->nvert + PP_PEG_SIDES > PP_MESH_LIMIT)
        return pp_fail(err, PP_ELIMIT, "too many vertices");
    if (pp_grow(&w->vert, &w->room, w->nvert + PP_PEG_SIDES, sizeof *w->vert,
                err) != PP_OK)
        return err->status;
    pp_peg_ring(peg, radius, height, ring);
    *first = (uint32_t)w->nvert;
    for (int i = 0; i < PP_PEG_SIDES; i++)
        w->vert[w->nvert++] = w->round_float ? pp_vec_float(ring[i]) : ring[i];
    return PP_OK;
}

/* The wall and the end of a prism that stands on the plane: outward for the
 * peg of the piece below, inward for the hole in the piece above. */
static pp_status
add_prism(cutting *w, int side, uint32_t foot, uint32_t end, pp_error *err)
{
    for (uint32_t i = 0; i < PP_PEG_SIDES; i++) {
        const uint32_t n = (i + 1) % PP_PEG_SIDES;
        const uint32_t a = foot + i, b = foot + n, c = end + n, d = end + i;
        const bool turned = side == 1;

        if (add_facet(w, side, a, turned ? c : b, turned ? b : c, err) !=
                PP_OK ||
            add_facet(w, side, a, turned ? d : c, turned ? c : d, err) !=
                PP_OK ||
            (i > 1 &&
             add_facet(w, side, end, turned ? end + i : end + i - 1,
                       turned ? end + i - 1 : end + i, err) != PP_OK))
            return err->status;
    }
    return PP_OK;
}

/* The cap of one half: the section less its pegs, and these. */
static pp_status
close_half(cutting *w, int side, const pp_peg *peg, size_t npeg, pp_error *err)
{
    pp_rims rims = { 0 };
    pp_tri *own = NULL, *cap = w->cap;
    size_t ncap = w->ncap;

    if (npeg > 0) {
        for (size_t i = 0; i < w->rims.n; i++)
            if (pp_rims_add(&rims, w->rims.edge[i][0], w->rims.edge[i][1],
                            err) != PP_OK)
                goto done;
        for (size_t i = 0; i < npeg; i++) {
            const double radius =
                side == 0 ? peg[i].radius_mm : pp_peg_hole_corner(&peg[i]);
            uint32_t foot, end;

            if (add_ring(w, &peg[i], radius, 0, &foot, err) != PP_OK ||
                add_ring(w, &peg[i], radius,
                         side == 0 ? peg[i].length_mm
                                   : peg[i].hole_length_mm,
                         &end, err) != PP_OK ||
                add_prism(w, side, foot, end, err) != PP_OK)
                goto done;
            for (uint32_t k = 0; k < PP_PEG_SIDES; k++)
                if (pp_rims_add(&rims, foot + (k + 1) % PP_PEG_SIDES,
                                foot + k, err) != PP_OK)
                    goto done;
        }
        if (pp_fill_rims(w->vert, w->plane.normal, &rims, &own, &ncap,
                            err) != PP_OK)
            goto done;
        cap = own;
    }
    for (size_t t = 0; t < ncap; t++)
        if (add_facet(w, side, cap[t][0], cap[t][side == 0 ? 1 : 2],
                      cap[t][side == 0 ? 2 : 1], err) != PP_OK)
            goto done;
done:
    pp_free(rims.edge);
    pp_free(own);
    return err->status;
}

/* ---- results ---- */

static pp_status
take_half(cutting *w, int side, pp_mesh *out, pp_error *err)
{
    size_t ndropped;

    memset(out, 0, sizeof *out);
    if (w->nhalf[side] == 0)
        return PP_OK;
    if (pp_mesh_alloc(out, w->nvert, w->nhalf[side], err) != PP_OK)
        return err->status;
    memcpy(out->vert, w->vert, w->nvert * sizeof *w->vert);
    memcpy(out->tri, w->half[side], w->nhalf[side] * sizeof *out->tri);
    if (pp_mesh_drop_unused(out, &ndropped, err) != PP_OK)
        pp_mesh_free(out);
    return err->status;
}

/* New facets, and old ones with a corner on the plane. */
static pp_status
gather_near(const cutting *w, int side, pp_mesh *seen, pp_error *err)
{
    *seen = (pp_mesh){ .vert = w->vert, .nvert = w->nvert };
    seen->tri = pp_alloc(w->nhalf[side], sizeof *seen->tri);
    if (seen->tri == NULL)
        return pp_fail_memory(err);
    for (size_t t = 0; t < w->nhalf[side]; t++) {
        const uint32_t *f = w->half[side][t];

        if (t >= w->nkept[side] || is_on(w, f[0]) || is_on(w, f[1]) ||
            is_on(w, f[2]))
            memcpy(seen->tri[seen->ntri++], f, sizeof(pp_tri));
    }
    return PP_OK;
}

static pp_status
refuse_equal(const pp_mesh *m, pp_error *err)
{
    for (size_t t = 0; t < m->ntri; t++)
        for (int k = 0; k < 3; k++) {
            const pp_vec3 p = m->vert[m->tri[t][k]];
            const pp_vec3 q = m->vert[m->tri[t][(k + 1) % 3]];

            if (p.x == q.x && p.y == q.y && p.z == q.z)
                return pp_fail(err, PP_EGEOM, "two vertices fall together at "
                               "%.5g,%.5g,%.5g", p.x, p.y, p.z);
        }
    return PP_OK;
}

/* Do facets along the section cross? Rounding of thin ones may make them, and
 * vertices that count as on the plane. */
static pp_status
look_at_new(cutting *w, int side, pp_error *err)
{
    uint32_t(*pair)[2] = NULL;
    size_t npair = 0;
    pp_mesh seen;

    if (gather_near(w, side, &seen, err) == PP_OK && seen.ntri > 0 &&
        refuse_equal(&seen, err) == PP_OK &&
        pp_check_crossings(&seen, &pair, &npair, err) == PP_OK && npair > 0) {
        const pp_vec3 p = w->vert[seen.tri[pair[0][0]][0]];

        pp_fail(err, PP_EGEOM, "facets of the section cross at "
                "%.5g,%.5g,%.5g", p.x, p.y, p.z);
    }
    pp_free(pair);
    pp_free(seen.tri);
    return err->status;
}

static pp_status
start_cut(cutting *w, pp_error *err)
{
    if (find_heights(w, err) != PP_OK || find_crossings(w, err) != PP_OK ||
        sort_facets(w, err) != PP_OK || find_rims(w, err) != PP_OK)
        return err->status;
    return pp_fill_rims(w->vert, w->plane.normal, &w->rims, &w->cap,
                           &w->ncap, err);
}

static void
describe(const cutting *w, const pp_plane *asked, pp_cut *s)
{
    s->plane = w->plane;
    s->moved_mm = w->plane.at - asked->at;
    for (size_t t = 0; t < w->ncap; t++) {
        const pp_vec3 a = w->vert[w->cap[t][0]];

        s->area_mm2 += pp_norm(pp_cross(pp_sub(w->vert[w->cap[t][1]], a),
                                        pp_sub(w->vert[w->cap[t][2]], a))) /
                       2;
    }
}

/* 0, 1, -1, 2, -2 ... steps */
static double
step_off(int n)
{
    const int nstep = (n + 1) / 2;

    return (n % 2 == 1 ? nstep : -nstep) * PP_PLANE_STEP_MM;
}

static pp_status
copy_pegs(const pp_peg *peg, size_t npeg, pp_cut *s, pp_error *err)
{
    if (npeg == 0)
        return PP_OK;
    s->peg = pp_alloc(npeg, sizeof *peg);
    if (s->peg == NULL)
        return pp_fail_memory(err);
    memcpy(s->peg, peg, npeg * sizeof *peg);
    s->npeg = npeg;
    return PP_OK;
}

static pp_status
cut_once(cutting *w, const pp_peg *peg, size_t npeg, pp_mesh *below,
         pp_mesh *above, pp_error *err)
{
    if (start_cut(w, err) != PP_OK ||
        close_half(w, 0, peg, npeg, err) != PP_OK ||
        close_half(w, 1, peg, npeg, err) != PP_OK ||
        look_at_new(w, 0, err) != PP_OK || look_at_new(w, 1, err) != PP_OK ||
        take_half(w, 0, below, err) != PP_OK)
        return err->status;
    if (take_half(w, 1, above, err) != PP_OK)
        pp_mesh_free(below);
    return err->status;
}

pp_status
pp_cut_plane(const pp_mesh *m, const pp_plane *plane, const pp_peg *peg,
             size_t npeg, bool round_float, pp_mesh *below, pp_mesh *above,
             pp_cut *section, pp_error *err)
{
    memset(below, 0, sizeof *below);
    memset(above, 0, sizeof *above);
    memset(section, 0, sizeof *section);
    /* pegs were placed on this very plane */
    for (int n = 0; n <= (npeg > 0 ? 0 : PP_PLANE_STEPS); n++) {
        cutting w = { .m = m, .plane = *plane, .round_float = round_float };

        *err = (pp_error){ PP_OK, "" };
        w.plane.at += n > 0 ? step_off(n) : 0;
        if (round_float && (fabs(plane->normal.x) == 1 ||
                            fabs(plane->normal.y) == 1 ||
                            fabs(plane->normal.z) == 1))
            w.plane.at = (double)(float)w.plane.at;
        if (cut_once(&w, peg, npeg, below, above, err) == PP_OK) {
            describe(&w, plane, section);
            if (copy_pegs(peg, npeg, section, err) != PP_OK) {
                pp_mesh_free(below);
                pp_mesh_free(above);
            }
        }
        free_cutting(&w);
        if (err->status != PP_EGEOM)
            break;
    }
    return err->status;
}

pp_status
pp_cut_flat(const pp_mesh *m, const pp_plane *plane, bool round_float,
               pp_mesh *flat, pp_cut *section, pp_error *err)
{
    pp_mesh below, above;
    cutting w = { .m = m, .round_float = round_float };
    size_t ndropped;

    memset(flat, 0, sizeof *flat);
    /* where a plane cuts cleanly is known when it has cut */
    if (pp_cut_plane(m, plane, NULL, 0, round_float, &below, &above, section,
                     err) != PP_OK)
        return err->status;
    pp_mesh_free(&below);
    pp_mesh_free(&above);
    w.plane = section->plane;
    if (start_cut(&w, err) == PP_OK && w.ncap > 0 &&
        pp_mesh_alloc(flat, w.nvert, w.ncap, err) == PP_OK) {
        memcpy(flat->vert, w.vert, w.nvert * sizeof *w.vert);
        memcpy(flat->tri, w.cap, w.ncap * sizeof *w.cap);
        if (pp_mesh_drop_unused(flat, &ndropped, err) != PP_OK)
            pp_mesh_free(flat);
    }
    free_cutting(&w);
    return err->status;
}
