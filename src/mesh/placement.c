/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * placement.c - meshes laid elsewhere than in the scan, and back
 *
 * What is printed seldom lies as the patient did. All that was done to
 * coordinates is one matrix, a similarity, that travels with the mesh; its
 * inverse lays the printed thing back over the scan.
 */
#include "mesh/provenance_text.h"

#include "base/affine.h"

#include <string.h>

/* The columns of a similarity are orthogonal and of one length, up to this
 * share: what matrices printed with seven digits keep. */
#define SIMILAR 1e-6

/* One coordinate; what a row does not ask for is not added, so that shifts by
 * nothing and factors of one keep all bits. */
static double
row_times(const double row[4], pp_vec3 p)
{
    const double in[3] = { p.x, p.y, p.z };
    double sum = 0;
    bool any = false;

    for (int k = 0; k < 3; k++)
        if (row[k] != 0) {
            sum = any ? sum + row[k] * in[k] : row[k] * in[k];
            any = true;
        }
    return row[3] != 0 ? sum + row[3] : sum;
}

void
pp_mesh_transform(pp_mesh *mesh, const double m[3][4])
{
#pragma omp parallel for schedule(static) if (mesh->nvert > 100000)
    for (size_t v = 0; v < mesh->nvert; v++) {
        const pp_vec3 p = mesh->vert[v];

        mesh->vert[v] = pp_vec(row_times(m[0], p), row_times(m[1], p),
                               row_times(m[2], p));
    }
    if (pp_affine_determinant(m) < 0)
        for (size_t t = 0; t < mesh->ntri; t++)
            pp_facet_turn(mesh, t);
}

/* out = b after a */
static void
chain(const double a[3][4], const double b[3][4], double out[3][4])
{
    double c[3][4];

    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 4; k++)
            c[i][k] = b[i][0] * a[0][k] + b[i][1] * a[1][k] +
                      b[i][2] * a[2][k] + (k == 3 ? b[i][3] : 0);
    memcpy(out, c, sizeof c);
}

pp_status
pp_provenance_place(pp_provenance *p, const double m[3][4], pp_error *err)
{
    const bool lps = p->frame != NULL && strcmp(p->frame, "LPS") == 0;
    const bool lost = !p->has_placement && pp_provenance_is_placed(p);

    if (pp_affine_determinant(m) < 0 && p->side != NULL &&
        pp_prov_set(&p->side,
                    strcmp(p->side, "L") == 0   ? "R"
                    : strcmp(p->side, "R") == 0 ? "L"
                                                : p->side,
                    err) != PP_OK)
        return err->status;
    if (lps && pp_prov_set(&p->frame, "placed", err) != PP_OK)
        return err->status;
    if (lost) /* and stays so */
        return PP_OK;
    if (p->has_placement)
        chain((const double(*)[4])p->placement, m, p->placement);
    else
        memcpy(p->placement, m, sizeof p->placement);
    p->has_placement = true;
    return PP_OK;
}

bool
pp_provenance_is_placed(const pp_provenance *p)
{
    return p->has_placement ||
           (p->frame != NULL && strcmp(p->frame, "placed") == 0);
}

/* The square of its scale, or 0 when m is no similarity. */
static double
scale2(const double m[3][4])
{
    double dot[3][3];

    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 3; k++)
            dot[i][k] = m[0][i] * m[0][k] + m[1][i] * m[1][k] +
                        m[2][i] * m[2][k];

    const double s = (dot[0][0] + dot[1][1] + dot[2][2]) / 3;

    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 3; k++)
            if (!(fabs(dot[i][k] - (i == k ? s : 0)) <= SIMILAR * s))
                return 0;
    return s > 0 && isfinite(1 / s) ? s : 0;
}

pp_status
pp_provenance_way_back(const pp_provenance *p, double back[3][4],
                       pp_error *err)
{
    double s;

    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 4; k++)
            back[i][k] = i == k;
    if (!pp_provenance_is_placed(p))
        return PP_OK;
    if (!p->has_placement)
        return pp_fail(err, PP_EUNSUPPORTED, "was laid elsewhere than in the "
                       "scan, and this file does not tell how (PLY does)");
    s = scale2((const double(*)[4])p->placement);
    if (s == 0)
        return pp_fail(err, PP_EFORMAT, "its placement is no rotation, scale "
                       "and shift");
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 3; k++) {
            back[i][k] = p->placement[k][i] / s;
            back[i][3] -= p->placement[k][i] * p->placement[k][3] / s;
        }
    return PP_OK;
}

pp_status
pp_provenance_unplace(pp_provenance *p, pp_mesh *m, pp_error *err)
{
    double back[3][4];

    if (!pp_provenance_is_placed(p))
        return PP_OK;
    if (pp_provenance_way_back(p, back, err) != PP_OK ||
        pp_provenance_place(p, (const double(*)[4])back, err) != PP_OK)
        return err->status;
    pp_mesh_transform(m, (const double(*)[4])back);
    p->has_placement = false;
    return p->frame != NULL ? pp_prov_set(&p->frame, "LPS", err) : PP_OK;
}
