#include <cmath>

#include "kernels/common/formats.h"
#include "libcore/base/error.h"
#include "libcore/io/atomic_file.h"
#include "libcore/io/safetensors.h"
#include "libcore/model/parameters.h"

namespace daybreak::model {
namespace {

/// All weights rounded to a format of 16 bits, in the layout of the flat array.
template <typename Format>
std::vector<std::uint16_t> rounded(std::span<const float> weights) {
  std::vector<std::uint16_t> codes(weights.size());
  for (std::size_t i = 0; i < weights.size(); ++i) codes[i] = kernels::encode<Format>(weights[i]);
  return codes;
}

/// Finite weights beyond the largest finite number of F16 would become infinite unseen.
void check_range(const Parameter& parameter, std::span<const float> tensor, const std::filesystem::path& path) {
  for (std::size_t i = 0; i < tensor.size(); ++i)
    if (std::isfinite(tensor[i]) && !std::isfinite(kernels::round_to<kernels::F16>(tensor[i])))
      throw data_error(path.string(), "tensor " + parameter.name + ": element " + std::to_string(i) + ", " + std::to_string(tensor[i]) +
                                          ", is too large for F16", "write it as bf16 or f32");
}

}  // namespace

void save_weights(const std::filesystem::path& directory, const Config& config, std::span<const float> weights, io::DType dtype) {
  const std::vector<Parameter> table = parameter_table(config);
  if (static_cast<std::int64_t>(weights.size()) != flat_size(table))
    throw Error(ExitStatus::bug, "expected " + std::to_string(flat_size(table)) + " weights, found " + std::to_string(weights.size()));
  const std::string document = hugging_face_json(config, dtype).dump(2) + "\n";  // refuses other types
  const std::filesystem::path path = directory / "model.safetensors";
  const std::vector<std::uint16_t> codes = dtype == io::DType::f16    ? rounded<kernels::F16>(weights)
                                           : dtype == io::DType::bf16 ? rounded<kernels::Bf16>(weights)
                                                                      : std::vector<std::uint16_t>();
  const std::span<const std::byte> bytes = dtype == io::DType::f32 ? std::as_bytes(weights) : std::as_bytes(std::span(codes));
  const std::size_t width = io::dtype_bytes(dtype);
  std::vector<io::TensorView> tensors;
  for (const Parameter& parameter : table) {
    const auto offset = static_cast<std::size_t>(parameter.offset), count = static_cast<std::size_t>(parameter.count);
    if (dtype == io::DType::f16) check_range(parameter, weights.subspan(offset, count), path);
    tensors.push_back({parameter.name, dtype, parameter.shape, bytes.subspan(offset * width, count * width)});
  }
  io::write_safetensors(path, tensors, {{"format", "pt"}});
  io::write_file(directory / "config.json", document);
}

}  // namespace daybreak::model
