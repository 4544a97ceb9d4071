/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Structured reports as calipers, with an image that they may lie on and
 * without, and encapsulated models.
 */
#include "base/alloc.h"
#include "fuzz.h"
#include "measure/report_dicom.h"

#include <stdlib.h>
#include <string.h>

static void
check(const pp_caliper *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!pp_finite(list[i].end[0]) || !pp_finite(list[i].end[1]) ||
            memchr(list[i].name, '\0', sizeof list[i].name) == NULL)
            abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    pp_origin_image image = { "1.2", "2.25.77", 0, { 0 } };
    const pp_origin origin = { "2.25.1", "2.25.2", "2.25.3", 1, &image, 1,
                               NULL };
    pp_caliper *list = NULL;
    pp_bytes stl = { 0 };
    pp_error err = { 0 };
    size_t n = 0;

    if (!pp_calipers_are_report(data, size))
        return 0;
    image.plane.row_direction[0] = image.plane.column_direction[1] = 1;
    image.plane.spacing[0] = image.plane.spacing[1] = 0.5;
    if (pp_calipers_of_report(data, size, NULL, &list, &n, &err) == PP_OK)
        check(list, n);
    pp_free(list);
    list = NULL;
    n = 0;
    err = (pp_error){ 0 };
    if (pp_calipers_of_report(data, size, &origin, &list, &n, &err) == PP_OK)
        check(list, n);
    pp_free(list);
    err = (pp_error){ 0 };
    (void)!pp_dicom_decode_stl(data, size, &stl, &err);
    if (stl.size > size)
        abort();
    pp_bytes_free(&stl);
    return 0;
}
