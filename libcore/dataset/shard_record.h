#pragma once
// What a part of a dataset says of the whole that it belongs to.
#include <cstdint>
#include <string>
#include <vector>

namespace daybreak::dataset {

/// Part number `index` (from 1) of `count`.
struct Shard {
  std::uint64_t index = 1, count = 1;
};

/// How an array is divided among the parts.
enum class Division : std::uint8_t {
  rows,     // each has the next rows
  offsets,  // where the samples of another array begin: each has those of its own samples, counted from its own start
  whole,    // each has all of it: an array without rows
};

/// Which rows of the whole array a part has: as many as it holds, from `first` on.
struct ShardArray {
  Division division = Division::rows;
  std::uint64_t rows = 0, first = 0;  // rows: of the whole
};

struct ShardRecord {
  Shard shard;
  std::string fingerprint;         // of inputs and options: the same in all parts of one whole
  std::vector<ShardArray> arrays;  // one for each array of the inputs, in the order of the layout
};

}  // namespace daybreak::dataset
