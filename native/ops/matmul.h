#pragma once

#include "ops/op.h"

namespace lw {

/// a [..., M, K], b [..., K, N] (each may be transposed), bias? [N] to out [batch..., M, N]; batch dimensions
/// broadcast.
Params makeMatmul(const Attrs& attrs, const std::vector<TensorDesc>& in, const std::vector<TensorDesc>& out);

}  // namespace lw
