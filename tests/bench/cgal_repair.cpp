// SPDX-License-Identifier: GPL-3.0-or-later
//
// cgal_repair.cpp - what CGAL 5.5 alone makes of a broken STL file
//
//     cgal_repair IN.stl OUT.stl
//
// The calls that its manual recommends, in its order, each believed: soup
// repair, orientation, stitching, hole filling, local self-intersections,
// outward orientation. A yardstick for the repair bench.
#include <CGAL/Exact_predicates_inexact_constructions_kernel.h>
#include <CGAL/IO/STL.h>
#include <CGAL/Polygon_mesh_processing/border.h>
#include <CGAL/Polygon_mesh_processing/orient_polygon_soup.h>
#include <CGAL/Polygon_mesh_processing/orientation.h>
#include <CGAL/Polygon_mesh_processing/polygon_soup_to_polygon_mesh.h>
#include <CGAL/Polygon_mesh_processing/repair.h>
#include <CGAL/Polygon_mesh_processing/repair_degeneracies.h>
#include <CGAL/Polygon_mesh_processing/repair_polygon_soup.h>
#include <CGAL/Polygon_mesh_processing/repair_self_intersections.h>
#include <CGAL/Polygon_mesh_processing/stitch_borders.h>
#include <CGAL/Polygon_mesh_processing/triangulate_hole.h>
#include <CGAL/Surface_mesh.h>

#include <array>
#include <iterator>
#include <vector>

using Kernel = CGAL::Exact_predicates_inexact_constructions_kernel;
using Mesh = CGAL::Surface_mesh<Kernel::Point_3>;
namespace PMP = CGAL::Polygon_mesh_processing;

int
main(int argc, char **argv)
try {
    std::vector<Kernel::Point_3> points;
    std::vector<std::vector<std::size_t>> facets;
    std::vector<Mesh::Halfedge_index> holes;
    Mesh mesh;

    if (argc != 3 || !CGAL::IO::read_STL(argv[1], points, facets))
        return 2;
    PMP::repair_polygon_soup(points, facets);
    PMP::orient_polygon_soup(points, facets);
    PMP::polygon_soup_to_polygon_mesh(points, facets, mesh);
    PMP::stitch_borders(mesh);
    PMP::remove_degenerate_faces(mesh);
    PMP::extract_boundary_cycles(mesh, std::back_inserter(holes));
    for (Mesh::Halfedge_index h : holes) {
        std::vector<Mesh::Face_index> lid;

        PMP::triangulate_hole(mesh, h, std::back_inserter(lid));
    }
    PMP::experimental::remove_self_intersections(mesh);
    if (CGAL::is_closed(mesh))
        PMP::orient_to_bound_a_volume(mesh);
    mesh.collect_garbage();
    return CGAL::IO::write_STL(argv[2], mesh,
                               CGAL::parameters::use_binary_mode(true)
                                   .stream_precision(17))
               ? 0 : 2;
} catch (const std::exception &) {
    return 2;
}
