/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nifti.c - what the numbers of a NIfTI header mean
 *
 * A header can place its voxels twice, by the sform (a matrix) and by the
 * qform (a quaternion), or not at all. The sform wins when it is set, since
 * float32 quaternions are the poorer numbers and since programs that align
 * images write their result there; --form chooses. When the two differ by
 * more than FORM_DIFFERENCE_MM anywhere in the image, a note says so.
 */
#include "voxel/format.h"

#include "shim/nifti.h"

#include <string.h>

/*
 * Below this the two forms say the same in their own rounding: a float32
 * quaternion can be 0.4 mm off at the far corner of a 500 mm image.
 */
#define FORM_DIFFERENCE_MM 0.5

typedef double matrix[3][4];

/* The one place where a NIfTI position becomes LPS and millimetres. */
static void
ras_to_lps(matrix ras, double mm_per_unit, matrix lps)
{
    for (int c = 0; c < 4; c++) {
        lps[0][c] = -ras[0][c] * mm_per_unit;
        lps[1][c] = -ras[1][c] * mm_per_unit;
        lps[2][c] = ras[2][c] * mm_per_unit;
    }
}

static double
corner_difference(const pp_nifti *n)
{
    double worst = 0;

    for (int corner = 0; corner < 8; corner++) {
        double d[3];

        for (int r = 0; r < 3; r++) {
            d[r] = n->sto_ras[r][3] - n->qto_ras[r][3];
            for (int c = 0; c < 3; c++)
                if (corner >> c & 1)
                    d[r] += (n->sto_ras[r][c] - n->qto_ras[r][c]) *
                            (double)(n->dim[c + 1] - 1);
        }
        worst = fmax(worst, pp_norm(pp_vec(d[0], d[1], d[2])));
    }
    return worst;
}

static pp_status
unit_of(const pp_nifti *n, pp_volume *volume, double *mm, pp_error *err)
{
    *mm = 1;
    switch (n->xyz_units) {
    case 1:
        *mm = 1000;
        return pp_volume_note(volume, err, "header in metres, turned into mm");
    case 2:
        return PP_OK;
    case 3:
        *mm = 0.001;
        return pp_volume_note(volume, err,
                              "header in micrometres, turned into mm");
    default:
        return pp_volume_note(volume, err,
                              "the header names no unit of length, mm assumed");
    }
}

/* Axes alone, as "method 1" of the standard says: nothing places the image. */
static pp_status
without_form(const pp_nifti *n, pp_volume *volume, matrix ras, pp_error *err)
{
    memset(ras, 0, sizeof(matrix));
    for (int a = 0; a < 3; a++) {
        if (!(n->pixdim[a + 1] > 0))
            return pp_fail(err, PP_EGEOM,
                           "no sform, no qform, and the voxel size along %c "
                           "is %g", "ijk"[a], n->pixdim[a + 1]);
        ras[a][a] = n->pixdim[a + 1];
    }
    return pp_volume_warn(volume, err,
                          "neither sform nor qform is set: axes taken as "
                          "right, anterior, superior; left and right may be "
                          "exchanged, the position is unknown");
}

/* The form that was asked for is not set, or cannot be used. */
static pp_status
check_asked(const pp_nifti *n, pp_form form, pp_error *err)
{
    const bool q = form == PP_FORM_QFORM;
    const char *problem = q ? n->qform_problem : n->sform_problem;

    if (form == PP_FORM_BEST)
        return PP_OK;
    if ((q ? n->qform_code : n->sform_code) <= 0)
        return pp_fail(err, PP_EGEOM, "the %cform is not set", "sq"[q]);
    if (problem[0] != '\0')
        return pp_fail(err, PP_EFORMAT, "%s", problem);
    return PP_OK;
}

