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
#include "libcore/training/division.h"

namespace daybreak::training {

/// Of parts of the flat array, one part after the other. compensation: what was lost when weights were rounded; empty without.
struct MomentsView {
  std::span<const float> first, second, compensation;
  std::span<const Range> parts;  // in the order of the array; none: where there are moments, they are of all of it
};
/// Writes what one of `ranks` ranks has as the file of that name: optimizer-00001-of-00004.safetensors and so on, of one
/// rank optimizer.safetensors. A tensor is exp_avg.NAME (exp_avg_sq.NAME, compensation.NAME) with the parameter's shape; a
/// part of one is exp_avg.NAME[BEGIN:END], flat. A rank without a part writes a file without a tensor. The file is complete
/// and synchronized before it has its name. Errors: Error (cannot_create, io).
void write_moments_of(const std::filesystem::path& directory, const std::vector<model::Parameter>& table,
                      const MomentsView& moments, std::int64_t rank, std::int64_t ranks);
std::string moment_file(std::int64_t rank, std::int64_t ranks);
/// Writes moments of the whole flat array as `readers` such files, each of an equal stretch of it.
void write_moments(const std::filesystem::path& directory, const std::vector<model::Parameter>& table,
                   const MomentsView& moments, std::int64_t readers);

struct Moments {
  std::vector<float> first, second, compensation;  // of the parts that were asked for, one after the other
  std::vector<std::string> unread;                 // files that have nothing of them: their tensors' names alone were read
};
/// Reads these parts of them back from the files of these names, however they were cut; only what belongs to the parts is
/// read. Errors: Error (data, no_input, naming file and tensor) for what is missing of the parts, twice there, or of
/// another shape.
Moments read_moments(const std::filesystem::path& directory, const std::vector<std::string>& files,
                     const std::vector<model::Parameter>& table, std::span<const Range> parts,
                     const io::ReadObserver& observer = {});

/// True for the names of moment_file().
bool is_moment_file(std::string_view name);

}  // namespace daybreak::training
