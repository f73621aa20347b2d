#pragma once

#include "ops/op.h"

namespace lw {

/// x [N, ...spatial, C] to out [N, ...o, C] and, for max, int32 indices. Any positive output extent, also
/// above the input's.
Params makeAdaptivePool(const Attrs& attrs, const std::vector<TensorDesc>& in,
                        const std::vector<TensorDesc>& out);

}  // namespace lw
