/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "repair/repair.h"

#include "base/alloc.h"
#include "shapes.h"
#include "test.h"

#include <string.h>

/*
 * Clean bodies with injected defects of each kind: clean afterwards, near the
 * original, and untouched but for the neighbourhoods.
 */

enum { MISSING = 1, FLIPPED = 2, DOUBLED = 4, SPIKES = 8, CRACKS = 16 };

/* Facets that one defect may cost, its rings and the cuts of a spike. */
#define FACETS_A_DEFECT 60

static pp_mesh
body(void)
{
    pp_mesh m = pp_shape_torus(pp_vec(0, 0, 0), 30, 12, 160, 64);

    pp_shape_add(&m, pp_shape_sphere(pp_vec(100, 20, -300), 15, 4));
    pp_shape_rotate(&m, 0.3, 0.2, 0.1);
    pp_mesh_round_float(&m);
    return m;
}

static void
drop_facet(pp_mesh *m, size_t t)
{
    memmove(m->tri[t], m->tri[t + 1], (m->ntri - t - 1) * sizeof *m->tri);
    m->ntri--;
}

static void
flip_facet(pp_mesh *m, size_t t)
{
    const uint32_t v = m->tri[t][1];

    m->tri[t][1] = m->tri[t][2];
    m->tri[t][2] = v;
}

static void
double_facet(pp_mesh *m, size_t t)
{
    m->tri = pp_realloc(m->tri, m->ntri + 1, sizeof *m->tri);
    memcpy(m->tri[m->ntri++], m->tri[t], sizeof *m->tri);
}

/* A vertex goes through the surface beside it. */
static void
pull_vertex(pp_mesh *m, size_t t, pp_random *r)
{
    pp_vec3 *p = &m->vert[m->tri[t][0]];

    *p = pp_add(*p, pp_vec(4 * pp_random_unit(r) - 2,
                           4 * pp_random_unit(r) - 2,
                           4 * pp_random_unit(r) - 2));
}

/* A facet comes off its neighbours by a few micrometres. */
static void
crack_facet(pp_mesh *m, size_t t)
{
    m->vert = pp_realloc(m->vert, m->nvert + 3, sizeof *m->vert);
    for (int k = 0; k < 3; k++) {
        m->vert[m->nvert] = pp_add(m->vert[m->tri[t][k]],
                                   pp_vec(1e-3, -1e-3, 1e-3));
        m->tri[t][k] = (uint32_t)m->nvert++;
    }
}

static void
damage(pp_mesh *m, int kinds, int n, pp_random *r)
{
    for (int i = 0; i < n; i++) {
        const size_t t = pp_random_below(r, (unsigned)m->ntri);
        int kind = 1 << pp_random_below(r, 5);

        while (!(kind & kinds))
            kind = 1 << pp_random_below(r, 5);
        if (kind == MISSING)
            drop_facet(m, t);
        else if (kind == FLIPPED)
            flip_facet(m, t);
        else if (kind == DOUBLED)
            double_facet(m, t);
        else if (kind == SPIKES)
            pull_vertex(m, t, r);
        else
            crack_facet(m, t);
    }
}

static void
survive(int kinds, int n)
{
    static const pp_repair_options floats = { .round_float = true };
    pp_error err = { 0 };
    pp_random r = { (unsigned long long)(kinds * 1000 + n) };
    pp_repair_ledger l;
    pp_mesh m = body();
    const double volume = pp_shape_volume(&m);
    const size_t nwhole = m.ntri;
    char text[200];

    damage(&m, kinds, n, &r);
    ck_ok(pp_repair(&m, &floats, &l, &err), err);
    pp_report_summary(&l.after, text, sizeof text);
    ck_assert_msg(pp_report_ndefect(&l.after) == 0, "kinds %d, %d of them: %s",
                  kinds, n, text);
    ck_assert_uint_ge(l.after.nshell, 2);
    ck_near(pp_shape_volume(&m), volume, 0.01 * volume);
    ck_assert_uint_ge(l.nsame + (size_t)n * FACETS_A_DEFECT, nwhole);
    ck_assert(l.max_deviation_mm <= 0.5);
    pp_repair_ledger_free(&l);
    pp_mesh_free(&m);
}

START_TEST(one_defect_of_each_kind_is_cured)
{
    for (int kind = 1; kind <= CRACKS; kind *= 2)
        survive(kind, 1);
}
END_TEST

START_TEST(forty_defects_of_each_kind_are_cured)
{
    for (int kind = 1; kind <= CRACKS; kind *= 2)
        survive(kind, 40);
}
END_TEST

START_TEST(a_hundred_and_fifty_defects_of_all_kinds_are_cured)
{
    survive(MISSING | FLIPPED | DOUBLED | SPIKES | CRACKS, 150);
}
END_TEST

PP_TESTS("repair/damage", one_defect_of_each_kind_is_cured,
         forty_defects_of_each_kind_are_cured,
         a_hundred_and_fifty_defects_of_all_kinds_are_cured)
