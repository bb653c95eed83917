#include <hdf5.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <new>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/io/hdf5_confine.h"
#include "libcore/io/hdf5_driver.h"
#include "libcore/io/hdf5_handle.h"
#include "libcore/io/hdf5_table.h"
#include "libcore/io/hdf5_walk.h"

namespace daybreak::io {
namespace {

constexpr std::size_t kSendAbove = 1 << 16;
constexpr int kExitMemory = 3;
constexpr std::chrono::seconds kPatience{90};  // a child that waits uses no processor time, so that limit is not enough
constexpr const char* kHint = "the file is damaged or hostile; write it again from its source";

// --- in the child ----------------------------------------------------------------------------------------------------

void send_all(Hdf5WireWriter& writer) {
  const std::vector<std::byte>& bytes = writer.buffer();
  for (std::size_t done = 0; done < bytes.size();) {
    const ssize_t written = write(kConfinedOutput, bytes.data() + done, bytes.size() - done);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) _exit(1);
    done += static_cast<std::size_t>(written);
  }
  writer.buffer().clear();
}

void walk_file(std::uint64_t file_bytes, Hdf5WireWriter& writer) {
  writer.begin();
  const auto send = [&writer] {
    if (writer.buffer().size() > kSendAbove) send_all(writer);
  };
  try {
    const Hdf5Handle file(open_with_descriptor(kConfinedInput, file_bytes), H5Fclose, "open it");
    Hdf5Walker(writer, send).walk(file);
    writer.end();
  } catch (const Hdf5Fault& fault) {
    writer.fault(fault.text);
  }
  send_all(writer);
}

[[noreturn]] void run_child(int input, int output, std::uint64_t file_bytes) noexcept {
  confine_descriptors(input, output);
  H5open();
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  H5PLset_loading_state(0);
  confine_rights({});
  try {
    Hdf5WireWriter writer;
    walk_file(file_bytes, writer);
  } catch (const std::bad_alloc&) {
    _exit(kExitMemory);
  } catch (...) {
    _exit(1);
  }
  _exit(0);
}

// --- in the parent ---------------------------------------------------------------------------------------------------

/// The child process: killed and reaped whatever happens.
class Child {
 public:
  explicit Child(pid_t id) : id_(id) {}
  ~Child() {
    if (id_ > 0) stop();
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// Waits for its end; the status of waitpid, 0 where somebody else reaped it.
  int wait() {
    int status = 0;
    while (waitpid(id_, &status, 0) < 0 && errno == EINTR) {
    }
    id_ = -1;
    return status;
  }
  void stop() {
    kill(id_, SIGKILL);
    wait();
  }

 private:
  pid_t id_;
};

struct Descriptor {
  explicit Descriptor(int value) : number(value) {}
  ~Descriptor() { reset(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  void reset() {
    if (number >= 0) close(std::exchange(number, -1));
  }
  int number;
};

/// A table can hardly be larger than this for a file of that size: each item stands somewhere in the file.
std::uint64_t most_table_bytes(std::uint64_t file_bytes) {
  constexpr std::uint64_t kBase = std::uint64_t{16} << 20, kMost = std::uint64_t{1} << 30;
  return file_bytes > kMost / 32 ? kMost : std::min(kMost, kBase + 32 * file_bytes);
}

std::vector<std::byte> receive(int descriptor, const InputFile& file) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  std::vector<std::byte> bytes;
  std::array<std::byte, 1 << 16> block;
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    pollfd waiting{descriptor, POLLIN, 0};
    const int ready = left.count() <= 0 ? 0 : poll(&waiting, 1, static_cast<int>(left.count()));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) throw data_error(file.name(), "HDF5's parser did not finish this file within 90 s", kHint);
    const ssize_t got = read(descriptor, block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw system_error("read", "the table of " + file.name(), errno);
    if (got == 0) return bytes;
    if (bytes.size() + static_cast<std::size_t>(got) > most_table_bytes(file.size()))
      throw data_error(file.name(), "describes more data than a file of its size can hold", kHint);
    bytes.insert(bytes.end(), block.begin(), block.begin() + got);
  }
}

void check_end(int status, const std::string& name) {
  if (WIFSIGNALED(status)) {
    const int number = WTERMSIG(status);
    if (number == SIGXCPU) throw data_error(name, "HDF5's parser used up its processor time (60 s) on this file", kHint);
    throw data_error(name, "HDF5's parser died on this file (signal " + std::to_string(number) + ")", kHint);
  }
  if (WEXITSTATUS(status) == kExitMemory)
    throw data_error(name, "HDF5's parser needs more than 512 MiB for this file", kHint);
  if (WEXITSTATUS(status) != 0)
    throw data_error(name, "HDF5's parser died on this file (status " + std::to_string(WEXITSTATUS(status)) + ")", kHint);
}

}  // namespace

Hdf5Table read_hdf5_table(const InputFile& file) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) throw system_error("start", "a process for HDF5's parser", errno);
  Descriptor source(ends[0]), sink(ends[1]);
  const pid_t id = fork();
  if (id < 0) throw system_error("start", "a process for HDF5's parser", errno);
  if (id == 0) run_child(file.descriptor(), sink.number, file.size());
  Child child(id);
  sink.reset();
  const std::vector<std::byte> bytes = receive(source.number, file);
  check_end(child.wait(), file.name());
  return parse_hdf5_table(bytes, file.name(), file.size());
}

}  // namespace daybreak::io
