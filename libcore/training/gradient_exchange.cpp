#include "libcore/training/gradient_exchange.h"

#include <array>

#include "libcore/device/dtype.h"

namespace daybreak::training {
namespace {

std::size_t bytes_of(Range range, std::size_t width) {
  return static_cast<std::size_t>(range.count()) * width;
}

/// At least so many bytes.
std::byte* room(std::vector<std::byte>& memory, std::size_t bytes) {
  if (memory.size() < bytes) memory.resize(bytes);
  return memory.data();
}

/// What lies before and behind a part of a bucket.
std::array<Range, 2> around(Range part, Range bucket) {
  return {Range{bucket.begin, part.begin}, Range{part.end, bucket.end}};
}

/// The parts of all buckets with their owners, in elements of `width` bytes.
std::vector<OwnedRange> owned_parts(const StateLayout& layout, std::int64_t width) {
  std::vector<OwnedRange> owned;
  for (const StateLayout::Bucket& bucket : layout.buckets())
    for (std::size_t rank = 0; rank < bucket.parts.size(); ++rank)
      owned.push_back({{bucket.parts[rank].begin * width, bucket.parts[rank].end * width}, static_cast<int>(rank)});
  return owned;
}

}  // namespace

void GradientExchange::sum_in_group(float* gradient) {
  if (!in_group()) return;
  device_.synchronize();
  if (group_->is_all()) return group_->reduce(gradient, owned_parts(layout_, 1));
  const OwnedRange all{{0, layout_.buckets().front().range.end}, group_->members().front()};
  group_->reduce(gradient, {&all, 1});
}

void GradientExchange::sum(std::span<const float* const> rows, std::span<const std::int64_t> counts, const SumOrder& order,
                           float* gradient) {
  const bool in_place = device_.in_host_memory();
  device_.synchronize();
  std::vector<const float*> here(rows.size());
  for (const Bucket& bucket : layout_.buckets()) {
    const std::size_t bytes = bytes_of(bucket.range, sizeof(float));
    const Range part = part_of(bucket);
    if (in_place) {
      for (std::size_t i = 0; i < rows.size(); ++i) here[i] = rows[i] + bucket.range.begin;
      sum_bucket(bucket, here, counts, order, gradient + part.begin);
      continue;
    }
    std::byte* const staged = room(staged_, rows.size() * bytes);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      device_.copy_out(staged + i * bytes, rows[i] + bucket.range.begin, bytes);
      here[i] = reinterpret_cast<const float*>(staged + i * bytes);
    }
    result_.resize(static_cast<std::size_t>(part.count()));
    sum_bucket(bucket, here, counts, order, result_.data());
    if (part.count() > 0) device_.copy_in(gradient + part.begin, result_.data(), bytes_of(part, sizeof(float)));
  }
}

float* GradientExchange::whole_on_host() {
  return reinterpret_cast<float*>(room(staged_, bytes_of({0, layout_.buckets().front().range.end}, sizeof(float))));
}

void GradientExchange::sum_bucket(const Bucket& bucket, std::span<const float* const> rows,
                                  std::span<const std::int64_t> counts, const SumOrder& order, float* out) {
  const auto count = static_cast<std::size_t>(part_of(bucket).count());
  ranks_.exchange(rows, counts, bucket.parts, [&](std::span<const float* const> all) { order.sum(all, {out, count}); });
}

void GradientExchange::share(void* values, daybreak_dtype type, const std::function<void(Range)>& received) {
  if (all_in_group()) {
    device_.synchronize();
    group_->broadcast(static_cast<std::byte*>(values), owned_parts(layout_, static_cast<std::int64_t>(device::bytes_of(type))));
  }
  for (const Bucket& bucket : layout_.buckets()) {
    if (!all_in_group()) share_bucket(bucket, static_cast<std::byte*>(values), device::bytes_of(type));
    for (const Range other : around(part_of(bucket), bucket.range))
      if (other.count() > 0) received(other);
  }
}

void GradientExchange::share_bucket(const Bucket& bucket, std::byte* values, std::size_t width) {
  const auto w = static_cast<std::int64_t>(width);
  std::vector<Range> parts;
  for (const Range part : bucket.parts) parts.push_back({part.begin * w, part.end * w});
  const std::size_t bytes = bytes_of(bucket.range, width);
  std::byte* const on_device = values + bucket.range.begin * w;
  if (device_.in_host_memory()) {
    device_.synchronize();
    return ranks_.share({on_device, bytes}, parts);
  }
  std::byte* const staged = room(staged_, bytes);
  const auto at = [&](std::byte* begin, Range range) { return begin + (range.begin - bucket.range.begin) * w; };
  const Range part = part_of(bucket);
  if (part.count() > 0) device_.copy_out(at(staged, part), at(on_device, part), bytes_of(part, width));
  ranks_.share({staged, bytes}, parts);
  for (const Range other : around(part, bucket.range))
    if (other.count() > 0) device_.copy_in(at(on_device, other), at(staged, other), bytes_of(other, width));
}

}  // namespace daybreak::training
