// SPDX-License-Identifier: GPL-3.0-or-later
//
// dicom_write.hpp - what the DICOM writers share
//
// Only dicom_write*.cpp include this.
#ifndef PP_SHIM_DICOM_WRITE_HPP
#define PP_SHIM_DICOM_WRITE_HPP

#include "base/bytes.h"
#include "shim/dicom.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/dcmdata/dcostrmb.h>

#include <string>
#include <vector>

namespace pp_dicom_write {

// An item that is being filled. Whatever the library refuses is thrown, so
// that no attribute is ever missing in silence.
class Record {
public:
    explicit Record(DcmItem *of) : item(of) {}

    void text(const DcmTagKey &tag, const std::string &value) const;
    void decimals(const DcmTagKey &tag, const double *value, size_t n) const;
    void decimal(const DcmTagKey &tag, double value) const;
    void integer(const DcmTagKey &tag, size_t value) const; // IS
    void number(const DcmTagKey &tag, size_t value) const;  // US
    void numbers(const DcmTagKey &tag,
                 const std::vector<Uint32> &value) const; // UL
    void pointer(const DcmTagKey &tag, const DcmTagKey &value) const; // AT
    Record append(const DcmTagKey &sequence) const; // an item at its end
    void empty(const DcmTagKey &sequence) const; // a sequence without items
    void code(const DcmTagKey &sequence, const pp_code &code) const;

    DcmItem *item;
};

// 2.25 and the decimal value of a UUID (version 8) made from the hash of seed
// and role: equal arguments give equal UIDs.
std::string uid(const pp_dicom_write_options &options,
                const std::string &role);
std::string slice_uid(const pp_dicom_write_options &options, size_t k);

// The slices in the order in which they are written: by place, or scattered.
std::vector<size_t> slice_order(const pp_dicom_write_options &options,
                                size_t nslice);

// "0.488281250000" and the like: at most 16 characters.
std::string decimal_text(double value);

// The directions of rows (along i) and columns (along j) and the spacings.
struct Plane {
    double direction[6];
    double spacing[3]; // along i, j, k
};
Plane plane_of(const pp_grid &grid);
pp_vec3 slice_position(const pp_grid &grid, size_t k);
uint32_t label_at(const pp_grid &labels, size_t n);

// ImageOrientationPatient; PixelSpacing, thickness and slice distance;
// ImagePositionPatient.
void put_orientation(const Record &r, const Plane &plane);
void put_measures(const Record &r, const Plane &plane);
void put_position(const Record &r, const pp_grid &grid, size_t k);

// Rows, columns and how a pixel is stored.
void put_pixel_form(const Record &r, const pp_grid &grid, size_t bits,
                    bool is_signed);

// Reference to a slice of the CT series.
void put_slice_reference(const Record &r,
                         const pp_dicom_write_options &options, size_t k);

// The dimensions that order frames: by segment (or not), then by position.
void put_dimensions(const Record &r, const pp_dicom_write_options &options,
                    bool by_segment);

// Patient, study, frame of reference, equipment, SOP common.
void put_common(const Record &r, const pp_dicom_write_options &options,
                const char *sop_class, const std::string &sop_instance);

// What frames of a segmentation say about the slices under them.
constexpr pp_code segmentation = { "113076", "DCM", "Segmentation" };
constexpr pp_code source_image = {
    "121322", "DCM", "Source image for image processing operation"
};

// RecommendedDisplayCIELabValue.
void put_colour(const Record &segment, const uint8_t rgb[3]);

void put_content_date(const Record &r, const pp_dicom_write_options &options);
std::string date(const pp_dicom_write_options &options);
std::string time_of_day(const pp_dicom_write_options &options);

// The data set as the bytes of a file in explicit little endian, appended.
pp_status encode(DcmFileFormat &file, pp_bytes *out, pp_error *err);

// The same written, whole or not at all.
pp_status save(DcmFileFormat &file, const std::string &path, pp_error *err);

} // namespace pp_dicom_write

#endif
