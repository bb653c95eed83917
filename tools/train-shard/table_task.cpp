// Training a perceptron on the samples of a dataset.
#include <memory>
#include <optional>

#include "libcore/base/error.h"
#include "libcore/device/dtype.h"
#include "libcore/training/checkpoint.h"
#include "libcore/training/mlp_trainer.h"
#include "libcore/training/row_loader.h"
#include "tools/frame/text.h"
#include "tools/train-shard/trainer_task.h"

namespace daybreak::train_shard {
namespace {

using namespace training;

struct Beginning : Origin {
  model::SavedMlp mlp;
};

daybreak_dtype compute_of(const std::string& precision) {
  if (precision == "f32") return DAYBREAK_F32;
  if (precision == "bf16") return DAYBREAK_BF16;
  throw usage_error("--precision " + precision + ": a perceptron computes in f32 or bf16");
}

/// Nothing would come of them.
void refuse_options_of_tokens(const RunOptions& options) {
  if (options.validation_data) throw usage_error("--val is for tokens; a perceptron holds out a share by --val-share");
  if (options.optimizer.storage.narrow())
    throw usage_error("--rounding and --moments are for tokens; a perceptron keeps float32", "leave them out");
  if (options.memory.bytes || options.memory.recompute != "auto" || options.batch.micro_batch != 0)
    throw usage_error("--mem, --recompute and --micro-batch are for tokens; a perceptron computes its batch at once",
                      "leave them out");
}

/// Everything that a run needs, opened and checked. It writes nothing, as RunInputs.
struct TableInputs {
  TableSource source;
  RowSplit split;
  io::Json identity;
  daybreak_dtype compute;
  Beginning beginning;
  device::Device device;
  RowReader reader;

  TableInputs(const RunOptions& options, frame::Session& session, const Ranks&, const RunPlace& place)
      : source(session.input(options.data), options.target),
        split(source.rows(), options.validation_share, session.seed()),
        identity(table_identity(options, source, session.seed())),
        compute(compute_of(options.device.precision)),
        beginning(begun(options, session, place)),
        device(options.device.open(session)),
        reader(source, beginning.mlp.config, beginning.mlp.scaling) {
    for (const std::string& part : source.part_paths()) session.input(part);
    if (beginning.mlp.config.inputs != source.inputs())
      throw data_error(source.name(), "has " + std::to_string(source.inputs()) +
                                          " numbers a sample, but the model reads " +
                                          std::to_string(beginning.mlp.config.inputs));
  }

 private:
  Beginning begun(const RunOptions& options, frame::Session& session, const RunPlace& place) const {
    if (place.version()) return resumed_from(options, *place.version());
    Beginning found;
    if (options.model.directory) {
      CheckedFolder checked = options.model.open(session);
      found.mlp = loaded(checked);
    } else {
      found.mlp.config = mlp_for(model::parse_mlp_spec(*options.model.init), source);
      found.mlp.scaling = scaling_of(source, split, found.mlp.config);
      found.mlp.weights = model::initial_weights(found.mlp.config, session.seed());
    }
    found.state.weights = std::move(found.mlp.weights);
    return found;
  }

  static model::SavedMlp loaded(CheckedFolder& checked) {
    return checked.read([&](const io::ReadObserver& observer) { return model::load_mlp(checked.path(), observer); });
  }

  Beginning resumed_from(const RunOptions& options, const std::filesystem::path& version) const {
    CheckedFolder checked(version, CheckedFolder::Part::all);
    const SavedProgress saved = read_progress(version);
    Beginning found;
    // Before the model: what it looks like follows from the data, which these compare.
    found.changes = changes_since(saved.identity, identity, version);
    const model::MlpConfig config = model::read_mlp_config(version);
    if (options.model.given() && !(named_config(options.model) == config)) throw another_model(version);
    static_cast<Progress&>(found.state) = saved.progress;
    found.mlp = checked.read([&](const io::ReadObserver& observer) {
      read_moments_into(found.state, checked, model::parameter_table(config), observer);
      return model::load_mlp(version, observer);
    });
    found.state.weights = std::move(found.mlp.weights);
    found.resumed = true;
    return found;
  }

