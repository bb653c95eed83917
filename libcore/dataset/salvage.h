#pragma once
// What can be read of a damaged dataset file, as inputs for a new one.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libcore/dataset/archive.h"
#include "libcore/dataset/check.h"
#include "libcore/dataset/compress.h"
#include "libcore/dataset/samples.h"

namespace daybreak::dataset {

/// What becomes of the places of lost elements. leave_out: samples that lost any byte go, in all arrays of their input,
/// so that those that stay are whole; where the arrays are no samples of one number (weights, scalars) as fill. fill:
/// everything keeps its place; lost real numbers are NaN, others 0.
enum class LostPolicy : std::uint8_t { leave_out, fill };
/// "leave-out" or "fill". Error (usage) for another name.
LostPolicy parse_lost_policy(const std::string& name);

/// A lost chunk and what became of it.
struct Loss {
  LostChunk chunk;
  std::string array;                 // its name
  std::optional<SampleRun> samples;  // whose bytes it held, among the distinct ones where equal ones are stored once;
                                     // nothing where the array has no samples
  bool filled = false;               // else left out
};

/// One input of the damaged file.
struct SalvagedInput {
  std::string name;
  std::uint64_t samples = 0, lost_samples = 0;  // 0 where its arrays are no samples, or nothing of it is lost
  bool bit_exact = true;                        // comes back as the damaged file would have given it
};

struct Salvaged {
  std::vector<CompressInput> inputs;
  std::vector<SalvagedInput> report;  // of each input
  std::vector<Loss> losses;           // in the order of the file
};

/// Reads every chunk of a file opened as damaged; what is whole becomes an input, which reads the file while it is
/// compressed. Inputs that lost nothing come back byte for byte; others as the rest of their records where text, CSV,
/// JSON Lines or plain numbers are all that they were, else as arrays. Memory: the offsets of samples. Errors: Error
/// (io, resources).
Salvaged salvage(const std::shared_ptr<const Archive>& archive, LostPolicy policy, const Surroundings& around);

}  // namespace daybreak::dataset
