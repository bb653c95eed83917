// The devices that are here.
#include "libcore/records/train_record.h"
#include "tools/frame/text.h"
#include "tools/train-shard/setup.h"
#include "tools/train-shard/verbs.h"

namespace daybreak::train_shard {
namespace {

class Devices : public frame::Verb {
 public:
  void declare(OptionSink&) override {}

  frame::Outcome run(frame::Session& session) override {
    const std::vector<device::DeviceListing> all = device::list_devices();
    io::Json record;
    record["schema"] = records::kTrainSchema;
    record["method"] = "devices";
    record["devices"] = io::Json::array();
    std::vector<std::vector<std::string>> rows;
    for (const device::DeviceListing& one : all) {
      record["devices"].push_back(described(one));
      rows.push_back({one.name, one.problem.empty() ? one.description : "not usable: " + one.problem});
    }
    session.emit(record, rows.empty() ? "no chip is in " + device::chip_folder().string() + "\n" : frame::table(rows));
    return frame::Outcome::done;
  }

 private:
  static io::Json described(const device::DeviceListing& one) {
    io::Json record;
    record["name"] = one.name;
    record["usable"] = one.problem.empty();
    if (!one.problem.empty()) record["problem"] = one.problem;
    record["description"] = one.description;
    record["score"] = one.score;
    record["memory_bytes"] = one.memory_bytes;
    record["threads"] = one.threads;
    return record;
  }
};

}  // namespace

std::unique_ptr<frame::Verb> make_devices() {
  return std::make_unique<Devices>();
}

}  // namespace daybreak::train_shard
