# Virtual datasets are read where they lead to rows of files in the same folder or below, each once; all else is an error
# that names the file and the fault, takes little memory, and reads nothing of what it leads to.
python=/usr/bin/python3
$python -c 'import h5py' 2> /dev/null || { echo "skipped: no h5py"; exit 77; }
fail() { echo "$*"; cat message; exit 1; }
mkdir out in
cat > make.py <<'PYTHON'
import h5py, numpy as np, os
rows = np.arange(24, dtype="i4").reshape(8, 3)
for name in ("../out/secret", "a", "sub/b"):
    os.makedirs(os.path.dirname("in/" + name), exist_ok=True)
    with h5py.File(f"in/{name}.h5", "w") as f: f["x"] = rows; f["wide"] = np.zeros((8, 4), "i4"); f["real"] = np.zeros((8, 3), "f4"); f["row"] = np.arange(3, dtype="i4")
def virtual(name, shape, *maps, dtype="i4", maxshape=None):
    layout = h5py.VirtualLayout(shape=shape, dtype=dtype, maxshape=maxshape)
    for here, file, dataset, source_shape, there in maps: layout[here] = h5py.VirtualSource(file, dataset, shape=source_shape)[there]
    with h5py.File(f"in/{name}.h5", "w", libver="latest") as f: f.create_virtual_dataset("x", layout, fillvalue=7)
S = np.s_
virtual("good", (16, 3), (S[:8], "a.h5", "x", (8, 3), S[:]), (S[8:12], "sub/b.h5", "/x", (8, 3), S[2:6]), (S[12:], "a.h5", "../x".replace("../", ""), (8, 3), S[:4]))
virtual("fine", (12, 3), (S[:8], "a.h5", "x", (8, 3), S[:]), (S[8:12], "sub/b.h5", "/x", (8, 3), S[2:6]))
virtual("absolute", (8, 3), (S[:], os.path.abspath("out/secret.h5"), "x", (8, 3), S[:]))
virtual("climbs", (8, 3), (S[:], "../out/secret.h5", "x", (8, 3), S[:]))
virtual("winds", (8, 3), (S[:], "sub/../../out/secret.h5", "x", (8, 3), S[:]))
virtual("dotted", (8, 3), (S[:], "./a.h5", "x", (8, 3), S[:]))
virtual("itself", (8, 3), (S[:], ".", "x", (8, 3), S[:]))
virtual("self", (8, 3), (S[:], "self.h5", "x", (8, 3), S[:]))
virtual("ping", (8, 3), (S[:], "pong.h5", "x", (8, 3), S[:])); virtual("pong", (8, 3), (S[:], "ping.h5", "x", (8, 3), S[:]))
virtual("nested", (12, 3), (S[:], "fine.h5", "x", (12, 3), S[:]))
os.symlink("../out/secret.h5", "in/link.h5"); os.symlink("../out", "in/folder"); os.symlink("a.h5", "in/near.h5"); os.mkfifo("in/pipe.h5"); os.mkdir("in/dir.h5")
for name, file in (("linked", "link.h5"), ("through", "folder/secret.h5"), ("close", "near.h5"), ("waits", "pipe.h5"), ("directory", "dir.h5"), ("absent", "none.h5"), ("noise", "a\x01.h5")):
    virtual(name, (8, 3), (S[:], file, "x", (8, 3), S[:]))
