#pragma once
// What a model for the selector was fitted to, and how well such models choose: a record.
#include <utility>
#include <vector>

#include "libcore/dataset/judge_selector.h"
#include "libcore/io/json.h"

namespace daybreak::dataset {

struct SelectorCard {
  std::size_t examples = 0;
  SelectorReport report;
  std::vector<std::pair<std::string, SelectorReport>> handicapped;  // by the name of the handicap
};

/// What stands in a model's file too.
io::Json selector_card(const SelectorCard& card);

}  // namespace daybreak::dataset
