#include "libcore/model/block.h"

namespace daybreak::model {

Block::Block(const LayerFactory& make, std::int64_t layer)
    : branches_(make.config.family == Family::gpt2 ? gpt2_branches(make, layer) : llama_branches(make, layer)),
      middle_(make.kept(make.config.width, {DAYBREAK_F32, DAYBREAK_ROW_MAJOR})) {}

// A branch is shown before the next one begins, which may write where this one did.
void Block::forward(device::Device& device, Extent extent, View in, View out, Inspection* inspection) {
  branches_.attention->forward(device, extent, in, middle_);
  if (inspection) branches_.attention->show_forward(*inspection, extent.rows(), middle_);
  branches_.mlp->forward(device, extent, middle_, out);
  if (inspection) branches_.mlp->show_forward(*inspection, extent.rows(), out);
}

void Block::prepare(device::Device& device, Extent extent, View in) {
  branches_.attention->forward(device, extent, in, middle_);
  branches_.mlp->prepare(device, extent, middle_);
}

void Block::backward(device::Device& device, Extent extent, View in, const Backward& pass, Inspection* inspection) {
  branches_.mlp->backward(device, extent, middle_, pass);
  if (inspection) branches_.mlp->show_backward(*inspection, extent.rows(), pass);
  branches_.attention->backward(device, extent, in, pass);
  if (inspection) branches_.attention->show_backward(*inspection, extent.rows(), pass);
}

}  // namespace daybreak::model
