#include "libcore/io/hdf5_wire.h"

#include <algorithm>

#include "libcore/base/error.h"

namespace daybreak::io {

namespace {
constexpr std::size_t kChunkFields = 8 + 8 + 8 + 4, kMappingFields = 5 * 8 + 1;
}

void Hdf5WireWriter::begin() {
  raw(std::as_bytes(std::span(kHdf5WireMagic)));
}

void Hdf5WireWriter::raw(std::span<const std::byte> bytes) {
  for (const std::byte value : bytes) buffer_.push_back(value);
}

void Hdf5WireWriter::number(std::uint64_t value, std::size_t bytes) {
  for (std::size_t k = 0; k < bytes; ++k) buffer_.push_back(static_cast<std::byte>(value >> (8 * k) & 0xffu));
}

void Hdf5WireWriter::blob(std::span<const std::byte> value) {
  number(value.size(), 8);
  raw(value);
}

void Hdf5WireWriter::text(std::string_view value) {
  blob(std::as_bytes(std::span(value)));
}

void Hdf5WireWriter::shape(const Shape& value) {
  number(value.size(), 8);
  for (const std::uint64_t extent : value) number(extent, 8);
}

void Hdf5WireWriter::dataset(const Hdf5Dataset& dataset) {
  tag(Hdf5Tag::dataset);
  text(dataset.path);
  text(dataset.unsupported);
  number(static_cast<std::uint64_t>(dataset.type), 1);
  number(dataset.big_endian ? 1 : 0, 1);
  shape(dataset.shape);
  number(static_cast<std::uint64_t>(dataset.storage), 1);
  number(dataset.address, 8);
  blob(dataset.inline_bytes);
  shape(dataset.chunk_shape);
  number(dataset.filters.size(), 8);
  for (const Hdf5Filter& filter : dataset.filters) {
    number(filter.id, 2);
    number(filter.client.size(), 8);
    for (const std::uint32_t value : filter.client) number(value, 4);
  }
  number(dataset.chunks.size(), 8);
  for (const Hdf5Chunk& chunk : dataset.chunks) {
    number(chunk.index, 8);
    number(chunk.address, 8);
    number(chunk.stored_bytes, 8);
    number(chunk.filter_mask, 4);
  }
  blob(dataset.fill);
  if (dataset.storage != Hdf5Storage::mapped) return;
  number(dataset.mappings.size(), 8);
  for (const Hdf5Mapping& mapping : dataset.mappings) {
    number(mapping.first_row, 8);
    number(mapping.rows, 8);
    text(mapping.file);
    text(mapping.dataset);
    number(mapping.source_row, 8);
    number(mapping.all ? 1 : 0, 1);
  }
}

void Hdf5WireWriter::attribute(const Attribute& attribute) {
  tag(Hdf5Tag::attribute);
  text(attribute.owner);
  text(attribute.name);
  number(static_cast<std::uint64_t>(attribute.type), 1);
  number(attribute.is_text ? 1 : 0, 1);
  shape(attribute.shape);
  blob(attribute.data);
}

void Hdf5WireWriter::note(std::string_view value) {
  tag(Hdf5Tag::note);
  text(value);
}

void Hdf5WireWriter::fault(std::string_view value) {
  tag(Hdf5Tag::fault);
  text(value);
}

void Hdf5WireWriter::end() {
  tag(Hdf5Tag::end);
}

void Hdf5WireReader::fail(const std::string& what) const {
  throw data_error(name_, "HDF5's parser gave a table that makes no sense: " + what, "the file is damaged or hostile");
}

std::span<const std::byte> Hdf5WireReader::take(std::uint64_t bytes) {
  if (bytes > rest_.size()) fail("it ends early");
  const auto taken = rest_.first(static_cast<std::size_t>(bytes));
  rest_ = rest_.subspan(taken.size());
  return taken;
}

std::uint64_t Hdf5WireReader::number(std::size_t bytes) {
  std::uint64_t value = 0;
  const auto taken = take(bytes);
  for (std::size_t k = 0; k < bytes; ++k) value |= std::to_integer<std::uint64_t>(taken[k]) << (8 * k);
  return value;
}

std::size_t Hdf5WireReader::length(std::size_t item_bytes) {
  const std::uint64_t count = number(8);
  if (count > rest_.size() / item_bytes) fail("a list is longer than the table");
  return static_cast<std::size_t>(count);
}

std::vector<std::byte> Hdf5WireReader::blob() {
  const auto taken = take(length(1));
  return {taken.begin(), taken.end()};
}

std::string Hdf5WireReader::text() {
  const auto taken = take(length(1));
  return {reinterpret_cast<const char*>(taken.data()), taken.size()};
}

Shape Hdf5WireReader::shape() {
  Shape extents(length(8));
  for (std::uint64_t& extent : extents) extent = number(8);
  return extents;
}

DType Hdf5WireReader::type() {
  const std::uint64_t value = number(1);
  if (value > static_cast<std::uint64_t>(DType::f64)) fail("an unknown element type");
  return static_cast<DType>(value);
}

void Hdf5WireReader::magic() {
  const auto taken = take(kHdf5WireMagic.size());
  if (!std::equal(taken.begin(), taken.end(), std::as_bytes(std::span(kHdf5WireMagic)).begin())) fail("a wrong start");
}

Hdf5Tag Hdf5WireReader::tag() {
  return static_cast<Hdf5Tag>(number(1));
}

Hdf5Dataset Hdf5WireReader::dataset() {
  Hdf5Dataset dataset;
  dataset.path = text();
  dataset.unsupported = text();
  dataset.type = type();
  dataset.big_endian = number(1) != 0;
  dataset.shape = shape();
  const std::uint64_t storage = number(1);
  if (storage > static_cast<std::uint64_t>(Hdf5Storage::mapped)) fail("an unknown kind of storage");
  dataset.storage = static_cast<Hdf5Storage>(storage);
  dataset.address = number(8);
  dataset.inline_bytes = blob();
  dataset.chunk_shape = shape();
  dataset.filters.resize(length(2 + 8));
  for (Hdf5Filter& filter : dataset.filters) {
    filter.id = static_cast<std::uint16_t>(number(2));
    filter.client.resize(length(4));
    for (std::uint32_t& value : filter.client) value = static_cast<std::uint32_t>(number(4));
  }
  dataset.chunks.resize(length(kChunkFields));
  for (Hdf5Chunk& chunk : dataset.chunks) {
    chunk.index = number(8);
    chunk.address = number(8);
    chunk.stored_bytes = number(8);
    chunk.filter_mask = static_cast<std::uint32_t>(number(4));
  }
  dataset.fill = blob();
  if (dataset.storage != Hdf5Storage::mapped) return dataset;
  dataset.mappings.resize(length(kMappingFields));
  for (Hdf5Mapping& mapping : dataset.mappings) {
    mapping.first_row = number(8);
    mapping.rows = number(8);
    mapping.file = text();
    mapping.dataset = text();
    mapping.source_row = number(8);
    mapping.all = number(1) != 0;
  }
  return dataset;
}

Attribute Hdf5WireReader::attribute() {
  Attribute attribute;
  attribute.owner = text();
  attribute.name = text();
  attribute.type = type();
  attribute.is_text = number(1) != 0;
  attribute.shape = shape();
  attribute.data = blob();
  return attribute;
}

}  // namespace daybreak::io
