# Many small arrays: each a dataset of its own, without a chunk index or hashes of chunks, and what any HDF5 program may copy.
python=/usr/bin/python3
$python -c 'import h5py' 2> /dev/null || { echo "skipped: no h5py"; exit 77; }
fail() { echo "$*"; exit 1; }
$python - <<'PYTHON'
import json, numpy as np, struct
random, header, data = np.random.default_rng(4), {"__metadata__": {"of": "ä"}}, b""
for i in range(120):
    values = random.standard_normal(8 + i).astype("f4").tobytes()
    header[f"block_{i // 10}.\"{i % 10}\".weight"] = {"dtype": "F32", "shape": [8 + i], "data_offsets": [len(data), len(data) + len(values)]}
    data += values
text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
open("many.safetensors", "wb").write(struct.pack("<Q", len(text)) + text + data)
PYTHON
compress-dataset many.safetensors --reader plain -o many.h5 > /dev/null || fail "compress"
compress-dataset check many.h5 many.safetensors > /dev/null || fail "check"
compress-dataset restore many.h5 -o back > /dev/null && cmp many.safetensors back/many.safetensors || fail "restore"
$python - <<'PYTHON' || fail "h5py"
import h5py, json, struct
raw = open("many.safetensors", "rb").read()
begin = 8 + struct.unpack("<Q", raw[:8])[0]
entries = {name: entry for name, entry in json.loads(raw[8:begin]).items() if name != "__metadata__"}
with h5py.File("many.h5") as file, h5py.File("copy.h5", "w") as copy:
    for name in entries: file.copy(name, copy)
    assert "chunk_xxh3" not in file["_daybreak"] and "literals" not in file["_daybreak"]
    layout = json.loads(file["_daybreak/layout"][()].tobytes())
    assert "text_after_list" in layout["inputs"][0]["pieces"][0] and layout["inputs"][0]["pieces"][1] == {"arrays": [0, 120]}
for path in ("many.h5", "copy.h5"):
    with h5py.File(path) as file:
        for name, entry in entries.items():
            first, end = (begin + at for at in entry["data_offsets"])
            assert file[name].chunks is None and file[name][()].tobytes() == raw[first:end], (path, name)
            assert (file[name].id.get_create_plist().get_layout() == h5py.h5d.COMPACT) == (end - first <= 512)
PYTHON
