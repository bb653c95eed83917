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
[ $? = 1 ] && grep -q '15 samples have labels that disagree, the first of them a.h5 sample 20: 1, b.h5 sample 20: 0; nothing was written' message && [ ! -e all.h5 ] || fail "not refused"
jq -e '.method == "merge" and .merged_samples == 60 and .labels.shared_samples == 50 and .labels.agreed_samples == 35 and .labels.agreement == 0.7
  and .labels.conflicting_samples == 15 and (.labels.pairs | length) == 1 and (.labels.pairs[0].kappa - 0.4 | fabs) < 1e-12
  and (.labels.conflicts | length) == 10' record.json > /dev/null || { cat record.json; fail "agreement"; }
[ "$(jq -s 'map(select(.labels)) | length' list.jsonl)" = 15 ] && tail -1 list.jsonl | jq -e '.type == "summary" and .conflicts == 15' > /dev/null || fail "list"
head -1 list.jsonl | jq -e '. == {"sample": 20, "labels": [{"owner": "a.h5", "sample": 20, "label": 1}, {"owner": "b.h5", "sample": 20, "label": 0}]}' > /dev/null || fail "first conflict"

# The rules, seen through restore; three owners for the majority, and the first of a tie.
mkdir again
quiet compress-dataset merge a.h5 b.h5 --labels first -o first.h5 -j 1
quiet compress-dataset merge a.h5 b.h5 --labels first -o again/first.h5 -j 3
python=/usr/bin/python3
$python -c 'import h5py; assert h5py.h5z.filter_avail(32001)' 2> /dev/null || { echo "skipped the rest: no h5py with the Blosc filter"; exit 77; }
cmp first.h5 again/first.h5 || fail "threads change it"
quiet compress-dataset check first.h5
quiet compress-dataset restore first.h5 -o back
{ cat a.jsonl; tail -7 b.jsonl; } | cmp - back/first.jsonl || fail "the records do not come back"
quiet compress-dataset check first.h5 back/first.jsonl --label grant
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
assert f["owners"].attrs["label_rule"] in (b"first", "first")
assert rows("tie.h5")[1] == a + [1] * 10
assert rows("majority.h5")[1] == b + [1] * 10
PYTHON
$python look.py || fail "rules"
# A merged file merges again, and who brought a sample stays known.
printf '%s\n' '{"words": "proposal 49", "grant": 0}' '{"words": "proposal 48", "grant": 0}' '{"words": "new", "grant": 1}' > c.jsonl
quiet compress-dataset c.jsonl --label grant -o c.h5
compress-dataset merge first.h5 c.h5 a.h5 -o abc.h5 > record.json || fail "merged again"
jq -e '.merged_samples == 61 and (.owners | map(.name)) == ["first.h5", "c.h5", "a.h5"] and (.owners | map(.added_samples)) == [60, 1, 0]' record.json > /dev/null || { cat record.json; fail "merged again"; }
cat > look.py <<'PYTHON'
import h5py
f = h5py.File("abc.h5")
assert [n.decode() for n in f["owners"].attrs["names"]] == ["a.h5", "b.h5", "c.h5"]
assert len(set(f["owners"].attrs["layout_xxh3"])) == 3
assert list(f["owners"][()]) == [3] * 48 + [7] * 2 + [1] * 3 + [2] * 7 + [4]
PYTHON
$python look.py || fail "owners of a merged file"
quiet compress-dataset restore abc.h5 -o back
{ cat back/first.jsonl; tail -1 c.jsonl; } | cmp - back/abc.jsonl || fail "merged again, restored"

# Three owners who disagree: two against one, each against each, and one against himself; the order of members and blanks
# do not matter, nested ones neither. A last line without its end is a record like the others.
printf '%s\n' '{"q": {"a": 1, "b": [2]}, "t": "x", "y": 1}' '{"q": 2, "t": "x", "y": 1}' '{"q": 3, "t": "x", "y": 0}' '{"q": 3, "t": "x", "y": 1}' > 1.jsonl
printf '%s\n' '{"t": "x", "y": 0, "q": {"b":[2],"a":1}}' '{"t": "x", "y": 2, "q": 2}' > 2.jsonl
printf '%s\n%s' '{"y": 0, "t": "x", "q": {"a": 1, "b": [2]}}' '{"y": 3, "q": 2, "t": "x"}' > 3.jsonl
for i in 1 2 3; do quiet compress-dataset $i.jsonl --label y -o $i.h5; done
compress-dataset merge 3.h5 1.h5 2.h5 -o x.h5 2> message > record.json; [ $? = 1 ] || fail "three owners"
jq -e '.labels.conflicting_samples == 3 and .labels.shared_samples == 2 and .labels.agreement == 0 and (.labels.pairs | length) == 3
  and [.labels.conflicts[].labels[].label] == [0, 1, 0, 3, 1, 2, 0, 1]' record.json > /dev/null || { cat record.json; fail "three owners"; }
