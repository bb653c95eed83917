#include "libcore/io/netcdf_header.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/io/file_array.h"
#include "libcore/io/layout.h"

namespace daybreak::io {
namespace {

constexpr std::uint32_t kDimensions = 10, kVariables = 11, kAttributes = 12;
constexpr std::uint64_t kLongestHeader = std::uint64_t{1} << 26;

std::uint64_t padded(std::uint64_t bytes) {
  return (bytes + 3) / 4 * 4;
}

/// Reads big-endian fields in order out of a window of the file; nothing beyond its end is believed.
class Cursor {
 public:
  explicit Cursor(const InputFile& file) : file_(file), end_(std::min(file.size(), kLongestHeader)) {
    if (end_ < 4 || take(3) != "CDF") throw data_error(file.name(), "not a classic NetCDF file: it does not begin with CDF");
    version_ = static_cast<int>(number(1));
    if (version_ != 1 && version_ != 2 && version_ != 5)
      throw data_error(file.name(), "expected NetCDF version 1, 2 or 5, found " + std::to_string(version_));
  }

  int version() const { return version_; }
  std::uint64_t at() const { return at_; }
  const std::string& name() const { return file_.name(); }

  std::uint64_t number(std::size_t width) {
    const std::string_view field = take(width);
    std::uint64_t value = 0;
    for (const char c : field) value = value << 8 | static_cast<unsigned char>(c);
    return value;
  }
  std::uint32_t tag() { return static_cast<std::uint32_t>(number(4)); }
  std::uint64_t count() { return number(version_ == 5 ? 8 : 4); }
  std::uint64_t offset() { return number(version_ == 1 ? 4 : 8); }
  /// A count of things that take at least `each` bytes of the header.
  std::uint64_t count_of(std::uint64_t each) {
    const std::uint64_t value = count();
    if (value > (end_ - at_) / each) fail("a list claims " + std::to_string(value) + " members, more than its header can hold");
    return value;
  }
  /// The next bytes; good until the next call.
  std::string_view take(std::uint64_t bytes) {
    if (bytes > end_ - at_) fail("the header is cut short");
    if (at_ + bytes > window_.size()) grow(at_ + bytes);
    const std::string_view field = std::string_view(window_).substr(static_cast<std::size_t>(at_), static_cast<std::size_t>(bytes));
    at_ += bytes;
    return field;
  }
  std::string_view take_padded(std::uint64_t bytes) { return take(padded(bytes)).substr(0, static_cast<std::size_t>(bytes)); }
  std::string text() {
    const std::uint64_t bytes = count_of(1);
    std::string value(take_padded(bytes));
    check_array_name(value, file_.name());
    return value;
  }
  [[noreturn]] void fail(const std::string& message) const {
    throw data_error(file_.name(), message + " (at byte " + std::to_string(at_) + " of the header)", "is the file cut short?");
  }

 private:
  void grow(std::uint64_t wanted) {
    const auto before = window_.size();
    window_.resize(static_cast<std::size_t>(std::min(end_, std::max<std::uint64_t>(wanted, 2 * before + 4096))));
    file_.read_at(before, std::as_writable_bytes(std::span(window_).subspan(before)));
  }

