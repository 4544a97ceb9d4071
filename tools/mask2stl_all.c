/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mask2stl_all.c - all labels at once: a file each, or an object each in one
 *
 * Every label's file is proved as a single one's is. Nothing is written before
 * all have been looked at.
 */
#include "mask2stl_all.h"
#include "names.h"

#include "base/alloc.h"
#include "measure/measure.h"
#include "render/render.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

m2s_everything all;

static void
free_part(m2s_part *p)
{
    pp_free(p->path);
    pp_bytes_free(&p->bytes);
    m2s_free_ledger(&p->ledger);
    pp_report_free(&p->report);
}

static void
free_all(void)
{
    for (size_t n = 0; n < all.npart; n++)
        free_part(&all.part[n]);
    pp_free(all.part);
    pp_free(all.extent);
    pp_label_map_free(&all.map);
    pp_complex_free(&all.complex);
    pp_complex_report_free(&all.made);
    pp_bytes_free(&all.bytes);
}

/* Does the work for each part, side by side; the first failure counts. */
static pp_status
each_part(pp_status (*work)(m2s_part *p, pp_error *err), pp_error *err)
{
    size_t failed = all.npart;

    #pragma omp parallel for schedule(dynamic, 1)
    for (size_t n = 0; n < all.npart; n++) {
        pp_error own = { PP_OK, "" };

        if (work(&all.part[n], &own) == PP_OK)
            continue;
        #pragma omp critical
        if (n < failed) {
            failed = n;
            *err = own;
        }
    }
    return err->status;
}

/* ---- the map ---- */

static pp_status
clean_label(m2s_part *p, pp_error *err)
{
    const pp_label_extent *e = &all.extent[p->label];
    const pp_connect connect = m2s_connect(&run.how);
    m2s_ledger *l = &p->ledger;
    pp_mask mask = { 0 };

    if ((asked.min_island > 0 || asked.largest > 0) &&
        pp_label_map_mask(&all.map, p->label, e, 0, &mask, err) == PP_OK &&
        pp_mask_keep_largest(&mask, connect, asked.min_island,
                             asked.largest > 0 ? asked.largest : SIZE_MAX,
                             &l->dropped, &l->ndropped, err) == PP_OK)
        (void)!pp_label_map_put(&all.map, p->label, e, 0, &mask);
    pp_mask_free(&mask);
    if (err->status == PP_OK && asked.fill_cavities > 0)
        (void)!pp_label_map_fill_cavities(&all.map, p->label, e, connect,
                                          asked.fill_cavities, &l->filled,
                                          &l->nfilled, err);
    return err->status;
}

static pp_status
take_stock(m2s_part *p, pp_error *err)
{
    pp_mask mask = { 0 };

    p->nvoxel = all.extent[p->label].nvoxel;
    if (!m2s_wants_numbers() || p->nvoxel == 0)
        return PP_OK;
    if (pp_label_map_mask(&all.map, p->label, &all.extent[p->label], 1, &mask,
                          err) == PP_OK)
        (void)!m2s_take_stock(&mask, m2s_connect(&run.how), &p->ledger, err);
    pp_mask_free(&mask);
    return err->status;
}

/* Labels without voxels have no part, but are named. */
static pp_status
list_parts(pp_error *err)
{
    const pp_volume *v = &run.volume;

    all.part = pp_alloc_zero(v->nsegment, sizeof *all.part);
    if (all.part == NULL)
        return pp_fail_memory(err);
    for (size_t s = 0; s < v->nsegment; s++) {
        const pp_segment *g = &v->segment[s];

        if (all.extent[s + 1].nvoxel > 0) {
            all.part[all.npart].segment = g;
            all.part[all.npart++].label = (uint16_t)(s + 1);
            continue;
        }
        cli_say("label %lu has no voxels%s%s: nothing is made of it",
                (unsigned long)g->number, g->problem != NULL ? ": " : "",
                g->problem != NULL ? g->problem : "");
        if (g->problem != NULL)
            all.status = CLI_LOOK;
    }
    if (all.npart == 0)
        return pp_fail(err, PP_EGEOM, "no voxel has a label");
    return PP_OK;
}

static pp_status
name_files(pp_error *err)
{
    for (size_t n = 0; n < all.npart && !all.one_file; n++) {
        m2s_part *p = &all.part[n];

        if (names_make(cli.output, (unsigned long)p->segment->number,
                       p->segment->name, "label", &p->path, err) != PP_OK)
            return err->status;
        for (size_t m = 0; m < n; m++)
            if (strcmp(all.part[m].path, p->path) == 0)
                return pp_fail(err, PP_EGEOM, "labels %lu and %lu would both "
                               "be written to one file: -o needs %%n",
                               (unsigned long)all.part[m].segment->number,
                               (unsigned long)p->segment->number);
    }
    return PP_OK;
}

