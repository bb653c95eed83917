#pragma once
// What a Reader holds; shared with Archive, nobody else includes this.
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "libcore/dataset/joined_parts.h"
#include "libcore/dataset/reader.h"
#include "libcore/io/array_file.h"

namespace daybreak::dataset {

struct Reader::State {
  io::ArrayFile file;
  std::vector<std::size_t> sources;        // of the user's arrays, indices into file.arrays
  std::vector<io::ArrayInfo> infos;        // the same arrays
  std::map<std::string, std::size_t> own;  // what the tool keeps for itself, by name
  std::vector<JoinedPart> parts;           // of a joined file,
  std::string parts_xxh3;                  // and 64 bits of their list; else empty
  std::map<std::size_t, std::unique_ptr<io::ArraySource>> expanded;  // of arrays that hold every sample once, as `sources`

  const io::ArraySource& source(std::size_t array) const;  // number `array` of infos, as the user knows it
};

}  // namespace daybreak::dataset
