/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pockets.c - what growing closes off, and nobody can reach, is filled
 *
 * Where a ball spans a notch, a little of the open may stay enclosed between
 * both. It was no cavity before, there is no room in it for a gap that has to
 * stay open, and nothing can be cleaned or drained out of it: it becomes
 * solid. A cavity of the old solid never does: of what growing leaves of one,
 * the largest part stays, whatever its size.
 */
#include "shell/grow.h"

#include "base/alloc.h"

#include <math.h>
#include <string.h>

/* A place within a cavity lies off its largest facet by this share of the
 * facet's size, or half way across where that is less. */
#define OFF 1e-3

/* A part of a closed mesh; a cavity where its volume is negative. */
typedef struct {
    double mm3, size2; /* size2: twice the area of its largest facet */
    pp_box box;
    uint32_t facet;    /* the largest */
    uint32_t owner;    /* the old cavity in which it lies; or PP_NONE */
    pp_mesh soup;      /* its facets, when somebody asked, ... */
    pp_bvh *tree;      /* ...and their tree */
    bool filled;
} piece;

typedef struct {
    const pp_mesh *mesh;
    uint32_t *of, n;        /* of each facet: its piece */
    uint32_t *start, *list; /* facets of piece i: list[start[i] ..) */
    piece *piece;
    size_t ncavity;
} pieces;

static void
free_pieces(pieces *p)
{
    for (uint32_t i = 0; p->piece != NULL && i < p->n; i++) {
        pp_bvh_free(p->piece[i].tree);
        pp_mesh_free(&p->piece[i].soup);
    }
    pp_free(p->piece);
    pp_free(p->list);
    pp_free(p->start);
    pp_free(p->of);
}

static bool
box_holds(const pp_box *b, pp_vec3 p)
{
    return p.x >= b->low.x && p.y >= b->low.y && p.z >= b->low.z &&
           p.x <= b->high.x && p.y <= b->high.y && p.z <= b->high.z;
}

static void
look_at_facet(const pp_mesh *m, size_t t, pp_vec3 from, piece *p)
{
    const pp_vec3 normal = pp_facet_normal(m, t);
    const double size2 = pp_norm(normal);
    pp_vec3 v[3];

    for (int k = 0; k < 3; k++) {
        pp_box_add(&p->box, m->vert[m->tri[t][k]]);
        v[k] = pp_sub(m->vert[m->tri[t][k]], from);
    }
    p->mm3 += pp_dot(v[0], pp_cross(v[1], v[2])) / 6;
    if (size2 > p->size2) {
        p->size2 = size2;
        p->facet = (uint32_t)t;
    }
}

static pp_status
find_pieces(const pp_mesh *m, pieces *p, pp_error *err)
{
    p->mesh = m;
    if (pp_mesh_parts(m, &p->of, &p->n, err) != PP_OK)
        return err->status;
    p->piece = pp_alloc_zero(p->n, sizeof *p->piece);
    if (p->piece == NULL)
        return pp_fail_memory(err);
    for (uint32_t i = 0; i < p->n; i++) {
        p->piece[i].box = pp_box_empty();
        p->piece[i].owner = PP_NONE;
    }
    for (size_t t = 0; t < m->ntri; t++)
        look_at_facet(m, t, m->vert[m->tri[0][0]], &p->piece[p->of[t]]);
    for (uint32_t i = 0; i < p->n; i++)
        p->ncavity += p->piece[i].mm3 < 0;
    return PP_OK;
}

static pp_status
sort_facets(pieces *p, pp_error *err)
{
    const size_t ntri = p->mesh->ntri;

    p->start = pp_alloc_zero((size_t)p->n + 2, sizeof *p->start);
    p->list = pp_alloc(ntri, sizeof *p->list);
    if (p->start == NULL || p->list == NULL)
        return pp_fail_memory(err);
    for (size_t t = 0; t < ntri; t++)
        p->start[p->of[t] + 2]++;
    for (uint32_t i = 0; i < p->n; i++)
        p->start[i + 2] += p->start[i + 1];
    for (size_t t = 0; t < ntri; t++)
        p->list[p->start[p->of[t] + 1]++] = (uint32_t)t;
    return PP_OK;
}

