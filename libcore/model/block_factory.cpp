#include "libcore/model/gpt2_block.h"
#include "libcore/model/llama_block.h"

namespace daybreak::model {

std::unique_ptr<Block> make_block(const LayerFactory& make, std::int64_t layer) {
  if (make.config.family == Family::gpt2) return std::make_unique<Gpt2Block>(make, layer);
  return std::make_unique<LlamaBlock>(make, layer);
}

}  // namespace daybreak::model
