/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bricks.c - sparse signed distances and their surface
 *
 * A sample that lies farther from the surface than a spacing holds only that;
 * so a block whose middle is far from it is filled at once, and nothing thin
 * is stepped over. Where the sign changes both samples are nearer than a
 * spacing, hence exact.
 */
#include "surface/bricks.h"

#include "base/alloc.h"
#include "surface/lattice.h"

#include <string.h>

#define OUTSIDE UINT32_MAX
#define INSIDE (UINT32_MAX - 1)
#define NEW (UINT32_MAX - 2) /* will be stored */

#define SAMPLES ((size_t)PP_BRICK * PP_BRICK * PP_BRICK)

static size_t
number_of_bricks(const pp_bricks *b)
{
    return b->nbrick[0] * b->nbrick[1] * b->nbrick[2];
}

static void
place(const pp_bricks *b, size_t brick, size_t first[3])
{
    first[0] = brick % b->nbrick[0] * PP_BRICK;
    first[1] = brick / b->nbrick[0] % b->nbrick[1] * PP_BRICK;
    first[2] = brick / b->nbrick[0] / b->nbrick[1] * PP_BRICK;
}

static pp_vec3
sample_point(const pp_bricks *b, double i, double j, double k)
{
    return pp_vec(b->low.x + b->h * i, b->low.y + b->h * j,
                  b->low.z + b->h * k);
}

void
pp_bricks_free(pp_bricks *b)
{
    pp_free(b->at);
    pp_free(b->phi);
    memset(b, 0, sizeof *b);
}

pp_status
pp_bricks_alloc(pp_box box, double h, pp_bricks *b, pp_error *err)
{
    const pp_vec3 size = pp_box_size(box);

    memset(b, 0, sizeof *b);
    b->h = h;
    /* off the symmetry of the box: the faces of a solid seldom lie in a plane
     * of samples */
    b->low = pp_sub(box.low, pp_vec(2.363 * h, 2.441 * h, 2.557 * h));
    for (int a = 0; a < 3; a++) {
        const double n = ceil(pp_axis(size, a) / h) + 6;

        if (!(n <= PP_MASK_LIMIT))
            return pp_fail(err, PP_ELIMIT, "%g samples along an axis: at "
                           "most %d", n, PP_MASK_LIMIT);
        b->nbrick[a] = ((size_t)n + PP_BRICK - 1) / PP_BRICK;
        b->dim[a] = b->nbrick[a] * PP_BRICK;
    }
    b->at = pp_alloc(number_of_bricks(b), sizeof *b->at);
    if (b->at == NULL)
        return pp_fail_memory(err);
    for (size_t n = 0; n < number_of_bricks(b); n++)
        b->at[n] = OUTSIDE;
    return PP_OK;
}

/* ---- uniting ---- */

typedef struct {
    pp_distance_at distance;
    const void *data;
} solid;

/* What becomes of a brick; true when it gets numbers of the new solid. */
static bool
classify(const pp_bricks *b, const solid *s, size_t brick, uint32_t *next)
{
    const double half = (PP_BRICK - 1) / 2.0;
    const double reach = (half * 1.7320509 + 1.001) * b->h;
    size_t first[3];
    double d;

    *next = b->at[brick];
    if (*next == INSIDE)
        return false;
    place(b, brick, first);
    d = s->distance(s->data,
                    sample_point(b, (double)first[0] + half,
                                 (double)first[1] + half,
                                 (double)first[2] + half), reach);
    if (d <= -reach)
        *next = INSIDE;
    else if (d < reach && *next == OUTSIDE)
        *next = NEW;
    return d > -reach && d < reach;
}

/* A cube of samples in a brick. */
typedef struct {
    size_t at[3], n; /* its first sample, samples a side */
} block;

/* The samples of a block are all farther than a spacing: d says on which
 * side. */
static void
fill_far(float *phi, const block *k, double d, double h)
{
    const float far = d > 0 ? (float)h : (float)-h;

    for (size_t z = 0; z < k->n; z++)
        for (size_t y = 0; y < k->n; y++) {
            float *row = phi + ((k->at[2] + z) * PP_BRICK + k->at[1] + y) *
                                   PP_BRICK + k->at[0];

            for (size_t x = 0; x < k->n; x++)
                row[x] = fminf(row[x], far);
        }
}

