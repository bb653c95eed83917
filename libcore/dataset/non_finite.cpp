#include "libcore/dataset/non_finite.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <numeric>
#include <optional>
#include <string>

#include "libcore/base/error.h"
#include "libcore/dataset/array_parts.h"
#include "libcore/dataset/samples.h"

namespace daybreak::dataset {
namespace {

/// Calls found(index, is_nan) for the elements of which all bits of `exponent` are set.
template <typename Word, typename Found>
void look_for(std::span<const std::byte> bytes, Word exponent, Word mantissa, const Found& found) {
  for (std::size_t i = 0; i < bytes.size() / sizeof(Word); ++i) {
    Word word;
    std::memcpy(&word, bytes.data() + i * sizeof word, sizeof word);
    if ((word & exponent) == exponent) found(i, (word & mantissa) != 0);
  }
}

template <typename Found>
void for_each_non_finite(io::DType type, std::span<const std::byte> bytes, const Found& found) {
  switch (type) {
    case io::DType::f8_e4m3:  // has no infinities
      return look_for<std::uint8_t>(bytes, 0x7f, 0x7f, found);
    case io::DType::f8_e5m2:
      return look_for<std::uint8_t>(bytes, 0x7c, 0x03, found);
    case io::DType::f16:
      return look_for<std::uint16_t>(bytes, 0x7c00, 0x03ff, found);
    case io::DType::bf16:
      return look_for<std::uint16_t>(bytes, 0x7f80, 0x007f, found);
    case io::DType::f32:
      return look_for<std::uint32_t>(bytes, 0x7f800000, 0x007fffff, found);
    case io::DType::f64:
      return look_for<std::uint64_t>(bytes, 0x7ff0000000000000, 0x000fffffffffffff, found);
    default:
      return;
  }
}

/// "[12,3]" of the element in C order.
std::string index_text(const io::Shape& shape, std::uint64_t element) {
  std::string text;
  for (std::size_t axis = shape.size(); axis-- > 0; element /= shape[axis])
    text = std::to_string(element % shape[axis]) + (text.empty() ? "" : "," + text);
  return "[" + text + "]";
}

struct Place {
  std::uint64_t element = 0;
  bool is_nan = false;
};

std::optional<Place> first_non_finite(const io::ArraySource& source, const Surroundings& around) {
  const auto look = [&](const ArrayPart& part) {
    std::optional<Place> first;
    for_each_non_finite(source.info().type, part.bytes, [&](std::uint64_t index, bool is_nan) {
      if (!first) first = Place{part.first_element + index, is_nan};
    });
    return first;
  };
  std::optional<Place> first;
  for_each_part<std::optional<Place>>(source, around, look, [&](const std::optional<Place>& found) {
    if (!first) first = found;
  });
  return first;
}

/// Marks the rows of an array that hold a number that is not finite.
void mark_rows(const io::ArraySource& source, const Surroundings& around, std::vector<bool>& marked) {
  const std::uint64_t elements = source.info().bytes() / io::dtype_bytes(source.info().type) / marked.size();
  using Rows = std::vector<std::uint64_t>;
  const auto look = [&](const ArrayPart& part) {
    Rows rows;
    for_each_non_finite(source.info().type, part.bytes, [&](std::uint64_t index, bool) {
      const std::uint64_t row = (part.first_element + index) / elements;
      if (rows.empty() || rows.back() != row) rows.push_back(row);
    });
    return rows;
  };
  for_each_part<Rows>(source, around, look, [&](const Rows& rows) {
    for (const std::uint64_t row : rows) marked[row] = true;
  });
}

/// The originals that are one array from end to end, so that they still come back without some of its records.
bool is_its_text(const io::ArrayFile& file) {
  return (file.format == "csv" || file.format == "jsonl") && file.pieces && file.pieces->size() == 1 &&
         file.pieces->front().array >= 0 && !file.pieces->front().run_bytes;
}

}  // namespace

bool has_nan(io::DType type) {
  return type >= io::DType::f8_e4m3;
}

NonFiniteCount count_non_finite(io::DType type, std::span<const std::byte> bytes) {
  NonFiniteCount count;
  for_each_non_finite(type, bytes, [&](std::uint64_t, bool is_nan) { ++(is_nan ? count.nan : count.infinite); });
  return count;
}

void refuse_non_finite(const std::vector<CompressInput>& inputs, const Surroundings& around) {
  for (const CompressInput& input : inputs)
    for (const auto& source : input.file.arrays) {
      if (!has_nan(source->info().type)) continue;
      if (const auto place = first_non_finite(*source, around))
        throw data_error(input.file.name,
                         "\"" + source->info().name + "\" is " + (place->is_nan ? "NaN" : "infinite") + " at " +
                             index_text(source->info().shape, place->element),
                         "--non-finite keep keeps it as it is, drop-samples leaves out such samples");
    }
}

void drop_non_finite(std::vector<CompressInput>& inputs, const Surroundings& around) {
  if (inputs.size() != 1)
    throw usage_error("--non-finite drop-samples: expected one input, found " + std::to_string(inputs.size()),
                      "put arrays whose rows belong together into one file, such as an .npz");
  CompressInput& input = inputs[0];
  SampleTable::Arrays arrays;
  for (auto& source : input.file.arrays) arrays.push_back(std::move(source));
  std::vector<io::Attribute> attributes = input.file.attributes;
  attributes.insert(attributes.end(), input.notes.begin(), input.notes.end());
  const SampleTable table(std::move(arrays), attributes, input.file.name);
  std::vector<bool> dropped(table.count());
  for (const SampleColumn& column : table.columns()) {
    if (column.is_place())
      throw usage_error("--non-finite drop-samples: " + input.file.name + " keeps the names of its samples",
                        "leave the samples out of the input");
    if (!column.offsets && column.row_bytes > 0) mark_rows(table.array(column.data), around, dropped);
  }
  std::vector<SampleRun> kept;
  for (std::uint64_t sample = 0; sample < dropped.size(); ++sample)
    if (!dropped[sample]) append_run(kept, {sample, 1});
  input.file.arrays = table.pick(kept);
  input.dropped_samples = static_cast<std::uint64_t>(std::count(dropped.begin(), dropped.end(), true));
  if (input.dropped_samples == 0) return;
  input.path.reset();
  if (!is_its_text(input.file)) input.file.pieces.reset();
}

}  // namespace daybreak::dataset
