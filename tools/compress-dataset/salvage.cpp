// What can be read of a damaged dataset file as a new one.
#include "libcore/dataset/salvage.h"

#include "libcore/base/error.h"
#include "tools/compress-dataset/output.h"
#include "tools/compress-dataset/verbs.h"
#include "tools/frame/text.h"

namespace daybreak::compress_dataset {
namespace {

io::Json loss_json(const dataset::Loss& loss, const dataset::Layout& layout) {
  const std::uint64_t element = layout.arrays[loss.chunk.array].grid.element_bytes;
  io::Json out;
  out["array"] = loss.array;
  out["chunk"] = loss.chunk.chunk;
  out["offset_bytes"] = loss.chunk.offset_bytes;
  out["bytes"] = loss.chunk.bytes;
  out["first_element"] = loss.chunk.offset_bytes / element;
  out["elements"] = loss.chunk.bytes / element;
  out["first_sample"] = loss.samples ? io::Json(loss.samples->first) : io::Json();
  out["samples"] = loss.samples ? io::Json(loss.samples->count) : io::Json();
  out["became"] = loss.array == dataset::kLiterals ? "nothing" : loss.filled ? "filled" : "left out";
  out["reason"] = loss.chunk.reason;
  return out;
}

std::string loss_text(const dataset::Loss& loss) {
  std::string text = "\"" + loss.array + "\" chunk " + std::to_string(loss.chunk.chunk) + ", " +
                     std::to_string(loss.chunk.bytes) + " bytes at " + std::to_string(loss.chunk.offset_bytes);
  if (loss.samples && loss.samples->count > 0)
    text += ", samples " + std::to_string(loss.samples->first) + " to " +
            std::to_string(loss.samples->first + loss.samples->count - 1);
  return text + (loss.filled ? ", filled: " : ": ") + loss.chunk.reason + "\n";
}

io::Json input_json(const dataset::SalvagedInput& input) {
  io::Json out;
  out["name"] = input.name;
  out["bit_exact"] = input.bit_exact;
  out["samples"] = input.samples > 0 ? io::Json(input.samples) : io::Json();
  out["lost_samples"] = input.lost_samples;
  return out;
}

class Salvage : public frame::Verb {
 public:
  void declare(OptionSink& sink) override {
    sink.operand("FILE", &path_, "A damaged file that compress-dataset wrote");
    sink.file("output,o", &output_, "The HDF5 file to write");
    sink.choice("lost", &lost_, {"leave-out", "fill"}, "Samples that are lost go, or are filled in their place");
    options_.declare(sink);
  }

  void check() override {
    options_.check();
    dataset::parse_lost_policy(lost_);
  }

  frame::Outcome run(frame::Session& session) override {
    check_output(output_, options_, session);
    const auto archive =
        std::make_shared<const dataset::Archive>(session.input(path_), dataset::Archive::Opening::damaged);
    for (const std::string& part : archive->reader().part_paths()) session.input(part);
    const dataset::Surroundings around{session.threads(), session.stop(), session.progress()};
    const dataset::Salvaged salvaged = dataset::salvage(archive, dataset::parse_lost_policy(lost_), around);
    const std::uint64_t chunks = chunks_of(*archive);
    if (!salvaged.losses.empty() && salvaged.losses.size() == chunks)
      throw data_error(path_, "none of its " + std::to_string(chunks) + " chunks is whole", "fetch the file again");
    const auto add = [&](io::Json& document, std::string& text) { describe(salvaged, *archive, document, text); };
    if (session.dry_run()) {
      show_record(add, session);
    } else {
      write_dataset(
          *output_, session, around,
          [&](const std::string& path) { return dataset::compress(salvaged.inputs, options_, path, *output_, around); },
          add);
    }
    if (!salvaged.losses.empty())
      session.log().warning(path_ + ": " + std::to_string(salvaged.losses.size()) + " of " + std::to_string(chunks) +
                            " chunks are lost; " + (session.dry_run() ? "the others are whole" : *output_ + " holds the others"));
    return frame::Outcome::done;
  }

 private:
  static std::uint64_t chunks_of(const dataset::Archive& archive) {
    std::uint64_t chunks = 0;
    for (const dataset::KeptArray& array : archive.layout().arrays) chunks += array.parts();
    return chunks;
  }

  static void describe(const dataset::Salvaged& salvaged, const dataset::Archive& archive, io::Json& document,
                       std::string& text) {
    const std::uint64_t chunks = chunks_of(archive);
    std::uint64_t bytes = 0;
    io::Json lost = io::Json::array(), inputs = io::Json::array();
    for (const dataset::Loss& loss : salvaged.losses) {
      lost.push_back(loss_json(loss, archive.layout()));
      text += loss_text(loss);
      bytes += loss.chunk.bytes;
    }
    for (const dataset::SalvagedInput& input : salvaged.report) {
      inputs.push_back(input_json(input));
      if (input.lost_samples > 0)
        text += input.name + ": " + std::to_string(input.lost_samples) + " of " + std::to_string(input.samples) +
                " samples are left out\n";
    }
    document["method"] = "salvage";
    if (!salvaged.losses.empty()) document["integrity"] = 0;
    document["chunks"] = chunks;
    document["lost_chunks"] = salvaged.losses.size();
    document["lost_bytes"] = bytes;
    document["lost"] = std::move(lost);
    document["inputs"] = std::move(inputs);
    text += std::to_string(salvaged.losses.size()) + " of " + std::to_string(chunks) + " chunks are lost, " +
            frame::bytes(static_cast<double>(bytes)) + "\n";
  }

  std::string path_, lost_ = "leave-out";
  std::optional<std::string> output_;
  dataset::CompressOptions options_;
};

}  // namespace

std::unique_ptr<frame::Verb> make_salvage() {
  return std::make_unique<Salvage>();
}

}  // namespace daybreak::compress_dataset
