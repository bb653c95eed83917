#include "libcore/training/moments.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <iterator>
#include <map>
#include <optional>
#include <string>

#include "libcore/base/described.h"
#include "libcore/base/error.h"
#include "libcore/io/safetensors.h"
#include "libcore/training/manifest.h"
#include "libcore/training/state_layout.h"

namespace daybreak::training {
namespace {

/// Of first and second moments and of compensation.
constexpr std::array<std::string_view, 3> kPrefixes{"exp_avg.", "exp_avg_sq.", "compensation."};
constexpr std::string_view kStem = "optimizer", kEnding = ".safetensors";

/// Where a parameter lies in the flat array.
Range range_of(const model::Parameter& one) {
  return {one.offset, one.offset + one.count};
}

/// Elements `range` of the flat array, which are of this parameter.
io::TensorView view_of(std::string_view prefix, const model::Parameter& one, Range range, std::span<const float> values) {
  const std::string name = std::string(prefix) + one.name;
  const auto bytes = std::as_bytes(values);
  if (range == range_of(one)) return {name, io::DType::f32, one.shape, bytes};
  return {name + "[" + std::to_string(range.begin - one.offset) + ":" + std::to_string(range.end - one.offset) + "]",
          io::DType::f32,
          {static_cast<std::uint64_t>(range.count())},
          bytes};
}

/// The tensors of one kind of moments.
void add_views(std::vector<io::TensorView>& views, std::string_view prefix, const std::vector<model::Parameter>& table,
               std::span<const Range> parts, std::span<const float> values) {
  std::int64_t place = 0;
  for (const Range part : parts) {
    for (const model::Parameter& one : table) {
      const Range range = common(part, range_of(one));
      if (range.count() <= 0) continue;
      const auto first = static_cast<std::size_t>(place + range.begin - part.begin);
      views.push_back(view_of(prefix, one, range, values.subspan(first, static_cast<std::size_t>(range.count()))));
    }
    place += part.count();
  }
}

/// NAME or NAME[BEGIN:END]; nothing for a part that is written otherwise.
struct Label {
  std::string name;
  std::optional<Range> part;  // of the tensor
};
std::optional<Label> label_of(const std::string& text) {
  const std::size_t open = text.find('[');
  if (open == text.npos) return Label{text, std::nullopt};
  Range part;
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

/// Gathers parts of the moments from all files.
class Gatherer {
 public:
  Gatherer(const std::vector<model::Parameter>& table, std::span<const Range> wanted) : table_(table), wanted_(wanted) {
    there_[0] = there_[1] = true;
    for (std::int64_t place = 0; const Range range : wanted) {
      places_.push_back(place);
      place += range.count();
    }
  }

  /// False where nothing was read but names.
  bool take(const io::Safetensors& file) {
    bool used = false;
    for (const io::Safetensors::Tensor& tensor : file.tensors()) {
      const std::size_t kind = kind_of(tensor.info.name);
      if (kind == kPrefixes.size()) fail(file, tensor, "is no moment");
      const auto label = label_of(tensor.info.name.substr(kPrefixes[kind].size()));
      const model::Parameter* parameter = label ? model::find_parameter(table_, label->name) : nullptr;
      if (parameter == nullptr) fail(file, tensor, "belongs to no tensor of the model");
      require_form(file, tensor, *parameter, label->part);
      there_[kind] = true;
      const Range part = label->part.value_or(Range{0, parameter->count});
      const Range range{parameter->offset + part.begin, parameter->offset + part.end};
      if (!add(seen_[kind], range)) fail(file, tensor, "overlaps another part of the same tensor");
      used = read(file, tensor, kind, range) || used;
    }
    return used;
  }

  Moments finish(const std::string& where) {
    for (std::size_t kind = 0; kind < kPrefixes.size(); ++kind)
      for (const model::Parameter& parameter : table_) require_whole(where, kind, parameter);
    // Where there is nothing but padding, there has been no tensor to make room for it.
    for (std::size_t kind = 0; kind < kPrefixes.size(); ++kind) make_room(kind);
    return {std::move(kinds_[0]), std::move(kinds_[1]), std::move(kinds_[2]), {}};
  }

 private:
  using Ranges = std::map<std::int64_t, std::int64_t>;  // ends by their beginnings

  static void require_form(const io::Safetensors& file, const io::Safetensors::Tensor& tensor,
                           const model::Parameter& parameter, const std::optional<Range>& part) {
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

  /// False where it overlaps one that is there.
  static bool add(Ranges& ranges, Range range) {
    const auto after = ranges.lower_bound(range.begin);
    if (after != ranges.end() && after->first < range.end) return false;
    if (after != ranges.begin() && std::prev(after)->second > range.begin) return false;
    ranges.emplace(range.begin, range.end);
    return true;
  }

  void make_room(std::size_t kind) {
    if (there_[kind]) kinds_[kind].resize(static_cast<std::size_t>(elements_of(wanted_)));
  }

  /// Reads what is wanted of the tensor, which is that range of the flat array; false where that is nothing.
  bool read(const io::Safetensors& file, const io::Safetensors::Tensor& tensor, std::size_t kind, Range range) {
    // The first wanted range that ends behind its beginning.
    const auto first = std::partition_point(wanted_.begin(), wanted_.end(), [&](Range one) { return one.end <= range.begin; });
    const auto begin = static_cast<std::size_t>(first - wanted_.begin());
    std::size_t i = begin;
    for (; i < wanted_.size() && wanted_[i].begin < range.end; ++i) {
      make_room(kind);
      const Range part = common(range, wanted_[i]);
      const auto place = static_cast<std::size_t>(places_[i] + part.begin - wanted_[i].begin);
      file.read(tensor, static_cast<std::uint64_t>(part.begin - range.begin) * sizeof(float),
                std::as_writable_bytes(std::span(kinds_[kind]).subspan(place, static_cast<std::size_t>(part.count()))));
    }
    return i > begin;
  }

  void require_whole(const std::string& where, std::size_t kind, const model::Parameter& parameter) const {
    if (!there_[kind]) return;
    std::int64_t expected = 0, found = 0;
    for (const Range one : wanted_) {
      const Range range = common(one, range_of(parameter));
      if (range.count() <= 0) continue;
      expected += range.count();
      found += seen_within(kind, range);
    }
    if (found != expected)
      throw data_error(where, "of the tensor " + std::string(kPrefixes[kind]) + parameter.name + " there are " +
                                  std::to_string(found) + " of " + std::to_string(expected) + " elements");
  }

  std::int64_t seen_within(std::size_t kind, Range range) const {
    const Ranges& seen = seen_[kind];
    auto one = seen.upper_bound(range.begin);
    if (one != seen.begin()) --one;
    std::int64_t found = 0;
    for (; one != seen.end() && one->first < range.end; ++one)
      found += std::max<std::int64_t>(common(range, {one->first, one->second}).count(), 0);
    return found;
  }

  const std::vector<model::Parameter>& table_;
  std::span<const Range> wanted_;
  std::vector<std::int64_t> places_;  // of the wanted ranges among what is wanted
  std::array<bool, kPrefixes.size()> there_{};
  std::array<std::vector<float>, kPrefixes.size()> kinds_;
  std::array<Ranges, kPrefixes.size()> seen_;
};

}  // namespace

bool is_moment_file(std::string_view name) {
  return name.starts_with(kStem) && name.ends_with(kEnding);
}

std::string moment_file(std::int64_t rank, std::int64_t ranks) {
  if (ranks == 1) return std::string(kStem) + std::string(kEnding);
  char number[48];
  std::snprintf(number, sizeof number, "-%05lld-of-%05lld", static_cast<long long>(rank + 1),
                static_cast<long long>(ranks));
  return std::string(kStem) + number + std::string(kEnding);
}

void write_moments_of(const std::filesystem::path& directory, const std::vector<model::Parameter>& table,
                      const MomentsView& moments, std::int64_t rank, std::int64_t ranks) {
  const std::vector<Range> all{{0, model::flat_size(table)}};
  const std::span<const Range> parts = moments.parts.empty() ? all : moments.parts;
  std::vector<io::TensorView> tensors;
  const std::array<std::span<const float>, kPrefixes.size()> kinds{moments.first, moments.second, moments.compensation};
  for (std::size_t kind = 0; kind < kinds.size() && !kinds[kind].empty(); ++kind)
    add_views(tensors, kPrefixes[kind], table, parts, kinds[kind]);
  io::write_safetensors(directory / moment_file(rank, ranks), tensors);
}

void write_moments(const std::filesystem::path& directory, const std::vector<model::Parameter>& table,
                   const MomentsView& moments, std::int64_t readers) {
  const std::int64_t flat = model::flat_size(table);
  if (!moments.first.empty() && moments.first.size() != static_cast<std::size_t>(flat))
    throw Error(ExitStatus::bug, "expected moments of the whole model, found those of " +
                                     std::to_string(moments.first.size()) + " of " + std::to_string(flat) + " elements");
  for (std::int64_t slice = 0; slice < readers; ++slice) {
    const Range part{flat * slice / readers, flat * (slice + 1) / readers};
    const auto cut = [&](std::span<const float> all) {
      return all.empty() ? all : all.subspan(static_cast<std::size_t>(part.begin), static_cast<std::size_t>(part.count()));
    };
    write_moments_of(directory, table, {cut(moments.first), cut(moments.second), cut(moments.compensation), {&part, 1}},
                     slice, readers);
  }
}

Moments read_moments(const std::filesystem::path& directory, const std::vector<std::string>& files,
                     const std::vector<model::Parameter>& table, std::span<const Range> parts,
                     const io::ReadObserver& observer) {
  const std::string where = files.size() == 1 ? (directory / files[0]).string() : directory.string();
  return described(where, kDamagedHint, [&] {
    Gatherer gatherer(table, parts);
    std::vector<std::string> unread;
    for (const std::string& name : files)
      if (!gatherer.take(io::Safetensors::open((directory / name).string(), observer))) unread.push_back(name);
    Moments moments = gatherer.finish(where);
    moments.unread = std::move(unread);
    return moments;
  });
}

}  // namespace daybreak::training
