// What a dataset file holds, and how fast it decodes.
#include <algorithm>
#include <chrono>

#include "libcore/dataset/archive.h"
#include "libcore/dataset/summary.h"
#include "tools/compress-dataset/plot.h"
#include "tools/compress-dataset/verbs.h"
#include "tools/frame/gnuplot.h"

namespace daybreak::compress_dataset {
namespace {

/// Bytes of an array decoded a second, on one thread: the best of three reads of its first chunks, up to 64 MiB.
double decoding_speed(const dataset::Archive& archive, std::size_t array, const StopToken& stop) {
  constexpr std::uint64_t kMostBytes = std::uint64_t{64} << 20;
  const dataset::KeptArray& kept = archive.layout().arrays[array];
  const std::uint64_t chunk = kept.grid.chunked() ? kept.grid.chunk_bytes : kMostBytes;
  const std::uint64_t bytes = std::min(kept.info.bytes(), std::max<std::uint64_t>(kMostBytes / chunk, 1) * chunk);
  std::vector<std::byte> out(std::min(bytes, chunk));
  double best = 0;
  for (int round = 0; round < 3 && bytes > 0; ++round) {
    const auto start = std::chrono::steady_clock::now();
    for (std::uint64_t at = 0; at < bytes; at += out.size()) {
      stop.check();
      archive.read(array, at, std::span(out).first(std::min<std::uint64_t>(out.size(), bytes - at)));
    }
    const std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
    best = std::max(best, static_cast<double>(bytes) / std::max(time.count(), 1e-9));
  }
  return best;
}

class Inspect : public frame::Verb {
 public:
  void declare(OptionSink& sink) override {
    sink.operand("FILE", &path_, "A file that compress-dataset wrote");
    sink.flag("speed", &speed_, "Decode each array on one thread and say how fast that is");
    sink.file("plot", &plot_, "Draw the record: sizes, and rate against loss (.svg or .png)");
  }

  void check() override {
    if (plot_) frame::check_plot(*plot_);
  }

  frame::Outcome run(frame::Session& session) override {
    const dataset::Archive archive = open_archive(path_, session);
    io::Json document = dataset::summary_json(archive.layout(), archive.file_bytes());
    std::vector<double> speeds;
    if (speed_) speeds = add_speeds(archive, document, session.stop());
    session.emit(document, summary_text(archive.layout(), archive.file_bytes(), speeds));
    if (plot_) plot_summary(archive.layout(), *plot_, session.side_file(*plot_));
    return frame::Outcome::done;
  }

 private:
  /// Of each array of the record; the literals, which are none of them, stand behind all others.
  static std::vector<double> add_speeds(const dataset::Archive& archive, io::Json& document, const StopToken& stop) {
    std::vector<double> speeds;
    io::Json rows = io::Json::array();
    for (io::Json row : document.at("arrays").as_array()) {
      speeds.push_back(decoding_speed(archive, speeds.size(), stop));
      row["decode_bytes_per_s"] = speeds.back() > 0 ? io::Json(speeds.back()) : io::Json();
      rows.push_back(std::move(row));
    }
    document["arrays"] = std::move(rows);
    return speeds;
  }

  std::string path_;
  std::optional<std::string> plot_;
  bool speed_ = false;
};

}  // namespace

std::unique_ptr<frame::Verb> make_inspect() {
  return std::make_unique<Inspect>();
}

}  // namespace daybreak::compress_dataset
