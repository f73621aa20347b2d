#include "ops/normalize.h"

#include <cmath>

#include "ops/check.h"

namespace lw {

Params makeNormalize(const Attrs& attrs, const std::vector<TensorDesc>& in,
                     const std::vector<TensorDesc>& out) {
  checkCounts(in, {1, 1}, out, {1, 1});
  checkFloat("x", in[0].dtype);
  checkDType("out", out[0].dtype, in[0].dtype);
  checkDims("out", out[0].dims, in[0].dims);
  NormalizeParams p;
  p.axes = axesOf(attrs, in[0].dims.rank());
  check(!p.axes.empty(), Code::kArgument, "needs at least one axis. Received axes=[]");
  check(attrs.has("epsilon"), Code::kArgument, "the attribute epsilon is missing");
  p.epsilon = attrs.number("epsilon", 0);
  check(p.epsilon >= 0 && std::isfinite(p.epsilon), Code::kArgument,
        "epsilon must be finite and not negative. Received epsilon=", p.epsilon);
  p.center = attrs.boolean("center");
  return p;
}

}  // namespace lw
