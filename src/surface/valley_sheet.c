/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * valley_sheet.c - from surfels to one sheet of facets
 *
 * A sample of the lattice has a side of every sheet that passes near it, and
 * where two pass it has two: one sign for each sheet, from the surfels of that
 * sheet around the sample's foot. A sample with one of its sheets is called a
 * place here. Places of neighbouring samples are partners when they mean the
 * same sheet; eight places that are partners all around a cell let marching
 * cubes run in it (Lorensen and Cline 1987), and one cell may hold several
 * such sets. A vertex belongs to two partners, so cells that share a face
 * share its vertices: the sheet is manifold, with boundary where places end.
 *
 * Surfels reach beyond their rim: the sheet is carried on there, and cut by
 * valley_rim.c.
 */
#include "surface/valley_fit.h"

#include "base/alloc.h"
#include "surface/lattice.h"

#include <string.h>

#define MOST_NEAR 1024
#define MOST_SHEETS 3  /* places at one sample */
#define WIDE 0.8       /* sigma of the weights of surfels about a foot */
#define ACROSS 0.4     /* how far a surfel of a sheet lies off its plane, and */
#define BEND 0.25      /* for each unit of way */
#define SAME_TURN 0.5  /* cosine of normals on one sheet */
#define SAME_RISE 0.6  /* how far partners may disagree */
#define SIDE_BY_SIDE 0.9 /* cosine of normals of sheets that do not cross */
#define KEEP_OFF 0.02  /* vertices keep this share of an edge from its ends */

typedef struct {
    float side; /* signed distance to the sheet */
    float normal[3];
} place;

typedef struct {
    const pp_valley_field *f;
    const pp_surfels *s;
    double reach;    /* of surfels about a sample */
    size_t *sample;  /* memory positions, ascending */
    size_t nsample;
    size_t *row;     /* of each (j, k): its first sample, and the end */
    size_t *first;   /* of each sample: its first place, and the end */
    place *at;
    uint32_t *owner; /* of each place: its sample */
    uint32_t (*partner)[3];
    size_t nplace;
} cover;

static void
free_cover(cover *c)
{
    pp_free(c->sample);
    pp_free(c->row);
    pp_free(c->first);
    pp_free(c->at);
    pp_free(c->owner);
    pp_free(c->partner);
}

/* ---- places ---- */

/*
 * Takes out of the list what neighbours connect with those taken before: the
 * same sheet, where it bends away. The list holds n that are left; behind
 * them, to `all`, are those taken.
 */
static void
take_connected(const pp_surfel *s, uint32_t *near, size_t *n, size_t all)
{
    for (size_t look = all; look-- > *n;)
        for (size_t m = 0; m < *n;) {
            const uint32_t a = near[m];
            double turn;

            if (!pp_surfels_linked(&s[a], &s[near[look]], &turn)) {
                m++;
                continue;
            }
            near[m] = near[--*n];
            near[*n] = a;
        }
}

/* One sheet's place: takes its surfels out of the list; false: no more. */
static bool
take_sheet(const cover *c, pp_vec3 p, uint32_t *near, size_t *n, place *out)
{
    const pp_surfel *all = c->s->s;
    const size_t before = *n;
    double least = HUGE_VAL, sum = 0, side = 0;
    pp_vec3 normal = { 0, 0, 0 }, foot, lead;
    size_t leader = 0, left = *n;

    for (size_t m = 0; m < *n; m++) {
        const pp_vec3 d = pp_sub(all[near[m]].at, p);

        if (pp_dot(d, d) < least) {
            least = pp_dot(d, d);
            leader = m;
        }
    }
    if (*n == 0)
        return false;
    lead = all[near[leader]].normal;
    foot = pp_madd(p, pp_dot(pp_sub(all[near[leader]].at, p), lead), lead);
    least = pp_distance(foot, all[near[leader]].at);
    for (size_t m = 0; m < left;) {
        const uint32_t a = near[m];
        const pp_vec3 way = pp_sub(all[a].at, foot);
        const double far = pp_norm(way), turn = pp_dot(all[a].normal, lead);

        if (fabs(pp_dot(way, lead)) > ACROSS + BEND * far ||
            fabs(turn) < SAME_TURN) {
            m++;
            continue;
        }
        near[m] = near[--left];
        near[left] = a;
        if (turn < 0)
            continue; /* a seam of a one-sided surface */
        const double weight = exp((least * least - far * far) /
                                  (2 * WIDE * WIDE)) * all[a].worth;

        sum += weight;
        side += weight * pp_dot(pp_sub(p, all[a].at), all[a].normal);
        normal = pp_madd(normal, weight, all[a].normal);
    }
    take_connected(all, near, &left, before);
    *n = left;
    normal = pp_unit(normal);
    out->side = (float)(side / sum);
    out->normal[0] = (float)normal.x;
    out->normal[1] = (float)normal.y;
    out->normal[2] = (float)normal.z;
    return true;
}

