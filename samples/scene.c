/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scene.c - the bodies of the phantom, and the ball as a mesh
 *
 * Positions are in mm around the middle of the scene, x to the patient's
 * left, y to the back, z to the head; the whole lies far from the origin of
 * patient space and off its axes, as in a real scan.
 */
#include "scene.h"

#include "base/bytes.h"
#include "base/file.h"

#include <math.h>
#include <string.h>

static const pp_vec3 middle = { 31.7, -168.3, 1204.6 };

static pp_vec3
place(double x, double y, double z)
{
    return pp_add(middle, pp_vec(x, y, z));
}

static void
set_plate(pp_scene *scene)
{
    pp_plate *plate = &scene->plate;

    plate->axis = pp_unit(pp_vec(0.10, 0.24, 1));
    plate->apex = pp_unit(pp_vec(0.06, -1, 0.234)); /* orthogonal to axis */
    plate->apex = pp_unit(pp_madd(plate->apex,
                                  -pp_dot(plate->apex, plate->axis),
                                  plate->axis));
    plate->radius = 24;
    plate->centre = pp_madd(place(0, -17, 1), -plate->radius, plate->apex);
    plate->a = 21;
    plate->b = 24;
    plate->thin = 0.6;
    plate->thick = 3;
}

static void
set_islands(pp_scene *scene)
{
    static const double at[PP_SCENE_ISLANDS][4] = { /* x y z radius */
        { -8, -11, 6, 0.7 },   { 5, -12, -9, 0.9 },  { -3, -9.5, -17, 1.1 },
        { 11, -8, 9, 1.4 },    { 1.5, -11, 13, 0.8 },
    };

    for (size_t n = 0; n < PP_SCENE_ISLANDS; n++) {
        scene->island[n].centre = place(at[n][0], at[n][1], at[n][2]);
        scene->island[n].radius = at[n][3];
    }
}

/* A trunk with a bend, two branches, one of which branches again. */
static void
set_vessel(pp_scene *scene)
{
    static const struct {
        int from, to;
    } link[PP_SCENE_TUBES] = { { 0, 1 }, { 1, 2 }, { 2, 3 }, { 2, 4 },
                               { 4, 5 } };
    static const struct {
        double x, y, z, outer, lumen; /* radii */
        int end;                      /* cut flat, away from this node */
    } node[] = {
        { 4, 11, -30, 4.3, 3.0, 1 },   { -3, 8, -15, 4.0, 2.8, -1 },
        { 0, 5, -1, 3.8, 2.6, -1 },    { -13, 6, 27, 2.7, 1.7, 2 },
        { 9, 9, 13, 3.1, 2.0, -1 },    { 11, 3, 30, 2.3, 1.4, 4 },
    };
    size_t ncut = 0;

    for (size_t n = 0; n < PP_SCENE_TUBES; n++) {
        const int a = link[n].from, b = link[n].to;
        const pp_tube outer = { place(node[a].x, node[a].y, node[a].z),
                                place(node[b].x, node[b].y, node[b].z),
                                node[a].outer, node[b].outer };

        scene->outer[n] = scene->lumen[n] = outer;
        scene->lumen[n].from_radius = node[a].lumen;
        scene->lumen[n].to_radius = node[b].lumen;
    }
    for (size_t n = 0; n < sizeof node / sizeof *node; n++) {
        const int from = node[n].end;
        pp_cut cut;

        if (from < 0)
            continue;
        cut.at = place(node[n].x, node[n].y, node[n].z);
        cut.outward = pp_unit(pp_sub(cut.at, place(node[from].x, node[from].y,
                                                   node[from].z)));
        scene->cut[ncut++] = cut;
    }
    scene->vessel.outer = scene->outer;
    scene->vessel.lumen = scene->lumen;
    scene->vessel.ntube = PP_SCENE_TUBES;
    scene->vessel.cut = scene->cut;
    scene->vessel.ncut = ncut;
}

static void
add(pp_scene *scene, pp_body body, uint8_t label)
{
    scene->body[scene->nbody] = body;
    scene->label[scene->nbody++] = label;
}

