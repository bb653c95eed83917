#include "libcore/dataset/restore_values.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <memory>
#include <string>

#include "libcore/base/error.h"
#include "libcore/dataset/blocks.h"
#include "libcore/dataset/hash.h"
#include "libcore/dataset/hdf5_writer.h"
#include "libcore/io/atomic_file.h"

namespace daybreak::dataset {
namespace fs = std::filesystem;
namespace {

/// Hands the blocks of an original's array over in order.
template <class Take>
void each_block(const Archive& archive, std::size_t array, const Surroundings& around, Take take) {
  for_each_block(archive, array, around, [&](const ChunkPlace& place, const std::vector<std::byte>& bytes) {
    take(place, bytes);
    around.progress.advance(bytes.size());
    return true;
  });
}

/// As NumPy describes an element type; what it has no type for becomes unsigned integers.
std::string npy_descr(io::DType type) {
  switch (type) {
    case io::DType::boolean:
      return "|b1";
    case io::DType::u8:
    case io::DType::f8_e4m3:
    case io::DType::f8_e5m2:
      return "|u1";
    case io::DType::i8:
      return "|i1";
    case io::DType::u16:
    case io::DType::bf16:
      return "<u2";
    case io::DType::i16:
      return "<i2";
    case io::DType::u32:
      return "<u4";
    case io::DType::i32:
      return "<i4";
    case io::DType::u64:
      return "<u8";
    case io::DType::i64:
      return "<i8";
    case io::DType::f16:
      return "<f2";
    case io::DType::f32:
      return "<f4";
    case io::DType::f64:
      return "<f8";
  }
  throw Error(ExitStatus::bug, "an element type has no description for NumPy");
}

/// The header of .npy version 1.0: magic, length, dictionary, padded to 64 bytes.
std::string npy_header(const io::ArrayInfo& array) {
  std::string shape;
  for (const std::uint64_t extent : array.shape) shape += std::to_string(extent) + ", ";
  if (array.shape.size() > 1) shape.resize(shape.size() - 2);
  if (array.shape.size() == 1) shape.resize(shape.size() - 1);
  std::string dictionary =
      "{'descr': '" + npy_descr(array.type) + "', 'fortran_order': False, 'shape': (" + shape + "), }";
  constexpr std::size_t kPrefix = 10, kAlignment = 64;
  const std::size_t padded = (kPrefix + dictionary.size() + 1 + kAlignment - 1) / kAlignment * kAlignment;
  dictionary.resize(padded - kPrefix - 1, ' ');
  dictionary += '\n';
  const std::size_t length = dictionary.size();
  std::string header("\x93NUMPY\x01\x00", 8);
  header += static_cast<char>(length & 0xff);
  header += static_cast<char>(length >> 8);
  return header + dictionary;
}

/// A zip archive on the descriptor of a file under the law of files.
class ZipWriter {
 public:
  explicit ZipWriter(const fs::path& target)
      : target_(target), file_(target), zip_(archive_write_new(), archive_write_free) {
    check(archive_write_set_format_zip(zip_.get()));
    check(archive_write_zip_set_compression_store(zip_.get()));
    check(archive_write_open_fd(zip_.get(), file_.descriptor()));
  }
  void begin(const std::string& name, std::uint64_t bytes) {
    const std::unique_ptr<archive_entry, decltype(&archive_entry_free)> entry(archive_entry_new(), archive_entry_free);
    archive_entry_set_pathname_utf8(entry.get(), name.c_str());
    archive_entry_set_pathname(entry.get(), name.c_str());
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(bytes));
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_perm(entry.get(), 0644);
    constexpr time_t kEpochOfZip = 315532800;  // 1980-01-01, the earliest that zip knows: nothing depends on the day
    archive_entry_set_mtime(entry.get(), kEpochOfZip, 0);
    check(archive_write_header(zip_.get(), entry.get()));
  }
  void add(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
      const la_ssize_t written = archive_write_data(zip_.get(), bytes.data(), bytes.size());
      if (written <= 0) fail();
      bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
  }
  void commit() {
    check(archive_write_close(zip_.get()));
    file_.commit();
  }

 private:
  void check(int status) {
    if (status != ARCHIVE_OK) fail();
  }
  [[noreturn]] void fail() {
    const int error_number = archive_errno(zip_.get());
    if (error_number > 0) throw system_error("write", target_.string(), error_number);
    const char* reason = archive_error_string(zip_.get());
    throw Error(ExitStatus::io,
                std::string("cannot write the archive: ") + (reason != nullptr ? reason : "no reason given"), {},
                target_.string());
  }

  fs::path target_;
  io::AtomicFile file_;
  std::unique_ptr<archive, decltype(&archive_write_free)> zip_;
};

}  // namespace

void restore_npz(const Archive& archive, const KeptInput& input, const fs::path& target, const Surroundings& around) {
  ZipWriter zip(target);
  for (std::size_t i = input.first_array; i < input.first_array + input.original_arrays(); ++i) {
    const io::ArrayInfo& array = archive.original(i).info();
    const std::string header = npy_header(array);
    zip.begin(array.name.substr(input.group.size()) + ".npy", header.size() + array.bytes());
    zip.add(std::as_bytes(std::span(header)));
    each_block(archive, i, around,
               [&](const ChunkPlace&, std::span<const std::byte> bytes) { zip.add(bytes); });
  }
  zip.commit();
}

void restore_hdf5(const Archive& archive, const KeptInput& input, const fs::path& target, const Surroundings& around) {
  io::AtomicFile file(target);
  Hdf5Writer writer(file.temporary_path(), target.string());
  for (std::size_t i = input.first_array; i < input.first_array + input.original_arrays(); ++i) {
    const ChunkGrid grid = block_grid(archive, i);
    io::ArrayInfo info = archive.original(i).info();
    info.name.erase(0, input.group.size());
    if (!grid.chunked()) {
      each_block(archive, i, around,
                 [&](const ChunkPlace&, std::span<const std::byte> bytes) { writer.write_whole(info, bytes); });
      continue;
    }
    writer.begin_contiguous(info);
    each_block(archive, i, around, [&](const ChunkPlace& place, std::span<const std::byte> bytes) {
      writer.write_elements(place.first, grid, bytes);
    });
  }
  for (const io::Attribute& attribute : archive.attributes_of(input)) writer.attribute(attribute);
  writer.close();
  file.commit();
}

}  // namespace daybreak::dataset
