// The devices that are here.
#include "libcore/device/conformance_suite.h"
#include "libcore/device/dtype.h"
#include "libcore/records/train_record.h"
#include "tools/frame/text.h"
#include "tools/train-shard/setup.h"
#include "tools/train-shard/verbs.h"

namespace daybreak::train_shard {
namespace {

class Devices : public frame::Verb {
 public:
  void declare(OptionSink& sink) override {
    sink.flag("check", &check_, "Compare every operation of a device with its definition, and time it");
    sink.text("device", &device_, "NAME", "The device to check: auto, cpu, cpu:0, the path of a chip");
    sink.duration("time", &time_s_, "Time each operation so long");
  }

  frame::Outcome run(frame::Session& session) override {
    if (check_) return check_device(session);
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
  frame::Outcome check_device(frame::Session& session) const {
    namespace conformance = device::conformance;
    device::Device device = device::Device::open(device_, {static_cast<unsigned>(session.threads()), {}});
    device::Device reference = device::Device::open("reference");
    bool well = true;
    io::Json record;
    record["schema"] = records::kTrainSchema;
    record["method"] = "devices";
    record["device"] = device_record(device);
    record["operations"] = io::Json::array();
    std::vector<std::vector<std::string>> rows{{"operation", "type", "error", "time", "share of the peak", ""}};
    session.progress().begin("check operations", 0, "operations");
    conformance::run_suite(device, reference, time_s_, session.stop(), [&](const conformance::OperationReport& one) {
      record["operations"].push_back(described(one));
      rows.push_back({one.operation, std::string(device::name_of(one.type)), frame::number(one.error),
                      one.seconds > 0 ? frame::number(one.seconds * 1e3) + " ms" : "-",
                      one.share > 0 ? frame::percent(one.share) + (one.of_products ? " of products" : " of a sum") : "-",
                      !one.offered ? "not offered" : one.problem.empty() ? "ok" : one.problem});
      well = well && one.problem.empty();
      session.progress().advance(1);
    });
    record["conforms"] = well;
    session.emit(record, frame::table(rows));
    return well ? frame::Outcome::done : frame::Outcome::negative;
  }

  static io::Json described(const device::conformance::OperationReport& one) {
    io::Json record;
    record["operation"] = one.operation;
    record["type"] = device::name_of(one.type);
    record["offered"] = one.offered;
    record["cases"] = one.cases;
    record["error"] = one.error;
    record["conforms"] = one.problem.empty();
    if (!one.problem.empty()) record["problem"] = one.problem;
    record["time_s"] = one.seconds > 0 ? io::Json(one.seconds) : io::Json();
    record["peak_share"] = one.share > 0 ? io::Json(one.share) : io::Json();
    record["peak_of"] = one.of_products ? "products" : "sum";
    return record;
  }

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

  bool check_ = false;
  std::string device_ = "auto";
  double time_s_ = 0.02;
};

}  // namespace

std::unique_ptr<frame::Verb> make_devices() {
  return std::make_unique<Devices>();
}

}  // namespace daybreak::train_shard
