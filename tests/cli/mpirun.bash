# Jobs of several ranks, for the cases that source this: "ranks N COMMAND..." starts the command as N ranks on this host.
command -v mpirun > /dev/null || { echo "skipped: no mpirun here (openmpi-bin)"; exit 77; }
[ -e "$(dirname "$(command -v train-shard)")/../lib/daybreak/libdaybreak-collectives-mpi.so" ] ||
  { echo "skipped: built without MPI"; exit 77; }
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
ranks() {
  local count=$1; shift
  mpirun --oversubscribe -np "$count" "$@"
}
