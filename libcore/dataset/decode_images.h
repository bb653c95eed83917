#pragma once
// Samples that are encoded images as one array of pixels.
#include "libcore/dataset/compress.h"

namespace daybreak::dataset {

/// Replaces the encoded images of a folder of samples by an array "images", those of a tar shard by an array called as
/// their ending, U8 [samples, height, width, channels]. The input's own bytes come back no more. False where it has no
/// images. Errors: as io::decode_images(); Error (data) where a sample has no image or a file of the folder is none.
bool decode_images(io::ArrayFile& file, const Surroundings& around);

}  // namespace daybreak::dataset
