// train-shard: how do I train on the hardware that I have?
#include "tools/train-shard/verbs.h"

int main(int argc, char** argv) {
  using namespace daybreak;
  const std::string fresh = "--init gpt2:d=128,layers=4,heads=4,vocab=256,context=128";
  const std::string run_example = "train-shard run " + fresh + " --data text.h5 --out model --steps 300";
  frame::SharedOptions training, documents, texts;
  training.output = training.format = false;  // checkpoints go to --out, records to stdout or --metrics
  training.threads = training.seed = true;
  documents.threads = true;
  texts.threads = texts.seed = true;
  const frame::ToolSpec tool{
      "train-shard",
      "How do I train on the hardware that I have? Trains GPT-2 and Llama models",
      run_example,
      "",
      {{"run", "Train a model, or go on with a run", run_example, training, train_shard::make_run, "",
        true},
       {"evaluate", "The loss of a model on a dataset", "train-shard evaluate --model model --data text.h5 --share 10%", documents,
        train_shard::make_evaluate},
       {"sample", "Let a model write", "train-shard sample --model model --prompt 'Once upon a time' --tokens 100", texts,
        train_shard::make_sample},
       {"bench", "How many tokens a second a model trains on here", "train-shard bench " + fresh, documents, train_shard::make_bench},
       {"shares", "How to divide a step among the devices of this machine", "train-shard shares " + fresh + " --device cpu@2 --device cpu@1", documents,
        train_shard::make_shares},
       {"check", "Are the checkpoints of a run whole?", "train-shard check model", {}, train_shard::make_check},
       {"reshard", "A checkpoint in slices for another number of readers", "train-shard reshard model --readers 4 --out sliced", {},
        train_shard::make_reshard},
       {"export", "A model as transformers reads it, in another format", "train-shard export --model model --out exported --dtype bf16", texts,
        train_shard::make_export},
       {"report", "What a run's metrics say, with a picture", "train-shard report metrics.jsonl --plot loss.svg", {}, train_shard::make_report},
       {"devices", "The devices that are here", "train-shard devices", documents, train_shard::make_devices, "--list-devices"}}};
  return frame::run_tool(tool, argc, argv);
}
