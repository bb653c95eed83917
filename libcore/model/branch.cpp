#include "libcore/model/branch.h"

#include "libcore/model/inspection.h"

namespace daybreak::model {

Branch::Branch(const LayerFactory& make, const std::string& norm, const std::string& projection)
    : norm_(make.norm(norm, make.arenas.blocks)),
      projection_(make.linear(projection)),
      width_(make.config.width),
      computes_again_(make.options.recompute == Recompute::gelu_norm) {
  make.arenas.turn.rewind();
  const Arena::Form form = make.gradient_form({&projection_});
  // Float32 in rows needs no other place than the one that it has.
  if (form.type != DAYBREAK_F32 || form.layout != DAYBREAK_ROW_MAJOR) out_gradient_ = make.in_turn(width_, form);
}

void Branch::set_readers(const LayerFactory& make, std::initializer_list<const Linear*> readers) {
  normed_ = make.cheap(width_, make.input_form(readers));
}

void Branch::prepare(device::Device& device, Extent extent, View in) {
  norm_.forward(device, extent.rows(), in, normed_);
  inner_forward(device, extent);
}

void Branch::forward(device::Device& device, Extent extent, View in, View out) {
  prepare(device, extent, in);
  projection_.forward(device, extent.rows(), inner_, out, {.adds = true, .addend = in});
}

void Branch::take_out_gradient(device::Device& device, std::int64_t rows, View residual_gradient) {
  if (out_gradient_.layout != DAYBREAK_ROW_MAJOR) {
    daybreak_pack pack{};
    pack.rows = rows;
    pack.columns = width_;
    pack.x = residual_gradient.data;
    pack.x_type = residual_gradient.type;
    pack.packed = out_gradient_.data;
    pack.packed_type = out_gradient_.type;
    pack.packed_layout = out_gradient_.layout;
    device.pack(pack);
  } else if (out_gradient_.type != DAYBREAK_F32) {
    daybreak_cast cast{};
    cast.count = rows * width_;
    cast.x = residual_gradient.data;
    cast.x_type = residual_gradient.type;
    cast.y = out_gradient_.data;
    cast.y_type = out_gradient_.type;
    device.cast(cast);
  } else {
    out_gradient_ = residual_gradient;
  }
}

void Branch::backward(device::Device& device, Extent extent, View in, const Backward& pass) {
  const std::int64_t rows = extent.rows();
  if (computes_again_) {
    norm_.forward(device, rows, in, normed_);
    activate(device, extent);
  }
  take_out_gradient(device, rows, pass.residual_gradient);
  projection_.compute_weight_gradient(device, rows, inner_, out_gradient_, pass.adds);
  projection_.add_bias_gradient(device, rows, pass.residual_gradient);
  inner_backward(device, extent, pass);
  norm_.backward(device, rows, in, pass.norm_gradient, pass.residual_gradient);
}

void Branch::show_forward(Inspection& inspection, std::int64_t rows, View out) const {
  inspection.show_norm(norm_, normed_, rows);
  show_inner_forward(inspection, rows);
  inspection.show_product("residual stream", projection_, out, rows);
}

void Branch::show_backward(Inspection& inspection, std::int64_t rows, const Backward& pass) const {
  // Where it has no place of its own it was shown as the residual stream's, which the norm has added to since.
  if (out_gradient_.data != pass.residual_gradient.data)
    inspection.show("gradient of the residual stream as it is rounded", projection_.module, out_gradient_, rows, width_);
  inspection.show_gradients(projection_);
  show_inner_backward(inspection, rows);
  inspection.show("gradient of the norm output", norm_.module, pass.norm_gradient, rows, width_);
  inspection.show_gradients(norm_);
  inspection.show("gradient of the residual stream", norm_.module, pass.residual_gradient, rows, width_);
}

}  // namespace daybreak::model
