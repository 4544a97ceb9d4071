/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mutations.c - each defect, put into a clean mesh a thousand times, is found
 * at its place, as its kind, with its consequences and no more
 *
 * The body is a ball whose coordinates lie on a grid of 2^-10 mm, so that
 * midpoints and mirror images are exact. The table below names for each
 * mutation what must be reported: so many, or at least one (SOME).
 */
#include "check/check.h"

#include "base/alloc.h"
#include "shapes.h"
#include "test.h"

#include <stdlib.h>
#include <string.h>

#define TIMES 1000
#define SOME SIZE_MAX
#define RADIUS 10

/* Where the mutation is; every witness must lie within reach of it. */
typedef struct {
    pp_vec3 place;
    double reach_mm;
} site;

static double
on_grid(double x)
{
    return round(x * 1024) / 1024;
}

static pp_mesh
ball(void)
{
    pp_mesh m = pp_shape_sphere(pp_vec(0, 0, 0), RADIUS, 2);

    for (size_t v = 0; v < m.nvert; v++)
        m.vert[v] = pp_vec(2 * on_grid(m.vert[v].x / 2),
                           2 * on_grid(m.vert[v].y / 2),
                           2 * on_grid(m.vert[v].z / 2));
    return m;
}

static pp_vec3
middle(const pp_mesh *m, size_t t)
{
    return pp_scale(pp_add(pp_add(m->vert[m->tri[t][0]],
                                  m->vert[m->tri[t][1]]),
                           m->vert[m->tri[t][2]]),
                    1.0 / 3);
}

static site
at_facet(const pp_mesh *m, size_t t)
{
    const pp_vec3 c = middle(m, t);
    double reach = 0;

    for (int k = 0; k < 3; k++)
        reach = fmax(reach, pp_distance(c, m->vert[m->tri[t][k]]));
    return (site){ c, reach * 1.01 };
}

/* More room: contents stay. */
static void
make_room(pp_mesh *m, size_t nvert, size_t ntri)
{
    m->vert = pp_realloc(m->vert, m->nvert + nvert, sizeof *m->vert);
    m->tri = pp_realloc(m->tri, m->ntri + ntri, sizeof *m->tri);
    ck_assert(m->vert != NULL && m->tri != NULL);
}

static void
add_facet(pp_mesh *m, uint32_t a, uint32_t b, uint32_t c)
{
    const uint32_t f[3] = { a, b, c };

    make_room(m, 0, 1);
    memcpy(m->tri[m->ntri++], f, sizeof f);
}

static uint32_t
add_vertex(pp_mesh *m, pp_vec3 p)
{
    make_room(m, 1, 0);
    m->vert[m->nvert] = p;
    return (uint32_t)m->nvert++;
}

/* The facet that runs from b to a, the neighbour over the edge a b. */
static size_t
neighbour(const pp_mesh *m, uint32_t a, uint32_t b)
{
    for (size_t t = 0; t < m->ntri; t++)
        for (int k = 0; k < 3; k++)
            if (m->tri[t][k] == b && m->tri[t][(k + 1) % 3] == a)
                return t;
    ck_abort_msg("a closed mesh has two facets at each edge");
}

/* ---- the mutations; t is a random facet ---- */

static site
take_out(pp_mesh *m, size_t t, pp_random *r)
{
    const site s = at_facet(m, t);

    (void)r;
    memmove(m->tri + t, m->tri + t + 1, (m->ntri - t - 1) * sizeof *m->tri);
    m->ntri--;
    return s;
}

static site
turn_over(pp_mesh *m, size_t t, pp_random *r)
{
    const uint32_t v = m->tri[t][0];

    (void)r;
    m->tri[t][0] = m->tri[t][1];
    m->tri[t][1] = v;
    return at_facet(m, t);
}

static site
repeat(pp_mesh *m, size_t t, pp_random *r)
{
    const uint32_t k = pp_random_below(r, 3);

    add_facet(m, m->tri[t][k], m->tri[t][(k + 1) % 3], m->tri[t][(k + 2) % 3]);
    return at_facet(m, t);
}

static site
repeat_backwards(pp_mesh *m, size_t t, pp_random *r)
{
    const uint32_t k = pp_random_below(r, 3);

    add_facet(m, m->tri[t][(k + 1) % 3], m->tri[t][k], m->tri[t][(k + 2) % 3]);
    return at_facet(m, t);
}

/* A third facet on an edge, standing outward. */
static site
add_fin(pp_mesh *m, size_t t, pp_random *r)
{
    const uint32_t k = pp_random_below(r, 3);
    const uint32_t a = m->tri[t][k], b = m->tri[t][(k + 1) % 3];
    const pp_vec3 p = pp_scale(pp_add(m->vert[a], m->vert[b]), 0.75);

    add_facet(m, a, b, add_vertex(m, p));
    return at_facet(m, m->ntri - 1);
}

