/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * draw.c - a part's pictures, the ranges of their colours, and the 3-D copy
 *
 * model.ply is what is shown; thickness.ply and deviation.ply carry a number
 * at each vertex. When their vertices are others than the model's, a vertex of
 * the model takes the number of the nearest one.
 */
#include "dossier/book.h"

#include "base/alloc.h"
#include "base/inside.h"
#include "base/order.h"
#include "meshio/meshio.h"

#include <math.h>
#include <stdlib.h>

/* Bytes of the whole page that go into copies for the viewer. */
#define VIEW_BYTES 2600000.0
#define BYTES_PER_FACET 13.4 /* 10, in base64 */
#define MOST_FACETS 30000.0
#define LEAST_FACETS 2000.0

/* No part of a patient is 100 m long: such a file is not drawn. */
#define LARGEST_MM 1e5

static const shown_as count = { 0, NULL, 1 };
static const shown_as mm = { 3, "mm", 1 };
static const shown_as exact_mm = { SHOWN_EXACT, "mm", 1 };

/* Where each quantity's numbers may be, the first name that is there. */
static const struct {
    const char *file;
    const char *property[3];
} source_of[NQUANTITY] = {
    { "thickness.ply", { "thickness_mm", "thickness", "thickness_ray_mm" } },
    { "deviation.ply", { "distance_mm", "deviation_mm", "deviation" } },
};

/* ---- reading ---- */

/* Not being there is no failure: the mesh is then empty. */
static pp_status
read_mesh(const book *b, const case_part *p, const char *name,
          const char *property, pp_mesh *mesh, float **value, pp_error *err)
{
    pp_bytes bytes = { 0 };
    pp_error why = { 0 };

    memset(mesh, 0, sizeof *mesh);
    *value = NULL;
    if (pp_inside_read(b->folder, p->folder, name, 0, &bytes, &why) == PP_OK)
        (void)!pp_ply_read_field(bytes.data, bytes.size, property, mesh,
                                 value, &why);
    pp_bytes_free(&bytes);
    if (why.status == PP_EUNSUPPORTED)
        return pp_fail(err, PP_EFORMAT, "%s: %s", name, why.message);
    if (why.status == PP_ENOMEM)
        return pp_fail_memory(err);
    if (why.status == PP_OK && mesh->ntri == 0)
        pp_mesh_free(mesh);
    return PP_OK;
}

static pp_status
read_values(const book *b, const case_part *p, size_t q, pp_mesh *mesh,
            float **value, pp_error *err)
{
    for (size_t n = 0; n < 3; n++) {
        if (read_mesh(b, p, source_of[q].file, source_of[q].property[n], mesh,
                      value, err) != PP_OK)
            return err->status;
        if (*value != NULL || mesh->ntri == 0)
            return PP_OK;
        pp_mesh_free(mesh);
    }
    return PP_OK;
}

static bool
are_same(const pp_mesh *a, const pp_mesh *b)
{
    return a->nvert == b->nvert &&
           memcmp(a->vert, b->vert, a->nvert * sizeof *a->vert) == 0;
}

/* Values at the vertices of `to`. */
static pp_status
carry(const pp_mesh *from, const float *value, const pp_mesh *to,
      float *carried, pp_error *err)
{
    pp_bvh *tree;

    if (are_same(from, to)) {
        memcpy(carried, value, to->nvert * sizeof *value);
        return PP_OK;
    }
    if (pp_bvh_build(from, &tree, err) != PP_OK)
        return err->status;
    for (size_t v = 0; v < to->nvert; v++) {
        const pp_nearest near = pp_bvh_nearest(tree, to->vert[v], HUGE_VAL);
        double least = HUGE_VAL;

        carried[v] = NAN;
        for (int k = 0; near.facet != PP_NONE && k < 3; k++) {
            const uint32_t w = from->tri[near.facet][k];
            const double d = pp_distance(from->vert[w], to->vert[v]);

            if (d < least) {
                least = d;
                carried[v] = value[w];
            }
        }
    }
    pp_bvh_free(tree);
    return PP_OK;
}

/* ---- ranges of colours ---- */

