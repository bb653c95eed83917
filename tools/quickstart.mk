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
# Assumed, for nothing here measures them: the price of a node-hour, what it costs to set the scaling up, and the rate at
# which next year's money counts for less.
NODE_HOUR_USD ?= 2.00
SETUP_USD ?= 20000
RATE ?= 0.08

SHAPE = --batch 16 --context 128

$(OUT)/table.txt: $(OUT)/dataset.json $(OUT)/bench-f32.json $(OUT)/bench-bf16.json $(OUT)/train.jsonl $(OUT)/tuned.jsonl \
                  $(OUT)/map-literal.json $(OUT)/map-directional.json $(OUT)/plan.json $(OUT)/npv.json $(OUT)/irr.json
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

# Is it worth it? What scaling by the policy band saves against a fleet that is always there, over three years.
$(OUT)/flows.csv: $(OUT)/plan.json
	jq -r '.policies | (.[0].node_hours - .[2].node_hours) * 52 * $(NODE_HOUR_USD) | "period,amount", "0,-$(SETUP_USD)", "1,\(.)", "2,\(.)", "3,\(.)"' $< > $@.part && mv $@.part $@

$(OUT)/npv.json: $(OUT)/flows.csv
	$(BIN)roi-calc npv $< --rate $(RATE) -o $@

$(OUT)/irr.json: $(OUT)/flows.csv
	$(BIN)roi-calc irr $< -o $@
