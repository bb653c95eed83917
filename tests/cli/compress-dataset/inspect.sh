# What inspect says of each array, for programs and for people.
fail() { echo "$*"; cat record.json; exit 1; }
head -c 400000 /dev/zero | tr '\0' '\7' > rows.bin; : > none.bin
compress-dataset rows.bin --dtype float32 --shape 0,100 --chunk 16KiB -o x.h5 > first.json || exit 1
compress-dataset inspect x.h5 > record.json && cmp first.json record.json || fail "another record"
jq -e '.arrays[0] | .shape == [1000, 100] and .chunks == ([.pipelines[]] | add) and .chunk_bytes == .read_amplification * 400
  and (.chunks * .read_amplification | . >= 1000 and . < 1100) and .integrity == 1 and .plugin_chunks == 0 and (has("decode_bytes_per_s") | not)' record.json > /dev/null || fail "arrays"
compress-dataset inspect x.h5 --speed > record.json && jq -e '.arrays[0].decode_bytes_per_s > 1000 and .arrays[0].name == "data"' record.json > /dev/null || fail "speed"
compress-dataset inspect x.h5 --speed --format text > text && grep -q 'decoded  *chunks kept as' text && grep -q '^data .*B/s  *[a-z]' text || { cat text; exit 1; }
compress-dataset inspect x.h5 --format text > text; ! grep -q '/s' text || exit 1
compress-dataset none.bin --dtype float32 -o none.h5 > /dev/null && compress-dataset inspect none.h5 --speed > record.json && jq -e '.arrays[0].decode_bytes_per_s == null' record.json > /dev/null || fail "no elements"
# Samples that are stored once are timed as they are stored.
{ seq 1 3000; seq 1 3000; } | sed 's/.*/{"a": "number &"}/' > twice.jsonl
compress-dataset twice.jsonl --dedup -o twice.h5 > /dev/null && compress-dataset inspect twice.h5 --speed > record.json && jq -e '.duplicate_samples == 3000 and ([.arrays[].decode_bytes_per_s] | all(. > 0))' record.json > /dev/null || fail "stored once"
