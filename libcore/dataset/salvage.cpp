#include "libcore/dataset/salvage.h"

#include <algorithm>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/dataset/archived_array.h"
#include "libcore/dataset/duplicates.h"
#include "libcore/dataset/lost_samples.h"
#include "libcore/dataset/originals.h"
#include "libcore/dataset/sample_index.h"
#include "libcore/dataset/write_arrays.h"
#include "libcore/io/stretches.h"

namespace daybreak::dataset {
namespace {

/// An array whose bytes stand in others, which it keeps.
class KeepingArray final : public io::ArraySource {
 public:
  KeepingArray(std::shared_ptr<const io::ArrayFile> kept, std::unique_ptr<io::ArraySource> array)
      : kept_(std::move(kept)), array_(std::move(array)) {}
  const io::ArrayInfo& info() const override { return array_->info(); }
  void read(std::uint64_t offset, std::span<std::byte> out) const override { array_->read(offset, out); }

 private:
  std::shared_ptr<const io::ArrayFile> kept_;
  std::unique_ptr<io::ArraySource> array_;
};

/// The attribute's owner as the original has it; nothing for what belongs to another input or to the file.
std::optional<std::string> owner_within(const io::Attribute& attribute, const KeptInput& input) {
  if (attribute.owner.empty() && (attribute.name == kManifestHash || attribute.name == kToolAttribute))
    return std::nullopt;
  if (input.group.empty()) return attribute.owner;
  if (attribute.owner + "/" == input.group) return "";
  if (!attribute.owner.starts_with(input.group)) return std::nullopt;
  return attribute.owner.substr(input.group.size());
}

/// What compress() writes anew.
bool is_rewritten(const io::Attribute& attribute) {
  return attribute.name.starts_with("daybreak_source") || attribute.name == kSampleIndex ||
         attribute.name == kSampleBytes;
}

class Salvager {
 public:
  Salvager(const std::shared_ptr<const Archive>& archive, LostPolicy policy, const Surroundings& around)
      : archive_(archive), layout_(archive->layout()), policy_(policy), around_(around) {}

  Salvaged run() {
    std::vector<LostChunk> lost = find_lost_chunks(*archive_, around_);
    lost_.resize(layout_.arrays.size());
    for (const LostChunk& one : lost) lost_[one.array].push_back({one.offset_bytes, one.offset_bytes + one.bytes});
    for (LostChunk& one : lost) {
      const std::string& array = layout_.arrays[one.array].info.name;
      salvaged_.losses.push_back({std::move(one), array, std::nullopt, false});
    }
    for (const KeptInput& input : layout_.inputs) add(input);
    return std::move(salvaged_);
  }

 private:
  void add(const KeptInput& kept) {
    const DamagedInput input = open(kept);
    CompressInput out;
    out.file.name = archive_->reader().name() + ": " + kept.name;
    out.file.format = kept.format;
    out.restore_name = kept.name;
    out.group = kept.group;
    out.dropped = kept.dropped;
    keep_attributes(input, out);
    SalvagedInput& report = salvaged_.report.emplace_back();
    report.name = kept.name;
    const auto first = lost_.begin() + static_cast<std::ptrdiff_t>(kept.first_array);
    const bool whole = std::all_of(first, first + static_cast<std::ptrdiff_t>(kept.array_count),
                                   [](const auto& ranges) { return ranges.empty(); });
    const auto samples = whole ? std::nullopt : LostSamples::find(input);
    // Where equal samples are stored once an element has no single place to fill.
    const bool leave_out = samples && (policy_ == LostPolicy::leave_out || kept.indexed());
    if (whole)
      out.file.arrays = originals(input);
    else if (leave_out)
      out.file.arrays = samples->survivors();
    else
      out.file.arrays = filled(input);
    report.bit_exact = keep_original(kept, whole, leave_out, samples && samples->header_lost(), out);
    if (samples) {
      report.samples = samples->samples();
      report.lost_samples = leave_out ? samples->lost() : 0;
    }
    if (!whole) tell(kept, samples, leave_out, out);
    for (std::size_t i = 0; i < out.file.arrays.size(); ++i)
      out.losses.push_back(layout_.arrays[kept.first_array + i].loss);
    if (kept.indexed()) store_once(out, around_);
    salvaged_.inputs.push_back(std::move(out));
  }

  DamagedInput open(const KeptInput& kept) const {
    DamagedInput input{kept, lost_, {}, {}, archive_->reader().name()};
    for (std::size_t i = kept.first_array; i < kept.first_array + kept.array_count; ++i) {
      io::ArrayInfo info = layout_.arrays[i].info;
      info.name.erase(0, kept.group.size());
      input.arrays.push_back(archived_array(archive_, i, std::move(info), lost_[i]));
    }
    for (const io::Attribute& attribute : archive_->reader().attributes()) {
      const auto owner = owner_within(attribute, kept);
      if (!owner) continue;
      input.attributes.push_back(attribute);
      input.attributes.back().owner = *owner;
    }
    return input;
  }

  static void keep_attributes(const DamagedInput& input, CompressInput& out) {
    for (const io::Attribute& attribute : input.attributes) {
      if (is_rewritten(attribute)) continue;
      const auto& brought = input.kept.attributes;
      const bool own =
          std::find(brought.begin(), brought.end(), std::pair(attribute.owner, attribute.name)) == brought.end();
      (own ? out.notes : out.file.attributes).push_back(attribute);
    }
  }

