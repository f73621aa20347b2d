#pragma once

#include "ops/op.h"

namespace lw {

/// x to out without its axes (or with 1 in their place). max, min, argMax and argMin of nothing are refused.
Params makeReduce(const Attrs& attrs, const std::vector<TensorDesc>& in, const std::vector<TensorDesc>& out);

}  // namespace lw
