#!/usr/bin/env bash
# Two ranks of one thread each beside one process of one thread, in turns: tests/bench/ranks_bench.sh BIN_DIR [REPETITIONS [MODEL]].
# First the losses and weights of several divisions must be the same bits. Then, as medians over the repetitions: what two equal
# ranks make of twice one's speed, and what two of which one is three times slower make of the sum of their own speeds. It is
# slowed by --inject-slowdown, and, where control groups for processors can be made, by a limit of a third of a processor.
# Programs run under chrt -f 10 where that is allowed; those in control groups, whose limits do not hold for such ones, with the
# largest weight instead.
set -euo pipefail
export PATH="$(cd "$1" && pwd):$PATH" repetitions=${2-5} model=${3-gpt2:d=256,layers=6,heads=8,vocab=256,context=128} LC_ALL=C
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
first=; chrt -f 10 true 2> /dev/null && first="chrt -f 10"
scratch=$(mktemp -d) && cd "$scratch"
groups=()
leave() { for group in "${groups[@]}"; do rmdir "$group"; done; rm -rf "$scratch"; }
trap leave EXIT
awk 'BEGIN { srand(3); for (i = 0; i < 40000; i++) printf "%s %s %d\n", (rand() < 0.5 ? "the" : "a"), (rand() < 0.5 ? "tick" : "tock"), i % 7 }' > text
compress-dataset text -o data.h5 > /dev/null

micro_batches=16
# run NAME STEPS COMMAND... OPTIONS: one process; its records in NAME.jsonl.
common="--init $model --data data.h5 --context 128 --batch $micro_batches --micro-batch 1 --save-every 0 -j 1"
solo() { name=$1 steps=$2; shift 2; rm -rf "$name"; $first train-shard run $common --steps "$steps" --out "$name" --metrics "$name.jsonl" "$@" > /dev/null; }
# two NAME STEPS SLOW OPTIONS...: two ranks, of which the second one has the options SLOW too.
two() {
  name=$1 steps=$2 slow=$3; shift 3; rm -rf "$name"
  local run="train-shard run $common --steps $steps --out $name --metrics $name.jsonl $*"
  mpirun --oversubscribe --bind-to none -np 1 $first $run : -np 1 $first $run $slow > /dev/null
}
# The same with each in its control group.
two_in_groups() {
  name=$1 steps=$2; shift 2; rm -rf "$name"
  local run="train-shard run $common --steps $steps --out $name --metrics $name.jsonl $*"
  mpirun --oversubscribe --bind-to none -np 1 ./in-whole $run : -np 1 ./in-third $run > /dev/null
}
# Tokens a second of the median step, without the first two.
rate() { jq -s 'map(select(.type == "step") | .tokens_per_s) | .[2:] | sort | .[(length - 1) / 2 | floor]' "$1.jsonl"; rm -f "$1.jsonl"; }
median() { sort -g "$1" | sed -n "$(($(wc -l < "$1") / 2 + 1))p"; }
losses() { jq -c 'select(.type == "step") | [.step, .loss]' "$1.jsonl"; }

# A control group of the largest weight, and ./in-NAME, which runs a command there. group NAME [limited]: to a third of a
# processor, in periods of 10 ms.
group() {
  local folder name=daybreak-ranks-bench-$$-$1
  if folder=/sys/fs/cgroup/cpu/$name && mkdir "$folder"; then
    groups+=("$folder")
    echo 262144 > "$folder/cpu.shares" || return 1
    [ -z "${2-}" ] || { echo 10000 > "$folder/cpu.cfs_period_us" && echo 3333 > "$folder/cpu.cfs_quota_us"; } || return 1
  elif folder=/sys/fs/cgroup/$name && mkdir "$folder"; then
    groups+=("$folder")
    echo 10000 > "$folder/cpu.weight" || return 1
    [ -z "${2-}" ] || echo "3333 10000" > "$folder/cpu.max" || return 1
  else
    return 1
  fi
  printf '#!/bin/sh\necho $$ > %s/cgroup.procs\nexec "$@"\n' "$folder" > "in-$1" && chmod +x "in-$1" && "./in-$1" true
} 2> /dev/null

solo one 3 --reduce exact
for shares in equal 13,3 0,16; do
  two ranks 3 "" --reduce exact --shares $shares
  cmp <(losses one) <(losses ranks) && cmp one/step-00000003/model.safetensors ranks/step-00000003/model.safetensors
  rm -f ranks.jsonl
done
rm -f one.jsonl
echo "one process and two ranks with shares equal, 13,3 and 0,16: the same losses and weights, byte for byte"

grouped=
if group whole && group third limited; then grouped=yes; else echo "no control group for processors can be made here"; fi
for ((i = 0; i < repetitions; ++i)); do
  solo one 7; rate one >> solo
  solo slow 5 --inject-slowdown 3; rate slow >> solo-slow
  two ranks 10 "" --shares equal; rate ranks >> two-equal
  two ranks 10 ""; rate ranks >> two-auto
  two ranks 8 "--inject-slowdown 3" --shares equal; rate ranks >> uneven-equal
  two ranks 10 "--inject-slowdown 3"; rate ranks >> uneven-auto
  [ -n "$grouped" ] || continue
  first=./in-whole solo one 7; rate one >> group-solo
  first=./in-third solo slow 5; rate slow >> group-slow
  two_in_groups ranks 8 --shares equal; rate ranks >> group-equal
  two_in_groups ranks 10; rate ranks >> group-auto
done
row() {  # TEXT FILE IDEAL
  awk -v text="$1" -v rate="$(median "$2")" -v ideal="$3" -v all="$(sort -g "$2" | tr '\n' ' ')" \
      'BEGIN { printf "%-52s %8.0f tokens/s  %5.1f %% of %.0f   (%s)\n", text, rate, 100 * rate / ideal, ideal, all }'
}
sum() { awk -v a="$(median "$1")" -v b="$(median "$2")" 'BEGIN { print a + b }'; }
row "one" solo "$(median solo)"
row "one, three times slower" solo-slow "$(median solo)"
row "two alike, --shares equal" two-equal "$(sum solo solo)"
row "two alike, --shares auto" two-auto "$(sum solo solo)"
row "one three times slower, --shares equal" uneven-equal "$(sum solo solo-slow)"
row "one three times slower, --shares auto" uneven-auto "$(sum solo solo-slow)"
[ -n "$grouped" ] || exit 0
row "one in a control group" group-solo "$(median group-solo)"
row "one in a control group with a third of a processor" group-slow "$(median group-solo)"
row "one of two with a third, --shares equal" group-equal "$(sum group-solo group-slow)"
row "one of two with a third, --shares auto" group-auto "$(sum group-solo group-slow)"
