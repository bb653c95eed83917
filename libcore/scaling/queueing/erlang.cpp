#include "libcore/scaling/queueing/erlang.h"

#include <cmath>
#include <limits>

namespace daybreak::scaling {

long double erlang_b(std::int64_t servers, double offered) {
  // Extended precision: a product of 40,000 factors keeps 1e-15, and 1/B may reach 1e4932 before it counts as infinite.
  long double sum = 1, term = 1;
  for (std::int64_t left = servers; left > 0 && std::isfinite(sum); --left) {
    const long double ratio = static_cast<long double>(left) / offered;
    term *= ratio;
    sum += term;
    // From here on the terms fall at least as fast as a geometric series of this ratio.
    if (ratio < 1 && term < sum * (1 - ratio) * std::numeric_limits<long double>::epsilon()) break;
  }
  return 1 / sum;
}

long double erlang_c(std::int64_t servers, double offered) {
  const long double k = servers;
  if (offered >= k) return 1;
  const long double blocked = erlang_b(servers, offered);
  return blocked / ((k - offered) / k + offered / k * blocked);
}

}  // namespace daybreak::scaling
