#pragma once
// The members of tar and zip archives, unpacked one after the other into a temporary file.
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "libcore/io/input_file.h"

namespace daybreak::io {

enum class ArchiveKind { tar, zip };

/// A regular file of an archive. Its name is never used as a path.
struct ArchiveMember {
  std::string name;                        // relative, without "..", unique; checked
  std::shared_ptr<const InputFile> file;   // called "archive: name" in messages
};

/// All regular members in the order of the archive; folders, links and devices are passed over. The bytes stand in one
/// unlinked temporary file. At most `unpacked_limit` bytes and a million members, no encryption, no sparse members.
/// Errors: Error (data, naming archive and member).
std::vector<ArchiveMember> unpack_archive(const std::shared_ptr<const InputFile>& archive, ArchiveKind kind,
                                          std::uint64_t unpacked_limit = kUnpackedLimit);

/// "a/b.npy" passes. Error (data) for an absolute name, one with "..", and one that is no printable UTF-8.
void check_member_name(const std::string& name, const std::string& archive);

}  // namespace daybreak::io
