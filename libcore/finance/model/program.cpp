#include "libcore/finance/model/program.h"

#include <algorithm>
#include <optional>
#include <set>

#include "libcore/finance/model/arithmetic.h"

namespace daybreak::finance {
namespace {

struct alignas(64) Block {
  double rows[kBlockRows] = {};
};

}  // namespace

/// Chooses instructions and registers; a register is free again once its value has been read for the last time.
class Program::Compiler {
 public:
  Compiler(const ValueGraph& graph, std::span<const ValueId> outputs, bool long_vectors, Program& program)
      : values_(graph.values()), long_vectors_(long_vectors), program_(program), uses_(values_.size()), places_(values_.size()) {
    mark(outputs);
    for (ValueId id = 0; id < values_.size(); ++id)
      if (uses_[id] > 0) place(id);
    for (const ValueId id : outputs) program_.outputs_.push_back(*places_[id]);
    number_places();
  }

 private:
  // Until their numbers are known, constants and columns stand in ranges of their own.
  static constexpr std::size_t kConstants = std::size_t{1} << 40, kColumns = std::size_t{1} << 41;

  /// Counts how often each needed value is read, and finds products that only a sum reads.
  void mark(std::span<const ValueId> outputs) {
    for (const ValueId id : outputs) uses_[id] += 2;  // an output's register is never free, and it is never a part of a sum
    for (std::size_t id = values_.size(); id-- > 0;) {
      if (uses_[id] == 0) continue;
      const Value& value = values_[id];
      for (std::size_t i = 0; i < operand_count(value.operation); ++i) ++uses_[value.operands[i]];
    }
  }

  /// Which operand of a sum or difference is a product that was put off, for nobody else reads it.
  std::optional<std::size_t> product_within(const Value& value) const {
    if (value.operation != Operation::add && value.operation != Operation::subtract) return std::nullopt;
    for (const std::size_t i : {0, 1})
      if (waiting_.contains(value.operands[i])) return i;
    return std::nullopt;
  }

  void place(ValueId id) {
    const Value& value = values_[id];
    if (value.operation == Operation::number) {
      places_[id] = kConstants + program_.constants_.size();
      program_.constants_.push_back(value.number);
    } else if (value.operation == Operation::name) {
      places_[id] = kColumns + program_.columns_.size();
      program_.columns_.push_back(value.column);
    } else if (value.operation == Operation::multiply && uses_[id] == 1) {
      settle(value.operands[0]);
      settle(value.operands[1]);
      waiting_.insert(id);  // until what reads it knows whether it takes it in
    } else {
      emit(id);
    }
  }

  void emit(ValueId id) {
    const Value& value = values_[id];
    if (const auto product = product_within(value)) {
      const ValueId factor = value.operands[*product], other = value.operands[1 - *product];
      const auto& factors = values_[factor].operands;
      waiting_.erase(factor);
      settle(other);
      const ProductOperations& run = product_operations(long_vectors_);
      instruction(id,
                  value.operation == Operation::add ? run.add
                  : *product == 0                   ? run.subtract
                                                    : run.from,
                  {factors[0], factors[1], other}, 3);
      return;
    }
    const std::size_t count = operand_count(value.operation);
    for (std::size_t i = 0; i < count; ++i) settle(value.operands[i]);
    instruction(id, block_operation(value.operation, long_vectors_), value.operands, count);
  }

  /// Computes a product that was put off.
  void settle(ValueId id) {
    if (waiting_.erase(id) > 0) instruction(id, block_operation(Operation::multiply, long_vectors_), values_[id].operands, 2);
  }

  void instruction(ValueId id, BlockOperation run, const std::array<ValueId, 3>& operands, std::size_t count) {
    Instruction one{run, 0, {}};
    one.target = free_.empty() ? program_.registers_++ : free_.back();
    if (!free_.empty()) free_.pop_back();
    for (std::size_t i = 0; i < count; ++i) {
      one.sources[i] = *places_[operands[i]];
      if (--uses_[operands[i]] == 0 && one.sources[i] < kConstants) free_.push_back(one.sources[i]);
    }
    places_[id] = one.target;
    program_.instructions_.push_back(one);
  }

  void number_places() {
    const auto number = [&](std::size_t& place) {
      if (place >= kColumns)
        place = place - kColumns + program_.registers_ + program_.constants_.size();
      else if (place >= kConstants)
        place = place - kConstants + program_.registers_;
    };
    for (Instruction& one : program_.instructions_)
      for (std::size_t& source : one.sources) number(source);
    for (std::size_t& place : program_.outputs_) number(place);
  }

  const std::vector<Value>& values_;
  bool long_vectors_;
  Program& program_;
  std::vector<std::size_t> uses_;
  std::vector<std::optional<std::size_t>> places_;
  std::set<ValueId> waiting_;
  std::vector<std::size_t> free_;
};

Program::Program(const ValueGraph& graph, std::span<const ValueId> outputs, bool long_vectors) {
  Compiler(graph, outputs, long_vectors, *this);
}

void Program::run(std::span<const std::span<const double>> columns, std::span<const std::span<double>> results) const {
  const std::size_t rows = results.empty() ? 0 : results[0].size();
  const std::size_t computed = registers_ + constants_.size();
  // The last block is filled up with its last row, in copies of the columns.
  std::vector<Block> memory(computed + columns_.size());
  std::vector<double*> places(computed + columns_.size());
  for (std::size_t i = 0; i < places.size(); ++i) places[i] = memory[i].rows;
  for (std::size_t i = 0; i < constants_.size(); ++i) std::fill_n(places[registers_ + i], kBlockRows, constants_[i]);
  std::vector<const double*> sources(places.begin(), places.end());
  for (std::size_t begin = 0; begin < rows; begin += kBlockRows) {
    const std::size_t count = std::min(kBlockRows, rows - begin);
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const double* const column = columns[columns_[i]].data() + begin;
      sources[computed + i] = column;
      if (count == kBlockRows) continue;
      std::fill(std::copy_n(column, count, places[computed + i]), places[computed + i] + kBlockRows, column[count - 1]);
      sources[computed + i] = places[computed + i];
    }
    for (const Instruction& one : instructions_)
      one.run(places[one.target], sources[one.sources[0]], sources[one.sources[1]], sources[one.sources[2]]);
    for (std::size_t i = 0; i < outputs_.size(); ++i) {
      const double* const from = sources[outputs_[i]];
      double* const to = results[i].data() + begin;
      for (std::size_t row = 0; row < count; ++row) to[row] = from[row] + not_finite(from[row]);
    }
  }
}

}  // namespace daybreak::finance
