#include "tools/train-shard/ranks.h"

#include <sched.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <future>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/base/stop.h"

namespace daybreak::train_shard {
namespace {

using namespace training;

/// Which kernel this is: processes of one share its processors, whatever their container calls the host.
std::string kernel_id() {
  std::string id;
  std::ifstream("/proc/sys/kernel/random/boot_id") >> id;
  return id;
}

/// '1' for each processor that this process may run on.
std::string usable_processors() {
  cpu_set_t set;
  CPU_ZERO(&set);
  sched_getaffinity(0, sizeof set, &set);
  std::string mask;
  for (int i = 0; i < CPU_SETSIZE; ++i) mask += CPU_ISSET(i, &set) ? '1' : '0';
  return mask;
}

/// Each processor counts for one of the ranks that may run on it, the one which has fewest so far.
std::vector<std::int64_t> divided_processors(const std::vector<std::string>& masks) {
  std::vector<std::int64_t> given(masks.size(), 0);
  for (std::size_t processor = 0; processor < CPU_SETSIZE; ++processor) {
    std::size_t taker = masks.size();
    for (std::size_t i = 0; i < masks.size(); ++i)
      if (masks[i][processor] == '1' && (taker == masks.size() || given[i] < given[taker])) taker = i;
    if (taker < masks.size()) ++given[taker];
  }
  return given;
}

/// This rank's part of the processors of its host.
std::int64_t processors_of_rank(Collectives& ranks) {
  const std::vector<std::string> hosts = all_gathered_text(ranks, kernel_id());
  const std::vector<std::string> masks = all_gathered_text(ranks, usable_processors());
  const auto mine = static_cast<std::size_t>(ranks.rank());
  std::vector<std::string> here;
  std::size_t place = 0;
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    if (hosts[i] != hosts[mine]) continue;
    if (i == mine) place = here.size();
    here.push_back(masks[i]);
  }
  return std::max<std::int64_t>(1, divided_processors(here)[place]);
}

/// As what a failure is told; of what was interrupted that trying again helps.
Error told(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& known) {
    return frame::as_error(known);
  } catch (const Interrupted&) {
    return {ExitStatus::try_again, "interrupted"};
  }
}

bool interrupted(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const Interrupted&) {
    return true;
  } catch (...) {
    return false;
  }
}

std::string shown(const io::Json* value) {
  return value ? value->dump() : "none";
}

/// Whether one rank at least is at its work still, a moment later.
bool is_under_way(const std::future<void>& mine, Collectives& ranks) {
  constexpr std::chrono::milliseconds kMoment{50};
  const std::int32_t busy = mine.wait_for(kMoment) != std::future_status::ready;
  const std::vector<std::int32_t> all = all_gathered(ranks, busy);
  return std::count(all.begin(), all.end(), 0) != std::ssize(all);
}

/// The first member that one of two objects has otherwise than the other, or alone.
std::string first_difference(const io::Json& first, const io::Json& other, const std::string& rank) {
  for (const io::Json* names : {&first, &other})
    for (const auto& [name, value] : names->as_object())
      if (const std::string has = shown(first.find(name)), its = shown(other.find(name)); has != its)
        return "--" + name + " differs between the ranks: rank 0 has " + has + ", " + rank + " has " + its;
  throw Error(ExitStatus::bug, rank + " says in another order than rank 0 what is the same");
}

}  // namespace

Ranks::Ranks(frame::Session& session, double patience_s)
    : session_(session), place_(job_place()), patience_s_(patience_s), collectives_(join_job(place_, patience_s)) {
  if (!leads()) session.mute();
  if (!place_.engine.empty()) session.expect_no_terminal();
  if (size() > 1) session.set_default_threads(processors_of_rank(collectives_));
}

Error Ranks::named(const Error& failure) const {
  const std::string rank = "rank " + std::to_string(place_.rank);
  return {failure.status(), failure.message(), failure.hint(), failure.where().empty() ? rank : rank + ": " + failure.where()};
}

frame::Outcome Ranks::through(const std::function<frame::Outcome()>& work) {
  try {
    return work();
  } catch (const AgreedError& failure) {
    // Before anybody goes: an engine may end all others as soon as one rank has failed, and forget what they were saying.
    session_.tell(failure);
    collectives_.part();
    throw frame::ToldElsewhere{failure.status()};
  } catch (const frame::ToldElsewhere&) {
    collectives_.part();
    throw;
  } catch (const Interrupted&) {
    collectives_.part();
    throw;
  } catch (const Error& failure) {
    if (size() > 1) throw named(failure);
    throw;
  }
}

void Ranks::together(const std::function<void()>& work) {
  std::exception_ptr failure;
  try {
    work();
  } catch (...) {
    failure = std::current_exception();
  }
  agree(failure);
}

void Ranks::patiently(const std::function<void()>& work) {
  if (size() == 1) return together(work);
  std::future<void> done = std::async(std::launch::async, work);
  try {
    while (is_under_way(done, collectives_)) {
    }
  } catch (...) {
    note_failure();
    done.wait();
    throw;
  }
  together([&] { done.get(); });
}

void Ranks::agree(const std::exception_ptr& failure) {
  const auto status = failure ? static_cast<std::int32_t>(told(failure).status()) : 0;
  const std::vector<std::int32_t> all = all_gathered(collectives_, status);
  const auto first = std::find_if(all.begin(), all.end(), [](std::int32_t one) { return one != 0; });
  if (first == all.end()) return;
  if (failure && interrupted(failure)) std::rethrow_exception(failure);
  if (first - all.begin() != place_.rank) throw frame::ToldElsewhere{static_cast<ExitStatus>(*first)};
  const bool everybody = std::all_of(all.begin(), all.end(), [&](std::int32_t one) { return one == *first; });
  throw AgreedError(everybody ? told(failure) : named(told(failure)));
}

std::string Ranks::from_first(const std::string& text) {
  return all_gathered_text(collectives_, leads() ? text : std::string()).front();
}

io::Json Ranks::gathered(const io::Json& mine) {
  io::Json all = io::Json::array();
  for (const std::string& text : all_gathered_text(collectives_, mine.dump())) all.push_back(io::Json::parse(text, "a rank"));
  return all;
}

void Ranks::require_same(const io::Json& options) {
  const std::vector<std::string> all = all_gathered_text(collectives_, options.dump());
  const io::Json first = io::Json::parse(all.front(), "rank 0");
  const auto other = std::find_if(all.begin(), all.end(), [&](const std::string& text) { return text != all.front(); });
  if (other == all.end()) return;
  const std::string rank = "rank " + std::to_string(other - all.begin());
  const io::Json its = io::Json::parse(*other, rank);
  together([&] {
    throw usage_error(first_difference(first, its, rank),
                      "give all ranks the same; --device and what cannot change the result may differ");
  });
}

}  // namespace daybreak::train_shard
