/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The readers of glTF and of VTK's files, whatever the bytes say that they
 * are. A header before the bytes makes them a GLB: fuzzers do not guess sums.
 */
#include "fuzz.h"
#include "base/alloc.h"
#include "meshio/formats.h"
#include "meshio/glb.h"

/* The bytes up to the first zero are the JSON, those behind it the buffer. */
static void
try_framed(const uint8_t *data, size_t size)
{
    const uint8_t *zero = memchr(data, 0, size);
    const size_t njson = zero != NULL ? (size_t)(zero - data) : size;
    unsigned char *glb = pp_alloc(size + 28, 1);

    if (glb == NULL)
        return;
    pp_put_u32le(glb, PP_GLB_MAGIC);
    pp_put_u32le(glb + 4, 2);
    pp_put_u32le(glb + 8, (uint32_t)size + 28);
    pp_put_u32le(glb + 12, (uint32_t)njson);
    pp_put_u32le(glb + 16, PP_GLB_JSON);
    memcpy(glb + 20, data, njson);
    pp_put_u32le(glb + 20 + njson, (uint32_t)(size - njson));
    pp_put_u32le(glb + 24 + njson, PP_GLB_BIN);
    memcpy(glb + 28 + njson, data + njson, size - njson);
    fuzz_try_reader(glb, size + 28, pp_glb_read);
    pp_free(glb);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    try_framed(data, size);
    fuzz_try_reader(data, size, pp_glb_read);
    if (pp_vtp_looks(data, size))
        fuzz_try_reader(data, size, pp_vtp_read);
    return 0;
}
