// SPDX-License-Identifier: GPL-3.0-or-later
//
// igl_orient_outward.cpp - closed shells made to bound a volume
#include "shim/igl_convert.hpp"

#include <CGAL/Polygon_mesh_processing/orientation.h>

using namespace pp_shim;

extern "C" pp_status
pp_igl_orient_outward(const pp_mesh *m, pp_mesh *out, pp_error *err)
{
    std::memset(out, 0, sizeof *out);
    return guarded(err, "CGAL", [&] {
        Silence silence;
        Surface s;

        if (to_surface(m, &s, err) != PP_OK)
            return err->status;
        if (!CGAL::is_closed(s))
            return pp_fail(err, PP_EGEOM, "open edges: no inside to turn to");
        CGAL::Polygon_mesh_processing::orient_to_bound_a_volume(s);
        return from_surface(s, out, err);
    });
}
