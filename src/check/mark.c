/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mark.c - findings as colours on the vertices
 */
#include "check/shape.h"

static const uint8_t grey[3] = { 200, 200, 200 };

static const uint8_t colour[PP_NDEFECT][3] = {
    [PP_DEFECT_OPEN_EDGE] = { 255, 0, 0 },
    [PP_DEFECT_NONMANIFOLD_EDGE] = { 255, 0, 255 },
    [PP_DEFECT_NONMANIFOLD_VERTEX] = { 160, 0, 255 },
    [PP_DEFECT_FLIPPED] = { 0, 0, 255 },
    [PP_DEFECT_INVERTED_SHELL] = { 0, 160, 255 },
    [PP_DEFECT_DUPLICATE] = { 255, 160, 0 },
    [PP_DEFECT_DEGENERATE] = { 255, 255, 0 },
    [PP_DEFECT_CROSSING] = { 0, 200, 0 },
};

static void
mark(uint32_t v, int defect, float *value, uint8_t (*rgb)[3])
{
    value[v] = (float)(1 + defect);
    for (int k = 0; k < 3; k++)
        rgb[v][k] = colour[defect][k];
}

void
pp_mark_findings(const pp_mesh *m, const pp_report *r, float *value,
                 uint8_t (*rgb)[3])
{
    for (size_t v = 0; v < m->nvert; v++) {
        value[v] = 0;
        for (int k = 0; k < 3; k++)
            rgb[v][k] = grey[k];
    }
    for (int d = PP_NDEFECT; d-- > 0;) { /* the first one has the last word */
        const pp_finding *f = &r->defect[d];

        for (size_t i = 0; i < f->nwitness; i++) {
            const uint32_t facet[2] = { f->witness[i].a, f->witness[i].b };

            if (d == PP_DEFECT_NONMANIFOLD_VERTEX) {
                mark(facet[0], d, value, rgb);
                continue;
            }
            for (int j = 0; j < 2; j++)
                for (int k = 0; facet[j] != PP_NONE && k < 3; k++)
                    mark(m->tri[facet[j]][k], d, value, rgb);
        }
    }
}
