/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cases.c - writes a folder of small cases, no two alike
 *
 *     cases DIRECTORY [count=N] [first=N] [size=VOXELS] [seed=N] [bad=1]
 *
 * makes in an existing directory case-001, case-002 ... each with
 *
 *     source.nii   a CT of about `size` voxels along each axis
 *     mask.nii     its labels: a ball, plate or branch, and in every third
 *                  case a small ball beside it
 *
 * and with bad=1 three that cannot be done:
 *
 *     bad-broken/  mask.nii ends in the middle of its voxels
 *     bad-empty/   no voxel of mask.nii has a label
 *     bad-label/   the file `labels` asks for one that is not in the mask
 *
 * Sizes, places, spacings and the share of the volume that is filled are drawn
 * from the seed and the case's number (splitmix64; Steele, Lea and Flood,
 * OOPSLA 2014): equal arguments give equal bytes.
 */
#include "scan.h"

#include "base/alloc.h"
#include "base/file.h"
#include "base/text.h"
#include "shim/nifti.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define PATH_SIZE 4096

typedef struct {
    pp_scan scan;
    pp_sphere ball, beside;
    pp_plate plate;
    pp_tube tube[3], lumen[3];
    pp_vessel branch;
    pp_body body[2];
    size_t nbody; /* body n has label n + 1 */
} a_case;

static int64_t count = 1, first = 1, size = 40, seed = 1, bad;

static double
draw(uint64_t *state, double low, double high)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15U);

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    z ^= z >> 31;
    return low + (high - low) * ((double)(z >> 11) * 0x1p-53);
}

static void
draw_scan(pp_scan *scan, uint64_t *state, pp_vec3 centre)
{
    const double turn_deg[3] = { draw(state, -10, 10), draw(state, -10, 10),
                                 draw(state, -10, 10) };
    const double pixel = draw(state, 0.5, 0.9);
    const double spacing_mm[3] = { pixel, pixel, draw(state, 0.7, 1.2) };

    for (int axis = 0; axis < 3; axis++)
        scan->dim[axis] = (size_t)((double)size * draw(state, 0.8, 1.2));
    pp_scan_place(scan, spacing_mm, turn_deg, centre);
    scan->background_hu = -80;
    scan->spread_mm = 0.45;
    scan->slice_mm = spacing_mm[2];
    scan->noise_hu = 12;
    scan->seed = (uint64_t)seed;
    scan->slope = 1;
    scan->intercept = -1024;
}

/* Half of the shortest side of the volume, in mm, less a margin. */
static double
reach(const pp_scan *scan)
{
    double least = INFINITY;

    for (int axis = 0; axis < 3; axis++) {
        const pp_vec3 step = pp_vec(scan->to_lps[0][axis],
                                    scan->to_lps[1][axis],
                                    scan->to_lps[2][axis]);

        least = fmin(least, ((double)scan->dim[axis] / 2 - 3) * pp_norm(step));
    }
    return least;
}

static void
set_plate(pp_plate *plate, uint64_t *state, pp_vec3 centre, double r)
{
    plate->axis = pp_vec(0, 0, 1);
    plate->apex = pp_vec(0, -1, 0);
    plate->radius = 1.5 * r;
    plate->centre = pp_madd(centre, -plate->radius, plate->apex);
    plate->a = draw(state, 0.6, 0.8) * r;
    plate->b = draw(state, 0.6, 0.8) * r;
    plate->thin = draw(state, 1.2, 2.2);
    plate->thick = plate->thin + draw(state, 1, 2);
}

/* A trunk and two branches with walls of 2 mm; solid when they are thinner. */
static void
set_branch(a_case *c, uint64_t *state, pp_vec3 centre, double r)
{
    const double wide = draw(state, 0.12, 0.25) * r;
    const pp_vec3 low = pp_madd(centre, -0.7 * r, pp_vec(0, 0, 1));
    const pp_vec3 left = pp_vec(0.5 * r, 0, 0.6 * r);
    const pp_vec3 right = pp_vec(-0.5 * r, 0.2 * r, 0.55 * r);

    c->tube[0] = (pp_tube){ low, centre, wide, 0.9 * wide };
    c->tube[1] = (pp_tube){ centre, pp_add(centre, left), 0.9 * wide,
                            0.6 * wide };
    c->tube[2] = (pp_tube){ centre, pp_add(centre, right), 0.8 * wide,
                            0.6 * wide };
    for (int n = 0; n < 3; n++) {
        c->lumen[n] = c->tube[n];
        c->lumen[n].from_radius -= 2;
        c->lumen[n].to_radius -= 2;
    }
    c->branch.outer = c->tube;
    c->branch.lumen = c->lumen;
    c->branch.ntube = 3;
}

static void
set_case(a_case *c, uint64_t number)
{
    uint64_t state = (uint64_t)seed * 1000003 + number;
    const pp_vec3 centre = pp_vec(draw(&state, -100, 100),
                                  draw(&state, -100, 100),
                                  draw(&state, 0, 1500));
    double r;

    memset(c, 0, sizeof *c);
    draw_scan(&c->scan, &state, centre);
    r = reach(&c->scan);
    switch (number % 3) {
    case 0:
        c->ball = (pp_sphere){ centre, draw(&state, 0.3, 0.8) * r };
        c->body[c->nbody++] = pp_body_sphere(&c->ball, 700);
        break;
    case 1:
        set_plate(&c->plate, &state, centre, r);
        c->body[c->nbody++] = pp_body_plate(&c->plate, 900);
        c->beside = (pp_sphere){ pp_madd(centre, 0.6 * r, pp_vec(0, 1, 0)),
                                 draw(&state, 0.15, 0.25) * r };
        c->body[c->nbody++] = pp_body_sphere(&c->beside, 700);
        break;
    default:
        set_branch(c, &state, centre, r);
        c->body[c->nbody++] = pp_body_wall(&c->branch, 300);
        break;
    }
}

