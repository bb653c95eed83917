#include "tools/compress-dataset/inputs.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <set>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/parse.h"
#include "libcore/dataset/decode_images.h"
#include "libcore/dataset/folder.h"
#include "libcore/dataset/shard.h"
#include "libcore/io/file_array.h"
#include "libcore/io/sample_columns.h"
#include "libcore/io/stretches.h"
#include "libcore/io/tokens.h"
#include "tools/compress-dataset/tokenize.h"

namespace daybreak::compress_dataset {
namespace {

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts{""};
  for (const char letter : text) {
    if (letter == ',')
      parts.emplace_back();
    else
      parts.back() += letter;
  }
  return parts;
}

/// The last part of a path, or what stdin is called.
std::string base_name(const std::string& path) {
  if (path == "-") return "stdin";
  const std::filesystem::path trimmed = std::filesystem::path(path).lexically_normal();
  return (trimmed.has_filename() ? trimmed : trimmed.parent_path()).filename().string();
}

/// Without ".gz" and the like, for what comes back is unpacked.
std::string unpacked_name(std::string name) {
  for (const std::string_view packed : {".gz", ".zst", ".zstd"})
    if (name.ends_with(packed) && name.size() > packed.size()) name.resize(name.size() - packed.size());
  return name;
}

/// "folder/train.npy" -> "folder/train": what tells several inputs apart.
std::string stem_of(const std::string& restore_name) {
  const std::filesystem::path path(restore_name);
  const std::string stem = path.stem().string();
  return (path.parent_path() / (stem.empty() ? path.filename().string() : stem)).string();
}

io::ReadOptions read_options(const InputOptions& options, const StopToken& stop) {
  io::ReadOptions read;
  read.stop = &stop;
  read.format = options.format;
  if (options.dtype) read.dtype = io::parse_dtype(*options.dtype);
  if (options.shape) read.shape = parse_shape(*options.shape);
  if (options.columns) read.columns = split(*options.columns);
  if (options.columns == "all") return read;
  for (const std::string& label : options.labels)
    if (std::find(read.columns.begin(), read.columns.end(), label) == read.columns.end()) read.columns.push_back(label);
  return read;
}

/// Adds the file as it is to the arrays; it alone is what comes back then.
void keep_original(dataset::CompressInput& input, const std::string& path, const StopToken& stop) {
  auto file = std::make_shared<const io::InputFile>(path, &stop);
  const std::uint64_t size = file->size();
  input.file.arrays.push_back(io::file_array(std::move(file), {"original", io::DType::u8, {size}}));
  io::Piece whole;
  whole.array = static_cast<std::int64_t>(input.file.arrays.size()) - 1;
  input.file.pieces = {whole};
}

/// What of the input will not come back.
void warn_of_notes(const io::ArrayFile& file, frame::Session& session) {
  constexpr std::size_t kShown = 5;
  for (std::size_t i = 0; i < std::min(kShown, file.notes.size()); ++i)
    session.log().warning(file.name + ": " + file.notes[i]);
  if (file.notes.size() > kShown)
    session.log().warning(file.name + ": " + std::to_string(file.notes.size() - kShown) +
                          " more of its parts are left out (--keep-original keeps all)");
}

bool is_integer(io::DType type) {
  return type != io::DType::boolean && type < io::DType::f8_e4m3;
}

/// Marks the token streams of an input, and checks their ids where the vocabulary is told.
void note_tokens(dataset::CompressInput& input, const InputOptions& options, bool& checked) {
  const bool token_file = input.file.format == "tokens" || input.file.format == "llmc";
  for (std::size_t i = 0; i < input.file.arrays.size(); ++i) {
    if (options.keep_original && i + 1 == input.file.arrays.size()) continue;  // the file as it is
    const auto& source = input.file.arrays[i];
    const std::string& name = source->info().name;
    if (token_file) input.notes.push_back(io::text_attribute(name, "role", "tokens"));
    const bool stream =
        token_file || (input.file.format != "csv" && input.file.format != "jsonl" && is_integer(source->info().type));
    if (!options.vocabulary || !stream) continue;
    const auto vocabulary = static_cast<std::uint64_t>(*options.vocabulary);
    io::check_vocabulary(*source, vocabulary, input.file.name);
    input.notes.push_back(io::integer_attribute(name, "vocabulary_size", vocabulary));
    checked = true;
  }
}

/// Marks the arrays that hold labels.
void note_labels(std::vector<dataset::CompressInput>& inputs, const InputOptions& options) {
  for (const std::string& label : options.labels) {
    bool found = false;
    for (dataset::CompressInput& input : inputs)
      for (const auto& source : input.file.arrays) {
        if (source->info().name != label && input.group + source->info().name != label) continue;
        found = true;
        if (io::find_attribute(input.file.attributes, source->info().name, io::kRole) == nullptr)
          input.notes.push_back(io::text_attribute(source->info().name, io::kRole, "labels"));
      }
    if (!found)
      throw usage_error("--label: no input has an array \"" + label + "\"", "compress-dataset -n lists the arrays");
  }
}

/// One operand as one input, or one for each member of a shard.
std::vector<dataset::CompressInput> open_operand(const std::string& path, const InputOptions& options,
                                                 frame::Session& session) {
  std::vector<io::ArrayFile> files = io::open_arrays(session.input(path), read_options(options, session.stop()));
  const std::string name = dataset::harmless_name(unpacked_name(base_name(path)));
  const bool shard = files.size() != 1 || files[0].name != (path == "-" ? "stdin" : path);
  std::vector<dataset::CompressInput> inputs;
  for (io::ArrayFile& file : files) {
    for (const io::MappedFile& other : file.mapped) session.input(other.name);
    dataset::CompressInput input;
    // "shard.tar: folder/member.npy"
    const auto member = file.name.find(": ");
    input.restore_name = shard && member != std::string::npos
                             ? dataset::harmless_name(unpacked_name(file.name.substr(member + 2)))
                             : name;
    if (!shard && options.format == "auto" && file.format == "bytes")
      throw data_error(file.name, "is of no format that its content or name tells",
                       "say --dtype (and --shape), or --input-format tokens, text or bytes");
    input.file = std::move(file);
    if (input.file.format == "folder") dataset::check_folder_names(input.file);
    if (input.file.format == "folder" || !options.keep_original) warn_of_notes(input.file, session);
    const bool plain = !shard && path != "-" && !std::filesystem::is_directory(path);
    if (plain && input.file.pieces) input.path = path;
    if (plain && options.keep_original) keep_original(input, path, session.stop());
    inputs.push_back(std::move(input));
  }
  if (shard && options.keep_original) {
    if (path == "-") throw usage_error("--keep-original cannot read a shard from stdin twice", "name the file");
    dataset::CompressInput whole;
    whole.file.name = path;
    whole.file.format = "bytes";
    whole.restore_name = name;
    keep_original(whole, path, session.stop());
    inputs.push_back(std::move(whole));
  }
  return inputs;
}

/// A group for each of several inputs, and no two originals of one name.
void tell_apart(std::vector<dataset::CompressInput>& inputs) {
  std::set<std::string> names;
  for (dataset::CompressInput& input : inputs) {
    if (inputs.size() > 1) input.group = stem_of(input.restore_name) + "/";
    if (!names.insert(input.restore_name).second)
      throw usage_error("two inputs are called " + input.restore_name,
                        "rename one, or compress it to a file of its own");
  }
}

void decode(std::vector<dataset::CompressInput>& inputs, frame::Session& session) {
  const dataset::Surroundings around{session.threads(), session.stop(), session.progress()};
  bool any = false;
  for (dataset::CompressInput& input : inputs) {
    if (!dataset::decode_images(input.file, around)) continue;
    any = true;
    input.path.reset();
  }
  if (!any)
    throw usage_error("--decode-images: no input is a folder or tar shard of PNG or JPEG images",
                      "name such a folder, or leave out --decode-images");
}

std::vector<dataset::CompressInput> open_operands(const std::vector<std::string>& paths, const InputOptions& options,
                                                  frame::Session& session) {
  std::vector<dataset::CompressInput> inputs;
  for (const std::string& path : paths)
    for (dataset::CompressInput& input : open_operand(path, options, session)) inputs.push_back(std::move(input));
  tell_apart(inputs);
  if (options.decode_images) decode(inputs, session);
  return inputs;
}

void note_all_tokens(std::vector<dataset::CompressInput>& inputs, const InputOptions& options) {
  bool checked = false;
  for (dataset::CompressInput& input : inputs) note_tokens(input, options, checked);
  if (options.vocabulary && !checked)
    throw usage_error("--vocab: no input has token ids", "name a token file, or an array of integers");
}

std::string vocabulary_text(const InputOptions& options) {
  return options.vocabulary ? " vocab " + std::to_string(*options.vocabulary) : "";
}

}  // namespace

