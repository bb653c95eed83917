#pragma once
// The end of a model: norm, product with the vocabulary, cross-entropy. Computed a piece of the rows at a time, so that
// the logits of one piece alone are in memory; a piece's norm is cheap enough to be computed whenever it is needed.
#include <algorithm>
#include <cstdint>

#include "libcore/device/device.h"
#include "libcore/model/branch.h"

namespace daybreak::model {

class Head {
 public:
  explicit Head(const LayerFactory& make);

  /// Rows of the pass, at most as many as LayerFactory::logit_rows().
  struct Piece {
    std::int64_t first = 0, rows = 0;
  };
  /// Calls body(piece) for pieces that make up `rows` rows.
  template <typename Body>
  void for_each_piece(std::int64_t rows, const Body& body) const {
    for (std::int64_t first = 0; first < rows; first += most_rows_) body(Piece{first, std::min(most_rows_, rows - first)});
  }

  /// What the product reads, of this piece; backward() needs it. residual: of all rows, float32.
  void prepare(device::Device& device, Piece piece, View residual);
  /// prepare(), and the piece's logits, unless they are there.
  void forward(device::Device& device, Piece piece, View residual);
  /// [rows of the piece, vocabulary].
  View logits() const { return logits_; }
  /// What logits() holds is no longer what forward() put there.
  void forget() { there_ = {}; }
  /// losses[piece]; a gradient_scale other than 0 turns the logits into gradient_scale times their gradient.
  void cross_entropy(device::Device& device, Piece piece, View targets, View losses, float gradient_scale);
  /// From logits() as gradients to pass.residual_gradient, to which it adds, and the gradients of weights.
  void backward(device::Device& device, Piece piece, View residual, const Backward& pass);

  /// What forward(), cross_entropy() with a scale or backward() has just computed of the piece.
  void show_forward(Inspection& inspection, Piece piece) const;
  void show_logit_gradient(Inspection& inspection, Piece piece) const;
  void show_backward(Inspection& inspection, Piece piece, const Backward& pass) const;

 private:
  std::int64_t vocabulary_, most_rows_;
  Norm norm_;
  Linear product_;
  View normed_, logits_;  // of the piece
  Piece there_;           // whose logits are there; no rows: nobody's
};

}  // namespace daybreak::model
