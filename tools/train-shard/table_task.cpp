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

class TableTask : public TrainerTask<MlpTrainer, RowLoader> {
 public:
  TableTask(const RunOptions& options, frame::Session& session)
      : TrainerTask(options, session),
        source_(session.input(options.data), options.target),
        folder_(options.out, options.resume),
        split_(source_.rows(), options.validation_share, seed_),
        identity_(table_identity(options, source_, seed_)),
        compute_(compute_of(options.device.precision)),
        beginning_(begun(session)),
        device_(options.device.open(session)),
        reader_(source_, beginning_.mlp.config, beginning_.mlp.scaling) {
    if (beginning_.mlp.config.inputs != source_.inputs())
      throw data_error(source_.name(), "has " + std::to_string(source_.inputs()) +
                                           " numbers a sample, but the model reads " +
                                           std::to_string(beginning_.mlp.config.inputs));
  }

  RunDirectory& folder() override { return folder_; }
  device::Device& device() override { return device_; }
  void emit_plan(frame::Session& session) override {
    const io::Json plan = plan_of(beginning_record(), options_, beginning_);
    const model::MlpConfig& config = beginning_.mlp.config;
    session.emit(plan, frame::table({{"model", "mlp, " + std::string(model::task_name(config.task))},
                                     {"learns", source_.target_name()},
                                     {"numbers a sample", std::to_string(config.inputs)},
                                     {"outputs", std::to_string(config.outputs)},
                                     {"parameters", plan.at("model").at("parameters").dump()},
                                     {"training samples", std::to_string(split_.training())},
                                     {"validation samples", std::to_string(split_.held_out())},
                                     {"steps left", plan.at("steps_left").dump()},
                                     {"samples a step", std::to_string(options_.batch.batch)},
                                     {"device", std::string(device_.info().name)}}));
  }

  Throughput throughput() override {
    return {model::training_flops_per_sample(beginning_.mlp.config), device_, compute_};
  }
  bool emulated() override { return (device_.info().emulated_types >> compute_ & 1) != 0; }
  Validation validate(const StopToken& stop) override {
    const MlpScore score = evaluate(model(), reader_, split_, stop);
    const bool classes = beginning_.mlp.config.task == model::MlpTask::classes;
    return {score.loss, score.samples, classes ? std::optional(score.accuracy) : std::nullopt};
  }
  void saved(const std::filesystem::path&) override {}

 private:
  Origin& origin() override { return beginning_; }
  void make_trainer(std::optional<MlpTrainer>& trainer) override {
    trainer.emplace(beginning_.mlp.config, device_, compute_, options_.optimizer, options_.batch.batch, options_.steps);
  }
  void make_loader(std::optional<RowLoader>& loader, std::int64_t first_step) override {
    loader.emplace(source_, reader_, split_, options_.batch.batch, options_.shift, seed_, first_step, options_.steps,
                   options_.reading);
  }
  void write(const std::filesystem::path& version, const StateView& state) const override {
    model::save_mlp(version, beginning_.mlp.config, beginning_.mlp.scaling, state.weights);
    write_state(version, model::parameter_table(beginning_.mlp.config), state, identity_);
  }

  Beginning begun(frame::Session& session) {
    if (const auto version = folder_.latest(); version && options_.resume) return resumed_from(*version);
    Beginning beginning;
    if (options_.model.directory) {
      const std::filesystem::path directory = model_directory(*options_.model.directory);
      session.input((directory / "config.json").string());
      verify_model(directory);
      beginning.mlp = model::load_mlp(directory);
    } else {
      beginning.mlp.config = mlp_for(model::parse_mlp_spec(*options_.model.init), source_);
      beginning.mlp.scaling = scaling_of(source_, split_, beginning.mlp.config);
      beginning.mlp.weights = model::initial_weights(beginning.mlp.config, seed_);
    }
    beginning.state.weights = std::move(beginning.mlp.weights);
    return beginning;
  }

  Beginning resumed_from(const std::filesystem::path& version) const {
    const std::vector<ManifestEntry> files = verify_files(version);
    Beginning beginning;
    beginning.mlp = model::load_mlp(version);
    SavedState saved = read_state(version, files, model::parameter_table(beginning.mlp.config));
    // Before the model: what it looks like follows from the data, which these compare.
    beginning.changes = changes_since(saved.identity, identity_, version.string());
    if (options_.model.given() && !(named_config() == beginning.mlp.config)) throw another_model(version);
    beginning.state = std::move(saved.state);
    beginning.state.weights = std::move(beginning.mlp.weights);
    beginning.resumed = true;
    return beginning;
  }

  /// Of the model that --model or --init names.
  model::MlpConfig named_config() const {
    const ModelOptions& named = options_.model;
    return named.init ? mlp_for(model::parse_mlp_spec(*named.init), source_)
                      : model::read_mlp_config(model_directory(*named.directory));
  }

  io::Json beginning_record() override {
    io::Json record;
    const model::MlpConfig& config = beginning_.mlp.config;
    io::Json& described = record["model"];
    described["family"] = "mlp";
    described["task"] = model::task_name(config.task);
    described["inputs"] = config.inputs;
    described["hidden"] = io::Json::array(config.hidden);
    described["outputs"] = config.outputs;
    described["parameters"] = model::parameter_count(model::parameter_table(config));
    describe_origin(record, options_, device_, emulated(), identity_, beginning_);
    record["training_samples"] = split_.training();
    record["validation_samples"] = split_.held_out();
    return record;
  }

  TableSource source_;
  RunDirectory folder_;
  RowSplit split_;
  io::Json identity_;
  daybreak_dtype compute_;
  Beginning beginning_;
  device::Device device_;
  RowReader reader_;
};

}  // namespace

std::unique_ptr<Task> make_table_task(const RunOptions& options, frame::Session& session) {
  refuse_options_of_tokens(options);
  return std::make_unique<TableTask>(options, session);
}

std::unique_ptr<Task> make_task(const RunOptions& options, frame::Session& session) {
  const auto is_mlp = [&] {
    if (options.model.init) return model::is_mlp_spec(*options.model.init);
    if (options.model.directory) return model::is_mlp_directory(model_directory(*options.model.directory));
    const auto version = options.resume ? latest_version(options.out) : std::nullopt;
    return version && model::is_mlp_directory(*version);
  };
  return is_mlp() ? make_table_task(options, session) : make_token_task(options, session);
}

}  // namespace daybreak::train_shard
