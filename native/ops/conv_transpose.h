#pragma once

#include "ops/op.h"

namespace lw {

/// x [N, ...spatial, I], w [...k, O / groups, I], bias? [O] to out [N, ...o, O]. Any output extent: what lies
/// outside is cropped, what nothing reaches holds the bias.
Params makeConvTranspose(const Attrs& attrs, const std::vector<TensorDesc>& in,
                         const std::vector<TensorDesc>& out);

}  // namespace lw