  /// Of the model that --model or --init names.
  model::MlpConfig named_config(const ModelOptions& named) const {
    return named.init ? mlp_for(model::parse_mlp_spec(*named.init), source)
                      : model::read_mlp_config(model_directory(*named.directory));
  }
};

class TableTask : public TrainerTask<TableInputs, MlpTrainer, RowLoader> {
 public:
  using TrainerTask::TrainerTask;

  void compare_ranks() override {}
  void emit_plan(frame::Session& session) override {
    const io::Json plan = plan_of(beginning_record(), options_, inputs_.beginning);
    const model::MlpConfig& config = inputs_.beginning.mlp.config;
    session.emit(plan, frame::table({{"model", "mlp, " + std::string(model::task_name(config.task))},
                                     {"learns", inputs_.source.target_name()},
                                     {"numbers a sample", std::to_string(config.inputs)},
                                     {"outputs", std::to_string(config.outputs)},
                                     {"parameters", plan.at("model").at("parameters").dump()},
                                     {"training samples", std::to_string(inputs_.split.training())},
                                     {"validation samples", std::to_string(inputs_.split.held_out())},
                                     {"steps left", plan.at("steps_left").dump()},
                                     {"samples a step", std::to_string(options_.batch.batch)},
                                     {"device", std::string(inputs_.device.info().name)}}));
  }

  Throughput throughput() override {
    device::Peaks peaks(inputs_.device);
    return {{{inputs_.compute, model::training_flops_per_sample(inputs_.beginning.mlp.config)}}, peaks};
  }
  bool emulated() const override { return (inputs_.device.info().emulated_types >> inputs_.compute & 1) != 0; }
  Validation validate(const StopToken& stop) override {
    const MlpScore score = evaluate(trainer().model(), inputs_.reader, inputs_.split, stop);
    const bool classes = inputs_.beginning.mlp.config.task == model::MlpTask::classes;
    return {score.loss, score.samples, classes ? std::optional(score.accuracy) : std::nullopt};
  }
  void saved(const std::filesystem::path&) override {}
  std::optional<std::vector<std::int64_t>> divide_anew(std::span<const double>) override { return std::nullopt; }

 private:
  void make_trainer(std::optional<MlpTrainer>& trainer) override {
    trainer.emplace(inputs_.beginning.mlp.config, inputs_.device, inputs_.compute, options_.optimizer,
                    options_.batch.batch, options_.steps);
  }
  void make_loader(std::optional<RowLoader>& loader, std::int64_t first_step) override {
    loader.emplace(inputs_.source, inputs_.reader, inputs_.split, options_.batch.batch, options_.shift, seed_,
                   first_step, options_.steps, options_.reading);
  }
  void write(const std::filesystem::path& version, const StateView& state) const override {
    model::save_mlp(version, inputs_.beginning.mlp.config, inputs_.beginning.mlp.scaling, state.weights);
    write_state(version, model::parameter_table(inputs_.beginning.mlp.config), state, inputs_.identity);
  }

  io::Json beginning_record() override {
    io::Json record;
    const model::MlpConfig& config = inputs_.beginning.mlp.config;
    io::Json& described = record["model"];
    described["family"] = "mlp";
    described["task"] = model::task_name(config.task);
    described["inputs"] = config.inputs;
    described["hidden"] = io::Json::array(config.hidden);
    described["outputs"] = config.outputs;
    described["parameters"] = model::parameter_count(model::parameter_table(config));
    describe_origin(record, options_, inputs_.device, emulated(), inputs_.identity, inputs_.beginning);
    record["training_samples"] = inputs_.split.training();
    record["validation_samples"] = inputs_.split.held_out();
    return record;
  }
};

}  // namespace

std::unique_ptr<Task> make_table_task(const TaskParts& parts) {
  if (parts.ranks.size() > 1)
    throw usage_error("a perceptron trains on one rank, and this job has " + std::to_string(parts.ranks.size()),
                      "start one process");
  refuse_options_of_tokens(parts.options);
  return std::make_unique<TableTask>(parts);
}

std::unique_ptr<Task> make_task(const TaskParts& parts) {
  const ModelOptions& named = parts.options.model;
  const auto is_mlp = [&] {
    if (named.init) return model::is_mlp_spec(*named.init);
    if (named.directory) return model::is_mlp_directory(model_directory(*named.directory));
    return parts.place.version() && model::is_mlp_directory(*parts.place.version());
  };
  return is_mlp() ? make_table_task(parts) : make_token_task(parts);
}

}  // namespace daybreak::train_shard
