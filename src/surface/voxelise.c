/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * voxelise.c - which voxel centres lie inside a mesh
 *
 * Every slice of the lattice cuts the mesh in closed contours, every row of
 * the slice cuts the contours in points, and the winding number changes there
 * by one (Foley and others, Computer Graphics, section 3.6, twice). Contours
 * stay closed because the cut of a mesh edge is computed from its lower to
 * its upper end, so that both facets get the same double, and because "below"
 * is half open: a vertex that lies in the slice or the row is above it.
 */
#include "surface/surface.h"

#include "base/alloc.h"

#include <assert.h>
#include <math.h>
#include <string.h>

typedef struct {
    const pp_mesh *mesh;
    pp_mask *out;
    pp_vec3 *at;     /* vertices in voxel indices */
    size_t *first;   /* facets of slice k: list[first[k]] .. */
    uint32_t *list;
} raster;

/* Where an edge meets the plane z = k. */
typedef struct {
    double x, y;
} cut;

static pp_status
invert(const double m[3][4], double inverse[3][4], pp_error *err)
{
    double det = 0;

    for (int r = 0; r < 3; r++)
        for (int c = 0; c < 3; c++) {
            const int p = (c + 1) % 3, q = (c + 2) % 3;
            const int s = (r + 1) % 3, t = (r + 2) % 3;

            inverse[r][c] = m[p][s] * m[q][t] - m[p][t] * m[q][s];
        }
    for (int c = 0; c < 3; c++)
        det += m[0][c] * inverse[c][0];
    if (!isfinite(det) || det == 0)
        return pp_fail(err, PP_EGEOM, "the voxels' matrix is singular");
    for (int r = 0; r < 3; r++) {
        for (int c = 0; c < 3; c++)
            inverse[r][c] /= det;
        inverse[r][3] = 0;
        for (int c = 0; c < 3; c++)
            inverse[r][3] -= inverse[r][c] * m[c][3];
    }
    return PP_OK;
}

static pp_status
to_indices(raster *r, pp_error *err)
{
    const pp_mesh *m = r->mesh;
    const pp_mask *lattice = r->out;
    double a[3][4];

    if (invert(lattice->to_lps, a, err) != PP_OK)
        return err->status;
    r->at = pp_alloc(m->nvert, sizeof *r->at);
    if (r->at == NULL)
        return pp_fail_memory(err);
    for (size_t v = 0; v < m->nvert; v++) {
        const pp_vec3 p = m->vert[v];

        if (!pp_finite(p))
            return pp_fail(err, PP_EGEOM, "vertex %zu is not finite", v);
        r->at[v] = pp_affine_point((const double(*)[4])a, p.x, p.y, p.z);
    }
    return PP_OK;
}

/* The first index that is not below x, in [0, n]. */
static inline size_t
first_from(double x, size_t n)
{
    if (!(x > 0))
        return 0;
    return x >= (double)n ? n : (size_t)ceil(x);
}

/* The slices [*low, *high) that cut facet t. */
static void
slices_of(const raster *r, size_t t, size_t *low, size_t *high)
{
    const uint32_t *v = r->mesh->tri[t];
    const pp_vec3 *at = r->at;
    const size_t n = r->out->dim[2];

    assert(at != NULL);

    const double a = at[v[0]].z, b = at[v[1]].z, c = at[v[2]].z;

    /* z < k <= z' is to cut: half open, as below */
    *low = first_from(nextafter(fmin(a, fmin(b, c)), HUGE_VAL), n);
    *high = fmax(a, fmax(b, c)) < 0
                ? 0
                : (size_t)fmin(floor(fmax(a, fmax(b, c))) + 1, (double)n);
}

static pp_status
sort_by_slice(raster *r, pp_error *err)
{
    const size_t n = r->out->dim[2];
    size_t low, high;

    r->first = pp_alloc_zero(n + 2, sizeof *r->first);
    if (r->first == NULL)
        return pp_fail_memory(err);
    for (size_t t = 0; t < r->mesh->ntri; t++) {
        slices_of(r, t, &low, &high);
        for (size_t k = low; k < high; k++)
            r->first[k + 2]++;
    }
    for (size_t k = 2; k < n + 2; k++)
        r->first[k] += r->first[k - 1];
    r->list = pp_alloc(r->first[n + 1], sizeof *r->list);
    if (r->list == NULL)
        return pp_fail_memory(err);
    for (size_t t = 0; t < r->mesh->ntri; t++) {
        slices_of(r, t, &low, &high);
        for (size_t k = low; k < high; k++)
            r->list[r->first[k + 1]++] = (uint32_t)t;
    }
    return PP_OK;
}

static cut
cut_edge(pp_vec3 low, pp_vec3 high, double k)
{
    const double s = (k - low.z) / (high.z - low.z);
    const cut c = { low.x + s * (high.x - low.x), low.y + s * (high.y - low.y) };

    return c;
}

/*
 * The cuts of facet t with slice k: where its boundary goes up through the
 * plane and where it comes down. False when it does not.
 */
static bool
cut_facet(const raster *r, size_t t, double k, cut *up, cut *down)
{
    const uint32_t *v = r->mesh->tri[t];
    bool found = false;

    for (int e = 0; e < 3; e++) {
        const pp_vec3 a = r->at[v[e]], b = r->at[v[(e + 1) % 3]];

        if ((a.z < k) == (b.z < k))
            continue;
        if (a.z < k)
            *up = cut_edge(a, b, k);
        else
            *down = cut_edge(b, a, k);
        found = true;
    }
    return found;
}

