# Bounds on the loss that hold for every part hold for the whole: the joined file says what the parts add up to, and the
# originals agree; a value that stands for a missing one in the whole does so in each part, even where it comes once.
python=/usr/bin/python3
$python -c 'import numpy' 2> /dev/null || { echo "skipped: no numpy"; exit 77; }
fail() { echo "$*"; exit 1; }
$python - <<'PYTHON' || exit 1
import numpy as np
random = np.random.default_rng(3)
a = np.cumsum(random.standard_normal((20000, 6)), axis=0).astype("f4")
a[[50, 4100, 8200, 12300, 16400], 2] = 1e34; a[:, 5] = np.arange(20000) // 4000; a[5, 3] = np.nan
np.save("a.npy", a)
PYTHON
cat > measure.py <<'PYTHON'
import json, numpy as np
a, x = np.load("a.npy").astype("f8"), np.load("back/a.npy").astype("f8")
missing = a == np.float64(np.float32(1e34))
assert (missing == (x == np.float64(np.float32(1e34)))).all() and (np.isnan(a) == np.isnan(x)).all()
ok = np.isfinite(a) & ~missing; error = np.where(ok, a - np.where(ok, x, 0), 0)
told = json.load(open("record.json"))["arrays"][0]
def near(name, found): assert abs(told[name] - found) <= 1e-6 * max(1, abs(found)), (name, told[name], found)
near("integrity", min(1 - (error[:, c] ** 2).sum() / ((a[ok[:, c], c] - a[ok[:, c], c].mean()) ** 2).sum() for c in range(6)))
near("nmse", (error ** 2).sum() / ((a[ok] - a[ok].mean()) ** 2).sum())
near("max_abs_error", abs(error).max())
near("psnr_db", 20 * np.log10((a[ok].max() - a[ok].min()) / np.sqrt((error ** 2).sum() / ok.sum())))
PYTHON
while read -r condition options; do
  for count in 2 5; do
    rm -rf parts; mkdir parts
    # shellcheck disable=SC2086
    for ((i = 1; i <= count; i++)); do compress-dataset a.npy $options --shard $i/$count -o parts/$i.h5 > /dev/null || fail "$options $i/$count"; done
    compress-dataset join parts/*.h5 -o joined.h5 > record.json || fail "$options"
    jq -e ".arrays[0] | $condition and .integrity < 1 and .output_bytes < .input_bytes" record.json > /dev/null || { cat record.json; fail "$options: $condition"; }
    compress-dataset check joined.h5 a.npy > checked.json || { cat checked.json; fail "$options: the original says otherwise"; }
    compress-dataset restore joined.h5 --force -o back > /dev/null && $python measure.py || fail "$options: measured otherwise"
  done
done <<'TABLE'
.integrity>=0.99 --integrity 0.99
.nmse<=1e-4 --nmse 1e-4
.psnr_db>=40 --psnr 40
.max_abs_error<=0.01 --max-abs 0.01
.max_rel_error<=1e-3 --max-rel 1e-3
.integrity>=0.999 --integrity 0.999 --reader plugin
TABLE