static pp_status
make_map(pp_error *err)
{
    pp_volume *v = &run.volume;

    if (pp_label_map_from_volume(v, &all.map, err) != PP_OK)
        return err->status;
    for (size_t l = 0; l < v->nlayer; l++) { /* the map has all of it */
        pp_free(v->layer[l].voxel);
        v->layer[l].voxel = NULL;
    }
    if (pp_label_map_extents(&all.map, &all.extent, err) != PP_OK ||
        list_parts(err) != PP_OK || name_files(err) != PP_OK)
        return err->status;
    if (asked.min_island > 0 || asked.largest > 0 || asked.fill_cavities > 0) {
        /* one after the other: they change the map that all look at */
        for (size_t n = 0; n < all.npart; n++)
            if (clean_label(&all.part[n], err) != PP_OK)
                return err->status;
        pp_free(all.extent);
        if (pp_label_map_extents(&all.map, &all.extent, err) != PP_OK)
            return err->status;
    }
    return each_part(take_stock, err);
}

/* ---- proof ---- */

/* What a reader will have of a part, against its voxels. */
static pp_status
verify(m2s_part *p, pp_error *err)
{
    const pp_mesh *read = p->read;
    pp_mask mask = { 0 }, back = { 0 };
    bool within = false;

    p->status = CLI_GOOD;
    p->nchanged = p->nadded = 0;
    pp_report_free(&p->report);
    if (pp_label_map_mask(&all.map, p->label, &all.extent[p->label], 2, &mask,
                          err) != PP_OK ||
        pp_surface_to_mask(read, &mask, &back, err) != PP_OK ||
        pp_surface_is_within(read, &mask, &within, err) != PP_OK ||
        pp_check(read, NULL, &p->report, err) != PP_OK)
        goto done;
    for (size_t v = 0; v < mask.dim[0] * mask.dim[1] * mask.dim[2]; v++) {
        p->nchanged += back.in[v] != mask.in[v];
        p->nadded += back.in[v] > mask.in[v];
    }
    if (p->nchanged > 0 || !within || pp_report_ndefect(&p->report) > 0)
        p->status = CLI_LOOK;
done:
    pp_mask_free(&mask);
    pp_mask_free(&back);
    return err->status;
}

static pp_status
look_at_part(m2s_part *p, pp_error *err)
{
    const pp_mesh *read = p->read;

    p->nfacet = read->ntri;
    p->nvert = read->nvert;
    p->area_mm2 = pp_measure_area(read);
    if (pp_measure_volume(read, &p->volume_mm3, err) != PP_OK)
        return err->status;
    return asked.no_verify ? PP_OK : verify(p, err);
}

static pp_status
part_provenance(const m2s_part *p, pp_provenance *prov, int status,
                pp_error *err)
{
    char changed[24] = "unknown", changes[200];

    if (!asked.no_verify)
        snprintf(changed, sizeof changed, "%zu", p->nchanged);
    snprintf(changes, sizeof changes, "facets=%zu voxels=%zu "
             "dropped_islands=%zu filled_cavities=%zu voxels_changed=%s "
             "walls=shared", p->nfacet, p->nvoxel, p->ledger.ndropped,
             p->ledger.nfilled, changed);
    return m2s_make_provenance(prov, all.map.dim,
                               (const double(*)[4])all.map.to_lps, p->segment,
                               changes, status, err);
}

static pp_status
encode_part(m2s_part *p, const pp_mesh *mesh, pp_mesh *read, pp_error *err)
{
    pp_provenance prov = { 0 };

    pp_mesh_free(read);
    pp_bytes_free(&p->bytes);
    p->nfacet = mesh->ntri;
    if (part_provenance(p, &prov, p->status, err) == PP_OK)
        (void)!cli_encode_mesh(mesh, &prov, run.format, NULL, &p->bytes, read,
                               err);
    pp_provenance_free(&prov);
    return err->status;
}

/* The bytes of a part's own file, looked at; they say how it came out. */
static pp_status
make_part(m2s_part *p, pp_error *err)
{
    pp_mesh mesh = { 0 }, read = { 0 };

    p->status = CLI_GOOD;
    p->read = &read;
    if (pp_complex_label(&all.complex, p->label, &mesh, err) == PP_OK &&
        encode_part(p, &mesh, &read, err) == PP_OK &&
        look_at_part(p, err) == PP_OK && p->status != CLI_GOOD)
        (void)!encode_part(p, &mesh, &read, err);
    p->read = NULL;
    pp_mesh_free(&mesh);
    pp_mesh_free(&read);
    return err->status;
}

/* ---- one file ---- */

