#include "libcore/codecs/mask_edges.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "libcore/codecs/bins.h"
#include "libcore/codecs/symbols.h"

namespace daybreak::codecs {
namespace {

using Place = std::ptrdiff_t;  // in a line
using Changes = std::vector<Place>;

enum Move : std::uint8_t { kPass, kRun, kNear };
constexpr Place kFarthestEdge = 6;
constexpr std::size_t kKinds = 4;

std::size_t kind_of(std::uint8_t move) {
  return move == kPass ? 3 : move == kRun ? 2 : move == kNear ? 0 : 1;
}

/// The state of the walk along a line.
class Walk {
 public:
  Walk(const Changes& before, Place end) : before_(before), end_(end) { find(); }

  Place at() const { return at_; }
  Place next() const { return change(found_); }            // b
  Place after_next() const { return change(found_ + 1); }  // c
  bool inside() const { return inside_; }
  bool ended() const { return at_ == end_; }

  void pass() { at_ = after_next(), find(); }
  void change_at(Place place) { at_ = place, inside_ = !inside_, find(); }

 private:
  Place change(std::size_t index) const { return index < before_.size() ? before_[index] : end_; }
  void find() {
    while (found_ > 0 && change(found_ - 1) > at_) --found_;
    while (found_ < before_.size() && change(found_) <= at_) ++found_;
    if ((found_ & 1) != static_cast<std::size_t>(inside_)) ++found_;
  }

  const Changes& before_;
  Place end_, at_ = -1;
  bool inside_ = false;
  std::size_t found_ = 0;
};

/// Which line is the one before each, and where it lies.
struct Lines {
  std::size_t count, line, plane;

  std::size_t number() const { return (count + line - 1) / line; }
  Place length(std::size_t index) const { return static_cast<Place>(std::min(line, count - index * line)); }
  /// Where the changes of the line before lie, in a ring of so many.
  std::size_t back(std::size_t index) const { return plane > 0 && index >= plane / line ? plane / line : 1; }
  std::size_t kept() const { return std::max<std::size_t>(plane / line, 1) + 1; }
};

/// The changes of the last lines.
class Ring {
 public:
  explicit Ring(const Lines& lines) : lines_(lines), changes_(lines.kept()) {}
  Changes& own(std::size_t index) {
    Changes& own = changes_[index % changes_.size()];
    own.clear();
    return own;
  }
  const Changes& before(std::size_t index) const {
    const std::size_t back = lines_.back(index);
    return index < back ? none_ : changes_[(index - back) % changes_.size()];
  }

 private:
  const Lines& lines_;
  std::vector<Changes> changes_;
  Changes none_;
};

class EdgeWriter {
 public:
  void line(const Changes& own, const Changes& before, Place end) {
    Walk walk(before, end);
    std::size_t kind = 0;
    for (std::size_t next = 0; !walk.ended();) {
      const Place wanted = next < own.size() ? own[next] : end;
      const std::uint8_t move = move_to(walk, wanted);
      moves_[kind].push_back(move);
      kind = kind_of(move);
      if (move == kPass) {
        walk.pass();
        continue;
      }
      if (move == kRun) runs_.push_back(static_cast<std::uint32_t>(wanted - std::max<Place>(walk.at(), 0)));
      walk.change_at(wanted), ++next;
    }
  }

  void write(ByteWriter& out) const {
    for (const Bytes& moves : moves_) {
      out.varint(moves.size());
      if (!moves.empty()) write_symbols(moves, out);
    }
    out.varint(runs_.size());
    if (!runs_.empty()) write_numbers<std::uint32_t>(runs_, out);
  }

 private:
  static std::uint8_t move_to(const Walk& walk, Place wanted) {
    if (walk.after_next() < wanted) return kPass;
    const Place off = wanted - walk.next();
    if (std::abs(off) > kFarthestEdge) return kRun;
    return static_cast<std::uint8_t>(kNear + zigzag(static_cast<std::uint32_t>(off)));
  }

