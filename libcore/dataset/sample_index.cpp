#include "libcore/dataset/sample_index.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/io/sample_columns.h"
#include "libcore/io/stretches.h"

namespace daybreak::dataset {
namespace {

constexpr std::uint64_t kMostSamples = std::uint64_t{1} << 31;
constexpr const char* kDamaged = "the file is damaged; fetch or write it again";

class Expander {
 public:
  explicit Expander(const io::ArrayFile& file) : file_(file) {}

  ExpandedSamples run() {
    for (std::size_t i = 0; i < file_.arrays.size(); ++i) places_.emplace(info(i).name, i);
    for (const io::Attribute& attribute : file_.attributes) {
      const auto array = places_.find(attribute.owner);
      if (attribute.name != kSampleIndex || array == places_.end()) continue;
      const auto texts = io::attribute_texts(attribute);
      if (texts.size() != 1) fail(attribute.owner, "names no index");
      expand(array->second, texts[0].substr(texts[0].starts_with('/') ? 1 : 0));
    }
    for (const auto& [name, index] : indices_) found_.indices.push_back(name);
    return std::move(found_);
  }

 private:
  [[noreturn]] void fail(const std::string& array, const std::string& what) const {
    throw data_error(file_.name, "the samples of \"" + array + "\" do not come back: " + what, kDamaged);
  }
  const io::ArrayInfo& info(std::size_t array) const { return file_.arrays[array]->info(); }

  std::vector<std::int64_t> numbers(std::size_t array) const {
    const io::ArrayInfo& array_info = info(array);
    if (array_info.type != io::DType::i64 || array_info.shape.size() != 1 || array_info.shape[0] > kMostSamples)
      fail(array_info.name, "it is no list of numbers");
    std::vector<std::int64_t> values(array_info.shape[0]);
    if (!values.empty()) file_.arrays[array]->read(0, std::as_writable_bytes(std::span(values)));
    return values;
  }

  const std::vector<std::int64_t>& index(const std::string& name, const std::string& of) {
    const auto known = indices_.find(name);
    if (known != indices_.end()) return known->second;
    const auto place = places_.find(name);
    if (place == places_.end()) fail(of, "its index \"" + name + "\" is missing");
    return indices_.emplace(name, numbers(place->second)).first->second;
  }

  std::string text(const std::string& array, const char* name) const {
    const io::Attribute* found = io::find_attribute(file_.attributes, array, name);
    const auto texts = found != nullptr ? io::attribute_texts(*found) : std::vector<std::string>();
    return texts.size() == 1 ? texts[0] : "";
  }

  void expand(std::size_t array, const std::string& index_name) {
    const std::string& name = info(array).name;
    const std::vector<std::int64_t>& samples = index(index_name, name);
    if (const std::string offsets = text(name, io::kOffsets); !offsets.empty()) {
      const auto place = places_.find(io::beside(name, offsets));
      if (place == places_.end()) fail(name, "its offsets are missing");
      expand_bytes(array, place->second, samples);
    } else if (!is_offsets(name)) {
      expand_rows(array, samples);
    }
  }

  /// True where another array's attribute names this one, which is expanded with it.
  bool is_offsets(const std::string& name) const {
    return std::any_of(file_.attributes.begin(), file_.attributes.end(), [&](const io::Attribute& one) {
      if (one.name != io::kOffsets) return false;
      const auto texts = io::attribute_texts(one);
      return texts.size() == 1 && io::beside(one.owner, texts[0]) == name;
    });
  }

  void check_samples(const std::vector<std::int64_t>& samples, std::uint64_t distinct, const std::string& name) const {
    for (const std::int64_t sample : samples)
      if (sample < 0 || static_cast<std::uint64_t>(sample) >= distinct) fail(name, "its index leaves it");
  }

  void put(std::size_t array, io::ArrayInfo shape, const std::vector<io::Stretch>& stretches) {
    const io::ArraySource* once = file_.arrays[array].get();
    found_.arrays[array] = io::stretched_array(
        std::move(shape), stretches, [once](std::uint64_t at, std::span<std::byte> out) { once->read(at, out); });
  }

  void expand_rows(std::size_t array, const std::vector<std::int64_t>& samples) {
    io::ArrayInfo shape = info(array);
    if (shape.shape.empty()) fail(shape.name, "it has no rows");
    check_samples(samples, shape.shape[0], shape.name);
    const std::uint64_t row = shape.shape[0] == 0 ? 0 : shape.bytes() / shape.shape[0];
    std::vector<io::Stretch> stretches;
    for (const std::int64_t sample : samples)
      io::append_stretch(stretches, {static_cast<std::uint64_t>(sample) * row, row});
    shape.shape[0] = samples.size();
    put(array, std::move(shape), stretches);
  }

  void expand_bytes(std::size_t array, std::size_t offsets, const std::vector<std::int64_t>& samples) {
    io::ArrayInfo shape = info(array);
    const std::vector<std::int64_t> begins = numbers(offsets);
    const std::size_t headers = io::find_attribute(file_.attributes, shape.name, io::kHeaderRecords) ? 1 : 0;
    const bool fits = begins.size() > headers && begins.front() >= 0 && std::is_sorted(begins.begin(), begins.end()) &&
                      static_cast<std::uint64_t>(begins.back()) == shape.bytes();
    if (!fits) fail(shape.name, "its offsets do not fit");
    check_samples(samples, begins.size() - 1 - headers, shape.name);
    std::vector<std::int64_t> all(begins.begin(), begins.begin() + static_cast<std::ptrdiff_t>(headers) + 1);
    std::vector<io::Stretch> stretches;
    io::append_stretch(stretches, {0, static_cast<std::uint64_t>(all.back())});
    for (const std::int64_t sample : samples) {
      const auto entry = static_cast<std::size_t>(sample) + headers;
      const auto from = static_cast<std::uint64_t>(begins[entry]);
      const std::uint64_t bytes = static_cast<std::uint64_t>(begins[entry + 1]) - from;
      if (bytes > (std::uint64_t{1} << 62) - static_cast<std::uint64_t>(all.back()))
        fail(shape.name, "it is too large");
      io::append_stretch(stretches, {from, bytes});
      all.push_back(all.back() + static_cast<std::int64_t>(bytes));
    }
    trim(shape.name, all, stretches);
    shape.shape[0] = static_cast<std::uint64_t>(all.back());
    put(array, std::move(shape), stretches);
    found_.arrays[offsets] = io::memory_array(info(offsets).name, all);
  }

  /// The last line of a text may lack the line feed that it has where it is stored.
  void trim(const std::string& name, std::vector<std::int64_t>& all, std::vector<io::Stretch>& stretches) const {
    const io::Attribute* told = io::find_attribute(file_.attributes, name, kSampleBytes);
    if (told == nullptr || told->data.size() != sizeof(std::uint64_t)) fail(name, "its length is missing");
    std::uint64_t bytes = 0;
    std::copy(told->data.begin(), told->data.end(), std::as_writable_bytes(std::span(&bytes, 1)).begin());
    const auto found = static_cast<std::uint64_t>(all.back());
    if (bytes == found) return;
    if (bytes + 1 != found || stretches.back().bytes == 0) fail(name, "its length differs");
    --stretches.back().bytes;
    --all.back();
  }

  const io::ArrayFile& file_;
  ExpandedSamples found_;
  std::map<std::string, std::size_t> places_;
  std::map<std::string, std::vector<std::int64_t>> indices_;
};

}  // namespace

ExpandedSamples expand_samples(const io::ArrayFile& file) {
  return Expander(file).run();
}

}  // namespace daybreak::dataset
