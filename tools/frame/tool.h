#pragma once
// The frame of all five tools: a tool is a table of verbs, a verb declares its options and runs. Everything that the
// conventions promise (parsing, help, man, completion, signals, exit statuses, the law of files) happens here, once.
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/base/log.h"
#include "libcore/base/options.h"
#include "libcore/base/stop.h"
#include "libcore/io/atomic_file.h"
#include "libcore/io/json.h"

namespace daybreak::frame {

/// How a verb ended when nothing threw.
enum class Outcome { done, negative, stopped_in_time };  // exit 0, 1, 75

/// Ends a verb with a failure that has been told, by Session::tell() or by another process of the same job: this one exits with
/// the status and is silent.
struct ToldElsewhere {
  ExitStatus status;
};

/// Which of the shared options a verb takes; --help, -q, -v, --log-format, --config, --print-config are everybody's.
struct SharedOptions {
  bool output = true;    // -o, --output FILE: where the result goes instead of stdout
  bool format = true;    // --format auto|text|json
  bool csv = false;      // ... and csv: the verb gives emit() a table too
  bool depfile = true;   // --depfile FILE: a Make rule that lists what was read
  bool threads = false;  // -j, --threads N (0: all); results never depend on it
  bool seed = false;     // --seed N
  bool dry_run = true;   // -n, --dry-run: nothing is written; with `output` the frame sees to it, else the verb does
  bool force = false;    // --force: overwrite where loss is dear
};

/// A stream of records: JSON Lines that ends in {"type":"summary",...}. Goes to -o or stdout, a line at a time, flushed.
class RecordStream {
 public:
  virtual ~RecordStream() = default;
  virtual void write(const io::Json& record) = 0;
};

/// What a running verb has around it. Not thread-safe except stop() and log().
class Session {
 public:
  virtual ~Session() = default;

  virtual const StopToken& stop() const = 0;
  /// For who has loaded libraries of others, such as a chip's driver, which may take signals for themselves: stop() hears of
  /// them again.
  virtual void take_signals_back() = 0;
  virtual LogSink& log() = 0;
  virtual ProgressSink& progress() = 0;

  virtual std::int64_t threads() const = 0;  // at least 1
  virtual std::uint64_t seed() const = 0;
  /// What threads() says from here on where -j does not: for a process that shares its host with others of its job.
  virtual void set_default_threads(std::int64_t threads) = 0;
  virtual bool dry_run() const = 0;
  virtual bool force() const = 0;
  virtual const std::optional<std::string>& output() const = 0;

  /// Notes that `path` is read: for --depfile, and refuses an output that is also an input (64). Returns `path`.
  virtual const std::string& input(const std::string& path) = 0;
  /// Error (data) where a file that input() named is not what it was then: for who reads inputs more than once, before
  /// the result becomes real.
  virtual void refuse_changed_inputs() const = 0;
  /// Notes that `path` is written by the verb itself (such as an HDF5 file): the target of --depfile, refused where it
  /// is also an input. Returns `path`.
  virtual const std::string& output_file(const std::string& path) = 0;
  /// A further file beside the result: becomes real when the verb has succeeded, after the result.
  virtual io::AtomicFile& side_file(const std::string& path) = 0;
  /// The text of an input, "-" meaning stdin. At most `limit_bytes`.
  virtual std::string read_text(const std::string& path, std::int64_t limit_bytes = std::int64_t{1} << 30) = 0;

  /// The one result of a verb: `document` where --format says json (or stdout is no terminal), `csv` where it says csv, else `text`.
  virtual void emit(const io::Json& document, std::string_view text, std::string_view csv = {}) = 0;
  /// A piece of a result that is neither, such as a script: goes where emit() would put it, at once.
  virtual void print(std::string_view text) = 0;
  /// A stream of records instead of one document: to `path` where given (appending a line at a time), else to -o/stdout.
  virtual RecordStream& records(const std::optional<std::string>& path = std::nullopt) = 0;
  /// Another process speaks for this one too: from here on results and records go nowhere, no depfile is written and nothing
  /// is said but an error that ends the verb.
  virtual void mute() = 0;
  /// Tells what the verb is about to end with, where that cannot wait for its end; the verb then throws ToldElsewhere.
  virtual void tell(const Error& failure) = 0;
  /// stdout leads to a program, whatever it looks like: the engine that started this process may put a terminal between.
  virtual void expect_no_terminal() = 0;
  /// True where emit() would choose the text form.
  virtual bool wants_text() const = 0;
};

/// One verb of a tool. Construction does nothing; declare() only declares; check() compares options and opens no file
/// (throws Error, usage); run() works.
class Verb {
 public:
  virtual ~Verb() = default;
  virtual void declare(OptionSink& sink) = 0;
  virtual void check() {}
  virtual Outcome run(Session& session) = 0;
};

struct VerbSpec {
  std::string name;     // "sim"; "" for a tool without verbs
  std::string summary;  // one line
  std::string example;  // a command line that works, shown first in -h
  SharedOptions shared;
  std::function<std::unique_ptr<Verb>()> make;
  std::string alias = {};  // another spelling of the verb, such as "--list-devices"; "" for none
  bool batch = false;      // it runs as a batch job: SIGUSR1 and SIGUSR2 ask it to stop too
};

struct ToolSpec {
  std::string name;     // "plan-scale"
  std::string summary;  // the question that it answers
  std::string example;
  std::string default_verb;  // the verb meant when none is named; "" for none
  std::vector<VerbSpec> verbs;
};

/// Any failure as what the user reads of it, with its exit status.
Error as_error(const std::exception& failure);

/// The whole of main(): parses, runs, reports, returns the exit status (or dies of the signal that stopped it).
int run_tool(const ToolSpec& tool, int argc, char** argv);

}  // namespace daybreak::frame
