#include "libcore/scaling/traces/trace_options.h"

#include "libcore/scaling/control/node_options.h"

namespace daybreak::scaling {

void TraceOptions::declare(OptionSink& sink) {
  sink.group("Trace");
  sink.file("trace", &path, "Traffic over time; may be compressed; - is stdin");
  sink.text("trace-format", &format, "LAYOUT", "Layout, such as csv, prometheus or swf; auto tells by the content");
  sink.text("series", &series, "NAME", "Which series, where the trace holds several");
  sink.list("series-match", &series_match, "LABEL=VALUE", "The series with this label (Prometheus)");
  sink.choice("resample", &resample, {"step", "linear"}, "How the rate runs within windows that are longer than a slot");
  sink.choice("outage", &outage, {"hold", "zero"}, "What missing rows and sudden zeros mean: the rate before, or no load");
  sink.choice("work", &work, {"requests", "tokens", "seconds"}, "What is counted where rows are requests or jobs");
  sink.choice("time-unit", &time_unit, {"auto", "s", "ms", "us", "ns"}, "Unit of times that are numbers; auto tells by size");
  sink.flag("counter", &counter, "The values are a counter, which only grows and may be reset");
  declare_slot(sink, &slot_s);
}

}  // namespace daybreak::scaling
