// SPDX-License-Identifier: GPL-3.0-or-later
//
// cgal_judge.cpp - what CGAL says about an STL file
//
// A foreign judge for the tests: it shares no code with the tools, reads the
// file itself, joins equal points as slicers do, and prints one line
//
//   facets N open N nonmanifold_edges N nonmanifold_vertices N
//   self_intersections N outward 0|1
//
// -1 where CGAL cannot say. Exit status: 0 clean, 1 not clean, 2 no mesh.
#include <CGAL/Exact_predicates_inexact_constructions_kernel.h>
#include <CGAL/Polygon_mesh_processing/orientation.h>
#include <CGAL/Polygon_mesh_processing/polygon_soup_to_polygon_mesh.h>
#include <CGAL/Polygon_mesh_processing/self_intersections.h>
#include <CGAL/Surface_mesh.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace PMP = CGAL::Polygon_mesh_processing;
using Kernel = CGAL::Exact_predicates_inexact_constructions_kernel;
using Mesh = CGAL::Surface_mesh<Kernel::Point_3>;
using Facet = std::array<std::size_t, 3>;

namespace {

struct Soup {
    std::vector<Kernel::Point_3> points;
    std::vector<Facet> facets;
};

using Place = std::array<float, 3>;

// Corners of all facets, one after the other.
bool
read_binary(const std::vector<char> &bytes, std::vector<Place> *corners)
{
    std::uint32_t n;

    if (bytes.size() < 84)
        return false;
    std::memcpy(&n, &bytes[80], 4); // a little-endian host is assumed
    if (bytes.size() != 84 + std::size_t(50) * n)
        return false;
    for (std::size_t t = 0; t < n; t++)
        for (std::size_t k = 0; k < 3; k++) {
            Place p;

            std::memcpy(p.data(), &bytes[84 + 50 * t + 12 + 12 * k], 12);
            corners->push_back(p);
        }
    return true;
}

bool
read_text(const std::vector<char> &bytes, std::vector<Place> *corners)
{
    std::istringstream in(std::string(bytes.begin(), bytes.end()));
    std::string word, x, y, z;

    while (in >> word)
        if (word == "vertex" && in >> x >> y >> z)
            corners->push_back({ std::strtof(x.c_str(), nullptr),
                                 std::strtof(y.c_str(), nullptr),
                                 std::strtof(z.c_str(), nullptr) });
    return corners->size() % 3 == 0;
}

bool
read_stl(const char *path, Soup *soup)
{
    std::ifstream in(path, std::ios::binary);
    const std::vector<char> bytes{ std::istreambuf_iterator<char>(in), {} };
    std::vector<Place> corners;
    std::map<Place, std::size_t> number;

    if (!read_binary(bytes, &corners) && !read_text(bytes, &corners))
        return false;
    for (std::size_t t = 0; 3 * t < corners.size(); t++) {
        Facet facet;

        for (std::size_t k = 0; k < 3; k++) {
            Place p = corners[3 * t + k];

            for (float &x : p)
                x += 0.0f; // -0 equals +0
            const auto found = number.emplace(p, number.size());
            if (found.second)
                soup->points.emplace_back(p[0], p[1], p[2]);
            facet[k] = found.first->second;
        }
        soup->facets.push_back(facet);
    }
    return !soup->facets.empty();
}

// Edges by how many facets run them each way.
void
count_edges(const Soup &soup, long *open, long *crowded)
{
    std::map<std::pair<std::size_t, std::size_t>, std::array<int, 2>> edges;

    for (const Facet &f : soup.facets)
        for (std::size_t k = 0; k < 3; k++) {
            const std::size_t a = f[k], b = f[(k + 1) % 3];

            edges[std::minmax(a, b)][a < b]++;
        }
    for (const auto &e : edges) {
        const int n = e.second[0] + e.second[1];

        *open += n == 1;
        *crowded += n > 2 || (n == 2 && e.second[0] != 1);
    }
}

// Vertices whose facets do not form one fan.
long
count_pinched(const Soup &soup)
{
    std::vector<std::vector<std::size_t>> around(soup.points.size());
    long npinched = 0;

    for (std::size_t t = 0; t < soup.facets.size(); t++)
        for (std::size_t v : soup.facets[t])
            around[v].push_back(t);
    for (std::size_t v = 0; v < around.size(); v++) {
        std::set<std::size_t> left(around[v].begin(), around[v].end());
        std::vector<std::size_t> stack;

        if (left.empty())
            continue;
        stack.push_back(*left.begin());
        left.erase(left.begin());
        while (!stack.empty()) {
            const Facet f = soup.facets[stack.back()];

            stack.pop_back();
            for (auto it = left.begin(); it != left.end();) {
                int shared = 0;

                for (std::size_t a : f)
                    for (std::size_t b : soup.facets[*it])
                        shared += a == b;
                if (shared >= 2) {
                    stack.push_back(*it);
                    it = left.erase(it);
                } else {
                    ++it;
                }
            }
        }
        npinched += !left.empty();
    }
    return npinched;
}

bool
has_flat_facet(const Soup &soup)
{
    for (const Facet &f : soup.facets)
        if (CGAL::collinear(soup.points[f[0]], soup.points[f[1]],
                            soup.points[f[2]]))
            return true;
    return false;
}

} // namespace

int
main(int argc, char **argv)
{
    Soup soup;
    long open = 0, crowded = 0, crossing = -1;
    int outward = -1;

    if (argc != 2 || !read_stl(argv[1], &soup)) {
        std::fprintf(stderr, "cgal_judge: no binary STL with facets\n");
        return 2;
    }
    try {
        count_edges(soup, &open, &crowded);
        if (!has_flat_facet(soup) &&
            PMP::is_polygon_soup_a_polygon_mesh(soup.facets)) {
            Mesh mesh;
            std::vector<std::pair<Mesh::Face_index, Mesh::Face_index>> pairs;

            PMP::polygon_soup_to_polygon_mesh(soup.points, soup.facets, mesh);
            PMP::self_intersections(mesh, std::back_inserter(pairs));
            crossing = long(pairs.size());
            if (open == 0 && crossing == 0)
                outward = PMP::does_bound_a_volume(mesh);
        }
    } catch (const std::exception &e) {
        std::fprintf(stderr, "cgal_judge: %s\n", e.what());
        return 2;
    }
    const long pinched = count_pinched(soup);

    std::printf("facets %zu open %ld nonmanifold_edges %ld "
                "nonmanifold_vertices %ld self_intersections %ld outward %d\n",
                soup.facets.size(), open, crowded, pinched, crossing, outward);
    return open == 0 && crowded == 0 && pinched == 0 && crossing == 0 &&
                   outward == 1
               ? 0
               : 1;
}
