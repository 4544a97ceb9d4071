/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * move.c - rigid motions, scales and reflections as matrices
 *
 * A matrix that was printed with a few digits is only nearly a rotation; the
 * nearest one is found by averaging it with its inverse's transpose (Higham,
 * Computing the polar decomposition, 1986).
 */
#include "place/place.h"

#include "base/affine.h"
#include "base/alloc.h"
#include "base/text.h"

#include <string.h>

#define RADIANS 0.017453292519943295

/* A matrix that is rigid up to this is meant to be: five digits behind the
 * point, which is what programs print. At 500 mm it is 5 um. */
#define RIGID 1e-5

/* Halves the error's exponent each time: from 1e-5, three are enough. */
#define ROUNDS 6

pp_move
pp_move_none(void)
{
    const pp_move none = { { { 1, 0, 0, 0 }, { 0, 1, 0, 0 }, { 0, 0, 1, 0 } } };

    return none;
}

pp_move
pp_move_by(pp_vec3 shift)
{
    pp_move by = pp_move_none();

    by.m[0][3] = shift.x;
    by.m[1][3] = shift.y;
    by.m[2][3] = shift.z;
    return by;
}

pp_move
pp_move_scale(double factor)
{
    pp_move scale = pp_move_none();

    for (int k = 0; k < 3; k++)
        scale.m[k][k] = factor;
    return scale;
}

pp_move
pp_move_mirror(int axis)
{
    pp_move mirror = pp_move_none();

    mirror.m[axis][axis] = -1;
    return mirror;
}

/* Rodrigues: cosine, sine, and an axis of unit length. */
static pp_move
turn(pp_vec3 a, double c, double s)
{
    const double v[3] = { a.x, a.y, a.z };
    const double cross[3][3] = { { 0, -a.z, a.y },
                                 { a.z, 0, -a.x },
                                 { -a.y, a.x, 0 } };
    pp_move by = pp_move_none();

    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 3; k++)
            by.m[i][k] = (i == k ? c : 0) + (1 - c) * v[i] * v[k] +
                         s * cross[i][k];
    return by;
}

pp_move
pp_move_turn(pp_vec3 axis, double degrees)
{
    static const double quarter[4][2] = { { 1, 0 }, { 0, 1 }, { -1, 0 },
                                          { 0, -1 } };
    const double rest = fmod(degrees, 360);
    const double angle = rest < 0 ? rest + 360 : rest;
    const int n = (int)(angle / 90) % 4;

    if (angle == 90.0 * n)
        return turn(pp_unit(axis), quarter[n][0], quarter[n][1]);
    return turn(pp_unit(axis), cos(angle * RADIANS), sin(angle * RADIANS));
}

pp_move
pp_move_from_to(pp_vec3 from, pp_vec3 to)
{
    const pp_vec3 a = pp_unit(from), b = pp_unit(to);
    const pp_vec3 axis = pp_cross(a, b);
    const double s = pp_norm(axis), c = pp_dot(a, b);

    if (s < 1e-12 && c > 0)
        return pp_move_none();
    if (s < 1e-12) { /* half a turn, about anything across */
        const pp_vec3 any = fabs(a.x) < 0.7 ? pp_vec(1, 0, 0)
                                            : pp_vec(0, 1, 0);

        return turn(pp_unit(pp_cross(a, any)), -1, 0);
    }
    return turn(pp_scale(axis, 1 / s), c / hypot(c, s), s / hypot(c, s));
}

pp_move
pp_move_then(pp_move first, pp_move next)
{
    pp_move both;

    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 4; k++) {
            double sum = k == 3 ? next.m[i][3] : 0;

            for (int n = 0; n < 3; n++)
                if (next.m[i][n] != 0)
                    sum += next.m[i][n] * first.m[n][k];
            both.m[i][k] = sum;
        }
    return both;
}

