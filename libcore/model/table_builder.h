#pragma once
// Within this room: the tensors of a model, one after the other in the flat array.
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "libcore/model/parameters.h"

namespace daybreak::model {

using Extents = std::initializer_list<std::int64_t>;

/// Appends tensors one after the other, each at the next aligned place.
class TableBuilder {
 public:
  void layer(std::int64_t index) { layer_ = index; }

  void add(std::string name, Extents shape, Role role) {
    Parameter parameter;
    parameter.name = std::move(name);
    parameter.count = 1;
    for (const std::int64_t extent : shape) {
      parameter.shape.push_back(static_cast<std::uint64_t>(extent));
      parameter.count *= extent;
    }
    parameter.offset = next_;
    parameter.role = role;
    parameter.layer = layer_;
    parameter.decays = shape.size() == 2;
    next_ += (parameter.count + kParameterAlignment - 1) / kParameterAlignment * kParameterAlignment;
    table_.push_back(std::move(parameter));
  }

  std::vector<Parameter> take() { return std::move(table_); }

 private:
  std::vector<Parameter> table_;
  std::int64_t next_ = 0, layer_ = -1;
};

}  // namespace daybreak::model
