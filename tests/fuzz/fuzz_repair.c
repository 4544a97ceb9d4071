/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Repairs of small soups. Eight bytes are options; then each vertex is three
 * bytes on a coarse lattice, so that much coincides, and each facet three
 * vertex numbers. What is called clean must be clean, and the ledger's counts
 * must add up.
 */
#include "fuzz.h"

#include "base/alloc.h"
#include "repair/repair.h"

#include <stdlib.h>

#define OPTIONS 8
#define MOST_FACETS 48

static bool
make_soup(const uint8_t *data, size_t size, pp_mesh *m, pp_error *err)
{
    const size_t nvert = 3 + data[0] % 30;
    const size_t at = OPTIONS + 3 * nvert;
    size_t ntri;

    if (size < at + 3)
        return false;
    ntri = (size - at) / 3;
    ntri = ntri < MOST_FACETS ? ntri : MOST_FACETS;
    if (pp_mesh_alloc(m, nvert, ntri, err) != PP_OK)
        return false;
    for (size_t v = 0; v < nvert; v++) {
        const uint8_t *p = data + OPTIONS + 3 * v;

        m->vert[v] = pp_vec(p[0] / 4.0, p[1] / 4.0, p[2] / 4.0);
    }
    for (size_t c = 0; c < 3 * ntri; c++)
        m->tri[c / 3][c % 3] = data[at + c] % (uint32_t)nvert;
    return true;
}

static void
check_result(const pp_mesh *m, size_t nbefore, const pp_repair_options *o,
             const pp_repair_ledger *l)
{
    pp_report r;
    pp_error err = { 0 };
    size_t nopening, nkept;

    if (l->nsame + l->nflipped + l->nadded != m->ntri ||
        l->nsame + l->nflipped + l->nremoved != nbefore)
        abort();
    for (size_t v = 0; v < m->nvert; v++)
        if (!pp_finite(m->vert[v]))
            abort();
    if (pp_repair_nleft(l) > 0)
        return;
    if (pp_check(m, NULL, &r, &err) != PP_OK)
        abort();
    if (pp_repair_openings(m, o, &nopening, &nkept, &err) != PP_OK)
        abort();
    for (int d = 0; d < PP_NDEFECT; d++)
        if (r.defect[d].count > (d == PP_DEFECT_OPEN_EDGE ? nkept : 0))
            abort();
    pp_report_free(&r);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    pp_mesh m = { 0 };
    pp_error err = { 0 };
    pp_repair_ledger l = { 0 };
    pp_repair_options o = { .round_float = true };

    if (size < OPTIONS || !make_soup(data, size, &m, &err))
        return 0;
    const pp_vec3 at = pp_vec(data[1], data[2], data[3]);

    o.keep_open.all = data[4] & 1;
    o.keep_open.longer_mm = data[4] & 2 ? data[5] : 0;
    o.keep_open.at = &at;
    o.keep_open.nat = data[4] & 4 ? 1 : 0;
    o.drop_inner = data[4] & 8;
    o.min_part_mm3 = data[4] & 16 ? data[6] : 0;
    o.max_volume_part = data[4] & 32 ? data[6] / 100.0 : 0;
    o.rebuild_mm = data[4] & 64 ? 1 + data[7] / 16.0 : 0;
    o.max_deviation_mm = data[4] & 128 ? 5 : 0;
    const size_t nbefore = m.ntri;

    if (pp_repair(&m, &o, &l, &err) == PP_OK)
        check_result(&m, nbefore, &o, &l);
    pp_repair_ledger_free(&l);
    pp_mesh_free(&m);
    return 0;
}
