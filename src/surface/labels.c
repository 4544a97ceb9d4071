/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * labels.c - from a map of labels to surfaces that share their walls
 *
 * labels_extract.c finds the sheets between labels, labels_place.c the places
 * of their vertices, and decimation treats all sheets as one surface that is
 * left as it is along the lines where sheets meet: every facet is there once,
 * so that two labels cannot come to differ about it.
 */
#include "surface/labels.h"

#include "base/alloc.h"

#include <assert.h>
#include <math.h>
#include <string.h>

void
pp_complex_free(pp_complex *c)
{
    pp_mesh_free(&c->mesh);
    pp_free(c->sheet);
    memset(c, 0, sizeof *c);
}

void
pp_complex_report_free(pp_complex_report *r)
{
    pp_free(r->size);
    memset(r, 0, sizeof *r);
}

/* ---- sizes ---- */

typedef struct {
    double volume_mm3, area_mm2, shared_mm2;
    size_t nfacet;
} measured;

/*
 * Of all labels, from the sheets: a facet adds to the label behind it what it
 * takes from the one before. One thread: the sums' order is the facets'.
 */
static void
measure(const pp_mesh *m, const pp_sheets *s, measured *of)
{
    const pp_vec3 o = m->vert[0];

    memset(of, 0, (s->map->nlabel + 1) * sizeof *of);
    for (size_t t = 0; t < m->ntri; t++) {
        const uint32_t pair = s->pair[m->attribute[t]];
        measured *behind = &of[pair >> 16], *before = &of[pair & 0xffff];
        const pp_vec3 a = pp_sub(m->vert[m->tri[t][0]], o);
        const pp_vec3 b = pp_sub(m->vert[m->tri[t][1]], o);
        const pp_vec3 c = pp_sub(m->vert[m->tri[t][2]], o);
        const double volume = pp_dot(a, pp_cross(b, c)) / 6;
        const double area =
            pp_norm(pp_cross(pp_sub(b, a), pp_sub(c, a))) / 2;

        behind->volume_mm3 += volume;
        before->volume_mm3 -= volume;
        behind->area_mm2 += area;
        before->area_mm2 += area;
        behind->nfacet++;
        before->nfacet++;
        if ((pair & 0xffff) != 0) {
            behind->shared_mm2 += area;
            before->shared_mm2 += area;
        }
    }
}

static pp_status
measure_raw(const pp_sheets *s, measured *of, pp_complex_report *r,
            pp_error *err)
{
    pp_mesh m = { 0 };

    if (pp_lattice_to_mesh(&s->l, s->map->to_lps, &m, err) != PP_OK)
        return err->status;
    measure(&m, s, of);
    for (size_t l = 1; l <= s->map->nlabel; l++) {
        r->size[l].raw_volume_mm3 = of[l].volume_mm3;
        r->size[l].raw_area_mm2 = of[l].area_mm2;
        r->size[l].nfacet_before = of[l].nfacet;
    }
    pp_mesh_free(&m);
    return PP_OK;
}

static pp_status
measure_smooth(const pp_sheets *s, measured *of, pp_complex_report *r,
               pp_error *err)
{
    pp_mesh m = { 0 };

    if (pp_lattice_to_mesh(&s->l, s->map->to_lps, &m, err) != PP_OK)
        return err->status;
    measure(&m, s, of);
    for (size_t l = 1; l <= s->map->nlabel; l++) {
        r->size[l].smooth_volume_mm3 = of[l].volume_mm3;
        r->size[l].smooth_area_mm2 = of[l].area_mm2;
    }
    pp_mesh_free(&m);
    return PP_OK;
}

static void
measure_result(const pp_sheets *s, const pp_mesh *m, measured *of,
               pp_complex_report *r)
{
    measure(m, s, of);
    for (size_t l = 1; l <= s->map->nlabel; l++) {
        r->size[l].volume_mm3 = of[l].volume_mm3;
        r->size[l].area_mm2 = of[l].area_mm2;
        r->size[l].shared_area_mm2 = of[l].shared_mm2;
        r->size[l].nfacet = of[l].nfacet;
    }
}

static double
largest_move(const pp_sheets *s, const double mm[3])
{
    double move = 0;

    for (size_t v = 0; v < s->nedge; v++)
        move = fmax(move, fabs((double)s->l.t[v] - 0.5) *
                              mm[pp_edge_axis(s->l.edge[v])]);
    return move;
}

/* ---- the whole ---- */

static pp_status
make_mesh(const pp_sheets *s, const pp_surface_options *o, pp_complex *c,
          pp_complex_report *r, pp_error *err)
{
    pp_mask frame = { 0 };
    double mm[3];

    memcpy(frame.to_lps, s->map->to_lps, sizeof frame.to_lps);
    pp_mask_spacing(&frame, mm);
    r->max_move_mm = largest_move(s, mm);
    r->max_error_mm = o->max_error_mm > 0
                          ? o->max_error_mm
                          : fmin(mm[0], fmin(mm[1], mm[2])) / 4;
    if (o->decimate)
        (void)!pp_lattice_decimate(&s->l, mm, s->map->to_lps, r->max_error_mm,
                                   o->ntriangle, &c->mesh, &r->reached, err);
    else
        (void)!pp_lattice_to_mesh(&s->l, s->map->to_lps, &c->mesh, err);
    return err->status;
}

