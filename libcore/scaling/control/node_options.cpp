#include "libcore/scaling/control/node_options.h"

#include <string>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/base/parse.h"
#include "libcore/io/json.h"

namespace daybreak::scaling {
namespace {

void parse_band(std::string_view text, double* low, double* high) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) throw usage_error("expected LOW:HIGH such as 0.85:0.92, found '" + std::string(text) + "'");
  const double first = parse_share(text.substr(0, colon)), second = parse_share(text.substr(colon + 1));
  if (first >= second) throw usage_error("expected the lower bound first, found '" + std::string(text) + "'");
  *low = first;
  *high = second;
}

}  // namespace

void NodeOptions::declare(OptionSink& sink) {
  sink.real("service-rate", &service_rate, "RATE", "Units of work that a node serves in a second", OptionSink::Range{1e-12, 1e18});
  sink.duration("start-delay", &start_delay_s, "Time from the request of a node to its service");
  sink.real("start-cost", &start_cost_min, "MINUTES", "Charge for a start, in minutes of the node's price", OptionSink::Range{0, 1e9});
  declare_band(sink, &band_low, &band_high, "Utilization that counts as good");
}

void declare_band(OptionSink& sink, double* low, double* high, std::string_view help) {
  const auto shown = [low, high] { return io::Json(*low).dump() + ":" + io::Json(*high).dump(); };
  Option option;
  option.name = "band";
  option.value_name = "LO:HI";
  option.help = help;
  option.default_text = shown();
  option.set = [low, high](std::string_view text) { parse_band(text, low, high); };
  option.get = [shown] { return std::vector<std::string>{shown()}; };
  sink.add(std::move(option));
}

void declare_slot(OptionSink& sink, double* slot_s) {
  sink.duration("slot", slot_s, "Length of a slot, at whose end policies decide");
}

}  // namespace daybreak::scaling
