#pragma once
// What the functions of this room answer: they throw nothing, for they also live in an HDF5 filter.
#include <cstdint>

namespace daybreak::codecs {

enum class Status : std::uint8_t {
  ok,
  corrupt,         // the bytes are no frame, or were damaged
  newer_version,   // a frame of a version that this code does not know
  wrong_size,      // the output is not of the size that the frame decodes to, or the input not of its shape
  not_applicable,  // the pipeline cannot hold these values
  no_memory,
};

/// The status in words, to end a message.
constexpr const char* explain(Status status) {
  switch (status) {
    case Status::ok:
      return "done";
    case Status::corrupt:
      return "the frame is damaged";
    case Status::newer_version:
      return "the frame is of a newer version of Daybreak";
    case Status::wrong_size:
      return "the sizes do not match";
    case Status::not_applicable:
      return "the pipeline cannot hold these values";
    case Status::no_memory:
      return "out of memory";
  }
  return "unknown";
}

}  // namespace daybreak::codecs
