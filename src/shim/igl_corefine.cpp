// SPDX-License-Identifier: GPL-3.0-or-later
//
// igl_corefine.cpp - two surfaces cut along the lines in which they meet
#include "shim/corefine.h"
#include "shim/igl_convert.hpp"

#include <CGAL/Polygon_mesh_processing/corefinement.h>

using namespace pp_shim;
namespace PMP = CGAL::Polygon_mesh_processing;

extern "C" pp_status
pp_igl_corefine(const pp_mesh *a, const pp_mesh *b, pp_mesh *a_cut,
                pp_mesh *b_cut, pp_error *err)
{
    std::memset(a_cut, 0, sizeof *a_cut);
    std::memset(b_cut, 0, sizeof *b_cut);
    return guarded(err, "CGAL", [&] {
        Silence silence;
        Surface left, right;

        if (to_surface(a, &left, err) != PP_OK ||
            to_surface(b, &right, err) != PP_OK)
            return err->status;
        PMP::corefine(left, right,
                      CGAL::parameters::throw_on_self_intersection(true));
        if (from_surface(left, a_cut, err) != PP_OK ||
            from_surface(right, b_cut, err) != PP_OK)
            pp_mesh_free(a_cut);
        return err->status;
    });
}
