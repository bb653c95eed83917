#include "tools/roi-calc/model_file.h"

#include <algorithm>
#include <filesystem>

#include "libcore/base/error.h"
#include "libcore/records/record_file.h"
#include "tools/frame/text.h"

namespace daybreak::roi_calc {
namespace {

/// A table that the model names, for nothing that a file says may lead out of its folder.
std::string beside(const std::string& model, const std::string& table) {
  const std::filesystem::path name(table);
  const bool leaves = name.is_absolute() || std::find(name.begin(), name.end(), "..") != name.end();
  if (leaves)
    throw data_error(model, "the table '" + table + "' is outside the model's folder", "put it beside the model, and name it from there");
  return (std::filesystem::path(model == "-" ? "" : model).parent_path() / name).string();
}

}  // namespace

void ModelFile::declare(OptionSink& sink) {
  sink.operand("MODEL", &path_, "JSON of inputs, their chances and cash flows; - is stdin");
  sink.text("scenario", &changes_.scenario, "NAME", "Take the model's scenario of that name");
  sink.list("set", &changes_.settings, "NAME=VALUE", "Set an input of the model; @FILE:/json/pointer reads a record");
}

finance::Model ModelFile::read(frame::Session& session) const {
  const std::string text = session.read_text(path_);
  for (const std::string& setting : changes_.settings)
    if (const std::string file = records::split_assignment(setting).file; !file.empty()) session.input(file);
  const auto table = [&](const std::string& file) { return io::read_csv(io::InputFile(session.input(beside(path_, file)), &session.stop())); };
  const finance::Model model = finance::read_model(io::Json::parse(text, path_), path_, changes_, table);
  for (const std::string& warning : model.warnings()) session.log().warning(path_ + ": " + warning);
  return model;
}

std::vector<finance::NamedDistribution> distributions_of(const finance::Model& model) {
  std::vector<finance::NamedDistribution> all;
  for (const finance::ModelInput& input : model.inputs()) all.push_back({input.name, input.distribution});
  return all;
}

namespace {

/// Money in another scale than the model's is stated in the model's too.
std::string read_as(const finance::Model& model, const finance::ModelInput& input) {
  const bool other = input.scale != 1 && input.base_unit == model.money_unit();
  return other ? " = " + frame::number(input.distribution.mean() * input.scale) + " " + input.base_unit : "";
}

}  // namespace

std::string assumptions_text(const finance::Model& model) {
  std::vector<std::vector<std::string>> rows{{"input", "mean", "p10", "p90", "unit", "source"}};
  for (const finance::ModelInput& input : model.inputs()) {
    const bool sure = input.distribution.is_constant();
    const auto quantile = [&](double p) { return sure ? "" : frame::number(input.distribution.quantile(p)); };
    rows.push_back({input.name, frame::number(input.distribution.mean()), quantile(0.1), quantile(0.9), input.unit + read_as(model, input), input.source});
  }
  return frame::table(rows);
}

io::Json assumptions_record(const finance::Model& model) {
  io::Json all = io::Json::array();
  for (const finance::ModelInput& input : model.inputs()) {
    io::Json one;
    one["name"] = input.name;
    one["mean"] = input.distribution.mean();
    if (!input.distribution.is_constant()) {
      one["p10"] = input.distribution.quantile(0.1);
      one["p90"] = input.distribution.quantile(0.9);
    }
    one["unit"] = input.unit;
    if (input.scale != 1) {
      one["read_as"]["value"] = input.distribution.mean() * input.scale;
      one["read_as"]["unit"] = input.base_unit;
    }
    one["source"] = input.source;
    all.push_back(std::move(one));
  }
  return all;
}

}  // namespace daybreak::roi_calc
