// A small file of each format, cut after every byte: refused as data, or read as the shorter file that it then is; what
// a reader lets through can be read to its end.
#include "libcore/base/error.h"
#include "tests/unit/io/support.h"

using namespace daybreak;
using namespace daybreak::io;

namespace {

/// The shortest beginning that is read, or -1; fails the test for any other outcome than arrays or a data error.
std::ptrdiff_t shortest_read(const std::string& name, const std::string& whole, const ReadOptions& options = {}) {
  const test::ScratchFolder folder;
  std::ptrdiff_t shortest = -1;
  for (std::size_t keep = 0; keep <= whole.size(); ++keep) {
    INFO(name << ": " << keep << " of " << whole.size() << " bytes");
    try {
      for (const ArrayFile& file : open_arrays(folder.file(name, whole.substr(0, keep)), options)) {
        for (const auto& array : file.arrays) test::bytes_of(*array);
        if (file.pieces) CHECK(test::restored(file) == whole.substr(0, keep));
      }
      if (shortest < 0) shortest = static_cast<std::ptrdiff_t>(keep);
    } catch (const Error& error) {
      CHECK(error.status() == ExitStatus::data);
      CHECK_THAT(error.what(), Catch::Contains(name));
      if (keep == whole.size()) FAIL("the whole file is refused: " << error.what());
    }
  }
  return shortest;
}

std::string kept(const char* name) {
  return test::file_bytes(std::string(DAYBREAK_SOURCE_DIR) + "/tests/unit/io/data/" + name);
}

std::ptrdiff_t size_of(const std::string& bytes) {
  return static_cast<std::ptrdiff_t>(bytes.size());
}

ReadOptions as(const char* format) {
  ReadOptions options;
  options.format = format;
  return options;
}

}  // namespace

TEST_CASE("formats that say how long they are accept nothing shorter") {
  const std::string floats(24, '\x3f');
  const std::string npy = test::npy("<f4", false, "(2, 3)", floats);
  CHECK(shortest_read("a.npy", npy) == size_of(npy));
  const std::string fortran = test::npy(">f4", true, "(2, 3)", floats);
  CHECK(shortest_read("a.npy", fortran) == size_of(fortran));
  const std::string records = test::npy_of("[('a', '<f4'), ('b', '|V8')]", false, "(2,)", floats);
  CHECK(shortest_read("a.npy", records) == size_of(records));
  const std::string npz = kept("io_deflated.npz");
  CHECK(shortest_read("a.npz", npz) > size_of(npz) - 30);  // the end of the directory may be missing
  const std::string tensors = kept("io_reference.safetensors");
  CHECK(shortest_read("a.safetensors", tensors) == size_of(tensors));
  const std::string images = std::string("\0\0\x08\x02\0\0\0\x02\0\0\0\x03", 12) + "pixels";
  CHECK(shortest_read("a.idx", images, as("idx")) == size_of(images));
}

TEST_CASE("token files are of whole tokens, and llm.c's of as many as they promise") {
  CHECK(shortest_read("a.bin", "12345678", as("tokens")) == 0);
  ReadOptions wide = as("tokens");
  wide.dtype = DType::u32;
  CHECK(shortest_read("a.bin", "12345678", wide) == 0);
  std::string header = test::bytes_of_number<std::int32_t>(20240520) + test::bytes_of_number<std::int32_t>(1) +
                       test::bytes_of_number<std::int32_t>(2);
  header.resize(1024, '\0');
  const std::string counted = header + "1234";
  CHECK(shortest_read("a.bin", counted, as("llmc")) == size_of(counted));
}

TEST_CASE("text of any kind is as long as it is") {
  CHECK(shortest_read("a.txt", "two lines\nof text \xC3\xA4\n") == 0);
  CHECK(shortest_read("a.csv", "a,b\n1,\"x, y\"\n2,\"z\"\n") >= 0);
  CHECK(shortest_read("a.jsonl", "{\"a\": 1}\n{\"a\": \"b\\n\"}\n") >= 0);
}

TEST_CASE("a shard has its end") {
  const std::string shard =
      test::file_bytes(std::string(DAYBREAK_SOURCE_DIR) + "/tests/fuzz/corpus/tar_samples/ustar.tar");
  CHECK(shortest_read("a.tar", shard) > 0);
}
