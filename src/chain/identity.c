/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * identity.c - whose scan it is, only when somebody asked for it
 *
 * From the first file of the source that is DICOM. Everything else here knows
 * no patient.
 */
#include "chain/chain.h"

#include "base/alloc.h"
#include "base/file.h"
#include "shim/dicom_identity.h"

#include <assert.h>

static_assert(PP_NIDENTITY == PP_DICOM_NIDENTITY, "the same items");

static bool
take(const char *path, pp_identity *who, pp_error *err)
{
    pp_error why = { 0 };

    who->known = pp_dicom_identity(path, who->value, &why) == PP_OK;
    if (!who->known)
        for (int i = 0; i < PP_NIDENTITY; i++) {
            pp_free(who->value[i]);
            who->value[i] = NULL;
        }
    if (why.status == PP_ENOMEM)
        pp_fail_memory(err);
    return who->known || why.status == PP_ENOMEM;
}

pp_status
pp_identity_read(const char *path, pp_identity *who, pp_error *err)
{
    char **file = NULL;
    size_t n = 0;

    if (!pp_file_is_directory(path)) {
        (void)take(path, who, err);
    } else if (pp_file_tree(path, &file, &n, err) == PP_OK) {
        for (size_t i = 0; i < n && !take(file[i], who, err); i++)
            continue;
        pp_file_list_free(file, n);
    }
    if (err->status == PP_OK && !who->known)
        return pp_fail(err, PP_EFORMAT,
                       "the source is no DICOM: it has no identity");
    return err->status;
}
