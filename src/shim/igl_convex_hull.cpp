// SPDX-License-Identifier: GPL-3.0-or-later
//
// igl_convex_hull.cpp - the convex hull of a mesh's vertices
#include "shim/igl_convert.hpp"

#include <CGAL/convex_hull_3.h>

using namespace pp_shim;

extern "C" pp_status
pp_igl_convex_hull(const pp_mesh *m, pp_mesh *hull, pp_error *err)
{
    std::memset(hull, 0, sizeof *hull);
    return guarded(err, "CGAL", [&] {
        Silence silence;
        std::vector<Point> points;
        Surface s;

        points.reserve(m->nvert);
        for (std::size_t v = 0; v < m->nvert; v++)
            points.push_back(to_point(m->vert[v]));
        CGAL::convex_hull_3(points.begin(), points.end(), s);
        if (!CGAL::is_closed(s) || !CGAL::is_triangle_mesh(s))
            return pp_fail(err, PP_EGEOM, "all vertices lie in a plane");
        return from_surface(s, hull, err);
    });
}
