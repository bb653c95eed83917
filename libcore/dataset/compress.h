#pragma once
// Opened inputs into one dataset file: chunks encoded on several threads, written in order by one, read back and
// compared.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libcore/base/log.h"
#include "libcore/base/options.h"
#include "libcore/base/stop.h"
#include "libcore/dataset/chunk_encoder.h"
#include "libcore/dataset/layout.h"
#include "libcore/dataset/lossy_form.h"
#include "libcore/io/array_file.h"

namespace daybreak::dataset {

class Archive;
class Journal;

inline constexpr std::int64_t kChunkBytes = std::int64_t{1} << 20;

struct CompressOptions {
  std::string reader = "h5py";
  std::string effort = "best";
  std::optional<std::int64_t> chunk_bytes;  // kChunkBytes where none is asked for; see lose() for an exception
  std::string prefer = "size";
  std::optional<std::string> link;      // MB/s, in place of what `prefer` stands for
  std::optional<std::string> selector;  // a file of train-selector; the built-in model else

  std::uint64_t chunk_target() const { return static_cast<std::uint64_t>(chunk_bytes.value_or(kChunkBytes)); }
  /// What is to be small. Error (usage).
  codecs::Objective objective() const;
  void declare(OptionSink& sink);
  /// Error (usage) for values that cannot be.
  void check() const;
};

/// Error (usage) for a --chunk that cannot be.
void check_chunk_bytes(std::int64_t bytes);

/// Text that comes back by decoding the tokens of the input's first array.
struct DecodedOriginal {
  std::string tokenizer;  // hash of the tokenizer
  std::uint64_t bytes = 0;
  std::string xxh3;  // 128 bits of the text
};

/// An input before one part of it was taken.
struct UncutInput {
  std::vector<std::shared_ptr<const io::ArraySource>> arrays;
  std::optional<std::vector<io::Piece>> pieces;
  std::optional<DecodedOriginal> decoded;
};

/// One file to compress.
struct CompressInput {
  io::ArrayFile file;
  std::string restore_name;         // a harmless relative path
  std::string group;                // in front of its arrays' names: "" or "stem/"
  std::optional<std::string> path;  // where the original's bytes can be read again, to prove that the pieces give them
  std::optional<DecodedOriginal> decoded;  // where `file` has no pieces
  std::optional<DecodedOriginal> decoded_part;  // the same of the part that cut() will leave
  std::optional<UncutInput> uncut;              // where cut() left a part (shard.h)
  std::vector<io::Attribute> notes;        // attributes of ours on its arrays, owners as in `file`
  std::uint64_t dropped_samples = 0;                // that drop_non_finite() left out
  std::uint64_t samples = 0, distinct_samples = 0;  // where store_once() looked for equal ones
  std::optional<DroppedSamples> dropped;             // where drop_near_duplicates() looked for some
  std::vector<std::unique_ptr<io::ArraySource>> once;  // what it writes for each array, none: the array; then the index
  std::vector<std::optional<ArrayIntegrity>> losses;  // of each array of `file`, where lose() changed any; else empty
  std::vector<std::optional<LossyForm>> lossy_forms;  // of each array of `file`, where lose() found any; else empty

  /// What is written, in order.
  std::vector<const io::ArraySource*> written() const;
};

/// What surrounds the work.
struct Surroundings {
  std::int64_t threads = 1;
  const StopToken& stop;
  ProgressSink& progress;
  Journal* journal = nullptr;  // where compress() looks for chunks that it need not encode again, and keeps the others
};

/// How the arrays will be cut and called, before any work. Errors: Error (data, naming the array, for a name or shape
/// that HDF5 cannot keep; usage for names that two inputs share).
std::vector<KeptArray> plan_arrays(const std::vector<CompressInput>& inputs, const CompressOptions& options);

/// Writes `path`, which is complete when this returns; the bytes depend on the inputs and options alone. `shown_as` is
/// its name in messages. Errors: as plan_arrays(); Error (data) where an input cannot be read or changes meanwhile,
/// Error (io).
/// With `shard`, what cut() said of the inputs goes into the file.
Layout compress(const std::vector<CompressInput>& inputs, const CompressOptions& options, const std::string& path,
                const std::string& shown_as, const Surroundings& around, const ShardRecord* shard = nullptr);

/// Writes the arrays, originals and attributes of a dataset file anew, for other readers or in other chunks. The bytes
/// depend on the file's content and the options alone. Errors: Error (data, where the file is damaged), Error (io).
Layout convert(const Archive& archive, const CompressOptions& options, const std::string& path,
               const std::string& shown_as, const Surroundings& around);

/// Reads a file that compress() or convert() wrote back, by the reader for untrusted files, and compares the hashes of
/// all arrays with those of what was read. Error (bug) where they differ: integrity is 1 or nothing.
void verify(const std::string& path, const Layout& written, const Surroundings& around);

}  // namespace daybreak::dataset
