# NaN and infinities: kept and counted, refused by name and index, or left out with their samples, as NumPy does it.
/usr/bin/python3 -c 'import h5py; assert h5py.h5z.filter_avail(32001)' 2> /dev/null || { echo "skipped: no h5py with the Blosc filter"; exit 77; }
cat > make.py <<'PYTHON'
import numpy as np
random = np.random.default_rng(1)
x = random.standard_normal((3000, 5)).astype("f4")
x[17, 3], x[2000, 0], x[2000, 1], x[2999, 4] = np.nan, np.inf, -np.inf, np.nan
y = random.standard_normal(3000)
y[1000] = np.nan
np.savez("data.npz", x=x, y=y, n=np.arange(3000))
np.save("x.npy", x)
np.save("y.npy", y)
np.save("uneven.npy", y[:10])
PYTHON
cat > measure.py <<'PYTHON'
import h5py, numpy as np
data, file = np.load("data.npz"), h5py.File("dropped.h5")
rows = np.isfinite(data["x"]).all(1) & np.isfinite(data["y"])
assert rows.sum() == 2996
for name in "xyn":
    assert file[name][()].tobytes() == data[name][rows].tobytes(), name
back = np.load("back/data.npz")
assert all(back[name].tobytes() == data[name][rows].tobytes() for name in "xyn")
PYTHON
fail() { echo "$*"; exit 1; }
/usr/bin/python3 make.py || exit 1
counts='[.arrays[] | [.name, .nan, .infinite]] == [["n", null, null], ["x", 2, 2], ["y", 1, 0]]'
compress-dataset data.npz -o kept.h5 > kept.json || fail kept
jq -e "(.arrays |= sort_by(.name)) | $counts"' and (has("dropped_samples") | not)' kept.json > /dev/null || fail "$(jq -c '.arrays[] | [.name, .nan, .infinite]' kept.json)"
compress-dataset check kept.h5 data.npz > /dev/null && compress-dataset inspect kept.h5 | cmp - kept.json || fail inspect
compress-dataset convert kept.h5 --reader plain -o again.h5 | jq -e "(.arrays |= sort_by(.name)) | $counts" > /dev/null || fail convert
compress-dataset inspect kept.h5 --format text | grep -q '^x has 2 NaN and 2 infinite values$' || fail text
compress-dataset data.npz --integrity 0.99 --reader plugin -o lossy.h5 | jq -e "(.arrays |= sort_by(.name)) | $counts" > /dev/null || fail lossy

compress-dataset x.npy --non-finite refuse -o no.h5 2> message
[ $? = 65 ] && grep -q 'x.npy: "data" is NaN at \[17,3\]' message && [ ! -e no.h5 ] || fail "$(cat message)"
compress-dataset uneven.npy --non-finite refuse -o finite.h5 > /dev/null || fail "nothing to refuse"

compress-dataset data.npz --non-finite drop-samples -o dropped.h5 > dropped.json || fail dropped
jq -e '.dropped_samples == 4 and ([.arrays[] | .nan // 0, .infinite // 0] | add == 0)' dropped.json > /dev/null || fail "$(cat dropped.json)"
compress-dataset inspect dropped.h5 | cmp - dropped.json || fail "inspect of dropped.h5"
compress-dataset inspect dropped.h5 --format text | grep -q '^4 samples with NaN or infinite values were left out$' || fail "text of dropped.h5"
compress-dataset restore dropped.h5 -o back > /dev/null && /usr/bin/python3 measure.py || fail measure
compress-dataset check dropped.h5 data.npz > /dev/null; [ $? = 1 ] || fail "check finds no difference"
compress-dataset uneven.npy --non-finite drop-samples -o whole.h5 > /dev/null && compress-dataset restore whole.h5 -o back > /dev/null && cmp uneven.npy back/uneven.npy || fail "an input without any does not come back"
compress-dataset data.npz --non-finite drop-samples --dedup --integrity 0.99 -o both.h5 | jq -e '.dropped_samples == 4 and .samples == 2996' > /dev/null || fail both

# The text of a table loses the records, an empty field is NaN, columns that are not kept do not count.
{ echo a,b,name; echo 1,2,x; echo ,3,y; echo 4,inf,z; echo 5,6,; echo 7,8,w; } > t.csv
compress-dataset t.csv --columns a,b --non-finite drop-samples -o t.h5 | jq -e '.dropped_samples == 2' > /dev/null || fail csv
compress-dataset restore t.h5 -o back > back.json && jq -e '.files[0].bit_exact' back.json > /dev/null && sed '3,4d' t.csv | cmp - back/t.csv || fail "$(cat back/t.csv)"
compress-dataset t.csv --columns a --non-finite drop-samples -o t.h5 | jq -e '.dropped_samples == 1' > /dev/null || fail "one column"
printf '{"v": 1}\n{"v": null}\n{"v": 3}' > v.jsonl
compress-dataset v.jsonl --columns v --non-finite drop-samples -o v.h5 > /dev/null && compress-dataset restore v.h5 -o back > /dev/null && [ "$(cat back/v.jsonl)" = '{"v": 1}
{"v": 3}' ] || fail jsonl

refused() { local status=$1 words=$2; shift 2; compress-dataset "$@" --non-finite drop-samples -o no.h5 2> message; [ $? = "$status" ] && grep -q "$words" message && [ ! -e no.h5 ] || fail "$*: $(cat message)"; }
refused 64 'expected one input, found 2' x.npy y.npy
refused 64 'exclude each other' x.npy --keep-original
/usr/bin/python3 -c 'import numpy as np; np.savez("odd.npz", x=np.ones((3, 2)), y=np.ones(4))'
refused 65 '"x" has 3 samples, but "y" has 4' odd.npz
