#include "tools/compress-dataset/plan.h"

#include <cmath>
#include <optional>
#include <string>

#include "libcore/records/dataset_record.h"
#include "tools/frame/text.h"

namespace daybreak::compress_dataset {
namespace {

std::optional<double> decode_rate(const dataset::KeptArray& array, const dataset::ArrayForecast& forecast) {
  if (!forecast.decode_ns || *forecast.decode_ns == 0) return {};
  return 1e9 * static_cast<double>(array.info.bytes()) / static_cast<double>(*forecast.decode_ns);
}

double ratio_of(std::uint64_t input, std::uint64_t output) {
  return output == 0 ? 1 : static_cast<double>(input) / static_cast<double>(output);
}

io::Json forecast_json(const dataset::KeptArray& array, const dataset::ArrayForecast& forecast) {
  io::Json out;
  out["chunks_tried"] = forecast.chunks;
  out["output_bytes"] = forecast.output_bytes;
  out["ratio"] = ratio_of(array.info.bytes(), forecast.output_bytes);
  const auto rate = decode_rate(array, forecast);
  out["decode_bytes_per_s"] = rate ? io::Json(std::round(*rate)) : io::Json();
  out["integrity"] = forecast.loss ? forecast.loss->integrity : 1;
  if (!forecast.loss) return out;
  out["nmse"] = forecast.loss->nmse;
  out["max_abs_error"] = forecast.loss->max_abs_error;
  return out;
}

io::Json array_json(const dataset::KeptArray& array, const dataset::ArrayForecast& forecast) {
  io::Json one, shape = io::Json::array();
  for (const std::uint64_t extent : array.info.shape) shape.push_back(extent);
  one["name"] = array.info.name;
  one["dtype"] = io::dtype_name(array.info.type);
  one["shape"] = std::move(shape);
  one["input_bytes"] = array.info.bytes();
  one["chunks"] = array.grid.chunked() ? array.grid.count : 1;
  one["chunk_bytes"] = array.grid.chunked() ? array.grid.chunk_bytes : array.info.bytes();
  one["forecast"] = forecast_json(array, forecast);
  return one;
}

std::vector<std::string> array_row(const dataset::KeptArray& array, const dataset::ArrayForecast& forecast) {
  const auto rate = decode_rate(array, forecast);
  return {array.info.name,
          frame::bytes(static_cast<double>(array.info.bytes())),
          std::to_string(forecast.chunks) + " of " + std::to_string(array.grid.chunked() ? array.grid.count : 1),
          frame::bytes(static_cast<double>(forecast.output_bytes)),
          frame::number(std::round(100 * ratio_of(array.info.bytes(), forecast.output_bytes)) / 100),
          rate ? frame::bytes(*rate) + "/s" : "-",
          frame::number(forecast.loss ? forecast.loss->integrity : 1)};
}

}  // namespace

void show_plan(const std::vector<dataset::KeptArray>& arrays, const std::vector<dataset::ArrayForecast>& forecasts,
               frame::Session& session) {
  io::Json list = io::Json::array();
  std::vector<std::vector<std::string>> rows{{"array", "plain", "chunks tried", "foretold", "ratio", "decoding", "integrity"}};
  std::uint64_t input = 0, output = 0;
  for (std::size_t i = 0; i < arrays.size(); ++i) {
    list.push_back(array_json(arrays[i], forecasts[i]));
    rows.push_back(array_row(arrays[i], forecasts[i]));
    input += arrays[i].info.bytes();
    output += forecasts[i].output_bytes;
  }
  io::Json document, total;
  total["output_bytes"] = output;
  total["ratio"] = ratio_of(input, output);
  document["schema"] = records::kDatasetSchema;
  document["dry_run"] = true;
  document["input_bytes"] = input;
  document["forecast"] = std::move(total);
  document["arrays"] = std::move(list);
  const std::string text = "Forecasts by a few chunks of each array; nothing is written:\n" + frame::table(rows);
  session.emit(document, arrays.empty() ? "no arrays" : text);
}

}  // namespace daybreak::compress_dataset
