#pragma once

#include "ops/op.h"

namespace lw {

/// a, b of one dtype, broadcast, to out: the same dtype, or bool for comparisons and logicals.
/// Integer arithmetic wraps; integer division truncates (div) or floors (floorDiv, mod); a division by zero
/// gives 0.
Params makeBinary(const Attrs& attrs, const std::vector<TensorDesc>& in, const std::vector<TensorDesc>& out);

}  // namespace lw