static pp_status
fill_model(pp_model *model, int status, pp_error *err)
{
    char changes[80];

    model->object = pp_alloc_zero(all.npart, sizeof *model->object);
    if (model->object == NULL)
        return pp_fail_memory(err);
    model->nobject = all.npart;
    for (size_t n = 0; n < all.npart; n++) {
        const m2s_part *p = &all.part[n];
        pp_object *o = &model->object[n];

        if (p->segment->name != NULL &&
            (o->name = pp_strdup(p->segment->name)) == NULL)
            return pp_fail_memory(err);
        o->has_colour = true;
        if (p->segment->has_colour)
            memcpy(o->rgb, p->segment->rgb, sizeof o->rgb);
        else
            pp_colour_label(p->label, o->rgb);
        if (pp_complex_label(&all.complex, p->label, &o->mesh, err) != PP_OK)
            return err->status;
    }
    snprintf(changes, sizeof changes, "facets=%zu labels=%zu walls=shared",
             all.complex.mesh.ntri, all.npart);
    return m2s_make_provenance(&model->provenance, all.map.dim,
                               (const double(*)[4])all.map.to_lps, NULL,
                               changes, status, err);
}

static pp_status
encode_all(int status, pp_model *back, pp_error *err)
{
    pp_encode_options how = { .keep_comments = cli.keep_comments };
    pp_bytes png = { 0 };
    pp_model model = { 0 };
    pp_format found;

    pp_bytes_free(&all.bytes);
    pp_model_free(back);
    if (fill_model(&model, status, err) == PP_OK &&
        cli_draw_thumbnail(&model, run.format, &png, &how, err) == PP_OK &&
        pp_model_encode(&model, run.format, &how, &all.bytes, err) == PP_OK &&
        pp_model_decode(all.bytes.data, all.bytes.size, back, &found, err) ==
            PP_OK && (found != run.format || back->nobject != all.npart))
        pp_fail(err, PP_EBUG, "the encoded model reads back as something else");
    pp_bytes_free(&png);
    pp_model_free(&model);
    return err->status;
}

/* ---- all files ---- */

static int
worst_status(void)
{
    int status = all.status;

    for (size_t n = 0; n < all.npart; n++)
        status = all.part[n].status > status ? all.part[n].status : status;
    if (asked.triangles > 0 && all.complex.mesh.ntri > asked.triangles)
        status = CLI_LOOK;
    return status;
}

static pp_status
prove_all(pp_error *err)
{
    pp_model back = { 0 };

    m2s_begin_stage("proof");
    if (!all.one_file)
        return each_part(make_part, err);
    if (encode_all(CLI_GOOD, &back, err) != PP_OK)
        goto done;
    for (size_t n = 0; n < all.npart; n++)
        all.part[n].read = &back.object[n].mesh;
    if (each_part(look_at_part, err) == PP_OK && worst_status() != CLI_GOOD)
        (void)!encode_all(worst_status(), &back, err);
done:
    pp_model_free(&back);
    return err->status;
}

static pp_status
make_surfaces(pp_error *err)
{
    m2s_begin_stage("surface");
    pp_complex_free(&all.complex);
    pp_complex_report_free(&all.made);
    return pp_surface_from_labels(&all.map, &run.how, &all.complex, &all.made,
                                  err);
}

/* Decimation that does not stand the proof in any label is taken back. */
static pp_status
make_proved(pp_error *err)
{
    bool good = true;

    run.how.no_ledger = !m2s_wants_numbers();
    if (make_surfaces(err) != PP_OK || prove_all(err) != PP_OK)
        return err->status;
    for (size_t n = 0; n < all.npart; n++)
        good &= all.part[n].status == CLI_GOOD;
    if (good || !run.how.decimate)
        return PP_OK;
    run.how.decimate = false;
    all.taken_back = true;
    if (make_surfaces(err) != PP_OK)
        return err->status;
    return prove_all(err);
}

static pp_status
write_all(pp_error *err)
{
    m2s_begin_stage("writing");
    if (all.one_file)
        return cli_write(&all.bytes, run.format, err);
    for (size_t n = 0; n < all.npart; n++) {
        m2s_part *p = &all.part[n];

        if (cli_write_to(p->path, &p->bytes, run.format, err) != PP_OK) {
            run.culprit = p->path;
            p->path = NULL;
            return err->status;
        }
    }
    return PP_OK;
}

/* ---- all of it ---- */

pp_status
m2s_make_all(int *status, pp_error *err)
{
    run.format = cli_output_format(PP_FORMAT_STL);
    all.one_file = !names_is_pattern(cli.output);
    if (all.one_file && !pp_format_find(run.format)->objects)
        cli_misuse("--all makes a file of each label: -o needs %%n (number) "
                   "or %%l (name), or a name that ends in .3mf, .glb, .obj or "
                   ".vtp");
    m2s_begin_stage("mask");
    if (make_map(err) != PP_OK || make_proved(err) != PP_OK)
        goto done;
    m2s_say_all();
    if (write_all(err) != PP_OK || m2s_write_all_json(worst_status(), err) != PP_OK)
        goto done;
    m2s_say_stages();
    *status = worst_status();
done:
    free_all();
    return err->status;
}
