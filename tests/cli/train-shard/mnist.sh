# Handwritten digits: a perceptron of 8000 images, five times on other ones, judged by the other 2000.
images=$DAYBREAK_DATA/images
[ -e "$images/mnist_t10k_images.idx3.zst" ] || { echo "skipped: no real data"; exit 77; }
for file in images.idx3 labels.idx1; do zstd -dq "$images/mnist_t10k_$file.zst" -o $file; done
compress-dataset images.idx3 labels.idx1 -o digits.h5 > /dev/null || exit 1
seeds=1
[ "${DAYBREAK_SLOW-}" != 1 ] || seeds=5
for seed in $(seq $seeds); do
  train-shard run --init mlp:hidden=512 --data digits.h5 --target labels/data --val-share 20% --shift 1 --batch 128 --steps 1500 --warmup 100 --lr 1e-3 \
    --weight-decay 0.05 --seed $seed --precision bf16 --out run-$seed --metrics $seed.jsonl || exit 1
done
accuracies=$(for seed in $(seq $seeds); do tail -n 1 $seed.jsonl | jq .validation_accuracy; done | jq -sc .)
jq -en "$accuracies | add / length >= 0.965" > /dev/null || echo "accuracies: $accuracies"
