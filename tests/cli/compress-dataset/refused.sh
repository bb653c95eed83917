# What is refused, with its status and what to do next.
try() { echo "\$ compress-dataset $*"; compress-dataset "$@" 2>&1 > out; echo "exit $?"; }
seq 1 100 > a.txt; mkdir b; seq 1 99 > b/a.txt; printf '\0\1\2' > odd.bin
try a.txt
try a.txt -o -
try a.txt -o /dev/null
try a.txt -o a.txt
try a.txt b/a.txt -o x.h5
try absent.npy -o x.h5
try a.txt -o no/such/folder.h5
try a.txt -o x.h5 --chunk 1
try a.txt -o x.h5 --shape 2,3
try a.txt -o x.h5 --dtype float12
try odd.bin -o x.h5
try odd.bin -o x.h5 --input-format tokens
try inspect a.txt
ls -A | grep -q x.h5 && echo "an output was left"
compress-dataset a.txt -o x.h5 > /dev/null
try x.h5 -o y.h5
try restore x.h5
compress-dataset restore x.h5 -o r > /dev/null
try restore x.h5 -o r
try restore x.h5 -o r --force
seq 2 101 > b/a.txt
try check x.h5 b/a.txt
sed 's/^3$/4/' a.txt > c.txt
try check x.h5 c.txt
grep -o '"difference": .*' out
