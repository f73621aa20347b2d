#pragma once

#include "ops/op.h"

namespace lw {

/// x, of which every address that the strides can reach must exist, to out.
Params makeCopy(const Attrs& attrs, const std::vector<TensorDesc>& in, const std::vector<TensorDesc>& out);

}  // namespace lw
