/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * decimate_bound.c - decimation that keeps to its error, and measures it
 *
 * The guards of a collapse see the surface along the lattice's lines only:
 * at the end all of both surfaces is looked at (bound.c). Around each place
 * where one is too far from the other the tolerance is cut, at last to
 * nothing, and decimation runs anew from the start: what comes out is proved.
 * The same is done about facets of two sheets that cross (cross.c).
 */
#include "surface/bound.h"
#include "surface/decimate.h"

#include "base/alloc.h"
#include "base/order.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MOST_ROUNDS 7
#define MOST_SAMPLES 65536 /* on each surface */

/*
 * Files hold floats: half a unit in the last place of each coordinate, with
 * room for the matrix' rounding, is kept back from the bound.
 */
#define ROUNDING 0x1.8p-24

typedef struct {
    const pp_lattice *l;
    const double *mm;
    double limit_mm;
    pp_mesh full;        /* before; in mm along the lattice's axes */
    pp_linked linked;
    pp_locator in_full;
    uint8_t *beyond_full, *beyond_thin;
    uint8_t *level, *raised; /* of vertices */
    uint32_t *near, *origin; /* of vertices of either in the other */
} proof;

static void
free_proof(proof *p)
{
    pp_mesh_free(&p->full);
    pp_linked_free(&p->linked);
    pp_locator_free(&p->in_full);
    pp_free(p->beyond_full);
    pp_free(p->beyond_thin);
    pp_free(p->level);
    pp_free(p->raised);
    pp_free(p->near);
    pp_free(p->origin);
}

static pp_status
begin_proof(proof *p, pp_error *err)
{
    const double to_mm[3][4] = { { p->mm[0], 0, 0, 0 },
                                 { 0, p->mm[1], 0, 0 },
                                 { 0, 0, p->mm[2], 0 } };

    p->level = pp_alloc_zero(p->l->nvert, 1);
    p->raised = pp_alloc_zero(p->l->nvert, 1);
    p->near = pp_alloc(p->l->nvert, sizeof *p->near);
    p->beyond_full = pp_alloc(p->l->ntri, 1);
    p->beyond_thin = pp_alloc(p->l->ntri, 1);
    if (p->level == NULL || p->raised == NULL || p->near == NULL ||
        p->beyond_full == NULL || p->beyond_thin == NULL)
        return pp_fail_memory(err);
    if (pp_lattice_to_mesh(p->l, to_mm, &p->full, err) != PP_OK ||
        pp_linked_begin(&p->full, pp_lattice_nedge(p->l), &p->linked, err) != PP_OK)
        return err->status;
    return pp_locator_cells(&p->full, p->mm, p->limit_mm, &p->in_full, err);
}

/*
 * Are the facets of a within the limit of b? First by what lies over them,
 * what is left by what is near. Those that are not are marked.
 */
static pp_status
look_one_way(const pp_linked *a, const pp_linked *b, const pp_locator *in_b,
             const uint32_t *start, uint8_t *beyond, pp_error *err)
{
    if (pp_cover_check(a, b, start, in_b->limit_mm, beyond, err) == PP_OK &&
        memchr(beyond, 1, a->mesh->ntri) != NULL)
        pp_bound_check(a->mesh, in_b, beyond);
    return err->status;
}

/* Looks both ways; where it is too far lies in *places. */
static pp_status
look_both_ways(proof *p, const pp_mesh *thin, pp_locator *in_thin,
               pp_mesh places[2], pp_error *err)
{
    /* those without an edge stay, and stay the last */
    const size_t nsimple =
        thin->nvert - (p->l->nvert - pp_lattice_nedge(p->l));
    pp_linked linked = { 0 };

    if (pp_locator_tree(thin, p->limit_mm, in_thin, err) != PP_OK ||
        pp_linked_begin(thin, nsimple, &linked, err) != PP_OK ||
        look_one_way(&p->linked, &linked, in_thin, p->near, p->beyond_full,
                     err) != PP_OK ||
        look_one_way(&linked, &p->linked, &p->in_full, p->origin,
                     p->beyond_thin, err) != PP_OK ||
        pp_mesh_select(&p->full, p->beyond_full, &places[0], err) != PP_OK)
        goto done;
    pp_mark_crossings(thin, in_thin->tree, p->beyond_thin);
    (void)!pp_mesh_select(thin, p->beyond_thin, &places[1], err);
done:
    pp_linked_free(&linked);
    return err->status;
}

