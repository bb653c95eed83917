#include "tools/train-shard/throughput.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <utility>

#include "libcore/device/dtype.h"

namespace daybreak::train_shard {
namespace {

/// Of work in several formats, one after the other; 0 where one of the peaks is unknown.
double peak_of(const model::FlopsByFormat& flops, const std::function<double(daybreak_dtype)>& peak_of_format) {
  double seconds = 0;
  for (const auto& [format, count] : flops) {
    const double peak = peak_of_format(format);
    if (peak <= 0) return 0;
    seconds += count / peak;
  }
  return model::total(flops) / seconds;
}

io::Json known(double flops) {
  return flops > 0 ? io::Json(flops) : io::Json();
}

}  // namespace

Throughput::Throughput(model::FlopsByFormat flops_of_token, device::Peaks& peaks)
    : flops_(std::move(flops_of_token)),
      peak_flops_(peak_of(flops_, [&](daybreak_dtype format) { return peaks.measured(format); })),
      datasheet_flops_(peak_of(flops_, [&](daybreak_dtype format) { return peaks.by_datasheet(format); })),
      measured_(peak_flops_ > 0) {
  if (!measured_) peak_flops_ = datasheet_flops_;
}

void Throughput::add_up(training::Collectives& ranks) {
  struct Peaks {
    double flops, datasheet, measured;
  };
  const auto all = training::all_gathered(ranks, Peaks{peak_flops_, datasheet_flops_, measured_ ? 1.0 : 0.0});
  const auto sum = [&](double Peaks::* peak) {
    const bool known = std::all_of(all.begin(), all.end(), [&](const Peaks& one) { return one.*peak > 0; });
    return known ? std::transform_reduce(all.begin(), all.end(), 0.0, std::plus<>(), std::mem_fn(peak)) : 0;
  };
  peak_flops_ = sum(&Peaks::flops);
  datasheet_flops_ = sum(&Peaks::datasheet);
  measured_ = sum(&Peaks::measured) > 0;
}

io::Json Throughput::share_of(double peak_flops, double tokens_per_s) const {
  return peak_flops > 0 ? io::Json(tokens_per_s * model::total(flops_) / peak_flops) : io::Json();
}

void Throughput::add_utilization(io::Json& record, double tokens_per_s) const {
  record["mfu"] = utilization(tokens_per_s);
  if (datasheet_flops_ > 0) record["datasheet_mfu"] = share_of(datasheet_flops_, tokens_per_s);
}

void Throughput::describe(io::Json& record) const {
  record["flops_per_token"] = model::total(flops_);
  for (const auto& [format, count] : flops_) record["flops_by_format"][device::name_of(format)] = count;
  record["peak_flops_per_s"] = known(peak_flops_);
  record["peak_source"] = measured_ ? io::Json("measured") : peak_flops_ > 0 ? io::Json("datasheet") : io::Json();
  record["peak_format"] = flops_.size() == 1 ? io::Json(device::name_of(flops_.begin()->first)) : io::Json("mixed");
  record["datasheet_flops_per_s"] = known(datasheet_flops_);
  if (peak_flops_ <= 0) record["mfu_reason"] = "the device does not know its peak";
}

}  // namespace daybreak::train_shard
