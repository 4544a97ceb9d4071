/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * weld.c - joining vertices that readers would join
 *
 * Open addressing over the coordinates' bits; the table holds vertex numbers
 * only, at a load of at most a half. First come, first kept, so the order of
 * the input decides and nothing else.
 */
#include "mesh/near.h"

#include "base/alloc.h"
#include "base/bytes.h"

static uint64_t
mix(uint64_t h, double x)
{
    h ^= pp_double_to_bits(x == 0 ? 0.0 : x); /* -0 equals +0 */
    h *= 0x9fb21c651e98df25U;
    return h ^ (h >> 28);
}

uint64_t
pp_hash_point(pp_vec3 p)
{
    return mix(mix(mix(0x1f83d9abfb41bd6bU, p.x), p.y), p.z);
}

pp_status
pp_mesh_weld_exact(pp_mesh *m, size_t *njoined, pp_error *err)
{
    size_t size = 64;
    uint32_t *table = NULL;
    uint32_t *number = pp_alloc(m->nvert, sizeof *number);
    uint32_t next = 0;

    *njoined = 0;
    while (size < 2 * m->nvert)
        size *= 2;
    table = pp_alloc(size, sizeof *table);
    if (number == NULL || table == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    for (size_t s = 0; s < size; s++)
        table[s] = PP_NONE;
    for (size_t v = 0; v < m->nvert; v++) {
        const pp_vec3 p = m->vert[v];
        size_t s = (size_t)pp_hash_point(p) & (size - 1);

        while (table[s] != PP_NONE && !pp_same_point(m->vert[table[s]], p))
            s = (s + 1) & (size - 1);
        if (table[s] == PP_NONE) {
            m->vert[next] = p; /* next <= v: still to be read are others */
            table[s] = next++;
        }
        number[v] = table[s];
    }
    *njoined = m->nvert - next;
    for (size_t t = 0; t < m->ntri; t++)
        for (int k = 0; k < 3; k++)
            m->tri[t][k] = number[m->tri[t][k]];
    m->nvert = next;
done:
    pp_free(number);
    pp_free(table);
    return err->status;
}
