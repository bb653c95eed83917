// Logits that the caller reads, and the backward pass from gradients of them that the caller gives.
#include "kernels/common/formats.h"
#include "libcore/base/error.h"
#include "libcore/model/transformer_state.h"

namespace daybreak::model {
namespace {

using kernels::Bf16;
using kernels::F16;

void read_values(device::Device& device, View from, std::span<float> values) {
  if (from.type == DAYBREAK_F32) return device.copy_out(values.data(), from.data, values.size_bytes());
  std::vector<std::uint16_t> codes(values.size());
  device.copy_out(codes.data(), from.data, codes.size() * sizeof codes[0]);
  for (std::size_t i = 0; i < codes.size(); ++i)
    values[i] = from.type == DAYBREAK_BF16 ? kernels::decode<Bf16>(codes[i]) : kernels::decode<F16>(codes[i]);
}

void write_values(device::Device& device, std::span<const float> values, View to) {
  if (to.type == DAYBREAK_F32) return device.copy_in(to.data, values.data(), values.size_bytes());
  std::vector<std::uint16_t> codes(values.size());
  for (std::size_t i = 0; i < codes.size(); ++i)
    codes[i] = to.type == DAYBREAK_BF16 ? kernels::encode<Bf16>(values[i]) : kernels::encode<F16>(values[i]);
  device.copy_in(to.data, codes.data(), codes.size() * sizeof codes[0]);
}

}  // namespace

std::vector<float> Transformer::State::read_logits(std::int64_t first_row, std::int64_t rows) {
  require_forward();
  Network& n = *network;
  const auto width = static_cast<std::size_t>(config.vocabulary);
  std::vector<float> values(static_cast<std::size_t>(rows) * width);
  n.head->for_each_piece(rows, [&](Head::Piece part) {
    const Head::Piece piece{first_row + part.first, part.rows};
    n.head->forward(device, piece, n.residual.back());
    read_values(device, n.head->logits(),
                std::span(values).subspan(static_cast<std::size_t>(part.first) * width, static_cast<std::size_t>(part.rows) * width));
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
    write_values(device, logit_gradients.subspan(static_cast<std::size_t>(piece.first) * width, static_cast<std::size_t>(piece.rows) * width),
                 n.head->logits());
  });
}

}  // namespace daybreak::model
