#pragma once
// Walks an HDF5 file through the HDF5 library and writes its table. For the confined child, never for the parent.
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "libcore/io/hdf5_wire.h"

namespace daybreak::io {

/// Visits every object once, by hard links alone: cycles end, and a second name of an object becomes a note.
class Hdf5Walker {
 public:
  /// `send` takes the writer's buffer away when it has grown.
  Hdf5Walker(Hdf5WireWriter& writer, std::function<void()> send) : writer_(writer), send_(std::move(send)) {}

  /// The whole file behind the handle. Errors: Hdf5Fault.
  void walk(std::int64_t file);

 private:
  void group(std::int64_t id, const std::string& path, int depth);
  void object(std::int64_t parent, const std::string& name, const std::string& path, int depth);
  void attributes(std::int64_t object, const std::string& owner);

  Hdf5WireWriter& writer_;
  std::function<void()> send_;
  std::set<std::uint64_t> seen_;
};

/// One dataset with its storage. Types and storages that cannot be read come back with the reason in `unsupported`.
Hdf5Dataset describe_dataset(std::int64_t dataset, const std::string& path);

/// Where the chunks of a dataset stand, ascending by index; `described` has its shape, chunk shape and filters.
std::vector<Hdf5Chunk> list_chunks(std::int64_t dataset, std::int64_t space, std::int64_t creation,
                                   const Hdf5Dataset& described);

/// Fills in which rows of a virtual dataset stand where; `described` has its shape. Returns why it cannot be read, or "".
std::string list_mappings(std::int64_t creation, Hdf5Dataset& described);

/// One attribute, or why it cannot be kept.
struct AttributeResult {
  Attribute attribute;
  std::string unsupported;
};
AttributeResult read_attribute(std::int64_t attribute);

}  // namespace daybreak::io
