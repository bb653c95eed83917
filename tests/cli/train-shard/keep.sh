# As many checkpoints stay as are to be kept, and the latest is the last step.
. "$CASES/lib.bash"
train --init $tiny --steps 11 --save-every 2 --keep 3 --out out > /dev/null || exit 1
[ "$(cd out && echo step-*)" = "step-00000008 step-00000010 step-00000011" ] || { ls out; exit 1; }
[ "$(cat out/latest)" = step-00000011 ]
