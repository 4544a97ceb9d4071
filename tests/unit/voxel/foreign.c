/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * foreign.c - volumes that other people's programs wrote
 */
#include "base/alloc.h"
#include "mask/mask.h"
#include "measure/measure.h"
#include "shim/dicom.h"
#include "surface/surface.h"
#include "test.h"
#include "volumes.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void
read_shared(const char *relative, pp_volume *v)
{
    pp_error err = { 0 };
    char path[1024];

    ck_assert_msg(pp_test_shared(relative, path, sizeof path), "%s is absent",
                  relative);
    ck_ok(pp_volume_read(path, NULL, v, &err), err);
}

/* The same patient in 26 orders of storage. */
START_TEST(orientation_variants_agree)
{
    static const char *const name[] = {
        "AIR", "ALS", "ARI", "ASL", "IAL", "IAR", "ILA", "ILP", "IPL",
        "IPR", "IRP", "LIA", "LPI", "LPS", "LSP", "PIR", "PLI", "PRI",
        "PRS", "RAS", "RIP", "RSA", "SLA", "SPL", "SPR", "SRA" };
    pp_volume first = { 0 };

    for (size_t n = 0; n < sizeof name / sizeof *name; n++) {
        char relative[256];
        pp_volume v;

        snprintf(relative, sizeof relative,
                 "C_volumes/niivue+niivue/packages/niivue/tests/images/"
                 "nifti_space/%s.nii.gz", name[n]);
        read_shared(relative, &v);
        if (n == 0) {
            first = v;
            continue;
        }
        ck_assert_msg(test_same_place(first.layer, v.layer, 1e-4), "%s",
                      name[n]);
        pp_volume_free(&v);
    }
    pp_volume_free(&first);
}
END_TEST

#define REAL "B_seg_rt_sr/wasserth+TotalSegmentator/tests/reference_files/"

/*
 * TotalSegmentator's numbers: sacrum 25, vertebrae 26-50, arms to hips 69-78,
 * skull 91, ribs 92-115, sternum 116, costal cartilages 117 (no bone).
 */
static bool
is_bone(uint32_t label)
{
    return (label >= 25 && label <= 50) || (label >= 69 && label <= 78) ||
           (label >= 91 && label <= 116);
}

START_TEST(bone_labels_lie_on_bone_in_the_real_series)
{
    pp_volume ct, seg;
    size_t n, bone = 0, dense = 0, body = 0, body_dense = 0;

    read_shared(REAL "example_ct_dicom", &ct);
    read_shared(REAL "example_seg_dicom.nii.gz", &seg);
    for (int r = 0; r < 3; r++) {
        ck_assert_uint_eq(ct.layer->dim[r], seg.layer->dim[r]);
        for (int c = 0; c < 4; c++)
            ck_near(ct.layer->to_lps[r][c], seg.layer->to_lps[r][c], 1e-3);
    }
    ck_near(ct.layer->to_lps[2][2], 2, 1e-6);
    n = ct.layer->dim[0] * ct.layer->dim[1] * ct.layer->dim[2];
    for (size_t i = 0; i < n; i++) {
        const bool hard = pp_grid_value(ct.layer, i) > 150;
        const uint32_t label = (uint32_t)pp_grid_value(seg.layer, i);

        bone += is_bone(label);
        dense += is_bone(label) && hard;
        body += label == 0;
        body_dense += label == 0 && hard;
    }
    printf("# %zu voxels of bone labels, %.1f %% of them above 150 HU; "
           "unlabelled: %.2f %%\n", bone, 100.0 * (double)dense / (double)bone,
           100.0 * (double)body_dense / (double)body);
    ck_assert_uint_gt(bone, 10000);
    /* marrow is softer; a mirrored or shifted map falls far below */
    ck_assert_uint_gt(dense * 10, bone * 6);
    pp_volume_free(&ct);
    pp_volume_free(&seg);
}
END_TEST

#define DCM2NII "A_dicom/icometrix+dicom2nifti/tests/data/"

