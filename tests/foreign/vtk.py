# SPDX-License-Identifier: GPL-3.0-or-later
"""Our .vtp files as VTK reads them, and VTK's own as we read them.

    vtk.py    TAP; needs mask2stl, meshcheck, meshmeasure and meshshell in the
              PATH, the samples in $top_builddir, python3-vtk9
"""
import os
import subprocess
import sys
import tempfile

# a file of this name must not stand for the library's
sys.path = [p for p in sys.path if os.path.abspath(p or ".") !=
            os.path.dirname(os.path.abspath(__file__))]
try:
    import numpy as np
    import vtk
    from vtk.util.numpy_support import vtk_to_numpy
except ImportError:
    print("1..0 # SKIP python3-vtk9 is not installed")
    sys.exit(0)

WORK = tempfile.TemporaryDirectory()
DATA = os.environ.get("top_builddir", ".") + "/samples/data/"
count = 0
failed = False


def check(good, sentence):
    global count, failed
    count += 1
    failed |= not good
    print("%s %d - %s" % ("ok" if good else "not ok", count, sentence))


def path(name):
    return os.path.join(WORK.name, name)


def run(*command):
    return subprocess.run(command, capture_output=True, check=False)


def read(name):
    reader = vtk.vtkXMLPolyDataReader()
    seen = []
    reader.AddObserver("ErrorEvent", lambda *a: seen.append(a))
    reader.SetFileName(path(name))
    reader.Update()
    return None if seen else reader.GetOutput()


def facets_of(name):
    """Rows of the file as OBJ: exact numbers, nothing else."""
    text = run("meshcheck", "-q", "--pass", "-f", "obj", path(name)).stdout
    rows = [line.split() for line in text.decode().splitlines()]
    vert = np.array([r[1:4] for r in rows if r and r[0] == "v"], float)
    tri = np.array([r[1:4] for r in rows if r and r[0] == "f"], int) - 1
    return vert, tri


def same(a, b):
    return all(x.shape == y.shape and (x == y).all() for x, y in zip(a, b))


def of_vtk(poly):
    return (vtk_to_numpy(poly.GetPoints().GetData()),
            vtk_to_numpy(poly.GetPolys().GetConnectivityArray())
            .reshape(-1, 3))


def strings(poly, name):
    array = poly.GetFieldData().GetAbstractArray(name)
    return [array.GetValue(i) for i in range(array.GetNumberOfValues())]


def try_ours():
    run("mask2stl", "--all", "-o", path("all.vtp"), DATA + "phantom-seg.dcm")
    run("mask2stl", "--all", "-o", path("all.obj"), DATA + "phantom-seg.dcm")
    poly = read("all.vtp")
    check(poly is not None, "VTK reads all labels without an error")
    check(same(of_vtk(poly), facets_of("all.obj")),
          "with every coordinate and corner as OBJ has them")
    points = poly.GetPoints().GetData()
    check(points.GetDataType() == vtk.VTK_DOUBLE, "in doubles")
    number = vtk_to_numpy(poly.GetCellData().GetArray("object"))
    names = strings(poly, "object_names")
    check(len(names) == 3 and (np.diff(number) >= 0).all() and
          sorted(set(number)) == [0, 1, 2], "an object number for each facet")
    lines = strings(poly, "printprep_provenance")
    check(lines[0] == "printprep: 1" and
          any(line.startswith("dim: ") for line in lines),
          "and the provenance, line by line")


def try_values():
    run("meshshell", "--measure", "-f", "vtp", "-o", path("map.vtp"),
        DATA + "ball.stl")
    poly = read("map.vtp")
    value = vtk_to_numpy(poly.GetPointData().GetArray("thickness_mm"))
    check(value.shape == (poly.GetNumberOfPoints(),) and
          abs(np.median(value) - 10) < 0.2,
          "a ball of 10 mm is that thick at its points")
    colour = poly.GetPointData().GetArray("RGB")
    check(colour.GetNumberOfComponents() == 3, "with a colour for each")


def try_theirs():
    poly = read("all.vtp")
    truth = facets_of("all.obj")
    bad = []
    n = 0
    writer = vtk.vtkXMLPolyDataWriter()
    writer.SetInputData(poly)
    for mode in ("Ascii", "Binary", "Appended"):
        for encode in (0, 1):
            for packed in (None, vtk.vtkZLibDataCompressor()):
                for word in ("UInt32", "UInt64"):
                    for order in ("LittleEndian", "BigEndian"):
                        if mode != "Appended" and encode:
                            continue
                        n += 1
                        getattr(writer, "SetDataModeTo" + mode)()
                        writer.SetEncodeAppendedData(encode)
                        writer.SetCompressor(packed)
                        getattr(writer, "SetHeaderTypeTo" + word)()
                        getattr(writer, "SetByteOrderTo" + order)()
                        writer.SetFileName(path("theirs.vtp"))
                        writer.Write()
                        if not same(facets_of("theirs.vtp"), truth):
                            bad.append((mode, encode, packed, word, order))
    for row in bad:
        print("#", *row)
    check(not bad, "VTK's own files, in each of %d wrappings, are the mesh" % n)
    sphere = vtk.vtkSphereSource()
    sphere.SetThetaResolution(30)
    writer = vtk.vtkXMLPolyDataWriter()
    writer.SetInputConnection(sphere.GetOutputPort())
    writer.SetFileName(path("sphere.vtp"))
    writer.Write()
    sphere.Update()
    poly = sphere.GetOutput()
    vert, tri = facets_of("sphere.vtp")
    check((vert == vtk_to_numpy(poly.GetPoints().GetData())).all() and
          len(tri) == poly.GetNumberOfPolys(), "a sphere of floats")


try_ours()
try_values()
try_theirs()
print("1..%d" % count)
sys.exit(failed)
