# What is whole of a damaged file comes back, what is lost is named; h5py says where the chunks lie.
python=/usr/bin/python3
$python -c 'import h5py; assert h5py.h5z.filter_avail(32001)' 2> /dev/null || { echo "skipped: no h5py with the Blosc filter"; exit 77; }
fail() { echo "$*"; exit 1; }
quiet() { "$@" > /dev/null || fail "failed: $*"; }
# FILE DATASET CHUNK...: flips a bit in the middle of each; 0 is the whole of a dataset without chunks.
cat > damage.py <<'PYTHON'
import h5py, sys
path, name, chunks = sys.argv[1], sys.argv[2], [int(c) for c in sys.argv[3:]]
with h5py.File(path) as f:
    d = f[name].id
    places = [(d.get_chunk_info(c).byte_offset, d.get_chunk_info(c).size) for c in chunks] if f[name].chunks else [(d.get_offset(), f[name].nbytes)]
with open(path, "r+b") as f:
    for offset, size in places:
        f.seek(offset + size // 2); byte = f.read(1)[0]
        f.seek(offset + size // 2); f.write(bytes([byte ^ 4]))
PYTHON
damage() { cp "$1" damaged.h5 && $python damage.py damaged.h5 "${@:2}" || fail "damage"; }
# some|none OPTION...: salvages damaged.h5 into good.h5, which is whole; a warning where some of it is lost.
salvage() {
  local lost=$1; shift
  rm -rf good.h5 back; compress-dataset salvage damaged.h5 "$@" -o good.h5 > record.json 2> message || { cat message; fail "salvage $*"; }
  [ "$([ $lost = some ] && echo "compress-dataset: warning: damaged.h5: $(jq '"\(.lost_chunks) of \(.chunks)"' -r record.json) chunks are lost; good.h5 holds the others")" = "$(cat message)" ] || { cat message; fail "salvage $*: $lost lost"; }
  quiet compress-dataset check good.h5; quiet compress-dataset restore good.h5 -o back
}
is() { jq -e "$1" record.json > /dev/null || { cat record.json; fail "not so: $1"; }; }

# Several arrays of samples: those that lost any byte go, in all arrays.
cat > make.py <<'PYTHON'
import numpy as np
random = np.random.default_rng(1)
np.savez("s.npz", x=random.standard_normal((1000, 64)).astype("f4"), y=random.integers(0, 5, 1000), z=random.standard_normal((1000, 8)))
np.savez("w.npz", a=random.standard_normal((300, 64)).astype("f4"), b=random.standard_normal(307).astype("f2"), c=random.integers(0, 99, (50, 60)))
np.save("n.npy", random.standard_normal((2000, 16)).astype("f4"))
PYTHON
$python make.py
quiet compress-dataset s.npz --chunk 16KiB -o s.h5
damage s.h5 x 2 9; salvage some
is '.integrity == 0 and .lost_chunks == 2 and (.lost | map([.array, .chunk, .became])) == [["x", 2, "left out"], ["x", 9, "left out"]] and .inputs[0].samples == 1000'
cat > look.py <<'PYTHON'
import h5py, json, numpy as np
record, source, back, good = json.load(open("record.json")), np.load("s.npz"), np.load("back/s.npz"), h5py.File("good.h5")
gone = set()
for loss in record["lost"]:
    rows = range(loss["first_sample"], loss["first_sample"] + loss["samples"])
    row = source[loss["array"]][0].nbytes
    assert rows[0] * row == loss["offset_bytes"] and len(rows) * row == loss["bytes"]
    gone |= set(rows)
kept = [i for i in range(1000) if i not in gone]
assert record["inputs"][0]["lost_samples"] == len(gone) > 0
for name in "xyz": assert back[name].tobytes() == source[name][kept].tobytes() == good[name][()].tobytes(), name
assert good.attrs["daybreak_lost_samples"] == len(gone)
PYTHON
$python look.py || fail "samples"
compress-dataset salvage damaged.h5 -o other.h5 -j 3 > again.json 2> message; cmp record.json again.json && cmp good.h5 other.h5 || fail "threads change it"
damage s.h5 x 0 1 2; $python damage.py damaged.h5 z 3; salvage some; is '.lost_chunks == 4'; $python look.py || fail "two arrays"
compress-dataset salvage damaged.h5 -n > again.json 2> message && grep -q '4 of .* chunks are lost' message && jq -e '.dry_run and .lost_chunks == 4' again.json > /dev/null || fail "dry run"
# Filled instead: each value that is not lost stands in its place.
salvage some --lost fill; is '[.lost[].became] == ["filled", "filled", "filled", "filled"] and .inputs[0].lost_samples == 0'
cat > filled.py <<'PYTHON'
import json, numpy as np, sys
record, source, back = json.load(open("record.json")), np.load(sys.argv[1]), np.load("back/" + sys.argv[1])
for name in source:
    wanted = source[name].copy().reshape(-1)
    for loss in record["lost"]:
        if loss["array"] != name: continue
        wanted[loss["first_element"]:][:loss["elements"]] = 0 if wanted.dtype.kind == "i" else np.nan
    assert back[name].shape == source[name].shape
    np.testing.assert_array_equal(back[name].reshape(-1), wanted)
PYTHON
$python filled.py s.npz || fail "filled"
# Arrays that are no samples are filled whatever is asked.
quiet compress-dataset w.npz --chunk 16KiB -o w.h5
damage w.h5 a 1; $python damage.py damaged.h5 b 0; $python damage.py damaged.h5 c 0; salvage some
is '(.lost | map(.array)) == ["a", "b", "c"] and ([.lost[].became] | unique) == ["filled"] and .lost[0].first_sample == null'
$python filled.py w.npz || fail "weights"
# Nothing is lost: everything comes back, byte for byte.
cp w.h5 damaged.h5; salvage none; is '.integrity == 1 and .lost_chunks == 0 and .lost_bytes == 0'

# Records: whole lines come back, and their columns with them. Two inputs, of which one is whole.
for i in $(seq 4000); do echo "{\"text\": \"record $i of $((i * i % 977))\", \"label\": $((i % 3))}"; done > r.jsonl
seq 1 3000 > plain.txt
quiet compress-dataset r.jsonl plain.txt --columns label --label label --chunk 16KiB -o r.h5
cat > lines.py <<'PYTHON'
import h5py, json
lines = open("r.jsonl").read().splitlines(True); record = json.load(open("record.json"))
gone, end = set(), 0
for i, line in enumerate(lines):
    for loss in record["lost"]:
        low, high = loss["offset_bytes"], loss["offset_bytes"] + loss["bytes"]
        hit = end < high and end + len(line) > low if loss["array"].endswith("text") else \
              i * 8 < high and i * 8 + (16 if "offsets" in loss["array"] else 8) > low
        if hit: gone.add(i); assert loss["first_sample"] <= i < loss["first_sample"] + loss["samples"]
    end += len(line)
kept = [line for i, line in enumerate(lines) if i not in gone]
assert "".join(kept) == open("back/r.jsonl").read() and len(gone) == record["inputs"][0]["lost_samples"] > 0
f = h5py.File("good.h5")["r"]
assert list(f["label"][()]) == [json.loads(line)["label"] for line in kept]
PYTHON
damage r.h5 r/text 2 3; salvage some; $python lines.py || fail "text"
damage r.h5 r/line_offsets 0; salvage some; $python lines.py || fail "offsets"
damage r.h5 r/line_offsets 0 1; salvage some; $python lines.py || fail "all offsets but few"
damage r.h5 r/label 1; $python damage.py damaged.h5 r/text 5; salvage some; $python lines.py || fail "labels"
quiet compress-dataset check good.h5 back/r.jsonl back/plain.txt --columns label --label label; cmp plain.txt back/plain.txt || fail "the other input"

# Equal samples stored once: what is lost takes all of its places along; an index that is lost only its own.
cat > again.py <<'PYTHON'
import h5py, json, numpy as np, sys
record, source, back, stored = json.load(open("record.json")), np.load("d.npz"), np.load("back/d.npz"), h5py.File("d.h5")
index, gone, entries = stored["sample_index"][()], set(), set()
for loss in record["lost"]: (entries if loss["array"] == "sample_index" else gone).update(range(loss["first_sample"], loss["first_sample"] + loss["samples"]))
kept = [i for i, d in enumerate(index) if d not in gone and i not in entries]
assert record["inputs"][0]["lost_samples"] == len(index) - len(kept) > 0
for name in "xy": assert back[name].tobytes() == source[name][kept].tobytes()
PYTHON
$python -c 'import numpy as np; r = np.random.default_rng(2); x = r.standard_normal((500, 20)); i = r.integers(0, 500, 6000); np.savez("d.npz", x=x[i], y=i % 4)'
quiet compress-dataset d.npz --dedup --chunk 16KiB -o d.h5
damage d.h5 x 1; salvage some; $python again.py || fail "stored once"
jq -e '.duplicate_samples > 4000' record.json > /dev/null || fail "no longer stored once"
damage d.h5 sample_index 1; salvage some; $python again.py || fail "index"
# Folders: files with their names.
mkdir -p f/a f/b; for i in $(seq 40); do seq $i $((i + 900)) > f/a/$i.txt; seq $((7 * i)) $((7 * i + 500)) > f/b/$i.txt; done
quiet compress-dataset f --input-format folder --chunk 16KiB -o f.h5; damage f.h5 bytes 3; salvage some
is '.inputs[0].samples == 80 and .inputs[0].lost_samples > 0 and (.inputs[0].bit_exact | not)'
$python - <<'PYTHON' || fail "folder"
import h5py
f = h5py.File("good.h5"); b, o, n = f["bytes"][()].tobytes(), f["offsets"][()], f["names"][()].tobytes().decode().splitlines()
assert len(n) == len(o) - 1 == len(f["labels"]) > 0
for i, name in enumerate(n): assert b[o[i]:o[i + 1]] == open("f/" + name, "rb").read()
PYTHON
# A header that is lost, one too long to stand in the layout: the arrays still come back.
$python - <<'PYTHON'
import json, numpy as np, struct
random = np.random.default_rng(2)
values = random.standard_normal((2000, 16)).astype("f4").tobytes()
header = json.dumps({"__metadata__": {"note": random.bytes(50000).hex()}, "w": {"dtype": "F32", "shape": [2000, 16], "data_offsets": [0, len(values)]}}).encode()
open("n.safetensors", "wb").write(struct.pack("<Q", len(header)) + header + values)
PYTHON
quiet compress-dataset n.safetensors --chunk 16KiB -o n.h5; damage n.h5 _daybreak/literals 0; salvage some
is '.lost[0].array == "_daybreak/literals" and .lost[0].became == "nothing" and (.inputs[0].bit_exact | not)'
$python -c 'import h5py; f = h5py.File("back/n.safetensors.h5"); assert f["w"][()].tobytes() == open("n.safetensors", "rb").read()[-128000:]' || fail "literals"
# Hashes that are lost themselves, more than stand in a header: arrays tell by their own.
quiet compress-dataset s.npz --chunk 4KiB -o hashes.h5
damage hashes.h5 _daybreak/chunk_xxh3 0; salvage none; $python -c 'import numpy as np; a, b = np.load("s.npz"), np.load("back/s.npz"); assert all(a[k].tobytes() == b[k].tobytes() for k in a)' || fail "hashes"
damage hashes.h5 _daybreak/chunk_xxh3 0; $python damage.py damaged.h5 z 1; salvage some --lost fill; is '[.lost[].array] | unique == ["z"]'
# What cannot be opened: the layout is lost, the file is cut, it is none of ours.
refuses() { compress-dataset salvage "$1" -o x.h5 > /dev/null 2> message; [ $? = 65 ] && grep -q -e "$2" message && [ ! -e x.h5 ] || { cat message; fail "$1 is not refused"; }; }
damage s.h5 _daybreak/layout 0; refuses damaged.h5 'damaged.h5'
for bytes in 100 20000 $(($(stat -c %s s.h5) - 1)); do head -c $bytes s.h5 > cut.h5; refuses cut.h5 'cut.h5'; done
refuses s.npz 's.npz'
compress-dataset salvage s.h5 -o s.h5 2> /dev/null; [ $? = 64 ] || fail "over its input"
# Nothing is whole: an error, and no file.
$python -c 'import h5py, numpy as np; np.save("one.npy", np.random.default_rng(3).standard_normal(500).astype("f4"))'
quiet compress-dataset one.npy -o one.h5; damage one.h5 data 0; refuses damaged.h5 'none of its 1 chunks is whole'