/* Cuts the tolerance around such places. */
static pp_status
keep_closer(proof *p, const pp_mesh *place, pp_error *err)
{
    const double reach = 2 * p->limit_mm +
                         fmax(p->mm[0], fmax(p->mm[1], p->mm[2]));
    pp_bvh *tree = NULL;

    if (place->ntri == 0)
        return PP_OK;
    if (pp_bvh_build(place, &tree, err) != PP_OK)
        return err->status;
    #pragma omp parallel for schedule(dynamic, 1024)
    for (ptrdiff_t v = 0; v < (ptrdiff_t)p->full.nvert; v++)
        if (p->level[v] < PP_LEVELS - 1 &&
            pp_bvh_nearest(tree, p->full.vert[v], reach).facet != PP_NONE)
            p->raised[v] = 1;
    pp_bvh_free(tree);
    return PP_OK;
}

static size_t
raise_levels(proof *p)
{
    size_t n = 0;

    for (size_t v = 0; v < p->full.nvert; v++) {
        p->level[v] = (uint8_t)(p->level[v] + p->raised[v]);
        n += p->level[v] > 0;
    }
    return n;
}

/* ---- what it came to ---- */

static pp_vec3
centroid(const pp_mesh *m, size_t f)
{
    const pp_vec3 *at = m->vert;

    return pp_scale(pp_add(at[m->tri[f][0]], pp_add(at[m->tri[f][1]],
                                                    at[m->tri[f][2]])),
                    1 / 3.0);
}

static pp_status
measure(const proof *p, const pp_mesh *thin, const pp_locator *in_thin,
        pp_reached *r, pp_error *err)
{
    const size_t step_full = p->full.nvert / MOST_SAMPLES + 1;
    const size_t step_thin = thin->ntri / MOST_SAMPLES + 1;
    const size_t nfull = (p->full.nvert + step_full - 1) / step_full;
    const size_t nthin = (thin->ntri + step_thin - 1) / step_thin;
    double *d = pp_alloc(nfull + nthin, sizeof *d), sum = 0;
    const size_t n = nfull + nthin;

    if (d == NULL)
        return pp_fail_memory(err);
    #pragma omp parallel for schedule(dynamic, 256)
    for (ptrdiff_t s = 0; s < (ptrdiff_t)n; s++) {
        const size_t k = (size_t)s;

        d[k] = k < nfull
                   ? pp_locator_distance(in_thin, p->full.vert[k * step_full])
                   : pp_locator_distance(
                         &p->in_full, centroid(thin, (k - nfull) * step_thin));
    }
    qsort(d, n, sizeof *d, pp_order_double);
    for (size_t k = 0; k < n; k++)
        sum += d[k];
    r->nsample = n;
    r->mean_mm = sum / (double)n;
    r->p95_mm = d[(size_t)(0.95 * (double)(n - 1))];
    r->p99_mm = d[(size_t)(0.99 * (double)(n - 1))];
    r->max_mm = d[n - 1];
    pp_free(d);
    return PP_OK;
}

/* ---- rounds ---- */

