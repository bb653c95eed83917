# The script of the man page on a real Slurm: a job of four nodes is warned and puts itself back into the queue, goes on with
# two, is put back by the administrator, goes on with three, is canceled, and is submitted again. In exact mode its losses and
# weights are those of a run that was never stopped.
. "$CASES/../slurm.bash"
. "$CASES/lib.bash"
. "$CASES/../mpirun.bash"
sed -n '/^#!\/bin\/bash/,/^```/{/^```/d;p}' "$CASES/../../../man/train-shard.1.scd.in" > train.sbatch
grep -q '^srun' train.sbatch || { echo "the man page has no script"; exit 1; }
# To Slurm, and so to MPI, each is a host. PMIx wants a folder of its own on each.
cat >> slurm.conf <<CONF
TmpFS=$here/tmp/%n
NodeName=node[1-4] $(on_this_host 4)
PartitionName=all Nodes=node[1-4] Default=YES MaxTime=INFINITE
CONF
mkdir -p tmp/node{1,2,3,4}
# By default Slurm 22.05 lets ranks through a fence that others have not reached, if some come late: one run of twenty dies in
# MPI_Init, of train-shard or of any other program.
export SLURM_PMIX_FENCE=tree
start_controller || exit
for node in node{1,2,3,4}; do slurmd -N $node || exit; done
until_true "four nodes idle" idle_nodes "node1 node2 node3 node4 "

options="--init $tiny --data data.h5 --batch 12 --context 32 --lr 1e-2 --micro-batch 1 --reduce exact --steps 30"
train-shard run $options --out whole --metrics whole.jsonl || exit
submitted() {
  sbatch --quiet --output=job.log train.sbatch $options --out model --metrics job.jsonl --prefetch 0 --inject-latency 100ms || exit
  job=$(squeue -h -o %i)
}
steps() { cat job.jsonl 2> /dev/null | grep -c '"type":"step"'; }
has_steps() { [ "$(steps)" -ge "$1" ] || ! squeue -h -j "$job" > /dev/null 2>&1; }
is() {
  local found
  found=$(scontrol show job "$job")
  [[ $found == *JobState=$1* ]] && return
  [[ $found != *JobState=FAILED* ]] || failed "the job has failed"
  return 1
}
# trained NODES STEPS: so many nodes train until there are records of so many steps
trained() {
  until_true "the job runs" is RUNNING
  [ "$(squeue -h -j "$job" -o %D)" = "$1" ] || { echo "$(squeue -h -j "$job" -o %D) nodes, not $1"; exit 1; }
  until_true "$2 steps" has_steps "$2"
}
nodes_are_free() { ! sinfo -h -N -o %T | grep -q 'completing\|draining\|alloc\|mixed'; }
# A checkpoint of the last step that was told of. The job may begin again soon, not only when Slurm's credentials have expired;
# but one of the same second in which a node has revoked the one before counts as revoked itself.
waits() {
  until_true "the job waits" is PENDING
  whole_checkpoint
  until_true "the nodes are free" nodes_are_free
  sleep 3
  scontrol update JobId="$job" StartTime=now || exit
}
whole_checkpoint() {
  train-shard check model > /dev/null || exit
  [ "$(cat model/latest)" = "$(printf step-%08d "$(steps)")" ] || { echo "$(steps) steps, but $(cat model/latest)"; exit 1; }
}
failed() { echo "$1"; cat job.log; scontrol show job "$job"; exit 1; }

submitted
trained 4 3
scontrol update NodeName=node[3-4] State=DRAIN Reason=smaller
scancel --signal=USR1 "$job"
waits
trained 2 8
scontrol update NodeName=node3 State=RESUME
scontrol requeue "$job"
waits
trained 3 13
scancel "$job"
until_true "the job is canceled" is CANCELLED
until_true "the nodes are idle" idle_nodes "node1 node2 node3 "
whole_checkpoint
submitted
until_true "the job is done" is COMPLETED || failed "it did not end"

told() { grep '"type":"step"' "$1" | grep -o '"step":[0-9]*,"loss":[^,]*'; }
cmp <(told whole.jsonl) <(told job.jsonl) || failed "other losses"
cmp {whole,model}/step-00000030/model.safetensors || failed "other weights"
[ "$(grep -c '"type":"begin"' job.jsonl)" = 4 ] || failed "not begun four times"
