/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * restore.c - facets that no cure touched, back at their place in the file
 */
#include "repair/climb.h"

#include "base/alloc.h"

#include <string.h>

pp_status
pp_put_in_order(const pp_mesh *old, pp_patient *p, pp_repair_ledger *l,
                pp_error *err)
{
    pp_mesh *m = &p->mesh;
    uint32_t *new_of = pp_alloc(old->ntri, sizeof *new_of);
    pp_tri *tri = pp_alloc(m->ntri, sizeof *tri);
    uint16_t *attribute =
        old->attribute == NULL ? NULL : pp_alloc_zero(m->ntri, 2);
    size_t n = 0, ndropped;

    if (new_of == NULL || tri == NULL ||
        (old->attribute != NULL && attribute == NULL)) {
        pp_fail_memory(err);
        goto done;
    }
    for (size_t t = 0; t < old->ntri; t++)
        new_of[t] = PP_NONE;
    for (size_t t = 0; t < m->ntri; t++)
        if (p->old_of[t] != PP_NONE)
            new_of[p->old_of[t]] = (uint32_t)t;
    for (size_t t = 0; t < old->ntri; t++) {
        if (new_of[t] == PP_NONE)
            continue;
        if (attribute != NULL)
            attribute[n] = old->attribute[t];
        memcpy(tri[n++], m->tri[new_of[t]], sizeof *tri);
        if (pp_distance(m->vert[m->tri[new_of[t]][1]],
                        old->vert[old->tri[t][1]]) == 0)
            l->nsame++;
        else
            l->nflipped++;
    }
    l->nremoved = old->ntri - n;
    l->nadded = m->ntri - n;
    for (size_t t = 0; t < m->ntri; t++)
        if (p->old_of[t] == PP_NONE)
            memcpy(tri[n++], m->tri[t], sizeof *tri);
    pp_free(m->tri);
    pp_free(m->attribute);
    m->tri = tri;
    m->attribute = attribute;
    tri = NULL;
    attribute = NULL;
    (void)!pp_mesh_drop_unused(m, &ndropped, err);
done:
    pp_free(new_of);
    pp_free(tri);
    pp_free(attribute);
    return err->status;
}
