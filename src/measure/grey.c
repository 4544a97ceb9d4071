/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * grey.c - where the grey image has its edges, seen from the mesh
 *
 * Each place of the mesh is probed along its normal (grey_probe.c), against
 * levels of the whole body. These and the width of the blur come from a sample
 * of the places first; then all are probed once.
 */
#include "measure/grey.h"

#include "base/alloc.h"
#include "base/order.h"
#include "measure/grey_probe.h"
#include "measure/samples.h"

#include <stdlib.h>
#include <string.h>

/* Medians of so many places stand for all of them. */
#define PILOTS 20000

/* ---- levels and blur ---- */

/* Median of what is finite; NaN without any. Reorders v. */
static double
median(double *v, size_t n)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++)
        if (isfinite(v[i]))
            v[kept++] = v[i];
    if (kept == 0)
        return NAN;
    qsort(v, kept, sizeof *v, pp_order_double);
    return v[kept / 2];
}

typedef enum { INSIDE, OUTSIDE, SIGMA, SCATTER } what;

static double
median_of(const pp_prober *k, const pp_probe *probe, size_t n, what w,
          double *room_for)
{
    for (size_t i = 0; i < n; i++) {
        const pp_probe *o = &probe[i];

        room_for[i] = !o->read       ? (double)NAN
                      : w == INSIDE  ? o->inside
                      : w == OUTSIDE ? o->outside
                      : w == SIGMA   ? o->sigma
                                     : fabs(o->inside - k->inside);
    }
    return median(room_for, n);
}

/* Places i * stride of the plan. */
static void
probe_some(const pp_prober *k, const pp_probe_plan *plan, size_t stride,
           size_t n, pp_probe *probe)
{
#pragma omp parallel for schedule(dynamic, 256)
    for (size_t i = 0; i < n; i++)
        pp_probe_read(k, &plan->place[i * stride], &probe[i]);
}

/* Levels and noise of the body. */
static pp_status
find_levels(pp_prober *k, const pp_probe *probe, size_t n, double *list,
            pp_error *err)
{
    k->inside = median_of(k, probe, n, INSIDE, list);
    k->outside = median_of(k, probe, n, OUTSIDE, list);
    if (isnan(k->outside))
        return pp_fail(err, PP_EGEOM, "the mesh lies outside the image, or "
                       "leaves no background around it");
    if (isnan(k->inside))
        return pp_fail(err, PP_EGEOM, "no place of the mesh is thick enough "
                       "to tell the grey level inside");
    /* plateaus are means of few values: their scatter bounds the noise */
    k->noise = 1.4826 * median_of(k, probe, n, SCATTER, list);
    return PP_OK;
}