/* A facet that names a vertex twice: nothing but itself. */
static site
add_line(pp_mesh *m, size_t t, pp_random *r)
{
    const uint32_t k = pp_random_below(r, 3);

    add_facet(m, m->tri[t][k], m->tri[t][(k + 1) % 3], m->tri[t][k]);
    return at_facet(m, t);
}

/*
 * An edge is split for one facet only; a facet without area fills the slit.
 * The two halves lie along the whole edge and touch its facet there.
 */
static site
add_slit(pp_mesh *m, size_t t, pp_random *r)
{
    const uint32_t k = pp_random_below(r, 3);
    const uint32_t a = m->tri[t][k], b = m->tri[t][(k + 1) % 3],
                   c = m->tri[t][(k + 2) % 3];
    const uint32_t p = add_vertex(
        m, pp_scale(pp_add(m->vert[a], m->vert[b]), 0.5));
    const site s = at_facet(m, t);

    m->tri[t][0] = a;
    m->tri[t][1] = p;
    m->tri[t][2] = c;
    add_facet(m, p, b, c);
    add_facet(m, a, b, p);
    return s;
}

static site
turn_all(pp_mesh *m, size_t t, pp_random *r)
{
    (void)t;
    (void)r;
    pp_shape_flip(m);
    return (site){ pp_vec(0, 0, 0), 1.01 * RADIUS };
}

/* A vertex far through the other side. */
static site
pull_through(pp_mesh *m, size_t t, pp_random *r)
{
    const uint32_t v = m->tri[t][pp_random_below(r, 3)];

    m->vert[v] = pp_scale(m->vert[v], -1.25);
    return (site){ pp_vec(0, 0, 0), 1.3 * RADIUS };
}

/*
 * A vertex goes into the middle of the facet across its opposite edge: both
 * then lie in one plane, one over the other.
 */
static site
fold(pp_mesh *m, size_t t, pp_random *r)
{
    const uint32_t k = pp_random_below(r, 3);
    const uint32_t a = m->tri[t][k], b = m->tri[t][(k + 1) % 3];
    const uint32_t v = m->tri[t][(k + 2) % 3];
    const size_t u = neighbour(m, a, b);
    uint32_t d = 0;

    for (int i = 0; i < 3; i++)
        if (m->tri[u][i] != a && m->tri[u][i] != b)
            d = m->tri[u][i];
    m->vert[v] = pp_add(
        pp_scale(m->vert[d], 0.5),
        pp_scale(pp_add(m->vert[a], m->vert[b]), 0.25));
    return (site){ m->vert[v], RADIUS };
}

/* A second ball, the mirror image through a vertex, hangs on it. */
static site
pinch(pp_mesh *m, size_t t, pp_random *r)
{
    const pp_vec3 p = m->vert[m->tri[t][pp_random_below(r, 3)]];
    pp_mesh other = ball();
    pp_error err = { 0 };
    size_t njoined;

    for (size_t v = 0; v < other.nvert; v++)
        other.vert[v] = pp_sub(pp_scale(p, 2), other.vert[v]);
    pp_shape_flip(&other);
    pp_shape_add(m, other);
    ck_ok(pp_mesh_weld_exact(m, &njoined, &err), err);
    ck_assert_uint_eq(njoined, 1);
    return (site){ p, 0 };
}

/* A facet with vertices of its own, as in a file read without joining. */
static site
loosen(pp_mesh *m, size_t t, pp_random *r)
{
    (void)r;
    for (int k = 0; k < 3; k++) {
        const uint32_t v = add_vertex(m, m->vert[m->tri[t][k]]);

        m->tri[t][k] = v;
    }
    return (site){ middle(m, t), 6 };
}

/* A small solid ball inside the solid one. */
static site
put_inside(pp_mesh *m, size_t t, pp_random *r)
{
    const pp_vec3 p = pp_scale(middle(m, t), 0.9 * pp_random_unit(r));
    const double radius = 0.04 * RADIUS;

    pp_shape_add(m, pp_shape_sphere(p, radius, 1));
    return (site){ p, 1.01 * radius };
}

/* A smaller facet in the plane of another one, inside it, exactly. */
static site
cover(pp_mesh *m, size_t t, pp_random *r)
{
    const site s = at_facet(m, t);
    const uint32_t turn = pp_random_below(r, 2);
    uint32_t v[3];

    for (uint32_t k = 0; k < 3; k++) {
        const pp_vec3 a = m->vert[m->tri[t][k]];
        const pp_vec3 b = m->vert[m->tri[t][(k + 1) % 3]];
        const pp_vec3 c = m->vert[m->tri[t][(k + 2) % 3]];

        v[k] = add_vertex(m, pp_scale(pp_add(pp_scale(a, 2), pp_add(b, c)),
                                      0.25));
    }
    add_facet(m, v[0], v[1 + turn], v[2 - turn]);
    return s;
}

