#include "libcore/training/gradient_rows.h"

#include <algorithm>

namespace daybreak::training {
namespace {

/// The most nodes that are kept while another leaf is computed.
std::size_t most_kept(Range leaves) {
  std::vector<TreeNode> nodes;
  std::size_t most = 0;
  for (std::int64_t leaf = leaves.begin; leaf < leaves.end; ++leaf) {
    most = std::max(most, nodes.size());
    append(nodes, {leaf, 0});
  }
  return most;
}

std::size_t bytes_of_row(std::int64_t flat) {
  return static_cast<std::size_t>(flat) * sizeof(float);
}

}  // namespace

GradientRows::GradientRows(device::Device& device, std::int64_t flat, Range leaves) : device_(device), flat_(flat) {
  begin(leaves);
}

std::size_t GradientRows::bytes_for(std::int64_t flat, Range leaves) {
  return most_kept(leaves) * bytes_of_row(flat);
}

std::size_t GradientRows::most_bytes_for(std::int64_t flat, std::int64_t leaves) {
  // Those from leaf 1 on have no half of a node before them to grow with; only where there is hardly any, from leaf 0 on.
  return std::max(bytes_for(flat, {0, leaves}), bytes_for(flat, {1, leaves}));
}

std::size_t GradientRows::bytes() const {
  return buffers_.size() * bytes_of_row(flat_);
}

void GradientRows::begin(Range leaves) {
  leaves_ = leaves;
  next_ = leaves.begin;
  nodes_.clear();
  for (const std::size_t most = most_kept(leaves); buffers_.size() < most;)
    buffers_.push_back(device_.allocate(bytes_of_row(flat_)));
}

void GradientRows::add_kept(std::size_t row, float* gradient) {
  daybreak_add_scaled sum{};
  sum.count = flat_;
  sum.x = buffers_[row].data();
  sum.y = gradient;
  sum.scale_x = sum.scale_y = 1;
  device_.add_scaled(sum);
}

void GradientRows::take(float* gradient) {
  const std::size_t kept = nodes_.size(), joined = append(nodes_, {next_++, 0});
  for (std::size_t i = 1; i <= joined; ++i) add_kept(kept - i, gradient);
  if (next_ < leaves_.end) device_.copy(buffers_[nodes_.size() - 1].data(), gradient, bytes_of_row(flat_));
}

std::vector<const float*> GradientRows::rows(const float* gradient) const {
  std::vector<const float*> rows;
  for (std::size_t i = 0; i < nodes_.size(); ++i)
    rows.push_back(i + 1 < nodes_.size() ? buffers_[i].as<float>() : gradient);
  return rows;
}

void GradientRows::fold(float* gradient) {
  for (std::size_t kept = nodes_.size() - 1; kept > 0; --kept) add_kept(kept - 1, gradient);
}

}  // namespace daybreak::training
