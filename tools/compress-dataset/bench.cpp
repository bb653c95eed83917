// Ours and others on the user's own files.
#include "libcore/dataset/bench.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "libcore/records/dataset_record.h"
#include "tools/compress-dataset/inputs.h"
#include "tools/compress-dataset/verbs.h"
#include "tools/frame/text.h"

namespace daybreak::compress_dataset {
namespace {

double over(std::uint64_t bytes, double by) {
  return by > 0 ? static_cast<double>(bytes) / by : 0;
}

io::Json rate_json(std::uint64_t bytes, double seconds) {
  return seconds > 0 ? io::Json(static_cast<double>(bytes) / seconds) : io::Json();
}

/// The fewest bytes of an array; nothing where no peer has a result.
std::optional<std::uint64_t> fewest_bytes(const std::vector<dataset::PeerResult>& results, bool ours_only) {
  std::optional<std::uint64_t> fewest;
  for (const dataset::PeerResult& result : results)
    if (result.failure.empty() && (result.ours || !ours_only) && (!fewest || result.bytes < *fewest))
      fewest = result.bytes;
  return fewest;
}

/// One peer over all arrays.
struct Total {
  std::uint64_t arrays = 0, wins = 0, input_bytes = 0, bytes = 0;
  double encode_s = 0, decode_s = 0;

  void add(const dataset::PeerResult& result, bool wins_here) {
    ++arrays;
    wins += wins_here ? 1 : 0;
    input_bytes += result.input_bytes;
    bytes += result.bytes;
    encode_s += result.encode_s;
    decode_s += result.decode_s;
  }
  void describe(io::Json& out) const {
    out["input_bytes"] = input_bytes;
    out["output_bytes"] = bytes;
    out["ratio"] = over(input_bytes, static_cast<double>(bytes));
    out["encode_bytes_per_s"] = rate_json(input_bytes, encode_s);
    out["decode_bytes_per_s"] = rate_json(input_bytes, decode_s);
  }
};

class Bench : public frame::Verb {
 public:
  void declare(OptionSink& sink) override {
    sink.operands("FILE", &paths_, "Files to measure, read as compress reads them", true);
    options_.declare(sink);
    inputs_.declare(sink);
  }

  void check() override {
    options_.check();
    inputs_.check();
  }

  frame::Outcome run(frame::Session& session) override {
    const std::vector<dataset::CompressInput> inputs = open_inputs(paths_, inputs_, session);
    const dataset::Surroundings around{1, session.stop(), session.progress()};
    out_ = session.wants_text() ? nullptr : &session.records();
    begin();
    for (const dataset::CompressInput& input : inputs)
      for (const auto& source : input.file.arrays)
        show(input.group + source->info().name, source->info(), dataset::bench(*source, options_, around));
    finish();
    if (session.wants_text()) session.emit({}, text());
    return frame::Outcome::done;
  }

 private:
  void write(const io::Json& record) {
    if (out_ != nullptr) out_->write(record);
  }

  void begin() {
    io::Json record;
    record["schema"] = records::kDatasetBenchSchema;
    record["type"] = "begin";
    record["repeat"] = options_.repeat;
    record["limit_bytes"] = options_.limit_bytes;
    record["chunk_bytes"] = options_.chunk_bytes;
    write(record);
  }

  void show(const std::string& array, const io::ArrayInfo& info, const std::vector<dataset::PeerResult>& results) {
    const auto fewest = fewest_bytes(results, false);
    for (const dataset::PeerResult& result : results) {
      const bool wins = result.failure.empty() && result.bytes == *fewest;
      io::Json record;
      record["type"] = "result";
      record["array"] = array;
      record["dtype"] = io::dtype_name(info.type);
      record["shape"] = io::Json::array(info.shape);
      record["peer"] = result.peer;
      record["unit"] = result.whole ? "array" : "chunk";
      record["verified"] = result.failure.empty();
      if (!result.failure.empty()) record["reason"] = result.failure;
      if (result.failure.empty()) {
        record["winner"] = wins;
        Total one;
        one.add(result, wins);
        one.describe(record);
        if (totals_.emplace(result.peer, Total()).second) order_.push_back(result.peer);
        totals_[result.peer].add(result, wins);
        add_row(array, result, wins);
      } else {
        rows_.push_back({array, result.peer, "-", "-", "-", "-", result.failure});
      }
      write(record);
    }
    note_loss(array, results);
  }

