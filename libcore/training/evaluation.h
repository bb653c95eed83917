#pragma once
// The loss of a model on a range of tokens.
#include "libcore/base/log.h"
#include "libcore/base/stop.h"
#include "libcore/model/transformer.h"
#include "libcore/training/token_source.h"

namespace daybreak::training {

/// Every token of the range but the first is predicted once, from at most model.context() tokens before it: the range is
/// cut into sequences one after the other, the last of them shorter. Throws Interrupted on request.
model::Loss evaluate(model::Transformer& model, const TokenSource& source, TokenRange range, const StopToken& stop);

}  // namespace daybreak::training
