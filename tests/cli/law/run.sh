#!/usr/bin/env bash
# The law of files for one tool: killed at random moments or out of space, its output is the old file or the complete new
# one, always.
#   run.sh BIN_DIR SUBJECT.sh
# The subject defines prepare (makes the inputs), command OUT (ends in exec of the tool), and may define
#   old OUT        puts the earlier output there (default: a file that says "old")
#   moments        how many of each signal (default 20)
#   whole OUT      true where OUT is the old or the complete new output (default: compares with both)
set -u
bin=$(cd "$1" && pwd) subject=$(cd "$(dirname "$2")" && pwd)/$(basename "$2")
export PATH="$bin:$PATH" LC_ALL=C.UTF-8
moments=20

scratch=$(mktemp -d)
mounted=no
cleanup() {
  [ "$BASHPID" = $$ ] || return  # a child that a signal meets before it has become the tool
  [ $mounted = no ] || umount "$scratch/small"
  rm -rf "$scratch"
}
trap cleanup EXIT
cd "$scratch" || exit 1
fail() { echo "law: $1"; cat stderr 2>/dev/null; exit 1; }

old() { echo old > "$1"; }
whole() { cmp -s "$1" kept-old || cmp -s "$1" reference; }
# shellcheck source=/dev/null
. "$subject"
[ "${DAYBREAK_SLOW-}" != 1 ] || moments=$((moments * 5))

mkdir in place
(cd in && prepare) || fail "the inputs cannot be made"
started=$(date +%s%N)
(cd in && command "$scratch/reference") > stdout 2> stderr || fail "the command itself ends with $?"
took_ms=$((($(date +%s%N) - started) / 1000000 + 1))
old kept-old

seed=${LAW_SEED:-$$}
RANDOM=$seed
for signal in TERM KILL; do
  for ((moment = 0; moment < moments; ++moment)); do
    rm -rf place && mkdir place && old place/out
    (cd in && command "$scratch/place/out") > stdout 2> stderr &
    child=$!
    delay_ms=$((RANDOM % (took_ms + took_ms / 10 + 5)))
    sleep "$(printf '%d.%03d' $((delay_ms / 1000)) $((delay_ms % 1000)))"
    # The tool is what the subshell became, by exec. Its own children are not to be hit: readers of HDF5 have one.
    kill -$signal $child 2>/dev/null
    wait $child 2>/dev/null
    status=$?
    whole place/out || fail "SIG$signal after $delay_ms of $took_ms ms (seed $seed, status $status) leaves neither the old nor the new output"
    if [ $signal = TERM ]; then
      [ $status = 0 ] || [ $status = 143 ] || fail "SIGTERM after $delay_ms ms: status $status instead of 143"
      [ -z "$(find place -mindepth 1 -maxdepth 1 -name '.*')" ] || fail "SIGTERM after $delay_ms ms leaves a temporary file"
    fi
  done
done

# A run after a kill removes what the kill left.
(cd in && command "$scratch/place/out") > stdout 2> stderr || fail "after a kill the command ends with $?"
whole place/out || fail "the run after a kill is not complete"
[ -z "$(find place -mindepth 1 -maxdepth 1 -name '.*')" ] || fail "what a kill left is still there"

# A full disk.
mkdir small
if ! mount -t tmpfs -o size=4k tmpfs small 2>/dev/null; then
  echo "law: no full disk was tried, for mounting a tmpfs is not permitted here"
  exit 0
fi
mounted=yes
need_kib=$(($(du -sk --apparent-size reference | cut -f1) + 8))
old_kib=$(($(du -sk kept-old | cut -f1) + 8))
for share in 0 30 60 90; do
  umount small
  mount -t tmpfs -o size=$((old_kib + need_kib * share / 100))k tmpfs small || fail "the small disk cannot be mounted"
  old small/out
  # Room for the old output alone, and for a growing part of the new one.
  (cd in && command "$scratch/small/out") > stdout 2> stderr
  status=$?
  whole small/out || fail "a disk of $((old_kib + need_kib * share / 100)) KiB leaves neither the old nor the new output (status $status)"
  [ $status = 0 ] || [ $status = 74 ] || fail "a full disk ends with $status instead of 74"
  [ $status = 0 ] || grep -q . stderr || fail "a full disk is not reported"
  [ -z "$(find small -mindepth 1 -maxdepth 1 -name '.*')" ] || fail "a full disk leaves a temporary file"
done