/* Enters the crossings of rows with the contour piece from up to down. */
static void
cross_rows(const raster *r, cut up, cut down, int32_t *change, uint8_t *dirty)
{
    const bool leaving = up.y > down.y;
    const cut a = leaving ? down : up, b = leaving ? up : down;
    const size_t n = r->out->dim[0];
    const size_t end = first_from(b.y, r->out->dim[1]);

    for (size_t j = first_from(a.y, r->out->dim[1]); j < end; j++) {
        const double s = ((double)j - a.y) / (b.y - a.y);
        const size_t i = first_from(a.x + s * (b.x - a.x), n);

        change[j * (n + 1) + i] += leaving ? -1 : 1;
        dirty[j] = 1;
    }
}

/* Sums up the changes along each row, and clears them for the next slice. */
static void
fill_rows(const raster *r, size_t k, int32_t *change, uint8_t *dirty)
{
    const size_t n = r->out->dim[0];

    for (size_t j = 0; j < r->out->dim[1]; j++) {
        uint8_t *in = r->out->in + (k * r->out->dim[1] + j) * n;
        int32_t *row = change + j * (n + 1), winding = 0;

        if (!dirty[j])
            continue;
        dirty[j] = 0;
        for (size_t i = 0; i < n; i++) {
            winding += row[i];
            in[i] = winding != 0;
        }
        memset(row, 0, (n + 1) * sizeof *row);
    }
}

static bool
fill_slices(const raster *r)
{
    const size_t nx = r->out->dim[0], ny = r->out->dim[1];
    bool failed = false;

    #pragma omp parallel
    {
        int32_t *change = pp_alloc_zero((nx + 1) * ny, sizeof *change);
        uint8_t *dirty = pp_alloc_zero(ny, 1);
        const bool ready = change != NULL && dirty != NULL;

        if (!ready) {
            #pragma omp atomic write
            failed = true;
        }
        #pragma omp for schedule(dynamic)
        for (ptrdiff_t k = 0; k < (ptrdiff_t)r->out->dim[2]; k++) {
            cut up = { 0, 0 }, down = { 0, 0 };

            if (!ready || r->first[k] == r->first[k + 1])
                continue;
            for (size_t n = r->first[k]; n < r->first[k + 1]; n++)
                if (cut_facet(r, r->list[n], (double)k, &up, &down))
                    cross_rows(r, up, down, change, dirty);
            fill_rows(r, (size_t)k, change, dirty);
        }
        pp_free(change);
        pp_free(dirty);
    }
    return !failed;
}

pp_status
pp_surface_to_mask(const pp_mesh *mesh, const pp_mask *like, pp_mask *out,
                   pp_error *err)
{
    raster r = { .mesh = mesh, .out = out };

    if (pp_mask_alloc(out, like->dim, like->to_lps, err) != PP_OK)
        return err->status;
    if (to_indices(&r, err) != PP_OK || sort_by_slice(&r, err) != PP_OK)
        goto done;
    if (!fill_slices(&r))
        pp_fail_memory(err);
done:
    pp_free(r.at);
    pp_free(r.first);
    pp_free(r.list);
    if (err->status != PP_OK)
        pp_mask_free(out);
    return err->status;
}

/* Does a voxel lie inside on the first or last layer of an axis? */
static bool
holds_border(const pp_mask *m)
{
    const size_t row = m->dim[0], slice = row * m->dim[1];

    for (size_t k = 0; k < m->dim[2]; k++)
        for (size_t j = 0; j < m->dim[1]; j++) {
            const uint8_t *in = m->in + k * slice + j * row;

            if (k == 0 || k + 1 == m->dim[2] || j == 0 || j + 1 == m->dim[1]) {
                if (memchr(in, 1, row) != NULL)
                    return true;
            } else if (in[0] || in[row - 1]) {
                return true;
            }
        }
    return false;
}

/* Looks at the centres one voxel off the lattice. */
static pp_status
look_around(const pp_mesh *mesh, const pp_mask *like, bool *within,
            pp_error *err)
{
    pp_mask wide = { 0 }, in = { 0 };

    memcpy(wide.to_lps, like->to_lps, sizeof wide.to_lps);
    for (int a = 0; a < 3; a++) {
        wide.dim[a] = like->dim[a] + 2;
        for (int b = 0; b < 3; b++)
            wide.to_lps[b][3] -= like->to_lps[b][a];
    }
    if (pp_surface_to_mask(mesh, &wide, &in, err) == PP_OK)
        *within = !holds_border(&in);
    pp_mask_free(&in);
    return err->status;
}

pp_status
pp_surface_is_within(const pp_mesh *mesh, const pp_mask *like, bool *within,
                     pp_error *err)
{
    pp_mask frame = { .dim = { like->dim[0], like->dim[1], like->dim[2] } };
    raster r = { .mesh = mesh, .out = &frame };
    double off = 0; /* voxels off the outermost centres */

    *within = false;
    memcpy(frame.to_lps, like->to_lps, sizeof frame.to_lps);
    if (to_indices(&r, err) != PP_OK) {
        pp_free(r.at);
        return err->status;
    }
    assert(r.at != NULL);
    for (size_t v = 0; v < mesh->nvert; v++)
        for (int a = 0; a < 3; a++)
            off = fmax(off, fmax(-pp_axis(r.at[v], a),
                                 pp_axis(r.at[v], a) + 1 -
                                     (double)like->dim[a]));
    pp_free(r.at);
    if (off >= 2)
        return PP_OK;
    *within = off < 1;
    return *within ? PP_OK : look_around(mesh, like, within, err);
}