/* The NIfTI files beside them were made by another program. */
START_TEST(one_stack_in_five_encodings_is_its_nifti_truth)
{
    static const char *const name[] = {
        "generic/compressed", "generic/compressed_j2k",
        "generic/compressed_jpeg", "generic/compressed_jpegls",
        "generic/compressed_rle",
        "generic/compressed/001_ground_truth_reoriented.nii.gz" };
    pp_volume truth;

    read_shared(DCM2NII "generic/compressed/001_ground_truth.nii.gz", &truth);
    for (size_t n = 0; n < sizeof name / sizeof *name; n++) {
        char relative[256];
        pp_volume v;

        snprintf(relative, sizeof relative, DCM2NII "%s", name[n]);
        read_shared(relative, &v);
        ck_assert_msg(test_same_place(truth.layer, v.layer, 1e-4), "%s",
                      name[n]);
        pp_volume_free(&v);
    }
    pp_volume_free(&truth);
}
END_TEST

START_TEST(broken_series_are_refused_with_their_reason)
{
    static const struct {
        const char *path, *words;
    } row[] = {
        { DCM2NII "failing/gantrytilting", "tilted by 14.0 degrees" },
        { DCM2NII "failing/notavolume", "all 4 slices lie at one position" },
        { DCM2NII "failing/sliceincrement/001", "1 slice is missing" },
        { DCM2NII "ge/fmri/001", "4 of 8 slices share the position" },
        { DCM2NII "generic/anatomical", "choose one with --series" },
        { "A_dicom/neurolabusc+dcm_qa_ct/In/GE", "tilted by 18.5 degrees" },
        { "A_dicom/cornerstonejs+cornerstone3D/packages/dicomImageLoader/"
          "testImages/no-pixel-spacing.dcm", "no PixelSpacing" },
        { "A_dicom/cornerstonejs+cornerstone3D/packages/dicomImageLoader/"
          "testImages/no-pixel-data.dcm", "without an image" },
    };

    for (size_t n = 0; n < sizeof row / sizeof *row; n++) {
        pp_error err = { 0 };
        char path[1024];
        pp_volume v;

        ck_assert(pp_test_shared(row[n].path, path, sizeof path));
        ck_assert_int_eq(pp_volume_read(path, NULL, &v, &err),
                         PP_EUNSUPPORTED);
        ck_assert_msg(strstr(err.message, row[n].words) != NULL, "%s: %s",
                      row[n].path, err.message);
    }
}
END_TEST

/* Largest and mean difference of one slice in 15 transfer syntaxes. */
START_TEST(one_slice_in_15_transfer_syntaxes_decodes_to_the_same_values)
{
    /* lossy ones: the codec's own loss, in HU */
    static const struct {
        const char *name;
        double mean;
    } row[] = {
        { "_BigEndianExplicitTransferSyntax_1.2.840.10008.1.2.2", 0 },
        { "_DeflatedExplicitVRLittleEndianTransferSyntax_"
          "1.2.840.10008.1.2.1.99", 0 },
        { "_JPEG2000LosslessOnlyTransferSyntax_1.2.840.10008.1.2.4.90", 0 },
        { "_JPEG2000TransferSyntax_1.2.840.10008.1.2.4.91", 1 },
        { "_JPEGLSLosslessTransferSyntax_1.2.840.10008.1.2.4.80", 0 },
        { "_JPEGLSLossyTransferSyntax_1.2.840.10008.1.2.4.81", 1 },
        { "_JPEGProcess10_12TransferSyntax_1.2.840.10008.1.2.4.55", 5 },
        { "_JPEGProcess14SV1TransferSyntax_1.2.840.10008.1.2.4.70", 0 },
        { "_JPEGProcess14TransferSyntax_1.2.840.10008.1.2.4.57", 0 },
        { "_JPEGProcess1TransferSyntax_1.2.840.10008.1.2.4.50", 25 },
        { "_JPEGProcess2_4TransferSyntax_1.2.840.10008.1.2.4.51", 5 },
        { "_JPEGProcess6_8TransferSyntax_1.2.840.10008.1.2.4.53", 5 },
        { "_LittleEndianExplicitTransferSyntax_1.2.840.10008.1.2.1", 0 },
        { "_LittleEndianImplicitTransferSyntax_1.2.840.10008.1.2", 0 },
        { "_RLELosslessTransferSyntax_1.2.840.10008.1.2.5", 0 },
    };
    static const char base[] = "A_dicom/cornerstonejs+cornerstone3D/packages/"
                               "dicomImageLoader/testImages/CTImage.dcm";
    pp_volume plain;

    read_shared(base, &plain);
    for (size_t n = 0; n < sizeof row / sizeof *row; n++) {
        char relative[512];
        double worst = 0, sum = 0;
        size_t count;
        pp_volume v;

        snprintf(relative, sizeof relative, "%s%s.dcm", base, row[n].name);
        read_shared(relative, &v);
        count = v.layer->dim[0] * v.layer->dim[1];
        for (size_t i = 0; i < count; i++) {
            const double d = fabs(pp_grid_value(v.layer, i) -
                                  pp_grid_value(plain.layer, i));

            worst = fmax(worst, d);
            sum += d;
        }
        printf("# %-46.46s worst %7.2f HU, mean %6.3f HU\n",
               strrchr(row[n].name, '_') + 1, worst, sum / (double)count);
        ck_assert_msg(sum / (double)count <= row[n].mean, "%s", row[n].name);
        pp_volume_free(&v);
    }
    pp_volume_free(&plain);
}
END_TEST

