#pragma once
// Files of equal values for inputs whose bytes are not kept: .npz as numpy.savez writes it, HDF5 without compression.
#include <filesystem>

#include "libcore/dataset/archive.h"
#include "libcore/dataset/compress.h"

namespace daybreak::dataset {

/// A zip archive of stored .npy members, one an array.
void restore_npz(const Archive& archive, const KeptInput& input, const std::filesystem::path& target,
                 const Surroundings& around);
/// An HDF5 file with the arrays and attributes that the input had.
void restore_hdf5(const Archive& archive, const KeptInput& input, const std::filesystem::path& target,
                  const Surroundings& around);

}  // namespace daybreak::dataset
