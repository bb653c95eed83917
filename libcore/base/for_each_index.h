#pragma once
// Independent pieces of work on several threads.
#include <cstddef>
#include <functional>

namespace daybreak {

/// Calls work(i) for i in [0, count) on up to `threads` threads, in no order. An exception of one of them is thrown here.
void for_each_index(std::size_t count, unsigned threads, const std::function<void(std::size_t)>& work);

}  // namespace daybreak
