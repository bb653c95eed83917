#include "libcore/model/block.h"

namespace daybreak::model {

Block::Block(const LayerFactory& make, std::int64_t layer)
    : branches_(make.config.family == Family::gpt2 ? gpt2_branches(make, layer) : llama_branches(make, layer)),
      middle_(make.activation(make.config.width, DAYBREAK_F32)) {}

void Block::forward(device::Device& device, Extent extent, View in, View out) {
  branches_.attention->forward(device, extent, in, middle_);
  branches_.mlp->forward(device, extent, middle_, out);
}

void Block::backward(device::Device& device, Extent extent, View in, const Scratch& scratch) {
  branches_.mlp->backward(device, extent, middle_, scratch);
  branches_.attention->backward(device, extent, in, scratch);
}

}  // namespace daybreak::model