void InputOptions::declare(OptionSink& sink) {
  sink.group("How inputs are read");
  sink.text("input-format", &format, "NAME",
            "npy, npz, idx, raw, tokens, text, csv, jsonl, hdf5, ...; auto: by content");
  sink.text("dtype", &dtype, "TYPE", "Element type of raw arrays and token files, such as float32");
  sink.text("shape", &shape, "N,N,...", "Shape of raw arrays; 0 first: what the file holds");
  sink.text("columns", &columns, "NAME,...", "Columns of CSV and JSON Lines to keep as arrays too, or all");
  sink.list("label", &labels, "NAME", "An array or column that holds labels, which stay exact");
  sink.directory("tokenizer", &tokenizer, "Turn text into the token ids of DIR/tokenizer.json");
  sink.count("vocab", &vocabulary, "N", "Refuse token ids of N and above", OptionSink::Range{1, 4294967296.0});
  sink.flag("decode-images", &decode_images, "Keep the pixels of PNG and JPEG samples, of one shape, instead of the files");
  sink.flag("keep-original", &keep_original, "Keep the original's bytes beside its arrays, for restore");
}

void InputOptions::check() const {
  const auto named = [](const char* option, const auto& parse) {
    try {
      parse();
    } catch (const Error& failure) {
      throw usage_error(std::string(option) + ": " + failure.message(), failure.hint());
    }
  };
  if (dtype) named("--dtype", [&] { io::parse_dtype(*dtype); });
  if (shape) named("--shape", [&] { parse_shape(*shape); });
  if (vocabulary && tokenizer)
    throw usage_error("--vocab and --tokenizer exclude each other", "the tokenizer knows its vocabulary");
  if (decode_images && keep_original)
    throw usage_error("--decode-images and --keep-original exclude each other",
                      "without --decode-images the files themselves are kept and come back");
  if (shape && !dtype) throw usage_error("--shape needs --dtype", "add --dtype, such as --dtype float32");
  if (columns && (columns->empty() || columns->front() == ',' || columns->back() == ',' ||
                  columns->find(",,") != std::string::npos))
    throw usage_error("--columns: expected names such as a,b or all, found '" + *columns + "'");
}

