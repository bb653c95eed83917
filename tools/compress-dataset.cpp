// compress-dataset: how small can my training data be, at what loss?
#include "tools/compress-dataset/verbs.h"

int main(int argc, char** argv) {
  using namespace daybreak;
  frame::SharedOptions writes;
  writes.output = false;  // -o names files that the verbs write themselves; the summary goes to stdout
  writes.threads = true;
  frame::SharedOptions restores = writes;
  restores.force = true;
  frame::SharedOptions reads;
  reads.dry_run = false;
  frame::SharedOptions checks;
  checks.threads = true;
  const frame::ToolSpec tool{"compress-dataset",
                             "How small can my training data be? Arrays, tokens and text into a compressed HDF5 file",
                             "compress-dataset train.npy -o train.h5",
                             "compress",
                             {{"compress", "Compress files into one HDF5 file that h5py reads",
                               "compress-dataset train.npy -o train.h5", writes, compress_dataset::make_compress},
                              {"restore", "Give the original files back, byte for byte where they had a known layout",
                               "compress-dataset restore train.h5 -o folder", restores, compress_dataset::make_restore},
                              {"check", "Verify every chunk, and compare with the originals",
                               "compress-dataset check train.h5 train.npy", checks, compress_dataset::make_check},
                              {"convert", "Write a file anew for other readers, or in other chunks",
                               "compress-dataset convert train.h5 --reader plugin -o small.h5", writes,
                               compress_dataset::make_convert},
                              {"join", "The parts that several processes compressed as one dataset; nothing is copied",
                               "compress-dataset join part-*.h5 -o all.h5", writes, compress_dataset::make_join},
                              {"merge", "Several owners' files as one: no sample twice, labels compared",
                               "compress-dataset merge a.h5 b.h5 -o all.h5", writes, compress_dataset::make_merge},
                              {"salvage", "Save what can be read of a damaged file, and tell what cannot",
                               "compress-dataset salvage damaged.h5 -o good.h5", writes, compress_dataset::make_salvage},
                              {"bench", "Sizes and speeds of our codecs and of others on your own files",
                               "compress-dataset bench train.npy --format text", reads, compress_dataset::make_bench},
                              {"inspect",
                               "Print what a file holds and how it is kept",
                               "compress-dataset inspect train.h5",
                               {},
                               compress_dataset::make_inspect},
                              {"train-selector", "Learn from your own data which pipeline suits which chunk",
                               "compress-dataset train-selector folder -o my.selector", writes,
                               compress_dataset::make_train_selector}}};
  return frame::run_tool(tool, argc, argv);
}
