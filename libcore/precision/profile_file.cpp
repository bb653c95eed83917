#include "libcore/precision/profile_file.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include "libcore/base/error.h"
#include "libcore/dataset/hdf5_writer.h"
#include "libcore/io/atomic_file.h"
#include "libcore/io/hdf5_reader.h"
#include "libcore/precision/profile_json.h"

namespace daybreak::precision {
namespace {

constexpr const char *kDescription = "description", *kDirectional = "directional", *kDiagonal = "diagonal", *kHistogram = "exponent_histogram", *kProducts = "products";
constexpr std::uint64_t kLongestDescription = std::uint64_t{1} << 30;

io::Shape samples_shape(const Profile& profile) {
  return {static_cast<std::uint64_t>(profile.sequences), static_cast<std::uint64_t>(profile.labels), profile.tensors.size(), profile.formats.size()};
}

io::Shape products_shape(const Profile& profile) {
  return {static_cast<std::uint64_t>(profile.sequences), profile.tensors.size(), profile.formats.size()};
}

bool has_array(const io::ArrayFile& file, const std::string& name) {
  return std::any_of(file.arrays.begin(), file.arrays.end(), [&](const auto& array) { return array->info().name == name; });
}

/// The named array of an opened file, checked for type and shape; all of its elements.
template <typename Value>
std::vector<Value> take(const io::ArrayFile& file, const std::string& name, io::DType type, const io::Shape& shape) {
  for (const auto& array : file.arrays) {
    const io::ArrayInfo& info = array->info();
    if (info.name != name) continue;
    if (info.type != type || info.shape != shape)
      throw data_error(file.name + ": /" + name, "its type or shape does not fit the description of the profile");
    std::vector<Value> values(io::element_count(shape, file.name));
    array->read(0, std::as_writable_bytes(std::span(values)));
    return values;
  }
  throw data_error(file.name, "the array /" + name + " is missing", "expected a file made by profile-precision profile");
}

std::string description_of(const io::ArrayFile& file) {
  for (const auto& array : file.arrays) {
    const io::ArrayInfo& info = array->info();
    if (info.name != kDescription || info.type != io::DType::u8 || info.shape.size() != 1 || info.shape[0] > kLongestDescription) continue;
    std::string text(info.shape[0], '\0');
    array->read(0, std::as_writable_bytes(std::span(text)));
    return text;
  }
  throw data_error(file.name, "the file holds no profile: there is no text /" + std::string(kDescription),
                   "expected a file made by profile-precision profile");
}

void check_finite(const std::vector<double>& values, const std::string& where) {
  for (const double value : values)
    if (!std::isfinite(value)) throw data_error(where, "a value is not finite");
}

}  // namespace

void write_profile(const std::string& path, const Profile& profile) {
  io::AtomicFile file(path);
  if (file.straight()) throw usage_error(path + " is a pipe or a device, which HDF5 cannot write", "name a regular file by -o");
  dataset::Hdf5Writer writer(file.temporary_path(), path);
  writer.text_attribute("", "schema", records::kProfileSchema);
  const std::string text = profile_json(profile).dump(1);
  writer.write_whole({kDescription, io::DType::u8, {text.size()}}, std::as_bytes(std::span(text)));
  std::vector<std::uint64_t> histogram;
  for (const ProfiledTensor& tensor : profile.tensors)
    histogram.insert(histogram.end(), tensor.range.histogram.begin(), tensor.range.histogram.end());
  writer.write_whole({kHistogram, io::DType::u64, {profile.tensors.size(), 256}}, std::as_bytes(std::span(histogram)));
  writer.write_whole({kDirectional, io::DType::f64, samples_shape(profile)}, std::as_bytes(std::span(profile.directional)));
  writer.write_whole({kDiagonal, io::DType::f64, samples_shape(profile)}, std::as_bytes(std::span(profile.diagonal)));
  if (!profile.products.empty()) writer.write_whole({kProducts, io::DType::f64, products_shape(profile)}, std::as_bytes(std::span(profile.products)));
  writer.close();
  file.commit();
}

Profile read_profile(const std::string& path) {
  const io::ArrayFile file = io::open_hdf5(std::make_shared<io::InputFile>(path));
  const std::string where = file.name + ": /" + kDescription;
  Profile profile = profile_from_json(io::Json::parse(description_of(file), where), where);
  const auto histogram = take<std::uint64_t>(file, kHistogram, io::DType::u64, {profile.tensors.size(), 256});
  for (std::size_t t = 0; t < profile.tensors.size(); ++t)
    std::copy_n(histogram.begin() + static_cast<std::ptrdiff_t>(256 * t), 256, profile.tensors[t].range.histogram.begin());
  profile.directional = take<double>(file, kDirectional, io::DType::f64, samples_shape(profile));
  profile.diagonal = take<double>(file, kDiagonal, io::DType::f64, samples_shape(profile));
  check_finite(profile.directional, file.name + ": /" + kDirectional);
  check_finite(profile.diagonal, file.name + ": /" + kDiagonal);
  if (has_array(file, kProducts)) profile.products = take<double>(file, kProducts, io::DType::f64, products_shape(profile));
  check_finite(profile.products, file.name + ": /" + kProducts);
  return profile;
}

}  // namespace daybreak::precision
