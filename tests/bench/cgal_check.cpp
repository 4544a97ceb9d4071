// SPDX-License-Identifier: GPL-3.0-or-later
//
// cgal_check.cpp - the yardstick: what a program on CGAL does with the same
// file: read, build a Surface_mesh, list the self-intersections
#include <CGAL/Exact_predicates_inexact_constructions_kernel.h>
#include <CGAL/IO/STL.h>
#include <CGAL/Polygon_mesh_processing/polygon_soup_to_polygon_mesh.h>
#include <CGAL/Polygon_mesh_processing/self_intersections.h>
#include <CGAL/Surface_mesh.h>

#include <array>
#include <cstdio>
#include <vector>

using Kernel = CGAL::Exact_predicates_inexact_constructions_kernel;
using Mesh = CGAL::Surface_mesh<Kernel::Point_3>;
namespace PMP = CGAL::Polygon_mesh_processing;

int
main(int argc, char **argv)
{
    std::vector<Kernel::Point_3> points;
    std::vector<std::array<std::size_t, 3>> facets;
    std::vector<std::pair<Mesh::Face_index, Mesh::Face_index>> pairs;
    Mesh mesh;

    if (argc != 2 || !CGAL::IO::read_STL(argv[1], points, facets) ||
        !PMP::is_polygon_soup_a_polygon_mesh(facets))
        return 2;
    PMP::polygon_soup_to_polygon_mesh(points, facets, mesh);
    PMP::self_intersections(mesh, std::back_inserter(pairs));
    std::printf("%zu facets, %zu pairs\n", facets.size(),
                pairs.size());
    return 0;
}