virtual("type", (8, 3), (S[:], "a.h5", "real", (8, 3), S[:])); virtual("order", (8, 3), (S[:], "a.h5", "x", (8, 3), S[:]), dtype="f8")
virtual("name", (8, 3), (S[:], "a.h5", "y", (8, 3), S[:]))
virtual("broad", (8, 3), (S[:], "a.h5", "wide", (8, 4), S[:, :3])); virtual("short", (20, 3), (S[:], "a.h5", "x", (20, 3), S[:])); virtual("behind", (4, 3), (S[:], "a.h5", "x", (20, 3), S[6:10]))
virtual("gap", (9, 3), (S[:4], "a.h5", "x", (8, 3), S[:4]), (S[5:], "a.h5", "x", (8, 3), S[4:])); virtual("tail", (9, 3), (S[:8], "a.h5", "x", (8, 3), S[:]))
virtual("overlap", (8, 3), (S[:5], "a.h5", "x", (8, 3), S[:5]), (S[4:], "sub/b.h5", "x", (8, 3), S[:4]))
virtual("twice", (16, 3), (S[:8], "a.h5", "x", (8, 3), S[:]), (S[8:], "a.h5", "x", (8, 3), S[:]))
virtual("columns", (8, 6), (S[:, :3], "a.h5", "x", (8, 3), S[:]), (S[:, 3:], "sub/b.h5", "x", (8, 3), S[:]))
virtual("strided", (8, 3), (S[::2], "a.h5", "x", (8, 3), S[:4]), (S[1::2], "a.h5", "x", (8, 3), S[4:]))
virtual("cells", (3, 3), (S[0], "a.h5", "row", (3,), S[:]), (S[1], "sub/b.h5", "row", (3,), S[:]), (S[2], "sub/b.h5", "x", (8, 3), S[1]))
from h5py import h5s, h5p, h5d, h5t
here = h5s.create_simple((8, 3), (h5s.UNLIMITED, 3)); here.select_hyperslab((0, 0), (h5s.UNLIMITED, 1), (8, 3), (8, 3))
for name, file, there in (("pattern", b"part-%b.h5", h5s.create_simple((8, 3))),):
    made = h5p.create(h5p.DATASET_CREATE); made.set_virtual(here, file, b"x", there)
    with h5py.File(f"in/{name}.h5", "w", libver="latest") as f: h5d.create(f.id, b"x", h5t.STD_I32LE, here, made)
