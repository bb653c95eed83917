#include "libcore/io/layout.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace daybreak::io {
namespace {

constexpr std::uint64_t kReadBlock = std::uint64_t{1} << 18;
constexpr std::uint64_t kWriteBlock = std::uint64_t{1} << 24;
// Runs this close are read together with the gap between them: cheaper than a system call each.
constexpr std::uint64_t kNearBytes = 4096;

template <class Word>
void swap_words(std::span<std::byte> bytes) {
  for (std::size_t i = 0; i < bytes.size(); i += sizeof(Word)) {
    Word word;
    std::memcpy(&word, bytes.data() + i, sizeof word);
    if constexpr (sizeof(Word) == 2) word = __builtin_bswap16(word);
    else if constexpr (sizeof(Word) == 4) word = __builtin_bswap32(word);
    else word = __builtin_bswap64(word);
    std::memcpy(bytes.data() + i, &word, sizeof word);
  }
}

/// Serves rising positions of a stored array out of blocks, or exactly where runs lie far apart.
class RisingReader {
 public:
  RisingReader(const ReadBytes& stored, std::uint64_t end, std::uint64_t block) : stored_(stored), end_(end), most_(block) {}

  void copy(std::uint64_t at, std::span<std::byte> out) {
    if (out.size() >= most_) return stored_(at, out);
    if (at < begin_ || at + out.size() > begin_ + block_.size()) {
      begin_ = at;
      block_.resize(static_cast<std::size_t>(std::min(most_, end_ - at)));
      stored_(at, block_);
    }
    std::memcpy(out.data(), block_.data() + (at - begin_), out.size());
  }

 private:
  const ReadBytes& stored_;
  std::uint64_t end_, most_, begin_ = 0;
  std::vector<std::byte> block_;
};

/// A box of the index space that is one run in C order: leading indices fixed, one a range, the rest whole.
struct Box {
  std::vector<std::uint64_t> first, length;
};

/// Everything about a column-major array that reading needs.
struct Strides {
  std::vector<std::uint64_t> row_major, column_major;  // in elements

  explicit Strides(const Shape& shape) : row_major(shape.size(), 1), column_major(shape.size(), 1) {
    for (std::size_t i = shape.size(); i-- > 1;) row_major[i - 1] = row_major[i] * shape[i];
    for (std::size_t i = 1; i < shape.size(); ++i) column_major[i] = column_major[i - 1] * shape[i - 1];
  }
};

/// The largest box that begins with C-order element `at` and has at most `most` elements; returns their number.
std::uint64_t cut_box(const Shape& shape, const Strides& strides, std::uint64_t at, std::uint64_t most, Box& box) {
  std::size_t open = shape.size() - 1;
  while (open > 0 && at % strides.row_major[open - 1] == 0 && strides.row_major[open - 1] <= most) --open;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const std::uint64_t index = at / strides.row_major[i] % shape[i];
    box.first[i] = i > open ? 0 : index;
    box.length[i] = i > open ? shape[i] : i < open ? 1 : std::min(most / strides.row_major[i], shape[i] - index);
  }
  return box.length[open] * strides.row_major[open];
}

/// How many bytes at a time the box is best read: over all its runs that lie near each other, at most a block.
std::uint64_t best_block(const Box& box, const Strides& strides, std::size_t element_bytes) {
  std::uint64_t span = box.length[0] * element_bytes;
  for (std::size_t i = 1; i < box.first.size(); ++i) {
    if (box.length[i] == 1) continue;
    const std::uint64_t step = strides.column_major[i] * element_bytes;
    if (step > std::max(kNearBytes, 4 * span)) break;
    span += (box.length[i] - 1) * step;
  }
  return std::min(span, kReadBlock);
}