/* What 99 % of the finite values do not exceed in size; NAN: none. */
static pp_status
most_of(const float *value, size_t n, double *most, pp_error *err)
{
    float *size = pp_alloc(n, sizeof *size);
    size_t m = 0;

    *most = NAN;
    if (size == NULL)
        return pp_fail_memory(err);
    for (size_t v = 0; v < n; v++)
        if (isfinite(value[v]))
            size[m++] = fabsf(value[v]);
    qsort(size, m, sizeof *size, pp_order_float);
    if (m > 0)
        *most = (double)size[(size_t)(0.99 * (double)(m - 1))];
    pp_free(size);
    return PP_OK;
}

/* The least of 1, 2, 3 and 5 times a power of ten that is at least x > 0. */
static double
round_up(double x)
{
    static const double step[] = { 1, 2, 3, 5, 10 };
    const double ten = pow(10, floor(log10(x)));

    for (size_t n = 0; n < 5; n++)
        if (step[n] * ten >= x * (1 - 1e-9))
            return step[n] * ten;
    return 10 * ten;
}

static pp_status
set_range(book *b, size_t n, size_t q, const float *value, size_t nvalue)
{
    const document *d = walls_of(&b->part[n]);
    const double wanted = q == 0 ? doc_number(d, "walls/wanted_mm")
                                 : (double)NAN;
    colours *c = &b->part[n].colour[q];
    double most;

    if (most_of(value, nvalue, &most, &b->failure) != PP_OK ||
        isnan(most))
        return b->failure.status;
    c->there = true;
    c->high = wanted > 0 ? 2 * wanted : most > 0 ? round_up(most) : 1;
    c->low = q == 0 ? 0 : -c->high;
    c->mark = wanted > 0 ? wanted : (double)NAN;
    c->fact_low = fact_made(b, n, c->low, exact_mm, "lower end of the colours");
    c->fact_high = fact_made(b, n, c->high, exact_mm,
                             wanted > 0 ? "upper end of the colours: twice "
                                          "the wall asked"
                                        : "upper end of the colours: what 99 "
                                          "in 100 vertices do not exceed, "
                                          "rounded up");
    c->fact_mark = wanted > 0
                       ? fact_number(b, n, d, "walls/wanted_mm", exact_mm)
                       : NO_FACT;
    return b->failure.status;
}

/* ---- pictures ---- */

static size_t
width_for(size_t nparts)
{
    return nparts <= 8 ? 400 : nparts <= 24 ? 280 : 180;
}

static pp_status
draw_row(book *b, size_t n, const pp_mesh *mesh, size_t row,
         const float *value)
{
    case_part *p = &b->part[n];
    pp_picture_options o = { .value = value };
    double bar_mm = 0;

    if (row > 0) {
        o.low = p->colour[row - 1].low;
        o.high = p->colour[row - 1].high;
        o.has_mark = isfinite(p->colour[row - 1].mark);
        o.mark = p->colour[row - 1].mark;
    }
    for (size_t v = 0; v < PP_NVIEW; v++)
        if (pp_render_view(mesh, &o, v, width_for(b->npart), &bar_mm,
                           &p->picture[row * PP_NVIEW + v],
                           &b->failure) != PP_OK)
            return b->failure.status;
    if (row == 0)
        p->bar = fact_made(b, n, bar_mm, exact_mm,
                           "length of the bar in the pictures");
    return PP_OK;
}

static void
tell_pictures(book *b, size_t n)
{
    words *w = &b->part[n].picture_note;

    say(b, w, "All pictures have one scale; the bar is ");
    say_fact(b, w, b->part[n].bar);
    say(b, w, " long. R, L: the patient's right and left; A, P: front and "
        "back; S, I: top and bottom.");
    if (b->npart > 8) {
        say(b, w, " Pictures are small, as there are many parts: ");
        say_fact(b, w, fact_made(b, n, (double)width_for(b->npart),
                                 (shown_as){ 0, "pixels", 1 },
                                 "width of the pictures"));
        say(b, w, ".");
    }
}