  void add_row(const std::string& array, const dataset::PeerResult& result, bool wins) {
    const double bytes = static_cast<double>(result.input_bytes);
    rows_.push_back(
        {array, result.peer, std::to_string(result.bytes),
         frame::number(std::round(1000 * over(result.input_bytes, static_cast<double>(result.bytes))) / 1000),
         frame::number(std::round(bytes / result.encode_s / 1e5) / 10),
         frame::number(std::round(bytes / result.decode_s / 1e5) / 10),
         wins           ? "smallest"
         : result.whole ? "in one piece"
                        : ""});
  }

  /// Where others need fewer bytes than the best of ours.
  void note_loss(const std::string& array, const std::vector<dataset::PeerResult>& results) {
    const auto ours = fewest_bytes(results, true);
    for (const dataset::PeerResult& result : results) {
      if (!ours || !result.failure.empty() || result.ours || result.bytes >= *ours) continue;
      io::Json loss;
      loss["array"] = array;
      loss["peer"] = result.peer;
      loss["unit"] = result.whole ? "array" : "chunk";
      loss["output_bytes"] = result.bytes;
      loss["ours_bytes"] = *ours;
      losses_.push_back(std::move(loss));
    }
  }

  void finish() {
    io::Json record, peers = io::Json::array();
    for (const std::string& name : order_) {
      const Total& total = totals_.at(name);
      io::Json peer;
      peer["peer"] = name;
      peer["arrays"] = total.arrays;
      peer["wins"] = total.wins;
      total.describe(peer);
      peers.push_back(std::move(peer));
    }
    record["type"] = "summary";
    record["peers"] = std::move(peers);
    record["losses"] = losses_;
    write(record);
  }

  std::string text() const {
    const std::vector<std::string> head{"array", "peer", "bytes", "ratio", "encode MB/s", "decode MB/s", ""};
    std::vector<std::vector<std::string>> rows{head};
    rows.insert(rows.end(), rows_.begin(), rows_.end());
    for (const std::string& name : order_) {
      const Total& total = totals_.at(name);
      if (total.arrays == 1) continue;
      rows.push_back(
          {"all", name, std::to_string(total.bytes),
           frame::number(std::round(1000 * over(total.input_bytes, static_cast<double>(total.bytes))) / 1000),
           frame::number(std::round(over(total.input_bytes, total.encode_s) / 1e5) / 10),
           frame::number(std::round(over(total.input_bytes, total.decode_s) / 1e5) / 10),
           "smallest of " + std::to_string(total.wins) + " in " + std::to_string(total.arrays)});
    }
    std::string lost;
    for (const io::Json& loss : losses_.as_array())
      lost += loss.at("peer").as_string() + " is smaller than ours on " + loss.at("array").as_string() + ": " +
              loss.at("output_bytes").dump() + " to " + loss.at("ours_bytes").dump() + " bytes\n";
    return frame::table(rows) + (lost.empty() && !rows_.empty() ? "no peer is smaller than ours\n" : lost);
  }

  std::vector<std::string> paths_;
  InputOptions inputs_;
  dataset::BenchOptions options_;
  frame::RecordStream* out_ = nullptr;
  std::map<std::string, Total> totals_;
  std::vector<std::string> order_;  // of the peers, as they came
  std::vector<std::vector<std::string>> rows_;
  io::Json losses_ = io::Json::array();
};

}  // namespace

std::unique_ptr<frame::Verb> make_bench() {
  return std::make_unique<Bench>();
}

}  // namespace daybreak::compress_dataset
