#pragma once

#include "ops/op.h"

namespace lw {

/// x to out: the extents of x plus begin plus end. A reflection must find what it mirrors: reflect begin, end
/// < extent; symmetric and wrap begin, end <= extent; edge extent > 0.
Params makePad(const Attrs& attrs, const std::vector<TensorDesc>& in, const std::vector<TensorDesc>& out);

}  // namespace lw
