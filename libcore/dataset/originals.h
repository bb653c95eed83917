#pragma once
// Originals byte for byte: what to keep of them beside their arrays, and how they come back.
#include <string>
#include <vector>

#include "libcore/base/stop.h"
#include "libcore/dataset/archive.h"
#include "libcore/dataset/compress.h"
#include "libcore/io/layout.h"

namespace daybreak::dataset {

/// Describes the inputs and appends their literals. Where the bytes of an original can be read again, its pieces are
/// proved to give them. Errors: Error (bug where they do not; data where the input changed meanwhile).
std::vector<KeptInput> keep_inputs(const std::vector<CompressInput>& inputs, std::string& literals,
                                   const StopToken& stop);

/// The same of inputs as they were before cut() left a part of each; none has a hash, which would take a look at all bytes.
std::vector<KeptInput> keep_uncut(const std::vector<CompressInput>& inputs, std::string& literals);

/// A kept piece as the layout of a file takes it, its literal apart.
io::Piece without_literal(const KeptPiece& piece);

/// Writes the original of an input that has pieces to `write`, in order. Memory: 32 MiB.
void write_original(const Archive& archive, const KeptInput& input, const io::WriteBytes& write);

}  // namespace daybreak::dataset
