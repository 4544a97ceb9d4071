/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every sample is what its name says; and whatever is cut or changed in one,
 * the reader ends with a status.
 */
#include "meshio/meshio.h"
#include "base/alloc.h"
#include "base/file.h"
#include "shim/sha256.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *sample_path; /* of the sample that is visited */

typedef void (*visitor)(const char *name, const pp_bytes *file, void *data);

static void
visit_samples(visitor visit, void *data)
{
    const char *top = getenv("top_builddir");
    char directory[4096];
    char **path;
    size_t n;
    pp_error err = { 0 };

    snprintf(directory, sizeof directory, "%s/samples/mesh-data",
             top != NULL ? top : ".");
    ck_ok(pp_file_list(directory, &path, &n, &err), err);
    ck_assert_uint_gt(n, 120);
    for (size_t i = 0; i < n; i++) {
        pp_bytes file = { 0 };
        pp_error open = { 0 };

        if (pp_file_read(path[i], 0, &file, &open) != PP_OK)
            ck_assert_str_eq(open.message, "is empty");
        sample_path = path[i];
        visit(strrchr(path[i], '/') + 1, &file, data);
        pp_bytes_free(&file);
    }
    pp_file_list_free(path, n);
}

static bool
is_kind(const char *name, const char *kind)
{
    return strncmp(name, kind, strlen(kind)) == 0;
}

static pp_vec3
corner(const pp_mesh *m, size_t t, int k)
{
    return m->vert[m->tri[t][k]];
}

/* The cube [-20,-10] x [30,40] x [100,110], closed and outward. */
static void
check_cube(const char *name, const pp_mesh *m)
{
    const pp_box box = pp_mesh_box(m);
    double six_volumes = 0;

    ck_assert_msg(m->ntri == 12 && m->nvert == 8, "%s: %zu facets, %zu "
                  "vertices", name, m->ntri, m->nvert);
    ck_assert(box.low.x == -20 && box.low.y == 30 && box.low.z == 100);
    ck_assert(box.high.x == -10 && box.high.y == 40 && box.high.z == 110);
    for (size_t t = 0; t < 12; t++) {
        size_t nmate = 0;

        six_volumes += pp_dot(corner(m, t, 0),
                              pp_cross(corner(m, t, 1), corner(m, t, 2)));
        for (size_t u = 0; u < 12; u++)
            for (int k = 0; k < 9; k++)
                nmate += m->tri[t][k % 3] == m->tri[u][(k / 3 + 1) % 3] &&
                         m->tri[t][(k % 3 + 1) % 3] == m->tri[u][k / 3];
        ck_assert_msg(nmate == 3, "%s: facet %zu", name, t);
    }
    ck_assert_msg(six_volumes == 6000, "%s: %g", name, six_volumes / 6);
}

static void
check_sample(const char *name, const pp_bytes *file, void *data)
{
    pp_mesh *first = data;
    pp_error err = { 0 };
    pp_model model;
    pp_format format;
    const pp_status status =
        pp_model_decode(file->data, file->size, &model, &format, &err);

    if (is_kind(name, "bad-")) {
        ck_assert_msg(status == PP_EFORMAT || status == PP_ELIMIT ||
                      status == PP_EUNSUPPORTED, "%s: %s",
                      name, pp_status_name(status));
        ck_assert_msg(err.message[0] != '\0', "%s", name);
        ck_assert(model.object == NULL && model.nobject == 0);
        return;
    }
    ck_assert_msg(status == PP_OK, "%s: %s", name, err.message);
    ck_assert(pp_format_find(format) != NULL);
    if (is_kind(name, "good-")) {
        ck_assert_uint_eq(model.nobject, 1);
        check_cube(name, &model.object[0].mesh);
        if (first->ntri == 0)
            ck_ok(pp_mesh_copy(&model.object[0].mesh, first, &err), err);
        for (size_t t = 0; t < 12; t++)
            for (int k = 0; k < 3; k++)
                ck_assert_msg(pp_distance(corner(&model.object[0].mesh, t, k),
                                          corner(first, t, k)) == 0,
                              "%s: facet %zu", name, t);
    } else {
        ck_assert_msg(is_kind(name, "odd-"), "%s has no verdict", name);
    }
    pp_model_free(&model);
}

START_TEST(every_sample_is_read_or_refused_as_its_name_says)
{
    pp_mesh first = { 0 };

    visit_samples(check_sample, &first);
    ck_assert_uint_eq(first.ntri, 12);
    pp_mesh_free(&first);
}
END_TEST

