# Texts that are nearly another go on demand, with a list of what went; Python finds the same by brute force.
fail() { echo "$*"; exit 1; }
quiet() { "$@" > /dev/null || fail "failed: $*"; }
python=/usr/bin/python3
cat > make.py <<'PYTHON'
import json, os, random
random.seed(6)
words = ["".join(random.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(random.randint(2, 9))) for _ in range(400)]
texts = []
for i in range(240):
    if i % 2 == 0: texts.append([random.choice(words) for _ in range(random.randint(3, 60))])
    else:
        text = list(random.choice(texts))
        for _ in range(random.choice([0, 1, 1, 2, 5])): text[random.randrange(len(text))] = random.choice(words)
        texts.append(text)
with open("t.jsonl", "w") as f:
    for i, text in enumerate(texts):
        f.write(json.dumps({"id": i, "meta": {"title": text[0]}, "text": " ".join(text), "label": i % 2}) + "\n")
for i, text in enumerate(texts):
    os.makedirs(f"f/{'ab'[i % 2]}", exist_ok=True)
    open(f"f/{'ab'[i % 2]}/{i:03}.txt", "w").write(" ".join(text) + "\n")
PYTHON
$python make.py
cat > brute.py <<'PYTHON'
import glob, json, sys
kind, threshold, labels = sys.argv[1], float(sys.argv[2]), len(sys.argv) > 3
def grams(text):
    text = text.encode()
    return {text[i:i + 5] for i in range(max(1, len(text) - 4))}
if kind == "jsonl":
    lines = open("t.jsonl").read().splitlines(True)
    records = [json.loads(line) for line in lines]
    samples = [(grams(r["meta"]["title"] + "\n" + r["text"]), r["label"] if labels else 0) for r in records]
else:
    names = sorted(glob.glob("?/*.txt", root_dir="f"))
    samples = [(grams(open("f/" + n).read()), n[0]) for n in names]
similar = lambda a, b: len(a & b) / len(a | b)
stay, gone = [], []
for i, (a, x) in enumerate(samples):
    near = [(similar(a, samples[k][0]), -k) for k in stay if samples[k][1] == x and similar(a, samples[k][0]) >= threshold]
    if near: gone.append((i, -max(near)[1], max(near)[0]))
    else: stay.append(i)
listed = [json.loads(line) for line in open("list.jsonl")]
assert listed[-1] == {"type": "summary", "near_duplicate_samples": len(gone)}
assert [(l["sample"], l["kept"], l["jaccard"]) for l in listed[:-1]] == gone and len(gone) > 20, (listed, gone)
if kind == "jsonl":
    assert open("back/t.jsonl").read() == "".join(lines[i] for i in stay)
else:
    assert [l["name"] for l in listed[:-1]] == [names[i] for i, _, _ in gone] and [l["kept_name"] for l in listed[:-1]] == [names[k] for _, k, _ in gone]
    assert sorted(glob.glob("?/*.txt", root_dir="back/f")) == [names[i] for i in stay]
    for i in stay: assert open("back/f/" + names[i]).read() == open("f/" + names[i]).read()
print(len(gone))
PYTHON
drop() {  # INPUT OPTION...
  local input=$1; shift
  rm -rf back; compress-dataset "$input" "$@" --dropped list.jsonl -o d.h5 > record.json || fail "not written: $*"
  quiet compress-dataset check d.h5; quiet compress-dataset restore d.h5 -o back
}
for threshold in 0.8 0.6 1; do
  drop t.jsonl --drop-near-duplicates $threshold -j 1
  gone=$($python brute.py jsonl $threshold) || fail "records at $threshold"
  jq -e ".near_duplicate_samples == $gone" record.json > /dev/null || fail "record: $(jq -c .near_duplicate_samples record.json)"
  compress-dataset inspect d.h5 | cmp - record.json || fail "inspect"
done
compress-dataset t.jsonl --drop-near-duplicates=1 -j 3 -o d3.h5 > /dev/null && cmp d.h5 d3.h5 || fail "threads change it"
# Another label is another sample.
drop t.jsonl --label label --drop-near-duplicates 0.8; $python brute.py jsonl 0.8 labels > /dev/null || fail "labels"
quiet compress-dataset check d.h5 back/t.jsonl --label label
# Files of a folder; what is equal too.
drop f --input-format folder --drop-near-duplicates 0.8 --dedup; gone=$($python brute.py folder 0.8) || fail "folder"
# The file itself knows what is missing, also when it is written anew.
quiet compress-dataset convert d.h5 --reader plain -o plain.h5
[ "$(compress-dataset inspect plain.h5 | jq .near_duplicate_samples)" = "$gone" ] || fail "convert forgets"
quiet compress-dataset salvage d.h5 -o saved.h5; [ "$(compress-dataset inspect saved.h5 | jq .near_duplicate_samples)" = "$gone" ] || fail "salvage forgets"
if $python -c 'import h5py; assert h5py.h5z.filter_avail(1)' 2> /dev/null; then
  $python -c "import h5py, json; f = h5py.File('plain.h5'); l = json.loads(f['_daybreak/layout'][()].tobytes()); n = l['inputs'][0]; assert n['near_duplicate_threshold'] == 0.8 and len(n['near_duplicates']) == $gone and n['near_duplicates'][0] == [json.loads(next(open('list.jsonl')))[k] for k in ('sample', 'kept')]" || fail "provenance"
fi
# Nothing goes unasked, and what is no text stays: numbers alone, other bytes.
printf '{"n": 1}\n{"n": 1}\n' > n.jsonl; compress-dataset n.jsonl --drop-near-duplicates 0.8 -o n.h5 | jq -e '.near_duplicate_samples == 0' > /dev/null || fail "numbers"
mkdir g; printf 'abcdefgh\0\377' | tee g/1.txt > g/2.txt; compress-dataset g --input-format folder --drop-near-duplicates 0.8 -o g.h5 | jq -e '.near_duplicate_samples == 0' > /dev/null || fail "other bytes"
printf '%0800d' 0 > raw.bin; compress-dataset raw.bin --dtype float32 --drop-near-duplicates 0.8 -o x.h5 2> message; [ $? = 65 ] && grep -q 'raw.bin: has no samples of text' message || fail "no text"
for wrong in "--drop-near-duplicates 0.4" "--drop-near-duplicates 1.1" "--dropped x" "--drop-near-duplicates 0.8 --keep-original"; do
  compress-dataset t.jsonl $wrong -o x.h5 2> /dev/null; [ $? = 64 ] && [ ! -e x.h5 ] || fail "$wrong is taken"
done
