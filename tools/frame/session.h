#pragma once
// What surrounds a running verb: inputs and outputs under the conventions of the suite.
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libcore/io/atomic_file.h"
#include "tools/frame/logging.h"
#include "tools/frame/progress.h"
#include "tools/frame/shared_options.h"
#include "tools/frame/signals.h"
#include "tools/frame/tool.h"

namespace daybreak::frame {

class RunningSession : public Session {
 public:
  RunningSession(const SharedValues& shared, const StopToken& stop, Logger& logger);

  const StopToken& stop() const override { return stop_; }
  void take_signals_back() override { frame::take_signals_back(); }
  LogSink& log() override { return logger_; }
  ProgressSink& progress() override { return progress_; }
  std::int64_t threads() const override;
  void set_default_threads(std::int64_t threads) override { default_threads_ = threads; }
  std::uint64_t seed() const override { return static_cast<std::uint64_t>(shared_.seed); }
  bool dry_run() const override { return shared_.dry_run; }
  bool force() const override { return shared_.force; }
  const std::optional<std::string>& output() const override { return shared_.output; }

  const std::string& input(const std::string& path) override;
  void refuse_changed_inputs() const override;
  const std::string& output_file(const std::string& path) override;
  io::AtomicFile& side_file(const std::string& path) override;
  std::string read_text(const std::string& path, std::int64_t limit_bytes) override;
  void emit(const io::Json& document, std::string_view text, std::string_view csv) override;
  void print(std::string_view text) override { write_result(text); }
  RecordStream& records(const std::optional<std::string>& path) override;
  void mute() override;
  void tell(const Error& failure) override { logger_.error(failure); }
  void expect_no_terminal() override { terminal_ = false; }
  bool wants_text() const override;

  /// Makes the output and the depfile real. Not called where the verb failed.
  void finish();

 private:
  class Lines;
  /// What tells that a file was written or replaced: where it lies, its size, and when it last changed.
  using Stamp = std::array<std::int64_t, 5>;
  static std::optional<Stamp> stamp_of(const std::string& path);
  bool to_stdout() const;
  void write_result(std::string_view text);
  const SharedValues& shared_;
  const StopToken& stop_;
  Logger& logger_;
  ProgressLine progress_;
  std::int64_t default_threads_;
  bool muted_ = false, terminal_ = true;
  std::vector<std::string> inputs_, outputs_;
  std::vector<std::pair<std::string, std::optional<Stamp>>> stamps_;
  std::optional<io::AtomicFile> file_;
  std::vector<std::unique_ptr<io::AtomicFile>> side_files_;
  std::vector<std::unique_ptr<RecordStream>> streams_;
};

}  // namespace daybreak::frame