virtual("huge", (1 << 60, 3), (S[:8], "a.h5", "x", (8, 3), S[:])); virtual("vast", (1 << 50, 3), (S[:], "a.h5", "x", (1 << 50, 3), S[:]))
virtual("crowd", (5000, 3), *[(S[i:i + 1], f"p{i}.h5", "x", (8, 3), S[:1]) for i in range(5000)])
PYTHON
$python make.py || exit 1
for i in $(seq 0 4999); do ln in/a.h5 in/p$i.h5; done
baseline=$(cd in && /usr/bin/time -f %M compress-dataset a.h5 -o ../x.h5 2>&1 > /dev/null | tail -1); rm x.h5
refuses() {  # NAME STATUS PATTERN
  /usr/bin/time -f %M -o memory timeout 60 compress-dataset in/$1.h5 -o x.h5 > /dev/null 2> message
  local status=$?
  [ $status = "$2" ] && grep -q -e "$3" message && [ ! -e x.h5 ] || fail "$1: status $status, expected $2 and $3"
  # HDF5 itself takes 20 KiB a mapping, in the child that parses, which has 512 MiB.
  local most=$((baseline + 65536)); [ "$1" != crowd ] || most=524288
  [ "$(tail -1 memory)" -lt $most ] || fail "$1 took $(tail -1 memory) KiB"
}
compress-dataset in/fine.h5 -o x.h5 > /dev/null 2> message && compress-dataset restore x.h5 -o back > /dev/null && rm x.h5 || fail "fine.h5 is not read"
$python -c 'import h5py; a, b = h5py.File("in/fine.h5")["x"][()], h5py.File("back/fine.h5")["x"][()]; assert (a == b).all() and a[11, 2] == 17' || fail "fine.h5 is read otherwise"
compress-dataset - -o x.h5 < in/fine.h5 > /dev/null 2> message; [ $? = 65 ] && grep -q 'lies in no folder' message || fail "a virtual dataset from stdin"
while read -r name status pattern; do refuses "$name" "$status" "$pattern"; done <<'TABLE'
good 65 good.h5: dataset 'x'.*rows of another file twice
absolute 65 absolute.h5: dataset 'x'.*path is absolute, leads outside
climbs 65 climbs.h5: dataset 'x'.*leads outside the folder
winds 65 winds.h5: dataset 'x'.*leads outside the folder
dotted 65 dotted.h5: dataset 'x'.*leads outside the folder
itself 65 itself.h5: dataset 'x'.*maps rows of its own file, which is not followed
self 65 in/self.h5: maps rows of its own file, which is not followed
ping 65 pong.h5: dataset 'x' is virtual itself
nested 65 fine.h5: dataset 'x' is virtual itself
linked 65 link.h5: is reached through a symbolic link
through 65 folder/secret.h5: is reached through a symbolic link
close 65 near.h5: is reached through a symbolic link
waits 65 pipe.h5: is no regular file
directory 65 dir.h5: is no regular file
absent 66 none.h5: cannot open
pattern 65 pattern.h5: dataset 'x'.*other than whole rows
noise 65 noise.h5: dataset 'x'.*unusual characters
type 65 a.h5: dataset 'real' is F32 \[8,3\], but in/type.h5 maps its rows up to I32 \[8,3\]
order 65 a.h5: dataset 'x' is I32 \[8,3\], but in/order.h5 maps
name 65 a.h5: dataset 'y' is missing
broad 65 a.h5: dataset 'wide' is I32 \[8,4\]
short 65 a.h5: dataset 'x' is I32 \[8,3\], but in/short.h5 maps its rows up to I32 \[20,3\]
behind 65 a.h5: dataset 'x' is I32 \[8,3\], but in/behind.h5 maps its rows up to I32 \[10,3\]
gap 65 gap.h5: dataset 'x'.*all of its rows once: found a mapping from row 5 on, expected one from row 4
tail 65 tail.h5: dataset 'x'.*all of its rows once: rows 8 to 9 stand nowhere
overlap 65 overlap.h5: dataset 'x'.*found a mapping from row 4 on, expected one from row 5
twice 65 twice.h5: dataset 'x'.*rows of another file twice
columns 65 columns.h5: dataset 'x'.*other than whole rows
strided 65 strided.h5: dataset 'x'.*other than whole rows
cells 65 cells.h5: dataset 'x'.*other than whole rows
huge 65 huge.h5: 
vast 65 a.h5: dataset 'x' is I32 \[8,3\]
crowd 65 crowd.h5: dataset .x.*in more than 4096 others
TABLE
# A joined file whose list of parts, layout or mapping was bent.
seq 1 3000 > lines.csv; for i in 1 2 3; do compress-dataset lines.csv --shard $i/3 -o p$i.h5 > /dev/null || exit 1; done
compress-dataset join p?.h5 -o joined.h5 > /dev/null || exit 1
bend() { cp joined.h5 bent.h5; $python - || exit 1; compress-dataset check bent.h5 > /dev/null 2> message; [ $? = 65 ] && grep -q "$1" message || fail "expected $1"; }
bend 'bent.h5: the list of its parts is damaged' <<'PYTHON'
import h5py
with h5py.File("bent.h5", "r+") as f:
    text = f["_daybreak/parts"][()].tobytes().replace(b'"bytes":', b'"bytfs":'); del f["_daybreak/parts"]
    f["_daybreak/parts"] = __import__("numpy").frombuffer(text, "u1")
PYTHON
bend 'bent.h5: the list of its parts does not match its hash' <<'PYTHON'
import h5py, numpy
with h5py.File("bent.h5", "r+") as f:
    text = f["_daybreak/parts"][()].tobytes().replace(b'{"schema"', b' {"schema"'); del f["_daybreak/parts"]; f["_daybreak/parts"] = numpy.frombuffer(text, "u1")
PYTHON
bend 'bent.h5: the list of its parts is missing' <<'PYTHON'
import h5py
with h5py.File("bent.h5", "r+") as f: del f["_daybreak/parts"]
PYTHON
bend "bent.h5: dataset 'text', chunk 0: its bytes, which stand in p3.h5, do not match" <<'PYTHON'
import h5py
with h5py.File("bent.h5", "r+") as f:
    n = [h5py.File(f"p{i}.h5")["text"].shape[0] for i in (1, 2, 3)]; layout = h5py.VirtualLayout((sum(n),), "u1"); at = 0
    for i in (3, 2, 1): layout[at:at + n[i - 1]] = h5py.VirtualSource(f"p{i}.h5", "text", (n[i - 1],)); at += n[i - 1]
    attributes = dict(f["text"].attrs); del f["text"]; f.create_virtual_dataset("text", layout); f["text"].attrs.update(attributes)
