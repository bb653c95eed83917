# One run at a time in a folder; one that is there is not overwritten; what a kill left does not harm.
. "$CASES/lib.bash"
mkfifo pipe
(train --init $tiny --steps 1000000 --save-every 2 --out out > pipe) 2> /dev/null &
exec 3< pipe
for _ in 1 2 3 4 5 6; do read -r line <&3; done
train --init $tiny --steps 2 --out out --resume; echo "while it runs: $?"
pkill -KILL -P $! 2> /dev/null || kill -KILL $!
wait $! 2> /dev/null
mkdir out/step-00000777.new.tmp
train --init $tiny --steps 2 --out out; echo "another run: $?"
last=$(cat out/latest)
train --steps $((10#${last#step-} + 3)) --out out --resume > /dev/null; echo "resumed: $?"
[ ! -e out/step-00000777.new.tmp ] && [[ $(cat out/latest) > $last ]]
