/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fragments.c - what both directions share: classes, and the way there and
 * back
 */
#include "mask/fragments.h"

#include "base/alloc.h"
#include "mask/score.h"

#include <string.h>

void
pp_classes_free(pp_classes *c)
{
    pp_free(c->at);
    memset(c, 0, sizeof *c);
}

void
pp_decoded_free(pp_decoded *d)
{
    pp_free(d->fragment);
    pp_free(d->event);
    memset(d, 0, sizeof *d);
}

const char *
pp_event_name(pp_event_kind kind)
{
    static const char *const name[PP_NEVENT] = {
        "dust", "speck", "new", "merged", "alone", "nowhere", "many",
    };

    return name[kind];
}

pp_status
pp_classes_from_grid(const pp_grid *g, pp_classes *c, pp_error *err)
{
    const size_t n = g->dim[0] * g->dim[1] * g->dim[2];
    size_t bad = n;

    memset(c, 0, sizeof *c);
    if (g->voxel == NULL)
        return pp_fail(err, PP_EBUG, "the classes were not read");
    for (int a = 0; a < 3; a++)
        if (g->dim[a] > PP_MASK_LIMIT)
            return pp_fail(err, PP_ELIMIT, "%zu voxels along axis %d: 1 to %d "
                           "are possible", g->dim[a], a, PP_MASK_LIMIT);
    c->at = pp_alloc(n, 1);
    if (c->at == NULL)
        return pp_fail_memory(err);
    memcpy(c->dim, g->dim, sizeof c->dim);
    memcpy(c->to_lps, g->to_lps, sizeof c->to_lps);
    #pragma omp parallel for schedule(static) reduction(min : bad)
    for (ptrdiff_t v = 0; v < (ptrdiff_t)n; v++) {
        const double value = pp_grid_value(g, (size_t)v);

        if (value >= 0 && value < PP_NCLASS && value == (int)value)
            c->at[v] = (uint8_t)value;
        else if ((size_t)v < bad)
            bad = (size_t)v;
    }
    if (bad < n) {
        pp_classes_free(c);
        return pp_fail(err, PP_EGEOM, "holds the value %g: classes are 0 "
                       "(background), 1 (boundary), 2 (core) and 3 (border)",
                       pp_grid_value(g, bad));
    }
    return PP_OK;
}

pp_status
pp_classes_from_volume(const pp_volume *v, pp_classes *c, pp_error *err)
{
    memset(c, 0, sizeof *c);
    if (v->has_segments || v->nlayer != 1)
        return pp_fail(err, PP_EGEOM, "classes are one volume of the values "
                       "0 to 3, not named segments");
    return pp_classes_from_grid(v->layer, c, err);
}

pp_status
pp_anatomy_from_volume(const pp_volume *v, const double value[3],
                       const pp_classes *c, uint8_t **anatomy, pp_error *err)
{
    const size_t n = c->dim[0] * c->dim[1] * c->dim[2];
    pp_label_map m = { 0 };
    uint8_t *of = NULL, *to = NULL;
    unsigned any = 0;

    *anatomy = NULL;
    if (pp_label_map_from_volume(v, &m, err) != PP_OK ||
        pp_lattices_match(m.dim, (const double(*)[4])m.to_lps, c->dim,
                          (const double(*)[4])c->to_lps, err) != PP_OK)
        goto done;
    of = pp_alloc_zero(m.nlabel + 1, 1);
    to = pp_alloc(n, 1);
    if (of == NULL || to == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    for (size_t s = 0; s < v->nsegment; s++)
        for (int a = 0; a < 3; a++)
            if ((double)v->segment[s].number == value[a])
                any |= of[s + 1] = (uint8_t)(a + 1);
    if (!any)
        pp_fail(err, PP_EGEOM, "none of the labels %g, %g and %g is in it",
                value[0], value[1], value[2]);
    for (size_t x = 0; any && x < n; x++)
        to[x] = of[m.at[x]];
done:
    pp_label_map_free(&m);
    pp_free(of);
    if (err->status != PP_OK) {
        pp_free(to);
        to = NULL;
    }
    *anatomy = to;
    return err->status;
}

bool
pp_label_map_narrow(pp_label_map *m)
{
    const size_t n = m->dim[0] * m->dim[1] * m->dim[2];
    uint8_t *to = (uint8_t *)m->at;

    if (m->nlabel > UINT8_MAX)
        return false;
    /* a byte lies at or before its word: nothing is lost that is still read */
    for (size_t v = 0; v < n; v++) {
        uint16_t word;

        memcpy(&word, to + 2 * v, sizeof word);
        to[v] = (uint8_t)word;
    }
    return true;
}

pp_status
pp_fragments_ceiling(const pp_label_map *labels, const pp_classes *encoded,
                     const pp_decode_rules *rules, pp_ceiling *c,
                     pp_error *err)
{
    pp_label_map back = { 0 };
    pp_decoded report = { 0 };
    pp_shared shared = { 0 };
    size_t *match = NULL, n = 0;

    *c = (pp_ceiling){ .least_iou = 1 };
    if (pp_fragments_decode(encoded, NULL, rules, &back, &report, err) !=
            PP_OK ||
        pp_shared_count(labels, &back, &shared, err) != PP_OK ||
        pp_shared_match(&shared, &match, err) != PP_OK)
        goto done;
    for (size_t a = 1; a <= shared.na; a++) {
        const double iou =
            match[a] != 0 ? pp_shared_iou(&shared, a, match[a]) : 0;

        if (shared.a[a] == 0)
            continue;
        n++;
        c->mean_iou += iou;
        c->nlost += match[a] == 0;
        if (iou < c->least_iou || c->least == 0) {
            c->least_iou = iou;
            c->least = (uint16_t)a;
        }
    }
    if (n > 0)
        c->mean_iou /= (double)n;
done:
    pp_free(match);
    pp_shared_free(&shared);
    pp_decoded_free(&report);
    pp_label_map_free(&back);
    return err->status;
}