  const InputFile& file_;
  std::uint64_t end_;  // of what may be header
  std::string window_;
  int version_ = 0;
  std::uint64_t at_ = 0;
};

DType type_of(std::uint32_t code, const Cursor& in) {
  constexpr std::array kTypes{DType::i8, DType::u8, DType::i16, DType::i32, DType::f32, DType::f64,
                              DType::u8, DType::u16, DType::u32, DType::i64, DType::u64};
  const std::uint32_t most = in.version() == 5 ? 11 : 6;
  if (code < 1 || code > most) in.fail("expected an element type of 1 to " + std::to_string(most) + ", found " + std::to_string(code));
  return kTypes[code - 1];
}

/// The number of members of a list that must have this tag where it has any.
std::uint64_t list(Cursor& in, std::uint32_t tag, std::uint64_t each) {
  const std::uint32_t found = in.tag();
  const std::uint64_t count = in.count_of(each);
  if (found != tag && !(found == 0 && count == 0))
    in.fail("expected the list tag " + std::to_string(tag) + ", found " + std::to_string(found));
  return count;
}

void read_attributes(Cursor& in, const std::string& owner, std::vector<Attribute>& out) {
  const std::uint64_t count = list(in, kAttributes, 12);
  std::set<std::string> names;
  for (std::uint64_t i = 0; i < count; ++i) {
    Attribute attribute;
    attribute.owner = owner;
    attribute.name = in.text();
    if (!names.insert(attribute.name).second) in.fail("attribute \"" + attribute.name + "\" appears twice");
    const std::uint32_t code = in.tag();
    attribute.type = type_of(code, in);
    attribute.is_text = code == 2;
    const std::size_t size = dtype_bytes(attribute.type);
    const std::uint64_t elements = in.count_of(size);
    attribute.shape = {elements};
    const auto bytes = std::as_bytes(std::span(in.take_padded(elements * size)));
    attribute.data.assign(bytes.begin(), bytes.end());
    swap_bytes(attribute.data, size);
    out.push_back(std::move(attribute));
  }
}

struct Dimension {
  std::string name;
  std::uint64_t extent = 0;  // 0: the record dimension
};

std::vector<Dimension> read_dimensions(Cursor& in) {
  const std::uint64_t count = list(in, kDimensions, 8);
  std::vector<Dimension> dimensions;
  std::size_t records = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    Dimension dimension{in.text()};
    dimension.extent = in.count();
    records += dimension.extent == 0;
    dimensions.push_back(std::move(dimension));
  }
  if (records > 1) in.fail("more than one dimension has no length");
  return dimensions;
}

NetcdfVariable read_variable(Cursor& in, const std::vector<Dimension>& dimensions, std::vector<Attribute>& attributes) {
  NetcdfVariable variable;
  variable.info.name = in.text();
  const std::uint64_t rank = in.count_of(4);
  if (rank > 1024) in.fail("variable \"" + variable.info.name + "\" has more than 1024 dimensions");
  for (std::uint64_t i = 0; i < rank; ++i) {
    const std::uint64_t id = in.count();
    if (id >= dimensions.size()) in.fail("variable \"" + variable.info.name + "\" has the unknown dimension " + std::to_string(id));
    const std::uint64_t extent = dimensions[static_cast<std::size_t>(id)].extent;
    if (extent == 0 && i > 0) in.fail("variable \"" + variable.info.name + "\" has the record dimension in another place than the first");
    variable.over_records = variable.over_records || extent == 0;
    variable.info.shape.push_back(extent);
  }
  read_attributes(in, variable.info.name, attributes);
  variable.info.type = type_of(in.tag(), in);
  in.count();  // vsize: redundant, and wrong by design where it does not fit its field
  variable.begin = in.offset();
  Shape record = variable.info.shape;
  if (variable.over_records) record.erase(record.begin());
  variable.record_bytes = element_count(record, in.name() + ": " + variable.info.name) * dtype_bytes(variable.info.type);
  return variable;
}

/// A record holds all record variables, each padded to 4 bytes, except where there is only one.
std::uint64_t record_step(const std::vector<NetcdfVariable>& variables) {
  std::uint64_t step = 0, last = 0, count = 0;
  for (const NetcdfVariable& variable : variables) {
    if (!variable.over_records) continue;
    last = variable.record_bytes;
    step += padded(last);
    ++count;
    if (step > std::uint64_t{1} << 62) return step;
  }
  return count == 1 ? last : step;
}

/// The number of records, from the size of the file where the writer left it open.
std::uint64_t record_count(std::uint64_t told, const NetcdfHeader& header, const InputFile& file, bool wide) {
  const bool open = wide ? told == ~std::uint64_t{0} : told == 0xFFFFFFFF;
  if (!open) return told;
  std::uint64_t first = file.size();
  for (const NetcdfVariable& variable : header.variables)
    if (variable.over_records) first = std::min(first, variable.begin);
  return header.record_step == 0 ? 0 : (file.size() - first) / header.record_step;
}

/// Two variables over the same bytes are no honest file, and a small one could claim to be huge that way.
void check_extents(const NetcdfHeader& header, const InputFile& file) {
  struct Extent {
    std::uint64_t begin, end;
    const NetcdfVariable* variable;
  };
  std::vector<Extent> extents;
  for (const NetcdfVariable& variable : header.variables) {
    if (variable.info.bytes() == 0) continue;
    if (variable.begin < header.bytes || variable.begin > file.size() || variable.record_bytes > file.size() - variable.begin)
      throw data_error(file.name(), "variable \"" + variable.info.name + "\" has its " + std::to_string(variable.record_bytes) +
                                        " bytes at byte " + std::to_string(variable.begin) +
                                        ", which is not within the data of the file (bytes " +
                                        std::to_string(header.bytes) + " to " + std::to_string(file.size()) + ")",
                       "is the file cut short?");
    extents.push_back({variable.begin, variable.begin + variable.record_bytes, &variable});
  }
  std::sort(extents.begin(), extents.end(), [](const Extent& a, const Extent& b) { return a.begin < b.begin; });
  for (std::size_t i = 1; i < extents.size(); ++i)
    if (extents[i].begin < extents[i - 1].end)
      throw data_error(file.name(), "variables \"" + extents[i - 1].variable->info.name + "\" and \"" +
                                        extents[i].variable->info.name + "\" overlap");
}

}  // namespace

NetcdfHeader read_netcdf_header(const InputFile& file) {
  Cursor in(file);
  NetcdfHeader header;
  const std::uint64_t told = in.count();
  const std::vector<Dimension> dimensions = read_dimensions(in);
  read_attributes(in, "", header.attributes);
  const std::uint64_t count = list(in, kVariables, 28);
  std::set<std::string> names;
  for (std::uint64_t i = 0; i < count; ++i) {
    header.variables.push_back(read_variable(in, dimensions, header.attributes));
    const std::string& name = header.variables.back().info.name;
    if (!names.insert(name).second) in.fail("variable \"" + name + "\" appears twice");
  }
  header.bytes = in.at();
  header.record_step = record_step(header.variables);
  const std::uint64_t records = record_count(told, header, file, in.version() == 5);
  for (NetcdfVariable& variable : header.variables) {
    if (variable.over_records) variable.info.shape[0] = records;
    element_count(variable.info.shape, file.name() + ": " + variable.info.name);
  }
  check_extents(header, file);
  return header;
}

}  // namespace daybreak::io
