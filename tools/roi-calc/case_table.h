#pragma once
// Every case of a simulation, for spreadsheets and plots.
#include <span>
#include <string>

#include "libcore/base/stop.h"
#include "libcore/finance/chance/cases.h"
#include "libcore/io/atomic_file.h"

namespace daybreak::roi_calc {

/// CSV of replicate, case, each input and the result, called `name`; results: [replicates * cases], of which those without a value stay empty.
void write_cases(const finance::CaseSource& source, std::span<const double> results, const std::string& name, io::AtomicFile& target,
                 const StopToken& stop);

}  // namespace daybreak::roi_calc
