#include "libcore/io/sample_folder.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <memory>
#include <set>
#include <tuple>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/io/input_file.h"
#include "libcore/io/sample_columns.h"
#include "libcore/io/stretches.h"

namespace daybreak::io {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kMostFiles = 20'000'000;
constexpr mode_t kUsualMode = 0644;

struct Entry {
  std::string name;        // relative, with "/"
  std::string class_name;  // "" for a file in the folder itself
  std::uint64_t bytes = 0, begin = 0;
  mode_t mode = kUsualMode;
};

/// The files one after the other. Each is opened when it is read: there may be more than descriptors.
class FilesArray final : public ArraySource {
 public:
  FilesArray(std::string folder, std::vector<Entry> entries)
      : folder_(std::move(folder)), entries_(std::move(entries)) {
    info_ = {"bytes", DType::u8, {entries_.empty() ? 0 : entries_.back().begin + entries_.back().bytes}};
  }
  const ArrayInfo& info() const override { return info_; }

  void read(std::uint64_t offset, std::span<std::byte> out) const override {
    if (out.empty()) return;
    auto at = std::upper_bound(entries_.begin(), entries_.end(), offset,
                               [](std::uint64_t value, const Entry& entry) { return value < entry.begin; }) -
              1;
    for (; !out.empty(); ++at) {
      const std::uint64_t skipped = offset - at->begin;
      const auto now = static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), at->bytes - skipped));
      if (now > 0) open_file(*at)->read_at(skipped, out.first(now));
      offset += now;
      out = out.subspan(now);
    }
  }

 private:
  std::unique_ptr<InputFile> open_file(const Entry& entry) const {
    const std::string path = (fs::path(folder_) / entry.name).string();
    const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (descriptor < 0) throw system_error("open", path, errno);
    auto file = std::make_unique<InputFile>(path, descriptor);
    if (file->size() != entry.bytes)
      throw data_error(path,
                       "had " + std::to_string(entry.bytes) + " bytes and now has " + std::to_string(file->size()),
                       "try again when nothing changes the folder");
    return file;
  }

  std::string folder_;
  std::vector<Entry> entries_;
  ArrayInfo info_;
};

/// What was left out, counted for the notes.
struct LeftOut {
  std::uint64_t hidden = 0, links = 0, others = 0;
};

std::vector<std::string> notes_of(const LeftOut& left) {
  std::vector<std::string> notes;
  const auto note = [&](std::uint64_t count, const std::string& what) {
    if (count > 0) notes.push_back(std::to_string(count) + " " + what + " left out");
  };
  note(left.hidden, "hidden files or folders were");
  note(left.links, "symbolic links were");
  note(left.others, "pipes, sockets or devices were");
  return notes;
}

class Walker {
 public:
  explicit Walker(const std::string& folder) : folder_(folder) {}

  std::vector<Entry> walk(LeftOut& left) {
    std::vector<Entry> entries;
    try {
      for (auto at = fs::recursive_directory_iterator(folder_); at != fs::recursive_directory_iterator(); ++at)
        visit(at, entries, left);
    } catch (const fs::filesystem_error& failure) {
      throw system_error("read", failure.path1().empty() ? folder_ : failure.path1().string(), failure.code().value());
    }
    std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return order(a) < order(b); });
    std::uint64_t begin = 0;
    for (Entry& entry : entries) {
      entry.begin = begin;
      begin += entry.bytes;
    }
    return entries;
  }

 private:
  void visit(fs::recursive_directory_iterator& at, std::vector<Entry>& entries, LeftOut& left) const {
    if (at->path().filename().string().starts_with('.')) {
      ++left.hidden;
      at.disable_recursion_pending();
      return;
    }
    struct stat status {};
    if (lstat(at->path().c_str(), &status) != 0) throw system_error("read", at->path().string(), errno);
    if (S_ISDIR(status.st_mode)) return;
    if (!S_ISREG(status.st_mode)) {
      ++(S_ISLNK(status.st_mode) ? left.links : left.others);
      return;
    }
    if (entries.size() == kMostFiles) throw data_error(folder_, "holds more than 20 million files");
    Entry entry;
    entry.name = at->path().lexically_relative(folder_).generic_string();
    const auto slash = entry.name.find('/');
    if (slash != std::string::npos) entry.class_name = entry.name.substr(0, slash);
    entry.bytes = static_cast<std::uint64_t>(status.st_size);
    entry.mode = status.st_mode & 0777;
    entries.push_back(std::move(entry));
  }

  /// As torchvision walks: class, then folder, then name, each by bytes.
  static std::tuple<std::string_view, std::string_view, std::string_view> order(const Entry& entry) {
    const std::string_view name = entry.name;
    const auto slash = name.rfind('/');
    if (slash == std::string_view::npos) return {entry.class_name, "", name};
    return {entry.class_name, name.substr(0, slash), name.substr(slash + 1)};
  }

  std::string folder_;
};

void add_labels(ArrayFile& file, const std::vector<Entry>& entries) {
  std::set<std::string> classes;
  for (const Entry& entry : entries)
    if (!entry.class_name.empty()) classes.insert(entry.class_name);
  if (classes.empty()) return;
  const std::vector<std::string> names(classes.begin(), classes.end());
  std::vector<std::int64_t> labels;
  for (const Entry& entry : entries)
    labels.push_back(
        entry.class_name.empty() ? -1 : std::lower_bound(names.begin(), names.end(), entry.class_name) - names.begin());
  add_sample_labels(file, labels, names);
}

void add_modes(ArrayFile& file, const std::vector<Entry>& entries) {
  if (std::all_of(entries.begin(), entries.end(), [](const Entry& entry) { return entry.mode == kUsualMode; })) return;
  std::vector<std::uint16_t> modes;
  for (const Entry& entry : entries) modes.push_back(static_cast<std::uint16_t>(entry.mode));
  const auto bytes = std::as_bytes(std::span(modes));
  file.arrays.push_back(memory_array({"modes", DType::u16, {modes.size()}}, {bytes.begin(), bytes.end()}));
  file.attributes.push_back(text_attribute("modes", kRole, "modes"));
}

}  // namespace

ArrayFile open_sample_folder(const std::string& path, bool any_files) {
  LeftOut left;
  std::vector<Entry> entries = Walker(path).walk(left);
  if (entries.empty()) throw data_error(path, "the folder holds no file", "name a folder of samples or a model");
  const bool images =
      std::any_of(entries.begin(), entries.end(), [](const Entry& entry) { return is_image_name(entry.name); });
  if (!images && !any_files)
    throw data_error(path, "the folder holds neither images nor a model",
                     "name its files, or say --input-format folder to keep any files as samples");
  ArrayFile file;
  file.name = path;
  file.format = "folder";
  file.notes = notes_of(left);
  std::vector<std::string> names;
  std::vector<std::int64_t> offsets{0};
  for (const Entry& entry : entries) {
    names.push_back(entry.name);
    offsets.push_back(static_cast<std::int64_t>(entry.begin + entry.bytes));
  }
  add_sample_bytes(file, "", std::make_unique<FilesArray>(path, entries), offsets);
  add_sample_names(file, names);
  add_labels(file, entries);
  add_modes(file, entries);
  file.pieces = {{"", 0}};
  return file;
}

}  // namespace daybreak::io
