# A real Slurm on loopback: our configuration, our hooks start and stop its nodes, our decisions power them, a job runs on them.
. "$CASES/../slurm.bash"
mkdir bin
plan-scale emit slurm --slurm-nodes 'cloud[1-3]' --warm-nodes 0 --suspend-time 1h --resume-timeout 60s --suspend-timeout 5s \
  --resume-program "$here/bin/resume" --suspend-program "$here/bin/suspend" > fragment.conf || exit
# What only we know: that all nodes are on this host.
sed "s/^NodeName=.*/& $(on_this_host 3)/" fragment.conf >> slurm.conf
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

gone() { ! kill -0 "$1" 2> /dev/null; }

start_controller || exit
decide() { plan-scale run --once --state plan.json --policy literal --service-rate 1 --nodes 0 --min-nodes 0 --emit slurm --slurm-nodes 'cloud[1-3]'; }

# A queue: one node, and one more. Slurm calls our program, which starts the real daemons.
echo '{"ts":60,"queue_length":50,"simulated":true}' | decide | tee -a commands | sh || exit
echo '{"ts":120,"queue_length":500,"simulated":true}' | decide | tee -a commands | sh || exit
until_true "two nodes idle" idle_nodes "cloud1 cloud2 "
timeout 300 srun --quiet -N2 -l sh -c 'echo $SLURMD_NODENAME' | sort

# A job that needs a third node: Slurm asks for it by itself, and says for which job.
timeout 300 srun --quiet -N3 true || echo "the job did not run"
until_true "three nodes idle" idle_nodes "cloud1 cloud2 cloud3 "

# The queue is gone: the node that came last goes first.
second=$(cat slurmd.cloud2.pid)
echo '{"ts":600,"queue_length":0,"simulated":true}' | decide | tee -a commands | sh || exit
until_true "the second node is gone" gone "$second"
cat commands
grep -h '^start\|^stop' hooks.log