/* The places of a sample: at most MOST_SHEETS. */
static int
find_places(const cover *c, size_t sample, uint32_t *near, place *out)
{
    const pp_vec3 p = pp_valley_sample(c->f, sample);
    size_t n = pp_surfels_near(c->f, c->s, p, c->reach, near, MOST_NEAR);
    size_t kept = 0;
    int found = 0;

    for (size_t m = 0; m < n; m++)
        if (c->s->piece[near[m]] != PP_SURFEL_ALONE)
            near[kept++] = near[m];
    for (int tries = 0; tries < 2 * MOST_SHEETS && found < MOST_SHEETS;
         tries++) {
        if (!take_sheet(c, p, near, &kept, &out[found]))
            break;
        if (fabs((double)out[found].side) <= 1.05 * c->f->diagonal)
            found++;
    }
    return found;
}

static pp_status
list_samples(cover *c, pp_error *err)
{
    const pp_valley_field *f = c->f;
    const size_t nrow = f->dim[1] * f->dim[2];
    const float limit = (float)(c->reach + 2 * f->check.noise);
    size_t n = 0;

    c->row = pp_alloc(nrow + 1, sizeof *c->row);
    if (c->row == NULL)
        return pp_fail_memory(err);
    for (size_t i = 0; i < nrow * f->dim[0]; i++)
        n += fabsf(f->u[i]) <= limit;
    if (n >= PP_NONE / (2 * MOST_SHEETS))
        return pp_fail(err, PP_ELIMIT, "%zu voxels near the surface", n);
    c->sample = pp_alloc(n, sizeof *c->sample);
    if (c->sample == NULL)
        return pp_fail_memory(err);
    for (size_t r = 0; r < nrow; r++) {
        c->row[r] = c->nsample;
        for (size_t i = r * f->dim[0]; i < (r + 1) * f->dim[0]; i++)
            if (fabsf(f->u[i]) <= limit)
                c->sample[c->nsample++] = i;
    }
    c->row[nrow] = c->nsample;
    return PP_OK;
}

