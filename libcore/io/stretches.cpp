#include "libcore/io/stretches.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "libcore/base/error.h"

namespace daybreak::io {
namespace {

[[noreturn]] void misfit(const ArrayInfo& info, std::uint64_t found) {
  throw Error(ExitStatus::bug, "\"" + info.name + "\" needs " + std::to_string(info.bytes()) + " bytes, but " +
                                   std::to_string(found) + " were given");
}

class StretchedArray final : public ArraySource {
 public:
  StretchedArray(ArrayInfo info, const std::vector<Stretch>& stretches, ReadBytes read)
      : info_(std::move(info)), read_(std::move(read)) {
    from_.reserve(stretches.size());
    begins_.reserve(stretches.size() + 1);
    std::uint64_t total = 0;
    for (const Stretch& one : stretches) {
      if (one.bytes == 0) continue;
      from_.push_back(one.from);
      begins_.push_back(total);
      total += one.bytes;
    }
    begins_.push_back(total);
    if (total != info_.bytes()) misfit(info_, total);
  }

  const ArrayInfo& info() const override { return info_; }

  void read(std::uint64_t offset, std::span<std::byte> out) const override {
    if (out.empty()) return;
    auto at = static_cast<std::size_t>(std::upper_bound(begins_.begin(), begins_.end(), offset) - begins_.begin()) - 1;
    for (; !out.empty(); ++at) {
      const std::uint64_t skipped = offset - begins_[at];
      const auto now =
          static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), begins_[at + 1] - begins_[at] - skipped));
      read_(from_[at] + skipped, out.first(now));
      offset += now;
      out = out.subspan(now);
    }
  }

 private:
  ArrayInfo info_;
  ReadBytes read_;
  std::vector<std::uint64_t> from_, begins_;  // begins_ has the end of all as its last
};

class MemoryArray final : public ArraySource {
 public:
  MemoryArray(ArrayInfo info, std::vector<std::byte> bytes) : info_(std::move(info)), bytes_(std::move(bytes)) {
    if (bytes_.size() != info_.bytes()) misfit(info_, bytes_.size());
  }
  const ArrayInfo& info() const override { return info_; }
  void read(std::uint64_t offset, std::span<std::byte> out) const override {
    if (!out.empty()) std::memcpy(out.data(), bytes_.data() + offset, out.size());
  }

 private:
  ArrayInfo info_;
  std::vector<std::byte> bytes_;
};

std::vector<std::byte> copied(std::span<const std::byte> bytes) {
  return {bytes.begin(), bytes.end()};
}

}  // namespace

void append_stretch(std::vector<Stretch>& stretches, Stretch next) {
  if (!stretches.empty() && stretches.back().from + stretches.back().bytes == next.from)
    stretches.back().bytes += next.bytes;
  else
    stretches.push_back(next);
}

std::unique_ptr<ArraySource> stretched_array(ArrayInfo info, const std::vector<Stretch>& stretches, ReadBytes read) {
  return std::make_unique<StretchedArray>(std::move(info), stretches, std::move(read));
}

std::unique_ptr<ArraySource> memory_array(ArrayInfo info, std::vector<std::byte> bytes) {
  return std::make_unique<MemoryArray>(std::move(info), std::move(bytes));
}

std::unique_ptr<ArraySource> memory_array(const std::string& name, const std::vector<std::int64_t>& values) {
  return memory_array({name, DType::i64, {values.size()}}, copied(std::as_bytes(std::span(values))));
}

std::unique_ptr<ArraySource> memory_array(const std::string& name, std::string_view bytes) {
  return memory_array({name, DType::u8, {bytes.size()}}, copied(std::as_bytes(std::span(bytes))));
}

Attribute text_attribute(const std::string& owner, const std::string& name, std::string_view value) {
  return {owner, name, DType::u8, true, {value.size()}, copied(std::as_bytes(std::span(value)))};
}

Attribute text_attribute(const std::string& owner, const std::string& name, const std::vector<std::string>& values) {
  std::size_t width = 1;
  for (const std::string& value : values) width = std::max(width, value.size());
  std::string padded;
  for (const std::string& value : values) padded += value + std::string(width - value.size(), '\0');
  return {owner, name, DType::u8, true, {values.size(), width}, copied(std::as_bytes(std::span(padded)))};
}

Attribute integer_attribute(const std::string& owner, const std::string& name, std::uint64_t value) {
  return {owner, name, DType::u64, false, {}, copied(std::as_bytes(std::span(&value, 1)))};
}

const Attribute* find_attribute(const std::vector<Attribute>& attributes, std::string_view owner,
                                std::string_view name) {
  for (const Attribute& one : attributes)
    if (one.owner == owner && one.name == name) return &one;
  return nullptr;
}

std::vector<std::string> attribute_texts(const Attribute& attribute) {
  std::vector<std::string> texts;
  if (!attribute.is_text || attribute.shape.empty() || attribute.shape.back() == 0) return texts;
  const std::string_view all(reinterpret_cast<const char*>(attribute.data.data()), attribute.data.size());
  for (std::size_t at = 0; at < all.size(); at += attribute.shape.back()) {
    const std::string_view one = all.substr(at, attribute.shape.back());
    texts.emplace_back(one.substr(0, one.find('\0')));
  }
  return texts;
}

}  // namespace daybreak::io
