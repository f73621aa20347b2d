#pragma once

#include "ops/op.h"

namespace lw {

/// cond (bool), a, b of one dtype, all broadcast, to out.
Params makeSelect(const Attrs& attrs, const std::vector<TensorDesc>& in, const std::vector<TensorDesc>& out);

}  // namespace lw
