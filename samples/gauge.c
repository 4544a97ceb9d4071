/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gauge.c - writes a CT series of bodies of known size
 *
 *     gauge DIRECTORY [fwhm=MM] [slice=MM] [voxel=MM] [contrast=HU]
 *           [noise=HU] [seed=N]
 *
 * makes DIRECTORY/ct (a CT series) and DIRECTORY/truth.json: each body with
 * its size and a caliper, two points of its surface.
 */
#include "gauge.h"

#include "base/alloc.h"
#include "base/json.h"
#include "base/text.h"
#include "shim/dicom.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define PATH_SIZE 4096

static pp_gauge_options options;

/* "key=value" into the options; false when it is none of ours. */
static bool
take(const char *text)
{
    static const struct {
        const char *key;
        double *value;
    } known[] = {
        { "fwhm=", &options.fwhm_mm },   { "slice=", &options.slice_mm },
        { "voxel=", &options.voxel_mm }, { "contrast=", &options.contrast_hu },
        { "noise=", &options.noise_hu },
    };
    int64_t seed;

    for (size_t n = 0; n < sizeof known / sizeof *known; n++)
        if (strncmp(text, known[n].key, strlen(known[n].key)) == 0)
            return pp_text_to_double(text + strlen(known[n].key),
                                     known[n].value);
    if (strncmp(text, "seed=", 5) != 0 ||
        !pp_text_to_integer(text + 5, 0, INT32_MAX, &seed))
        return false;
    options.seed = (uint64_t)seed;
    return true;
}

static pp_status
write_truth(const char *path, const pp_gauge *gauge, pp_error *err)
{
    pp_json j = { 0 };

    pp_json_object(&j, NULL);
    pp_json_string(&j, "schema", "printprep-gauge-truth-1");
    pp_json_real(&j, "point_spread_sd_mm", gauge->scan.spread_mm);
    pp_json_real(&j, "slice_profile_mm", gauge->scan.slice_mm);
    pp_json_real(&j, "noise_sd_hu", gauge->scan.noise_hu);
    pp_json_real(&j, "body_hu", gauge->body[0].hu);
    pp_json_real(&j, "background_hu", gauge->scan.background_hu);
    pp_json_array(&j, "bodies");
    for (size_t n = 0; n < PP_GAUGE_BODIES; n++) {
        pp_json_object(&j, NULL);
        pp_json_string(&j, "kind", pp_gauge_row[n / PP_GAUGE_SIZES]);
        pp_json_real(&j, "size_mm",
                     pp_distance(gauge->from[n], gauge->to[n]));
        pp_json_point(&j, "from_mm", gauge->from[n]);
        pp_json_point(&j, "to_mm", gauge->to[n]);
        pp_json_end(&j);
    }
    pp_json_end(&j);
    pp_json_end(&j);
    return pp_json_save(&j, path, err);
}

static pp_status
write_series(const char *directory, const pp_gauge *gauge, pp_error *err)
{
    const pp_dicom_write_options dicom = { "printprep gauge 1", "gauge",
                                           946684800, false };
    pp_grid image;
    pp_status status = pp_scan_image(&gauge->scan, gauge->body,
                                     PP_GAUGE_BODIES, &image, err);

    if (status == PP_OK && mkdir(directory, 0777) != 0 && errno != EEXIST)
        status = pp_fail(err, PP_EIO, "%s: %s", directory, strerror(errno));
    if (status == PP_OK)
        status = pp_dicom_write_ct(directory, &image, &dicom, err);
    pp_free(image.voxel);
    return status;
}

int
main(int argc, char **argv)
{
    static pp_gauge gauge;
    char path[PATH_SIZE];
    pp_error err = { 0 };
    bool understood = argc >= 2 && strlen(argv[1]) < PATH_SIZE / 2;

    for (int n = 2; n < argc; n++)
        understood = understood && take(argv[n]);
    if (!understood) {
        fprintf(stderr, "usage: gauge DIRECTORY [fwhm=MM] [slice=MM] "
                        "[voxel=MM] [contrast=HU] [noise=HU] [seed=N]\n");
        return 2;
    }
    pp_gauge_set(&gauge, &options);
    snprintf(path, sizeof path, "%s/ct", argv[1]);
    if (write_series(path, &gauge, &err) == PP_OK) {
        snprintf(path, sizeof path, "%s/truth.json", argv[1]);
        if (write_truth(path, &gauge, &err) == PP_OK)
            return 0;
    }
    fprintf(stderr, "gauge: %s\n", err.message);
    return 2;
}
