/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * provenance_print.c - provenance as lines of text, and as an STL header
 *
 * One line is one "key: value". A value that does not fit into a line goes on
 * in lines "key+: rest". Steps and inputs are runs of lines that start with
 * "step:" or "input:".
 */
#include "mesh/provenance_text.h"

#include "base/alloc.h"
#include "base/text.h"
#include "shim/sha256.h"

#include <stdio.h>
#include <string.h>

/* Where to break text of n bytes so that at most room stay in the line. */
static size_t
line_break(const char *text, size_t n, size_t room)
{
    size_t at = room;

    if (n <= room)
        return n;
    /* within a character, or behind a blank that readers may trim */
    while (at > 1 && (((unsigned char)text[at] & 0xc0) == 0x80 ||
                      text[at - 1] == ' '))
        at--;
    return at;
}

/* "key: value", and "key+: rest" as often as needed; absent: "unknown". */
static pp_status
print_value(pp_bytes *out, const char *key, const char *value, pp_error *err)
{
    const size_t room = PP_PROVENANCE_LINE - strlen(key) - 3;
    char *copy = pp_text_clean(value != NULL ? value : "",
                               value != NULL ? strlen(value) : 0, SIZE_MAX);
    const char *plus = "";
    const char *rest = copy;

    if (copy == NULL)
        return pp_fail_memory(err);
    if (copy[0] == '\0')
        rest = "unknown";
    while (*rest != '\0' && err->status == PP_OK) {
        const size_t n = line_break(rest, strlen(rest), room);

        (void)!pp_bytes_printf(out, err, "%s%s: %.*s\n", key, plus, (int)n,
                               rest);
        rest += n;
        plus = "+";
    }
    pp_free(copy);
    return err->status;
}

static pp_status
print_reals(pp_bytes *out, const char *key, const double *value, size_t n,
            pp_error *err)
{
    char text[PP_NUMBER_SIZE];

    if (pp_bytes_printf(out, err, "%s:", key) != PP_OK)
        return err->status;
    for (size_t i = 0; i < n; i++)
        if (pp_bytes_printf(out, err, " %s",
                            pp_text_from_double(value[i], text)) != PP_OK)
            return err->status;
    return pp_bytes_append(out, "\n", 1, err);
}

static pp_status
print_grid(const pp_provenance *p, pp_bytes *out, pp_error *err)
{
    static const char *const key[3] = { "to_lps_x", "to_lps_y", "to_lps_z" };

    if (!p->has_grid)
        return print_value(out, "dim", NULL, err);
    if (pp_bytes_printf(out, err, "dim: %zu %zu %zu\n", p->dim[0], p->dim[1],
                        p->dim[2]) != PP_OK ||
        print_reals(out, "voxel_mm", p->voxel_mm, 3, err) != PP_OK)
        return err->status;
    for (int a = 0; a < 3; a++)
        if (print_reals(out, key[a], p->to_lps[a], 4, err) != PP_OK)
            return err->status;
    return PP_OK;
}

static pp_status
print_placement(const pp_provenance *p, pp_bytes *out, pp_error *err)
{
    static const char *const key[3] = { "placed_x", "placed_y", "placed_z" };

    if (p->side != NULL && print_value(out, "side", p->side, err) != PP_OK)
        return err->status;
    for (int a = 0; p->has_placement && a < 3; a++)
        if (print_reals(out, key[a], p->placement[a], 4, err) != PP_OK)
            return err->status;
    return PP_OK;
}

static pp_status
print_label(const pp_provenance *p, pp_bytes *out, pp_error *err)
{
    if (!p->has_label)
        return print_value(out, "label", NULL, err);
    if (pp_bytes_printf(out, err, "label: %lld\n", (long long)p->label) !=
        PP_OK)
        return err->status;
    return p->label_name != NULL
               ? print_value(out, "label_name", p->label_name, err)
               : PP_OK;
}

static pp_status
print_input(const pp_prov_input *in, pp_bytes *out, pp_error *err)
{
    if (print_value(out, "input", in->role, err) != PP_OK ||
        print_value(out, "sha256", in->sha256, err) != PP_OK)
        return err->status;
    return in->detail != NULL ? print_value(out, "detail", in->detail, err)
                              : PP_OK;
}

static pp_status
print_step(const pp_prov_step *step, pp_bytes *out, pp_error *err)
{
    if (print_value(out, "step", step->tool, err) != PP_OK ||
        print_value(out, "version", step->version, err) != PP_OK)
        return err->status;
    if (step->options != NULL && step->options[0] != '\0' &&
        print_value(out, "options", step->options, err) != PP_OK)
        return err->status;
    if (step->changes != NULL && step->changes[0] != '\0' &&
        print_value(out, "changes", step->changes, err) != PP_OK)
        return err->status;
    return pp_bytes_printf(out, err, "status: %d\n", step->status);
}

pp_status
pp_provenance_print(const pp_provenance *p, bool keep_comments, pp_bytes *text,
                    pp_error *err)
{
    if (pp_bytes_printf(text, err, "printprep: 1\n") != PP_OK ||
        print_value(text, "unit", p->unit, err) != PP_OK ||
        print_value(text, "frame", p->frame, err) != PP_OK ||
        print_placement(p, text, err) != PP_OK ||
        print_grid(p, text, err) != PP_OK ||
        print_label(p, text, err) != PP_OK)
        return err->status;
    for (size_t i = 0; i < p->ninput; i++)
        if (print_input(&p->input[i], text, err) != PP_OK)
            return err->status;
    for (size_t i = 0; i < p->nstep; i++)
        if (print_step(&p->step[i], text, err) != PP_OK)
            return err->status;
    for (size_t i = 0; keep_comments && i < p->ncomment; i++)
        if (print_value(text, "comment", p->comment[i], err) != PP_OK)
            return err->status;
    return PP_OK;
}

pp_status
pp_provenance_stl_header(const pp_provenance *p, char header[80], pp_error *err)
{
    const bool mm = p->unit != NULL && strcmp(p->unit, "mm") == 0;
    const bool placed = pp_provenance_is_placed(p);
    const bool lps =
        !placed && p->frame != NULL && strcmp(p->frame, "LPS") == 0;
    pp_bytes text = { 0 };
    char hex[65];

    memset(header, 0, 80);
    if (pp_provenance_print(p, false, &text, err) == PP_OK) {
        pp_sha256(text.data, text.size, hex);
        snprintf(header, 80, "printprep%s%s STATUS=%d SHA256=%.32s",
                 placed ? " PLACED=1"
                 : lps  ? " SPACE=LPS"
                        : "",
                 mm ? " UNIT=mm" : "",
                 pp_provenance_status(p) != 0, hex);
    }
    pp_bytes_free(&text);
    return err->status;
}