static pp_status
copy_pairs(const pp_sheets *s, pp_complex *c, pp_error *err)
{
    c->sheet = pp_alloc(s->nsheet, sizeof *c->sheet);
    if (c->sheet == NULL)
        return pp_fail_memory(err);
    for (size_t n = 0; n < s->nsheet; n++) {
        c->sheet[n][0] = (uint16_t)(s->pair[n] >> 16);
        c->sheet[n][1] = (uint16_t)(s->pair[n] & 0xffff);
    }
    c->nsheet = s->nsheet;
    return PP_OK;
}

static pp_status
begin_report(const pp_label_map *map, const pp_label_extent *extent,
             pp_complex_report *r, pp_error *err)
{
    pp_mask frame = { 0 };

    memcpy(frame.to_lps, map->to_lps, sizeof frame.to_lps);
    r->size = pp_alloc_zero(map->nlabel + 1, sizeof *r->size);
    if (r->size == NULL)
        return pp_fail_memory(err);
    for (size_t l = 1; l <= map->nlabel; l++) {
        r->size[l].nvoxel = extent[l].nvoxel;
        r->size[l].mask_volume_mm3 = (double)extent[l].nvoxel *
                                     pp_mask_voxel_volume(&frame);
    }
    return PP_OK;
}

pp_status
pp_surface_from_labels(const pp_label_map *map,
                       const pp_surface_options *o, pp_complex *c,
                       pp_complex_report *r, pp_error *err)
{
    pp_label_extent *extent = NULL;
    measured *of = pp_alloc(map->nlabel + 1, sizeof *of);
    pp_sheets s = { 0 };

    assert(o->smooth != PP_SMOOTH_FREE);
    memset(c, 0, sizeof *c);
    memset(r, 0, sizeof *r);
    if (of == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    if (pp_label_map_extents(map, &extent, err) != PP_OK ||
        begin_report(map, extent, r, err) != PP_OK ||
        pp_sheets_extract(map, o->separate, &s, err) != PP_OK)
        goto done;
    r->nfacet = s.l.ntri;
    r->npoint = s.l.nvert - s.nedge;
    if (measure_raw(&s, of, r, err) != PP_OK ||
        (o->smooth != PP_SMOOTH_NONE &&
         pp_sheets_smooth(&s, extent, o->smooth, err) != PP_OK) ||
        measure_smooth(&s, of, r, err) != PP_OK ||
        make_mesh(&s, o, c, r, err) != PP_OK ||
        copy_pairs(&s, c, err) != PP_OK)
        goto done;
    measure_result(&s, &c->mesh, of, r);
done:
    pp_free(extent);
    pp_free(of);
    pp_sheets_free(&s);
    if (err->status != PP_OK) {
        pp_complex_free(c);
        pp_complex_report_free(r);
    }
    return err->status;
}

/* Vertices keep the order of the complex; facets too. */
pp_status
pp_complex_label(const pp_complex *c, uint16_t label, pp_mesh *mesh,
                 pp_error *err)
{
    const pp_mesh *m = &c->mesh;
    uint32_t *number = pp_alloc_zero(m->nvert, sizeof *number), nvert = 0;
    size_t ntri = 0;

    memset(mesh, 0, sizeof *mesh);
    if (number == NULL)
        return pp_fail_memory(err);
    for (size_t t = 0; t < m->ntri; t++) {
        const uint16_t *side = c->sheet[m->attribute[t]];

        if (side[0] != label && side[1] != label)
            continue;
        ntri++;
        for (int k = 0; k < 3; k++)
            number[m->tri[t][k]] = 1;
    }
    for (size_t v = 0; v < m->nvert; v++)
        number[v] = number[v] ? nvert++ : PP_NONE;
    if (pp_mesh_alloc(mesh, nvert, ntri, err) != PP_OK)
        goto done;
    for (size_t v = 0; v < m->nvert; v++)
        if (number[v] != PP_NONE)
            mesh->vert[number[v]] = m->vert[v];
    ntri = 0;
    for (size_t t = 0; t < m->ntri; t++) {
        const uint16_t *side = c->sheet[m->attribute[t]];
        const bool before = side[1] == label;

        if (side[0] != label && !before)
            continue;
        mesh->tri[ntri][0] = number[m->tri[t][0]];
        mesh->tri[ntri][1] = number[m->tri[t][before ? 2 : 1]];
        mesh->tri[ntri++][2] = number[m->tri[t][before ? 1 : 2]];
    }
done:
    pp_free(number);
    return err->status;
}