PYTHON
# A part that has grown since, and bytes of a part that changed where no filter notices: the part is named.
cp p2.h5 kept.h5; printf x >> p2.h5
compress-dataset check joined.h5 > /dev/null 2> message; [ $? = 65 ] && grep -q 'p2.h5: has .* bytes, but had .* when joined.h5 was joined' message || fail "a part of other bytes"
cp kept.h5 p2.h5
head -c 100000 /dev/urandom > random1
for i in 1 2; do compress-dataset random1 --dtype uint8 --reader plain --shard $i/2 -o n$i.h5 > /dev/null || fail "part $i"; done
compress-dataset join n1.h5 n2.h5 -o noise.h5 > /dev/null 2> message || fail "noise is not joined"
$python - <<'PYTHON' || fail "damage"
import h5py
name, = [k for k in h5py.File("n2.h5") if not k.startswith("_")]
with h5py.File("n2.h5", "r+") as f: kept = f[name]; kept[7] = kept[7] ^ 1
PYTHON
compress-dataset check noise.h5 > /dev/null 2> message; [ $? = 65 ] && grep -q 'noise.h5: dataset .*its bytes, which stand in n2.h5, do not match' message && grep -q 'make that part again, then join' message || fail "which part is damaged"
# Reached through a link, a joined file's parts are still its parts: none is written over.
mkdir links; ln -s ../joined.h5 links/l.h5
compress-dataset convert links/l.h5 --force -o p1.h5 > /dev/null 2> message; [ $? = 64 ] && compress-dataset check joined.h5 > /dev/null 2> message || fail "a part was written over"
compress-dataset convert links/l.h5 -o alone.h5 > /dev/null 2> message && compress-dataset check alone.h5 lines.csv > /dev/null 2> message || fail "read through a link"
# The folder of an output is that of the file for which a link stands, whether it is written or not.
ln -s ../there.h5 links/o.h5
for how in --dry-run --quiet; do compress-dataset join p?.h5 $how -o links/o.h5 > /dev/null 2> message || fail "join $how through a link"; done
[ -f there.h5 ] && compress-dataset check there.h5 lines.csv > /dev/null 2> message || fail "joined through a link"
compress-dataset inspect <(cat joined.h5) > /dev/null 2> message; [ $? = 65 ] && grep -q 'lies in no folder itself' message || fail "a joined file out of a pipe"
# What is no part, or cannot be named.
unnamed() {  # PATTERN PART: expects that it is not joined
  compress-dataset join "$2" -o x.h5 > /dev/null 2> message
  [ $? != 0 ] && grep -q "$1" message && [ ! -e x.h5 ] || fail "$2: expected $1"
}
unnamed 'joined.h5: is itself joined of parts.*name its parts' joined.h5
for name in 'a\b.h5' $'a\tb.h5' $'a\xffb.h5'; do cp p1.h5 "$name"; unnamed 'cannot be named in the joined file.*rename the part' "$name"; done
# A file of many datasets, each mapped.
$python - <<'PYTHON' || fail "many"
import h5py, numpy as np
with h5py.File("many.h5", "w", libver="latest") as f:
    for i in range(3000): f[f"d{i}"] = np.full(1, i, "i4")
layout = h5py.VirtualLayout((3000,), "i4")
for i in range(3000): layout[i:i + 1] = h5py.VirtualSource("many.h5", f"d{i}", (1,))
with h5py.File("maps.h5", "w", libver="latest") as f: f.create_virtual_dataset("x", layout)
PYTHON
compress-dataset maps.h5 -o x.h5 > /dev/null 2> message && compress-dataset restore x.h5 -o again > /dev/null 2> message || fail "many datasets are not read"
$python -c 'import h5py, numpy; assert (h5py.File("again/maps.h5")["x"][()] == numpy.arange(3000)).all()' || fail "many datasets are read otherwise"
exit 0
