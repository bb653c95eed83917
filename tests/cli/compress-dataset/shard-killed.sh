# A part that was killed is made again alone, through make as well; and nothing but that part.
fail() { echo "$*"; cat message 2> /dev/null; exit 1; }
awk 'BEGIN { srand(5); for (i = 0; i < 150000; i++) print i "," rand() "," int(rand() * 1000) }' > data.csv
mkdir parts
for i in 1 2 4 5; do compress-dataset data.csv --columns all --shard $i/5 -o parts/$i.h5 > /dev/null || fail "part $i"; done
compress-dataset data.csv --columns all --shard 3/5 -j 1 -o parts/3.h5 > /dev/null 2>&1 &
for ((n = 0; n < 400; n++)); do compgen -G 'parts/.3.h5.*' > /dev/null && break; sleep 0.05; done
compgen -G 'parts/.3.h5.*' > /dev/null || fail "the part never began"
kill -9 $!; wait $! 2> /dev/null
[ ! -e parts/3.h5 ] || fail "a part of a killed process has its name"
compress-dataset join parts/?.h5 -o joined.h5 > /dev/null 2> message
[ $? = 65 ] && grep -q 'part 3 of 5 is missing.*--shard 3/5' message && [ ! -e joined.h5 ] || fail "not told what is missing"
stat -c '%n %i %y' parts/*.h5 > before
compress-dataset data.csv --columns all --shard 3/5 -o parts/3.h5 > /dev/null || fail "part 3 again"
compgen -G 'parts/.3.h5.*' > /dev/null && fail "what the killed process left is still there"
compress-dataset join parts/?.h5 -o joined.h5 > /dev/null 2> message || fail "not joined"
stat -c '%n %i %y' parts/*.h5 | grep -v '/3.h5' | diff before - || fail "another part changed"
compress-dataset check joined.h5 data.csv --columns all > /dev/null && compress-dataset restore joined.h5 -o back > /dev/null && cmp data.csv back/data.csv || fail "not the same"
# The rule of make: the parts at once, then the whole; after a change of a part that part alone.
cat > Makefile <<'MAKE'
parts := $(foreach i,1 2 3 4 5,made/$(i).h5)
made.h5: $(parts)
	compress-dataset join $^ --depfile $@.d -o $@ > /dev/null
made/%.h5: data.csv
	@mkdir -p made
	compress-dataset $< --columns all --shard $*/5 --depfile $@.d -o $@ > /dev/null
-include $(wildcard *.d made/*.d)
MAKE
make -s -j 2 2> message || fail "make"
cmp made/3.h5 parts/3.h5 || fail "make made another part"
make -q || fail "make is not done"
rm made/2.h5; make -n | grep -c 'compress-dataset' | grep -qx 2 || fail "more than one part and the whole are made again"
make -s 2> message && compress-dataset check made.h5 data.csv --columns all > /dev/null || fail "made again"
