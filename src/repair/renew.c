/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * renew.c - a small sick place is taken out and filled anew
 *
 * After Attene, "A lightweight approach to repairing digitized polygon
 * meshes" (2010): facets that have a defect go, with none, one or two rings
 * of neighbours, and the hole gets a lid. There it runs without bounds, and
 * eats thin parts; here all places are filled at once, and when that does not
 * do one after the other, and the old surface is put back where the new one is
 * too far from it.
 */
#include "repair/climb.h"
#include "repair/gate.h"

#include "base/alloc.h"
#include "base/sets.h"

#include <stdio.h>
#include <string.h>

/* With more sick facets than this share (and this number), it is no small
   place. */
#define LARGEST_SHARE 0.1
#define FEW_FACETS 100

#define MOST_RINGS 3

/* More places than that are no small damage. */
#define MOST_PLACES 64

/* Each place takes a few checks of all: so many facets are looked at. */
#define MOST_LOOKS 600000

#define SICK                                                                  \
    (PP_BIT(PP_DEFECT_OPEN_EDGE) | PP_BIT(PP_DEFECT_NONMANIFOLD_EDGE) |       \
     PP_BIT(PP_DEFECT_NONMANIFOLD_VERTEX) | PP_BIT(PP_DEFECT_CROSSING))

static const pp_check_options all_witnesses = { false, SIZE_MAX };

static bool
too_many(size_t nsick, const pp_mesh *m)
{
    return nsick > FEW_FACETS &&
           (double)nsick > LARGEST_SHARE * (double)m->ntri;
}

/* go[t] = 1 for facets with a defect; at the seam they are open by nature. */
static size_t
mark_sick(const pp_mesh *m, const pp_report *r, const pp_seam *seam,
          uint8_t *go, uint8_t *vertex)
{
    size_t n = 0;

    for (int d = 0; d < PP_NDEFECT; d++)
        for (size_t i = 0; (SICK & PP_BIT(d)) && i < r->defect[d].nwitness;
             i++) {
            const pp_witness *w = &r->defect[d].witness[i];

            if (d == PP_DEFECT_NONMANIFOLD_VERTEX) {
                vertex[w->a] = 1;
                continue;
            }
            go[w->a] |= d != PP_DEFECT_OPEN_EDGE ||
                        !pp_facet_at_seam(m, seam, w->a);
            if (w->b != PP_NONE)
                go[w->b] = 1;
        }
    for (size_t t = 0; t < m->ntri; t++) {
        go[t] |= vertex[m->tri[t][0]] | vertex[m->tri[t][1]] |
                 vertex[m->tri[t][2]];
        n += go[t];
    }
    return n;
}

static void
grow_ring(const pp_mesh *m, uint8_t *go, uint8_t *vertex)
{
    memset(vertex, 0, m->nvert);
    for (size_t t = 0; t < m->ntri; t++)
        for (int k = 0; go[t] && k < 3; k++)
            vertex[m->tri[t][k]] = 1;
    for (size_t t = 0; t < m->ntri; t++)
        for (int k = 0; k < 3; k++)
            go[t] |= vertex[m->tri[t][k]];
}

/* Drops facets on the border of the samples, where the surface was closed. */
static pp_status
drop_border(pp_box box, double h, pp_mesh *guide, pp_error *err)
{
    const pp_vec3 more = pp_vec(1.5 * h, 1.5 * h, 1.5 * h);
    const pp_vec3 low = pp_sub(box.low, more), high = pp_add(box.high, more);
    uint8_t *keep = pp_alloc(guide->ntri, 1);
    size_t ndropped;

    if (keep == NULL)
        return pp_fail_memory(err);
    for (size_t t = 0; t < guide->ntri; t++) {
        keep[t] = 1;
        for (int k = 0; k < 3; k++) {
            const pp_vec3 p = guide->vert[guide->tri[t][k]];

            keep[t] &= p.x > low.x && p.y > low.y && p.z > low.z &&
                       p.x < high.x && p.y < high.y && p.z < high.z;
        }
    }
    pp_keep_facets(guide, keep);
    pp_free(keep);
    return pp_mesh_drop_unused(guide, &ndropped, err);
}

/*
 * With leave to rebuild, lids follow the winding number of the old facets and
 * what lies around them: a surface in the box of the sick ones.
 */
