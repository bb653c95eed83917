// The parsing tests of nst/JSONTestSuite: what must parse parses, what must not does not, nothing crashes.
#include "libcore/base/error.h"
#include "libcore/io/archive_reader.h"
#include "libcore/io/json.h"
#include "tests/unit/io/support.h"

using namespace daybreak;
using namespace daybreak::io;

TEST_CASE("JSON documents of the public suite are told apart") {
  const auto folder = test::data_folder("traps/json");
  if (!folder) return;
  const auto suite = std::make_shared<const InputFile>((*folder / "JSONTestSuite_half.tar.zst").string());
  // The suite lets a key appear twice; our documents and safetensors headers do not, on purpose: two readers of such a
  // file would see different values.
  const std::string twice = "y_object_duplicated_key_and_value.json";
  int accepted = 0, refused = 0;
  for (const ArchiveMember& member : unpack_archive(suite, ArchiveKind::tar)) {
    const std::string name = member.name.substr(member.name.rfind('/') + 1);
    INFO(name);
    bool parsed = true;
    try {
      Json::parse(member.file->text_at(0, member.file->size()), name);
    } catch (const Error& error) {
      CHECK(error.status() == ExitStatus::data);
      parsed = false;
    }
    ++(parsed ? accepted : refused);
    if (name == twice) CHECK(!parsed);
    else if (name.starts_with("y_")) CHECK(parsed);
    else if (name.starts_with("n_")) CHECK(!parsed);
  }
  CHECK(accepted + refused == 159);
}