/* Every voxel that a body fills by half or more has its label. */
static pp_status
make_labels(const a_case *c, size_t nbody, pp_grid *labels, pp_error *err)
{
    const size_t n = c->scan.dim[0] * c->scan.dim[1] * c->scan.dim[2];
    uint8_t *voxel = pp_alloc_zero(n, 1);

    if (voxel == NULL)
        return pp_fail_memory(err);
    memcpy(labels->dim, c->scan.dim, sizeof labels->dim);
    memcpy(labels->to_lps, c->scan.to_lps, sizeof labels->to_lps);
    labels->type = PP_VOXEL_U8;
    labels->slope = 1;
    labels->voxel = voxel;
    for (size_t b = 0; b < nbody; b++) {
        float *share;

        if (pp_scan_share(&c->scan, &c->body[b], 1, &share, err) != PP_OK)
            return err->status;
        for (size_t v = 0; v < n; v++)
            if (share[v] >= 0.5F)
                voxel[v] = (uint8_t)(b + 1);
        pp_free(share);
    }
    return PP_OK;
}

static pp_status
make_directory(const char *path, pp_error *err)
{
    if (mkdir(path, 0777) != 0 && errno != EEXIST)
        return pp_fail(err, PP_EIO, "%s: %s", path, strerror(errno));
    return PP_OK;
}

/* One folder; without labels in its mask unless labelled. */
static pp_status
write_case(const char *folder, uint64_t number, bool labelled, pp_error *err)
{
    a_case c;
    pp_grid image = { 0 }, labels = { 0 };
    char path[PATH_SIZE];

    set_case(&c, number);
    snprintf(path, sizeof path, "%s/source.nii", folder);
    if (make_directory(folder, err) == PP_OK &&
        pp_scan_image(&c.scan, c.body, c.nbody, &image, err) == PP_OK &&
        pp_nifti_write(path, &image, err) == PP_OK &&
        make_labels(&c, labelled ? c.nbody : 0, &labels, err) == PP_OK) {
        snprintf(path, sizeof path, "%s/mask.nii", folder);
        (void)!pp_nifti_write(path, &labels, err);
    }
    pp_free(image.voxel);
    pp_free(labels.voxel);
    return err->status;
}

static pp_status
write_bad(const char *directory, pp_error *err)
{
    pp_bytes bytes = { 0 };
    char path[PATH_SIZE];

    snprintf(path, sizeof path, "%s/bad-empty", directory);
    if (write_case(path, 3, false, err) != PP_OK)
        return err->status;
    snprintf(path, sizeof path, "%s/bad-label", directory);
    if (write_case(path, 3, true, err) != PP_OK)
        return err->status;
    snprintf(path, sizeof path, "%s/bad-label/labels", directory);
    if (pp_file_write(path, "9\n", 2, err) != PP_OK)
        return err->status;
    snprintf(path, sizeof path, "%s/bad-broken", directory);
    if (write_case(path, 3, true, err) != PP_OK)
        return err->status;
    snprintf(path, sizeof path, "%s/bad-broken/mask.nii", directory);
    if (pp_file_read(path, 0, &bytes, err) == PP_OK)
        (void)!pp_file_write(path, bytes.data, bytes.size / 2, err);
    pp_bytes_free(&bytes);
    return err->status;
}

/* "key=value"; false when it is none of ours. */
static bool
take(const char *text)
{
    static const struct {
        const char *key;
        int64_t low, high;
        int64_t *value;
    } known[] = {
        { "count=", 0, 99999, &count }, { "first=", 0, 99999, &first },
        { "size=", 16, 2000, &size },   { "seed=", 0, INT32_MAX, &seed },
        { "bad=", 0, 1, &bad },
    };

    for (size_t n = 0; n < sizeof known / sizeof *known; n++)
        if (strncmp(text, known[n].key, strlen(known[n].key)) == 0)
            return pp_text_to_integer(text + strlen(known[n].key),
                                      known[n].low, known[n].high,
                                      known[n].value);
    return false;
}

int
main(int argc, char **argv)
{
    pp_error err = { 0 };
    int good = argc >= 2 && strlen(argv[1]) < PATH_SIZE / 2;

    for (int n = 2; n < argc && good; n++)
        good = take(argv[n]);
    if (!good) {
        fprintf(stderr, "usage: cases DIRECTORY [count=N] [first=N] "
                "[size=VOXELS] [seed=N] [bad=1]\n");
        return 2;
    }
    for (int64_t n = first; n < first + count && err.status == PP_OK; n++) {
        char folder[PATH_SIZE];

        snprintf(folder, sizeof folder, "%s/case-%03d", argv[1], (int)n);
        (void)!write_case(folder, (uint64_t)n, true, &err);
    }
    if (err.status == PP_OK && bad)
        (void)!write_bad(argv[1], &err);
    if (err.status != PP_OK) {
        fprintf(stderr, "cases: %s\n", err.message);
        return 2;
    }
    return 0;
}
