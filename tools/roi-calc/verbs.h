#pragma once
// The verbs of roi-calc, one file each.
#include <memory>

#include "tools/frame/tool.h"

namespace daybreak::roi_calc {

std::unique_ptr<frame::Verb> make_literal();
std::unique_ptr<frame::Verb> make_npv();
std::unique_ptr<frame::Verb> make_irr();
std::unique_ptr<frame::Verb> make_fit();

}  // namespace daybreak::roi_calc
