# SPDX-License-Identifier: GPL-3.0-or-later
# Printer profiles, found by --printer NAME.
printersdir = $(pkgdatadir)/printers
dist_printers_DATA = share/printers/fdm.printer share/printers/sla.printer \
	share/printers/sls.printer
