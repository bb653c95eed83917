# Parts that several processes compress, joined: the same samples in the same order as in one file, for any number of
# parts, of which some may be empty; originals come back byte for byte, other programs read the file through its filters.
python=/usr/bin/python3
$python -c 'import h5py; assert h5py.h5z.filter_avail(32001)' 2> /dev/null || { echo "skipped: no h5py with the Blosc filter"; exit 77; }
fail() { echo "$*"; cat message; exit 1; }
cat > make.py <<'PYTHON'
import h5py, json, numpy as np, os, struct
random = np.random.default_rng(7)
np.save("rows.npy", random.integers(0, 50, (1007, 30)).astype("i4"))
np.save("columns.npy", np.asfortranarray(random.standard_normal((307, 5, 4))).astype(">f8"))
np.save("few.npy", np.arange(3)); np.save("none.npy", np.zeros((0, 4), "f4")); np.save("scalar.npy", np.float64(3))
record = np.zeros(100, dtype=[("a", "<i4"), ("b", ">f4", (3,))]); record["a"] = np.arange(100); np.save("record.npy", record)
np.savez("many.npz", x=random.standard_normal((1000, 7)).astype("f4"), y=np.arange(1000), scale=np.float32(3), few=np.arange(3.))
open("mnist.idx", "wb").write(b"\0\0\x0d\x02" + struct.pack(">2i", 100, 9) + random.standard_normal(900).astype(">f4").tobytes())
with h5py.File("tree.h5", "w") as f:
    f.attrs["title"] = "Größe"; f["five"] = 5
    x = f.create_dataset("g/x", data=random.standard_normal((500, 6)), chunks=(17, 6), compression="gzip"); x.attrs["unit"] = "m"
random.integers(0, 60000, 50000, dtype="u2").tofile("tokens.bin")
open("lines.txt", "w").write("".join(f"Zeile {i} ä\n" for i in range(3000)))
table = "a,b,share in %\n" + "".join(f"{i},{i * 0.5},{i % 7}\n" for i in range(999)) + "7,8,9"
open("table.csv", "w").write(table); open("marked.csv", "wb").write(b"\xef\xbb\xbf" + table.encode())
open("records.jsonl", "w").write("".join(json.dumps({"text": "w" * (i % 13), "y": i % 3}) + "\n" for i in range(500)))
for i in range(23):
    path = f"images/{'cat' if i % 3 else 'dog'}/{i}.png"; os.makedirs(os.path.dirname(path), exist_ok=True)
    open(path, "wb").write(random.bytes(i * 37))
os.makedirs("members")
for i in range(17):
    open(f"members/{i:03}.jpg", "wb").write(random.bytes(100 + i)); open(f"members/{i:03}.cls", "w").write(str(i % 4))
    if i % 2: open(f"members/{i:03}.txt", "w").write(f"caption {i}")
header = json.dumps({"w": {"dtype": "F32", "shape": [64, 16], "data_offsets": [0, 4096]}, "b": {"dtype": "BF16", "shape": [33], "data_offsets": [4096, 4162]}}).encode()
open("model.safetensors", "wb").write(struct.pack("<Q", len(header)) + header + random.bytes(4162))
PYTHON
$python make.py && tar cf samples.tar -C members --sort=name . && gzip -k table.csv && mv table.csv.gz packed.csv.gz || exit 1
cat > same.py <<'PYTHON'
import h5py
whole, joined = h5py.File("whole.h5"), h5py.File("joined.h5")
def look(name, one):
    if name.startswith("_daybreak"): return
    other = joined[name]
    # The original's hash is the one thing that nobody knows who has not read all of it.
    assert set(one.attrs) - {"daybreak_source_xxh3"} == set(other.attrs) - {"daybreak_source_xxh3"}, name
    for key in other.attrs: assert (one.attrs[key] == other.attrs[key]) if isinstance(one.attrs[key], (str, bytes)) else (one.attrs[key] == other.attrs[key]).all(), (name, key)
    if not isinstance(one, h5py.Dataset): return
    assert one.dtype == other.dtype and one.shape == other.shape and one[()].tobytes() == other[()].tobytes(), name
