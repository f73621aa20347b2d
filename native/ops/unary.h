#pragma once

#include "ops/op.h"

namespace lw {

/// x to out of the same shape and dtype.
Params makeUnary(const Attrs& attrs, const std::vector<TensorDesc>& in, const std::vector<TensorDesc>& out);

}  // namespace lw