/// Walks the box in the order of storage and scatters each run of the first index into C order.
void read_box(const Box& box, const Strides& strides, std::uint64_t base, std::size_t element_bytes,
              std::span<std::byte> out, const ReadBytes& stored, std::uint64_t stored_bytes) {
  const std::size_t rank = box.first.size();
  RisingReader reader(stored, stored_bytes, best_block(box, strides, element_bytes));
  const std::uint64_t run = box.length[0];
  std::vector<std::byte> column(static_cast<std::size_t>(std::min(run * element_bytes, kReadBlock)));
  std::vector<std::uint64_t> index(box.first);
  for (bool more = true; more;) {
    std::uint64_t from = 0, to = 0;
    for (std::size_t i = 0; i < rank; ++i) {
      from += index[i] * strides.column_major[i];
      to += index[i] * strides.row_major[i];
    }
    for (std::uint64_t done = 0; done < run;) {
      const std::uint64_t now = std::min<std::uint64_t>(run - done, kReadBlock / element_bytes);
      reader.copy((from + done) * element_bytes, std::span(column).first(static_cast<std::size_t>(now * element_bytes)));
      for (std::uint64_t i = 0; i < now; ++i)
        std::memcpy(out.data() + (to - base + (done + i) * strides.row_major[0]) * element_bytes,
                    column.data() + i * element_bytes, element_bytes);
      done += now;
    }
    more = false;
    for (std::size_t i = 1; i < rank && !more; ++i) {
      more = ++index[i] < box.first[i] + box.length[i];
      if (!more) index[i] = box.first[i];
    }
  }
}

/// Whole elements, in little-endian C order.
void read_elements(const ArrayInfo& info, bool big_endian, bool column_major, std::uint64_t first,
                   std::span<std::byte> out, const ReadBytes& stored) {
  const std::size_t size = dtype_bytes(info.type);
  if (column_major) read_transposed(info.shape, size, first, out.size() / size, out, stored);
  else stored(first * size, out);
  if (big_endian) swap_bytes(out, size);
}

/// A run of bytes as they are.
void write_run(std::uint64_t first, std::uint64_t bytes, const ArraySource& source, const WriteBytes& write) {
  std::vector<std::byte> block(static_cast<std::size_t>(std::min(bytes, kWriteBlock)));
  for (std::uint64_t done = 0; done < bytes;) {
    const auto part = std::span(block).first(static_cast<std::size_t>(std::min<std::uint64_t>(block.size(), bytes - done)));
    source.read(first + done, part);
    write(part);
    done += part.size();
  }
}

/// Puts the elements of one field that `count` records have in their places in these records.
void fill_field(const ArraySource& source, bool big_endian, std::uint64_t first, std::uint64_t count,
                std::size_t field_bytes, std::span<std::byte> block, std::size_t step) {
  std::vector<std::byte> column(static_cast<std::size_t>(count) * field_bytes);
  source.read(first * field_bytes, column);
  if (big_endian) swap_bytes(column, dtype_bytes(source.info().type));
  for (std::size_t i = 0; i < count && field_bytes > 0; ++i)
    std::memcpy(block.data() + i * step, column.data() + i * field_bytes, field_bytes);
}

void write_records(const Piece& piece, const SourceOf& source_of, const WriteBytes& write) {
  std::vector<std::size_t> field_bytes;
  std::size_t record_bytes = 0;
  for (std::size_t i = 0; i < piece.fields.size() && piece.records > 0; ++i) {
    const ArraySource& source = source_of(piece.array + static_cast<std::int64_t>(i));
    field_bytes.push_back(static_cast<std::size_t>(source.info().bytes() / piece.records));
    record_bytes += field_bytes.back();
  }
  if (record_bytes == 0) return;
  const std::uint64_t at_once = std::min(std::max<std::uint64_t>(kWriteBlock / record_bytes, 1), piece.records);
  std::vector<std::byte> block(static_cast<std::size_t>(at_once) * record_bytes);
  for (std::uint64_t first = 0; first < piece.records; first += at_once) {
    const std::uint64_t count = std::min(at_once, piece.records - first);
    const auto part = std::span(block).first(static_cast<std::size_t>(count) * record_bytes);
    std::size_t within = 0;
    for (std::size_t i = 0; i < piece.fields.size(); within += field_bytes[i++])
      fill_field(source_of(piece.array + static_cast<std::int64_t>(i)), piece.fields[i], first, count, field_bytes[i],
                 part.subspan(within), record_bytes);
    write(part);
  }
}

}  // namespace

