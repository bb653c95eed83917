#!/usr/bin/env bash
# The bundle works wherever it is moved: every library but the C library's comes out of the folder itself, and as root it
# runs in a file system that holds nothing but it and the C library.
set -euo pipefail
build=$1 cmake=$2
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
fail() { echo "$1"; exit 1; }
unset LD_LIBRARY_PATH LD_PRELOAD

"$cmake" --install "$build" --component bundle --prefix "$stage/made" > /dev/null
mv "$stage/made" "$stage/moved"
bundle=$stage/moved
[ "$(ls "$bundle")" = $'bin\nlib' ] || fail "the bundle holds other things than bin and lib: $(ls "$bundle")"

# What the loader takes from where; the C library's parts by their names alone.
glibc='^(linux-vdso|ld-linux-.*|libc|libm|libmvec|libpthread|libdl|librt|libresolv)\.so'
outside() {  # of one file: libraries that are not found in the bundle
  ldd "$1" | awk '{ print $1, $3 }' | while read -r name path; do
    [[ ${name##*/} =~ $glibc || $path == "$bundle"/* || $(readlink -f "$path") == "$bundle"/* ]] || echo "$name => $path"
  done
}
tools=$(ls "$bundle/bin")
for tool in $tools; do
  [ -e "$build/bin/$tool" ] || fail "$tool is no tool of the build"
  found=$(outside "$bundle/bin/$tool")
  [ -z "$found" ] || fail "$tool needs what the bundle lacks: $found"
done
[ -e "$bundle/bin/train-shard" ] && [ -e "$bundle/bin/roi-calc" ] || fail "tools are missing: $tools"
for chip in "$build"/lib/daybreak/libdaybreak-chip-*.so; do
  copy=$bundle/lib/daybreak/${chip##*/}
  [ -e "$copy" ] || fail "${chip##*/} is missing"
  found=$(outside "$copy")
  [ -z "$found" ] || fail "${chip##*/} needs what the bundle lacks: $found"
done

runs() {  # "$@": how to run a program, and last the folder that holds bin
  local tool devices
  for tool in $tools; do
    [[ $("$@/bin/$tool" --version) =~ ^$tool\ [0-9] ]] || fail "$tool does not say its version: $*"
  done
  devices=$("$@/bin/train-shard" devices --format json)
  [[ $devices == *'"name": "cpu:0"'*'"usable": true'* ]] || fail "there is no cpu chip: $*: $devices"
  [[ $devices != *'shared object'* ]] || fail "a chip does not load: $*: $devices"  # other reasons, such as no driver, are good ones
  [[ $("$@/bin/train-shard" bench --device cpu --init gpt2:d=16,layers=1,heads=2,vocab=64,context=16 --batch 1 --context 16 --time 10ms \
       --format json) == *'"tokens_per_s"'* ]] || fail "it does not train: $*"
}
runs env -i "$bundle"

bare=$stage/bare
apart() { unshare --mount --pid --fork --mount-proc="$bare/proc" "$@"; }
in_bare() { apart chroot "$bare" "$@"; }
mkdir -p "$bare/proc"
cp -a "$bundle" "$bare/daybreak"
ldd "$bundle"/bin/* "$bundle"/lib/daybreak/*.so | awk '$2 == "=>" { print $3 } $1 ~ "^/" && $2 ~ "^[(]" { print $1 }' | sort -u |
  while read -r path; do
    [[ ${path##*/} =~ $glibc ]] || continue
    mkdir -p "$bare${path%/*}"
    cp -L "$path" "$bare$path"
  done
if [ "$(id -u)" != 0 ] || ! apart true 2> "$stage/why"; then
  echo "not run in a bare root: only root may, where namespaces are allowed $(cat "$stage/why" 2> /dev/null)"
  exit 0
fi
runs in_bare /daybreak
