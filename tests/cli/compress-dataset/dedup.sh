# Equal samples are stored once and all come back: rows, records, files and shards; counts by other programs.
python=/usr/bin/python3
$python -c 'import h5py; assert h5py.h5z.filter_avail(32001)' 2> /dev/null || { echo "skipped: no h5py with the Blosc filter"; exit 77; }
fail() { echo "$*"; exit 1; }
# FILE SAMPLES DUPLICATES OPTION...: comes back byte for byte, with those counts.
once() {
  local file=$1 samples=$2 duplicates=$3; shift 3
  compress-dataset "$file" --dedup "$@" -j 1 -o d.h5 > record.json && compress-dataset "$file" --dedup "$@" -j 3 -o d3.h5 > /dev/null || fail "$file: not written"
  cmp d.h5 d3.h5 || fail "$file: threads change it"
  jq -e ".samples == $samples and .duplicate_samples == $duplicates" record.json > /dev/null || fail "$file: $(jq -c '[.samples, .duplicate_samples]' record.json)"
  compress-dataset inspect d.h5 | cmp - record.json || fail "$file: inspect differs"
  compress-dataset check d.h5 "$file" "$@" > /dev/null || fail "$file: check differs"
  rm -rf back && compress-dataset restore d.h5 -o back > /dev/null || fail "$file: not restored"
  diff -r "$file" "back/$file" > /dev/null || fail "$file: does not come back"
}
# Records: the last line without its end is the same sample.
for i in $(seq 3000); do echo "{\"text\": \"sample $((i * i % 101))\", \"label\": $((i % 2))}"; done > a.jsonl
distinct=$(sort -u a.jsonl | wc -l)
once a.jsonl 3000 $((3000 - distinct))
once a.jsonl 3000 $((3000 - distinct)) --columns label
truncate -s -1 a.jsonl; once a.jsonl 3000 $((3000 - distinct))
{ echo name,value; awk 'BEGIN { for (i = 0; i < 500; i++) print "n" i % 40 "," i % 8 }'; } > a.csv
once a.csv 500 460; once a.csv 500 460 --columns all
sed 's/$/\r/' a.csv > crlf.csv; once crlf.csv 500 460
printf 'name,value\n' > head.csv; compress-dataset head.csv --dedup -o h.h5 > /dev/null || fail "a header alone"
: > empty.jsonl; compress-dataset empty.jsonl --dedup -o h.h5 > /dev/null || fail "no record"
seq 1 50 | sed 's/.*/{"n": &}/' > unique.jsonl; once unique.jsonl 50 0
# Files and shards, with labels: the same file in another class is another sample.
mkdir -p images/a images/b; for i in $(seq 30); do echo "pixels $((i % 7))" > images/a/$i.png; echo "pixels $((i % 7))" > images/b/$i.png; done
: > images/b/empty1.png; : > images/b/empty2.png
once images 62 47
mkdir s; for i in $(seq 10 29); do echo "pixels $((i % 5))" > s/$i.jpg; echo $((i % 2)) > s/$i.cls; done
tar cf s.tar --sort=name s && once s.tar 20 10
# Arrays of one input: a sample is the row of all.
cat > make.py <<'PYTHON'
import numpy as np
random = np.random.default_rng(3)
x, y = random.standard_normal((40, 5)).astype("f4"), random.integers(0, 3, 40)
i = random.integers(0, 40, 1000)
x[7] = np.nan
np.savez("two.npz", x=x[i], y=y[i])
np.save("one.npy", x[i])
np.savez("uneven.npz", x=x, y=y[:3])
print(len(set(i)))
PYTHON
cat > look.py <<'PYTHON'
import h5py, numpy as np
f, g = h5py.File("d.h5"), np.load("two.npz")
i = f["sample_index"][()]
assert f["x"].shape[0] == len(set(i)) and (np.unique(i, return_index=True)[1] == np.sort(np.unique(i, return_index=True)[1])).all()
for name in "xy": assert f[name][()][i].tobytes() == g[name].tobytes()
b = np.load("back/two.npz")
for name in "xy": assert b[name].tobytes() == g[name].tobytes() and b[name].shape == g[name].shape
PYTHON
distinct=$($python make.py) || fail make.py
once one.npy 1000 $((1000 - distinct))
compress-dataset two.npz --dedup -o d.h5 | jq -e ".duplicate_samples == 1000 - $distinct" > /dev/null || fail "two.npz"
rm -rf back; compress-dataset check d.h5 two.npz > /dev/null && compress-dataset restore d.h5 -o back > /dev/null && $python look.py || fail "two.npz differs"
compress-dataset two.npz --dedup --max-abs 0.01 -o d.h5 > /dev/null && compress-dataset check d.h5 two.npz > /dev/null || fail "with loss"
compress-dataset one.npy a.csv --dedup -o d.h5 > /dev/null && compress-dataset check d.h5 one.npy a.csv > /dev/null || fail "two inputs"
compress-dataset uneven.npz --dedup -o x.h5 2> message; [ $? = 65 ] && grep -q 'uneven.npz: "x" has 40 samples, but "y" has 3' message || fail "uneven"
# A sample that is no longer than an index is left alone.
printf 'aaaaaaaaaabbbb' > t.bin; compress-dataset t.bin --dtype uint8 --dedup -o d.h5 | jq -e 'has("samples") | not' > /dev/null || fail "numbers"
# Labels stay exact under a loss, whatever they are called.
compress-dataset two.npz --label x --max-abs 0.5 -o d.h5 | jq -e '[.arrays[] | .integrity] == [1, 1]' > /dev/null || fail "--label and loss"
compress-dataset a.jsonl --label label -o d.h5 | jq -e '.arrays[] | select(.name == "label") | .shape == [3000]' > /dev/null || fail "--label as a column"
compress-dataset a.jsonl --label text -o x.h5 2> message; [ $? = 65 ] && grep -q 'a.jsonl: the column name "text" is taken' message || fail "--label of text"
compress-dataset two.npz --label z -o x.h5 2> message; [ $? = 64 ] && grep -q -- '--label: no input has an array "z"' message || fail "--label of nothing"
# A damaged index is an error.
compress-dataset a.jsonl --dedup -o d.h5 > /dev/null
$python -c 'import h5py; f = h5py.File("d.h5", "r+"); f.move("sample_index", "elsewhere")' && compress-dataset inspect d.h5 2> message
[ $? = 65 ] && grep -q 'the samples of ".*" do not come back: its index "sample_index" is missing' message || fail "missing index"
