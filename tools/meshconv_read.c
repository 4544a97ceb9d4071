/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * meshconv_read.c - one file or many, as one model
 */
#include "meshconv.h"

#include "base/alloc.h"
#include "measure/measure.h"

#include <string.h>

mcv_sums
mcv_add_up(const pp_object *object, size_t n)
{
    mcv_sums s = { .nobject = n };

    s.box = pp_box_empty();
    for (size_t i = 0; i < n; i++) {
        const pp_mesh *m = &object[i].mesh;
        const pp_box box = pp_mesh_box(m);
        pp_error err = { 0 };
        double mm3 = 0;

        if (m->ntri == 0)
            continue;
        s.nfacet += m->ntri;
        s.nvert += m->nvert;
        s.area_mm2 += pp_measure_area(m);
        if (pp_measure_volume(m, &mm3, &err) == PP_OK)
            s.volume_mm3 += mm3;
        pp_box_add(&s.box, box.low);
        pp_box_add(&s.box, box.high);
    }
    return s;
}

static bool
same_text(const char *a, const char *b)
{
    return (a == NULL) == (b == NULL) && (a == NULL || strcmp(a, b) == 0);
}

/* Where a mesh is from and what was done to it, behind what is known. */
static pp_status
add_history(pp_provenance *to, const pp_provenance *from, pp_error *err)
{
    for (size_t i = 0; i < from->ninput; i++)
        if (pp_provenance_add_input(to, from->input[i].role,
                                    from->input[i].sha256,
                                    from->input[i].detail, err) != PP_OK)
            return err->status;
    for (size_t i = 0; i < from->nstep; i++) {
        const pp_prov_step *s = &from->step[i];

        if (pp_provenance_add_step(to, s->tool, s->version, s->options,
                                   s->changes, s->status, err) != PP_OK)
            return err->status;
    }
    return PP_OK;
}

static bool
same_affine(const double a[3][4], const double b[3][4])
{
    for (int r = 0; r < 3; r++)
        for (int c = 0; c < 4; c++)
            if (a[r][c] != b[r][c])
                return false;
    return true;
}

/* Things that lie in different places cannot be told where they lie. */
static pp_status
join_provenance(pp_provenance *to, const pp_provenance *from, pp_error *err)
{
    if (pp_provenance_is_placed(to) != pp_provenance_is_placed(from) ||
        to->has_placement != from->has_placement ||
        (to->has_placement &&
         !same_affine((const double(*)[4])to->placement,
                      (const double(*)[4])from->placement)))
        return pp_fail(err, PP_EGEOM, "does not lie where the first file "
                       "does: --unplace each of them first");
    if (!same_text(to->unit, from->unit) && to->unit != NULL &&
        from->unit != NULL)
        return pp_fail(err, PP_EGEOM, "has another unit than the first file");
    if (!same_text(to->frame, from->frame)) {
        cli_say("files of different or unknown frames: the frame of all is "
                "unknown");
        pp_free(to->frame);
        to->frame = NULL;
    }
    if (!same_text(to->side, from->side)) {
        pp_free(to->side);
        to->side = NULL;
    }
    if (to->has_grid &&
        (!from->has_grid ||
         memcmp(to->dim, from->dim, sizeof to->dim) != 0 ||
         !same_affine((const double(*)[4])to->to_lps,
                      (const double(*)[4])from->to_lps)))
        to->has_grid = false;
    to->has_label = false;
    pp_free(to->label_name);
    to->label_name = NULL;
    return add_history(to, from, err);
}

/* An object that has no name takes its file's label. */
static pp_status
name_objects(pp_model *m, pp_error *err)
{
    for (size_t i = 0; i < m->nobject; i++)
        if (m->object[i].name == NULL && m->provenance.label_name != NULL) {
            m->object[i].name = pp_strdup(m->provenance.label_name);
            if (m->object[i].name == NULL)
                return pp_fail_memory(err);
        }
    return PP_OK;
}

static pp_status
append(pp_model *m, pp_error *err)
{
    pp_model *all = &run.model;
    pp_object *grown;

    if (join_provenance(&all->provenance, &m->provenance, err) != PP_OK)
        return err->status;
    grown = pp_realloc(all->object, all->nobject + m->nobject, sizeof *grown);
    if (grown == NULL)
        return pp_fail_memory(err);
    all->object = grown;
    memcpy(grown + all->nobject, m->object, m->nobject * sizeof *grown);
    all->nobject += m->nobject;
    pp_free(m->object);
    m->object = NULL;
    m->nobject = 0;
    return PP_OK;
}

static pp_status
take_file(int n, pp_error *err)
{
    pp_model m = { 0 };
    pp_format format;

    run.culprit = cli_input(n);
    if (cli_read_model(run.culprit, &m, &format, err) == PP_OK &&
        name_objects(&m, err) == PP_OK) {
        if (n == 0) {
            run.model = m;
            run.format = format;
            return PP_OK;
        }
        (void)!append(&m, err);
    }
    pp_model_free(&m);
    return err->status;
}

/* Coordinates to millimetres, before anything else. */
static pp_status
apply_unit(pp_error *err)
{
    const double mm = asked.unit == NULL || strcmp(asked.unit, "mm") == 0 ? 1
                      : strcmp(asked.unit, "cm") == 0                     ? 10
                      : strcmp(asked.unit, "m") == 0 ? 1000
                                                     : 25.4;
    pp_provenance *p = &run.model.provenance;

    if (asked.unit == NULL)
        return PP_OK;
    if (p->unit != NULL && mm != 1)
        return pp_fail(err, PP_EGEOM, "says itself that its unit is mm: "
                       "--unit=%s would be wrong (--scale scales)",
                       asked.unit);
    if (mm != 1) {
        const pp_move by = pp_move_scale(mm);

        pp_model_transform(&run.model, (const double(*)[4])by.m);
    }
    pp_free(p->unit);
    p->unit = pp_strdup("mm");
    return p->unit != NULL ? PP_OK : pp_fail_memory(err);
}

static pp_status
apply_side(pp_error *err)
{
    pp_provenance *p = &run.model.provenance;

    if (asked.side == NULL)
        return PP_OK;
    if (p->side != NULL && strcmp(p->side, asked.side) != 0)
        return pp_fail(err, PP_EGEOM, "says itself that its side is %s",
                       p->side);
    pp_free(p->side);
    p->side = pp_strdup(asked.side);
    return p->side != NULL ? PP_OK : pp_fail_memory(err);
}

pp_status
mcv_read(pp_error *err)
{
    const int n = cli.noperand > 0 ? cli.noperand : 1;

    for (int i = 0; i < n; i++)
        if (take_file(i, err) != PP_OK)
            return err->status;
    run.culprit = cli_input(0);
    run.format = cli_output_format(run.format);
    if (apply_unit(err) != PP_OK || apply_side(err) != PP_OK)
        return err->status;
    run.before = mcv_add_up(run.model.object, run.model.nobject);
    return PP_OK;
}
