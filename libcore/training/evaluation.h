#pragma once
// The loss of a model on a range of tokens.
#include <cstdint>
#include <span>
#include <vector>

#include "libcore/base/stop.h"
#include "libcore/model/transformer.h"
#include "libcore/training/collectives/collectives.h"
#include "libcore/training/token_source.h"

namespace daybreak::training {

/// Every token of the range but the first is predicted once, from at most model.context() tokens before it: the range is
/// cut into sequences one after the other, the last of them shorter. Throws Interrupted on request.
model::Loss evaluate(model::Transformer& model, const TokenSource& source, TokenRange range, const StopToken& stop);

/// The same in pieces of model.batch() sequences: how many there are, and the losses of some of them. Added up in their order
/// they are what evaluate() gives, bit for bit, whoever computed which.
std::int64_t evaluation_pieces(const model::Transformer& model, TokenRange range);
std::vector<model::Loss> evaluate_pieces(model::Transformer& model, const TokenSource& source, TokenRange range,
                                         Range pieces, const StopToken& stop);
model::Loss added_up(std::span<const model::Loss> pieces);

}  // namespace daybreak::training
