#pragma once
// What the replays write slot by slot: a table for people and plots, and the metrics that a live controller reads.
#include <string_view>

#include "libcore/io/buffered_text.h"
#include "libcore/scaling/simulation/report.h"

namespace daybreak::plan_scale {

/// CSV, one row a slot, as a spreadsheet wants it.
class Timeline {
 public:
  explicit Timeline(io::AtomicFile& file);
  void add(std::string_view policy, const scaling::SlotReport& slot);
  void flush() { text_.flush(); }

 private:
  io::BufferedText text_;
};

/// JSON Lines, one observation a slot: what the policy saw, as plan-scale run reads it.
class MetricLines {
 public:
  explicit MetricLines(io::AtomicFile& file) : text_(file) {}
  void add(const scaling::Observation& seen);
  void flush() { text_.flush(); }

 private:
  io::BufferedText text_;
};

/// JSON Lines, one decision a slot, as plan-scale run prints them.
class DecisionLines {
 public:
  explicit DecisionLines(io::AtomicFile& file) : text_(file) {}
  void add(std::string_view policy, const scaling::Observation& seen, const scaling::Recommendation& decided);
  void flush() { text_.flush(); }

 private:
  io::BufferedText text_;
  std::int64_t decisions_ = 0;
};

}  // namespace daybreak::plan_scale
