# What the record says of a loss, as NumPy finds it by other means in the file that h5py reads.
/usr/bin/python3 -c 'import h5py; assert h5py.h5z.filter_avail(32001)' 2> /dev/null || { echo "skipped: no h5py with the Blosc filter"; exit 77; }
cat > make.py <<'PYTHON'
import numpy as np
random = np.random.default_rng(1)
mixed = random.standard_normal((900, 8)) @ random.standard_normal((8, 8)) * [1, 1, 1, 1, 1e4, 1, 1e-3, 1] + 3
mixed[:, 7] = mixed[:, 0] + mixed[:, 1] + random.standard_normal(900) / 9  # a direction of little variance
mixed[5, 2], mixed[9, 3], mixed[11] = np.nan, np.inf, 0
np.savez("data.npz", table=mixed, line=np.cumsum(random.standard_normal(1500000)).astype("f4"),
         cube=random.standard_normal((20, 30, 40)).astype("f2"), wide=random.standard_normal((70, 700)).astype("f4"))
PYTHON
cat > measure.py <<'PYTHON'
import json
import h5py, numpy as np

record = {array["name"]: array for array in json.load(open("record.json"))["arrays"]}
original, file = np.load("data.npz"), h5py.File("data.h5")


def close(found, wanted, what, within=1e-9):
    assert abs(found - wanted) <= within * max(1, abs(wanted)), (what, found, wanted)


def entropy(counts):
    counts = counts[counts > 0]
    share = counts / counts.sum()
    return -(share * np.log(share)).sum() + (len(share) - 1) / (2 * counts.sum())


