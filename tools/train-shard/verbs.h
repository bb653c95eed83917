#pragma once
// The verbs of train-shard, one file each.
#include <memory>

#include "tools/frame/tool.h"

namespace daybreak::train_shard {

std::unique_ptr<frame::Verb> make_run();
std::unique_ptr<frame::Verb> make_evaluate();
std::unique_ptr<frame::Verb> make_sample();
std::unique_ptr<frame::Verb> make_bench();
std::unique_ptr<frame::Verb> make_devices();
std::unique_ptr<frame::Verb> make_check();
std::unique_ptr<frame::Verb> make_reshard();
std::unique_ptr<frame::Verb> make_export();
std::unique_ptr<frame::Verb> make_shares();
std::unique_ptr<frame::Verb> make_report();

}  // namespace daybreak::train_shard
