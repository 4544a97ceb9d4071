/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * grey.c - where the grey image has its edges, seen from the mesh
 *
 * Along the normal at each sample the profile is read and its edge found twice:
 * where it passes the half between a plateau inside and one outside, and where
 * it is steepest. Plateaus are read from half the wall and half the gap at the
 * most (rays through the mesh say how much that is): a window across a thin
 * wall takes the other side for the plateau and was seen 0.5 mm wrong on a 2
 * mm wall. Where the wall leaves no room the level inside is that of the rest
 * of the body. Walls below the width of the blur have no such edge: there the
 * integral of the contrast over the profile gives the thickness, since blur
 * keeps the integral (partial volume).
 */
#include "measure/grey.h"

#include "base/alloc.h"
#include "measure/profile.h"
#include "measure/samples.h"

#include <stdlib.h>
#include <string.h>

/* A plateau begins so many units from the mesh, a unit being the voxel's length
 * along the profile, or the blur when that is known and larger: at two sigma
 * an edge has died down to 2.5 %. */
#define CLEAR 2.0
#define REACH 3.5 /* and ends there */
#define BLUR_UNIT 1.2

/* An edge needs this part of the body's contrast, and so many noises. */
#define LEAST_CONTRAST 0.25
#define NOISES 5.0

/* Full width at half maximum of a blur, in its sigma. */
#define FWHM 2.3548

typedef struct {
    bool read, edge, thin, deep;
    double half, gradient, sigma;
    double inside, outside; /* plateaus, NaN without room */
    double wall, integral;  /* thickness: of the mesh, of the profile */
    double weight;
} probe;

typedef struct {
    const pp_mesh *m;
    const pp_grey *grey;
    const pp_bvh *bvh;
    double inside, outside, noise; /* of the whole body; second pass */
    bool second;
    double blur_mm;
    probe *probe;
    pp_vec3 normal;
} task;

/* Room from p along d until the mesh is met again. */
static double
room(const task *k, pp_vec3 p, pp_vec3 d, double limit)
{
    double s = limit;

    if (pp_bvh_ray(k->bvh, p, d, 1e-6 * limit, limit, &s) == PP_NONE)
        return limit;
    return s;
}

/* First pass: levels where there is room for them. */
static void
probe_levels(const task *k, pp_vec3 p, pp_vec3 n, double h, probe *o)
{
    const double reach = REACH * h, clear = CLEAR * h;
    const double gap = room(k, p, n, 2 * reach) / 2;
    pp_profile line;

    o->wall = room(k, p, pp_scale(n, -1), 8 * reach);
    o->inside = o->outside = NAN;
    pp_profile_read(k->grey, p, n, -fmin(reach, o->wall / 2),
                    fmin(reach, gap), &line);
    o->read = line.n >= 5;
    if (!o->read)
        return;
    o->deep = o->wall / 2 >= clear;
    if (o->deep)
        o->inside = pp_profile_mean(&line, -HUGE_VAL, -clear);
    if (gap >= clear)
        o->outside = pp_profile_mean(&line, clear, HUGE_VAL);
}

/* The wall's thickness from the integral of the contrast through it. */
static double
integrate_wall(const task *k, pp_vec3 p, pp_vec3 n, double h,
               const probe *o, double outside)
{
    const double reach = REACH * h;
    const pp_vec3 back = pp_scale(n, -1);
    const double far_gap =
        room(k, pp_madd(p, o->wall, back), back, 2 * reach) / 2;
    const double near_gap = room(k, p, n, 2 * reach) / 2;
    double sum = 0;
    pp_profile line;

    pp_profile_read(k->grey, p, n, -o->wall - fmin(reach, far_gap),
                    fmin(reach, near_gap), &line);
    if (line.n < 5 || far_gap < h || near_gap < h)
        return NAN;
    const double beyond = pp_profile_mean(&line, -HUGE_VAL,
                                          -o->wall - fmin(CLEAR * h, far_gap));

    for (int i = 0; i < line.n; i++) {
        /* the level outside may differ from side to side */
        const double part = (double)i / (line.n - 1);
        const double base =
            isfinite(beyond) ? beyond + part * (outside - beyond) : outside;

        sum += (line.value[i] - base) / (k->inside - base) * line.step;
    }
    return sum;
}

