#include "tools/frame/progress.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>

namespace daybreak::frame {
namespace {

constexpr auto kFirst = std::chrono::seconds(1);
constexpr auto kBetween = std::chrono::milliseconds(200);
constexpr std::size_t kBarWidth = 24;

/// 1234567 -> "1.2 M"
std::string brief(double value) {
  constexpr std::array<const char*, 6> kPrefixes{"", "k", "M", "G", "T", "P"};
  std::size_t step = 0;
  for (; value >= 1000 && step + 1 < kPrefixes.size(); ++step) value /= 1000;
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, step == 0 ? "%.0f %s" : "%.1f %s", value, kPrefixes[step]);
  return buffer;
}

}  // namespace

void ProgressLine::enable(bool wanted) {
  enabled_ = wanted && isatty(STDERR_FILENO) == 1;
}

void ProgressLine::begin(std::string_view phase, std::uint64_t total, std::string_view unit) {
  erase();
  phase_ = phase;
  unit_ = unit;
  total_ = total;
  done_ = 0;
  started_ = last_ = Clock::now();
}

void ProgressLine::advance(std::uint64_t units) {
  done_ += units;
  if (!enabled_) return;
  const auto now = Clock::now();
  if (now - started_ < kFirst || now - last_ < kBetween) return;
  last_ = now;
  draw(now);
}

void ProgressLine::draw(Clock::time_point now) {
  const double seconds = std::chrono::duration<double>(now - started_).count();
  const double rate = static_cast<double>(done_) / seconds;
  std::string line = "\r\033[K" + phase_ + " ";
  if (total_ > 0) {
    const double share = std::min(1.0, static_cast<double>(done_) / static_cast<double>(total_));
    const auto filled = static_cast<std::size_t>(share * kBarWidth);
    line += "[" + std::string(filled, '=') + std::string(kBarWidth - filled, ' ') + "] ";
    line += std::to_string(static_cast<int>(share * 100)) + " %, ";
    if (rate > 0) line += std::to_string(static_cast<long>(static_cast<double>(total_ - std::min(done_, total_)) / rate)) + " s left, ";
  }
  line += brief(rate) + unit_ + "/s";
  std::fputs(line.c_str(), stderr);
  std::fflush(stderr);
  drawn_ = true;
}

void ProgressLine::erase() {
  if (drawn_) std::fputs("\r\033[K", stderr);
  drawn_ = false;
}

}  // namespace daybreak::frame
