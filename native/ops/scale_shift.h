#pragma once

#include "ops/op.h"

namespace lw {

/// x, scale [C], shift [C] to out of x's shape, where C is x's extent along the axis.
Params makeScaleShift(const Attrs& attrs, const std::vector<TensorDesc>& in,
                      const std::vector<TensorDesc>& out);

}  // namespace lw
