#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# slurm.sh - twenty cases on a Slurm of their own, two of them killed
#
# It takes a minute and a half: small cases, without pictures and budgets (what
# Slurm has to do with, hangs on neither), and a Snakemake that does not rest
# for ten seconds between two looks at its jobs, which CI=true asks it for.
#
# The same cases are run on this machine without Slurm, as jobs of Slurm with
# the shipped profile (one job is cancelled, the process of another is killed),
# and then once more to go on from there. What is left must be the same bytes,
# but for what things cost. Three cases cannot be done: the others go on.
#
# shellcheck disable=SC2016 # awk's own $
set -u
# shellcheck source=tests/tap.sh
. "${top_srcdir:-.}/tests/tap.sh"
# shellcheck source=tests/light.sh
. "$top_srcdir/tests/light.sh"
# shellcheck source=tests/batch/cluster.sh
. "$top_srcdir/tests/batch/cluster.sh"

# Absolute: the workflow runs in a folder of its own
batch=$(cd "$top_srcdir/samples/batch" && pwd)
cases_program=$(cd "$top_builddir/samples" && pwd)/cases
missing=$(cluster_missing)
command -v snakemake >/dev/null || missing="snakemake $missing"
if [ -n "$missing" ]; then
    echo "1..0 # SKIP not there: $missing"
    exit 0
fi

flow_pid=
trap 'cluster_end "$flow_pid"; cluster_stop; rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
# what two runs are compared by must not hang on the number of threads, and a
# job has one core
OMP_NUM_THREADS=1
CI=true
export OMP_NUM_THREADS CI
start=$(date +%s)
mkdir "$work/cases" "$work/local" "$work/slurm"
"$cases_program" "$work/cases" count=17 size=20 bad=1 || exit 99
check "there are twenty cases" \
    test "$(find "$work/cases" -mindepth 1 -maxdepth 1 | wc -l)" = 20
one=case-016 other=case-017

# Two cases stay in their middle as long as the file `hold` is there, or a
# minute: they are killed while it is
light_tools "$work/light"
mkdir "$work/held"
cat >"$work/held/meshshell" <<EOF
#!/bin/sh
n=0
case \$* in
*$one/* | *$other/*)
    while [ -e "$work/hold" ] && [ \$n -lt 600 ]; do
        n=\$((n + 1))
        sleep 0.1
    done
    ;;
esac
exec "$work/light/meshshell" "\$@"
EOF
chmod +x "$work/held/meshshell"
PATH=$work/held:$work/light:$PATH

# flow FOLDER OPTION...: the workflow in that folder, instead of a subshell
flow() {
    flow_at=$1
    shift
    cd "$work/$flow_at" && exec snakemake -s "$batch/workflow/Snakefile" \
        --config cases=../cases "$@" >snakemake.log 2>&1
}

tell() { # tell FOLDER: why it went wrong
    tail -n 25 "$work/$1/snakemake.log" | sed 's/^/# /'
}

(flow local -j 2)
local_status=$?
[ $local_status = 0 ] || tell local
check "without Slurm, all is done" test $local_status = 0
echo "# after $(($(date +%s) - start)) s"

if ! cluster_start "$work/cluster"; then
    tail -n 5 "$work"/cluster/*.log "$work"/cluster/*.out | sed 's/^/# /'
    check "slurmctld, slurmd and munged start" false
    finish
    exit 0
fi
check "slurmctld, slurmd and munged start" cluster_idle

# ---- a first run, in the middle of which two jobs are killed

# pid_of CASE: of the process `printprep run` that makes it
pid_of() {
    pgrep -f "printprep run .*--mask [.][.]/cases/$1/" |
        while read -r pid; do
            [ "$(readlink "/proc/$pid/cwd")" = "$work/slurm" ] && echo "$pid"
        done
}

is_running() {
    squeue -h -t RUNNING -n "printprep-$1" -o %i | grep -q . &&
        [ -n "$(pid_of "$1")" ]
}

# Whether it came to run, or the workflow has ended without
came_to_run() { is_running "$1" || cluster_gone "$flow_pid"; }

cancel() {
    cluster_until 180 came_to_run "$1" && is_running "$1" &&
        scancel -n "printprep-$1"
}

kill_process() {
    cluster_until 180 came_to_run "$1" && is_running "$1" &&
        pid_of "$1" | xargs kill -9
}

# What the profile leaves to the site
slurm() {
    flow slurm --profile "$batch/profile/slurm" --restart-times 0 \
        --latency-wait 10 --max-status-checks-per-second 20
}

: >"$work/hold"
(slurm) &
flow_pid=$!
check "one job is cancelled in its middle" cancel $one
check "the process of another is killed" kill_process $other
rm "$work/hold"
wait $flow_pid
first_status=$?
flow_pid=
check "a run with killed jobs does not end with 0" test $first_status != 0
check "... and gives no table" test ! -e "$work/slurm/out/table.tsv"
check "the cancelled case is not done" test ! -e "$work/slurm/out/$one.status"
check "the killed case is not done" test ! -e "$work/slurm/out/$other.status"
done_before=$(find "$work/slurm/out" -name '*.status' | wc -l)
check "the other eighteen are done" test "$done_before" = 18
echo "# after $(($(date +%s) - start)) s"

# ---- and once more

cluster_until 20 cluster_empty
(slurm)
second_status=$?
[ $second_status = 0 ] || tell slurm
check "the second run goes on and ends with 0" test $second_status = 0
check "... doing the two cases that were killed, and no other" \
    test "$(grep -c '^rule case:' "$work/slurm/snakemake.log")" = 2
check "all jobs were Slurm's" \
    test "$(find "$work/slurm/slurm-logs" -type f | wc -l)" = 22
check "... and it was told the memory that is foreseen" \
    test "$(scontrol --oneliner show job | grep -c 'MinMemoryNode=[1-9]')" = 22

same() {
    diff -r -x cost.json -x times.tsv "$work/local/out" "$work/slurm/out"
}
check "the results are the same bytes with and without Slurm" same
check "... and there are some" \
    test -s "$work/slurm/out/$one/1/model.stl"

# ---- the table

column() { # column NAME FILE: of the table, by its header
    awk -F '\t' -v name="$1" 'NR == 1 { for (n = 1; n <= NF; n++)
        if ($n == name) c = n; next } { print $1 "\t" $c }' "$2"
}
table=$work/slurm/out/table.tsv
for bad in bad-broken bad-empty bad-label; do
    check "$bad has a line in the table, with status 1 or 2" \
        sh -c "grep -qE '^$bad	[12]\$' <<EOF
$(column status "$table")
EOF"
done
for case in "$work"/slurm/out/*.status; do
    [ "$(cat "$case")" != 0 ] || echo x
done >"$work/good"
check "not a few cases are good ($(wc -l <"$work/good"))" \
    test "$(wc -l <"$work/good")" -ge 6
check "every line of the times has seconds and memory" \
    awk -F '\t' 'NR > 1 && $1 !~ /^bad/ && !($3 > 0 && $4 > 0) { exit 1 }' \
    "$work/slurm/out/times.tsv"
echo "# after $(($(date +%s) - start)) s"
finish
