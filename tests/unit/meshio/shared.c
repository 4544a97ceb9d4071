/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every mesh file of the shared data is read, or refused for a reason that is
 * written down here.
 */
#include "meshio/meshio.h"
#include "base/file.h"
#include "test.h"

#include <ftw.h>
#include <stdlib.h>
#include <string.h>

/* A part of the file's path, and of the message that refuses it. */
static const struct {
    const char *path, *message;
} refused[] = {
    { "emptyIO/", "has no facets" },          /* empty, or points */
    { "models/empty.stl", "has no facets" },
    { "points_emptyface.ply", "has no facets" },
    { "points_emptyascii.ply", "has no facets" },
    { "points_ascii_with_lists.ply", "has no facets" },
    { "PLY/points.ply", "has no facets" },
    { "OBJ/testpoints.obj", "has no facets" },
    { "OBJ/testline.obj", "has no facets" },
    { "notenoughindices.obj", "has not three" }, /* "f 1// 2//" */
    { "invalid/malformed2.obj", "has not three" },
    { "invalid/malformed.obj", "no number of a vertex" }, /* "f 0 7 8 5" */
    { "invalid/crash-30d6d0f7", "unknown type" },         /* a fuzzer's */
    { "OBJ/number_formats.obj", "no finite number" },     /* "3.1+e2" */
    { "OBJ/box_UTF16BE.obj", "not a mesh file" },
    { "models/whitespace.off", "not a mesh file" }, /* "OFF8 6 12" */
    { "off/fairing-cross.off", "binary OFF" },
    { "PLY/issue623.ply", "list is longer" }, /* its face line is missing */
    { "spinal implant.3mf", "beam lattice" },
    { "multiprop-metallic.3mf", "XML Namespace" }, /* an extension's */
    /* the 3MF consortium's tests, which a reader must refuse */
    { "MUSTFAIL_Chapter2.1.1b", "3MF" },
    { "MUSTFAIL_Chapter2.3.2b", "3MF" },
    { "MUSTFAIL_Chapter2.3.2d", "3MF" },
    { "MUSTFAIL_Chapter2.3.4", "3MF" },
    { "MUSTFAIL_Chapter3.4.3.1a", "3MF" },
    { "MUSTFAIL_Chapter3.4.3.1b", "3MF" },
    { "MUSTFAIL_Chapter3.4c", "3MF" },
    { "MUSTFAIL_Chapter5a_DuplicatedBase", "3MF" },
    { "Chapter6_2DTexture_InvalidContentType", "3MF" },
};

static size_t nread, nrefused;

static bool
is_mesh(const char *path)
{
    static const char *const extension[] = { "stl", "ply", "3mf", "obj",
                                             "off" };
    char own[16];

    pp_file_extension(path, own);
    for (size_t i = 0; i < sizeof extension / sizeof *extension; i++)
        if (strcmp(own, extension[i]) == 0)
            return true;
    return false;
}

static const char *
reason(const char *path)
{
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (strstr(path, refused[i].path) != NULL)
            return refused[i].message;
    return NULL;
}

static int
visit(const char *path, const struct stat *st, int type, struct FTW *at)
{
    pp_error err = { 0 };
    pp_bytes bytes = { 0 };
    pp_model model;
    pp_format format;
    pp_mesh mesh;

    (void)st;
    (void)at;
    if (type != FTW_F || !is_mesh(path))
        return 0;
    ck_ok(pp_file_read(path, 0, &bytes, &err), err);
    if (pp_model_decode(bytes.data, bytes.size, &model, &format, &err) ==
        PP_OK) {
        ck_assert_msg(reason(path) == NULL, "%s was read", path);
        ck_ok(pp_model_join(&model, &mesh, &err), err);
        for (size_t t = 0; t < mesh.ntri; t++)
            for (int k = 0; k < 3; k++)
                ck_assert(mesh.tri[t][k] < mesh.nvert &&
                          pp_finite(mesh.vert[mesh.tri[t][k]]));
        pp_mesh_free(&mesh);
        nread++;
    } else {
        ck_assert_msg(reason(path) != NULL &&
                      strstr(err.message, reason(path)) != NULL, "%s: %s",
                      path, err.message);
        nrefused++;
    }
    pp_model_free(&model);
    pp_bytes_free(&bytes);
    return 0;
}

START_TEST(every_mesh_of_the_shared_data_is_read_or_refused_for_its_reason)
{
    char path[4096];

    ck_assert(pp_test_shared("D_meshes", path, sizeof path));
    ck_assert_int_eq(nftw(path, visit, 16, FTW_PHYS), 0);
    if (pp_test_shared("F_anatomy", path, sizeof path))
        ck_assert_int_eq(nftw(path, visit, 16, FTW_PHYS), 0);
    ck_assert_uint_gt(nread, 190);
    ck_assert_uint_gt(nrefused, 20);
}
END_TEST

int
main(void)
{
    const TTest *const tests[] = {
        every_mesh_of_the_shared_data_is_read_or_refused_for_its_reason
    };
    char path[4096];

    if (!pp_test_shared("D_meshes", path, sizeof path))
        pp_test_skip("no shared meshes beside the checkout");
    return pp_test_run("meshio/shared", tests, 1);
}
