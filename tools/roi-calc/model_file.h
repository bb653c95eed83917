#pragma once
// The model that a verb works on, and what one run changes in it.
#include <optional>
#include <string>
#include <vector>

#include "libcore/finance/chance/copula.h"
#include "libcore/finance/model/model.h"
#include "tools/frame/tool.h"

namespace daybreak::roi_calc {

class ModelFile {
 public:
  void declare(OptionSink& sink);
  /// Reads the file, and the tables that its distributions name, which lie beside it or below. Its warnings go to the log.
  finance::Model read(frame::Session& session) const;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  finance::ModelChanges changes_;
};

/// The model's inputs as samplers take them.
std::vector<finance::NamedDistribution> distributions_of(const finance::Model& model);

/// What is assumed, one row an input: name, mean, p10, p90, unit, source.
std::string assumptions_text(const finance::Model& model);
/// The same for a record.
io::Json assumptions_record(const finance::Model& model);

}  // namespace daybreak::roi_calc
