/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * corpus.c - every mesh of the shared data gets a verdict, and the right one
 *
 * Edges are counted again by sorting; crossings are compared pair by pair
 * with CGAL. Where it cannot hold the mesh, it gets the soup, each facet with
 * vertices of its own: pairs that share none are then its word, and those that
 * share some are compared with rationals. Small ones that it cannot hold are
 * compared with rationals, kinds and all.
 */
#include "check/check.h"

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/file.h"
#include "meshio/meshio.h"
#include "rational.h"
#include "shim/igl.h"
#include "test.h"

#include <stdlib.h>

/* Larger ones take too long for every day (LONG=1: none is too large). */
static size_t
most_for_cgal(void)
{
    return getenv("LONG") != NULL ? SIZE_MAX : (size_t)pp_test_rounds(60000);
}

#define MOST_FOR_RATIONALS 1000

static size_t nverdict, ncgal, nsoup, nrational, nlarge, nrefused, npairs;

static int
compare_edges(const void *a, const void *b)
{
    const uint64_t p = *(const uint64_t *)a, q = *(const uint64_t *)b;

    return p < q ? -1 : p > q;
}

/* Edges of one facet and of more than two, facets without lines aside. */
static void
count_edges(const pp_mesh *m, size_t *nopen, size_t *nmany)
{
    uint64_t *edge = malloc((3 * m->ntri + 1) * sizeof *edge);
    size_t n = 0;

    *nopen = *nmany = 0;
    for (size_t t = 0; t < m->ntri; t++) {
        const uint32_t *v = m->tri[t];

        if (v[0] == v[1] || v[1] == v[2] || v[2] == v[0])
            continue;
        for (int k = 0; k < 3; k++) {
            const uint64_t a = v[k], b = v[(k + 1) % 3];

            edge[n++] = a < b ? a << 32 | b : b << 32 | a;
        }
    }
    qsort(edge, n, sizeof *edge, compare_edges);
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && edge[end] == edge[i];)
            end++;
        *nopen += end - i == 1;
        *nmany += end - i > 2;
    }
    free(edge);
}

/* False when CGAL cannot hold the mesh, or not soon enough. */
static bool
compare_with_cgal(const char *path, const pp_mesh *m,
                  const pp_crossing *ours, size_t nours)
{
    uint32_t(*pair)[2];
    size_t n, next = 0;
    pp_error err = { 0 };

    if (m->ntri > most_for_cgal() ||
        pp_igl_self_intersections(m, &pair, &n, &err) != PP_OK)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (pair[i][0] == pair[i][1])
            continue; /* CGAL's word for a facet without area */
        ck_assert_msg(next < nours && ours[next].a == pair[i][0] &&
                          ours[next].b == pair[i][1],
                      "%s: facets %u and %u", path, pair[i][0], pair[i][1]);
        next++;
    }
    ck_assert_msg(next == nours, "%s: %zu pairs, CGAL has %zu", path, nours,
                  next);
    npairs += nours;
    ncgal++;
    pp_free(pair);
    return true;
}

static void
compare_with_rationals(const char *path, const pp_mesh *m,
                       const pp_crossing *ours, size_t nours)
{
    bool *flat;
    pp_box *box;
    size_t next = 0;

    if (m->ntri > MOST_FOR_RATIONALS)
        return;
    flat = malloc(m->ntri + 1);
    box = malloc((m->ntri + 1) * sizeof *box);
    for (size_t t = 0; t < m->ntri; t++) {
        flat[t] = rational_degenerate(m, t);
        box[t] = pp_box_empty();
        for (int k = 0; k < 3; k++)
            pp_box_add(&box[t], m->vert[m->tri[t][k]]);
    }
    for (size_t a = 0; a < m->ntri; a++)
        for (size_t b = a + 1; b < m->ntri; b++) {
            const bool said =
                next < nours && ours[next].a == a && ours[next].b == b;
            const pp_box p = box[a], q = box[b];

            if (flat[a] || flat[b] || p.low.x > q.high.x ||
                p.low.y > q.high.y || p.low.z > q.high.z ||
                q.low.x > p.high.x || q.low.y > p.high.y ||
                q.low.z > p.high.z) {
                ck_assert_msg(!said, "%s: facets %zu and %zu", path, a, b);
                continue;
            }
            ck_assert_msg(rational_contact(m, a, b) ==
                              (said ? ours[next].contact : PP_CONTACT_NONE),
                          "%s: facets %zu and %zu", path, a, b);
            next += said;
        }
    ck_assert_uint_eq(next, nours);
    nrational++;
    free(box);
    free(flat);
}

static int
compare_pair(const void *x, const void *y)
{
    const uint32_t *p = x, *q = y;

    if (p[0] != q[0])
        return p[0] < q[0] ? -1 : 1;
    return p[1] < q[1] ? -1 : p[1] > q[1];
}

static bool
share_vertex(const pp_mesh *m, uint32_t a, uint32_t b)
{
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 3; k++)
            if (m->tri[a][i] == m->tri[b][k])
                return true;
    return false;
}

/* Each facet that has an area, with its own vertices; number[]: of m. */
static pp_mesh
loosen(const pp_mesh *m, uint32_t *number)
{
    pp_mesh loose;
    pp_error err = { 0 };

    ck_ok(pp_mesh_alloc(&loose, 3 * m->ntri, m->ntri, &err), err);
    loose.ntri = 0;
    for (size_t t = 0; t < m->ntri; t++) {
        const uint32_t *v = m->tri[t];

        if (rational_degenerate(m, t))
            continue;
        for (uint32_t k = 0; k < 3; k++) {
            const uint32_t at = 3 * (uint32_t)loose.ntri + k;

            loose.vert[at] = m->vert[v[k]];
            loose.tri[loose.ntri][k] = at;
        }
        number[loose.ntri++] = (uint32_t)t;
    }
    loose.nvert = 3 * loose.ntri;
    return loose;
}

