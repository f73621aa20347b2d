#include "ops/adaptive_pool.h"

#include "ops/check.h"
#include "ops/spatial.h"

namespace lw {

Params makeAdaptivePool(const Attrs& attrs, const std::vector<TensorDesc>& in,
                        const std::vector<TensorDesc>& out) {
  checkCounts(in, {1, 1}, out, {1, 2});
  const Dims& x = in[0].dims;
  const Dims& y = out[0].dims;
  const int s = spatialRank(x);
  checkFloat("x", in[0].dtype);
  checkDType("out", out[0].dtype, in[0].dtype);
  check(y.rank() == x.rank() && y[0] == x[0] && y.back() == x.back(), Code::kShape,
        "out must have the batch and the channels of x. Received x=", x, ", out=", y);

  AdaptivePoolParams p;
  const std::string& mode = attrs.text("mode");
  check(mode == "max" || mode == "avg", Code::kArgument, "mode must be max or avg. Received mode=", mode);
  p.isMax = mode == "max";
  p.channels = x.back();
  p.in = spatialDims(x, 1, s);
  p.out = spatialDims(y, 1, s);
  // With in > 0 every window holds at least one element, also where out > in.
  check(!nonEmpty(p.out) || nonEmpty(p.in), Code::kShape,
        "the input is empty and the output is not. Received x=", x, ", out=", y);
  p.hasIndices = out.size() == 2;
  if (p.hasIndices) {
    check(p.isMax, Code::kArgument, "an average has no indices. Received mode=avg and 2 outputs");
    checkIndices(out[1], out[0], p.in);
  }
  return p;
}

}  // namespace lw
