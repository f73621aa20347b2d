#pragma once

#include "ops/op.h"

namespace lw {

/// x [N, ...spatial, C], w [...k, C / groups, O], bias? [O] to out [N, ...o, O]. Every window must lie inside
/// the padded input.
/// Whether the geometry is one of Winograd's: 3x3 or 5x5 windows at every pixel.
bool hasWinograd(const ConvParams& p);

Params makeConv(const Attrs& attrs, const std::vector<TensorDesc>& in, const std::vector<TensorDesc>& out);

}  // namespace lw
