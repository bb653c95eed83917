# What both tests of collectives begin with: a folder of their own, and jobs that root may start.
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
export LSAN_OPTIONS=detect_leaks=0  # Open MPI keeps memory to the end of a process
command -v mpirun > /dev/null || { echo "skipped: no mpirun here (openmpi-bin)"; exit 77; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
