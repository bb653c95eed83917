# Files of several owners: no sample twice, owners kept, labels compared (Cohen's kappa of a table known from textbooks: both
# yes 20, no-yes 10, yes-no 5, both no 15 give an agreement of 0.7, by chance 0.5, kappa 0.4) and resolved by a named rule.
fail() { echo "$*"; exit 1; }
quiet() { "$@" > /dev/null || fail "failed: $*"; }
grants() {  # OWNER: 50 shared records, and some of their own
  awk -v owner="$1" 'BEGIN {
    for (i = 0; i < 50; i++) {
      a = i < 25 ? 1 : 0; b = (i < 20 || i >= 40) ? 1 : 0
      label = owner == "a" ? a : b
      if (owner == "a") printf "{\"text\": \"proposal %d\", \"grant\": %d}\n", i, label
      else printf "{\"grant\":%d,   \"text\":\"proposal %d\"}\n", label, i   # other order and blanks: the same content
    }
    for (i = 0; i < (owner == "a" ? 3 : 7); i++) printf "{\"text\": \"only %s %d\", \"grant\": 1}\n", owner, i }' | sed 's/"text"\(: *\)"/"words"\1"/'
}
grants a > a.jsonl; grants b > b.jsonl; { grants b; head -2 a.jsonl; } > twice.jsonl
for owner in a b twice; do quiet compress-dataset $owner.jsonl --label grant --dedup -o $owner.h5; done
compress-dataset merge a.h5 b.h5 --conflicts list.jsonl -o all.h5 > record.json 2> message
[ $? = 1 ] && grep -q '15 samples have labels that disagree; nothing was written' message && [ ! -e all.h5 ] || fail "not refused"
jq -e '.method == "merge" and .merged_samples == 60 and .labels.shared_samples == 50 and .labels.agreed_samples == 35 and .labels.agreement == 0.7
  and .labels.conflicting_samples == 15 and (.labels.pairs | length) == 1 and (.labels.pairs[0].kappa - 0.4 | fabs) < 1e-12
  and (.labels.conflicts | length) == 10' record.json > /dev/null || { cat record.json; fail "agreement"; }
[ "$(jq -s 'map(select(.labels)) | length' list.jsonl)" = 15 ] && tail -1 list.jsonl | jq -e '.type == "summary" and .conflicts == 15' > /dev/null || fail "list"
head -1 list.jsonl | jq -e '. == {"sample": 20, "labels": [{"owner": "a.h5", "sample": 20, "label": 1}, {"owner": "b.h5", "sample": 20, "label": 0}]}' > /dev/null || fail "first conflict"

# The rules, seen through restore; three owners for the majority, and the first of a tie.
labels_of() { rm -rf back; compress-dataset restore "$1" -o back > /dev/null && quiet compress-dataset check "$1" "back/$1" || fail "restore $1"; }
quiet compress-dataset merge a.h5 b.h5 --labels first -o first.h5 -j 1
quiet compress-dataset merge a.h5 b.h5 --labels first -o again.h5 -j 3
python=/usr/bin/python3
$python -c 'import h5py; assert h5py.h5z.filter_avail(32001)' 2> /dev/null || { echo "skipped the rest: no h5py with the Blosc filter"; exit 77; }
labels_of first.h5
quiet compress-dataset merge a.h5 b.h5 twice.h5 --labels majority -o majority.h5
quiet compress-dataset merge a.h5 b.h5 --labels majority -o tie.h5
cat > look.py <<'PYTHON'
import h5py, json
def rows(name):
    f = h5py.File(name)
    text, at = f["text"][()].tobytes(), f["line_offsets"][()]
    records = [json.loads(text[a:b]) for a, b in zip(at, at[1:])]
    assert [r["grant"] for r in records] == list(f["grant"][()])  # label and text stay together
    return f, [r["grant"] for r in records], [r["words"] for r in records]
a = [int(i < 25) for i in range(50)]; b = [int(i < 20 or i >= 40) for i in range(50)]
f, labels, words = rows("first.h5")
assert labels == a + [1] * 10 and len(set(words)) == 60
assert list(f["owners"][()]) == [3] * 50 + [1] * 3 + [2] * 7
assert [n.decode() for n in f["owners"].attrs["names"]] == ["a.h5", "b.h5"]
assert rows("tie.h5")[1] == a + [1] * 10
assert rows("majority.h5")[1] == b + [1] * 10
PYTHON
$python look.py || fail "rules"
# A merged file merges again, its owners anew.
quiet compress-dataset merge first.h5 a.h5 -o twice2.h5
[ "$(compress-dataset merge first.h5 a.h5 -o twice2.h5 | jq .merged_samples)" = 60 ] || fail "merged again"

