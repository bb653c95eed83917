#!/usr/bin/env bash
# lost.sh PROGRAM dies|stops|throws|fails HOSTS: the last of three ranks goes while all work, and each of the others names it and
# ends with 75. HOSTS 0: they share memory; 3: they do not.
set -euo pipefail
program=$1 how=$2 hosts=$3
. "$(dirname "$0")/begin.bash"

status=0
timeout 60 mpirun --oversubscribe -np 3 "$program" "$how" "$hosts" 65536 > output 2>&1 || status=$?
case $how in
  dies) told='has ended' expected='137|75' ;;  # whichever end mpirun notices first
  stops) told='has not answered for 4 s' expected='75' ;;
  throws) told='has left the job because of an error of its own' expected='74|75' ;;  # likewise
  fails) told='has left the job because of an error of its own' expected='75' ;;  # MPI refuses what it is to send
esac
fail() { echo "$1"; tail -n +1 rank.* output; exit 1; }
for rank in 0 1; do
  [[ $(cat rank.$rank) == *"rank 2 (pid "*" on $(hostname)) $told"*$'\n''status 75' ]] || fail "rank $rank does not say that rank 2 $told"
done
[[ $status =~ ^($expected)$ ]] || fail "mpirun ends with $status, expected $expected"
