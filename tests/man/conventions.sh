#!/usr/bin/env bash
# The pages of sections 5 and 7 are clean, and daybreak.7 lists the exit statuses that the tools list.
set -euo pipefail
build=$1 source=$2
export LC_ALL=C.UTF-8
[ -e "$build/man/daybreak.7" ] || { echo "skipped: the man pages were not built"; exit 77; }
mandoc -T lint -W error "$build/man/daybreak.7" "$build/man/daybreak-formats.5"
diff <("$build/bin/roi-calc" --help | sed -n '/^Exit status/,/^More/p' | grep -oE '^ +[0-9]+ ' | tr -d ' ') \
     <(mandoc -T utf8 "$build/man/daybreak.7" | col -bx | sed -n '/^EXIT STATUS/,/^SEE/p' | grep -oE '^ +[0-9]+ ' | tr -d ' ')
# Every record that a tool writes is described.
grep -rhoE 'daybreak\.[a-z-]+/[0-9]+' "$source/libcore/records" | sort -u | while read -r schema; do
  mandoc -T utf8 "$build/man/daybreak-formats.5" | col -bx | grep -F "$schema" > /dev/null || { echo "daybreak-formats.5 lacks $schema"; exit 1; }
done
