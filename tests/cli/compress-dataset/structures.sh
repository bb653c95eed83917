# Structured arrays of NumPy: a dataset for each field, and the same file again, also with equal records stored once, in
# other chunks and for other readers; of a damaged file the records that are whole.
/usr/bin/python3 -c 'import numpy' 2> /dev/null || { echo "skipped: no NumPy"; exit 77; }
/usr/bin/python3 - << 'PYTHON' || exit 1
import numpy as np
r = np.random.default_rng(1)
fields = [("id", ">u4"), ("flag", "?"), ("xyz", "<f4", (3,)), ("tag", "S5"), ("in", [("a", "<i8"), ("b", ">f8")])]
a = np.zeros(20000, np.dtype(fields, align=True))
a["id"] = np.arange(a.size) // 2
a["flag"] = r.random(a.size) < .5
a["xyz"] = r.normal(size=(a.size, 3))
a["tag"] = np.array([b"one", b"two", b"three"])[r.integers(0, 3, a.size)]
a["in"]["a"] = r.integers(-9, 9, a.size)
a["in"]["b"] = np.arange(a.size) / 7
np.save("records.npy", a)
np.save("twice.npy", np.concatenate([a[:5000], a[:5000]]).reshape(10000, 1))
np.save("one.npy", a[3])
np.savez("packed.npz", a=a)
PYTHON
for options in "" "--reader plugin" "--reader plain --chunk 4KiB" "--dedup"; do
  for file in records twice one; do
    [ "$file $options" != "one --dedup" ] || continue  # a scalar is no row of samples
    # The words are split on purpose.
    # shellcheck disable=SC2086
    compress-dataset $file.npy $options -o $file.h5 > record || { echo "$file $options"; exit 1; }
    compress-dataset check $file.h5 $file.npy > /dev/null && compress-dataset restore $file.h5 -o back --force > /dev/null &&
      cmp $file.npy back/$file.npy || { echo "$file $options"; exit 1; }
  done
done
compress-dataset records.npy twice.npy -o two.h5 > /dev/null && compress-dataset convert two.h5 --reader plugin -o other.h5 > /dev/null &&
  compress-dataset restore other.h5 -o two > /dev/null && cmp records.npy two/records.npy && cmp twice.npy two/twice.npy || exit 1
/usr/bin/python3 - << 'PYTHON' || exit 1
import h5py, numpy as np
a = np.load("records.npy")
with h5py.File("two.h5") as f:
    for name in a.dtype.names:
        if name != "in" and name != "tag": assert (f["records/" + name][()] == a[name]).all(), name
    assert (f["records/in/b"][()] == a["in"]["b"]).all()
    assert (f["records/tag"][()].tobytes() == a["tag"].tobytes())
    offset = f["records/id"].id.get_chunk_info(0).byte_offset
with open("two.h5", "r+b") as f:
    f.seek(offset + 20); byte = f.read(1); f.seek(offset + 20); f.write(bytes([byte[0] ^ 1]))
PYTHON
compress-dataset check two.h5 > /dev/null 2> message
[ $? = 65 ] && grep -q 'records/id' message || { cat message; exit 1; }
compress-dataset salvage two.h5 -o saved.h5 > /dev/null 2> message && compress-dataset restore saved.h5 -o saved > /dev/null &&
  cmp saved/twice.npy twice.npy && [ -e saved/records.npy.h5 ] || { cat message; ls saved; exit 1; }

# A structure in an archive would come back as something else.
compress-dataset packed.npz -o packed.h5 > /dev/null 2> message
[ $? = 65 ] && grep -q 'structures in an .npz file are not supported' message || { cat message; exit 1; }