/* Second pass: the edge, now that levels are known. */
static void
probe_edge(const task *k, pp_vec3 p, pp_vec3 n, double h, probe *o)
{
    const double reach = REACH * h;
    const double gap = room(k, p, n, 2 * reach) / 2;
    const double inside = isfinite(o->inside) ? o->inside : k->inside;
    const double outside = isfinite(o->outside) ? o->outside : k->outside;
    const double contrast = inside - outside;
    const int sign = k->inside > k->outside ? 1 : -1;
    double slope = 0, other = 0, s16, s84;
    pp_profile line;

    o->thin = o->wall < FWHM * k->blur_mm;
    if (sign * contrast < LEAST_CONTRAST * fabs(k->inside - k->outside) ||
        fabs(contrast) < NOISES * k->noise)
        return;
    if (o->thin) {
        o->integral = integrate_wall(k, p, n, h, o, outside);
        return;
    }
    pp_profile_read(k->grey, p, n, -fmin(reach, o->wall / 2),
                    fmin(reach, gap), &line);
    o->half = pp_profile_crossing(&line, (inside + outside) / 2, sign, 0,
                                  &slope);
    o->gradient = pp_profile_steepest(&line, sign);
    if (isnan(o->half) || isnan(o->gradient))
        return;
    o->edge = true;
    /* one sigma of a Gaussian edge to either side */
    s84 = pp_profile_crossing(&line, outside + 0.8413 * contrast, sign,
                              o->half, &other);
    s16 = pp_profile_crossing(&line, outside + 0.1587 * contrast, sign,
                              o->half, &other);
    o->sigma = (s16 - s84) / 2;
}

static void
probe_sample(size_t sample, pp_vec3 p, double weight, void *data)
{
    const task *k = data;
    const double h = fmax(pp_grey_step(k->grey, k->normal),
                          BLUR_UNIT * k->blur_mm);
    probe *o = &k->probe[sample];

    if (!k->second) {
        memset(o, 0, sizeof *o);
        o->weight = weight;
        o->half = o->gradient = o->sigma = o->integral = NAN;
        probe_levels(k, p, k->normal, h, o);
    } else if (o->read) {
        probe_edge(k, p, k->normal, h, o);
    }
}

static void
probe_all(const task *shared, const pp_samples *s)
{
#pragma omp parallel
    {
        task mine = *shared;

#pragma omp for schedule(dynamic, 256)
        for (size_t t = 0; t < s->mesh->ntri; t++) {
            const uint32_t *v = s->mesh->tri[t];
            const pp_vec3 a = s->mesh->vert[v[0]];

            mine.normal = pp_unit(pp_cross(pp_sub(s->mesh->vert[v[1]], a),
                                           pp_sub(s->mesh->vert[v[2]], a)));
            if (pp_norm(mine.normal) > 0)
                pp_samples_facet(s, t, probe_sample, &mine);
        }
    }
}

/* ---- from probes to numbers ---- */

static int
by_value(const void *a, const void *b)
{
    const double *x = a, *y = b;

    return *x < *y ? -1 : *x > *y;
}

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
    qsort(v, kept, sizeof *v, by_value);
    return v[kept / 2];
}

typedef enum { INSIDE, OUTSIDE, SIGMA, SCATTER } what;

static double
median_of(const task *k, size_t n, what w, double *room_for)
{
    for (size_t i = 0; i < n; i++) {
        const probe *o = &k->probe[i];

        room_for[i] = !o->read       ? NAN
                      : w == INSIDE  ? o->inside
                      : w == OUTSIDE ? o->outside
                      : w == SIGMA   ? o->sigma
                                     : fabs(o->inside - k->inside);
    }
    return median(room_for, n);
}

/* Levels and noise of the body. */
static pp_status
find_levels(task *k, size_t n, double *list, pp_error *err)
{
    k->inside = median_of(k, n, INSIDE, list);
    k->outside = median_of(k, n, OUTSIDE, list);
    if (isnan(k->outside))
        return pp_fail(err, PP_EGEOM, "the mesh lies outside the image, or "
                       "leaves no background around it");
    if (isnan(k->inside))
        return pp_fail(err, PP_EGEOM, "no place of the mesh is thick enough "
                       "to tell the grey level inside");
    /* plateaus are means of few values: their scatter bounds the noise */
    k->noise = 1.4826 * median_of(k, n, SCATTER, list);
    return PP_OK;
}

static void
sum_up(const task *k, size_t n, pp_grey_report *r, pp_weighed *v)
{
    double area = 0, edge_area = 0, thin_area = 0, mesh = 0, grey = 0;
    size_t count = 0, worst;

    for (size_t i = 0; i < n; i++) {
        const probe *o = &k->probe[i];

        area += o->weight;
        r->nsample++;
        if (o->edge) {
            edge_area += o->weight;
            v[count++] = (pp_weighed){ -o->half, o->weight };
        } else if (o->thin && isfinite(o->integral)) {
            thin_area += o->weight;
            mesh += o->weight * o->wall;
            grey += o->weight * o->integral;
        }
    }
    r->nedge = count;
    r->supported = area > 0 ? edge_area / area : 0;
    r->thin = area > 0 ? thin_area / area : 0;
    r->thin_mesh_mm = thin_area > 0 ? mesh / thin_area : 0;
    r->thin_grey_mm = thin_area > 0 ? grey / thin_area : 0;
    if (count == 0)
        return;
    pp_deviation_from(v, count, &r->half, &worst);
    count = 0;
    for (size_t i = 0; i < n; i++)
        if (k->probe[i].edge)
            v[count++] = (pp_weighed){ -k->probe[i].gradient,
                                       k->probe[i].weight };
    pp_deviation_from(v, count, &r->gradient, &worst);
}