whole.visititems(look)
PYTHON
parts() {  # COUNT ARGUMENT...: compresses all parts, the last one first, and joins them
  local count=$1; shift
  rm -rf parts; mkdir parts
  for ((i = count; i >= 1; i--)); do
    compress-dataset "$@" --shard $i/$count -o parts/$i.h5 > /dev/null 2> message || fail "$* --shard $i/$count"
  done
  compress-dataset join parts/*.h5 -o joined.h5 > record.json 2> message || fail "$*: not joined of $count"
}
run() {  # COUNTS ORIGINAL OPTION...
  local counts=$1; shift
  compress-dataset "$@" -o whole.h5 > whole.json 2> message && compress-dataset restore whole.h5 --force -o expected > /dev/null || fail "$* whole"
  for count in $counts; do
    parts $count "$@"
    local input=() options=(); for one in "$@"; do [ "$one" = --reader ] && break; input+=("$one"); done
    compress-dataset check joined.h5 "${input[@]}" > /dev/null 2> message || fail "$*: $count parts differ"
    rm -rf back expected; compress-dataset restore whole.h5 -o expected > /dev/null && compress-dataset restore joined.h5 -o back > /dev/null 2> message || fail "$*: $count parts do not come back"
    diff -r expected back || fail "$*: something else comes back of $count parts"
    for part in parts/1.h5 parts/$count.h5; do compress-dataset check $part > /dev/null 2> message || fail "$*: $part of $count"; done
    jq -se '(.[0].arrays | map([.name, .dtype, .shape, .input_bytes])) == (.[1].arrays | map([.name, .dtype, .shape, .input_bytes])) and .[0].input_bytes == .[1].input_bytes' whole.json record.json > /dev/null || fail "$*: another record"
    [ "${*: -1}" = plugin ] || $python same.py || fail "$*: h5py reads something else of $count parts"
  done
}
run '1 2 5 40' rows.npy
cmp rows.npy back/rows.npy || fail "rows.npy is not what came back"
[ "$(stat -c %s joined.h5)" -lt 20000 ] || fail "the rows were copied"
run '2 5' columns.npy; run '2' record.npy; run '5' few.npy; run '2' none.npy; run '2' scalar.npy
run '2 5' many.npz; run '5' mnist.idx; run '5' tree.h5; run '5' model.safetensors
run '2 5' tokens.bin --input-format tokens --vocab 60000
run '5' lines.txt; run '2 5' table.csv --columns all --label 'share in %'; run '5' marked.csv; run '2' packed.csv.gz --columns b
run '2 5' records.jsonl --columns y --label y
run '2 5 30' images; run '2 5' samples.tar; run '5' rows.npy few.npy; run '5' rows.npy --keep-original; run '5' rows.npy --reader plugin; run '2' rows.npy --reader plain
# A part alone is a dataset: its own rows, a table's own records, a folder's own files.
parts 3 table.csv --columns all
compress-dataset restore parts/2.h5 -o part > /dev/null && [ "$(sed -n 335,667p table.csv)" = "$(cat part/table.csv)" ] || fail "the records of a part"
parts 2 images && rm -rf part && compress-dataset restore parts/1.h5 -o part > /dev/null && ! diff -r images part/images | grep -v '^Only in images' && [ "$(find part/images -type f | wc -l)" = 11 ] || fail "the files of a part"
compress-dataset inspect parts/2.h5 | jq -e '.shard.index == 2 and .shard.count == 2 and (.shard.fingerprint | length) == 32' > /dev/null || fail "what a part says of itself"
# The joined file is one like any other: it is converted, merged, and compressed again.
parts 3 many.npz
compress-dataset convert joined.h5 -o alone.h5 > /dev/null 2> message && compress-dataset check alone.h5 many.npz > /dev/null && rm -rf parts && compress-dataset restore alone.h5 --force -o back > /dev/null && cmp back/many.npz expected/many.npz 2> message
$python -c 'import h5py; assert not h5py.File("alone.h5")["x"].is_virtual' || fail "still virtual"
parts 3 records.jsonl --columns y --label y
head -3 records.jsonl > three.jsonl; compress-dataset three.jsonl --columns y --label y -o three.h5 > /dev/null || exit 1
compress-dataset merge joined.h5 three.h5 --labels first -o merged.h5 2> message | jq -e '.owners[0].samples == 500 and .owners[1].added_samples == 0' > /dev/null || fail "merge"
compress-dataset salvage joined.h5 -o salvaged.h5 > /dev/null 2> message && compress-dataset check salvaged.h5 records.jsonl --columns y > /dev/null || fail "salvage"
# The same bytes again, whatever the number of threads, and in another place.
compress-dataset records.jsonl --columns y --label y --shard 2/3 -j 3 -o parts/again.h5 > /dev/null && cmp parts/again.h5 parts/2.h5 && rm parts/again.h5 || fail "another part"
cp joined.h5 first.h5; compress-dataset join parts/3.h5 parts/1.h5 parts/2.h5 -o joined.h5 > /dev/null && cmp first.h5 joined.h5 || fail "another joined file"
rm -rf moved; mkdir moved; mv parts moved; cp joined.h5 moved; compress-dataset check moved/joined.h5 records.jsonl --columns y > /dev/null || fail "moved with its parts"
mv moved/parts .
# What does not belong together, is missing, or comes twice.
refuses() {  # STATUS PATTERN ARGUMENT...
  local wanted=$1 pattern=$2; shift 2
  compress-dataset "$@" > /dev/null 2> message
  local status=$?
  [ $status = "$wanted" ] && grep -q -e "$pattern" message && [ ! -e x.h5 ] || fail "$*: status $status, expected $wanted and $pattern"
}
refuses 65 'parts 1, 3 of 3 are missing.*--shard 1/3' join parts/2.h5 -o x.h5
refuses 65 'part 2 of 3 is missing.*--shard 2/3' join parts/1.h5 parts/3.h5 -o x.h5
cp parts/2.h5 parts/twice.h5; refuses 65 'twice.h5: is part 2 of 3, and so is parts/2.h5' join parts/*.h5 -o x.h5; rm parts/twice.h5
refuses 65 'three.h5: is no part of a dataset' join parts/*.h5 three.h5 -o x.h5
compress-dataset records.jsonl --columns y --label y --shard 4/4 -o parts/4.h5 > /dev/null; refuses 65 '4.h5: is part 4 of 4, but parts/1.h5 is part 1 of 3' join parts/*.h5 -o x.h5; rm parts/4.h5
sed 's/2}$/1}/' records.jsonl > other; mv records.jsonl kept; mv other records.jsonl
compress-dataset records.jsonl --columns y --label y --shard 3/3 -o parts/3.h5 > /dev/null; refuses 65 'parts/3.h5: was made of other inputs or with other options than parts/1.h5' join parts/*.h5 -o x.h5
mv kept records.jsonl; compress-dataset records.jsonl --columns y --shard 3/3 -o parts/3.h5 > /dev/null; refuses 65 'parts/3.h5: was made of other inputs or with other options' join parts/*.h5 -o x.h5
compress-dataset records.jsonl --columns y --label y --shard 3/3 -o parts/3.h5 > /dev/null
mkdir elsewhere; refuses 64 'parts/1.h5 does not lie in the folder of the joined file.*move all parts' join parts/*.h5 -o elsewhere/x.h5
refuses 64 'parts/1.h5' join parts/*.h5 -o parts/1.h5
refuses 64 'parts/2.h5' convert joined.h5 -o parts/2.h5
compress-dataset join parts/*.h5 -n -o x.h5 | jq -e '.dry_run and .parts == 3' > /dev/null && [ ! -e x.h5 ] || fail "dry run"
for text in 0/3 4/3 3 1/0 a/b 1/ -1/3 1/5000 01/3 '1 / 3' 1/3/3; do refuses 64 "--shard: expected PART/PARTS such as 3/8" rows.npy --shard "$text" -o x.h5; done
refuses 64 'equal samples may stand in different parts' rows.npy --shard 1/2 --dedup -o x.h5
refuses 64 'a sample and its like' records.jsonl --shard 1/2 --drop-near-duplicates 0.8 -o x.h5
refuses 64 'how many samples the others leave out' many.npz --shard 1/2 --non-finite drop-samples -o x.h5
refuses 64 'a model learns from all samples' many.npz --shard 1/2 --integrity 0.9 --task-check -o x.h5
refuses 64 'one shape' images --shard 1/2 --decode-images -o x.h5
refuses 64 'says nothing of the whole' many.npz --shard 1/2 --integrity 0.9 --measure nmi -o x.h5
refuses 64 'says nothing of the whole' many.npz --shard 1/2 --bound 'x:bits=0.9' -o x.h5
refuses 65 'tokens.bin, part 2/2: token .* vocabulary has 5 ids' tokens.bin --input-format tokens --vocab 5 --shard 2/2 -o x.h5
# Absent, changed or damaged parts are told by name, whoever reads.
mv parts/2.h5 away.h5
refuses 66 'parts/2.h5: cannot open: No such file.*rows of joined.h5 stand in it' check joined.h5
refuses 66 'parts/2.h5: cannot open' restore joined.h5 -o nothing; [ ! -e nothing ] || fail "restored without a part"
cp parts/1.h5 parts/2.h5; refuses 65 'parts/2.h5: ' check joined.h5
compress-dataset records.jsonl --columns y --label y --shard 2/3 --effort fast -o parts/2.h5 > /dev/null
refuses 65 'parts/2.h5: is another file than the part that joined.h5 was joined of' check joined.h5
cp away.h5 parts/2.h5; compress-dataset check joined.h5 > /dev/null || fail "the part is back"
$python - <<'PYTHON' || fail "damage"
import h5py
with h5py.File("parts/2.h5", "r") as f: at = f["text"].id.get_chunk_info(0).byte_offset
with open("parts/2.h5", "r+b") as f: f.seek(at + 40); byte = f.read(1); f.seek(at + 40); f.write(bytes([byte[0] ^ 1]))
PYTHON
refuses 65 "parts/2.h5: dataset 'text', chunk 0\|joined.h5: dataset 'text', chunk 1: its bytes, which stand in parts/2.h5, do not match" check joined.h5
exit 0
