#include "libcore/dataset/decode_images.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/dataset/ordered_work.h"
#include "libcore/io/file_array.h"
#include "libcore/io/image_decode.h"
#include "libcore/io/sample_columns.h"
#include "libcore/io/scratch_file.h"
#include "libcore/io/stretches.h"

namespace daybreak::dataset {
namespace {

constexpr std::uint64_t kBatchPixels = std::uint64_t{32} << 20;
constexpr std::size_t kMostInBatch = 512;

/// What is decoded: the place of the bytes among the arrays, the offsets behind it, and what becomes of them.
struct Column {
  std::size_t bytes = 0;
  std::string ending, name;
};

std::vector<Column> columns_of(const io::ArrayFile& file) {
  std::vector<Column> columns;
  for (std::size_t i = 0; i < file.arrays.size(); ++i) {
    const std::string& name = file.arrays[i]->info().name;
    if (file.format == "folder" && name == "bytes") columns.push_back({i, "", "images"});
    if (file.format != "webdataset" || !name.ends_with("/bytes")) continue;
    const std::string ending = name.substr(0, name.size() - std::string_view("/bytes").size());
    const std::string last = "." + ending;
    if (last.ends_with(".png") || last.ends_with(".jpg") || last.ends_with(".jpeg"))
      columns.push_back({i, "." + ending, ending});
  }
  return columns;
}

template <class Number>
std::vector<Number> all_of(const io::ArraySource& source) {
  std::vector<Number> values(source.info().bytes() / sizeof(Number));
  source.read(0, std::as_writable_bytes(std::span(values)));
  return values;
}

std::vector<std::string> names_of(const io::ArrayFile& file) {
  for (const auto& source : file.arrays)
    if (source->info().name == "names") {
      const std::vector<char> letters = all_of<char>(*source);
      return io::split_names(std::string_view(letters.data(), letters.size()));
    }
  throw Error(ExitStatus::bug, "samples without names");
}

/// The encoded bytes in a file of their own, whose descriptor a child can keep.
std::shared_ptr<const io::InputFile> copy_of(const io::ArraySource& source, const std::string& name,
                                             const Surroundings& around) {
  io::ScratchWriter copy;
  std::vector<std::byte> block;
  for (std::uint64_t at = 0, size = source.info().bytes(); at < size; at += block.size()) {
    around.stop.check();
    block.resize(static_cast<std::size_t>(std::min<std::uint64_t>(std::uint64_t{1} << 20, size - at)));
    source.read(at, block);
    copy.append(block);
  }
  return copy.finish(name);
}

std::vector<io::EncodedImage> images_of(const io::ArrayFile& file, const Column& column) {
  const std::vector<std::string> names = names_of(file);
  const auto offsets = all_of<std::int64_t>(*file.arrays[column.bytes + 1]);
  std::vector<io::EncodedImage> images;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string name = file.name + (file.format == "folder" ? "/" : ": ") + names[i] + column.ending;
    const auto begin = static_cast<std::uint64_t>(offsets[i]), end = static_cast<std::uint64_t>(offsets[i + 1]);
    if (begin == end) throw data_error(name, "the sample has no image", "leave the sample out, or --decode-images");
    images.push_back({name, begin, end - begin});
  }
  return images;
}

std::unique_ptr<io::ArraySource> decoded(const io::ArrayFile& file, const Column& column, const Surroundings& around) {
  const std::vector<io::EncodedImage> images = images_of(file, column);
  const auto encoded = copy_of(*file.arrays[column.bytes], file.name, around);
  const io::ImageShape shape = io::image_shape(*encoded, images.at(0));
  const auto batch =
      static_cast<std::size_t>(std::clamp<std::uint64_t>(kBatchPixels / shape.bytes(), 1, std::uint64_t{kMostInBatch}));
  io::ScratchWriter pixels;
  around.progress.begin("decode", images.size() * shape.bytes(), "B");
  const auto work = [&](std::uint64_t number) {
    around.stop.check();
    const std::size_t first = number * batch;
    return io::decode_images(*encoded, std::span(images).subspan(first, std::min(batch, images.size() - first)), shape);
  };
  const auto take = [&](std::uint64_t, const std::vector<std::byte>& part) {
    around.progress.advance(part.size());
    pixels.append(part);
  };
  in_order<std::vector<std::byte>>((images.size() + batch - 1) / batch, around.threads, work, take);
  return io::file_array(pixels.finish(file.name),
                        {column.name, io::DType::u8, {images.size(), shape.height, shape.width, shape.channels}});
}

}  // namespace

bool decode_images(io::ArrayFile& file, const Surroundings& around) {
  const std::vector<Column> columns = columns_of(file);
  // From the last on, so that the places of the others stay true.
  for (auto column = columns.rbegin(); column != columns.rend(); ++column) {
    auto pixels = decoded(file, *column, around);
    std::erase_if(file.attributes, [&, name = file.arrays[column->bytes]->info().name](const io::Attribute& one) {
      return one.owner == name;
    });
    file.arrays[column->bytes] = std::move(pixels);
    file.arrays.erase(file.arrays.begin() + static_cast<std::ptrdiff_t>(column->bytes) + 1);
    file.pieces.reset();
  }
  return !columns.empty();
}

}  // namespace daybreak::dataset
