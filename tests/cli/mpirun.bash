# Jobs of several ranks, for the cases that source this, which are skipped where none can be started.
command -v mpirun > /dev/null || { echo "skipped: no mpirun here (openmpi-bin)"; exit 77; }
[ -e "$(dirname "$(command -v train-shard)")/../lib/daybreak/libdaybreak-collectives-mpi.so" ] ||
  { echo "skipped: built without MPI"; exit 77; }
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
# in_ranks N COMMAND... [: N COMMAND...]: as the ranks of one job on this host.
in_ranks() {
  local arguments=(-np) word
  for word; do arguments+=("$word"); [ "$word" != : ] || arguments+=(-np); done
  timeout --foreground 300 mpirun --oversubscribe --bind-to none "${arguments[@]}"
}
