#include "ops/scale_shift.h"

#include "ops/check.h"

namespace lw {

Params makeScaleShift(const Attrs& attrs, const std::vector<TensorDesc>& in,
                      const std::vector<TensorDesc>& out) {
  checkCounts(in, {3, 3}, out, {1, 1});
  checkFloat("x", in[0].dtype);
  checkDType("scale", in[1].dtype, in[0].dtype);
  checkDType("shift", in[2].dtype, in[0].dtype);
  checkDType("out", out[0].dtype, in[0].dtype);
  checkDims("out", out[0].dims, in[0].dims);
  ScaleShiftParams p;
  p.axis = axisOf(attrs, in[0].dims.rank());
  checkDims("scale", in[1].dims, Dims{in[0].dims[p.axis]});
  checkDims("shift", in[2].dims, Dims{in[0].dims[p.axis]});
  return p;
}

}  // namespace lw
