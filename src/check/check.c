/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * check.c - all checks, one after the other
 *
 * The order matters where one builds on another: shells before their nesting,
 * nesting before the question whether a shell faces the right way.
 */
#include "check/defects.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

#define DEFAULT_WITNESSES 32

pp_status
pp_add_finding(pp_finding *f, size_t max_witness, pp_witness w, pp_error *err)
{
    if (f->nwitness < max_witness) {
        size_t capacity = f->nwitness;

        /* powers of two: a witness list grows when it is full */
        if ((f->nwitness & (f->nwitness - 1)) == 0 &&
            pp_grow(&f->witness, &capacity,
                    f->nwitness == 0 ? 1 : 2 * f->nwitness,
                    sizeof *f->witness, err) != PP_OK)
            return err->status;
        f->witness[f->nwitness++] = w;
    }
    f->count++;
    return PP_OK;
}

pp_vec3
pp_facet_middle(const pp_mesh *m, size_t t)
{
    const pp_vec3 sum = pp_add(pp_add(m->vert[m->tri[t][0]],
                                      m->vert[m->tri[t][1]]),
                               m->vert[m->tri[t][2]]);

    return pp_scale(sum, 1.0 / 3);
}

static int
compare_shells(const void *a, const void *b)
{
    const pp_shell *p = a, *q = b;

    if (p->area_mm2 != q->area_mm2)
        return p->area_mm2 > q->area_mm2 ? -1 : 1;
    return p->nfacet > q->nfacet ? -1 : p->nfacet < q->nfacet;
}

static pp_status
check_geometry(const pp_mesh *m, pp_error *err)
{
    if (m->ntri == 0)
        return pp_fail(err, PP_EGEOM, "no facets to check");
    for (size_t v = 0; v < m->nvert; v++)
        if (!pp_finite(m->vert[v]))
            return pp_fail(err, PP_EGEOM, "vertex %zu: not finite", v);
    for (size_t t = 0; t < m->ntri; t++)
        for (int k = 0; k < 3; k++)
            if (m->tri[t][k] >= m->nvert)
                return pp_fail(err, PP_EGEOM, "facet %zu: vertex %lu of %zu",
                               t, (unsigned long)m->tri[t][k], m->nvert);
    return PP_OK;
}

/* Those that take no time to speak of. */
static pp_defect_check *const quick_checks[] = {
    pp_find_open_edges, pp_find_nonmanifold, pp_find_flipped,
    pp_measure_shells,  pp_find_nesting,     pp_find_inverted,
    pp_find_twins,      pp_find_duplicates,  pp_find_degenerate,
};

static pp_status
run_checks(const pp_subject *s, bool skip_crossings, pp_report *r,
           pp_error *err)
{
    for (size_t i = 0; i < sizeof quick_checks / sizeof *quick_checks; i++)
        if (quick_checks[i](s, r, err) != PP_OK)
            return err->status;
    qsort(r->shell, r->nshell, sizeof *r->shell, compare_shells);
    return skip_crossings ? PP_OK : pp_find_crossings(s, r, err);
}

pp_status
pp_check(const pp_mesh *m, const pp_check_options *options, pp_report *r,
         pp_error *err)
{
    const pp_check_options defaults = { 0 };
    pp_topology topo = { 0 };
    pp_subject s = { m, &topo, DEFAULT_WITNESSES };

    memset(r, 0, sizeof *r);
    if (options == NULL)
        options = &defaults;
    if (options->max_witness > 0)
        s.max_witness = options->max_witness;
    if (check_geometry(m, err) != PP_OK)
        return err->status;
    r->nfacet = m->ntri;
    r->nvert = m->nvert;
    r->box = pp_mesh_box(m);
    if (pp_topology_build(m, &topo, err) != PP_OK)
        return err->status;
    if (run_checks(&s, options->skip_crossings, r, err) != PP_OK)
        pp_report_free(r);
    pp_topology_free(&topo);
    return err->status;
}

void
pp_report_free(pp_report *r)
{
    for (int d = 0; d < PP_NDEFECT; d++)
        pp_free(r->defect[d].witness);
    pp_free(r->loop);
    pp_free(r->shell);
    memset(r, 0, sizeof *r);
}