# Arrays; labels by their name; counts by NumPy.
cat > make.py <<'PYTHON'
import numpy as np
random = np.random.default_rng(5)
x = random.standard_normal((100, 6)).astype("f4"); y = random.integers(0, 4, 100)
i, j = random.integers(0, 60, 80), random.integers(30, 100, 80)
np.savez("p.npz", x=x[i], y=y[i]); np.savez("q.npz", x=x[j], y=y[j])
np.savez("wide.npz", x=np.zeros((3, 7), "f4"), y=y[:3]); np.savez("double.npz", x=x[:3].astype("f8"), y=y[:3])
np.savez("other.npz", z=x[:3], y=y[:3]); np.savez("uneven.npz", x=x[:3], y=y[:4])
print(len(set(i) | set(j)), len(set(i) & set(j)))
PYTHON
read -r union shared < <($python make.py)
for name in p q wide double other uneven; do quiet compress-dataset $name.npz -o $name.h5; done
quiet compress-dataset p.npz --dedup -o p.h5
compress-dataset merge p.h5 q.h5 -o pq.h5 > record.json || fail "arrays"
jq -e ".merged_samples == $union and .labels.shared_samples == $shared and .labels.agreement == 1 and .owners[0].samples == 80" record.json > /dev/null || { cat record.json; fail "arrays: expected $union $shared"; }
refuses() {  # PATTERN FILE...
  local pattern=$1; shift
  compress-dataset merge "$@" -o x.h5 > /dev/null 2> message
  [ $? = 65 ] && grep -q -e "$pattern" message && [ ! -e x.h5 ] || { cat message; fail "$* is not refused with $pattern"; }
}
refuses 'wide.h5: a row of "x" is F32 \[7\], but in p.h5 F32 \[6\]' p.h5 wide.h5
refuses 'double.h5: a row of "x" is F64 \[6\], but in p.h5 F32 \[6\]' p.h5 double.h5
refuses 'other.h5: has the arrays y (labels), z; p.h5 has x, y (labels)' p.h5 other.h5
refuses 'uneven.h5: "x" has 3 samples, but "y" has 4' p.h5 uneven.h5
compress-dataset merge p.h5 -o x.h5 2> message; [ $? = 64 ] && grep -q 'two files or more' message || fail "one file"
compress-dataset merge p.h5 q.h5 -o p.h5 2> message; [ $? = 64 ] || fail "over an input"
compress-dataset merge p.h5 q.h5 -o x.h5 -n | jq -e '.dry_run' > /dev/null && [ ! -e x.h5 ] || fail "dry run"

# Folders: classes by name, though their numbers differ.
mkdir -p one/cat one/dog two/ant two/dog; echo 1 > one/cat/1.png; echo 2 > one/dog/2.png; echo 2 > two/dog/b.png; echo 3 > two/ant/3.png; echo 1 > two/ant/1.png
quiet compress-dataset one -o one.h5; quiet compress-dataset two -o two.h5
compress-dataset merge one.h5 two.h5 -o x.h5 2> /dev/null | jq -e '.labels.conflicts == [{"sample": 0, "labels": [{"owner": "one.h5", "sample": 0, "label": "cat"}, {"owner": "two.h5", "sample": 0, "label": "ant"}]}]' > /dev/null || fail "folders"
rm two/ant/1.png; quiet compress-dataset two -o two.h5; quiet compress-dataset merge one.h5 two.h5 -o both.h5
$python - <<'PYTHON' || fail "classes"
import h5py
f = h5py.File("both.h5")
assert [c.decode() for c in f["labels"].attrs["classes"]] == ["ant", "cat", "dog"] and list(f["labels"][()]) == [1, 2, 0]
assert bytes(f["names"][()]).decode().splitlines() == ["cat/1.png", "dog/2.png", "ant/3.png"]
assert list(f["owners"][()]) == [1, 3, 2]
PYTHON
