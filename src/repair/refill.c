/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * refill.c - openings filled with pieces of a surface that is given
 *
 * The guide's facets that are far from every facet of the mesh are what the
 * mesh lacks. A piece of them whose borders run along openings, one border to
 * each, goes into the mesh as it is, and the gap in between is zipped with the
 * least area. Other openings stay for holes.c.
 */
#include "repair/rung.h"

#include "base/alloc.h"

#include <assert.h>
#include <string.h>

/* A border belongs to an opening that is so many gaps away, on average. */
#define BORDER_GAPS 4

/* Zipping keeps a number for each pair of vertices: at most half a gigabyte. */
#define MOST_PAIRS ((size_t)1 << 26)

/* ---- borders ---- */

/* Closed borders, in the direction in which a lid's facets run along them. */
typedef struct {
    uint32_t *vertex; /* all of them, one after the other */
    size_t *start;    /* nloop + 1 */
    size_t nloop, nvertex;
} borders;

static void
free_borders(borders *b)
{
    pp_free(b->vertex);
    pp_free(b->start);
    memset(b, 0, sizeof *b);
}

/* next[v] along the border; PP_NONE: no border, or more than one there. */
static pp_status
find_next(const pp_mesh *m, const pp_seam *seam, uint32_t **next,
          pp_error *err)
{
    pp_half_edge *edge = NULL;
    size_t nedge = 0, n;
    uint8_t *times = pp_alloc_zero(m->nvert, 1);

    *next = pp_alloc(m->nvert, sizeof **next);
    if (times == NULL || *next == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    for (size_t v = 0; v < m->nvert; v++)
        (*next)[v] = PP_NONE;
    if (pp_mesh_half_edges(m, &edge, &nedge, err) != PP_OK)
        goto done;
    for (size_t i = 0; i < nedge; i += n) {
        const uint32_t t = edge[i].corner / 3, k = edge[i].corner % 3;
        const uint32_t from = m->tri[t][(k + 2) % 3];

        for (n = 1; i + n < nedge && edge[i + n].low == edge[i].low &&
                    edge[i + n].high == edge[i].high; n++)
            ;
        if (n != 1 || pp_on_seam(seam, m->vert[edge[i].low],
                                 m->vert[edge[i].high]))
            continue;
        (*next)[from] = m->tri[t][(k + 1) % 3];
        times[from] = times[from] < 2 ? times[from] + 1 : 2;
    }
    for (size_t v = 0; v < m->nvert; v++)
        if (times[v] > 1)
            (*next)[v] = PP_NONE;
done:
    pp_free(edge);
    pp_free(times);
    return err->status;
}

static pp_status
find_borders(const pp_mesh *m, const pp_seam *seam, borders *b, pp_error *err)
{
    uint32_t *next = NULL;
    uint8_t *seen = pp_alloc_zero(m->nvert, 1);

    memset(b, 0, sizeof *b);
    b->vertex = pp_alloc(m->nvert, sizeof *b->vertex);
    b->start = pp_alloc(m->nvert + 2, sizeof *b->start);
    if (seen == NULL || b->vertex == NULL || b->start == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    if (find_next(m, seam, &next, err) != PP_OK)
        goto done;
    b->start[0] = 0;
    for (uint32_t first = 0; first < m->nvert; first++) {
        uint32_t v = first;
        size_t n = b->nvertex;

        while (next[v] != PP_NONE && !seen[v]) {
            seen[v] = 1;
            b->vertex[n++] = v;
            v = next[v];
        }
        if (v != first || n < b->nvertex + 3)
            continue; /* it ran into another one, or off */
        b->nvertex = n;
        b->start[++b->nloop] = n;
    }
done:
    pp_free(next);
    pp_free(seen);
    if (err->status != PP_OK)
        free_borders(b);
    return err->status;
}

/* ---- pieces ---- */

/* Facets of the guide whose corners all lie farther than gap from the mesh. */
static pp_status
find_missing(const pp_mesh *m, const pp_mesh *around, const pp_mesh *guide,
             double gap_mm, pp_mesh *missing, pp_error *err)
{
    pp_mesh whole = { 0 };
    pp_bvh *bvh = NULL;
    uint8_t *far = pp_alloc(guide->nvert, 1);
    uint8_t *keep = pp_alloc(guide->ntri, 1);

    if (far == NULL || keep == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    if (pp_mesh_copy(m, &whole, err) != PP_OK ||
        (around != NULL && pp_mesh_append(&whole, around, err) != PP_OK) ||
        pp_bvh_build(&whole, &bvh, err) != PP_OK)
        goto done;
#pragma omp parallel for schedule(static, 256)
    for (ptrdiff_t v = 0; v < (ptrdiff_t)guide->nvert; v++)
        far[v] = pp_bvh_nearest(bvh, guide->vert[v], gap_mm).facet == PP_NONE;
    for (size_t t = 0; t < guide->ntri; t++)
        keep[t] = far[guide->tri[t][0]] && far[guide->tri[t][1]] &&
                  far[guide->tri[t][2]];
    (void)!pp_mesh_select(guide, keep, missing, err);
done:
    pp_bvh_free(bvh);
    pp_mesh_free(&whole);
    pp_free(far);
    pp_free(keep);
    return err->status;
}

static double
distance_to_border(const pp_mesh *m, const borders *b, size_t loop, pp_vec3 p)
{
    double nearest = HUGE_VAL;

    for (size_t i = b->start[loop]; i < b->start[loop + 1]; i++)
        nearest = fmin(nearest, pp_distance(p, m->vert[b->vertex[i]]));
    return nearest;
}

/* The free opening that the border of a piece runs along, or SIZE_MAX. */
static size_t
opening_of(const pp_mesh *m, const borders *opening, const uint8_t *taken,
           const pp_mesh *piece, const borders *border, size_t loop,
           double most_mm)
{
    const size_t n = border->start[loop + 1] - border->start[loop];
    size_t best = SIZE_MAX;
    double least = most_mm;

    for (size_t o = 0; o < opening->nloop; o++) {
        const size_t no = opening->start[o + 1] - opening->start[o];
        double sum = 0;

        if (taken[o] || no + 1 > MOST_PAIRS / (n + 1))
            continue;
        for (size_t i = 0; i < n && sum <= least * (double)n; i++)
            sum += distance_to_border(
                m, opening, o,
                piece->vert[border->vertex[border->start[loop] + i]]);
        if (sum / (double)n < least) {
            least = sum / (double)n;
            best = o;
        }
    }
    return best;
}

/*
 * partner[l]: the opening of each border, SIZE_MAX where the border's part
 * does not fit: all borders of a part must have one of their own.
 */
static pp_status
match(const pp_mesh *m, const borders *opening, const pp_mesh *piece,
      const borders *border, const uint32_t *part_of_vertex, uint32_t npart,
      double most_mm, size_t *partner, uint8_t *fits, pp_error *err)
{
    uint8_t *taken = pp_alloc_zero(opening->nloop, 1);

    if (taken == NULL)
        return pp_fail_memory(err);
    memset(fits, 0, npart);
    for (size_t l = 0; l < border->nloop; l++)
        fits[part_of_vertex[border->vertex[border->start[l]]]] = 1;
    for (size_t l = 0; l < border->nloop; l++) {
        const uint32_t g = part_of_vertex[border->vertex[border->start[l]]];

        partner[l] = opening_of(m, opening, taken, piece, border, l, most_mm);
        if (partner[l] == SIZE_MAX)
            fits[g] = 0;
        else
            taken[partner[l]] = 1;
    }
    pp_free(taken);
    return PP_OK;
}

/* ---- zipping ---- */

typedef struct {
    const uint32_t *vertex;
    size_t n;
} loop;

/* Where two loops are nearest to each other. */
static void
find_start(const pp_mesh *m, loop a, loop b, size_t *i, size_t *j)
{
    double nearest = HUGE_VAL;

    for (size_t p = 0; p < a.n; p++)
        for (size_t q = 0; q < b.n; q++) {
            const double d = pp_distance(m->vert[a.vertex[p]],
                                         m->vert[b.vertex[q]]);

            if (d < nearest) {
                nearest = d;
                *i = p;
                *j = q;
            }
        }
}

/* The corner of a loop after n steps from the start: a forward, b backward. */
static uint32_t
step_a(loop a, size_t start, size_t n)
{
    return a.vertex[(start + n) % a.n];
}

static uint32_t
step_b(loop b, size_t start, size_t n)
{
    return b.vertex[(start + b.n - n % b.n) % b.n];
}

static double
area_of(const pp_mesh *m, uint32_t p, uint32_t q, uint32_t r)
{
    const pp_vec3 o = m->vert[p];

    return pp_norm(pp_cross(pp_sub(m->vert[q], o), pp_sub(m->vert[r], o)));
}

/*
 * Facets between opening a, forward, and border b, backward, of the least
 * area (Fuchs, Kedem and Uselton, "Optimal surface reconstruction from planar
 * contours", 1977): cost[i][j] is that of the best way through the first i
 * edges of a and j of b. m has room.
 */
static pp_status
zip(pp_mesh *m, loop a, loop b, pp_error *err)
{
    const size_t width = b.n + 1;
    double *cost = pp_alloc((a.n + 1) * width, sizeof *cost);
    size_t s = 0, e = 0, i, j;

    if (cost == NULL)
        return pp_fail_memory(err);
    find_start(m, a, b, &s, &e);
    for (i = 0; i <= a.n; i++)
        for (j = 0; j <= b.n; j++) {
            const uint32_t p = step_a(a, s, i), q = step_b(b, e, j);
            double best = i + j == 0 ? 0 : HUGE_VAL;

            if (i > 0)
                best = cost[(i - 1) * width + j] +
                       area_of(m, step_a(a, s, i - 1), p, q);
            if (j > 0)
                best = fmin(best, cost[i * width + j - 1] +
                                      area_of(m, step_b(b, e, j - 1), q, p));
            cost[i * width + j] = best;
        }
    for (i = a.n, j = b.n; i + j > 0;) {
        const uint32_t p = step_a(a, s, i), q = step_b(b, e, j);
        uint32_t *t = m->tri[m->ntri++];
        const bool along_a =
            j == 0 || (i > 0 && cost[i * width + j] ==
                                    cost[(i - 1) * width + j] +
                                        area_of(m, step_a(a, s, i - 1), p, q));

        t[0] = along_a ? step_a(a, s, i - 1) : q;
        t[1] = along_a ? p : step_b(b, e, j - 1);
        t[2] = along_a ? q : p;
        i -= along_a;
        j -= !along_a;
    }
    pp_free(cost);
    return PP_OK;
}

/* Adds the parts of the piece that fit, and zips their borders. */
static pp_status
put_in(pp_mesh *m, const borders *opening, const pp_mesh *piece,
       const borders *border, const uint32_t *part, const uint8_t *fits,
       const size_t *partner, size_t *nfilled, pp_error *err)
{
    const uint32_t first = (uint32_t)m->nvert;
    const size_t nfirst = m->ntri;
    pp_mesh added = { 0 };
    size_t n = 0;
    uint32_t *moved = pp_alloc(border->nvertex, sizeof *moved);

    if (moved == NULL)
        return pp_fail_memory(err);
    /* room for the piece and, at worst, a facet for each border vertex */
    if (pp_mesh_alloc(&added, piece->nvert,
                      piece->ntri + opening->nvertex + border->nvertex, err) !=
        PP_OK)
        goto done;
    assert(piece->vert != NULL);
    memcpy(added.vert, piece->vert, piece->nvert * sizeof *piece->vert);
    memset(added.tri, 0, added.ntri * sizeof *added.tri);
    if (pp_mesh_append(m, &added, err) != PP_OK)
        goto done;
    m->ntri = nfirst;
    for (size_t t = 0; t < piece->ntri; t++)
        if (fits[part[t]]) {
            for (int k = 0; k < 3; k++)
                m->tri[m->ntri][k] = first + piece->tri[t][k];
            m->ntri++;
        }
    for (size_t i = 0; i < border->nvertex; i++)
        moved[i] = first + border->vertex[i];
    for (size_t l = 0; l < border->nloop; l++) {
        const size_t o = partner[l];
        const loop b = { moved + border->start[l],
                         border->start[l + 1] - border->start[l] };

        if (o == SIZE_MAX)
            continue;
        if (zip(m, (loop){ opening->vertex + opening->start[o],
                           opening->start[o + 1] - opening->start[o] }, b,
                err) != PP_OK)
            goto done;
        n++;
    }
    *nfilled = n;
done:
    pp_mesh_free(&added);
    pp_free(moved);
    return err->status;
}

/* Borders of parts that do not fit have no partner. */
static void
forget_misfits(const borders *border, const uint32_t *part_of_vertex,
               const uint8_t *fits, size_t *partner)
{
    for (size_t l = 0; l < border->nloop; l++)
        if (!fits[part_of_vertex[border->vertex[border->start[l]]]])
            partner[l] = SIZE_MAX;
}

pp_status
pp_refill(pp_mesh *m, const pp_cure *c, size_t *nfilled, pp_error *err)
{
    const double gap_mm = c->options->guide_reach_mm / 2;
    const pp_seam none = { 0 };
    pp_mesh piece = { 0 };
    borders opening = { 0 }, border = { 0 };
    uint32_t *part = NULL, *part_of_vertex = NULL, npart = 0;
    uint8_t *fits = NULL;
    size_t *partner = NULL, ndropped;

    *nfilled = 0;
    if (find_borders(m, c->seam, &opening, err) != PP_OK ||
        opening.nloop == 0 ||
        find_missing(m, c->around, c->options->guide, gap_mm, &piece, err) !=
            PP_OK ||
        find_borders(&piece, &none, &border, err) != PP_OK ||
        pp_mesh_parts(&piece, &part, &npart, err) != PP_OK)
        goto done;
    part_of_vertex = pp_alloc_zero(piece.nvert, sizeof *part_of_vertex);
    fits = pp_alloc(npart, 1);
    partner = pp_alloc(border.nloop, sizeof *partner);
    if (part_of_vertex == NULL || fits == NULL || partner == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    for (size_t k = 0; k < 3 * piece.ntri; k++)
        part_of_vertex[piece.tri[k / 3][k % 3]] = part[k / 3];
    if (match(m, &opening, &piece, &border, part_of_vertex, npart,
              BORDER_GAPS * gap_mm, partner, fits, err) != PP_OK)
        goto done;
    forget_misfits(&border, part_of_vertex, fits, partner);
    if (put_in(m, &opening, &piece, &border, part, fits, partner, nfilled,
               err) == PP_OK)
        (void)!pp_mesh_drop_unused(m, &ndropped, err);
done:
    pp_mesh_free(&piece);
    free_borders(&opening);
    free_borders(&border);
    pp_free(part);
    pp_free(part_of_vertex);
    pp_free(fits);
    pp_free(partner);
    return err->status;
}