/* A copy in memory of its own, so that reading past it is noticed. */
static void
decode_copy(const unsigned char *data, size_t n, const char *name)
{
    unsigned char *copy = pp_alloc(n, 1);
    pp_error err = { 0 };
    pp_model model;
    pp_format format;

    if (n > 0)
        memcpy(copy, data, n);
    if (pp_model_decode(copy, n, &model, &format, &err) == PP_OK) {
        for (size_t i = 0; i < model.nobject; i++) {
            const pp_mesh *m = &model.object[i].mesh;

            for (size_t t = 0; t < m->ntri; t++)
                for (int k = 0; k < 3; k++)
                    ck_assert_msg(m->tri[t][k] < m->nvert &&
                                  pp_finite(corner(m, t, k)), "%s", name);
        }
    } else {
        ck_assert_msg(err.message[0] != '\0' && model.object == NULL, "%s",
                      name);
    }
    pp_model_free(&model);
    pp_free(copy);
}

/* lib3mf takes milliseconds for what the others do in microseconds. */
static size_t
patience(const char *name)
{
    return strstr(name, ".3mf") != NULL ? 23 : 1;
}

static void
cut_sample(const char *name, const pp_bytes *file, void *data)
{
    (void)data;
    if (strstr(name, "doubling") != NULL)
        return;
    for (size_t n = 0; n < file->size; n += patience(name))
        decode_copy(file->data, n, name);
}

START_TEST(a_sample_cut_anywhere_ends_with_a_status)
{
    visit_samples(cut_sample, NULL);
}
END_TEST

static void
change_sample(const char *name, const pp_bytes *file, void *data)
{
    pp_random *random = data;
    unsigned char *copy = pp_alloc(file->size, 1);

    for (size_t i = 0; i < 400 / patience(name) && file->size > 0; i++) {
        const unsigned nchange = 1 + pp_random_below(random, 4);

        memcpy(copy, file->data, file->size);
        for (unsigned c = 0; c < nchange; c++)
            copy[pp_random_below(random, (unsigned)file->size)] =
                (unsigned char)pp_random_below(random, 256);
        if (strstr(name, "doubling") == NULL)
            decode_copy(copy, file->size, name);
    }
    pp_free(copy);
}

START_TEST(a_sample_with_bytes_changed_ends_with_a_status)
{
    pp_random random = { 20260101 };

    visit_samples(change_sample, &random);
}
END_TEST

/* What is cut off a binary file is never made up. */
static void
refuse_cut(const char *name, const pp_bytes *file, void *data)
{
    (void)data;
    if (!is_kind(name, "good-binary") && !is_kind(name, "good-little") &&
        !is_kind(name, "good-text.stl"))
        return;
    for (size_t n = 0; n + 2 < file->size; n++) {
        pp_error err = { 0 };
        pp_model model;
        pp_format format;

        /* all that may be missing is the end of "endsolid cube" */
        if (strstr(name, "text") != NULL && n + 6 >= file->size)
            break;
        ck_assert_msg(pp_model_decode(file->data, n, &model, &format, &err) ==
                      PP_EFORMAT, "%s cut to %zu bytes", name, n);
    }
}

START_TEST(a_cut_file_is_refused_wherever_it_was_cut)
{
    visit_samples(refuse_cut, NULL);
}
END_TEST

/* Piece by piece or whole: the same mesh, the same refusal, the same hash. */
static void
check_read(const char *name, const pp_bytes *file, void *data)
{
    pp_error a_err = { 0 }, b_err = { 0 };
    pp_model a, b;
    pp_format a_format, b_format;
    char a_hash[65], b_hash[65];

    (void)data;
    pp_sha256(file->data, file->size, b_hash);
    ck_assert_msg(pp_model_read(sample_path, &a, &a_format, a_hash, &a_err) ==
                  pp_model_decode(file->data, file->size, &b, &b_format,
                                  &b_err), "%s", name);
    ck_assert_int_eq(a_format, b_format);
    ck_assert_uint_eq(a.nobject, b.nobject);
    if (file->size > 0 && a_err.status == PP_OK)
        ck_assert_str_eq(a_hash, b_hash);
    for (size_t i = 0; i < a.nobject; i++) {
        const pp_mesh *m = &a.object[i].mesh, *n = &b.object[i].mesh;

        ck_assert(m->nvert == n->nvert && m->ntri == n->ntri);
        ck_assert_int_eq(memcmp(m->vert, n->vert, m->nvert * sizeof *m->vert),
                         0);
        ck_assert_int_eq(memcmp(m->tri, n->tri, m->ntri * sizeof *m->tri), 0);
        ck_assert((m->attribute == NULL) == (n->attribute == NULL));
    }
    pp_model_free(&a);
    pp_model_free(&b);
}

START_TEST(a_file_is_read_as_its_bytes_are)
{
    visit_samples(check_read, NULL);
}
END_TEST

PP_TESTS("meshio/samples", a_file_is_read_as_its_bytes_are,
         every_sample_is_read_or_refused_as_its_name_says,
         a_sample_cut_anywhere_ends_with_a_status,
         a_sample_with_bytes_changed_ends_with_a_status,
         a_cut_file_is_refused_wherever_it_was_cut)
