# Back once, several times, at once, never; simple and discounted.
try() { printf 'period,amount\n'"$1" | roi-calc payback - ${2-}; echo "exit $?"; }
try '0,-100\n1,39\n2,59\n3,55\n4,20\n' '--rate 0.08'
try '0,-100\n1,120\n2,-60\n3,80\n' '--format text'
try '0,5\n1,5\n' '--format text'
try '0,-100\n1,105\n' '--rate 0.1 --format text'
printf '2024-01-01,-100\n2025-12-31,200\n' | roi-calc payback - --format text
