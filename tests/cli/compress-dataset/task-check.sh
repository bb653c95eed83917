# A model is trained before and after a loss: the verdict follows from the scores that the record publishes, a loss that
# no column shows fails, and then no file is written.
/usr/bin/python3 -c 'import numpy' 2> /dev/null || { echo "skipped: no numpy"; exit 77; }
cat > make.py <<'PYTHON'
import numpy as np
random = np.random.default_rng(2)
shared, own = random.standard_normal((2, 4000)) * [[10], [1]]
noise = random.standard_normal((4000, 3))
label = (own + 0.3 * noise[:, 2] > 0).astype(int)
hidden = np.column_stack([shared, shared + own])  # the class is in the difference of two columns
open_ = np.column_stack([own + noise[:, 0], label + noise[:, 1]])
for name, x in (("hidden", hidden), ("open", open_)):
    np.savetxt(name + ".csv", np.column_stack([x, label]), fmt=["%.17g", "%.17g", "%d"], delimiter=",", header="a,b,class", comments="")
np.save("images.npy", open_.astype("f4").reshape(4000, 2, 1))
np.save("labels.npy", label)
np.save("bad.npy", np.where(np.arange(4000) == 7, 0.5, label))
PYTHON
cat > recount.py <<'PYTHON'
import json, sys
import numpy as np
task = json.load(open(sys.argv[1]))["task_check"]
before, after = (np.array(task[side]["losses"]) for side in ("original", "decoded"))
assert len(before) == len(after) == 10 and task["folds"] == 5 and task["rows"] == task["held_out_rows"] == 4000
difference = after - before
noise = lambda values: values.reshape(5, 2).var(1, ddof=1).mean() ** 0.5  # of the seeds, not of the fifths
half = 2.0150483733 * noise(difference) / 10**0.5
low, high = task["loss_difference_90"]
assert np.allclose([low, high], [difference.mean() - half, difference.mean() + half], rtol=1e-8, atol=1e-15)
margin = noise(before)
assert np.isclose(task["loss_margin"], margin) and margin > 0
drop = np.mean(task["original"]["accuracies"]) - np.mean(task["decoded"]["accuracies"])
assert np.isclose(task["accuracy_drop"], drop, atol=1e-15) and task["accuracy_drop_allowed"] == 0.003
assert task["passed"] == (max(-low, high) <= margin and drop <= 0.003)
assert task["features"] == task["classes"] == 2
print(task["passed"], "same" if drop <= 0.003 else "worse")
if len(sys.argv) > 2:  # logistic regression on all samples by Newton's method comes out near the original's scores
    *columns, label = np.loadtxt(sys.argv[2], delimiter=",", skiprows=1).T
    x = np.column_stack([(column - column.mean()) / column.std() for column in columns] + [np.ones(4000)])
    weights = np.zeros(3)
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ weights))
        penalty = 5e-5 * np.array([1, 1, 0])  # of the difference of two classes' weights, half that of each
        weights -= np.linalg.solve((x.T * p * (1 - p)) @ x / 4000 + np.diag(penalty), x.T @ (p - label) / 4000 + penalty * weights)
    loss = -np.log(np.where(label == 1, p, 1 - p)).mean()
    found = np.mean(task["original"]["losses"]), np.mean(task["original"]["accuracies"])
    assert abs(found[0] - loss) < 0.04 and abs(found[1] - ((p > 0.5) == label).mean()) < 0.04, (found, loss)
PYTHON
fail() { echo "$*"; exit 1; }
/usr/bin/python3 make.py || exit 1
compress-dataset open.csv --columns all --label class --integrity 0.999999 --task-check -o open.h5 > open.json || fail "a tiny loss fails"
[ "$(/usr/bin/python3 recount.py open.json open.csv)" = "True same" ] || fail "open: $(/usr/bin/python3 recount.py open.json)"
compress-dataset check open.h5 open.csv --columns all > /dev/null || fail "open.h5"
echo old > hidden.h5
compress-dataset hidden.csv --columns all --label class --integrity 0.98 --task-check -o hidden.h5 > hidden.json
[ $? = 1 ] || fail "a loss that hides the classes passes"
[ "$(/usr/bin/python3 recount.py hidden.json)" = "False worse" ] || fail "hidden: $(/usr/bin/python3 recount.py hidden.json)"
jq -e '.integrity >= 0.98' hidden.json > /dev/null && [ "$(cat hidden.h5)" = old ] || fail "a file of a failed check"
# Labels from another file, features of more dimensions, any number of threads, plugin frames, equal samples once.
for how in "-j 1" "-j 3" "--dedup" "--reader plugin"; do
  compress-dataset images.npy labels.npy --label labels/data --integrity 0.999999 --task-check $how -o i.h5 > i.json || fail "$how"
  /usr/bin/python3 recount.py i.json > /dev/null || fail "$how"
  jq -c '[.task_check.original, if "'"$how"'" == "--reader plugin" then 0 else .task_check.decoded end]' i.json >> tasks
done
[ "$(cut -d']' -f1-2 tasks | sort -u | wc -l)" = 1 ] || fail "threads change the scores"
compress-dataset open.csv --columns all --label class --max-abs 1e-9 --task-check --format text -o open.h5 | grep -q '^task check passed: softmax regression on 4000 samples of 2 features in 2 classes' || fail text
refused() { local status=$1 words=$2; shift 2; compress-dataset "$@" --task-check -o no.h5 2> message; [ $? = "$status" ] && grep -q -- "$words" message && [ ! -e no.h5 ] || fail "$*: $(cat message)"; }
refused 64 'needs a bound' open.csv --columns all --label class
refused 64 'no array is said to hold labels' images.npy labels.npy --integrity 0.9
refused 64 'both "a" and "class"' open.csv --columns all --label class --label a --integrity 0.9
refused 64 'is F32 .4000,2,1., expected a number for each' images.npy --label data --integrity 0.9
refused 64 'found 0 numbers with each of the 4000 labels' labels.npy --label data --integrity 0.9
refused 65 'row 7 is 0.5.*expected the number of a class' images.npy bad.npy --label bad/data --integrity 0.9