void swap_bytes(std::span<std::byte> bytes, std::size_t element_bytes) {
  if (element_bytes == 2) swap_words<std::uint16_t>(bytes);
  if (element_bytes == 4) swap_words<std::uint32_t>(bytes);
  if (element_bytes == 8) swap_words<std::uint64_t>(bytes);
}

void read_transposed(const Shape& shape, std::size_t element_bytes, std::uint64_t first, std::uint64_t count,
                     std::span<std::byte> out, const ReadBytes& stored) {
  if (count == 0) return;
  if (shape.size() < 2) return stored(first * element_bytes, out);
  const Strides strides(shape);
  const std::uint64_t stored_bytes = strides.column_major.back() * shape.back() * element_bytes;
  Box box{Shape(shape.size()), Shape(shape.size())};
  for (std::uint64_t at = first; at < first + count;) {
    const std::uint64_t taken = cut_box(shape, strides, at, first + count - at, box);
    const auto part = out.subspan(static_cast<std::size_t>((at - first) * element_bytes));
    read_box(box, strides, at, element_bytes, part, stored, stored_bytes);
    at += taken;
  }
}

void read_laid_out(const ArrayInfo& info, bool big_endian, bool column_major, std::uint64_t offset,
                   std::span<std::byte> out, const ReadBytes& stored) {
  const std::size_t size = dtype_bytes(info.type);
  const auto partial = [&](std::uint64_t at, std::size_t skip, std::span<std::byte> part) {
    std::array<std::byte, 8> element{};
    read_elements(info, big_endian, column_major, at / size, std::span(element).first(size), stored);
    std::memcpy(part.data(), element.data() + skip, part.size());
  };
  if (const std::size_t skip = offset % size; skip != 0 && !out.empty()) {
    const std::size_t head = std::min(size - skip, out.size());
    partial(offset - skip, skip, out.first(head));
    offset += head;
    out = out.subspan(head);
  }
  const std::size_t tail = out.size() % size, whole = out.size() - tail;
  if (whole > 0) read_elements(info, big_endian, column_major, offset / size, out.first(whole), stored);
  if (tail > 0) partial(offset + whole, 0, out.subspan(whole));
}

void write_laid_out(const Piece& piece, const SourceOf& source_of, const WriteBytes& write) {
  if (piece.array < 0) return write(std::as_bytes(std::span(piece.literal)));
  if (!piece.fields.empty()) return write_records(piece, source_of, write);
  const ArraySource& source = source_of(piece.array);
  if (piece.run_bytes) return write_run(piece.first_byte, *piece.run_bytes, source, write);
  // Column-major storage of an array is the C order of its transpose, whose column-major storage is what we read.
  ArrayInfo stored = source.info();
  if (piece.column_major) std::reverse(stored.shape.begin(), stored.shape.end());
  const std::uint64_t total = stored.bytes();
  const ReadBytes read = [&](std::uint64_t at, std::span<std::byte> out) { source.read(at, out); };
  std::vector<std::byte> block(static_cast<std::size_t>(std::min(total, kWriteBlock)));
  for (std::uint64_t at = 0; at < total;) {
    const auto part = std::span(block).first(static_cast<std::size_t>(std::min<std::uint64_t>(block.size(), total - at)));
    read_laid_out(stored, piece.big_endian, piece.column_major, at, part, read);
    write(part);
    at += part.size();
  }
}

}  // namespace daybreak::io
