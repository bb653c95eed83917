#include "libcore/training/collectives/mpi/watch.h"

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <map>

#include "libcore/base/error.h"
#include "libcore/training/collectives/mpi/pause.h"
#include "libcore/training/collectives/mpi/session.h"

namespace daybreak::training::mpi {
namespace {

constexpr int kTag = 2;
constexpr std::int64_t kFinished = -1;

std::int64_t encoded(Farewell farewell) { return std::int64_t{farewell.rank} * 8 + static_cast<std::int64_t>(farewell.loss); }

Farewell decoded(std::int64_t number) { return {static_cast<std::int32_t>(number / 8), static_cast<Loss>(number % 8)}; }

/// A handle that stays with this very process, even where its number is given to another one; -1: it has ended already, or
/// the system has no such handles.
int life_of(std::int64_t pid) { return static_cast<int>(syscall(SYS_pidfd_open, pid, 0)); }

bool ended(int life) {
  pollfd waits{life, POLLIN, 0};
  return life >= 0 && poll(&waits, 1, 0) == 1;
}

}  // namespace

Watch::Watch(const Host& host, double patience_s) : host_(host), patience_s_(patience_s) {
  meet();
  for (int local = 0; local < host.size(); ++local) {
    const bool known = local != host.me() && host.desk(local).pid_space == host.desk(host.me()).pid_space;
    lives_.push_back(known ? life_of(host.desk(local).pid) : -1);
  }
  check(MPI_Irecv(&received_, sizeof received_, MPI_BYTE, MPI_ANY_SOURCE, kTag, MPI_COMM_WORLD, &news_), "wait for news");
}

Watch::~Watch() {
  for (const int life : lives_)
    if (life >= 0) close(life);
}

void Watch::meet() {
  struct Card {
    Person person;
    std::int32_t leader;
  } mine{};
  MPI_Comm_rank(MPI_COMM_WORLD, &me_);
  int size = 1;
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  gethostname(mine.person.host, sizeof mine.person.host - 1);
  mine.person.pid = getpid();
  mine.leader = host_.leader();
  std::vector<Card> cards(static_cast<std::size_t>(size));
  check(MPI_Allgather(&mine, sizeof mine, MPI_BYTE, cards.data(), sizeof mine, MPI_BYTE, MPI_COMM_WORLD), "meet the other ranks");
  std::map<int, int> host_by_leader;
  for (int rank = 0; rank < size; ++rank) {
    const Card& card = cards[static_cast<std::size_t>(rank)];
    const int host = host_by_leader.try_emplace(card.leader, hosts()).first->second;
    if (host == hosts()) hosts_.emplace_back();
    hosts_[static_cast<std::size_t>(host)].push_back(rank);
    host_of_.push_back(host);
    people_.push_back(card.person);
  }
}

std::string Watch::name(int rank) const {
  const Person& person = people_[static_cast<std::size_t>(rank)];
  return "rank " + std::to_string(rank) + " (pid " + std::to_string(person.pid) + " on " + person.host + ")";
}

void Watch::hear() const { host_.desk(host_.me()).heard_ns.store(now_ns(), std::memory_order_relaxed); }

void Watch::mourn(Farewell farewell) const {
  const std::string seconds = std::to_string(static_cast<long long>(patience_s_));
  const std::string how = farewell.loss == Loss::ended    ? " has ended"
                          : farewell.loss == Loss::silent ? " has not answered for " + seconds + " s"
                                                          : " has left the job because of an error of its own";
  throw Error(ExitStatus::try_again, name(farewell.rank) + how,
              "see what that rank has reported, then start the job again with --resume");
}

void Watch::look() {
  hear();
  for (int local = 0; local < host_.size(); ++local)
    if (local != host_.me()) look_at(local);
  int arrived = 0;
  check(MPI_Test(&news_, &arrived, MPI_STATUS_IGNORE), "wait for news");
  if (!arrived) return;
  host_.desk(host_.me()).farewell = encoded(received_);
  mourn(received_);
}

void Watch::look_at(int local) {
  const bool over = ended(lives_[static_cast<std::size_t>(local)]);
  const std::int64_t said = host_.desk(local).farewell;  // read after its end: it may have spoken just before
  if (said > 0) {
    host_.desk(host_.me()).farewell = said;
    mourn(decoded(said));
  }
  if (!over || said == kFinished) return;
  const Farewell farewell{neighbors()[static_cast<std::size_t>(local)], Loss::ended};
  tell(farewell);
  mourn(farewell);
}

void Watch::give_up(int missing) {
  Farewell farewell{missing, Loss::silent};
  const auto patience_ns = static_cast<std::int64_t>(patience_s_ * 1e9);
  for (int local = 0; local < host_.size(); ++local)
    if (local != host_.me() && host_.desk(local).farewell != kFinished && now_ns() - host_.desk(local).heard_ns > patience_ns)
      farewell.rank = neighbors()[static_cast<std::size_t>(local)];
  tell(farewell);
  mourn(farewell);
}

/// On this host by the desk, to others by a message each. These need not arrive: who hears nothing finds out for itself.
void Watch::tell(Farewell farewell) noexcept {
  host_.desk(host_.me()).farewell = encoded(farewell);
  told_ = farewell;
  std::vector<MPI_Request> sent;
  for (std::size_t rank = 0; rank < people_.size(); ++rank)
    if (host_of_[rank] != host_of(me_)) {
      sent.push_back(MPI_REQUEST_NULL);
      MPI_Isend(&told_, sizeof told_, MPI_BYTE, static_cast<int>(rank), kTag, MPI_COMM_WORLD, &sent.back());
    }
  int all = 0;
  for (Pause pause; !all && pause.waited_s() < 1; pause.rest())
    if (MPI_Testall(static_cast<int>(sent.size()), sent.data(), &all, MPI_STATUSES_IGNORE) != MPI_SUCCESS) return;
}

void Watch::leave() noexcept {
  if (host_.desk(host_.me()).farewell == 0) tell({me_, Loss::left});
}

void Watch::finish() { host_.desk(host_.me()).farewell = kFinished; }

void Watch::stop() {
  MPI_Cancel(&news_);
  MPI_Wait(&news_, MPI_STATUS_IGNORE);
}

}  // namespace daybreak::training::mpi
