#include "ops/softmax.h"

#include "ops/check.h"

namespace lw {

Params makeSoftmax(const Attrs& attrs, const std::vector<TensorDesc>& in,
                   const std::vector<TensorDesc>& out) {
  checkCounts(in, {1, 1}, out, {1, 1});
  checkFloat("x", in[0].dtype);
  checkDType("out", out[0].dtype, in[0].dtype);
  checkDims("out", out[0].dims, in[0].dims);
  SoftmaxParams p;
  p.axis = axisOf(attrs, in[0].dims.rank());
  p.log = attrs.boolean("log", false);
  return p;
}

}  // namespace lw
