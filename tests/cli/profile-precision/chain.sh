# A model trained for a moment is profiled, mapped, verified and trained again by the map.
seq 1 12000 > text.txt
compress-dataset text.txt -o text.h5 > /dev/null
train-shard run --init llama:d=32,layers=2,heads=4,kv_heads=2,vocab=128,context=64 --data text.h5 --out model --steps 20 --context 64 > /dev/null || exit 1
field() { grep -oE "\"$1\": [^,]*" "$2" | head -n 1 | cut -d' ' -f2 | tr -d '"'; }

profile-precision profile model --data text.h5 --tokens 640 -o p.h5 -j2 > summary.json || exit 1
profile-precision profile model --data text.h5 --tokens 640 -o p1.h5 -j1 > summary1.json || exit 1
cmp p.h5 p1.h5 && cmp summary.json summary1.json || exit 1
[ "$(field num_sequences summary.json)" = 10 ] || { cat summary.json; exit 1; }
profile-precision profile model --data text.h5 --tokens 640 --seed 1 -o other.h5 > /dev/null || exit 1
cmp -s p.h5 other.h5 && { echo "the seed does nothing"; exit 1; }

# The literal rule says that it keeps everything.
profile-precision solve p.h5 --policy grad-norm -o literal.json 2> message || exit 1
grep -q 'keeps all tensors in F32' message || { cat message; exit 1; }
[ "$(field F32 literal.json)" = 1 ] || exit 1

profile-precision solve p.h5 --max-kl 1e-4 -o map.json || exit 1
profile-precision solve p.h5 --max-kl 1e-4 | cmp - map.json || exit 1
[ "$(field status map.json)" = optimal ] || exit 1
[ "$(grep -c '"reason": "pinned"' map.json)" = 0 ] || exit 1
profile-precision solve p.h5 --max-kl 1 --format text | grep -q 'parameters in F8_E4M3'
profile-precision inspect p.h5 --format text | grep -q '^model.layers.1.mlp.down_proj.weight  *[0-9]'

# Forbidden by its pins: no, and what stood there stays.
echo before > kept.json
profile-precision solve p.h5 --max-kl 1e-12 --keep 're:.*proj.*=f8e4m3' -o kept.json 2> message
[ $? = 1 ] && grep -q 'no map keeps' message && [ "$(cat kept.json)" = before ] || { cat message; exit 1; }

# Tied to the model that it was made for.
profile-precision verify model map.json --data text.h5 --tokens 640 > verified.json || exit 1
profile-precision verify model map.json --data text.h5 --tokens 640 --max-kl 1e-15 > no.json
[ $? = 1 ] && cmp verified.json no.json || exit 1
profile-precision verify model literal.json --data text.h5 --tokens 640 | grep -q '"kl": 0,' || exit 1
train-shard run --model model --data text.h5 --out mixed --steps 2 --context 64 --precision map.json > /dev/null || exit 1
profile-precision verify mixed map.json --data text.h5 2> message
[ $? = 65 ] && grep -q 'the map was made for weights' message || { cat message; exit 1; }

# What is not a map of this shape.
sed 's/"version"/"x"/; s/"schema": .*/&"color": 1,/' map.json > odd.json
profile-precision verify model odd.json --data text.h5 2> message
[ $? = 65 ] && grep -q 'unknown key "color"' message || { cat message; exit 1; }
head -c 3000 p.h5 > cut.h5
profile-precision solve cut.h5 --max-kl 1 2> message
[ $? = 65 ] || { cat message; exit 1; }
