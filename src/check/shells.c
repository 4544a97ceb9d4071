/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * shells.c - counts and measures of the components over shared edges
 *
 * A shell is closed when every edge has an even number of facets: a ray then
 * tells inside from outside. Volumes are sums of signed tetrahedra to a vertex
 * of the shell itself (Zhang and Chen, ICIP 2001), facets that run against
 * their patch taken the other way round.
 */
#include "check/defects.h"

#include "base/alloc.h"

/* Each vertex once in every shell that has it; seen[] starts as PP_NONE. */
static void
count_vertices(const pp_subject *s, pp_report *r, uint32_t *seen)
{
    const pp_topology *topo = s->topology;

    for (size_t v = 0; v < s->mesh->nvert; v++)
        for (uint32_t c = topo->start[v]; c < topo->start[v + 1]; c++) {
            const uint32_t shell = topo->shell[topo->incident[c] >> 2];

            r->shell[shell].nvert += seen[shell] != v;
            seen[shell] = (uint32_t)v;
        }
}

/*
 * Edges from half-edges: E = sum of 1 = (3F - sum over edges of (n - 2)) / 2,
 * n facets at an edge: -1 for the open, the rest for those with three and more.
 */
static void
count_edges(const pp_subject *s, pp_report *r, int64_t *excess, uint8_t *odd)
{
    const pp_topology *topo = s->topology;
    size_t seam = 0;

    for (size_t i = 0; i < topo->open.n; i++) {
        const uint32_t shell = topo->shell[topo->open.item[i].a];

        r->shell[shell].nopen++;
        excess[shell]--;
        odd[shell] = 1;
    }
    for (size_t i = 0; i < topo->nonmanifold.n; i++) {
        const pp_edge_case *e = &topo->nonmanifold.item[i];
        const uint32_t shell = topo->shell[e->a];
        int64_t n = 1;

        while (seam < topo->seam.n && topo->seam.item[seam].from == e->from &&
               topo->seam.item[seam].to == e->to) {
            seam++;
            n++;
        }
        excess[shell] += n - 2;
        odd[shell] |= n % 2 != 0;
    }
}

static void
add_facets(const pp_subject *s, pp_report *r, uint32_t *first)
{
    const pp_mesh *m = s->mesh;

    for (size_t t = 0; t < m->ntri; t++) {
        const uint32_t shell = s->topology->shell[t];

        if (shell == PP_NONE)
            continue;
        if (first[shell] == PP_NONE) {
            first[shell] = m->tri[t][0];
            r->shell[shell].facet = (uint32_t)t;
        }

        const pp_vec3 apex = m->vert[first[shell]];
        const pp_vec3 a = m->vert[m->tri[t][0]];
        const pp_vec3 ab = pp_sub(m->vert[m->tri[t][1]], a);
        const pp_vec3 ac = pp_sub(m->vert[m->tri[t][2]], a);
        const pp_vec3 normal = pp_cross(ab, ac);
        const double six = pp_dot(pp_sub(a, apex), normal);
        const bool turned =
            s->topology->turned != NULL && s->topology->turned[t];

        r->shell[shell].nfacet++;
        r->shell[shell].area_mm2 += pp_norm(normal) / 2;
        r->shell[shell].volume_mm3 += (turned ? -six : six) / 6;
    }
}

/* Rounding errors of a volume stay below this share of area times diagonal. */
#define VOLUME_NOISE 1e-14

static void
finish_shell(pp_shell *shell, int64_t excess, bool odd, double diagonal_mm)
{
    const int64_t nedge = (3 * (int64_t)shell->nfacet - excess) / 2;

    shell->closed = !odd;
    shell->euler = (int64_t)shell->nvert - nedge + (int64_t)shell->nfacet;
    if (!shell->closed || fabs(shell->volume_mm3) <=
                              VOLUME_NOISE * shell->area_mm2 * diagonal_mm)
        shell->volume_mm3 = 0;
}

/* A genus wants a closed, orientable 2-manifold. */
static void
find_genus(const pp_subject *s, pp_report *r, uint8_t *unfit)
{
    const pp_topology *topo = s->topology;

    for (size_t i = 0; i < topo->nonmanifold.n; i++)
        unfit[topo->shell[topo->nonmanifold.item[i].a]] = 1;
    for (size_t i = 0; i < topo->twist.n; i++)
        unfit[topo->shell[topo->twist.item[i].a]] = 1;
    for (size_t i = 0; i < topo->pinch.n; i++) {
        const uint32_t v = topo->pinch.item[i].vertex;

        /* also where each fan is a shell of its own: rare, and no harm */
        for (uint32_t c = topo->start[v]; c < topo->start[v + 1]; c++)
            unfit[topo->shell[topo->incident[c] >> 2]] = 1;
    }
    for (size_t i = 0; i < r->nshell; i++) {
        pp_shell *shell = &r->shell[i];

        shell->genus = shell->closed && !unfit[i] && shell->euler % 2 == 0
                           ? (2 - shell->euler) / 2
                           : -1;
    }
}

pp_status
pp_measure_shells(const pp_subject *s, pp_report *r, pp_error *err)
{
    const size_t n = s->topology->nshell;
    const double diagonal_mm = pp_box_diagonal(r->box);
    int64_t *excess = pp_alloc_zero(n, sizeof *excess);
    uint8_t *flag = pp_alloc_zero(n, 1);
    uint32_t *first = pp_alloc(n, sizeof *first);

    r->shell = pp_alloc_zero(n, sizeof *r->shell);
    if (excess == NULL || flag == NULL || first == NULL || r->shell == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    r->nshell = n;
    for (size_t i = 0; i < n; i++)
        first[i] = PP_NONE;
    count_vertices(s, r, first);
    for (size_t i = 0; i < n; i++)
        first[i] = PP_NONE;
    count_edges(s, r, excess, flag);
    add_facets(s, r, first);
    for (size_t i = 0; i < n; i++) {
        finish_shell(&r->shell[i], excess[i], flag[i], diagonal_mm);
        r->area_mm2 += r->shell[i].area_mm2;
        r->volume_mm3 += r->shell[i].volume_mm3;
        flag[i] = 0;
    }
    find_genus(s, r, flag);
done:
    pp_free(excess);
    pp_free(flag);
    pp_free(first);
    return err->status;
}
