#pragma once
// The optimizer's moments of a checkpoint: whole tensors in one file, or parts of them in several.
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/io/safetensors.h"
#include "libcore/model/parameters.h"
#include "libcore/training/collectives/collectives.h"

namespace daybreak::training {

/// Of each weight, [flat_size] each. compensation: what was lost when weights were rounded; empty without.
struct MomentsView {
  std::span<const float> first, second, compensation;
};
/// Writes the moments as `readers` files: optimizer.safetensors, or optimizer-00001-of-00004.safetensors
/// and so on, each of which has an equal part of the flat array. A tensor is exp_avg.NAME (exp_avg_sq.NAME,
/// compensation.NAME) with the parameter's shape; a part of one is exp_avg.NAME[BEGIN:END], flat. Errors: Error (cannot_create, io).
void write_moments(const std::filesystem::path& directory, const std::vector<model::Parameter>& table,
                   const MomentsView& moments, std::int64_t readers);

/// One of these files, `slice` of `slices` counted from 0, of moments of parts of the flat array, which lie one after the
/// other; no parts: of all of it.
void write_moment_parts(const std::filesystem::path& directory, const std::vector<model::Parameter>& table,
                        const MomentsView& moments, std::span<const Range> parts, std::int64_t slice, std::int64_t slices);

struct Moments {
  std::vector<float> first, second, compensation;
};
/// Reads them back from the files of these names, however they were cut. Errors: Error (data, no_input, naming file and
/// tensor) for what is missing, twice there, or of another shape.
Moments read_moments(const std::filesystem::path& directory, const std::vector<std::string>& files,
                     const std::vector<model::Parameter>& table, const io::ReadObserver& observer = {});

/// The name of one of them, `slice` counted from 0.
std::string moment_file(std::int64_t slice, std::int64_t slices);
/// True for such names.
bool is_moment_file(std::string_view name);

}  // namespace daybreak::training
