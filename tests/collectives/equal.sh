#!/usr/bin/env bash
# equal.sh PROGRAM RANKS: exchange, share and the rest among so many ranks give what a plain computation gives: as jobs find
# it, with slots far too small for the rows, as if each rank had a host of its own, and as if there were two hosts.
set -euo pipefail
program=$1 ranks=$2
. "$(dirname "$0")/begin.bash"

all_done() {  # all_done HOSTS SLOT_BYTES PATTERN
  rm -f rank.*
  timeout 120 mpirun --oversubscribe -np "$ranks" "$program" equal "$1" "$2" || { echo "$1 hosts, slots of $2: status $?"; exit 1; }
  for ((rank = 0; rank < ranks; rank++)); do
    [[ $(cat rank.$rank) == "rank $rank of $ranks by mpirun: "$3$'\n'done ]] || { echo "rank $rank: $(cat rank.$rank)"; exit 1; }
  done
}
if [ "$ranks" = 1 ]; then all_done 0 0 'self'; exit 0; fi
all_done 0 0 'Open MPI*, 1 host'
all_done 0 65536 'Open MPI*, 1 host'
all_done "$ranks" 65536 "Open MPI*, $ranks hosts"
all_done 2 65536 'Open MPI*, 2 hosts'
