/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * random.c - the promise on masks that nobody drew
 *
 * Every mask of two voxels cubed and random ones of six, smoothed, decimated,
 * written as STL, read back and voxelised by solid angles (judge.c), which
 * shares no code with the tool. With LONG=1 there are 2,000 masks in all.
 */
#include "check/check.h"
#include "judge.h"
#include "meshio/meshio.h"
#include "surface/surface.h"

#include <stdlib.h>

/* What a reader of the file has. */
static pp_mesh
through_stl(pp_mesh *mesh)
{
    pp_model model = { 0 }, back = { 0 };
    pp_format format = PP_FORMAT_NONE;
    pp_bytes bytes = { 0 };
    pp_error err = { 0 };
    pp_mesh read;

    ck_ok(pp_model_from_mesh(&model, mesh, &err), err);
    ck_ok(pp_model_encode(&model, PP_FORMAT_STL, NULL, &bytes, &err), err);
    ck_ok(pp_model_decode(bytes.data, bytes.size, &back, &format, &err), err);
    ck_ok(pp_model_join(&back, &read, &err), err);
    pp_model_free(&model);
    pp_model_free(&back);
    pp_bytes_free(&bytes);
    return read;
}

static void
expect_lossless(const pp_mask *m, const pp_surface_options *o)
{
    pp_report report = { 0 };
    pp_error err = { 0 };
    pp_mesh mesh, read;

    ck_ok(pp_surface_from_mask(m, o, &mesh, NULL, &err), err);
    read = through_stl(&mesh);
    judge_closed_manifold(&read);
    ck_ok(pp_check(&read, NULL, &report, &err), err);
    ck_assert_uint_eq(pp_report_ndefect(&report), 0);
    ck_assert_uint_eq(judge_voxels_changed(&read, m), 0);
    pp_report_free(&report);
    pp_mesh_free(&read);
}

static pp_surface_options
some_options(int trial)
{
    return (pp_surface_options){
        .smooth = trial % 3 == 0 ? PP_SMOOTH_FAST : PP_SMOOTH_LOSSLESS,
        .separate = trial % 2, .decimate = true,
        .max_error_mm = trial % 5 == 0 ? 2 : 0
    };
}

START_TEST(every_mask_of_two_voxels_cubed_comes_back)
{
    const size_t dim[3] = { 2, 2, 2 };

    for (int bits = 1; bits < 256; bits++) {
        const double mm[3] = { 0.7, 0.7, bits % 2 ? 0.7 : 3 };
        const pp_surface_options o = some_options(bits);
        pp_mask m = judge_mask(dim, mm);

        for (int v = 0; v < 8; v++)
            m.in[v] = bits >> v & 1;
        expect_lossless(&m, &o);
        pp_mask_free(&m);
    }
}
END_TEST

START_TEST(random_masks_come_back)
{
    const char *set = getenv("LONG");
    const bool all = set != NULL && set[0] == '1';
    const size_t dim[3] = { 6, 6, 6 };
    pp_random r = { 2026 };

    for (int trial = 0; trial < 1745; trial++) {
        const double mm[3] = { 0.7, 0.8, trial % 4 ? 0.9 : 5 };
        const double p = 0.1 + 0.1 * (trial % 9);
        const pp_surface_options o = some_options(trial);
        pp_mask m = judge_random_mask(&r, dim, mm, p);

        /* 435: two sheets crossed once */
        if (all || trial < 60 || trial == 435)
            expect_lossless(&m, &o);
        pp_mask_free(&m);
    }
}
END_TEST

PP_TESTS("surface/random", every_mask_of_two_voxels_cubed_comes_back,
         random_masks_come_back)
