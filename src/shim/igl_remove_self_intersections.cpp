// SPDX-License-Identifier: GPL-3.0-or-later
//
// igl_remove_self_intersections.cpp - local patches, smoothed or cut out and
// filled again by CGAL
#include "shim/igl_convert.hpp"

#include <CGAL/Polygon_mesh_processing/repair_self_intersections.h>

using namespace pp_shim;
namespace PMP = CGAL::Polygon_mesh_processing;

extern "C" pp_status
pp_igl_remove_self_intersections(const pp_mesh *m, pp_mesh *out, pp_error *err)
{
    std::memset(out, 0, sizeof *out);
    return guarded(err, "CGAL", [&] {
        Silence silence;
        Surface s;

        if (to_surface(m, &s, err) != PP_OK)
            return err->status;
        // what it returns was seen to be wrong both ways
        (void)PMP::experimental::remove_self_intersections(s);
        return from_surface(s, out, err);
    });
}
