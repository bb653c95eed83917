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

  /// As Branch has them.
  void forward(device::Device& device, Extent extent, View in, View out);
  void prepare(device::Device& device, Extent extent, View in);
  void backward(device::Device& device, Extent extent, View in, const Backward& pass);

 private:
  Branches branches_;
  View middle_;  // float32 [rows, width]: the residual stream between the branches
};

}  // namespace daybreak::model