static void
find_places(const task *k, const pp_samples *s, pp_grey_report *r)
{
    double worst[2] = { -1, -1 };

    for (size_t i = 0; i < s->nfacet_sample; i++) {
        const probe *o = &k->probe[i];
        const double d[2] = { fabs(o->half), fabs(o->gradient) };

        for (int w = 0; w < 2 && o->edge; w++)
            if (d[w] > worst[w]) {
                worst[w] = d[w];
                *(w == 0 ? &r->half.worst : &r->gradient.worst) =
                    pp_samples_place(s, i);
            }
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
        for (int f = 0; f < 2; f++) {
            const uint32_t *v = m->tri[e[i + (size_t)f].corner / 3];
            const pp_vec3 a = m->vert[v[0]];

            normal[f] = pp_unit(pp_cross(pp_sub(m->vert[v[1]], a),
                                         pp_sub(m->vert[v[2]], a)));
        }
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
    const double patch = 4 * 3.14159265358979324 * r->blur_mm * r->blur_mm;
    const double n = fmax(1, patch > 0 ? area / patch : 1);
    const double spread = sqrt(fmax(r->half.rms_mm * r->half.rms_mm -
                                    r->half.mean_mm * r->half.mean_mm, 0));
    double curvature;

    r->u_repeat_mm = spread / sqrt(n);
    /* rectangular between the two ways of finding the edge */
    r->u_method_mm =
        fabs(r->half.mean_mm - r->gradient.mean_mm) / sqrt(12);
    /* an edge is biased by sigma^2 times the mean curvature: sigma^2 / R on a
     * ball; rectangular */
    if (mean_curvature(m, &curvature, err) != PP_OK)
        return err->status;
    r->u_curvature_mm = r->blur_mm * r->blur_mm * fabs(curvature) / sqrt(3);
    r->uncertainty_mm = 2 * sqrt(r->u_repeat_mm * r->u_repeat_mm +
                                 r->u_method_mm * r->u_method_mm +
                                 r->u_curvature_mm * r->u_curvature_mm);
    return PP_OK;
}

static pp_status
run_probes(task *k, const pp_samples *s, pp_grey_report *r, pp_error *err)
{
    const size_t n = s->nfacet_sample;
    double *list = pp_alloc(n, sizeof *list);
    pp_weighed *v = pp_alloc(n, sizeof *v);

    k->probe = pp_alloc_zero(n, sizeof *k->probe);
    if (list == NULL || v == NULL || k->probe == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    /* twice: the blur that the first round finds sets the second's windows */
    for (int round = 0; round < 2; round++) {
        k->second = false;
        probe_all(k, s);
        if (find_levels(k, n, list, err) != PP_OK)
            goto done;
        k->second = true;
        probe_all(k, s);
        k->blur_mm = median_of(k, n, SIGMA, list);
        if (isnan(k->blur_mm)) {
            pp_fail(err, PP_EGEOM, "no edge of the image lies near the mesh");
            goto done;
        }
    }
    r->inside = k->inside;
    r->outside = k->outside;
    r->noise = k->noise;
    r->blur_mm = k->blur_mm;
    sum_up(k, n, r, v);
    find_places(k, s, r);
    (void)!find_uncertainty(k->m, r, err);
done:
    pp_free(list);
    pp_free(v);
    pp_free(k->probe);
    return err->status;
}

pp_status
pp_measure_grey(const pp_mesh *m, const pp_grid *image, double spacing_mm,
                pp_grey_report *r, pp_error *err)
{
    pp_grey grey;
    pp_samples s = { 0 };
    pp_bvh *bvh = NULL;
    task k = { .m = m, .grey = &grey };

    memset(r, 0, sizeof *r);
    if (m->ntri == 0)
        return pp_fail(err, PP_EGEOM, "no facets to measure");
    if (pp_grey_prepare(image, &grey, err) != PP_OK ||
        pp_samples_plan(m, spacing_mm, &s, err) != PP_OK ||
        pp_bvh_build(m, &bvh, err) != PP_OK)
        goto done;
    k.bvh = bvh;
    (void)!run_probes(&k, &s, r, err);
done:
    if (bvh != NULL)
        pp_bvh_free(bvh);
    pp_samples_free(&s);
    return err->status;
}

/* ---- verdict ---- */

pp_verdict
pp_grey_judge(const pp_grey_report *r, double tolerance_mm)
{
    const double bias = fabs(r->half.mean_mm), u = r->uncertainty_mm;

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
