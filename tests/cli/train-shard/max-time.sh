# --max-time leaves a checkpoint and says by 75 that trying again helps; the same command goes on.
. "$CASES/lib.bash"
train --init $tiny --steps 1000000 --out out --max-time 500ms --resume > first; [ $? = 75 ] || exit 1
first=$(cat out/latest)
tail -n 1 first | grep -q '"stopped_by":"max-time"' || exit 1
train --init $tiny --steps 1000000 --out out --max-time 500ms --resume > second; [ $? = 75 ] || exit 1
[[ $(cat out/latest) > $first ]] || { echo "no progress: $first, $(cat out/latest)"; exit 1; }