static void
tell_view(book *b, size_t n, const pp_mesh *mesh, const view_told *told)
{
    words *w = &b->part[n].view_note;

    say(b, w, told->facets < mesh->ntri ? "A smaller copy: "
                                        : "All facets: ");
    say_fact(b, w, fact_made(b, n, (double)told->facets, count,
                             "facets of the copy for the viewer"));
    if (told->facets < mesh->ntri) {
        say(b, w, " of ");
        say_fact(b, w, fact_made(b, n, (double)mesh->ntri, count,
                                 "facets of the model that is shown"));
        say(b, w, " facets; where vertices were joined, the least thickness "
            "and the largest deviation of them is shown");
    }
    say(b, w, "; no vertex of it is farther from the model than ");
    say_fact(b, w, fact_made(b, n, told->apart_mm, mm,
                             "largest distance of a vertex of the copy from "
                             "the model"));
    say(b, w, ". Never print from it.");
}

static pp_status
draw_view(book *b, size_t n, const pp_mesh *mesh,
          float *const value[NQUANTITY])
{
    const double share = VIEW_BYTES / BYTES_PER_FACET / (double)b->npart;
    const view_source from = {
        mesh, { value[0], value[1] },
        (size_t)fmin(fmax(share, LEAST_FACETS), MOST_FACETS)
    };
    view_told told;
    pp_error why = { 0 };

    if (view_make(&from, b->part[n].colour, &b->part[n].view, &told, &why) ==
        PP_OK)
        tell_view(b, n, mesh, &told);
    else
        pp_bytes_free(&b->part[n].view);
    return why.status == PP_ENOMEM ? pp_fail_memory(&b->failure) : PP_OK;
}

/* ---- all of it ---- */

typedef struct {
    pp_mesh mesh; /* of the model */
    pp_mesh other[NQUANTITY];
    float *raw[NQUANTITY], *value[NQUANTITY];
} drawing;

static void
free_drawing(drawing *d)
{
    pp_mesh_free(&d->mesh);
    for (size_t q = 0; q < NQUANTITY; q++) {
        pp_mesh_free(&d->other[q]);
        pp_free(d->raw[q]);
        pp_free(d->value[q]);
    }
}

/* The model, or the mesh of the last step that left one. */
static pp_status
read_model(const book *b, const case_part *p, drawing *d, pp_error *err)
{
    float *none = NULL;

    if (read_mesh(b, p, "model.ply", NULL, &d->mesh, &none, err) != PP_OK)
        return err->status;
    for (size_t k = p->nstep; k-- > 0 && d->mesh.ntri == 0;)
        if (p->step[k].mesh != NULL &&
            read_mesh(b, p, p->step[k].mesh, NULL, &d->mesh, &none, err) !=
                PP_OK)
            return err->status;
    if (d->mesh.ntri > 0 && !(pp_norm(pp_box_size(pp_mesh_box(&d->mesh))) <
                              LARGEST_MM))
        pp_mesh_free(&d->mesh);
    return PP_OK;
}

static pp_status
prepare(book *b, size_t n, drawing *d)
{
    case_part *p = &b->part[n];
    pp_error *err = &b->failure;

    if (read_model(b, p, d, err) != PP_OK)
        return err->status;
    for (size_t q = 0; q < NQUANTITY && d->mesh.ntri > 0; q++) {
        if (read_values(b, p, q, &d->other[q], &d->raw[q], err) != PP_OK)
            return err->status;
        if (d->raw[q] == NULL)
            continue;
        d->value[q] = pp_alloc(d->mesh.nvert, sizeof *d->value[q]);
        if (d->value[q] == NULL)
            return pp_fail_memory(err);
        if (carry(&d->other[q], d->raw[q], &d->mesh, d->value[q], err) !=
                PP_OK ||
            set_range(b, n, q, d->value[q], d->mesh.nvert) != PP_OK)
            return err->status;
    }
    return PP_OK;
}

void
book_draw(book *b, size_t n)
{
    drawing d = { 0 };

    if (!book_fine(b))
        return;
    b->part[n].bar = NO_FACT;
    if (prepare(b, n, &d) != PP_OK || d.mesh.ntri == 0)
        goto done;
    if (draw_row(b, n, &d.mesh, 0, NULL) != PP_OK)
        goto done;
    for (size_t q = 0; q < NQUANTITY; q++)
        if (b->part[n].colour[q].there &&
            draw_row(b, n, &d.mesh, 1 + q, d.value[q]) != PP_OK)
            goto done;
    tell_pictures(b, n);
    (void)!draw_view(b, n, &d.mesh, d.value);
done:
    free_drawing(&d);
}
