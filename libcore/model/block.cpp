#include "libcore/model/block.h"

namespace daybreak::model {

Block::Block(const LayerFactory& make, std::int64_t layer)
    : branches_(make.config.family == Family::gpt2 ? gpt2_branches(make, layer) : llama_branches(make, layer)),
      middle_(make.kept(make.config.width, {DAYBREAK_F32, DAYBREAK_ROW_MAJOR})) {}

void Block::forward(device::Device& device, Extent extent, View in, View out) {
  branches_.attention->forward(device, extent, in, middle_);
  branches_.mlp->forward(device, extent, middle_, out);
}

void Block::prepare(device::Device& device, Extent extent, View in) {
  branches_.attention->forward(device, extent, in, middle_);
  branches_.mlp->prepare(device, extent, middle_);
}

void Block::backward(device::Device& device, Extent extent, View in, const Backward& pass) {
  branches_.mlp->backward(device, extent, middle_, pass);
  branches_.attention->backward(device, extent, in, pass);
}

}  // namespace daybreak::model
