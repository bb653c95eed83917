#include "libcore/finance/imports/open_cost.h"

#include <algorithm>
#include <map>

#include "libcore/base/calendar_time.h"
#include "libcore/base/error.h"
#include "libcore/records/record_file.h"

namespace daybreak::finance {
namespace {

class OpenCostImport {
 public:
  OpenCostImport(const OpenCostOptions& options, const std::string& where) : options_(options), where_(where) {
    costs_.layout = "OpenCost allocations";
    costs_.column = options.column;
    costs_.currency = options.currency;
  }

  ImportedCosts run(const io::Json& answer) {
    const io::Json* code = answer.find("code");
    if (code == nullptr || !(*code == io::Json(200)))
      throw data_error(where_, "expected an answer of OpenCost with \"code\": 200, found " + (code == nullptr ? "none" : code->dump()),
                       "ask /allocation/compute again, and keep the whole answer");
    const io::Json::Array& sets = records::member(answer, "data", &io::Json::as_array, where_);
    for (std::size_t i = 0; i < sets.size(); ++i)
      if (!sets[i].is_null()) add_set(sets[i], where_ + ": data[" + std::to_string(i) + "]");
    if (windows_.empty()) throw data_error(where_, "the answer has no allocations");
    take_windows();
    for (const auto& [name, part] : parts_) costs_.parts.push_back(part);
    add_cost_inputs(costs_, where_);
    add_gpus();
    return std::move(costs_);
  }

 private:
  struct Window {
    double begin_s, end_s;
    std::string where;
  };

  void add_set(const io::Json& set, const std::string& place) {
    if (!set.is_object()) throw data_error(place, "expected an object of allocations by name, found a " + std::string(set.type_name()));
    for (const auto& [name, allocation] : set.as_object()) {
      const std::string at = place + "." + name;
      if (&allocation == &set.as_object().front().second) windows_.push_back(window(allocation, at));
      add_allocation(name, allocation, at);
    }
  }

  static double time(const io::Json& window, const char* key, const std::string& at) {
    const std::string text = records::member(window, key, &io::Json::as_string, at);
    if (const auto time = parse_calendar_time(text)) return time->seconds;
    throw data_error(at, std::string(key) + ": expected a time such as 2024-09-01T00:00:00Z, found '" + text + "'");
  }

  static Window window(const io::Json& allocation, const std::string& at) {
    records::member(allocation, "window", &io::Json::as_object, at);
    const io::Json& span = allocation.at("window");
    const Window window{time(span, "start", at + ": window"), time(span, "end", at + ": window"), at};
    if (!(window.end_s > window.begin_s)) throw data_error(at, "the window ends before it begins");
    return window;
  }

  void add_allocation(const std::string& name, const io::Json& allocation, const std::string& at) {
    const double cost = records::member(allocation, options_.column, &io::Json::as_double, at);
    const auto is = [&](const char* kind) { return name == kind || name.ends_with(std::string("/") + kind); };
    const std::string kind = is("__idle__") ? "idle" : is("__unmounted__") ? "unmounted" : is("__unallocated__") ? "unallocated" : "allocated";
    if (kind == "idle" && !options_.idle) {
      idle_left_out_ += cost;
      ++idle_records_;
      return;
    }
    CostPart& part = parts_[kind];
    part.name = kind;
    part.cost += cost;
    ++part.records;
    if (kind == "idle" || allocation.find("gpuHours") == nullptr) return;
    gpu_hours_ += records::member(allocation, "gpuHours", &io::Json::as_double, at);
    gpu_cost_ += records::member(allocation, "gpuCost", &io::Json::as_double, at);
  }

  void take_windows() {
    std::sort(windows_.begin(), windows_.end(), [](const Window& a, const Window& b) { return a.begin_s < b.begin_s; });
    for (std::size_t i = 0; i < windows_.size(); ++i) {
      if (i > 0 && windows_[i].begin_s < windows_[i - 1].end_s)
        throw data_error(windows_[i].where, "its window overlaps that of " + windows_[i - 1].where + ": costs would be counted twice");
      costs_.hours += (windows_[i].end_s - windows_[i].begin_s) / 3600;
    }
    costs_.begin_s = windows_.front().begin_s;
    costs_.end_s = windows_.back().end_s;
    if (idle_records_ > 0) costs_.left_out.push_back({"idle", idle_left_out_, idle_records_});
  }

  void add_gpus() {
    if (!(gpu_hours_ > 0)) return;
    costs_.inputs.push_back({"gpu_hours", gpu_hours_, "GPU-hour", where_ + ": gpuHours, allocated whether used or not"});
    costs_.inputs.push_back({"cost_per_gpu_hour", gpu_cost_ / gpu_hours_, costs_.currency + "/GPU-hour", where_ + ": gpuCost over gpuHours, without idle"});
  }

  const OpenCostOptions& options_;
  const std::string& where_;
  ImportedCosts costs_;
  std::vector<Window> windows_;
  std::map<std::string, CostPart> parts_;
  double idle_left_out_ = 0, gpu_hours_ = 0, gpu_cost_ = 0;
  std::uint64_t idle_records_ = 0;
};

}  // namespace

ImportedCosts read_open_cost(const io::Json& answer, const OpenCostOptions& options, const std::string& where) {
  return OpenCostImport(options, where).run(answer);
}

}  // namespace daybreak::finance
