// safetensors against the files of the format's own package, whole and in shards.
#include "libcore/base/error.h"
#include "libcore/io/safetensors.h"
#include "tests/unit/io/support.h"

using namespace daybreak;
using namespace daybreak::io;

namespace {

std::string reference() {
  return std::string(DAYBREAK_SOURCE_DIR) + "/tests/unit/io/data/io_reference.safetensors";
}

std::vector<std::byte> read_all(const Safetensors& model, const Safetensors::Tensor& tensor) {
  std::vector<std::byte> bytes(tensor.info.bytes());
  model.read(tensor, 0, bytes);
  return bytes;
}

std::string single(const std::string& name, char value) {
  const std::string header = R"({")" + name + R"(":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}})";
  return test::bytes_of_number<std::uint64_t>(header.size()) + header + std::string(2, value);
}

std::string index_of(const std::string& map) {
  return R"({"metadata":{"total_size":4},"weight_map":{)" + map + "}}";
}

}  // namespace

TEST_CASE("the package's file: names, types, values, metadata") {
  const Safetensors model = Safetensors::open(reference());
  CHECK(model.tensors().size() == 7);
  CHECK(model.metadata() == TextPairs{{"format", "pt"}});
  CHECK(model.at("b.weight").info.shape == Shape{4, 6});
  CHECK(model.at("brain").info.type == DType::bf16);
  CHECK(model.at("count").info.shape.empty());
  CHECK(model.at("none").info.shape == Shape{0, 3});
  CHECK(test::values<std::int64_t>(*model.source(model.at("count"))) == std::vector<std::int64_t>{9});
  CHECK(test::values<float>(*model.source(model.at("b.weight")))[23] == 8.5F);
  CHECK(test::values<std::int16_t>(*model.source(model.at("quoted \"n\xC3\xA4me\""))) == std::vector<std::int16_t>{1, 2});
  CHECK(model.find("absent") == nullptr);
  CHECK_THROWS_WITH(model.at("absent"), Catch::Contains("\"absent\" is missing"));
}

TEST_CASE("what the writer writes is what the package writes, byte for byte") {
  const Safetensors model = Safetensors::open(reference());
  std::vector<std::vector<std::byte>> data;
  std::vector<TensorView> views;
  for (const auto& tensor : model.tensors()) data.push_back(read_all(model, tensor));
  for (std::size_t i = data.size(); i-- > 0;)  // the order given does not matter
    views.push_back({model.tensors()[i].info.name, model.tensors()[i].info.type, model.tensors()[i].info.shape, data[i]});
  const test::ScratchFolder folder;
  const auto path = folder.path() / "out.safetensors";
  write_safetensors(path, views, model.metadata());
  CHECK((test::file_bytes(path) == test::file_bytes(reference())));
  views[0].bytes = views[0].bytes.first(1);
  CHECK_THROWS_AS(write_safetensors(path, views), Error);
  CHECK((test::file_bytes(path) == test::file_bytes(reference())));
  write_safetensors(path, {});
  CHECK(test::file_bytes(path) == std::string("\x08\0\0\0\0\0\0\0{}      ", 16));
}

TEST_CASE("a safetensors file is restored from its pieces") {
  CHECK((test::restored(open_arrays(reference(), {})[0]) == test::file_bytes(reference())));
}

TEST_CASE("shards: one model, and nothing outside its folder") {
  const test::ScratchFolder folder;
  folder.file("m/one.safetensors", single("a", 'x'));
  folder.file("m/two.safetensors", single("b", 'y'));
  folder.file("outside.safetensors", single("b", 'z'));
  const std::string dir = (folder.path() / "m").string();
  const auto with = [&](const std::string& map) { folder.file("m/model.safetensors.index.json", index_of(map)); };
  with(R"("a":"one.safetensors","b":"two.safetensors")");
  const auto files = open_arrays(dir, {});
  REQUIRE(files.at(0).arrays.size() == 2);
  CHECK(test::bytes_of(*files[0].arrays[1]) == "yy");
  CHECK(open_arrays(dir + "/model.safetensors.index.json", {})[0].arrays.size() == 2);
  const auto message = [&](const std::string& map) -> std::string {
    with(map);
    try {
      Safetensors::open(dir);
      return "";
    } catch (const Error& error) {
      return error.what();
    }
  };
  for (const char* escape : {"../outside.safetensors", "/etc/passwd", "..", "", "sub/../../outside.safetensors"})
    CHECK_THAT(message("\"a\":\"one.safetensors\",\"b\":\"" + std::string(escape) + "\""), Catch::Contains("no plain file name"));
  CHECK_THAT(message(R"("a":"one.safetensors","b":"one.safetensors")"), Catch::Contains("which lacks it"));
  CHECK_THAT(message(R"("a":"one.safetensors","b":"gone.safetensors")"), Catch::Contains("gone.safetensors: cannot open"));
  folder.file("m/two.safetensors", single("a", 'y'));
  CHECK_THAT(message(R"("a":"one.safetensors","b":"two.safetensors")"), Catch::Contains("stands in two shards"));
  CHECK_THAT(message(R"("a":3)"), Catch::Contains("expected a file name"));
}

TEST_CASE("malformed entries are refused by name") {
  const test::ScratchFolder folder;
  const auto message = [&](const std::string& header) -> std::string {
    try {
      open_arrays(folder.file("bad.safetensors", test::bytes_of_number<std::uint64_t>(header.size()) + header + std::string(4, 'd')), {});
      return "";
    } catch (const Error& error) {
      return error.what();
    }
  };
  const auto entry = [&](const std::string& shape, const std::string& more = "") {
    return message(R"({"t":{"dtype":"U8","shape":)" + shape + R"(,"data_offsets":[0,4])" + more + "}}");
  };
  CHECK(entry("[4]").empty());
  for (const char* shape : {"[-4]", "[4.0]", "[4,1e0]", "\"4\"", "[[4]]", "[1e30]"}) {
    INFO(shape);
    CHECK_THAT(entry(shape), Catch::Contains("tensor \"t\": "));
  }
  CHECK_THAT(entry("[4294967296,4294967296]"), Catch::Contains("64 bits"));
  CHECK_THAT(entry("[4]", R"(,"more":1)"), Catch::Contains("unknown key"));
  CHECK_THAT(message("{}"), Catch::Contains("the tensors end at byte 0"));
  CHECK_THAT(message(R"({"__metadata__":{"a":1}})"), Catch::Contains("expected a string"));
}
