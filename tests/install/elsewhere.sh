#!/usr/bin/env bash
# The installed tree works from another place than it was built for: the tools start, find their chips and their pages.
set -euo pipefail
build=$1 cmake=$2
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT

"$cmake" --install "$build" --prefix "$stage/moved" >/dev/null
for tool in $(cd "$stage/moved/bin" && ls); do
  "$stage/moved/bin/$tool" --version | grep -q "^$tool [0-9]" || { echo "$tool does not say its version"; exit 1; }
  ls "$stage"/moved/share/man/man1/$tool.1* >/dev/null
done
ls "$stage"/moved/share/man/man7/daybreak.7* "$stage"/moved/share/man/man5/daybreak-formats.5* >/dev/null

[ -n "$(find "$stage/moved" -path '*hdf5/plugins/libh5z-daybreak.so')" ] || { echo "the HDF5 filter plugin was not installed"; exit 1; }
[ -e "$stage/moved/bin/roi-calc" ] || { echo "nothing was installed"; exit 1; }

# The chips must come from the installed tree, not from the build.
[ -e "$stage/moved/bin/train-shard" ] || exit 0
"$stage/moved/bin/train-shard" --list-devices --format json > "$stage/devices.json"
grep -q '"cpu' "$stage/devices.json" || { echo "the installed train-shard finds no cpu chip:"; cat "$stage/devices.json"; exit 1; }
