// SPDX-License-Identifier: GPL-3.0-or-later
//
// igl_mesh_minus.cpp - one closed shell less another, by corefinement
#include "shim/igl_convert.hpp"

#include <CGAL/Polygon_mesh_processing/corefinement.h>

using namespace pp_shim;
namespace PMP = CGAL::Polygon_mesh_processing;

extern "C" pp_status
pp_igl_mesh_minus(const pp_mesh *a, const pp_mesh *b, pp_mesh *out,
                  pp_error *err)
{
    std::memset(out, 0, sizeof *out);
    return guarded(err, "CGAL", [&] {
        Silence silence;
        Surface left, right, rest;

        if (to_surface(a, &left, err) != PP_OK ||
            to_surface(b, &right, err) != PP_OK)
            return err->status;
        if (!PMP::corefine_and_compute_difference(
                left, right, rest,
                CGAL::parameters::throw_on_self_intersection(true)))
            return pp_fail(err, PP_EGEOM,
                           "what is left is not a manifold surface");
        return from_surface(rest, out, err);
    });
}