  std::array<Bytes, kKinds> moves_;
  Words<std::uint32_t> runs_;
};

class EdgeReader {
 public:
  bool open(ByteReader& in, std::size_t most) {
    for (Bytes& moves : moves_) {
      moves.resize(static_cast<std::size_t>(in.varint(most)));
      if (!moves.empty() && !read_symbols(in, moves)) return false;
    }
    runs_.resize(static_cast<std::size_t>(in.varint(most)));
    return in.ok() && (runs_.empty() || read_numbers<std::uint32_t>(in, runs_));
  }

  bool line(Changes& own, const Changes& before, Place end) {
    Walk walk(before, end);
    std::size_t kind = 0;
    while (!walk.ended()) {
      if (used_[kind] == moves_[kind].size()) return false;
      const std::uint8_t move = moves_[kind][used_[kind]++];
      kind = kind_of(move);
      if (move == kPass) {
        if (walk.after_next() >= end) return false;
        walk.pass();
        continue;
      }
      Place place;
      if (move == kRun) {
        if (runs_used_ == runs_.size()) return false;
        place = std::max<Place>(walk.at(), 0) + runs_[runs_used_++];
      } else {
        place = walk.next() + static_cast<std::int32_t>(unzigzag(std::uint32_t{move} - kNear));
      }
      if (place <= walk.at() || place > end) return false;
      if (place < end) own.push_back(place);
      walk.change_at(place);
    }
    return true;
  }

  bool finished() const {
    for (std::size_t kind = 0; kind < kKinds; ++kind)
      if (used_[kind] != moves_[kind].size()) return false;
    return runs_used_ == runs_.size();
  }

 private:
  std::array<Bytes, kKinds> moves_;
  std::array<std::size_t, kKinds> used_{};
  Words<std::uint32_t> runs_;
  std::size_t runs_used_ = 0;
};

}  // namespace

void append_run(std::vector<MaskRun>& runs, MaskRun next) {
  if (!runs.empty() && runs.back().first + runs.back().count == next.first)
    runs.back().count += next.count;
  else
    runs.push_back(next);
}

void write_edges(ByteSpan mask, std::size_t line, std::size_t plane, ByteWriter& out) {
  const Lines lines{mask.size(), line, plane};
  Ring ring(lines);
  EdgeWriter writer;
  for (std::size_t index = 0; index < lines.number(); ++index) {
    const ByteSpan one = mask.subspan(index * line, static_cast<std::size_t>(lines.length(index)));
    Changes& own = ring.own(index);
    for (std::size_t i = 0; i < one.size(); ++i)
      if (one[i] != (i > 0 ? one[i - 1] : 0)) own.push_back(static_cast<Place>(i));
    writer.line(own, ring.before(index), lines.length(index));
  }
  out.varint(line);
  out.varint(plane);
  writer.write(out);
}

bool read_edges(ByteReader& in, std::size_t count, std::vector<MaskRun>& runs) {
  const auto line = static_cast<std::size_t>(in.varint(count)), plane = static_cast<std::size_t>(in.varint(count));
  if (!in.ok() || line < std::min(kShortestLine, count) || plane % line != 0) return false;
  const Lines lines{count, line, plane};
  Ring ring(lines);
  EdgeReader reader;
  if (!reader.open(in, 2 * count)) return false;
  for (std::size_t index = 0; index < lines.number(); ++index) {
    Changes& own = ring.own(index);
    if (!reader.line(own, ring.before(index), lines.length(index))) return false;
    for (std::size_t i = 0; i < own.size(); i += 2) {
      const Place end = i + 1 < own.size() ? own[i + 1] : lines.length(index);
      append_run(runs, {index * line + static_cast<std::size_t>(own[i]), static_cast<std::size_t>(end - own[i])});
    }
  }
  return reader.finished();
}

}  // namespace daybreak::codecs
