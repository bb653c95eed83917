#include "libcore/dataset/blocks.h"

#include "libcore/dataset/check.h"

namespace daybreak::dataset {

bool is_as_stored(const Archive& archive, std::size_t array) {
  const KeptArray& kept = archive.layout().arrays[array];
  return !kept.mapped() && archive.original(array).info().shape == kept.info.shape;
}

ChunkGrid block_grid(const Archive& archive, std::size_t array) {
  constexpr std::uint64_t kBlock = std::uint64_t{1} << 20;
  return is_as_stored(archive, array) ? archive.layout().arrays[array].grid
                                      : make_grid(archive.original(array).info(), kBlock);
}

void for_each_block(const Archive& archive, std::size_t array, const Surroundings& around,
                    const std::function<bool(const ChunkPlace&, const std::vector<std::byte>&)>& take) {
  const ChunkGrid grid = block_grid(archive, array);
  const bool stored = is_as_stored(archive, array);
  if (!stored) check_array(archive, array, around);
  for (std::uint64_t block = 0; block < (grid.chunked() ? grid.count : 1); ++block) {
    around.stop.check();
    if (stored) {
      if (!take(archive.chunk_place(array, block), archive.read_chunk(array, block))) return;
      continue;
    }
    const ChunkPlace place = grid.chunked() ? grid.place(block) : ChunkPlace{};
    std::vector<std::byte> bytes(place.valid_bytes);
    if (!bytes.empty()) archive.original(array).read(place.offset_bytes, bytes);
    if (!take(place, bytes)) return;
  }
}

}  // namespace daybreak::dataset
