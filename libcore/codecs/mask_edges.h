#pragma once
// Masks that lie in lines, by where they change: how far from where the line before did, after the two-dimensional code
// of facsimile (ITU-T T.6). What it costs to read depends on the edges, not on the elements.
//
// Each line is a walk from change to change, from a point a before its begin, outside of the mask. b is the first change
// of the line before in the same sense beyond a, c the change that follows b there; both are the end of the line where
// there is none. A move is
//   0           on to c, and nothing changes
//   1           a change so many elements behind a (at the begin: behind the begin) as the next run says
//   2 + zigzag  a change at most kFarthestEdge elements before or behind b
// The line ends with a change at its end. The line before is that of the same row in the plane before, or of the first
// plane or without planes the row above; before the first line lies one without changes.
//
// Bytes: elements of a line, and of a plane (varints; 0: no planes); for each kind of the move before (a change at b or
// none yet, another change near b, one by a run, a move to c) the number of moves (varint), and where there are any,
// these (symbols.h); the number of runs (varint), and the runs (numbers, bins.h).
#include <vector>

#include "libcore/codecs/byte_stream.h"

namespace daybreak::codecs {

/// Elements of a mask side by side.
struct MaskRun {
  std::size_t first, count;
};

/// Goes on with the last run where it touches it.
void append_run(std::vector<MaskRun>& runs, MaskRun next);

/// Shorter lines are none.
constexpr std::size_t kShortestLine = 8;

/// `mask` has 1 or 0 for each element; a plane is whole lines, 0: there are none.
void write_edges(ByteSpan mask, std::size_t line, std::size_t plane, ByteWriter& out);
/// False where the bytes are no mask of `count` elements. The runs are in order and touch nowhere.
bool read_edges(ByteReader& in, std::size_t count, std::vector<MaskRun>& runs);

}  // namespace daybreak::codecs
