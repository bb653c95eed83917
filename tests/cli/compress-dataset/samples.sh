# Folders and tar shards of samples: one array of bytes with offsets, labels by folder or .cls, and every byte comes back.
quiet() { "$@" > /dev/null || { echo "failed: $*"; exit 1; }; }
mkdir -p images/cat images/dog/deep
printf 'PNG one' > images/cat/b.png; printf 'JPEG two!' > images/cat/a.jpg; printf 'three' > images/dog/c.png
printf 'deeper' > images/dog/deep/a.png; : > images/dog/empty.png; chmod 755 images/dog/c.png
ln -s /etc/passwd images/cat/link.png; mkdir images/.hidden; echo x > images/.hidden/x.png
compress-dataset images -o folder.h5 > record.json 2> message || exit 1
grep -q 'images: 1 hidden files or folders were left out' message && grep -q '1 symbolic links were left out' message || exit 1
quiet compress-dataset restore folder.h5 -o back
rm -r images/.hidden images/cat/link.png
diff -r images back/images || exit 1
[ "$(stat -c %a back/images/dog/c.png back/images/cat/b.png | tr '\n' ' ')" = '755 644 ' ] || { echo "permissions differ"; exit 1; }
quiet compress-dataset check folder.h5 images
compress-dataset restore folder.h5 -o back 2> message; [ $? = 73 ] && grep -q 'back/images/cat/a.jpg: exists already' message || exit 1
quiet compress-dataset restore folder.h5 -o back --force

# The order of torchvision: class, folder, name; labels are places among the sorted classes.
cat > look.py <<'PYTHON'
import h5py, io, tarfile
f = h5py.File("folder.h5")
def samples(bytes_, offsets): return [bytes(bytes_[a:b]) for a, b in zip(offsets, offsets[1:])]
names = bytes(f["names"][()]).decode().splitlines()
assert names == ["cat/a.jpg", "cat/b.png", "dog/c.png", "dog/empty.png", "dog/deep/a.png"], names
assert samples(f["bytes"][()], f["offsets"][()]) == [b"JPEG two!", b"PNG one", b"three", b"", b"deeper"]
assert list(f["labels"][()]) == [0, 0, 1, 1, 1] and [c.decode() for c in f["labels"].attrs["classes"]] == ["cat", "dog"]
f = h5py.File("shard.h5")
assert bytes(f["names"][()]).decode().splitlines() == ["s/000", "s/001", "s/002"]
assert samples(f["jpg/bytes"][()], f["jpg/offsets"][()]) == [b"jpeg 0", b"", b"jpeg 2" * 200]
assert samples(f["seg.png/bytes"][()], f["seg.png/offsets"][()]) == [b"", b"mask", b""]
assert list(f["labels"][()]) == [7, -2, 11]
PYTHON
mkdir s; printf 'jpeg 0' > s/000.jpg; echo 7 > s/000.cls; printf 'mask' > s/001.seg.png; echo -2 > s/001.cls
for i in $(seq 200); do printf 'jpeg 2'; done > s/002.JPG; echo 11 > s/002.cls; echo note > s/README
members='s/000.jpg s/000.cls s/001.seg.png s/001.cls s/README s/002.JPG s/002.cls'
# shellcheck disable=SC2086
tar cf shard.tar --format=gnu s/README $members
mkdir tars
for format in ustar pax gnu; do
  # shellcheck disable=SC2086
  tar cf tars/$format.tar --format=$format --exclude=nothing $members || exit 1
  quiet compress-dataset tars/$format.tar -o t.h5
  quiet compress-dataset restore t.h5 -o back
  cmp tars/$format.tar back/$format.tar || exit 1
done
quiet compress-dataset tars/pax.tar -o shard.h5
quiet compress-dataset check shard.h5 tars/pax.tar
# Long names take headers of their own; a shard may be packed; the same bytes for any thread count.
long=s/$(printf 'n%.0s' $(seq 150)); echo 5 > "$long.cls"; printf 'x' > "$long.png"
for format in pax gnu; do
  tar c --format=$format "$long.png" "$long.cls" | gzip > long.tar.gz
  quiet compress-dataset long.tar.gz -o l.h5 -j 1; quiet compress-dataset long.tar.gz -o l3.h5 -j 3; cmp l.h5 l3.h5 || exit 1
  quiet compress-dataset restore l.h5 -o back --force; gzip -dc long.tar.gz | cmp - back/long.tar || exit 1
done
# Without images a tar is one input a member, unless told.
tar cf text.tar s/README s/000.cls --transform 's/cls$/txt/'
compress-dataset text.tar -o m.h5 | jq -e '[.arrays[].name] == ["s/README/text", "s/000/text"]' > /dev/null || exit 1
compress-dataset text.tar --input-format webdataset -o m.h5 | jq -e '.arrays[0].name == "txt/bytes"' > /dev/null || exit 1
/usr/bin/python3 -c 'import h5py; assert h5py.h5z.filter_avail(32001)' 2> /dev/null || { echo "skipped the order: no h5py with the Blosc filter"; exit 77; }
/usr/bin/python3 look.py