/* Facets that share a vertex touch in CGAL's soup; is that all they do? */
static void
compare_with_soup(const char *path, const pp_mesh *m, const pp_crossing *ours,
                  size_t nours)
{
    uint32_t(*pair)[2], *number;
    size_t n, next = 0;
    pp_mesh loose;
    pp_error err = { 0 };

    if (m->ntri > most_for_cgal()) {
        nlarge++;
        return;
    }
    number = malloc((m->ntri + 1) * sizeof *number);
    loose = loosen(m, number);
    ck_ok(pp_igl_self_intersections(&loose, &pair, &n, &err), err);
    for (size_t i = 0; i < n; i++)
        for (int k = 0; k < 2; k++)
            pair[i][k] = number[pair[i][k]];
    if (n > 0)
        qsort(pair, n, sizeof *pair, compare_pair);
    for (size_t i = 0; i < n; i++) {
        const uint32_t a = pair[i][0], b = pair[i][1];
        const bool said =
            next < nours && ours[next].a == a && ours[next].b == b;

        ck_assert_msg(next == nours || compare_pair(pair[i],
                                                    &ours[next].a) <= 0,
                      "%s: facets %u and %u", path, ours[next].a,
                      ours[next].b);
        if (share_vertex(m, a, b))
            ck_assert_msg(rational_contact(m, a, b) ==
                              (said ? ours[next].contact : PP_CONTACT_NONE),
                          "%s: neighbours %u and %u", path, a, b);
        else
            ck_assert_msg(said, "%s: facets %u and %u", path, a, b);
        next += said;
    }
    ck_assert_msg(next == nours, "%s: %zu pairs, %zu of them right", path,
                  nours, next);
    npairs += nours;
    nsoup++;
    free(number);
    pp_free(pair);
    pp_mesh_free(&loose);
}

static void
judge(const char *path, const pp_mesh *m)
{
    pp_report r;
    pp_crossing *crossing;
    size_t n, nopen, nmany;
    pp_error err = { 0 };

    if (pp_check(m, NULL, &r, &err) != PP_OK)
        ck_abort_msg("%s: %s", path, err.message);
    nverdict++;
    count_edges(m, &nopen, &nmany);
    ck_assert_msg(r.defect[PP_DEFECT_OPEN_EDGE].count == nopen, "%s", path);
    ck_assert_msg(r.defect[PP_DEFECT_NONMANIFOLD_EDGE].count == nmany, "%s",
                  path);
    ck_ok(pp_find_contacts(m, &crossing, &n, &err), err);
    ck_assert_uint_eq(n, r.defect[PP_DEFECT_CROSSING].count);
    if (!compare_with_cgal(path, m, crossing, n)) {
        compare_with_rationals(path, m, crossing, n);
        compare_with_soup(path, m, crossing, n);
    }
    pp_free(crossing);
    pp_report_free(&r);
}

static void
judge_tree(const char *relative)
{
    char top[4096], **paths;
    size_t npath;
    pp_error err = { 0 };

    if (!pp_test_shared(relative, top, sizeof top))
        return;
    ck_ok(pp_file_tree(top, &paths, &npath, &err), err);
    for (size_t i = 0; i < npath; i++) {
        pp_bytes bytes = { 0 };
        pp_model model = { 0 };
        pp_mesh mesh = { 0 };
        pp_format format;
        size_t njoined;
        pp_error refused = { 0 };

        if (pp_format_by_extension(paths[i]) == PP_FORMAT_NONE)
            continue;
        if (pp_file_read(paths[i], 0, &bytes, &refused) == PP_OK &&
            pp_model_decode(bytes.data, bytes.size, &model, &format,
                            &refused) == PP_OK &&
            pp_model_join(&model, &mesh, &refused) == PP_OK) {
            judge(paths[i], &mesh);
            ck_ok(pp_mesh_weld_exact(&mesh, &njoined, &err), err);
            if (njoined > 0)
                judge(paths[i], &mesh);
        } else {
            nrefused++;
        }
        pp_mesh_free(&mesh);
        pp_model_free(&model);
        pp_bytes_free(&bytes);
    }
    pp_file_list_free(paths, npath);
}

START_TEST(every_shared_mesh_gets_the_right_verdict)
{
    judge_tree("D_meshes");
    judge_tree("F_anatomy");
    printf("# %zu verdicts, %zu files refused; compared with CGAL: %zu meshes "
           "and %zu soups, %zu pairs; with rationals: %zu; too large: %zu\n",
           nverdict, nrefused, ncgal, nsoup, npairs, nrational, nlarge);
    ck_assert_uint_gt(nverdict, 50);
    ck_assert_uint_gt(ncgal, 20);
    ck_assert_uint_gt(npairs, 0);
    ck_assert_uint_gt(nsoup, 5);
    ck_assert_uint_gt(nrational, 5);
    ck_assert_uint_eq(ncgal + nsoup + nlarge, nverdict);
}
END_TEST

int
main(void)
{
    const TTest *const tests[] = { every_shared_mesh_gets_the_right_verdict };
    char path[4096];

    if (!pp_test_shared("D_meshes", path, sizeof path))
        pp_test_skip("no shared data beside the checkout");
    return pp_test_run("check/corpus", tests, 1);
}