#define DCMQI "B_seg_rt_sr/QIICR+dcmqi/data/segmentations/"

static const pp_segment *
find_segment(const pp_volume *v, uint32_t number)
{
    for (size_t s = 0; s < v->nsegment; s++)
        if (v->segment[s].number == number)
            return &v->segment[s];
    ck_abort_msg("no segment %u", number);
    return NULL;
}

/* Voxel by voxel in one frame: how many differ of how many inside? */
static size_t
differing(const pp_volume *a, uint32_t na, const pp_volume *b, uint32_t nb,
          size_t *inside)
{
    const pp_segment *s = find_segment(a, na), *t = find_segment(b, nb);
    const pp_grid *g = &a->layer[s->layer], *h = &b->layer[t->layer];
    size_t wrong = 0;

    *inside = 0;
    for (int r = 0; r < 3; r++) {
        ck_assert_uint_eq(g->dim[r], h->dim[r]);
        for (int c = 0; c < 4; c++)
            ck_near(g->to_lps[r][c], h->to_lps[r][c], 1e-3);
    }
    for (size_t n = 0; n < g->dim[0] * g->dim[1] * g->dim[2]; n++) {
        const bool p = pp_grid_value(g, n) == s->value;

        *inside += p;
        wrong += p != (pp_grid_value(h, n) == t->value);
    }
    return wrong;
}

/* dcmqi's encodings: binary, bit packed over odd frames, label maps, overlaps. */
START_TEST(segmentations_are_their_nrrd_truth_voxel_by_voxel)
{
    static const struct {
        const char *dicom;
        uint32_t number;
        const char *nrrd;
        uint32_t label;
    } row[] = {
        { "23x38x3/seg/label.seg", 1, "23x38x3/nrrd/label.nrrd", 1 },
        { "24x38x3/seg/label.seg", 1, "24x38x3/nrrd/label.nrrd", 1 },
        { "liver.dcm", 1, "liver_seg.nrrd", 1 },
        { "partial_overlaps.dcm", 1, "partial_overlaps-1.nrrd", 1 },
        { "partial_overlaps.dcm", 2, "partial_overlaps-2.nrrd", 2 },
        { "partial_overlaps.dcm", 3, "partial_overlaps-3.nrrd", 3 },
        { "partial_overlaps.dcm", 4, "partial_overlaps-1.nrrd", 4 },
        { "partial_overlaps.dcm", 5, "partial_overlaps-1.nrrd", 5 },
        { "sparse-labelmap-noppv.dcm", 1, "sparse_labelmap_noppv_seg.nrrd",
          1 },
        { "sparse-labelmap-ppv5.dcm", 1, "sparse_labelmap_ppv5_seg.nrrd", 1 },
    };

    for (size_t n = 0; n < sizeof row / sizeof *row; n++) {
        char dicom[256], nrrd[256];
        pp_error err = { 0 };
        size_t inside, wrong;
        pp_volume a, b;

        snprintf(dicom, sizeof dicom, DCMQI "%s", row[n].dicom);
        snprintf(nrrd, sizeof nrrd, DCMQI "%s", row[n].nrrd);
        read_shared(dicom, &a);
        read_shared(nrrd, &b);
        ck_ok(pp_volume_list_labels(&b, &err), err);
        wrong = differing(&a, row[n].number, &b, row[n].label, &inside);
        printf("# %-28s segment %u: %6zu voxels, %zu differ\n", row[n].dicom,
               row[n].number, inside, wrong);
        ck_assert_uint_gt(inside, 0);
        ck_assert_uint_eq(wrong, 0);
        pp_volume_free(&a);
        pp_volume_free(&b);
    }
}
END_TEST

