#include "libcore/model/head.h"

#include "libcore/model/inspection.h"
#include "libcore/model/transformer.h"

namespace daybreak::model {

Head::Head(const LayerFactory& make)
    : vocabulary_(make.config.vocabulary),
      most_rows_(std::min(make.rows, make.logit_rows())),
      norm_(make.norm(make.config.family == Family::gpt2 ? "transformer.ln_f" : "model.norm", make.arenas.lasting)),
      product_(make.head()) {
  make.arenas.turn.rewind();
  normed_ = make.matrix(make.arenas.turn, most_rows_, product_.in, make.input_form({&product_}));
  // The logits become their own gradient, which the two products of the backward pass read.
  const Arena::Form logits =
      make.kept_form(vocabulary_, {&product_}, {&GemmPrecision::fprop, &GemmPrecision::dgrad, &GemmPrecision::wgrad});
  logits_ = make.matrix(make.arenas.turn, most_rows_, vocabulary_, {logits.type, DAYBREAK_ROW_MAJOR});
}

void Head::prepare(device::Device& device, Piece piece, View residual) {
  norm_.from(piece.first).forward(device, piece.rows, residual.from(piece.first * product_.in), normed_);
  forget();
}

void Head::forward(device::Device& device, Piece piece, View residual) {
  if (there_.first == piece.first && there_.rows == piece.rows) return;
  prepare(device, piece, residual);
  product_.forward(device, piece.rows, normed_, logits_);
  there_ = piece;
}

void Head::cross_entropy(device::Device& device, Piece piece, View targets, View losses, float gradient_scale) {
  daybreak_cross_entropy c{};
  c.rows = piece.rows;
  c.vocabulary = vocabulary_;
  c.logits = logits_.data;
  c.logits_type = logits_.type;
  c.target = static_cast<const std::uint32_t*>(targets.from(piece.first).data);
  c.ignored = kIgnoredTarget;
  c.loss = losses.from(piece.first).f32();
  c.gradient_scale = gradient_scale;
  device.cross_entropy(c);
  if (gradient_scale != 0) forget();
}

void Head::backward(device::Device& device, Piece piece, View residual, const Backward& pass) {
  const std::int64_t row = piece.first * product_.in;
  const Norm norm = norm_.from(piece.first);
  product_.compute_weight_gradient(device, piece.rows, normed_, logits_, pass.adds || piece.first > 0);
  product_.input_gradient(device, piece.rows, logits_, pass.norm_gradient.from(row));
  norm.backward(device, piece.rows, residual.from(row), pass.norm_gradient.from(row), pass.residual_gradient.from(row));
}

void Head::show_forward(Inspection& inspection, Piece piece) const {
  inspection.show_norm(norm_, normed_, piece.rows);
  inspection.show_product("logits", product_, logits_, piece.rows);
}

void Head::show_logit_gradient(Inspection& inspection, Piece piece) const {
  inspection.show("gradient of the logits", product_.module, logits_, piece.rows, vocabulary_);
}

void Head::show_backward(Inspection& inspection, Piece piece, const Backward& pass) const {
  const std::int64_t row = piece.first * product_.in;
  inspection.show_gradients(product_);
  inspection.show("gradient of the norm output", norm_.module, pass.norm_gradient.from(row), piece.rows, product_.in);
  inspection.show_gradients(norm_);
  inspection.show("gradient of the residual stream", norm_.module, pass.residual_gradient.from(row), piece.rows,
                  product_.in);
}

}  // namespace daybreak::model