/* Hounsfield units: fat -80, bone 1100, wall 70, contrast 320, nodule 700. */
void
pp_scene_set(pp_scene *scene)
{
    static const double spacing_mm[3] = { 0.48828125, 0.48828125, 1 };
    static const double turn_deg[3] = { 11, -6, 8 };

    memset(scene, 0, sizeof *scene);
    set_plate(scene);
    set_islands(scene);
    set_vessel(scene);
    scene->ball.centre = place(15.5, 13, -14);
    scene->ball.radius = 5;
    add(scene, pp_body_plate(&scene->plate, 1100), 1);
    for (size_t n = 0; n < PP_SCENE_ISLANDS; n++)
        add(scene, pp_body_sphere(&scene->island[n], 1100), 1);
    add(scene, pp_body_wall(&scene->vessel, 70), 2);
    add(scene, pp_body_lumen(&scene->vessel, 320), 0);
    add(scene, pp_body_sphere(&scene->ball, 700), 3);

    scene->scan.dim[0] = 128;
    scene->scan.dim[1] = 120;
    scene->scan.dim[2] = 80;
    pp_scan_place(&scene->scan, spacing_mm, turn_deg, place(0, -1, 0));
    scene->scan.background_hu = -80;
    scene->scan.spread_mm = 0.42; /* 1 mm full width at half maximum */
    scene->scan.slice_mm = 1;
    scene->scan.noise_hu = 14;
    scene->scan.seed = 1;
    scene->scan.slope = 1;
    scene->scan.intercept = -1024;
}

pp_box
pp_scene_vessel_box(const pp_scene *scene)
{
    pp_box box = pp_box_empty();

    for (size_t n = 0; n < scene->vessel.ntube; n++) {
        const pp_tube *tube = &scene->outer[n];
        const double r = fmax(tube->from_radius, tube->to_radius);
        const pp_vec3 reach = pp_vec(r, r, r);

        pp_box_add(&box, pp_sub(tube->from, reach));
        pp_box_add(&box, pp_add(tube->from, reach));
        pp_box_add(&box, pp_sub(tube->to, reach));
        pp_box_add(&box, pp_add(tube->to, reach));
    }
    return box;
}

/* ---- the ball as a mesh: an octahedron, split and pushed out ---- */

typedef struct {
    pp_bytes bytes;
    const pp_sphere *ball;
    uint32_t nfacet;
} ball_writer;

static pp_status
put_facet(ball_writer *w, const pp_vec3 corner[3], pp_error *err)
{
    unsigned char *to;

    if (pp_bytes_extend(&w->bytes, 50, &to, err) != PP_OK)
        return err->status;
    memset(to, 0, 50); /* a zero normal: readers use the corners */
    for (int n = 0; n < 3; n++) {
        const pp_vec3 p = pp_madd(w->ball->centre, w->ball->radius, corner[n]);

        for (int axis = 0; axis < 3; axis++)
            pp_put_u32le(to + 12 + 12 * n + 4 * axis,
                         pp_float_to_bits((float)pp_axis(p, axis)));
    }
    w->nfacet++;
    return PP_OK;
}

/* Corners are unit vectors, counter-clockwise from outside. */
static pp_status
split(ball_writer *w, const pp_vec3 c[3], int levels, pp_error *err)
{
    if (levels == 0)
        return put_facet(w, c, err);

    const pp_vec3 ab = pp_unit(pp_add(c[0], c[1]));
    const pp_vec3 bc = pp_unit(pp_add(c[1], c[2]));
    const pp_vec3 ca = pp_unit(pp_add(c[2], c[0]));
    const pp_vec3 part[4][3] = {
        { c[0], ab, ca }, { ab, c[1], bc }, { ca, bc, c[2] }, { ab, bc, ca }
    };

    for (int n = 0; n < 4; n++)
        if (split(w, part[n], levels - 1, err) != PP_OK)
            return err->status;
    return PP_OK;
}

pp_status
pp_scene_write_ball(const char *path, const pp_sphere *ball, pp_error *err)
{
    ball_writer w = { { 0 }, ball, 0 };
    unsigned char *header;
    pp_status status = pp_bytes_extend(&w.bytes, 84, &header, err);

    if (status == PP_OK) {
        memset(header, 0, 84);
        memcpy(header, "ball of 10 mm SPACE=LPS UNIT=mm", 31);
    }
    for (int octant = 0; octant < 8 && status == PP_OK; octant++) {
        const double x = octant & 1 ? -1 : 1, y = octant & 2 ? -1 : 1,
                     z = octant & 4 ? -1 : 1;
        const int mirrored = x * y * z < 0;
        const pp_vec3 corner[3] = {
            pp_vec(x, 0, 0),
            mirrored ? pp_vec(0, 0, z) : pp_vec(0, y, 0),
            mirrored ? pp_vec(0, y, 0) : pp_vec(0, 0, z),
        };

        status = split(&w, corner, 5, err);
    }
    if (status == PP_OK) {
        pp_put_u32le(w.bytes.data + 80, w.nfacet);
        status = pp_file_write(path, w.bytes.data, w.bytes.size, err);
    }
    pp_bytes_free(&w.bytes);
    return status;
}
