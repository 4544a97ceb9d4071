/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * provenance.h - what travels with a mesh: where it came from, who changed it
 *
 * Text lines "key: value" in a fixed order, documented in
 * printprep-provenance(5). What is absent is unknown, never guessed. No line
 * holds a path, a patient's name, number or date.
 */
#ifndef PP_MESH_PROVENANCE_H
#define PP_MESH_PROVENANCE_H

#include "base/bytes.h"
#include "mesh/mesh.h"

typedef struct {
    char *tool;    /* "mask2stl" */
    char *version; /* "0.1.0" */
    char *options; /* as given, paths replaced by their role */
    char *changes; /* "facets=1024 filled_holes=2 volume_mm3=+0.3" */
    int status;    /* 0 or 1: the verdict of that run */
} pp_prov_step;

typedef struct {
    char *role;      /* "mask", "source", "mesh" */
    char sha256[65]; /* of the file's bytes, or of a series' files in order */
    char *detail;    /* "dicom-seg", "nifti", hashed UIDs ...; or NULL */
} pp_prov_input;

/* All-zero: nothing known. */
typedef struct {
    bool ours;   /* parsing: "printprep: 1" has been met */
    char *unit;  /* "mm" or NULL */
    char *frame; /* "LPS", "placed" (off its place in the scan) or NULL;
                    parsed "RAS" is the readers' to convert */
    char *side;  /* of the body: "L", "R" or NULL */
    bool has_placement;      /* coordinates are placement times the scan's: */
    double placement[3][4];  /* turned, moved, scaled or mirrored */
    bool has_grid;
    size_t dim[3];
    double voxel_mm[3];
    double to_lps[3][4];
    bool has_label;
    int64_t label;
    char *label_name; /* UTF-8, or NULL */
    pp_prov_input *input;
    size_t ninput;
    pp_prov_step *step;
    size_t nstep;
    char **comment; /* of unknown origin; written only when asked */
    size_t ncomment;
} pp_provenance;

void pp_provenance_free(pp_provenance *p);

pp_status pp_provenance_copy(const pp_provenance *p, pp_provenance *copy,
                             pp_error *err) PP_MUST_USE;

pp_status pp_provenance_add_input(pp_provenance *p, const char *role,
                                  const char *sha256, const char *detail,
                                  pp_error *err) PP_MUST_USE;

pp_status pp_provenance_add_step(pp_provenance *p, const char *tool,
                                 const char *version, const char *options,
                                 const char *changes, int status,
                                 pp_error *err) PP_MUST_USE;

/**
 * Notes that the mesh is laid elsewhere: m (a rotation or reflection, one
 * scale, a shift) comes behind what was done before. A reflection turns the
 * side of the body.
 */
pp_status pp_provenance_place(pp_provenance *p, const double m[3][4],
                              pp_error *err) PP_MUST_USE;

/** True when coordinates are not those of the scan. */
bool pp_provenance_is_placed(const pp_provenance *p);

/**
 * Lays a placed mesh back over its scan; nothing when it was not placed.
 * PP_EUNSUPPORTED when it was and the file does not tell how (STL cannot).
 */
pp_status pp_provenance_unplace(pp_provenance *p, pp_mesh *m,
                                pp_error *err) PP_MUST_USE;

/** The same, but only tells the way back: identity when it was not placed. */
pp_status pp_provenance_way_back(const pp_provenance *p, double back[3][4],
                                 pp_error *err) PP_MUST_USE;

/**
 * Moves each vertex to m times it, and turns the facets over where m is a
 * reflection. What m leaves alone stays bit for bit.
 */
void pp_mesh_transform(pp_mesh *mesh, const double m[3][4]);

/** The worst status of all steps: what a later tool has to repeat. */
int pp_provenance_status(const pp_provenance *p);

/**
 * All as lines of text, "printprep: 1" first; each ends with '\n' and has at
 * most PP_PROVENANCE_LINE bytes before it, for readers with short buffers.
 */
#define PP_PROVENANCE_LINE 200
pp_status pp_provenance_print(const pp_provenance *p, bool keep_comments,
                              pp_bytes *text, pp_error *err) PP_MUST_USE;

/**
 * Takes one line (as print writes it, without the newline). Lines that are
 * not ours are kept as comments, 3D Slicer's SPACE=LPS or RAS excepted.
 * Hostile text cannot fail, except for memory; values are cleaned (UTF-8, no
 * control characters) and cut at 64 KiB.
 */
pp_status pp_provenance_parse_line(pp_provenance *p, const char *line,
                                   pp_error *err) PP_MUST_USE;

/**
 * At most 79 characters for the header of a binary STL, zeros behind:
 * "printprep SPACE=LPS UNIT=mm STATUS=0 SHA256=<32 digits of the lines' hash>".
 * A space or unit that is unknown is left out; of a mesh that was laid
 * elsewhere, PLACED=1 stands for the space.
 */
pp_status pp_provenance_stl_header(const pp_provenance *p, char header[80],
                                   pp_error *err) PP_MUST_USE;

/**
 * Takes back what an STL header of n bytes tells (3D Slicer's SPACE= too): a
 * header of ours becomes a step that carries its status; other text becomes a
 * comment.
 */
pp_status pp_provenance_parse_stl_header(pp_provenance *p, const char *header,
                                         size_t n, pp_error *err) PP_MUST_USE;

#endif
