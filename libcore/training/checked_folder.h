#pragma once
// A checkpoint's files, compared with its manifest and read once.
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/io/safetensors.h"

namespace daybreak::training {

/// The folder of a checkpoint. Its small files are compared with the manifest at once, so that they may be used; its
/// tensors' files are so long that they are compared while they are read. A folder without a manifest is no checkpoint,
/// but perhaps a model: nothing of it is compared.
class CheckedFolder {
 public:
  /// model: all but what only --resume reads, which are moments and state.json.
  enum class Part { all, model };
  /// Errors: Error (data, no_input) that name the first file that differs or is missing; a missing manifest is one for
  /// Part::all.
  CheckedFolder(std::filesystem::path directory, Part part);
  CheckedFolder(CheckedFolder&&) noexcept;
  ~CheckedFolder();

  const std::filesystem::path& path() const { return directory_; }
  /// Those of the part that have moments.
  std::vector<std::string> moment_files() const;
  /// Nothing was read of this file, and who reads it compares it: a rank of a job, whose ranks read all of them together.
  void leave_out(const std::string& file);

  /// read(observer) reads tensors, those of a file best in the order of its data, and tells the observer. What it
  /// returns is handed out once every file of the part has been compared. Bytes that differ explain whatever else it
  /// met, and are told of in its place.
  template <typename Read>
  auto read(const Read& read) {
    try {
      auto result = read([this](const io::InputFile& file, std::uint64_t offset, std::span<const std::byte> bytes) {
        observe(file, offset, bytes);
      });
      compare();
      return result;
    } catch (const Error&) {
      compare();
      throw;
    }
  }

 private:
  struct Pending;
  void observe(const io::InputFile& file, std::uint64_t offset, std::span<const std::byte> bytes);
  /// Reads what nobody has read, and compares.
  void compare();

  std::filesystem::path directory_;
  std::vector<std::unique_ptr<Pending>> pending_;  // files of tensors
};

}  // namespace daybreak::training