static pp_status
make_guide(const pp_mesh *m, const uint8_t *go, const pp_cure *c,
           pp_mesh *guide, pp_error *err)
{
    const double h = c->options->rebuild_mm;
    pp_box box = pp_box_empty();
    pp_mesh whole = { 0 };
    pp_bvh *bvh = NULL;

    for (size_t t = 0; t < m->ntri; t++)
        for (int k = 0; go[t] && k < 3; k++)
            pp_box_add(&box, m->vert[m->tri[t][k]]);
    if (pp_mesh_copy(m, &whole, err) == PP_OK &&
        (c->around == NULL ||
         pp_mesh_append(&whole, c->around, err) == PP_OK) &&
        pp_bvh_build(&whole, &bvh, err) == PP_OK)
        (void)!pp_rebuild_surface(bvh, box, h, guide, err);
    if (err->status == PP_OK)
        (void)!drop_border(box, h, guide, err);
    if (err->status == PP_EGEOM) /* then they follow the curvature */
        err->status = PP_OK;
    pp_bvh_free(bvh);
    pp_mesh_free(&whole);
    return err->status;
}

/* Takes facets out, fills the hole, and counts what is wrong then. */
static pp_status
try_without(const pp_mesh *m, const uint8_t *go, const pp_mesh *guide,
            pp_cure *c, pp_mesh *trial, size_t *nsick, pp_error *err)
{
    pp_report report = { 0 };
    pp_repair_options o = *c->options;
    pp_cure lids = { .options = &o, .seam = c->seam };
    uint8_t *keep = pp_alloc(m->ntri, 1);

    if (keep == NULL)
        return pp_fail_memory(err);
    if (guide->ntri > 0) {
        o.guide = guide;
        o.guide_reach_mm = o.rebuild_mm;
    }
    for (size_t t = 0; t < m->ntri; t++)
        keep[t] = !go[t] || pp_facet_at_seam(m, c->seam, t);
    if (pp_mesh_select(m, keep, trial, err) != PP_OK || trial->ntri == 0)
        goto done;
    if (pp_cure_holes(trial, &lids, err) == PP_OK &&
        pp_as_stored(trial, c->options, err) == PP_OK &&
        pp_check(trial, NULL, &report, err) == PP_OK)
        *nsick = pp_count_defects(&report, SICK);
    if (err->status == PP_EGEOM) /* not this way */
        err->status = PP_OK;
done:
    pp_report_free(&report);
    pp_cure_free(&lids);
    pp_free(keep);
    return err->status;
}

/* Rings are added until it is clean; the best result stays in *best. */
static pp_status
try_rings(const pp_mesh *m, uint8_t *go, uint8_t *vertex, pp_cure *c,
          pp_mesh *best, int *nring, size_t nbefore, pp_error *err)
{
    size_t fewest = nbefore;

    for (int ring = 0; ring < MOST_RINGS; ring++) {
        pp_mesh trial = { 0 }, guide = { 0 };
        size_t nsick = SIZE_MAX;

        if (c->options->rebuild_mm > 0 && c->options->guide == NULL)
            (void)!make_guide(m, go, c, &guide, err);
        if (err->status == PP_OK)
            (void)!try_without(m, go, &guide, c, &trial, &nsick, err);
        pp_mesh_free(&guide);
        if (err->status != PP_OK) {
            pp_mesh_free(&trial);
            return err->status;
        }
        if (nsick < fewest) {
            pp_mesh_free(best);
            *best = trial;
            fewest = nsick;
            *nring = ring;
        } else {
            pp_mesh_free(&trial);
        }
        if (fewest <= c->seam->nopen)
            break;
        grow_ring(m, go, vertex);
    }
    return PP_OK;
}

