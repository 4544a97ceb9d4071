// SPDX-License-Identifier: GPL-3.0-or-later
//
// igl_repair_soup.cpp - CGAL's chain from polygon soup to manifold mesh
#include "shim/igl_convert.hpp"

#include <CGAL/Polygon_mesh_processing/manifoldness.h>
#include <CGAL/Polygon_mesh_processing/orient_polygon_soup.h>
#include <CGAL/Polygon_mesh_processing/polygon_soup_to_polygon_mesh.h>
#include <CGAL/Polygon_mesh_processing/repair_polygon_soup.h>
#include <CGAL/Polygon_mesh_processing/stitch_borders.h>

using namespace pp_shim;
namespace PMP = CGAL::Polygon_mesh_processing;

extern "C" pp_status
pp_igl_repair_soup(const pp_mesh *m, pp_mesh *out, pp_error *err)
{
    std::memset(out, 0, sizeof *out);
    return guarded(err, "CGAL", [&] {
        Silence silence;
        std::vector<Point> points;
        std::vector<std::vector<std::size_t>> facets;
        Surface s;

        for (std::size_t v = 0; v < m->nvert; v++)
            points.push_back(to_point(m->vert[v]));
        for (std::size_t t = 0; t < m->ntri; t++)
            facets.push_back({ m->tri[t][0], m->tri[t][1], m->tri[t][2] });
        PMP::repair_polygon_soup(points, facets);
        // false only says that vertices were split
        (void)PMP::orient_polygon_soup(points, facets);
        PMP::polygon_soup_to_polygon_mesh(points, facets, s);
        PMP::stitch_borders(s);
        PMP::duplicate_non_manifold_vertices(s);
        return from_surface(s, out, err);
    });
}
