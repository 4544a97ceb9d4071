/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * region.c - cutting out what is sick and putting it back
 *
 * The cost of a repair should grow with the damage. The neighbourhoods of all
 * witnesses, a few rings wide, are a mesh of their own; its edges towards the
 * rest, the seam, look open and must stay as they are. Numbers change on the
 * way, so seam edges are known by their places.
 */
#include "repair/climb.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

/* Rings of facets around a witness that go along. */
#define RINGS 3

/* Cutting out pays when the region is at most this share of the mesh, and the
   mesh has so many facets. */
#define LARGEST_SHARE 0.25
#define SMALLEST_MESH 2000

pp_seam_edge
pp_seam_edge_make(pp_vec3 p, pp_vec3 q)
{
    const bool swapped = pp_compare_points(p, q) > 0;
    const pp_seam_edge e = { swapped ? q : p, swapped ? p : q };

    return e;
}

static int
compare_edges(const void *left, const void *right)
{
    const pp_seam_edge *x = left, *y = right;
    const int order = pp_compare_points(x->a, y->a);

    return order != 0 ? order : pp_compare_points(x->b, y->b);
}

void
pp_seam_sort(pp_seam *s)
{
    if (s->n > 0)
        qsort(s->edge, s->n, sizeof *s->edge, compare_edges);
}

bool
pp_on_seam(const pp_seam *s, pp_vec3 p, pp_vec3 q)
{
    const pp_seam_edge e = pp_seam_edge_make(p, q);

    return s->n > 0 &&
           bsearch(&e, s->edge, s->n, sizeof e, compare_edges) != NULL;
}

bool
pp_facet_at_seam(const pp_mesh *m, const pp_seam *seam, size_t t)
{
    for (int k = 0; k < 3; k++)
        if (pp_on_seam(seam, m->vert[m->tri[t][k]],
                       m->vert[m->tri[t][(k + 1) % 3]]))
            return true;
    return false;
}

void
pp_patient_free(pp_patient *p)
{
    pp_mesh_free(&p->mesh);
    pp_free(p->old_of);
    p->old_of = NULL;
}

void
pp_region_free(pp_region *r)
{
    pp_mesh_free(&r->sick);
    pp_mesh_free(&r->around);
    pp_free(r->sick_of);
    pp_free(r->around_of);
    pp_free(r->seam.edge);
    memset(r, 0, sizeof *r);
}

/* Facets and vertices that witnesses name. open_kept[t], or NULL: how many
   open edges of facet t are to stay; so many witnesses of it are none. */
static void
mark_witnesses(const pp_report *report, uint8_t *open_kept, uint8_t *facet,
               uint8_t *vertex)
{
    for (int d = 0; d < PP_NDEFECT; d++)
        for (size_t i = 0; i < report->defect[d].nwitness; i++) {
            const pp_witness *w = &report->defect[d].witness[i];

            if (d == PP_DEFECT_INVERTED_SHELL || d == PP_DEFECT_FLIPPED)
                continue; /* cured on the whole mesh */
            if (d == PP_DEFECT_NONMANIFOLD_VERTEX) {
                vertex[w->a] = 1;
                continue;
            }
            if (d == PP_DEFECT_OPEN_EDGE && open_kept != NULL &&
                open_kept[w->a] > 0) {
                open_kept[w->a]--;
                continue;
            }
            facet[w->a] = 1;
            if (w->b != PP_NONE)
                facet[w->b] = 1;
        }
}

/* How many edges of each facet are on openings that stay; NULL: none is. */
static pp_status
count_kept(const pp_mesh *m, const pp_seam *kept, uint8_t **open_kept,
           pp_error *err)
{
    *open_kept = NULL;
    if (kept->n == 0)
        return PP_OK;
    *open_kept = pp_alloc_zero(m->ntri, 1);
    if (*open_kept == NULL)
        return pp_fail_memory(err);
    for (size_t t = 0; t < m->ntri; t++)
        for (int k = 0; k < 3; k++)
            (*open_kept)[t] += pp_on_seam(kept, m->vert[m->tri[t][k]],
                                          m->vert[m->tri[t][(k + 1) % 3]]);
    return PP_OK;
}

/* Facets at marked vertices, and their vertices, some rings on. */
static size_t
grow_rings(const pp_mesh *m, uint8_t *facet, uint8_t *vertex)
{
    size_t n = 0;

    for (int ring = 0; ring <= RINGS; ring++) {
        for (size_t t = 0; t < m->ntri; t++)
            if (facet[t])
                for (int k = 0; k < 3; k++)
                    vertex[m->tri[t][k]] = 1;
        for (size_t t = 0; ring < RINGS && t < m->ntri; t++)
            for (int k = 0; k < 3; k++)
                facet[t] |= vertex[m->tri[t][k]];
    }
    for (size_t t = 0; t < m->ntri; t++)
        n += facet[t];
    return n;
}

static pp_status
grow_parts(const pp_mesh *m, uint8_t *facet, const uint8_t *vertex,
           pp_error *err)
{
    uint32_t *part, npart;
    uint8_t *sick;

    if (pp_mesh_parts(m, &part, &npart, err) != PP_OK)
        return err->status;
    sick = pp_alloc_zero(npart, 1);
    if (sick == NULL) {
        pp_free(part);
        return pp_fail_memory(err);
    }
    for (size_t t = 0; t < m->ntri; t++)
        if (facet[t] || vertex[m->tri[t][0]] || vertex[m->tri[t][1]] ||
            vertex[m->tri[t][2]])
            sick[part[t]] = 1;
    for (size_t t = 0; t < m->ntri; t++)
        facet[t] = sick[part[t]];
    pp_free(part);
    pp_free(sick);
    return PP_OK;
}

