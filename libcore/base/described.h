#pragma once
// Errors that know what is wrong, made to say where and what to do next.
#include <string>

#include "libcore/base/error.h"

namespace daybreak {

/// call(), whose Error gets this place and this hint where it has none of its own.
template <typename Call>
decltype(auto) described(const std::string& where, const std::string& hint, Call&& call) {
  try {
    return call();
  } catch (const Error& failure) {
    if (!failure.where().empty() && !failure.hint().empty()) throw;
    throw Error(failure.status(), failure.message(), failure.hint().empty() ? hint : failure.hint(),
                failure.where().empty() ? where : failure.where());
  }
}

}  // namespace daybreak
