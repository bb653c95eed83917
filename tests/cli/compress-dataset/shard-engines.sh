# The lines that the manual shows: a task's number out of the variables of an engine, through the shell; under mpirun too.
fail() { echo "$*"; cat message; exit 1; }
seq 1 2000 > numbers.csv && compress-dataset numbers.csv --columns all -o whole.h5 > /dev/null || exit 1
for SLURM_ARRAY_TASK_ID in 2 0 1; do
  export SLURM_ARRAY_TASK_ID SLURM_ARRAY_TASK_COUNT=3
  compress-dataset numbers.csv --columns all -o slurm-$SLURM_ARRAY_TASK_ID.h5 \
    --shard $((SLURM_ARRAY_TASK_ID + 1))/$SLURM_ARRAY_TASK_COUNT > /dev/null 2> message || fail "Slurm's variables"
done
compress-dataset join slurm-?.h5 -o slurm.h5 > /dev/null 2> message && compress-dataset check slurm.h5 numbers.csv --columns all > /dev/null || fail "tasks of an array"
# They do not act by themselves.
compress-dataset numbers.csv --columns all -o again.h5 > /dev/null 2> message && cmp whole.h5 again.h5 || fail "a variable set an option"
command -v mpirun > /dev/null || { echo "skipped the rest: no mpirun"; exit 77; }
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_btl=self,vader
mpirun --oversubscribe -n 3 sh -c 'r=$OMPI_COMM_WORLD_RANK n=$OMPI_COMM_WORLD_SIZE
  exec compress-dataset numbers.csv --columns all --shard $((r + 1))/$n -o mpi-$r.h5' > record 2> message || fail "mpirun"
for i in 0 1 2; do cmp slurm-$i.h5 mpi-$i.h5 || fail "another engine made another part"; done