/* Segmentations with the series that they refer to, by other people. */
START_TEST(segmentations_lie_on_the_slices_that_they_refer_to)
{
#define HIGHDICOM "B_seg_rt_sr/ImagingDataCommons+highdicom/data/test_files/"
#define CT2 "B_seg_rt_sr/pydicom+pydicom/src/pydicom/data/test_files/"         \
            "dicomdirtests/77654033/CT2"
#define RSNA "B_seg_rt_sr/FNNDSC+data/dicom/rsna_2/"
    static const struct {
        const char *seg, *source, *words;
    } row[] = {
        { RSNA "SEG/3DSlicer/tumor_User1_Manual_Trial1.dcm", RSNA "PET",
          "9 of 9 referenced slices present" },
        { RSNA "SEG/3DSlicer/tumor_User1_Manual_Trial1.dcm", RSNA "PET",
          "all 13 frames lie on slices of the source" },
        { DCMQI "liver.dcm", DCMQI "ct-3slice",
          "3 of 3 referenced slices present" },
        { DCMQI "23x38x3/seg/label.seg", DCMQI "23x38x3/image",
          "the mask lies on the voxels of the source" },
        /* the source lacks slices, and is no volume by itself */
        { HIGHDICOM "seg_image_ct_binary.dcm", CT2,
          "4 of 4 referenced slices present; all 3 frames lie on slices" },
        { HIGHDICOM "seg_image_ct_true_fractional.dcm", CT2,
          "all 3 frames lie on slices of the source, within 0 mm" },
    };

    for (size_t n = 0; n < sizeof row / sizeof *row; n++) {
        char path[1024], source[1024];
        const pp_read_options how = { .source = source };
        pp_error err = { 0 };
        pp_volume v;

        ck_assert(pp_test_shared(row[n].seg, path, sizeof path));
        ck_assert(pp_test_shared(row[n].source, source, sizeof source));
        ck_ok(pp_volume_read(path, &how, &v, &err), err);
        ck_assert_msg(strstr(v.notes, row[n].words) != NULL, "%s: %s",
                      row[n].seg, v.notes);
        ck_assert_ptr_null(v.warnings);
        pp_volume_free(&v);
    }
}
END_TEST

/* The same CT, PET and MR as DICOM and as NIfTI, from a third party. */
START_TEST(dicom_series_are_their_nifti_equivalents)
{
    static const char *const name[] = { "STS_002/CT", "STS_002/PET",
                                        "STS_002/MR_T1", "STS_003/CT",
                                        "STS_003/PET", "STS_003/MR_T1" };
    static const char base[] =
        "B_seg_rt_sr/theibsi+data_sets/ibsi_validation/";

    for (size_t n = 0; n < sizeof name / sizeof *name; n++) {
        char relative[256], patient[16];
        double worst = 0, place = 0;
        pp_volume a, b;

        snprintf(relative, sizeof relative, "%sdicom/%s", base, name[n]);
        read_shared(relative, &a);
        snprintf(patient, sizeof patient, "%.7s", name[n]);
        snprintf(relative, sizeof relative, "%snifti/%s/%s_image.nii.gz", base,
                 patient, name[n] + 8);
        read_shared(relative, &b);
        for (int r = 0; r < 3; r++) {
            ck_assert_uint_eq(a.layer->dim[r], b.layer->dim[r]);
            for (int c = 0; c < 4; c++)
                place = fmax(place, fabs(a.layer->to_lps[r][c] -
                                         b.layer->to_lps[r][c]));
        }
        for (size_t i = 0; i < a.layer->dim[0] * a.layer->dim[1] *
                                   a.layer->dim[2]; i++)
            worst = fmax(worst, fabs(pp_grid_value(a.layer, i) -
                                     pp_grid_value(b.layer, i)));
        printf("# %-14s matrix within %.1e mm, values within %g\n", name[n],
               place, worst);
        ck_near(place, 0, 1e-3);
        ck_near(worst, 0, strstr(name[n], "PET") != NULL ? 1e-3 : 0);
        pp_volume_free(&a);
        pp_volume_free(&b);
    }
}
END_TEST

