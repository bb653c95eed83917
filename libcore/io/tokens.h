#pragma once
// Token files: ids of a tokenizer one after the other, headerless as nanoGPT writes them or behind llm.c's header.
#include <cstdint>
#include <memory>

#include "libcore/io/array_file.h"
#include "libcore/io/input_file.h"

namespace daybreak::io {

/// True where the file begins with llm.c's header: 256 int32, magic 20240520 version 1 (GPT-2, 16 bits) or magic
/// 20240801 version 7 (Llama 3, 32 bits).
bool is_llmc(const InputFile& file);
/// One array "tokens", U16 or U32. The count of the header must be what the file holds. Error (data).
ArrayFile open_llmc(const std::shared_ptr<const InputFile>& file);
/// A headerless file of little-endian ids, 16 bits unless `options.dtype` says U32: one array "tokens". Errors: Error
/// (data where a part of an id is left over; usage for another type).
ArrayFile open_tokens(const std::shared_ptr<const InputFile>& file, const ReadOptions& options);

/// Throws Error (data, naming `where` and the position of the first offender) unless every id is below `vocabulary`. The
/// array has one of the integer types; an id below 0 is an offender.
void check_vocabulary(const ArraySource& tokens, std::uint64_t vocabulary, const std::string& where);

}  // namespace daybreak::io
