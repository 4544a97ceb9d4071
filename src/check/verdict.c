/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * verdict.c - what a mesh is required to be
 *
 * One table: the listing, the parser of --require and the verdict follow from
 * it. Everything that a printer needs is in the set "print".
 */
#include "check/check.h"

#include <string.h>

static const pp_requirement table[] = {
    { "watertight", "no open edges", 1U << PP_DEFECT_OPEN_EDGE, true },
    { "manifold", "no non-manifold edges or vertices",
      1U << PP_DEFECT_NONMANIFOLD_EDGE | 1U << PP_DEFECT_NONMANIFOLD_VERTEX,
      true },
    { "oriented", "neighbours face the same way", 1U << PP_DEFECT_FLIPPED,
      true },
    { "outward", "closed shells face away from the material",
      1U << PP_DEFECT_INVERTED_SHELL, true },
    { "no-duplicates", "no two facets with the same vertices",
      1U << PP_DEFECT_DUPLICATE, true },
    { "no-degenerates", "every facet has an area",
      1U << PP_DEFECT_DEGENERATE, true },
    { "no-self-intersection", "no facets that meet where they must not",
      1U << PP_DEFECT_CROSSING, true },
    { "single-part", "one solid part, cavities aside", 0, false },
    { "printable", "the forecast for --printer finds nothing", 0, false },
    { NULL, NULL, 0, false },
};

#define SINGLE_PART 7
#define PRINTABLE 8

const pp_requirement *
pp_requirement_table(void)
{
    return table;
}

unsigned
pp_requirements_print(void)
{
    unsigned set = 0;

    for (int i = 0; table[i].name != NULL; i++)
        set |= (unsigned)table[i].in_print << i;
    return set;
}

/* The set that one name of n characters stands for; 0 when there is none. */
static unsigned
set_by_name(const char *name, size_t n)
{
    if (n == 5 && strncmp(name, "print", n) == 0)
        return pp_requirements_print();
    for (int i = 0; table[i].name != NULL; i++)
        if (strlen(table[i].name) == n && strncmp(name, table[i].name, n) == 0)
            return 1U << i;
    return 0;
}

bool
pp_requirements_parse(const char *list, unsigned *set)
{
    *set = 0;
    if (strcmp(list, "none") == 0)
        return true;
    for (;;) {
        const size_t n = strcspn(list, ",");
        const unsigned one = set_by_name(list, n);

        if (one == 0)
            return false;
        *set |= one;
        if (list[n] == '\0')
            return true;
        list += n + 1;
    }
}

unsigned
pp_requirement_printable(void)
{
    return 1U << PRINTABLE;
}

size_t
pp_report_nsolid(const pp_report *r)
{
    size_t n = 0;

    for (size_t i = 0; i < r->nshell; i++)
        n += !r->shell[i].closed || r->shell[i].depth % 2 == 0;
    return n;
}

unsigned
pp_requirements_failed(const pp_report *r, unsigned set)
{
    unsigned failed = 0;

    for (int i = 0; table[i].name != NULL; i++) {
        bool bad = (i == SINGLE_PART && pp_report_nsolid(r) != 1) ||
                   (i == PRINTABLE && !r->printable);

        for (int d = 0; d < PP_NDEFECT; d++)
            bad |= (table[i].defects >> d & 1) && r->defect[d].count > 0;
        failed |= (unsigned)(bad && (set >> i & 1)) << i;
    }
    return failed;
}
