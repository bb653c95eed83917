#include "libcore/dataset/bench.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <limits>
#include <optional>

#include "libcore/base/error.h"
#include "libcore/base/joined.h"
#include "libcore/dataset/chunk_grid.h"
#include "libcore/dataset/peers.h"
#include "libcore/io/program.h"
#include "libcore/io/scratch_file.h"

namespace daybreak::dataset {
namespace {

double seconds_of(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// The shortest of several times.
double best_of(std::int64_t repeat, const std::function<void()>& work) {
  double best = std::numeric_limits<double>::infinity();
  for (std::int64_t i = 0; i < repeat; ++i) best = std::min(best, seconds_of(work));
  return best;
}

bool wanted(const BenchOptions& options, const std::string& peer) {
  return options.peers.empty() || std::find(options.peers.begin(), options.peers.end(), peer) != options.peers.end();
}

/// A descriptor that closes itself.
class Scratch {
 public:
  Scratch() : descriptor_(io::unlinked_file()) {}
  ~Scratch() { close(descriptor_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  int get() const { return descriptor_; }
  std::uint64_t size() const {
    const off_t end = lseek(descriptor_, 0, SEEK_END);
    if (end < 0) throw system_error("measure", "a temporary file", errno);
    return static_cast<std::uint64_t>(end);
  }
  void append(std::span<const std::byte> bytes) const { io::append_to(descriptor_, bytes); }
  /// False at the end.
  bool read(std::uint64_t at, std::span<std::byte> out) const {
    while (!out.empty()) {
      const ssize_t got = pread(descriptor_, out.data(), out.size(), static_cast<off_t>(at));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) throw system_error("read", "a temporary file", errno);
      if (got == 0) return false;
      out = out.subspan(static_cast<std::size_t>(got));
      at += static_cast<std::uint64_t>(got);
    }
    return true;
  }

 private:
  int descriptor_;
};

bool same(const Scratch& a, const Scratch& b) {
  const std::uint64_t size = a.size();
  if (b.size() != size) return false;
  std::vector<std::byte> ours(std::size_t{1} << 20), theirs(ours.size());
  for (std::uint64_t at = 0; at < size; at += ours.size()) {
    const auto part = static_cast<std::size_t>(std::min<std::uint64_t>(ours.size(), size - at));
    if (!a.read(at, std::span(ours).first(part)) || !b.read(at, std::span(theirs).first(part))) return false;
    if (!std::equal(ours.begin(), ours.begin() + static_cast<std::ptrdiff_t>(part), theirs.begin())) return false;
  }
  return true;
}

class Bench {
 public:
  Bench(const io::ArraySource& source, const BenchOptions& options, const Surroundings& around)
      : source_(source),
        options_(options),
        around_(around),
        grid_(make_grid(source.info(), static_cast<std::uint64_t>(options.chunk_bytes))) {
    if (!grid_.chunked()) return;
    const std::uint64_t most =
        std::max<std::uint64_t>(1, static_cast<std::uint64_t>(options.limit_bytes) / grid_.chunk_bytes);
    const std::uint64_t taken = std::min(most, grid_.count);
    for (std::uint64_t k = 0; k < taken; ++k) chunks_.push_back((2 * k + 1) * grid_.count / (2 * taken));
  }

  std::vector<PeerResult> run() {
    if (chunks_.empty()) return {};
    auto peers = chunk_peers();
    std::erase_if(peers, [&](const auto& peer) { return !wanted(options_, peer->name()); });
    around_.progress.begin("bench " + source_.info().name, chunks_.size() * peers.size(), "chunks");
    for (const auto& peer : peers) {
      peer->begin(chunk_type(source_.info().type, grid_.chunk));
      PeerResult& result = results_.emplace_back();
      result.peer = peer->name();
      result.ours = peer->is_ours();
    }
    for (std::uint64_t k = 0; k < chunks_.size(); ++k) {
      const std::uint64_t valid = read_chunk(chunks_[k]);
      for (std::size_t i = 0; i < peers.size(); ++i) measure(*peers[i], k, valid, results_[i]);
    }
    for (const ProgramPeer& peer : program_peers())
      if (wanted(options_, peer.name)) measure(peer);
    return std::move(results_);
  }

 private:
  /// Reads a chunk, padded as files have it; returns its bytes without padding.
  std::uint64_t read_chunk(std::uint64_t number) {
    const ChunkPlace place = grid_.place(number);
    chunk_.assign(grid_.chunk_bytes, std::byte{0});
    source_.read(place.offset_bytes, std::span(chunk_).first(place.valid_bytes));
    return place.valid_bytes;
  }

  void measure(ChunkPeer& peer, std::uint64_t ordinal, std::uint64_t valid, PeerResult& result) {
    around_.stop.check();
    around_.progress.advance(1);
    if (!result.failure.empty()) return;
    Packed packed = peer.pack(chunk_, ordinal);
    std::vector<std::byte> back(chunk_.size());
    if (!peer.unpack(packed, back) || back != chunk_) {
      result.failure = "chunk " + std::to_string(chunks_[ordinal]) + " does not come back";
      return;
    }
    result.input_bytes += valid;
    result.bytes += packed.bytes.size();
    result.encode_s += best_of(options_.repeat, [&] { packed = peer.pack(chunk_, ordinal); });
    result.decode_s += best_of(options_.repeat, [&] { peer.unpack(packed, back); });
  }

  void measure(const ProgramPeer& peer) {
    PeerResult& result = results_.emplace_back();
    result.peer = peer.name;
    result.whole = true;
    const auto program = io::find_program(peer.program);
    if (!program) {
      result.failure = "there is no program " + peer.program + " on PATH";
      return;
    }
    if (!plain_) write_plain();
    const Scratch packed, back;
    const auto pack = [&] { io::run_filter(*program, peer.pack, plain_->get(), packed.get(), around_.stop); };
    const auto unpack = [&] { io::run_filter(*program, peer.unpack, packed.get(), back.get(), around_.stop); };
    try {
      pack();
      unpack();
    } catch (const Error& error) {
      around_.stop.check();
      result.failure = error.what();
      return;
    }
    if (!same(*plain_, back)) {
      result.failure = "what it gives back differs";
      return;
    }
    result.input_bytes = plain_->size();
    result.bytes = packed.size();
    result.encode_s = best_of(options_.repeat, pack);
    result.decode_s = best_of(options_.repeat, unpack);
  }

  /// The same chunks without padding, one after the other.
  void write_plain() {
    plain_.emplace();
    for (const std::uint64_t number : chunks_) {
      const std::uint64_t valid = read_chunk(number);
      plain_->append(std::span(chunk_).first(valid));
    }
  }

  const io::ArraySource& source_;
  const BenchOptions& options_;
  const Surroundings& around_;
  ChunkGrid grid_;
  std::vector<std::uint64_t> chunks_;  // the numbers of those that are measured
  std::vector<std::byte> chunk_;
  std::optional<Scratch> plain_;
  std::vector<PeerResult> results_;
};

}  // namespace

void BenchOptions::declare(OptionSink& sink) {
  sink.count("repeat", &repeat, "N", "The best of so many times counts", OptionSink::Range{1, 1000});
  sink.bytes("limit", &limit_bytes, "Measure so much of an array at most, spread over it");
  sink.bytes("chunk", &chunk_bytes, "Bytes of a chunk, which all but whole-file programs get");
  sink.list("peer", &peers, "NAME", "Measure this one only; may be given several times");
}

void BenchOptions::check() const {
  check_chunk_bytes(chunk_bytes);
  std::vector<std::string> known;
  for (const auto& peer : chunk_peers()) known.push_back(peer->name());
  for (const ProgramPeer& peer : program_peers()) known.push_back(peer.name);
  for (const std::string& peer : peers)
    if (std::find(known.begin(), known.end(), peer) == known.end())
      throw usage_error("--peer: there is none called '" + peer + "'", "there are " + joined(known));
}

std::vector<PeerResult> bench(const io::ArraySource& source, const BenchOptions& options, const Surroundings& around) {
  return Bench(source, options, around).run();
}

}  // namespace daybreak::dataset
