# What the cases begin with: a small text as a dataset, and a model that trains in no time.
awk 'BEGIN { srand(3); for (i = 0; i < 3000; i++) printf "%s %s %d\n", (rand() < 0.5 ? "the" : "a"), (rand() < 0.5 ? "tick" : "tock"), i % 7 }' > text
compress-dataset text -o data.h5 > /dev/null || exit 2
tiny=gpt2:d=32,layers=2,heads=2,vocab=256,context=32
train() { train-shard run --data data.h5 --batch 4 --context 32 --lr 1e-2 "$@"; }
