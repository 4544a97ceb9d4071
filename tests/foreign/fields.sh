#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# fields.sh - distances, islands, Gaussians and Laplacians are scipy's
exec /usr/bin/python3 "${top_srcdir:-.}/tests/foreign/fields.py" test
