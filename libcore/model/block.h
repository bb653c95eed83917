#pragma once
// One block of a transformer: attention and MLP, each a branch of the residual stream.
#include <cstdint>

#include "libcore/device/device.h"
#include "libcore/model/branch.h"

namespace daybreak::model {

class Block {
 public:
  /// The block of that index for the configuration's family; its memory comes from the factory's arenas.
  Block(const LayerFactory& make, std::int64_t layer);

  /// As Branch has them. inspection: is shown each branch, if anything is to be shown.
  void forward(device::Device& device, Extent extent, View in, View out, Inspection* inspection);
  void prepare(device::Device& device, Extent extent, View in);
  void backward(device::Device& device, Extent extent, View in, const Backward& pass, Inspection* inspection);

 private:
  Branches branches_;
  View middle_;  // float32 [rows, width]: the residual stream between the branches
};

}  // namespace daybreak::model
