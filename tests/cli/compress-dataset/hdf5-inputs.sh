# HDF5 files of other programs: what cannot be kept is refused by its name or warned of, the rest goes through both kinds of
# reader and comes back with its attributes.
python=/usr/bin/python3
$python -c 'import h5py' 2> /dev/null || { echo "skipped: no h5py"; exit 77; }
fail() { echo "$*"; cat message; exit 1; }
cat > make.py <<'PYTHON'
import h5py, numpy as np
random = np.random.default_rng(4)
def create(name): return h5py.File(name + ".h5", "w")
with create("good") as f:
    f.attrs["title"] = "Größe"; f.attrs["of"] = np.arange(3.0)
    g = f.create_group("a/b"); g.attrs["unit"] = "m/s"
    x = g.create_dataset("x", data=random.standard_normal((300, 70)).astype(">f4"), chunks=(17, 33), compression="gzip", shuffle=True, fletcher32=True)
    x.attrs["scale"] = np.float32(0.25); x.attrs["flags"] = np.array([True, False])
    f.create_dataset("lzf", data=np.arange(9000, dtype="<i8") // 7, chunks=(1000,), compression="lzf")
    f.create_dataset("sparse", shape=(40, 50), dtype="<f8", chunks=(7, 50), fillvalue=np.nan)[3] = 1
    f.create_dataset("none", shape=(0, 3), dtype="u1"); f["scalar"] = 5
with create("links") as f:
    f["x"] = np.arange(5); f["again"] = f["x"]; f["soft"] = h5py.SoftLink("/x"); f["out"] = h5py.ExternalLink("/etc/passwd", "/x")
    f["x"].attrs["record"] = np.array([(1, 2.0)], dtype=[("a", "<i4"), ("b", "<f4")])
with create("virtual") as f:
    layout = h5py.VirtualLayout(shape=(4,), dtype="<i4"); layout[:] = h5py.VirtualSource("/etc/passwd", "data", shape=(4,))
    f.create_virtual_dataset("virtual", layout)
with create("external") as f: f.create_dataset("outside", shape=(4,), dtype="u1", external=[("/etc/passwd", 0, 4)])
with create("words") as f: f.create_dataset("words", data=["a", "b"], dtype=h5py.string_dtype())
with create("compound") as f: f.create_dataset("rows", data=np.zeros(2, dtype=[("a", "<i4"), ("b", "<f4")]))
with create("ragged") as f: f.create_dataset("ragged", (2,), dtype=h5py.vlen_dtype("i4"))
with create("scaled") as f: f.create_dataset("scaled", data=np.arange(64), chunks=(8,), scaleoffset=0)
with create("complex") as f: f["z"] = np.zeros(3, "c8")
PYTHON
$python make.py || exit 1
cat > same.py <<'PYTHON'
import h5py, sys
a, b = h5py.File(sys.argv[1]), h5py.File(sys.argv[2])
def text(value): return value.decode() if isinstance(value, bytes) else value
names = []
def look(name, one):
    assert set(one.attrs) == set(b[name].attrs), (name, list(one.attrs), list(b[name].attrs))
    for key, value in one.attrs.items():
        other = b[name].attrs[key]
        assert text(value) == text(other) if isinstance(value, (str, bytes)) else (value == other).all(), (name, key)
    if not isinstance(one, h5py.Dataset): return
    names.append(name); x, y = one[()], b[name][()]
    assert x.shape == y.shape and x.astype(x.dtype.newbyteorder("<")).tobytes() == y.tobytes() and x.dtype.newbyteorder("<") == y.dtype, name
a.visititems(look); look("/", a)
assert len(names) == 5, names
PYTHON
for reader in h5py plugin plain; do
  compress-dataset good.h5 --reader $reader -o $reader.h5 > /dev/null 2> message && [ ! -s message ] || fail "$reader"
  compress-dataset check $reader.h5 good.h5 > /dev/null && compress-dataset restore $reader.h5 -o $reader > /dev/null || fail "$reader"
  $python same.py good.h5 $reader/good.h5 || fail "$reader: another file comes back"
done
compress-dataset links.h5 -o x.h5 > record.json 2> message && [ "$(jq '.arrays | length' record.json)" = 1 ] || fail "links"
[ "$(wc -l < message)" = 4 ] && [ "$(grep -c '^compress-dataset: warning: links.h5: ' message)" = 4 ] && grep -q "soft link 'soft'" message &&
  grep -q "external link 'out'" message && grep -q 'second name' message && grep -q "'record' of" message || fail "not all is warned of"
compress-dataset links.h5 --keep-original -o kept.h5 > /dev/null 2> message && [ ! -s message ] || fail "a warning though all is kept"
compress-dataset restore kept.h5 -o kept > /dev/null && cmp links.h5 kept/links.h5 || fail "the original"
rm x.h5
while read -r file dataset what; do
  compress-dataset $file.h5 -o x.h5 > /dev/null 2> message
  [ $? = 65 ] && grep -q "$file.h5: dataset '$dataset'.*$what" message && [ ! -e x.h5 ] || fail "$file is not refused"
done <<'TABLE'
virtual virtual virtual dataset
external outside another file
words words strings of variable length
compound rows compound
ragged ragged 
scaled scaled filter 6 (scaleoffset)
complex z 
TABLE
