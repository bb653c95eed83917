#include "libcore/model/inspection.h"

#include "libcore/device/values.h"

namespace daybreak::model {

std::string_view module_around(std::string_view module) {
  return module.substr(0, module.rfind('.'));
}

std::uint64_t Inspection::not_finite(View matrix, std::int64_t rows, std::int64_t width) {
  const std::int64_t count = rows * width;
  if (matrix.layout == DAYBREAK_ROW_MAJOR)
    return device::statistics_of(device_, matrix.data, matrix.type, count).not_finite;
  // What a layout adds to its last tiles is unspecified: without it.
  device::Buffer plain = device_.allocate(static_cast<std::size_t>(count) * device::bytes_of(matrix.type));
  daybreak_pack pack{};
  pack.rows = rows;
  pack.columns = width;
  pack.x = matrix.data;
  pack.x_type = pack.packed_type = matrix.type;
  pack.x_layout = matrix.layout;
  pack.packed = plain.data();
  pack.packed_layout = DAYBREAK_ROW_MAJOR;
  device_.pack(pack);
  return device::statistics_of(device_, plain.data(), matrix.type, count).not_finite;
}

void Inspection::show(std::string_view what, std::string_view module, View matrix, std::int64_t rows,
                      std::int64_t width) {
  if (found_ || matrix.data == nullptr) return;
  const std::uint64_t bad = not_finite(matrix, rows, width);
  if (bad == 0) return;
  std::string text = pass_ == Pass::forward ? "forward, " : "backward, ";
  if (layer_) text += "layer " + std::to_string(*layer_) + " ";
  text += what;
  if (!module.empty()) text += " (" + std::string(module) + ")";
  found_ = text + ": " + std::to_string(bad) + " of " + std::to_string(rows * width) + " numbers are not finite";
}

void Inspection::show_product(std::string_view what, const Linear& layer, View y, std::int64_t rows) {
  show("weights", layer.module, layer.weight, layer.in, layer.out);
  show("weights as they are rounded", layer.module, layer.copy, layer.in, layer.out);
  show("biases", layer.module, layer.bias, 1, layer.out);
  show(what, layer.module, y, rows, layer.out);
}

void Inspection::show_norm(const Norm& layer, View y, std::int64_t rows) {
  show("weights", layer.module, layer.weight, 1, layer.width);
  show("biases", layer.module, layer.bias, 1, layer.width);
  show("norm output", layer.module, y, rows, layer.width);
}

void Inspection::show_gradients(const Linear& layer) {
  show("gradient of the weights", layer.module, layer.weight_gradient, layer.in, layer.out);
  show("gradient of the biases", layer.module, layer.bias_gradient, 1, layer.out);
}

void Inspection::show_gradients(const Norm& layer) {
  show("gradient of the weights", layer.module, layer.weight_gradient, 1, layer.width);
  show("gradient of the biases", layer.module, layer.bias_gradient, 1, layer.width);
}

}  // namespace daybreak::model
