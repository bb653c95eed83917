#!/usr/bin/env bash
# Every malformed, hostile or odd file of the data folder, as traps.csv lists them: the tool ends with the expected status
# (no signal), names the file where it refuses, leaves no output then, and takes little memory whatever the file claims.
#   traps.sh BIN_DIR TRAPS.csv
# Status "exact": 0, and restore gives the same bytes back.
set -u
# Memory is measured: under the address sanitizer what is freed is not kept for long.
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}quarantine_size_mb=8
bin=$(cd "$1" && pwd) table=$(cd "$(dirname "$2")" && pwd)/$(basename "$2")
traps=${DAYBREAK_DATA:-}/traps
[ -d "$traps" ] || { echo "skipped: DAYBREAK_DATA has no folder traps"; exit 77; }
export PATH="$bin:$PATH" LC_ALL=C.UTF-8
allowed_above_kib=65536

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1
failed=0 rows=0
complain() { echo "$file: $1"; sed 's/^/    /' stderr; failed=1; }

# What the tool takes for a file of a few bytes.
printf '\x93NUMPY\x01\x00\x36\x00%-53s\n' "{'descr': '<f4', 'fortran_order': False, 'shape': ()}" > tiny.npy
printf '\0\0\0\0' >> tiny.npy
/usr/bin/time -f %M -o memory compress-dataset tiny.npy -o tiny.h5 > stdout 2> stderr || { cat stderr; exit 1; }
baseline_kib=$(tail -n 1 memory)

while IFS=, read -r file command wanted; do
  [ "$file" = file ] && continue
  rows=$((rows + 1))
  [ -e "$traps/$file" ] || { echo "$file is not there"; failed=1; continue; }
  rm -rf out.h5 restored
  # The words of the table are split on purpose; the path has no spaces.
  # shellcheck disable=SC2086
  /usr/bin/time -f %M -o memory timeout 60 ${command/\{file\}/"$traps/$file"} > stdout 2> stderr
  status=$?
  expected=${wanted/exact/0}
  [[ "|$expected|" == *"|$status|"* ]] || complain "expected status $expected, found $status"
  if [ $status != 0 ]; then
    grep -qF "$(basename "$file" .zst)" stderr || complain "the message does not name the file"
    [ ! -e out.h5 ] || complain "an output was left"
  fi
  if [ "$wanted" = exact ]; then
    compress-dataset restore out.h5 -o restored > stdout 2> stderr && cmp -s "restored/$(basename "$file")" "$traps/$file" ||
      complain "does not come back byte for byte"
  fi
  used_kib=$(tail -n 1 memory)
  [ "$used_kib" -le $((baseline_kib + allowed_above_kib)) ] || complain "took $used_kib KiB, $baseline_kib KiB do for a small file"
done < "$table"

# A new trap must have its row.
while read -r file; do
  grep -q "^$file," "$table" || { echo "$file has no row in traps.csv"; failed=1; }
done < <(cd "$traps" && find . -type f | sed 's|^\./||')
echo "$rows files, baseline $baseline_kib KiB"
exit $failed
