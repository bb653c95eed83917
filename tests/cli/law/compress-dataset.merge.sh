# shellcheck shell=bash disable=SC2034
moments=8
records() { awk -v owner="$1" 'BEGIN { for (i = 0; i < 20000; i++) printf "{\"text\": \"record %d of %s\", \"label\": %d}\n", i, i % 3 ? "all" : owner, i % 2 }'; }
prepare() {
  for owner in a b; do records $owner > $owner.jsonl && compress-dataset $owner.jsonl --label label --effort fast -o $owner.h5 > /dev/null || return 1; done
}
command() { exec compress-dataset merge a.h5 b.h5 --effort fast -o "$1" > /dev/null; }
# The record in it is called as the file is, so that two files differ in that name.
whole() { cmp -s "$1" kept-old || compress-dataset check "$1" > /dev/null; }
