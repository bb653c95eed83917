#include "libcore/io/file_format.h"

#include <algorithm>
#include <array>

#include "libcore/base/utf8.h"
#include "libcore/io/idx.h"
#include "libcore/io/safetensors.h"
#include "libcore/io/tokens.h"

namespace daybreak::io {
namespace {

struct NamedFormat {
  std::string_view suffix, format;
};

// A name decides where the content does not, and makes a file that is not what it is called an error.
constexpr std::array<NamedFormat, 16> kBySuffix{{
    {".npy", "npy"}, {".npz", "npz"}, {".safetensors", "safetensors"}, {".h5", "hdf5"}, {".hdf5", "hdf5"},
    {".nc", "netcdf"}, {".cdf", "netcdf"}, {".nc4", "hdf5"}, {".tar", "tar"}, {".tgz", "tar"}, {".csv", "csv"},
    {".jsonl", "jsonl"}, {".ndjson", "jsonl"}, {".txt", "text"}, {".idx", "idx"}, {"-ubyte", "idx"},
}};

std::string lower_name(const std::string& name) {
  std::string lower = name;
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  for (const std::string_view packed : {".gz", ".zst", ".zstd"})
    if (lower.ends_with(packed)) lower.resize(lower.size() - packed.size());
  return lower;
}

/// The signature stands at byte 0, 512, 1024, 2048, ...: a block of the user's own may come first.
bool is_hdf5(const InputFile& file) {
  constexpr std::string_view kSignature = "\x89HDF\r\n\x1a\n";
  for (std::uint64_t at = 0; at + kSignature.size() <= file.size(); at = at == 0 ? 512 : 2 * at)
    if (file.text_at(at, kSignature.size()) == kSignature) return true;
  return false;
}

/// A first header block with the magic of POSIX or GNU tar and a checksum that holds.
bool is_tar(const InputFile& file) {
  if (file.size() < 512) return false;
  const std::string block = file.text_at(0, 512);
  if (block.compare(257, 5, "ustar") != 0) return false;
  unsigned sum = 0, told = 0;
  for (std::size_t i = 0; i < block.size(); ++i) sum += i >= 148 && i < 156 ? 32U : static_cast<unsigned char>(block[i]);
  for (std::size_t i = 148; i < 156; ++i)
    if (block[i] >= '0' && block[i] <= '7') told = told * 8 + static_cast<unsigned>(block[i] - '0');
  return sum == told;
}

std::string by_content(const InputFile& file) {
  std::array<char, 8> head{};
  const std::size_t got = file.read_some(0, std::as_writable_bytes(std::span(head)));
  const std::string_view start(head.data(), got);
  if (start.starts_with("\x93NUMPY")) return "npy";
  if (start.starts_with("PK\x03\x04") || start.starts_with("PK\x05\x06")) return "npz";
  if (start.size() > 3 && start.starts_with("CDF") && (start[3] == 1 || start[3] == 2 || start[3] == 5)) return "netcdf";
  if (is_hdf5(file)) return "hdf5";
  if (is_llmc(file)) return "llmc";
  if (is_safetensors(file)) return "safetensors";
  if (is_tar(file)) return "tar";
  return is_idx(file) ? "idx" : "";
}

std::string by_name(const InputFile& file) {
  const std::string name = lower_name(file.name());
  for (const NamedFormat& known : kBySuffix)
    if (name.ends_with(known.suffix)) return std::string(known.format);
  return "";
}

bool begins_as_text(const InputFile& file) {
  std::string head(std::size_t{1} << 16, '\0');
  head.resize(file.read_some(0, std::as_writable_bytes(std::span(head))));
  const std::size_t cut = head.size() < file.size() ? 3 : 0;  // the last character may go on after the block
  return head.find('\0') == std::string::npos && utf8_prefix(head) + cut >= head.size();
}

}  // namespace

std::string guess_format(const InputFile& file, const ReadOptions& options) {
  if (const std::string format = by_content(file); !format.empty()) return format;
  if (const std::string format = by_name(file); !format.empty()) return format;
  if (options.dtype) return "raw";
  return begins_as_text(file) ? "text" : "bytes";
}

}  // namespace daybreak::io
