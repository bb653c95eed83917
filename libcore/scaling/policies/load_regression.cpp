#include "libcore/scaling/policies/load_regression.h"

#include <algorithm>
#include <cmath>

#include "libcore/scaling/policies/demand.h"
#include "libcore/scaling/policies/state_numbers.h"

namespace daybreak::scaling {
namespace {

constexpr std::array kAverageTimes{90.0, 360.0, 1800.0};
constexpr double kMemory = 7 * 86400;
constexpr double kFirstCovariance = 100, kMostCovariance = 1e4;  // what is never stirred must not grow without bound
constexpr double kMostLearned = 1, kMostRise = 0.7;              // logarithms: a jump is no rule, and no rule foretells one

}  // namespace

void LoadRegression::begin() {
  covariance_.fill(0);
  for (std::size_t i = 0; i < kTerms; ++i) covariance(i, i) = kFirstCovariance;
}

void LoadRegression::add(double time_s, double period_s, double load, double risen_yesterday) {
  const double level = std::log(std::max(load, kLeastLoad));
  if (!started_) averages_.fill(level);
  started_ = true;
  Terms terms{};
  for (std::size_t i = 0; i < kAverages; ++i) {
    const double fade = std::exp(-period_s / kAverageTimes[i]);
    averages_[i] = fade * averages_[i] + (1 - fade) * level;
    terms[i] = level - averages_[i];
  }
  terms[kAverages] = risen_yesterday;
  terms[kAverages + 1] = 1;
  const double keep = std::exp(-period_s / kMemory);
  for (; !made_.empty() && made_.front().for_time_s <= time_s; made_.pop_front()) learn(made_.front(), level, keep);
  if (made_.size() < kMostForecasts) made_.push_back({time_s + horizon_s_, level, terms});
  double sum = 0;
  for (std::size_t i = 0; i < kTerms; ++i) sum += weights_[i] * terms[i];
  rise_ = std::clamp(sum, -kMostRise, kMostRise);
}

void LoadRegression::learn(const Made& made, double level, double keep) {
  Terms gain{};
  double error = std::clamp(level - made.level, -kMostLearned, kMostLearned), scale = keep;
  for (std::size_t row = 0; row < kTerms; ++row) {
    for (std::size_t column = 0; column < kTerms; ++column) gain[row] += covariance(row, column) * made.terms[column];
    error -= weights_[row] * made.terms[row];
    scale += gain[row] * made.terms[row];
  }
  for (std::size_t row = 0; row < kTerms; ++row) weights_[row] += gain[row] / scale * error;
  for (std::size_t row = 0; row < kTerms; ++row)
    for (std::size_t column = 0; column < kTerms; ++column)
      covariance(row, column) = (covariance(row, column) - gain[row] * gain[column] / scale) / keep;
  bound_covariance();
}

void LoadRegression::bound_covariance() {
  for (std::size_t i = 0; i < kTerms; ++i) {
    if (!(covariance(i, i) > 0)) return begin();  // rounding has used it up
    if (covariance(i, i) <= kMostCovariance) continue;
    const double shrink = std::sqrt(kMostCovariance / covariance(i, i));
    for (std::size_t other = 0; other < kTerms; ++other) {
      covariance(i, other) *= shrink;
      covariance(other, i) *= shrink;
    }
  }
}

io::Json LoadRegression::state() const {
  io::Json made = io::Json::array();
  for (const Made& one : made_)
    made.push_back(io::Json::array(std::initializer_list<io::Json>{one.for_time_s, one.level, io::Json::array(one.terms)}));
  return io::Json::array(std::initializer_list<io::Json>{started_, io::Json::array(averages_), io::Json::array(weights_),
                                                         io::Json::array(covariance_), std::move(made), rise_});
}

void LoadRegression::restore(const io::Json& state) {
  started_ = state.at(std::size_t{0}).as_bool();
  restore_numbers(state.at(1), averages_);
  restore_numbers(state.at(2), weights_);
  restore_numbers(state.at(3), covariance_);
  made_.clear();
  for (const io::Json& one : state.at(4).as_array()) {
    made_.push_back({one.at(std::size_t{0}).as_double(), one.at(1).as_double(), {}});
    restore_numbers(one.at(2), made_.back().terms);
  }
  rise_ = state.at(5).as_double();
}

}  // namespace daybreak::scaling
