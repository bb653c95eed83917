#include "libcore/scaling/live/state_file.h"

#include "libcore/base/described.h"
#include "libcore/io/atomic_file.h"
#include "libcore/io/input_file.h"
#include "libcore/records/decision_record.h"

namespace daybreak::scaling {
namespace {

constexpr std::uint64_t kLargest = std::uint64_t{1} << 26;
constexpr const char* kWayOut = "give the options that it was made with, or another --state, or remove it to begin anew";

class Collecting : public OptionSink {
 public:
  void add(Option option) override {
    io::Json& values = found[option.name] = io::Json::array();
    for (std::string& value : option.get()) values.push_back(std::move(value));
  }
  void group(std::string_view) override {}
  io::Json found = io::Json::object();
};

/// "5m", or "(not set)"
std::string spelled(const io::Json& values) {
  std::string text;
  for (const io::Json& value : values.as_array()) text += (text.empty() ? "" : " ") + value.as_string();
  return text.empty() ? "(not set)" : text;
}

/// An option that the state does not know has come with a newer version of this program, and says nothing about it.
void require_same(const io::Json& made_with, const io::Json& now, const std::string& where) {
  for (const auto& [name, value] : now.as_object()) {
    const io::Json* then = made_with.find(name);
    if (!then || then->dump() == value.dump()) continue;
    throw data_error(where, "the state was made with --" + name + " " + spelled(*then) + ", now it is " + spelled(value), kWayOut);
  }
}

}  // namespace

io::Json configuration_of(const std::function<void(OptionSink&)>& declare) {
  Collecting sink;
  declare(sink);
  return std::move(sink.found);
}

StateFile::StateFile(const std::filesystem::path& path, io::Json configuration) : path_(path), configuration_(std::move(configuration)) {
  // A device or a pipe keeps nothing, and may never come to its end.
  std::error_code unknown;
  if (const auto kind = std::filesystem::status(path, unknown); std::filesystem::exists(kind) && !std::filesystem::is_regular_file(kind))
    throw Error(ExitStatus::cannot_create, "expected a regular file for the state, found another kind of file",
                "name a file", path.string());
  std::filesystem::path lock = path;
  lock += ".lock";
  if (!lock_.take(lock, true))
    throw Error(ExitStatus::try_again, "another process is using this state", "wait for it, or name another --state", path.string());
}

std::optional<io::Json> StateFile::read() const {
  const std::string where = path_.string();
  if (!std::filesystem::exists(path_)) return std::nullopt;
  const io::InputFile file(where);
  if (file.size() > kLargest) throw data_error(where, "longer than any state of ours", kWayOut);
  const io::Json document = io::Json::parse(file.text_at(0, file.size()), where);
  const io::Json* schema = document.find("schema");
  if (!schema || !schema->is_string() || schema->as_string() != records::kControllerStateSchema)
    throw data_error(where,
                     std::string("expected schema ") + records::kControllerStateSchema + ", found " +
                         (schema ? schema->dump() : "none"),
                     kWayOut);
  return described(where, kWayOut, [&] {
    require_same(document.at("configuration"), configuration_, where);
    return document.at("state");
  });
}

void StateFile::write(const io::Json& state) const {
  io::Json document;
  document["schema"] = records::kControllerStateSchema;
  document["configuration"] = configuration_;
  document["state"] = state;
  io::write_file(path_, document.dump() + "\n");
}

}  // namespace daybreak::scaling
