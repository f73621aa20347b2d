#include "ops/concat.h"

#include "ops/check.h"

namespace lw {

Params makeConcat(const Attrs& attrs, const std::vector<TensorDesc>& in, const std::vector<TensorDesc>& out) {
  checkCounts(in, {1, SIZE_MAX}, out, {1, 1});
  ConcatParams p;
  p.axis = axisOf(attrs, in[0].dims.rank());
  Dims expected = in[0].dims;
  expected[p.axis] = 0;
  for (const TensorDesc& x : in) {
    checkDType("x", x.dtype, in[0].dtype);
    check(x.dims.rank() == expected.rank(), Code::kShape, "the inputs differ in rank. Received ", in[0].dims,
          " and ", x.dims);
    for (int i = 0; i < expected.rank(); ++i)
      check(i == p.axis || x.dims[i] == expected[i], Code::kShape, "the inputs differ outside of axis ",
            p.axis, ". Received ", in[0].dims, " and ", x.dims);
    expected[p.axis] = checkedAdd(expected[p.axis], x.dims[p.axis]);
  }
  checkDType("out", out[0].dtype, in[0].dtype);
  checkDims("out", out[0].dims, expected);
  return p;
}

}  // namespace lw