static pp_status
make_places(cover *c, pp_error *err)
{
    const ptrdiff_t n = (ptrdiff_t)c->nsample;
    place(*found)[MOST_SHEETS] = pp_alloc(c->nsample, sizeof *found);
    uint8_t *count = pp_alloc_zero(c->nsample, 1);
    bool failed = false;

    c->first = pp_alloc(c->nsample + 1, sizeof *c->first);
    if (found == NULL || count == NULL || c->first == NULL) {
        pp_fail_memory(err);
        goto done;
    }
#pragma omp parallel
    {
        uint32_t *near = pp_alloc(MOST_NEAR, sizeof *near);

        if (near == NULL) {
#pragma omp atomic write
            failed = true;
        }
#pragma omp for schedule(dynamic, 256)
        for (ptrdiff_t i = 0; i < n; i++)
            if (near != NULL)
                count[i] = (uint8_t)find_places(c, c->sample[i], near,
                                                found[i]);
        pp_free(near);
    }
    for (size_t i = 0; i < c->nsample; i++) {
        c->first[i] = c->nplace;
        c->nplace += count[i];
    }
    c->first[c->nsample] = c->nplace;
    c->at = pp_alloc(c->nplace, sizeof *c->at);
    c->owner = pp_alloc(c->nplace, sizeof *c->owner);
    c->partner = pp_alloc(c->nplace, sizeof *c->partner);
    if (failed || c->at == NULL || c->owner == NULL || c->partner == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    for (size_t i = 0; i < c->nsample; i++)
        for (size_t k = 0; k < count[i]; k++) {
            c->at[c->first[i] + k] = found[i][k];
            c->owner[c->first[i] + k] = (uint32_t)i;
        }
done:
    pp_free(found);
    pp_free(count);
    return err->status;
}

/* ---- partners ---- */

/* The sample one step along an axis, or none. */
static bool
next_sample(const cover *c, size_t sample, int axis, size_t *next)
{
    const pp_valley_field *f = c->f;
    const size_t n = c->sample[sample];
    const size_t i = n % f->dim[0], r = n / f->dim[0];
    const size_t at[3] = { i, r % f->dim[1], r / f->dim[1] };
    const size_t stride[3] = { 1, f->dim[0], f->dim[0] * f->dim[1] };
    const size_t rows[3] = { 0, 1, f->dim[1] };
    size_t low, high;

    if (at[axis] + 1 >= f->dim[axis])
        return false;
    low = c->row[r + rows[axis]];
    high = c->row[r + rows[axis] + 1];
    while (low < high) {
        const size_t mid = low + (high - low) / 2;

        if (c->sample[mid] < n + stride[axis])
            low = mid + 1;
        else
            high = mid;
    }
    *next = low;
    return low < c->row[r + rows[axis] + 1] &&
           c->sample[low] == n + stride[axis];
}

/* How far two places are from telling the same; large: they do not. */
static double
disagreement(const place *a, const place *b, pp_vec3 way)
{
    const pp_vec3 m = pp_vec((double)a->normal[0], (double)a->normal[1],
                             (double)a->normal[2]);
    const pp_vec3 n = pp_vec((double)b->normal[0], (double)b->normal[1],
                             (double)b->normal[2]);

    if (pp_dot(m, n) < SAME_TURN)
        return 9;
    return fabs((double)b->side - (double)a->side -
                (pp_dot(way, m) + pp_dot(way, n)) / 2);
}

/* The place of the other sample that means the same sheet, if each is the
 * other's best. */
static uint32_t
find_partner(const cover *c, size_t p, size_t next, pp_vec3 way)
{
    const size_t own = c->owner[p];
    size_t best = PP_NONE;
    double least = SAME_RISE;

    for (size_t q = c->first[next]; q < c->first[next + 1]; q++) {
        const double d = disagreement(&c->at[p], &c->at[q], way);

        if (d < least) {
            least = d;
            best = q;
        }
    }
    if (best == PP_NONE)
        return PP_NONE;
    for (size_t o = c->first[own]; o < c->first[own + 1]; o++) {
        const double d = disagreement(&c->at[o], &c->at[best], way);

        if (d < least || (d <= least && o < p))
            return PP_NONE;
    }
    return (uint32_t)best;
}

static void
join_partners(const cover *c)
{
    const ptrdiff_t n = (ptrdiff_t)c->nplace;

#pragma omp parallel for schedule(static)
    for (ptrdiff_t p = 0; p < n; p++)
        for (int a = 0; a < 3; a++) {
            const pp_vec3 way = pp_vec(c->f->step[0][a], c->f->step[1][a],
                                       c->f->step[2][a]);
            size_t next;

            c->partner[p][a] = PP_NONE;
            if (next_sample(c, c->owner[p], a, &next))
                c->partner[p][a] = find_partner(c, (size_t)p, next, way);
        }
}

/* ---- facets ---- */

/* The eight places of a cell from its lowest one; false: not all agree. */
static bool
gather_cell(const cover *c, uint32_t lowest, uint32_t corner[8])
{
    corner[0] = lowest;
    for (int k = 1; k < 8; k++) {
        corner[k] = PP_NONE;
        for (int a = 0; a < 3; a++) {
            if (!(k >> a & 1))
                continue;
            const uint32_t to = c->partner[corner[k & ~(1 << a)]][a];

            if (to == PP_NONE || (corner[k] != PP_NONE && corner[k] != to))
                return false;
            corner[k] = to;
        }
    }
    return true;
}

static unsigned
case_of(const cover *c, const uint32_t corner[8])
{
    unsigned m = 0;

    for (int k = 0; k < 8; k++)
        m |= (unsigned)(c->at[corner[k]].side < 0) << k;
    return m;
}

/* The vertex of a lattice edge: numbered at its first use. */
static uint32_t
vertex_of(const cover *c, uint32_t p, int axis, uint32_t (*number)[3],
          pp_mesh *m)
{
    const pp_valley_field *f = c->f;
    const uint32_t q = c->partner[p][axis];
    const double a = (double)c->at[p].side, b = (double)c->at[q].side;
    const double t = fmin(fmax(a / (a - b), KEEP_OFF), 1 - KEEP_OFF);

    if (number[p][axis] == PP_NONE) {
        number[p][axis] = (uint32_t)m->nvert;
        m->vert[m->nvert++] = pp_madd(
            pp_valley_sample(f, c->sample[c->owner[p]]), t,
            pp_vec(f->step[0][axis], f->step[1][axis], f->step[2][axis]));
    }
    return number[p][axis];
}

/* Do two sheets cross in the cell above a sample? Neither is made there, so
 * that facets never cross. */
static bool
is_contested(const cover *c, const pp_cell_case *table, size_t sample)
{
    const size_t first = c->first[sample], end = c->first[sample + 1];
    size_t active[MOST_SHEETS], n = 0;
    uint32_t corner[8];

    if (end - first < 2)
        return false;
    for (size_t p = first; p < end; p++)
        if (gather_cell(c, (uint32_t)p, corner) &&
            table[case_of(c, corner)].ntri > 0)
            active[n++] = p;
    for (size_t a = 0; a + 1 < n; a++)
        for (size_t b = a + 1; b < n; b++) {
            const float *m = c->at[active[a]].normal;
            const float *o = c->at[active[b]].normal;

            if (fabsf(m[0] * o[0] + m[1] * o[1] + m[2] * o[2]) < SIDE_BY_SIDE)
                return true;
        }
    return false;
}

static void
count_edges(const cover *c, const pp_cell_case *table, size_t *ntri,
            size_t *nvert)
{
    *ntri = *nvert = 0;
    for (uint32_t p = 0; p < c->nplace; p++) {
        uint32_t corner[8];

        for (int a = 0; a < 3; a++) {
            const uint32_t q = c->partner[p][a];

            *nvert += q != PP_NONE &&
                      (c->at[p].side < 0) != (c->at[q].side < 0);
        }
        if (gather_cell(c, p, corner))
            *ntri += table[case_of(c, corner)].ntri;
    }
}

static pp_status
make_facets(const cover *c, pp_mesh *m, pp_error *err)
{
    const bool turned = pp_valley_is_mirrored((const double(*)[3])c->f->step);
    pp_cell_case table[256];
    uint32_t(*number)[3] = pp_alloc(c->nplace, sizeof *number);
    size_t ntri, nvert;

    if (number == NULL)
        return pp_fail_memory(err);
    pp_cell_table(false, table);
    count_edges(c, table, &ntri, &nvert);
    if (ntri >= PP_MESH_LIMIT || nvert >= PP_MESH_LIMIT) {
        pp_fail(err, PP_ELIMIT, "%zu facets", ntri);
        goto done;
    }
    if (pp_mesh_alloc(m, nvert, ntri, err) != PP_OK)
        goto done;
    memset(number, 0xff, c->nplace * sizeof *number);
    m->nvert = m->ntri = 0;
    for (uint32_t p = 0; p < c->nplace; p++) {
        uint32_t corner[8];

        if (!gather_cell(c, p, corner) ||
            is_contested(c, table, c->owner[p]))
            continue;
        const pp_cell_case *cut = &table[case_of(c, corner)];

        for (int t = 0; t < cut->ntri; t++, m->ntri++)
            for (int k = 0; k < 3; k++) {
                const int e = cut->edge[t][turned ? 2 - k : k];
                const int low = pp_cell_edge_corner(e, 0);

                m->tri[m->ntri][k] = vertex_of(c, corner[low], e >> 2, number,
                                               m);
            }
    }
done:
    pp_free(number);
    return err->status;
}

pp_status
pp_valley_sheet(const pp_valley_field *f, const pp_surfels *s, pp_mesh *mesh,
                pp_error *err)
{
    /* a cell that far beyond the rim still has all its corners */
    cover c = { .f = f, .s = s,
                .reach = PP_VALLEY_TAU + 1 + f->diagonal };

    memset(mesh, 0, sizeof *mesh);
    if (list_samples(&c, err) == PP_OK && make_places(&c, err) == PP_OK) {
        join_partners(&c);
        (void)!make_facets(&c, mesh, err);
    }
    free_cover(&c);
    if (err->status != PP_OK)
        pp_mesh_free(mesh);
    return err->status;
}
