#!/usr/bin/env bash
# Runs one command-line case: tests/cli/run.sh [--update] BIN_DIR CASE.sh
# The case runs in an empty folder with the programs on PATH. Expected beside it: CASE.exit (default 0) and
# CASE.{stdout,stderr}.{exact,glob,ignore} (default: nothing is printed).
set -u
update=no
[ "${1-}" = --update ] && { update=yes; shift; }
bin=$(cd "$1" && pwd) case=$(cd "$(dirname "$2")" && pwd)/$(basename "$2" .sh)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/work"
export PATH="$bin:$PATH" CASES="$(dirname "$case")" LC_ALL=C.UTF-8
cd "$scratch/work"

bash "$case.sh" > ../stdout 2> ../stderr < /dev/null
status=$?
failed=0
[ "$status" = 77 ] && { cat ../stdout ../stderr; exit 77; }
wanted=$(cat "$case.exit" 2>/dev/null || echo 0)
[ "$status" = "$wanted" ] || { echo "exit status: expected $wanted, found $status"; failed=1; }

matches_glob() {  # each line of the file against the line of the pattern
  local line pattern
  while IFS= read -r pattern <&3; do
    IFS= read -r line <&4 || return 1
    # shellcheck disable=SC2053
    [[ $line == $pattern ]] || return 1
  done 3< "$1" 4< "$2"
  [ "$(wc -l < "$1")" = "$(wc -l < "$2")" ]
}

for stream in stdout stderr; do
  if [ -e "$case.$stream.ignore" ]; then continue
  elif [ -e "$case.$stream.exact" ]; then
    [ $update = yes ] && cp "../$stream" "$case.$stream.exact"
    diff "$case.$stream.exact" "../$stream" || { echo "$stream differs"; failed=1; }
  elif [ -e "$case.$stream.glob" ]; then
    matches_glob "$case.$stream.glob" "../$stream" || { echo "$stream does not match:"; cat "../$stream"; failed=1; }
  elif [ -s "../$stream" ]; then
    if [ $update = yes ]; then cp "../$stream" "$case.$stream.exact"; else echo "$stream should be empty:"; cat "../$stream"; failed=1; fi
  fi
done
[ $failed = 0 ] || cat ../stderr
exit $failed
