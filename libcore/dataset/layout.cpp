#include "libcore/dataset/layout.h"

#include <algorithm>

#include "libcore/base/error.h"
#include "libcore/base/utf8.h"
#include "libcore/dataset/layout_pieces.h"
#include "libcore/dataset/loss_json.h"
#include "libcore/dataset/shard_json.h"
#include "libcore/records/dataset_record.h"

namespace daybreak::dataset {
namespace {

constexpr std::size_t kLongestPath = 1024, kLongestPart = 200;

bool is_harmless(char letter) {
  const auto byte = static_cast<unsigned char>(letter);
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9') ||
         byte >= 0x80 || std::string_view("._-+=@,()~ ").find(letter) != std::string_view::npos;
}

std::vector<std::string> parts_of(const std::string& path) {
  std::vector<std::string> parts{""};
  for (const char letter : path) {
    if (letter == '/')
      parts.emplace_back();
    else
      parts.back() += letter;
  }
  return parts;
}

bool is_harmless_part(const std::string& part) {
  return !part.empty() && part.size() <= kLongestPart && part.front() != '.' && part.front() != '-' &&
         std::all_of(part.begin(), part.end(), is_harmless);
}

io::Shape parse_shape(const io::Json& json) {
  io::Shape shape;
  for (const io::Json& extent : json.as_array()) shape.push_back(extent.as_uint());
  return shape;
}

io::Json input_json(const KeptInput& input, const std::vector<KeptArray>& arrays) {
  io::Json out;
  out["name"] = input.name;
  out["format"] = input.format;
  out["group"] = input.group;
  out["bytes"] = input.bytes;
  out["xxh3"] = input.xxh3;
  if (!input.decoded_by.empty()) out["decoded_by"] = input.decoded_by;
  out["first_array"] = input.first_array;
  out["array_count"] = input.array_count;
  if (input.samples > 0) out["samples"] = io::Json::Array{input.samples, input.distinct_samples};
  if (input.dropped) {
    out["near_duplicate_threshold"] = input.dropped->threshold;
    io::Json pairs = io::Json::array();
    for (const auto& [sample, kept] : input.dropped->pairs) pairs.push_back(io::Json::Array{sample, kept});
    out["near_duplicates"] = std::move(pairs);
  }
  if (input.dropped_samples > 0) out["dropped_samples"] = input.dropped_samples;
  if (!input.attributes.empty()) {
    io::Json list = io::Json::array();
    for (const auto& [owner, name] : input.attributes) list.push_back(io::Json::Array{owner, name});
    out["attributes"] = std::move(list);
  }
  if (input.pieces) {
    out["pieces"] = pieces_json(input, arrays);
  }
  return out;
}

io::Json segments_json(const KeptArray& array) {
  io::Json list = io::Json::array();
  for (const KeptSegment& segment : array.segments) {
    io::Json one;
    one["rows"] = segment.rows();
    if (segment.grid.chunked()) one["chunk"] = io::Json::array(segment.grid.chunk);
    list.push_back(std::move(one));
  }
  return list;
}

io::Json array_json(const KeptArray& array) {
  io::Json out;
  out["name"] = array.info.name;
  out["dtype"] = io::dtype_name(array.info.type);
  out["shape"] = io::Json::array(array.info.shape);
  if (array.mapped()) out["segments"] = segments_json(array);
  if (array.grid.chunked()) out["chunk"] = io::Json::array(array.grid.chunk);
  if (array.grid.chunked() || array.mapped()) {
    out["stored_bytes"] = array.stored_bytes;
    io::Json pipelines = io::Json::object();
    for (const auto& [name, chunks] : array.pipelines) pipelines[name] = chunks;
    out["pipelines"] = std::move(pipelines);
  }
  if (array.plugin_chunks > 0) out["plugin_chunks"] = array.plugin_chunks;
  out["xxh3"] = array.xxh3;
  if (array.non_finite.any()) out["non_finite"] = io::Json::Array{array.non_finite.nan, array.non_finite.infinite};
  if (array.loss) out["loss"] = loss_json(*array.loss);
  return out;
}

/// The whole's inputs refer to its arrays, which have all rows.
io::Json shard_json(const Layout& layout) {
  io::Json out = shard_record_json(*layout.shard);
  if (layout.whole.empty()) return out;
  std::vector<KeptArray> whole = layout.arrays;
  for (std::size_t i = 0; i < layout.shard->arrays.size(); ++i)
    if (layout.shard->arrays[i].division != Division::whole) whole[i].info.shape[0] = layout.shard->arrays[i].rows;
  io::Json inputs = io::Json::array();
  for (const KeptInput& input : layout.whole) inputs.push_back(input_json(input, whole));
  out["inputs"] = std::move(inputs);
  return out;
}

/// The JSON of a layout as our structs, everything checked against everything.
class Parser {
 public:
  Parser(const io::Json& json, const std::string& where) : json_(json), where_(where) {}