/* The block by itself, if it is far, or its eight parts. */
static void
fill_block(const pp_bricks *b, const solid *s, const size_t first[3],
           const block *k, float *phi)
{
    const double half = (double)(k->n - 1) / 2;
    const double reach = (half * 1.7320509 + 1.001) * b->h;
    const double d = s->distance(
        s->data,
        sample_point(b, (double)(first[0] + k->at[0]) + half,
                     (double)(first[1] + k->at[1]) + half,
                     (double)(first[2] + k->at[2]) + half), reach);

    if (k->n == 1) {
        float *at = phi + (k->at[2] * PP_BRICK + k->at[1]) * PP_BRICK +
                    k->at[0];

        *at = fminf(*at, (float)d);
    } else if (d >= reach || d <= -reach) {
        fill_far(phi, k, d, b->h);
    } else {
        for (size_t c = 0; c < 8; c++) {
            const size_t n = k->n / 2;
            const block part = { { k->at[0] + (c & 1) * n,
                                   k->at[1] + (c >> 1 & 1) * n,
                                   k->at[2] + (c >> 2) * n }, n };

            fill_block(b, s, first, &part, phi);
        }
    }
}

static void
fill_brick(const pp_bricks *b, const solid *s, size_t brick)
{
    size_t first[3];

    place(b, brick, first);
    for (size_t c = 0; c < 64; c++) {
        const block part = { { (c & 3) * 4, (c >> 2 & 3) * 4, (c >> 4) * 4 },
                             4 };

        fill_block(b, s, first, &part, b->phi[b->at[brick]]);
    }
}

/* Numbers the new bricks, makes room for them and lists all to fill. */
static pp_status
store(pp_bricks *b, uint32_t *next, size_t limit, pp_error *err)
{
    const size_t n = number_of_bricks(b), before = b->nstored;
    const size_t fixed = n * sizeof *b->at +
                         b->dim[0] * b->dim[1] / 8 * b->dim[2];
    size_t stored = b->nstored;

    for (size_t i = 0; i < n; i++)
        stored += next[i] == NEW;
    if (fixed > limit || stored > (limit - fixed) / sizeof *b->phi ||
        stored >= NEW)
        return pp_fail(err, PP_ELIMIT, "the distance field takes more than "
                       "%zu MB", limit >> 20);
    if (pp_grow(&b->phi, &b->room, stored, sizeof *b->phi, err) != PP_OK)
        return err->status;
    for (size_t i = 0; i < n; i++)
        if (next[i] == NEW)
            next[i] = (uint32_t)b->nstored++;
    for (size_t i = before; i < b->nstored; i++)
        for (size_t k = 0; k < SAMPLES; k++)
            b->phi[i][k] = (float)b->h;
    return PP_OK;
}

pp_status
pp_bricks_unite(pp_bricks *b, pp_distance_at distance, const void *data,
                size_t limit, pp_error *err)
{
    const solid s = { distance, data };
    const ptrdiff_t n = (ptrdiff_t)number_of_bricks(b);
    uint32_t *next = pp_alloc((size_t)n, sizeof *next);
    bool *touched = pp_alloc((size_t)n, sizeof *touched);

    if (next == NULL || touched == NULL) {
        pp_fail_memory(err);
        goto done;
    }
#pragma omp parallel for schedule(dynamic, 64)
    for (ptrdiff_t i = 0; i < n; i++)
        touched[i] = classify(b, &s, (size_t)i, &next[i]);
    if (store(b, next, limit, err) != PP_OK)
        goto done;
    memcpy(b->at, next, (size_t)n * sizeof *next);
#pragma omp parallel for schedule(dynamic, 4)
    for (ptrdiff_t i = 0; i < n; i++)
        if (touched[i])
            fill_brick(b, &s, (size_t)i);
done:
    pp_free(next);
    pp_free(touched);
    return err->status;
}

/* ---- the surface ---- */

/* Sample i, j, k of the lattice. */
static float
value(const pp_bricks *b, size_t i, size_t j, size_t k)
{
    const uint32_t at =
        b->at[((k / PP_BRICK) * b->nbrick[1] + j / PP_BRICK) * b->nbrick[0] +
              i / PP_BRICK];

    if (at == OUTSIDE || at == INSIDE)
        return at == INSIDE ? (float)-b->h : (float)b->h;
    return b->phi[at][((k % PP_BRICK) * PP_BRICK + j % PP_BRICK) * PP_BRICK +
                      i % PP_BRICK];
}

