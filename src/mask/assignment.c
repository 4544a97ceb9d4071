/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * assignment.c - who belongs to whom, one to one
 *
 * The Hungarian method (Kuhn, Naval Research Logistics Quarterly 2, 1955;
 * Munkres, J. SIAM 5, 1957) as successive shortest paths with potentials
 * (Jonker and Volgenant, Computing 38, 1987): rows are added one by one, each
 * by the cheapest alternating path. Cost is the gain's negative; a column of
 * no gain for each row lets rows stay alone.
 */
#include "mask/score.h"

#include "base/alloc.h"

#include <math.h>
#include <stdint.h>

/* Columns 1 to ncolumn are real, those behind them stand for "alone"; column
   0 holds the row that looks for a place. */
typedef struct {
    const double *gain;
    size_t nrow, ncolumn, n;
    double *of_row, *of_column; /* potentials */
    double *least;              /* reduced cost of the path to each column */
    size_t *row;                /* in each column, from 1; 0: free */
    size_t *before;             /* the column before, on that path */
    bool *done;
} search;

static double
cost(const search *s, size_t row, size_t column)
{
    return column <= s->ncolumn
               ? -s->gain[(row - 1) * s->ncolumn + column - 1]
               : 0;
}

/* One step of the path from column j on; the next column. */
static size_t
step(search *s, size_t j)
{
    const size_t row = s->row[j];
    double delta = INFINITY;
    size_t next = 0;

    s->done[j] = true;
    for (size_t c = 1; c <= s->n; c++) {
        double reduced;

        if (s->done[c])
            continue;
        reduced = cost(s, row, c) - s->of_row[row] - s->of_column[c];
        if (reduced < s->least[c]) {
            s->least[c] = reduced;
            s->before[c] = j;
        }
        if (s->least[c] < delta) {
            delta = s->least[c];
            next = c;
        }
    }
    for (size_t c = 0; c <= s->n; c++)
        if (s->done[c]) {
            s->of_row[s->row[c]] += delta;
            s->of_column[c] -= delta;
        } else {
            s->least[c] -= delta;
        }
    return next;
}

static void
place(search *s, size_t row)
{
    size_t j = 0;

    s->row[0] = row;
    for (size_t c = 0; c <= s->n; c++) {
        s->least[c] = INFINITY;
        s->done[c] = false;
    }
    do
        j = step(s, j);
    while (s->row[j] != 0);
    while (j != 0) {
        const size_t before = s->before[j];

        s->row[j] = s->row[before];
        j = before;
    }
}

pp_status
pp_assign(const double *gain, size_t nrow, size_t ncolumn, size_t *column,
          pp_error *err)
{
    const size_t n = nrow + ncolumn;
    search s = { .gain = gain, .nrow = nrow, .ncolumn = ncolumn, .n = n };

    s.of_row = pp_alloc_zero(nrow + 1, sizeof *s.of_row);
    s.of_column = pp_alloc_zero(n + 1, sizeof *s.of_column);
    s.least = pp_alloc(n + 1, sizeof *s.least);
    s.row = pp_alloc_zero(n + 1, sizeof *s.row);
    s.before = pp_alloc_zero(n + 1, sizeof *s.before);
    s.done = pp_alloc_zero(n + 1, sizeof *s.done);
    for (size_t r = 0; r < nrow; r++)
        column[r] = SIZE_MAX;
    if (s.of_row == NULL || s.of_column == NULL || s.least == NULL ||
        s.row == NULL || s.before == NULL || s.done == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    for (size_t r = 1; r <= nrow; r++)
        place(&s, r);
    for (size_t c = 1; c <= ncolumn; c++)
        if (s.row[c] != 0 && gain[(s.row[c] - 1) * ncolumn + c - 1] > 0)
            column[s.row[c] - 1] = c - 1;
done:
    pp_free(s.of_row);
    pp_free(s.of_column);
    pp_free(s.least);
    pp_free(s.row);
    pp_free(s.before);
    pp_free(s.done);
    return err->status;
}
