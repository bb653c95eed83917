#pragma once
// What `compress --dry-run` prints.
#include <vector>

#include "libcore/dataset/forecast.h"
#include "tools/frame/session.h"

namespace daybreak::compress_dataset {

void show_plan(const std::vector<dataset::KeptArray>& arrays, const std::vector<dataset::ArrayForecast>& forecasts,
               frame::Session& session);

}  // namespace daybreak::compress_dataset