static pp_status
choose_form(const pp_nifti *n, const pp_read_options *options,
            pp_volume *volume, matrix ras, pp_error *err)
{
    const char *problem =
        n->sform_problem[0] != '\0' ? n->sform_problem : n->qform_problem;
    const bool sform = n->sform_code > 0 && n->sform_problem[0] == '\0';
    const bool qform = n->qform_code > 0 && n->qform_problem[0] == '\0';
    const bool both = sform && qform;
    const bool take_q = options->form == PP_FORM_QFORM ||
                        (options->form == PP_FORM_BEST && !sform);
    double apart;

    if (check_asked(n, options->form, err) != PP_OK)
        return err->status;
    if (!sform && !qform && problem[0] != '\0')
        return pp_fail(err, PP_EFORMAT, "%s", problem);
    if (!sform && !qform)
        return without_form(n, volume, ras, err);
    memcpy(ras, take_q ? n->qto_ras : n->sto_ras, sizeof(matrix));
    apart = both ? corner_difference(n) : 0;
    if (apart > FORM_DIFFERENCE_MM)
        return pp_volume_warn(volume, err,
                              "sform and qform differ by up to %.3g (units of "
                              "the header): %s taken, --form chooses", apart,
                              take_q ? "qform" : "sform");
    if (problem[0] != '\0')
        return pp_volume_warn(volume, err, "placed by the %s alone: %s",
                              take_q ? "qform" : "sform", problem);
    return pp_volume_note(volume, err, "placed by the %s%s",
                          take_q ? "qform" : "sform",
                          both ? ", the other form agrees" : "");
}

/* Slope 0 and what is not finite mean "not scaled" (the standard). */
static void
set_scale(const pp_nifti *n, pp_grid *g)
{
    g->slope = 1;
    g->intercept = 0;
    if (n->slope != 0 && isfinite(n->slope) && isfinite(n->intercept)) {
        g->slope = n->slope;
        g->intercept = n->intercept;
    }
}

static pp_status
choose_channel(const pp_nifti *n, const pp_read_options *options,
               size_t *channel, pp_error *err)
{
    int64_t count = 1;

    for (int a = 4; a < 8; a++) {
        if (n->dim[a] > INT32_MAX / count)
            return pp_fail(err, PP_EFORMAT, "dimension %d is %lld", a,
                           (long long)n->dim[a]);
        count *= n->dim[a];
    }
    if (count > 1 && options->channel == 0)
        return pp_fail(err, PP_EUNSUPPORTED,
                       "holds %lld volumes (4-D); one must be chosen with "
                       "--channel", (long long)count);
    if (options->channel > (size_t)count)
        return pp_fail(err, PP_EUNSUPPORTED, "has %lld channels, not %zu",
                       (long long)count, options->channel);
    *channel = options->channel > 0 ? options->channel - 1 : 0;
    return PP_OK;
}

pp_status
pp_nifti_volume(const char *path, const pp_read_options *options,
                pp_volume *volume, pp_error *err)
{
    matrix ras, lps;
    pp_nifti n;
    pp_grid *g;
    double mm;
    size_t channel = 0;

    volume->kind = "nifti";
    if (pp_nifti_read_header(path, &n, err) != PP_OK ||
        choose_channel(&n, options, &channel, err) != PP_OK ||
        unit_of(&n, volume, &mm, err) != PP_OK ||
        choose_form(&n, options, volume, ras, err) != PP_OK ||
        pp_volume_add_layers(volume, 1, err) != PP_OK)
        return err->status;
    ras_to_lps(ras, mm, lps);
    g = volume->layer;
    memcpy(g->to_lps, lps, sizeof lps);
    if (pp_grid_check_matrix(g, err) != PP_OK)
        return err->status;
    if (!options->headers_only) {
        if (pp_nifti_read_voxels(path, &n, channel, g, err) != PP_OK)
            return err->status;
    } else {
        if (pp_nifti_type(&n, &g->type, err) != PP_OK)
            return err->status;
        for (int a = 0; a < 3; a++)
            g->dim[a] = (size_t)n.dim[a + 1];
    }
    memcpy(g->to_lps, lps, sizeof lps);
    set_scale(&n, g);
    return PP_OK;
}