static pp_status
plant_tree(pieces *p, uint32_t i, pp_error *err)
{
    const size_t n = p->start[i + 1] - p->start[i];
    piece *c = &p->piece[i];

    if (c->tree != NULL)
        return PP_OK;
    if (pp_mesh_alloc(&c->soup, 3 * n, n, err) != PP_OK)
        return err->status;
    for (size_t v = 0; v < 3 * n; v++) {
        const uint32_t t = p->list[p->start[i] + v / 3];

        c->soup.vert[v] = p->mesh->vert[p->mesh->tri[t][v % 3]];
        c->soup.tri[v / 3][v % 3] = (uint32_t)v;
    }
    return pp_bvh_build(&c->soup, &c->tree, err);
}

/* Its tree stands. */
static pp_vec3
place_in(const pieces *p, uint32_t i)
{
    const pp_mesh *m = p->mesh;
    const piece *c = &p->piece[i];
    const uint32_t *t = m->tri[c->facet];
    const pp_vec3 normal = pp_unit(pp_facet_normal(m, c->facet));
    const pp_vec3 middle = pp_scale(pp_add(m->vert[t[0]],
                                           pp_add(m->vert[t[1]],
                                                  m->vert[t[2]])), 1 / 3.0);
    const double off = OFF * sqrt(c->size2);
    double across;

    (void)pp_bvh_ray(c->tree, middle, normal, 1e-6 * off, 2 * off, &across);
    return pp_madd(middle, across / 2, normal);
}

/* The smallest old cavity that holds each new one. */
static pp_status
find_owners(pieces *new, pieces *old, pp_error *err)
{
    if (old->ncavity == 0)
        return PP_OK;
    if (sort_facets(new, err) != PP_OK || sort_facets(old, err) != PP_OK)
        return err->status;
    for (uint32_t i = 0; i < new->n; i++) {
        piece *c = &new->piece[i];
        pp_vec3 p;

        if (c->mm3 >= 0)
            continue;
        if (plant_tree(new, i, err) != PP_OK)
            return err->status;
        p = place_in(new, i);
        for (uint32_t k = 0; k < old->n; k++) {
            const piece *of = &old->piece[k];

            if (of->mm3 >= 0 || !box_holds(&of->box, p) ||
                (c->owner != PP_NONE && of->mm3 < old->piece[c->owner].mm3))
                continue;
            if (plant_tree(old, k, err) != PP_OK)
                return err->status;
            if (pp_bvh_winding(of->tree, p) < -0.5)
                c->owner = k;
        }
    }
    return PP_OK;
}

/* May it be filled: small, alone, and not the most that is left of a cavity? */
static bool
is_pocket(const pieces *new, uint32_t i, double most_mm3)
{
    const piece *c = &new->piece[i];
    bool most = c->owner != PP_NONE;

    if (c->mm3 >= 0 || c->mm3 < -most_mm3)
        return false;
    for (uint32_t k = 0; k < new->n; k++) {
        const piece *other = &new->piece[k];

        if (k == i)
            continue;
        if (box_holds(&c->box, other->box.low) &&
            box_holds(&c->box, other->box.high))
            return false;
        most &= other->mm3 >= 0 || other->owner != c->owner ||
                other->mm3 > c->mm3 || (other->mm3 == c->mm3 && k > i);
    }
    return !most;
}

pp_status
pp_shell_fill_pockets(pp_mesh *m, const pp_mesh *old, double gap_mm,
                      pp_pockets *filled, pp_error *err)
{
    const double most_mm3 = M_PI / 6 * gap_mm * gap_mm * gap_mm;
    pieces new = { .mesh = NULL }, before = { .mesh = NULL };
    pp_mesh rest = { 0 };
    uint8_t *keep = NULL;
    size_t n = 0;

    if (m->ntri == 0 || find_pieces(m, &new, err) != PP_OK ||
        new.ncavity == 0 || find_pieces(old, &before, err) != PP_OK ||
        find_owners(&new, &before, err) != PP_OK)
        goto done;
    for (uint32_t i = 0; i < new.n; i++)
        if (is_pocket(&new, i, most_mm3)) {
            new.piece[i].filled = true;
            filled->mm3 -= new.piece[i].mm3;
            n++;
        }
    if (n == 0)
        goto done;
    keep = pp_alloc(m->ntri, 1);
    if (keep == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    for (size_t t = 0; t < m->ntri; t++)
        keep[t] = !new.piece[new.of[t]].filled;
    if (pp_mesh_select(m, keep, &rest, err) == PP_OK) {
        pp_mesh_free(m);
        *m = rest;
        filled->n += n;
    }
done:
    free_pieces(&new);
    free_pieces(&before);
    pp_free(keep);
    return err->status;
}
