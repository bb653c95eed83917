# A real Slurm on loopback: our configuration, our hooks start and stop its nodes, our decisions power them, a job runs on them.
PATH=$PATH:/usr/sbin
for program in slurmctld slurmd munged; do
  command -v $program > /dev/null || { echo "skipped: no $program here (slurm-wlm, munge)"; exit 77; }
done
grep -q ' /sys/fs/cgroup[ /]' /proc/mounts || { echo "skipped: slurmd does not start where no control groups are mounted"; exit 77; }
[ "$(id -u)" = 0 ] || { echo "skipped: Slurm's daemons want to be root"; exit 77; }

here=$PWD host=$(hostname -s)
port=$((20000 + $$ % 20000))
export SLURM_CONF=$here/slurm.conf
mkdir munge spool state bin
chmod 755 .. . munge
stop_all() {
  for file in slurmd.*.pid slurmctld.pid munge/pid; do [ -e "$file" ] && kill "$(cat "$file")" 2> /dev/null; done
  for _ in $(seq 100); do [ -e slurmctld.pid ] || break; sleep 0.1; done
}
trap stop_all EXIT

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
plan-scale emit slurm --slurm-nodes 'cloud[1-3]' --warm-nodes 0 --suspend-time 1h --resume-timeout 60s --suspend-timeout 5s \
  --resume-program "$here/bin/resume" --suspend-program "$here/bin/suspend" > fragment.conf || exit
# What only we know: that all nodes are on this host.
sed "s/^NodeName=.*/& CPUs=1 RealMemory=100 NodeHostname=$host NodeAddr=127.0.0.1 Port=[$((port + 1))-$((port + 3))]/" fragment.conf >> slurm.conf
echo 'PartitionName=all Nodes=cloud[1-3] Default=YES MaxTime=INFINITE' >> slurm.conf
cat > bin/resume <<HOOK
#!/bin/sh
exec >> $here/hooks.log 2>&1
PATH=$PATH
echo "resume \$1"
plan-scale emit resume "\$1" --resume-file "\$SLURM_RESUME_FILE" --command $here/bin/start-node | sh
HOOK
cat > bin/suspend <<HOOK
#!/bin/sh
exec >> $here/hooks.log 2>&1
PATH=$PATH
echo "suspend \$1"
plan-scale emit suspend "\$1" --command $here/bin/stop-node | sh
HOOK
cat > bin/start-node <<HOOK
#!/bin/sh
echo "start \$1"
SLURM_CONF=$SLURM_CONF exec slurmd -N \$1 -b
HOOK
cat > bin/stop-node <<HOOK
#!/bin/sh
echo "stop \$1"
kill \$(cat $here/slurmd.\$1.pid)
HOOK
chmod +x bin/*

until_true() {  # until_true WHAT COMMAND...
  local what=$1; shift
  for _ in $(seq 300); do "$@" && return; sleep 0.2; done
  echo "never happened: $what"; scontrol show nodes; tail -n 20 slurmctld.log; cat hooks.log; exit 1
}
# Those that answer: a node that is still on its way is "idle#".
idle_nodes() { [ "$(sinfo -h -N -o '%N %T' | awk '$2 == "idle" { print $1 }' | sort | tr '\n' ' ')" = "$1" ]; }
gone() { ! kill -0 "$1" 2> /dev/null; }

slurmctld -c -i && until_true "the controller answers" scontrol ping > /dev/null 2>&1 || exit
decide() { plan-scale run --once --state plan.json --policy literal --service-rate 1 --nodes 0 --min-nodes 0 --emit slurm --slurm-nodes 'cloud[1-3]'; }

# A queue: one node, and one more. Slurm calls our program, which starts the real daemons.
echo '{"ts":60,"queue_length":50,"simulated":true}' | decide | tee -a commands | sh || exit
echo '{"ts":120,"queue_length":500,"simulated":true}' | decide | tee -a commands | sh || exit
until_true "two nodes idle" idle_nodes "cloud1 cloud2 "
timeout 60 srun --quiet -N2 -l sh -c 'echo $SLURMD_NODENAME' | sort

# A job that needs a third node: Slurm asks for it by itself, and says for which job.
timeout 60 srun --quiet -N3 true || echo "the job did not run"
until_true "three nodes idle" idle_nodes "cloud1 cloud2 cloud3 "

# The queue is gone: the node that came last goes first.
second=$(cat slurmd.cloud2.pid)
echo '{"ts":600,"queue_length":0,"simulated":true}' | decide | tee -a commands | sh || exit
until_true "the second node is gone" gone "$second"
cat commands
grep -h '^start\|^stop' hooks.log
