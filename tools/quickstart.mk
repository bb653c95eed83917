# From a text to money: the five tools in one chain. Copy it, and change the variables.
#
#   make -f tools/quickstart.mk TEXT=book.txt
#
# Run again, it does nothing; with one file touched, only what depends on it. No rule removes half-written targets: an
# output of these tools is complete, or it is not there.
OUT ?= build/quickstart
TEXT ?= $(OUT)/perl-manual.txt
BIN ?= build/release/bin/
# A byte-level GPT-2 of 0.8 million parameters, and for how long it is trained.
MODEL ?= gpt2:d=128,layers=4,heads=4,vocab=256,context=128
STEPS ?= 500
# What it is worth, and under which assumptions: prices, the traffic of a real week, the size of the corpus. The records replace
# its measured inputs; change the others there.
RETURN ?= tools/quickstart-return.json

SHAPE = --batch 16 --context 128

$(OUT)/table.txt: $(OUT)/dataset.json $(OUT)/bench-f32.json $(OUT)/bench-bf16.json $(OUT)/train.jsonl $(OUT)/tuned.jsonl \
                  $(OUT)/map-literal.json $(OUT)/map-directional.json $(OUT)/plan.json $(OUT)/return.json $(OUT)/return.txt
	tools/quickstart-table $(OUT) > $@.part && mv $@.part $@

# How small can the data be?
$(OUT)/text.h5: $(TEXT)
	mkdir -p $(OUT)
	$(BIN)compress-dataset $(TEXT) -o $@ > /dev/null

$(OUT)/dataset.json: $(OUT)/text.h5
	$(BIN)compress-dataset inspect $< -o $@

# How fast does this machine train, and what does it learn?
$(OUT)/bench-%.json:
	mkdir -p $(OUT)
	$(BIN)train-shard bench --init $(MODEL) $(SHAPE) --precision $* -o $@

$(OUT)/train.jsonl $(OUT)/model/latest &: $(OUT)/text.h5
	rm -rf $(OUT)/model $(OUT)/train.jsonl
	$(BIN)train-shard run --init $(MODEL) --data $< --val-share 0.1 --out $(OUT)/model --steps $(STEPS) $(SHAPE) \
	  --lr 2e-3 --warmup 20 --beta2 0.99 --metrics $(OUT)/train.jsonl

# Which numbers may be narrow?
$(OUT)/profile.h5: $(OUT)/model/latest $(OUT)/text.h5
	$(BIN)profile-precision profile $(OUT)/model/$$(cat $<) --data $(OUT)/text.h5 --tokens 4096 -o $@ > /dev/null

$(OUT)/map-literal.json: $(OUT)/profile.h5
	$(BIN)profile-precision solve $< --policy grad-norm --threshold 0.1 -o $@

$(OUT)/map-directional.json: $(OUT)/profile.h5
	$(BIN)profile-precision solve $< --policy directional --max-kl 1e-3 -o $@

# The map at work: the same model trained on under it.
$(OUT)/tuned.jsonl: $(OUT)/map-directional.json $(OUT)/model/latest
	rm -rf $(OUT)/tuned $@
	$(BIN)train-shard run --model $(OUT)/model/$$(cat $(OUT)/model/latest) --data $(OUT)/text.h5 --val-share 0.1 --out $(OUT)/tuned --steps 20 \
	  $(SHAPE) --lr 1e-4 --precision $< --metrics $@

# How many nodes, hour by hour? A made-up week of tokens to be trained on, with quiet nights and weekends.
$(OUT)/traffic.csv:
	mkdir -p $(OUT)
	awk 'BEGIN { print "time,tokens_per_s"; for (m = 0; m < 10080; m++) { day = int(m / 1440); wave = 1 - cos(6.283185307 * (m % 1440) / 1440); \
	  print m * 60 "," int(40000 + 180000 * wave * (day < 5 ? 1 : 0.4)) } }' > $@.part && mv $@.part $@

$(OUT)/plan.json: $(OUT)/traffic.csv $(OUT)/train.jsonl
	$(BIN)plan-scale sim --trace $< --set service-rate=@$(OUT)/train.jsonl:/tokens_per_s --policy static --policy literal --policy band -q -o $@

# Is it worth it? What scaling by the policy band saves against a fleet that is always there, and the compressed dataset against
# plain files, over three years.
MEASURED = --set fixed_hours=@$(OUT)/plan.json:/policies/0/node_hours --set band_hours=@$(OUT)/plan.json:/policies/2/node_hours \
           --set trace_span=@$(OUT)/plan.json:/trace/span_s --set input_bytes=@$(OUT)/dataset.json:/input_bytes \
           --set output_bytes=@$(OUT)/dataset.json:/output_bytes --set speed=@$(OUT)/train.jsonl:/tokens_per_s

$(OUT)/return.json $(OUT)/return.txt: $(RETURN) $(OUT)/plan.json $(OUT)/dataset.json $(OUT)/train.jsonl
	$(BIN)roi-calc report $< $(MEASURED) --format $(if $(filter %.txt,$@),text,json) -o $@