/* Decimates and looks; *held: nothing is too far. */
static pp_status
play_round(proof *p, size_t target, pp_mesh *thin, bool *held, pp_reached *r,
           pp_error *err)
{
    const pp_thin_task task = { p->l, &p->linked, &p->in_full, p->mm,
                                r->nround ? p->level : NULL, target };
    pp_mesh places[2] = { { 0 } };
    pp_locator in_thin = { 0 };

    pp_free(p->origin);
    if (pp_thin_out(&task, thin, p->near, &p->origin, err) != PP_OK ||
        look_both_ways(p, thin, &in_thin, places, err) != PP_OK)
        goto done;
    r->nround++;
    memset(p->raised, 0, p->l->nvert);
    *held = places[0].ntri + places[1].ntri == 0;
    if (*held)
        (void)!measure(p, thin, &in_thin, r, err);
    else if (keep_closer(p, &places[0], err) == PP_OK &&
             keep_closer(p, &places[1], err) == PP_OK)
        r->nkept = raise_levels(p);
done:
    pp_locator_free(&in_thin);
    pp_mesh_free(&places[0]);
    pp_mesh_free(&places[1]);
    return err->status;
}

/* From mm along the lattice to space, facets outward. */
static void
place_mesh(pp_mesh *m, const double mm[3], const double to_lps[3][4])
{
    for (size_t v = 0; v < m->nvert; v++)
        m->vert[v] = pp_lattice_point(to_lps, m->vert[v].x / mm[0],
                                      m->vert[v].y / mm[1],
                                      m->vert[v].z / mm[2]);
    if (pp_lattice_turned(to_lps))
        for (size_t t = 0; t < m->ntri; t++) {
            pp_facet_turn(m, t);
        }
}

/* The largest coordinate in space, of the corners of the lattice's box. */
static double
largest_coordinate(const pp_lattice *l, const double to_lps[3][4])
{
    double most = 0;

    for (size_t v = 0; v < l->nvert; v++) {
        if (pp_edge_axis(l->edge[v]) == PP_NO_EDGE)
            continue; /* lies amid others */

        const pp_vec3 p = pp_lattice_point(
            to_lps, (double)pp_edge_index(l->edge[v], 0),
            (double)pp_edge_index(l->edge[v], 1),
            (double)pp_edge_index(l->edge[v], 2));

        most = fmax(most, fmax(fabs(p.x), fmax(fabs(p.y), fabs(p.z))));
    }
    return most;
}

pp_status
pp_lattice_decimate(const pp_lattice *l, const double mm[3],
                    const double to_lps[3][4], double max_error_mm,
                    size_t target, pp_mesh *mesh, pp_reached *reached,
                    pp_error *err)
{
    proof p = { .l = l, .mm = mm };
    bool held = false;

    memset(mesh, 0, sizeof *mesh);
    memset(reached, 0, sizeof *reached);
    p.limit_mm = max_error_mm - 2 * ROUNDING * largest_coordinate(l, to_lps);
    if (!(p.limit_mm > 0)) {
        pp_fail(err, PP_EGEOM, "a largest error of %g mm is below what the "
                "file can hold", max_error_mm);
        goto done;
    }
    if (begin_proof(&p, err) != PP_OK)
        goto done;
    while (!held && reached->nround < MOST_ROUNDS) {
        pp_mesh_free(mesh);
        if (play_round(&p, target, mesh, &held, reached, err) != PP_OK)
            goto done;
    }
    reached->bound_mm = max_error_mm;
    if (!held) { /* as it was: no error at all */
        pp_mesh_free(mesh);
        *mesh = p.full;
        memset(&p.full, 0, sizeof p.full);
        memset(reached, 0, sizeof *reached);
    }
    place_mesh(mesh, mm, to_lps);
done:
    free_proof(&p);
    if (err->status != PP_OK)
        pp_mesh_free(mesh);
    return err->status;
}

pp_status
pp_lattice_thin(const pp_lattice *l, const double mm[3],
                const double to_lps[3][4], double max_error_mm, pp_mesh *mesh,
                pp_error *err)
{
    proof p = { .l = l, .mm = mm, .limit_mm = max_error_mm };

    memset(mesh, 0, sizeof *mesh);
    if (begin_proof(&p, err) == PP_OK) {
        const pp_thin_task task = { l, &p.linked, &p.in_full, mm, NULL, 0 };

        if (pp_thin_out(&task, mesh, p.near, &p.origin, err) == PP_OK)
            place_mesh(mesh, mm, to_lps);
    }
    free_proof(&p);
    return err->status;
}
