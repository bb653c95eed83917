#pragma once
// Which samples a damaged input still has. Only salvage.cpp includes this.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libcore/dataset/archive.h"
#include "libcore/dataset/samples.h"

namespace daybreak::dataset {

/// Bytes that are lost, ascending, of each array of the layout.
using LostRanges = std::vector<std::vector<ByteRange>>;

/// An input's arrays as they are stored, named as in the original, and all of their attributes.
struct DamagedInput {
  const KeptInput& kept;
  const LostRanges& lost;
  std::vector<std::shared_ptr<const io::ArraySource>> arrays;  // of kept, from its first
  std::vector<io::Attribute> attributes;
  std::string where;
};

/// The input's array number i. Lost entries of offsets are those that follow them, so that they still ascend: the
/// samples that they bound are lost, and no others.
std::shared_ptr<const io::ArraySource> stored_or_repaired(const DamagedInput& input, std::size_t i);

/// The samples of an input.
class LostSamples {
 public:
  /// Nothing where the arrays are no samples of one number.
  static std::optional<LostSamples> find(const DamagedInput& input);

  std::uint64_t samples() const { return samples_; }
  std::uint64_t lost() const { return lost_; }
  /// True where a part before the first sample is lost, such as the header of a table.
  bool header_lost() const { return header_lost_; }
  /// Whose bytes the range of the input's array number i holds: samples, or the distinct ones of them where equal ones
  /// are stored once.
  SampleRun samples_of(std::size_t i, ByteRange range) const;
  /// The arrays of the original, of whole samples only.
  std::vector<std::unique_ptr<io::ArraySource>> survivors() const;

 private:
  /// Arrays of one number of samples.
  struct Part {
    std::vector<std::size_t> arrays;  // of the input
    std::unique_ptr<SampleTable> table;
    std::vector<SampleRun> survivors;
  };

  LostSamples() = default;
  bool add_part(const DamagedInput& input, std::vector<std::size_t> arrays);
  std::vector<SampleRun> lost_of(const DamagedInput& input, const Part& part);
  void keep_rest(const DamagedInput& input);
  void keep_rest_of_index(const DamagedInput& input);

  std::vector<Part> parts_;
  std::size_t arrays_ = 0;  // of the original
  std::uint64_t samples_ = 0, lost_ = 0;
  bool header_lost_ = false;
};

}  // namespace daybreak::dataset
