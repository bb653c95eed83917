#pragma once
// The verbs of roi-calc, one file each.
#include <memory>

#include "tools/frame/tool.h"

namespace daybreak::roi_calc {

std::unique_ptr<frame::Verb> make_literal();
std::unique_ptr<frame::Verb> make_npv();
std::unique_ptr<frame::Verb> make_irr();
std::unique_ptr<frame::Verb> make_mirr();
std::unique_ptr<frame::Verb> make_payback();
std::unique_ptr<frame::Verb> make_tco();
std::unique_ptr<frame::Verb> make_claims();
std::unique_ptr<frame::Verb> make_report();
std::unique_ptr<frame::Verb> make_solve();
std::unique_ptr<frame::Verb> make_sens();
std::unique_ptr<frame::Verb> make_mc();
std::unique_ptr<frame::Verb> make_fit();
std::unique_ptr<frame::Verb> make_import();

}  // namespace daybreak::roi_calc
