# A slow storage stalls a run that reads when it needs, not one that reads ahead; what is learned does not change.
. "$CASES/lib.bash"
slow="--init gpt2:d=64,layers=4,heads=2,vocab=256,context=32 --steps 60 --inject-latency 2ms"
share() { jq -s "map(select(.type == \"step\") | .$2) | .[30:] | sort | .[(length / 2 | floor)]" "$1"; }
train $slow --prefetch 0 --out late --metrics late.jsonl || exit 1
train $slow --out ahead --metrics ahead.jsonl || exit 1
# Each of the four sequences of a step waits 2 ms.
jq -en "$(share late.jsonl data_stall_s) >= 0.008 and $(share late.jsonl data_fetch_s) >= 0.008 and $(share ahead.jsonl data_fetch_s) >= 0.008
  and $(share ahead.jsonl data_stall_share) < $(share late.jsonl data_stall_share) / 3 and $(share late.jsonl data_decode_s) >= 0" > /dev/null ||
  { echo "late: $(share late.jsonl data_stall_share), ahead: $(share ahead.jsonl data_stall_share)"; exit 1; }
cmp late/step-00000060/model.safetensors ahead/step-00000060/model.safetensors
