# PNG and JPEG become pixels, as their specifications say; broken, huge and unequal images are errors that name the file.
python=/usr/bin/python3
$python -c 'import h5py; assert h5py.h5z.filter_avail(32001)' 2> /dev/null || { echo "skipped: no h5py with the Blosc filter"; exit 77; }
$python "$CASES/../../support/make_images.py" . || exit 1
for set in gray rgb; do
  compress-dataset $set --decode-images -j 1 -o $set.h5 > /dev/null && compress-dataset $set --decode-images -j 3 -o again.h5 > /dev/null || exit 1
  cmp $set.h5 again.h5 && compress-dataset check $set.h5 $set --decode-images > /dev/null || exit 1
done
cat > look.py <<'PYTHON'
import h5py, numpy as np
f = h5py.File("gray.h5")
x = f["images"][()]
assert x.shape == (3, 8, 8, 1) and x.dtype == np.uint8 and "bytes" not in f and "offsets" not in f
assert (x[0, :, :, 0] == np.add.outer(10 * np.arange(8), np.arange(8))).all()
assert (x[1, :, :, 0] == np.array([255, 0, 255, 255, 0, 0, 0, 255])).all()
assert (x[2] == 77).all() and list(f["labels"][()]) == [0, 1, 1]
x = h5py.File("rgb.h5")["images"][()]
r, c = np.mgrid[0:8, 0:16]
assert x.shape == (3, 8, 16, 3) and (x[0] == np.stack([r, 2 * c, 255 - r], -1)).all()
assert (x[1] == np.where((c % 2 == 0)[..., None], [1, 2, 3], [250, 251, 252])).all()
assert (x[2, :, :8] == 70).all() and (x[2, :, 8:] == 180).all()
f = h5py.File("shard.h5")
assert f["png"].shape == (2, 8, 8, 1) and list(f["labels"][()]) == [4, 5] and f["cls/bytes"].shape == (4,)
f = h5py.File("back/gray.h5")
assert (f["images"][()] == h5py.File("gray.h5")["images"][()]).all()
PYTHON
mkdir s && cp gray/a/1.png s/0.png && cp gray/b/2.png s/1.png && echo 4 > s/0.cls && echo 5 > s/1.cls || exit 1
tar cf shard.tar s/0.png s/0.cls s/1.png s/1.cls && compress-dataset shard.tar --decode-images -o shard.h5 > /dev/null || exit 1
compress-dataset restore gray.h5 -o back > /dev/null && $python look.py || exit 1

refuses() {  # PATTERN FILE...: a folder of a good image and these
  local pattern=$1; shift
  rm -rf set && mkdir -p set && cp gray/a/1.png set/0.png && cp "$@" set
  compress-dataset set --decode-images -o x.h5 > /dev/null 2> message
  local status=$?
  [ $status = 65 ] && grep -q -e "$pattern" message && grep -q 'without --decode-images' message && [ ! -e x.h5 ] && return
  echo "$*: status $status"; cat message; exit 1
}
refuses 'set/sixteen.png: cannot be decoded: it has 16 bits a channel' bad/sixteen.png
refuses 'set/cut.png: cannot be decoded: it ends early' bad/cut.png
refuses 'set/cut.jpg: .*\(is 320 x 320 x 1\|Premature end\)' bad/cut.jpg
refuses 'set/bomb.png: is 60000 x 60000 x 3, but the first image is 8 x 8 x 1' bad/bomb.png
refuses 'set/zero.jpg: cannot be decoded' bad/zero.jpg
refuses 'set/text.png: cannot be decoded: it is neither PNG nor JPEG' bad/text.png
refuses 'set/broken.png: cannot be decoded' bad/broken.png
refuses 'set/1.png: is 8 x 16 x 3, but the first image is 8 x 8 x 1' rgb/a/1.png
for file in bomb.png bomb.jpg cut.jpg; do
  rm -rf set && mkdir set && cp bad/$file set && compress-dataset set --decode-images -o x.h5 2> message
  [ $? = 65 ] && grep -q "set/$file: \(claims 6.000 x 6.000 x [13] values\|cannot be decoded: Premature end\)" message || { cat message; exit 1; }
done
tar cf gap.tar s/0.png s/0.cls s/1.cls
compress-dataset gap.tar --decode-images -o x.h5 2> message; [ $? = 65 ] && grep -q 'gap.tar: s/1.png: the sample has no image' message || exit 1
echo a > a.txt; compress-dataset a.txt --decode-images -o x.h5 2> message; [ $? = 64 ] && grep -q 'no input is a folder' message