io::Shape parse_shape(const std::string& text) {
  io::Shape shape;
  for (const std::string& part : split(text)) {
    const std::int64_t extent = parse_count(part);
    if (extent == 0 && !shape.empty()) throw usage_error("only the first extent may be 0, found '" + text + "'");
    shape.push_back(static_cast<std::uint64_t>(extent));
  }
  return shape;
}

std::vector<dataset::CompressInput> open_inputs(const std::vector<std::string>& paths, const InputOptions& options,
                                                frame::Session& session) {
  std::vector<dataset::CompressInput> inputs = open_operands(paths, options, session);
  if (options.tokenizer) tokenize(inputs, *options.tokenizer, options.keep_original, std::nullopt, session);
  note_labels(inputs, options);
  note_all_tokens(inputs, options);
  return inputs;
}

ShardInputs open_shard(const std::vector<std::string>& paths, const InputOptions& options, const dataset::Shard& shard,
                       const std::string& values, frame::Session& session) {
  ShardInputs part;
  part.inputs = open_operands(paths, options, session);
  if (options.tokenizer) tokenize(part.inputs, *options.tokenizer, options.keep_original, shard, session);
  note_labels(part.inputs, options);
  part.record = dataset::cut(part.inputs, shard, values + vocabulary_text(options));
  note_all_tokens(part.inputs, options);
  return part;
}

}  // namespace daybreak::compress_dataset
