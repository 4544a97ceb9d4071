/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * arrange.c - facets that meet in vertices and edges only
 *
 * Cut exactly, round, look again: rounding moves points by less than a step of
 * the number format and may make new crossings, which the next round cuts
 * (after Lazard and Valque, "Removing self-intersections in triangle meshes in
 * finite precision", 2022; and Zhou et al. 2016). As a sum of facets with
 * signs the surface never changes: facets without area count nothing, equal
 * ones add, opposite ones cancel. So winding numbers stay whole.
 */
#include "repair/rung.h"
#include "repair/triple.h"

#include "base/alloc.h"
#include "shim/igl.h"

#include <stdlib.h>
#include <string.h>

/* Rounds of cutting and rounding; real meshes settle in two to five. */
#define MOST_ROUNDS 20

/* Facets lower than so many steps of the lattice go. */
#define SLIVER_STEPS 4

/* A mesh that becomes so many times larger, or has so many times more pairs
   than at first, will not settle. */
#define MOST_FACETS 10
#define MOST_PAIRS 3

/* Adds up the facets of list[0..n), all on the same vertices, in the first. */
static void
add_up(pp_mesh *m, const pp_triple *list, size_t n, int32_t *times)
{
    const uint32_t first = list[0].facet;
    int32_t sum = 0;

    for (size_t i = 0; i < n; i++) {
        sum += list[i].odd == list[0].odd ? times[list[i].facet]
                                          : -times[list[i].facet];
        times[list[i].facet] = 0;
    }
    if (sum < 0)
        pp_facet_turn(m, first);
    times[first] = abs(sum);
}

/* Drops facets that count nothing, with their entry in times. */
static void
drop_uncounted(pp_mesh *m, int32_t *times)
{
    size_t n = 0;

    for (size_t t = 0; t < m->ntri; t++) {
        if (times[t] == 0)
            continue;
        memmove(m->tri[n], m->tri[t], sizeof *m->tri);
        times[n++] = times[t];
    }
    m->ntri = n;
}

/* What does not count (pairs that run opposite ways, say) is told. */
static pp_status
tell_uncounted(const pp_mesh *m, const int32_t *times, pp_cure *c,
               pp_error *err)
{
    uint8_t *counts = pp_alloc(m->ntri, 1);

    if (counts == NULL)
        return pp_fail_memory(err);
    for (size_t t = 0; t < m->ntri; t++)
        counts[t] = times[t] != 0;
    (void)!pp_copy_others(m, counts, &c->dropped, err);
    pp_free(counts);
    return err->status;
}

static pp_status
merge(pp_mesh *m, int32_t *times, pp_cure *c, pp_error *err)
{
    pp_triple *list = pp_alloc(m->ntri, sizeof *list);
    size_t n;

    if (list == NULL)
        return pp_fail_memory(err);
    for (size_t t = 0; t < m->ntri; t++)
        if (pp_facet_is_flat(m, t))
            times[t] = 0;
    drop_uncounted(m, times);
    for (size_t t = 0; t < m->ntri; t++)
        list[t] = pp_triple_of(m, t);
    qsort(list, m->ntri, sizeof *list, pp_triple_order);
    for (size_t i = 0; i < m->ntri; i += n) {
        for (n = 1; i + n < m->ntri &&
                    pp_triple_equal(&list[i + n], &list[i]); n++)
            ;
        if (n > 1)
            add_up(m, &list[i], n, times);
    }
    if (tell_uncounted(m, times, c, err) == PP_OK)
        drop_uncounted(m, times);
    pp_free(list);
    return err->status;
}

/*
 * The lattice of a round, in mm: at first the spacing of the number format at
 * the largest coordinate, then coarser by four each time, up to the weld
 * tolerance, so that sheets which nearly lie in one plane fall into it instead
 * of cutting each other into ever smaller pieces.
 */
static double
lattice(const pp_mesh *m, const pp_repair_options *o, int round)
{
    const pp_box box = pp_mesh_box(m);
    const double largest = fmax(fmax(fmax(fabs(box.low.x), fabs(box.high.x)),
                                     fmax(fabs(box.low.y), fabs(box.high.y))),
                                fmax(fabs(box.low.z), fabs(box.high.z)));
    int exponent, coarser = 2 * round;
    double step;

    frexp(largest, &exponent);
    step = ldexp(1, exponent - (o->round_float ? 24 : 44) + coarser);
    while (coarser > 0 && step > o->weld_mm) {
        step /= 4;
        coarser -= 2;
    }
    return step;
}

/* Puts the new vertices on the lattice. */
static void
snap(pp_mesh *m, size_t first, double step)
{
    for (size_t v = first; v < m->nvert; v++) {
        const pp_vec3 p = m->vert[v];

        m->vert[v] = pp_vec(nearbyint(p.x / step) * step,
                            nearbyint(p.y / step) * step,
                            nearbyint(p.z / step) * step);
    }
}

/* fresh[t] = 1 for facets that are pieces of one that was cut. */
static uint8_t *
mark_pieces(const pp_mesh *m, const uint32_t *birth)
{
    uint8_t *fresh = pp_alloc_zero(m->ntri, 1);

    for (size_t t = 1; fresh != NULL && t < m->ntri; t++)
        if (birth[t] == birth[t - 1]) /* pieces lie side by side */
            fresh[t] = fresh[t - 1] = 1;
    return fresh;
}

static pp_status
cut_once(pp_mesh *m, const uint32_t (*pair)[2], size_t npair, int round,
         int32_t **times, pp_cure *c, pp_error *err)
{
    pp_mesh out;
    uint32_t *birth = NULL;
    int32_t *grown = NULL;
    uint8_t *fresh = NULL;
    const double step = lattice(m, c->options, round);
    size_t njoined;

    if (pp_igl_remesh_self_intersections(m, pair, npair, &out, &birth, err) !=
        PP_OK)
        return err->status;
    grown = pp_alloc(out.ntri, sizeof *grown);
    fresh = mark_pieces(&out, birth);
    if (grown == NULL || fresh == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    for (size_t t = 0; t < out.ntri; t++)
        grown[t] = (*times)[birth[t]];
    snap(&out, m->nvert, step);
    if (pp_mesh_weld_exact(&out, &njoined, err) != PP_OK ||
        pp_drop_slivers(&out, &grown, &fresh, SLIVER_STEPS * step,
                        &c->moved_mm, err) != PP_OK)
        goto done;
    pp_free(*times);
    *times = grown;
    grown = NULL;
    pp_mesh_free(m);
    *m = out;
    memset(&out, 0, sizeof out);
done:
    pp_free(birth);
    pp_free(grown);
    pp_free(fresh);
    pp_mesh_free(&out);
    return err->status;
}

pp_status
pp_arrange(pp_mesh *m, int32_t **times, pp_cure *c, pp_error *err)
{
    const size_t most = MOST_FACETS * m->ntri + 10000;
    size_t npair = 1, npair_first = SIZE_MAX / MOST_PAIRS, ndropped;

    *times = pp_alloc(m->ntri, sizeof **times);
    if (*times == NULL)
        return pp_fail_memory(err);
    for (size_t t = 0; t < m->ntri; t++)
        (*times)[t] = 1;
    pp_free(m->attribute); /* comes back by the places of facets */
    m->attribute = NULL;
    for (int round = 0; round < MOST_ROUNDS && m->ntri < most &&
                        npair <= MOST_PAIRS * npair_first + 100; round++) {
        uint32_t (*pair)[2] = NULL;

        if (merge(m, *times, c, err) != PP_OK ||
            pp_check_crossings(m, &pair, &npair, err) != PP_OK)
            break;
        if (npair > 0 && cut_once(m, (const uint32_t (*)[2])pair, npair,
                                  round, times, c, err) != PP_OK) {
            pp_free(pair);
            break;
        }
        pp_free(pair);
        c->count += npair;
        npair_first = round == 0 ? npair : npair_first;
        if (npair == 0)
            break;
    }
    if (err->status == PP_OK && npair > 0)
        pp_fail(err, PP_EGEOM, "crossings do not settle: %zu left", npair);
    if (err->status == PP_OK && pp_mesh_drop_unused(m, &ndropped, err) == PP_OK)
        return PP_OK;
    pp_free(*times);
    *times = NULL;
    return err->status;
}
