/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * damage.c - defects put into a clean mesh
 */
#include "damage.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    pp_mesh *mesh;
    uint8_t *gone;   /* facets of before */
    uint8_t *hollow; /* vertices whose facets go */
    size_t nfacet;   /* of before */
} patient;

static void *
grown(void *p, size_t n, size_t size)
{
    void *q = pp_realloc(p, n, size);

    if (q == NULL)
        abort();
    return q;
}

static void
add_facet(pp_mesh *m, uint32_t a, uint32_t b, uint32_t c)
{
    m->tri[m->ntri][0] = a;
    m->tri[m->ntri][1] = b;
    m->tri[m->ntri++][2] = c;
}

static uint32_t
add_vertex(pp_mesh *m, pp_vec3 p)
{
    m->vert[m->nvert] = p;
    return (uint32_t)m->nvert++;
}

static pp_vec3
shake(pp_random *r, double size)
{
    return pp_vec(size * (pp_random_unit(r) - 0.5),
                  size * (pp_random_unit(r) - 0.5),
                  size * (pp_random_unit(r) - 0.5));
}

/* One defect at facet t. */
static void
hurt_facet(patient *p, size_t t, int kind, double size, pp_random *r)
{
    pp_mesh *m = p->mesh;
    uint32_t *v = m->tri[t];
    const uint32_t a = v[0], b = v[1], c = v[2];

    switch (kind) {
    case DAMAGE_MISSING:
        p->gone[t] = 1;
        break;
    case DAMAGE_FLIPPED:
        v[1] = c;
        v[2] = b;
        break;
    case DAMAGE_DOUBLED:
        add_facet(m, a, b, c);
        break;
    case DAMAGE_SPIKE:
        m->vert[a] = pp_add(m->vert[a], shake(r, 4 * size));
        break;
    case DAMAGE_CRACK:
        for (int k = 0; k < 3; k++)
            v[k] = add_vertex(m, pp_add(m->vert[v[k]],
                                        pp_vec(1e-3, -1e-3, 1e-3)));
        break;
    case DAMAGE_FIN:
        add_facet(m, a, b, add_vertex(m, pp_add(m->vert[c],
                                                shake(r, 4 * size))));
        break;
    case DAMAGE_HOLE:
        p->hollow[a] = 1;
        break;
    case DAMAGE_TJUNCTION:
        v[1] = add_vertex(m, pp_scale(pp_add(m->vert[a], m->vert[b]), 0.5));
        add_facet(m, v[1], b, c);
        break;
    default:
        add_facet(m, a, b, a);
    }
}

static void
drop_gone(patient *p)
{
    pp_mesh *m = p->mesh;
    size_t n = 0;

    for (size_t t = 0; t < m->ntri; t++) {
        const uint32_t *v = m->tri[t];

        if (t < p->nfacet && (p->gone[t] || p->hollow[v[0]] ||
                              p->hollow[v[1]] || p->hollow[v[2]]))
            continue;
        memmove(m->tri[n++], v, sizeof *m->tri);
    }
    m->ntri = n;
}

void
pp_damage(pp_mesh *m, unsigned kinds, size_t n, double size, pp_random *r,
          uint8_t *hurt)
{
    const size_t nvert = m->nvert, room = nvert + 3 * n;
    patient p = { m, grown(NULL, m->ntri, 1), grown(NULL, room, 1), m->ntri };

    memset(p.gone, 0, m->ntri);
    memset(p.hollow, 0, room);
    m->vert = grown(m->vert, room, sizeof *m->vert);
    m->tri = grown(m->tri, m->ntri + n, sizeof *m->tri);
    for (size_t i = 0; i < n; i++) {
        const size_t t = pp_random_below(r, (unsigned)p.nfacet);
        int kind = 1 << pp_random_below(r, 9);

        while (!((unsigned)kind & kinds))
            kind = 1 << pp_random_below(r, 9);
        for (int k = 0; k < 3; k++)
            if (m->tri[t][k] < nvert)
                hurt[m->tri[t][k]] = 1;
        hurt_facet(&p, t, kind, size, r);
    }
    for (size_t t = 0; t < p.nfacet; t++) /* a hole's rim is hurt as well */
        for (int k = 0; k < 3; k++)
            if (p.hollow[m->tri[t][k]])
                for (int j = 0; j < 3; j++)
                    if (m->tri[t][j] < nvert)
                        hurt[m->tri[t][j]] = 1;
    drop_gone(&p);
    pp_free(p.gone);
    pp_free(p.hollow);
}