/* Twice: the blur that the first round finds sets the second's windows. */
static pp_status
pilot(pp_prober *k, const pp_probe_plan *plan, pp_error *err)
{
    const size_t stride = plan->n / PILOTS + 1;
    const size_t n = (plan->n + stride - 1) / stride;
    double *list = pp_alloc(n, sizeof *list);
    pp_probe *probe = pp_alloc(n, sizeof *probe);

    if (list == NULL || probe == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    for (int round = 0; round < 2; round++) {
        k->inside = k->outside = NAN;
        probe_some(k, plan, stride, n, probe);
        if (find_levels(k, probe, n, list, err) != PP_OK)
            goto done;
        probe_some(k, plan, stride, n, probe);
        k->blur_mm = median_of(k, probe, n, SIGMA, list);
        if (isnan(k->blur_mm)) {
            pp_fail(err, PP_EGEOM, "no edge of the image lies near the mesh");
            goto done;
        }
    }
done:
    pp_free(list);
    pp_free(probe);
    return err->status;
}

/* ---- from probes to numbers ---- */

/* Of edges at half maximum, or at the steepest place; with where it is. */
static void
find_deviation(const pp_probe_plan *plan, const pp_probe *probe, bool steepest,
               pp_weighed *v, pp_deviation *d)
{
    size_t count = 0, worst = 0, nth;
    double most = -1;

    for (size_t i = 0; i < plan->n; i++) {
        const double off = steepest ? probe[i].gradient : probe[i].half;

        if (!probe[i].edge || !(plan->place[i].weight > 0))
            continue;
        v[count++] = (pp_weighed){ -off, plan->place[i].weight };
        if (fabs(off) > most) {
            most = fabs(off);
            worst = i;
        }
    }
    if (count == 0)
        return;
    pp_deviation_from(v, count, d, &nth);
    d->worst = plan->place[worst].at;
}

static void
sum_up(const pp_probe_plan *plan, const pp_probe *probe, pp_grey_report *r)
{
    double area = 0, edge_area = 0, thin_area = 0, mesh = 0, grey = 0;
    double unread = 0;

    for (size_t i = 0; i < plan->n; i++) {
        const pp_probe *o = &probe[i];
        const double weight = plan->place[i].weight;

        if (!(weight > 0))
            continue;
        area += weight;
        r->nsample++;
        if (!o->read) {
            unread += weight;
        } else if (o->edge) {
            edge_area += weight;
            r->nedge++;
        } else if (o->thin && isfinite(o->integral)) {
            thin_area += weight;
            mesh += weight * o->wall;
            grey += weight * o->integral;
        }
    }
    r->supported = area > 0 ? edge_area / area : 0;
    r->unread = area > 0 ? unread / area : 0;
    r->thin = area > 0 ? thin_area / area : 0;
    r->thin_mesh_mm = thin_area > 0 ? mesh / thin_area : 0;
    r->thin_grey_mm = thin_area > 0 ? grey / thin_area : 0;
}

/* ---- regions ---- */

/* The cube of a place, or PP_GREY_REGIONS outside all of them. */
static size_t
region_of(pp_box box, double edge_mm, pp_vec3 p)
{
    size_t n = 0;

    for (int a = 2; a >= 0; a--) {
        const double at =
            floor((pp_axis(p, a) - pp_axis(box.low, a)) / edge_mm);

        n = n * PP_GREY_CUBES +
            (size_t)fmin(fmax(at, 0), PP_GREY_CUBES - 1);
    }
    return n;
}

/* The places of each region behind one another: first[c] ... first[c + 1]. */
static void
sort_regions(const pp_probe_plan *plan, const pp_probe *probe, pp_box box,
             double edge_mm, size_t *first, pp_weighed *v, pp_grey_region *all)
{
    size_t next[PP_GREY_REGIONS];

    for (size_t i = 0; i < plan->n; i++) {
        const double weight = plan->place[i].weight;
        const size_t c = region_of(box, edge_mm, plan->place[i].at);

        all[c].area_mm2 += weight;
        all[c].centre = pp_madd(all[c].centre, weight, plan->place[i].at);
        if (probe[i].edge && weight > 0) {
            all[c].supported += weight;
            first[c + 1]++;
        }
    }
    for (size_t c = 0; c < PP_GREY_REGIONS; c++) {
        first[c + 1] += first[c];
        next[c] = first[c];
    }
    for (size_t i = 0; i < plan->n; i++)
        if (probe[i].edge && plan->place[i].weight > 0)
            v[next[region_of(box, edge_mm, plan->place[i].at)]++] =
                (pp_weighed){ -probe[i].half, plan->place[i].weight };
}

static void
find_regions(const pp_mesh *m, const pp_probe_plan *plan,
             const pp_probe *probe, pp_weighed *v, pp_grey_report *r)
{
    size_t first[PP_GREY_REGIONS + 1] = { 0 };
    pp_grey_region all[PP_GREY_REGIONS];
    pp_box box = pp_box_empty();
    pp_vec3 size;

    for (size_t i = 0; i < m->nvert; i++)
        pp_box_add(&box, m->vert[i]);
    size = pp_box_size(box);
    r->region_mm = fmax(size.x, fmax(size.y, size.z)) / PP_GREY_CUBES;
    if (!(r->region_mm > 0))
        return;
    memset(all, 0, sizeof all);
    sort_regions(plan, probe, box, r->region_mm, first, v, all);
    for (size_t c = 0; c < PP_GREY_REGIONS; c++) {
        pp_grey_region *to = &r->region[r->nregion];
        size_t worst;

        if (!(all[c].area_mm2 > 0))
            continue;
        *to = all[c];
        to->centre = pp_scale(to->centre, 1 / to->area_mm2);
        to->supported /= to->area_mm2;
        if (first[c + 1] > first[c])
            pp_deviation_from(v + first[c], first[c + 1] - first[c],
                              &to->half, &worst);
        r->nregion++;
    }
}

/*
 * Mean curvature, averaged over the area, in 1/mm: half the sum of edge length
 * times turning angle (Steiner), positive for a ball. Edges without two facets
 * turn by nothing.
 */
static pp_status
mean_curvature(const pp_mesh *m, double *curvature, pp_error *err)
{
    pp_half_edge *e = NULL;
    double sum = 0;
    size_t n;

    *curvature = 0;
    if (pp_mesh_half_edges(m, &e, &n, err) != PP_OK)
        return err->status;
    for (size_t i = 0; i + 1 < n; i++) {
        pp_vec3 normal[2], edge;

        if (e[i].low != e[i + 1].low || e[i].high != e[i + 1].high ||
            e[i].forward == e[i + 1].forward)
            continue;
        for (int f = 0; f < 2; f++)
            normal[f] = pp_unit(
                pp_facet_normal(m, e[i + (size_t)f].corner / 3));
        edge = pp_sub(m->vert[e[i].high], m->vert[e[i].low]);
        if (!e[i].forward)
            edge = pp_scale(edge, -1);
        /* the first facet runs along the edge: convex turns are positive */
        sum += atan2(pp_dot(pp_cross(normal[0], normal[1]), edge),
                     pp_dot(normal[0], normal[1]) * pp_norm(edge)) *
               pp_norm(edge);
        i++;
    }
    pp_free(e);
    *curvature = sum / 2 / pp_measure_area(m);
    return PP_OK;
}

/*
 * Of the mean over the surface. Neighbouring samples see the same noise: a
 * Gaussian blur makes 4 pi sigma^2 of area one independent value.
 */
static pp_status
find_uncertainty(const pp_mesh *m, pp_grey_report *r, pp_error *err)
{
    const double area = pp_measure_area(m) * r->supported;
    const double patch = 4 * M_PI * r->blur_mm * r->blur_mm;
    const double n = fmax(1, patch > 0 ? area / patch : 1);
    const double spread = sqrt(fmax(r->half.rms_mm * r->half.rms_mm -
                                    r->half.mean_mm * r->half.mean_mm, 0));
    double curvature;

    r->u_repeat_mm = spread / sqrt(n);
    /* rectangular between the two ways of finding the edge */
    r->u_method_mm =
        fabs(r->half.mean_mm - r->gradient.mean_mm) / sqrt(12);
    if (mean_curvature(m, &curvature, err) != PP_OK)
        return err->status;
    /* a blur moves an edge towards the centre of curvature by sigma^2 times
     * the mean curvature, sigma^2 / R on a ball. Sigma is the edge's own, and
     * unlike in other directions: half of it is doubt, rectangular */
    r->curvature_mm = r->blur_mm * r->blur_mm * curvature;
    r->bias_mm = r->half.mean_mm - r->curvature_mm;
    r->u_curvature_mm = fabs(r->curvature_mm) / 2 / sqrt(3);
    r->uncertainty_mm = 2 * sqrt(r->u_repeat_mm * r->u_repeat_mm +
                                 r->u_method_mm * r->u_method_mm +
                                 r->u_curvature_mm * r->u_curvature_mm);
    return PP_OK;
}

static void
put_vertices(const pp_probe_plan *plan, const pp_probe *probe, size_t nvert,
             float *deviation)
{
    for (size_t v = 0; v < nvert; v++) {
        const pp_probe *o = &probe[plan->first_vertex + v];

        deviation[v] = o->edge ? -o->half : NAN;
    }
}

pp_status
pp_measure_grey(const pp_mesh *m, const pp_grid *image, double spacing_mm,
                float *deviation, pp_grey_report *r, pp_error *err)
{
    pp_grey grey;
    pp_probe_plan plan = { 0 };
    pp_probe *probe = NULL;
    pp_weighed *v = NULL;
    pp_bvh *bvh = NULL;
    pp_prober k = { .grey = &grey };

    memset(r, 0, sizeof *r);
    if (m->ntri == 0)
        return pp_fail(err, PP_EGEOM, "no facets to measure");
    if (pp_grey_prepare(image, &grey, err) != PP_OK ||
        pp_probe_plan_make(m, spacing_mm, deviation != NULL, &plan, err) !=
            PP_OK ||
        pp_bvh_build(m, &bvh, err) != PP_OK)
        goto done;
    k.bvh = bvh;
    probe = pp_alloc(plan.n, sizeof *probe);
    v = pp_alloc(plan.n, sizeof *v);
    if (probe == NULL || v == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    if (pilot(&k, &plan, err) != PP_OK)
        goto done;
    probe_some(&k, &plan, 1, plan.n, probe);
    r->inside = k.inside;
    r->outside = k.outside;
    r->noise = k.noise;
    r->blur_mm = k.blur_mm;
    sum_up(&plan, probe, r);
    find_deviation(&plan, probe, false, v, &r->half);
    find_deviation(&plan, probe, true, v, &r->gradient);
    find_regions(m, &plan, probe, v, r);
    if (deviation != NULL)
        put_vertices(&plan, probe, m->nvert, deviation);
    (void)!find_uncertainty(m, r, err);
done:
    pp_free(probe);
    pp_free(v);
    if (bvh != NULL)
        pp_bvh_free(bvh);
    pp_probe_plan_free(&plan);
    return err->status;
}

/* ---- verdict ---- */

pp_verdict
pp_grey_judge(const pp_grey_report *r, double tolerance_mm)
{
    const double bias = fabs(r->bias_mm), u = r->uncertainty_mm;

    if (r->nedge > 0 && bias - u > tolerance_mm)
        return PP_VERDICT_FAIL;
    if (r->supported >= 0.95 && bias + u <= tolerance_mm &&
        r->half.p95_mm <= tolerance_mm)
        return PP_VERDICT_PASS;
    return PP_VERDICT_INDETERMINATE;
}

const char *
pp_verdict_name(pp_verdict v)
{
    return v == PP_VERDICT_PASS   ? "PASS"
           : v == PP_VERDICT_FAIL ? "FAIL"
                                  : "INDETERMINATE";
}