/* ---- the table ---- */

typedef struct {
    const char *name;
    site (*mutate)(pp_mesh *m, size_t t, pp_random *r);
    size_t count[PP_NDEFECT];
    pp_contact contact; /* one that must be among the crossings */
} mutation;

static const mutation table[] = {
    { "a facet taken out", take_out, { [PP_DEFECT_OPEN_EDGE] = 3 }, 0 },
    { "a facet turned over", turn_over, { [PP_DEFECT_FLIPPED] = 1 }, 0 },
    { "a facet twice", repeat,
      { [PP_DEFECT_DUPLICATE] = 1, [PP_DEFECT_NONMANIFOLD_EDGE] = 3 }, 0 },
    { "a facet and its back", repeat_backwards,
      { [PP_DEFECT_DUPLICATE] = 1, [PP_DEFECT_NONMANIFOLD_EDGE] = 3 }, 0 },
    { "a fin", add_fin,
      { [PP_DEFECT_NONMANIFOLD_EDGE] = 1, [PP_DEFECT_OPEN_EDGE] = 2 }, 0 },
    { "a facet that is a line", add_line, { [PP_DEFECT_DEGENERATE] = 1 }, 0 },
    { "a slit filled with nothing", add_slit,
      { [PP_DEFECT_DEGENERATE] = 1, [PP_DEFECT_CROSSING] = 2 },
      PP_CONTACT_TOUCH },
    { "a ball inside out", turn_all, { [PP_DEFECT_INVERTED_SHELL] = 1 }, 0 },
    { "a vertex pulled through", pull_through, { [PP_DEFECT_CROSSING] = SOME },
      PP_CONTACT_CROSS },
    { "a fold", fold, { [PP_DEFECT_CROSSING] = SOME }, PP_CONTACT_FOLD },
    { "a facet that covers part of another", cover,
      { [PP_DEFECT_OPEN_EDGE] = 3, [PP_DEFECT_CROSSING] = 1 },
      PP_CONTACT_OVERLAP },
    { "two balls at one vertex", pinch,
      { [PP_DEFECT_NONMANIFOLD_VERTEX] = 1 }, 0 },
    { "a loose facet", loosen,
      { [PP_DEFECT_OPEN_EDGE] = 6, [PP_DEFECT_CROSSING] = SOME },
      PP_CONTACT_TOUCH },
    { "a solid in a solid", put_inside, { [PP_DEFECT_INVERTED_SHELL] = 1 },
      0 },
};

static void
assert_found(const mutation *x, const pp_mesh *m, site s)
{
    const pp_check_options all = { .max_witness = SIZE_MAX };
    const pp_defect_row *row = pp_defect_table();
    pp_report r;
    pp_error err = { 0 };

    ck_ok(pp_check(m, &all, &r, &err), err);
    for (int d = 0; d < PP_NDEFECT; d++) {
        const pp_finding *f = &r.defect[d];

        ck_assert_msg(x->count[d] == SOME ? f->count > 0
                                          : f->count == x->count[d],
                      "%s: %zu %s", x->name, f->count, row[d].key);
        ck_assert_uint_eq(f->nwitness, f->count);
        for (size_t i = 0; i < f->nwitness; i++)
            ck_assert_msg(pp_distance(f->witness[i].place, s.place) <=
                              s.reach_mm,
                          "%s: %s far away", x->name, row[d].key);
    }
    ck_assert(x->contact == PP_CONTACT_NONE || r.ncontact[x->contact] > 0);
    pp_report_free(&r);
}

START_TEST(every_mutation_is_found_at_its_place_and_nothing_else)
{
    for (size_t k = 0; k < sizeof table / sizeof *table; k++) {
        pp_random r = { 100 + k };

        for (int i = 0; i < pp_test_rounds(TIMES); i++) {
            pp_mesh m = ball();
            const size_t t = pp_random_below(&r, (unsigned)m.ntri);
            const site s = table[k].mutate(&m, t, &r);

            assert_found(&table[k], &m, s);
            pp_mesh_free(&m);
        }
    }
}
END_TEST

START_TEST(the_body_itself_is_clean)
{
    static const mutation nothing = { .name = "nothing" };
    pp_mesh m = ball();

    assert_found(&nothing, &m, (site){ pp_vec(0, 0, 0), 0 });
    pp_mesh_free(&m);
}
END_TEST

PP_TESTS("check/mutations",
         every_mutation_is_found_at_its_place_and_nothing_else,
         the_body_itself_is_clean)
