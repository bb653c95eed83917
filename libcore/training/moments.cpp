#include "libcore/training/moments.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <map>
#include <optional>
#include <string>

#include "libcore/base/described.h"
#include "libcore/base/error.h"
#include "libcore/io/safetensors.h"
#include "libcore/training/manifest.h"

namespace daybreak::training {
namespace {

/// Of first and second moments and of compensation.
constexpr std::array<std::string_view, 3> kPrefixes{"exp_avg.", "exp_avg_sq.", "compensation."};
constexpr std::string_view kStem = "optimizer", kEnding = ".safetensors";

using Part = Range;  // of a parameter's elements

/// values: from the part's first element on.
io::TensorView view_of(const std::string& prefix, const model::Parameter& one, Part part, std::span<const float> values) {
  const auto bytes = std::as_bytes(values.first(static_cast<std::size_t>(part.end - part.begin)));
  if (part.begin == 0 && part.end == one.count) return {prefix + one.name, io::DType::f32, one.shape, bytes};
  return {prefix + one.name + "[" + std::to_string(part.begin) + ":" + std::to_string(part.end) + "]",
          io::DType::f32,
          {static_cast<std::uint64_t>(part.end - part.begin)},
          bytes};
}

/// NAME or NAME[BEGIN:END]; nothing for a part that is written otherwise.
struct Label {
  std::string name;
  std::optional<Part> part;
};
std::optional<Label> label_of(const std::string& text) {
  const std::size_t open = text.find('[');
  if (open == text.npos) return Label{text, std::nullopt};
  Part part;
  const char* end = text.data() + text.size();
  const auto first = std::from_chars(text.data() + open + 1, end, part.begin);
  if (first.ec != std::errc{} || first.ptr == end || *first.ptr != ':') return std::nullopt;
  const auto second = std::from_chars(first.ptr + 1, end, part.end);
  if (second.ec != std::errc{} || second.ptr + 1 != end || *second.ptr != ']' || part.begin < 0) return std::nullopt;
  return Label{text.substr(0, open), part};
}

/// The place of a tensor's prefix in kPrefixes, or their number.
std::size_t kind_of(std::string_view name) {
  const auto found = std::find_if(kPrefixes.begin(), kPrefixes.end(), [&](std::string_view one) { return name.starts_with(one); });
  return static_cast<std::size_t>(found - kPrefixes.begin());
}

/// Gathers the parts of the moments from all files.
class Gatherer {
 public:
  explicit Gatherer(const std::vector<model::Parameter>& table) : table_(table) {
    const auto count = static_cast<std::size_t>(model::flat_size(table));
    kinds_[0].resize(count);
    kinds_[1].resize(count);
  }

  void take(const io::Safetensors& file) {
    for (const io::Safetensors::Tensor& tensor : file.tensors()) {
      const std::size_t kind = kind_of(tensor.info.name);
      if (kind == kPrefixes.size()) fail(file, tensor, "is no moment");
      const auto label = label_of(tensor.info.name.substr(kPrefixes[kind].size()));
      const model::Parameter* parameter = label ? model::find_parameter(table_, label->name) : nullptr;
      if (parameter == nullptr) fail(file, tensor, "belongs to no tensor of the model");
      const Part part = label->part.value_or(Part{0, parameter->count});
      require_form(file, tensor, *parameter, label->part);
      std::vector<Part>& parts = parts_[{kind, parameter->name}];
      for (const Part& other : parts)
        if (part.begin < other.end && other.begin < part.end)
          fail(file, tensor, "overlaps another part of the same tensor");
      parts.push_back(part);
      std::vector<float>& flat = kinds_[kind];
      flat.resize(kinds_[0].size());
      file.read(tensor, 0,
                std::as_writable_bytes(std::span(flat).subspan(static_cast<std::size_t>(parameter->offset + part.begin),
                                                               static_cast<std::size_t>(part.end - part.begin))));
    }
  }

  Moments finish(const std::string& where) {
    for (std::size_t kind = 0; kind < kinds_.size() && !kinds_[kind].empty(); ++kind)
      for (const model::Parameter& parameter : table_) {
        std::int64_t found = 0;
        for (const Part& part : parts_[{kind, parameter.name}]) found += part.end - part.begin;
        if (found != parameter.count)
          throw data_error(where, "of the tensor " + std::string(kPrefixes[kind]) + parameter.name +
                                      " there are " + std::to_string(found) + " of " + std::to_string(parameter.count) +
                                      " elements");
      }
    return {std::move(kinds_[0]), std::move(kinds_[1]), std::move(kinds_[2])};
  }