bool
pp_move_is_none(const pp_move *move)
{
    const pp_move none = pp_move_none();

    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 4; k++)
            if (move->m[i][k] != none.m[i][k])
                return false;
    return true;
}

/* ---- from a file ---- */

/* 1: the next word's number, 0: there is none more, -1: it is no number. */
static int
next_number(const char **at, const char *end, double *value)
{
    char word[PP_NUMBER_SIZE * 2];
    size_t n = 0;

    while (*at < end && (strchr(" \t\r\n,", **at) != NULL || **at == '#')) {
        if (**at == '#')
            while (*at < end && **at != '\n')
                (*at)++;
        else
            (*at)++;
    }
    while (*at < end && strchr(" \t\r\n,#", **at) == NULL) {
        if (n + 1 >= sizeof word)
            return -1;
        word[n++] = *(*at)++;
    }
    word[n] = '\0';
    return n == 0 ? 0 : pp_text_to_double(word, value) ? 1 : -1;
}

/* Transposed inverse of the rotation part. */
static void
invert_turned(const double m[3][4], double out[3][3])
{
    const double d = pp_affine_determinant(m);

    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 3; k++) {
            const int i1 = (i + 1) % 3, i2 = (i + 2) % 3;
            const int k1 = (k + 1) % 3, k2 = (k + 2) % 3;

            out[i][k] =
                (m[i1][k1] * m[i2][k2] - m[i1][k2] * m[i2][k1]) / d;
        }
}

static pp_status
make_rigid(pp_move *move, pp_error *err)
{
    double off = 0;

    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 3; k++) {
            double dot = 0;

            for (int n = 0; n < 3; n++)
                dot += move->m[i][n] * move->m[k][n];
            off = fmax(off, fabs(dot - (i == k)));
        }
    if (!(off <= RIGID))
        return pp_fail(err, PP_EGEOM, "the matrix is not rigid: its rows are "
                       "off by %.3g (--scale scales)", off);
    if (pp_affine_determinant((const double(*)[4])move->m) < 0)
        return pp_fail(err, PP_EGEOM, "the matrix mirrors (--mirror does so, "
                       "and says it)");
    for (int round = 0; round < ROUNDS; round++) {
        double turned[3][3];

        invert_turned((const double(*)[4])move->m, turned);
        for (int i = 0; i < 3; i++)
            for (int k = 0; k < 3; k++)
                move->m[i][k] = (move->m[i][k] + turned[i][k]) / 2;
    }
    return PP_OK;
}

pp_status
pp_move_parse(const void *text, size_t size, pp_move *move, pp_error *err)
{
    const char *at = text, *end = at + size;
    double value[17];
    int n = 0, more = 1;

    *move = pp_move_none();
    if (memchr(text, '\0', size) != NULL)
        return pp_fail(err, PP_EFORMAT, "no text of a matrix");
    while (n < 17 && (more = next_number(&at, end, &value[n])) == 1)
        n++;
    if (n != 16 || more != 0)
        return pp_fail(err, PP_EFORMAT, "a matrix is 16 numbers and nothing "
                       "else; number %d is none, or one too many", n + 1);
    if (value[12] != 0 || value[13] != 0 || value[14] != 0 || value[15] != 1)
        return pp_fail(err, PP_EGEOM, "the last row of the matrix is not "
                       "0 0 0 1");
    for (int i = 0; i < 12; i++)
        move->m[i / 4][i % 4] = value[i];
    if (make_rigid(move, err) != PP_OK)
        *move = pp_move_none();
    return err->status;
}

void
pp_move_json(const pp_move *move, const char *key, pp_json *j)
{
    pp_json_array(j, key);
    for (int i = 0; i < 3; i++) {
        pp_json_array(j, NULL);
        for (int k = 0; k < 4; k++)
            pp_json_real(j, NULL, move->m[i][k]);
        pp_json_end(j);
    }
    pp_json_end(j);
}