  /// The arrays as the original has them, with samples that are stored once in all their places.
  static std::vector<std::unique_ptr<io::ArraySource>> originals(const DamagedInput& input) {
    const auto stored = std::make_shared<io::ArrayFile>();
    stored->name = input.where;
    stored->attributes = input.attributes;
    for (const auto& array : input.arrays) stored->arrays.push_back(view_of(array));
    if (!input.kept.indexed()) return std::move(stored->arrays);
    for (io::Attribute& attribute : stored->attributes)
      if (attribute.name == kSampleIndex) attribute = io::text_attribute(attribute.owner, kSampleIndex, kSampleIndex);
    ExpandedSamples expanded = expand_samples(*stored);
    std::vector<std::unique_ptr<io::ArraySource>> arrays;
    for (std::size_t i = 0; i < input.kept.original_arrays(); ++i) {
      const auto found = expanded.arrays.find(i);
      arrays.push_back(found != expanded.arrays.end() ? std::make_unique<KeepingArray>(stored, std::move(found->second))
                                                      : view_of(input.arrays[i]));
    }
    return arrays;
  }

  static std::unique_ptr<io::ArraySource> view_of(const std::shared_ptr<const io::ArraySource>& array) {
    const std::uint64_t bytes = array->info().bytes();
    return io::stretched_array(array->info(), {{0, bytes}},
                               [array](std::uint64_t at, std::span<std::byte> out) { array->read(at, out); });
  }

  static std::vector<std::unique_ptr<io::ArraySource>> filled(const DamagedInput& input) {
    std::vector<std::unique_ptr<io::ArraySource>> arrays;
    for (std::size_t i = 0; i < input.kept.original_arrays(); ++i)
      arrays.push_back(view_of(stored_or_repaired(input, i)));
    return arrays;
  }

  /// How the original comes back. False where it comes back as arrays, though it was a file of known layout.
  bool keep_original(const KeptInput& kept, bool whole, bool left_out, bool header_lost, CompressInput& out) const {
    if (kept.pieces) {
      const auto& pieces = *kept.pieces;
      const bool all_of_one = pieces.size() == 1 && pieces[0].array >= 0 && !pieces[0].run_bytes;
      const bool literals =
          std::all_of(pieces.begin(), pieces.end(), [&](const KeptPiece& one) { return is_whole(one); });
      if (literals && (!left_out || (all_of_one && !header_lost))) {
        out.file.pieces = pieces_of(kept);
        return whole;
      }
    } else if (!kept.decoded_by.empty() && whole) {
      out.decoded = DecodedOriginal{kept.decoded_by, kept.bytes, kept.xxh3};
      return true;
    } else if (kept.decoded_by.empty()) {
      return whole;
    }
    out.file.format = "hdf5";
    return false;
  }

  /// Is a literal whole? An array's elements are filled or left out where they are not.
  bool is_whole(const KeptPiece& piece) const {
    if (piece.array >= 0 || piece.text) return true;
    return std::none_of(lost_.back().begin(), lost_.back().end(), [&](const ByteRange& range) {
      return range.begin < piece.literal_offset + piece.literal_bytes && piece.literal_offset < range.end;
    });
  }

  std::vector<io::Piece> pieces_of(const KeptInput& kept) const {
    std::vector<io::Piece> pieces;
    for (const KeptPiece& one : *kept.pieces) {
      io::Piece piece = without_literal(one);
      if (one.array < 0)
        piece.literal = archive_->literal(one);
      else
        piece.array -= static_cast<std::int64_t>(kept.first_array);
      pieces.push_back(std::move(piece));
    }
    return pieces;
  }

  /// Completes the losses of this input, and notes in the new file that there were some.
  void tell(const KeptInput& kept, const std::optional<LostSamples>& samples, bool leave_out, CompressInput& out) {
    std::uint64_t bytes = 0;
    for (Loss& loss : salvaged_.losses) {
      if (loss.chunk.array < kept.first_array || loss.chunk.array >= kept.first_array + kept.array_count) continue;
      const ByteRange range{loss.chunk.offset_bytes, loss.chunk.offset_bytes + loss.chunk.bytes};
      if (samples) loss.samples = samples->samples_of(loss.chunk.array - kept.first_array, range);
      loss.filled = !leave_out;
      bytes += loss.chunk.bytes;
    }
    out.notes.push_back(io::integer_attribute("", "daybreak_lost_bytes", bytes));
    if (leave_out) out.notes.push_back(io::integer_attribute("", "daybreak_lost_samples", samples->lost()));
  }

  const std::shared_ptr<const Archive>& archive_;
  const Layout& layout_;
  LostPolicy policy_;
  const Surroundings& around_;
  LostRanges lost_;
  Salvaged salvaged_;
};

}  // namespace

LostPolicy parse_lost_policy(const std::string& name) {
  if (name == "leave-out") return LostPolicy::leave_out;
  if (name == "fill") return LostPolicy::fill;
  throw usage_error("--lost: expected leave-out or fill, found '" + name + "'");
}

Salvaged salvage(const std::shared_ptr<const Archive>& archive, LostPolicy policy, const Surroundings& around) {
  return Salvager(archive, policy, around).run();
}

}  // namespace daybreak::dataset
