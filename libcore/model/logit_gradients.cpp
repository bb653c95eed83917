// Logits that the caller reads, and the backward pass from gradients of them that the caller gives.
#include "libcore/base/error.h"
#include "libcore/device/values.h"
#include "libcore/model/transformer_state.h"

namespace daybreak::model {

std::vector<float> Transformer::State::read_logits(std::int64_t first_row, std::int64_t rows) {
  require_forward();
  Network& n = *network;
  const auto width = static_cast<std::size_t>(config.vocabulary);
  std::vector<float> values(static_cast<std::size_t>(rows) * width);
  n.head->for_each_piece(rows, [&](Head::Piece part) {
    const Head::Piece piece{first_row + part.first, part.rows};
    n.head->forward(device, piece, n.residual.back());
    device::read_values(device, n.head->logits().data, n.head->logits().type,
                        std::span(values).subspan(static_cast<std::size_t>(part.first) * width,
                                                  static_cast<std::size_t>(part.rows) * width));
  });
  return values;
}

void Transformer::State::backward_from(std::span<const float> logit_gradients) {
  const std::size_t expected = static_cast<std::size_t>(extent.rows() * config.vocabulary);
  if (expected == 0 || logit_gradients.size() != expected)
    throw Error(ExitStatus::bug, "expected a gradient for each of the " + std::to_string(expected) +
                                     " logits of the last forward pass, found " + std::to_string(logit_gradients.size()));
  Network& n = *network;
  const auto width = static_cast<std::size_t>(config.vocabulary);
  backward([&](Head::Piece piece) {
    n.head->prepare(device, piece, n.residual.back());
    device::write_values(
        device, logit_gradients.subspan(static_cast<std::size_t>(piece.first) * width, static_cast<std::size_t>(piece.rows) * width),
        n.head->logits().data, n.head->logits().type);
  });
}

}  // namespace daybreak::model