pp_status
pp_cure_renew(pp_mesh *m, pp_cure *c, pp_error *err)
{
    pp_report report = { 0 };
    pp_mesh best = { 0 };
    uint8_t *go = pp_alloc_zero(m->ntri, 1);
    uint8_t *vertex = pp_alloc_zero(m->nvert, 1);
    size_t nsick;
    int nring = 0;

    if (go == NULL || vertex == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    if (pp_check(m, &all_witnesses, &report, err) != PP_OK)
        goto done;
    nsick = mark_sick(m, &report, c->seam, go, vertex);
    if (nsick == 0 || too_many(nsick, m)) {
        pp_fail(err, PP_EGEOM, "%zu of %zu facets are sick: too many", nsick,
                m->ntri);
        goto done;
    }
    if (try_rings(m, go, vertex, c, &best, &nring,
                  pp_count_defects(&report, SICK), err) != PP_OK)
        goto done;
    if (best.ntri == 0) {
        pp_fail(err, PP_EGEOM, "filling %zu facets anew does not help", nsick);
        goto done;
    }
    c->count = nsick;
    snprintf(c->detail, sizeof c->detail,
             "%zu facets and %d rings about them filled anew", nsick, nring);
    pp_mesh_free(m);
    *m = best;
    memset(&best, 0, sizeof best);
done:
    pp_report_free(&report);
    pp_mesh_free(&best);
    pp_free(go);
    pp_free(vertex);
    return err->status;
}

/* ---- one place after the other ---- */

/* Places that filling did not help, by their first vertex. */
typedef struct {
    pp_vec3 key[MOST_PLACES];
    size_t n;
} failures;

static bool
has_failed(const failures *f, pp_vec3 key)
{
    for (size_t i = 0; i < f->n; i++)
        if (pp_compare_points(f->key[i], key) == 0)
            return true;
    return false;
}

/* Leaves of go the facets of one place that hang together and were not tried
   in vain; *nsick of them, 0 when there is none. */
static pp_status
choose_place(const pp_mesh *m, const failures *f, uint8_t *go, pp_vec3 *key,
             size_t *nsick, pp_error *err)
{
    uint32_t *parent = pp_alloc(m->nvert, sizeof *parent);
    uint32_t *first = pp_alloc(m->nvert, sizeof *first); /* of each root */
    uint32_t chosen = PP_NONE;

    *nsick = 0;
    if (parent == NULL || first == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    pp_sets_start(parent, m->nvert);
    for (size_t t = 0; t < m->ntri; t++)
        for (int k = 0; go[t] && k < 2; k++)
            pp_sets_join(parent, m->tri[t][k], m->tri[t][k + 1]);
    for (uint32_t v = 0; v < m->nvert; v++) {
        const uint32_t root = pp_sets_root(parent, v);

        if (root == v || pp_compare_points(m->vert[v],
                                           m->vert[first[root]]) < 0)
            first[root] = v;
    }
    for (size_t t = 0; t < m->ntri && chosen == PP_NONE; t++) {
        const uint32_t root = pp_sets_root(parent, m->tri[t][0]);

        if (go[t] && !has_failed(f, m->vert[first[root]])) {
            chosen = root;
            *key = m->vert[first[root]];
        }
    }
    for (size_t t = 0; t < m->ntri; t++) {
        go[t] = go[t] && pp_sets_root(parent, m->tri[t][0]) == chosen;
        *nsick += go[t];
    }
done:
    pp_free(parent);
    pp_free(first);
    return err->status;
}

/* Fills the chosen place anew; *m becomes the result where that is within the
   bounds. */
static pp_status
renew_place(pp_mesh *m, const pp_report *report, uint8_t *go, uint8_t *vertex,
            size_t nsick, pp_cure *c, bool *kept, pp_error *err)
{
    pp_mesh best = { 0 };
    pp_report after = { 0 };
    pp_cure told = *c;
    int nring = 0;

    *kept = false;
    if (too_many(nsick, m))
        return PP_OK;
    if (try_rings(m, go, vertex, c, &best, &nring,
                  pp_count_defects(report, SICK), err) != PP_OK ||
        best.ntri == 0 || pp_check(&best, NULL, &after, err) != PP_OK ||
        pp_gate_surface(m, report, &best, &after, c->options, c->seam->n > 0,
                        &told, kept, err) != PP_OK || !*kept)
        goto done;
    pp_mesh_free(m);
    *m = best;
    memset(&best, 0, sizeof best);
done:
    pp_report_free(&after);
    pp_mesh_free(&best);
    return err->status;
}

pp_status
pp_cure_places(pp_mesh *m, pp_cure *c, pp_error *err)
{
    failures failed = { .n = 0 };
    size_t nplace = 0, nfacet = 0, nsick = 1;

    while (failed.n + nplace < MOST_PLACES &&
           (failed.n + nplace) * m->ntri < MOST_LOOKS) {
        pp_report report = { 0 };
        uint8_t *go = pp_alloc_zero(m->ntri, 1);
        uint8_t *vertex = pp_alloc_zero(m->nvert, 1);
        pp_vec3 key;
        bool kept = false;

        nsick = 0;
        if (go == NULL || vertex == NULL)
            pp_fail_memory(err);
        else if (pp_check(m, &all_witnesses, &report, err) == PP_OK &&
                 mark_sick(m, &report, c->seam, go, vertex) > 0 &&
                 choose_place(m, &failed, go, &key, &nsick, err) == PP_OK &&
                 nsick > 0)
            (void)!renew_place(m, &report, go, vertex, nsick, c, &kept, err);
        pp_report_free(&report);
        pp_free(go);
        pp_free(vertex);
        if (err->status != PP_OK || nsick == 0)
            break;
        nplace += kept;
        nfacet += kept ? nsick : 0;
        if (!kept)
            failed.key[failed.n++] = key;
    }
    c->count = nfacet;
    if (err->status == PP_OK && nplace == 0)
        pp_fail(err, PP_EGEOM, "filling %zu places anew does not help",
                failed.n);
    snprintf(c->detail, sizeof c->detail,
             "%zu facets in %zu places filled anew, %zu places not", nfacet,
             nplace, failed.n);
    return err->status;
}
