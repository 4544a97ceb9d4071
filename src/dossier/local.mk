# SPDX-License-Identifier: GPL-3.0-or-later
libprintprep_a_SOURCES += \
	src/dossier/book.c src/dossier/book.h \
	src/dossier/dossier.c src/dossier/dossier.h \
	src/dossier/draw.c \
	src/dossier/header.c \
	src/dossier/html.h \
	src/dossier/html_chart.c \
	src/dossier/html_page.c \
	src/dossier/html_part.c \
	src/dossier/html_text.c \
	src/dossier/judge.c \
	src/dossier/load.c \
	src/dossier/tell.c \
	src/dossier/view.c \
	src/dossier/write_json.c
nodist_libprintprep_a_SOURCES = src/dossier/embedded.c

# The page's style sheet and script lie here as they are read
PAGE_FILES = src/dossier/page.css src/dossier/viewer.js
EXTRA_DIST += $(PAGE_FILES) src/dossier/embed.sh
CLEANFILES += src/dossier/embedded.c
src/dossier/embedded.c: $(PAGE_FILES) src/dossier/embed.sh
	$(AM_V_GEN)$(MKDIR_P) src/dossier && \
	$(SHELL) $(top_srcdir)/src/dossier/embed.sh $@ \
		pp_page_css=$(top_srcdir)/src/dossier/page.css \
		pp_viewer_js=$(top_srcdir)/src/dossier/viewer.js
