#pragma once

#include "ops/op.h"

namespace lw {

/// x, indices (int32 or int64) to out [...x before axis, ...indices, ...x after axis]. The values of the
/// indices are checked at run.
Params makeGather(const Attrs& attrs, const std::vector<TensorDesc>& in, const std::vector<TensorDesc>& out);

}  // namespace lw