/* Edges of healthy facets between two vertices of sick ones. */
static pp_status
find_seam(const pp_mesh *m, const uint8_t *facet, uint8_t *vertex,
          pp_seam *seam, pp_error *err)
{
    size_t capacity = seam->n;

    memset(vertex, 0, m->nvert);
    for (size_t t = 0; t < m->ntri; t++)
        for (int k = 0; facet[t] && k < 3; k++)
            vertex[m->tri[t][k]] = 1;
    for (size_t t = 0; t < m->ntri; t++)
        for (int k = 0; !facet[t] && k < 3; k++) {
            const uint32_t a = m->tri[t][k], b = m->tri[t][(k + 1) % 3];

            if (!vertex[a] || !vertex[b])
                continue;
            if (pp_grow(&seam->edge, &capacity, seam->n + 1,
                        sizeof *seam->edge, err) != PP_OK)
                return err->status;
            seam->edge[seam->n++] = pp_seam_edge_make(m->vert[a], m->vert[b]);
        }
    return PP_OK;
}

/* Sides of facets that lie on the seam. */
static size_t
count_on_seam(const pp_mesh *m, const pp_seam *s)
{
    size_t n = 0;

    for (size_t t = 0; t < m->ntri; t++)
        for (int k = 0; k < 3; k++)
            n += pp_on_seam(s, m->vert[m->tri[t][k]],
                            m->vert[m->tri[t][(k + 1) % 3]]);
    return n;
}

static pp_status
select_side(const pp_mesh *m, uint8_t *facet, uint8_t side, pp_mesh *out,
            uint32_t **of, pp_error *err)
{
    size_t n = 0;

    *of = pp_alloc(m->ntri, sizeof **of);
    if (*of == NULL)
        return pp_fail_memory(err);
    for (size_t t = 0; t < m->ntri; t++) {
        if (facet[t] == side)
            (*of)[n++] = (uint32_t)t;
        facet[t] = facet[t] == side; /* for select; turned back below */
    }
    (void)!pp_mesh_select(m, facet, out, err);
    for (size_t t = 0; t < m->ntri; t++)
        facet[t] = facet[t] ? side : !side;
    return err->status;
}

pp_status
pp_region_cut(const pp_mesh *m, const pp_report *report, const pp_seam *kept,
              bool local, pp_region *r, pp_error *err)
{
    uint8_t *facet = pp_alloc_zero(m->ntri, 1);
    uint8_t *vertex = pp_alloc_zero(m->nvert, 1);
    uint8_t *open_kept = NULL;

    memset(r, 0, sizeof *r);
    r->seam.edge = pp_alloc(kept->n, sizeof *kept->edge);
    if (facet == NULL || vertex == NULL || r->seam.edge == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    for (size_t i = 0; i < kept->n; i++)
        r->seam.edge[r->seam.n++] = kept->edge[i];
    if (count_kept(m, kept, &open_kept, err) != PP_OK)
        goto done;
    mark_witnesses(report, open_kept, facet, vertex);
    if (local && m->ntri >= SMALLEST_MESH) {
        const size_t n = grow_rings(m, facet, vertex);

        r->local = n > 0 && (double)n <= LARGEST_SHARE * (double)m->ntri;
    }
    if (!r->local && grow_parts(m, facet, vertex, err) != PP_OK)
        goto done;
    if (r->local && find_seam(m, facet, vertex, &r->seam, err) != PP_OK)
        goto done;
    pp_seam_sort(&r->seam);
    if (select_side(m, facet, 1, &r->sick, &r->sick_of, err) == PP_OK)
        (void)!select_side(m, facet, 0, &r->around, &r->around_of, err);
    r->seam.nopen = count_on_seam(&r->sick, &r->seam);
done:
    pp_free(facet);
    pp_free(vertex);
    pp_free(open_kept);
    if (err->status != PP_OK)
        pp_region_free(r);
    return err->status;
}

pp_status
pp_region_put_back(pp_region *r, pp_mesh *cured, pp_patient *p, pp_error *err)
{
    const size_t naround = r->around.ntri, n = naround + cured->ntri;
    uint32_t *old_of = pp_alloc(n, sizeof *old_of);
    size_t njoined;

    if (old_of == NULL)
        return pp_fail_memory(err);
    if (pp_trace(&r->sick, cured, old_of + naround, err) != PP_OK)
        goto done;
    for (size_t t = 0; t < naround; t++)
        old_of[t] = p->old_of[r->around_of[t]];
    for (size_t t = naround; t < n; t++)
        if (old_of[t] != PP_NONE)
            old_of[t] = p->old_of[r->sick_of[old_of[t]]];
    if (pp_mesh_append(&r->around, cured, err) != PP_OK ||
        (r->local && pp_mesh_weld_exact(&r->around, &njoined, err) != PP_OK))
        goto done;
    pp_patient_free(p);
    p->mesh = r->around;
    p->old_of = old_of;
    old_of = NULL;
    memset(&r->around, 0, sizeof r->around);
    pp_mesh_free(cured);
done:
    pp_free(old_of);
    return err->status;
}

bool
pp_seam_intact(const pp_mesh *m, const pp_seam *s)
{
    return s->n == 0 || count_on_seam(m, s) == s->nopen;
}
