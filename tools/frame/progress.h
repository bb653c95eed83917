#pragma once
// A line on stderr that says how far the work is, for people only.
#include <chrono>
#include <string>

#include "libcore/base/log.h"

namespace daybreak::frame {

/// Draws where stderr is a terminal, after a second of work, at most five times a second, and erases itself.
class ProgressLine : public ProgressSink {
 public:
  ~ProgressLine() override { erase(); }
  void enable(bool wanted);

  void begin(std::string_view phase, std::uint64_t total, std::string_view unit) override;
  void advance(std::uint64_t units) override;
  /// Removes the line, before a message or at the end.
  void erase();

 private:
  using Clock = std::chrono::steady_clock;
  void draw(Clock::time_point now);

  bool enabled_ = false, drawn_ = false;
  std::string phase_, unit_;
  std::uint64_t total_ = 0, done_ = 0;
  Clock::time_point started_, last_;
};

}  // namespace daybreak::frame