/* Contours on their series against the mask that a third party made. */
START_TEST(contours_are_their_nifti_masks)
{
    static const char *const name[] = { "STS_002/CT", "STS_002/MR_T1",
                                        "STS_002/PET", "STS_003/CT",
                                        "STS_003/MR_T1", "STS_003/PET" };
    static const char base[] =
        "B_seg_rt_sr/theibsi+data_sets/ibsi_validation/";

    for (size_t n = 0; n < sizeof name / sizeof *name; n++) {
        const bool pet = strstr(name[n], "PET") != NULL;
        char relative[256], source[1024], contours[1100];
        const pp_read_options options = { .source = source };
        pp_error err = { 0 };
        size_t truth = 0, drawn = 0, both = 0, count;
        double volume, dice;
        pp_volume a, b;

        snprintf(relative, sizeof relative, "%sdicom/%s", base, name[n]);
        ck_assert(pp_test_shared(relative, source, sizeof source));
        snprintf(contours, sizeof contours, "%s/mask/RS.dcm", source);
        ck_ok(pp_volume_read(contours, &options, &a, &err), err);
        snprintf(relative, sizeof relative, "%snifti/%.7s/%s_mask.nii.gz",
                 base, name[n], name[n] + 8);
        read_shared(relative, &b);
        count = a.layer->dim[0] * a.layer->dim[1] * a.layer->dim[2];
        for (size_t i = 0; i < count; i++) {
            const bool p = pp_grid_value(a.layer, i) == 1;
            const bool q = pp_grid_value(b.layer, i) == 1;

            drawn += p;
            truth += q;
            both += p && q;
        }
        volume = 100 * ((double)drawn / (double)truth - 1);
        dice = 2 * (double)both / (double)(drawn + truth);
        printf("# %-14s %6zu voxels, mask %6zu: volume %+.2f %%, Dice %.4f\n",
               name[n], drawn, truth, volume, dice);
        ck_near(volume, 0, pet ? 2 : 0.5); /* PET: few, large voxels */
        ck_assert(dice > 0.98);
        pp_volume_free(&a);
        pp_volume_free(&b);
    }
}
END_TEST

/*
 * IBSI's consensus for its digital phantom: 592 +- 4 mm^3 of voxels; of a mesh
 * halfway between voxels 556 +- 4 mm^3, 388 +- 3 mm^2, and 13.1 +- 0.1 mm from
 * vertex to vertex.
 */
