/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dicom_read.hpp - what the reading half of dicom.h shares
 *
 * Only dicom_read*.cpp include this. Values are taken as text and read by our
 * own strict parser: DCMTK's turn junk into zero.
 */
#ifndef PP_SHIM_DICOM_READ_HPP
#define PP_SHIM_DICOM_READ_HPP

#include "shim/dicom.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

struct pp_dicom {
    DcmFileFormat file;
    pp_dicom_header header;
    bool unpacked; /* pixels are native: by the file or by a codec */
    /* of the pixels as they now are: a codec may change them */
    int64_t bits_allocated, bits_stored, high_bit;
    bool is_signed;

    DcmDataset *data() { return file.getDataset(); }
};

/* Codecs registered, log silenced: once. */
void dicom_start();

/* Reads a file that is in memory. */
OFCondition dicom_take(DcmFileFormat *file, const void *data, size_t size);

/* False when value number `at` is absent, empty or not one number. */
bool dicom_number(DcmItem *item, const DcmTagKey &tag, unsigned long at,
                  double *value);

/* n numbers or none. */
bool dicom_numbers(DcmItem *item, const DcmTagKey &tag, unsigned long n,
                   double *value);

/* An integer in [low, high], else fallback. */
int64_t dicom_integer(DcmItem *item, const DcmTagKey &tag, int64_t low,
                      int64_t high, int64_t fallback);

/* All of an element's text, cut to size; "" when absent. */
void dicom_text(DcmItem *item, const DcmTagKey &tag, char *text, size_t size);

/* Item 0 of a sequence, or NULL. */
DcmItem *dicom_first(DcmItem *item, const DcmTagKey &sequence);

/*
 * A text element in UTF-8, or with '?' for what cannot be converted. NULL:
 * out of memory.
 */
char *dicom_name(DcmItem *root, DcmItem *item, const DcmTagKey &tag);

/* The first code of a sequence; all NULL when there is none. */
pp_status dicom_concept(DcmItem *root, DcmItem *item,
                        const DcmTagKey &sequence, pp_concept *concept,
                        pp_error *err);

/* All instances that a data set says it was drawn on. */
pp_status dicom_references(DcmItem *root, pp_references *out, pp_error *err);

/*
 * The functional groups of a multi-frame file, frame after frame: the frame's
 * own macro, else the shared one, else the data set itself.
 */
class DicomFrames {
public:
    explicit DicomFrames(DcmItem *data);
    bool next(); /* moves to the first, second ... frame's item */
    DcmItem *macro(const DcmTagKey &sequence) const;

private:
    DcmItem *root, *shared;
    DcmSequenceOfItems *frames;
    DcmObject *current;
};

/* The place that the frame's macros give it. */
void dicom_plane(DcmItem *root, const DicomFrames &frames,
                 pp_dicom_plane *plane);

/* Whether OpenJPEG has to decode this. */
bool dicom_is_jpeg2000(E_TransferSyntax syntax);

/* One frame's code stream to rows*columns values. */
pp_status dicom_jpeg2000(const unsigned char *data, size_t size,
                         int64_t columns, int64_t rows, int32_t *value,
                         int64_t *precision, pp_error *err);

#endif
