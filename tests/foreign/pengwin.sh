#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# pengwin.sh - the emulated evaluator beside a rendering of its procedure
exec /usr/bin/python3 "${top_srcdir:-.}/tests/foreign/pengwin.py"
