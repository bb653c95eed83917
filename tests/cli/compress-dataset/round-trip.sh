# Text, a token file and a raw array come back byte for byte; the record goes to stdout and the file to -o.
seq 1 30000 > 'some numbers.txt'
compress-dataset 'some numbers.txt' -o n.h5 --depfile rule.d > record.json || exit 1
grep -q '"schema": "daybreak.dataset/1"' record.json && grep -q '"integrity": 1' record.json && grep -q '^n.h5:' rule.d || exit 1
compress-dataset inspect n.h5 | cmp - record.json || exit 1
compress-dataset check n.h5 'some numbers.txt' > /dev/null || exit 1
compress-dataset restore n.h5 -o back > /dev/null && cmp 'some numbers.txt' 'back/some numbers.txt' || exit 1
# Packed inputs and stdin come back unpacked.
gzip -k 'some numbers.txt' && compress-dataset 'some numbers.txt.gz' -o z.h5 > /dev/null && compress-dataset restore z.h5 -o z > /dev/null || exit 1
cmp 'some numbers.txt' 'z/some numbers.txt' || exit 1
compress-dataset - -o stdin.h5 < 'some numbers.txt' > /dev/null && compress-dataset restore stdin.h5 -o z > /dev/null && cmp 'some numbers.txt' z/stdin || exit 1
head -c 9000 'some numbers.txt' > raw.bin
compress-dataset raw.bin --dtype float32 --shape 0,5,45 -o r.h5 | tr -d ' \n' | grep -q '"shape":\[10,5,45\]' || exit 1
compress-dataset raw.bin --input-format tokens -o t.h5 > /dev/null && compress-dataset restore t.h5 -o back > /dev/null && cmp raw.bin back/raw.bin || exit 1
# Several inputs, some out of a shard.
tar cf shard.tar raw.bin 'some numbers.txt'
compress-dataset shard.tar -o s.h5 > /dev/null && compress-dataset restore s.h5 -o s > /dev/null && cmp raw.bin s/raw.bin && cmp 'some numbers.txt' 's/some numbers.txt' || exit 1
compress-dataset shard.tar --keep-original -o s.h5 > /dev/null && compress-dataset restore s.h5 -o s2 > /dev/null && cmp shard.tar s2/shard.tar || exit 1
# Threads change no byte.
compress-dataset 'some numbers.txt' raw.bin --input-format text --chunk 8KiB -j 1 -o one.h5 > /dev/null && compress-dataset 'some numbers.txt' raw.bin --input-format text --chunk 8KiB -j 3 -o three.h5 > /dev/null || exit 1
cmp one.h5 three.h5
