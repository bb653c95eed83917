# Sizes that other programs confirm; a peer that gives back something else is told of and never measured.
fail() { echo "$*"; exit 1; }
python=/usr/bin/python3
is() { jq -se "$1" records.jsonl > /dev/null || { cat records.jsonl; fail "not so: $1"; }; }
$python - <<'PYTHON' || fail "make"
import random, struct, zlib
random.seed(4)
values = [round(random.gauss(0, 100), 1) for _ in range(50000)]
raw = struct.pack("<50000f", *values)
open("v.bin", "wb").write(raw)
shuffled = b"".join(raw[k::4] for k in range(4))
print(len(raw), len(zlib.compress(raw, 6)), len(zlib.compress(shuffled, 6)), file=open("sizes", "w"))
PYTHON
read -r plain zlib shuffled < sizes
bench() { compress-dataset bench "$@" > records.jsonl || fail "bench $*"; }
bench v.bin --dtype float32 --repeat 2
is '.[0].schema == "daybreak.dataset-bench/1" and .[0].repeat == 2 and .[-1].type == "summary"'
is 'map(select(.type == "result")) | map(.peer) == ["daybreak-plugin", "daybreak-h5py", "zstd-3", "zstd-19", "zlib-6", "zlib-6-shuffle", "blosc-lz4-5-shuffle", "blosc-zstd-5-shuffle", "blosc-zstd-9-bitshuffle", "xz-9e", "brotli-11", "gzip-6", "zstd-19-long27"]'
is "map(select(.peer == \"zlib-6\"))[0] | .output_bytes == $zlib and .input_bytes == $plain and .ratio == $plain / $zlib and .unit == \"chunk\""
is "map(select(.peer == \"zlib-6-shuffle\"))[0].output_bytes == $shuffled"
is 'map(select(.verified and .type == "result")) | all(.encode_bytes_per_s > 0 and .decode_bytes_per_s > 0)'
# The winner is the smallest; the summary names where others are smaller than ours.
is 'map(select(.type == "result" and .verified)) | (map(.output_bytes) | min) as $least | all(.winner == (.output_bytes == $least))'
is '(map(select(.type == "result" and .verified and (.peer | startswith("daybreak")))) | map(.output_bytes) | min) as $ours
  | (map(select(.type == "result" and .verified and (.peer | startswith("daybreak") | not) and .output_bytes < $ours)) | map(.peer)) == (.[-1].losses | map(.peer))'
# What our own peers count is what compress stores.
for reader in plugin h5py; do
  bytes=$(compress-dataset v.bin --dtype float32 --reader $reader -o v.h5 | jq '.arrays[0].output_bytes')
  is "map(select(.peer == \"daybreak-$reader\"))[0].output_bytes == $bytes"
done
for peer in "gzip-6 gzip -6 -c" "xz-9e xz -9e -T1 -c"; do
  set -- $peer; command -v "$2" > /dev/null || continue
  bytes=$("${@:2}" < v.bin | wc -c); is "map(select(.peer == \"$1\"))[0] | .output_bytes == $bytes and .unit == \"array\""
done
# A loss is shown: a text that repeats from afar, which chunks cannot see.
seq 1 9000 > one; cat one one one one > far.txt
if command -v xz > /dev/null; then
  bench far.txt --peer daybreak-h5py --peer xz-9e --chunk 4KiB --repeat 1
  is '.[-1].losses | length == 1 and .[0].peer == "xz-9e" and .[0].output_bytes < .[0].ours_bytes'
  compress-dataset bench far.txt --peer daybreak-h5py --peer xz-9e --chunk 4KiB --repeat 1 --format text > text
  grep -q '^text  *xz-9e .*smallest$' text && grep -q '^xz-9e is smaller than ours on text: ' text || { cat text; fail "text"; }
fi
# A program that fails, one that gives back something else, one that is not there.
mkdir fake; printf '#!/bin/sh\nexit 3\n' > fake/xz; printf '#!/bin/sh\nexec /usr/bin/head -c 1000\n' > fake/gzip; chmod +x fake/*
real=$(dirname "$(command -v compress-dataset)")
PATH="$PWD/fake:$real" compress-dataset bench v.bin --dtype float32 --peer xz-9e --peer gzip-6 --peer brotli-11 > records.jsonl || fail "fakes"
is 'map(select(.type == "result")) | map(.verified) == [false, false, false] and (.[0].reason | endswith("fake/xz: ended with 3"))
  and .[1].reason == "there is no program brotli on PATH" and .[2].reason == "what it gives back differs" and (map(has("output_bytes")) | any | not)'
is '.[-1].peers == [] and .[-1].losses == []'
# A part of a large array, spread over it; several arrays; nothing to measure.
bench v.bin --dtype float32 --chunk 8KiB --limit 64KiB --peer zstd-3; is '.[1].input_bytes <= 65536 and .[1].input_bytes > 50000'
bench one far.txt --input-format text --peer zstd-3; is 'map(.array) == [null, "one/text", "far/text", null] and .[-1].peers[0].arrays == 2'
: > empty.txt; bench empty.txt; is 'length == 2'
compress-dataset bench v.bin --dtype float32 --peer zstd-4 2> message; [ $? = 64 ] && grep -q "none called 'zstd-4' (there are daybreak-plugin, " message || fail "unknown peer"
compress-dataset bench v.bin --dtype float32 --repeat 0 2> message; [ $? = 64 ] || fail "repeat 0"
