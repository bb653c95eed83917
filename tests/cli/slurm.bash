# A real Slurm on loopback for the cases that source this, in their empty folder. Afterwards slurm.conf has what all of them
# need, munged runs, and what is started here ends with the case.
PATH=$PATH:/usr/sbin
for program in slurmctld slurmd munged; do
  command -v $program > /dev/null || { echo "skipped: no $program here (slurm-wlm, munge)"; exit 77; }
done
grep -q ' /sys/fs/cgroup[ /]' /proc/mounts || { echo "skipped: slurmd does not start where no control groups are mounted"; exit 77; }
[ "$(id -u)" = 0 ] || { echo "skipped: Slurm's daemons want to be root"; exit 77; }

here=$PWD host=$(hostname -s)
port=$((20000 + $$ % 20000))  # the controller's; the nodes take those that follow
export SLURM_CONF=$here/slurm.conf
mkdir munge spool state
chmod 755 .. . munge
stop_slurm() {
  for file in slurmd.*.pid slurmctld.pid munge/pid; do [ -e "$file" ] && kill "$(cat "$file")" 2> /dev/null; done
  for _ in $(seq 100); do [ -e slurmctld.pid ] || break; sleep 0.1; done
}
trap stop_slurm EXIT

head -c 1024 /dev/urandom > key && chmod 600 key
munged --force --key-file="$here/key" --socket="$here/munge/socket" --pid-file="$here/munge/pid" --log-file="$here/munge/log" \
  --seed-file="$here/munge/seed" || exit
cat > slurm.conf <<CONF
ClusterName=small
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$here/munge/socket
SlurmctldPort=$port
StateSaveLocation=$here/state
SlurmdSpoolDir=$here/spool/%n
SlurmctldPidFile=$here/slurmctld.pid
SlurmdPidFile=$here/slurmd.%n.pid
SlurmctldLogFile=$here/slurmctld.log
SlurmdLogFile=$here/slurmd.%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
CONF

# What a line NodeName=... of as many nodes as $1 needs besides: that they are all on this host.
on_this_host() { echo "CPUs=1 RealMemory=100 NodeHostname=$host NodeAddr=127.0.0.1 Port=[$((port + 1))-$((port + $1))]"; }
# until_true WHAT COMMAND...
until_true() {
  local what=$1; shift
  for _ in $(seq 1500); do "$@" && return; sleep 0.2; done  # a busy machine takes its time
  echo "never happened: $what"; scontrol show nodes; tail -n 20 slurmctld.log; [ ! -e hooks.log ] || cat hooks.log; exit 1
}
# The nodes that answer, those with nothing to do alone: one that is still on its way is "idle#".
idle_nodes() { [ "$(sinfo -h -N -o '%N %T' | awk '$2 == "idle" { print $1 }' | sort | tr '\n' ' ')" = "$1" ]; }
start_controller() { slurmctld -c -i && until_true "the controller answers" scontrol ping > /dev/null 2>&1; }