  Layout parse() {
    Layout layout;
    layout.tool = json_.at("tool").as_string();
    layout.hashes_xxh3 = json_.at("hashes_xxh3").as_string();
    for (const io::Json& one : json_.at("arrays").as_array()) layout.arrays.push_back(array(one));
    if (!layout.arrays.empty() && layout.arrays.back().info.name == kLiterals)
      literal_bytes_ = layout.arrays.back().info.bytes();
    layout.inputs = inputs(json_.at("inputs"), layout.arrays);
    if (const io::Json* parts = json_.find("parts_xxh3"); parts != nullptr) layout.parts_xxh3 = parts->as_string();
    if (const io::Json* shard = json_.find("shard"); shard != nullptr) add_shard(*shard, layout);
    return layout;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const { throw_damaged_layout(where_, what); }

  std::vector<KeptInput> inputs(const io::Json& json, const std::vector<KeptArray>& arrays) {
    std::vector<KeptInput> list;
    first_free_ = 0;
    for (const io::Json& one : json.as_array()) {
      list.push_back(input(one, arrays));
      first_free_ = list.back().first_array + list.back().array_count;
    }
    return list;
  }

  void add_shard(const io::Json& json, Layout& layout) {
    layout.shard = parse_shard_record(json, where_);
    const std::vector<ShardArray>& told = layout.shard->arrays;
    if (told.size() > layout.arrays.size()) fail("it is a part of more arrays than it has");
    std::vector<KeptArray> whole = layout.arrays;
    for (std::size_t i = 0; i < told.size(); ++i) {
      if (told[i].division == Division::whole) continue;
      io::Shape& shape = whole[i].info.shape;
      const bool within = !shape.empty() && told[i].first <= told[i].rows && shape[0] <= told[i].rows - told[i].first;
      if (!within) fail("its rows of \"" + whole[i].info.name + "\" are none of the whole");
      shape[0] = told[i].rows;
      whole[i].info.bytes();  // refuses extents that overflow
    }
    if (const io::Json* list = json.find("inputs"); list != nullptr) layout.whole = inputs(*list, whole);
  }

  KeptArray array(const io::Json& json) const {
    KeptArray out;
    out.info = {json.at("name").as_string(), io::parse_dtype(json.at("dtype").as_string()),
                parse_shape(json.at("shape"))};
    out.info.bytes();  // refuses extents that overflow
    const io::Json* chunk = json.find("chunk");
    out.grid = chunk == nullptr ? whole_grid(out.info) : grid_of_chunks(out.info, parse_shape(*chunk), where_);
    if (const io::Json* segments = json.find("segments"); segments != nullptr) add_segments(*segments, out);
    if (chunk == nullptr && !out.mapped()) {
      out.stored_bytes = out.info.bytes();
      out.pipelines["stored"] = 1;
    } else {
      out.stored_bytes = json.at("stored_bytes").as_uint();
      for (const auto& [name, chunks] : json.at("pipelines").as_object()) out.pipelines[name] = chunks.as_uint();
    }
    if (const io::Json* chunks = json.find("plugin_chunks"); chunks != nullptr) out.plugin_chunks = chunks->as_uint();
    out.xxh3 = json.at("xxh3").as_string();
    if (const io::Json* count = json.find("non_finite"); count != nullptr)
      out.non_finite = {count->at(0).as_uint(), count->at(1).as_uint()};
    if (const io::Json* loss = json.find("loss"); loss != nullptr) out.loss = parse_loss(*loss);
    return out;
  }

  void add_segments(const io::Json& json, KeptArray& out) const {
    if (out.grid.chunked() || out.info.shape.empty()) fail("\"" + out.info.name + "\" cannot stand in parts");
    std::uint64_t left = out.info.shape[0];
    for (const io::Json& one : json.as_array()) {
      io::ArrayInfo rows = out.info;
      rows.shape[0] = one.at("rows").as_uint();
      if (rows.shape[0] == 0 || rows.shape[0] > left) fail("the parts of \"" + out.info.name + "\" have other rows");
      left -= rows.shape[0];
      const io::Json* chunk = one.find("chunk");
      out.add_segment(chunk == nullptr ? whole_grid(rows) : grid_of_chunks(rows, parse_shape(*chunk), where_));
    }
    if (left != 0) fail("the parts of \"" + out.info.name + "\" have other rows");
  }

  KeptInput input(const io::Json& json, const std::vector<KeptArray>& arrays) const {
    KeptInput out;
    out.name = json.at("name").as_string();
    if (!is_harmless_name(out.name))
      throw data_error(where_, "the name of an original would lead outside the folder or has unusual characters",
                       "nothing was written");
    out.format = json.at("format").as_string();
    out.group = json.at("group").as_string();
    out.bytes = json.at("bytes").as_uint();
    out.xxh3 = json.at("xxh3").as_string();
    out.first_array = json.at("first_array").as_uint();
    out.array_count = json.at("array_count").as_uint();
    if (out.first_array > arrays.size() || out.array_count > arrays.size() - out.first_array)
      fail("the arrays of " + out.name + " are not there");
    if (out.first_array < first_free_) fail("the arrays of " + out.name + " are those of another input");
    if (const io::Json* samples = json.find("samples"); samples != nullptr) {
      out.samples = samples->at(0).as_uint();
      out.distinct_samples = samples->at(1).as_uint();
      if (out.distinct_samples > out.samples) fail("more different samples than samples in " + out.name);
    }
    if (const io::Json* dropped = json.find("dropped_samples"); dropped != nullptr)
      out.dropped_samples = dropped->as_uint();
    if (out.indexed() && out.array_count < 2) fail("the sample index of " + out.name + " is not there");
    if (const io::Json* threshold = json.find("near_duplicate_threshold"); threshold != nullptr) {
      out.dropped = DroppedSamples{threshold->as_double(), {}};
      for (const io::Json& pair : json.at("near_duplicates").as_array())
        out.dropped->pairs.emplace_back(pair.at(0).as_uint(), pair.at(1).as_uint());
    }
    if (const io::Json* by = json.find("decoded_by"); by != nullptr) out.decoded_by = by->as_string();
    if (!out.decoded_by.empty() && out.array_count == 0) fail("the tokens of " + out.name + " are not there");
    if (const io::Json* list = json.find("attributes"); list != nullptr)
      for (const io::Json& pair : list->as_array())
        out.attributes.emplace_back(pair.at(0).as_string(), pair.at(1).as_string());
    if (const io::Json* list = json.find("pieces"); list != nullptr) out.pieces = parse_pieces(*list, out, arrays, literal_bytes_, where_);
    return out;
  }

  const io::Json& json_;
  const std::string& where_;
  std::uint64_t literal_bytes_ = 0;
  std::size_t first_free_ = 0;  // the first array that belongs to no input yet
};

}  // namespace

void KeptArray::add_segment(ChunkGrid rows) {
  KeptSegment next;
  if (mapped()) {
    const KeptSegment& last = segments.back();
    next.first_row = last.first_row + last.rows();
    next.first_part = last.first_part + last.parts();
  }
  next.grid = std::move(rows);
  segments.push_back(std::move(next));
}

std::uint64_t KeptArray::parts() const {
  if (mapped()) return segments.back().first_part + segments.back().parts();
  return grid.chunked() ? grid.count : 1;
}

std::uint64_t KeptArray::chunk_bytes() const {
  const auto of = [](const ChunkGrid& one) {
    return one.chunked() ? one.chunk_bytes : io::element_count(one.shape, "") * one.element_bytes;
  };
  std::uint64_t most = mapped() ? 0 : of(grid);
  for (const KeptSegment& segment : segments) most = std::max(most, of(segment.grid));
  return most;
}

std::uint64_t KeptArray::chunk_rows() const {
  std::uint64_t most = grid.chunked() ? grid.chunk.front() : 1;
  for (const KeptSegment& segment : segments)
    if (segment.grid.chunked()) most = std::max(most, segment.grid.chunk.front());
  return most;
}

io::Json layout_json(const Layout& layout) {
  io::Json out;
  out["schema"] = records::kDatasetLayoutSchema;
  out["tool"] = layout.tool;
  out["hashes_xxh3"] = layout.hashes_xxh3;
  io::Json inputs = io::Json::array(), arrays = io::Json::array();
  for (const KeptInput& input : layout.inputs) inputs.push_back(input_json(input, layout.arrays));
  for (const KeptArray& array : layout.arrays) arrays.push_back(array_json(array));
  out["inputs"] = std::move(inputs);
  out["arrays"] = std::move(arrays);
  if (layout.joined()) out["parts_xxh3"] = layout.parts_xxh3;
  if (layout.shard) out["shard"] = shard_json(layout);
  return out;
}

Layout parse_layout(const io::Json& json, const std::string& where) {
  const io::Json* schema = json.find("schema");
  if (schema == nullptr || *schema != io::Json(records::kDatasetLayoutSchema))
    throw data_error(where, std::string("expected a layout of schema ") + records::kDatasetLayoutSchema,
                     "it may need a newer version of this tool");
  return Parser(json, where).parse();
}

bool is_harmless_name(const std::string& name) {
  const auto parts = parts_of(name);
  return name.size() <= kLongestPath && is_utf8(name) && std::all_of(parts.begin(), parts.end(), is_harmless_part);
}

std::string harmless_name(const std::string& name) {
  std::string out;
  for (std::string part : parts_of(name)) {
    if (part.empty() || part == "." || part == "..") continue;
    if (!is_utf8(part))
      std::replace_if(
          part.begin(), part.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; }, '_');
    std::replace_if(
        part.begin(), part.end(), [](char c) { return !is_harmless(c); }, '_');
    if (part.front() == '.' || part.front() == '-') part.front() = '_';
    // Cutting may split a character, which the check of the whole would refuse.
    if (part.size() > kLongestPart) part = part.substr(part.size() - kLongestPart);
    while (!part.empty() && !is_utf8(part)) part.erase(0, 1);
    if (part.front() == '.' || part.front() == '-') part.front() = '_';
    out += (out.empty() ? "" : "/") + part;
  }
  return out.empty() || out.size() > kLongestPath ? "input" : out;
}

}  // namespace daybreak::dataset
