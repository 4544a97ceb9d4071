/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * keptfar - does a grown mesh have the vertices that lie far from thin places?
 *
 *     keptfar BEFORE GROWN T
 *
 * Prints how many vertices lie farther than T from all that is thinner, and
 * how many of them are not in the grown mesh, bit by bit: status 1 if any.
 */
#include "kept.h"
#include "meshio/meshio.h"

#include <stdio.h>
#include <stdlib.h>

static pp_status
read_mesh(const char *path, pp_mesh *m, pp_error *err)
{
    pp_model model = { 0 };
    pp_format format;

    if (pp_model_read(path, &model, &format, NULL, err) == PP_OK)
        (void)!pp_model_join(&model, m, err);
    pp_model_free(&model);
    return err->status;
}

int
main(int argc, char **argv)
{
    pp_mesh before = { 0 }, after = { 0 };
    kept_vertices k = { 0 };
    pp_error err = { 0 };

    if (argc != 4)
        return 2;
    if (read_mesh(argv[1], &before, &err) == PP_OK &&
        read_mesh(argv[2], &after, &err) == PP_OK)
        (void)!find_kept(&before, &after, atof(argv[3]), &k, &err);
    pp_mesh_free(&before);
    pp_mesh_free(&after);
    if (err.status != PP_OK) {
        fprintf(stderr, "keptfar: %s\n", err.message);
        return 2;
    }
    printf("%zu of %zu far vertices lost", k.nlost, k.nfar);
    if (k.nlost > 0)
        printf(", one %.3f mm from what is thin, at %.5g,%.5g,%.5g",
               k.apart_mm, k.lost.x, k.lost.y, k.lost.z);
    putchar('\n');
    return k.nlost > 0;
}
