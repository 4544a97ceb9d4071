/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * damage.c - a mesh with defects of all kinds, for benchmarks
 *
 *     damage COUNT [KINDS] <mesh >mesh.stl
 */
#include "damage.h"

#include "base/alloc.h"
#include "base/text.h"
#include "meshio/meshio.h"

#include <stdio.h>
#include <stdlib.h>

static pp_status
make(size_t n, unsigned kinds, pp_bytes *out, pp_error *err)
{
    pp_model model = { 0 };
    pp_format format;
    pp_random r = { 1 };
    char hash[65];
    uint8_t *hurt = NULL;

    if (pp_model_read("-", &model, &format, hash, err) != PP_OK)
        return err->status;
    pp_mesh *m = &model.object[0].mesh;
    const double size =
        pp_distance(m->vert[m->tri[0][0]], m->vert[m->tri[0][1]]);

    hurt = pp_alloc_zero(m->nvert, 1);
    if (hurt == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    pp_damage(m, kinds, n, size, &r, hurt);
    (void)!pp_model_encode(&model, PP_FORMAT_STL, NULL, out, err);
done:
    pp_free(hurt);
    pp_model_free(&model);
    return err->status;
}

int
main(int argc, char **argv)
{
    pp_bytes out = { 0 };
    pp_error err = { 0 };
    const size_t n = argc > 1 ? strtoul(argv[1], NULL, 10) : 100;
    const unsigned kinds =
        argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : DAMAGE_ALL;

    if (make(n, kinds, &out, &err) != PP_OK) {
        fprintf(stderr, "damage: %s\n", err.message);
        return 2;
    }
    fwrite(out.data, 1, out.size, stdout);
    pp_bytes_free(&out);
    return fflush(stdout) == 0 ? 0 : 2;
}
