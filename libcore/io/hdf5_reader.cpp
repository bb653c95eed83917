#include "libcore/io/hdf5_reader.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/io/hdf5_mapped.h"
#include "libcore/io/hdf5_source.h"
#include "libcore/io/hdf5_table.h"

namespace daybreak::io {
namespace {

constexpr std::string_view kNoVariable = "This is a netCDF dimension but not a netCDF variable.";

/// The texts that decide how a dataset is taken, by owner.
struct Marks {
  std::string name, dtype;
};

std::map<std::string, Marks> marks_of(const std::vector<Attribute>& attributes) {
  std::map<std::string, Marks> marks;
  for (const Attribute& entry : attributes) {
    const std::string text(reinterpret_cast<const char*>(entry.data.data()), entry.data.size());
    if (entry.is_text && entry.name == "NAME") marks[entry.owner].name = text;
    if (entry.is_text && entry.name == "dtype") marks[entry.owner].dtype = text;
  }
  return marks;
}

/// Types that HDF5 has no name for travel as integers beside an attribute `dtype`.
bool restore_type(Hdf5Dataset& dataset, std::string_view name) {
  if (dataset.type == DType::u16 && name == "bfloat16") dataset.type = DType::bf16;
  else if (dataset.type == DType::u8 && name == "float8_e4m3fn") dataset.type = DType::f8_e4m3;
  else if (dataset.type == DType::u8 && name == "float8_e5m2") dataset.type = DType::f8_e5m2;
  else return false;
  return true;
}

bool is_netcdf(const Hdf5Table& table) {
  return std::any_of(table.attributes.begin(), table.attributes.end(), [](const Attribute& entry) {
    return (entry.owner.empty() && entry.name == "_NCProperties") || entry.name == "_Netcdf4Dimid" ||
           entry.name == "_Netcdf4Coordinates";
  });
}

}  // namespace

ArrayFile open_hdf5(const std::shared_ptr<const InputFile>& file, std::int64_t threads) {
  Hdf5Table table = read_hdf5_table(*file);
  ArrayFile opened;
  opened.name = file->name();
  opened.format = is_netcdf(table) ? "netcdf" : "hdf5";
  opened.notes = std::move(table.notes);
  std::map<std::string, Marks> marks = marks_of(table.attributes);
  std::set<std::string> no_variables, typed;
  std::vector<Hdf5Dataset> stored;                      // here
  std::vector<std::unique_ptr<ArraySource>> elsewhere;  // for each that is taken its source, none where it is stored here
  std::optional<MappedFiles> others;
  for (Hdf5Dataset& dataset : table.datasets) {
    const Marks& mark = marks[dataset.path];
    if (mark.name.starts_with(kNoVariable)) {
      no_variables.insert(dataset.path);
      continue;
    }
    check_readable(dataset, file->name());
    const DType kept = dataset.type;
    if (restore_type(dataset, mark.dtype)) typed.insert(dataset.path);
    elsewhere.push_back(nullptr);
    if (dataset.storage != Hdf5Storage::mapped) {
      stored.push_back(std::move(dataset));
      continue;
    }
    if (!others) others.emplace(*file, threads);
    elsewhere.back() = others->source(dataset, kept);
  }
  std::vector<std::unique_ptr<ArraySource>> here = hdf5_sources(file, std::move(stored), threads, hdf5_chunk_cache());
  for (auto next = here.begin(); std::unique_ptr<ArraySource>& source : elsewhere)
    opened.arrays.push_back(source ? std::move(source) : std::move(*next++));
  if (others) opened.mapped = others->files();
  for (Attribute& entry : table.attributes)
    if (!no_variables.contains(entry.owner) && !(entry.name == "dtype" && typed.contains(entry.owner)))
      opened.attributes.push_back(std::move(entry));
  return opened;
}

}  // namespace daybreak::io
