# SPDX-License-Identifier: GPL-3.0-or-later
dist_man_MANS += man/printprep.7 man/printprep-measures.7 \
	man/printprep-volumes.7
dist_man_MANS += man/printprep-provenance.5
dist_man_MANS += man/mask2stl.1
dist_man_MANS += man/meshmeasure.1 man/printprep.1
dist_man_MANS += man/printprep-summary.1
dist_man_MANS += man/printprep-run.1 man/printprep-doctor.1 \
	man/printprep-sign.1 man/printprep-case.5 man/printprep.conf.5
dist_man_MANS += man/printprep-dossier.1
dist_man_MANS += man/printprep-cost.1 man/printprep-table.1
dist_man_MANS += man/meshcheck.1
dist_man_MANS += man/meshfix.1
dist_man_MANS += man/printprep-json.5 man/printprep-json-fix.5 \
	man/printprep-json-measure.5
dist_man_MANS += man/meshshell.1 man/printprep-json-shell.5
dist_man_MANS += man/meshconv.1 man/printprep-json-conv.5
dist_man_MANS += man/maskfrag.1 man/maskscore.1 man/printprep-json-mask.5
dist_man_MANS += man/meshmask.1
dist_man_MANS += man/udf2stl.1 man/printprep-json-udf.5
