# What waits for its input hears SIGTERM and SIGINT, ends with their status and leaves nothing behind. A device has no end and is refused.
mkdir tmp; export TMPDIR=$PWD/tmp
mkfifo pipe silent; exec 3<> pipe
echo '{"ts":60,"nodes_ready":3,"queue_length":0,"simulated":true}' > one.jsonl
catches_term() { grep -q '^SigCgt:.*[4-7c-f]...$' "/proc/$1/status"; }
ended() {
  env --default-signal=INT plan-scale "${@:2}" < pipe > said & tool=$!
  until catches_term $tool; do sleep 0.01; done
  sleep 0.1
  kill "-$1" $tool
  { sleep 20; kill -9 $tool; } > /dev/null 2>&1 & guard=$!
  wait $tool; echo "$1 $2: exit $?"
  kill $guard; wait $guard 2> /dev/null
}
for signal in TERM INT; do
  ended $signal sim --trace - --service-rate 1 -o plan.json
  ended $signal sim --trace silent --service-rate 1 --timeline slots.csv
  ended $signal plan --load 5 --regions -
  ended $signal run --policy literal --service-rate 1
  ended $signal run --policy literal --service-rate 1 silent
done
# A part has come and is copied already.
plan-scale sim --trace - --service-rate 1 < pipe & tool=$!
head -c 300000 /dev/zero | tr '\0' 7 >&3
kill -TERM $tool; wait $tool; echo "TERM sim: exit $?"
exec 3>&-
ls tmp plan.json slots.csv .??* 2> /dev/null

refused() { timeout -k 1 20 plan-scale "$@"; echo "exit $?"; }
refused sim --service-rate 1 --trace /dev/zero
refused sim --service-rate 1 --trace - < /dev/urandom
refused sim --service-rate 1 --trace - < /dev/null
refused sim --service-rate 1 --trace one.jsonl --start-delays /dev/zero
refused plan --load 5 --regions /dev/zero
refused run --policy literal --service-rate 1 /dev/zero
ls tmp
