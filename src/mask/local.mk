# SPDX-License-Identifier: GPL-3.0-or-later
libprintprep_a_SOURCES += src/mask/mask.h 
