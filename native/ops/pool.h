#pragma once

#include "ops/op.h"

namespace lw {

/// x [N, ...spatial, C] to out [N, ...o, C] and, for max, int32 indices. A window must start inside the
/// padded input; it may end after it (ceil mode) and is clipped. A window that holds padding alone is
/// -Infinity (max; refused with indices) or 0 (avg).
Params makePool(const Attrs& attrs, const std::vector<TensorDesc>& in, const std::vector<TensorDesc>& out);

}  // namespace lw
