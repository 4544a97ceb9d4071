// SPDX-License-Identifier: GPL-3.0-or-later
//
// cgal_thickness.cpp - the yardstick: what a program on CGAL does for a
// thickness map of the same file: sdf_values with 25 rays a facet (Shapira,
// Shamir and Cohen-Or 2008), not smoothed and not scaled
#include <CGAL/Exact_predicates_inexact_constructions_kernel.h>
#include <CGAL/IO/STL.h>
#include <CGAL/Polygon_mesh_processing/polygon_soup_to_polygon_mesh.h>
#include <CGAL/Surface_mesh.h>
#include <CGAL/mesh_segmentation.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <vector>

using Kernel = CGAL::Exact_predicates_inexact_constructions_kernel;
using Mesh = CGAL::Surface_mesh<Kernel::Point_3>;
namespace PMP = CGAL::Polygon_mesh_processing;

int
main(int argc, char **argv)
{
    const double pi = 3.14159265358979323846;
    std::vector<Kernel::Point_3> points;
    std::vector<std::array<std::size_t, 3>> facets;
    Mesh mesh;

    if (argc != 2 || !CGAL::IO::read_STL(argv[1], points, facets) ||
        !PMP::is_polygon_soup_a_polygon_mesh(facets))
        return 2;
    PMP::polygon_soup_to_polygon_mesh(points, facets, mesh);

    auto map = mesh.add_property_map<Mesh::Face_index, double>("f:sdf", 0);
    std::vector<double> value;

    // the opening of the cone is the library's own default
    CGAL::sdf_values(mesh, map.first, 2.0 / 3 * pi, 25, false);
    for (Mesh::Face_index f : mesh.faces())
        value.push_back(map.first[f]);
    std::nth_element(value.begin(), value.begin() + value.size() / 2,
                     value.end());
    std::printf("%zu facets, median %.3f mm\n", value.size(),
                value[value.size() / 2]);
    return 0;
}
