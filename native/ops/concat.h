#pragma once

#include "ops/op.h"

namespace lw {

/// At least one x, alike in all but the axis, to out.
Params makeConcat(const Attrs& attrs, const std::vector<TensorDesc>& in, const std::vector<TensorDesc>& out);

}  // namespace lw