START_TEST(the_ibsi_phantom_has_its_consensus_volume)
{
    const pp_surface_options stepped = { .smooth = PP_SMOOTH_NONE };
    pp_surface_report report;
    pp_mask mask;
    pp_mesh mesh;
    pp_error err = { 0 };
    double volume;
    size_t n = 0;
    pp_volume v;
    pp_vec3 ends[2];

    read_shared("B_seg_rt_sr/theibsi+data_sets/ibsi_1_digital_phantom/nifti/"
                "mask/mask.nii.gz", &v);
    ck_ok(pp_volume_list_labels(&v, &err), err);
    for (size_t i = 0; i < 5 * 4 * 4; i++)
        n += pp_grid_value(v.layer, i) == 1;
    volume = (double)n * pp_grid_voxel_volume(v.layer);
    printf("# IBSI phantom: %zu voxels, %.1f mm^3\n", n, volume);
    ck_near(volume, 592, 4);
    ck_ok(pp_mask_from_iso(v.layer, 1, &mask, &err), err);
    ck_ok(pp_surface_from_mask(&mask, &stepped, &mesh, &report, &err), err);
    ck_ok(pp_measure_volume(&mesh, &volume, &err), err);
    printf("# IBSI phantom, as voxels stand: %.1f mm^2, %.1f mm^3 (consensus "
           "388 +- 3 and 556 +- 4)\n", pp_measure_area(&mesh), volume);
    ck_near(volume, 556, 4);
    ck_near(pp_measure_area(&mesh), 388, 3);
    ck_ok(pp_measure_diameter(&mesh, &volume, ends, &err), err);
    ck_near(volume, 13.1, 0.1);
    pp_mask_free(&mask);
    pp_mesh_free(&mesh);
    pp_volume_free(&v);
}
END_TEST

/*
 * FNNDSC's PET and its segmentation of a tumour: frames lie on slices of the
 * series, and what was marked takes up more than what was not.
 */
START_TEST(a_tumour_segmentation_lies_on_the_pet_it_was_drawn_on)
{
    static const char base[] = "B_seg_rt_sr/FNNDSC+data/dicom/rsna_2";
    double to_index[3][4], sum[2] = { 0, 0 };
    size_t n[2] = { 0, 0 }, at = 0;
    pp_error err = { 0 };
    char relative[256];
    pp_volume pet, seg;

    read_shared(base, &pet);
    snprintf(relative, sizeof relative,
             "%s/SEG/3DSlicer/tumor_User1_Manual_Trial1.dcm", base);
    read_shared(relative, &seg);
    ck_ok(pp_grid_inverse(pet.layer, to_index, &err), err);
    for (size_t k = 0; k < seg.layer->dim[2]; k++)
        for (size_t j = 0; j < seg.layer->dim[1]; j++)
            for (size_t i = 0; i < seg.layer->dim[0]; i++, at++) {
                const pp_vec3 p = pp_grid_position(
                    seg.layer, (double)i, (double)j, (double)k);
                size_t x[3];
                bool in = false;

                for (int r = 0; r < 3; r++) {
                    const double index =
                        to_index[r][0] * p.x + to_index[r][1] * p.y +
                        to_index[r][2] * p.z + to_index[r][3];

                    x[r] = (size_t)(index + 0.5);
                    ck_near(index - (double)x[r], 0, 1e-3);
                    ck_assert_uint_lt(x[r], pet.layer->dim[r]);
                }
                for (size_t l = 0; l < seg.nlayer; l++)
                    in |= pp_grid_value(&seg.layer[l], at) > 0;
                n[in]++;
                sum[in] += pp_grid_value(
                    pet.layer, (x[2] * pet.layer->dim[1] + x[1]) *
                                   pet.layer->dim[0] + x[0]);
            }
    printf("# PET: %zu marked voxels of mean %.0f, %zu others of mean %.0f\n",
           n[1], sum[1] / (double)n[1], n[0], sum[0] / (double)n[0]);
    ck_assert_uint_gt(n[1], 0);
    ck_assert(sum[1] / (double)n[1] > 2 * sum[0] / (double)n[0]);
    pp_volume_free(&pet);
    pp_volume_free(&seg);
}
END_TEST

/* One slice by itself: its header's own place, its own values. */
typedef struct {
    pp_dicom_header header;
    pp_dicom_plane *plane;
    int32_t *value;
} lone_slice;

static void
open_slice(const char *relative, lone_slice *s)
{
    pp_error err = { 0 };
    char path[1024];
    pp_dicom *dicom;

    ck_assert(pp_test_shared(relative, path, sizeof path));
    ck_ok(pp_dicom_open(path, &dicom, &s->header, &err), err);
    ck_ok(pp_dicom_planes(dicom, &s->plane, &err), err);
    s->value = pp_alloc((size_t)(s->header.rows * s->header.columns), 4);
    ck_assert_ptr_nonnull(s->value);
    ck_ok(pp_dicom_frame(dicom, 0, s->value, &err), err);
    pp_dicom_close(dicom);
}