 private:
  static void require_form(const io::Safetensors& file, const io::Safetensors::Tensor& tensor,
                           const model::Parameter& parameter, const std::optional<Part>& part) {
    if (part && (part->end > parameter.count || part->end <= part->begin))
      fail(file, tensor, "expected a part of the " + std::to_string(parameter.count) + " elements of " + parameter.name);
    const io::Shape shape = part ? io::Shape{static_cast<std::uint64_t>(part->end - part->begin)} : parameter.shape;
    if (tensor.info.type != io::DType::f32 || tensor.info.shape != shape)
      fail(file, tensor,
           "expected " + io::type_and_shape({tensor.info.name, io::DType::f32, shape}) + " by config.json, found " +
               io::type_and_shape(tensor.info));
  }

  [[noreturn]] static void fail(const io::Safetensors& file, const io::Safetensors::Tensor& tensor,
                                const std::string& what) {
    throw data_error(file.name(), "tensor " + tensor.info.name + ": " + what);
  }

  const std::vector<model::Parameter>& table_;
  std::array<std::vector<float>, kPrefixes.size()> kinds_;
  std::map<std::pair<std::size_t, std::string>, std::vector<Part>> parts_;
};

}  // namespace

std::string moment_file(std::int64_t slice, std::int64_t slices) {
  if (slices == 1) return std::string(kStem) + std::string(kEnding);
  char number[48];
  std::snprintf(number, sizeof number, "-%05lld-of-%05lld", static_cast<long long>(slice + 1),
                static_cast<long long>(slices));
  return std::string(kStem) + number + std::string(kEnding);
}

bool is_moment_file(std::string_view name) {
  return name.starts_with(kStem) && name.ends_with(kEnding);
}

void write_moment_parts(const std::filesystem::path& directory, const std::vector<model::Parameter>& table,
                        const MomentsView& moments, std::span<const Range> parts, std::int64_t slice, std::int64_t slices) {
  const Range whole{0, model::flat_size(table)};
  if (parts.empty()) parts = std::span(&whole, 1);
  std::vector<io::TensorView> tensors;
  const std::array<std::span<const float>, kPrefixes.size()> kinds{moments.first, moments.second, moments.compensation};
  for (std::size_t kind = 0; kind < kinds.size() && !kinds[kind].empty(); ++kind) {
    std::int64_t place = 0;
    for (const Range stretch : parts) {
      for (const model::Parameter& one : table) {
        const Part part{std::max(stretch.begin - one.offset, std::int64_t{0}), std::min(stretch.end - one.offset, one.count)};
        if (part.begin >= part.end) continue;
        const std::int64_t first = place + one.offset + part.begin - stretch.begin;
        tensors.push_back(view_of(std::string(kPrefixes[kind]), one, part, kinds[kind].subspan(static_cast<std::size_t>(first))));
      }
      place += stretch.count();
    }
  }
  io::write_safetensors(directory / moment_file(slice, slices), tensors);
}

void write_moments(const std::filesystem::path& directory, const std::vector<model::Parameter>& table,
                   const MomentsView& moments, std::int64_t readers) {
  const std::int64_t flat = model::flat_size(table);
  for (std::int64_t slice = 0; slice < readers; ++slice) {
    const Range part{flat * slice / readers, flat * (slice + 1) / readers};
    const auto of_part = [&](std::span<const float> all) {
      return all.empty() ? all : all.subspan(static_cast<std::size_t>(part.begin), static_cast<std::size_t>(part.count()));
    };
    write_moment_parts(directory, table, {of_part(moments.first), of_part(moments.second), of_part(moments.compensation)},
                       std::span(&part, 1), slice, readers);
  }
}

Moments read_moments(const std::filesystem::path& directory, const std::vector<std::string>& files,
                     const std::vector<model::Parameter>& table, const io::ReadObserver& observer) {
  const std::string where = files.size() == 1 ? (directory / files[0]).string() : directory.string();
  return described(where, kDamagedHint, [&] {
    Gatherer gatherer(table);
    for (const std::string& name : files) gatherer.take(io::Safetensors::open((directory / name).string(), observer));
    return gatherer.finish(where);
  });
}

}  // namespace daybreak::training
