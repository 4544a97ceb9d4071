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
    pp_free(c->first);
    memset(c, 0, sizeof *c);
}

void
pp_complex_report_free(pp_complex_report *r)
{
    pp_free(r->size);
    memset(r, 0, sizeof *r);
}

/* ---- sizes ---- */

/*
 * Of all labels, from the sheets: a facet adds to the label behind it what it
 * takes from the one before. One thread: the sums' order is the facets'.
 */
static void
measure(const pp_mesh *m, const pp_sheets *s, pp_label_step *of)
{
    const pp_vec3 o = m->vert[0];

    memset(of, 0, (s->map->nlabel + 1) * sizeof *of);
    for (size_t t = 0; t < m->ntri; t++) {
        const uint32_t pair = s->pair[m->attribute[t]];
        pp_label_step *behind = &of[pair >> 16], *before = &of[pair & 0xffff];
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
measure_lattice(const pp_sheets *s, pp_label_step *of, pp_error *err)
{
    pp_mesh m = { 0 };

    if (pp_lattice_to_mesh(&s->l, s->map->to_lps, &m, err) != PP_OK)
        return err->status;
    measure(&m, s, of);
    pp_mesh_free(&m);
    return PP_OK;
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

/* Brings the facets in the order of their sheets. */
static pp_status
sort_sheets(const pp_sheets *s, pp_complex *c, pp_error *err)
{
    pp_mesh *m = &c->mesh;
    pp_tri *tri = pp_alloc(m->ntri, sizeof *tri);
    size_t *at = pp_alloc_zero(s->nsheet + 1, sizeof *at);

    c->sheet = pp_alloc(s->nsheet, sizeof *c->sheet);
    c->first = pp_alloc_zero(s->nsheet + 1, sizeof *c->first);
    if (tri == NULL || at == NULL || c->sheet == NULL || c->first == NULL) {
        pp_free(tri);
        pp_free(at);
        return pp_fail_memory(err);
    }
    c->nsheet = s->nsheet;
    for (size_t t = 0; t < m->ntri; t++)
        c->first[m->attribute[t] + 1]++;
    for (size_t n = 0; n < s->nsheet; n++) {
        c->first[n + 1] += c->first[n];
        at[n] = c->first[n];
        c->sheet[n][0] = (uint16_t)(s->pair[n] >> 16);
        c->sheet[n][1] = (uint16_t)(s->pair[n] & 0xffff);
    }
    for (size_t t = 0; t < m->ntri; t++)
        memcpy(tri[at[m->attribute[t]]++], m->tri[t], sizeof *tri);
    pp_free(m->tri);
    pp_free(m->attribute);
    pp_free(at);
    m->attribute = NULL;
    m->tri = tri;
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

/* What each label has after a step. */
typedef enum { STEP_RAW, STEP_SMOOTH, STEP_MADE } step;

static void
enter_step(pp_complex_report *r, size_t nlabel, step which,
           const pp_label_step *of)
{
    for (size_t l = 1; l <= nlabel; l++) {
        pp_label_size *s = &r->size[l];

        *(which == STEP_RAW      ? &s->raw
          : which == STEP_SMOOTH ? &s->smooth
                                 : &s->made) = of[l];
    }
}

static pp_status
enter_lattice(const pp_sheets *s, const pp_surface_options *o, step which,
              pp_label_step *of, pp_complex_report *r, pp_error *err)
{
    if (!o->no_ledger && measure_lattice(s, of, err) == PP_OK)
        enter_step(r, s->map->nlabel, which, of);
    return err->status;
}

pp_status
pp_surface_from_labels(const pp_label_map *map,
                       const pp_surface_options *o, pp_complex *c,
                       pp_complex_report *r, pp_error *err)
{
    pp_label_step *of = pp_alloc(map->nlabel + 1, sizeof *of);
    pp_label_extent *extent = NULL;
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
    if (enter_lattice(&s, o, STEP_RAW, of, r, err) != PP_OK ||
        (o->smooth != PP_SMOOTH_NONE &&
         pp_sheets_smooth(&s, extent, o->smooth, err) != PP_OK) ||
        enter_lattice(&s, o, STEP_SMOOTH, of, r, err) != PP_OK ||
        make_mesh(&s, o, c, r, err) != PP_OK)
        goto done;
    measure(&c->mesh, &s, of);
    enter_step(r, map->nlabel, STEP_MADE, of);
    (void)!sort_sheets(&s, c, err);
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

static bool
has_label(const pp_complex *c, size_t sheet, uint16_t label)
{
    return c->sheet[sheet][0] == label || c->sheet[sheet][1] == label;
}

/* The facets of a label and the range of their vertices. */
typedef struct {
    size_t ntri;
    uint32_t least, most;
} span;

static span
find_span(const pp_complex *c, uint16_t label)
{
    span p = { 0, PP_NONE, 0 };

    for (size_t s = 0; s < c->nsheet; s++)
        for (size_t t = c->first[s];
             t < c->first[s + 1] && has_label(c, s, label); t++, p.ntri++)
            for (int k = 0; k < 3; k++) {
                const uint32_t v = c->mesh.tri[t][k];

                p.least = v < p.least ? v : p.least;
                p.most = v > p.most ? v : p.most;
            }
    return p;
}

/* Vertices keep the order of the complex; labels lie near, and so do theirs. */
pp_status
pp_complex_label(const pp_complex *c, uint16_t label, pp_mesh *mesh,
                 pp_error *err)
{
    const span p = find_span(c, label);
    uint32_t *number, nvert = 0;
    size_t n = 0;

    memset(mesh, 0, sizeof *mesh);
    if (p.ntri == 0)
        return PP_OK;
    number = pp_alloc_zero((size_t)(p.most - p.least) + 1, sizeof *number);
    if (number == NULL)
        return pp_fail_memory(err);
    for (size_t s = 0; s < c->nsheet; s++)
        for (size_t t = c->first[s];
             t < c->first[s + 1] && has_label(c, s, label); t++)
            for (int k = 0; k < 3; k++)
                number[c->mesh.tri[t][k] - p.least] = 1;
    for (size_t v = 0; v <= p.most - p.least; v++)
        number[v] = number[v] ? nvert++ : PP_NONE;
    if (pp_mesh_alloc(mesh, nvert, p.ntri, err) != PP_OK)
        goto done;
    for (size_t v = 0; v <= p.most - p.least; v++)
        if (number[v] != PP_NONE)
            mesh->vert[number[v]] = c->mesh.vert[p.least + v];
    for (size_t s = 0; s < c->nsheet; s++) {
        const bool before = c->sheet[s][1] == label;

        for (size_t t = c->first[s];
             t < c->first[s + 1] && has_label(c, s, label); t++, n++) {
            const uint32_t *v = c->mesh.tri[t];

            mesh->tri[n][0] = number[v[0] - p.least];
            mesh->tri[n][1] = number[v[before ? 2 : 1] - p.least];
            mesh->tri[n][2] = number[v[before ? 1 : 2] - p.least];
        }
    }
done:
    pp_free(number);
    return err->status;
}