/* Its value at a point in space, linear along y; false when it lies beside. */
static bool
slice_value(const lone_slice *s, pp_vec3 p, double *value)
{
    const pp_dicom_plane *g = s->plane;
    const double *r = g->row_direction, *c = g->column_direction;
    const pp_vec3 row = pp_vec(r[0], r[1], r[2]);
    const pp_vec3 column = pp_vec(c[0], c[1], c[2]);
    const pp_vec3 d = pp_sub(p, pp_vec(g->position[0], g->position[1],
                                       g->position[2]));
    const double x = pp_dot(d, row) / g->spacing[1];
    const double y = pp_dot(d, column) / g->spacing[0];
    const int32_t *at;

    if (fabs(pp_dot(d, pp_cross(row, column))) > 1e-3 || y < 0 ||
        y >= (double)s->header.rows - 1)
        return false;
    ck_near(x, round(x), 1e-6); /* this gantry tilts along the columns */
    at = s->value + (int64_t)y * s->header.columns + (int64_t)(x + 0.5);
    *value = at[0] + (y - floor(y)) * (at[s->header.columns] - at[0]);
    *value = *value * g->slope + g->intercept;
    return true;
}

/*
 * A real tilted head: each voxel of the straightened volume holds what the
 * slice that lies there, placed by its own header alone, holds at that point.
 */
START_TEST(a_straightened_head_keeps_its_coordinates)
{
    const pp_read_options mend = { .resample = true };
    double worst = 0, value;
    char path[1024];
    pp_error err = { 0 };
    size_t n = 0;
    pp_volume v;

    ck_assert(pp_test_shared(DCM2NII "failing/gantrytilting", path,
                             sizeof path));
    ck_ok(pp_volume_read(path, &mend, &v, &err), err);
    for (int slice = 1; slice <= 4; slice++) {
        char relative[256];
        lone_slice s;
        size_t at = 0;

        snprintf(relative, sizeof relative, DCM2NII
                 "failing/gantrytilting/001/IM-0001-000%d.dcm", slice);
        open_slice(relative, &s);
        for (size_t k = 0; k < v.layer->dim[2]; k++)
            for (size_t j = 0; j < v.layer->dim[1]; j++)
                for (size_t i = 0; i < v.layer->dim[0]; i++, at++)
                    if (slice_value(&s, pp_grid_position(v.layer, (double)i,
                                                         (double)j,
                                                         (double)k),
                                    &value)) {
                        worst = fmax(worst, fabs(pp_grid_value(v.layer, at) -
                                                 value));
                        n++;
                    }
        pp_free(s.plane);
        pp_free(s.value);
    }
    printf("# tilted head: %zu voxels within %.2f HU of their own slices\n",
           n, worst);
    ck_assert_uint_gt(n, (size_t)4 * 512 * 505);
    ck_assert(worst <= 0.501); /* rounding to whole HU */
    pp_volume_free(&v);
}
END_TEST

int
main(void)
{
    const TTest *const all[] = {
        orientation_variants_agree, bone_labels_lie_on_bone_in_the_real_series,
        one_stack_in_five_encodings_is_its_nifti_truth,
        broken_series_are_refused_with_their_reason,
        one_slice_in_15_transfer_syntaxes_decodes_to_the_same_values,
        segmentations_are_their_nrrd_truth_voxel_by_voxel,
        segmentations_lie_on_the_slices_that_they_refer_to,
        dicom_series_are_their_nifti_equivalents,
        contours_are_their_nifti_masks,
        the_ibsi_phantom_has_its_consensus_volume,
        a_tumour_segmentation_lies_on_the_pet_it_was_drawn_on,
        a_straightened_head_keeps_its_coordinates };
    char path[1024];

    if (!pp_test_shared("MANIFEST.tsv", path, sizeof path))
        pp_test_skip("no shared data beside the checkout");
    return pp_test_run("voxel/foreign", all, sizeof all / sizeof *all);
}