for rule in first majority; do quiet compress-dataset merge 3.h5 1.h5 2.h5 --labels $rule -o $rule.h5 && quiet compress-dataset restore $rule.h5 --force -o back; done
[ "$(jq -c .y back/majority.jsonl | tr -d '\n')" = 030 ] && [ "$(jq -c .y back/first.jsonl | tr -d '\n')" = 030 ] || fail "rules of three"
quiet compress-dataset merge 1.h5 2.h5 3.h5 --labels majority -o majority.h5 && quiet compress-dataset restore majority.h5 --force -o back
[ "$(jq -c .y back/majority.jsonl | tr -d '\n')" = 010 ] || fail "two against one, and the first of a tie"

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
# Tables: a record without the fields of its labels, whatever its quotes and line ends.
printf 'word,y,"the ""other"""\n"a, b",1,x\nc,0,z\n"d\ne",1,w\nq,1,\n' > 1.csv
printf 'word,y,"the ""other"""\r\n"a, b",0,"x"\r\nc,"0",z\r\n\r\n"a, b",1,y\r\n"q","1",\r\n' > 2.csv
sed -i 's/$/\r/; s/\r\r$/\r/; 3s/\r$//' 1.csv  # the same header; the line end within the quotes of the third record stays
for i in 1 2; do quiet compress-dataset $i.csv --label y -o $i-csv.h5; done
compress-dataset merge 1-csv.h5 2-csv.h5 -o x.h5 > record.json 2> /dev/null; [ $? = 1 ] || fail "labels of tables"
jq -e '.merged_samples == 5 and .labels.shared_samples == 3 and .labels.agreed_samples == 2 and .labels.conflicts == [{"sample": 0, "labels": [
  {"owner": "1-csv.h5", "sample": 0, "label": 1}, {"owner": "2-csv.h5", "sample": 0, "label": 0}]}]' record.json > /dev/null || { cat record.json; fail "labels of tables"; }
quiet compress-dataset merge 1-csv.h5 2-csv.h5 --labels first -o first-csv.h5 && quiet compress-dataset restore first-csv.h5 -o back
{ cat 1.csv; printf '"a, b",1,y\r\n'; } | cmp - back/first-csv.csv || fail "tables with labels, restored"
for i in 1 2; do printf 'a,y\n%d,1\n' $i > $i.csv; done
for i in 1 2; do quiet compress-dataset $i.csv -o $i-csv.h5; done
quiet compress-dataset merge 1-csv.h5 2-csv.h5 -o csv.h5 && quiet compress-dataset restore csv.h5 -o back
printf 'a,y\n1,1\n2,1\n' | cmp - back/csv.csv || fail "tables without labels"
printf '1 2 3 4 ' > t.bin; for i in 1 2; do quiet compress-dataset t.bin --dtype uint16 -o $i-t.h5; done
refuses 'samples of 8 bytes or less, such as tokens' 1-t.h5 2-t.h5
$python -c 'import h5py; f = h5py.File("plain.h5", "w"); f["x"] = range(5)'
refuses 'plain.h5: was not written by compress-dataset' p.h5 plain.h5
# Damage that no decoder notices is found before anything is taken over.
quiet compress-dataset q.npz --reader plain --effort fast -o damaged.h5
$python - <<'PYTHON' || fail "damage"
import h5py
with h5py.File("damaged.h5", "r+") as f: f["x"][3, 3] += 1
PYTHON
refuses "damaged.h5: dataset 'x'.*does not match\\|damaged.h5: dataset 'x', chunk 0: its bytes do not match" p.h5 damaged.h5
compress-dataset merge p.h5 -o x.h5 2> message; [ $? = 64 ] && grep -q 'two files or more' message || fail "one file"
compress-dataset merge p.h5 q.h5 -o p.h5 2> message; [ $? = 64 ] || fail "over an input"
compress-dataset merge p.h5 q.h5 -o x.h5 -n | jq -e '.dry_run' > /dev/null && [ ! -e x.h5 ] || fail "dry run"

# What an owner had left out before is counted, also through a second merge.
for i in $(seq 30); do printf '{"text": "a sentence that is nearly the same as the others, with one number: %d"}\n' $((i / 2)); done > near.jsonl
printf '%s\n' '{"text": "quite another one"}' '{"text": "and one more of no kin"}' > far.jsonl; seq -f '{"text": "number %g"}' 3 > three.jsonl
quiet compress-dataset near.jsonl --drop-near-duplicates 0.6 -o near.h5; left=$(compress-dataset inspect near.h5 | jq '[.. | .near_duplicate_samples? // empty] | add')
for i in far three; do quiet compress-dataset $i.jsonl -o $i.h5; done
quiet compress-dataset merge far.h5 near.h5 -o once.h5; compress-dataset merge three.h5 once.h5 -o twice.h5 > record.json || fail "left out"
[ "$left" -gt 10 ] && jq -e "[.owners[].left_out_samples] == [0, $left]" record.json > /dev/null || { cat record.json; fail "left out: $left"; }
LEFT=$left $python -c 'import h5py, os; assert list(h5py.File("twice.h5")["owners"].attrs["left_out_samples"]) == [0, 0, int(os.environ["LEFT"])]' || fail "left out"
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
