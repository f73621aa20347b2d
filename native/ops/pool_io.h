#pragma once

#include <string>
#include <vector>

#include "ops/check.h"
#include "ops/op.h"
#include "ops/spatial.h"

namespace lw {

/// What pool and adaptivePool have in common: x [N, ...spatial, C] to out [N, ...o, C] of the same float
/// dtype, the mode, and the sizes. `P` is PoolParams or AdaptivePoolParams.
template <typename P>
P readPoolIo(const Attrs& attrs, const std::vector<TensorDesc>& in, const std::vector<TensorDesc>& out) {
  checkCounts(in, {1, 1}, out, {1, 2});
  const Dims& x = in[0].dims;
  const Dims& y = out[0].dims;
  const int s = spatialRank(x);
  checkFloat("x", in[0].dtype);
  checkDType("out", out[0].dtype, in[0].dtype);
  check(y.rank() == x.rank() && y[0] == x[0] && y.back() == x.back(), Code::kShape,
        "out must have the batch and the channels of x. Received x=", x, ", out=", y);

  P p;
  const std::string& mode = attrs.text("mode");
  check(mode == "max" || mode == "avg", Code::kArgument, "mode must be max or avg. Received mode=", mode);
  p.isMax = mode == "max";
  p.channels = x.back();
  p.in = spatialDims(x, 1, s);
  p.out = spatialDims(y, 1, s);
  p.hasIndices = out.size() == 2;
  return p;
}

}  // namespace lw