def information(x, y):
    x, y = x[np.isfinite(x)], y[np.isfinite(x)]
    edges = np.sort(x)[np.arange(1, 256) * len(x) // 256]
    a, b = np.searchsorted(edges, x, side="right"), np.searchsorted(edges, y, side="right")
    joint = np.histogram2d(a, b, bins=256, range=[[-0.5, 255.5]] * 2)[0]
    own = entropy(joint.sum(1))
    return (own + entropy(joint.sum(0)) - entropy(joint.ravel())) / own


def directions(x, y):
    scale = x.std(0)
    values, vectors = np.linalg.eigh(np.cov(x.T / scale[:, None], bias=True))
    values, vectors = values[::-1], vectors[:, ::-1]
    lost = (((x - y) / scale @ vectors) ** 2).mean(0)
    enough = values / values.sum() >= 1e-3
    integrity = 1 - lost[enough] / values[enough]
    return integrity, values / values.sum()


def nearest(rows):
    away = ((rows[:, None] - rows[None]) ** 2).sum(-1)
    np.fill_diagonal(away, np.inf)
    return [set(row) for row in np.argsort(away, 1, kind="stable")[:, :10]]


def pair(name):
    return original[name].astype("f8"), file[name][()].astype("f8")


x, y = pair("table")
found = record["table"]
there = np.isfinite(x)
assert np.array_equal(x[~there], y[~there], equal_nan=True)
error = np.abs(x[there] - y[there])
close(found["max_abs_error"], error.max(), "max abs")
close(found["max_rel_error"], (error[x[there] != 0] / np.abs(x[there & (x != 0)])).max(), "max rel")
close(found["psnr_db"], 20 * np.log10(np.ptp(x[there]) / np.sqrt((error ** 2).mean())), "PSNR")
quality = found["quality"]
assert quality["rows"] == 900
close(quality["nmi"], information(x, y), "NMI")
whole = there.all(1)
x, y = x[whole], y[whole]
cosine = (x * y).sum(1)[(x ** 2).sum(1) > 0] / np.sqrt((x ** 2).sum(1) * (y ** 2).sum(1))[(x ** 2).sum(1) > 0]
close(quality["cosine_min"], cosine.min(), "least cosine")
close(quality["cosine_mean"], np.append(cosine, 1).mean(), "mean cosine")  # the row of zeros counts as 1
integrity, shares = directions(x, y)
assert 1 < len(integrity) <= 8 and integrity.min() < 0.99 < found["integrity"]
close(quality["directions"]["worst_integrity"], integrity.min(), "direction", 1e-7)
close(quality["directions"]["worst_variance_share"], shares[integrity.argmin()], "share of the direction", 1e-7)
assert quality["directions"] | {"count": len(integrity), "columns": 8, "worst": integrity.argmin()} == quality["directions"]
recall = np.mean([len(a & b) / 10 for a, b in zip(nearest(x), nearest(y))])
assert quality["neighbors"]["probes"] == quality["neighbors"]["among"] == len(x)
close(quality["neighbors"]["recall_at_10"], recall, "recall")
assert recall < 1

x, y = pair("line")  # 64 runs of 16384 values
first = (1500000 - 16384) // 63 * np.arange(64)
taken = (first[:, None] + np.arange(16384)).ravel()
quality = record["line"]["quality"]
assert quality["rows"] == len(taken) and "cosine_min" not in quality and "directions" not in quality
close(quality["nmi"], information(x[taken], y[taken]), "NMI of a line")

x, y = pair("cube")
quality = record["cube"]["quality"]
close(quality["nmi"], information(x.ravel(), y.ravel()), "NMI of a cube")
integrity, shares = directions(x.reshape(-1, 40), y.reshape(-1, 40))
close(quality["directions"]["worst_integrity"], integrity.min(), "direction of a cube", 1e-7)
assert "neighbors" not in quality

x, y = pair("wide")  # 512 of its columns
columns = np.arange(512) * 700 // 512
integrity, shares = directions(x[:, columns], y[:, columns])
assert record["wide"]["quality"]["directions"]["columns"] == 512
assert record["wide"]["quality"]["directions"]["count"] == (shares >= 1e-3).sum() == 69
close(record["wide"]["quality"]["directions"]["worst_integrity"], integrity.min(), "direction of a wide array", 1e-7)
PYTHON
/usr/bin/python3 make.py || exit 1
compress-dataset data.npz --integrity 0.996 --report full --effort fast -o data.h5 > record.json && /usr/bin/python3 measure.py || exit 1
compress-dataset inspect data.h5 | cmp - record.json || exit 1
compress-dataset data.npz --integrity 0.996 --report full --effort fast -o again.h5 -j 3 | cmp - record.json && cmp data.h5 again.h5 || exit 1
# Frames of the plugin are measured as they decode, chunk by chunk.
compress-dataset data.npz --integrity 0.996 --report full --effort fast --reader plugin --chunk 64KiB -o frames.h5 > record.json || exit 1
compress-dataset convert frames.h5 --reader h5py --effort fast -o data.h5 > /dev/null || exit 1
jq -e '[.arrays[].plugin_chunks] | add > 2' record.json > /dev/null && /usr/bin/python3 measure.py || exit 1
# People read the same, and a brief record has what costs little.
compress-dataset inspect data.h5 --format text | grep -q 'recall@10' || exit 1
compress-dataset data.npz --integrity 0.996 --effort fast -o data.h5 | jq -e '.arrays[] | select(.name == "table") | .quality | has("nmi") and has("cosine_min") and (has("directions") or has("neighbors") | not)' > /dev/null || exit 1
# Squares beyond a double prove nothing, and the file is read all the same.
/usr/bin/python3 -c 'import numpy as np; np.save("huge.npy", np.random.default_rng(0).standard_normal((5000, 4)) * 1e200)'
compress-dataset huge.npy --max-rel 1e-3 --report full -o huge.h5 > huge.json && compress-dataset inspect huge.h5 | cmp - huge.json || exit 1
jq -e '.arrays[0] | .max_rel_error <= 1e-3 and .integrity == 0 and .nmse == null and .quality.cosine_min > 0.999' huge.json > /dev/null
