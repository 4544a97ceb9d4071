/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gate.c - bounds that a cure must keep
 *
 * Distances are measured from the facets that only one of the two surfaces has
 * to the other surface: what is the same in both is not off.
 */
#include "repair/gate.h"

#include "base/alloc.h"
#include "base/sets.h"
#include "measure/measure.h"

#include <stdio.h>
#include <string.h>

/* A cure that makes new surface may go so far of the way that all may go
   together: another one may come after it. */
#define HALF_WAY 0.5

/* A local cure may change the volume by so much, as a part of it. */
#define VOLUME_PART 0.01

/* The largest distance of facets that only m has from the surface of old. */
static pp_status
one_sided(const pp_mesh *m, const pp_mesh *old, double bound_mm,
          double *distance, pp_error *err)
{
    const pp_mesh none = { 0 };
    pp_mesh copy = { 0 }, fresh = { 0 };
    uint32_t *old_of = pp_alloc(m->ntri, sizeof *old_of);
    uint8_t *keep = pp_alloc(m->ntri, 1);

    if (old_of == NULL || keep == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    if (pp_mesh_copy(m, &copy, err) != PP_OK ||
        pp_trace(old, &copy, old_of, err) != PP_OK)
        goto done;
    for (size_t t = 0; t < m->ntri; t++)
        keep[t] = old_of[t] == PP_NONE;
    if (pp_mesh_select(&copy, keep, &fresh, err) == PP_OK)
        (void)!pp_farthest(&fresh, &none, old, bound_mm, distance, err);
done:
    pp_mesh_free(&copy);
    pp_mesh_free(&fresh);
    pp_free(old_of);
    pp_free(keep);
    return err->status;
}

static size_t
count_closed(const pp_report *r)
{
    size_t n = 0;

    for (size_t i = 0; i < r->nshell; i++)
        n += r->shell[i].closed;
    return n;
}

pp_status
pp_gate_surface(const pp_mesh *old, const pp_report *old_report,
                const pp_mesh *m, const pp_report *report,
                const pp_repair_options *o, bool local, pp_cure *c,
                bool *kept, pp_error *err)
{
    const pp_vec3 from = pp_middle(old);
    double before = 0, after = 0;

    *kept = false;
    if (pp_enclosed_volume(old, from, &before, err) != PP_OK ||
        pp_enclosed_volume(m, from, &after, err) != PP_OK)
        return err->status;
    if (m->ntri == 0 ||
        (!local && count_closed(report) < count_closed(old_report))) {
        snprintf(c->detail, sizeof c->detail, "%zu closed shells became %zu",
                 count_closed(old_report), count_closed(report));
        return PP_OK;
    }
    if (!local && fabs(after - before) > VOLUME_PART * fabs(before)) {
        snprintf(c->detail, sizeof c->detail, "volume changed by %.4g mm3",
                 after - before);
        return PP_OK;
    }
    if (one_sided(m, old, o->max_deviation_mm, &c->moved_mm, err) != PP_OK ||
        one_sided(old, m, o->max_deviation_mm, &c->moved_mm, err) != PP_OK)
        return err->status;
    *kept = c->moved_mm <= HALF_WAY * o->max_deviation_mm;
    return PP_OK;
}

pp_vec3
pp_middle(const pp_mesh *m)
{
    const pp_box box = pp_mesh_box(m);

    return pp_scale(pp_add(box.low, box.high), 0.5);
}

/* Where open edges hang together: the middle of their ends. */
typedef struct {
    pp_vec3 sum;
    double n;
} middle;

/* An edge that facets run more often one way than the other: low to high
   `times` times more often. */
typedef struct {
    uint32_t low, high;
    int times;
} lone_edge;

static pp_status
find_lone_edges(const pp_mesh *m, lone_edge **list, size_t *n, pp_error *err)
{
    pp_half_edge *all = NULL;
    size_t nall = 0, next;

    *n = 0;
    *list = NULL;
    if (pp_mesh_half_edges(m, &all, &nall, err) != PP_OK)
        return err->status;
    *list = pp_alloc(nall, sizeof **list);
    if (*list == NULL)
        pp_fail_memory(err);
    for (size_t i = 0; *list != NULL && i < nall; i = next) {
        int times = 0;

        for (next = i; next < nall && all[next].low == all[i].low &&
                       all[next].high == all[i].high; next++)
            times += all[next].forward ? 1 : -1;
        if (times != 0)
            (*list)[(*n)++] = (lone_edge){ all[i].low, all[i].high, times };
    }
    pp_free(all);
    return err->status;
}

pp_status
pp_enclosed_volume(const pp_mesh *m, pp_vec3 from, double *volume_mm3,
                   pp_error *err)
{
    lone_edge *edge = NULL;
    size_t nedge = 0;
    uint32_t *parent = pp_alloc(m->nvert, sizeof *parent);
    middle *mid = pp_alloc_zero(m->nvert, sizeof *mid);
    double six = 0;

    *volume_mm3 = 0;
    if (parent == NULL || mid == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    if (find_lone_edges(m, &edge, &nedge, err) != PP_OK)
        goto done;
    pp_sets_start(parent, m->nvert);
    for (size_t i = 0; i < nedge; i++)
        pp_sets_join(parent, edge[i].low, edge[i].high);
    for (size_t i = 0; i < nedge; i++) {
        middle *c = &mid[pp_sets_root(parent, edge[i].low)];

        c->sum = pp_add(c->sum, pp_add(m->vert[edge[i].low],
                                       m->vert[edge[i].high]));
        c->n += 2;
    }
    for (size_t i = 0; i < nedge; i++) { /* the fan's facet runs against it */
        const middle *c = &mid[pp_sets_root(parent, edge[i].low)];
        const pp_vec3 apex = pp_sub(pp_scale(c->sum, 1 / c->n), from);

        six += edge[i].times *
               pp_dot(pp_sub(m->vert[edge[i].high], from),
                      pp_cross(pp_sub(m->vert[edge[i].low], from), apex));
    }
    *volume_mm3 = pp_measure_cone(m, from) + six / 6;
done:
    pp_free(edge);
    pp_free(parent);
    pp_free(mid);
    return err->status;
}

pp_status
pp_report_copy(const pp_report *r, pp_report *copy, pp_error *err)
{
    *copy = *r;
    copy->shell = NULL;
    copy->loop = NULL;
    for (int d = 0; d < PP_NDEFECT; d++)
        copy->defect[d].witness = NULL;
    copy->shell = pp_alloc(r->nshell, sizeof *r->shell);
    copy->loop = pp_alloc(r->nloop_listed, sizeof *r->loop);
    if (copy->shell == NULL || copy->loop == NULL)
        goto failed;
    if (r->nloop_listed > 0)
        memcpy(copy->loop, r->loop, r->nloop_listed * sizeof *r->loop);
    if (r->nshell > 0)
        memcpy(copy->shell, r->shell, r->nshell * sizeof *r->shell);
    for (int d = 0; d < PP_NDEFECT; d++) {
        const pp_finding *f = &r->defect[d];

        if (f->nwitness == 0)
            continue;
        copy->defect[d].witness = pp_alloc(f->nwitness, sizeof *f->witness);
        if (copy->defect[d].witness == NULL)
            goto failed;
        memcpy(copy->defect[d].witness, f->witness,
               f->nwitness * sizeof *f->witness);
    }
    return PP_OK;
failed:
    pp_report_free(copy);
    return pp_fail_memory(err);
}

double
pp_nudge(const pp_mesh *m, const pp_repair_options *o)
{
    const pp_box box = pp_mesh_box(m);
    const double largest = fmax(fmax(fmax(fabs(box.low.x), fabs(box.high.x)),
                                     fmax(fabs(box.low.y), fabs(box.high.y))),
                                fmax(fabs(box.low.z), fabs(box.high.z)));
    int exponent;

    frexp(largest, &exponent);
    return fmax(1e-4, 4 * ldexp(1, exponent - (o->round_float ? 24 : 53)));
}
