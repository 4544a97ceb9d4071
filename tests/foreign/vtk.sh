#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# vtk.sh - .vtp files in both directions between VTK and the tools
exec /usr/bin/python3 "${top_srcdir:-.}/tests/foreign/vtk.py"
