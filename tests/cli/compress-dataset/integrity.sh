# Real numbers lose what is allowed and no more, as another program measures it; what is exact stays so.
/usr/bin/python3 -c 'import h5py; assert h5py.h5z.filter_avail(32001)' 2> /dev/null || { echo "skipped: no h5py with the Blosc filter"; exit 77; }
cat > make.py <<'PYTHON'
import numpy as np
random = np.random.default_rng(1)
x = random.standard_normal((5000, 4)) * [1, 1e-3, 50, 1] + [0, 7, -300, 0]
x[::50, 3] = 1e30  # stands for a missing value
np.savez("data.npz", x=x.astype("f4"), label=random.standard_normal(5000).astype("f4"), n=np.arange(5000))
PYTHON
cat > measure.py <<'PYTHON'
import h5py, numpy as np
import sys
original, file = np.load("data.npz"), h5py.File(sys.argv[1])
x, y = original["x"].astype("f8"), file["x"][()].astype("f8")
for c in range(4):
    there = x[:, c] < 1e29
    a, b = x[there, c], y[there, c]
    assert 0.997 <= 1 - ((a - b) ** 2).sum() / ((a - a.mean()) ** 2).sum() < 1, c
assert (y[::50, 3] == x[::50, 3]).all()
assert (file["label"][()] == original["label"]).all() and (file["n"][()] == original["n"]).all()
PYTHON
/usr/bin/python3 make.py && compress-dataset data.npz --integrity 0.997 -o data.h5 > record.json && /usr/bin/python3 measure.py data.h5 || exit 1
jq -e '.integrity >= 0.997 and .integrity < 1 and ([.arrays[] | select(.name != "x") | .integrity] | all(. == 1))' record.json > /dev/null || exit 1
compress-dataset check data.h5 data.npz > check.json && jq -e '.equal and .integrity == $record[0].integrity' --slurpfile record record.json check.json > /dev/null || exit 1
# With the plugin the same bounds hold in fewer bytes.
compress-dataset data.npz --integrity 0.997 --reader plugin -o small.h5 > small.json || exit 1
compress-dataset convert small.h5 --reader h5py -o converted.h5 > /dev/null && /usr/bin/python3 measure.py converted.h5 || exit 1
jq -e '.integrity >= 0.997 and .output_bytes < $record[0].output_bytes and ([.arrays[].plugin_chunks] | add > 0)' --slurpfile record record.json small.json > /dev/null || exit 1
compress-dataset check small.h5 data.npz | jq -e '.equal' > /dev/null || exit 1
# A smooth grid through zero, which no other form keeps as small.
/usr/bin/python3 -c 'import numpy as np; x = np.arange(300) / 40; a = 100 * np.outer(np.sin(x), np.cos(x)) - 20; a[a < 0] = 0; np.save("grid.npy", a.astype("f4"))'
compress-dataset grid.npy --nmse 1e-3 --reader plugin -o grid.h5 > grid.json && compress-dataset check grid.h5 grid.npy > /dev/null || exit 1
jq -e '.arrays[0] | .nmse <= 1e-3 and .nmse > 0 and .pipelines["ordered-none-levels"] == 1' grid.json > /dev/null || exit 1
compress-dataset restore data.h5 -o back > /dev/null && compress-dataset back/data.npz --integrity 0.9999999 -o again.h5 > /dev/null || exit 1
compress-dataset data.npz --integrity 2 -o bad.h5 2> message
[ $? = 64 ] && grep -q 'integrity.*expected a share above 0 and up to 1' message && [ ! -e bad.h5 ]
# Bounds for single arrays: a pattern spares what its own name does not.
/usr/bin/python3 -c 'import numpy as np; w = np.sin(np.arange(60000) / 500); np.savez("named.npz", label=w.astype("f4"), x=w.astype("f4"), n=np.arange(60000))' || exit 1
compress-dataset named.npz --bound '*:max-abs=0.01' --bound 'x:exact' -o named.h5 | jq -e '[.arrays[].integrity] == [1, 1, 1]' > /dev/null || exit 1
compress-dataset named.npz --bound 'label:max-abs=0.01' -o named.h5 > named.json || exit 1
jq -e '.arrays[] | select(.name == "label") | .max_abs_error > 0 and .max_abs_error <= 0.01' named.json > /dev/null || exit 1
compress-dataset named.npz --bound 'n:max-abs=1' -o bad.h5 2> message
[ $? = 64 ] && grep -q '"n" has I64 elements' message || exit 1
compress-dataset named.npz --bound 'z:max-abs=1' -o bad.h5 2> message
[ $? = 64 ] && grep -q 'arrays: label, x, n' message && [ ! -e bad.h5 ] || exit 1
# The bits that neighbors share.
compress-dataset named.npz --bits 0.99 -o bits.h5 > bits.json && compress-dataset check bits.h5 named.npz > /dev/null || exit 1
jq -e '.arrays[] | select(.name == "x") | .real_information.mantissa_bits as $m | $m > 0 and $m < 23 and .max_rel_error <= pow(2; -$m - 1)' bits.json > /dev/null
