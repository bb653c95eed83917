#pragma once
// The verbs of plan-scale, one file each.
#include <memory>

#include "tools/frame/tool.h"

namespace daybreak::plan_scale {

std::unique_ptr<frame::Verb> make_deadline();
std::unique_ptr<frame::Verb> make_emit();
std::unique_ptr<frame::Verb> make_plan();
std::unique_ptr<frame::Verb> make_queue();
std::unique_ptr<frame::Verb> make_run();
std::unique_ptr<frame::Verb> make_sim();

}  // namespace daybreak::plan_scale
