/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * valley.c - an open surface from distances without a sign
 *
 * Signs made from gradients, voxel by voxel, tear: near the surface, where
 * they decide, the gradient turns and noise is all that is left of it. Here
 * the surface comes first and signs after: fits over many voxels (valley_fit.c)
 * give points and normals, which are turned alike over the whole sheet
 * (valley_surfel.c); samples then take their side from the fits around them,
 * and not from their own value (valley_sheet.c). What was carried on beyond
 * the rims is cut back to where the field says (valley_rim.c).
 */
#include "surface/valley.h"

#include "base/alloc.h"
#include "surface/surface.h"
#include "surface/valley_fit.h"

#include <string.h>

#define PINHOLE 3.0      /* voxels, the default */

/* A one-sided sheet has a seam as long as it is wide, and conflicts between
 * many pairs along it; a wild normal has them with its few neighbours. */
#define MOST_CONFLICTS 12

pp_vec3
pp_valley_to_lps(const pp_valley_field *f, pp_vec3 p)
{
    double i[3];

    pp_valley_to_index(f, p, i);
    return pp_affine_point(f->to_lps, i[0], i[1], i[2]);
}

bool
pp_valley_is_mirrored(const double s[3][3])
{
    return s[0][0] * (s[1][1] * s[2][2] - s[1][2] * s[2][1]) -
               s[0][1] * (s[1][0] * s[2][2] - s[1][2] * s[2][0]) +
               s[0][2] * (s[1][0] * s[2][1] - s[1][1] * s[2][0]) < 0;
}

/* Does the way from the room to space turn facets over? */
static bool
is_turned(const pp_valley_field *f)
{
    return (pp_affine_determinant(f->to_lps) < 0) !=
           pp_valley_is_mirrored((const double(*)[3])f->step);
}

/* Facets of a piece face away from its middle, more or less: a bowl's to its
 * outside. */
static pp_status
face_outward(pp_mesh *m, pp_error *err)
{
    uint32_t *part = NULL, npart;
    pp_vec3 *middle = NULL;
    double *sum = NULL, *area = NULL;

    if (pp_mesh_parts(m, &part, &npart, err) != PP_OK)
        return err->status;
    middle = pp_alloc_zero(npart, sizeof *middle);
    sum = pp_alloc_zero(npart, sizeof *sum);
    area = pp_alloc_zero(npart, sizeof *area);
    if (middle == NULL || sum == NULL || area == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    for (int pass = 0; pass < 2; pass++)
        for (size_t t = 0; t < m->ntri; t++) {
            const pp_vec3 a = m->vert[m->tri[t][0]],
                          b = m->vert[m->tri[t][1]],
                          c = m->vert[m->tri[t][2]];
            const pp_vec3 n = pp_cross(pp_sub(b, a), pp_sub(c, a));
            const uint32_t p = part[t];

            if (pass == 0) {
                area[p] += pp_norm(n);
                middle[p] = pp_madd(middle[p], pp_norm(n),
                                    pp_scale(pp_add(a, pp_add(b, c)),
                                             1 / 3.0));
            } else if (area[p] > 0)
                sum[p] += pp_dot(n, pp_sub(a, pp_scale(middle[p],
                                                       1 / area[p])));
        }
    for (size_t t = 0; t < m->ntri; t++)
        if (sum[part[t]] < 0) {
            pp_facet_turn(m, t);
        }
done:
    pp_free(part);
    pp_free(middle);
    pp_free(sum);
    pp_free(area);
    return err->status;
}

static pp_status
refuse_one_sided(const pp_valley_field *f, const pp_surfels *s, pp_error *err)
{
    const pp_vec3 at = pp_valley_to_lps(f, s->conflict);

    if (s->nconflict < MOST_CONFLICTS)
        return PP_OK;
    return pp_fail(err, PP_EGEOM, "a surface of one side only, as a Moebius "
                   "strip: its facets cannot run alike (the seam was met near "
                   "%.5g,%.5g,%.5g mm); --thick makes a solid of it", at.x,
                   at.y, at.z);
}

pp_status
pp_valley_mesh(const pp_valley_field *f, const pp_valley_options *o,
               pp_mesh *m, pp_valley_report *r, pp_error *err)
{
    const double pinhole = fmin(o->pinhole > 0 ? o->pinhole : PINHOLE,
                                PP_VALLEY_MOST_PINHOLE);
    pp_surfels s = { 0 };

    memset(m, 0, sizeof *m);
    memset(r, 0, sizeof *r);
    if (pp_surfels_find(f, &s, err) != PP_OK)
        return err->status;
    r->nsurfel = s.n;
    if (s.npiece == 0) {
        pp_fail(err, PP_EGEOM, "the field has no valley: it is low at points "
                "or along lines at most");
        goto done;
    }
    if (refuse_one_sided(f, &s, err) != PP_OK ||
        pp_valley_sheet(f, &s, m, err) != PP_OK ||
        pp_valley_make_manifold(m, err) != PP_OK ||
        pp_valley_fill(m, M_PI * pinhole, err) != PP_OK ||
        pp_valley_settle(f, m, err) != PP_OK ||
        pp_valley_trim(f, pinhole, m, r, err) != PP_OK ||
        pp_valley_fill(m, M_PI * pinhole, err) != PP_OK)
        goto done;
    if (m->ntri == 0) {
        pp_fail(err, PP_EGEOM, "the valley is narrower than two voxels "
                "everywhere: no surface");
        goto done;
    }
    if (face_outward(m, err) != PP_OK ||
        pp_valley_describe(f, m, r, err) != PP_OK)
        goto done;
    for (size_t v = 0; v < m->nvert; v++)
        m->vert[v] = pp_valley_to_lps(f, m->vert[v]);
    if (is_turned(f))
        for (size_t t = 0; t < m->ntri; t++) {
            pp_facet_turn(m, t);
        }
done:
    pp_surfels_free(&s);
    if (err->status != PP_OK) {
        pp_mesh_free(m);
        pp_valley_report_free(r);
    }
    return err->status;
}

/* ---- signed fields ---- */

pp_status
pp_valley_closed(const pp_valley_field *f, pp_mesh *m, bool *cut,
                 pp_error *err)
{
    const size_t dim[3] = { f->dim[0] + 2, f->dim[1] + 2, f->dim[2] + 2 };
    float *padded = pp_alloc(dim[0] * dim[1] * dim[2], sizeof *padded);
    double to_lps[3][4];

    *cut = false;
    if (padded == NULL)
        return pp_fail_memory(err);
    for (size_t i = 0; i < dim[0] * dim[1] * dim[2]; i++)
        padded[i] = 1;
    for (size_t k = 0; k < f->dim[2]; k++)
        for (size_t j = 0; j < f->dim[1]; j++) {
            const float *row = f->u + (k * f->dim[1] + j) * f->dim[0];

            memcpy(padded + ((k + 1) * dim[1] + j + 1) * dim[0] + 1, row,
                   f->dim[0] * sizeof *row);
            for (size_t i = 0; i < f->dim[0]; i++)
                *cut |= row[i] < 0 &&
                        (i == 0 || j == 0 || k == 0 || i + 1 == f->dim[0] ||
                         j + 1 == f->dim[1] || k + 1 == f->dim[2]);
        }
    memcpy(to_lps, f->to_lps, sizeof to_lps);
    for (int a = 0; a < 3; a++)
        to_lps[a][3] -= to_lps[a][0] + to_lps[a][1] + to_lps[a][2];
    (void)!pp_surface_from_distance(padded, dim,
                                    (const double(*)[4])to_lps, m, err);
    pp_free(padded);
    return err->status;
}
