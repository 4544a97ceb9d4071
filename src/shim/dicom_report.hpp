// SPDX-License-Identifier: GPL-3.0-or-later
//
// dicom_report.hpp - what the writers of reports and models share
//
// Only dicom_report*.cpp include this.
#ifndef PP_SHIM_DICOM_REPORT_HPP
#define PP_SHIM_DICOM_REPORT_HPP

#include "shim/dicom_report.h"
#include "shim/dicom_write.hpp"

namespace pp_dicom_report {

using pp_dicom_write::Record;

// Patient and study (empty, or as the source has them), series, equipment; all
// but the UIDs of series and instance.
void put_origin(const Record &r, const pp_origin &origin,
                const pp_report_options &options, const char *sop_class,
                const char *modality);

// UIDs from the hash of all that the data set holds by now, and from role.
std::string content_seed(DcmFileFormat &file);
std::string seeded_uid(const std::string &seed, const char *role);
void put_instance(const Record &r, const std::string &seed);

// The instances of the origin, each once, into an (evidence or source)
// sequence's item.
void put_instances(const Record &r, const DcmTagKey &sequence,
                   const pp_origin &origin);

} // namespace pp_dicom_report

#endif
