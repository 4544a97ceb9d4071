/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The XML of a 3MF package. The input is the model part; a whole package is
 * made around it, since a changed byte would fail its checksum and end there.
 */
#include "fuzz.h"
#include "meshio/formats.h"
#include "shim/zip.h"

static const char content_types[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Types xmlns=\"http://schemas."
    "openxmlformats.org/package/2006/content-types\"><Default Extension="
    "\"rels\" ContentType=\"application/vnd.openxmlformats-package."
    "relationships+xml\"/><Default Extension=\"model\" ContentType="
    "\"application/vnd.ms-package.3dmanufacturing-3dmodel+xml\"/></Types>";

static const char relationships[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Relationships xmlns=\"http://"
    "schemas.openxmlformats.org/package/2006/relationships\"><Relationship "
    "Target=\"/3D/3dmodel.model\" Id=\"rel0\" Type=\"http://schemas.microsoft."
    "com/3dmanufacturing/2013/01/3dmodel\"/></Relationships>";

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    pp_model model = { 0 };
    pp_bytes package = { 0 };
    pp_error err = { 0 };
    pp_zip zip = { 0 };
    bool whole;

    pp_zip_part_start(&zip, "[Content_Types].xml");
    whole = pp_zip_part_end(&zip, content_types, sizeof content_types - 1,
                            &err) == PP_OK;
    pp_zip_part_start(&zip, "_rels/.rels");
    whole = whole && pp_zip_part_end(&zip, relationships,
                                     sizeof relationships - 1, &err) == PP_OK;
    pp_zip_part_start(&zip, "3D/3dmodel.model");
    whole = whole && pp_zip_part_end(&zip, data, size, &err) == PP_OK;
    if (whole && pp_zip_write(&zip, &package, &err) == PP_OK &&
        pp_threemf_read(package.data, package.size, &model, &err) == PP_OK)
        fuzz_check_model(&model);
    pp_zip_free(&zip);
    pp_model_free(&model);
    pp_bytes_free(&package);
    return 0;
}
