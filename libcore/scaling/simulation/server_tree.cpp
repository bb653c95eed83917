#include "libcore/scaling/simulation/server_tree.h"

#include <bit>

namespace daybreak::scaling {

void ServerTree::reserve(std::size_t count) {
  if (count <= leaves_) return;
  ServerTree larger;
  larger.leaves_ = std::bit_ceil(count);
  larger.times_.assign(2 * larger.leaves_, kNever);
  larger.winners_.assign(2 * larger.leaves_, 0);
  for (std::uint32_t server = 0; server < larger.leaves_; ++server) larger.winners_[larger.leaves_ + server] = server;
  for (std::uint32_t server = 0; server < leaves_; ++server) larger.set(server, time(server));
  *this = std::move(larger);
}

}  // namespace daybreak::scaling
