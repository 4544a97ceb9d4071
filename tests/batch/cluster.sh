# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
#
# cluster.sh - a Slurm of one's own on this machine, for scripts to source
#
#   . "$top_srcdir/tests/batch/cluster.sh"
#   cluster_start FOLDER || ...       (why not: the logs in FOLDER)
#   sbatch ... ; squeue ...           (SLURM_CONF points into FOLDER)
#   cluster_stop
#
# munged, slurmctld and slurmd run as children of the script, as its user, with
# key, sockets, ports and state of their own: no service of the system is
# needed or disturbed. No cgroups: processes are followed through /proc.

cluster_missing() { # prints what is not there
    for cluster_program in munged slurmctld slurmd sbatch squeue scontrol; do
        cluster_path "$cluster_program" >/dev/null ||
            printf '%s ' "$cluster_program"
    done
    # slurmd does not start without, whatever its plugins; not all containers
    # have them
    [ -n "$(ls -A /sys/fs/cgroup 2>/dev/null)" ] || printf '/sys/fs/cgroup '
}

cluster_path() { # daemons live where a user's PATH does not go
    PATH=$PATH:/usr/sbin:/sbin command -v "$1"
}

cluster_conf() { # cluster_conf FOLDER PORT
    cat <<EOF
ClusterName=printprep
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmctldPort=$2
SlurmdPort=$(($2 + 1))
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket=$1/munge.socket
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
StateSaveLocation=$1/state
SlurmdSpoolDir=$1/spool
SlurmctldPidFile=$1/slurmctld.pid
SlurmdPidFile=$1/slurmd.pid
SlurmctldLogFile=$1/slurmctld.log
SlurmdLogFile=$1/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
SlurmdParameters=config_overrides
SchedulerParameters=sched_interval=1,batch_sched_delay=0
ReturnToService=2
KillWait=2
MinJobAge=3600
NodeName=$(hostname -s) NodeAddr=127.0.0.1 CPUs=2 RealMemory=4000 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=60 State=UP
EOF
}

# cluster_until SECONDS COMMAND...: true as soon as the command is
cluster_until() {
    cluster_left=$(($1 * 5))
    shift
    while ! "$@" >/dev/null 2>&1; do
        [ $cluster_left -gt 0 ] || return 1
        cluster_left=$((cluster_left - 1))
        sleep 0.2
    done
}

cluster_idle() { sinfo -h -o %T | grep -q '^idle'; }

cluster_daemons() { # cluster_daemons FOLDER PORT
    rm -rf "$1/state" "$1/spool"
    mkdir -p "$1/state" "$1/spool"
    cluster_conf "$1" "$2" >"$1/slurm.conf"
    SLURM_CONF=$1/slurm.conf
    export SLURM_CONF
    "$(cluster_path slurmctld)" -D -c >"$1/slurmctld.out" 2>&1 &
    cluster_ctld=$!
    cluster_until 10 scontrol ping
    "$(cluster_path slurmd)" -D -c >"$1/slurmd.out" 2>&1 &
    cluster_slurmd=$!
    cluster_until 20 cluster_idle
}

cluster_start() { # cluster_start FOLDER: an absolute path
    cluster_munged='' cluster_ctld='' cluster_slurmd=''
    # a script that itself runs as a job must not take that for its own
    for cluster_name in $(env | sed -n 's/^\(S[A-Z]*_[A-Z_]*\)=.*/\1/p'); do
        case $cluster_name in
        SLURM_* | SBATCH_*) unset "$cluster_name" ;;
        esac
    done
    mkdir -p "$1"
    # munged insists that others may get to its socket
    chmod 711 "$1" "$(dirname "$1")"
    head -c 1024 /dev/urandom >"$1/munge.key"
    chmod 400 "$1/munge.key"
    "$(cluster_path munged)" -F --key-file="$1/munge.key" \
        --socket="$1/munge.socket" --pid-file="$1/munge.pid" \
        --log-file="$1/munged.log" --seed-file="$1/munge.seed" \
        >"$1/munged.out" 2>&1 &
    cluster_munged=$!
    cluster_until 10 munge -n --socket="$1/munge.socket" || return 1
    # a port may be taken: two more tries
    for cluster_try in 0 1 2; do
        cluster_daemons "$1" $((20000 + ($$ * 7 + cluster_try * 977) % 12000)) &&
            return 0
        cluster_end "$cluster_slurmd" "$cluster_ctld"
    done
    return 1
}

cluster_end() { # cluster_end PID...: gently, then not
    for cluster_pid in "$@"; do
        [ -n "$cluster_pid" ] || continue
        kill "$cluster_pid" 2>/dev/null
        cluster_until 10 cluster_gone "$cluster_pid" ||
            kill -9 "$cluster_pid" 2>/dev/null
        wait "$cluster_pid" 2>/dev/null
    done
}

cluster_gone() { ! kill -0 "$1" 2>/dev/null; }

cluster_empty() { [ -z "$(squeue -h)" ]; }

cluster_stop() {
    if [ -n "${cluster_slurmd:-}" ]; then
        squeue -h -o %i 2>/dev/null | xargs -r scancel 2>/dev/null
        cluster_until 20 cluster_empty
    fi
    cluster_end "${cluster_slurmd:-}" "${cluster_ctld:-}" "${cluster_munged:-}"
    cluster_slurmd='' cluster_ctld='' cluster_munged=''
}
