/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bits.c - a mask as one bit a sample, padded by one sample on each side
 *
 * Whole words tell where the surface passes: 64 samples at a time. A scan of a
 * hundred million voxels takes 13 MB and stays near the processor.
 */
#include "surface/lattice.h"

#include "base/alloc.h"
#include "base/bytes.h"

#include <string.h>

void
pp_bits_free(pp_bits *b)
{
    pp_free(b->word);
    memset(b, 0, sizeof *b);
}

pp_status
pp_bits_alloc(const size_t dim[3], pp_bits *b, pp_error *err)
{
    memset(b, 0, sizeof *b);
    for (int a = 0; a < 3; a++) {
        if (dim[a] == 0 || dim[a] > PP_MASK_LIMIT)
            return pp_fail(err, PP_ELIMIT, "%zu samples along axis %d: 1 to "
                           "%d are possible", dim[a], a, PP_MASK_LIMIT);
        b->n[a] = dim[a] + 2;
    }
    b->words = b->n[0] / 64 + 1;
    if (b->n[1] > SIZE_MAX / b->n[2] / b->words)
        return pp_fail_memory(err);
    b->word = pp_alloc_zero(b->n[1] * b->n[2] * b->words, sizeof *b->word);
    if (b->word == NULL)
        return pp_fail_memory(err);
    return PP_OK;
}

/* Puts n <= 8 bits behind the `at` bits that are there. */
static inline void
put_bits(uint64_t *word, size_t at, uint64_t bits)
{
    word[at >> 6] |= bits << (at & 63);
    if ((at & 63) > 56)
        word[(at >> 6) + 1] |= bits >> (64 - (at & 63));
}

/* Bytes 0 or 1 to bits, eight at a time: the product gathers them on top. */
static void
pack_row(const uint8_t *in, size_t n, uint64_t *word)
{
    size_t i = 0;

    for (; i + 8 <= n; i += 8) {
        const uint64_t eight = pp_get_u64le(in + i);

        if (eight != 0)
            put_bits(word, i + 1, eight * 0x0102040810204080U >> 56);
    }
    for (; i < n; i++)
        put_bits(word, i + 1, in[i]);
}

pp_status
pp_bits_from_bytes(const uint8_t *in, const size_t dim[3], pp_bits *b,
                   pp_error *err)
{
    const ptrdiff_t nrow = (ptrdiff_t)(dim[1] * dim[2]);

    if (pp_bits_alloc(dim, b, err) != PP_OK)
        return err->status;
    #pragma omp parallel for schedule(static)
    for (ptrdiff_t r = 0; r < nrow; r++) {
        const size_t j = (size_t)r % dim[1] + 1, k = (size_t)r / dim[1] + 1;

        pack_row(in + (size_t)r * dim[0], dim[0],
                 b->word + (k * b->n[1] + j) * b->words);
    }
    return PP_OK;
}

pp_status
pp_bits_from_floats(const float *phi, const size_t dim[3], pp_bits *b,
                    pp_error *err)
{
    const ptrdiff_t nrow = (ptrdiff_t)(dim[1] * dim[2]);

    if (pp_bits_alloc(dim, b, err) != PP_OK)
        return err->status;
    #pragma omp parallel for schedule(static)
    for (ptrdiff_t r = 0; r < nrow; r++) {
        const size_t j = (size_t)r % dim[1] + 1, k = (size_t)r / dim[1] + 1;
        const float *row = phi + (size_t)r * dim[0];
        uint64_t *word = b->word + (k * b->n[1] + j) * b->words;

        for (size_t i = 0; i < dim[0]; i++)
            word[(i + 1) >> 6] |= (uint64_t)(row[i] < 0) << ((i + 1) & 63);
    }
    return PP_OK;
}