/* The bits of sample row (j, k), one place up for the padding. */
static void
fill_bits(const pp_bricks *b, size_t j, size_t k, uint64_t *word)
{
    const uint32_t *at = b->at + ((k / PP_BRICK) * b->nbrick[1] +
                                  j / PP_BRICK) * b->nbrick[0];

    for (size_t n = 0; n < b->nbrick[0]; n++) {
        uint64_t bits = at[n] == INSIDE ? ((uint64_t)1 << PP_BRICK) - 1 : 0;
        const size_t bit = n * PP_BRICK + 1;

        if (at[n] < b->nstored) {
            const float *row =
                b->phi[at[n]] +
                ((k % PP_BRICK) * PP_BRICK + j % PP_BRICK) * PP_BRICK;

            for (int i = 0; i < PP_BRICK; i++)
                bits |= (uint64_t)(row[i] < 0) << i;
        }
        word[bit >> 6] |= bits << (bit & 63);
        if ((bit & 63) > 64 - PP_BRICK)
            word[(bit >> 6) + 1] |= bits >> (64 - (bit & 63));
    }
}

/* Places the vertices; false when the solid reaches the lattice's border. */
static bool
place_vertices(const pp_bricks *b, pp_lattice *l)
{
    const ptrdiff_t nvert = (ptrdiff_t)l->nvert;
    bool at_border = false;

#pragma omp parallel for schedule(static) reduction(| : at_border)
    for (ptrdiff_t v = 0; v < nvert; v++) {
        const int axis = pp_edge_axis(l->edge[v]);
        size_t p[3], q[3];

        for (int a = 0; a < 3; a++) {
            p[a] = (size_t)pp_edge_index(l->edge[v], a) - 1;
            q[a] = p[a] + (a == axis);
        }
        /* -1 is large */
        if (q[0] >= b->dim[0] || q[1] >= b->dim[1] || q[2] >= b->dim[2] ||
            p[axis] >= b->dim[axis])
            at_border = true;
        else
            l->t[v] = pp_edge_crossing((double)value(b, p[0], p[1], p[2]),
                                       (double)value(b, q[0], q[1], q[2]));
    }
    return !at_border;
}

pp_status
pp_bricks_surface(const pp_bricks *b, pp_bricks_facets facets,
                  double max_error_mm, pp_mesh *mesh, pp_error *err)
{
    const double to_lps[3][4] = { { b->h, 0, 0, b->low.x },
                                  { 0, b->h, 0, b->low.y },
                                  { 0, 0, b->h, b->low.z } };
    const double mm[3] = { b->h, b->h, b->h };
    const ptrdiff_t nrow = (ptrdiff_t)(b->dim[1] * b->dim[2]);
    pp_reached reached;
    pp_bits bits = { 0 };
    pp_lattice l = { 0 };

    memset(mesh, 0, sizeof *mesh);
    if (pp_bits_alloc(b->dim, &bits, err) != PP_OK)
        return err->status;
#pragma omp parallel for schedule(static)
    for (ptrdiff_t r = 0; r < nrow; r++) {
        const size_t j = (size_t)r % b->dim[1], k = (size_t)r / b->dim[1];

        fill_bits(b, j, k,
                  bits.word + ((k + 1) * bits.n[1] + j + 1) * bits.words);
    }
    if (pp_lattice_extract(&bits, false, &l, err) != PP_OK)
        goto done;
    if (!place_vertices(b, &l))
        pp_fail(err, PP_EGEOM, "the surface leaves the box of samples");
    else if (facets == PP_BRICKS_QUICK
                 ? pp_lattice_thin(&l, mm, to_lps, max_error_mm, mesh, err)
             : facets == PP_BRICKS_PROVED
                 ? pp_lattice_decimate(&l, mm, to_lps, max_error_mm, 0, mesh,
                                       &reached, err)
                 : pp_lattice_to_mesh(&l, to_lps, mesh, err))
        pp_mesh_free(mesh);
done:
    pp_lattice_free(&l);
    pp_bits_free(&bits);
    return err->status;
}
